//! Rows and columns that their values choose: those that are not empty, and the distinct ones.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use super::gather;
use super::reorg::transpose;
use crate::{Context, Dense, Matrix, Result, Storage};

/// Rows or columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Margin {
    Rows,
    Cols,
}

/// The rows or columns that are not empty, or those where `select`, a vector, is not 0. If none is left: one of zeros, or
/// none at all, as `keep_one` says.
///
/// # Errors
/// E0601 without memory.
pub fn remove_empty(
    m: &Matrix,
    margin: Margin,
    select: Option<&Matrix>,
    keep_one: bool,
    ctx: &Context,
) -> Result<Matrix> {
    let kept = match (select, margin) {
        (Some(s), _) => selected(s),
        (None, Margin::Rows) => nonempty_rows(m),
        (None, Margin::Cols) => nonempty_cols(m),
    };
    match margin {
        _ if kept.is_empty() => {
            let left = usize::from(keep_one);
            Ok(if margin == Margin::Rows { Matrix::zeros(left, m.cols()) } else { Matrix::zeros(m.rows(), left) })
        }
        Margin::Rows => gather::rows(m, &kept, ctx),
        Margin::Cols => gather::cols(m, &kept, ctx),
    }
}

/// The positions of the nonzeros of a vector.
fn selected(v: &Matrix) -> Vec<usize> {
    let nonzeros = |values: &[f64]| values.iter().enumerate().filter(|(_, x)| **x != 0.0).map(|(i, _)| i).collect();
    match v.storage() {
        Storage::Dense(d) => nonzeros(d.values()),
        Storage::Csr(s) if s.rows() == 1 => {
            let (columns, values) = s.row(0);
            nonzeros(values).into_iter().map(|k: usize| columns[k] as usize).collect()
        }
        Storage::Csr(_) => nonempty_rows(v),
    }
}

fn nonempty_rows(m: &Matrix) -> Vec<usize> {
    let row = |i: usize| match m.storage() {
        Storage::Dense(d) => d.row(i),
        Storage::Csr(s) => s.row(i).1,
    };
    (0..m.rows()).filter(|&i| row(i).iter().any(|x| *x != 0.0)).collect()
}

fn nonempty_cols(m: &Matrix) -> Vec<usize> {
    let mut any = vec![false; m.cols()];
    for i in 0..m.rows() {
        match m.storage() {
            Storage::Dense(d) => any.iter_mut().zip(d.row(i)).for_each(|(any, x)| *any |= *x != 0.0),
            Storage::Csr(s) => {
                let (columns, values) = s.row(i);
                columns.iter().zip(values).for_each(|(&j, x)| any[j as usize] |= *x != 0.0);
            }
        }
    }
    (0..m.cols()).filter(|&j| any[j]).collect()
}

/// What `unique` tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distinct {
    Cells,
    Rows,
    Cols,
}

/// The distinct cells as a column, or the distinct rows or columns, in the order of their first appearance. One NaN is as
/// good as another.
///
/// # Errors
/// E0601 without memory.
pub fn unique(m: &Matrix, what: Distinct, ctx: &Context) -> Result<Matrix> {
    match what {
        Distinct::Cells => {
            let values = distinct_cells(m);
            ctx.reserve_dense(values.len(), 1)?;
            Ok(Matrix::new(Dense::new(values.len(), 1, values)))
        }
        Distinct::Rows => gather::rows(m, &distinct_rows(m), ctx),
        Distinct::Cols => gather::cols(m, &distinct_rows(&transpose(m, ctx)?), ctx),
    }
}

/// Equal for equal values: -0 is 0 and NaN is NaN.
fn bits(x: f64) -> u64 {
    if x.is_nan() { f64::NAN.to_bits() } else { (x + 0.0).to_bits() }
}

fn distinct_cells(m: &Matrix) -> Vec<f64> {
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    let mut see = |x: f64| {
        if seen.insert(bits(x)) {
            values.push(x);
        }
    };
    match m.storage() {
        Storage::Dense(d) => d.values().iter().for_each(|&x| see(x)),
        Storage::Csr(s) => {
            for i in 0..s.rows() {
                let (columns, row) = s.row(i);
                let mut expected = 0;
                for (&j, &x) in columns.iter().zip(row) {
                    if j > expected {
                        see(0.0);
                    }
                    see(x);
                    expected = j.wrapping_add(1);
                }
                if columns.len() < s.cols() {
                    see(0.0);
                }
            }
        }
    }
    values
}

/// The first of each set of equal rows.
fn distinct_rows(m: &Matrix) -> Vec<usize> {
    match m.storage() {
        Storage::Dense(d) => {
            first_of_equals(d.rows(), |i| d.row(i).iter().enumerate().map(|(j, &x)| (j as u32, x)).filter(nonzero))
        }
        Storage::Csr(s) => first_of_equals(s.rows(), |i| {
            let (columns, values) = s.row(i);
            columns.iter().copied().zip(values.iter().copied()).filter(nonzero)
        }),
    }
}

fn nonzero((_, x): &(u32, f64)) -> bool {
    *x != 0.0
}

fn first_of_equals<I: Iterator<Item = (u32, f64)>>(rows: usize, row: impl Fn(usize) -> I) -> Vec<usize> {
    let cells = |i: usize| row(i).map(|(j, x)| (j, bits(x)));
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut first = Vec::new();
    for i in 0..rows {
        let mut hasher = DefaultHasher::new();
        for (j, x) in cells(i) {
            hasher.write_u32(j);
            hasher.write_u64(x);
        }
        let candidates = by_hash.entry(hasher.finish()).or_default();
        if !candidates.iter().any(|&k| cells(k).eq(cells(i))) {
            candidates.push(i);
            first.push(i);
        }
    }
    first
}
