//! Folds of each column.

use rayon::prelude::*;

use super::aggregate_fold::Fold;
use super::split::{PARALLEL, balanced_for, tree};
use crate::{Csr, Dense};

/// Accumulators of one pass: 8 KiB, which stay in the L1 cache with the row piece that is added to them.
const STRIPE: usize = 1024;

/// Accumulators that a narrow matrix is given by taking several rows as one, so that the loop over them is vectorized.
const NARROW: usize = 64;

/// Rows of `cols` cells that are taken as one row.
pub(super) fn group(cols: usize) -> usize {
    (NARROW / cols.max(1)).max(1)
}

/// The fold of each column. `f.term` gets the lane: the column, plus a multiple of the number of columns below
/// `group(cols) * cols`.
pub(super) fn fold_dense<F: Fold>(f: F, d: &Dense) -> Vec<f64> {
    let mut out = vec![F::START; d.cols()];
    let stripe = |(k, out): (usize, &mut [f64])| fold_stripe(f, d, k * STRIPE, out);
    if d.values().len() < PARALLEL {
        out.chunks_mut(STRIPE).enumerate().for_each(stripe);
    } else {
        out.par_chunks_mut(STRIPE).enumerate().for_each(stripe);
    }
    out
}

fn fold_stripe<F: Fold>(f: F, d: &Dense, begin: usize, out: &mut [f64]) {
    let (cols, group) = (d.cols(), group(d.cols()));
    let width = group * out.len();
    let wide = |range: std::ops::Range<usize>| {
        let mut lanes = vec![F::START; width];
        for i in range {
            let at = i * group * cols + begin;
            add(f, begin, &d.values()[at..at + width], &mut lanes);
        }
        lanes
    };
    let leaf = (8192 / width).max(16);
    let lanes = tree(0..d.rows() / group, leaf, PARALLEL / width, &wide, &|a, b| join(f, a, b));
    for row in lanes.chunks(out.len()) {
        join_into(f, out, row);
    }
    for i in d.rows() / group * group..d.rows() {
        add(f, begin, &d.row(i)[begin..begin + out.len()], out);
    }
}

/// lanes[k] becomes its join with the term of x[k].
fn add<F: Fold>(f: F, first_lane: usize, x: &[f64], lanes: &mut [f64]) {
    for (k, (lane, &x)) in lanes.iter_mut().zip(x).enumerate() {
        *lane = f.join(*lane, f.term(first_lane + k, x));
    }
}

fn join<F: Fold>(f: F, mut a: Vec<f64>, b: Vec<f64>) -> Vec<f64> {
    join_into(f, &mut a, &b);
    a
}

fn join_into<F: Fold>(f: F, a: &mut [f64], b: &[f64]) {
    for (a, &b) in a.iter_mut().zip(b) {
        *a = f.join(*a, b);
    }
}

/// The fold of the stored values of each column.
///
/// Parts of the rows have accumulators of their own, of which there are at most a quarter as many as stored values.
pub(super) fn fold_stored<F: Fold>(f: F, s: &Csr) -> Vec<f64> {
    let most = s.stored() / (4 * s.cols()).max(PARALLEL);
    let ranges = balanced_for(s.rows(), most.max(1), |i| s.indptr()[i]);
    let part = |parts: std::ops::Range<usize>| {
        let mut lanes = vec![F::START; s.cols()];
        let stored = s.indptr()[ranges[parts.start].start]..s.indptr()[ranges[parts.end - 1].end];
        for (&j, &x) in s.indices()[stored.clone()].iter().zip(&s.values()[stored]) {
            let lane = &mut lanes[j as usize];
            *lane = f.join(*lane, f.term(j as usize, x));
        }
        lanes
    };
    tree(0..ranges.len(), 1, 1, &part, &|a, b| join(f, a, b))
}
