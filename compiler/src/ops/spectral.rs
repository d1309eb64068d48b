//! Eigenvalues of symmetric matrices and singular values, by the textbook and in one order of operations: meaning and kernel
//! at once. Tests compare them with what defines them.

use super::format_double;
use super::infer::Mismatch;

/// Sweeps or steps after which an iteration that should have needed ten is given up.
const MOST_STEPS: usize = 100;

/// Cells (i, j) and (j, i) of a symmetric matrix differ by no more than this share of the largest cell.
const SYMMETRY: f64 = 1e-9;

/// The eigenvalues of a symmetric matrix, ascending, and eigenvectors of length 1, one after the other. The largest cell of
/// each (the first of equals) is positive.
pub struct Eigen {
    pub values: Vec<f64>,
    pub vectors: Vec<Vec<f64>>,
}

/// Of an n x n matrix, row by row.
///
/// # Errors
/// E0508 if it is not symmetric and finite.
pub fn eigen(a: &[f64], n: usize) -> Result<Eigen, Mismatch> {
    let scale = largest("eigen", a)?;
    for i in 0..n {
        for j in 0..i {
            let (x, y) = (a[i * n + j], a[j * n + i]);
            if (x - y).abs() > SYMMETRY * scale {
                let (x, y) = (format_double(x), format_double(y));
                let note = format!("cell [{0}, {1}] is {x} and cell [{1}, {0}] is {y}", i + 1, j + 1);
                return Err(
                    Mismatch::new("E0508", format!("`eigen` needs a symmetric matrix: {note}")).label(0, "this")
                );
            }
        }
    }
    let mut a: Vec<f64> = a.iter().map(|x| x / scale).collect();
    let (mut diagonal, mut beside, mut vectors) = tridiagonal(&mut a, n);
    diagonalize(&mut diagonal, &mut beside, &mut vectors)?;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| diagonal[i].total_cmp(&diagonal[j]));
    let turned = |i: &usize| {
        let mut vector = std::mem::take(&mut vectors[*i]);
        turn(&mut vector);
        vector
    };
    Ok(Eigen {
        values: order.iter().map(|&i| diagonal[i] * scale).collect(),
        vectors: order.iter().map(turned).collect(),
    })
}

/// The largest absolute value, or 1 if all are 0.
fn largest(name: &str, a: &[f64]) -> Result<f64, Mismatch> {
    match a.iter().find(|x| !x.is_finite()) {
        Some(x) => {
            let message = format!("`{name}` of a matrix that is not finite: it holds {}", format_double(*x));
            Err(Mismatch::new("E0508", message).label(0, "of this"))
        }
        None => Ok(Some(a.iter().fold(0.0_f64, |m, x| m.max(x.abs()))).filter(|m| *m > 0.0).unwrap_or(1.0)),
    }
}

/// Whether a vector's largest cell is negative, in which case it is turned round.
fn turn(vector: &mut [f64]) -> bool {
    let first = vector.iter().fold(0.0_f64, |m, x| if x.abs() > m.abs() { *x } else { m });
    if first < 0.0 {
        vector.iter_mut().for_each(|x| *x = -*x);
    }
    first < 0.0
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).fold(0.0, |s, (x, y)| s + x * y)
}

/// x += factor y
fn add(x: &mut [f64], factor: f64, y: &[f64]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += factor * y);
}

/// Q^T A Q = T by Householder reflections: the diagonal of T, what stands beside it, and the columns of Q. The lower triangle
/// of A counts.
fn tridiagonal(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>, Vec<Vec<f64>>) {
    for i in 0..n {
        for j in 0..i {
            a[j * n + i] = a[i * n + j];
        }
    }
    let mut beside = vec![0.0; n];
    let mut reflections: Vec<(Vec<f64>, f64)> = Vec::new();
    for k in 0..n.saturating_sub(1) {
        let first = k + 1;
        let mut v: Vec<f64> = a[k * n + first..(k + 1) * n].to_vec();
        let norm = dot(&v, &v).sqrt();
        let head = if v[0] > 0.0 { -norm } else { norm };
        beside[k] = head;
        v[0] -= head;
        // H = I - share v v^T
        let share = if norm == 0.0 { 0.0 } else { 1.0 / (-head * v[0]) };
        if share != 0.0 {
            let mut w: Vec<f64> = (first..n).map(|i| share * dot(&a[i * n + first..(i + 1) * n], &v)).collect();
            let half = 0.5 * share * dot(&w, &v);
            add(&mut w, -half, &v);
            for (i, row) in a.chunks_exact_mut(n).skip(first).enumerate() {
                add(&mut row[first..], -v[i], &w);
                add(&mut row[first..], -w[i], &v);
            }
        }
        reflections.push((v, share));
    }
    let mut columns: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for (k, (v, share)) in reflections.iter().enumerate().rev() {
        for column in &mut columns[k + 1..] {
            let part = &mut column[k + 1..];
            let factor = -share * dot(v, part);
            add(part, factor, v);
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), beside, columns)
}

