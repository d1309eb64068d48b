//! Cell-wise operators. A scalar, a row vector and a column vector are repeated to the shape of the other operand.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::infer::scalar::{apply_binary, apply_unary, chosen};
use crate::ops::{Binary, Mismatch, Op};

pub const UNARY: Evaluate = |op, values, _| {
    let Op::Unary(f) = op else { unreachable!("a row of another operator") };
    match values[0] {
        Some(Value::Scalar(x)) => Ok(Value::Scalar(apply_unary(f, x)?)),
        _ => {
            let m = Arguments { op, values }.matrix(0)?;
            Ok(Value::Matrix(Dense::from_fn(m.rows, m.cols, |i, j| f.apply(m.at(i, j)))?))
        }
    }
};

/// Of more than two arguments (`min(a, b, c)`) from left to right.
pub const BINARY: Evaluate = |op, values, _| {
    let Op::Binary(f) = op else { unreachable!("a row of another operator") };
    let mut result = operand(op, values, 0)?.clone();
    for i in 1..values.len() {
        result = binary(f, &result, operand(op, values, i)?)?;
    }
    Ok(result)
};

pub const OUTER: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let name = args.string(2)?;
    let f = Binary::by_name(&name)
        .ok_or_else(|| Mismatch::new("E0213", format!("`outer` knows no function \"{name}\"")).label(2, "this"))?;
    binary(f, operand(op, values, 0)?, operand(op, values, 1)?)
};

pub const IF_ELSE: Evaluate = |op, values, _| {
    let operands = [operand(op, values, 0)?, operand(op, values, 1)?, operand(op, values, 2)?];
    let [test, yes, no] = operands;
    if let [Value::Scalar(_), Value::Scalar(yes), Value::Scalar(no)] = operands {
        let test = Arguments { op, values }.truth(0)?;
        return Ok(Value::Scalar(if test { chosen(yes, no) } else { chosen(no, yes) }));
    }
    let (rows, cols) = operands.iter().map(|v| shape(v)).fold((1, 1), joined);
    let choose = |i, j| cell(if cell(test, i, j) != 0.0 { yes } else { no }, i, j);
    Ok(Value::Matrix(Dense::from_fn(rows, cols, choose)?))
};

fn operand<'a>(op: Op, values: &[Option<&'a Value>], i: usize) -> Result<&'a Value, Mismatch> {
    match values[i] {
        Some(value @ (Value::Scalar(_) | Value::Matrix(_))) => Ok(value),
        _ => Err(Mismatch::new("E0210", format!("`{}` needs a value", op.row().name)).label(i, "this is none")),
    }
}

fn binary(f: Binary, a: &Value, b: &Value) -> Result<Value, Mismatch> {
    if let (Value::Scalar(x), Value::Scalar(y)) = (a, b) {
        return Ok(Value::Scalar(apply_binary(f, x, y)?));
    }
    let (rows, cols) = joined(shape(a), shape(b));
    Ok(Value::Matrix(Dense::from_fn(rows, cols, |i, j| f.apply(cell(a, i, j), cell(b, i, j)))?))
}

fn shape(value: &Value) -> (usize, usize) {
    match value {
        Value::Matrix(m) => (m.rows, m.cols),
        _ => (1, 1),
    }
}

/// The shape that both are repeated to.
fn joined(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    let longer = |a: usize, b: usize| if a == 1 { b } else { a };
    (longer(a.0, b.0), longer(a.1, b.1))
}

fn cell(value: &Value, i: usize, j: usize) -> f64 {
    match value {
        Value::Matrix(m) => m.repeated(i, j),
        Value::Scalar(s) => s.as_f64().expect("inference takes no string beside a matrix"),
        _ => unreachable!("an operand is a scalar or a matrix"),
    }
}
