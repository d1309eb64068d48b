//! Reorganisations that move cells without changing them: transposition, order, binding, diagonals.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::identity::Identity;
use super::mnc::{Bounded, Sketch};
use super::nnz::Nnz;

impl Sketch {
    /// `t(self)`: the axes change places.
    pub fn transpose(&self) -> Sketch {
        Sketch {
            nnz: self.nnz,
            by_row: self.by_col.clone(),
            by_col: self.by_row.clone(),
            diagonal: self.diagonal,
            factors: self.factors.transposed(),
            lineage: self.lineage.transposed(),
            // a diagonal matrix is its own transpose
            identity: if self.diagonal { self.identity.clone() } else { Identity::default() },
        }
    }

    /// `rev(self)`: rows in the opposite order.
    pub fn rev(&self) -> Sketch {
        if self.rows() <= 1 {
            return self.clone();
        }
        Sketch {
            nnz: self.nnz,
            by_row: self.by_row.reordered(Counts::reversed),
            by_col: self.by_col.clone(),
            diagonal: false,
            factors: Default::default(),
            lineage: Default::default(),
            identity: Default::default(),
        }
    }

    /// Rows of `self` above rows of `b`.
    pub fn rbind(&self, b: &Sketch) -> Sketch {
        Sketch::merge_rows(&[self.clone(), b.clone()])
    }

    /// Columns of `self` left of columns of `b`.
    pub fn cbind(&self, b: &Sketch) -> Sketch {
        Sketch::merge_cols(&[self.clone(), b.clone()])
    }

    /// The row partitions `parts` one above the other, as read by several readers or bound by `rbind`.
    ///
    /// Row counts are put one after the other, column counts are added; both stay exact. A nonzero that is alone in its row
    /// stays so (`hec` is added). One that is alone in its column does so only if no other part has a nonzero there: `her` is
    /// dropped unless the parts have their nonzeros in different columns. That the whole is a diagonal is not found out.
    ///
    /// ```
    /// use lac_compiler::sketch::Sketch;
    /// let whole = Sketch::from_csr_pattern(3, 3, &[0, 1, 2, 4], &[1, 2, 0, 1]);
    /// let parts = [Sketch::from_csr_pattern(2, 3, &[0, 1, 2], &[1, 2]), Sketch::from_csr_pattern(1, 3, &[0, 2], &[0, 1])];
    /// let merged = Sketch::merge_rows(&parts);
    /// assert_eq!(merged.by_row().counts(), whole.by_row().counts());
    /// assert_eq!(merged.by_col().counts(), whole.by_col().counts());
    /// ```
    ///
    /// # Panics
    /// If there is no part, or the parts differ in their columns.
    pub fn merge_rows(parts: &[Sketch]) -> Sketch {
        if let [one] = parts {
            return one.clone();
        }
        let cols = parts.first().expect("at least one part").cols();
        assert!(parts.iter().all(|part| part.cols() == cols), "parts of equal width");
        let rows = parts.iter().map(Sketch::rows).sum();
        let total = |of: fn(Nnz) -> u64| parts.iter().fold(0u64, |sum, part| sum.saturating_add(of(part.nnz)));
        let estimate = parts.iter().map(|part| part.nnz.estimate).sum();
        let nnz = Nnz::new(total(|n| n.lower), estimate, total(|n| n.upper));
        Sketch::assemble(nnz, stacked(parts, rows, cols, estimate), summed(parts, rows, cols), false)
    }

    /// The column partitions `parts` side by side: as [`Sketch::merge_rows`], with rows and columns exchanged.
    ///
    /// # Panics
    /// If there is no part, or the parts differ in their rows.
    pub fn merge_cols(parts: &[Sketch]) -> Sketch {
        let parts: Vec<Sketch> = parts.iter().map(Sketch::transpose).collect();
        Sketch::merge_rows(&parts).transpose()
    }

    /// `diag(v)` of an m x 1 or 1 x m vector: the m x m matrix with `v` on its diagonal.
    pub fn diag_to_matrix(&self) -> Sketch {
        let vector = if self.cols() == 1 { self.clone() } else { self.transpose() };
        let m = vector.rows();
        assert_eq!(vector.cols(), 1, "diag of a vector");
        let entries = &vector.by_row;
        let axis = if entries.is_exact() {
            Axis::exact(m, m, entries.counts().clone())
        } else {
            Axis::estimated(m, m, entries.counts().clone(), entries.limits)
        };
        Sketch::assemble(self.nnz, axis.clone(), axis, true)
    }

