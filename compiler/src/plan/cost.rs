//! What a step costs: multiplications, bytes, and the seconds that follow on one core of the machine the constants were
//! measured on (AVX-512 Xeon, 2.3 GHz). Plans need only their ratios.

use super::Format;
use crate::facts::{Facts, MatrixFacts};
use crate::ops::{Op, Unary};
use crate::sketch::{Nnz, Sketch, bytes_csr, bytes_dense};

/// The price of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Estimated seconds on one core.
    pub seconds: f64,
    /// Multiplications and additions, or calls of a cell-wise function.
    pub flops: f64,
    /// Bytes of the result, expected.
    pub bytes: f64,
    /// Bytes the result can not exceed, where a bound is known.
    pub bytes_upper: Option<u64>,
}

/// Seconds a multiply-add takes in a product, by the formats of its operands.
const GEMM: f64 = 0.03e-9;
const GEMV: f64 = 0.5e-9;
const SPMV: f64 = 0.9e-9;
const SPMM: f64 = 0.55e-9;
const SPGEMM: f64 = 4.0e-9;
const SPGEMM_TO_DENSE: f64 = 1.2e-9;
/// Seconds a cell takes that is read and written once.
const DENSE_CELL: f64 = 1.0e-9;
const CSR_CELL: f64 = 3.0e-9;
/// Seconds for exp, log and their like.
const TRANSCENDENTAL: f64 = 4.0e-9;
/// Seconds a step takes at least.
const OVERHEAD: f64 = 0.2e-6;

/// Cells that a matrix in a format makes an operator look at.
fn work(m: &MatrixFacts, format: Format) -> f64 {
    match (&m.sketch, format) {
        (Some(s), Format::Csr) => s.nnz().estimate + s.rows() as f64 * 0.25,
        (Some(s), Format::Dense) => s.rows() as f64 * s.cols() as f64,
        (None, _) => 1e6,
    }
}

/// The seconds of looking at a matrix once.
pub fn pass(m: &MatrixFacts, format: Format) -> f64 {
    work(m, format) * if format == Format::Csr { CSR_CELL } else { DENSE_CELL }
}

/// The seconds of a conversion to another format.
pub fn convert(m: &MatrixFacts) -> f64 {
    let (dense, sparse) = (work(m, Format::Dense), work(m, Format::Csr));
    dense * DENSE_CELL + sparse * CSR_CELL
}

/// The seconds of a product whose result has `nnz` nonzeros.
pub fn product(a: &Sketch, fa: Format, b: &Sketch, fb: Format, nnz: Nnz, fc: Format) -> f64 {
    let (m, k, n) = (a.rows() as f64, a.cols() as f64, b.cols() as f64);
    let vector = m == 1.0 || n == 1.0;
    let seconds = match (fa, fb) {
        (Format::Dense, Format::Dense) => m * k * n * if vector { GEMV } else { GEMM },
        (Format::Csr, Format::Dense) => {
            a.nnz().estimate * n * if vector { SPMV } else { SPMM } + a.rows() as f64 * 1e-9
        }
        (Format::Dense, Format::Csr) => {
            b.nnz().estimate * m * if vector { SPMV } else { SPMM } + b.rows() as f64 * 1e-9
        }
        (Format::Csr, Format::Csr) => {
            let per = if fc == Format::Csr { SPGEMM } else { SPGEMM_TO_DENSE };
            a.matmul_flops(b) * per + a.rows() as f64 * 2e-9
        }
    };
    let written = match fc {
        Format::Dense => m * n * 8.0,
        Format::Csr => nnz.estimate * 12.0,
    };
    seconds + written * 0.15e-9 + OVERHEAD
}

/// The price of an operator other than a product, from the formats of its operands and of its result.
pub fn operator(op: Op, operands: &[(&Facts, Option<Format>)], result: &Facts, format: Option<Format>) -> Cost {
    let mut seconds = OVERHEAD;
    let mut flops = 0.0;
    for (facts, format) in operands {
        if let (Facts::Matrix(m), Some(format)) = (facts, format)
            && !matches!(op, Op::NRow | Op::NCol | Op::Length)
        {
            flops += work(m, *format);
            seconds += pass(m, *format);
        }
    }
    if let (Facts::Matrix(m), Some(format)) = (result, format) {
        flops = f64::max(flops, work(m, format));
        seconds += pass(m, format);
        if is_transcendental(op) {
            seconds += work(m, format) * TRANSCENDENTAL;
        }
    }
    let (more, each) = beyond_passes(op, operands);
    (flops, seconds) = (flops + more, seconds + more * each);
    with_bytes(Cost { seconds, flops, bytes: 0.0, bytes_upper: None }, result, format)
}

/// Seconds a multiply-add takes in a factorization, and a comparison in a sort.
const FACTORIZATION: f64 = 0.25e-9;
const COMPARISON: f64 = 3.0e-9;

/// What an operator does beside looking at its operands and result once: how often, and the seconds of each.
fn beyond_passes(op: Op, operands: &[(&Facts, Option<Format>)]) -> (f64, f64) {
    let size = |i: usize| {
        let m = operands.get(i).and_then(|(facts, _)| facts.as_matrix());
        let dim = |d: Option<u64>| d.map_or(0.0, |n| n as f64);
        m.map_or((0.0, 0.0), |m| (dim(m.rows), dim(m.cols)))
    };
    let (m, n) = size(0);
    match op {
        Op::Solve => (m * n * n - n * n * n / 3.0 + n * n * size(1).1, FACTORIZATION),
        Op::Inverse => (n * n * n, FACTORIZATION),
        Op::Determinant => (n * n * n / 3.0, FACTORIZATION),
        Op::Cholesky => (n * n * n / 6.0, FACTORIZATION),
        Op::Order => (m * m.max(2.0).log2(), COMPARISON),
        _ => (0.0, 0.0),
    }
}

fn is_transcendental(op: Op) -> bool {
    use Unary::*;
    matches!(op, Op::Unary(Exp | Log | Sin | Cos | Tan | Asin | Acos | Atan | Sinh | Cosh | Tanh) | Op::Rand)
}

/// A price with the bytes of the result.
pub fn with_bytes(cost: Cost, result: &Facts, format: Option<Format>) -> Cost {
    let Facts::Matrix(MatrixFacts { sketch: Some(s), .. }) = result else { return cost };
    let (r, c, nnz) = (s.rows(), s.cols(), s.nnz());
    let (bytes, upper) = match format {
        Some(Format::Csr) => (bytes_csr(r, c, nnz.estimate.ceil() as u64), bytes_csr(r, c, nnz.upper)),
        _ => (bytes_dense(r, c), bytes_dense(r, c)),
    };
    Cost { bytes: bytes as f64, bytes_upper: Some(upper), ..cost }
}
