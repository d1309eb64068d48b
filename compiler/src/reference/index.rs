//! Right and left indexing: 1-based inclusive bounds, whose fractions are dropped; an absent one is the first or last.

use std::ops::Range;

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::Mismatch;

pub const RIGHT_INDEX: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let (rows, cols) = (range(args, 1, m.rows)?, range(args, 3, m.cols)?);
    Ok(Value::Matrix(Dense::from_fn(rows.len(), cols.len(), |i, j| m.at(rows.start + i, cols.start + j))?))
};

/// A scalar fills all cells of the range.
pub const LEFT_INDEX: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let (rows, cols) = (range(args, 2, m.rows)?, range(args, 4, m.cols)?);
    let scalar = match values[1] {
        Some(Value::Matrix(_)) => None,
        _ => Some(args.number(1)?),
    };
    let mut result = m.clone();
    for (k, i) in rows.enumerate() {
        for (l, j) in cols.clone().enumerate() {
            result.values[i * m.cols + j] = match scalar {
                Some(x) => x,
                None => args.matrix(1)?.at(k, l),
            };
        }
    }
    Ok(Value::Matrix(result))
};

/// Arguments `first` and `first + 1` as a 0-based range of a dimension; inference has checked that it is one.
fn range(args: Arguments<'_>, first: usize, extent: usize) -> Result<Range<usize>, Mismatch> {
    let from = args.optional_number(first)?.map_or(0, |v| v as usize - 1);
    let to = args.optional_number(first + 1)?.map_or(extent, |v| v as usize);
    Ok(from..to)
}
