//! How products and reorganizations split their work over threads, and ask for memory. A split never changes the
//! bits of a result: a cell belongs to one piece.

use std::ops::Range;

use lac_grammar::Diagnostic;
use rayon::prelude::*;

use crate::{Context, Facts, Result};

/// Multiply-adds or moved values from which a second thread pays: some 30 us of work, six times the wake-up.
pub(crate) const PARALLEL: usize = 1 << 15;

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

/// Asks for the memory of a CSR result with `stored` values.
pub(crate) fn reserve_csr(rows: usize, cols: usize, stored: usize, ctx: &Context) -> Result<()> {
    let bytes = (stored as u64).saturating_mul(12).saturating_add((rows as u64).saturating_add(1).saturating_mul(8));
    ctx.reserve(bytes, || format!("a sparse {rows} x {cols} matrix with {stored} values"))
}

/// Cuts 0..n into ranges of about equal work for the threads there are; `work(i)`, never falling, is the work of what
/// comes before i.
pub(crate) fn balanced(n: usize, work: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let threads = rayon::current_num_threads();
    balanced_for(n, if threads == 1 { 1 } else { 8 * threads }, work)
}

/// [`balanced`] into at most so many ranges.
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

/// The facts of many values.
pub(crate) fn facts(values: &[f64]) -> Facts {
    if values.len() < PARALLEL {
        return Facts::of(values);
    }
    values.par_chunks(PARALLEL).map(Facts::of).reduce(|| Facts::EMPTY, Facts::and)
}

#[cfg(test)]
mod tests {
    use super::balanced;

    #[test]
    fn ranges_cover_the_rows() {
        let skewed = |i: usize| if i > 3 { 1_000_000 + i } else { i };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        pool.install(|| {
            for n in [0, 1, 3, 4, 5, 1000] {
                for ranges in [balanced(n, |i| i * 1000), balanced(n, skewed)] {
                    assert_eq!(ranges.first().map(|r| r.start), Some(0));
                    assert_eq!(ranges.last().map(|r| r.end), Some(n));
                    assert!(ranges.windows(2).all(|w| w[0].end == w[1].start && !w[0].is_empty()), "{ranges:?}");
                }
            }
        });
    }
}
