//! t(X) %*% X and X %*% t(X): one triangle is computed, the other is its mirror image.

use rayon::prelude::*;

use super::{Operand, OutputFormat, compressed};
use crate::kernel::build::zeroed;
use crate::kernel::simd::{Strided, gemm};
use crate::kernel::split::{balanced_for, cut, facts, for_each};
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// Columns from which rows of X are not split any more: there are enough blocks of the result.
const MANY_COLUMNS: usize = 512;
/// Rows of X that one piece sums over, at least, and the number of such pieces, at most.
const CHUNK_ROWS: usize = 4096;
const MOST_CHUNKS: usize = 16;

/// t(X) X by blocks of columns; a tall X also by chunks of rows, whose results are added in order.
pub(super) fn dense(x: Strided, ctx: &Context) -> Result<Matrix> {
    let (k, n) = (x.rows, x.cols);
    let width = if n <= 96 { n } else { n.div_ceil(4).next_multiple_of(16).clamp(64, 256) };
    let height = if n > MANY_COLUMNS { k } else { k.div_ceil(MOST_CHUNKS).max(CHUNK_ROWS) };
    let mut c = zeroed(n, n, ctx)?;
    let blocks = n.div_ceil(width);
    let pairs: Vec<(usize, usize)> = (0..blocks).flat_map(|i| (i..blocks).map(move |j| (i, j))).collect();
    let span = |block: usize| (block * width, ((block + 1) * width).min(n));
    let tile = |(i0, i1): (usize, usize), (j0, j1): (usize, usize), begin: usize| {
        let rows = x.row_range(begin, (begin + height).min(k));
        let mut part = vec![0.0; (i1 - i0) * (j1 - j0)];
        gemm(rows.col_range(i0, i1).transposed(), rows.col_range(j0, j1), &mut part);
        part
    };
    let chunks = k.div_ceil(height);
    ctx.reserve((8 * n * n * chunks.min(MOST_CHUNKS)) as u64, || format!("the parts of a {n} x {n} product"))?;
    let one = |t: usize| {
        let (i, j) = pairs[t / chunks];
        tile(span(i), span(j), t % chunks * height)
    };
    let tasks = pairs.len() * chunks;
    let parts: Vec<Vec<f64>> = if n * n * k < 1 << 20 {
        (0..tasks).map(one).collect()
    } else {
        (0..tasks).into_par_iter().with_max_len(1).map(one).collect()
    };
    for (&(i, j), parts) in pairs.iter().zip(parts.chunks(chunks)) {
        let ((i0, _), (j0, j1)) = (span(i), span(j));
        for part in parts {
            for (r, row) in part.chunks(j1 - j0).enumerate() {
                let out = &mut c[(i0 + r) * n + j0..][..j1 - j0];
                out.iter_mut().zip(row).for_each(|(c, p)| *c += p);
            }
        }
    }
    mirror(&mut c, n);
    let facts = facts(&c);
    Ok(Matrix::with_facts(Dense::new(n, n, c), facts))
}

/// Columns up to which t(X) X of a CSR matrix X is summed straight into a dense square (128 MiB).
const MOST_SPARSE_COLUMNS: usize = 4096;

/// op(X)' op(X) for a CSR matrix X, if a dense square is the way to it: it is wanted, or has fewer cells than there
/// are terms.
pub(super) fn sparse(x: Operand, out: OutputFormat, ctx: &Context) -> Result<Option<Matrix>> {
    let n = x.cols();
    let Storage::Csr(s) = x.matrix.storage() else { return Ok(None) };
    if n > MOST_SPARSE_COLUMNS || (out != OutputFormat::Dense && terms(s, x) < (n * n) as u128) {
        return Ok(None);
    }
    if out != OutputFormat::Dense && ctx.reserve_dense(n, n).is_err() {
        return Ok(None);
    }
    let s = x.by_rows(s, ctx)?;
    let mut c = zeroed(n, n, ctx)?;
    let facts = outer_products(&s, &mut c);
    let square = Matrix::with_facts(Dense::new(n, n, c), facts);
    let is_sparse = square.nnz() as u128 * 3 < (n * n) as u128;
    let sparse = out == OutputFormat::Csr || (out == OutputFormat::Natural && is_sparse);
    if sparse { compressed(square, ctx).map(Some) } else { Ok(Some(square)) }
}

/// Multiply-adds of the triangle.
fn terms(s: &Csr, x: Operand) -> u128 {
    if x.transposed {
        // Rows of t(S) are columns of S, not counted yet: the mean is a lower bound of the mean square.
        let mean = s.stored() as u128 / s.cols().max(1) as u128;
        return mean * s.stored() as u128 / 2;
    }
    s.indptr().windows(2).map(|w| ((w[1] - w[0]) as u128).pow(2) / 2).sum()
}

/// The sum of the outer products of the rows: each thread adds to a range of rows of the result, so every cell is
/// summed in ascending k.
fn outer_products(s: &Csr, c: &mut [f64]) -> Facts {
    let n = s.cols();
    // Work of the rows of the result before j, each value counted with those to its right.
    let mut work = vec![0usize; n + 1];
    for i in 0..s.rows() {
        let columns = s.row(i).0;
        for (at, &j) in columns.iter().enumerate() {
            work[j as usize + 1] += columns.len() - at;
        }
    }
    for j in 0..n {
        work[j + 1] += work[j];
    }
    let ranges = balanced_for(n, rayon::current_num_threads().min(16), |j| work[j] + j);
    let pieces = cut(c, &ranges, |j| j * n);
    for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, piece)| {
        for i in 0..s.rows() {
            let (columns, values) = s.row(i);
            let begin = columns.partition_point(|&j| (j as usize) < range.start);
            for at in begin..columns.len() {
                let j = columns[at] as usize;
                if j >= range.end {
                    break;
                }
                let row = &mut piece[(j - range.start) * n..][..n];
                let x = values[at];
                for (&k, &y) in columns[at..].iter().zip(&values[at..]) {
                    row[k as usize] += x * y;
                }
            }
        }
        Facts::EMPTY
    });
    mirror(c, n);
    facts(c)
}

/// Copies the upper triangle to the lower.
fn mirror(c: &mut [f64], n: usize) {
    const TILE: usize = 32;
    for i0 in (0..n).step_by(TILE) {
        for j0 in (0..=i0).step_by(TILE) {
            for i in i0..(i0 + TILE).min(n) {
                for j in j0..(j0 + TILE).min(i) {
                    c[i * n + j] = c[j * n + i];
                }
            }
        }
    }
}
