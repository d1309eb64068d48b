//! CSR times dense: every row of the result gathers rows of the dense operand, a panel of columns at a time.

use std::ops::Range;

use rayon::prelude::*;

use super::Operand;
use crate::kernel::build::zeroed;
use crate::kernel::simd::{Kernel, Strided, dispatch, prefetch};
use crate::kernel::split::{PARALLEL, facts, fill_rows};
use crate::matrix::transpose_into;
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// S B, with S = op(A) CSR.
pub(super) fn sparse_dense(s: Operand, b: Strided, ctx: &Context) -> Result<Matrix> {
    let (m, n) = (s.rows(), b.cols);
    let mut c = zeroed(m, n, ctx)?;
    let facts = if n == 1 || b.col_stride == 1 {
        rows_for_width(s, n, ctx)?.multiply(b.values, n, n, &mut c)
    } else {
        // The rows of B, which are gathered, must be contiguous.
        let mut rows = zeroed(b.rows, n, ctx)?;
        transpose_into(b.values, n, b.rows, &mut rows);
        rows_for_width(s, n, ctx)?.multiply(&rows, n, n, &mut c)
    };
    Ok(Matrix::with_facts(Dense::new(m, n, c), facts))
}

/// Rows of A that a dense A times a CSR matrix takes at a time.
const PANEL: usize = 32;

/// A S, with S = op(B) CSR: t(C) = t(S) t(A), in panels of rows of A.
pub(super) fn dense_sparse(a: Strided, s: Operand, ctx: &Context) -> Result<Matrix> {
    let (m, k, n) = (a.rows, a.cols, s.cols());
    let mut c = zeroed(m, n, ctx)?;
    let s = Operand { transposed: !s.transposed, ..s };
    if m == 1 {
        let facts = rows_for_width(s, 1, ctx)?.multiply(a.values, 1, 1, &mut c);
        return Ok(Matrix::with_facts(Dense::new(m, n, c), facts));
    }
    let rows = rows_for_width(s, m, ctx)?;
    let threads = rayon::current_num_threads() as u64;
    ctx.reserve(threads * 8 * (PANEL * (k + n)) as u64, || format!("panels of {PANEL} rows of a dense matrix"))?;
    let panel = |(p, c): (usize, &mut [f64])| {
        let width = c.len() / n;
        let mut product = vec![0.0; n * width];
        if a.col_stride == 1 && k > 1 {
            let mut packed = vec![0.0; k * width];
            transpose_into(&a.values[p * PANEL * k..][..width * k], width, k, &mut packed);
            rows.multiply(&packed, width, width, &mut product);
        } else {
            // t(A) is stored by rows: the panel is a range of its columns.
            rows.multiply(&a.values[p * PANEL..], m, width, &mut product);
        }
        transpose_into(&product, n, width, c);
        Facts::of(c)
    };
    let facts = if m * k.max(n) < PARALLEL {
        c.chunks_mut(PANEL * n).enumerate().map(panel).fold(Facts::EMPTY, Facts::and)
    } else {
        c.par_chunks_mut(PANEL * n).enumerate().map(panel).reduce(|| Facts::EMPTY, Facts::and)
    };
    Ok(Matrix::with_facts(Dense::new(m, n, c), facts))
}

/// Columns from which making the transpose costs less than scattering into the result: it costs as much as 3 vectors.
const SCATTER_BELOW: usize = 4;

/// How S is at hand.
enum Rows<'a> {
    Gather(std::borrow::Cow<'a, Csr>),
    /// The transpose of S: its rows are scattered into the result.
    Scatter {
        transpose: &'a Csr,
        finite: bool,
    },
}

fn rows_for_width<'a>(s: Operand<'a>, n: usize, ctx: &Context) -> Result<Rows<'a>> {
    let Storage::Csr(stored) = s.matrix.storage() else { unreachable!("a CSR operand") };
    if !s.transposed {
        return Ok(Rows::Gather(std::borrow::Cow::Borrowed(stored)));
    }
    let scatter = Rows::Scatter { transpose: stored, finite: s.matrix.is_finite() };
    if n < SCATTER_BELOW {
        // A vector, stored as a row or a column, has nothing to gain.
        if stored.rows() == 1 || stored.cols() == 1 {
            return Ok(scatter);
        }
        let kept = s.matrix.csr_transpose_if_used_often(|bytes| ctx.reserve(bytes, String::new).is_ok());
        return Ok(kept.map_or(scatter, |kept| Rows::Gather(std::borrow::Cow::Borrowed(kept))));
    }
    // Scattering is slower but needs no memory.
    Ok(s.by_rows(stored, ctx).map_or(scatter, Rows::Gather))
}

