//! The sketch itself: shape, number of nonzeros, row and column counts, structure.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::dc::{Factor, Factors};
use super::identity::Identity;
use super::nnz::{Nnz, bytes_csr, bytes_dense, cells};
use super::rule::Rule;
use super::walk::Lineage;

/// What is known about the pattern of a matrix (sections 1 and 3 of the MNC paper). Cheap to clone.
///
/// Two-operand functions require conforming shapes, which shape inference has checked before; they panic otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    pub(super) nnz: Nnz,
    pub(super) by_row: Axis,
    pub(super) by_col: Axis,
    pub(super) diagonal: bool,
    pub(super) factors: Factors,
    pub(super) lineage: Lineage,
    pub(super) identity: Identity,
}

/// Patterns that are known cell by cell from the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// No nonzero.
    Empty,
    /// No zero.
    Dense,
    /// Square, nonzeros only on the main diagonal, not necessarily everywhere on it.
    Diagonal,
    /// Exactly the cells in a set of rows and a set of columns: masks, broadcast vectors, outer products.
    Rectangle,
    /// Anything else.
    General,
}

impl Sketch {
    /// A sketch of what its parts say together: each may tighten the bounds of the others.
    pub(super) fn assemble(nnz: Nnz, by_row: Axis, by_col: Axis, diagonal: bool) -> Sketch {
        let square = by_row.len() == by_col.len();
        let mut sketch = Sketch {
            nnz,
            by_row,
            by_col,
            // only a square matrix is diagonal
            diagonal: diagonal && square,
            factors: Factors::default(),
            lineage: Lineage::default(),
            identity: Identity::default(),
        };
        if sketch.diagonal {
            sketch.by_row.limit(Limits { max: 1, ..sketch.by_row.limits });
            sketch.by_col.limit(Limits { max: 1, ..sketch.by_col.limits });
        }
        // The second round carries what an axis learned from the total to the other axis.
        for _ in 0..2 {
            sketch.tighten();
        }
        let (rows, cols) = (sketch.rows(), sketch.cols());
        if sketch.nnz.upper == 0 {
            (sketch.by_row, sketch.by_col) = (Axis::empty(rows, cols), Axis::empty(cols, rows));
        } else if sketch.nnz.lower == cells(rows, cols) && sketch.nnz.lower < u64::MAX {
            (sketch.by_row, sketch.by_col) = (Axis::full(rows, cols), Axis::full(cols, rows));
        }
        if !(sketch.by_row.is_exact() && sketch.by_col.is_exact()) {
            (sketch.by_row.alone, sketch.by_col.alone) = (None, None);
        }
        sketch
    }

    fn tighten(&mut self) {
        for axis in [&self.by_row, &self.by_col] {
            let known = axis.nnz();
            self.nnz = self.nnz.clamp_by(known.lower, known.upper, Rule::Counts);
        }
        let (nnz, row, col) = (self.nnz, self.by_row.limits, self.by_col.limits);
        self.by_row.limit(implied(nnz, row, col));
        self.by_col.limit(implied(nnz, col, row));
    }

    /// An estimate of the counts and of the total, made consistent: both axes are fitted to the total.
    pub(super) fn fit(nnz: Nnz, rows: Bounded, cols: Bounded, diagonal: bool) -> Sketch {
        let (m, n) = (rows.len, cols.len);
        let mut rough = nnz;
        for known in [rows.nnz(), cols.nnz()] {
            rough = rough.clamp_by(known.lower, known.upper, Rule::Counts);
        }
        let by_row = rows.axis(n, rough.estimate);
        let by_col = cols.axis(m, rough.estimate);
        Sketch::assemble(rough, by_row, by_col, diagonal)
    }

