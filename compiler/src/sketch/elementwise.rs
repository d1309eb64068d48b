//! Cell-wise operations. `mul` and `add` stand for all that take the intersection (`*`, `&`, `min` of non-negatives) and the
//! union (`+`, `-`, `|`, `max` of non-negatives) of two patterns. A vector operand is repeated to the shape of the other.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::dc;
use super::identity::Identity;
use super::mnc::{Bounded, Sketch, Structure};
use super::nnz::Nnz;
use super::outcome::{Outcome, Outcomes};

impl Sketch {
    /// Intersection of the patterns: `self * b`.
    pub fn mul(&self, b: &Sketch) -> Sketch {
        let (a, b) = conformed(self, b);
        match (a.structure(), b.structure()) {
            _ if a.is_within(&b) => return a,
            _ if b.is_within(&a) => return b,
            (Structure::Empty, _) | (_, Structure::Dense) => return a,
            (_, Structure::Empty) | (Structure::Dense, _) => return b,
            _ => {}
        }
        let mut both = intersected(&a, &b);
        both.identity = Identity::narrowed(&[&a.identity, &b.identity]);
        both
    }

    /// Whether the pattern is known to lie within that of `b`, as that of `X * Y` lies within that of `X`.
    pub fn is_within(&self, b: &Sketch) -> bool {
        self.identity.is_within(&b.identity)
    }

    /// Union of the patterns: `self + b`.
    pub fn add(&self, b: &Sketch) -> Sketch {
        let (a, b) = conformed(self, b);
        match (a.structure(), b.structure()) {
            _ if a.is_within(&b) => b,
            _ if b.is_within(&a) => a,
            (Structure::Empty, _) | (_, Structure::Dense) => b,
            (_, Structure::Empty) | (Structure::Dense, _) => a,
            (Structure::Diagonal, Structure::Diagonal) => diagonals(&a, &b, f64::max, |p, q| p + q - p * q),
            _ => union(&a, &b, &a.mul(&b)),
        }
    }

    /// The cells of `self` that are zero in `b`: `self * (b == 0)`.
    pub fn without(&self, b: &Sketch) -> Sketch {
        use Outcome::{Nonzero, Zero};
        self.combined(b, Outcomes { both: Zero, first: Nonzero, second: Zero, neither: Zero })
    }

    /// `self != 0`: the same pattern.
    pub fn not_zero(&self) -> Sketch {
        self.clone()
    }

