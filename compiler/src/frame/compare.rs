//! Comparisons cell by cell, missing cells, replaced and selected ones.

use super::{Column, Frame, Place, cell_number};
use crate::ops::{Binary, Scalar, ScalarType};

/// Whether two cells compare: as numbers if both are, else as texts. Missing cells equal each other and nothing else.
pub fn compare(f: Binary, a: Option<&Scalar>, b: Option<&Scalar>) -> bool {
    use std::cmp::Ordering::*;
    let (Some(a), Some(b)) = (a, b) else {
        let equal = a.is_none() && b.is_none();
        return match f {
            Binary::Equal | Binary::LessEqual | Binary::GreaterEqual => equal,
            Binary::NotEqual => !equal,
            _ => false,
        };
    };
    let number = |s: &Scalar| match s {
        Scalar::Str(t) => cell_number(t).filter(|x| !x.is_nan()),
        other => other.as_f64(),
    };
    let texts = matches!((a, b), (Scalar::Str(_), Scalar::Str(_)));
    let order = match (number(a), number(b)) {
        (Some(x), Some(y)) if !texts => x.partial_cmp(&y),
        _ => Some(a.to_string().as_str().cmp(b.to_string().as_str())),
    };
    match f {
        Binary::Equal => order == Some(Equal),
        Binary::NotEqual => order != Some(Equal),
        Binary::Less => order == Some(Less),
        Binary::LessEqual => matches!(order, Some(Less | Equal)),
        Binary::Greater => order == Some(Greater),
        _ => matches!(order, Some(Greater | Equal)),
    }
}

pub fn is_comparison(f: Binary) -> bool {
    use Binary::*;
    matches!(f, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

/// The other side of a comparison.
#[derive(Clone, Copy)]
pub enum Operand<'a> {
    /// Of the same shape.
    Frame(&'a Frame),
    Value(&'a Scalar),
}

impl Operand<'_> {
    fn get(self, i: usize, j: usize) -> Option<Scalar> {
        match self {
            Operand::Frame(f) => f.get(i, j),
            Operand::Value(s) => Some(s.clone()),
        }
    }
}

/// A frame of truth values of the shape of the frame among the two.
pub fn compared(f: Binary, a: Operand<'_>, b: Operand<'_>) -> Frame {
    let ((Operand::Frame(shape), _) | (_, Operand::Frame(shape))) = (a, b) else { return Frame::unnamed(0, vec![]) };
    let cell = |i, j| compare(f, a.get(i, j).as_ref(), b.get(i, j).as_ref());
    let column = |j| Column::Bool((0..shape.rows()).map(|i| cell(i, j)).collect());
    Frame::new(shape.rows(), shape.names().to_vec(), (0..shape.cols()).map(column).collect())
}

impl Frame {
    /// Cells that equal the pattern (NaN: missing ones) replaced.
    pub fn replaced(mut self, pattern: &Scalar, replacement: &Scalar) -> Frame {
        let missing = matches!(pattern, Scalar::Double(x) if x.is_nan());
        for j in 0..self.cols() {
            let column = self.column(j);
            let found = |i: &usize| match column.get(*i) {
                None => missing,
                Some(Scalar::Str(t)) => !missing && *t == *pattern.to_string(),
                Some(cell) => !missing && compare(Binary::Equal, Some(&cell), Some(pattern)),
            };
            let rows: Vec<usize> = (0..self.rows()).filter(found).collect();
            if !rows.is_empty() {
                self.put(&Place::Each(rows), &Place::Range(j..j + 1), super::Source::Value(replacement));
            }
        }
        self
    }

    /// The rows that are not empty: not all of their cells are missing, zeros, FALSE, or texts without a character or of the
    /// digit 0.
    pub fn filled_rows(&self) -> Vec<usize> {
        (0..self.rows()).filter(|&i| (0..self.cols()).any(|j| self.is_filled(i, j))).collect()
    }

    /// The columns that are not empty.
    pub fn filled_cols(&self) -> Vec<usize> {
        (0..self.cols()).filter(|&j| (0..self.rows()).any(|i| self.is_filled(i, j))).collect()
    }

    fn is_filled(&self, i: usize, j: usize) -> bool {
        match self.column(j) {
            Column::Text(v) => v[i].as_ref().is_some_and(|t| !matches!(&**t, "" | "0")),
            Column::Double(v) => v[i] != 0.0 && !v[i].is_nan(),
            Column::Int(v) => v[i] != 0,
            Column::Bool(v) => v[i],
        }
    }

    /// So many empty rows in these columns.
    pub fn empty_rows(&self, n: usize) -> Frame {
        let column = |c: &std::sync::Arc<Column>| match c.ty() {
            ScalarType::Double => Column::Double(vec![0.0; n]),
            ScalarType::Int => Column::Int(vec![0; n]),
            ScalarType::Bool => Column::Bool(vec![false; n]),
            ScalarType::Str => Column::Text(vec![None; n]),
        };
        Frame::new(n, self.names().to_vec(), self.columns().iter().map(column).collect())
    }

    /// 1 where a cell is missing, row by row.
    pub fn missing(&self) -> Vec<f64> {
        let cell = |k: usize| f64::from(u8::from(self.column(k % self.cols()).is_missing(k / self.cols())));
        (0..self.rows() * self.cols()).map(cell).collect()
    }
}
