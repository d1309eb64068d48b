//! The operator table: everything `lac` knows of an operator stands in its row.

mod aggregate;
mod cellwise;
pub mod random;

pub use aggregate::{Aggregate, Cumulative, Direction};
pub use cellwise::{Binary, BinaryVisitor, Pattern, Unary, UnaryVisitor};
