//! Matrix products: each cell is a sum of products from left to right.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};

pub const MATMUL: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (a, b) = (args.matrix(0)?, args.matrix(1)?);
    let dot = |i, j| (0..a.cols).fold(0.0, |sum, k| sum + a.at(i, k) * b.at(k, j));
    Ok(Value::Matrix(Dense::from_fn(a.rows, b.cols, dot)?))
};
