//! How kernels split their work: by the size of the data alone, so that no answer depends on the number of threads.

use std::ops::Range;

use lac_grammar::Diagnostic;
use rayon::prelude::*;

use crate::{Context, Csr, Facts, Matrix, Result};

/// Cells of one piece of work: 16 KiB of f64, so that a piece of the result and one of an operand stay in the L1
/// cache between computing them and taking their facts.
pub(crate) const CHUNK: usize = 2048;

/// Cells from which a second thread pays: 64K cells take about 30 us to add on one core of a 2-core Xeon (Sapphire
/// Rapids), waking a rayon thread about 5 us.
pub(crate) const PARALLEL: usize = 1 << 16;

/// Writes a result piece by piece: `f` gets the position of the first cell of a piece, and the piece. Returns the
/// facts of all that was written, taken while each piece is in cache.
pub(crate) fn fill(out: &mut [f64], f: impl Fn(usize, &mut [f64]) + Sync) -> Facts {
    let piece = |(k, chunk): (usize, &mut [f64])| {
        f(k * CHUNK, chunk);
        Facts::of(chunk)
    };
    if out.len() < PARALLEL {
        out.chunks_mut(CHUNK).enumerate().map(piece).fold(Facts::EMPTY, Facts::and)
    } else {
        out.par_chunks_mut(CHUNK).enumerate().map(piece).reduce(|| Facts::EMPTY, Facts::and)
    }
}

/// Folds a range as a balanced binary tree whose leaves are at most `leaf` long and begin at multiples of `leaf`.
/// Halves longer than `parallel` run in parallel; the shape of the tree depends on the range only.
pub(crate) fn tree<T: Send>(
    range: Range<usize>,
    leaf: usize,
    parallel: usize,
    fold: &(impl Fn(Range<usize>) -> T + Sync),
    join: &(impl Fn(T, T) -> T + Sync),
) -> T {
    let len = range.len();
    if len <= leaf {
        return fold(range);
    }
    let middle = range.start + (len / 2).next_multiple_of(leaf);
    let left = || tree(range.start..middle, leaf, parallel, fold, join);
    let right = || tree(middle..range.end, leaf, parallel, fold, join);
    let (left, right) = if len > parallel { rayon::join(left, right) } else { (left(), right()) };
    join(left, right)
}

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

/// Writes a CSR matrix whose row offsets are known: `make` fills the columns and values of a range of rows.
pub(crate) fn fill_rows(
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    make: impl Fn(Range<usize>, &mut [u32], &mut [f64]) + Sync,
) -> Matrix {
    let (mut indices, mut values) = (vec![0u32; indptr[rows]], vec![0.0; indptr[rows]]);
    let mut parts = Vec::new();
    let (mut indices_left, mut values_left) = (&mut indices[..], &mut values[..]);
    for range in balanced_ranges(rows, |i| indptr[i]) {
        let stored = indptr[range.end] - indptr[range.start];
        let (i, v);
        (i, indices_left) = indices_left.split_at_mut(stored);
        (v, values_left) = values_left.split_at_mut(stored);
        parts.push((range, i, v));
    }
    let one = |(range, indices, values): (Range<usize>, &mut [u32], &mut [f64])| {
        make(range, indices, values);
        Facts::of(values)
    };
    let facts = if parts.len() == 1 {
        parts.into_iter().map(one).fold(Facts::EMPTY, Facts::and)
    } else {
        parts.into_par_iter().map(one).reduce(|| Facts::EMPTY, Facts::and)
    };
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

/// Builds a CSR matrix of unknown size from ranges of rows made in parallel. `work(i)` is the work of the rows before row i, a prefix
/// sum, by which the ranges are balanced; `make` appends the rows of a range.
pub(crate) fn build_rows(
    rows: usize,
    cols: usize,
    work: impl Fn(usize) -> usize,
    make: impl Fn(Range<usize>, &mut Rows) + Sync,
) -> Matrix {
    let ranges = balanced_ranges(rows, work);
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

/// Cuts 0..rows where the work reaches the next multiple of [`PARALLEL`].
pub(crate) fn balanced_ranges(rows: usize, work: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let parts = (work(rows) / PARALLEL).clamp(1, rows.max(1));
    let share = work(rows).div_ceil(parts);
    let mut ranges = Vec::with_capacity(parts);
    let mut begin = 0;
    for part in 1..parts {
        let end = partition_point(begin, rows, |i| work(i) < part * share);
        if end > begin {
            ranges.push(begin..end);
            begin = end;
        }
    }
    ranges.push(begin..rows);
    ranges
}

/// The first of `low..high` where `before` no longer holds; `high` if it always does.
fn partition_point(mut low: usize, mut high: usize, before: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
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

#[cfg(test)]
mod tests {
    use super::{balanced_ranges, tree};

    #[test]
    fn ranges_cover_the_rows() {
        let skewed = |i: usize| if i > 3 { 1_000_000 + i } else { i };
        for rows in [0, 1, 3, 4, 5, 1000] {
            for ranges in [balanced_ranges(rows, |i| i * 1000), balanced_ranges(rows, skewed)] {
                assert_eq!(ranges.first().map(|r| r.start), Some(0));
                assert_eq!(ranges.last().map(|r| r.end), Some(rows));
                assert!(ranges.windows(2).all(|w| w[0].end == w[1].start && !w[0].is_empty()), "{ranges:?}");
            }
        }
    }

    #[test]
    fn tree_is_in_order() {
        for len in [0usize, 1, 7, 8, 9, 100] {
            let all = tree(0..len, 8, 16, &|r| r.collect::<Vec<_>>(), &|a, b| [a, b].concat());
            assert_eq!(all, (0..len).collect::<Vec<_>>());
        }
    }
}
