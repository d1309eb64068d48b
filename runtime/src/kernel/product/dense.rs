//! Dense times dense. Products with a vector are bound by memory and have loops of their own; the rest is GEMM.

use std::ops::Range;

use rayon::prelude::*;

use crate::kernel::build::zeroed;
use crate::kernel::simd::{Kernel, Strided, dispatch, gemm};
use crate::kernel::split::{PARALLEL, facts, fill_rows, for_each};
use crate::{Context, Dense, Facts, Matrix, Result};

/// A B.
pub(super) fn product(a: Strided, b: Strided, ctx: &Context) -> Result<Matrix> {
    let (m, n) = (a.rows, b.cols);
    let mut c = zeroed(m, n, ctx)?;
    let facts = if a.cols == 1 {
        outer(a.vector(), b.transposed().vector(), &mut c)
    } else if n == 1 {
        matrix_vector(a, b.vector(), &mut c)
    } else if m == 1 {
        matrix_vector(b.transposed(), a.transposed().vector(), &mut c)
    } else {
        matrix_matrix(a, b, &mut c)
    };
    Ok(Matrix::with_facts(Dense::new(m, n, c), facts))
}

/// c_ij = a_i b_j.
fn outer(a: &[f64], b: &[f64], c: &mut [f64]) -> Facts {
    fill_rows(
        c,
        a.len(),
        b.len(),
        |i| i * b.len(),
        |range, piece| {
            for (row, &x) in piece.chunks_exact_mut(b.len()).zip(&a[range]) {
                for (c, &y) in row.iter_mut().zip(b) {
                    *c = 0.0 + x * y;
                }
            }
        },
    )
}

fn matrix_vector(a: Strided, x: &[f64], y: &mut [f64]) -> Facts {
    // A matrix of one row or column has its cells side by side whatever its strides say.
    if a.rows == 1 || a.col_stride == 1 {
        let row = |i: usize| &a.values[i * a.row_stride..][..a.cols];
        if a.rows < 8 && a.cols > PARALLEL {
            y.iter_mut().enumerate().for_each(|(i, y)| *y = parallel_dot(row(i), x));
            return Facts::of(y);
        }
        return fill_rows(
            y,
            a.rows,
            1,
            |i| i * a.cols,
            |range, piece| {
                dispatch(Dots { a, x, rows: range, y: piece });
            },
        );
    }
    sum_of_rows(a.transposed(), x, y);
    facts(y)
}

/// Values whose products are summed one after another in [`LANES`] lanes; longer dot products are sums of such sums.
const DOT_CHUNK: usize = 1 << 13;
const LANES: usize = 16;

/// The rows of A times x.
struct Dots<'a> {
    a: Strided<'a>,
    x: &'a [f64],
    rows: Range<usize>,
    y: &'a mut [f64],
}

impl Kernel for Dots<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (y, i) in self.y.iter_mut().zip(self.rows) {
            let row = &self.a.values[i * self.a.row_stride..][..self.a.cols];
            let mut sum = 0.0;
            for (a, x) in row.chunks(DOT_CHUNK).zip(self.x.chunks(DOT_CHUNK)) {
                sum += (Dot { a, x }).run();
            }
            *y = sum;
        }
    }
}

/// a'x of at most [`DOT_CHUNK`] values.
struct Dot<'a> {
    a: &'a [f64],
    x: &'a [f64],
}

impl Kernel for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let mut lanes = [0.0; LANES];
        let (a, a_rest) = self.a.as_chunks::<LANES>();
        let (x, x_rest) = self.x.as_chunks::<LANES>();
        for (a, x) in a.iter().zip(x) {
            for l in 0..LANES {
                lanes[l] += a[l] * x[l];
            }
        }
        for (l, (a, x)) in a_rest.iter().zip(x_rest).enumerate() {
            lanes[l] += a * x;
        }
        let mut width = LANES / 2;
        while width > 0 {
            for l in 0..width {
                lanes[l] += lanes[l + width];
            }
            width /= 2;
        }
        lanes[0]
    }
}

/// As the rows of [`Dots`], with the same bits, by several threads.
fn parallel_dot(a: &[f64], x: &[f64]) -> f64 {
    let sums: Vec<f64> = (a.par_chunks(DOT_CHUNK).zip(x.par_chunks(DOT_CHUNK)))
        .with_min_len(PARALLEL / DOT_CHUNK)
        .map(|(a, x)| dispatch(Dot { a, x }))
        .collect();
    sums.into_iter().fold(0.0, |sum, s| sum + s)
}

