//! `matrix(A, rows=, cols=)`: the cells of A in row-major (or column-major) order, cut into rows of another length.

use super::axis::{Axis, Limits};
use super::counts::{Counts, MAX_EXPLICIT};
use super::mnc::Sketch;
use super::nnz::cells;

impl Sketch {
    /// The cells of `self` in row-major order (`byrow`) or column-major order, as a `rows` x `cols` matrix.
    ///
    /// # Panics
    /// If the number of cells differs.
    pub fn reshape(&self, rows: u64, cols: u64, byrow: bool) -> Sketch {
        assert_eq!(cells(rows, cols), self.cells(), "as many cells");
        if (rows, cols) == (self.rows(), self.cols()) {
            return self.clone();
        }
        if !byrow {
            return self.transpose().reshape(cols, rows, true).transpose();
        }
        let by_row = reshaped_rows(self, rows, cols);
        let by_col = reshaped_cols(self, rows, cols);
        Sketch::assemble(self.nnz, by_row, by_col, false)
    }
}

/// A new row takes old rows whole, or the part of an old row in a range of columns: that share of the row's nonzeros that
/// these columns have of all.
fn reshaped_rows(a: &Sketch, rows: u64, cols: u64) -> Axis {
    let (n, nnz) = (a.cols(), a.nnz.estimate);
    let limits = row_limits(a, rows, cols);
    let uniform = Counts::Uniform(if rows == 0 { 0.0 } else { nnz / rows as f64 });
    let is_uniform = [&a.by_row, &a.by_col].iter().all(|axis| matches!(axis.counts(), Counts::Uniform(_)));
    let whole_rows = n > 0 && cols.is_multiple_of(n);
    if is_uniform || nnz == 0.0 || is_huge(a, rows, cols) {
        let exact = whole_rows && a.by_row.is_exact();
        return if exact && is_uniform {
            Axis::exact(rows, cols, uniform)
        } else {
            Axis::estimated(rows, cols, uniform, limits)
        };
    }
    // share[j]: the part of the nonzeros in columns before j
    let mut share = vec![0.0];
    for c in a.by_col.counts().written_out(n).iter() {
        share.push(share[share.len() - 1] + c / nnz);
    }
    let counts: Vec<f64> = (0..rows)
        .map(|i| {
            let (mut at, end) = (i * cols, (i + 1) * cols);
            let mut count = 0.0;
            while at < end {
                let (row, from) = (at / n, at % n);
                let to = n.min(from + end - at);
                let part = if to - from == n { 1.0 } else { share[to as usize] - share[from as usize] };
                count += a.by_row.counts().get(row as usize) * part;
                at += to - from;
            }
            count.clamp(0.0, cols as f64)
        })
        .collect();
    if whole_rows && a.by_row.is_exact() {
        Axis::exact(rows, cols, counts.into())
    } else {
        Axis::estimated(rows, cols, counts.into(), limits)
    }
}

/// A new row takes no more than it has parts of old rows, and an old row lies in no more new rows than it has parts.
fn row_limits(a: &Sketch, rows: u64, cols: u64) -> Limits {
    let (old, n) = (a.by_row.limits, a.cols());
    let any = Limits::any(rows, cols);
    if n == 0 || cols == 0 {
        return any;
    }
    // parts of slices of length `from` in one of length `to`
    let parts = |to: u64, from: u64| match () {
        _ if to.is_multiple_of(from) => to / from,
        _ if from.is_multiple_of(to) => 1,
        _ => to.div_ceil(from).saturating_add(1),
    };
    let whole = if cols.is_multiple_of(n) { cols / n } else { 0 };
    Limits {
        min: old.min.saturating_mul(whole).min(cols),
        max: old.max.saturating_mul(parts(cols, n)).min(cols),
        nonempty_upper: old.nonempty_upper.saturating_mul(parts(n, cols)).min(rows),
        ..any
    }
}

/// A new column takes its cells from the old columns that are congruent to it.
fn col_limits(a: &Sketch, rows: u64, cols: u64) -> Limits {
    let (old, n) = (a.by_col.limits, a.cols());
    let any = Limits::any(cols, rows);
    if n == 0 || cols == 0 {
        return any;
    }
    let period = gcd(n, cols);
    let min = if period == cols { old.min.saturating_mul(n / period).min(rows) } else { 0 };
    Limits { min, max: old.max.saturating_mul(n / period).min(rows), ..any }
}

/// Old column j is spread over the new columns that are congruent to j modulo g = gcd(old, new columns), evenly; if old
/// rows are placed side by side, in proportion to the nonzeros of the old rows at each place.
fn reshaped_cols(a: &Sketch, rows: u64, cols: u64) -> Axis {
    let (n, nnz) = (a.cols(), a.nnz.estimate);
    let uniform = Counts::Uniform(if cols == 0 { 0.0 } else { nnz / cols as f64 });
    let limits = col_limits(a, rows, cols);
    let is_uniform = [&a.by_row, &a.by_col].iter().all(|axis| matches!(axis.counts(), Counts::Uniform(_)));
    let period = gcd(n, cols);
    let folded = period == cols;
    if is_uniform || nnz == 0.0 || is_huge(a, rows, cols) {
        let exact = folded && a.by_col.is_exact();
        return if exact && is_uniform {
            Axis::exact(cols, rows, uniform)
        } else {
            Axis::estimated(cols, rows, uniform, limits)
        };
    }
    let mut fold = vec![0.0; period as usize];
    for (j, c) in a.by_col.counts().written_out(n).iter().enumerate() {
        fold[j % period as usize] += c;
    }
    if folded && a.by_col.is_exact() {
        return Axis::exact(cols, rows, fold.into());
    }
    let places = (cols / period) as usize;
    let mut weight = vec![1.0 / places as f64; places];
    if period == n {
        weight.fill(0.0);
        for (i, r) in a.by_row.counts().written_out(a.rows()).iter().enumerate() {
            weight[i % places] += r / nnz;
        }
    }
    let most = rows as f64;
    let counts: Vec<f64> = weight.iter().flat_map(|w| fold.iter().map(move |c| (c * w).min(most))).collect();
    Axis::estimated(cols, rows, counts.into(), limits)
}

/// Whether an axis, old or new, is too long to walk.
fn is_huge(a: &Sketch, rows: u64, cols: u64) -> bool {
    rows.max(cols).max(a.rows()).max(a.cols()) > MAX_EXPLICIT
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
