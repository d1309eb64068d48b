//! Any function of one or two cells, by what it makes of zeros and nonzeros: the master rule of section 3.4.
//!
//! Two operands put a cell into one of four states: both nonzero, only the first, only the second, neither. If each state
//! has one outcome, the result is a set of states (an intersection, a union, a difference, a complement, ...) and as
//! certain as the operands are. A state whose outcome depends on values lies between not at all and altogether in the
//! result, which therefore lies between two such sets, and its expected share is counted.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::elementwise::{conformed, difference, union};
use super::identity::Identity;
use super::mnc::{Bounded, Sketch, Structure};
use super::nnz::Nnz;

/// What a function makes of the cells in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    Zero,
    Nonzero,
    /// Either, and nonzero with this probability.
    Maybe(f64),
}

/// What a function makes of two operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcomes {
    /// Of cells where both are nonzero.
    pub both: Outcome,
    /// Where only the first is.
    pub first: Outcome,
    /// Where only the second is.
    pub second: Outcome,
    /// Where neither is.
    pub neither: Outcome,
}

impl Outcome {
    /// Of a function whose result is known.
    pub fn of(nonzero: bool) -> Outcome {
        if nonzero { Outcome::Nonzero } else { Outcome::Zero }
    }

    /// One or the other, the estimate being that of `self`.
    pub fn or(self, other: Outcome) -> Outcome {
        if self == other { self } else { Outcome::Maybe(self.share()) }
    }

    /// The share of cells that is nonzero.
    pub fn share(self) -> f64 {
        match self {
            Outcome::Zero => 0.0,
            Outcome::Nonzero => 1.0,
            Outcome::Maybe(share) => share,
        }
    }

    fn possible(self) -> bool {
        self != Outcome::Zero
    }

    fn certain(self) -> bool {
        self == Outcome::Nonzero
    }
}

impl Outcomes {
    fn map<T>(self, f: impl Fn(Outcome) -> T) -> [T; 4] {
        [self.both, self.first, self.second, self.neither].map(f)
    }
}

impl Sketch {
    /// A function of each cell that makes `of_zero` of zeros and `of_nonzero` of nonzeros.
    pub fn mapped(&self, of_zero: Outcome, of_nonzero: Outcome) -> Sketch {
        use Outcome::{Maybe, Nonzero, Zero};
        match (of_zero, of_nonzero) {
            (Zero, Zero) => Sketch::empty(self.rows(), self.cols()),
            (Nonzero, Nonzero) => Sketch::dense(self.rows(), self.cols()),
            (Zero, Nonzero) => self.clone(),
            (Nonzero, Zero) => self.is_zero(),
            (Zero, Maybe(share)) => self.thinned(share),
            (Nonzero, Maybe(share)) => self.thinned(1.0 - share).is_zero(),
            (Maybe(share), Zero) => self.is_zero().thinned(share),
            (Maybe(share), Nonzero) => self.is_zero().thinned(1.0 - share).is_zero(),
            (Maybe(p), Maybe(q)) => {
                let expected = |axis: &Axis| {
                    let width = axis.width() as f64;
                    axis.counts().map(|c| p * (width - c) + q * c)
                };
                let (rows, cols) = (expected(&self.by_row), expected(&self.by_col));
                let nothing = Sketch::empty(self.rows(), self.cols());
                between(&nothing, &Sketch::dense(self.rows(), self.cols()), rows, cols)
            }
        }
    }

