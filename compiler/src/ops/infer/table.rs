//! Contingency tables.

use super::values::{self, Cells};
use super::{Infer, Mismatch, collection, described, dimension, matrix, number, required};
use crate::facts::{Dim, Facts, MatrixFacts, Values};
use crate::ops::{Aggregate, Op, Scalar};
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
            (_, other @ (Facts::List { .. } | Facts::Frame { .. })) => return Err(collection(op, k, other)),
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
    let number_of_pairs = all_pairs(args);
    let alone = pairs.rows_count || pairs.cols_count;
    let said = sums(args[2], alone, number_of_pairs);
    let (Some(r), Some(c)) = (rows, cols) else { return Ok(described(rows, cols, None, said)) };
    let spread = |k: usize, counts: bool| match args[k] {
        Some(Facts::Scalar { .. }) => Spread::One,
        _ if counts => Spread::Each,
        _ => Spread::Any,
    };
    let weighted = weighted_pairs(args[2], number_of_pairs);
    // Pair k is (k, k): each place of the diagonal is met once.
    let each = |k: usize, counts: bool| length(k, counts).is_some_and(|n| r <= n);
    let identity = each(0, pairs.rows_count) && each(1, pairs.cols_count) && args[2].is_none() && r == c;
    let sketch = if identity {
        Sketch::identity(r)
    } else if pairs.same && r == c {
        Sketch::diagonal_table(r, weighted)
    } else if pairs.rows_count && certain(args, 1, c) {
        Sketch::selection(r, c, weighted, spread(1, pairs.cols_count))
    } else if pairs.cols_count && certain(args, 0, r) {
        Sketch::selection(c, r, weighted, spread(0, pairs.rows_count)).transpose()
    } else {
        Sketch::table(r, c, weighted, spread(0, pairs.rows_count), spread(1, pairs.cols_count))
    };
    Ok(described(rows, cols, Some(sketch), said))
}

/// The sums of weights, of which only one falls into each cell if each pair is `alone`; whether they are finite.
fn sums(weights: Option<&Facts>, alone: bool, number_of_pairs: Option<u64>) -> (Values, bool) {
    let cells = match weights {
        None if alone => return (Values::ONE, true),
        None => return (Values::new(1.0, number_of_pairs.map_or(f64::INFINITY, |n| n as f64), true), true),
        Some(weights) => Cells::operand(weights),
    };
    if alone { (cells.nonzeros, cells.finite) } else { values::aggregate(Aggregate::Sum, cells, number_of_pairs) }
}

fn same_shape(i: &MatrixFacts, m: &MatrixFacts, k: usize) -> Result<(), Mismatch> {
    let differ = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    // A row and a column are both lists of numbers.
    let one = |d: Dim| d.is_none_or(|n| n == 1);
    let turned = one(i.rows) && one(m.cols) || one(i.cols) && one(m.rows);
    let fits_turned = turned && !differ(i.rows, m.cols) && !differ(i.cols, m.rows);
    if (differ(i.rows, m.rows) || differ(i.cols, m.cols)) && !fits_turned {
        return Err(Mismatch::new("E0301", "`table` needs as many columns and weights as rows")
            .label(0, format!("this is {}", i.shape()))
            .label(k, format!("this is {}", m.shape())));
    }
    Ok(())
}

/// Whether the k-th of the places are all from 1 to `len`, and all pairs have weights that are neither 0 nor NaN.
fn certain(args: &[Option<&Facts>], k: usize, len: u64) -> bool {
    let nonzero = |facts: &&Facts| !Cells::operand(facts).zeros && Cells::operand(facts).finite;
    let within = |values: Values| values.min() >= 1.0 && values.max() < len as f64 + 1.0;
    args[k].filter(nonzero).is_some_and(|places| within(Cells::operand(places).nonzeros))
        && args[2].is_none_or(|weights| nonzero(&weights))
}

/// As many as an argument has cells.
fn all_pairs(args: &[Option<&Facts>]) -> Option<u64> {
    args[..3].iter().filter_map(|arg| arg.and_then(Facts::as_matrix).and_then(MatrixFacts::cells)).min()
}

/// The number of pairs whose weight may not be 0, at most.
fn weighted_pairs(weights: Option<&Facts>, all: Option<u64>) -> u64 {
    let all = all.unwrap_or(u64::MAX);
    match weights {
        Some(Facts::Scalar { value, .. }) if value.as_ref().and_then(Scalar::as_f64) == Some(0.0) => 0,
        Some(Facts::Matrix(MatrixFacts { sketch: Some(s), .. })) => all.min(s.nnz().upper),
        _ => all,
    }
}
