//! Cell-wise operators: a row is a name, a function of f64, and what a sketch needs to know of it.
//!
//! The sign of a zero is never seen: 1 / -0 is Inf, and -0 prints as 0.
//!
//! Kernels get the function itself, not a pointer to it: [`Unary::visit`] and [`Binary::visit`] hand it to a
//! visitor, so that each operator has its own compiled loop.

/// A computation that is generic over a cell-wise function of one value.
pub trait UnaryVisitor {
    type Output;
    fn visit<F: Fn(f64) -> f64 + Copy + Send + Sync>(self, f: F) -> Self::Output;
}

/// A computation that is generic over a cell-wise function of two values.
pub trait BinaryVisitor {
    type Output;
    fn visit<F: Fn(f64, f64) -> f64 + Copy + Send + Sync>(self, f: F) -> Self::Output;
}

macro_rules! unary {
    ($($variant:ident $name:literal $aliases:tt $f:expr, $keeps:ident, $doc:literal;)*) => {
        /// A function of one cell.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Unary { $(#[doc = $doc] $variant),* }

        impl Unary {
            pub const ALL: &[Unary] = &[$(Unary::$variant),*];

            /// Its name in the language.
            pub fn name(self) -> &'static str {
                match self { $(Unary::$variant => $name),* }
            }

            /// Other names it goes by.
            pub fn aliases(self) -> &'static [&'static str] {
                match self { $(Unary::$variant => &$aliases),* }
            }

            /// What it does, in a sentence.
            pub fn doc(self) -> &'static str {
                match self { $(Unary::$variant => $doc),* }
            }

            /// What it does to the pattern of nonzeros.
            pub fn pattern(self) -> Pattern {
                match self { $(Unary::$variant => Pattern::$keeps),* }
            }

            pub fn visit<V: UnaryVisitor>(self, visitor: V) -> V::Output {
                match self { $(Unary::$variant => visitor.visit($f)),* }
            }

            /// The function of one cell: the meaning of the operator.
            pub fn apply(self, x: f64) -> f64 {
                let f: fn(f64) -> f64 = match self { $(Unary::$variant => $f),* };
                f(x)
            }
        }
    };
}

/// What a function of one cell does to the pattern of nonzeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// f(x) = 0 exactly where x = 0.
    Same,
    /// f(0) = 0, but other cells may become 0 too.
    Within,
    /// f(x) = 0 exactly where x is not 0.
    Complement,
    /// f(0) is not 0.
    Dense,
}

unary! {
    Negate "-" [] |x: f64| -x, Same, "The negative of each cell.";
    Not "!" [] |x: f64| truth(x == 0.0), Complement, "1 where a cell is 0, else 0 (NaN counts as true).";
    Abs "abs" [] |x: f64| x.abs(), Same, "The absolute value of each cell.";
    Exp "exp" [] |x: f64| x.exp(), Dense, "e to the power of each cell.";
    Log "log" [] |x: f64| x.ln(), Dense, "The natural logarithm of each cell; with a second argument, to that base.";
    Sqrt "sqrt" [] |x: f64| x.sqrt(), Same, "The square root of each cell.";
    Round "round" [] |x: f64| round_half_up(x), Within, "The nearest integer of each cell, halves upwards: round(-0.5) = 0, round(2.5) = 3.";
    Floor "floor" [] |x: f64| x.floor(), Within, "The largest integer not above each cell.";
    Ceil "ceil" ["ceiling"] |x: f64| x.ceil(), Within, "The smallest integer not below each cell.";
    Sign "sign" [] |x: f64| sign(x), Same, "-1, 0 or 1 by the sign of each cell; NaN stays NaN.";
    Sin "sin" [] |x: f64| x.sin(), Within, "The sine of each cell, in radians.";
    Cos "cos" [] |x: f64| x.cos(), Dense, "The cosine of each cell, in radians.";
    Tan "tan" [] |x: f64| x.tan(), Within, "The tangent of each cell, in radians.";
    Asin "asin" [] |x: f64| x.asin(), Same, "The arc sine of each cell.";
    Acos "acos" [] |x: f64| x.acos(), Dense, "The arc cosine of each cell.";
    Atan "atan" [] |x: f64| x.atan(), Same, "The arc tangent of each cell.";
    Sinh "sinh" [] |x: f64| x.sinh(), Same, "The hyperbolic sine of each cell.";
    Cosh "cosh" [] |x: f64| x.cosh(), Dense, "The hyperbolic cosine of each cell.";
    Tanh "tanh" [] |x: f64| x.tanh(), Same, "The hyperbolic tangent of each cell.";
    IsNa "is.na" ["isNA"] |x: f64| truth(x.is_nan()), Within, "1 where a cell is missing (NaN), else 0.";
    IsNan "is.nan" ["isNaN"] |x: f64| truth(x.is_nan()), Within, "1 where a cell is NaN, else 0.";
    IsInfinite "is.infinite" ["isInf"] |x: f64| truth(x.is_infinite()), Within, "1 where a cell is Inf or -Inf, else 0.";
}

