//! Matrices for the tests of kernels: every format, odd values.

use crate::{Csr, Dense, Facts, Matrix, Storage};

/// Values that break kernels, mixed with plain ones and zeros.
pub(super) const POOL: [f64; 13] =
    [0.0, 1.0, 0.0, -2.5, f64::NAN, 0.0, f64::INFINITY, 3.0, -0.0, f64::NEG_INFINITY, 0.0, 0.5, -1.0];

/// Finite values only, many of them 0.
pub(super) const FINITE: [f64; 7] = [0.0, 1.5, 0.0, -2.0, 0.0, 4.0, -0.0];

/// Without a 0.
pub(super) const NONZERO: [f64; 5] = [1.0, -2.0, 3.5, 0.25, 7.0];

/// Shapes at which loops begin and end.
pub(super) const SHAPES: [(usize, usize); 6] = [(0, 3), (3, 0), (1, 1), (1, 5), (4, 1), (5, 7)];

/// A dense matrix with values of a pool, different for each `salt`.
pub(super) fn matrix(rows: usize, cols: usize, pool: &[f64], salt: usize) -> Matrix {
    let mut state = 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(salt as u64 + 1) ^ (rows * 31 + cols) as u64;
    let values = (0..rows * cols).map(|_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        pool[(state >> 33) as usize % pool.len()]
    });
    Matrix::new(Dense::new(rows, cols, values.collect()))
}

/// The matrix as dense, as CSR, and as CSR with stored zeros.
pub(super) fn formats(m: &Matrix) -> [Matrix; 3] {
    let (rows, cols) = m.shape();
    let (mut indptr, mut indices, mut values) = (vec![0], vec![], vec![]);
    for i in 0..rows {
        for j in 0..cols {
            if m.get(i, j) != 0.0 || (i + j) % 2 == 0 {
                indices.push(j as u32);
                values.push(m.get(i, j));
            }
        }
        indptr.push(values.len());
    }
    [m.to_dense(), m.to_csr(), Matrix::new(Csr::new(rows, cols, indptr, indices, values))]
}

/// The cell of an operand that may be a vector or a single cell.
pub(super) fn broadcast_cell(m: &Matrix, i: usize, j: usize) -> f64 {
    m.get(if m.rows() == 1 { 0 } else { i }, if m.cols() == 1 { 0 } else { j })
}

/// Bit for bit but for the sign of 0 and the kind of NaN, and with exact facts.
pub(super) fn agree(result: &Matrix, expect: impl Fn(usize, usize) -> f64, what: &str) {
    close(result, expect, 0.0, what);
}

/// Within a relative tolerance, and with exact facts.
pub(super) fn close(result: &Matrix, expect: impl Fn(usize, usize) -> f64, tolerance: f64, what: &str) {
    for i in 0..result.rows() {
        for j in 0..result.cols() {
            let (got, want) = (result.get(i, j), expect(i, j));
            let same =
                got == want || got.is_nan() && want.is_nan() || (got - want).abs() <= tolerance * want.abs().max(1.0);
            assert!(same, "{what}: cell ({i}, {j}) of {:?} is {got}, not {want}", result.shape());
        }
    }
    let facts = match result.storage() {
        Storage::Dense(d) => Facts::of(d.values()),
        Storage::Csr(s) => Facts::of(s.values()),
    };
    assert_eq!(result.facts(), facts, "{what}");
}
