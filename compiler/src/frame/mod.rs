//! Frames: tables whose columns have names and types of their own.

use std::sync::Arc;

use crate::ops::{Scalar, ScalarType};

/// A table. All columns are of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    rows: usize,
    names: Vec<Arc<str>>,
    columns: Vec<Column>,
}

/// The cells of a column; `None` is a missing one.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    Text(Vec<Option<Arc<str>>>),
    Double(Vec<f64>),
    Int(Vec<i64>),
    Bool(Vec<bool>),
}

impl Frame {
    /// # Panics
    /// If there is not a name for each column or a column has not `rows` cells.
    pub fn new(rows: usize, names: Vec<Arc<str>>, columns: Vec<Column>) -> Frame {
        assert_eq!(names.len(), columns.len(), "a name for each column");
        assert!(columns.iter().all(|c| c.len() == rows), "a cell for each row");
        Frame { rows, names, columns }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn cols(&self) -> usize {
        self.columns.len()
    }

    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The bytes it holds; texts that cells share count for each.
    pub fn bytes(&self) -> u64 {
        self.columns.iter().map(Column::bytes).sum()
    }
}

impl Column {
    pub fn len(&self) -> usize {
        match self {
            Column::Text(v) => v.len(),
            Column::Double(v) => v.len(),
            Column::Int(v) => v.len(),
            Column::Bool(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn ty(&self) -> ScalarType {
        match self {
            Column::Text(_) => ScalarType::Str,
            Column::Double(_) => ScalarType::Double,
            Column::Int(_) => ScalarType::Int,
            Column::Bool(_) => ScalarType::Bool,
        }
    }

    /// The cell in row i, 0-based; `None` if it is missing.
    pub fn get(&self, i: usize) -> Option<Scalar> {
        match self {
            Column::Text(v) => v[i].clone().map(Scalar::Str),
            Column::Double(v) => Some(Scalar::Double(v[i])),
            Column::Int(v) => Some(Scalar::Int(v[i])),
            Column::Bool(v) => Some(Scalar::Bool(v[i])),
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Column::Text(v) => v.iter().map(|t| 16 + t.as_ref().map_or(0, |t| t.len() as u64)).sum(),
            Column::Double(v) => 8 * v.len() as u64,
            Column::Int(v) => 8 * v.len() as u64,
            Column::Bool(v) => v.len() as u64,
        }
    }
}
