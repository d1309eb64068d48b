//! Any function of one or two cells, by what it makes of zeros and nonzeros: the master rule of section 3.4.
//!
//! Two operands put a cell into one of four states: both nonzero, only the first, only the second, neither. If each state
//! has one outcome, the result is a set of states (an intersection, a union, a difference, a complement, ...) and as
//! certain as the operands are. A state whose outcome depends on values lies between not at all and altogether in the
//! result, which therefore lies between two such sets, and its expected share is counted.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::elementwise::conformed;
use super::identity::Identity;
use super::mnc::{Bounded, Sketch, Structure};
use super::nnz::{Nnz, ceil_bound, floor_bound};

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

    /// The states that make nonzeros, if none depends on values.
    fn certain(self) -> Option<[bool; 4]> {
        let states = self.map(Outcome::certain);
        (states == self.map(Outcome::possible)).then_some(states)
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
        // a state that is known to be empty goes with the one that makes the sets simplest
        let outcomes = match () {
            _ if a.is_within(&b) => Outcomes { first: neither, ..outcomes },
            _ if b.is_within(&a) => Outcomes { second: neither, ..outcomes },
            _ => outcomes,
        };
        if let Some(set) = outcomes.certain().and_then(|states| set(&a, &b, states)) {
            return set;
        }
        let both = a.mul(&b);
        let (least, most) = (States::new(outcomes.map(Outcome::certain)), States::new(outcomes.map(Outcome::possible)));
        let shares = outcomes.map(Outcome::share);
        let slices = |of: fn(&Sketch) -> &Axis| combined_slices([of(&a), of(&b), of(&both)], least, most, shares);
        let total = |of: fn(&Nnz) -> f64| [of(&a.nnz), of(&b.nnz), of(&both.nnz)];
        let (lower, upper) = (total(|nnz| nnz.lower as f64), total(|nnz| nnz.upper as f64));
        let all = a.rows() as f64 * a.cols() as f64;
        let (low, high) = (least.bounds(lower, upper, all).0, most.bounds(lower, upper, all).1);
        let estimate = expected(total(|nnz| nnz.estimate), all, shares);
        let nnz = Nnz::new(floor_bound(low), estimate, ceil_bound(high).min(a.cells()));
        let mut result = Sketch::fit(nnz, slices(Sketch::by_row), slices(Sketch::by_col), most.diagonal(&a, &b));
        result.identity = match most {
            States { both: true, first: false, second: false, neither: false } => Identity::narrowed(&[&both.identity]),
            States { second: false, neither: false, .. } => Identity::narrowed(&[&a.identity]),
            States { first: false, neither: false, .. } => Identity::narrowed(&[&b.identity]),
            _ => Identity::default(),
        };
        result
    }
}

/// The sets that have a rule of their own.
fn set(a: &Sketch, b: &Sketch, states: [bool; 4]) -> Option<Sketch> {
    match states {
        [true, false, false, false] => Some(a.mul(b)),
        [true, true, false, false] => Some(a.clone()),
        [true, false, true, false] => Some(b.clone()),
        [true, true, true, false] => Some(a.add(b)),
        [.., true] => set(a, b, states.map(|state| !state)).map(|others| others.is_zero()),
        _ => None,
    }
}

/// A set of states.
#[derive(Clone, Copy)]
struct States {
    both: bool,
    first: bool,
    second: bool,
    neither: bool,
}

/// Of a, b and their intersection.
type Three = [f64; 3];

impl States {
    fn new([both, first, second, neither]: [bool; 4]) -> States {
        States { both, first, second, neither }
    }

