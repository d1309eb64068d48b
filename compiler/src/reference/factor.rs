//! Systems of linear equations and factorizations, by the textbook. The order of operations of each cell is part of the
//! meaning: products are subtracted one after the other, in the order of their index.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::{Mismatch, Op, Scalar};

pub const SOLVE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (a, b) = (args.matrix(0)?, args.matrix(1)?);
    Ok(Value::Matrix(if a.rows == a.cols { solve_square(op, a, b)? } else { least_squares(op, a, b)? }))
};

pub const INVERSE: Evaluate = |op, values, _| {
    let a = Arguments { op, values }.matrix(0)?;
    let identity = Dense::from_fn(a.rows, a.rows, |i, j| f64::from(u8::from(i == j)))?;
    Ok(Value::Matrix(solve_square(op, a, &identity)?))
};

pub const DETERMINANT: Evaluate = |op, values, _| {
    let mut lu = Arguments { op, values }.matrix(0)?.clone();
    let order = factorize(&mut lu);
    // Each cycle of even length turns the sign.
    let mut seen = vec![false; lu.rows];
    let mut det = 1.0;
    for start in 0..lu.rows {
        let (mut at, mut length) = (start, 0);
        while !seen[at] {
            (seen[at], at, length) = (true, order[at], length + 1);
        }
        if length > 0 && length % 2 == 0 {
            det = -det;
        }
    }
    Ok(Value::Scalar(Scalar::Double((0..lu.rows).fold(det, |det, k| det * lu.at(k, k)))))
};

fn singular(op: Op) -> Mismatch {
    Mismatch::new("E0507", format!("`{}` of a singular matrix", op.row().name)).label(0, "of this")
}

/// P A = L U by elimination with the largest pivot of each column (the first of equals), in place; returns P as the row of A
/// that each row came from. A column without a pivot is left.
pub(super) fn factorize(a: &mut Dense) -> Vec<usize> {
    let n = a.rows;
    let mut order: Vec<usize> = (0..n).collect();
    for k in 0..n {
        let mut pivot = k;
        for i in k + 1..n {
            if a.at(i, k).abs() > a.at(pivot, k).abs() {
                pivot = i;
            }
        }
        for j in 0..n {
            a.values.swap(k * n + j, pivot * n + j);
        }
        order.swap(k, pivot);
        if a.at(k, k) == 0.0 {
            continue;
        }
        for i in k + 1..n {
            let factor = a.at(i, k) / a.at(k, k);
            a.values[i * n + k] = factor;
            for j in k + 1..n {
                a.values[i * n + j] -= factor * a.at(k, j);
            }
        }
    }
    order
}

/// By a diagonal matrix rows are divided; a triangular one is solved as it stands, any other by its factors.
pub(super) fn solve_square(op: Op, a: &Dense, b: &Dense) -> Result<Dense, Mismatch> {
    let n = a.rows;
    let zero = |below: bool| (0..n).all(|i| (0..n).all(|j| (i > j) != below || i == j || a.at(i, j) == 0.0));
    let (lower, upper) = (zero(false), zero(true));
    let mut x = b.clone();
    if lower || upper {
        if (0..n).any(|k| a.at(k, k) == 0.0) {
            return Err(singular(op));
        }
        if lower && upper {
            x = Dense::from_fn(n, b.cols, |i, j| b.at(i, j) / a.at(i, i))?;
        } else if upper {
            back(a, &mut x)
        } else {
            forward(a, &mut x, false)
        }
        return Ok(x);
    }
    let mut lu = a.clone();
    let order = factorize(&mut lu);
    if (0..n).any(|k| lu.at(k, k) == 0.0) {
        return Err(singular(op));
    }
    x = Dense::from_fn(n, b.cols, |i, j| b.at(order[i], j))?;
    forward(&lu, &mut x, true);
    back(&lu, &mut x);
    Ok(x)
}