macro_rules! binary {
    ($($variant:ident $name:literal $f:expr, $doc:literal;)*) => {
        /// A function of two cells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Binary { $(#[doc = $doc] $variant),* }

        impl Binary {
            pub const ALL: &[Binary] = &[$(Binary::$variant),*];

            /// Its name in the language: an operator sign or a builtin's name.
            pub fn name(self) -> &'static str {
                match self { $(Binary::$variant => $name),* }
            }

            /// What it does, in a sentence.
            pub fn doc(self) -> &'static str {
                match self { $(Binary::$variant => $doc),* }
            }

            pub fn visit<V: BinaryVisitor>(self, visitor: V) -> V::Output {
                match self { $(Binary::$variant => visitor.visit($f)),* }
            }

            /// The function of two cells: the meaning of the operator.
            pub fn apply(self, x: f64, y: f64) -> f64 {
                let f: fn(f64, f64) -> f64 = match self { $(Binary::$variant => $f),* };
                f(x, y)
            }
        }
    };
}

binary! {
    Add "+" |x: f64, y: f64| x + y, "Sum.";
    Subtract "-" |x: f64, y: f64| x - y, "Difference.";
    Multiply "*" |x: f64, y: f64| x * y, "Product, cell by cell.";
    Divide "/" |x: f64, y: f64| x / unsigned(y), "Quotient, always a double.";
    Power "^" |x: f64, y: f64| power(x, y), "x to the power of y, always a double; x^0 = 1.";
    Modulus "%%" |x: f64, y: f64| x % y, "Remainder of the division truncated towards zero: -7 %% 3 = -1.";
    IntDivide "%/%" |x: f64, y: f64| (x / unsigned(y)).trunc(), "Quotient truncated towards zero: -7 %/% 2 = -3.";
    Less "<" |x: f64, y: f64| truth(x < y), "1 where x < y, else 0.";
    LessEqual "<=" |x: f64, y: f64| truth(x <= y), "1 where x <= y, else 0.";
    Greater ">" |x: f64, y: f64| truth(x > y), "1 where x > y, else 0.";
    GreaterEqual ">=" |x: f64, y: f64| truth(x >= y), "1 where x >= y, else 0.";
    Equal "==" |x: f64, y: f64| truth(x == y), "1 where x = y, else 0.";
    NotEqual "!=" |x: f64, y: f64| truth(x != y), "1 where x and y differ, else 0.";
    And "&" |x: f64, y: f64| truth(x != 0.0 && y != 0.0), "1 where neither is 0, else 0.";
    Or "|" |x: f64, y: f64| truth(x != 0.0 || y != 0.0), "1 where x or y is not 0, else 0.";
    Xor "xor" |x: f64, y: f64| truth((x != 0.0) != (y != 0.0)), "1 where exactly one of x and y is not 0, else 0.";
    Min "min" |x: f64, y: f64| minimum(x, y), "The smaller; NaN if either is NaN.";
    Max "max" |x: f64, y: f64| maximum(x, y), "The larger; NaN if either is NaN.";
    LogBase "log" |x: f64, y: f64| x.ln() / y.ln(), "The logarithm of x to base y.";
    BitAnd "bitwAnd" |x: f64, y: f64| bits(x, y, |x, y| x & y), "The bits that are set in both of two whole numbers; fractions are dropped.";
    BitOr "bitwOr" |x: f64, y: f64| bits(x, y, |x, y| x | y), "The bits that are set in either of two whole numbers.";
    BitXor "bitwXor" |x: f64, y: f64| bits(x, y, |x, y| x ^ y), "The bits that are set in one of two whole numbers.";
    ShiftLeft "bitwShiftL" |x: f64, y: f64| bits(x, y, shift_left), "A whole number with its bits moved up by so many places; of these the lowest six bits count.";
    ShiftRight "bitwShiftR" |x: f64, y: f64| bits(x, y, shift_right), "A whole number with its bits moved down by so many places; the sign stays.";
}

