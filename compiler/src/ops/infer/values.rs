//! Values of results from values of operands. Bounds are those of computed, not of real numbers: they follow from the
//! rounding of a single operation being monotone; through sums go only signs and whether all are integers.

use crate::facts::{Facts, MatrixFacts, Values};
use crate::ops::{Aggregate, Binary, Cumulative, Scalar, ScalarType, Unary};
use crate::sketch::Sketch;

/// What is known of the cells of an operand.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    pub nonzeros: Values,
    /// Some may be 0.
    pub zeros: bool,
    /// None is NaN or infinite.
    pub finite: bool,
}

impl Cells {
    pub fn of(m: &MatrixFacts) -> Cells {
        let dense = |s: &Sketch| s.cells() < u64::MAX && s.nnz().lower == s.cells();
        Cells { nonzeros: m.values, zeros: !m.sketch.as_ref().is_some_and(dense), finite: m.finite }
    }

    /// Of an operand of a cell-wise function.
    pub fn operand(facts: &Facts) -> Cells {
        match facts {
            Facts::Matrix(m) => Cells::of(m),
            _ => Cells::scalar(facts.scalar_type(), facts.value().and_then(Scalar::as_f64)),
        }
    }

    /// A scalar, whose value may not be known.
    fn scalar(ty: Option<ScalarType>, value: Option<f64>) -> Cells {
        if let Some(v) = value {
            return Cells { nonzeros: Values::constant(v), zeros: v == 0.0, finite: v.is_finite() };
        }
        let integer = matches!(ty, Some(ScalarType::Int | ScalarType::Bool));
        let nonzeros = Values::new(f64::NEG_INFINITY, f64::INFINITY, integer);
        Cells { nonzeros, zeros: true, finite: integer }
    }

    /// The range of all cells that are not NaN; `None` if there is no such cell.
    pub fn range(self) -> Option<(f64, f64)> {
        let (min, max) = (self.nonzeros.min(), self.nonzeros.max());
        match self.zeros {
            true => Some((min.min(0.0), max.max(0.0))),
            false => (!self.nonzeros.is_none()).then_some((min, max)),
        }
    }

    /// Under a function that is monotone and 0 at 0.
    fn through(self, f: impl Fn(f64) -> f64, integer: bool) -> Values {
        let values = self.nonzeros;
        if values.is_none() { values } else { Values::new(f(values.min()), f(values.max()), integer) }
    }

    /// Under a sum, or anything else that keeps a common sign and no more.
    pub fn sign(self, integer: bool) -> Values {
        let values = self.nonzeros;
        let min = if values.is_positive() { 0.0 } else { f64::NEG_INFINITY };
        let max = if values.is_negative() { 0.0 } else { f64::INFINITY };
        if values.is_none() { values } else { Values::new(min, max, integer) }
    }
}

/// Of a function of each cell.
pub fn unary(f: Unary, cells: Cells) -> Values {
    let integer = cells.nonzeros.is_integer();
    let positive = cells.nonzeros.is_positive();
    match f {
        Unary::Negate => {
            let values = cells.nonzeros;
            if values.is_none() { values } else { Values::new(-values.max(), -values.min(), integer) }
        }
        Unary::Abs => magnitudes(cells.nonzeros),
        Unary::Round | Unary::Floor | Unary::Ceil | Unary::Sign => cells.through(|x| f.apply(x), true),
        Unary::Sqrt => cells.through(|x| x.max(0.0).sqrt(), false),
        Unary::Sin | Unary::Cos => Values::new(-1.0, 1.0, false),
        Unary::Asin | Unary::Atan | Unary::Sinh | Unary::Tanh => cells.sign(false),
        Unary::Exp | Unary::Acos | Unary::Cosh => Values::POSITIVE,
        Unary::Log if positive && cells.nonzeros.min() >= 1.0 && !cells.zeros => Values::POSITIVE,
        Unary::Log | Unary::Tan => Values::UNKNOWN,
        Unary::Not | Unary::IsNa | Unary::IsNan | Unary::IsInfinite => Values::ONE,
    }
}

fn magnitudes(values: Values) -> Values {
    if values.is_none() {
        return values;
    }
    Values::new(least_magnitude(values), values.magnitude(), values.is_integer())
}

/// No value is nearer to 0.
pub fn least_magnitude(values: Values) -> f64 {
    values.min().max(-values.max()).max(if values.is_integer() { 1.0 } else { f64::from_bits(1) })
}

/// Whether a function of cells is finite.
pub fn unary_finite(f: Unary, cells: Cells) -> bool {
    let values = cells.nonzeros;
    match f {
        Unary::Not | Unary::IsNa | Unary::IsNan | Unary::IsInfinite => true,
        Unary::Negate | Unary::Abs | Unary::Round | Unary::Floor | Unary::Ceil | Unary::Sign => cells.finite,
        Unary::Sin | Unary::Cos | Unary::Atan | Unary::Tanh => cells.finite,
        Unary::Sqrt => cells.finite && values.is_positive(),
        Unary::Log => cells.finite && values.is_positive() && !cells.zeros,
        // e^700 is less than the largest number
        Unary::Exp => cells.finite && values.max() <= 700.0,
        _ => false,
    }
}

