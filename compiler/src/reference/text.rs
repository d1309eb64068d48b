//! Text, the end of a program, and what goes to the world and comes from it.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::list::{BEFORE_FRAME, BEFORE_MATRIX};
use crate::ops::text::{ToString, format_printf, matrix_to_string};
use crate::ops::{Mismatch, Scalar};

pub const TO_STRING: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (sep, linesep) = (args.string(5)?, args.string(6)?);
    let usual = ToString::default();
    // A negative number, or NaN, means the usual one.
    let number = |i, usual| args.number(i).map(|n| if n >= 0.0 { n as usize } else { usual });
    let options = ToString {
        rows: number(1, usual.rows)?,
        cols: number(2, usual.cols)?,
        decimal: number(3, usual.decimal)?,
        sparse: args.truth(4)?,
        sep: &sep,
        linesep: &linesep,
    };
    Ok(Value::Scalar(Scalar::from(text(values[0], &options)?.as_str())))
};

fn shown(m: &Dense, options: &ToString<'_>) -> String {
    matrix_to_string(m.rows, m.cols, |i, j| m.at(i, j), options)
}

/// A value as `print` shows it.
fn text(value: Option<&Value>, options: &ToString<'_>) -> Result<String, Mismatch> {
    match value {
        Some(Value::Scalar(s)) => Ok(s.to_string()),
        Some(Value::Matrix(m)) => Ok(shown(m, options)),
        Some(Value::Frame(f)) => Ok(f.to_text(options)),
        Some(Value::List(l)) => {
            let item = |v: &Value| {
                let before = match v {
                    Value::Matrix(_) => BEFORE_MATRIX,
                    Value::Frame(_) => BEFORE_FRAME,
                    _ => "",
                };
                text(Some(v), options).map(|text| format!("{before}{text}"))
            };
            l.text(item)
        }
        _ => Err(Mismatch::new("E0212", "this has no text").label(0, "this is no single value")),
    }
}

pub const PRINT: Evaluate = |op, values, world| {
    let args = Arguments { op, values };
    let line = if values.len() > 1 {
        let mut scalars = Vec::new();
        for i in 1..values.len() {
            scalars.extend(args.scalar(i)?);
        }
        format_printf(&args.string(0)?, &scalars)?
    } else {
        text(values[0], &ToString::default())?
    };
    world.print(&line);
    Ok(Value::Nothing)
};

pub const FORMAT: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let mut scalars = Vec::new();
    for i in 1..values.len() {
        scalars.extend(args.scalar(i)?);
    }
    Ok(Value::Scalar(Scalar::from(format_printf(&args.string(0)?, &scalars)?.as_str())))
};

/// Never gives a value: the message is the error.
pub const STOP: Evaluate = |_, values, _| Err(Mismatch::new("E0510", text(values[0], &ToString::default())?));

pub const ASSERT: Evaluate = |op, values, _| {
    let holds = Arguments { op, values }.truth(0)?;
    if holds {
        return Ok(Value::Nothing);
    }
    Err(Mismatch::new("E0511", "the assertion does not hold").label(0, "this is false"))
};

pub const TIME: Evaluate = |_, _, world| Ok(Value::Scalar(Scalar::Int(world.time())));

pub const READ: Evaluate = |op, values, world| world.read(op, values);

pub const WRITE: Evaluate = |_, values, world| world.write(values).map(|()| Value::Nothing);
