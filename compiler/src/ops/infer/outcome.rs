//! What cell-wise functions make of zeros and nonzeros, by the values of these.
//!
//! Certain outcomes hold for NaN and Inf too, with two exceptions: 0 * NaN counts as 0 (sketches of products suppose finite
//! operands), and products, quotients and powers of nonzeros count as nonzero (they may underflow).
//!
//! **Where values decide** a share of the cells is expected to be nonzero. Values of a known range are taken to be spread
//! evenly over it. Of values of which nothing is known, all are expected above 0 (data are counts, amounts, intensities),
//! half below it (should they be signed), half on either side of another value, and a tenth equal to one: the shares
//! that System R takes for predicates on columns without statistics are of that size (Selinger et al. 1979, table 1).

use super::values::{Cells, least_magnitude};
use crate::facts::Values;
use crate::ops::{Binary, Pattern, Unary};
use crate::sketch::{Outcome, Outcomes};
use Outcome::{Maybe, Nonzero, Zero};

/// The share of cells equal to a value.
pub const EQUAL: f64 = 0.1;

/// The outcomes of zeros and of nonzeros.
pub fn unary(f: Unary, cells: Cells) -> (Outcome, Outcome) {
    let of_nonzero = match f.pattern() {
        Pattern::Same => Nonzero,
        Pattern::Complement => Zero,
        Pattern::Within | Pattern::Dense => match cells.nonzeros.as_constant() {
            Some(c) if cells.finite => Outcome::of(f.apply(c) != 0.0),
            _ => nonzero(f, cells),
        },
    };
    (Outcome::of(f.apply(0.0) != 0.0), of_nonzero)
}

fn nonzero(f: Unary, cells: Cells) -> Outcome {
    let values = cells.nonzeros;
    match f {
        Unary::Round | Unary::Floor | Unary::Ceil => {
            let (low, high) = (f.apply(values.min()), f.apply(values.max()));
            match () {
                _ if values.is_integer() || low > 0.0 || high < 0.0 => Nonzero,
                _ if low == 0.0 && high == 0.0 && cells.finite => Zero,
                _ => Maybe(spread(|x, _| f.apply(x), values, values).unwrap_or(1.0)),
            }
        }
        Unary::IsNa | Unary::IsNan | Unary::IsInfinite => {
            if cells.finite {
                Zero
            } else {
                Maybe(EQUAL)
            }
        }
        // e^-700 is above the smallest number
        Unary::Exp if values.min() >= -700.0 => Nonzero,
        Unary::Cosh => Nonzero,
        Unary::Log | Unary::Acos if values.min() > 1.0 || values.max() < 1.0 => Nonzero,
        _ => Maybe(1.0),
    }
}

/// The outcomes of two operands.
pub fn binary(f: Binary, a: Cells, b: Cells) -> Outcomes {
    let neither = Outcome::of(f.apply(0.0, 0.0) != 0.0);
    Outcomes { both: both(f, a, b), first: first(f, a), second: second(f, b), neither }
}

/// Of an operand with itself: of zeros and of nonzeros.
pub fn itself(f: Binary, a: Cells) -> (Outcome, Outcome) {
    use Binary::*;
    let unless_nan = |certain: Outcome| if a.finite { certain } else { Maybe(certain.share()) };
    let of_nonzero = match f {
        Less | Greater | Xor => Zero,
        // x - x and x %% x are 0 but for NaN and Inf, and so is x != x
        Subtract | Modulus | NotEqual => unless_nan(Zero),
        Equal | LessEqual | GreaterEqual => unless_nan(Nonzero),
        // x + x is none of the sums that cancel; a quotient is 1, or NaN
        Add | Divide | IntDivide | LogBase => Nonzero,
        _ => both(f, a, a),
    };
    (Outcome::of(f.apply(0.0, 0.0) != 0.0), of_nonzero)
}

