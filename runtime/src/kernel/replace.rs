//! Values replaced, and triangles kept.

use super::build::{compact, fill_csr, offsets, reserve_csr, zeroed};
use super::split::{fill, fill_each_row};
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// Cells that equal the pattern (a NaN equals every NaN) become the replacement. Sparse unless zeros are replaced.
///
/// # Errors
/// E0601 without memory.
pub fn replace(m: &Matrix, pattern: f64, replacement: f64, ctx: &Context) -> Result<Matrix> {
    let never = m.is_finite() && !pattern.is_finite();
    if never || pattern == replacement {
        return Ok(m.clone());
    }
    let new = |x: f64| if x == pattern || x.is_nan() && pattern.is_nan() { replacement } else { x };
    let (rows, cols) = m.shape();
    match m.storage() {
        Storage::Csr(s) if pattern != 0.0 => {
            reserve_csr(rows, cols, s.stored(), ctx)?;
            let values: Vec<f64> = s.values().iter().map(|&x| new(x)).collect();
            let facts = Facts::of(&values);
            Ok(compact(rows, cols, s.indptr().to_vec(), s.indices().to_vec(), values, facts))
        }
        Storage::Csr(s) => {
            let mut values = zeroed(rows, cols, ctx)?;
            let facts = fill_each_row(&mut values, rows, cols, |i, out| {
                out.fill(replacement);
                let (columns, row) = s.row(i);
                columns.iter().zip(row).for_each(|(&j, &x)| out[j as usize] = new(x));
            });
            Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
        }
        Storage::Dense(d) => {
            let mut values = zeroed(rows, cols, ctx)?;
            let facts = fill(&mut values, |start, out| {
                out.iter_mut().zip(&d.values()[start..]).for_each(|(out, &x)| *out = new(x));
            });
            Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
        }
    }
}

/// The part of a matrix below or above its diagonal.
#[derive(Clone, Copy, Debug)]
pub struct Triangle {
    pub lower: bool,
    pub with_diagonal: bool,
    /// Ones in place of the values.
    pub ones: bool,
}

impl Triangle {
    /// The columns of row i, of `cols`, that it has.
    fn columns(self, i: usize, cols: usize) -> std::ops::Range<usize> {
        let middle = i + usize::from(self.with_diagonal == self.lower);
        if self.lower { 0..middle.min(cols) } else { middle.min(cols)..cols }
    }
}

/// A triangle of a matrix, or ones in its places, which are sparse where these are less than a third of the cells.
///
/// # Errors
/// E0601 without memory.
pub fn triangle(m: &Matrix, part: Triangle, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = m.shape();
    if part.ones {
        return ones(rows, cols, part, ctx);
    }
    match m.storage() {
        Storage::Dense(d) => {
            let mut values = zeroed(rows, cols, ctx)?;
            let facts = fill_each_row(&mut values, rows, cols, |i, out| {
                let columns = part.columns(i, cols);
                out[columns.clone()].copy_from_slice(&d.row(i)[columns]);
            });
            Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
        }
        Storage::Csr(s) => triangle_of_csr(s, part, ctx),
    }
}

fn triangle_of_csr(s: &Csr, part: Triangle, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = (s.rows(), s.cols());
    let kept = |i: usize| {
        let (columns, values) = s.row(i);
        let range = part.columns(i, cols);
        let begin = columns.partition_point(|&j| (j as usize) < range.start);
        let end = columns.partition_point(|&j| (j as usize) < range.end);
        (&columns[begin..end], &values[begin..end])
    };
    let indptr = offsets(rows, s.stored(), |i| kept(i).0.len());
    reserve_csr(rows, cols, indptr[rows], ctx)?;
    Ok(fill_csr(rows, cols, indptr, |range, indices, values| {
        let mut at = 0;
        for i in range {
            let (columns, row) = kept(i);
            indices[at..at + columns.len()].copy_from_slice(columns);
            values[at..at + columns.len()].copy_from_slice(row);
            at += columns.len();
        }
    }))
}

fn ones(rows: usize, cols: usize, part: Triangle, ctx: &Context) -> Result<Matrix> {
    let count: u128 = (0..rows).map(|i| part.columns(i, cols).len() as u128).sum();
    if count * 3 >= rows as u128 * cols as u128 {
        let mut values = zeroed(rows, cols, ctx)?;
        let facts = fill_each_row(&mut values, rows, cols, |i, out| out[part.columns(i, cols)].fill(1.0));
        return Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts));
    }
    super::reorg::check_columns(cols)?;
    reserve_csr(rows, cols, usize::try_from(count).unwrap_or(usize::MAX), ctx)?;
    let indptr = offsets(rows, rows, |i| part.columns(i, cols).len());
    Ok(fill_csr(rows, cols, indptr, |range, indices, values| {
        values.fill(1.0);
        indices.iter_mut().zip(range.flat_map(|i| part.columns(i, cols))).for_each(|(index, j)| *index = j as u32);
    }))
}
