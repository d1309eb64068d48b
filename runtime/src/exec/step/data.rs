//! Steps whose results the values of their operands decide: tables, selections, orders, linear systems.

use lac_compiler::facts::Facts;
use lac_compiler::ops::{Op, Scalar};

use super::{Arguments, Value, collection, fault, mismatch, operand};
use crate::context::{Context, Result};
use crate::kernel::{self, Distinct, Margin, Operand, Triangle};
use crate::matrix::Matrix;

/// An operator of this family; the rule of its row has checked the arguments.
pub(super) fn apply(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    check(args)?;
    Ok(Value::Matrix(match op {
        Op::Table => table(args, context)?,
        Op::RemoveEmpty => remove_empty(args, context)?,
        Op::Unique => {
            let m = args.matrix(0)?;
            let what = match args.text(1)?.as_deref() {
                Some("r") => Distinct::Rows,
                Some("c") => Distinct::Cols,
                _ => Distinct::Cells,
            };
            kernel::unique(&m, what, context)?
        }
        Op::Replace => {
            let m = args.matrix(0)?;
            let (pattern, replacement) = (required_number(args, 1)?, required_number(args, 2)?);
            kernel::replace(&m, pattern, replacement, context)?
        }
        Op::Order => order(args, context)?,
        Op::LowerTri | Op::UpperTri => {
            let m = args.matrix(0)?;
            let (with_diagonal, values) = (args.truth(1)?.unwrap_or(false), args.truth(2)?.unwrap_or(false));
            kernel::triangle(&m, Triangle { lower: op == Op::LowerTri, with_diagonal, ones: !values }, context)?
        }
        Op::CumSumProd => kernel::cum_sum_prod(&args.matrix(0)?, context)?,
        Op::RowCumSum => kernel::row_cum_sum(&args.matrix(0)?, context)?,
        Op::Solve => kernel::solve(&args.matrix(0)?, &args.matrix(1)?, context)?,
        Op::Inverse => kernel::inverse(&args.matrix(0)?, context)?,
        Op::Cholesky => kernel::cholesky(&args.matrix(0)?, context)?,
        Op::Determinant => {
            return Ok(Value::Scalar(Scalar::Double(kernel::determinant(&args.matrix(0)?, context)?)));
        }
        _ => unreachable!("an operator of another family"),
    }))
}

/// A factorization with several results.
pub(super) fn factors(op: Op, args: &mut Arguments, context: &Context) -> Result<Vec<Value>> {
    check(args)?;
    let a = args.matrix(0)?;
    let several: Vec<Matrix> = match op {
        Op::Eigen => kernel::eigen(&a, context)?.into(),
        Op::Svd => kernel::svd(&a, context)?.into(),
        Op::Qr => kernel::qr(&a, context)?.into(),
        _ => kernel::lu(&a, context)?.into(),
    };
    Ok(several.into_iter().map(Value::Matrix).collect())
}

/// What the row's rule says of the arguments as they are.
pub(super) fn check(args: &Arguments) -> Result<()> {
    let facts: Vec<Option<Facts>> = args.values.iter().map(|v| v.as_ref().map(Value::metadata)).collect();
    let facts: Vec<Option<&Facts>> = facts.iter().map(Option::as_ref).collect();
    let row = args.row;
    (row.infer)(row.op, &facts).map(drop).map_err(|m| {
        let labels = m.labels.clone();
        let named = |d: lac_grammar::Diagnostic, (i, text): &(usize, String)| {
            d.note(format!("`{}`: {text}", row.parameter(*i).name))
        };
        Box::new(labels.iter().fold(*mismatch(m), named))
    })
}

pub(super) fn required_number(args: &mut Arguments, i: usize) -> Result<f64> {
    let lacks = args.lacks(i);
    args.number(i)?.ok_or(lacks)
}

fn table(args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let i = args.matrix(0)?;
    let alike = |value: Value| match value {
        Value::Matrix(m) if m.shape() != i.shape() => kernel::transpose(&m, context).map(Value::Matrix),
        value => Ok(value),
    };
    let j = alike(args.required(1)?)?;
    let weights = args.value(2).map(alike).transpose()?;
    let mut size = |k: usize| if args.values[k].is_some() { args.size(k).map(Some) } else { Ok(None) };
    let dimensions = (size(3)?, size(4)?);
    let weights = match &weights {
        Some(w) => operand(w, "table")?,
        None => Operand::Scalar(1.0),
    };
    kernel::table(&i, operand(&j, "table")?, weights, dimensions, context)
}

fn remove_empty(args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let m = args.matrix(0)?;
    let margin = match args.text(1)?.as_deref() {
        Some("cols") => Margin::Cols,
        _ => Margin::Rows,
    };
    let select = if args.values[2].is_some() { Some(args.matrix(2)?) } else { None };
    let keep_one = args.truth(3)?.unwrap_or(true);
    kernel::remove_empty(&m, margin, select.as_ref(), keep_one, context)
}

fn order(args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let m = args.matrix(0)?;
    let by: Vec<f64> = match args.value(1) {
        Some(Value::Matrix(by)) => (0..by.rows() * by.cols()).map(|k| by.get(k / by.cols(), k % by.cols())).collect(),
        Some(Value::Scalar(s)) => s.as_f64().into_iter().collect(),
        Some(other) => return Err(collection("order", &other)),
        None => vec![1.0],
    };
    let cols = m.cols();
    let column = |x: &f64| {
        let wrong = || {
            let message = format!("`order` by column {} of a {} x {cols} matrix", Scalar::Double(*x), m.rows());
            fault("E0501", message)
        };
        if (1.0..cols as f64 + 1.0).contains(x) { Ok(*x as usize - 1) } else { Err(wrong()) }
    };
    let by: Vec<usize> = by.iter().map(column).collect::<Result<_>>()?;
    let (decreasing, index) = (args.truth(2)?.unwrap_or(false), args.truth(3)?.unwrap_or(false));
    kernel::order(&m, &by, decreasing, index, context)
}
