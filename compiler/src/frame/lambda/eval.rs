//! Values of expressions.

use super::functions;
use super::{Expr, Kind, Sign, Val};

pub(super) fn value(e: &Expr, names: &[Val]) -> Result<Val, String> {
    Ok(match e {
        Expr::Value(v) => v.clone(),
        Expr::Name(i) => names[*i].clone(),
        Expr::Not(x) => Val::Bool(!truth(&value(x, names)?)?),
        Expr::Negate(x) => match value(x, names)? {
            Val::Int(i) => Val::Int(i.wrapping_neg()),
            other => Val::Double(-number(&other)?),
        },
        Expr::Binary(Sign::And, a, b) => Val::Bool(truth(&value(a, names)?)? && truth(&value(b, names)?)?),
        Expr::Binary(Sign::Or, a, b) => Val::Bool(truth(&value(a, names)?)? || truth(&value(b, names)?)?),
        Expr::Binary(sign, a, b) => binary(*sign, &value(a, names)?, &value(b, names)?)?,
        Expr::Choice(test, yes, no) => value(if truth(&value(test, names)?)? { yes } else { no }, names)?,
        Expr::Item(array, index) => {
            let (array, index) = (value(array, names)?, int(&value(index, names)?)?);
            let Val::Array(items) = &array else { return Err(format!("{} has no items", array.kind())) };
            let item = usize::try_from(index).ok().and_then(|i| items.get(i));
            item.cloned().ok_or_else(|| format!("item {index} of an array of {}", items.len()))?
        }
        Expr::Array(items) => Val::Array(items.iter().map(|i| value(i, names)).collect::<Result<_, _>>()?),
        Expr::Length(array) => match value(array, names)? {
            Val::Array(items) => Val::Int(items.len() as i64),
            other => return Err(format!("{} has no length; `length()` is that of a text", other.kind())),
        },
        Expr::Method(method, target, args) => {
            let target = value(target, names)?;
            let args = args.iter().map(|a| value(a, names)).collect::<Result<Vec<_>, _>>()?;
            functions::method(*method, &target, &args)?
        }
        Expr::Function(function, args) => {
            let args = args.iter().map(|a| value(a, names)).collect::<Result<Vec<_>, _>>()?;
            functions::function(*function, &args)?
        }
        Expr::Cast(kind, x) => cast(*kind, &value(x, names)?)?,
    })
}

fn cast(kind: Kind, x: &Val) -> Result<Val, String> {
    Ok(match kind {
        Kind::Int => Val::Int(number(x)? as i64),
        Kind::Double => Val::Double(number(x)?),
        Kind::Char => Val::Char(char::from_u32(number(x)? as u32).unwrap_or(' ')),
        Kind::Text => Val::text(&x.show()),
    })
}

pub(super) fn truth(x: &Val) -> Result<bool, String> {
    match x {
        Val::Bool(b) => Ok(*b),
        other => Err(format!("{} is no truth value", other.kind())),
    }
}

/// A number, or the code of a character.
pub(super) fn number(x: &Val) -> Result<f64, String> {
    match x {
        Val::Int(i) => Ok(*i as f64),
        Val::Double(x) => Ok(*x),
        Val::Char(c) => Ok(f64::from(u32::from(*c))),
        other => Err(format!("{} is no number; `Double.parseDouble(x)` makes one of a text", other.kind())),
    }
}

pub(super) fn int(x: &Val) -> Result<i64, String> {
    match x {
        Val::Int(i) => Ok(*i),
        Val::Char(c) => Ok(i64::from(u32::from(*c))),
        other => Err(format!("{} is no whole number", other.kind())),
    }
}

fn binary(sign: Sign, a: &Val, b: &Val) -> Result<Val, String> {
    use Sign::*;
    if sign == Add && (matches!(a, Val::Text(_)) || matches!(b, Val::Text(_))) {
        return Ok(Val::Text((a.show() + &b.show()).into()));
    }
    if let Equal | NotEqual = sign {
        let equal = match (number(a), number(b)) {
            (Ok(x), Ok(y)) => x == y,
            _ => a == b,
        };
        return Ok(Val::Bool(equal == (sign == Equal)));
    }
    if sign == Xor {
        return Ok(Val::Bool(truth(a)? != truth(b)?));
    }
    if let (Ok(x), Ok(y)) = (int(a), int(b)) {
        let whole = match sign {
            Add => x.wrapping_add(y),
            Subtract => x.wrapping_sub(y),
            Multiply => x.wrapping_mul(y),
            Divide | Remainder if y == 0 => return Err("a whole number is divided by 0".into()),
            Divide => x.wrapping_div(y),
            Remainder => x.wrapping_rem(y),
            _ => return compare(sign, x as f64, y as f64),
        };
        return Ok(Val::Int(whole));
    }
    let (x, y) = (number(a)?, number(b)?);
    Ok(Val::Double(match sign {
        Add => x + y,
        Subtract => x - y,
        Multiply => x * y,
        Divide => x / y,
        Remainder => x % y,
        _ => return compare(sign, x, y),
    }))
}

fn compare(sign: Sign, x: f64, y: f64) -> Result<Val, String> {
    Ok(Val::Bool(match sign {
        Sign::Less => x < y,
        Sign::LessEqual => x <= y,
        Sign::Greater => x > y,
        _ => x >= y,
    }))
}