impl Rows<'_> {
    /// C = S B for the row-major B with `ldb` values from row to row, of which the first n count; C is 0 before. Each
    /// cell is summed in ascending k from +0.
    fn multiply(&self, b: &[f64], ldb: usize, n: usize, c: &mut [f64]) -> Facts {
        match self {
            Rows::Gather(s) => {
                // A row costs about as much as a stored value.
                let work = |i: usize| (s.indptr()[i] + i) * n;
                fill_rows(c, s.rows(), n, work, |rows, c| dispatch(Gather { s, rows, b, ldb, n, c }))
            }
            Rows::Scatter { transpose, finite } => {
                scatter(transpose, *finite, b, ldb, n, c);
                facts(c)
            }
        }
    }
}

/// Stored values from asking for a row of B to adding it: a fifth faster on uniformly random columns.
const AHEAD: usize = 12;
/// Values of a cache line.
const LINE: usize = 8;

/// Rows of S times B into the same rows of C.
struct Gather<'a> {
    s: &'a Csr,
    rows: Range<usize>,
    b: &'a [f64],
    ldb: usize,
    n: usize,
    c: &'a mut [f64],
}

impl Kernel for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        if self.ldb == 1 {
            return self.vector();
        }
        let mut j = 0;
        while j < self.n {
            j += match self.n - j {
                32.. => self.panel::<32>(j),
                16.. => self.panel::<16>(j),
                8.. => self.panel::<8>(j),
                4.. => self.panel::<4>(j),
                2.. => self.panel::<2>(j),
                _ => self.panel::<1>(j),
            };
        }
    }
}

impl Gather<'_> {
    #[inline(always)]
    fn vector(&mut self) {
        let ends = &self.s.indptr()[self.rows.start..=self.rows.end];
        let (mut columns, mut values) = (&self.s.indices()[ends[0]..], &self.s.values()[ends[0]..]);
        for (c, row) in self.c.iter_mut().zip(ends.windows(2)) {
            let (k, rest) = columns.split_at(row[1] - row[0]);
            let (x, values_rest) = values.split_at(row[1] - row[0]);
            (columns, values) = (rest, values_rest);
            let mut sum = 0.0;
            for (&k, &x) in k.iter().zip(x) {
                sum += x * self.b[k as usize];
            }
            *c = sum;
        }
    }

    /// Columns j..j + W, summed in registers.
    #[inline(always)]
    fn panel<const W: usize>(&mut self, j: usize) -> usize {
        let (indices, stored) = (self.s.indices(), self.s.values());
        for (c, i) in self.c.chunks_exact_mut(self.n).zip(self.rows.clone()) {
            let mut sums = [0.0; W];
            for p in self.s.indptr()[i]..self.s.indptr()[i + 1] {
                if let Some(&k) = indices.get(p + AHEAD) {
                    for line in 0..W.div_ceil(LINE) {
                        prefetch(self.b, k as usize * self.ldb + j + line * LINE);
                    }
                }
                let x = stored[p];
                let b = &self.b[indices[p] as usize * self.ldb + j..][..W];
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum += x * b;
                }
            }
            c[j..j + W].copy_from_slice(&sums);
        }
        W
    }
}

/// C += t(T) B for the transpose T of S. While S is finite, rows of B that are 0 add nothing.
fn scatter(t: &Csr, finite: bool, b: &[f64], ldb: usize, n: usize, c: &mut [f64]) {
    for k in 0..t.rows() {
        let (columns, values) = t.row(k);
        if n == 1 {
            let y = b[k * ldb];
            if y == 0.0 && finite {
                continue;
            }
            for (&j, &x) in columns.iter().zip(values) {
                c[j as usize] += x * y;
            }
        } else {
            let y = &b[k * ldb..][..n];
            for (&j, &x) in columns.iter().zip(values) {
                c[j as usize * n..][..n].iter_mut().zip(y).for_each(|(c, y)| *c += x * y);
            }
        }
    }
}
