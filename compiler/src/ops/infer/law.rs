//! Probabilities and quantiles of distributions, cell by cell.

use super::cellwise::mapped;
use super::{Infer, Mismatch, collection, described, number, required, string};
use crate::facts::{Facts, MatrixFacts, Values};
use crate::ops::{Default, Family, Law, Op, Scalar, ScalarType, format_double};
use crate::sketch::Outcome;

/// The place of a parameter.
pub fn place(op: Op, name: &str) -> Option<usize> {
    op.row().parameters.iter().position(|p| p.name == name)
}

/// The family of an operator, or the one that `dist` names.
///
/// # Errors
/// E0213 if there is none of this name.
pub fn family(op: Op, dist: Option<&str>) -> Result<Option<Family>, Mismatch> {
    let (Op::Probability(family) | Op::Quantiles(family)) = op else { unreachable!("a row of another operator") };
    let Some(name) = dist.filter(|_| family.is_none()) else { return Ok(family) };
    let unknown = || {
        let known = Family::ALL.map(Family::name).join(", ");
        Mismatch::new("E0213", format!("`{}` knows no distribution \"{name}\"", op.row().name))
            .label(1, format!("one of {known}"))
    };
    Family::by_name(name).map(Some).ok_or_else(unknown)
}

/// The distribution of a family, by the values of its parameters as `value` tells them; `None` if it does not know one.
///
/// # Errors
/// E0205 for a parameter that is not given, E0215 for one out of its range.
pub fn law(
    op: Op,
    family: Family,
    mut value: impl FnMut(usize) -> Result<Given, Mismatch>,
) -> Result<Option<Law>, Mismatch> {
    let mut law = Some(Law { family, parameters: [0.0; 2] });
    for (k, name) in family.parameters().iter().enumerate() {
        let i = place(op, name).expect("a row has the parameters of its family");
        match value(i)? {
            Given::Not => {
                let message = format!("`{}` of the distribution \"{}\" needs `{name}`", op.row().name, family.name());
                return Err(Mismatch::new("E0205", message));
            }
            Given::Value(x) if Family::allows(name, x) => law = law.map(|l| l.with(k, x)),
            Given::Value(x) => {
                let message = format!("`{name}` of a distribution can not be {}", format_double(x));
                return Err(Mismatch::new("E0215", message).label(i, format!("this must be {}", Family::allowed(name))));
            }
            Given::Unknown => law = None,
        }
    }
    Ok(law)
}

/// A parameter of a distribution.
pub enum Given {
    Not,
    Unknown,
    Value(f64),
}

impl Law {
    fn with(mut self, k: usize, x: f64) -> Law {
        self.parameters[k] = x;
        self
    }
}

fn known(op: Op, args: &[Option<&Facts>]) -> Result<(Option<Family>, Option<Law>), Mismatch> {
    let (Op::Probability(of) | Op::Quantiles(of)) = op else { unreachable!("a row of another operator") };
    let dist = if of.is_none() { string(op, args, 1)? } else { None };
    let dist = if of.is_none() && args[1].is_none() { Some(Family::Normal.name()) } else { dist };
    for i in 1 + usize::from(of.is_none())..args.len() {
        number(op, args, i)?;
    }
    let Some(family) = family(op, dist)? else { return Ok((None, None)) };
    let value = |i: usize| match (args[i], op.row().parameter(i).default) {
        (None, Default::Double(x)) => Ok(Given::Value(x)),
        (None, _) => Ok(Given::Not),
        _ => Ok(number(op, args, i)?.map_or(Given::Unknown, Given::Value)),
    };
    Ok((Some(family), law(op, family, value)?))
}

/// `cdf(X, dist, ...)`: between 0 and 1.
pub const PROBABILITY: Infer = |op, args| {
    let (family, law) = known(op, args)?;
    let tail = place(op, "lower.tail").expect("a parameter");
    let lower = if args[tail].is_none() { Some(1.0) } else { number(op, args, tail)? };
    let of_zero = match (law, lower) {
        (Some(law), Some(lower)) => Outcome::of(law.probability(0.0, lower != 0.0) != 0.0),
        (None, Some(lower)) if family.is_some_and(|f| f.is_positive() && f.is_continuous()) => {
            Outcome::of(lower == 0.0)
        }
        _ => Outcome::Maybe(1.0),
    };
    cellwise(op, args, of_zero, |m| (Values::new(0.0, 1.0, false), m.finite))
};

/// `icdf(X, dist, ...)`: of probabilities.
pub const QUANTILES: Infer = |op, args| {
    let (family, _) = known(op, args)?;
    if let Some(p) = required(args, 0).value().and_then(Scalar::as_f64)
        && is_outside(p)
    {
        return Err(no_probability(op, p));
    }
    let positive = family.map(Family::is_positive);
    // 0, or -Inf
    let of_zero = positive.map_or(Outcome::Maybe(1.0), |positive| Outcome::of(!positive));
    let values = if positive == Some(true) { Values::POSITIVE } else { Values::UNKNOWN };
    cellwise(op, args, of_zero, |_| (values, false))
};

/// A number that is no probability; NaN may be one.
pub fn is_outside(p: f64) -> bool {
    !p.is_nan() && !(0.0..=1.0).contains(&p)
}

/// What a quantile is asked for is no probability.
pub fn no_probability(op: Op, p: f64) -> Mismatch {
    Mismatch::new("E0215", format!("`{}` needs probabilities, between 0 and 1", op.row().name))
        .label(0, format!("this is {}", format_double(p)))
}

fn cellwise(
    op: Op,
    args: &[Option<&Facts>],
    of_zero: Outcome,
    values: impl Fn(&MatrixFacts) -> (Values, bool),
) -> Result<Facts, Mismatch> {
    match required(args, 0) {
        Facts::Unknown => Ok(Facts::Unknown),
        Facts::Scalar { .. } => {
            number(op, args, 0)?;
            Ok(Facts::scalar(ScalarType::Double))
        }
        Facts::Matrix(m) => {
            // all but those that round to 0
            let outcomes = (of_zero, Outcome::Maybe(1.0));
            Ok(described(m.rows, m.cols, m.sketch.as_ref().map(|s| mapped(s, outcomes)), values(m)))
        }
        other => Err(collection(op, 0, other)),
    }
}
