use super::Evaluate;

pub const TO_STRING: Evaluate = |_, _, _| unreachable!();
pub const PRINT: Evaluate = |_, _, _| unreachable!();
pub const STOP: Evaluate = |_, _, _| unreachable!();
pub const ASSERT: Evaluate = |_, _, _| unreachable!();
pub const TIME: Evaluate = |_, _, _| unreachable!();
pub const READ: Evaluate = |_, _, _| unreachable!();
pub const WRITE: Evaluate = |_, _, _| unreachable!();
