//! Aggregates and cumulative operators.

use super::{Infer, Mismatch, matrix, required};
use crate::facts::{Facts, MatrixFacts};
use crate::ops::{Aggregate, Direction, Op, Scalar, ScalarType};
use crate::sketch::Sketch;

pub const AGGREGATE: Infer = |op, args| {
    let Op::Aggregate(agg, direction) = op else { unreachable!("a row of another operator") };
    let Some(m) = matrix(op, args, 0)? else {
        return Ok(if direction == Direction::All {
            Facts::scalar(ScalarType::Double)
        } else {
            Facts::matrix(None, None)
        });
    };
    if agg == Aggregate::Trace
        && let (Some(r), Some(c)) = (m.rows, m.cols)
        && r != c
    {
        return Err(Mismatch::new("E0303", "`trace` needs a square matrix").label(0, format!("this is {}", m.shape())));
    }
    let finite = m.finite && matches!(agg, Aggregate::IndexMax | Aggregate::IndexMin);
    Ok(match direction {
        Direction::All => Facts::Scalar { ty: Some(ScalarType::Double), value: full_value(agg, m) },
        Direction::Row => by(m.rows, Some(1), m.sketch.as_ref().map(|s| row_sketch(agg, s)), finite),
        Direction::Col => by(Some(1), m.cols, m.sketch.as_ref().map(|s| col_sketch(agg, s)), finite),
    })
};

fn by(rows: Option<u64>, cols: Option<u64>, sketch: Option<Sketch>, finite: bool) -> Facts {
    match sketch {
        Some(s) => Facts::sketched(s, finite),
        None => Facts::matrix(rows, cols),
    }
}

/// The sum of a matrix known to be empty is 0 before it is computed.
fn full_value(agg: Aggregate, m: &MatrixFacts) -> Option<Scalar> {
    let empty = m.sketch.as_ref().is_some_and(|s| s.nnz().upper == 0);
    (empty && matches!(agg, Aggregate::Sum | Aggregate::SumSq | Aggregate::Trace)).then_some(Scalar::Double(0.0))
}

fn row_sketch(agg: Aggregate, s: &Sketch) -> Sketch {
    match agg {
        // A sum of squares is 0 only where all is 0 (or underflows); other sums may cancel.
        Aggregate::Sum | Aggregate::SumSq | Aggregate::Mean | Aggregate::Var | Aggregate::Sd => s.row_agg(),
        Aggregate::Max | Aggregate::Min => s.row_agg(),
        _ => s.row_agg().full(),
    }
}

fn col_sketch(agg: Aggregate, s: &Sketch) -> Sketch {
    match agg {
        Aggregate::Prod => s.col_agg().full(),
        _ => s.col_agg(),
    }
}

pub const CUMULATIVE: Infer = |op, args| {
    let Some(m) = matrix(op, args, 0)? else { return Ok(required(args, 0).clone()) };
    Ok(match &m.sketch {
        Some(s) => Facts::sketched(s.cumsum(), false),
        None => Facts::matrix(m.rows, m.cols),
    })
};
