//! Matrix products op(A) %*% op(B), where op is the identity or the transpose, which is folded into the kernel.
//!
//! | A      | B      | kernel |
//! |--------|--------|--------|
//! | dense  | dense  | [`dense`]: GEMM, and loops of its own where an operand is a vector |
//! | CSR    | dense  | [`spmm`]: row by row over panels of columns of B |
//! | dense  | CSR    | [`spmm`] on t(op(B)) %*% t(op(A)), panel by panel of rows of A |
//! | CSR    | CSR    | [`spgemm`]: Gustavson's row-wise product, symbolic then numeric; of the columns of A only those that a row of B meets, if these are few and at hand |
//! | t(X)   | X      | [`gram`]: one triangle, mirrored |
//!
//! Every cell is summed in an order that depends on the operands only, never on threads or on whether a transpose is
//! at hand; kernels for CSR sum in ascending k. They leave out the terms of zeros that are not stored, which is exact
//! while the other operand is finite; [`missing`] adds what 0 * Inf and 0 * NaN contribute where it is not.

mod dense;
mod gram;
mod missing;
mod spgemm;
mod spmm;

use std::borrow::Cow;

use lac_grammar::Diagnostic;

use super::build::{reserve_csr, zeroed};
use super::gather::rows_of_csr;
use super::simd::Strided;
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// The format of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    Dense,
    Csr,
    /// What falls out of the kernel: dense if an operand is dense; for two CSR operands, CSR unless more than a third
    /// of the cells are stored. (A CSR value takes 12 bytes, a dense one 8, and a CSR kernel some 3 times as long
    /// per value.)
    Natural,
}

/// op(A) %*% op(B), with op(A) = t(A) if `ta`, likewise B.
///
/// # Errors
/// E0302 if op(A) has not as many columns as op(B) has rows; E0601 if the result does not fit the memory budget.
pub fn matmul(a: &Matrix, ta: bool, b: &Matrix, tb: bool, out: OutputFormat, ctx: &Context) -> Result<Matrix> {
    let (a, b) = (Operand { matrix: a, transposed: ta }, Operand { matrix: b, transposed: tb });
    if a.cols() != b.rows() {
        return Err(Box::new(shape_mismatch(a, b)));
    }
    let (m, n) = (a.rows(), b.cols());
    let finite = a.matrix.is_finite() && b.matrix.is_finite();
    if m == 0 || n == 0 || a.cols() == 0 || (finite && (a.matrix.nnz() == 0 || b.matrix.nnz() == 0)) {
        return zeros(m, n, out, ctx);
    }
    let incomplete = (a.is_csr() && !b.matrix.is_finite()) || (b.is_csr() && !a.matrix.is_finite());
    if !incomplete {
        return stored_terms(a, b, out, ctx);
    }
    let product = stored_terms(a, b, OutputFormat::Dense, ctx)?;
    let product = missing::add_missing_terms(a, b, product, ctx)?;
    if out == OutputFormat::Csr { compressed(product, ctx) } else { Ok(product) }
}

/// t(X) %*% X if `left`, else X %*% t(X): [`matmul`] with both operands the same, of which it computes one half.
///
/// # Errors
/// E0601 if the result does not fit the memory budget.
pub fn tsmm(x: &Matrix, left: bool, out: OutputFormat, ctx: &Context) -> Result<Matrix> {
    matmul(x, left, x, !left, out, ctx)
}

/// The sum of the terms whose factors are both stored.
fn stored_terms(a: Operand, b: Operand, out: OutputFormat, ctx: &Context) -> Result<Matrix> {
    let symmetric = a.matrix.is_same(b.matrix) && a.transposed != b.transposed;
    match (a.matrix.storage(), b.matrix.storage()) {
        (Storage::Dense(x), Storage::Dense(y)) => {
            let (x, y) = (a.strided(x), b.strided(y));
            let product =
                if symmetric && y.rows > 1 && y.cols > 1 { gram::dense(y, ctx)? } else { dense::product(x, y, ctx)? };
            if out == OutputFormat::Csr { compressed(product, ctx) } else { Ok(product) }
        }
        (Storage::Csr(_), Storage::Csr(_)) => {
            if symmetric && let Some(product) = gram::sparse(b, out, ctx)? {
                return Ok(product);
            }
            match few_rows(a, b, ctx)? {
                None => spgemm::product(a, b, out, ctx),
                Some([a, b]) => {
                    let [a, b] = [(&a, true), (&b, false)].map(|(matrix, transposed)| Operand { matrix, transposed });
                    spgemm::product(a, b, out, ctx)
                }
            }
        }
        (Storage::Csr(s), Storage::Dense(d)) => {
            if out == OutputFormat::Csr && pays_sparse(s, a, b, ctx) {
                return spgemm::product(a, Operand { matrix: &b.matrix.to_csr(), ..b }, out, ctx);
            }
            let product = spmm::sparse_dense(a, b.strided(d), ctx)?;
            if out == OutputFormat::Csr { compressed(product, ctx) } else { Ok(product) }
        }
        (Storage::Dense(d), Storage::Csr(s)) => {
            if out == OutputFormat::Csr && pays_sparse(s, a, b, ctx) {
                return spgemm::product(Operand { matrix: &a.matrix.to_csr(), ..a }, b, out, ctx);
            }
            let product = spmm::dense_sparse(a.strided(d), b, ctx)?;
            if out == OutputFormat::Csr { compressed(product, ctx) } else { Ok(product) }
        }
    }
}

