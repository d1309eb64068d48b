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

/// Arguments `first` and `first + 1` as a 0-based range of a dimension.
fn range(args: Arguments<'_>, first: usize, extent: usize) -> Result<Range<usize>, Mismatch> {
    let what = if first < 3 { "row" } else { "column" };
    range_in(args.optional_number(first)?, args.optional_number(first + 1)?, extent, what, || "matrix".into())
}

/// The 0-based range of a dimension of `extent` cells between two bounds; an absent one is the first or the last. See
/// [`misplaced`].
///
/// # Errors
/// E0501 if there is no such range.
pub fn range_in(
    from: Option<f64>,
    to: Option<f64>,
    extent: usize,
    what: &str,
    of: impl FnOnce() -> String,
) -> Result<Range<usize>, Mismatch> {
    if let Some((range, why)) = misplaced([from, to], [from, to], Some(extent as u64), what) {
        return Err(Mismatch::new("E0501", format!("{what} {range} of a {}: {why}", of())));
    }
    Ok(from.map_or(0, |v| v as usize - 1)..to.map_or(extent, |v| v as usize))
}

/// Why a range is none whose first bound is the higher one.
pub const BACKWARDS: &str = "the range runs backwards";

/// A range that is none, and why, as far as the bounds are known: `written` are those that are there, known or not. Where one
/// of them is absent the range may be empty: `X[(nrow(X) + 1):, ]` and `X[:0, ]` have no rows.
pub fn misplaced<B>(
    written: [Option<B>; 2],
    known: [Option<f64>; 2],
    extent: Option<u64>,
    what: &str,
) -> Option<(String, String)> {
    let [no_first, no_last] = written.map(|bound| bound.is_none());
    let [from, to] = known.map(|bound| bound.map(f64::trunc));
    let first = if no_first { Some(1.0) } else { from };
    let last = if no_last { extent.map(|n| n as f64) } else { to };
    let open = f64::from(no_first || no_last);
    // beyond 2^53 whole numbers are no longer told apart, and nothing has so many rows
    let end = extent.map_or(2f64.powi(53), |n| n as f64);
    let outside = first.is_some_and(|a| !(1.0..=end + open).contains(&a))
        || last.is_some_and(|b| !(1.0 - open..=end).contains(&b));
    let backwards = first.zip(last).is_some_and(|(a, b)| a > b + open);
    if !(outside || backwards) {
        return None;
    }
    let text = |v: f64| if v.abs() < 1e15 { v.to_string() } else { Scalar::Double(v).to_string() };
    let show = |bound: Option<f64>| bound.map_or(String::new(), text);
    let range = if from == to { show(from) } else { format!("{}:{}", show(from), show(to)) };
    let size = extent.map_or("?".into(), |n| n.to_string());
    let why = if backwards && open == 0.0 { BACKWARDS.into() } else { format!("{what}s run from 1 to {size}") };
    Some((range, why))
}
