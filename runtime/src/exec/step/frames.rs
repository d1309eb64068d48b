//! Operators of frames: their meaning stands in the compiler's library, here arguments go there and results come back.

use std::sync::Arc;

use lac_compiler::frame::Frame;
use lac_compiler::ops::{Binary, Op};
use lac_compiler::reference::{self, World};

use super::{Arguments, Value, mismatch};
use crate::context::{Context, Result};
use crate::exec::reference::{into_value, meaning};

/// An operator that takes matrices, applied to a frame; `None` if there is none among the arguments.
pub(super) fn overloaded(op: Op, args: &mut Arguments, context: &Context) -> Result<Option<Value>> {
    let is_frame = |v: &Option<Value>| matches!(v, Some(Value::Frame(_)));
    if !args.values.iter().any(is_frame)
        || !reference::frame::takes(op)
        || matches!(args.values[0], Some(Value::List(_)))
    {
        return Ok(None);
    }
    // In place, if nobody else has the frame.
    if op == Op::LeftIndex
        && let Some(Value::Frame(f)) = args.value(0)
    {
        let f = Arc::try_unwrap(f).unwrap_or_else(|shared| Frame::clone(&shared));
        let values = given(args, context)?;
        let values: Vec<Option<&reference::Value>> = values.iter().map(Option::as_ref).collect();
        return reference::frame::put(op, &values, f).map(|f| Some(Value::from(f))).map_err(mismatch);
    }
    super::data::check(args)?;
    reserve(op, args, context)?;
    let values = given(args, context)?;
    let values: Vec<Option<&reference::Value>> = values.iter().map(Option::as_ref).collect();
    reference::frame::overloaded(op, &values).map(|v| v.map(into_value).map_err(mismatch)).transpose()
}

/// An operator of frames.
pub(super) fn apply(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    super::data::check(args)?;
    reserve(op, args, context)?;
    let values = given(args, context)?;
    let values: Vec<Option<&reference::Value>> = values.iter().map(Option::as_ref).collect();
    (op.row().evaluate)(op, &values, &mut Nowhere).map(into_value).map_err(mismatch)
}

/// The arguments as the meaning of an operator takes them.
fn given(args: &mut Arguments, context: &Context) -> Result<Vec<Option<reference::Value>>> {
    (0..args.len()).map(|i| args.value(i).as_ref().map(|value| meaning(value, context)).transpose()).collect()
}

/// Asks for the memory of results that are as large as the arguments.
fn reserve(op: Op, args: &Arguments, context: &Context) -> Result<()> {
    let bytes = match op {
        Op::AsFrame => {
            args.values.iter().flatten().map(|v| (8 * cells(v)).max(COLUMN.saturating_mul(columns(v)))).max()
        }
        Op::AsMatrix | Op::Unary(_) | Op::Binary(Binary::Equal) => {
            args.values.iter().flatten().map(|v| 8 * cells(v)).max()
        }
        Op::CBind | Op::RBind | Op::Map | Op::RemoveEmpty | Op::Replace | Op::Order | Op::Unique => {
            args.values.iter().flatten().map(Value::bytes).max()
        }
        // columns without cells take memory, too
        Op::Frame => {
            let (rows, cols) = (number(args, 1), number(args, 2));
            Some(CELL.saturating_mul(rows).saturating_mul(cols).max(COLUMN.saturating_mul(cols)))
        }
        Op::FrameReplicate => {
            args.values[0].as_ref().map(|f| CELL.saturating_mul(cells(f)).saturating_mul(number(args, 1)))
        }
        _ => None,
    };
    bytes.map_or(Ok(()), |bytes| context.reserve(bytes, || format!("the result of `{}`", op.row().name)))
}

/// The bytes of a text in a frame, at least.
const CELL: u64 = 16;
/// The bytes of a column without cells.
const COLUMN: u64 = 64;

fn columns(value: &Value) -> u64 {
    match value {
        Value::Frame(f) => f.cols() as u64,
        Value::Matrix(m) => m.cols() as u64,
        _ => 0,
    }
}

/// A number of rows, columns or copies; 1 if it is not given.
fn number(args: &Arguments, i: usize) -> u64 {
    match args.values.get(i) {
        Some(Some(Value::Scalar(s))) => s.as_f64().map_or(1, |n| n as u64),
        _ => 1,
    }
}

fn cells(value: &Value) -> u64 {
    match value {
        Value::Frame(f) => f.rows() as u64 * f.cols() as u64,
        Value::Matrix(m) => m.rows() as u64 * m.cols() as u64,
        _ => 0,
    }
}

/// A pure operator asks nothing of the world.
struct Nowhere;

impl World for Nowhere {
    fn print(&mut self, _: &str) {}

    fn read(&mut self, op: Op, _: &[Option<&reference::Value>]) -> Answer<reference::Value> {
        Err(lac_compiler::ops::Mismatch::new("E0402", format!("`{}` can not read here", op.row().name)))
    }

    fn write(&mut self, _: &[Option<&reference::Value>]) -> Answer<()> {
        Ok(())
    }

    fn time(&mut self) -> i64 {
        0
    }

    fn seed(&mut self) -> u64 {
        0
    }
}

type Answer<T> = std::result::Result<T, lac_compiler::ops::Mismatch>;