/// Of a function of two cells.
pub fn binary(f: Binary, a: Cells, b: Cells) -> Values {
    use Binary::*;
    let (x, y) = (a.nonzeros, b.nonzeros);
    let integer = x.is_integer() && y.is_integer();
    match f {
        Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual | And | Or | Xor => Values::ONE,
        Power => power(a, b),
        LogBase => Values::UNKNOWN,
        BitAnd | BitOr | BitXor | ShiftLeft | ShiftRight => Values::new(f64::NEG_INFINITY, f64::INFINITY, true),
        // where either is 0 the product is 0 or NaN
        Multiply if x.is_none() || y.is_none() => Values::NONE,
        Multiply => corners(f, (x.min(), x.max()), (y.min(), y.max()), integer),
        // what is divided may as well be 0: the quotient is 0 or NaN
        Divide | IntDivide | Modulus if x.is_none() => Values::NONE,
        Divide | IntDivide => quotient(f, x, b),
        Modulus => {
            let most = y.magnitude();
            Values::new(x.min().max(-most).min(0.0), x.max().min(most).max(0.0), integer)
        }
        Add | Subtract | Min | Max => match (a.range(), b.range()) {
            (Some(x), Some((low, high))) => {
                let (low, high) = if f == Subtract { (high, low) } else { (low, high) };
                Values::new(f.apply(x.0, low), f.apply(x.1, high), integer)
            }
            _ => Values::NONE,
        },
    }
}

/// A function that is monotone in each argument is extreme at corners; Inf * 0 and Inf / Inf bound nothing but 0.
fn corners(f: Binary, x: (f64, f64), y: (f64, f64), integer: bool) -> Values {
    let ends = [(x.0, y.0), (x.0, y.1), (x.1, y.0), (x.1, y.1)].map(|(x, y)| f.apply(x, y));
    let ends = ends.map(|end| if end.is_nan() { 0.0 } else { end });
    Values::new(
        ends.into_iter().fold(f64::INFINITY, f64::min),
        ends.into_iter().fold(-f64::INFINITY, f64::max),
        integer,
    )
}

fn quotient(f: Binary, x: Values, b: Cells) -> Values {
    let (y, integer) = (b.nonzeros, f == Binary::IntDivide);
    let x = (x.min(), x.max());
    match b.range() {
        None => Values::NONE,
        Some((low, high)) if y.is_none() || y.is_positive() => corners(f, x, (low, high), integer),
        Some(range) if y.is_negative() && !b.zeros => corners(f, x, range, integer),
        Some(_) => Values::new(f64::NEG_INFINITY, f64::INFINITY, integer),
    }
}

fn power(a: Cells, b: Cells) -> Values {
    let x = a.nonzeros;
    let exponent = b.nonzeros.as_constant().filter(|_| !b.zeros && b.finite);
    match exponent {
        // x^2 is x * x
        Some(2.0) if x.is_none() => Values::NONE,
        Some(2.0) => {
            let least = least_magnitude(x);
            Values::new(least * least, x.magnitude() * x.magnitude(), x.is_integer())
        }
        Some(e) if e % 2.0 == 0.0 => Values::POSITIVE,
        _ if x.is_positive() => Values::POSITIVE,
        _ => Values::UNKNOWN,
    }
}

/// Whether a function of two operands is finite, given the values of its result.
pub fn binary_finite(f: Binary, a: Cells, b: Cells, result: Values) -> bool {
    use Binary::*;
    let bounded = result.magnitude().is_finite();
    match f {
        Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual | And | Or | Xor => true,
        Min | Max | BitAnd | BitOr | BitXor | ShiftLeft | ShiftRight => a.finite && b.finite,
        Add | Subtract | Multiply => a.finite && b.finite && bounded,
        Divide | IntDivide => a.finite && b.finite && !b.zeros && bounded,
        Modulus => a.finite && b.finite && !b.zeros,
        Power => a.finite && bounded && !b.zeros && b.finite && b.nonzeros.as_constant() == Some(2.0),
        LogBase => false,
    }
}

/// Of aggregates of slices of so many cells, and whether they are finite.
pub fn aggregate(f: Aggregate, cells: Cells, count: Option<u64>) -> (Values, bool) {
    let values = cells.nonzeros;
    let integer = values.is_integer();
    let some = count.is_some_and(|n| n > 0);
    // Far from overflow, whatever the order of the sum and its rounding.
    let sum_finite = |magnitude: f64| cells.finite && count.is_some_and(|n| magnitude * (n as f64) < 1e300);
    match f {
        Aggregate::Sum | Aggregate::Trace => (cells.sign(integer), sum_finite(values.magnitude())),
        Aggregate::Mean => (cells.sign(false), some && sum_finite(values.magnitude())),
        Aggregate::SumSq => (magnitudes(cells.sign(integer)), sum_finite(values.magnitude() * values.magnitude())),
        // of no cells it is infinite
        Aggregate::Min | Aggregate::Max if some => (values, cells.finite),
        Aggregate::Min | Aggregate::Max => (Values::UNKNOWN, false),
        // of no cells it is 1
        Aggregate::Prod => (Cells { nonzeros: values.hull(Values::ONE), ..cells }.sign(integer), false),
        Aggregate::Var | Aggregate::Sd => (Values::POSITIVE, false),
        Aggregate::IndexMax | Aggregate::IndexMin => {
            (Values::new(1.0, count.map_or(f64::INFINITY, |n| n as f64), true), true)
        }
    }
}

/// Of running folds, and whether they are finite.
pub fn cumulative(f: Cumulative, cells: Cells, rows: Option<u64>) -> (Values, bool) {
    match f {
        Cumulative::Sum => aggregate(Aggregate::Sum, cells, rows),
        Cumulative::Prod => (aggregate(Aggregate::Prod, cells, rows).0, false),
        Cumulative::Min | Cumulative::Max => (cells.nonzeros, cells.finite),
    }
}

/// Of sums of so many products.
pub fn product(a: Cells, b: Cells, inner: Option<u64>) -> (Values, bool) {
    let nonzeros = binary(Binary::Multiply, a, b);
    aggregate(Aggregate::Sum, Cells { nonzeros, zeros: true, finite: a.finite && b.finite }, inner)
}
