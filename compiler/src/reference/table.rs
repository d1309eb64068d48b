//! Contingency tables.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::Mismatch;

/// Cell (i, j) is the sum of the weights of the pairs (i, j), added in the order of the pairs. Fractions of i and j are
/// dropped; a pair with a NaN, or beyond given dimensions, counts nowhere. Without given dimensions there are as many rows
/// as the largest i says and as many columns as the largest j.
pub const TABLE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let first = args.matrix(0)?;
    let cell = |k: usize, at: usize| match values[k] {
        Some(Value::Matrix(m)) => Ok(m.values[at]),
        None => Ok(1.0),
        _ => args.number(k),
    };
    let mut pairs = Vec::new();
    let (mut rows, mut cols) = (0.0_f64, 0.0_f64);
    for at in 0..first.values.len() {
        let (i, j, w) = (cell(0, at)?.trunc(), cell(1, at)?.trunc(), cell(2, at)?);
        (rows, cols) = (rows.max(i), cols.max(j));
        if i.is_nan() || j.is_nan() || w.is_nan() {
            continue;
        }
        if i < 1.0 || j < 1.0 {
            return Err(Mismatch::new("E0501", "`table` counts rows and columns from 1")
                .label(if i < 1.0 { 0 } else { 1 }, "a value here is less"));
        }
        pairs.push((i, j, w));
    }
    let size = |k: usize, largest: f64| match values[k] {
        Some(_) => args.size(k),
        None if largest < MOST => Ok(largest as usize),
        None => Err(Mismatch::new("E0501", format!("`table` can not make a matrix of {largest} rows or columns"))
            .label(k - 3, "a value here is that large")),
    };
    let (rows, cols) = (size(3, rows)?, size(4, cols)?);
    let mut result = Dense::from_fn(rows, cols, |_, _| 0.0)?;
    for (i, j, w) in pairs {
        if i <= rows as f64 && j <= cols as f64 {
            result.values[(i as usize - 1) * cols + (j as usize - 1)] += w;
        }
    }
    Ok(Value::Matrix(result))
};

/// Larger numbers are no places of a matrix: 2^53, up to which doubles count.
pub const MOST: f64 = 9_007_199_254_740_992.0;
