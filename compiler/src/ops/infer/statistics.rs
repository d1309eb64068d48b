//! Statistics of samples: quantiles, moments, groups.

use super::values::{self, Cells};
use super::{Infer, Mismatch, collection, described, dimension, matrix, number, string};
use crate::facts::{Dim, Facts, MatrixFacts, Values};
use crate::ops::{Aggregate, Op, ScalarType, format_double};
use crate::sketch::{Nnz, Sketch, cells};

/// A vector, and others of as many cells: E0303 and E0301.
fn vectors(op: Op, args: &[Option<&Facts>], others: &[usize]) -> Result<(), Mismatch> {
    let Some(x) = matrix(op, args, 0)? else { return Ok(()) };
    let vector = |m: &MatrixFacts| m.rows.zip(m.cols).is_none_or(|(r, c)| r == 1 || c == 1);
    if !vector(x) {
        return Err(Mismatch::new("E0303", format!("`{}` needs a vector", op.row().name))
            .label(0, format!("this is {}", x.shape())));
    }
    for &i in others {
        let Some(m) = args[i].and_then(Facts::as_matrix) else { continue };
        if !vector(m) || x.cells().zip(m.cells()).is_some_and(|(a, b)| a != b) {
            return Err(Mismatch::new("E0301", format!("`{}` needs vectors of one length", op.row().name))
                .label(0, format!("this is {}", x.shape()))
                .label(i, format!("this is {}", m.shape())));
        }
    }
    Ok(())
}

/// A call without weights, `f(x, p)`, has its last argument in the place of the weights.
pub fn unweighted(args: usize, given: impl Fn(usize) -> bool) -> bool {
    args < 3 || !given(2)
}

/// `quantile(x, p)`, `quantile(x, weights, p)`: a number, or a column for a vector p.
pub const QUANTILE: Infer = |op, args| {
    let plain = unweighted(args.len(), |i| args[i].is_some());
    vectors(op, args, if plain { &[] } else { &[1] })?;
    if !plain {
        matrix(op, args, 1)?;
    }
    Ok(match args[if plain { 1 } else { 2 }] {
        Some(Facts::Matrix(p)) => {
            if p.rows.zip(p.cols).is_some_and(|(r, c)| r != 1 && c != 1) {
                return Err(Mismatch::new("E0303", "`quantile` needs a number or a vector of numbers between 0 and 1")
                    .label(if plain { 1 } else { 2 }, format!("this is {}", p.shape())));
            }
            quantiles(args[0].and_then(Facts::as_matrix), plain, p.cells())
        }
        None | Some(Facts::Unknown) => Facts::Unknown,
        Some(Facts::Scalar { .. }) => {
            let at = if plain { 1 } else { 2 };
            if let Some(p) = number(op, args, at)?
                && !(0.0..=1.0).contains(&p)
            {
                return Err(Mismatch::new("E0215", "a quantile is asked for between 0 and 1")
                    .label(at, format!("this is {}", format_double(p))));
            }
            Facts::scalar(ScalarType::Double)
        }
        Some(other) => return Err(collection(op, if plain { 1 } else { 2 }, other)),
    })
};

/// `interQuantile(x, p)`, `interQuantile(x, weights, p)`: only the data tells how many cells.
pub const INTER_QUANTILE: Infer = |op, args| {
    let plain = unweighted(args.len(), |i| args[i].is_some());
    vectors(op, args, if plain { &[] } else { &[1] })?;
    if !plain {
        matrix(op, args, 1)?;
    }
    number(op, args, if plain { 1 } else { 2 })?;
    Ok(Facts::matrix(None, Some(1)))
};

