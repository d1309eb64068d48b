//! What is known of a value before it is computed: type, shape, nonzeros.

mod values;

use crate::ops::{Scalar, ScalarType};
use crate::sketch::{Nnz, Sketch, cells};

pub use values::Values;

/// A dimension, if it is known.
pub type Dim = Option<u64>;

/// What is known of a value.
// Facts are as many as a block has operators: their size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, Default)]
pub enum Facts {
    /// Not even its type.
    #[default]
    Unknown,
    Scalar {
        ty: Option<ScalarType>,
        value: Option<Scalar>,
    },
    Matrix(MatrixFacts),
    Frame {
        rows: Dim,
        cols: Dim,
    },
    List {
        length: Dim,
    },
}

#[derive(Clone, Debug)]
pub struct MatrixFacts {
    pub rows: Dim,
    pub cols: Dim,
    /// The distribution of nonzeros; `None` if a dimension is not known.
    pub sketch: Option<Sketch>,
    /// Known to hold neither NaN nor Inf.
    pub finite: bool,
    /// The values of its nonzeros. A host that tells them of inputs must not use a plan again for inputs with others: no
    /// guard asks.
    pub values: Values,
}

impl Facts {
    pub fn scalar(ty: ScalarType) -> Facts {
        Facts::Scalar { ty: Some(ty), value: None }
    }

    pub fn literal(value: Scalar) -> Facts {
        Facts::Scalar { ty: Some(value.ty()), value: Some(value) }
    }

    /// A matrix of which only the shape may be known.
    pub fn matrix(rows: Dim, cols: Dim) -> Facts {
        let sketch = match (rows, cols) {
            (Some(r), Some(c)) => Some(Sketch::uniform(r, c, Nnz::unknown(cells(r, c)))),
            _ => None,
        };
        Facts::Matrix(MatrixFacts { rows, cols, sketch, finite: false, values: Values::UNKNOWN })
    }

    /// A matrix with a sketch.
    pub fn sketched(sketch: Sketch, finite: bool) -> Facts {
        Facts::valued(sketch, finite, Values::UNKNOWN)
    }

    /// A matrix with a sketch and what is known of its values.
    pub fn valued(sketch: Sketch, finite: bool, values: Values) -> Facts {
        let values = if sketch.nnz().upper == 0 { Values::NONE } else { values };
        let (rows, cols) = (Some(sketch.rows()), Some(sketch.cols()));
        Facts::Matrix(MatrixFacts { rows, cols, sketch: Some(sketch), finite, values })
    }

    /// Of a matrix: the same with this said of its values.
    #[must_use]
    pub fn with_values(self, finite: bool, values: Values) -> Facts {
        match self {
            Facts::Matrix(m) => Facts::Matrix(MatrixFacts { finite, values, ..m }),
            other => other,
        }
    }

    pub fn as_matrix(&self) -> Option<&MatrixFacts> {
        match self {
            Facts::Matrix(m) => Some(m),
            _ => None,
        }
    }

    pub fn is_matrix(&self) -> bool {
        matches!(self, Facts::Matrix(_))
    }

    /// Neither a scalar nor a matrix, as is known.
    pub fn is_collection(&self) -> bool {
        matches!(self, Facts::Frame { .. } | Facts::List { .. })
    }

    pub fn is_scalar(&self) -> bool {
        matches!(self, Facts::Scalar { .. })
    }

    /// The value of a scalar, if it is known.
    pub fn value(&self) -> Option<&Scalar> {
        match self {
            Facts::Scalar { value, .. } => value.as_ref(),
            _ => None,
        }
    }

    pub fn scalar_type(&self) -> Option<ScalarType> {
        match self {
            Facts::Scalar { ty, .. } => *ty,
            _ => None,
        }
    }

    /// The nonzeros of a matrix of known shape.
    pub fn nnz(&self) -> Option<Nnz> {
        self.as_matrix()?.sketch.as_ref().map(Sketch::nnz)
    }

