//! Numbers of distinct values.

use super::{Infer, Mismatch, matrix, string};
use crate::facts::{Facts, Values};
use crate::ops::{Direction, Op, ScalarType};
use crate::sketch::Sketch;

/// What is counted, by the operator or by the name of its argument `dir`.
///
/// # Errors
/// E0213 for another name.
pub fn direction(op: Op, dir: Option<&str>) -> Result<Option<Direction>, Mismatch> {
    let at = op.row().parameters.len() - 1;
    match (op, dir) {
        (Op::CountDistinct(direction @ (Direction::Row | Direction::Col)), _) => Ok(Some(direction)),
        (_, None) => Ok(None),
        (_, Some("rc")) => Ok(Some(Direction::All)),
        (_, Some("r")) => Ok(Some(Direction::Row)),
        (_, Some("c")) => Ok(Some(Direction::Col)),
        (_, Some(name)) => Err(Mismatch::new("E0213", format!("`{}` knows no direction \"{name}\"", op.row().name))
            .label(at, "one of rc, r, c")),
    }
}

/// `countDistinct(X, dir)`: at least 1 where there is a cell.
pub const COUNT_DISTINCT: Infer = |op, args| {
    let m = matrix(op, args, 0)?;
    let last = args.len() - 1;
    let dir = match op {
        Op::CountDistinct(Direction::Row | Direction::Col) => None,
        _ if args[last].is_none() => Some("rc"),
        _ => string(op, args, last)?,
    };
    if !matches!(op, Op::CountDistinct(Direction::All)) {
        string(op, args, 1)?;
    }
    let Some(direction) = direction(op, dir)? else { return Ok(Facts::Unknown) };
    let (rows, cols) = (m.and_then(|m| m.rows), m.and_then(|m| m.cols));
    let (length, inner) = match direction {
        Direction::All => return Ok(Facts::scalar(ScalarType::Int)),
        Direction::Row => (rows, cols),
        Direction::Col => (cols, rows),
    };
    let shape = if direction == Direction::Row { (length, Some(1)) } else { (Some(1), length) };
    let values = Values::new(1.0, inner.map_or(f64::INFINITY, |n| n as f64), true);
    Ok(match (length, inner) {
        (Some(n), Some(inner)) => {
            let (r, c) = if direction == Direction::Row { (n, 1) } else { (1, n) };
            Facts::valued(if inner == 0 { Sketch::empty(r, c) } else { Sketch::dense(r, c) }, true, values)
        }
        _ => Facts::matrix(shape.0, shape.1).with_values(true, values),
    })
};
