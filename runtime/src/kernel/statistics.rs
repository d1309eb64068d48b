//! Statistics of vectors: quantiles, moments, covariance. Sums run in the order of the cells; each kernel passes over the
//! cells a few times, which costs less than the pass that made them.

use std::borrow::Cow;

use lac_compiler::reference::statistics::meets;

use super::split::PARALLEL;
use crate::{Context, Matrix, Result, Storage};
use rayon::prelude::*;

/// The cells of a vector; a copy only if it is sparse.
///
/// # Errors
/// E0601 without memory.
pub fn cells<'a>(m: &'a Matrix, ctx: &Context) -> Result<Cow<'a, [f64]>> {
    Ok(match m.storage() {
        Storage::Dense(d) => Cow::Borrowed(d.values()),
        Storage::Csr(s) => {
            ctx.reserve_dense(m.rows(), m.cols())?;
            Cow::Owned(s.to_dense().into_values())
        }
    })
}

/// The weights of some cells; absent ones are 1.
#[derive(Clone, Copy)]
pub struct Weights<'a>(pub Option<&'a [f64]>);

impl Weights<'_> {
    fn at(self, i: usize) -> f64 {
        self.0.map_or(1.0, |w| w[i])
    }

    fn total(self, n: usize) -> f64 {
        (0..n).fold(0.0, |s, i| s + self.at(i))
    }
}

/// A sorted vector of which quantiles are asked.
pub struct Sorted {
    /// Ascending cells with the weights of all up to each.
    cells: Vec<(f64, f64)>,
    total: f64,
}

impl Sorted {
    /// Cells without a weight are left out; of a NaN there is no order, and nothing but NaN comes of it. E0601 without memory.
    pub fn new(x: &[f64], weights: Weights, ctx: &Context) -> Result<Sorted> {
        ctx.reserve(16 * x.len() as u64, || format!("{} sorted cells", x.len()))?;
        if x.iter().any(|x| x.is_nan()) {
            return Ok(Sorted { cells: vec![], total: 0.0 });
        }
        let weighted = x.iter().enumerate().map(|(i, &x)| (x, weights.at(i)));
        let mut cells: Vec<(f64, f64)> = weighted.filter(|(_, w)| *w > 0.0).collect();
        let order = |a: &(f64, f64), b: &(f64, f64)| a.0.partial_cmp(&b.0).expect("no NaN");
        if cells.len() < PARALLEL {
            cells.sort_by(order)
        } else {
            cells.par_sort_by(order)
        }
        let mut total = 0.0;
        for (_, w) in &mut cells {
            total += *w;
            *w = total;
        }
        Ok(Sorted { cells, total })
    }

    /// The first cell at which the share p of the weights is reached; with `halves`, and an even number of cells, the mean of
    /// it and the next one, which may be equal. NaN if there is none.
    pub fn quantile(&self, p: f64, halves: bool) -> f64 {
        let target = p * self.total;
        let k = self.cells.partition_point(|(_, reached)| *reached < target);
        match (self.cells.get(k), self.cells.get(k + 1)) {
            (Some((x, reached)), Some((next, _))) if halves && meets(*reached, target, self.total) => (x + next) / 2.0,
            (Some((x, _)), _) => *x,
            (None, _) => self.cells.last().map_or(f64::NAN, |(x, _)| *x),
        }
    }
}

impl Sorted {
    /// The mean of the middle half: each cell is as long as its weight, and what lies between a quarter and three quarters of
    /// the length counts.
    pub fn inter_quartile_mean(&self) -> f64 {
        let (from, to) = (0.25 * self.total, 0.75 * self.total);
        let (mut before, mut middle) = (0.0_f64, 0.0);
        for &(x, reached) in &self.cells {
            let length = reached.min(to) - before.max(from);
            if length > 0.0 {
                middle += length * x;
            }
            before = reached;
        }
        middle / (to - from)
    }
}

fn mean(x: &[f64], w: Weights) -> f64 {
    x.iter().enumerate().fold(0.0, |s, (i, x)| s + w.at(i) * x) / w.total(x.len())
}

/// The weighted mean of (x - mean)^order.
pub fn moment(x: &[f64], w: Weights, order: u32) -> f64 {
    let mean = mean(x, w);
    let sum = x.iter().enumerate().fold(0.0, |s, (i, x)| s + w.at(i) * power(x - mean, order));
    sum / w.total(x.len())
}

pub(super) fn power(d: f64, order: u32) -> f64 {
    (1..order).fold(d, |p, _| p * d)
}

/// The sum of w (x - mean) (y - mean) over one less than all weights.
pub fn covariance(x: &[f64], y: &[f64], w: Weights) -> f64 {
    if x.is_empty() {
        return f64::NAN;
    }
    let (mx, my) = (mean(x, w), mean(y, w));
    let sum = x.iter().zip(y).enumerate().fold(0.0, |s, (i, (x, y))| s + w.at(i) * (x - mx) * (y - my));
    sum / degrees(w.total(x.len()))
}

/// One less than all weights; of one cell the divisor is 1.
pub(super) fn degrees(total: f64) -> f64 {
    if total > 1.0 { total - 1.0 } else { 1.0 }
}

/// Whether a value is among the cells.
pub fn contains(m: &Matrix, x: f64) -> bool {
    let (stored, all): (&[f64], bool) = match m.storage() {
        Storage::Dense(d) => (d.values(), true),
        Storage::Csr(s) => (s.values(), s.stored() as u128 == m.rows() as u128 * m.cols() as u128),
    };
    x == 0.0 && !all || stored.iter().any(|&y| same(x, y))
}

fn same(x: f64, y: f64) -> bool {
    x == y || x.is_nan() && y.is_nan()
}

/// Whether a 1 x n matrix is among the rows of an m x n matrix. E0601 without memory.
pub fn contains_row(m: &Matrix, row: &Matrix, ctx: &Context) -> Result<bool> {
    let wanted = cells(row, ctx)?;
    let nonzeros = wanted.iter().filter(|x| **x != 0.0).count();
    Ok((0..m.rows()).any(|i| match m.storage() {
        Storage::Dense(d) => d.row(i).iter().zip(wanted.iter()).all(|(&x, &y)| same(x, y)),
        Storage::Csr(s) => {
            let (columns, values) = s.row(i);
            values.iter().filter(|x| **x != 0.0).count() == nonzeros
                && columns.iter().zip(values).all(|(&j, &x)| same(x, wanted[j as usize]))
        }
    }))
}