/// The implicit QL algorithm: T becomes diagonal, and each rotation goes into the columns of Q too.
fn diagonalize(diagonal: &mut [f64], beside: &mut [f64], columns: &mut [Vec<f64>]) -> Result<(), Mismatch> {
    let n = diagonal.len();
    for first in 0..n {
        for step in 0.. {
            let small = |m: &usize| beside[*m].abs() <= f64::EPSILON * (diagonal[*m].abs() + diagonal[*m + 1].abs());
            let last = (first..n - 1).find(small).unwrap_or(n - 1);
            if last == first {
                break;
            }
            if step == MOST_STEPS {
                return Err(Mismatch::new("E0508", "`eigen` does not converge").label(0, "of this"));
            }
            chase(first, last, diagonal, beside, columns);
        }
    }
    Ok(())
}

/// One step with a shift near an eigenvalue of the first two rows, from `last` up to `first`.
fn chase(first: usize, last: usize, diagonal: &mut [f64], beside: &mut [f64], columns: &mut [Vec<f64>]) {
    let g = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside[first]);
    let mut g = diagonal[last] - diagonal[first] + beside[first] / (g + g.hypot(1.0).copysign(g));
    let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
    for i in (first..last).rev() {
        let (f, b) = (s * beside[i], c * beside[i]);
        let r = f.hypot(g);
        beside[i + 1] = r;
        if r == 0.0 {
            diagonal[i + 1] -= p;
            beside[last] = 0.0;
            return;
        }
        (s, c) = (f / r, g / r);
        g = diagonal[i + 1] - p;
        let r = (diagonal[i] - g) * s + 2.0 * c * b;
        p = s * r;
        diagonal[i + 1] = g + p;
        g = c * r - b;
        let (left, right) = columns.split_at_mut(i + 1);
        rotate(&mut left[i], &mut right[0], c, s);
    }
    diagonal[first] -= p;
    beside[first] = g;
    beside[last] = 0.0;
}

