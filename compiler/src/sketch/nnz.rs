//! A number of nonzeros with what is known about it, and the sizes that follow from it.

use super::rule::{Rule, Why};

/// A number of nonzeros: true bounds and an estimate between them. Equality does without the reasons.
#[derive(Clone, Copy, Debug)]
pub struct Nnz {
    /// No fewer nonzeros than this (absent cancellation).
    pub lower: u64,
    /// The expected number, `lower <= estimate <= upper`; for costs, never for safety.
    pub estimate: f64,
    /// No more nonzeros than this; for memory.
    pub upper: u64,
    /// What the three rest on, for explanations.
    pub why: Why,
}

impl PartialEq for Nnz {
    fn eq(&self, other: &Nnz) -> bool {
        (self.lower, self.estimate, self.upper) == (other.lower, other.estimate, other.upper)
    }
}

impl Nnz {
    /// Exactly `n` nonzeros, counted.
    pub fn exact(n: u64) -> Nnz {
        Nnz { lower: n, estimate: n as f64, upper: n, why: Why::all(Rule::Counted) }
    }

    /// Nothing known about a matrix of `cells` cells: anything is possible and, to be safe, full is expected.
    pub fn unknown(cells: u64) -> Nnz {
        Nnz::new(0, cells as f64, cells).because(Why::all(Rule::Trivial))
    }

    /// An expected number and no knowledge else, as of `rand(sparsity=)` or a declared density.
    pub fn estimated(estimate: f64, cells: u64) -> Nnz {
        let why = Why { estimate: Rule::Declared, ..Why::all(Rule::Trivial) };
        Nnz::new(0, estimate, cells).because(why)
    }

    /// The estimate is moved between the bounds; one that is not a number becomes `upper`.
    /// Crossed bounds (which only rounding above 2^53 can produce) are ordered. It rests on [`Rule::Operands`].
    pub fn new(lower: u64, estimate: f64, upper: u64) -> Nnz {
        let upper = upper.max(lower);
        // + 0.0 turns the -0.0 of an empty sum into 0.0
        let estimate = if estimate.is_nan() { upper as f64 } else { estimate + 0.0 };
        let why = Why::all(Rule::Operands);
        Nnz { lower, estimate: estimate.clamp(lower as f64, upper as f64), upper, why }
    }

    /// The same with reasons.
    #[must_use]
    pub fn because(self, why: Why) -> Nnz {
        Nnz { why, ..self }
    }

    /// Whether the bounds meet.
    pub fn is_exact(self) -> bool {
        self.lower == self.upper
    }

    /// With further bounds: they intersect, the estimate stays as far as they let it.
    #[must_use]
    pub fn clamp(self, lower: u64, upper: u64) -> Nnz {
        self.clamp_by(lower, upper, Rule::Operands)
    }

    /// With further bounds that rest on `rule`.
    #[must_use]
    pub(super) fn clamp_by(self, lower: u64, upper: u64, rule: Rule) -> Nnz {
        let clamped = Nnz::new(self.lower.max(lower), self.estimate, self.upper.min(upper));
        clamped.because(Why {
            lower: if lower > self.lower { rule } else { self.why.lower },
            estimate: if clamped.estimate == self.estimate { self.why.estimate } else { rule },
            upper: if upper < self.upper { rule } else { self.why.upper },
        })
    }

    /// Fraction of `rows * cols` cells that is expected to be nonzero, in [0, 1]; 0 if there is no cell.
    pub fn density(self, rows: u64, cols: u64) -> f64 {
        let cells = rows as f64 * cols as f64;
        if cells == 0.0 { 0.0 } else { (self.estimate / cells).min(1.0) }
    }
}

/// `rows * cols`, at most `u64::MAX`.
pub fn cells(rows: u64, cols: u64) -> u64 {
    rows.saturating_mul(cols)
}

/// Bytes of a dense matrix of 64-bit floats, saturating.
pub fn bytes_dense(rows: u64, cols: u64) -> u64 {
    cells(rows, cols).saturating_mul(8)
}

/// Bytes of a CSR matrix: 8 per row pointer and value, 4 per column index where the columns allow it, else 8. Saturating.
pub fn bytes_csr(rows: u64, cols: u64, nnz: u64) -> u64 {
    let per_nonzero = if cols <= 1 << 32 { 12 } else { 16 };
    nnz.saturating_mul(per_nonzero).saturating_add(rows.saturating_add(1).saturating_mul(8))
}

/// Integers above this are not all representable as `f64`.
const INTEGRAL: f64 = 9_007_199_254_740_992.0;
/// Relative slack for sums of up to 2^26 integers that exceed `INTEGRAL`.
const SLACK: f64 = 1e-8;

/// The largest integer that is surely not above `x`, a sum of non-negative integers.
pub(super) fn floor_bound(x: f64) -> u64 {
    if x > INTEGRAL { (x * (1.0 - SLACK)) as u64 } else { x.floor() as u64 }
}

/// The smallest integer that is surely not below `x`, a sum of non-negative integers.
pub(super) fn ceil_bound(x: f64) -> u64 {
    if x > INTEGRAL { (x * (1.0 + SLACK)) as u64 } else { x.ceil() as u64 }
}
