//! What remains of a sketch where the operator's values, not its pattern, decide: shape, bounds, a density.

use super::{Nnz, Sketch, cells};

impl Sketch {
    /// A function of which nothing is known but that zeros usually become nonzero: `exp(A)`, `cos(A)`, `A + c`.
    pub fn full(&self) -> Sketch {
        Sketch::uniform(self.rows(), self.cols(), Nnz::unknown(self.cells()))
    }

    /// A function that is not 0 at 0, of which no more is known: every zero becomes a nonzero.
    pub fn fill_zeros(&self) -> Sketch {
        let cells = self.cells();
        Sketch::uniform(self.rows(), self.cols(), Nnz::new(cells - self.nnz().upper, cells as f64, cells))
    }

    /// A part of this shape whose place is not known.
    pub fn sample_slice(&self, rows: u64, cols: u64) -> Sketch {
        let size = cells(rows, cols);
        Sketch::uniform(rows, cols, Nnz::new(0, self.density() * size as f64, size.min(self.nnz().upper)))
    }

    /// With so many cells overwritten at a place that is not known.
    pub fn overwritten(&self, count: u64) -> Sketch {
        let (old, cells) = (self.nnz(), self.cells());
        let nnz = Nnz::new(old.lower.saturating_sub(count), old.estimate, old.upper.saturating_add(count).min(cells));
        Sketch::uniform(self.rows(), self.cols(), nnz)
    }
}