/// With a scalar at a position (0 or 1): of zeros and of nonzeros of the matrix.
pub fn with_scalar(f: Binary, cells: Cells, value: Option<f64>, scalar: Cells, position: usize) -> (Outcome, Outcome) {
    let at = |x: f64, v: f64| Outcome::of((if position == 1 { f.apply(x, v) } else { f.apply(v, x) }) != 0.0);
    let (a, b) = if position == 1 { (cells, scalar) } else { (scalar, cells) };
    // the scalar is not 0; the scalar is 0
    let with_nonzero = both(f, a, b);
    let with_zero = if position == 1 { first(f, a) } else { second(f, b) };
    match value {
        Some(v) if v.is_nan() => (at(0.0, v), at(1.0, v)),
        Some(0.0) if f == Binary::Multiply && !cells.finite => (Zero, Maybe(0.0)),
        Some(0.0) => (at(0.0, 0.0), with_zero),
        Some(v) => (at(0.0, v), with_nonzero),
        None => {
            let of_zero = if position == 1 { second(f, scalar) } else { first(f, scalar) };
            (of_zero.or(at(0.0, 0.0)), with_nonzero.or(with_zero))
        }
    }
}

/// f(a, b) of two nonzeros.
fn both(f: Binary, a: Cells, b: Cells) -> Outcome {
    use Binary::*;
    let (x, y) = (a.nonzeros, b.nonzeros);
    let finite = a.finite && b.finite;
    if let (true, Some(x), Some(y)) = (finite, x.as_constant(), y.as_constant()) {
        return Outcome::of(f.apply(x, y) != 0.0);
    }
    let sum = |low: f64, high: f64| if low > 0.0 || high < 0.0 { Nonzero } else { Maybe(1.0) };
    match f {
        Add => sum(x.min() + y.min(), x.max() + y.max()),
        Subtract => sum(x.min() - y.max(), x.max() - y.min()),
        // the smaller or larger of two nonzeros is one of them
        Multiply | And | Or | Min | Max => Nonzero,
        Xor => Zero,
        Divide => {
            if b.finite {
                Nonzero
            } else {
                Maybe(1.0)
            }
        }
        Power => {
            if finite || b.finite && y.is_positive() {
                Nonzero
            } else {
                Maybe(1.0)
            }
        }
        LogBase => {
            if b.finite && (x.min() > 1.0 || x.max() < 1.0) {
                Nonzero
            } else {
                Maybe(1.0)
            }
        }
        Modulus if x.magnitude() < least_magnitude(y) => Nonzero,
        Modulus if finite && x.is_integer() && y.is_integer() && y.magnitude() == 1.0 => Zero,
        IntDivide if least_magnitude(x) >= y.magnitude() => Nonzero,
        IntDivide if finite && x.magnitude() < least_magnitude(y) => Zero,
        Modulus | IntDivide => Maybe(spread(|x, y| f.apply(x, y), x, y).unwrap_or(1.0)),
        Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual => compared(f, x, y, finite),
        BitAnd => Maybe(0.5),
        BitOr | BitXor | ShiftLeft | ShiftRight => Maybe(1.0),
    }
}

/// f(a, 0) of a nonzero.
fn first(f: Binary, a: Cells) -> Outcome {
    use Binary::*;
    match f {
        Multiply | And => Zero,
        Add | Subtract | Or | Xor | NotEqual | Power => Nonzero,
        // Inf or NaN
        Divide | IntDivide | Modulus => Nonzero,
        Equal => Zero,
        Min => kept(a, a.nonzeros.is_negative(), a.nonzeros.is_positive(), below(a.nonzeros)),
        Max => kept(a, a.nonzeros.is_positive(), a.nonzeros.is_negative(), above(a.nonzeros)),
        Less | LessEqual => sign(a, a.nonzeros.is_negative(), a.nonzeros.is_positive(), below(a.nonzeros)),
        Greater | GreaterEqual => sign(a, a.nonzeros.is_positive(), a.nonzeros.is_negative(), above(a.nonzeros)),
        // ln a / -Inf
        LogBase => {
            if a.finite && a.nonzeros.is_positive() {
                Zero
            } else {
                Maybe(0.0)
            }
        }
        BitAnd if a.finite => Zero,
        BitAnd => Maybe(0.0),
        BitOr | BitXor | ShiftLeft | ShiftRight => whole(a),
    }
}

