//! Frames: tables whose columns have names and types of their own. The meaning of every operator on frames stands here, for
//! the reference semantics and the runtime alike.

mod bind;
mod cell;
mod compare;
mod decode;
mod encode;
mod json;
pub mod lambda;
mod map;
mod order;
mod parts;
mod schema;
mod show;
mod spec;
mod tokenize;
mod valid;

use std::sync::Arc;

use lac_grammar::diagnostic::did_you_mean;

use crate::ops::{Mismatch, Scalar, ScalarType};

pub use bind::{cbind, rbind};
pub use cell::{cell_number, cell_text};
pub use compare::{Operand, compare, compared, is_comparison};
pub use encode::{Codes, ColumnEncoder, Encoded, Encoder};
pub use json::Json;
pub use map::Margin;
pub(crate) use parts::join;
pub use parts::{Place, Source};
pub use schema::{detect, type_name, type_of, types_of};
pub use spec::{Binning, Code, Impute, Rule, Spec};
pub use tokenize::Tokenizer;

/// A table. All columns are of one length. Frames share their columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    rows: usize,
    names: Vec<Arc<str>>,
    columns: Vec<Arc<Column>>,
}

/// The cells of a column; `None` is a missing one, as is NaN.
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
        Frame::sharing(rows, names, columns.into_iter().map(Arc::new).collect())
    }

    /// Of columns that other frames may have, too.
    ///
    /// # Panics
    /// As [`Frame::new`].
    pub fn sharing(rows: usize, names: Vec<Arc<str>>, columns: Vec<Arc<Column>>) -> Frame {
        assert_eq!(names.len(), columns.len(), "a name for each column");
        assert!(columns.iter().all(|c| c.len() == rows), "a cell for each row");
        Frame { rows, names, columns }
    }

    /// With the names `C1`, `C2`, ...
    pub fn unnamed(rows: usize, columns: Vec<Column>) -> Frame {
        Frame::new(rows, default_names(columns.len()), columns)
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

    pub fn columns(&self) -> &[Arc<Column>] {
        &self.columns
    }

    pub fn column(&self, j: usize) -> &Column {
        &self.columns[j]
    }

    /// The cell in row i and column j, 0-based; `None` if it is missing.
    pub fn get(&self, i: usize, j: usize) -> Option<Scalar> {
        self.columns[j].get(i)
    }

    /// The cell in row i and column j as text.
    pub fn text(&self, i: usize, j: usize) -> Option<Arc<str>> {
        self.columns[j].text(i)
    }

    /// The place of a name, 0-based.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| &**n == name)
    }

    /// The names in a row.
    pub fn colnames(&self) -> Frame {
        let cell = |name: &Arc<str>| Column::Text(vec![Some(name.clone())]);
        Frame::unnamed(1, self.names.iter().map(cell).collect())
    }

    /// The names of the types of the columns in a row.
    pub fn typeof_row(&self) -> Frame {
        Frame::unnamed(1, self.columns.iter().map(|c| Column::texts([type_name(c.ty())])).collect())
    }

    /// The bytes it holds, long texts by some of them; those that cells or frames share count for each.
    pub fn bytes(&self) -> u64 {
        self.columns.iter().map(|c| c.bytes()).sum()
    }
}

/// E0520: no column has the name.
pub fn no_column(frame: &Frame, name: &str) -> Mismatch {
    let error = Mismatch::new("E0520", format!("the frame has no column \"{name}\""));
    match did_you_mean(name, frame.names().iter().map(|n| &**n)) {
        Some(near) => error.help(format!("did you mean \"{near}\"?")),
        None => error,
    }
}

/// `C1`, `C2`, ...
pub fn default_names(n: usize) -> Vec<Arc<str>> {
    (1..=n).map(|j| format!("C{j}").into()).collect()
}

impl Column {
    pub fn texts<'a>(cells: impl IntoIterator<Item = &'a str>) -> Column {
        Column::Text(cells.into_iter().map(|t| Some(t.into())).collect())
    }

    /// The same cell so many times; NaN where a number misses.
    pub fn repeated(value: &Scalar, n: usize) -> Column {
        match value {
            Scalar::Str(s) => Column::Text(vec![Some(s.clone()); n]),
            Scalar::Double(x) => Column::Double(vec![*x; n]),
            Scalar::Int(x) => Column::Int(vec![*x; n]),
            Scalar::Bool(x) => Column::Bool(vec![*x; n]),
        }
    }

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
            Column::Double(v) => (!v[i].is_nan()).then_some(Scalar::Double(v[i])),
            Column::Int(v) => Some(Scalar::Int(v[i])),
            Column::Bool(v) => Some(Scalar::Bool(v[i])),
        }
    }

    fn bytes(&self) -> u64 {
        /// Texts that are looked at.
        const LOOKS: usize = 64;
        match self {
            Column::Text(v) => {
                let step = v.len() / LOOKS + 1;
                let looks = v.iter().step_by(step).flatten().map(|t| t.len() as u64);
                16 * v.len() as u64 + step as u64 * looks.sum::<u64>()
            }
            Column::Double(v) => 8 * v.len() as u64,
            Column::Int(v) => 8 * v.len() as u64,
            Column::Bool(v) => v.len() as u64,
        }
    }
}
