//! Right and left indexing: 1-based inclusive bounds, whose fractions are dropped; an absent one is the first or last.

use std::ops::Range;

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value, list};
use crate::ops::{Mismatch, Scalar};

pub const RIGHT_INDEX: Evaluate = |op, values, _| {
    if let Some(Value::List(l)) = values[0] {
        return list::right(op, values, l);
    }
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let (rows, cols) = (places(args, 1, m.rows)?, places(args, 3, m.cols)?);
    Ok(Value::Matrix(Dense::from_fn(rows.len(), cols.len(), |i, j| m.at(rows[i], cols[j]))?))
};

/// A scalar fills all cells. Of positions that repeat the last counts.
pub const LEFT_INDEX: Evaluate = |op, values, _| {
    if let Some(Value::List(l)) = values[0] {
        return list::left(op, values, l);
    }
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let (rows, cols) = (places(args, 2, m.rows)?, places(args, 4, m.cols)?);
    let scalar = match values[1] {
        Some(Value::Matrix(_)) => None,
        _ => Some(args.number(1)?),
    };
    let mut result = m.clone();
    for (k, i) in rows.into_iter().enumerate() {
        for (l, &j) in cols.iter().enumerate() {
            result.values[i * m.cols + j] = match scalar {
                Some(x) => x,
                None => args.matrix(1)?.at(k, l),
            };
        }
    }
    Ok(Value::Matrix(result))
};

/// The 0-based places of a range or of a vector of positions.
fn places(args: Arguments<'_>, first: usize, extent: usize) -> Result<Vec<usize>, Mismatch> {
    match args.values[first] {
        Some(Value::Matrix(positions)) => {
            let what = if first < 3 { "row" } else { "column" };
            positions_in(positions.values.iter().copied(), positions.values.len(), extent, what)
        }
        _ => range(args, first, extent).map(Iterator::collect),
    }
}

/// The 0-based places of `count` positions in a dimension of `extent` cells; their fractions are dropped.
///
/// # Errors
/// E0501 for a position that there is not; E0512 for zeros and ones (or nothing but ones) as many as the extent, which can be
/// a mask as well: only where there are at least two.
pub fn positions_in(
    positions: impl Iterator<Item = f64> + Clone,
    count: usize,
    extent: usize,
    what: &str,
) -> Result<Vec<usize>, Mismatch> {
    if count == extent && count > 1 && positions.clone().all(|x| x == 0.0 || x == 1.0) {
        let message = format!("{count} zeros and ones for {count} {what}s: a mask, or positions?");
        return Err(Mismatch::new("E0512", message).help("for a mask write a comparison: `X[v != 0, ]`, `X[, v != 0]`"));
    }
    let place = |x: f64| match x.trunc() {
        n if n >= 1.0 && n <= extent as f64 => Ok(n as usize - 1),
        _ => {
            let shown = Scalar::Double(x);
            let message = format!("position {shown} among {extent} {what}s: {what}s run from 1 to {extent}");
            Err(Mismatch::new("E0501", message))
        }
    };
    positions.map(place).collect()
}

/// Arguments `first` and `first + 1` as a 0-based range of a dimension; inference has checked that it is one.
fn range(args: Arguments<'_>, first: usize, extent: usize) -> Result<Range<usize>, Mismatch> {
    let from = args.optional_number(first)?.map_or(0, |v| v as usize - 1);
    let to = args.optional_number(first + 1)?.map_or(extent, |v| v as usize);
    Ok(from..to)
}
