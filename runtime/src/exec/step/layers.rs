//! Steps of operators whose meaning is their kernel.

use lac_compiler::ops::infer::layers;
use lac_compiler::reference;

use super::data::check;
use super::{Arguments, Interpreter, Value, mismatch};
use crate::context::{Context, Result};
use crate::exec::reference::{Outside, from_reference, to_reference};

/// The results of the row's meaning; its rule has checked the arguments.
pub(super) fn by_meaning(interpreter: &mut Interpreter, args: &mut Arguments, context: &Context) -> Result<Vec<Value>> {
    check(args)?;
    let shape = |i: usize| match &args.values[i] {
        Some(Value::Matrix(m)) => (m.rows() as u64, m.cols() as u64),
        _ => (0, 0),
    };
    let number = |i: usize| match &args.values[i] {
        Some(Value::Scalar(s)) => s.as_f64(),
        _ => None,
    };
    let operands = (0..args.len()).fold(0u64, |sum, i| sum.saturating_add(shape(i).0.saturating_mul(shape(i).1)));
    let cells = layers::cells(args.row.op, shape, number).saturating_add(operands);
    let name = args.row.name;
    context.reserve(cells.saturating_mul(8), || format!("dense operands and results of `{name}`"))?;
    let values: Vec<Option<reference::Value>> = args.values.iter().map(|v| v.as_ref().map(to_reference)).collect();
    let values: Vec<Option<&reference::Value>> = values.iter().map(Option::as_ref).collect();
    let found = (args.row.evaluate)(args.row.op, &values, &mut Outside { interpreter }).map_err(mismatch)?;
    Ok(match found {
        reference::Value::Several(results) => results.iter().map(from_reference).collect(),
        one => vec![from_reference(&one)],
    })
}
