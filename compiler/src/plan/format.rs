//! Which format a value has: what its operator gives by itself, and what would be cheaper for those who use it.

use crate::facts::{Facts, MatrixFacts};
use crate::ops::{Binary, Op, Pattern, Unary};
use crate::sketch::{Nnz, Sketch};

/// A storage format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    Dense,
    Csr,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Dense => "dense",
            Format::Csr => "csr",
        }
    }

    /// For a matrix of which only the sketch is known: the format with fewer bytes, dense in doubt.
    pub fn by_size(s: &Sketch) -> Format {
        if s.cols() > 1 && s.bytes_csr() < s.bytes_dense() / 2 { Format::Csr } else { Format::Dense }
    }
}

/// The density above which a product of two sparse matrices is accumulated into dense rows: there a CSR result is as
/// large as a dense one, and slower to make.
const DENSE_PRODUCT: f64 = 0.25;

/// The format of a sparse times sparse product.
pub fn of_product(rows: u64, cols: u64, nnz: Nnz) -> Format {
    if nnz.density(rows, cols) > DENSE_PRODUCT || cols == 1 { Format::Dense } else { Format::Csr }
}

/// The bounds leave it open whether a product's result is worth dense rows, and the estimate is no further from the threshold
/// than estimates of products are from the truth.
pub fn in_doubt(c: &Sketch) -> bool {
    let (nnz, threshold) = (c.nnz(), DENSE_PRODUCT * c.cells() as f64);
    let open = (nnz.lower as f64) < threshold && threshold < nnz.upper as f64;
    open && nnz.estimate < DOUBT * threshold && threshold < DOUBT * nnz.estimate
}

/// Clustered graphs are off by more at times, but rarely so where a result is nearly dense.
const DOUBT: f64 = 4.0;

/// Bounds prove that a product's result is worth dense rows: no count of it is needed.
pub fn surely_dense(c: &Sketch) -> bool {
    c.nnz().lower as f64 > DENSE_PRODUCT * c.cells() as f64
}

/// The format an operator gives by itself.
pub fn natural(op: Op, operands: &[(&Facts, Option<Format>)], result: &Facts) -> Option<Format> {
    let Facts::Matrix(m) = result else { return None };
    let csr = |i: usize| operands.get(i).is_some_and(|(_, f)| *f == Some(Format::Csr));
    let either = csr(0) || csr(1);
    let both = csr(0) && csr(1);
    Some(match op {
        Op::Unary(f) => pick(csr(0) && zero_stays(f)),
        Op::Binary(f) => pick(match f {
            Binary::Multiply | Binary::And => either,
            Binary::Divide | Binary::Modulus | Binary::IntDivide | Binary::Power => csr(0) && shrinks(m, operands),
            _ if operands.iter().all(|(f, _)| f.is_matrix()) => both && shrinks(m, operands),
            _ => either && shrinks(m, operands),
        }),
        Op::Transpose | Op::Reverse | Op::RightIndex | Op::LeftIndex | Op::AsMatrix => pick(csr(0)),
        Op::RemoveEmpty => pick(csr(0)),
        Op::Replace => pick(csr(0) && shrinks(m, &operands[..1])),
        // The permutation is a dense column; the rows keep their format.
        Op::Order => pick(csr(0) && m.cols == operands[0].0.as_matrix().and_then(|x| x.cols)),
        Op::Roll => pick(csr(0)),
        Op::CumSumProd | Op::Solve => Format::Dense,
        // Rows counted by a sequence, columns only by the data: a selection.
        Op::Table if m.sketch.is_none() => pick(m.rows.is_some() || m.cols.is_some()),
        Op::Matrix if operands[0].0.is_matrix() => pick(csr(0)),
        Op::Cumulative(_) | Op::Aggregate(..) | Op::Seq | Op::IfElse | Op::Outer => Format::Dense,
        Op::Diag => Format::Csr,
        Op::CBind | Op::RBind | Op::Matrix | Op::Rand | Op::Read => by_sketch(m),
        _ => by_sketch(m),
    })
}

fn pick(csr: bool) -> Format {
    if csr { Format::Csr } else { Format::Dense }
}

fn zero_stays(f: Unary) -> bool {
    matches!(f.pattern(), Pattern::Same | Pattern::Within)
}

/// The result is expected no denser than its operands together: its zeros stay zeros.
fn shrinks(result: &MatrixFacts, operands: &[(&Facts, Option<Format>)]) -> bool {
    let sum: f64 = operands.iter().filter_map(|(f, _)| f.nnz()).map(|n| n.estimate).sum();
    result.sketch.as_ref().is_some_and(|s| s.nnz().estimate <= sum)
}

fn by_sketch(m: &MatrixFacts) -> Format {
    m.sketch.as_ref().map_or(Format::Dense, Format::by_size)
}
