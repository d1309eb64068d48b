//! Aggregates and cumulative operators.

use super::values::{self, Cells};
use super::{Infer, Mismatch, described, matrix, required};
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
    let cells = Cells::of(m);
    Ok(match direction {
        // No value, not even of an empty matrix: a plan is used again for matrices with other nonzeros.
        Direction::All => Facts::scalar(ScalarType::Double),
        Direction::Row => {
            let sketch = m.sketch.as_ref().map(|s| of_rows(agg, s, cells));
            described(m.rows, Some(1), sketch, values::aggregate(agg, cells, m.cols))
        }
        Direction::Col => {
            let sketch = m.sketch.as_ref().map(|s| of_rows(agg, &s.transpose(), cells).transpose());
            described(Some(1), m.cols, sketch, values::aggregate(agg, cells, m.rows))
        }
    })
};

/// The pattern of the aggregates of rows.
fn of_rows(agg: Aggregate, s: &Sketch, cells: Cells) -> Sketch {
    let (values, width) = (cells.nonzeros, s.cols());
    match agg {
        // Of no cells: Inf, NaN; 1; 0. A position is at least 1.
        Aggregate::Mean | Aggregate::Var | Aggregate::Sd | Aggregate::Max | Aggregate::Min if width == 0 => {
            Sketch::dense(s.rows(), 1)
        }
        Aggregate::Prod if width == 0 => Sketch::dense(s.rows(), 1),
        Aggregate::IndexMax | Aggregate::IndexMin if width == 0 => Sketch::empty(s.rows(), 1),
        Aggregate::IndexMax | Aggregate::IndexMin => Sketch::dense(s.rows(), 1),
        // Sums may cancel; a sum of squares is 0 only where all is 0 (or underflows).
        Aggregate::Sum | Aggregate::SumSq | Aggregate::Mean | Aggregate::Trace => s.row_agg(),
        Aggregate::Max if values.is_positive() => s.row_agg(),
        Aggregate::Min if values.is_negative() => s.row_agg(),
        Aggregate::Max if values.is_negative() => of_full(s.full_rows(), s.row_agg(), cells.finite),
        Aggregate::Min if values.is_positive() => of_full(s.full_rows(), s.row_agg(), cells.finite),
        // The best of nonzeros is one of them; which sign wins over a zero is not known (see `outcome.rs`).
        Aggregate::Max => Sketch::between(&s.full_rows(), &s.row_agg(), 1.0),
        Aggregate::Min => Sketch::between(&s.full_rows(), &s.row_agg(), 0.5),
        Aggregate::Prod => of_full(s.full_rows(), s.row_agg(), annihilates(cells, width)),
        // One cell has no variance, but that of NaN is NaN.
        Aggregate::Var | Aggregate::Sd if width == 1 && cells.finite => Sketch::empty(s.rows(), 1),
        Aggregate::Var | Aggregate::Sd => {
            // Where zeros and nonzeros meet there is some; nonzeros alone may be equal.
            let mixed = s.row_agg().without(&s.full_rows());
            let equal = width == 1 || values.as_constant().is_some();
            Sketch::between(&mixed, &s.row_agg(), if equal { 0.0 } else { 1.0 })
        }
    }
}

/// What is nonzero where there is no zero, and else only for NaN or Inf somewhere.
fn of_full(full: Sketch, any: Sketch, never_else: bool) -> Sketch {
    if never_else { full } else { Sketch::between(&full, &any, 0.0) }
}

/// Whether a zero makes a product of so many cells 0: it does not if they overflow before.
fn annihilates(cells: Cells, count: u64) -> bool {
    let largest = cells.nonzeros.magnitude().max(1.0);
    cells.finite && largest.ln() * (count as f64) < 700.0
}

pub const CUMULATIVE: Infer = |op, args| {
    let Op::Cumulative(c) = op else { unreachable!("a row of another operator") };
    let Some(m) = matrix(op, args, 0)? else { return Ok(required(args, 0).clone()) };
    let cells = Cells::of(m);
    let sketch = m.sketch.as_ref().map(|s| running(c, s, cells));
    Ok(described(m.rows, m.cols, sketch, values::cumulative(c, cells, m.rows)))
};

/// The pattern of running folds: nonzero from a column's first nonzero on, or down to its first zero, or between.
fn running(c: Cumulative, s: &Sketch, cells: Cells) -> Sketch {
    let values = cells.nonzeros;
    match c {
        Cumulative::Sum => s.cumsum(),
        Cumulative::Max if values.is_positive() => s.cumsum(),
        Cumulative::Min if values.is_negative() => s.cumsum(),
        Cumulative::Max if values.is_negative() => of_full(s.leading(), s.cumsum(), cells.finite),
        Cumulative::Min if values.is_positive() => of_full(s.leading(), s.cumsum(), cells.finite),
        Cumulative::Max => Sketch::between(&s.leading(), &s.cumsum(), 1.0),
        Cumulative::Min => Sketch::between(&s.leading(), &s.cumsum(), 0.5),
        Cumulative::Prod => of_full(s.leading(), s.cumsum(), annihilates(cells, s.rows())),
    }
}
