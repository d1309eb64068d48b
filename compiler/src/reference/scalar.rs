//! Casts between scalars and matrices, and shape queries.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value, list};
use crate::list::Item;
use crate::ops::infer::effect::cast_type;
use crate::ops::{Mismatch, Op, Scalar};

pub const AS_MATRIX: Evaluate = |op, values, _| match values[0] {
    Some(Value::Matrix(m)) => Ok(Value::Matrix(m.clone())),
    Some(Value::List(l)) => match l.items() {
        [Item { value: Value::Matrix(m), .. }] => Ok(Value::Matrix(m.clone())),
        _ => list::column(l),
    },
    _ => Ok(Value::Matrix(Dense::new(1, 1, vec![Arguments { op, values }.number(0)?]))),
};

/// The truth is within any bounds, and the best estimate.
pub const NNZ_ESTIMATE: Evaluate = |op, values, _| {
    let m = Arguments { op, values }.matrix(0)?;
    let nnz = m.values.iter().filter(|&&x| x != 0.0).count() as f64;
    Ok(Value::Matrix(Dense::new(1, 3, vec![nnz; 3])))
};

pub const AS_SCALAR: Evaluate = |op, values, _| match values[0] {
    Some(Value::Scalar(s)) => Ok(Value::Scalar(s.clone())),
    _ => Ok(Value::Scalar(Scalar::Double(Arguments { op, values }.matrix(0)?.at(0, 0)))),
};

pub const CAST: Evaluate = |op, values, world| {
    let Value::Scalar(s) = AS_SCALAR(op, values, world)? else { unreachable!("a scalar") };
    let no_value =
        || Mismatch::new("E0503", format!("`{}` can not make a value of \"{s}\"", op.row().name)).label(0, "of this");
    Ok(Value::Scalar(s.cast(cast_type(op)).ok_or_else(no_value)?))
};

pub const DIMENSION: Evaluate = |op, values, _| {
    if let Some(Value::List(l)) = values[0] {
        return Ok(Value::Scalar(Scalar::Int(if op == Op::NCol { 1 } else { l.len() as i64 })));
    }
    let m = Arguments { op, values }.matrix(0)?;
    Ok(Value::Scalar(Scalar::Int(match op {
        Op::NRow => m.rows,
        Op::NCol => m.cols,
        _ => m.rows.saturating_mul(m.cols),
    } as i64)))
};
