//! Systems of linear equations and factorizations. Every cell goes through the same operations in the same order as by the
//! textbook, so that the bits depend neither on blocking nor on the number of threads.

mod cholesky;
mod least_squares;
mod lu;
mod several;
mod substitute;

pub use cholesky::cholesky;
pub use several::{eigen, lu, qr, svd};

use lac_grammar::Diagnostic;

use super::build::{reserve_csr, zeroed};
use crate::{Context, Csr, Dense, Matrix, Result, Storage};
use least_squares::least_squares;
use lu::Lu;
use substitute::{Shape, substitute_dense, substitute_sparse};

/// The x with A x = b: by substitution if A is triangular, by LU if it is square, else of the least squares.
///
/// # Errors
/// E0507 if A is singular (or its columns depend on each other); E0601 without memory.
pub fn solve(a: &Matrix, b: &Matrix, ctx: &Context) -> Result<Matrix> {
    if a.rows() != a.cols() {
        return least_squares(a, b, ctx);
    }
    if let Some(d) = diagonal(a) {
        return divide_rows(b, &d, ctx);
    }
    solve_square("solve", a, dense_copy(b, ctx)?, b.cols(), ctx)
}

/// The inverse of a square matrix; of a diagonal one sparse.
///
/// # Errors
/// E0507 if it is singular; E0601 without memory.
pub fn inverse(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let n = a.rows();
    if let Some(d) = diagonal(a) {
        return divide_rows(&of_diagonal(vec![1.0; n], ctx)?, &d, ctx);
    }
    let mut identity = zeroed(n, n, ctx)?;
    (0..n).for_each(|i| identity[i * n + i] = 1.0);
    solve_square("inv", a, identity, n, ctx)
}

/// The determinant of a square matrix: that of U, with the sign of the exchanges.
///
/// # Errors
/// E0601 without memory.
pub fn determinant(a: &Matrix, ctx: &Context) -> Result<f64> {
    if let Some(d) = diagonal(a) {
        return Ok(d.iter().fold(1.0, |det, x| det * x));
    }
    let lu = Lu::new(dense_copy(a, ctx)?, a.rows());
    Ok(lu.diagonal().fold(lu.sign(), |det, x| det * x))
}

fn singular(name: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("E0507", format!("`{name}` of a singular matrix"))
            .note("a row or column of it is 0 or depends on the others")
            .help("add a small multiple of the identity (`A + diag(matrix(1e-6, nrow(A), 1))`), or leave columns out"),
    )
}

/// A x = b for a square A; `b`, n x cols row-major, becomes x.
fn solve_square(name: &str, a: &Matrix, mut b: Vec<f64>, cols: usize, ctx: &Context) -> Result<Matrix> {
    let n = a.rows();
    if let Some(shape) = Shape::of(a) {
        if (0..n).any(|i| a.get(i, i) == 0.0) {
            return Err(singular(name));
        }
        if let Storage::Csr(s) = a.storage() {
            let mut x = b.clone();
            substitute_sparse(s, shape, &mut x, cols);
            // What the sparse way skips are products of 0 with finite numbers.
            if a.is_finite() && x.iter().all(|x| x.is_finite()) {
                return Ok(Matrix::new(Dense::new(n, cols, x)));
            }
        }
        let a = dense_copy(a, ctx)?;
        substitute_dense(&a, n, shape, &mut b, cols);
        return Ok(Matrix::new(Dense::new(n, cols, b)));
    }
    let lu = Lu::new(dense_copy(a, ctx)?, n);
    if lu.diagonal().any(|x| x == 0.0) {
        return Err(singular(name));
    }
    let mut x = lu.permuted(&b, cols);
    drop(b);
    substitute_dense(lu.values(), n, Shape::UnitLower, &mut x, cols);
    substitute_dense(lu.values(), n, Shape::Upper, &mut x, cols);
    Ok(Matrix::new(Dense::new(n, cols, x)))
}

/// The cells row by row, after asking for their memory.
fn dense_copy(m: &Matrix, ctx: &Context) -> Result<Vec<f64>> {
    ctx.reserve_dense(m.rows(), m.cols())?;
    Ok(match m.storage() {
        Storage::Dense(d) => d.values().to_vec(),
        Storage::Csr(s) => s.to_dense().into_values(),
    })
}

/// The diagonal of a square matrix that has nonzeros there, everywhere, and nowhere else.
fn diagonal(a: &Matrix) -> Option<Vec<f64>> {
    let n = a.rows();
    if a.nnz() != n as u64 {
        return None;
    }
    let diagonal: Vec<f64> = (0..n).map(|i| a.get(i, i)).collect();
    diagonal.iter().all(|x| *x != 0.0).then_some(diagonal)
}

fn of_diagonal(values: Vec<f64>, ctx: &Context) -> Result<Matrix> {
    let n = values.len();
    super::reorg::check_columns(n)?;
    reserve_csr(n, n, n, ctx)?;
    Ok(Matrix::new(Csr::new(n, n, (0..=n).collect(), (0..n).map(|j| j as u32).collect(), values)))
}

/// Each row over its divisor, which is not 0. What is 0 stays so but over NaN.
fn divide_rows(m: &Matrix, divisors: &[f64], ctx: &Context) -> Result<Matrix> {
    if let Storage::Csr(s) = m.storage()
        && !divisors.iter().any(|d| d.is_nan())
    {
        reserve_csr(s.rows(), s.cols(), s.stored(), ctx)?;
        let (mut divided, indptr) = (s.clone(), s.indptr());
        for (i, divisor) in divisors.iter().enumerate() {
            divided.values_mut()[indptr[i]..indptr[i + 1]].iter_mut().for_each(|x| *x /= divisor);
        }
        return Ok(Matrix::new(divided));
    }
    let mut values = dense_copy(m, ctx)?;
    for (row, divisor) in values.chunks_exact_mut(m.cols().max(1)).zip(divisors) {
        row.iter_mut().for_each(|x| *x /= divisor);
    }
    Ok(Matrix::new(Dense::new(m.rows(), m.cols(), values)))
}
