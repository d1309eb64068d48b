//! Positions of the largest and the smallest cell: the extreme first, then the first place where it stands.
//!
//! NaN is skipped; the position is 1 if all cells are NaN, and NaN if there are none.

use rayon::prelude::*;

use super::aggregate_columns::{fold_dense, fold_stored};
use super::aggregate_fold::{Fold, fold};
use super::split::PARALLEL;
use crate::{Csr, Dense, Matrix, Storage};

/// The 1-based position in each row of the first cell equal to the fold, a largest or a smallest number.
pub(super) fn by_row<F: Fold>(f: F, a: &Matrix) -> Vec<f64> {
    let position = |i: usize| match a.storage() {
        Storage::Dense(d) => of_run(f, d.row(i)),
        Storage::Csr(s) => of_sparse_row(f, s.row(i), s.cols()),
    };
    if a.rows().saturating_mul(a.cols()) < PARALLEL {
        (0..a.rows()).map(position).collect()
    } else {
        (0..a.rows()).into_par_iter().with_min_len(64).map(position).collect()
    }
}

/// As [`by_row`], in each column.
pub(super) fn by_column<F: Fold>(f: F, a: &Matrix) -> Vec<f64> {
    if a.rows() == 0 {
        return vec![f64::NAN; a.cols()];
    }
    match a.storage() {
        Storage::Dense(d) => of_dense_columns(f, d),
        Storage::Csr(s) => of_sparse_columns(f, s),
    }
}

/// As [`by_row`], among all cells in row-major order.
pub(super) fn of_all<F: Fold>(f: F, a: &Matrix) -> f64 {
    let s = match a.storage() {
        Storage::Dense(d) => return of_run(f, d.values()),
        Storage::Csr(s) => s,
    };
    let cells = (s.rows() as u64).saturating_mul(s.cols() as u64);
    let stored = (0..s.rows()).flat_map(|i| {
        let (columns, values) = s.row(i);
        let begin = i as u64 * s.cols() as u64;
        columns.iter().map(move |&j| begin + u64::from(j)).zip(values.iter().copied())
    });
    first(extreme(f, fold(f, s.values()), (s.stored() as u64) < cells), stored, cells)
}

/// Cells that are looked at without branches, which such short runs would mispredict: twice as fast for 5.
const SHORT: usize = 32;

fn of_run<F: Fold>(f: F, cells: &[f64]) -> f64 {
    let extreme = fold(f, cells);
    if cells.len() <= SHORT {
        let places = (1..=cells.len()).rev().zip(cells.iter().rev());
        let position = places.fold(1, |position, (k, &x)| if x == extreme { k } else { position });
        return if cells.is_empty() { f64::NAN } else { position as f64 };
    }
    match cells.iter().position(|&x| x == extreme) {
        Some(at) => (at + 1) as f64,
        None => 1.0,
    }
}

fn of_sparse_row<F: Fold>(f: F, (columns, values): (&[u32], &[f64]), cols: usize) -> f64 {
    let stored = columns.iter().map(|&j| u64::from(j)).zip(values.iter().copied());
    first(extreme(f, fold(f, values), values.len() < cols), stored, cols as u64)
}

/// The extreme of stored cells, and of a 0 that is not stored.
fn extreme<F: Fold>(f: F, of_stored: f64, unstored: bool) -> f64 {
    if unstored { f.join(of_stored, 0.0) } else { of_stored }
}

/// The 1-based position of the first of `len` cells equal to `extreme`; cells that are not stored are 0.
fn first(extreme: f64, stored: impl Iterator<Item = (u64, f64)>, len: u64) -> f64 {
    let mut expected = 0;
    for (at, x) in stored {
        if extreme == 0.0 && at != expected {
            break;
        }
        if x == extreme {
            return (at + 1) as f64;
        }
        expected += 1;
    }
    match (len, extreme == 0.0 && expected < len) {
        (0, _) => f64::NAN,
        (_, true) => (expected + 1) as f64,
        (_, false) => 1.0,
    }
}

fn of_dense_columns<F: Fold>(f: F, d: &Dense) -> Vec<f64> {
    let extremes = fold_dense(f, d);
    let mut positions = vec![0.0; d.cols()];
    for i in (0..d.rows()).rev() {
        for ((position, &x), &extreme) in positions.iter_mut().zip(d.row(i)).zip(&extremes) {
            *position = if x == extreme { (i + 1) as f64 } else { *position };
        }
    }
    all_nan_is_first(positions)
}

fn of_sparse_columns<F: Fold>(f: F, s: &Csr) -> Vec<f64> {
    let mut extremes = fold_stored(f, s);
    let mut stored = vec![0usize; s.cols()];
    // The first row of each column that is not stored.
    let mut gaps = vec![0usize; s.cols()];
    for i in 0..s.rows() {
        for &j in s.row(i).0 {
            let j = j as usize;
            stored[j] += 1;
            gaps[j] += usize::from(gaps[j] == i);
        }
    }
    let mut positions = vec![0.0; s.cols()];
    for j in 0..s.cols() {
        extremes[j] = extreme(f, extremes[j], stored[j] < s.rows());
        if extremes[j] == 0.0 && gaps[j] < s.rows() {
            positions[j] = (gaps[j] + 1) as f64;
        }
    }
    for i in (0..s.rows()).rev() {
        let (columns, values) = s.row(i);
        for (&j, &x) in columns.iter().zip(values) {
            let (position, row) = (&mut positions[j as usize], (i + 1) as f64);
            // Going up, only an unstored 0 above keeps its place.
            if x == extremes[j as usize] && (x != 0.0 || *position == 0.0 || row < *position) {
                *position = row;
            }
        }
    }
    all_nan_is_first(positions)
}

fn all_nan_is_first(mut positions: Vec<f64>) -> Vec<f64> {
    for position in &mut positions {
        *position = position.max(1.0);
    }
    positions
}
