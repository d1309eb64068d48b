//! Random matrices in every format, and what they are compared with.
#![allow(dead_code, reason = "each test file uses a part")]

use lac_runtime::{Csr, Dense, Facts, Matrix, Storage};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    Dense,
    Csr,
    /// CSR that stores some of its zeros.
    CsrWithZeros,
}

pub const FORMATS: [Format; 3] = [Format::Dense, Format::Csr, Format::CsrWithZeros];

/// What a random matrix is made of.
#[derive(Clone, Copy, Debug)]
pub struct Make {
    pub format: Format,
    pub density: f64,
    /// The share of the values that are NaN, Inf, -Inf or -0.0.
    pub special: f64,
    pub seed: u64,
}

pub fn make() -> impl Strategy<Value = Make> {
    (0..3usize, prop_oneof![Just(0.02), Just(0.3), Just(1.0)], prop_oneof![Just(0.0), Just(0.02)], any::<u64>())
        .prop_map(|(format, density, special, seed)| Make { format: FORMATS[format], density, special, seed })
}

/// Sizes at which loops change: nothing, vectors, widths of panels and past them.
pub fn size() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), Just(1), 2..9usize, 15..19usize, 31..40usize, Just(70)]
}

pub struct Random(pub u64);

impl Random {
    /// In [0, 1).
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl Make {
    pub fn matrix(self, rows: usize, cols: usize) -> Matrix {
        let mut random = Random(self.seed);
        let values: Vec<f64> = (0..rows * cols)
            .map(|_| {
                if random.next() >= self.density {
                    0.0
                } else if random.next() < self.special {
                    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0][(random.next() * 4.0) as usize]
                } else {
                    random.next() * 4.0 - 2.0
                }
            })
            .collect();
        store(Dense::new(rows, cols, values), self.format, &mut random)
    }
}

/// The matrix in a format.
pub fn store(dense: Dense, format: Format, random: &mut Random) -> Matrix {
    match format {
        Format::Dense => Matrix::new(dense),
        Format::Csr => Matrix::new(Csr::from_dense(&dense)),
        Format::CsrWithZeros => Matrix::new(with_stored_zeros(&dense, random)),
    }
}

fn with_stored_zeros(d: &Dense, random: &mut Random) -> Csr {
    let (mut indptr, mut indices, mut values) = (vec![0], vec![], vec![]);
    for i in 0..d.rows() {
        for (j, &x) in d.row(i).iter().enumerate() {
            if x != 0.0 || random.next() < 0.2 {
                indices.push(j as u32);
                values.push(x);
            }
        }
        indptr.push(values.len());
    }
    Csr::new(d.rows(), d.cols(), indptr, indices, values)
}

/// The cells, row by row.
pub fn cells(m: &Matrix) -> Vec<f64> {
    (0..m.rows()).flat_map(|i| (0..m.cols()).map(move |j| (i, j))).map(|(i, j)| m.get(i, j)).collect()
}

/// The facts of a matrix are those of its cells.
pub fn check_facts(m: &Matrix) {
    assert_eq!(m.facts(), Facts::of(&cells(m)), "facts of {m:?}");
    if let Storage::Csr(s) = m.storage() {
        let (rows, cols) = m.shape();
        let (indptr, indices, values) = s.clone().into_parts();
        Csr::try_new(rows, cols, indptr, indices, values).expect("a valid CSR matrix");
    }
}

/// The same cells to the bit, but for the sign of 0 and the payload of NaN.
pub fn check_cells(m: &Matrix, shape: (usize, usize), expected: &[f64]) {
    assert_eq!(m.shape(), shape);
    check_facts(m);
    let same = |a: &f64, b: &f64| a == b || (a.is_nan() && b.is_nan());
    let found = cells(m);
    assert!(found.iter().zip(expected).all(|(a, b)| same(a, b)), "{found:?} instead of {expected:?}");
}

/// Runs on this many threads.
pub fn on_threads<T: Send>(threads: usize, f: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(f)
}

pub fn bits(m: &Matrix) -> Vec<u64> {
    cells(m).into_iter().map(f64::to_bits).collect()
}
