//! Contingency tables.

use super::{Infer, Mismatch, dimension, matrix, number, required};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::{Op, Scalar};
use crate::sketch::{Sketch, Spread};

pub const TABLE: Infer = |op, args| infer(op, args, Pairs::default());

/// What the DAG knows of the pairs of a table beyond the facts of its arguments.
#[derive(Clone, Copy, Default)]
pub struct Pairs {
    /// The first argument is the sequence 1, 2, ..
    pub rows_count: bool,
    /// The second argument is.
    pub cols_count: bool,
    /// Both are the same value.
    pub same: bool,
}

/// The rule of `table(i, j, w, rows, cols)` with what else is known of i and j. Without `rows` or `cols` only the data
/// tells them, but for a sequence, whose last value is its length.
pub fn infer(op: Op, args: &[Option<&Facts>], pairs: Pairs) -> Result<Facts, Mismatch> {
    let i = matrix(op, args, 0)?;
    for k in [1, 2] {
        match (i, required(args, k)) {
            (_, Facts::Scalar { .. }) => {
                number(op, args, k)?;
            }
            (Some(i), Facts::Matrix(m)) => same_shape(i, m, k)?,
            _ => {}
        }
    }
    let length = |k: usize, counts: bool| match args[k].and_then(Facts::as_matrix) {
        Some(m) if counts => m.rows,
        _ => None,
    };
    let or = |given: Dim, k: usize, sequence: Dim| if args[k].is_none() { sequence } else { given };
    let rows = or(dimension(op, args, 3)?, 3, length(0, pairs.rows_count));
    let cols = or(dimension(op, args, 4)?, 4, length(1, pairs.cols_count));
    let (Some(r), Some(c)) = (rows, cols) else { return Ok(Facts::matrix(rows, cols)) };
    let spread = |k: usize, counts: bool| match args[k] {
        Some(Facts::Scalar { .. }) => Spread::One,
        _ if counts => Spread::Each,
        _ => Spread::Any,
    };
    let number_of_pairs = weighted_pairs(args);
    // Pair k is (k, k): each place of the diagonal is met once.
    let each = |k: usize, counts: bool| length(k, counts).is_some_and(|n| r <= n);
    let identity = each(0, pairs.rows_count) && each(1, pairs.cols_count) && args[2].is_none() && r == c;
    let sketch = if identity {
        Sketch::identity(r)
    } else if pairs.same && r == c {
        Sketch::diagonal_table(r, number_of_pairs)
    } else {
        Sketch::table(r, c, number_of_pairs, spread(0, pairs.rows_count), spread(1, pairs.cols_count))
    };
    // Counts are finite; sums of weights may overflow.
    Ok(Facts::sketched(sketch, args[2].is_none()))
}

fn same_shape(i: &MatrixFacts, m: &MatrixFacts, k: usize) -> Result<(), Mismatch> {
    let differ = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    if differ(i.rows, m.rows) || differ(i.cols, m.cols) {
        return Err(Mismatch::new("E0301", "`table` needs as many columns and weights as rows")
            .label(0, format!("this is {}", i.shape()))
            .label(k, format!("this is {}", m.shape())));
    }
    Ok(())
}

/// The number of pairs whose weight may not be 0, at most.
fn weighted_pairs(args: &[Option<&Facts>]) -> u64 {
    let all =
        [0, 1, 2].into_iter().filter_map(|k| args[k].and_then(Facts::as_matrix).and_then(MatrixFacts::cells)).min();
    let all = all.unwrap_or(u64::MAX);
    match args[2] {
        Some(Facts::Scalar { value, .. }) if value.as_ref().and_then(Scalar::as_f64) == Some(0.0) => 0,
        Some(Facts::Matrix(MatrixFacts { sketch: Some(s), .. })) => all.min(s.nnz().upper),
        _ => all,
    }
}
