use super::Evaluate;

pub const RIGHT_INDEX: Evaluate = |_, _, _| unreachable!();
pub const LEFT_INDEX: Evaluate = |_, _, _| unreachable!();
