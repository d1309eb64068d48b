//! Reorganizations: every cell goes somewhere, none changes.

use super::{Infer, Mismatch, described, list, matrix, required, string};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::{Op, ScalarType};
use crate::sketch::Sketch;

pub const TRANSPOSE: Infer = |op, args| {
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::matrix(None, None)) };
    Ok(Facts::Matrix(MatrixFacts {
        rows: m.cols,
        cols: m.rows,
        sketch: m.sketch.as_ref().map(Sketch::transpose),
        ..m.clone()
    }))
};

pub const REVERSE: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::Unknown) };
    Ok(Facts::Matrix(MatrixFacts { sketch: m.sketch.as_ref().map(Sketch::rev), ..m.clone() }))
};

pub const DIAG: Infer = |op, args| {
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::matrix(None, None)) };
    match (m.rows, m.cols) {
        (_, Some(1)) => {
            Ok(described(m.rows, m.rows, m.sketch.as_ref().map(Sketch::diag_to_matrix), (m.values, m.finite)))
        }
        (Some(r), Some(c)) if r == c => {
            Ok(described(m.rows, Some(1), m.sketch.as_ref().map(Sketch::diag_of_matrix), (m.values, m.finite)))
        }
        (Some(_), Some(_)) => {
            let mismatch = Mismatch::new("E0303", "`diag` needs a column vector or a square matrix")
                .label(0, format!("this is {}", m.shape()));
            Err(if m.rows == Some(1) { mismatch.help("transpose the row vector: `diag(t(v))`") } else { mismatch })
        }
        _ => Ok(Facts::matrix(None, None)),
    }
};

pub const BIND: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    match required(args, 0) {
        Facts::List { length: Some(0) } if args.len() == 1 => {
            return Err(Mismatch::new("E0210", "there is nothing to bind").label(0, "this list is empty"));
        }
        Facts::List { .. } if args.len() == 1 => return Ok(Facts::Unknown),
        Facts::List { length } => return Ok(list::append(*length, args.len() - 1)),
        Facts::Unknown => return Ok(Facts::Unknown),
        Facts::Scalar { ty: Some(ScalarType::Str), .. } if op == Op::CBind => return lines(op, args),
        _ => {}
    }
    let by_column = op == Op::CBind;
    let mut joined: Option<MatrixFacts> = None;
    for i in 0..args.len() {
        if let Facts::List { length: None | Some(1) } = required(args, i) {
            return Ok(Facts::Unknown);
        }
        let Some(m) = matrix(op, args, i)? else { return Ok(Facts::Unknown) };
        joined = Some(match joined {
            None => m.clone(),
            Some(left) => bind(by_column, &left, m).ok_or_else(|| unequal(op, by_column, args, i))?,
        });
    }
    Ok(Facts::Matrix(joined.expect("a bind has an argument")))
};

/// Texts, each a line.
fn lines(op: Op, args: &[Option<&Facts>]) -> Result<Facts, Mismatch> {
    for i in 0..args.len() {
        string(op, args, i)?;
    }
    Ok(Facts::scalar(ScalarType::Str))
}

/// The argument at `position` does not fit the first one, which all before it do.
fn unequal(op: Op, by_column: bool, args: &[Option<&Facts>], position: usize) -> Mismatch {
    let shape = |i: usize| args[i].and_then(Facts::as_matrix).map_or("?".into(), MatrixFacts::shape);
    let what = if by_column { "rows" } else { "columns" };
    let (first, other) = (shape(0), shape(position));
    let message = format!("`{}` can not bind {first} and {other}: numbers of {what} differ", op.row().name);
    Mismatch::new("E0305", message).label(0, format!("this is {first}")).label(position, format!("this is {other}"))
}

/// `None` if the sizes of the dimension they share differ.
fn bind(by_column: bool, a: &MatrixFacts, b: &MatrixFacts) -> Option<MatrixFacts> {
    let (fixed_a, fixed_b) = if by_column { (a.rows, b.rows) } else { (a.cols, b.cols) };
    if fixed_a.zip(fixed_b).is_some_and(|(x, y)| x != y) {
        return None;
    }
    let fixed = fixed_a.or(fixed_b);
    let sum = |x: Dim, y: Dim| x?.checked_add(y?);
    let (rows, cols) = if by_column { (fixed, sum(a.cols, b.cols)) } else { (sum(a.rows, b.rows), fixed) };
    let sketch = match (&a.sketch, &b.sketch) {
        (Some(s), Some(t)) if by_column => Some(Sketch::cbind(s, t)),
        (Some(s), Some(t)) => Some(Sketch::rbind(s, t)),
        _ => match Facts::matrix(rows, cols) {
            Facts::Matrix(m) => m.sketch,
            _ => None,
        },
    };
    Some(MatrixFacts { rows, cols, sketch, finite: a.finite && b.finite, values: a.values.hull(b.values) })
}