    /// Complement: `self == 0`, `!self`.
    pub fn is_zero(&self) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        if self.cells() == u64::MAX {
            return Sketch::uniform(m, n, Nnz::estimated(m as f64 * n as f64 * (1.0 - self.density()), u64::MAX));
        }
        let cells = self.cells();
        let nnz = Nnz::new(cells - self.nnz.upper, cells as f64 - self.nnz.estimate, cells - self.nnz.lower);
        Sketch::assemble(nnz, complement(&self.by_row), complement(&self.by_col), false)
    }

    /// A function that keeps zeros and may make more: `round(A)`, `A > c`. As many nonzeros are expected as there are.
    pub fn zero_preserving(&self) -> Sketch {
        self.thinned(1.0)
    }

    /// A part of the nonzeros, each kept with probability `keep`: `A > c` where a share `keep` of the values passes.
    pub fn thinned(&self, keep: f64) -> Sketch {
        // The bounds of the counts are those of all nonzeros; the counts sum to the total as they did.
        let part = |axis: &Axis| {
            let limits = Limits { min: 0, nonempty_lower: 0, ..axis.limits };
            let counts = axis.counts().map(|c| c * keep);
            match axis.is_exact() {
                true => Axis::within(axis.len(), axis.width(), &Counts::Uniform(0.0), counts, axis.counts()),
                false => Axis::estimated(axis.len(), axis.width(), counts, limits),
            }
        };
        let nnz = Nnz::new(0, self.nnz.estimate * keep, self.nnz.upper);
        let mut thinned = Sketch::assemble(nnz, part(&self.by_row), part(&self.by_col), self.diagonal);
        thinned.identity = Identity::narrowed(&[&self.identity]);
        thinned
    }

    /// `ifelse(self, yes, no)`: the part of `yes` where `self` is nonzero and the part of `no` elsewhere.
    /// Scalars are given as [`Sketch::dense`] or [`Sketch::empty`] of 1 x 1.
    pub fn if_else(&self, yes: &Sketch, no: &Sketch) -> Sketch {
        let (test, yes) = conformed(self, yes);
        let (test, no) = conformed(&test, no);
        let (yes, no) = conformed(&yes, &no);
        match test.structure() {
            Structure::Dense => yes,
            Structure::Empty => no,
            // no cell is in both parts
            _ => union(&test.mul(&yes), &no.without(&test), &Sketch::empty(no.rows(), no.cols())),
        }
    }

    /// The vector or scalar repeated to `rows` x `cols`; a matrix that has this shape already is returned as it is.
    ///
    /// # Panics
    /// If a dimension is neither 1 nor the one asked for.
    pub fn broadcast(&self, rows: u64, cols: u64) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        assert!((m == rows || m == 1) && (n == cols || n == 1), "{m} x {n} repeated to {rows} x {cols}");
        let mut sketch = self.clone();
        if m != rows {
            sketch = sketch.repeated_rows(rows);
        }
        if n != cols {
            sketch = sketch.transpose().repeated_rows(cols).transpose();
        }
        sketch
    }

    /// One row, repeated: a column is full or empty.
    fn repeated_rows(&self, rows: u64) -> Sketch {
        let n = self.cols();
        let times = |n: u64| n.saturating_mul(rows);
        let every = |nonempty: u64| if nonempty > 0 { rows } else { 0 };
        let nnz = Nnz::new(times(self.nnz.lower), self.nnz.estimate * rows as f64, times(self.nnz.upper));
        let (row, col) = (self.by_row.limits, self.by_col.limits);
        let count = Counts::Uniform(self.nnz.estimate);
        let by_row = if self.is_exact() {
            Axis::exact(rows, n, count)
        } else {
            let (nonempty_lower, nonempty_upper) = (every(row.nonempty_lower), every(row.nonempty_upper));
            Axis::estimated(rows, n, count, Limits { nonempty_lower, nonempty_upper, ..row })
        };
        let scaled = self.by_col.counts().map(|c| c * rows as f64);
        let by_col = if self.by_col.is_exact() {
            Axis::exact(n, rows, scaled)
        } else {
            Axis::estimated(n, rows, scaled, Limits { min: times(col.min), max: times(col.max), ..col })
        };
        Sketch::assemble(nnz, by_row, by_col, false)
    }
}

/// The intersection of patterns that are not known to be related.
fn intersected(a: &Sketch, b: &Sketch) -> Sketch {
    match (a.structure(), b.structure()) {
        (Structure::Rectangle, Structure::Rectangle) => {
            let both = |x: &Axis, y: &Axis| x.counts().zip(y.counts(), f64::min);
            return Sketch::rectangle(&both(&a.by_row, &b.by_row), a.rows(), &both(&a.by_col, &b.by_col), a.cols());
        }
        (Structure::Diagonal, Structure::Diagonal) => return diagonals(a, b, f64::min, |p, q| p * q),
        _ => {}
    }
    let disjoint_at_least = a.nnz.lower as u128 + b.nnz.lower as u128;
    let lower = disjoint_at_least.saturating_sub(u128::from(a.cells())) as u64;
    let upper = a.nnz.upper.min(b.nnz.upper);
    let general = |sketch: &Sketch| sketch.structure() == Structure::General && dc::is_small(sketch);
    if lower < upper && general(a) && general(b) {
        let expected = dc::intersection(a, b);
        let (mut rows, mut cols) = (intersection(&a.by_row, &b.by_row, 0.0), intersection(&a.by_col, &b.by_col, 0.0));
        (rows.counts, cols.counts) = (expected.rows, expected.cols);
        return Sketch::fit(Nnz::new(lower, expected.nnz, upper), rows, cols, false);
    }
    let pairs = a.nnz.estimate * b.nnz.estimate;
    // lambda: how much likelier than at random two nonzeros meet, given the counts of the other axis
    let lambda = |x: &Axis, y: &Axis| x.counts().zip(y.counts(), |x, y| x * y).sum(x.len()) / pairs;
    let (across_cols, across_rows) = (lambda(&a.by_col, &b.by_col), lambda(&a.by_row, &b.by_row));
    let rows = intersection(&a.by_row, &b.by_row, across_cols);
    let cols = intersection(&a.by_col, &b.by_col, across_rows);
    let estimate = rows.counts.sum(rows.len);
    Sketch::fit(Nnz::new(lower, estimate, upper), rows, cols, a.diagonal || b.diagonal)
}

