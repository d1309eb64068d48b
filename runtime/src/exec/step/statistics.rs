//! Steps of statistics: quantiles, moments, groups, samples.

use std::borrow::Cow;

use lac_compiler::ops::infer::count::direction;
use lac_compiler::ops::infer::statistics::unweighted;
use lac_compiler::ops::random::{Draw, MOST_PER_NUMBER};
use lac_compiler::ops::{Direction, Op, Scalar};

use super::data::{check, required_number};
use super::{Arguments, Interpreter, Value, collection, fault, mismatch};
use crate::context::{Context, Result};
use crate::kernel::{self, GroupFunction, Sorted, Weights, cells};
use crate::matrix::{Dense, Matrix};

/// An operator of this family; the rule of its row has checked the arguments.
pub(super) fn apply(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    check(args)?;
    let double = |x: f64| Ok(Value::Scalar(Scalar::Double(x)));
    let plain = unweighted(args.values.len(), |i| args.values[i].is_some());
    let m = args.matrix(0)?;
    match op {
        Op::Contains => Ok(Value::Scalar(Scalar::Bool(match args.required(1)? {
            Value::Matrix(row) => kernel::contains_row(&m, &row, context)?,
            Value::Scalar(x) => kernel::contains(&m, x.as_f64().unwrap_or(f64::NAN)),
            other => return Err(collection("contains", &other)),
        }))),
        Op::Roll => Ok(Value::Matrix(kernel::roll(&m, required_number(args, 1)?, context)?)),
        Op::Grouped => grouped(&m, args, context).map(Value::Matrix),
        Op::Covariance => {
            let (y, w) = (args.matrix(1)?, optional_matrix(args, 2)?);
            let w = optional_cells(&w, context)?;
            double(kernel::covariance(&cells(&m, context)?, &cells(&y, context)?, Weights(w.as_deref())))
        }
        _ => {
            let w = if plain && !matches!(op, Op::Median | Op::InterQuartileMean) {
                None
            } else {
                optional_matrix(args, 1)?
            };
            let w = optional_cells(&w, context)?;
            let (x, w) = (cells(&m, context)?, Weights(w.as_deref()));
            let last = if plain { 1 } else { 2 };
            match op {
                Op::InterQuartileMean => double(Sorted::new(&x, w, context)?.inter_quartile_mean()),
                Op::Median => double(Sorted::new(&x, w, context)?.quantile(0.5, true)),
                Op::Quantile => quantile(&Sorted::new(&x, w, context)?, args.required(last)?, context),
                _ => double(kernel::moment(&x, w, order(args, last)?)),
            }
        }
    }
}

/// `countDistinct(X, dir)`
pub(super) fn count_distinct(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    check(args)?;
    let last = args.values.len() - 1;
    let dir = if last > 0 { args.text(last)? } else { None };
    let m = args.matrix(0)?;
    Ok(match direction(op, dir.as_deref()).map_err(mismatch)? {
        Some(Direction::All) | None => Value::Scalar(Scalar::Int(kernel::count_distinct(&m, context)? as i64)),
        Some(by) => Value::Matrix(kernel::count_distinct_by(by, &m, context)?),
    })
}

fn optional_matrix(args: &mut Arguments, i: usize) -> Result<Option<Matrix>> {
    if args.values.get(i).is_some_and(Option::is_some) { args.matrix(i).map(Some) } else { Ok(None) }
}

fn optional_cells<'a>(m: &'a Option<Matrix>, context: &Context) -> Result<Option<Cow<'a, [f64]>>> {
    m.as_ref().map(|m| cells(m, context)).transpose()
}

fn order(args: &mut Arguments, i: usize) -> Result<u32> {
    Ok(required_number(args, i)? as u32)
}

fn quantile(sorted: &Sorted, p: Value, context: &Context) -> Result<Value> {
    let one = |p: f64, halves: bool| {
        let outside = || fault("E0215", format!("a quantile is asked for between 0 and 1, not {p}"));
        if (0.0..=1.0).contains(&p) { Ok(sorted.quantile(p, halves)) } else { Err(outside()) }
    };
    Ok(match p {
        Value::Scalar(p) => Value::Scalar(Scalar::Double(one(p.as_f64().unwrap_or(f64::NAN), true)?)),
        Value::Matrix(p) => {
            let values: Vec<f64> = cells(&p, context)?.iter().map(|&p| one(p, false)).collect::<Result<_>>()?;
            Value::Matrix(Matrix::new(Dense::new(values.len(), 1, values)))
        }
        other => return Err(collection("quantile", &other)),
    })
}

fn grouped(m: &Matrix, args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let (groups, weights) = (args.matrix(1)?, optional_matrix(args, 3)?);
    let name = args.text(2)?.unwrap_or_default();
    let order = order(args, 4)?;
    let number = if args.values[5].is_some() { Some(args.size(5)?) } else { None };
    let f = match name.as_str() {
        "sum" => GroupFunction::Sum,
        "count" => GroupFunction::Count,
        "mean" => GroupFunction::Mean,
        "variance" => GroupFunction::Variance,
        "min" => GroupFunction::Min,
        "max" => GroupFunction::Max,
        _ => GroupFunction::CentralMoment(order),
    };
    let weights = optional_cells(&weights, context)?;
    kernel::aggregate_groups(m, &cells(&groups, context)?, weights.as_deref(), f, number, context)
}

/// `sample(range, size, replace, seed)`
pub(super) fn sample(interpreter: &Interpreter, args: &mut Arguments, context: &Context) -> Result<Matrix> {
    check(args)?;
    let (range, size) = (required_number(args, 0)?, args.size(1)?);
    // Without repetition, what has changed places is kept too.
    context.reserve(8 * (2 + MOST_PER_NUMBER) * size as u64, || format!("a sample of {size} numbers"))?;
    let (replace, seed) = (args.scalar(2)?, args.scalar(3)?);
    let numbers = Draw::new(range, size, replace, seed, || interpreter.fresh_seed())?.numbers();
    Ok(Matrix::new(Dense::new(numbers.len(), 1, numbers)))
}
