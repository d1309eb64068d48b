//! Factorizations with several results. The memory of all of them is asked for before they are made.

use lac_compiler::ops::{Mismatch, spectral};
use lac_grammar::Diagnostic;

use super::least_squares::reflect;
use super::lu::Lu;
use super::{dense_copy, of_diagonal};
use crate::{Context, Csr, Dense, Matrix, Result};

fn fault(m: Mismatch) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(m.code, m.message))
}

/// The vectors side by side.
fn columns(rows: usize, columns: &[Vec<f64>]) -> Matrix {
    let cells = (0..rows).flat_map(|i| columns.iter().map(move |column| column[i])).collect();
    Matrix::new(Dense::new(rows, columns.len(), cells))
}

/// The eigenvalues of a symmetric matrix, ascending, as a column, and the eigenvectors as columns.
///
/// # Errors
/// E0508 if it is not symmetric and finite; E0601 without memory.
pub fn eigen(a: &Matrix, ctx: &Context) -> Result<[Matrix; 2]> {
    let n = a.rows();
    ctx.reserve_dense(3 * n, n)?;
    let found = spectral::eigen(&dense_copy(a, ctx)?, n).map_err(fault)?;
    Ok([columns(n, &[found.values]), columns(n, &found.vectors)])
}

/// U, S and V with A = U S t(V); S sparse, with the singular values, descending, on its diagonal.
///
/// # Errors
/// E0508 if A is not finite; E0601 without memory.
pub fn svd(a: &Matrix, ctx: &Context) -> Result<[Matrix; 3]> {
    let (m, n) = a.shape();
    ctx.reserve_dense(2 * m.max(n) + m + n, m.min(n))?;
    let found = spectral::svd(&dense_copy(a, ctx)?, m, n).map_err(fault)?;
    Ok([columns(m, &found.left), of_diagonal(found.values, ctx)?, columns(n, &found.right)])
}

/// H and R: the Householder vectors as columns, each (column - (r, 0, ..)) / -r from its diagonal down, and the upper
/// triangle that they make of A.
///
/// # Errors
/// E0601 without memory.
pub fn qr(a: &Matrix, ctx: &Context) -> Result<[Matrix; 2]> {
    let (m, n) = a.shape();
    let mut r = dense_copy(a, ctx)?;
    let mut h = super::super::build::zeroed(m, n, ctx)?;
    for k in 0..m.min(n) {
        let mut v: Vec<f64> = (k..m).map(|i| r[i * n + k]).collect();
        let norm = v.iter().map(|x| x * x).fold(0.0, |s, x| s + x).sqrt();
        if norm == 0.0 {
            continue;
        }
        let head = if v[0] > 0.0 { -norm } else { norm };
        v[0] -= head;
        reflect(&v, -head * v[0], &mut r[k * n..], n, k);
        for (i, v) in (k..m).zip(&v) {
            h[i * n + k] = v / -head;
            r[i * n + k] = if i == k { head } else { 0.0 };
        }
    }
    Ok([h, r].map(|values| Matrix::new(Dense::new(m, n, values))))
}

/// P, L and U with P A = L U: a sparse permutation, a lower triangle with ones on the diagonal, an upper triangle.
///
/// # Errors
/// E0601 without memory.
pub fn lu(a: &Matrix, ctx: &Context) -> Result<[Matrix; 3]> {
    let n = a.rows();
    super::super::reorg::check_columns(n)?;
    ctx.reserve_dense(2 * n + 2, n)?;
    let lu = Lu::new(dense_copy(a, ctx)?, n);
    let p = Csr::new(n, n, (0..=n).collect(), lu.order().iter().map(|&j| j as u32).collect(), vec![1.0; n]);
    let (mut l, mut u) = (vec![0.0; n * n], vec![0.0; n * n]);
    for (i, row) in lu.values().chunks_exact(n.max(1)).enumerate() {
        l[i * n..i * n + i].copy_from_slice(&row[..i]);
        l[i * n + i] = 1.0;
        u[i * n + i..(i + 1) * n].copy_from_slice(&row[i..]);
    }
    Ok([Matrix::new(p), Matrix::new(Dense::new(n, n, l)), Matrix::new(Dense::new(n, n, u))])
}