impl Binary {
    /// A function of the bits of whole numbers of 64 bits.
    pub fn is_bitwise(self) -> bool {
        matches!(self, Binary::BitAnd | Binary::BitOr | Binary::BitXor | Binary::ShiftLeft | Binary::ShiftRight)
    }
}

/// A function of whole numbers; what is none is cut to one, and NaN and Inf have no bits.
#[inline(always)]
fn bits(x: f64, y: f64, f: impl Fn(i64, i64) -> i64) -> f64 {
    if x.is_finite() && y.is_finite() { f(x as i64, y as i64) as f64 } else { f64::NAN }
}

pub(super) fn shift_left(x: i64, y: i64) -> i64 {
    x.wrapping_shl(y as u32)
}

pub(super) fn shift_right(x: i64, y: i64) -> i64 {
    x.wrapping_shr(y as u32)
}

fn truth(b: bool) -> f64 {
    f64::from(u8::from(b))
}

/// ⌊x + ½⌋ without the rounding of x + ½ for odd integers above 2^52 and for the predecessor of ½.
fn round_half_up(x: f64) -> f64 {
    let below = x.floor();
    if x - below >= 0.5 { below + 1.0 } else { below }
}

fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}

/// Squares are exact where the general power function need not be.
fn power(x: f64, y: f64) -> f64 {
    if y == 2.0 { x * x } else { unsigned(x).powf(y) }
}

/// -0 becomes 0, all else stays. The sign of a zero is never seen, since a format that does not store zeros has lost it.
fn unsigned(x: f64) -> f64 {
    x + 0.0
}

/// NaN if either is NaN (`f64::min` would drop it).
fn minimum(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x < y {
        x
    } else {
        y
    }
}

fn maximum(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x > y {
        x
    } else {
        y
    }
}

#[cfg(test)]
mod tests {
    use super::{Binary, Pattern, Unary};

    /// The pattern column of every row against its function.
    #[test]
    fn patterns_agree_with_functions() {
        let samples = [-2.5, -1.0, -0.3, 0.2, 0.5, 1.0, 3.0, f64::INFINITY, f64::NAN];
        for &op in Unary::ALL {
            let at_zero = op.apply(0.0);
            match op.pattern() {
                Pattern::Same => {
                    assert_eq!(at_zero, 0.0, "{op:?}");
                    assert!(samples.iter().all(|&x| op.apply(x) != 0.0), "{op:?}");
                }
                Pattern::Within => assert_eq!(at_zero, 0.0, "{op:?}"),
                Pattern::Complement => {
                    assert_ne!(at_zero, 0.0, "{op:?}");
                    assert!(samples.iter().all(|&x| op.apply(x) == 0.0), "{op:?}");
                }
                Pattern::Dense => assert_ne!(at_zero, 0.0, "{op:?}"),
            }
        }
    }

    #[test]
    fn arithmetic_of_the_language() {
        for (op, x, y, expected) in [
            (Binary::Modulus, -7.0, 3.0, -1.0),
            (Binary::IntDivide, -7.0, 2.0, -3.0),
            (Binary::Power, 0.0, 0.0, 1.0),
            (Binary::Min, 1.0, -2.0, -2.0),
            (Binary::LogBase, 8.0, 2.0, 3.0),
            (Binary::Divide, 1.0, -0.0, f64::INFINITY),
            (Binary::IntDivide, -1.0, -0.0, f64::NEG_INFINITY),
            (Binary::Power, -0.0, -1.0, f64::INFINITY),
        ] {
            assert_eq!(op.apply(x, y), expected, "{op:?}({x}, {y})");
        }
        assert!(Binary::Min.apply(1.0, f64::NAN).is_nan() && Binary::Max.apply(f64::NAN, 1.0).is_nan());
        for (x, expected) in [(-0.5, 0.0), (2.5, 3.0), (0.49999999999999994, 0.0), (-2.6, -3.0)] {
            assert_eq!(Unary::Round.apply(x), expected, "round({x})");
        }
    }
}
