//! The meaning of every operator: dense, plain, slow, obviously right. The oracle of all tests.
//!
//! [`evaluate`] is the way in: it applies the inference rule first, so that a row's meaning only sees arguments of fitting
//! types and shapes and is left with the errors that depend on values. Arithmetic is that of IEEE 754: 0 * NaN is NaN.

pub mod aggregate;
mod arguments;
pub mod cellwise;
pub mod factor;
pub mod frame;
pub mod generate;
pub mod index;
mod interpret;
pub mod law;
pub mod layers;
pub mod list;
pub mod product;
pub mod reorganize;
pub mod sample;
pub mod scalar;
pub mod select;
pub mod spectral;
pub mod statistics;
pub mod table;
pub mod text;
pub mod transform;
pub mod window;

use crate::facts::Facts;
use crate::frame::Frame;
use crate::list::List;
use crate::ops::{Mismatch, Op, Scalar};
use crate::sketch::Sketch;

pub use interpret::{agreement, evaluate};

#[cfg(test)]
mod tests;

/// The meaning of an operator. The arguments stand in the order of the row's parameters, `None` for an absent one.
pub type Evaluate = fn(Op, &[Option<&Value>], &mut dyn World) -> Result<Value, Mismatch>;

/// A value of the reference interpreter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// What an operator gives that is there for its effect.
    Nothing,
    Scalar(Scalar),
    Matrix(Dense),
    Frame(Frame),
    List(List<Value>),
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

/// A matrix of the reference has at most this many cells, rows and columns.
const MOST_CELLS: u64 = 1 << 27;

impl Dense {
    /// # Panics
    /// If there are not rows * cols values.
    pub fn new(rows: usize, cols: usize, values: Vec<f64>) -> Dense {
        assert_eq!(rows * cols, values.len(), "one value per cell");
        Dense { rows, cols, values }
    }

    /// The matrix of the cells `f(i, j)`, 0-based, computed row by row.
    ///
    /// # Errors
    /// E0601 if it is too large for the reference.
    pub fn from_fn(rows: usize, cols: usize, mut f: impl FnMut(usize, usize) -> f64) -> Result<Dense, Mismatch> {
        // A vector of counts per row and column is made of it, also where there is no cell.
        let largest = rows.max(cols).max(rows.saturating_mul(cols));
        if largest as u64 > MOST_CELLS {
            return Err(Mismatch::new("E0601", format!("a {rows} x {cols} matrix is too large for the reference")));
        }
        let mut values = Vec::with_capacity(rows * cols);
        for i in 0..rows {
            values.extend((0..cols).map(|j| f(i, j)));
        }
        Ok(Dense { rows, cols, values })
    }

    /// The cell in row i and column j, 0-based; a row or column vector is repeated.
    fn repeated(&self, i: usize, j: usize) -> f64 {
        self.at(if self.rows == 1 { 0 } else { i }, if self.cols == 1 { 0 } else { j })
    }

    /// The cell in row i and column j, 0-based.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.cols + j]
    }

    pub fn row(&self, i: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.cols).map(move |j| self.at(i, j))
    }

    pub fn col(&self, j: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.rows).map(move |i| self.at(i, j))
    }

    pub fn is_finite(&self) -> bool {
        self.values.iter().all(|v| v.is_finite())
    }
}

/// All that can be known of a value.
pub fn facts_of(value: &Value) -> Facts {
    match value {
        Value::Scalar(s) => Facts::literal(s.clone()),
        Value::Matrix(m) => Facts::sketched(Sketch::from_dense(m.rows as u64, m.cols as u64, &m.values), m.is_finite()),
        Value::Frame(f) => Facts::Frame { rows: Some(f.rows() as u64), cols: Some(f.cols() as u64) },
        Value::List(l) => Facts::List { length: Some(l.len() as u64) },
        Value::Nothing | Value::Several(_) => Facts::Unknown,
    }
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