    /// For a message: `matrix 3 x 4`, `matrix ? x 4`, `int`.
    pub fn describe(&self) -> String {
        match self {
            Facts::Unknown => "a value of unknown type".into(),
            Facts::Scalar { ty: Some(ty), .. } => ty.to_string(),
            Facts::Scalar { ty: None, .. } => "scalar".into(),
            Facts::Matrix(m) => format!("matrix {}", m.shape()),
            Facts::Frame { rows, cols } => format!("frame {}", shape(*rows, *cols)),
            Facts::List { length: Some(1) } => "list of 1 value".into(),
            Facts::List { length: Some(n) } => format!("list of {n} values"),
            Facts::List { length: None } => "list".into(),
        }
    }

    /// What holds of a value that is one or the other: control flow meets here.
    pub fn join(&self, other: &Facts) -> Facts {
        match (self, other) {
            (Facts::Scalar { ty: a, value: v }, Facts::Scalar { ty: b, value: w }) => {
                Facts::Scalar { ty: if a == b { *a } else { None }, value: if v == w { v.clone() } else { None } }
            }
            (Facts::Matrix(a), Facts::Matrix(b)) => Facts::Matrix(a.join(b)),
            (Facts::Frame { rows: a, cols: b }, Facts::Frame { rows, cols }) => {
                Facts::Frame { rows: same(*a, *rows), cols: same(*b, *cols) }
            }
            (Facts::List { length: a }, Facts::List { length: b }) => Facts::List { length: same(*a, *b) },
            _ => Facts::Unknown,
        }
    }

    /// The same as far as plans can tell: a further round of a loop brings nothing new.
    pub fn agrees(&self, other: &Facts) -> bool {
        match (self, other) {
            (Facts::Unknown, Facts::Unknown) => true,
            (Facts::Scalar { ty: a, value: v }, Facts::Scalar { ty: b, value: w }) => a == b && v == w,
            (Facts::Matrix(a), Facts::Matrix(b)) => {
                let nnz = |m: &MatrixFacts| m.sketch.as_ref().map(Sketch::nnz);
                let said = |m: &MatrixFacts| (m.rows, m.cols, m.finite, m.values);
                said(a) == said(b) && nnz(a) == nnz(b)
            }
            (Facts::Frame { rows: a, cols: b }, Facts::Frame { rows, cols }) => (a, b) == (rows, cols),
            (Facts::List { length: a }, Facts::List { length: b }) => a == b,
            _ => false,
        }
    }

    /// Without what a loop may change: type and shape stay, the number of nonzeros and the value go.
    pub fn widen(&self) -> Facts {
        match self {
            Facts::Unknown => Facts::Unknown,
            Facts::Scalar { ty, .. } => Facts::Scalar { ty: *ty, value: None },
            Facts::Matrix(m) => Facts::matrix(m.rows, m.cols),
            Facts::Frame { cols, .. } => Facts::Frame { rows: None, cols: *cols },
            Facts::List { .. } => Facts::List { length: None },
        }
    }
}

fn same(a: Dim, b: Dim) -> Dim {
    if a == b { a } else { None }
}

fn shape(rows: Dim, cols: Dim) -> String {
    let dim = |d: Dim| d.map_or("?".into(), |n| n.to_string());
    format!("{} x {}", dim(rows), dim(cols))
}

impl MatrixFacts {
    /// `3 x 4`, with `?` for what is not known.
    pub fn shape(&self) -> String {
        shape(self.rows, self.cols)
    }

    pub fn cells(&self) -> Option<u64> {
        Some(cells(self.rows?, self.cols?))
    }

    fn join(&self, other: &MatrixFacts) -> MatrixFacts {
        let (rows, cols) = (same(self.rows, other.rows), same(self.cols, other.cols));
        let sketch = match (&self.sketch, &other.sketch) {
            (Some(a), Some(b)) if rows.is_some() && cols.is_some() => Some(Sketch::join(a, b)),
            _ => None,
        };
        MatrixFacts { rows, cols, sketch, finite: self.finite && other.finite, values: self.values.join(other.values) }
    }
}
