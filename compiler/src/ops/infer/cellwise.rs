//! Cell-wise operators: shapes by broadcasting, nonzeros by what the function makes of zeros and nonzeros (`outcome.rs`).

use super::values::Cells;
use super::{Infer, Mismatch, collection, described, outcome, required, scalar, values};
use crate::facts::{Dim, Facts, MatrixFacts, Values};
use crate::ops::{Binary, Op, Scalar};
use crate::sketch::{Nnz, Outcome, Sketch};

pub const UNARY: Infer = |op, args| {
    let Op::Unary(f) = op else { unreachable!("a row of another operator") };
    match required(args, 0) {
        Facts::Unknown => Ok(Facts::Unknown),
        Facts::Scalar { ty, value } => scalar::unary(f, *ty, value.as_ref()),
        Facts::Matrix(m) => {
            let cells = Cells::of(m);
            let sketch = m.sketch.as_ref().map(|s| mapped(s, outcome::unary(f, cells)));
            Ok(described(m.rows, m.cols, sketch, (values::unary(f, cells), values::unary_finite(f, cells))))
        }
        other => super::frame::overloaded(op, args).unwrap_or_else(|| Err(collection(op, 0, other))),
    }
};

/// A function of each cell.
pub(super) fn mapped(s: &Sketch, (of_zero, of_nonzero): (Outcome, Outcome)) -> Sketch {
    match (of_zero, of_nonzero) {
        (Outcome::Nonzero, Outcome::Zero) => equal_to_zero(s),
        _ => s.mapped(of_zero, of_nonzero),
    }
}

/// The complement of a pattern; where nothing is known of it, some cells are expected to be 0.
fn equal_to_zero(s: &Sketch) -> Sketch {
    let nnz = s.nnz();
    if nnz.lower == 0 && nnz.estimate >= s.cells() as f64 {
        return Sketch::uniform(s.rows(), s.cols(), Nnz::estimated(outcome::EQUAL * nnz.estimate, s.cells()));
    }
    s.is_zero()
}

pub const BINARY: Infer = |op, args| {
    let Op::Binary(f) = op else { unreachable!("a row of another operator") };
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    let mut result = binary(op, f, required(args, 0), required(args, 1))?;
    for i in 2..args.len() {
        result = binary(op, f, &result, required(args, i))?;
    }
    Ok(result)
};

/// The rule of `outer(u, v, "op")`: a column and a row broadcast against each other.
pub const OUTER: Infer = |op, args| {
    let (u, v) = (super::matrix(op, args, 0)?, super::matrix(op, args, 1)?);
    let name = super::string(op, args, 2)?;
    if u.is_some_and(|u| u.cols.is_some_and(|c| c != 1)) || v.is_some_and(|v| v.rows.is_some_and(|r| r != 1)) {
        let shape = |m: Option<&MatrixFacts>| m.map_or("?".into(), MatrixFacts::shape);
        return Err(Mismatch::new("E0301", "`outer` needs a column vector and a row vector")
            .label(0, format!("this is {}", shape(u)))
            .label(1, format!("this is {}", shape(v)))
            .help("write `outer(u, t(v), ...)` for two column vectors"));
    }
    match name {
        Some(name) => match Binary::by_name(name) {
            Some(f) => binary(op, f, required(args, 0), required(args, 1)),
            None => {
                Err(Mismatch::new("E0213", format!("`outer` knows no function \"{name}\"")).label(2, "not an operator"))
            }
        },
        None => Ok(Facts::matrix(u.and_then(|u| u.rows), v.and_then(|v| v.cols))),
    }
};

fn binary(op: Op, f: Binary, a: &Facts, b: &Facts) -> Result<Facts, Mismatch> {
    if let Some((i, facts)) = [a, b].into_iter().enumerate().find(|(_, facts)| facts.is_collection()) {
        return Err(collection(op, i, facts));
    }
    match (a, b) {
        (Facts::Unknown, _) | (_, Facts::Unknown) => Ok(Facts::Unknown),
        (Facts::Scalar { ty: t, value: v }, Facts::Scalar { ty: u, value: w }) => {
            scalar::binary(f, (*t, v.as_ref()), (*u, w.as_ref()))
        }
        (Facts::Matrix(m), Facts::Scalar { value, .. }) => with_scalar(op, f, m, value.as_ref(), b, 1),
        (Facts::Scalar { value, .. }, Facts::Matrix(m)) => with_scalar(op, f, m, value.as_ref(), a, 0),
        (Facts::Matrix(a), Facts::Matrix(b)) => matrices(op, f, a, b),
        _ => unreachable!("no frames or lists here"),
    }
}

/// A matrix and a scalar; `position` is the scalar's.
fn with_scalar(
    op: Op,
    f: Binary,
    m: &MatrixFacts,
    value: Option<&Scalar>,
    scalar: &Facts,
    position: usize,
) -> Result<Facts, Mismatch> {
    if scalar.scalar_type() == Some(crate::ops::ScalarType::Str) {
        return Err(Mismatch::new("E0211", format!("`{}` can not combine a matrix and a string", op.row().name))
            .label(position, "this is a string")
            .help("`toString(X)` makes text of a matrix"));
    }
    let (cells, scalar) = (Cells::of(m), Cells::operand(scalar));
    let outcomes = outcome::with_scalar(f, cells, value.and_then(Scalar::as_f64), scalar, position);
    let (a, b) = if position == 1 { (cells, scalar) } else { (scalar, cells) };
    Ok(described(m.rows, m.cols, m.sketch.as_ref().map(|s| mapped(s, outcomes)), of_values(f, a, b)))
}

