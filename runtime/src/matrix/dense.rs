//! Dense matrices, row-major.

/// A dense rows x cols matrix: `values[i * cols + j]` is the cell (i, j).
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    rows: usize,
    cols: usize,
    values: Vec<f64>,
}

impl Dense {
    /// Panics if there are not rows * cols values: that is a defect of the caller.
    pub fn new(rows: usize, cols: usize, values: Vec<f64>) -> Dense {
        assert_eq!(values.len(), rows * cols, "a dense {rows} x {cols} matrix needs that many values");
        Dense { rows, cols, values }
    }

    pub fn zeros(rows: usize, cols: usize) -> Dense {
        Dense::new(rows, cols, vec![0.0; rows * cols])
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn cols(&self) -> usize {
        self.cols
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.cols..(i + 1) * self.cols]
    }

    pub fn bytes(&self) -> u64 {
        8 * self.values.len() as u64
    }
}
