//! Numbers of distinct values: the values are sorted, and those that differ from the one before count.

use lac_compiler::ops::Direction;
use rayon::prelude::*;

use super::build::zeroed;
use super::reorg::transpose;
use super::split::PARALLEL;
use crate::{Context, Dense, Matrix, Result, Storage};

/// How many distinct cells there are, one NaN being as good as another.
///
/// # Errors
/// E0601 without memory.
pub fn count_distinct(m: &Matrix, ctx: &Context) -> Result<u64> {
    let (stored, all): (&[f64], bool) = match m.storage() {
        Storage::Dense(d) => (d.values(), true),
        Storage::Csr(s) => (s.values(), s.stored() as u128 == m.rows() as u128 * m.cols() as u128),
    };
    ctx.reserve(8 * stored.len() as u64, || format!("{} sorted cells", stored.len()))?;
    let mut values: Vec<f64> = stored.iter().map(|&x| plain(x)).collect();
    if values.len() < PARALLEL {
        values.sort_unstable_by(f64::total_cmp)
    } else {
        values.par_sort_unstable_by(f64::total_cmp)
    }
    Ok(distinct(&values, all))
}

/// How many there are in each row, or each column.
///
/// # Errors
/// E0601 without memory.
pub fn count_distinct_by(direction: Direction, m: &Matrix, ctx: &Context) -> Result<Matrix> {
    if direction == Direction::Col {
        let counts = count_distinct_by(Direction::Row, &transpose(m, ctx)?, ctx)?;
        return transpose(&counts, ctx);
    }
    let mut counts = zeroed(m.rows(), 1, ctx)?;
    let one = |(i, count): (usize, &mut f64)| {
        let (stored, all) = match m.storage() {
            Storage::Dense(d) => (d.row(i), true),
            Storage::Csr(s) => (s.row(i).1, s.row(i).1.len() == m.cols()),
        };
        let mut values: Vec<f64> = stored.iter().map(|&x| plain(x)).collect();
        values.sort_unstable_by(f64::total_cmp);
        *count = distinct(&values, all) as f64;
    };
    counts.par_iter_mut().enumerate().with_min_len(64).for_each(one);
    Ok(Matrix::new(Dense::new(m.rows(), 1, counts)))
}

/// One of all zeros, or of all NaN.
fn plain(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x + 0.0 }
}

/// Of sorted values; if they are not all, there are zeros too.
fn distinct(sorted: &[f64], all: bool) -> u64 {
    let starts = sorted.iter().enumerate().filter(|(k, x)| *k == 0 || sorted[k - 1].to_bits() != x.to_bits()).count();
    starts as u64 + u64::from(!all && !sorted.contains(&0.0))
}
