//! Right and left indexing by ranges, 0-based and half open.

use std::ops::Range;

use super::axis::Limits;
use super::mnc::{Bounded, Sketch};
use super::nnz::{Nnz, cells};

impl Sketch {
    /// `self[rows, cols]`.
    ///
    /// # Panics
    /// If a range leaves the matrix.
    pub fn slice(&self, rows: Range<u64>, cols: Range<u64>) -> Sketch {
        assert!(rows.start <= rows.end && rows.end <= self.rows(), "rows {rows:?} of {}", self.rows());
        assert!(cols.start <= cols.end && cols.end <= self.cols(), "columns {cols:?} of {}", self.cols());
        if (rows.clone(), cols.clone()) == (0..self.rows(), 0..self.cols()) {
            return self.clone();
        }
        let diagonal = self.diagonal && rows == cols;
        let mut sketch = self.row_range(rows).transpose().row_range(cols).transpose();
        sketch.diagonal = diagonal;
        sketch
    }

    /// Some rows: their counts stay, and each column loses the nonzeros of the others in proportion.
    fn row_range(&self, range: Range<u64>) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        if range == (0..m) {
            return self.clone();
        }
        let kept = range.end - range.start;
        let left_out = (m - kept) as f64;
        let (lower, counts, upper) = self.by_row.range(range);
        let estimate = counts.sum(kept);
        let share = if self.nnz.estimate > 0.0 { estimate / self.nnz.estimate } else { 0.0 };
        let outside = cells(m - kept, n);
        let nnz = Nnz::new(self.nnz.lower.saturating_sub(outside), estimate, self.nnz.upper.min(cells(kept, n)));
        let own = self.by_row.limits;
        let row_limits = Limits {
            nonempty_lower: own.nonempty_lower.saturating_sub(m - kept),
            nonempty_upper: own.nonempty_upper.min(kept),
            ..own
        };
        let rows = Bounded { len: kept, lower, counts, upper, limits: row_limits };
        let cols = Bounded {
            len: n,
            lower: self.by_col.lower().map(|c| (c - left_out).max(0.0)),
            counts: self.by_col.counts().map(|c| c * share),
            upper: self.by_col.upper().map(|c| c.min(kept as f64)),
            limits: Limits { nonempty_upper: self.by_col.limits.nonempty_upper, ..Limits::any(n, kept) },
        };
        Sketch::fit(nnz, rows, cols, false)
    }

    /// `self[rows, cols] = y`: what `self` has outside, and `y`, which is repeated if it is a vector or scalar.
    ///
    /// # Panics
    /// If a range leaves the matrix or `y` does not fit.
    pub fn left_index(&self, rows: Range<u64>, cols: Range<u64>, y: &Sketch) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        let y = y.broadcast(rows.end - rows.start, cols.end - cols.start);
        if (rows.clone(), cols.clone()) == (0..m, 0..n) {
            return y;
        }
        let middle = self.row_range(rows.clone());
        let left = middle.slice(0..middle.rows(), 0..cols.start);
        let right = middle.slice(0..middle.rows(), cols.end..n);
        let middle = left.cbind(&y).cbind(&right);
        Sketch::merge_rows(&[self.row_range(0..rows.start), middle, self.row_range(rows.end..m)])
    }
}
