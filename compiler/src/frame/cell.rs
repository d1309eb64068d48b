//! Cells: as text, as numbers, as cells of another type; frames of matrices and back.

use std::sync::Arc;

use super::{Column, Frame};
use crate::ops::{Mismatch, Scalar, ScalarType};

/// A cell as text, `null` if it is missing: as a scalar and where it is printed.
pub fn cell_text(cell: Option<Scalar>) -> Scalar {
    cell.unwrap_or_else(|| Scalar::from("null"))
}

/// The number of a text: also TRUE and FALSE; `None` if it is none.
pub fn cell_number(text: &str) -> Option<f64> {
    let text = text.trim();
    match text {
        "" | "NaN" | "NA" | "null" => Some(f64::NAN),
        "true" | "TRUE" | "True" => Some(1.0),
        "false" | "FALSE" | "False" => Some(0.0),
        _ => Scalar::from(text).cast(ScalarType::Double)?.as_f64(),
    }
}

impl Column {
    /// The cell in row i as text.
    pub fn text(&self, i: usize) -> Option<Arc<str>> {
        match self {
            Column::Text(v) => v[i].clone(),
            Column::Bool(v) => Some(if v[i] { "TRUE" } else { "FALSE" }.into()),
            _ => self.get(i).map(|s| s.to_string().into()),
        }
    }

    /// The cell in row i as a number, NaN if it is missing; `None` if it is another text.
    pub fn number(&self, i: usize) -> Option<f64> {
        match self {
            Column::Text(v) => v[i].as_ref().map_or(Some(f64::NAN), |t| cell_number(t)),
            Column::Double(v) => Some(v[i]),
            Column::Int(v) => Some(v[i] as f64),
            Column::Bool(v) => Some(f64::from(u8::from(v[i]))),
        }
    }

    pub fn is_missing(&self, i: usize) -> bool {
        match self {
            Column::Text(v) => v[i].is_none(),
            Column::Double(v) => v[i].is_nan(),
            Column::Int(_) | Column::Bool(_) => false,
        }
    }

    /// The cells `f(i)` in the narrowest type that holds all of `ty`: missing numbers make a column of doubles, missing
    /// truth values one of text.
    pub fn collect(ty: ScalarType, n: usize, f: impl Fn(usize) -> Option<Scalar>) -> Column {
        let cells: Vec<Option<Scalar>> = (0..n).map(f).collect();
        let whole = cells.iter().all(Option::is_some);
        match ty {
            ScalarType::Int if whole => {
                Column::Int(cells.iter().map(|c| c.as_ref().and_then(Scalar::as_i64).unwrap_or(0)).collect())
            }
            ScalarType::Bool if whole => {
                Column::Bool(cells.iter().map(|c| c.as_ref().and_then(Scalar::as_bool).unwrap_or(false)).collect())
            }
            ScalarType::Double | ScalarType::Int => {
                Column::Double(cells.iter().map(|c| c.as_ref().and_then(Scalar::as_f64).unwrap_or(f64::NAN)).collect())
            }
            _ => Column::Text(
                cells
                    .into_iter()
                    .map(|c| c.map(|c| if let Scalar::Str(s) = c { s } else { c.to_string().into() }))
                    .collect(),
            ),
        }
    }

    /// The column in another type; the row and the text of a cell that has no value of it.
    ///
    /// # Errors
    /// The first cell, 0-based.
    pub fn cast(&self, ty: ScalarType) -> Result<Column, (usize, Arc<str>)> {
        if ty == self.ty() {
            return Ok(self.clone());
        }
        let failed = |i: usize| (i, self.text(i).unwrap_or_else(|| "".into()));
        let cell = |i: usize| -> Result<Option<Scalar>, (usize, Arc<str>)> {
            let Some(cell) = self.get(i) else { return Ok(None) };
            if ty == ScalarType::Str {
                return Ok(self.text(i).map(Scalar::Str));
            }
            if ty == ScalarType::Bool && !matches!(cell, Scalar::Str(_)) {
                return cell.cast(ty).map(Some).ok_or_else(|| failed(i));
            }
            let number = self.number(i).ok_or_else(|| failed(i))?;
            if number.is_nan() {
                return Ok(None);
            }
            Scalar::Double(number).cast(ty).map(Some).ok_or_else(|| failed(i))
        };
        let cells = (0..self.len()).map(cell).collect::<Result<Vec<_>, _>>()?;
        Ok(Column::collect(ty, cells.len(), |i| cells[i].clone()))
    }

    /// Whole numbers make a column of them.
    pub fn of_numbers(values: Vec<f64>) -> Column {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if values.iter().all(|x| x.fract() == 0.0 && x.abs() <= EXACT) {
            return Column::Int(values.iter().map(|x| *x as i64).collect());
        }
        // A sparse matrix does not tell one zero from the other.
        Column::Double(values.into_iter().map(|x| x + 0.0).collect())
    }
}

impl Frame {
    /// `as.frame(X)`: `get(i, j)` are the cells of a matrix.
    pub fn of_matrix(rows: usize, cols: usize, get: impl Fn(usize, usize) -> f64) -> Frame {
        let column = |j: usize| Column::of_numbers((0..rows).map(|i| get(i, j)).collect());
        Frame::unnamed(rows, (0..cols).map(column).collect())
    }

    /// The cells as numbers, row by row.
    ///
    /// # Errors
    /// E0503 for a text that is none.
    pub fn numbers(&self, operation: &str) -> Result<Vec<f64>, Mismatch> {
        let mut values = vec![0.0; self.rows() * self.cols()];
        for (j, column) in self.columns().iter().enumerate() {
            for i in 0..self.rows() {
                values[i * self.cols() + j] = column.number(i).ok_or_else(|| self.no_number(operation, i, j))?;
            }
        }
        Ok(values)
    }

    /// E0503 for a cell.
    pub(super) fn no_number(&self, operation: &str, i: usize, j: usize) -> Mismatch {
        let text = self.text(i, j).unwrap_or_else(|| "".into());
        let place = format!("row {}, column {} ({})", i + 1, j + 1, self.names()[j]);
        Mismatch::new("E0503", format!("`{operation}` can not make a number of \"{text}\" in {place}"))
            .help("`transformencode` with \"recode\" or \"dummycode\" makes codes of texts")
    }
}
