//! Factorizations with several results.

use super::arguments::Arguments;
use super::factor::{factorize, solve_square};
use super::{Dense, Evaluate, Value};
use crate::ops::{Mismatch, Op, spectral};

/// The vectors side by side.
fn columns(rows: usize, columns: &[Vec<f64>]) -> Value {
    let cells = (0..rows).flat_map(|i| columns.iter().map(move |column| column[i])).collect();
    Value::Matrix(Dense::new(rows, columns.len(), cells))
}

pub const EIGEN: Evaluate = |op, values, _| {
    let a = Arguments { op, values }.matrix(0)?;
    let found = spectral::eigen(&a.values, a.rows)?;
    Ok(Value::Several(vec![columns(a.rows, &[found.values]), columns(a.rows, &found.vectors)]))
};

pub const SVD: Evaluate = |op, values, _| {
    let a = Arguments { op, values }.matrix(0)?;
    let found = spectral::svd(&a.values, a.rows, a.cols)?;
    let k = found.values.len();
    let diagonal = Dense::from_fn(k, k, |i, j| if i == j { found.values[i] } else { 0.0 })?;
    Ok(Value::Several(vec![columns(a.rows, &found.left), Value::Matrix(diagonal), columns(a.cols, &found.right)]))
};

/// A = H_1 H_2 ... R for reflections H_k = I - h h^T / h_k, where h is column k of H, from its diagonal down: (column - (r, 0,
/// ..)) / -r, for the r on the diagonal of R. A column of zeros is left, with an h of zeros.
pub const QR: Evaluate = |op, values, _| {
    let mut r = Arguments { op, values }.matrix(0)?.clone();
    let (m, n) = (r.rows, r.cols);
    let mut h = Dense::from_fn(m, n, |_, _| 0.0)?;
    for k in 0..m.min(n) {
        let norm = (k..m).map(|i| r.at(i, k) * r.at(i, k)).fold(0.0, |s, x| s + x).sqrt();
        if norm == 0.0 {
            continue;
        }
        let head = if r.at(k, k) > 0.0 { -norm } else { norm };
        let v: Vec<f64> = (k..m).map(|i| if i == k { r.at(k, k) - head } else { r.at(i, k) }).collect();
        let scale = -head * v[0];
        for j in k..n {
            let dot = (k..m).map(|i| v[i - k] * r.at(i, j)).fold(0.0, |s, x| s + x);
            for i in k..m {
                r.values[i * n + j] -= dot / scale * v[i - k];
            }
        }
        for i in k..m {
            h.values[i * n + k] = v[i - k] / -head;
            r.values[i * n + k] = if i == k { head } else { 0.0 };
        }
    }
    Ok(Value::Several(vec![Value::Matrix(h), Value::Matrix(r)]))
};

/// P A = L U
pub const LU: Evaluate = |op, values, _| {
    let mut lu = Arguments { op, values }.matrix(0)?.clone();
    let (order, n) = (factorize(&mut lu), lu.rows);
    let p = Dense::from_fn(n, n, |i, j| f64::from(u8::from(order[i] == j)))?;
    let l = Dense::from_fn(n, n, |i, j| if i > j { lu.at(i, j) } else { f64::from(u8::from(i == j)) })?;
    let u = Dense::from_fn(n, n, |i, j| if i <= j { lu.at(i, j) } else { 0.0 })?;
    Ok(Value::Several([p, l, u].map(Value::Matrix).into()))
};

/// Of a symmetric matrix V sqrt(W) t(V) by its eigenvalues and eigenvectors, else by iteration.
pub const SQRT_MATRIX: Evaluate = |op, values, _| {
    let a = Arguments { op, values }.matrix(0)?;
    let n = a.rows;
    let near = |i: usize, j: usize| (a.at(i, j) - a.at(j, i)).abs() <= 1e-12 * a.at(i, j).abs().max(a.at(j, i).abs());
    if !a.is_finite() || !(0..n).all(|i| (0..i).all(|j| near(i, j))) {
        return root_by_iteration(op, a).map(Value::Matrix);
    }
    let found = spectral::eigen(&a.values, n)?;
    let largest = found.values.iter().fold(0.0_f64, |m, w| m.max(w.abs()));
    if found.values.iter().any(|w| *w < -1e-12 * largest) {
        return Err(no_root(op));
    }
    let roots: Vec<f64> = found.values.iter().map(|w| w.max(0.0).sqrt()).collect();
    let cell = |i: usize, j: usize| (0..n).map(|k| found.vectors[k][i] * roots[k] * found.vectors[k][j]).sum();
    Ok(Value::Matrix(Dense::from_fn(n, n, cell)?))
};

fn no_root(op: Op) -> Mismatch {
    Mismatch::new("E0508", format!("`{}` finds no real root", op.row().name))
        .label(0, "of this")
        .help("eigenvalues of the matrix must not be negative, and those that are 0 need an eigenvector each")
}

/// Denman and Beavers: Y = (Y + Z^-1) / 2 and Z = (Z + Y^-1) / 2, from A and I, tend to the root and its inverse.
fn root_by_iteration(op: Op, a: &Dense) -> Result<Dense, Mismatch> {
    const MOST_STEPS: usize = 60;
    let n = a.rows;
    let identity = Dense::from_fn(n, n, |i, j| f64::from(u8::from(i == j)))?;
    let inverse = |m: &Dense| solve_square(op, m, &identity).map_err(|_| no_root(op));
    let mean = |x: &Dense, y: &Dense| Dense::from_fn(n, n, |i, j| (x.at(i, j) + y.at(i, j)) / 2.0);
    let (mut y, mut z) = (a.clone(), identity.clone());
    for _ in 0..MOST_STEPS {
        let next = (mean(&y, &inverse(&z)?)?, mean(&z, &inverse(&y)?)?);
        let size = next.0.values.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let moved = next.0.values.iter().zip(&y.values).fold(0.0_f64, |m, (x, y)| m.max((x - y).abs()));
        (y, z) = next;
        if moved <= 1e-15 * size {
            break;
        }
    }
    let square = |i: usize, j: usize| (0..n).map(|k| y.at(i, k) * y.at(k, j)).sum::<f64>();
    let largest = a.values.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let is_root = (0..n).all(|i| (0..n).all(|j| (square(i, j) - a.at(i, j)).abs() <= 1e-8 * largest));
    if is_root { Ok(y) } else { Err(no_root(op)) }
}