    /// The same pattern with more knowledge of its number of nonzeros: expected counts grow or shrink with it.
    #[must_use]
    pub fn refined(&self, nnz: Nnz) -> Sketch {
        let scale = if self.nnz.estimate > 0.0 { nnz.estimate / self.nnz.estimate } else { 1.0 };
        let scaled = |axis: &Axis| Bounded {
            len: axis.len(),
            lower: axis.lower(),
            counts: axis.counts().map(|count| count * scale),
            upper: axis.upper(),
            limits: axis.limits,
        };
        let clamped = nnz.clamp_by(self.nnz.lower, self.nnz.upper, Rule::Operands);
        Sketch::fit(clamped, scaled(&self.by_row), scaled(&self.by_col), self.diagonal)
    }

    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.by_row.len()
    }

    /// Number of columns.
    pub fn cols(&self) -> u64 {
        self.by_col.len()
    }

    /// Number of nonzeros: bounds and estimate.
    pub fn nnz(&self) -> Nnz {
        self.nnz
    }

    /// Whether the number of nonzeros is known exactly.
    pub fn is_exact(&self) -> bool {
        self.nnz.is_exact()
    }

    /// Nonzeros per row (`hr`) and their summaries.
    pub fn by_row(&self) -> &Axis {
        &self.by_row
    }

    /// Nonzeros per column (`hc`) and their summaries.
    pub fn by_col(&self) -> &Axis {
        &self.by_col
    }

    /// Number of cells, at most `u64::MAX`.
    pub fn cells(&self) -> u64 {
        cells(self.rows(), self.cols())
    }

    /// Expected fraction of nonzero cells, in [0, 1].
    pub fn density(&self) -> f64 {
        self.nnz.density(self.rows(), self.cols())
    }

    /// Bytes if stored dense.
    pub fn bytes_dense(&self) -> u64 {
        bytes_dense(self.rows(), self.cols())
    }

    /// Bytes if stored as CSR, with the expected number of nonzeros: for costs.
    pub fn bytes_csr(&self) -> u64 {
        bytes_csr(self.rows(), self.cols(), self.nnz.estimate.ceil() as u64)
    }

    /// Bytes if stored as CSR, with the largest possible number of nonzeros: for memory.
    pub fn bytes_csr_upper(&self) -> u64 {
        bytes_csr(self.rows(), self.cols(), self.nnz.upper)
    }

    /// The pattern's structure, as far as the counts prove one.
    pub fn structure(&self) -> Structure {
        if self.nnz.upper == 0 {
            Structure::Empty
        } else if self.by_row.is_exact() && self.by_row.full_slices() == self.rows() {
            Structure::Dense
        } else if self.diagonal {
            Structure::Diagonal
        } else if self.is_rectangle() {
            Structure::Rectangle
        } else {
            Structure::General
        }
    }

    /// All nonzeros lie in nonempty rows and columns; if there are as many as such cells, every such cell is one.
    pub(super) fn is_rectangle(&self) -> bool {
        self.by_row.is_exact()
            && self.by_col.is_exact()
            && self.is_exact()
            && self.nnz.upper < u64::MAX
            && cells(self.by_row.limits.nonempty_upper, self.by_col.limits.nonempty_upper) == self.nnz.upper
    }

    /// The rectangle of the nonempty rows of `rows` and the nonempty columns of `cols`, both exact.
    pub(super) fn rectangle(rows: &Counts, m: u64, cols: &Counts, n: u64) -> Sketch {
        let (r, c) = (Axis::exact(m, n, rows.clone()), Axis::exact(n, m, cols.clone()));
        let (height, breadth) = (r.nonempty(), c.nonempty());
        let spread = |counts: &Counts, across: f64| counts.map(|x| if x > 0.0 { across } else { 0.0 });
        let by_row = Axis::exact(m, n, spread(rows, breadth));
        let by_col = Axis::exact(n, m, spread(cols, height));
        Sketch::assemble(Nnz::unknown(cells(m, n)), by_row, by_col, false)
    }

    /// Whether each row and each column has exactly one nonzero.
    pub(super) fn is_permutation(&self) -> bool {
        let one = |limits: Limits| limits.min == 1 && limits.max == 1;
        one(self.by_row.limits) && one(self.by_col.limits)
    }

    /// As the left factor of a product, in degree classes.
    pub(super) fn left_factor(&self) -> &Factor {
        self.factors.left(&self.by_row, &self.by_col, self.alone_by_col())
    }

    /// As the right factor of a product, in degree classes.
    pub(super) fn right_factor(&self) -> &Factor {
        self.factors.right(&self.by_row, &self.by_col, self.alone_by_row())
    }

    /// `her`, `hec`: of each row (column) the nonzeros that are alone in their column (row); `None` if unknown.
    /// If no column has more than one nonzero, all are alone.
    pub(super) fn alone_by_row(&self) -> Option<&Counts> {
        alone(&self.by_row, &self.by_col)
    }

    /// See [`Sketch::alone_by_row`].
    pub(super) fn alone_by_col(&self) -> Option<&Counts> {
        alone(&self.by_col, &self.by_row)
    }
}

fn alone<'a>(axis: &'a Axis, across: &Axis) -> Option<&'a Counts> {
    let all_alone = axis.is_exact() && across.limits.max <= 1;
    if all_alone { Some(axis.counts()) } else { axis.alone.as_ref() }
}

/// What the total and the other axis imply for an axis.
fn implied(nnz: Nnz, own: Limits, across: Limits) -> Limits {
    let max = own.max.min(across.nonempty_upper).min(nnz.upper);
    let nonempty_lower = if max == 0 { 0 } else { nnz.lower.div_ceil(max) };
    Limits {
        min: own.min,
        max,
        // a slice across with `across.min` nonzeros meets that many slices of this axis
        nonempty_lower: own.nonempty_lower.max(nonempty_lower).max(if across.nonempty_lower > 0 {
            across.min
        } else {
            0
        }),
        nonempty_upper: own.nonempty_upper.min(nnz.upper),
    }
}

/// Expected counts of an axis, with true bounds for each slice, before the total is known.
pub(super) struct Bounded {
    pub(super) len: u64,
    pub(super) lower: Counts,
    pub(super) counts: Counts,
    pub(super) upper: Counts,
    /// What else is certain.
    pub(super) limits: Limits,
}

impl Bounded {
    fn nnz(&self) -> Nnz {
        let (lower, upper) = (self.lower.sum(self.len), self.upper.sum(self.len));
        Nnz::new(super::nnz::floor_bound(lower), 0.0, super::nnz::ceil_bound(upper))
    }

    fn axis(self, width: u64, total: f64) -> Axis {
        let fitted = self.counts.fitted(&self.lower, &self.upper, total, self.len);
        let mut axis = Axis::within(self.len, width, &self.lower, fitted, &self.upper);
        axis.limit(self.limits);
        axis
    }
}
