//! Systems of linear equations and factorizations.

use super::values::{self, Cells};
use super::{Infer, Mismatch, described, matrix};
use crate::facts::{Facts, MatrixFacts, Values};
use crate::ops::{Binary, Op, ScalarType, Unary};
use crate::sketch::{Sketch, Structure};

/// `solve(A, b)`: the x with A x = b; of more equations than unknowns the one with the least squares.
pub const SOLVE: Infer = |op, args| {
    let (a, b) = (matrix(op, args, 0)?, matrix(op, args, 1)?);
    if let Some(a) = a
        && a.rows.zip(a.cols).is_some_and(|(m, n)| m < n)
    {
        return Err(Mismatch::new("E0303", "`solve` needs at least as many equations as unknowns")
            .label(0, format!("this is {}", a.shape())));
    }
    let (rows, right) = (a.and_then(|a| a.rows), b.and_then(|b| b.rows));
    if let (Some(a), Some(b)) = (a, b)
        && rows.zip(right).is_some_and(|(m, k)| m != k)
    {
        return Err(Mismatch::new("E0302", format!("`solve` can not solve {} for {}", a.shape(), b.shape()))
            .label(0, format!("this is {}", a.shape()))
            .label(1, format!("this is {}", b.shape()))
            .help("A and b need as many rows as each other"));
    }
    let (rows, cols) = (a.and_then(|a| a.cols), b.and_then(|b| b.cols));
    Ok(match (a, b, rows, cols) {
        (Some(a), Some(b), Some(m), Some(n)) if a.finite && is_empty(b) => {
            Facts::valued(Sketch::empty(m, n), true, Values::NONE)
        }
        // Divided row by row: where b is 0 the result is, but for 0 / NaN.
        (Some(a), Some(b), ..) if is_diagonal(a) && a.finite => {
            let quotients = divided(Cells::of(b), a);
            described(rows, cols, b.sketch.as_ref().map(Sketch::zero_preserving), quotients)
        }
        _ => Facts::matrix(rows, cols),
    })
};

fn is_empty(m: &MatrixFacts) -> bool {
    m.sketch.as_ref().is_some_and(|s| s.nnz().upper == 0)
}

/// A square matrix of nonzeros on the diagonal alone.
fn is_diagonal(m: &MatrixFacts) -> bool {
    let diagonal = |s: &Sketch| s.structure() == Structure::Diagonal || s.rows() == 1 && s.cols() == 1;
    m.sketch.as_ref().is_some_and(diagonal)
}

/// The quotients by the cells of a diagonal, none of which is 0 (such a matrix is singular), and whether they are finite.
fn divided(x: Cells, diagonal: &MatrixFacts) -> (Values, bool) {
    let by = Cells { zeros: false, ..Cells::of(diagonal) };
    let quotients = values::binary(Binary::Divide, x, by);
    (quotients, values::binary_finite(Binary::Divide, x, by, quotients))
}

pub(super) fn square<'a>(op: Op, args: &[Option<&'a Facts>]) -> Result<Option<&'a MatrixFacts>, Mismatch> {
    let Some(m) = matrix(op, args, 0)? else { return Ok(None) };
    if m.rows.zip(m.cols).is_some_and(|(r, c)| r != c) {
        let message = format!("`{}` needs a square matrix", op.row().name);
        return Err(Mismatch::new("E0303", message).label(0, format!("this is {}", m.shape())));
    }
    Ok(Some(m))
}

/// `inv(A)`: of a diagonal matrix diagonal, else expected full.
pub const INVERSE: Infer = |op, args| {
    let Some(m) = square(op, args)? else { return Ok(Facts::matrix(None, None)) };
    let n = m.rows.or(m.cols);
    Ok(match n {
        Some(rows) if is_diagonal(m) && m.finite => {
            let one = Cells { nonzeros: Values::ONE, zeros: false, finite: true };
            // 1 over the largest number is above 0
            described(n, n, Some(Sketch::identity(rows)), divided(one, m))
        }
        _ => Facts::matrix(n, n),
    })
};

/// `cholesky(A)`: the lower triangular L with L t(L) = A, its diagonal above 0; of a diagonal matrix diagonal.
pub const CHOLESKY: Infer = |op, args| {
    let Some(m) = square(op, args)? else { return Ok(Facts::matrix(None, None)) };
    let n = m.rows.or(m.cols);
    Ok(match n {
        // Roots of what is above 0, or it is not positive definite.
        Some(rows) if is_diagonal(m) => {
            described(n, n, Some(Sketch::identity(rows)), (values::unary(Unary::Sqrt, Cells::of(m)), m.finite))
        }
        Some(rows) => {
            Facts::sketched(Sketch::between(&Sketch::identity(rows), &Sketch::triangle(rows, rows, true), 1.0), false)
        }
        None => Facts::matrix(n, n),
    })
};

/// `det(A)`
pub const DETERMINANT: Infer = |op, args| {
    square(op, args)?;
    Ok(Facts::scalar(ScalarType::Double))
};

/// `eigen(A)`, `lu(A)`: several results.
pub const SQUARE: Infer = |op, args| {
    square(op, args)?;
    Ok(Facts::Unknown)
};

/// `svd(A)`, `qr(A)`: several results.
pub const RECTANGULAR: Infer = |op, args| {
    matrix(op, args, 0)?;
    Ok(Facts::Unknown)
};
