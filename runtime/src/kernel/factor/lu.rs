//! LU factorization with partial pivoting.

use std::ops::Range;

use rayon::prelude::*;

use super::super::split::PARALLEL;

/// Columns that are eliminated together: 32 rows of U of 1000 columns, 256 KiB, stay in the L2 cache while every row below
/// passes by once.
pub(super) const PANEL: usize = 32;

/// P A = L U in one n x n row-major array: L below the diagonal, with ones on it, U on and above it. The pivot of a column is
/// the first of its largest cells; a column without a pivot is left as it is.
pub(super) struct Lu {
    values: Vec<f64>,
    n: usize,
    /// The row of A that each row came from.
    order: Vec<usize>,
}

impl Lu {
    pub fn new(values: Vec<f64>, n: usize) -> Lu {
        let mut lu = Lu { values, n, order: (0..n).collect() };
        for first in (0..n).step_by(PANEL) {
            let end = (first + PANEL).min(n);
            lu.panel(first, end);
            lu.rows_of_u(first, end);
            lu.rest(first, end);
        }
        lu
    }

    /// Eliminates columns first..end, within these columns alone; whole rows are exchanged.
    fn panel(&mut self, first: usize, end: usize) {
        let n = self.n;
        for k in first..end {
            let mut pivot = k;
            for i in k + 1..n {
                if self.values[i * n + k].abs() > self.values[pivot * n + k].abs() {
                    pivot = i;
                }
            }
            if pivot != k {
                let (above, below) = self.values.split_at_mut(pivot * n);
                above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
                self.order.swap(k, pivot);
            }
            let (above, below) = self.values.split_at_mut((k + 1) * n);
            let u = &above[k * n..][k..end];
            if u[0] == 0.0 {
                continue;
            }
            for row in below.chunks_exact_mut(n) {
                let factor = row[k] / u[0];
                row[k] = factor;
                row[k + 1..end].iter_mut().zip(&u[1..]).for_each(|(x, u)| *x -= factor * u);
            }
        }
    }

    /// What the panel's elimination does to its own rows, right of it.
    fn rows_of_u(&mut self, first: usize, end: usize) {
        for i in first + 1..end {
            let (above, row) = self.values.split_at_mut(i * self.n);
            eliminate(&above[first * self.n..], self.n, first..i, end, &mut row[..self.n]);
        }
    }

    /// And to all rows below.
    fn rest(&mut self, first: usize, end: usize) {
        let n = self.n;
        let (above, below) = self.values.split_at_mut(end * n);
        let above = &above[first * n..];
        let one = |row: &mut [f64]| eliminate(above, n, first..end, end, row);
        if below.len() * (end - first) < PARALLEL {
            below.chunks_exact_mut(n).for_each(one);
        } else {
            below.par_chunks_exact_mut(n).with_min_len(8).for_each(one);
        }
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The row of A that each row came from.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The diagonal of U.
    pub fn diagonal(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.n).map(|k| self.values[k * self.n + k])
    }

    /// 1 for an even permutation of the rows, else -1: a cycle of even length is odd.
    pub fn sign(&self) -> f64 {
        let mut seen = vec![false; self.n];
        let mut sign = 1.0;
        for start in 0..self.n {
            let (mut at, mut length) = (start, 0);
            while !seen[at] {
                (seen[at], at, length) = (true, self.order[at], length + 1);
            }
            if length > 0 && length % 2 == 0 {
                sign = -sign;
            }
        }
        sign
    }

    /// P b, for row-major b.
    pub fn permuted(&self, b: &[f64], cols: usize) -> Vec<f64> {
        self.order.iter().flat_map(|&i| &b[i * cols..(i + 1) * cols]).copied().collect()
    }
}

/// row[from..] -= row[k] * U[k][from..] for each k in order; `above` begins with row `factors.start`. A column without a
/// pivot has no factors.
fn eliminate(above: &[f64], n: usize, factors: Range<usize>, from: usize, row: &mut [f64]) {
    let (left, right) = row.split_at_mut(from);
    let u = |k: usize| &above[(k - factors.start) * n..][..n];
    let pivots = factors.clone().filter(|&k| u(k)[k] != 0.0);
    subtract(right, pivots.map(|k| (left[k], &u(k)[from..])));
}

/// Multiples of other rows subtracted from a row, one after the other; four of them at once, so that the row is read and
/// written less often.
pub(super) fn subtract<'a>(row: &mut [f64], multiples: impl Iterator<Item = (f64, &'a [f64])>) {
    let mut pending: [(f64, &[f64]); 4] = [(0.0, &[]); 4];
    let mut waiting = 0;
    for multiple in multiples {
        pending[waiting] = multiple;
        waiting += 1;
        if waiting == 4 {
            subtract_four(row, pending);
            waiting = 0;
        }
    }
    for (factor, other) in &pending[..waiting] {
        row.iter_mut().zip(*other).for_each(|(x, y)| *x -= factor * y);
    }
}

fn subtract_four(row: &mut [f64], multiples: [(f64, &[f64]); 4]) {
    let n = row.len();
    let [(a, s), (b, t), (c, u), (d, v)] = multiples;
    let (s, t, u, v) = (&s[..n], &t[..n], &u[..n], &v[..n]);
    for (j, x) in row.iter_mut().enumerate() {
        *x = *x - a * s[j] - b * t[j] - c * u[j] - d * v[j];
    }
}
