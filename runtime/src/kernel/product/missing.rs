//! The terms that sparse kernels leave out: 0 * NaN and 0 * Inf, both NaN.

use super::{Operand, OutputFormat, spgemm};
use crate::kernel::split::fill_rows;
use crate::{Context, Csr, Dense, Matrix, Result, Storage};

/// Makes NaN each cell (i, j) for which some op(B)[k, j] is not finite and op(A)[i, k] is not stored, or the other
/// way round. With the stored positions of A as P and the positions of what is not finite in B as Q, both 0/1, that
/// is where (P Q)[i, j], the number of such pairs that were summed, is less than colSums(Q)[j], the number there is.
pub(super) fn add_missing_terms(a: Operand, b: Operand, product: Matrix, ctx: &Context) -> Result<Matrix> {
    let (m, n) = product.shape();
    let Storage::Dense(product) = product.into_storage() else { unreachable!("a dense product was asked for") };
    let mut c = product.into_values();
    if let Storage::Csr(s) = a.matrix.storage()
        && !b.matrix.is_finite()
    {
        let (stored, nonfinite) = (Matrix::new(pattern(s)), Matrix::new(nonfinite(b.matrix)));
        let nonfinite = Operand { matrix: &nonfinite, ..b };
        let summed = product_of_counts(Operand { matrix: &stored, ..a }, nonfinite, ctx)?;
        let all = counts_by_column(nonfinite);
        mark(&mut c, m, n, |_, j, have| have < all[j], &summed);
    }
    if let Storage::Csr(s) = b.matrix.storage()
        && !a.matrix.is_finite()
    {
        let (stored, nonfinite) = (Matrix::new(pattern(s)), Matrix::new(nonfinite(a.matrix)));
        let nonfinite = Operand { matrix: &nonfinite, ..a };
        let summed = product_of_counts(nonfinite, Operand { matrix: &stored, ..b }, ctx)?;
        let all = counts_by_column(Operand { transposed: !nonfinite.transposed, ..nonfinite });
        mark(&mut c, m, n, |i, _, have| have < all[i], &summed);
    }
    Ok(Matrix::new(Dense::new(m, n, c)))
}

/// Makes NaN the cells for which `is_short` of the row, the column and the number of summed pairs.
fn mark(c: &mut [f64], m: usize, n: usize, is_short: impl Fn(usize, usize, f64) -> bool + Sync, summed: &Matrix) {
    let Storage::Csr(summed) = summed.storage() else { unreachable!("counts are kept sparse") };
    fill_rows(
        c,
        m,
        n,
        |i| i * n,
        |range, piece| {
            for (row, i) in piece.chunks_exact_mut(n).zip(range) {
                let (columns, counts) = summed.row(i);
                let mut at = 0;
                for (j, c) in row.iter_mut().enumerate() {
                    let stored = columns.get(at) == Some(&(j as u32));
                    if is_short(i, j, if stored { counts[at] } else { 0.0 }) {
                        *c = f64::NAN;
                    }
                    at += usize::from(stored);
                }
            }
        },
    );
}

fn product_of_counts(a: Operand, b: Operand, ctx: &Context) -> Result<Matrix> {
    spgemm::product(a, b, OutputFormat::Csr, ctx)
}

/// The column sums of a CSR operand of ones.
fn counts_by_column(x: Operand) -> Vec<f64> {
    let Storage::Csr(s) = x.matrix.storage() else { unreachable!("positions are kept sparse") };
    if x.transposed {
        return s.indptr().windows(2).map(|w| (w[1] - w[0]) as f64).collect();
    }
    let mut counts = vec![0.0; s.cols()];
    s.indices().iter().for_each(|&j| counts[j as usize] += 1.0);
    counts
}

/// 1 where a value is stored.
fn pattern(s: &Csr) -> Csr {
    Csr::new(s.rows(), s.cols(), s.indptr().to_vec(), s.indices().to_vec(), vec![1.0; s.stored()])
}

/// 1 where a value is NaN or Inf.
fn nonfinite(x: &Matrix) -> Csr {
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    for i in 0..x.rows() {
        match x.storage() {
            Storage::Dense(d) => {
                let columns = d.row(i).iter().enumerate().filter(|(_, x)| !x.is_finite());
                indices.extend(columns.map(|(j, _)| j as u32));
            }
            Storage::Csr(s) => {
                let (columns, values) = s.row(i);
                indices.extend(columns.iter().zip(values).filter(|(_, x)| !x.is_finite()).map(|(j, _)| *j));
            }
        }
        indptr.push(indices.len());
    }
    let values = vec![1.0; indices.len()];
    Csr::new(x.rows(), x.cols(), indptr, indices, values)
}
