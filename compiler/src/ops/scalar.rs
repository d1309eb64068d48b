//! Scalars of the language and how they are printed.

use std::fmt;
use std::sync::Arc;

/// The type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScalarType {
    Bool,
    Int,
    Double,
    Str,
}

impl fmt::Display for ScalarType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ScalarType::Bool => "boolean",
            ScalarType::Int => "int",
            ScalarType::Double => "double",
            ScalarType::Str => "string",
        })
    }
}

/// A scalar value. Displayed as `print` shows it: `1.0E10`, `TRUE`, `3`.
#[derive(Clone, Debug)]
pub enum Scalar {
    Bool(bool),
    Int(i64),
    Double(f64),
    Str(Arc<str>),
}

impl Scalar {
    pub fn ty(&self) -> ScalarType {
        match self {
            Scalar::Bool(_) => ScalarType::Bool,
            Scalar::Int(_) => ScalarType::Int,
            Scalar::Double(_) => ScalarType::Double,
            Scalar::Str(_) => ScalarType::Str,
        }
    }

    /// Bytes of a string; 0 for what is none.
    pub fn text_bytes(&self) -> usize {
        match self {
            Scalar::Str(text) => text.len(),
            _ => 0,
        }
    }

    /// As a number: TRUE is 1; a string has none.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Scalar::Bool(b) => Some(f64::from(u8::from(*b))),
            Scalar::Int(i) => Some(*i as f64),
            Scalar::Double(d) => Some(*d),
            Scalar::Str(_) => None,
        }
    }

    /// As a whole number, if it is one (or a double without a fraction).
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Scalar::Bool(b) => Some(i64::from(*b)),
            Scalar::Int(i) => Some(*i),
            Scalar::Double(d) => (d.fract() == 0.0 && d.abs() < 9.2e18).then_some(*d as i64),
            Scalar::Str(_) => None,
        }
    }

    /// As a condition: a number is true if it is not 0, a string if it spells TRUE.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Scalar::Bool(b) => Some(*b),
            Scalar::Int(i) => Some(*i != 0),
            Scalar::Double(d) => Some(*d != 0.0),
            Scalar::Str(s) => match &**s {
                "TRUE" | "true" => Some(true),
                "FALSE" | "false" => Some(false),
                _ => None,
            },
        }
    }

    /// Converted to another type where that loses no meaning: a double to an int drops the fraction, a string is
    /// read as a number or a truth value.
    pub fn cast(&self, to: ScalarType) -> Option<Scalar> {
        Some(match (to, self) {
            (ScalarType::Str, _) => Scalar::from(self.to_string().as_str()),
            (ScalarType::Bool, _) => Scalar::Bool(self.as_bool()?),
            (ScalarType::Double, Scalar::Str(s)) => Scalar::Double(parse_double(s.trim())?),
            (ScalarType::Double, _) => Scalar::Double(self.as_f64()?),
            (ScalarType::Int, Scalar::Int(i)) => Scalar::Int(*i),
            (ScalarType::Int, Scalar::Str(s)) => match s.trim().parse::<i64>() {
                Ok(i) => Scalar::Int(i),
                Err(_) => Scalar::Double(parse_double(s.trim())?).cast(ScalarType::Int)?,
            },
            (ScalarType::Int, _) => {
                let d = self.as_f64()?.trunc();
                // The range of i64 as doubles: -2^63 <= d < 2^63.
                ((-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&d))
                    .then_some(Scalar::Int(d as i64))?
            }
        })
    }
}

