//! Values of a running program.

use std::sync::Arc;

use lac_compiler::facts::Facts;
use lac_compiler::frame::Frame;
use lac_compiler::list::{Item, List, Listed};
use lac_compiler::ops::Scalar;
use lac_compiler::plan::Format;
use lac_compiler::sketch::{Nnz, Sketch};

use crate::matrix::{Matrix, Storage};

/// What a variable holds.
#[derive(Clone, Debug)]
pub enum Value {
    Scalar(Scalar),
    Matrix(Matrix),
    Frame(Arc<Frame>),
    List(Arc<List<Value>>),
}

impl Value {
    /// For a message: `matrix 3 x 4`, `int`.
    pub fn describe(&self) -> String {
        match self {
            Value::Scalar(s) => s.ty().to_string(),
            Value::Matrix(m) => format!("matrix {} x {}", m.rows(), m.cols()),
            Value::Frame(_) | Value::List(_) => self.metadata().describe(),
        }
    }

    /// What a plan may know of it: of a matrix its sketch, which is made at the first call.
    pub fn facts(&self) -> Facts {
        self.facts_with(|m| m.sketch().clone())
    }

    /// What is known of it without looking at its cells: of a matrix the shape and the number of nonzeros.
    pub fn metadata(&self) -> Facts {
        self.facts_with(|m| Sketch::uniform(m.rows() as u64, m.cols() as u64, Nnz::exact(m.nnz())))
    }

    fn facts_with(&self, sketch: impl Fn(&Matrix) -> Sketch) -> Facts {
        match self {
            Value::Scalar(s) => Facts::literal(s.clone()),
            Value::Matrix(m) => Facts::sketched(sketch(m), m.is_finite()),
            Value::Frame(f) => Facts::Frame { rows: Some(f.rows() as u64), cols: Some(f.cols() as u64) },
            Value::List(l) => Facts::List { length: Some(l.len() as u64) },
        }
    }

    /// The format of a matrix.
    pub fn format(&self) -> Option<Format> {
        match self {
            Value::Scalar(_) | Value::Frame(_) | Value::List(_) => None,
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
            Value::Frame(f) => Some(Arc::as_ptr(f) as usize),
            Value::List(l) => Some(Arc::as_ptr(l) as usize),
        }
    }

    /// Others may hold it too.
    pub fn is_shared(&self) -> bool {
        match self {
            Value::Matrix(m) => m.is_shared(),
            _ => true,
        }
    }

    /// The bytes it holds.
    pub fn bytes(&self) -> u64 {
        match self {
            Value::Scalar(s) => s.text_bytes() as u64,
            Value::Matrix(m) => m.bytes(),
            Value::Frame(f) => f.bytes(),
            Value::List(l) => l.bytes(),
        }
    }
}

impl Listed for Value {
    fn as_list(&self) -> Option<&List<Value>> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// With what stands around a value: of many small ones that is most.
    fn bytes(&self) -> u64 {
        let around = if let Value::Matrix(_) = self { Matrix::HEAD } else { 0 };
        Value::bytes(self) + around + size_of::<Item<Value>>() as u64
    }
}

impl From<Scalar> for Value {
    fn from(s: Scalar) -> Value {
        Value::Scalar(s)
    }
}

impl From<Frame> for Value {
    fn from(f: Frame) -> Value {
        Value::Frame(Arc::new(f))
    }
}

impl From<List<Value>> for Value {
    fn from(l: List<Value>) -> Value {
        Value::List(Arc::new(l))
    }
}

impl From<Matrix> for Value {
    fn from(m: Matrix) -> Value {
        Value::Matrix(m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a list holds is counted once; changes of the list keep it true.
    #[test]
    fn bytes_of_a_list_that_changes() {
        let text = |n: usize| Value::from(Scalar::Str("x".repeat(n).into()));
        let counted = |l: &List<Value>| l.values().map(Listed::bytes).sum::<u64>();
        let mut list: List<Value> = [text(10), text(200)].into_iter().collect();
        assert!(list.bytes() >= 210);
        list.append(text(3000));
        list.put(&Scalar::Int(1), text(70)).unwrap();
        list.put(&Scalar::Str("new".into()), text(5)).unwrap();
        let (two, three) = (Scalar::Int(2), Scalar::Int(3));
        list.put_range(Some(&two), Some(&three), Value::from([text(1), text(2)].into_iter().collect::<List<Value>>()))
            .unwrap();
        assert_eq!(list.bytes(), counted(&list));
        let removed = list.remove(&three).unwrap();
        assert_eq!((list.bytes(), removed.bytes()), (counted(&list), counted(&removed)));
        assert_eq!(list.part(None, Some(&two)).unwrap().bytes(), list.values().take(2).map(Listed::bytes).sum::<u64>());
    }
}