/// y = t(A) x = sum_i x_i A[i,] for a row-major A: wide ones are split by columns, others into chunks of rows whose
/// sums are added in order.
fn sum_of_rows(a: Strided, x: &[f64], y: &mut [f64]) {
    const WIDE: usize = 4096;
    let n = a.cols;
    if n >= WIDE {
        let sum = |(at, y): (usize, &mut [f64])| dispatch(SumOfRows { a, x, rows: 0..a.rows, from: at * WIDE, y });
        if a.rows * n >= PARALLEL {
            y.par_chunks_mut(WIDE).enumerate().for_each(sum);
        } else {
            y.chunks_mut(WIDE).enumerate().for_each(sum);
        }
        return;
    }
    let height = (2 * PARALLEL / n).max(64);
    let chunks = a.rows.div_ceil(height);
    let mut sums = vec![0.0; chunks * n];
    let pieces: Vec<_> = sums.chunks_mut(n).enumerate().collect();
    for_each(pieces, |(chunk, y)| {
        let rows = chunk * height..((chunk + 1) * height).min(a.rows);
        dispatch(SumOfRows { a, x, rows, from: 0, y });
        Facts::EMPTY
    });
    for sum in sums.chunks(n) {
        y.iter_mut().zip(sum).for_each(|(y, s)| *y += s);
    }
}

/// y += sum of x_i A[i, from..from + len(y)] over a range of rows.
struct SumOfRows<'a> {
    a: Strided<'a>,
    x: &'a [f64],
    rows: Range<usize>,
    from: usize,
    y: &'a mut [f64],
}

impl Kernel for SumOfRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.y.len();
        let row = |i: usize| &self.a.values[i * self.a.row_stride + self.from..][..width];
        let mut i = self.rows.start;
        // Four rows at a time: y is loaded and stored once for them.
        while i + 4 <= self.rows.end {
            let x: &[f64; 4] = self.x[i..i + 4].try_into().expect("four values");
            let (r0, r1, r2, r3) = (row(i), row(i + 1), row(i + 2), row(i + 3));
            for j in 0..width {
                self.y[j] = self.y[j] + x[0] * r0[j] + x[1] * r1[j] + x[2] * r2[j] + x[3] * r3[j];
            }
            i += 4;
        }
        for i in i..self.rows.end {
            let x = self.x[i];
            for (y, a) in self.y.iter_mut().zip(row(i)) {
                *y += x * a;
            }
        }
    }
}

/// Rows of a block of C: packing B again for each costs some 5 %.
const BLOCK: usize = 512;
/// Multiply-adds below which one call is faster than several.
const ONE_CALL: usize = 128 * 128 * 128;

fn matrix_matrix(a: Strided, b: Strided, c: &mut [f64]) -> Facts {
    let (m, n) = (a.rows, b.cols);
    let terms = m as u128 * n as u128 * a.cols as u128;
    if terms <= ONE_CALL as u128 {
        gemm(a, b, c);
        return Facts::of(c);
    }
    if m >= BLOCK / 2 || n <= BLOCK {
        let height = if m >= 4 * BLOCK { BLOCK } else { m.div_ceil(4).next_multiple_of(16) };
        let blocks: Vec<_> = c.chunks_mut(height * n).enumerate().collect();
        return for_each(blocks, |(block, c)| {
            let rows = block * height..((block + 1) * height).min(m);
            gemm(a.row_range(rows.start, rows.end), b, c);
            Facts::of(c)
        });
    }
    // A low and wide C is computed in blocks of columns, each beside and then copied: C is small against A and B.
    let blocks: Vec<(Range<usize>, Vec<f64>)> = (0..n.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let cols = block * BLOCK..((block + 1) * BLOCK).min(n);
            let mut part = vec![0.0; m * cols.len()];
            gemm(a, b.col_range(cols.start, cols.end), &mut part);
            (cols, part)
        })
        .collect();
    fill_rows(
        c,
        m,
        n,
        |i| i * n,
        |range, piece| {
            for (row, i) in piece.chunks_exact_mut(n).zip(range) {
                for (cols, part) in &blocks {
                    row[cols.clone()].copy_from_slice(&part[i * cols.len()..][..cols.len()]);
                }
            }
        },
    )
}
