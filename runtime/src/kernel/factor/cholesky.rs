//! The Cholesky factorization.

use lac_compiler::reference::factor::SYMMETRY;
use lac_grammar::Diagnostic;
use rayon::prelude::*;

use super::super::split::PARALLEL;
use super::lu::{PANEL, subtract};
use super::{dense_copy, diagonal, of_diagonal};
use crate::matrix::transpose_into;
use crate::{Context, Dense, Matrix, Result};

/// The lower triangular L with L t(L) = A; of a diagonal A sparse.
///
/// # Errors
/// E0508 if A is not symmetric and positive definite; E0601 without memory.
pub fn cholesky(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let n = a.rows();
    if let Some(d) = diagonal(a)
        && d.iter().all(|x| *x > 0.0)
    {
        return of_diagonal(d.iter().map(|x| x.sqrt()).collect(), ctx);
    }
    let mut u = dense_copy(a, ctx)?;
    check_symmetry(&u, n)?;
    ctx.reserve_dense(n, n)?;
    // The cells of the lower triangle count: t(L) is made in place, row by row.
    let mut l = vec![0.0; u.len()];
    transpose_into(&u, n, n, &mut l);
    u.copy_from_slice(&l);
    for i in 0..n {
        u[i * n..i * n + i].fill(0.0);
    }
    for first in (0..n).step_by(PANEL) {
        let end = (first + PANEL).min(n);
        for k in first..end {
            let (above, row) = u.split_at_mut(k * n);
            eliminate(&above[first * n..], n, k, &mut row[..n]);
            scale(&mut row[..n], k)?;
        }
        let (above, below) = u.split_at_mut(end * n);
        let above = &above[first * n..];
        let one = |(i, row): (usize, &mut [f64])| eliminate(above, n, end + i, row);
        if below.len() * (end - first) < PARALLEL {
            below.chunks_exact_mut(n).enumerate().for_each(one);
        } else {
            below.par_chunks_exact_mut(n).enumerate().with_min_len(8).for_each(one);
        }
    }
    transpose_into(&u, n, n, &mut l);
    Ok(Matrix::new(Dense::new(n, n, l)))
}

/// row[i..] -= U[k][i] U[k][i..] for the rows k of `above` in order: row i of the matrix.
fn eliminate(above: &[f64], n: usize, i: usize, row: &mut [f64]) {
    subtract(&mut row[i..], above.chunks_exact(n).map(|u| (u[i], &u[i..])));
}

/// Row k over the root of its diagonal.
fn scale(row: &mut [f64], k: usize) -> Result<()> {
    // Not a NaN either.
    if row[k].partial_cmp(&0.0).is_none_or(std::cmp::Ordering::is_le) {
        let error = Diagnostic::error("E0508", "`cholesky` needs a positive definite matrix");
        return Err(Box::new(error.note(format!("its leading {0} x {0} part is not", k + 1))));
    }
    row[k] = row[k].sqrt();
    let root = row[k];
    row[k + 1..].iter_mut().for_each(|x| *x /= root);
    Ok(())
}

fn check_symmetry(a: &[f64], n: usize) -> Result<()> {
    let near = |x: f64, y: f64| (x - y).abs() <= SYMMETRY * x.abs().max(y.abs());
    for i in 0..n {
        for j in 0..i {
            let (x, y) = (a[i * n + j], a[j * n + i]);
            if !near(x, y) {
                let error = Diagnostic::error("E0508", "`cholesky` needs a symmetric matrix");
                let (i, j) = (i + 1, j + 1);
                return Err(Box::new(error.note(format!("cell [{i}, {j}] is {x} and cell [{j}, {i}] is {y}"))));
            }
        }
    }
    Ok(())
}
