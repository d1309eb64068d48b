//! Sorting rows by columns.

use lac_grammar::Diagnostic;
use rayon::prelude::*;

use super::gather;
use super::split::PARALLEL;
use crate::{Context, Dense, Matrix, Result, Storage};

/// The rows sorted by the columns `by` (0-based), the first of them first, or (`index`) the 1-based permutation that sorts
/// them. Equal rows keep their order; NaN comes last, whether the numbers ascend or descend.
///
/// # Errors
/// E0601 without memory.
pub fn order(m: &Matrix, by: &[usize], decreasing: bool, index: bool, ctx: &Context) -> Result<Matrix> {
    let n = m.rows();
    ctx.reserve(n as u64 * 8 * (2 + by.len() as u64), || format!("the order of {n} rows"))?;
    let order = match by {
        [] => (0..n).collect(),
        [one] => by_one(keys(m, *one, decreasing)),
        _ => by_several(n, by.iter().map(|&j| keys(m, j, decreasing)).collect()),
    };
    if !index {
        return gather::rows(m, &order, ctx);
    }
    ctx.reserve_dense(n, 1)?;
    Ok(Matrix::new(Dense::new(n, 1, order.into_iter().map(|i| (i + 1) as f64).collect())))
}

/// The rows moved down by `shift` places, those beyond the end to the top.
///
/// # Errors
/// E0501 if `shift` is not finite; E0601 without memory.
pub fn roll(m: &Matrix, shift: f64, ctx: &Context) -> Result<Matrix> {
    if !shift.is_finite() {
        return Err(Box::new(Diagnostic::error("E0501", format!("`roll` by {shift} rows"))));
    }
    let n = m.rows();
    let from = |i: usize| (i as f64 - shift.trunc()).rem_euclid(n as f64) as usize % n;
    gather::rows(m, &(0..n).map(from).collect::<Vec<_>>(), ctx)
}

/// Numbers that ascend as the cells of a column are to be sorted.
fn keys(m: &Matrix, j: usize, decreasing: bool) -> Vec<u64> {
    let key = |x: f64| {
        if x.is_nan() {
            return u64::MAX;
        }
        // -0 as 0. Positive numbers ascend with their bits, negative ones descend.
        let bits = (x + 0.0).to_bits();
        let ascending = if bits >> 63 == 0 { bits | 1 << 63 } else { !bits };
        if decreasing { !ascending } else { ascending }
    };
    match m.storage() {
        Storage::Dense(d) => (0..d.rows()).map(|i| key(d.values()[i * d.cols() + j])).collect(),
        Storage::Csr(s) => (0..s.rows()).map(|i| key(s.get(i, j))).collect(),
    }
}

fn by_one(keys: Vec<u64>) -> Vec<usize> {
    let mut rows: Vec<(u64, usize)> = keys.into_iter().enumerate().map(|(i, key)| (key, i)).collect();
    // Unstable, but no two are equal: the place is a part of them.
    if rows.len() < PARALLEL {
        rows.sort_unstable()
    } else {
        rows.par_sort_unstable()
    }
    rows.into_iter().map(|(_, i)| i).collect()
}

fn by_several(n: usize, keys: Vec<Vec<u64>>) -> Vec<usize> {
    let compare = |a: &usize, b: &usize| {
        let orders = keys.iter().map(|key| key[*a].cmp(&key[*b]));
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then(a.cmp(b))
    };
    let mut rows: Vec<usize> = (0..n).collect();
    if n < PARALLEL {
        rows.sort_unstable_by(compare)
    } else {
        rows.par_sort_unstable_by(compare)
    }
    rows
}
