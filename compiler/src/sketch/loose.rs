//! What remains of a sketch where the operator's values, not its pattern, decide: shape, bounds, a density.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::mnc::Sketch;
use super::nnz::Nnz;

impl Sketch {
    /// A function of which nothing is known but that zeros usually become nonzero: `exp(A)`, `cos(A)`, `A + c`.
    pub fn full(&self) -> Sketch {
        Sketch::uniform(self.rows(), self.cols(), Nnz::unknown(self.cells()))
    }

    /// So many consecutive rows at a place that is not known.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn some_rows(&self, kept: u64) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        assert!(kept <= m, "{kept} of {m} rows");
        if kept == m {
            return self.clone();
        }
        let (share, left_out) = (kept as f64 / m as f64, m - kept);
        let (row, col) = (self.by_row.limits, self.by_col.limits);
        let uniform = Counts::Uniform(self.nnz.estimate / m as f64);
        let by_row = Limits {
            nonempty_lower: row.nonempty_lower.saturating_sub(left_out),
            nonempty_upper: row.nonempty_upper.min(kept),
            ..row
        };
        let lower = self.by_col.lower().map(|c| (c - left_out as f64).max(0.0));
        let upper = self.by_col.upper().map(|c| c.min(kept as f64));
        let by_col = Axis::between(n, kept, &lower, &self.by_col.counts().map(|c| c * share), &upper);
        let least = self.nnz.lower.saturating_sub(row.max.saturating_mul(left_out));
        let nnz = Nnz::new(least, self.nnz.estimate * share, self.nnz.upper.min(row.max.saturating_mul(kept)));
        let mut rows = Sketch::assemble(nnz, Axis::estimated(kept, n, uniform, by_row), by_col, false);
        rows.by_col.limit(Limits { nonempty_upper: col.nonempty_upper, ..rows.by_col.limits });
        rows
    }

    /// So many consecutive columns at a place that is not known.
    pub fn some_cols(&self, kept: u64) -> Sketch {
        if kept == self.cols() { self.clone() } else { self.transpose().some_rows(kept).transpose() }
    }

    /// So many rows at places that are not known, in any order; a row may be there more than once.
    pub fn picked_rows(&self, picked: u64) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        let share = if m == 0 { 0.0 } else { picked as f64 / m as f64 };
        let row = self.by_row.limits;
        let upper = row.max.min(self.by_col.limits.nonempty_upper).saturating_mul(picked);
        let nnz = Nnz::new(row.min.saturating_mul(picked), self.nnz.estimate * share, upper);
        Sketch::uniform(picked, n, nnz)
    }

    /// With `part` written over some cells at a place that is not known.
    pub fn overwritten(&self, part: &Sketch) -> Sketch {
        let (old, new) = (self.nnz, part.nnz);
        // nonzeros that are overwritten: as many as the part has cells, at most
        let most = part.cells().min(self.cells());
        let lower = old.lower.saturating_sub(most).saturating_add(new.lower);
        self.over(part, lower)
    }

    /// With rows and columns of `part` written to places that are not known and may repeat. Of a cell that another one
    /// replaces at most one nonzero is lost, and then one fewer of `self`.
    pub fn scattered(&self, part: &Sketch) -> Sketch {
        let both = self.nnz.lower.saturating_add(part.nnz.lower);
        self.over(part, both.saturating_sub(part.cells()))
    }

    fn over(&self, part: &Sketch, lower: u64) -> Sketch {
        let (old, new, cells) = (self.nnz, part.nnz, self.cells());
        let most = part.cells().min(cells);
        let lost = if cells == 0 { 0.0 } else { old.estimate * (most as f64 / cells as f64) };
        let nnz = Nnz::new(lower, old.estimate - lost + new.estimate, old.upper.saturating_add(new.upper).min(cells));
        Sketch::uniform(self.rows(), self.cols(), nnz)
    }
}
