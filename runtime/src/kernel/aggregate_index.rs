//! Positions of the largest and the smallest cell.

use rayon::prelude::*;

use super::parallel::PARALLEL;
use crate::{Matrix, Storage};

/// The 1-based position, in each row, of the first cell that is better than all before it: larger if `largest`, else
/// smaller. NaN is skipped; the position is 1 if all cells are NaN, and NaN if there are none.
pub(super) fn by_row(a: &Matrix, largest: bool) -> Vec<f64> {
    let position = |i: usize| match a.storage() {
        Storage::Dense(d) => first_best((0..).zip(d.row(i).iter().copied()), a.cols() as u64, largest),
        Storage::Csr(s) => {
            let (columns, values) = s.row(i);
            first_best(columns.iter().map(|&j| u64::from(j)).zip(values.iter().copied()), a.cols() as u64, largest)
        }
    };
    if a.rows().saturating_mul(a.cols()) < PARALLEL {
        (0..a.rows()).map(position).collect()
    } else {
        (0..a.rows()).into_par_iter().with_min_len(64).map(position).collect()
    }
}

/// As [`by_row`], in each column.
pub(super) fn by_column(a: &Matrix, largest: bool) -> Vec<f64> {
    match a.storage() {
        Storage::Csr(s) => by_row(&Matrix::with_facts(s.transpose(), a.facts()), largest),
        Storage::Dense(d) => (0..a.cols())
            .map(|j| {
                let column = (0..).zip((0..d.rows()).map(|i| d.row(i)[j]));
                first_best(column, a.rows() as u64, largest)
            })
            .collect(),
    }
}

/// As [`by_row`], among all cells in row-major order.
pub(super) fn of_all(a: &Matrix, largest: bool) -> f64 {
    let cells = a.rows() as u64 * a.cols() as u64;
    match a.storage() {
        Storage::Dense(d) => first_best((0..).zip(d.values().iter().copied()), cells, largest),
        Storage::Csr(s) => {
            let stored = (0..s.rows()).flat_map(|i| {
                let (columns, values) = s.row(i);
                let begin = i as u64 * s.cols() as u64;
                columns.iter().map(move |&j| begin + u64::from(j)).zip(values.iter().copied())
            });
            first_best(stored, cells, largest)
        }
    }
}

/// Of `len` cells, those at the ascending positions of `stored` and zeros elsewhere.
fn first_best(stored: impl Iterator<Item = (u64, f64)>, len: u64, largest: bool) -> f64 {
    let better = |x: f64, y: f64| if largest { x > y } else { x < y };
    let mut best: Option<(u64, f64)> = None;
    // The first position that is not stored; `seen` positions are known to be stored before it.
    let (mut gap, mut seen) = (None, 0);
    for (at, x) in stored {
        if at != seen && gap.is_none() {
            gap = Some(seen);
        }
        seen += 1;
        if !x.is_nan() && best.is_none_or(|(_, y)| better(x, y)) {
            best = Some((at, x));
        }
    }
    let gap = gap.or((seen < len).then_some(seen));
    let position = match (best, gap) {
        (Some((at, x)), Some(gap)) if better(x, 0.0) || x == 0.0 && at < gap => at,
        (_, Some(gap)) => gap,
        (Some((at, _)), None) => at,
        (None, None) if len > 0 => 0,
        (None, None) => return f64::NAN,
    };
    (position + 1) as f64
}
