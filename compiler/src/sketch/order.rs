//! Rows in an order that only values tell.

use super::axis::Axis;
use super::counts::Counts;
use super::mnc::Sketch;

impl Sketch {
    /// The same rows in an unknown order: column counts stay, and so does what holds of all rows.
    pub fn reordered_rows(&self) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        let mean = if m == 0 { 0.0 } else { self.by_row.counts().sum(m) / m as f64 };
        let by_row = Axis::estimated(m, n, Counts::Uniform(mean), self.by_row.limits);
        Sketch::assemble(self.nnz, by_row, self.by_col.clone(), self.diagonal && m <= 1)
    }
}
