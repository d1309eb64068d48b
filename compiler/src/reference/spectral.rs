//! Factorizations with several results.

use super::arguments::Arguments;
use super::factor::factorize;
use super::{Dense, Evaluate, Value};
use crate::ops::spectral;

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
