//! Lists: made, taken apart, changed in place where nobody else holds them.

use std::sync::Arc;

use lac_compiler::list::{BEFORE_FRAME, BEFORE_MATRIX, Item, List, Listed};
use lac_compiler::ops::{Op, Scalar};
use lac_compiler::reference::list::no_numbers;

use super::{Arguments, Value, fault, mismatch};
use crate::context::{Context, Result};
use crate::matrix::{Dense, Matrix};

fn list(args: &mut Arguments) -> Result<Arc<List<Value>>> {
    match args.required(0)? {
        Value::List(l) => Ok(l),
        other => Err(fault("E0210", format!("`{}` needs a list, not a {}", args.row.name, other.describe()))),
    }
}

pub(super) fn apply(op: Op, args: &mut Arguments) -> Result<Value> {
    Ok(match op {
        Op::List => {
            let mut items = Vec::with_capacity(args.len() / 2);
            for i in (0..args.len()).step_by(2) {
                let name = match args.value(i) {
                    Some(Value::Scalar(Scalar::Str(name))) => Some(name),
                    _ => None,
                };
                items.push(Item { name, value: args.required(i + 1)? });
            }
            Value::from(List::new(items))
        }
        Op::Element => match args.required(0)? {
            Value::Matrix(m) if m.shape() == (1, 1) => Value::Scalar(Scalar::Double(m.get(0, 0))),
            other => other.single(),
        },
        Op::AsList => {
            let l = list(args)?;
            match l.items() {
                [Item { value: Value::List(inner), .. }] => Value::List(inner.clone()),
                _ => Value::List(l),
            }
        }
        _ => args.required(0)?.single(),
    })
}

/// `[L2, x] = remove(L, i)`
pub(super) fn remove(args: &mut Arguments) -> Result<Vec<Value>> {
    let mut l = list(args)?;
    let at = place(args, 1)?;
    let taken = Arc::make_mut(&mut l).remove(&at).map_err(mismatch)?;
    Ok(vec![Value::List(l), Value::from(taken)])
}

fn place(args: &mut Arguments, i: usize) -> Result<Scalar> {
    let lacks = args.lacks(i);
    args.scalar(i)?.ok_or(lacks)
}

/// Of columns a list has one.
fn one_column(args: &mut Arguments, first: usize) -> Result<()> {
    for i in first..first + 2 {
        if args.number(i)?.is_some_and(|n| n != 1.0) {
            return Err(fault("E0218", "a list has one column"));
        }
    }
    Ok(())
}

/// `L[i:j]`, if the base is a list.
pub(super) fn right(args: &mut Arguments) -> Result<Option<Value>> {
    let Some(Value::List(l)) = &args.values[0] else { return Ok(None) };
    let l = l.clone();
    one_column(args, 3)?;
    if let Some(Value::Matrix(positions)) = &args.values[1] {
        let (rows, cols) = positions.shape();
        let cells = (0..rows * cols).map(|k| positions.get(k / cols, k % cols));
        return l.picked(cells).map(|l| Some(Value::from(l))).map_err(mismatch);
    }
    let (from, to) = (args.scalar(1)?, args.scalar(2)?);
    if from.is_none() && to.is_none() {
        return Ok(Some(Value::List(l)));
    }
    l.part(from.as_ref(), to.as_ref()).map(|l| Some(Value::from(l))).map_err(mismatch)
}

/// `L[i:j] = x`, if the base is a list.
pub(super) fn left(args: &mut Arguments) -> Result<Option<Value>> {
    if !matches!(args.values[0], Some(Value::List(_))) {
        return Ok(None);
    }
    one_column(args, 4)?;
    let mut l = list(args)?;
    let value = args.required(1)?;
    let changed = Arc::make_mut(&mut l);
    match (args.scalar(2)?, args.scalar(3)?) {
        (Some(from), Some(to)) if from == to => changed.put(&from, value),
        (from, to) => changed.put_range(from.as_ref(), to.as_ref(), value),
    }
    .map_err(mismatch)?;
    Ok(Some(Value::List(l)))
}

/// `cbind` and `rbind` of lists and texts.
pub(super) fn bind(op: Op, args: &mut Arguments, context: &Context) -> Result<Option<Value>> {
    match &args.values[0] {
        Some(Value::List(l)) if args.len() == 1 && !l.is_empty() => {
            let parts = l.values().cloned().map(Some).collect();
            super::pure(op, &mut Arguments::new(op, parts), context).map(Some)
        }
        Some(Value::List(_)) if args.len() > 1 => {
            let mut l = list(args)?;
            let longer = Arc::make_mut(&mut l);
            for i in 1..args.len() {
                longer.append(args.required(i)?);
            }
            Ok(Some(Value::List(l)))
        }
        Some(Value::Scalar(Scalar::Str(_))) => {
            let lines: Vec<String> =
                (0..args.len()).map(|i| args.text(i).map(Option::unwrap_or_default)).collect::<Result<_>>()?;
            super::reserve_text(lines.iter().map(|l| l.len() as u64 + 1).sum(), context)?;
            Ok(Some(Value::Scalar(Scalar::from(lines.join("\n").as_str()))))
        }
        _ => {
            for value in args.values.iter_mut().flatten() {
                *value = std::mem::replace(value, Value::Scalar(Scalar::Bool(false))).single();
            }
            Ok(None)
        }
    }
}

/// `as.matrix(L)`: the matrix in a list of one, else a column of its numbers.
pub(super) fn as_matrix(l: &List<Value>, context: &Context) -> Result<Matrix> {
    if let [Item { value: Value::Matrix(m), .. }] = l.items() {
        return Ok(m.clone());
    }
    let number = |v: &Value| match v {
        Value::Scalar(s) => s.as_f64(),
        Value::Matrix(m) if m.shape() == (1, 1) => Some(m.get(0, 0)),
        _ => None,
    };
    let values: Option<Vec<f64>> = l.values().map(number).collect();
    let values = values.ok_or_else(|| mismatch(no_numbers()))?;
    context.reserve_dense(values.len(), 1)?;
    Ok(Matrix::new(Dense::new(values.len(), 1, values)))
}

/// A list as text, with the texts of its values.
pub(super) fn text(l: &List<Value>, show: &dyn Fn(&Value) -> Result<String>) -> Result<String> {
    l.text(|v| {
        let before = match v {
            Value::Matrix(_) => BEFORE_MATRIX,
            Value::Frame(_) => BEFORE_FRAME,
            _ => "",
        };
        show(v).map(|text| format!("{before}{text}"))
    })
}

/// `nrow`, `ncol` and `length` of a list.
pub(super) fn dimension(op: Op, args: &Arguments) -> Value {
    let length = args.values[0].as_ref().and_then(Value::as_list).map_or(0, List::len);
    Value::Scalar(Scalar::Int(if op == Op::NCol { 1 } else { length as i64 }))
}
