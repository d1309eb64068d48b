use super::Evaluate;

pub const UNARY: Evaluate = |_, _, _| unreachable!();
pub const BINARY: Evaluate = |_, _, _| unreachable!();
pub const IF_ELSE: Evaluate = |_, _, _| unreachable!();
pub const OUTER: Evaluate = |_, _, _| unreachable!();