/// The bits of a nonzero, cut to a whole number.
fn whole(a: Cells) -> Outcome {
    if a.nonzeros.is_integer() { Nonzero } else { Maybe(1.0) }
}

/// f(0, b) of a nonzero.
fn second(f: Binary, b: Cells) -> Outcome {
    use Binary::*;
    match f {
        Multiply | And | Add | Subtract | Or | Xor | NotEqual | Equal | Min | Max | BitAnd | BitOr | BitXor => {
            first(f, b)
        }
        Less => first(Greater, b),
        LessEqual => first(GreaterEqual, b),
        Greater => first(Less, b),
        GreaterEqual => first(LessEqual, b),
        Divide | IntDivide | Modulus | ShiftLeft | ShiftRight => {
            if b.finite {
                Zero
            } else {
                Maybe(0.0)
            }
        }
        Power if b.nonzeros.is_negative() => Nonzero,
        Power => {
            if b.finite && b.nonzeros.is_positive() {
                Zero
            } else {
                Maybe(0.0)
            }
        }
        // -Inf over the logarithm of b
        LogBase => Nonzero,
    }
}

/// The smaller (larger) of a nonzero and 0 is the nonzero if it is `kept`, or NaN.
fn kept(a: Cells, kept: bool, dropped: bool, share: f64) -> Outcome {
    match () {
        _ if kept => Nonzero,
        _ if dropped && a.finite => Zero,
        _ if dropped => Maybe(0.0),
        _ => Maybe(share),
    }
}

/// Whether a nonzero has a sign, which NaN has not.
fn sign(a: Cells, always: bool, never: bool, share: f64) -> Outcome {
    match () {
        _ if never => Zero,
        _ if always && a.finite => Nonzero,
        _ if always => Maybe(1.0),
        _ => Maybe(share),
    }
}

/// The share of values above 0.
fn above(values: Values) -> f64 {
    if is_bounded(values) { values.max() / (values.max() - values.min()) } else { 1.0 }
}

/// The share of values below 0.
fn below(values: Values) -> f64 {
    if is_bounded(values) { 1.0 - above(values) } else { 0.5 }
}

/// Whether two nonzeros compare; NaN equals nothing and is neither less nor greater.
fn compared(f: Binary, x: Values, y: Values, finite: bool) -> Outcome {
    use Binary::*;
    let below = x.max() < y.min();
    let above = x.min() > y.max();
    let fraction = |v: Values| v.as_constant().is_some_and(|c| c.is_finite() && c.fract() != 0.0);
    let apart = below || above || x.is_integer() && fraction(y) || y.is_integer() && fraction(x);
    let equal = x.as_constant().is_some() && x.as_constant() == y.as_constant();
    let (always, never) = match f {
        Less => (below, x.min() >= y.max()),
        LessEqual => (x.max() <= y.min(), above),
        Greater => (above, x.max() <= y.min()),
        GreaterEqual => (x.min() >= y.max(), below),
        Equal => (equal, apart),
        _ => (apart, equal),
    };
    let (certain, excluded) = if f == NotEqual { (always, never && finite) } else { (always && finite, never) };
    let share = || match f {
        Equal => equal_share(x, y),
        NotEqual => 1.0 - equal_share(x, y),
        _ => spread(|x, y| f.apply(x, y), x, y).unwrap_or(0.5),
    };
    match () {
        _ if certain => Nonzero,
        _ if excluded => Zero,
        _ if always => Maybe(1.0),
        _ if never => Maybe(0.0),
        _ => Maybe(share()),
    }
}

