use super::Evaluate;

pub const AS_MATRIX: Evaluate = |_, _, _| unreachable!();
pub const AS_SCALAR: Evaluate = |_, _, _| unreachable!();
pub const CAST: Evaluate = |_, _, _| unreachable!();
pub const DIMENSION: Evaluate = |_, _, _| unreachable!();
