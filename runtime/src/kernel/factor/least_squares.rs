//! Least squares by Householder reflections.

use lac_compiler::reference::factor::RANK;

use super::substitute::{Shape, substitute_dense};
use super::{dense_copy, singular};
use crate::{Context, Dense, Matrix, Result};

/// The x that makes |A x - b| least, of an m x n matrix A with m > n.
///
/// # Errors
/// E0507 if the columns of A depend on each other; E0601 without memory.
pub(super) fn least_squares(a: &Matrix, b: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (m, n, cols) = (a.rows(), a.cols(), b.cols());
    let (mut r, mut x) = (dense_copy(a, ctx)?, dense_copy(b, ctx)?);
    for k in 0..n {
        let column = (k..m).map(|i| r[i * n + k]);
        let norm = column.clone().map(|x| x * x).fold(0.0, |s, x| s + x).sqrt();
        if norm == 0.0 {
            return Err(singular("solve"));
        }
        let mut v: Vec<f64> = column.collect();
        let head = if v[0] > 0.0 { -norm } else { norm };
        // v = column - (head, 0, ..); H = I - v v^T / (-head v_0)
        v[0] -= head;
        let scale = -head * v[0];
        reflect(&v, scale, &mut r[k * n..], n, k);
        reflect(&v, scale, &mut x[k * cols..], cols, 0);
        r[k * n + k] = head;
    }
    let diagonal = || (0..n).map(|k| r[k * n + k].abs());
    let largest = diagonal().fold(0.0, f64::max);
    if diagonal().any(|x| x <= RANK * largest) {
        return Err(singular("solve"));
    }
    x.truncate(n * cols);
    substitute_dense(&r, n, Shape::Upper, &mut x, cols);
    Ok(Matrix::new(Dense::new(n, cols, x)))
}

/// H applied to the columns from `first` on of row-major rows.
pub(super) fn reflect(v: &[f64], scale: f64, rows: &mut [f64], cols: usize, first: usize) {
    if cols == 0 {
        return;
    }
    let mut shares = vec![0.0; cols - first];
    for (row, v) in rows.chunks_exact(cols).zip(v) {
        shares.iter_mut().zip(&row[first..]).for_each(|(dot, x)| *dot += v * x);
    }
    shares.iter_mut().for_each(|dot| *dot /= scale);
    for (row, v) in rows.chunks_exact_mut(cols).zip(v) {
        row[first..].iter_mut().zip(&shares).for_each(|(x, share)| *x -= share * v);
    }
}
