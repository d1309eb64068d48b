//! Lists.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::list::{Item, List, Listed};
use crate::ops::{Mismatch, Op, Scalar};

impl Listed for Value {
    fn as_list(&self) -> Option<&List<Value>> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// Nobody asks.
    fn bytes(&self) -> u64 {
        0
    }
}

fn list<'a>(op: Op, values: &[Option<&'a Value>]) -> Result<&'a List<Value>, Mismatch> {
    let found = values[0].and_then(Value::as_list);
    found.ok_or_else(|| Mismatch::new("E0210", format!("`{}` needs a list", op.row().name)))
}

pub const LIST: Evaluate = |_, values, _| {
    let items = values.chunks_exact(2).map(|pair| {
        let name = match pair[0] {
            Some(Value::Scalar(Scalar::Str(name))) => Some(name.clone()),
            _ => None,
        };
        Item { name, value: pair[1].cloned().unwrap_or(Value::Nothing) }
    });
    Ok(Value::List(List::new(items.collect())))
};

pub const ITEM: Evaluate = |_, values, _| Ok(values[0].cloned().unwrap_or(Value::Nothing).single());

pub const ELEMENT: Evaluate = |_, values, _| match values[0] {
    Some(Value::Matrix(m)) if (m.rows, m.cols) == (1, 1) => Ok(Value::Scalar(Scalar::Double(m.at(0, 0)))),
    value => Ok(value.cloned().unwrap_or(Value::Nothing).single()),
};

pub const AS_LIST: Evaluate = |op, values, _| {
    let l = list(op, values)?;
    Ok(match l.items() {
        [Item { value: Value::List(inner), .. }] => Value::List(inner.clone()),
        _ => Value::List(l.clone()),
    })
};

pub const REMOVE: Evaluate = |op, values, _| {
    let mut l = list(op, values)?.clone();
    let at = Arguments { op, values }.scalar(1)?.unwrap_or(Scalar::Int(0));
    let taken = l.remove(&at)?;
    Ok(Value::Several(vec![Value::List(l), Value::List(taken)]))
};

/// A bound of an index.
fn bound(op: Op, values: &[Option<&Value>], i: usize) -> Result<Option<Scalar>, Mismatch> {
    Arguments { op, values }.scalar(i)
}

pub(super) fn right(op: Op, values: &[Option<&Value>], l: &List<Value>) -> Result<Value, Mismatch> {
    if let (Some(Value::Matrix(positions)), None) = (values[1], values[2]) {
        return Ok(Value::List(l.picked(positions.values.iter().copied())?));
    }
    let (from, to) = (bound(op, values, 1)?, bound(op, values, 2)?);
    Ok(Value::List(l.part(from.as_ref(), to.as_ref())?))
}

pub(super) fn left(op: Op, values: &[Option<&Value>], l: &List<Value>) -> Result<Value, Mismatch> {
    let mut l = l.clone();
    let value = values[1].cloned().unwrap_or(Value::Nothing);
    match (bound(op, values, 2)?, bound(op, values, 3)?) {
        (Some(from), Some(to)) if from == to => l.put(&from, value)?,
        (from, to) => l.put_range(from.as_ref(), to.as_ref(), value)?,
    }
    Ok(Value::List(l))
}

/// `append(L, x)`; of a list alone its matrices are bound.
pub(super) fn appended(l: &List<Value>, values: &[Option<&Value>]) -> Value {
    let mut l = l.clone();
    values.iter().flatten().for_each(|v| l.append((*v).clone()));
    Value::List(l)
}

/// A column of the scalars of a list.
pub(super) fn column(l: &List<Value>) -> Result<Value, Mismatch> {
    let number = |v: &Value| match v {
        Value::Scalar(s) => s.as_f64(),
        Value::Matrix(m) if (m.rows, m.cols) == (1, 1) => Some(m.at(0, 0)),
        _ => None,
    };
    let values: Option<Vec<f64>> = l.values().map(number).collect();
    let values = values.ok_or_else(no_numbers)?;
    Ok(Value::Matrix(Dense::new(values.len(), 1, values)))
}

/// E0211: a list of other values than numbers has no column of them.
pub fn no_numbers() -> Mismatch {
    Mismatch::new("E0211", "`as.matrix` makes a column of a list of numbers, and these are not all numbers")
        .label(0, "this list has other values")
        .help("take one value: `as.matrix(L[1])`")
}
