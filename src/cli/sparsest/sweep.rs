//! Time over sparsity: the product of two uniform matrices from nearly empty to dense.

use lac::compiler::sketch::rivals::Exact;
use lac::compiler::sketch::{AnyEstimator, Expression};

use super::generate::Cells;
use super::measure::{Answer, Truth, ask};

/// The part of the cells that is nonzero.
const SPARSITIES: [f64; 8] = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.3, 0.6, 1.0];

/// All estimators on products of two n x n matrices.
pub struct Sweep {
    pub n: usize,
    pub points: Vec<Point>,
}

/// Two matrices of one sparsity.
pub struct Point {
    pub sparsity: f64,
    pub truth: Truth,
    pub answers: Vec<Answer>,
}

/// Leaves out what is too large: matrices of more bytes than the exact answer may keep.
pub fn sweep(n: usize, seed: u64, estimators: &[Box<dyn AnyEstimator>], exact: Exact) -> Sweep {
    let product = Expression::parse("(mm A B)").expect("it is well-formed").0;
    let point = |sparsity: f64| {
        let [a, b] = [seed, seed ^ 1].map(|seed| Cells::uniform(n, n, sparsity, seed));
        let (truth, answers) = ask(&product, &[a.pattern(), b.pattern()], estimators, exact);
        Point { sparsity, truth, answers }
    };
    let bytes = |sparsity: f64| 2.0 * size_of::<u32>() as f64 * sparsity * (n as f64).powi(2);
    let fits = |sparsity: &f64| bytes(*sparsity) <= exact.max_bytes as f64;
    Sweep { n, points: SPARSITIES.into_iter().filter(fits).map(point).collect() }
}
