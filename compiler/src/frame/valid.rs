//! Cells that do not fit their column.

use std::sync::Arc;

use super::cell::cell_number;
use super::{Column, Frame};
use crate::ops::{Mismatch, Scalar, ScalarType};

/// Whether a text is a value of a type.
fn fits(text: &str, ty: ScalarType) -> bool {
    let text = text.trim();
    match ty {
        ScalarType::Str => true,
        _ if text.is_empty() => false,
        ScalarType::Int => text.parse::<i64>().is_ok(),
        ScalarType::Double => cell_number(text).is_some(),
        ScalarType::Bool => matches!(cell_number(text), Some(x) if x == 0.0 || x == 1.0),
    }
}

impl Frame {
    fn cells(&self, keep: impl Fn(usize, usize, &str) -> bool) -> Frame {
        let column = |j: usize| {
            let wanted = |i: usize| self.text(i, j).filter(|t| keep(i, j, t));
            if (0..self.rows()).all(|i| wanted(i).is_some() || self.column(j).is_missing(i)) {
                return self.columns()[j].clone();
            }
            Arc::new(Column::collect(self.column(j).ty(), self.rows(), |i| wanted(i).and(self.get(i, j))))
        };
        Frame::sharing(self.rows(), self.names().to_vec(), (0..self.cols()).map(column).collect())
    }

    fn check_length(&self, n: usize, what: &str) -> Result<(), Mismatch> {
        if n == self.cols() || n == 1 {
            return Ok(());
        }
        Err(Mismatch::new("E0519", format!("{n} {what} for {} columns", self.cols())).label(1, "these"))
    }

    /// Cells that are not of their column's type are missing.
    ///
    /// # Errors
    /// E0519 if there is not a type for each column.
    pub fn drop_invalid_types(&self, types: &[ScalarType]) -> Result<Frame, Mismatch> {
        self.check_length(types.len(), "types")?;
        Ok(self.cells(|_, j, text| fits(text, types[j.min(types.len() - 1)])))
    }

    /// Cells of more characters than their column's limit are missing; a limit below 0 is none.
    ///
    /// # Errors
    /// E0519 if there is not a limit for each column.
    pub fn drop_invalid_lengths(&self, limits: &[f64]) -> Result<Frame, Mismatch> {
        self.check_length(limits.len(), "lengths")?;
        let limit = |j: usize| limits[j.min(limits.len() - 1)];
        Ok(self.cells(|_, j, text| limit(j) < 0.0 || text.chars().count() as f64 <= limit(j)))
    }

    /// In each row a cell that is not of its column's type changes places with one that is, and takes it.
    ///
    /// # Errors
    /// E0519 if there is not a type for each column.
    pub fn values_swapped(&self, types: &[ScalarType]) -> Result<Frame, Mismatch> {
        self.check_length(types.len(), "types")?;
        let ty = |j: usize| types[j.min(types.len() - 1)];
        let mut rows: Vec<Vec<Option<Arc<str>>>> =
            (0..self.rows()).map(|i| (0..self.cols()).map(|j| self.text(i, j)).collect()).collect();
        for row in &mut rows {
            for j in 0..row.len() {
                let Some(text) = row[j].clone().filter(|t| !fits(t, ty(j))) else { continue };
                let better = |k: &usize| {
                    let other = row[*k].as_deref();
                    other.is_some_and(|t| fits(t, ty(j)) && is_odd(t, ty(*k))) && fits(&text, ty(*k))
                };
                if let Some(k) = (0..row.len()).filter(|k| *k != j).find(better) {
                    row.swap(j, k);
                }
            }
        }
        let column = |j: usize| {
            let cell = |i: usize| rows[i][j].clone().map(Scalar::Str);
            let texts = Column::collect(ScalarType::Str, self.rows(), cell);
            texts.cast(self.column(j).ty()).unwrap_or(texts)
        };
        Ok(Frame::new(self.rows(), self.names().to_vec(), (0..self.cols()).map(column).collect()))
    }

    /// Its one row, so many times.
    ///
    /// # Errors
    /// E0303 if it has not one row.
    pub fn row_repeated(&self, n: usize) -> Result<Frame, Mismatch> {
        if self.rows() != 1 {
            let message = format!("`freplicate` repeats one row, not {}", self.rows());
            return Err(Mismatch::new("E0303", message).label(1, format!("this has {} rows", self.rows())));
        }
        Ok(self.part(&super::Place::Each(vec![0; n]), &super::Place::Range(0..self.cols())))
    }
}

/// Text is no odd value of a column of text, unless it is a number.
fn is_odd(text: &str, ty: ScalarType) -> bool {
    if ty == ScalarType::Str { cell_number(text).is_some() } else { !fits(text, ty) }
}
