//! Systems of linear equations and factorizations.

use super::{Infer, Mismatch, matrix};
use crate::facts::{Facts, MatrixFacts};
use crate::ops::{Op, ScalarType};
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
    let sketches = a.and_then(|a| a.sketch.as_ref()).zip(b.and_then(|b| b.sketch.as_ref()));
    Ok(match (sketches, rows, cols) {
        (Some((_, t)), Some(m), Some(n)) if t.nnz().upper == 0 => Facts::sketched(Sketch::empty(m, n), false),
        // Divided row by row: where b is 0 the result is.
        (Some((s, t)), ..) if is_diagonal(s) => Facts::sketched(t.zero_preserving(), false),
        _ => Facts::matrix(rows, cols),
    })
};

/// A square matrix of nonzeros on the diagonal alone.
fn is_diagonal(s: &Sketch) -> bool {
    s.structure() == Structure::Diagonal || s.rows() == 1 && s.cols() == 1
}

fn square<'a>(op: Op, args: &[Option<&'a Facts>]) -> Result<Option<&'a MatrixFacts>, Mismatch> {
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
    Ok(match &m.sketch {
        Some(s) if is_diagonal(s) => Facts::sketched(Sketch::identity(s.rows()).zero_preserving(), false),
        _ => Facts::matrix(n, n),
    })
};

/// `cholesky(A)`: the lower triangular L with L t(L) = A; of a diagonal matrix diagonal.
pub const CHOLESKY: Infer = |op, args| {
    let Some(m) = square(op, args)? else { return Ok(Facts::matrix(None, None)) };
    let n = m.rows.or(m.cols);
    Ok(match (&m.sketch, n) {
        (Some(s), _) if is_diagonal(s) => Facts::sketched(Sketch::identity(s.rows()), m.finite),
        (_, Some(n)) => Facts::sketched(Sketch::triangle(n, n, true).zero_preserving(), false),
        _ => Facts::matrix(n, n),
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
