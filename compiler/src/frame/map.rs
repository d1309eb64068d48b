//! `map(F, function, margin)`.

use std::sync::Arc;

use super::lambda::{Lambda, Val};
use super::{Column, Frame};
use crate::ops::Mismatch;

/// What a function is applied to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Margin {
    Cells,
    Rows,
    Cols,
}

impl Frame {
    /// The function of each cell, row or column. Missing cells stay missing. A function of two cells gives, for each pair of
    /// rows of the first column, its value above the diagonal, and 0.0 elsewhere.
    ///
    /// # Errors
    /// E0518 where the function has no value, with the place.
    pub fn map(&self, f: &Lambda, margin: Margin) -> Result<Frame, Mismatch> {
        match (f.arity(), margin) {
            (1, Margin::Cells) => self.map_cells(f),
            (1, _) => self.map_lines(f, margin),
            (2, Margin::Cells) => self.map_pairs(f),
            (n, _) => Err(Mismatch::new("E0517", format!("`map` takes a function of one cell or of two, not of {n}"))),
        }
    }

    fn val(&self, i: usize, j: usize) -> Val {
        match self.column(j).is_missing(i) {
            true => Val::Missing,
            false => self.text(i, j).map_or(Val::Missing, Val::Text),
        }
    }

    fn failed(&self, i: usize, j: usize, why: &str) -> Mismatch {
        if i >= self.rows() || j >= self.cols() {
            let what = if j >= self.cols() { format!("row {}", i + 1) } else { format!("column {}", j + 1) };
            return Mismatch::new(
                "E0518",
                format!("the function of `map` has no value for {what}, which has no cells: {why}"),
            );
        }
        let text = self.text(i, j).unwrap_or_else(|| "".into());
        let place = format!("row {}, column {} ({})", i + 1, j + 1, self.names()[j]);
        Mismatch::new("E0518", format!("the function of `map` has no value for \"{text}\" in {place}: {why}"))
    }

    fn map_cells(&self, f: &Lambda) -> Result<Frame, Mismatch> {
        let cell = |i: usize, j: usize| -> Result<Option<Arc<str>>, Mismatch> {
            match self.val(i, j) {
                Val::Missing => Ok(None),
                cell => f.call(&[cell]).map(Val::into_cell).map_err(|why| self.failed(i, j, &why)),
            }
        };
        let column =
            |j: usize| Ok(Column::Text((0..self.rows()).map(|i| cell(i, j)).collect::<Result<_, Mismatch>>()?));
        let columns = (0..self.cols()).map(column).collect::<Result<Vec<_>, Mismatch>>()?;
        Ok(Frame::new(self.rows(), self.names().to_vec(), columns))
    }

    /// Of arrays: the cells of a row (or column) make those of one.
    fn map_lines(&self, f: &Lambda, margin: Margin) -> Result<Frame, Mismatch> {
        let by_row = margin == Margin::Rows;
        let (lines, length) = if by_row { (self.rows(), self.cols()) } else { (self.cols(), self.rows()) };
        let mut results: Vec<Vec<Option<Arc<str>>>> = vec![];
        for k in 0..lines {
            let cell = |l: usize| if by_row { self.val(k, l) } else { self.val(l, k) };
            let place = if by_row { (k, 0) } else { (0, k) };
            let value = f.call(&[Val::Array((0..length).map(cell).collect())]);
            let line = match value.map_err(|why| self.failed(place.0, place.1, &why))? {
                Val::Array(items) => items.into_iter().map(Val::into_cell).collect(),
                single => vec![single.into_cell()],
            };
            if results.first().is_some_and(|first: &Vec<_>| first.len() != line.len()) {
                let (i, j) = place;
                return Err(self.failed(i, j, &format!("{} values after {}", line.len(), results[0].len())));
            }
            results.push(line);
        }
        let width = results.first().map_or(0, Vec::len);
        let frame = if by_row {
            let columns = (0..width).map(|l| Column::Text(results.iter().map(|r| r[l].clone()).collect()));
            Frame::unnamed(lines, columns.collect())
        } else {
            Frame::unnamed(width, results.into_iter().map(Column::Text).collect())
        };
        let same = frame.cols() == self.cols();
        Ok(if same { Frame::sharing(frame.rows(), self.names().to_vec(), frame.columns().to_vec()) } else { frame })
    }

    fn map_pairs(&self, f: &Lambda) -> Result<Frame, Mismatch> {
        if self.cols() != 1 {
            let message = format!("`map` of pairs takes one column, not {}", self.cols());
            return Err(Mismatch::new("E0303", message).label(0, format!("this has {} columns", self.cols())));
        }
        let n = self.rows();
        let zero: Arc<str> = "0.0".into();
        let cell = |i: usize, j: usize| {
            if i >= j {
                return Ok(Some(zero.clone()));
            }
            f.call(&[self.val(i, 0), self.val(j, 0)]).map(Val::into_cell).map_err(|why| self.failed(i, 0, &why))
        };
        let column = |j: usize| Ok(Column::Text((0..n).map(|i| cell(i, j)).collect::<Result<_, Mismatch>>()?));
        Ok(Frame::unnamed(n, (0..n).map(column).collect::<Result<Vec<_>, Mismatch>>()?))
    }
}