/// Both operands repeated to the shape of the result.
pub(super) fn conformed(a: &Sketch, b: &Sketch) -> (Sketch, Sketch) {
    let pick = |x: u64, y: u64| if x == 1 { y } else { x };
    let (rows, cols) = (pick(a.rows(), b.rows()), pick(a.cols(), b.cols()));
    (a.broadcast(rows, cols), b.broadcast(rows, cols))
}

/// Of two slices with x and y of `width` cells nonzero, between x + y - width and min(x, y) cells are in both.
pub(super) fn intersection(a: &Axis, b: &Axis, lambda: f64) -> Bounded {
    let width = a.width() as f64;
    Bounded {
        len: a.len(),
        lower: a.lower().zip(&b.lower(), |x, y| (x + y - width).max(0.0)),
        counts: a.counts().zip(b.counts(), |x, y| x * y * lambda),
        upper: a.upper().zip(&b.upper(), f64::min),
        limits: Limits::any(a.len(), a.width()),
    }
}

/// Inclusion and exclusion: |A or B| = |A| + |B| - |A and B|, in total and slice by slice.
pub(super) fn union(a: &Sketch, b: &Sketch, both: &Sketch) -> Sketch {
    let largest = a.nnz.lower.max(b.nnz.lower);
    let lower = a.nnz.lower.saturating_add(b.nnz.lower).saturating_sub(both.nnz.upper).max(largest);
    let upper = a.nnz.upper.saturating_add(b.nnz.upper).saturating_sub(both.nnz.lower).min(a.cells());
    let nnz = Nnz::new(lower, a.nnz.estimate + b.nnz.estimate - both.nnz.estimate, upper);
    let rows = union_slices(&a.by_row, &b.by_row, &both.by_row);
    let cols = union_slices(&a.by_col, &b.by_col, &both.by_col);
    Sketch::fit(nnz, rows, cols, a.diagonal && b.diagonal)
}

fn union_slices(a: &Axis, b: &Axis, both: &Axis) -> Bounded {
    let width = a.width() as f64;
    let sum = |x: &Counts, y: &Counts| x.zip(y, |x, y| x + y);
    let lower = sum(&a.lower(), &b.lower()).zip(&both.upper(), |s, i| s - i);
    Bounded {
        len: a.len(),
        lower: lower.zip(&a.lower(), f64::max).zip(&b.lower(), f64::max),
        counts: sum(a.counts(), b.counts()).zip(both.counts(), |s, i| s - i),
        upper: sum(&a.upper(), &b.upper()).zip(&both.lower(), |s, i| (s - i).min(width)),
        limits: Limits::any(a.len(), a.width()),
    }
}

/// Counts of zeros; they sum to the total as those of nonzeros do.
fn complement(axis: &Axis) -> Axis {
    let (len, cells) = (axis.len(), axis.width());
    let zeros = axis.counts().map(|c| cells as f64 - c);
    if axis.is_exact() {
        return Axis::exact(len, cells, zeros);
    }
    // The bounds of inexact counts are the same for all slices.
    let Limits { min, max, .. } = axis.limits;
    Axis::estimated(len, cells, zeros, Limits { min: cells - max, max: cells - min, ..Limits::any(len, cells) })
}

/// Two diagonal matrices combine entry by entry: `certain` of bounds, `expected` of probabilities.
fn diagonals(a: &Sketch, b: &Sketch, certain: fn(f64, f64) -> f64, expected: fn(f64, f64) -> f64) -> Sketch {
    let (x, y) = (&a.by_row, &b.by_row);
    let entries = || Bounded {
        len: x.len(),
        lower: x.lower().zip(&y.lower(), certain),
        counts: x.counts().zip(y.counts(), expected),
        upper: x.upper().zip(&y.upper(), certain),
        limits: Limits::any(x.len(), x.width()),
    };
    let axis = entries();
    let nnz = Nnz::estimated(axis.counts.sum(axis.len), x.len());
    Sketch::fit(nnz, axis, entries(), true)
}
