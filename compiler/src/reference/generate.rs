use super::Evaluate;

pub const MATRIX: Evaluate = |_, _, _| unreachable!();
pub const RAND: Evaluate = |_, _, _| unreachable!();
pub const SEQ: Evaluate = |_, _, _| unreachable!();
