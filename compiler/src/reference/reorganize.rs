//! Reorganizations: every cell goes somewhere, none changes.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value, list};
use crate::list::Listed;
use crate::ops::{Op, Scalar};

pub const TRANSPOSE: Evaluate = |op, values, _| {
    let m = Arguments { op, values }.matrix(0)?;
    Ok(Value::Matrix(Dense::from_fn(m.cols, m.rows, |i, j| m.at(j, i))?))
};

pub const REVERSE: Evaluate = |op, values, _| {
    let m = Arguments { op, values }.matrix(0)?;
    Ok(Value::Matrix(Dense::from_fn(m.rows, m.cols, |i, j| m.at(m.rows - 1 - i, j))?))
};

pub const DIAG: Evaluate = |op, values, _| {
    let m = Arguments { op, values }.matrix(0)?;
    Ok(Value::Matrix(if m.cols == 1 {
        Dense::from_fn(m.rows, m.rows, |i, j| if i == j { m.at(i, 0) } else { 0.0 })?
    } else {
        Dense::from_fn(m.rows, 1, |i, _| m.at(i, i))?
    }))
};

pub const BIND: Evaluate = |op, values, world| {
    match values[0] {
        Some(Value::List(l)) if values.len() == 1 && !l.is_empty() => {
            let items: Vec<Option<&Value>> = l.values().map(Some).collect();
            return super::evaluate(op, &items, world);
        }
        Some(Value::List(l)) if values.len() > 1 => return Ok(list::appended(l, &values[1..])),
        Some(Value::Scalar(Scalar::Str(_))) => {
            let args = Arguments { op, values };
            let lines: Vec<_> = (0..values.len()).map(|i| args.string(i)).collect::<Result<_, _>>()?;
            return Ok(Value::Scalar(Scalar::from(lines.join("\n").as_str())));
        }
        _ => {}
    }
    let singles: Vec<Option<Value>> = values.iter().map(|v| v.map(|v| v.clone().single())).collect();
    let values: Vec<Option<&Value>> = singles.iter().map(Option::as_ref).collect();
    let args = Arguments { op, values: &values };
    let mut joined = args.matrix(0)?.clone();
    for i in 1..values.len() {
        let (a, b) = (&joined, args.matrix(i)?);
        joined = if op == Op::CBind {
            let cell = |i, j| if j < a.cols { a.at(i, j) } else { b.at(i, j - a.cols) };
            Dense::from_fn(a.rows, a.cols + b.cols, cell)?
        } else {
            let cell = |i, j| if i < a.rows { a.at(i, j) } else { b.at(i - a.rows, j) };
            Dense::from_fn(a.rows + b.rows, a.cols, cell)?
        };
    }
    Ok(Value::Matrix(joined))
};
