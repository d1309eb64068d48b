//! Some rows or columns of a matrix, in the format it has.

use super::build::{fill_csr, offsets, reserve_csr, zeroed};
use super::reorg::transpose;
use super::split::fill_each_row;
use crate::{Context, Csr, Dense, Matrix, Result, Storage};

/// The given rows, 0-based, in their order; a row may be given more than once.
///
/// # Errors
/// E0601 without memory.
pub fn rows(m: &Matrix, rows: &[usize], ctx: &Context) -> Result<Matrix> {
    let cols = m.cols();
    if rows.len() == m.rows() && rows.windows(2).all(|w| w[0] < w[1]) {
        return Ok(m.clone());
    }
    match m.storage() {
        Storage::Dense(d) => {
            let mut values = zeroed(rows.len(), cols, ctx)?;
            let facts = fill_each_row(&mut values, rows.len(), cols, |i, out| out.copy_from_slice(d.row(rows[i])));
            Ok(Matrix::with_facts(Dense::new(rows.len(), cols, values), facts))
        }
        Storage::Csr(s) => rows_of_csr(s, rows, ctx),
    }
}

pub(super) fn rows_of_csr(s: &Csr, rows: &[usize], ctx: &Context) -> Result<Matrix> {
    let indptr = offsets(rows.len(), rows.len(), |i| s.row(rows[i]).0.len());
    reserve_csr(rows.len(), s.cols(), indptr[rows.len()], ctx)?;
    Ok(fill_csr(rows.len(), s.cols(), indptr, |range, indices, values| {
        let mut at = 0;
        for i in range {
            let (columns, row) = s.row(rows[i]);
            indices[at..at + columns.len()].copy_from_slice(columns);
            values[at..at + columns.len()].copy_from_slice(row);
            at += columns.len();
        }
    }))
}

/// The given columns, 0-based, in their order; a column may be given more than once.
///
/// # Errors
/// E0601 without memory.
pub fn cols(m: &Matrix, cols: &[usize], ctx: &Context) -> Result<Matrix> {
    let rows = m.rows();
    let ascending = cols.windows(2).all(|w| w[0] < w[1]);
    if ascending && cols.len() == m.cols() {
        return Ok(m.clone());
    }
    match m.storage() {
        Storage::Dense(d) => {
            let mut values = zeroed(rows, cols.len(), ctx)?;
            let facts = fill_each_row(&mut values, rows, cols.len(), |i, out| {
                let row = d.row(i);
                for (x, &j) in out.iter_mut().zip(cols) {
                    *x = row[j];
                }
            });
            Ok(Matrix::with_facts(Dense::new(rows, cols.len(), values), facts))
        }
        Storage::Csr(s) if ascending => cols_of_csr(s, cols, ctx),
        Storage::Csr(_) => transpose(&self::rows(&transpose(m, ctx)?, cols, ctx)?, ctx),
    }
}

/// Columns that ascend.
fn cols_of_csr(s: &Csr, cols: &[usize], ctx: &Context) -> Result<Matrix> {
    const GONE: u32 = u32::MAX;
    ctx.reserve(4 * s.cols() as u64, || format!("the places of {} columns", s.cols()))?;
    let mut place = vec![GONE; s.cols()];
    for (new, &old) in cols.iter().enumerate() {
        place[old] = new as u32;
    }
    let kept = |i: usize| {
        let (columns, values) = s.row(i);
        columns.iter().map(|&j| place[j as usize]).zip(values).filter(|(j, _)| *j != GONE)
    };
    let indptr = offsets(s.rows(), s.stored(), |i| kept(i).count());
    reserve_csr(s.rows(), cols.len(), indptr[s.rows()], ctx)?;
    Ok(fill_csr(s.rows(), cols.len(), indptr, |range, indices, values| {
        let cells = range.flat_map(kept);
        for ((index, value), (j, &x)) in indices.iter_mut().zip(values).zip(cells) {
            (*index, *value) = (j, x);
        }
    }))
}