/// A cell, or the mean of two: of one sign if the cells are.
fn quantiles(x: Option<&MatrixFacts>, plain: bool, number: Dim) -> Facts {
    let Some(x) = x else { return Facts::matrix(number, Some(1)) };
    let cells = Cells::of(x);
    let (least, most) = cells.range().unwrap_or((0.0, 0.0));
    // A mean of two is computed from their sum.
    let moderate = least >= -1e300 && most <= 1e300;
    let values = if moderate { Values::new(least, most, false) } else { cells.sign(false) };
    // There is a cell at all. Weights may all be 0.
    let finite = plain && moderate && x.finite && x.cells().is_some_and(|n| n > 0);
    let sketch = number.map(|n| {
        let nonzero = !cells.zeros && (x.values.is_positive() || x.values.is_negative());
        if nonzero { Sketch::dense(n, 1) } else { Sketch::uniform(n, 1, Nnz::unknown(n)) }
    });
    described(number, Some(1), sketch, (values, finite))
}

/// `median(x)`, `median(x, weights)`
pub const MEDIAN: Infer = |op, args| {
    if args[1].is_some() {
        matrix(op, args, 1)?;
    }
    vectors(op, args, &[1])?;
    Ok(Facts::scalar(ScalarType::Double))
};

/// `moment(x, k)`, `moment(x, weights, k)`
pub const MOMENT: Infer = |op, args| {
    let plain = unweighted(args.len(), |i| args[i].is_some());
    vectors(op, args, if plain { &[] } else { &[1] })?;
    if !plain {
        matrix(op, args, 1)?;
    }
    order(op, args, if plain { 1 } else { 2 })?;
    Ok(Facts::scalar(ScalarType::Double))
};

/// The order of a moment: 2, 3 or 4.
fn order(op: Op, args: &[Option<&Facts>], i: usize) -> Result<(), Mismatch> {
    match number(op, args, i)? {
        Some(k) if ![2.0, 3.0, 4.0].contains(&k) => Err(Mismatch::new("E0215", "a moment has the order 2, 3 or 4")
            .label(i, format!("this is {}", format_double(k)))),
        _ => Ok(()),
    }
}

/// `cov(x, y)`, `cov(x, y, weights)`
pub const COVARIANCE: Infer = |op, args| {
    for i in 1..args.len() {
        if args[i].is_some() {
            matrix(op, args, i)?;
        }
    }
    vectors(op, args, &[1, 2])?;
    Ok(Facts::scalar(ScalarType::Double))
};

/// `contains(X, pattern)`: a value, or a row.
pub const CONTAINS: Infer = |op, args| {
    let m = matrix(op, args, 0)?;
    match (m, args[1]) {
        (Some(m), Some(Facts::Matrix(p))) => {
            let differ = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
            if differ(p.rows, Some(1)) || differ(p.cols, m.cols) {
                return Err(Mismatch::new("E0301", "`contains` looks for a value or a row of as many columns")
                    .label(0, format!("this is {}", m.shape()))
                    .label(1, format!("this is {}", p.shape())));
            }
        }
        (_, Some(Facts::Scalar { .. })) => {
            number(op, args, 1)?;
        }
        (_, Some(other @ (Facts::List { .. } | Facts::Frame { .. }))) => return Err(collection(op, 1, other)),
        _ => {}
    }
    Ok(Facts::scalar(ScalarType::Bool))
};

/// `roll(X, shift)`: the rows moved down, those at the end to the top.
pub const ROLL: Infer = |op, args| {
    let m = matrix(op, args, 0)?;
    number(op, args, 1)?;
    Ok(match m {
        None => Facts::matrix(None, None),
        Some(m) => Facts::Matrix(MatrixFacts { sketch: m.sketch.as_ref().map(Sketch::reordered_rows), ..m.clone() }),
    })
};

/// What `aggregate` computes of each group.
pub const GROUP_FUNCTIONS: [&str; 7] = ["sum", "count", "mean", "variance", "min", "max", "centralmoment"];

