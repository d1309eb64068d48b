//! The pattern of a matrix in memory, borrowed: what an estimator reads of a leaf.

use std::fmt;

/// Rows and columns.
pub type Shape = (usize, usize);

/// Which cells of a matrix are nonzero, as borrowed CSR arrays: row `i` has the columns `indices[indptr[i]..indptr[i + 1]]`,
/// ascending. Explicit zeros count as nonzeros: drop them before.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    rows: usize,
    cols: usize,
    indptr: &'a [usize],
    indices: &'a [u32],
}

/// Why arrays are not a CSR pattern of their shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidPattern {
    /// Not one more row pointer than rows, descending, or beyond the end of the indices.
    RowPointers,
    /// The column indices of this row (0-based) are not ascending or leave the matrix.
    Row(usize),
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidPattern::RowPointers => write!(f, "the row pointers are not those of a CSR matrix of this shape"),
            InvalidPattern::Row(i) => {
                write!(f, "the column indices of row {i} (counted from 0) are not ascending within the matrix")
            }
        }
    }
}

impl std::error::Error for InvalidPattern {}

impl<'a> Pattern<'a> {
    /// Checks the arrays: O(nnz + rows).
    ///
    /// # Errors
    /// See [`InvalidPattern`].
    pub fn new(
        rows: usize,
        cols: usize,
        indptr: &'a [usize],
        indices: &'a [u32],
    ) -> Result<Pattern<'a>, InvalidPattern> {
        let spans = indptr.len() == rows.wrapping_add(1) && indptr[rows] <= indices.len();
        if !spans || !indptr.is_sorted() {
            return Err(InvalidPattern::RowPointers);
        }
        let pattern = Pattern { rows, cols, indptr, indices };
        let valid = |row: &[u32]| {
            row.windows(2).all(|pair| pair[0] < pair[1]) && row.last().is_none_or(|&j| (j as usize) < cols)
        };
        match (0..rows).find(|&i| !valid(pattern.row(i))) {
            Some(i) => Err(InvalidPattern::Row(i)),
            None => Ok(pattern),
        }
    }

    /// Arrays that are known to be valid.
    pub(super) fn trusted(rows: usize, cols: usize, indptr: &'a [usize], indices: &'a [u32]) -> Pattern<'a> {
        Pattern { rows, cols, indptr, indices }
    }

    /// Number of rows.
    pub fn rows(self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(self) -> usize {
        self.cols
    }

    /// Rows and columns.
    pub fn shape(self) -> Shape {
        (self.rows, self.cols)
    }

    /// Number of nonzeros.
    pub fn nnz(self) -> usize {
        self.indptr[self.rows] - self.indptr[0]
    }

    /// The columns of the nonzeros of row `i`, ascending.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(self, i: usize) -> &'a [u32] {
        &self.indices[self.indptr[i]..self.indptr[i + 1]]
    }

    /// All rows in order.
    pub fn iter(self) -> impl Iterator<Item = &'a [u32]> {
        self.indptr.windows(2).map(move |span| &self.indices[span[0]..span[1]])
    }

    /// The row pointers and the column indices.
    pub fn arrays(self) -> (&'a [usize], &'a [u32]) {
        (self.indptr, self.indices)
    }

    /// Nonzeros per row.
    pub fn row_counts(self) -> Vec<u32> {
        self.iter().map(|row| row.len() as u32).collect()
    }

    /// Nonzeros per column.
    pub fn col_counts(self) -> Vec<u32> {
        let mut counts = vec![0; self.cols];
        for &j in self.iter().flatten() {
            counts[j as usize] += 1;
        }
        counts
    }
}
