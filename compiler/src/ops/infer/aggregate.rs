//! Aggregates and cumulative operators.

use super::{Infer, Mismatch, matrix, required};
use crate::facts::Facts;
use crate::ops::{Aggregate, Cumulative, Direction, Op, ScalarType};
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
        // No value, not even of an empty matrix: a plan is used again for matrices with other nonzeros.
        Direction::All => Facts::scalar(ScalarType::Double),
        Direction::Row => {
            let sketch = m.sketch.as_ref().map(|s| slice_sketch(agg, &s.row_agg(), s.cols()));
            by(m.rows, Some(1), sketch, finite)
        }
        Direction::Col => {
            let sketch = m.sketch.as_ref().map(|s| slice_sketch(agg, &s.col_agg(), s.rows()));
            by(Some(1), m.cols, sketch, finite)
        }
    })
};

fn by(rows: Option<u64>, cols: Option<u64>, sketch: Option<Sketch>, finite: bool) -> Facts {
    match sketch {
        Some(s) => Facts::sketched(s, finite),
        None => Facts::matrix(rows, cols),
    }
}

/// The pattern of the aggregates of slices of so many cells, from the pattern of slices with a nonzero.
fn slice_sketch(agg: Aggregate, any: &Sketch, cells: u64) -> Sketch {
    match agg {
        // Other sums may cancel; a sum of squares is 0 only where all is 0 (or underflows).
        Aggregate::Sum | Aggregate::SumSq => any.clone(),
        // Of no cells it is NaN.
        Aggregate::Mean if cells > 0 => any.clone(),
        // The best of some zeros and nonzeros may be 0, and equal nonzeros have no variance. Of no cells: Inf, NaN.
        Aggregate::Var | Aggregate::Sd | Aggregate::Max | Aggregate::Min if cells > 0 => any.zero_preserving(),
        _ => any.full(),
    }
}

pub const CUMULATIVE: Infer = |op, args| {
    let Op::Cumulative(c) = op else { unreachable!("a row of another operator") };
    let Some(m) = matrix(op, args, 0)? else { return Ok(required(args, 0).clone()) };
    let finite = m.finite && matches!(c, Cumulative::Min | Cumulative::Max);
    Ok(match &m.sketch {
        Some(s) if c == Cumulative::Sum => Facts::sketched(s.cumsum(), false),
        // From a column's first nonzero on all may be nonzero, or become 0 again.
        Some(s) => Facts::sketched(s.cumsum().zero_preserving(), finite),
        None => Facts::matrix(m.rows, m.cols),
    })
};
