//! Steps that compute probabilities and quantiles.

use lac_compiler::ops::infer::law::{Given, family, is_outside, law, no_probability, place};
use lac_compiler::ops::{Law, Op, Scalar};

use super::data::check;
use super::{Arguments, Value, collection, fault, mismatch};
use crate::context::{Context, Result};
use crate::kernel;
use crate::matrix::{Matrix, Storage};

pub(super) fn apply(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    check(args)?;
    let law = law_of(op, args)?;
    let x = args.required(0)?;
    if let Op::Probability(_) = op {
        let lower = args.truth(place(op, "lower.tail").expect("a parameter"))?.unwrap_or(true);
        return each(op, x, |x| law.probability(x, lower), context);
    }
    let outside = match &x {
        Value::Scalar(p) => p.as_f64().filter(|p| is_outside(*p)),
        Value::Matrix(m) => stored(m).iter().copied().find(|p| is_outside(*p)),
        other => return Err(collection(op.row().name, other)),
    };
    match outside {
        Some(p) => Err(mismatch(no_probability(op, p))),
        None => each(op, x, |p| law.quantile(p), context),
    }
}

fn stored(m: &Matrix) -> &[f64] {
    match m.storage() {
        Storage::Dense(d) => d.values(),
        Storage::Csr(s) => s.values(),
    }
}

fn each(op: Op, x: Value, f: impl Fn(f64) -> f64 + Sync, context: &Context) -> Result<Value> {
    Ok(match x {
        Value::Matrix(m) => Value::Matrix(kernel::each(&m, f, context)?),
        Value::Scalar(s) => {
            let x = s.as_f64();
            let text = || fault("E0211", format!("`{}` needs a number, not \"{s}\"", op.row().name));
            Value::Scalar(Scalar::Double(f(x.ok_or_else(text)?)))
        }
        other => return Err(collection(op.row().name, &other)),
    })
}

fn law_of(op: Op, args: &mut Arguments) -> Result<Law> {
    let (Op::Probability(of) | Op::Quantiles(of)) = op else { unreachable!("a step of another operator") };
    let dist = if of.is_none() { args.text(1)? } else { None };
    let family = family(op, dist.as_deref()).map_err(mismatch)?.expect("its name is known");
    let mut given = [None; 2];
    for (value, name) in given.iter_mut().zip(family.parameters()) {
        *value = args.number(place(op, name).expect("a parameter"))?;
    }
    let mut given = given.into_iter().map(|x| x.map_or(Given::Not, Given::Value));
    let law = law(op, family, |_| Ok(given.next().expect("as many as parameters")));
    Ok(law.map_err(mismatch)?.expect("its parameters are known"))
}
