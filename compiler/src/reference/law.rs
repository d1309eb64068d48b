//! Probabilities and quantiles of distributions, cell by cell: by the functions that kernels use, which are tested against
//! values of 60 digits.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::infer::law::{Given, family, is_outside, law, no_probability, place};
use crate::ops::{Law, Mismatch, Op, Scalar};

fn law_of(args: Arguments<'_>) -> Result<Law, Mismatch> {
    let (Op::Probability(of) | Op::Quantiles(of)) = args.op else { unreachable!("a row of another operator") };
    let dist = if of.is_none() { Some(args.string(1)?) } else { None };
    let family = family(args.op, dist.as_deref())?.expect("its name is known");
    let value = |i| Ok(args.optional_number(i)?.map_or(Given::Not, Given::Value));
    Ok(law(args.op, family, value)?.expect("its parameters are known"))
}

fn each(args: Arguments<'_>, f: impl Fn(f64) -> Result<f64, Mismatch>) -> Result<Value, Mismatch> {
    if let Some(Value::Scalar(_)) = args.values[0] {
        return Ok(Value::Scalar(Scalar::Double(f(args.number(0)?)?)));
    }
    let m = args.matrix(0)?;
    let cells: Result<Vec<f64>, Mismatch> = m.values.iter().map(|&x| f(x)).collect();
    Ok(Value::Matrix(Dense::new(m.rows, m.cols, cells?)))
}

pub const PROBABILITY: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (law, tail) = (law_of(args)?, place(op, "lower.tail").expect("a parameter"));
    let lower = args.number(tail)? != 0.0;
    each(args, |x| Ok(law.probability(x, lower)))
};

pub const QUANTILES: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let law = law_of(args)?;
    each(args, |p| if is_outside(p) { Err(no_probability(op, p)) } else { Ok(law.quantile(p)) })
};