/// Of op(A) and B, both CSR, what their product needs if few rows of B hold anything, as of a selection: the columns of op(A)
/// for these rows, as rows, and the rows. They must be at hand (a transpose that is kept) and far fewer than all.
fn few_rows(a: Operand, b: Operand, ctx: &Context) -> Result<Option<[Matrix; 2]>> {
    /// Fewer nonzeros are sooner multiplied than chosen.
    const MANY: usize = 1 << 14;
    /// Of all rows and nonzeros, at most one in so many.
    const FEW: usize = 8;
    let (Storage::Csr(x), Storage::Csr(y)) = (a.matrix.storage(), b.matrix.storage()) else { return Ok(None) };
    if b.transposed || x.stored() < MANY.max(y.rows()) {
        return Ok(None);
    }
    let rows: Vec<usize> = (0..y.rows()).filter(|&k| !y.row(k).0.is_empty()).collect();
    if rows.len() * FEW > y.rows() {
        return Ok(None);
    }
    let kept = || a.matrix.csr_transpose_if_used_often(|bytes| ctx.reserve(bytes, String::new).is_ok());
    let Some(columns) = (if a.transposed { Some(x) } else { kept() }) else { return Ok(None) };
    if rows.iter().map(|&k| columns.row(k).0.len()).sum::<usize>() * FEW > x.stored() {
        return Ok(None);
    }
    Ok(Some([rows_of_csr(columns, &rows, ctx)?, rows_of_csr(y, &rows, ctx)?]))
}

/// A product with one CSR operand `s` that is wanted as CSR is computed with both sparse if it has far more cells
/// than terms, or if a dense result does not fit: then most of that would be zeros that nobody asked for.
fn pays_sparse(s: &Csr, a: Operand, b: Operand, ctx: &Context) -> bool {
    let (m, n) = (a.rows(), b.cols());
    let width = if a.is_csr() { n } else { m };
    m as u128 * n as u128 > 4 * s.stored() as u128 * width as u128 || ctx.reserve_dense(m, n).is_err()
}

/// An operand and whether its transpose is meant.
#[derive(Clone, Copy)]
struct Operand<'a> {
    matrix: &'a Matrix,
    transposed: bool,
}

impl<'a> Operand<'a> {
    fn rows(self) -> usize {
        if self.transposed { self.matrix.cols() } else { self.matrix.rows() }
    }

    fn cols(self) -> usize {
        if self.transposed { self.matrix.rows() } else { self.matrix.cols() }
    }

    fn is_csr(self) -> bool {
        matches!(self.matrix.storage(), Storage::Csr(_))
    }

    fn strided(self, d: &'a Dense) -> Strided<'a> {
        let stored =
            Strided { values: d.values(), rows: d.rows(), cols: d.cols(), row_stride: d.cols(), col_stride: 1 };
        if self.transposed { stored.transposed() } else { stored }
    }

    /// A CSR operand by its rows: if it is transposed, by the transpose kept with the matrix if that is used often,
    /// else by one made for this product.
    fn by_rows(self, s: &'a Csr, ctx: &Context) -> Result<Cow<'a, Csr>> {
        if !self.transposed {
            return Ok(Cow::Borrowed(s));
        }
        if let Some(kept) = self.matrix.csr_transpose_if_used_often(|bytes| ctx.reserve(bytes, String::new).is_ok()) {
            return Ok(Cow::Borrowed(kept));
        }
        reserve_csr(s.cols(), s.rows(), s.stored(), ctx)?;
        Ok(Cow::Owned(s.transpose()))
    }
}

fn zeros(rows: usize, cols: usize, out: OutputFormat, ctx: &Context) -> Result<Matrix> {
    if out == OutputFormat::Dense {
        return Ok(Matrix::with_facts(Dense::new(rows, cols, zeroed(rows, cols, ctx)?), Facts::EMPTY));
    }
    reserve_csr(rows, cols, 0, ctx)?;
    Ok(Matrix::zeros(rows, cols))
}

fn compressed(product: Matrix, ctx: &Context) -> Result<Matrix> {
    reserve_csr(product.rows(), product.cols(), product.nnz() as usize, ctx)?;
    Ok(product.to_csr())
}

fn shape_mismatch(a: Operand, b: Operand) -> Diagnostic {
    let shown = |name: &str, x: Operand| {
        let name = if x.transposed { format!("t({name})") } else { name.to_string() };
        format!("{name} is {} x {}", x.rows(), x.cols())
    };
    Diagnostic::error(
        "E0302",
        format!("a {} x {} matrix %*% a {} x {} matrix does not fit", a.rows(), a.cols(), b.rows(), b.cols()),
    )
    .note(format!("{}, {}", shown("A", a), shown("B", b)))
    .help(format!("the left side needs as many columns ({}) as the right side has rows ({})", a.cols(), b.rows()))
}
