//! One operator applied to values: its inference rule, then its meaning.

use super::{Value, World, facts_of};
use crate::facts::{Facts, MatrixFacts};
use crate::ops::{Aggregate, Binary, Cumulative, Mismatch, Op, Scalar};

/// The result of an operator. The arguments stand in the order of the row's parameters, `None` for an absent one.
///
/// # Errors
/// Those of inference, then those that only values can tell (E05xx).
///
/// # Panics
/// In debug builds, if the result is not what inference promised: a bug of the row.
pub fn evaluate(op: Op, args: &[Option<&Value>], world: &mut dyn World) -> Result<Value, Mismatch> {
    let facts: Vec<Option<Facts>> = args.iter().map(|a| a.map(facts_of)).collect();
    let facts: Vec<Option<&Facts>> = facts.iter().map(Option::as_ref).collect();
    let row = op.row();
    let promised = (row.infer)(op, &facts)?;
    let value = match super::frame::overloaded(op, args) {
        Some(value) => value?,
        None => (row.evaluate)(op, args, world)?,
    };
    if cfg!(debug_assertions)
        && let Err(broken) = agreement(op, args, &promised, &value)
    {
        panic!("`{}` of {args:?} broke the promise of its inference: {broken}", row.name);
    }
    Ok(value)
}

/// Whether a result is what inference promised: its type, known dimensions, finiteness, values and the bounds of its number
/// of nonzeros. These suppose that nothing cancels, so the lower one is not asked of sums, and that 0 * NaN is 0, so that
/// neither is asked of products unless all arguments are finite.
///
/// # Errors
/// What differs.
pub fn agreement(op: Op, args: &[Option<&Value>], promised: &Facts, value: &Value) -> Result<(), String> {
    match (promised, value) {
        (Facts::Unknown, _) => Ok(()),
        (Facts::Scalar { ty, value: known }, Value::Scalar(s)) => {
            if ty.is_some_and(|ty| ty != s.ty()) {
                return Err(format!("{s} is no {}", promised.describe()));
            }
            match known {
                Some(known) if !same(known, s) => Err(format!("{s} is not {known}")),
                _ => Ok(()),
            }
        }
        (Facts::Matrix(promised), Value::Matrix(m)) => {
            let agrees = |promised: Option<u64>, actual: usize| promised.is_none_or(|p| p == actual as u64);
            if !agrees(promised.rows, m.rows) || !agrees(promised.cols, m.cols) {
                return Err(format!("{} x {} is not {}", m.rows, m.cols, promised.shape()));
            }
            if promised.finite && !m.is_finite() {
                return Err("it is not finite".into());
            }
            if let Some(x) = promised.values.counterexample(&m.values) {
                return Err(format!("{x} is none of {:?}", promised.values));
            }
            nonzeros(op, args, promised, m.values.iter().filter(|v| **v != 0.0).count() as u64)
        }
        (Facts::Frame { rows, cols }, Value::Frame(f)) => {
            let agrees = |promised: Option<u64>, actual: usize| promised.is_none_or(|p| p == actual as u64);
            match agrees(*rows, f.rows()) && agrees(*cols, f.cols()) {
                true => Ok(()),
                false => Err(format!("{} x {} is not {}", f.rows(), f.cols(), promised.describe())),
            }
        }
        (Facts::List { length }, Value::List(l)) => match length.is_none_or(|n| n == l.len() as u64) {
            true => Ok(()),
            false => Err(format!("{} values are no {}", l.len(), promised.describe())),
        },
        _ => Err(format!("{value:?} is no {}", promised.describe())),
    }
}

fn nonzeros(op: Op, args: &[Option<&Value>], promised: &MatrixFacts, count: u64) -> Result<(), String> {
    let Some(nnz) = promised.sketch.as_ref().map(|s| s.nnz()) else { return Ok(()) };
    let product = matches!(op, Op::MatMul | Op::Binary(Binary::Multiply) | Op::Outer);
    if product && !args.iter().flatten().all(|a| is_finite(a)) {
        return Ok(());
    }
    let lower = if may_cancel(op) || may_underflow(op, args) { 0 } else { nnz.lower };
    if lower <= count && count <= nnz.upper { Ok(()) } else { Err(format!("{count} nonzeros, promised were {nnz:?}")) }
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Scalar(Scalar::Double(d)) => d.is_finite(),
        Value::Matrix(m) => m.is_finite(),
        _ => true,
    }
}

/// The smallest product, quotient or power of cells may be too small for a double.
fn may_underflow(op: Op, args: &[Option<&Value>]) -> bool {
    let Op::Binary(f @ (Binary::Multiply | Binary::Divide | Binary::Power)) = op else { return false };
    let extremes = |value: &Option<&Value>| -> Vec<f64> {
        let cells: &[f64] = match value {
            Some(Value::Matrix(m)) => &m.values,
            Some(Value::Scalar(s)) => &[s.as_f64().unwrap_or(0.0)],
            _ => &[],
        };
        let cells = || cells.iter().copied().filter(|x| *x != 0.0 && x.is_finite());
        let all = [cells().reduce(f64::min), cells().reduce(f64::max)];
        let sizes = || cells().map(f64::abs);
        all.into_iter().chain([sizes().reduce(f64::min), sizes().reduce(f64::max)]).flatten().collect()
    };
    let (x, y) = (extremes(&args[0]), extremes(&args[1]));
    x.iter().any(|&x| y.iter().any(|&y| f.apply(x, y) == 0.0))
}

/// Sums of nonzeros may be 0, and so may squares and long products, which are too small for a double.
fn may_cancel(op: Op) -> bool {
    use Aggregate::{Mean, Prod, Sum, SumSq, Trace};
    match op {
        Op::MatMul | Op::Cumulative(Cumulative::Sum | Cumulative::Prod) | Op::RowCumSum => true,
        Op::Aggregate(f, _) => matches!(f, Sum | SumSq | Mean | Trace | Prod),
        _ => false,
    }
}

/// The same value, where one NaN is as good as another.
fn same(a: &Scalar, b: &Scalar) -> bool {
    match (a, b) {
        (Scalar::Double(x), Scalar::Double(y)) if x.is_nan() => y.is_nan(),
        _ => a == b,
    }
}
