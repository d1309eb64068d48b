use super::Evaluate;

pub const AGGREGATE: Evaluate = |_, _, _| unreachable!();
pub const CUMULATIVE: Evaluate = |_, _, _| unreachable!();