/// The values of a result, and whether it is finite.
fn of_values(f: Binary, a: Cells, b: Cells) -> (Values, bool) {
    let values = values::binary(f, a, b);
    (values, values::binary_finite(f, a, b, values))
}

fn matrices(op: Op, f: Binary, a: &MatrixFacts, b: &MatrixFacts) -> Result<Facts, Mismatch> {
    let rows = broadcast(a.rows, b.rows, a, b);
    let cols = broadcast(a.cols, b.cols, a, b);
    let (Ok(rows), Ok(cols)) = (rows, cols) else {
        return Err(Mismatch::new(
            "E0301",
            format!("`{}` can not combine a {} matrix with a {} matrix", op.row().name, a.shape(), b.shape()),
        )
        .label(0, format!("this is {}", a.shape()))
        .label(1, format!("this is {}", b.shape()))
        .help("shapes must be equal, or one operand a row or column vector of fitting length"));
    };
    let (x, y) = (Cells::of(a), Cells::of(b));
    // One node of a DAG: not only are the patterns the same, but the values.
    let itself = std::ptr::eq(a, b);
    let sketch = a.sketch.as_ref().zip(b.sketch.as_ref()).map(|(s, t)| match itself {
        true => mapped(s, outcome::itself(f, x)),
        false => s.combined(t, outcome::binary(f, x, y)),
    });
    Ok(described(rows, cols, sketch, if itself { of_itself(f, x) } else { of_values(f, x, y) }))
}

/// [`of_values`] of an operand with itself.
fn of_itself(f: Binary, x: Cells) -> (Values, bool) {
    let (values, finite) = of_values(f, x, x);
    match f {
        // 0, or NaN
        Binary::Subtract => (Values::NONE, x.finite),
        Binary::Divide | Binary::IntDivide => (Values::ONE, finite),
        _ => (values, finite),
    }
}

/// Equal, or one of them is 1. Unknown against 1 or unknown stays unknown; unknown against n > 1 is n or an error.
fn broadcast(a: Dim, b: Dim, left: &MatrixFacts, right: &MatrixFacts) -> Result<Dim, ()> {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Ok(Some(a)),
        (Some(1), Some(b)) if left.is_vector() => Ok(Some(b)),
        (Some(a), Some(1)) if right.is_vector() => Ok(Some(a)),
        (Some(_), Some(_)) => Err(()),
        (Some(n), None) | (None, Some(n)) if n != 1 => Ok(Some(n)),
        _ => Ok(None),
    }
}

pub const IF_ELSE: Infer = |op, args| {
    let (c, a, b) = (required(args, 0), required(args, 1), required(args, 2));
    if let Facts::Scalar { value, .. } = c
        && a.is_scalar()
        && b.is_scalar()
    {
        return Ok(scalar_if_else(value.as_ref().and_then(Scalar::as_bool), a, b));
    }
    if let Some(i) = (0..3).find(|&i| required(args, i).is_collection()) {
        return Err(collection(op, i, required(args, i)));
    }
    if [c, a, b].iter().any(|facts| matches!(facts, Facts::Unknown)) {
        return Ok(Facts::Unknown);
    }
    for i in (0..3).filter(|&i| required(args, i).is_scalar()) {
        super::number(op, args, i)?;
    }
    let mut shape: Option<MatrixFacts> = None;
    for m in [c, a, b].into_iter().filter_map(Facts::as_matrix) {
        let m = MatrixFacts { sketch: None, ..m.clone() };
        shape = Some(match shape {
            None => m,
            Some(s) => match matrices(op, Binary::Max, &s, &m)? {
                Facts::Matrix(joined) => joined,
                _ => unreachable!("two matrices make a matrix"),
            },
        });
    }
    let shape = shape.expect("one of the three is a matrix");
    let sketch = match [c, a, b].map(operand_sketch) {
        [Some(c), Some(a), Some(b)] => Some(c.if_else(&a, &b)),
        _ => None,
    };
    let (yes, no) = (Cells::operand(a), Cells::operand(b));
    let values = (yes.nonzeros.hull(no.nonzeros), yes.finite && no.finite);
    Ok(described(shape.rows, shape.cols, sketch, values))
};

/// One of two scalars; the types of both decide that of the result.
fn scalar_if_else(test: Option<bool>, yes: &Facts, no: &Facts) -> Facts {
    use crate::ops::ScalarType::{Double, Int};
    let ty = match (yes.scalar_type(), no.scalar_type()) {
        (Some(Int), Some(Double)) | (Some(Double), Some(Int)) => Double,
        (Some(_), Some(_)) => match test {
            Some(test) => return if test { yes.clone() } else { no.clone() },
            None => return yes.join(no),
        },
        _ => return Facts::Scalar { ty: None, value: None },
    };
    let found = test.and_then(|test| if test { yes.value() } else { no.value() });
    Facts::Scalar { ty: Some(ty), value: found.and_then(|x| x.cast(ty)) }
}

/// The pattern of an operand, of a scalar that of a 1 x 1 matrix.
fn operand_sketch(facts: &Facts) -> Option<Sketch> {
    match facts {
        Facts::Matrix(m) => m.sketch.clone(),
        scalar => Some(match scalar.value().and_then(Scalar::as_f64) {
            Some(0.0) => Sketch::empty(1, 1),
            Some(_) => Sketch::dense(1, 1),
            None => Sketch::uniform(1, 1, Nnz::unknown(1)),
        }),
    }
}

impl MatrixFacts {
    /// A dimension is known to be 1.
    pub fn is_vector(&self) -> bool {
        self.rows == Some(1) || self.cols == Some(1)
    }
}