    /// A function of two operands. A vector or scalar is repeated to the shape of the other.
    pub fn combined(&self, b: &Sketch, outcomes: Outcomes) -> Sketch {
        let (a, b) = conformed(self, b);
        let Outcomes { both, first, second, neither } = outcomes;
        match (a.structure(), b.structure()) {
            _ if a.identity.is(&b.identity) => return a.mapped(neither, both),
            (Structure::Empty, _) => return b.mapped(neither, second),
            (_, Structure::Empty) => return a.mapped(neither, first),
            (Structure::Dense, _) => return b.mapped(first, both),
            (_, Structure::Dense) => return a.mapped(second, both),
            _ => {}
        }
        let states = States { a: &a, b: &b, both: a.mul(&b) };
        let (least, most) = (outcomes.map(Outcome::certain), outcomes.map(Outcome::possible));
        let upper = states.set(most);
        if least == most {
            return upper;
        }
        let lower = states.set(least);
        let shares = outcomes.map(Outcome::share);
        let expected = |of: fn(&Sketch) -> &Axis| states.expected(of, shares);
        let mut result = between(&lower, &upper, expected(Sketch::by_row), expected(Sketch::by_col));
        result.identity = Identity::narrowed(&[&upper.identity]);
        result
    }
}

impl Sketch {
    /// A pattern that contains one like `lower` and lies within one like `upper`, with this share of the cells between.
    pub fn between(lower: &Sketch, upper: &Sketch, share: f64) -> Sketch {
        let expected = |low: &Axis, high: &Axis| low.counts().zip(high.counts(), |l, u| l + share * (u - l).max(0.0));
        let (rows, cols) = (expected(&lower.by_row, &upper.by_row), expected(&lower.by_col, &upper.by_col));
        let mut result = between(lower, upper, rows, cols);
        result.identity = Identity::narrowed(&[&upper.identity]);
        result
    }
}

/// Two operands and their intersection.
struct States<'a> {
    a: &'a Sketch,
    b: &'a Sketch,
    both: Sketch,
}

impl States<'_> {
    /// The cells in any of some states, given in the order both, first, second, neither.
    fn set(&self, states: [bool; 4]) -> Sketch {
        let (a, b, both) = (self.a, self.b, &self.both);
        match states {
            [_, _, _, true] => self.set(states.map(|state| !state)).is_zero(),
            [true, true, true, _] => union(a, b, both),
            [true, true, false, _] => a.clone(),
            [true, false, true, _] => b.clone(),
            [true, false, false, _] => both.clone(),
            [false, true, false, _] => difference(a, both),
            [false, false, true, _] => difference(b, both),
            [false, true, true, _] => {
                union(&difference(a, both), &difference(b, both), &Sketch::empty(a.rows(), a.cols()))
            }
            [false, false, false, _] => Sketch::empty(a.rows(), a.cols()),
        }
    }

    /// The expected counts along an axis, of the shares of each state.
    fn expected(&self, of: fn(&Sketch) -> &Axis, [p, q, r, s]: [f64; 4]) -> Counts {
        let (a, b, both) = (of(self.a), of(self.b), of(&self.both));
        let width = a.width() as f64;
        // p i + q (x - i) + r (y - i) + s (width - x - y + i), for i of x and y in both
        let of_operands = a.counts().zip(b.counts(), |x, y| (q - s) * x + (r - s) * y + s * width);
        of_operands.zip(both.counts(), |sum, i| sum + (p - q - r + s) * i)
    }
}

/// A pattern that contains one like `lower` and lies within one like `upper`, with expected counts.
pub(super) fn between(lower: &Sketch, upper: &Sketch, rows: Counts, cols: Counts) -> Sketch {
    let (m, n) = (lower.rows(), lower.cols());
    let side = |low: &Axis, counts: Counts, high: &Axis| {
        let (least, most) = (low.limits, high.limits);
        Bounded {
            len: low.len(),
            lower: low.lower(),
            counts,
            upper: high.upper(),
            limits: Limits { nonempty_lower: least.nonempty_lower, min: least.min, ..most },
        }
    };
    let estimate = if m <= n { rows.sum(m) } else { cols.sum(n) };
    let nnz = Nnz::new(lower.nnz.lower, estimate, upper.nnz.upper);
    let (rows, cols) = (side(&lower.by_row, rows, &upper.by_row), side(&lower.by_col, cols, &upper.by_col));
    Sketch::fit(nnz, rows, cols, upper.diagonal)
}