/// (x, y) becomes (c x - s y, s x + c y).
fn rotate(x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// A = U diag(values) V^T: the singular values, descending, and the columns of U and V, as many as the smaller dimension.
/// The largest cell of each column of V (the first of equals) is positive.
pub struct Svd {
    pub left: Vec<Vec<f64>>,
    pub values: Vec<f64>,
    pub right: Vec<Vec<f64>>,
}

/// Of an m x n matrix, row by row; by rotations of pairs of its columns (or rows, if they are fewer) until all are orthogonal
/// (Hestenes 1958).
///
/// # Errors
/// E0508 if it is not finite.
pub fn svd(a: &[f64], m: usize, n: usize) -> Result<Svd, Mismatch> {
    let scale = largest("svd", a)?;
    let cell = |i: usize, j: usize| a[i * n + j] / scale;
    let wide = m < n;
    let mut long: Vec<Vec<f64>> = match wide {
        true => (0..m).map(|i| (0..n).map(|j| cell(i, j)).collect()).collect(),
        false => (0..n).map(|j| (0..m).map(|i| cell(i, j)).collect()).collect(),
    };
    let k = long.len();
    let mut short: Vec<Vec<f64>> = (0..k).map(|i| (0..k).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    orthogonalize(&mut long, &mut short)?;
    let norms: Vec<f64> = long.iter().map(|column| dot(column, column).sqrt()).collect();
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by(|&i, &j| norms[j].total_cmp(&norms[i]));
    let mut long: Vec<Vec<f64>> = order.iter().map(|&i| std::mem::take(&mut long[i])).collect();
    let short: Vec<Vec<f64>> = order.iter().map(|&i| std::mem::take(&mut short[i])).collect();
    let values: Vec<f64> = order.iter().map(|&i| norms[i]).collect();
    let rank = values.iter().filter(|s| **s > f64::EPSILON * values[0] * (m.max(n) as f64)).count();
    for i in 0..k {
        if i < rank {
            long[i].iter_mut().for_each(|x| *x /= values[i]);
        } else {
            complete(&mut long, i);
        }
    }
    let (mut left, mut right) = if wide { (short, long) } else { (long, short) };
    for (u, v) in left.iter_mut().zip(&mut right) {
        if turn(v) {
            u.iter_mut().for_each(|x| *x = -*x);
        }
    }
    Ok(Svd { left, values: values.iter().map(|s| s * scale).collect(), right })
}

fn orthogonalize(columns: &mut [Vec<f64>], rotations: &mut [Vec<f64>]) -> Result<(), Mismatch> {
    for _ in 0..MOST_STEPS {
        let mut rotated = false;
        for q in 1..columns.len() {
            for p in 0..q {
                let (left, right) = columns.split_at_mut(q);
                let (x, y) = (&mut left[p], &mut right[0]);
                let (xx, yy, xy) = (dot(x, x), dot(y, y), dot(x, y));
                if xy.abs() <= f64::EPSILON * (xx * yy).sqrt() || xx * yy == 0.0 {
                    continue;
                }
                rotated = true;
                let zeta = (yy - xx) / (2.0 * xy);
                let t = 1.0_f64.copysign(zeta) / (zeta.abs() + zeta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                rotate(x, y, c, c * t);
                let (left, right) = rotations.split_at_mut(q);
                rotate(&mut left[p], &mut right[0], c, c * t);
            }
        }
        if !rotated {
            return Ok(());
        }
    }
    Err(Mismatch::new("E0508", "`svd` does not converge").label(0, "of this"))
}

/// Column k becomes a vector of length 1 that is orthogonal to those before it: what is left of the unit vector of which the
/// most is left.
fn complete(columns: &mut [Vec<f64>], k: usize) {
    let length = columns[k].len();
    let left_of = |i: usize| 1.0 - columns[..k].iter().fold(0.0, |s, column| s + column[i] * column[i]);
    let best = (0..length).fold(0, |best, i| if left_of(i) > left_of(best) { i } else { best });
    let (before, column) = columns.split_at_mut(k);
    let column = &mut column[0];
    column.fill(0.0);
    column[best] = 1.0;
    // twice, since the first time leaves rounding errors
    for other in before.iter().chain(before.iter()) {
        let share = dot(column, other);
        add(column, -share, other);
    }
    let norm = dot(column, column).sqrt();
    column.iter_mut().for_each(|x| *x /= norm);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::sample::Source;

    fn random(source: &mut Source, rows: usize, cols: usize) -> Vec<f64> {
        let kind = source.below(4);
        let scale = [1.0, 1e150, 1e-150, 3.0][source.below(4)];
        let mut a: Vec<f64> = (0..rows * cols).map(|_| (source.below(2001) as f64 - 1000.0) / 1000.0 * scale).collect();
        match kind {
            // of a smaller rank, or sparse
            0 => (cols..rows * cols).for_each(|k| a[k] = a[k % cols]),
            1 => a.iter_mut().for_each(|x| *x *= f64::from(u8::from(source.one_in(4)))),
            _ => {}
        }
        a
    }

    fn orthonormal(columns: &[Vec<f64>]) {
        for (i, x) in columns.iter().enumerate() {
            for (j, y) in columns.iter().enumerate() {
                assert!((dot(x, y) - f64::from(u8::from(i == j))).abs() < 1e-12, "{i} {j}: {columns:?}");
            }
        }
    }

    #[test]
    fn eigenvectors_are_kept_by_the_matrix() {
        for key in 0..300 {
            let mut source = Source::new(key);
            let n = source.below(if key % 20 == 0 { 40 } else { 7 });
            let mut a = random(&mut source, n, n);
            for i in 0..n {
                (0..i).for_each(|j| a[j * n + i] = a[i * n + j]);
            }
            let Eigen { values, vectors } = eigen(&a, n).expect("symmetric");
            let scale = largest("", &a).expect("finite");
            orthonormal(&vectors);
            assert!(values.is_sorted());
            for (value, v) in values.iter().zip(&vectors) {
                for (row, x) in a.chunks_exact(n).zip(v) {
                    assert!((dot(row, v) - value * x).abs() <= 1e-13 * scale * (n as f64), "{a:?}: {values:?}");
                }
            }
        }
    }

    #[test]
    fn factors_multiply_to_the_matrix() {
        for key in 0..300 {
            let mut source = Source::new(key);
            let most = if key % 20 == 0 { 40 } else { 7 };
            let (m, n) = (source.below(most), source.below(most));
            let a = random(&mut source, m, n);
            let Svd { left, values, right } = svd(&a, m, n).expect("finite");
            orthonormal(&left);
            orthonormal(&right);
            assert!(values.is_sorted_by(|x, y| x >= y) && values.len() == m.min(n) && values.iter().all(|s| *s >= 0.0));
            for i in 0..m {
                for j in 0..n {
                    let sum = (0..values.len()).fold(0.0, |s, k| s + left[k][i] * values[k] * right[k][j]);
                    let scale = largest("", &a).expect("finite");
                    assert!((sum - a[i * n + j]).abs() <= 1e-13 * scale * (m.max(n) as f64), "{a:?}");
                }
            }
        }
    }
}
