//! Results in the making: their memory is asked for, their rows are filled or appended.

use std::ops::Range;

use lac_grammar::Diagnostic;
use rayon::prelude::*;

use super::split::{PARALLEL, balanced, cut, for_each};
use crate::{Context, Csr, Facts, Matrix, Result};

/// Zeros for a dense rows x cols result, after asking for the memory.
pub(crate) fn zeroed(rows: usize, cols: usize, ctx: &Context) -> Result<Vec<f64>> {
    ctx.reserve_dense(rows, cols)?;
    match rows.checked_mul(cols) {
        Some(cells) if cells <= isize::MAX as usize / 8 => Ok(vec![0.0; cells]),
        _ => Err(Box::new(Diagnostic::error(
            "E0601",
            format!("a dense {rows} x {cols} matrix is larger than any address space"),
        ))),
    }
}

/// Asks for the memory of a CSR result with at most `stored` values.
pub(crate) fn reserve_csr(rows: usize, cols: usize, stored: usize, ctx: &Context) -> Result<()> {
    let bytes = (stored as u64).saturating_mul(12).saturating_add((rows as u64).saturating_add(1).saturating_mul(8));
    ctx.reserve(bytes, || format!("a sparse {rows} x {cols} matrix with {stored} values"))
}

/// Writes a CSR matrix whose row offsets are known: `make` fills the columns and values of a range of rows.
pub(crate) fn fill_csr(
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    make: impl Fn(Range<usize>, &mut [u32], &mut [f64]) + Sync,
) -> Matrix {
    let (mut indices, mut values) = (vec![0u32; indptr[rows]], vec![0.0; indptr[rows]]);
    let ranges = balanced(rows, |i| indptr[i]);
    let pieces = cut(&mut indices, &ranges, |i| indptr[i]).into_iter().zip(cut(&mut values, &ranges, |i| indptr[i]));
    let facts = for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, (indices, values))| {
        make(range, indices, values);
        Facts::of(values)
    });
    compact(rows, cols, indptr, indices, values, facts)
}

/// Row offsets from the lengths of the rows, counted in parallel if the work is large.
pub(crate) fn offsets(rows: usize, work: usize, length: impl Fn(usize) -> usize + Sync) -> Vec<usize> {
    let mut indptr = vec![0; rows + 1];
    let lengths = &mut indptr[1..];
    if work < PARALLEL {
        lengths.iter_mut().enumerate().for_each(|(i, n)| *n = length(i));
    } else {
        lengths.par_iter_mut().enumerate().with_min_len(64).for_each(|(i, n)| *n = length(i));
    }
    for i in 0..rows {
        indptr[i + 1] += indptr[i];
    }
    indptr
}

/// Consecutive rows of a CSR matrix in the making.
#[derive(Default)]
pub(crate) struct Rows {
    lengths: Vec<usize>,
    pub indices: Vec<u32>,
    pub values: Vec<f64>,
}

impl Rows {
    /// Ends a row that begins at the stored position `begin`.
    pub fn end_row(&mut self, begin: usize) {
        self.lengths.push(self.indices.len() - begin);
    }
}

/// Builds a CSR matrix of unknown size from ranges of rows made in parallel: `make` appends the rows of a range.
/// `work(i)` as in [`balanced`].
pub(crate) fn build_rows(
    rows: usize,
    cols: usize,
    work: impl Fn(usize) -> usize,
    make: impl Fn(Range<usize>, &mut Rows) + Sync,
) -> Matrix {
    let ranges = balanced(rows, work);
    let one = |range: Range<usize>| {
        let mut part = Rows::default();
        make(range, &mut part);
        let facts = Facts::of(&part.values);
        (part, facts)
    };
    let parts: Vec<(Rows, Facts)> = if ranges.len() == 1 {
        ranges.into_iter().map(one).collect()
    } else {
        ranges.into_par_iter().map(one).collect()
    };
    concatenate(rows, cols, parts)
}

fn concatenate(rows: usize, cols: usize, parts: Vec<(Rows, Facts)>) -> Matrix {
    let facts = parts.iter().fold(Facts::EMPTY, |all, (_, f)| all.and(*f));
    let mut indptr = Vec::with_capacity(rows + 1);
    indptr.push(0);
    let mut end = 0;
    for length in parts.iter().flat_map(|(part, _)| &part.lengths) {
        end += length;
        indptr.push(end);
    }
    let mut parts = parts.into_iter().map(|(part, _)| part);
    let Rows { mut indices, mut values, .. } = parts.next().unwrap_or_default();
    indices.reserve_exact(end - indices.len());
    values.reserve_exact(end - values.len());
    for part in parts {
        indices.extend_from_slice(&part.indices);
        values.extend_from_slice(&part.values);
    }
    compact(rows, cols, indptr, indices, values, facts)
}

/// A CSR matrix of these parts; its stored zeros are dropped where they are the larger half.
pub(crate) fn compact(
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
    facts: Facts,
) -> Matrix {
    if values.len() as u64 <= 2 * facts.nnz {
        return Matrix::with_facts(Csr::new(rows, cols, indptr, indices, values), facts);
    }
    let nnz = facts.nnz as usize;
    let (mut kept_indices, mut kept_values) = (Vec::with_capacity(nnz), Vec::with_capacity(nnz));
    let mut kept_indptr = Vec::with_capacity(rows + 1);
    kept_indptr.push(0);
    for row in indptr.windows(2) {
        for k in row[0]..row[1] {
            if values[k] != 0.0 {
                kept_indices.push(indices[k]);
                kept_values.push(values[k]);
            }
        }
        kept_indptr.push(kept_values.len());
    }
    Matrix::with_facts(Csr::new(rows, cols, kept_indptr, kept_indices, kept_values), facts)
}
