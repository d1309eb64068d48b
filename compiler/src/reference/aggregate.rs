//! Aggregates and cumulative operators. Sums run from left to right.
//!
//! Over no cells: sum 0, product 1, min Inf, max -Inf, mean, variance and deviation NaN, index 0.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::{Aggregate, Binary, Cumulative, Direction, Op, Scalar};

pub const AGGREGATE: Evaluate = |op, values, _| {
    let Op::Aggregate(f, direction) = op else { unreachable!("a row of another operator") };
    let m = Arguments { op, values }.matrix(0)?;
    Ok(match direction {
        Direction::All if f == Aggregate::Trace => {
            Value::Scalar(Scalar::Double((0..m.rows).map(|i| m.at(i, i)).fold(0.0, |s, x| s + x)))
        }
        Direction::All => Value::Scalar(Scalar::Double(fold(f, &m.values))),
        Direction::Row => Value::Matrix(Dense::from_fn(m.rows, 1, |i, _| fold(f, &m.row(i).collect::<Vec<_>>()))?),
        Direction::Col => Value::Matrix(Dense::from_fn(1, m.cols, |_, j| fold(f, &m.col(j).collect::<Vec<_>>()))?),
    })
};

/// An aggregate of some cells.
fn fold(f: Aggregate, cells: &[f64]) -> f64 {
    let n = cells.len() as f64;
    match f {
        Aggregate::Sum | Aggregate::Trace => cells.iter().fold(0.0, |s, x| s + x),
        Aggregate::SumSq => cells.iter().fold(0.0, |s, x| s + x * x),
        Aggregate::Mean => fold(Aggregate::Sum, cells) / n,
        Aggregate::Min => cells.iter().fold(f64::INFINITY, |m, &x| Binary::Min.apply(m, x)),
        Aggregate::Max => cells.iter().fold(f64::NEG_INFINITY, |m, &x| Binary::Max.apply(m, x)),
        Aggregate::Prod => cells.iter().product(),
        Aggregate::Var => variance(cells),
        Aggregate::Sd => variance(cells).sqrt(),
        Aggregate::IndexMax => last_best(cells, |x, best| x >= best),
        Aggregate::IndexMin => last_best(cells, |x, best| x <= best),
    }
}

/// The sum of (x - mean)^2, over n - 1; 0 of a single (finite) cell, NaN of none.
fn variance(cells: &[f64]) -> f64 {
    if cells.is_empty() {
        return f64::NAN;
    }
    let mean = fold(Aggregate::Mean, cells);
    let squares: f64 = cells.iter().map(|x| (x - mean) * (x - mean)).sum();
    squares / (cells.len() - 1).max(1) as f64
}

/// The 1-based position of the last cell that is as good as every other. NaN is skipped; of NaN alone it is 1, of no
/// cells 0.
fn last_best(cells: &[f64], as_good: fn(f64, f64) -> bool) -> f64 {
    let mut best: Option<usize> = None;
    for (i, &x) in cells.iter().enumerate() {
        if !x.is_nan() && best.is_none_or(|b| as_good(x, cells[b])) {
            best = Some(i);
        }
    }
    match best {
        Some(i) => (i + 1) as f64,
        None => f64::from(u8::from(!cells.is_empty())),
    }
}

pub const CUMULATIVE: Evaluate = |op, values, _| {
    let Op::Cumulative(c) = op else { unreachable!("a row of another operator") };
    let m = Arguments { op, values }.matrix(0)?;
    let f = match c {
        Cumulative::Sum => Binary::Add,
        Cumulative::Prod => Binary::Multiply,
        Cumulative::Min => Binary::Min,
        Cumulative::Max => Binary::Max,
    };
    let mut result = m.clone();
    for i in 1..m.rows {
        for j in 0..m.cols {
            result.values[i * m.cols + j] = f.apply(result.at(i - 1, j), m.at(i, j));
        }
    }
    Ok(Value::Matrix(result))
};