    /// `diag(A)`: the main diagonal as a column. Cell (i, i) is nonzero with probability hr_i hc_i / nnz, the share of the
    /// nonzeros of row i that fall into column i.
    pub fn diag_of_matrix(&self) -> Sketch {
        let m = self.rows().min(self.cols());
        let (rows, cols) = (self.by_row.range(0..m), self.by_col.range(0..m));
        if self.diagonal {
            let entries = Axis::between(m, 1, &self.by_row.lower(), self.by_row.counts(), &self.by_row.upper());
            return vector(self.nnz, entries);
        }
        let (m_cells, n_cells) = (self.rows() as f64, self.cols() as f64);
        let nnz = self.nnz.estimate;
        let probability = move |r: f64, c: f64| if nnz > 0.0 { (r * c / nnz).min(1.0) } else { 0.0 };
        let lower = rows.0.zip(&cols.0, move |r, c| f64::from(u8::from(r >= n_cells || c >= m_cells)));
        let entries = Bounded {
            len: m,
            lower,
            counts: rows.1.zip(&cols.1, probability),
            upper: rows.2.zip(&cols.2, |r, c| r.min(c).min(1.0)),
            limits: Limits::any(m, 1),
        };
        let expected = entries.counts.sum(m);
        let total = Bounded {
            len: 1,
            lower: Counts::Uniform(entries.lower.sum(m)),
            counts: Counts::Uniform(expected),
            upper: Counts::Uniform(entries.upper.sum(m)),
            limits: Limits::any(1, m),
        };
        // zeros off the diagonal can hold no more than the cells there
        let off_diagonal = self.cells() - m;
        let nnz = Nnz::new(self.nnz.lower.saturating_sub(off_diagonal), expected, m.min(self.nnz.upper));
        Sketch::fit(nnz, entries, total, false)
    }
}

impl Axis {
    /// Lower bounds, counts and upper bounds of some slices.
    pub(super) fn range(&self, range: std::ops::Range<u64>) -> (Counts, Counts, Counts) {
        (self.lower().range(range.clone()), self.counts().range(range.clone()), self.upper().range(range))
    }
}

/// The column vector with these entries.
pub(super) fn vector(nnz: Nnz, entries: Axis) -> Sketch {
    let m = entries.len();
    let total = Axis::estimated(1, m, Counts::Uniform(nnz.estimate), Limits::any(1, m));
    Sketch::assemble(nnz, entries, total, false)
}

/// Row counts of the parts, one after the other.
fn stacked(parts: &[Sketch], rows: u64, cols: u64, estimate: f64) -> Axis {
    let limits = parts.iter().filter(|part| part.rows() > 0).map(|part| part.by_row.limits).reduce(|a, b| Limits {
        min: a.min.min(b.min),
        max: a.max.max(b.max),
        nonempty_lower: a.nonempty_lower.saturating_add(b.nonempty_lower),
        nonempty_upper: a.nonempty_upper.saturating_add(b.nonempty_upper),
    });
    let limits = limits.unwrap_or(Limits::any(rows, cols));
    let concat = |of: fn(&Sketch) -> Option<&Counts>| {
        let counts: Option<Vec<_>> = parts.iter().map(|part| of(part).map(|c| (c, part.rows()))).collect();
        counts.and_then(|counts| Counts::concat(&counts))
    };
    let Some(counts) = concat(|part| Some(part.by_row.counts())) else {
        return Axis::estimated(rows, cols, Counts::Uniform(estimate / rows as f64), limits);
    };
    if parts.iter().any(|part| !part.by_row.is_exact()) {
        return Axis::estimated(rows, cols, counts, limits);
    }
    let mut axis = Axis::exact(rows, cols, counts);
    if disjoint_columns(parts) {
        axis.alone = concat(Sketch::alone_by_row);
    }
    axis
}

/// A nonzero that is alone in its column stays so only if no other part has a nonzero there.
fn disjoint_columns(parts: &[Sketch]) -> bool {
    let cols = parts[0].cols();
    let used = parts.iter().map(|part| part.by_col.upper().map(|c| f64::from(u8::from(c > 0.0))));
    let users = used.reduce(|a, b| a.zip(&b, |x, y| x + y)).expect("at least one part");
    let mut disjoint = true;
    Counts::blocks([&users], cols, |[users]| disjoint &= users.iter().all(|&n| n <= 1.0));
    disjoint
}

/// Column counts of the parts, added.
fn summed(parts: &[Sketch], rows: u64, cols: u64) -> Axis {
    let sum =
        |counts: Vec<Counts>| counts.into_iter().reduce(|a, b| a.zip(&b, |x, y| x + y)).expect("at least one part");
    let all = |of: fn(&Axis) -> Counts| sum(parts.iter().map(|part| of(&part.by_col)).collect());
    let mut axis = Axis::between(cols, rows, &all(Axis::lower), &all(|axis| axis.counts().clone()), &all(Axis::upper));
    // a nonzero alone in its row stays so
    let alone: Option<Vec<_>> = parts.iter().map(|part| part.alone_by_col().cloned()).collect();
    if axis.is_exact() {
        axis.alone = alone.map(sum);
    }
    axis
}