/// x becomes the solution of L x = b, where L is the lower triangle of `a`, with ones on the diagonal if `unit`.
fn forward(a: &Dense, x: &mut Dense, unit: bool) {
    for i in 0..a.rows {
        for j in 0..x.cols {
            for k in 0..i {
                x.values[i * x.cols + j] -= a.at(i, k) * x.at(k, j);
            }
            if !unit {
                x.values[i * x.cols + j] /= a.at(i, i);
            }
        }
    }
}

/// x becomes the solution of U x = b, where U is the upper triangle of `a`; the last column of U goes first.
fn back(a: &Dense, x: &mut Dense) {
    for i in (0..a.rows).rev() {
        for j in 0..x.cols {
            for k in (i + 1..a.rows).rev() {
                x.values[i * x.cols + j] -= a.at(i, k) * x.at(k, j);
            }
            x.values[i * x.cols + j] /= a.at(i, i);
        }
    }
}

/// By Householder reflections: column k becomes (r_kk, 0, ..), the right sides go the same way, and R x = Q^T b is solved.
fn least_squares(op: Op, a: &Dense, b: &Dense) -> Result<Dense, Mismatch> {
    let (mut r, mut x) = (a.clone(), b.clone());
    for k in 0..r.cols {
        let norm = (k..r.rows).map(|i| r.at(i, k) * r.at(i, k)).fold(0.0, |s, x| s + x).sqrt();
        if norm == 0.0 {
            return Err(singular(op));
        }
        let head = if r.at(k, k) > 0.0 { -norm } else { norm };
        // v = column - (head, 0, ..); H = I - v v^T / (v_0 * -head)
        let v: Vec<f64> = (k..r.rows).map(|i| if i == k { r.at(k, k) - head } else { r.at(i, k) }).collect();
        let scale = -head * v[0];
        for (m, first) in [(&mut r, k), (&mut x, 0)] {
            for j in first..m.cols {
                let dot = (k..m.rows).map(|i| v[i - k] * m.at(i, j)).fold(0.0, |s, x| s + x);
                let share = dot / scale;
                for i in k..m.rows {
                    m.values[i * m.cols + j] -= share * v[i - k];
                }
            }
        }
        r.values[k * r.cols + k] = head;
    }
    let largest = (0..r.cols).map(|k| r.at(k, k).abs()).fold(0.0, f64::max);
    if (0..r.cols).any(|k| r.at(k, k).abs() <= RANK * largest) {
        return Err(singular(op));
    }
    let square = Dense::from_fn(r.cols, r.cols, |i, j| r.at(i, j))?;
    let mut x = Dense::from_fn(r.cols, x.cols, |i, j| x.at(i, j))?;
    back(&square, &mut x);
    Ok(x)
}

/// A diagonal of R that is smaller, relative to the largest one, stands for a column that depends on the others.
pub const RANK: f64 = 1e-14;

/// Cells (i, j) and (j, i) of a symmetric matrix differ by no more than this share of them.
pub const SYMMETRY: f64 = 1e-9;

pub const CHOLESKY: Evaluate = |op, values, _| {
    let a = Arguments { op, values }.matrix(0)?;
    let n = a.rows;
    let near = |x: f64, y: f64| (x - y).abs() <= SYMMETRY * x.abs().max(y.abs());
    if !(0..n).all(|i| (0..i).all(|j| near(a.at(i, j), a.at(j, i)))) {
        return Err(Mismatch::new("E0508", "`cholesky` needs a symmetric matrix").label(0, "this is not"));
    }
    let mut l = Dense::from_fn(n, n, |i, j| if j <= i { a.at(i, j) } else { 0.0 })?;
    for i in 0..n {
        for j in 0..=i {
            for k in 0..j {
                l.values[i * n + j] -= l.at(i, k) * l.at(j, k);
            }
            if i != j {
                l.values[i * n + j] /= l.at(j, j);
            } else if l.at(i, i) > 0.0 {
                l.values[i * n + i] = l.at(i, i).sqrt();
            } else {
                let message = "`cholesky` needs a positive definite matrix";
                return Err(Mismatch::new("E0508", message).label(0, "this is not"));
            }
        }
    }
    Ok(Value::Matrix(l))
};
