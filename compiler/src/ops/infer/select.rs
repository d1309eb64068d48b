//! Parts of a matrix that its values choose: rows that are not empty, distinct rows, replaced values, triangles.

use super::outcome;
use super::values::{self, Cells};
use super::{Infer, Mismatch, described, matrix, number, string};
use crate::facts::{Dim, Facts, MatrixFacts, Values};
use crate::ops::{Binary, Cumulative, Op, Scalar, format_double};
use crate::sketch::{Nnz, Outcome, Sketch};

/// Cells of a matrix, and zeros, in a shape that the data decides.
fn cells_of(m: &MatrixFacts, rows: Dim, cols: Dim) -> Facts {
    Facts::matrix(rows, cols).with_values(m.finite, m.values)
}

/// A text that must be one of some words; `None` if it is not known.
pub(super) fn word<'a>(
    op: Op,
    args: &[Option<&'a Facts>],
    i: usize,
    words: &'static [&'static str],
) -> Result<Option<&'a str>, Mismatch> {
    let found = string(op, args, i)?;
    match found {
        Some(text) if !words.contains(&text) => {
            let quoted: Vec<String> = words.iter().map(|w| format!("{w:?}")).collect();
            let (last, others) = quoted.split_last().expect("some words");
            Err(Mismatch::new("E0213", format!("`{}` knows no {} {text:?}", op.row().name, op.row().parameter(i).name))
                .label(i, format!("{} or {last}", others.join(", "))))
        }
        _ => Ok(found),
    }
}

/// A truth value with a default; `None` if it is not known.
fn truth(op: Op, args: &[Option<&Facts>], i: usize, default: bool) -> Result<Option<bool>, Mismatch> {
    Ok(if args[i].is_none() { Some(default) } else { number(op, args, i)?.map(|x| x != 0.0) })
}

/// `removeEmpty(X, margin, select, empty.return)`: how many rows or columns stay, only the data tells.
pub const REMOVE_EMPTY: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    let m = matrix(op, args, 0)?;
    let margin = word(op, args, 1, &["rows", "cols"])?;
    number(op, args, 3)?;
    let select = if args[2].is_some() { matrix(op, args, 2)? } else { None };
    let Some(m) = m else { return Ok(Facts::Unknown) };
    let Some(margin) = margin else { return Ok(cells_of(m, None, None)) };
    let by_row = margin == "rows";
    if let (Some(n), Some(s)) = (if by_row { m.rows } else { m.cols }, select)
        && let (Some(r), Some(c)) = (s.rows, s.cols)
        && ![(n, 1), (1, n)].contains(&(r, c))
    {
        let message = format!("`select` is a vector with a cell for each of the {n} {margin}");
        let error = Mismatch::new("E0301", message).label(2, format!("this is {}", s.shape()));
        return Err(match (r, c) {
            _ if r > 1 && c > 1 => error.help("for single cells write `ifelse(mask, a, X)`: X where the mask is 0"),
            (1, _) if n == 1 && by_row => error.help("the cells of a row are chosen as columns: `X[, mask]`"),
            _ => error,
        });
    }
    Ok(if by_row { cells_of(m, None, m.cols) } else { cells_of(m, m.rows, None) })
};

/// `unique(X, dir)`
pub const UNIQUE: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    let m = matrix(op, args, 0)?;
    let dir = if args[1].is_none() { Some("rc") } else { word(op, args, 1, &["rc", "r", "c"])? };
    let Some(m) = m else { return Ok(Facts::Unknown) };
    Ok(match dir {
        Some("rc") => cells_of(m, None, Some(1)),
        Some("r") => cells_of(m, None, m.cols),
        Some(_) => cells_of(m, m.rows, None),
        None => cells_of(m, None, None),
    })
};

/// `replace(X, pattern, replacement)`
pub const REPLACE: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    let m = matrix(op, args, 0)?;
    // Texts in a frame.
    let Some(m) = m else { return Ok(Facts::Unknown) };
    let (pattern, replacement) = (number(op, args, 1)?, number(op, args, 2)?);
    let sketch = m.sketch.as_ref().map(|s| replaced(s, Cells::of(m), pattern, replacement));
    let finite = m.finite && (replacement.is_some_and(f64::is_finite) || pattern.is_some_and(|p| !p.is_finite()));
    let values = replacement.map_or(Values::UNKNOWN, |r| m.values.hull(Values::constant(r)));
    Ok(Facts::Matrix(MatrixFacts { sketch, finite, values, ..m.clone() }))
};

fn replaced(s: &Sketch, cells: Cells, pattern: Option<f64>, replacement: Option<f64>) -> Sketch {
    match (pattern, replacement) {
        (Some(p), _) if cells.finite && !p.is_finite() => s.clone(),
        (Some(0.0), Some(0.0)) => s.clone(),
        // Every zero becomes a nonzero, and no nonzero a zero.
        (Some(0.0), Some(_)) => Sketch::dense(s.rows(), s.cols()),
        (Some(0.0), None) => Sketch::uniform(s.rows(), s.cols(), Nnz::new(s.nnz().lower, s.cells() as f64, s.cells())),
        (Some(_), Some(r)) if r != 0.0 => s.clone(),
        // What differs from the pattern stays.
        (Some(p), Some(_)) if !p.is_nan() => {
            let by = Cells { nonzeros: Values::constant(p), zeros: false, finite: p.is_finite() };
            s.mapped(Outcome::Zero, outcome::binary(Binary::NotEqual, cells, by).both)
        }
        (Some(_), _) | (None, Some(0.0)) => s.zero_preserving(),
        // Most likely it is not 0 that is replaced.
        (None, _) => Sketch::uniform(s.rows(), s.cols(), Nnz::estimated(s.nnz().estimate, s.cells())),
    }
}

