//! Scalars: types by promotion, and values as soon as the operands are known.

use super::Mismatch;
use crate::facts::Facts;
use crate::ops::cellwise::{shift_left, shift_right};
use crate::ops::{Binary, Scalar, ScalarType, Unary};

/// The type of a function of a scalar.
pub fn unary_type(f: Unary, ty: ScalarType) -> ScalarType {
    match f {
        Unary::Not | Unary::IsNa | Unary::IsNan | Unary::IsInfinite => ScalarType::Bool,
        Unary::Negate if ty != ScalarType::Double => ScalarType::Int,
        _ => ScalarType::Double,
    }
}

/// The type of a function of two scalars: text swallows all in `+`, ints stay ints but in `/`, `^` and `log`; two truth
/// values are counted in doubles.
pub fn binary_type(f: Binary, a: ScalarType, b: ScalarType) -> ScalarType {
    use Binary::*;
    match f {
        Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual | And | Or | Xor => ScalarType::Bool,
        Divide | Power | LogBase => ScalarType::Double,
        Add if a == ScalarType::Str || b == ScalarType::Str => ScalarType::Str,
        _ if a == ScalarType::Double || b == ScalarType::Double => ScalarType::Double,
        _ if a == ScalarType::Bool && b == ScalarType::Bool => ScalarType::Double,
        _ => ScalarType::Int,
    }
}

/// The value that a condition chooses: a double if one of both is and the other a whole number.
pub fn chosen(value: &Scalar, other: &Scalar) -> Scalar {
    match (value, other) {
        (Scalar::Int(i), Scalar::Double(_)) => Scalar::Double(*i as f64),
        _ => value.clone(),
    }
}

/// The value of a function of a scalar.
pub fn apply_unary(f: Unary, x: &Scalar) -> Result<Scalar, Mismatch> {
    let no_number = || Mismatch::new("E0211", format!("`{}` needs a number", f.name())).label(0, "this is a string");
    let value = match (f, x) {
        (Unary::Not, _) => return Ok(Scalar::Bool(!x.as_bool().ok_or_else(no_number)?)),
        (Unary::Negate, Scalar::Int(i)) => return i.checked_neg().map(Scalar::Int).ok_or_else(overflow),
        _ => f.apply(x.as_f64().ok_or_else(no_number)?),
    };
    Ok(match unary_type(f, x.ty()) {
        ScalarType::Bool => Scalar::Bool(value != 0.0),
        ScalarType::Int => Scalar::Int(value as i64),
        _ => Scalar::Double(value),
    })
}

/// The value of a function of two scalars.
pub fn apply_binary(f: Binary, x: &Scalar, y: &Scalar) -> Result<Scalar, Mismatch> {
    if let (Scalar::Str(_), _) | (_, Scalar::Str(_)) = (x, y) {
        return apply_text(f, x, y);
    }
    let ty = binary_type(f, x.ty(), y.ty());
    if ty == ScalarType::Int
        && let (Some(a), Some(b)) = (int(x), int(y))
        && let Some(result) = apply_int(f, a, b)
    {
        return result.map(Scalar::Int);
    }
    let value = f.apply(x.as_f64().unwrap_or(f64::NAN), y.as_f64().unwrap_or(f64::NAN));
    Ok(match ty {
        ScalarType::Bool => Scalar::Bool(value != 0.0),
        ScalarType::Int => Scalar::Int(value as i64),
        _ => Scalar::Double(value),
    })
}

fn int(x: &Scalar) -> Option<i64> {
    match x {
        Scalar::Int(i) => Some(*i),
        Scalar::Bool(b) => Some(i64::from(*b)),
        _ => None,
    }
}

/// Functions of ints that give ints, without the detour over doubles that would lose digits.
fn apply_int(f: Binary, a: i64, b: i64) -> Option<Result<i64, Mismatch>> {
    Some(match f {
        Binary::Add => a.checked_add(b).ok_or_else(overflow),
        Binary::Subtract => a.checked_sub(b).ok_or_else(overflow),
        Binary::Multiply => a.checked_mul(b).ok_or_else(overflow),
        // The remainder by 0 is 0, as in the language's other implementation.
        Binary::Modulus => Ok(a.checked_rem(b).unwrap_or(0)),
        Binary::IntDivide if b == 0 => Err(Mismatch::new("E0504", "integer division by zero").label(1, "this is 0")),
        Binary::IntDivide => a.checked_div(b).ok_or_else(overflow),
        Binary::Min => Ok(a.min(b)),
        Binary::Max => Ok(a.max(b)),
        Binary::BitAnd => Ok(a & b),
        Binary::BitOr => Ok(a | b),
        Binary::BitXor => Ok(a ^ b),
        Binary::ShiftLeft => Ok(shift_left(a, b)),
        Binary::ShiftRight => Ok(shift_right(a, b)),
        _ => return None,
    })
}

fn overflow() -> Mismatch {
    Mismatch::new("E0505", "integer overflow: the result does not fit 64 bits")
        .help("compute with doubles: `as.double(x)`")
}

fn apply_text(f: Binary, x: &Scalar, y: &Scalar) -> Result<Scalar, Mismatch> {
    let (a, b) = (x.to_string(), y.to_string());
    Ok(match f {
        Binary::Add => Scalar::from((a + &b).as_str()),
        Binary::Equal => Scalar::Bool(a == b),
        Binary::NotEqual => Scalar::Bool(a != b),
        Binary::Less => Scalar::Bool(a < b),
        Binary::LessEqual => Scalar::Bool(a <= b),
        Binary::Greater => Scalar::Bool(a > b),
        Binary::GreaterEqual => Scalar::Bool(a >= b),
        _ => return Err(needs_numbers(f, usize::from(!matches!(x, Scalar::Str(_))))),
    })
}

/// Whether a function has a meaning for strings: concatenation and comparisons have.
fn takes_text(f: Binary) -> bool {
    use Binary::*;
    matches!(f, Add | Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

fn needs_numbers(f: Binary, position: usize) -> Mismatch {
    Mismatch::new("E0211", format!("`{}` needs numbers", f.name())).label(position, "this is a string")
}

/// The facts of a function of a scalar.
pub fn unary(f: Unary, ty: Option<ScalarType>, value: Option<&Scalar>) -> Result<Facts, Mismatch> {
    if ty == Some(ScalarType::Str) && f != Unary::Not {
        return Err(Mismatch::new("E0211", format!("`{}` needs a number", f.name())).label(0, "this is a string"));
    }
    Ok(Facts::Scalar { ty: ty.map(|t| unary_type(f, t)), value: value.map(|v| apply_unary(f, v)).transpose()? })
}

/// Longer strings are put together only when a script runs, under its memory budget.
const LONGEST_FOLDED: usize = 4096;

/// The facts of a function of two scalars.
pub fn binary(
    f: Binary,
    (ta, a): (Option<ScalarType>, Option<&Scalar>),
    (tb, b): (Option<ScalarType>, Option<&Scalar>),
) -> Result<Facts, Mismatch> {
    let value = match (a, b) {
        (Some(a), Some(b)) if f != Binary::Add || a.text_bytes() + b.text_bytes() <= LONGEST_FOLDED => {
            Some(apply_binary(f, a, b)?)
        }
        _ => None,
    };
    let text = [ta, tb].iter().position(|t| *t == Some(ScalarType::Str));
    if let Some(position) = text
        && !takes_text(f)
    {
        return Err(needs_numbers(f, position));
    }
    let ty = ta.zip(tb).map(|(s, t)| binary_type(f, s, t));
    Ok(Facts::Scalar { ty, value })
}
