//! Frames as text.

use super::{Frame, type_name};
use crate::ops::Scalar;
use crate::ops::text::{ToString, matrix_to_string};

impl Frame {
    /// A line of the shape, one of names and one of types, each behind a `#`, then the rows.
    pub fn to_text(&self, options: &ToString<'_>) -> String {
        let (rows, cols) = (self.rows().min(options.rows), self.cols().min(options.cols));
        let (sep, end) = (options.sep, options.linesep);
        let head = |words: Vec<&str>| format!("#{sep}{}{end}", words.join(sep));
        let mut text = format!("# FRAME: nrow = {}, ncol = {}{end}", self.rows(), self.cols());
        text += &head(self.names()[..cols].iter().map(|n| &**n).collect());
        text += &head(self.columns()[..cols].iter().map(|c| type_name(c.ty())).collect());
        for i in 0..rows {
            for j in 0..cols {
                if j > 0 {
                    text += sep;
                }
                text += &self.shown(i, j, options.decimal);
            }
            text += end;
        }
        text
    }

    /// A cell as it is printed: doubles with so many digits after the point.
    pub fn shown(&self, i: usize, j: usize, decimal: usize) -> String {
        match self.get(i, j) {
            Some(Scalar::Double(x)) => {
                matrix_to_string(1, 1, |_, _| x, &ToString { decimal, linesep: "", ..ToString::default() })
            }
            Some(other) => other.to_string(),
            None if matches!(self.column(j), super::Column::Double(_)) => "NaN".into(),
            None => "null".into(),
        }
    }
}