/// `lower.tri(X, diag, values)` and `upper.tri`: the cells of a triangle, or ones in their places.
pub const TRIANGLE: Infer = |op, args| {
    let m = matrix(op, args, 0)?;
    let (diagonal, values) = (truth(op, args, 1, false)?, truth(op, args, 2, false)?);
    let Some(m) = m else { return Ok(Facts::matrix(None, None)) };
    let finite = m.finite || values == Some(false);
    let kept = match values {
        Some(true) => m.values,
        Some(false) => Values::ONE,
        None => m.values.hull(Values::ONE),
    };
    let (Some(r), Some(c)) = (m.rows, m.cols) else { return Ok(described(m.rows, m.cols, None, (kept, finite))) };
    let lower = op == Op::LowerTri;
    // The diagonal counts where it is not known whether it does: an upper bound.
    let with = diagonal.unwrap_or(true);
    let ones = || if lower { Sketch::triangle(r, c, with) } else { Sketch::triangle(c, r, with).transpose() };
    let sketch = match (values, &m.sketch) {
        (Some(true), Some(s)) if lower => s.lower_triangle(with),
        (Some(true), Some(s)) => s.upper_triangle(with),
        _ => ones(),
    };
    let exact = diagonal.is_some() && values.is_some();
    Ok(Facts::valued(if exact { sketch } else { sketch.zero_preserving() }, finite, kept))
};

/// `order(X, by, decreasing, index.return)`: the rows sorted, or the permutation that sorts them.
pub const ORDER: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    let m = matrix(op, args, 0)?;
    // A frame may be sorted by a name.
    let Some(m) = m else { return Ok(Facts::Unknown) };
    let by = match args[1] {
        Some(Facts::Matrix(by)) => {
            if by.rows.is_some_and(|r| r != 1) && by.cols.is_some_and(|c| c != 1) {
                return Err(Mismatch::new("E0301", "`order` takes a column or a vector of columns to sort by")
                    .label(1, format!("this is {}", by.shape())));
            }
            None
        }
        None => Some(1.0),
        Some(_) => number(op, args, 1)?,
    };
    number(op, args, 2)?;
    let index = truth(op, args, 3, false)?;
    if let (Some(by), Some(n)) = (by, m.cols)
        && !(1.0..n as f64 + 1.0).contains(&by)
    {
        return Err(Mismatch::new("E0501", format!("`order` by column {} of a {} matrix", show(by), m.shape()))
            .label(if args[1].is_some() { 1 } else { 0 }, format!("columns run from 1 to {n}")));
    }
    let places = Values::new(1.0, m.rows.map_or(f64::INFINITY, |n| n as f64), true);
    Ok(match index {
        Some(true) => described(m.rows, Some(1), m.rows.map(|n| Sketch::dense(n, 1)), (places, true)),
        Some(false) => {
            let sketch = m.sketch.as_ref().map(Sketch::reordered_rows);
            described(m.rows, m.cols, sketch, (m.values, m.finite))
        }
        None => described(m.rows, None, None, (m.values.hull(places), m.finite)),
    })
};

/// A number in a message.
fn show(x: f64) -> String {
    match Scalar::Double(x).as_i64() {
        Some(i) => i.to_string(),
        None => format_double(x),
    }
}

/// `cumsumprod(X)`: y[i] = X[i, 1] + X[i, 2] * y[i - 1].
pub const CUM_SUM_PROD: Infer = |op, args| {
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::matrix(None, Some(1))) };
    if m.cols.is_some_and(|c| c != 2) {
        return Err(Mismatch::new("E0303", "`cumsumprod` needs two columns: sums and factors")
            .label(0, format!("this is {}", m.shape())));
    }
    // Sums of products of what is not negative: neither are they.
    let integer = m.values.is_integer();
    let least = if m.values.is_positive() { 0.0 } else { f64::NEG_INFINITY };
    let values = Values::new(least, f64::INFINITY, integer);
    let sketch = m.sketch.as_ref().map(|s| {
        // Nothing comes of nothing: without a nonzero term, and with finite factors, all is 0.
        let terms = s.slice(0..s.rows(), 0..1);
        if terms.nnz().upper == 0 && m.finite { terms } else { terms.full() }
    });
    Ok(described(m.rows, Some(1), sketch, (values, false)))
};

/// `rowcumsum(X)`: running sums along each row.
pub const ROW_CUM_SUM: Infer = |op, args| {
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::matrix(None, None)) };
    let sketch = m.sketch.as_ref().map(|s| s.transpose().cumsum().transpose());
    Ok(described(m.rows, m.cols, sketch, values::cumulative(Cumulative::Sum, Cells::of(m), m.cols)))
};
