//! Parts of frames: taken out, put in, selected.

use std::sync::Arc;

use super::{Column, Frame, default_names};
use crate::ops::{Scalar, ScalarType};

/// Rows or columns, 0-based.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    Range(std::ops::Range<usize>),
    Each(Vec<usize>),
}

impl Place {
    pub fn len(&self) -> usize {
        match self {
            Place::Range(range) => range.len(),
            Place::Each(places) => places.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn at(&self, k: usize) -> usize {
        match self {
            Place::Range(range) => range.start + k,
            Place::Each(places) => places[k],
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).map(|k| self.at(k))
    }

    /// All of so many, in order.
    fn is_all(&self, n: usize) -> bool {
        *self == Place::Range(0..n)
    }
}

impl Column {
    /// The cells at some places.
    pub fn at(&self, rows: &Place) -> Column {
        match self {
            Column::Text(v) => Column::Text(rows.iter().map(|i| v[i].clone()).collect()),
            Column::Double(v) => Column::Double(rows.iter().map(|i| v[i]).collect()),
            Column::Int(v) => Column::Int(rows.iter().map(|i| v[i]).collect()),
            Column::Bool(v) => Column::Bool(rows.iter().map(|i| v[i]).collect()),
        }
    }

    /// Puts cells in the places of others; the column becomes one that holds both.
    fn put(&mut self, rows: &Place, source: impl Fn(usize) -> Option<Scalar>, ty: ScalarType) {
        match self {
            Column::Text(v) => {
                for (k, i) in rows.iter().enumerate() {
                    v[i] = source(k).map(|s| if let Scalar::Str(s) = s { s } else { s.to_string().into() });
                }
                return;
            }
            Column::Double(v) if ty == ScalarType::Double || ty == ScalarType::Int => {
                for (k, i) in rows.iter().enumerate() {
                    v[i] = source(k).and_then(|s| s.as_f64()).unwrap_or(f64::NAN);
                }
                return;
            }
            Column::Int(v) if ty == ScalarType::Int => {
                for (k, i) in rows.iter().enumerate() {
                    v[i] = source(k).and_then(|s| s.as_i64()).unwrap_or(0);
                }
                return;
            }
            Column::Bool(v) if ty == ScalarType::Bool => {
                for (k, i) in rows.iter().enumerate() {
                    v[i] = source(k).and_then(|s| s.as_bool()).unwrap_or(false);
                }
                return;
            }
            _ => {}
        }
        let ty = join(self.ty(), ty);
        *self = Column::collect(ty, self.len(), |i| {
            if ty == ScalarType::Str { self.text(i).map(Scalar::Str) } else { self.get(i) }
        });
        // A missing truth value made it a column of text.
        let ty = self.ty();
        self.put(rows, source, ty);
    }
}

/// The type of a column that holds cells of both.
pub(crate) fn join(a: ScalarType, b: ScalarType) -> ScalarType {
    match (a, b) {
        _ if a == b => a,
        (ScalarType::Int, ScalarType::Double) | (ScalarType::Double, ScalarType::Int) => ScalarType::Double,
        _ => ScalarType::Str,
    }
}

impl Frame {
    /// `F[rows, cols]`. Columns that come twice get new names.
    pub fn part(&self, rows: &Place, cols: &Place) -> Frame {
        let whole = rows.is_all(self.rows());
        let column = |j: usize| if whole { self.columns()[j].clone() } else { Arc::new(self.column(j).at(rows)) };
        let names: Vec<Arc<str>> = cols.iter().map(|j| self.names()[j].clone()).collect();
        Frame::sharing(rows.len(), distinct(names), cols.iter().map(column).collect())
    }

    /// `F[rows, cols] = G`, or one value for each cell. G has fitting numbers of rows and columns.
    pub fn put(&mut self, rows: &Place, cols: &Place, source: Source<'_>) {
        for (k, j) in cols.iter().enumerate() {
            match source {
                Source::Frame(g) if rows.is_all(self.rows) => {
                    self.columns[j] = fitting(&self.columns[j], &g.columns[k])
                }
                Source::Frame(g) => {
                    let from = &g.columns[k];
                    Arc::make_mut(&mut self.columns[j]).put(rows, |i| from.get(i), from.ty());
                }
                Source::Value(s) => Arc::make_mut(&mut self.columns[j]).put(rows, |_| Some(s.clone()), s.ty()),
            }
        }
    }
}

/// A column that takes the place of a whole one keeps the type of that if it is text.
fn fitting(before: &Column, column: &Arc<Column>) -> Arc<Column> {
    match (before.ty(), column.ty()) {
        (ScalarType::Str, ty) if ty != ScalarType::Str => {
            Arc::new(Column::Text((0..column.len()).map(|i| column.text(i)).collect()))
        }
        _ => column.clone(),
    }
}

/// What is put into a frame.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    Frame(&'a Frame),
    Value(&'a Scalar),
}

/// The names if they are all different, else `C1`, `C2`, ...
pub(super) fn distinct(names: Vec<Arc<str>>) -> Vec<Arc<str>> {
    let mut seen = std::collections::HashSet::new();
    if names.iter().all(|n| seen.insert(n.clone())) { names } else { default_names(names.len()) }
}
