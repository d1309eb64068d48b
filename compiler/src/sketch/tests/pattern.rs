//! The exact Boolean pattern of a small matrix and the operations on it, written as their definitions.

use crate::sketch::Sketch;

/// Which cells are nonzero, in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    pub rows: usize,
    pub cols: usize,
    cells: Vec<bool>,
}

impl Pattern {
    pub fn new(rows: usize, cols: usize, mut cell: impl FnMut(usize, usize) -> bool) -> Pattern {
        let cells = (0..rows * cols).map(|t| cell(t / cols, t % cols)).collect();
        Pattern { rows, cols, cells }
    }

    pub fn at(&self, i: usize, j: usize) -> bool {
        self.cells[i * self.cols + j]
    }

    pub fn nnz(&self) -> u64 {
        self.cells.iter().filter(|&&set| set).count() as u64
    }

    pub fn row_counts(&self) -> Vec<f64> {
        (0..self.rows).map(|i| (0..self.cols).filter(|&j| self.at(i, j)).count() as f64).collect()
    }

    pub fn col_counts(&self) -> Vec<f64> {
        self.transpose().row_counts()
    }

    /// Per row, the nonzeros that are alone in their column.
    pub fn alone_by_row(&self) -> Vec<f64> {
        let cols = self.col_counts();
        (0..self.rows).map(|i| (0..self.cols).filter(|&j| self.at(i, j) && cols[j] == 1.0).count() as f64).collect()
    }

    /// The leaf sketch, from CSR arrays with an explicit zero in every zero cell where `stored_zeros`.
    pub fn sketch(&self, stored_zeros: bool) -> Sketch {
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..self.rows {
            for j in (0..self.cols).filter(|&j| stored_zeros || self.at(i, j)) {
                indices.push(j as u32);
                values.push(f64::from(u8::from(self.at(i, j))));
            }
            indptr.push(indices.len());
        }
        Sketch::from_csr(self.rows as u64, self.cols as u64, &indptr, &indices, &values)
    }

    pub fn dense_sketch(&self) -> Sketch {
        let values: Vec<f64> = self.cells.iter().map(|&set| if set { f64::NAN } else { -0.0 }).collect();
        Sketch::from_dense(self.rows as u64, self.cols as u64, &values)
    }

    pub fn matmul(&self, b: &Pattern) -> Pattern {
        Pattern::new(self.rows, b.cols, |i, j| (0..self.cols).any(|k| self.at(i, k) && b.at(k, j)))
    }

    pub fn transpose(&self) -> Pattern {
        Pattern::new(self.cols, self.rows, |j, i| self.at(i, j))
    }

    pub fn zip(&self, b: &Pattern, f: impl Fn(bool, bool) -> bool) -> Pattern {
        let (rows, cols) =
            (if self.rows == 1 { b.rows } else { self.rows }, if self.cols == 1 { b.cols } else { self.cols });
        let (x, y) = (self.broadcast(rows, cols), b.broadcast(rows, cols));
        Pattern::new(rows, cols, |i, j| f(x.at(i, j), y.at(i, j)))
    }

    pub fn broadcast(&self, rows: usize, cols: usize) -> Pattern {
        let pick = |len: usize, i: usize| if len == 1 { 0 } else { i };
        Pattern::new(rows, cols, |i, j| self.at(pick(self.rows, i), pick(self.cols, j)))
    }

    pub fn map(&self, f: impl Fn(bool) -> bool) -> Pattern {
        Pattern::new(self.rows, self.cols, |i, j| f(self.at(i, j)))
    }

    pub fn reshape(&self, rows: usize, cols: usize, byrow: bool) -> Pattern {
        if byrow {
            Pattern { rows, cols, cells: self.cells.clone() }
        } else {
            self.transpose().reshape(cols, rows, true).transpose()
        }
    }

    pub fn rbind(&self, b: &Pattern) -> Pattern {
        Pattern::new(
            self.rows + b.rows,
            self.cols,
            |i, j| if i < self.rows { self.at(i, j) } else { b.at(i - self.rows, j) },
        )
    }

    pub fn rev(&self) -> Pattern {
        Pattern::new(self.rows, self.cols, |i, j| self.at(self.rows - 1 - i, j))
    }

    pub fn diag_to_matrix(&self) -> Pattern {
        let m = self.rows * self.cols;
        Pattern::new(m, m, |i, j| i == j && self.cells[i])
    }

    pub fn diag_of_matrix(&self) -> Pattern {
        Pattern::new(self.rows.min(self.cols), 1, |i, _| self.at(i, i))
    }

    pub fn row_agg(&self) -> Pattern {
        Pattern::new(self.rows, 1, |i, _| (0..self.cols).any(|j| self.at(i, j)))
    }

    pub fn full_agg(&self) -> Pattern {
        Pattern::new(1, 1, |_, _| self.cells.contains(&true))
    }

    pub fn cumsum(&self) -> Pattern {
        Pattern::new(self.rows, self.cols, |i, j| (0..=i).any(|above| self.at(above, j)))
    }

    pub fn slice(&self, rows: std::ops::Range<usize>, cols: std::ops::Range<usize>) -> Pattern {
        Pattern::new(rows.len(), cols.len(), |i, j| self.at(rows.start + i, cols.start + j))
    }

    pub fn left_index(&self, rows: std::ops::Range<usize>, cols: std::ops::Range<usize>, y: &Pattern) -> Pattern {
        Pattern::new(self.rows, self.cols, |i, j| {
            let inside = rows.contains(&i) && cols.contains(&j);
            if inside { y.at(i - rows.start, j - cols.start) } else { self.at(i, j) }
        })
    }
}
