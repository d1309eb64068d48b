//! The meaning of every operator: dense, plain, slow, obviously right. The oracle of all tests.

pub mod aggregate;
pub mod cellwise;
pub mod generate;
pub mod index;
pub mod product;
pub mod reorganize;
pub mod scalar;
pub mod text;

use crate::ops::{Mismatch, Op, Scalar};

/// The meaning of an operator. The arguments stand in the order of the row's parameters, `None` for an absent one.
pub type Evaluate = fn(Op, &[Option<&Value>], &mut dyn World) -> Result<Value, Mismatch>;

/// A value of the reference interpreter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// What an operator gives that is there for its effect.
    Nothing,
    Scalar(Scalar),
    Matrix(Dense),
    /// The results of an operator with several.
    Several(Vec<Value>),
}

/// A dense matrix, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    pub rows: usize,
    pub cols: usize,
    pub values: Vec<f64>,
}

/// What lies outside a program: its output, files, the clock, fresh seeds.
pub trait World {
    /// A line of output.
    fn print(&mut self, line: &str);
    /// A file, by the arguments of `read` (or of `readLibsvm`).
    fn read(&mut self, op: Op, arguments: &[Option<&Value>]) -> Result<Value, Mismatch>;
    /// A file, by the arguments of `write`.
    fn write(&mut self, arguments: &[Option<&Value>]) -> Result<(), Mismatch>;
    /// Nanoseconds.
    fn time(&mut self) -> i64;
    /// A seed for a `rand` that was given none.
    fn seed(&mut self) -> u64;
}