/// `aggregate(X, groups, fn, weights, order, ngroups)`: a row for each group. Without `ngroups` only the data tells how
/// many there are.
pub const GROUPED: Infer = |op, args| {
    let (m, groups) = (matrix(op, args, 0)?, matrix(op, args, 1)?);
    let name = string(op, args, 2)?;
    if let Some(name) = name
        && !GROUP_FUNCTIONS.contains(&name)
    {
        return Err(Mismatch::new("E0213", format!("`aggregate` knows no function \"{name}\""))
            .label(2, format!("one of {}", GROUP_FUNCTIONS.join(", "))));
    }
    if args[3].is_some() {
        matrix(op, args, 3)?;
    }
    order(op, args, 4)?;
    for i in [1, 3] {
        if let (Some(m), Some(v)) = (m, args[i].and_then(Facts::as_matrix))
            && let (Some(n), Some(r), Some(c)) = (m.rows, v.rows, v.cols)
            && ![(n, 1), (1, n)].contains(&(r, c))
        {
            let message = format!("`aggregate` needs a group (and a weight) for each of the {n} rows");
            return Err(Mismatch::new("E0301", message).label(i, format!("this is {}", v.shape())));
        }
    }
    let rows = dimension(op, args, 5)?;
    let cols = m.and_then(|m| m.cols);
    let (Some(m), Some(_)) = (m, groups) else { return Ok(Facts::matrix(rows, cols)) };
    let weights = args[3].map(|w| w.as_matrix());
    let sketch = rows.zip(cols).map(|(r, c)| match &m.sketch {
        // Of zeros each of these functions is 0, and so it is of no cell.
        Some(s) if keeps_zeros(name, weights) => {
            let (all, nnz) = (cells(r, c), s.nnz());
            let room = (all as f64).max(1.0);
            let expected = -room * (-nnz.estimate / room).exp_m1();
            Sketch::uniform(r, c, Nnz::new(0, expected, all.min(nnz.upper)))
        }
        _ => Sketch::uniform(r, c, Nnz::unknown(cells(r, c))),
    });
    Ok(described(rows, cols, sketch, of_groups(name, m, weights)))
};

/// Whether a function of groups of zeros is 0: a mean with weights of 0 is NaN, and so is 0 * NaN.
fn keeps_zeros(name: Option<&str>, weights: Option<Option<&MatrixFacts>>) -> bool {
    match name {
        Some("min" | "max") => true,
        Some("sum") => weights.is_none_or(|w| w.is_some_and(|w| w.finite)),
        Some("count") | None => false,
        Some(_) => weights.is_none(),
    }
}

/// The values of a function of groups, and whether they are finite.
fn of_groups(name: Option<&str>, m: &MatrixFacts, weights: Option<Option<&MatrixFacts>>) -> (Values, bool) {
    let cells = Cells::of(m);
    match (name, weights) {
        (Some("min" | "max"), _) => (m.values, m.finite),
        (Some("count"), None) => (Values::new(1.0, m.rows.map_or(f64::INFINITY, |n| n as f64), true), true),
        (Some("count"), Some(Some(w))) => values::aggregate(Aggregate::Sum, Cells::of(w), m.rows),
        (Some("sum"), None) => values::aggregate(Aggregate::Sum, cells, m.rows),
        (Some("sum"), Some(Some(w))) => values::product(Cells::of(w), cells, m.rows),
        (Some("mean"), None) => (cells.sign(false), values::aggregate(Aggregate::Sum, cells, m.rows).1),
        (Some("variance"), None) => (Values::POSITIVE, false),
        _ => (Values::UNKNOWN, false),
    }
}

/// `sample(range, size, replace, seed)`: whole numbers from 1 to `range`. A number in the place of `replace` is the seed.
pub const SAMPLE: Infer = |op, args| {
    let (range, size) = (number(op, args, 0)?, dimension(op, args, 1)?);
    let replace = number(op, args, 2)?;
    number(op, args, 3)?;
    let without = args[2].is_none() || replace == Some(0.0);
    if let (Some(range), Some(size), true) = (range, size, without)
        && size as f64 > range.trunc()
        && args[2].is_none_or(|r| r.scalar_type() == Some(ScalarType::Bool))
    {
        let range = range.trunc();
        return Err(Mismatch::new("E0215", format!("{size} of {range} numbers can not be drawn without repetition"))
            .label(1, "the size of the sample")
            .help("`sample(range, size, TRUE)` draws with repetition"));
    }
    let numbers = Values::new(1.0, range.unwrap_or(f64::INFINITY), true);
    Ok(described(size, Some(1), size.map(|n| Sketch::dense(n, 1)), (numbers, true)))
};
