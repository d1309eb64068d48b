//! Triangles of a matrix: `lower.tri`, `upper.tri`.

use super::axis::{Axis, Limits};
use super::counts::{Counts, MAX_EXPLICIT};
use super::mnc::{Bounded, Sketch};
use super::nnz::{Nnz, cells};

impl Sketch {
    /// The cells (i, j) of a rows x cols matrix with j < i, or j <= i with the diagonal: exact.
    pub fn triangle(rows: u64, cols: u64, with_diagonal: bool) -> Sketch {
        let (by_row, by_col) = (widths(rows, cols, with_diagonal), heights(rows, cols, with_diagonal));
        match (by_row, by_col) {
            (Some(r), Some(c)) => {
                let (r, c) = (Axis::exact(rows, cols, r), Axis::exact(cols, rows, c));
                Sketch::assemble(r.nnz(), r, c, false)
            }
            _ => Sketch::uniform(rows, cols, Nnz::new(0, cells(rows, cols) as f64 / 2.0, cells(rows, cols))),
        }
    }

    /// What of the pattern lies below the diagonal, or on it too. Row i keeps the share of its nonzeros that its first
    /// cells have of all columns' nonzeros: hr_i * (hc_0 + .. + hc_i) / nnz, and columns alike (section 3.4).
    pub fn lower_triangle(&self, with_diagonal: bool) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        if self.diagonal {
            return if with_diagonal { self.clone() } else { Sketch::empty(m, n) };
        }
        let (Some(widths), Some(heights)) = (widths(m, n, with_diagonal), heights(m, n, with_diagonal)) else {
            return Sketch::uniform(m, n, Nnz::new(0, self.nnz.estimate / 2.0, self.nnz.upper));
        };
        let total = self.nnz.estimate;
        let running = |axis: &Axis| {
            let mut sums = vec![0.0];
            for c in axis.counts().written_out(axis.len()).iter() {
                sums.push(sums[sums.len() - 1] + c);
            }
            sums
        };
        let (before_col, before_row) = (running(&self.by_col), running(&self.by_row));
        let share = |part: f64| if total > 0.0 { (part / total).clamp(0.0, 1.0) } else { 0.0 };
        let rows = Bounded {
            len: m,
            lower: kept_at_least(&self.by_row, &widths),
            counts: self.by_row.counts().zip(&widths.map(|w| share(before_col[w as usize])), |h, s| h * s),
            upper: self.by_row.upper().zip(&widths, f64::min),
            limits: Limits { nonempty_upper: self.by_row.limits.nonempty_upper, ..Limits::any(m, n) },
        };
        let below = |height: f64| share(before_row[m as usize] - before_row[m as usize - height as usize]);
        let cols = Bounded {
            len: n,
            lower: kept_at_least(&self.by_col, &heights),
            counts: self.by_col.counts().zip(&heights.map(below), |h, s| h * s),
            upper: self.by_col.upper().zip(&heights, f64::min),
            limits: Limits { nonempty_upper: self.by_col.limits.nonempty_upper, ..Limits::any(n, m) },
        };
        let kept = widths.sum(m);
        let outside = (cells(m, n) as f64 - kept).max(0.0).ceil() as u64;
        let expected = (rows.counts.sum(m) + cols.counts.sum(n)) / 2.0;
        let nnz = Nnz::new(self.nnz.lower.saturating_sub(outside), expected, self.nnz.upper);
        Sketch::fit(nnz, rows, cols, false)
    }

    /// What lies above the diagonal, or on it too.
    pub fn upper_triangle(&self, with_diagonal: bool) -> Sketch {
        self.transpose().lower_triangle(with_diagonal).transpose()
    }
}

/// A slice that loses the cells outside of the triangle keeps at least its nonzeros less those cells.
fn kept_at_least(axis: &Axis, kept: &Counts) -> Counts {
    let width = axis.width() as f64;
    axis.lower().zip(kept, |c, k| (c - (width - k)).max(0.0))
}

/// Cells of each row in the lower triangle; `None` if they are too many to write out.
fn widths(rows: u64, cols: u64, with_diagonal: bool) -> Option<Counts> {
    let own = u64::from(with_diagonal);
    (rows <= MAX_EXPLICIT).then(|| (0..rows).map(|i| (i + own).min(cols) as f64).collect::<Vec<_>>().into())
}

/// Cells of each column in the lower triangle.
fn heights(rows: u64, cols: u64, with_diagonal: bool) -> Option<Counts> {
    let own = u64::from(!with_diagonal);
    let height = |j: u64| rows.saturating_sub(j + own) as f64;
    (cols <= MAX_EXPLICIT).then(|| (0..cols).map(height).collect::<Vec<_>>().into())
}