/// Equality of representation: a NaN equals itself, and 1 differs from 1.0. For hashing of common subexpressions
/// and guards of plans; the `==` of the language is an operator.
impl PartialEq for Scalar {
    fn eq(&self, other: &Scalar) -> bool {
        match (self, other) {
            (Scalar::Bool(a), Scalar::Bool(b)) => a == b,
            (Scalar::Int(a), Scalar::Int(b)) => a == b,
            (Scalar::Double(a), Scalar::Double(b)) => a.to_bits() == b.to_bits(),
            (Scalar::Str(a), Scalar::Str(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Scalar {}

impl std::hash::Hash for Scalar {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Scalar::Bool(b) => b.hash(state),
            Scalar::Int(i) => i.hash(state),
            Scalar::Double(d) => d.to_bits().hash(state),
            Scalar::Str(s) => s.hash(state),
        }
    }
}

impl From<&str> for Scalar {
    fn from(s: &str) -> Scalar {
        Scalar::Str(s.into())
    }
}

impl From<bool> for Scalar {
    fn from(b: bool) -> Scalar {
        Scalar::Bool(b)
    }
}

impl From<i64> for Scalar {
    fn from(i: i64) -> Scalar {
        Scalar::Int(i)
    }
}

impl From<f64> for Scalar {
    fn from(d: f64) -> Scalar {
        Scalar::Double(d)
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Bool(b) => f.write_str(if *b { "TRUE" } else { "FALSE" }),
            Scalar::Int(i) => write!(f, "{i}"),
            Scalar::Double(d) => f.write_str(&format_double(*d)),
            Scalar::Str(s) => f.write_str(s),
        }
    }
}

/// Reads a number as the command line and `as.double` take it: also `Infinity`, `Inf`, `NaN`.
fn parse_double(text: &str) -> Option<f64> {
    match text {
        "Inf" | "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Inf" | "-Infinity" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ if text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) => text.parse().ok(),
        _ => None,
    }
}

/// A double as the language prints it: the shortest digits that read back as the same value, plain from 1e-3 to 1e7
/// with at least one digit after the point, else with an exponent (`1.0E10`).
pub fn format_double(x: f64) -> String {
    if x.is_nan() {
        return "NaN".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    if x == 0.0 {
        return "0.0".into();
    }
    if (1e-3..1e7).contains(&x.abs()) {
        return format!("{x:?}");
    }
    let mut text = format!("{x:e}");
    if !text.contains('.') {
        // Two digits are written in any case: those that are nearest, if they read back as the same value.
        let two = format!("{x:.1e}");
        text = if two.parse() == Ok(x) { two } else { text.replacen('e', ".0e", 1) };
    }
    text.replacen('e', "E", 1)
}

#[cfg(test)]
mod tests {
    use super::{Scalar, ScalarType, format_double};

    #[test]
    fn doubles_print_as_users_of_the_language_expect() {
        for (x, text) in [
            (1e10, "1.0E10"),
            (123456789.0, "1.23456789E8"),
            (0.1 + 0.2, "0.30000000000000004"),
            (9999999.0, "9999999.0"),
            (1e7, "1.0E7"),
            (0.001, "0.001"),
            (0.00099, "9.9E-4"),
            (-0.0, "0.0"),
            (100.0, "100.0"),
            (f64::NEG_INFINITY, "-Infinity"),
            (5e-324, "4.9E-324"),
            (2e23, "2.0E23"),
        ] {
            assert_eq!(format_double(x), text);
        }
    }

    #[test]
    fn casts_follow_the_language() {
        let cast = |s: Scalar, to| s.cast(to);
        assert_eq!(cast(Scalar::Double(-2.7), ScalarType::Int), Some(Scalar::Int(-2)));
        assert_eq!(cast(Scalar::from("3.9"), ScalarType::Int), Some(Scalar::Int(3)));
        assert_eq!(cast(Scalar::from("abc"), ScalarType::Double), None);
        assert_eq!(cast(Scalar::from("inf"), ScalarType::Double), None);
        assert_eq!(cast(Scalar::Double(f64::NAN), ScalarType::Int), None);
        assert_eq!(cast(Scalar::Bool(true), ScalarType::Double), Some(Scalar::Double(1.0)));
    }
}
