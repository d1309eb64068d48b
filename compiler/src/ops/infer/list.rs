//! Lists: how many values there are, where that is known. Of the values themselves nothing is.

use super::{Infer, Mismatch, article, number, required};
use crate::facts::{Dim, Facts};
use crate::list::outside;
use crate::ops::{Op, Scalar, ScalarType};

/// Arguments in pairs: the name of a value, if it has one, and the value.
pub const LIST: Infer = |_, args| Ok(Facts::List { length: Some(args.len() as u64 / 2) });

pub const ITEM: Infer = |_, args| {
    Ok(match required(args, 0) {
        Facts::List { length: None | Some(1) } => Facts::Unknown,
        other => other.clone(),
    })
};

pub const ELEMENT: Infer = |op, args| {
    Ok(match required(args, 0) {
        Facts::Matrix(m) if m.cells().is_none_or(|n| n == 1) => Facts::scalar(ScalarType::Double),
        _ => ITEM(op, args)?,
    })
};

/// An argument that must be a list: its length.
fn list(op: Op, args: &[Option<&Facts>], i: usize) -> Result<Dim, Mismatch> {
    match required(args, i) {
        Facts::List { length } => Ok(*length),
        Facts::Unknown => Ok(None),
        other => Err(Mismatch::new("E0210", format!("`{}` needs a list", op.row().name))
            .label(i, format!("this is {}", article(&other.describe())))
            .help("`list(x)` makes one")),
    }
}

pub const AS_LIST: Infer = |op, args| {
    let length = list(op, args, 0)?;
    Ok(Facts::List { length: length.filter(|n| *n != 1) })
};

/// Two results, see [`Op::result_facts`].
pub const REMOVE: Infer = |op, args| {
    let length = list(op, args, 0)?;
    check_place(op, args, 1, length)?;
    Ok(Facts::Unknown)
};

/// A position or a name.
fn check_place(op: Op, args: &[Option<&Facts>], i: usize, length: Dim) -> Result<(), Mismatch> {
    check_bound(op, args, i, length, None)
}

/// A position or a name, or the bound of a range of no values: one past the last, or before the first.
fn check_bound(op: Op, args: &[Option<&Facts>], i: usize, length: Dim, empty: Option<u64>) -> Result<(), Mismatch> {
    if args[i].and_then(Facts::scalar_type) == Some(ScalarType::Str) {
        return Ok(());
    }
    match (number(op, args, i)?.map(f64::trunc), length) {
        (Some(at), Some(n)) if !(1.0..=n as f64).contains(&at) && empty.is_none_or(|e| at != e as f64) => {
            Err(outside(at, n, i))
        }
        _ => Ok(()),
    }
}

/// `L[from:to]`: the bounds are arguments `first` and `first + 1`; of columns there is one.
fn span(op: Op, args: &[Option<&Facts>], first: usize, length: Dim) -> Result<Dim, Mismatch> {
    for place in [first + 2, first + 3] {
        if args[place].is_some() && number(op, args, place)?.is_some_and(|n| n != 1.0) {
            return Err(Mismatch::new("E0218", "a list has one column")
                .label(place, "another one")
                .help("write `L[i]`, or `L[\"name\"]`"));
        }
    }
    let (from, to) = (args[first], args[first + 1]);
    if let (Some(Facts::Matrix(positions)), None) = (from, to) {
        return Ok(positions.cells());
    }
    let empty = [to.is_none().then(|| length.map(|n| n + 1)).flatten(), from.is_none().then_some(0)];
    for (i, empty) in [first, first + 1].into_iter().zip(empty) {
        if args[i].is_some() && !matches!(args[i], Some(Facts::Unknown)) {
            check_bound(op, args, i, length, empty)?;
        }
    }
    let known = |f: Option<&Facts>| f.and_then(Facts::value).and_then(Scalar::as_f64).map(f64::trunc);
    Ok(match (from, to) {
        (None, None) => length,
        (Some(a), Some(b)) if std::ptr::eq(a, b) => match a {
            Facts::Scalar { .. } => Some(1),
            _ => None,
        },
        (Some(a), Some(b)) if a.value().is_some() && a.value() == b.value() => Some(1),
        _ => {
            let open = from.is_none() || to.is_none();
            let from = if from.is_none() { Some(1.0) } else { known(from) };
            let to = if to.is_none() { length.map(|n| n as f64) } else { known(to) };
            match from.zip(to) {
                Some((a, b)) if a > b + f64::from(open) => {
                    let error = Mismatch::new("E0501", format!("positions {a}:{b} of a list"));
                    return Err(error.label(first, "the range runs backwards"));
                }
                ends => ends.map(|(a, b)| (b + 1.0 - a) as u64),
            }
        }
    })
}

/// `L[i]`, `L[i:j]`, `L["name"]`: a list.
pub(super) fn right(op: Op, args: &[Option<&Facts>], length: Dim) -> Result<Facts, Mismatch> {
    Ok(Facts::List { length: span(op, args, 1, length)? })
}

/// `L[i] = x`: a new name makes the list longer.
pub(super) fn left(op: Op, args: &[Option<&Facts>], length: Dim) -> Result<Facts, Mismatch> {
    let places = span(op, args, 2, length)?;
    let given = match required(args, 1) {
        Facts::List { length } => *length,
        Facts::Unknown => None,
        _ => Some(1),
    };
    if let (Some(places), Some(given)) = (places, given)
        && places != given
        && places != 1
    {
        let message = format!("{given} value(s) can not fill {places} place(s) of a list");
        return Err(
            Mismatch::new("E0306", message).label(1, format!("this is {}", article(&required(args, 1).describe())))
        );
    }
    let by_position = matches!(args[2], Some(Facts::Scalar { ty: Some(t), .. }) if *t != ScalarType::Str);
    Ok(Facts::List { length: length.filter(|_| by_position) })
}

/// `append(L, x)`
pub(super) fn append(length: Dim, further: usize) -> Facts {
    Facts::List { length: length.map(|n| n + further as u64) }
}
