//! Positions of the largest and the smallest cell of each row: the extreme first, then the last place where it stands.
//!
//! NaN is skipped; the position is 1 if all cells are NaN, and 0 if there are none.

use rayon::prelude::*;

use super::aggregate_fold::{Fold, fold};
use super::split::PARALLEL;
use crate::{Matrix, Storage};

/// The 1-based position in each row of the last cell equal to the fold, a largest or a smallest number.
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

/// Cells that are looked at without branches, which such short runs would mispredict: twice as fast for 5.
const SHORT: usize = 32;

fn of_run<F: Fold>(f: F, cells: &[f64]) -> f64 {
    let extreme = fold(f, cells);
    let none = usize::from(!cells.is_empty());
    let position = if cells.len() <= SHORT {
        (1..).zip(cells).fold(none, |position, (k, &x)| if x == extreme { k } else { position })
    } else {
        cells.iter().rposition(|&x| x == extreme).map_or(none, |k| k + 1)
    };
    position as f64
}

/// Cells that are not stored are 0.
fn of_sparse_row<F: Fold>(f: F, (columns, values): (&[u32], &[f64]), cols: usize) -> f64 {
    let unstored = values.len() < cols;
    let of_stored = fold(f, values);
    let extreme = if unstored { f.join(of_stored, 0.0) } else { of_stored };
    let stored = values.iter().rposition(|&x| x == extreme).map(|k| columns[k] as usize + 1);
    let unstored = (unstored && extreme == 0.0).then(|| {
        let full = columns.iter().rev().zip((0..cols).rev()).take_while(|(j, k)| **j as usize == *k).count();
        cols - full
    });
    stored.max(unstored).unwrap_or(usize::from(cols > 0)) as f64
}
