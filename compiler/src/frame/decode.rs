//! Matrices back to frames, and what the columns of an encoded matrix are.

use super::encode::{Codes, ColumnEncoder, Encoder};
use super::{Column, Frame};
use crate::ops::{Mismatch, format_double};

impl Encoder {
    /// The frame that a matrix of `rows` rows of cells `get(i, j)` was made of, as far as codes tell: bins become their
    /// middles, hashed cells their buckets.
    ///
    /// # Errors
    /// E0515 if the matrix has another number of columns.
    pub fn decode(&self, rows: usize, cols: usize, get: impl Fn(usize, usize) -> f64) -> Result<Frame, Mismatch> {
        let widths = self.widths(0);
        let width: usize = widths.iter().sum();
        if width != cols {
            let message = format!("a matrix of {cols} columns is decoded, but the metadata tells of {width}");
            return Err(Mismatch::new("E0515", message).label(0, format!("this is {rows} x {cols}")));
        }
        let mut first = 0;
        let mut columns = vec![];
        for (column, width) in self.columns.iter().zip(widths) {
            columns.push(column.decode(rows, width, |i, k| get(i, first + k)));
            first += width;
        }
        Ok(Frame::new(rows, self.names.clone(), columns))
    }

    /// Of each column: its number, and the first and last column that it becomes.
    pub fn map(&self) -> Vec<f64> {
        let (mut first, mut cells) = (1.0, vec![]);
        for (j, width) in self.widths(1).into_iter().enumerate() {
            cells.extend([j as f64 + 1.0, first, first + width as f64 - 1.0]);
            first += width as f64;
        }
        cells
    }

    /// 1 for each column of the encoded matrix that tells a category, 0 for one of numbers.
    pub fn mask(&self) -> Vec<f64> {
        let of = |c: &ColumnEncoder| vec![f64::from(u8::from(!matches!(c.codes, Codes::Plain))); c.width(1)];
        self.columns.iter().flat_map(of).collect()
    }
}

impl ColumnEncoder {
    fn decode(&self, rows: usize, width: usize, get: impl Fn(usize, usize) -> f64) -> Column {
        let code = |i: usize| match self.rule.dummy || self.rule.words {
            true => (0..width).find(|&k| get(i, k) != 0.0).map_or(0, |k| k + 1),
            // NaN is 0
            false => get(i, 0) as usize,
        };
        match &self.codes {
            Codes::Plain => Column::Double((0..rows).map(|i| get(i, 0)).collect()),
            Codes::Recode { keys, .. } => {
                Column::Text((0..rows).map(|i| code(i).checked_sub(1).and_then(|c| keys.get(c).cloned())).collect())
            }
            Codes::Bins(bins) => {
                let middle = |c: usize| bins.get(c).map(|(a, b)| format_double((a + b) / 2.0).into());
                Column::Text((0..rows).map(|i| code(i).checked_sub(1).and_then(middle)).collect())
            }
            Codes::Hash(_) => {
                let bucket = |c: usize| if c == 0 { None } else { Some(c.to_string().into()) };
                Column::Text((0..rows).map(|i| bucket(code(i))).collect())
            }
        }
    }
}