/// The share of pairs of values that are equal: integers of small ranges meet, nothing is known of others.
fn equal_share(x: Values, y: Values) -> f64 {
    if !(x.is_integer() && y.is_integer() && is_bounded(x) && is_bounded(y)) {
        return EQUAL;
    }
    let number = |low: f64, high: f64| (high - low + 1.0).max(0.0);
    let common = number(x.min().max(y.min()), x.max().min(y.max()));
    common / (number(x.min(), x.max()) * number(y.min(), y.max()))
}

fn is_bounded(values: Values) -> bool {
    (values.max() - values.min()).is_finite() && !values.is_none()
}

/// Pairs of values at which a share is counted.
const PAIRS: u32 = 64;

/// The share of nonzero f(x, y) for values spread evenly over their ranges; `None` if these are not bounded.
fn spread(f: impl Fn(f64, f64) -> f64, x: Values, y: Values) -> Option<f64> {
    if !(is_bounded(x) && is_bounded(y)) {
        return None;
    }
    let at = |values: Values, u: f64| match values.is_integer() {
        true => values.min() + (u * (values.max() - values.min() + 1.0)).floor(),
        false => values.min() + u * (values.max() - values.min()),
    };
    // a lattice by the golden ratio covers the square evenly
    let places =
        (0..PAIRS).map(|i| ((f64::from(i) + 0.5) / f64::from(PAIRS), (f64::from(i) * 0.618_033_988_75).fract()));
    let hits = places.filter(|&(u, v)| f(at(x, u), at(y, v)) != 0.0).count();
    Some(hits as f64 / f64::from(PAIRS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: Values) -> Cells {
        Cells { nonzeros: values, zeros: true, finite: true }
    }

    #[test]
    fn what_values_decide() {
        let (any, positive, ones) = (of(Values::UNKNOWN), of(Values::POSITIVE), of(Values::ONE));
        let counts = of(Values::new(1.0, 10.0, true));
        for (f, a, b, expected) in [
            (Binary::Add, any, any, Maybe(1.0)),
            (Binary::Add, positive, positive, Nonzero),
            (Binary::Subtract, positive, of(Values::new(-3.0, -1.0, false)), Nonzero),
            (Binary::Subtract, ones, ones, Zero),
            (Binary::Subtract, ones, of(Values::constant(0.5)), Nonzero),
            (Binary::Greater, counts, of(Values::constant(0.5)), Nonzero),
            (Binary::Less, counts, ones, Zero),
            (Binary::Equal, counts, of(Values::constant(2.5)), Zero),
            (Binary::Equal, counts, ones, Maybe(0.1)),
            (Binary::Equal, any, ones, Maybe(EQUAL)),
            (Binary::Less, counts, of(Values::constant(6.0)), Maybe(0.5)),
            (Binary::Modulus, counts, ones, Zero),
            (Binary::Modulus, counts, of(Values::constant(11.0)), Nonzero),
            (Binary::Modulus, counts, of(Values::constant(2.0)), Maybe(0.5)),
            (Binary::IntDivide, counts, of(Values::constant(11.0)), Zero),
        ] {
            assert_eq!(both(f, a, b), expected, "{f:?} {a:?} {b:?}");
        }
        assert_eq!(first(Binary::Min, positive), Zero);
        assert_eq!(first(Binary::Max, positive), Nonzero);
        assert_eq!(second(Binary::Less, positive), Nonzero);
        assert_eq!(second(Binary::Greater, Cells { finite: false, ..positive }), Zero);
        assert_eq!(itself(Binary::Subtract, any), (Zero, Zero));
        assert_eq!(unary(Unary::Round, counts), (Zero, Nonzero));
        assert_eq!(unary(Unary::Floor, of(Values::new(0.0, 0.9, false))), (Zero, Zero));
        assert_eq!(unary(Unary::Round, of(Values::new(0.0, 1.0, false))), (Zero, Maybe(0.5)));
    }
}