    /// Bounds on the number of cells in these states among `width`, from bounds on a, b and their intersection.
    #[inline(always)]
    fn bounds(self, lower: Three, upper: Three, width: f64) -> (f64, f64) {
        if self.neither {
            let States { both, first, second, .. } = self;
            let others = States { both: !both, first: !first, second: !second, neither: false };
            let (low, high) = others.bounds(lower, upper, width);
            return (width - high, width - low);
        }
        let ([al, bl, il], [au, bu, iu]) = (lower, upper);
        match (self.both, self.first, self.second) {
            (false, false, false) => (0.0, 0.0),
            (true, false, false) => (il, iu),
            (true, true, false) => (al, au),
            (true, false, true) => (bl, bu),
            (false, true, false) => (larger(al - iu, 0.0), smaller(au - il, width - bl)),
            (false, false, true) => (larger(bl - iu, 0.0), smaller(bu - il, width - al)),
            (false, true, true) => {
                let low = larger(al - iu, 0.0) + larger(bl - iu, 0.0);
                (low, smaller(au + bu - 2.0 * il, width))
            }
            (true, true, true) => (larger(larger(al + bl - iu, al), bl), smaller(au + bu - il, width)),
        }
    }

    /// Whether no cell in these states is off the diagonal.
    fn diagonal(self, a: &Sketch, b: &Sketch) -> bool {
        let States { both, first, second, neither } = self;
        let outside = |state: bool, diagonal: bool| !state || diagonal;
        !neither && outside(first, a.diagonal) && outside(second, b.diagonal) && outside(both, a.diagonal || b.diagonal)
    }

    /// How many slices are not empty, at least and at most.
    fn nonempty(self, a: Limits, b: Limits, len: u64) -> (u64, u64) {
        let States { both, first, second, neither } = self;
        let least = |all: bool, limits: Limits| if all { limits.nonempty_lower } else { 0 };
        let most = match (neither, first, second) {
            (true, ..) => len,
            (_, true, true) => a.nonempty_upper.saturating_add(b.nonempty_upper).min(len),
            (_, true, false) => a.nonempty_upper,
            (_, false, true) => b.nonempty_upper,
            _ if both => a.nonempty_upper.min(b.nonempty_upper),
            _ => 0,
        };
        (least(both && first, a).max(least(both && second, b)), most)
    }
}

/// In one instruction, for numbers.
#[inline(always)]
fn larger(x: f64, y: f64) -> f64 {
    if x > y { x } else { y }
}

#[inline(always)]
fn smaller(x: f64, y: f64) -> f64 {
    if x < y { x } else { y }
}

/// The expected number of cells, of the shares of each state: p i + q (x - i) + r (y - i) + s (width - x - y + i), for i
/// of x and y in both.
#[inline(always)]
fn expected([x, y, i]: Three, width: f64, [p, q, r, s]: [f64; 4]) -> f64 {
    (q - s) * x + (r - s) * y + s * width + (p - q - r + s) * i
}

/// The slices of a function of two operands: certainly in one set of states, at most in another.
fn combined_slices([a, b, both]: [&Axis; 3], least: States, most: States, shares: [f64; 4]) -> Bounded {
    let (len, width) = (a.len(), a.width() as f64);
    let (low, high) = ([a, b, both].map(Axis::lower), [a, b, both].map(Axis::upper));
    let (mut lower, mut counts, mut upper) = (vec![], vec![], vec![]);
    let operands = [&low[0], &low[1], &low[2], &high[0], &high[1], &high[2], a.counts(), b.counts(), both.counts()];
    Counts::blocks(operands, len, |[al, bl, il, au, bu, iu, x, y, i]| {
        for vector in [&mut lower, &mut counts, &mut upper] {
            // once: a block of one slice stands for all
            vector.reserve(if x.len() > 1 && vector.is_empty() { len as usize } else { x.len() });
        }
        for k in 0..x.len() {
            let (low, high) = ([al[k], bl[k], il[k]], [au[k], bu[k], iu[k]]);
            lower.push(least.bounds(low, high, width).0);
            upper.push(most.bounds(low, high, width).1);
            counts.push(expected([x[k], y[k], i[k]], width, shares));
        }
    });
    let (nonempty_lower, _) = least.nonempty(a.limits, b.limits, len);
    let (_, nonempty_upper) = most.nonempty(a.limits, b.limits, len);
    let limits = Limits { nonempty_lower, nonempty_upper, ..Limits::any(len, a.width()) };
    Bounded { len, lower: lower.into(), counts: counts.into(), upper: upper.into(), limits }
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
