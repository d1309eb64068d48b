//! How kernels split their work over threads. No answer depends on the number of threads: what is written, a cell at a
//! time, is cut for the threads there are, and what is folded is cut by the size of the data alone.

use std::ops::Range;

use rayon::prelude::*;

use crate::Facts;

/// Cells of one piece of work: 16 KiB of f64, so that a piece of the result and one of an operand stay in the L1
/// cache between computing them and taking their facts.
pub(crate) const CHUNK: usize = 2048;

/// Cells, multiply-adds or moved values from which a second thread pays: 32K of them take 15 to 30 us on one core of a
/// 2-core Xeon (Sapphire Rapids), waking a rayon thread about 5 us.
pub(crate) const PARALLEL: usize = 1 << 15;

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

/// Cuts 0..n into ranges of about equal work for the threads there are; `work(i)`, never falling, is the work of what
/// comes before i. For what is written, not for what is folded.
pub(crate) fn balanced(n: usize, work: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let threads = rayon::current_num_threads();
    balanced_for(n, if threads == 1 { 1 } else { 8 * threads }, work)
}

/// [`balanced`] into at most so many ranges, whatever the number of threads.
pub(crate) fn balanced_for(n: usize, most: usize, work: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let all = work(n);
    let parts = (all / PARALLEL).min(most).clamp(1, n.max(1));
    let mut ranges = Vec::with_capacity(parts);
    let mut begin = 0;
    for part in 1..parts {
        let target = (all as u128 * part as u128 / parts as u128) as usize;
        let end = partition_point(begin, n, |i| work(i) < target);
        if end > begin {
            ranges.push(begin..end);
            begin = end;
        }
    }
    ranges.push(begin..n);
    ranges
}

/// The first of `low..high` where `before` no longer holds; `high` if it always does.
fn partition_point(mut low: usize, mut high: usize, before: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Cuts a slice where consecutive ranges, that `offset` maps to positions in it, end.
pub(crate) fn cut<'a, T>(
    mut data: &'a mut [T],
    ranges: &[Range<usize>],
    offset: impl Fn(usize) -> usize,
) -> Vec<&'a mut [T]> {
    let mut pieces = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (piece, rest) = data.split_at_mut(offset(range.end) - offset(range.start));
        pieces.push(piece);
        data = rest;
    }
    pieces
}

/// Runs `f` on every item, in parallel if there are several, and joins the facts it returns.
pub(crate) fn for_each<T: Send>(items: Vec<T>, f: impl Fn(T) -> Facts + Sync) -> Facts {
    if items.len() <= 1 {
        return items.into_iter().map(f).fold(Facts::EMPTY, Facts::and);
    }
    items.into_par_iter().with_max_len(1).map(&f).reduce(|| Facts::EMPTY, Facts::and)
}

/// Fills the rows of a row-major matrix: `f` gets a range of rows and their cells. `work(i)` as in [`balanced`].
pub(crate) fn fill_rows(
    out: &mut [f64],
    rows: usize,
    cols: usize,
    work: impl Fn(usize) -> usize,
    f: impl Fn(Range<usize>, &mut [f64]) + Sync,
) -> Facts {
    let ranges = balanced(rows, work);
    let pieces = cut(out, &ranges, |i| i * cols);
    for_each(ranges.into_iter().zip(pieces).collect(), |(range, piece)| {
        f(range, piece);
        Facts::of(piece)
    })
}

/// [`fill_rows`] row by row, where each takes the same work: `f` gets the number of a row and its cells.
pub(crate) fn fill_each_row(out: &mut [f64], rows: usize, cols: usize, f: impl Fn(usize, &mut [f64]) + Sync) -> Facts {
    fill_rows(
        out,
        rows,
        cols,
        |i| i * cols,
        |range, piece| {
            for (row, i) in piece.chunks_exact_mut(cols.max(1)).zip(range) {
                f(i, row);
            }
        },
    )
}

/// The facts of many values.
pub(crate) fn facts(values: &[f64]) -> Facts {
    if values.len() < PARALLEL {
        return Facts::of(values);
    }
    values.par_chunks(PARALLEL).map(Facts::of).reduce(|| Facts::EMPTY, Facts::and)
}

#[cfg(test)]
mod tests {
    use super::{balanced, balanced_for, tree};

    #[test]
    fn ranges_cover_the_rows() {
        let skewed = |i: usize| if i > 3 { 1_000_000 + i } else { i };
        let even = |i: usize| i * 1000;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        pool.install(|| {
            for n in [0, 1, 3, 4, 5, 1000] {
                for ranges in [balanced(n, even), balanced(n, skewed), balanced_for(n, 7, even)] {
                    assert_eq!(ranges.first().map(|r| r.start), Some(0));
                    assert_eq!(ranges.last().map(|r| r.end), Some(n));
                    assert!(ranges.windows(2).all(|w| w[0].end == w[1].start && !w[0].is_empty()), "{ranges:?}");
                }
            }
        });
    }

    #[test]
    fn tree_is_in_order() {
        for len in [0usize, 1, 7, 8, 9, 100] {
            let all = tree(0..len, 8, 16, &|r| r.collect::<Vec<_>>(), &|a, b| [a, b].concat());
            assert_eq!(all, (0..len).collect::<Vec<_>>());
        }
    }
}
