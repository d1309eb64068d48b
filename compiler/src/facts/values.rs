//! What is known of the values of the nonzero cells of a matrix.

/// A range of values: each nonzero cell that is not NaN lies in `[min, max]`, and is an integer (or infinite) if
/// `integer`. Every claim is a theorem about the computed matrix; it says nothing of zeros and of NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Values {
    min: f64,
    max: f64,
    integer: bool,
}

/// The smallest positive number.
const LEAST: f64 = f64::from_bits(1);

impl Values {
    /// Nothing is known.
    pub const UNKNOWN: Values = Values { min: f64::NEG_INFINITY, max: f64::INFINITY, integer: false };
    /// There are none.
    pub const NONE: Values = Values { min: f64::INFINITY, max: f64::NEG_INFINITY, integer: true };
    /// Above 0.
    pub const POSITIVE: Values = Values { min: LEAST, ..Values::UNKNOWN };
    /// All are 1, as of a comparison.
    pub const ONE: Values = Values { min: 1.0, max: 1.0, integer: true };

    /// Those nonzeros that lie in a range. A bound that is NaN is none.
    pub fn new(min: f64, max: f64, integer: bool) -> Values {
        let (mut min, mut max) =
            (if min.is_nan() { f64::NEG_INFINITY } else { min }, if max.is_nan() { f64::INFINITY } else { max });
        // zero itself is left out, and what an integer can not be
        let next = if integer { 1.0 } else { LEAST };
        if integer {
            (min, max) = (min.ceil(), max.floor());
        }
        if min == 0.0 {
            min = next;
        }
        if max == 0.0 {
            max = -next;
        }
        if min <= max { Values { min, max, integer } } else { Values::NONE }
    }

    /// All nonzeros have this value.
    pub fn constant(value: f64) -> Values {
        if value.is_nan() {
            Values::NONE
        } else {
            Values::new(value, value, value.fract() == 0.0 || value.is_infinite())
        }
    }

    /// Of given cells.
    pub fn of(cells: &[f64]) -> Values {
        let nonzeros = cells.iter().filter(|x| **x != 0.0);
        nonzeros.fold(Values::NONE, |values, &x| values.hull(Values::constant(x)))
    }

    /// A cell for which this is false.
    pub fn counterexample(self, cells: &[f64]) -> Option<f64> {
        let wrong = |x: f64| x < self.min || x > self.max || self.integer && x.is_finite() && x.fract() != 0.0;
        cells.iter().copied().find(|&x| x != 0.0 && !x.is_nan() && wrong(x))
    }

    pub fn min(self) -> f64 {
        self.min
    }

    pub fn max(self) -> f64 {
        self.max
    }

    /// All are integers or infinite.
    pub fn is_integer(self) -> bool {
        self.integer
    }

    /// All are above 0.
    pub fn is_positive(self) -> bool {
        self.min > 0.0
    }

    /// All are below 0.
    pub fn is_negative(self) -> bool {
        self.max < 0.0
    }

    /// There is no value that is not NaN.
    pub fn is_none(self) -> bool {
        self.min > self.max
    }

    /// The value, if there can be only one.
    pub fn as_constant(self) -> Option<f64> {
        (self.min == self.max).then_some(self.min)
    }

    /// The largest absolute value; 0 if there is none.
    pub fn magnitude(self) -> f64 {
        if self.is_none() { 0.0 } else { self.max.max(-self.min) }
    }

    /// What holds of both together.
    #[must_use]
    pub fn hull(self, other: Values) -> Values {
        Values { min: self.min.min(other.min), max: self.max.max(other.max), integer: self.integer && other.integer }
    }

    /// What holds of one or the other where control flow meets: ends that differ move to -1, 1 or away, so that the
    /// facts of a loop settle after few rounds.
    #[must_use]
    pub fn join(self, other: Values) -> Values {
        if self == other || other.is_none() {
            return self;
        }
        if self.is_none() {
            return other;
        }
        let outward = |x: f64| match x {
            x if x >= 1.0 => 1.0,
            x if x > 0.0 => LEAST,
            _ => f64::NEG_INFINITY,
        };
        let min = if self.min == other.min { self.min } else { outward(self.min.min(other.min)) };
        let max = if self.max == other.max { self.max } else { -outward(-self.max.max(other.max)) };
        Values { min, max, integer: self.integer && other.integer }
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn zero_is_no_value() {
        assert_eq!(Values::new(0.0, 3.5, true), Values::of(&[1.0, 0.0, 3.0, f64::NAN]));
        assert_eq!(Values::new(-0.0, 0.0, false), Values::NONE);
        assert!(Values::new(0.0, f64::INFINITY, false).is_positive() && Values::new(-2.0, 0.0, false).is_negative());
        assert_eq!(Values::constant(f64::NAN), Values::NONE);
        assert!(Values::of(&[1.0, f64::INFINITY]).is_integer() && !Values::of(&[1.0, 0.5]).is_integer());
    }

    #[test]
    fn joins_settle() {
        let mut at = Values::constant(7.0);
        let mut rounds = 0;
        for n in 8..100 {
            let next = at.join(Values::constant(f64::from(n)));
            rounds += usize::from(next != at);
            at = next;
        }
        assert_eq!((at.min(), at.max(), rounds), (1.0, f64::INFINITY, 1));
        assert_eq!(Values::ONE.join(Values::NONE), Values::ONE);
        assert_eq!(Values::ONE.join(Values::constant(-1.0)).min(), f64::NEG_INFINITY);
    }
}
