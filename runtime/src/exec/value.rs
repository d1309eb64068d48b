//! Values of a running program.

use lac_compiler::facts::{Facts, MatrixFacts};
use lac_compiler::ops::Scalar;
use lac_compiler::plan::Format;

use crate::matrix::{Matrix, Storage};

/// What a variable holds.
#[derive(Clone, Debug)]
pub enum Value {
    Scalar(Scalar),
    Matrix(Matrix),
}

impl Value {
    /// For a message: `matrix 3 x 4`, `int`.
    pub fn describe(&self) -> String {
        match self {
            Value::Scalar(s) => s.ty().to_string(),
            Value::Matrix(m) => format!("matrix {} x {}", m.rows(), m.cols()),
        }
    }

    /// What a plan may know of it. A matrix that is not small brings the sketch of its data.
    pub fn facts(&self) -> Facts {
        match self {
            Value::Scalar(s) => Facts::literal(s.clone()),
            Value::Matrix(m) => {
                let sketch = m.sketch().clone();
                let (rows, cols) = (Some(sketch.rows()), Some(sketch.cols()));
                Facts::Matrix(MatrixFacts { rows, cols, sketch: Some(sketch), finite: m.is_finite() })
            }
        }
    }

    /// The format of a matrix.
    pub fn format(&self) -> Option<Format> {
        match self {
            Value::Scalar(_) => None,
            Value::Matrix(m) => Some(match m.storage() {
                Storage::Dense(_) => Format::Dense,
                Storage::Csr(_) => Format::Csr,
            }),
        }
    }

    /// Values with the same identity share their bytes; numbers have none.
    pub fn id(&self) -> Option<usize> {
        match self {
            Value::Scalar(Scalar::Str(text)) => Some(text.as_ptr() as usize),
            Value::Scalar(_) => None,
            Value::Matrix(m) => Some(m.id()),
        }
    }

    /// The bytes it holds.
    pub fn bytes(&self) -> u64 {
        match self {
            Value::Scalar(s) => s.text_bytes() as u64,
            Value::Matrix(m) => m.bytes(),
        }
    }
}

impl From<Scalar> for Value {
    fn from(s: Scalar) -> Value {
        Value::Scalar(s)
    }
}

impl From<Matrix> for Value {
    fn from(m: Matrix) -> Value {
        Value::Matrix(m)
    }
}
