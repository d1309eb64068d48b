//! Aggregates and cumulative aggregates: a result is nonzero where the aggregated slice has a nonzero
//! (`sum`, `mean`, `max` of non-negatives, `nnz`).

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::mnc::{Bounded, Sketch};
use super::nnz::Nnz;
use super::reorg::vector;

/// Row counts of cumulative sums are evaluated at this many rows and interpolated.
const GRID: usize = 64;

impl Sketch {
    /// `rowSums(self)` and the like: m x 1.
    pub fn row_agg(&self) -> Sketch {
        let (rows, limits) = (&self.by_row, self.by_row.limits);
        let m = rows.len();
        let nnz = Nnz::new(limits.nonempty_lower, rows.nonempty(), limits.nonempty_upper);
        let bit = |c: f64| f64::from(u8::from(c > 0.0));
        let mut entries =
            Axis::between(m, 1, &rows.lower().map(bit), &rows.nonempty_probability(), &rows.upper().map(bit));
        entries.limit(Limits { min: limits.min.min(1), max: limits.max.min(1), ..limits });
        vector(nnz, entries)
    }

    /// Where a row has no zero: m x 1. The product of a row is nonzero there, and its least value if it is non-negative.
    pub fn full_rows(&self) -> Sketch {
        self.is_zero().row_agg().is_zero()
    }

    /// `colSums(self)` and the like: 1 x n.
    pub fn col_agg(&self) -> Sketch {
        self.transpose().row_agg().transpose()
    }

    /// `sum(self)` and the like: 1 x 1.
    pub fn full_agg(&self) -> Sketch {
        let nnz = self.nnz;
        let probability = -(-nnz.estimate).exp_m1();
        Sketch::uniform(1, 1, Nnz::new(nnz.lower.min(1), probability, nnz.upper.min(1)))
    }

    /// `cumsum(self)` and the like, down the columns: from a column's first nonzero on, all is nonzero.
    pub fn cumsum(&self) -> Sketch {
        let (m, n) = (self.rows(), self.cols());
        let height = m as f64;
        let cols = Bounded {
            len: n,
            lower: self.by_col.lower(),
            // the first of h nonzeros among m cells is expected at (m + 1) / (h + 1)
            counts: self.by_col.counts().map(|h| if h > 0.0 { height - (height - h) / (h + 1.0) } else { 0.0 }),
            upper: self.by_col.upper().map(|h| if h > 0.0 { height } else { 0.0 }),
            limits: Limits::any(n, m),
        };
        let estimate = cols.counts.sum(n);
        let nnz = Nnz::new(self.nnz.lower, estimate, u64::MAX);
        Sketch::fit(nnz, self.accumulated_rows(), cols, false)
    }

    /// `cumprod(self)` and the like, down the columns: until a column's first zero, all is nonzero.
    pub fn leading(&self) -> Sketch {
        self.is_zero().cumsum().is_zero()
    }

    /// Row i of a cumulative sum has a nonzero for each column that has one in rows 0 to i.
    fn accumulated_rows(&self) -> Bounded {
        let (m, n) = (self.rows(), self.cols());
        let reachable = self.by_col.limits.nonempty_upper as f64;
        let limits = Limits::any(m, n);
        if let Counts::Uniform(_) = self.by_row.counts() {
            let counts = Counts::Uniform(if m == 0 { 0.0 } else { self.started_columns([0.5].into_iter())[0] });
            let (lower, upper) = (Counts::Uniform(self.by_row.limits.min as f64), Counts::Uniform(reachable));
            return Bounded { len: m, lower, counts, upper, limits };
        }
        let running = |counts: &Counts, step: fn(f64, f64) -> f64| {
            let mut state = 0.0;
            let counts = counts.written_out(m);
            let running = counts.iter().map(|&c| {
                state = step(state, c).min(reachable);
                state
            });
            Counts::from(running.collect::<Vec<f64>>())
        };
        let grid = self.started_columns((0..=GRID).map(|g| g as f64 / GRID as f64));
        let at = |i: u64| {
            let position = (i + 1) as f64 / m as f64 * GRID as f64;
            let g = (position as usize).min(GRID - 1);
            grid[g] + (grid[g + 1] - grid[g]) * (position - g as f64)
        };
        Bounded {
            len: m,
            lower: running(&self.by_row.lower(), f64::max),
            counts: (0..m).map(at).collect::<Vec<_>>().into(),
            upper: running(&self.by_row.upper(), |sum, c| sum + c),
            limits,
        }
    }

    /// Columns expected to have a nonzero in the first share t of the rows: the sum over columns of 1 - (1 - t)^h, for
    /// each t of `shares`.
    fn started_columns(&self, shares: impl Iterator<Item = f64>) -> Vec<f64> {
        let classes = classes(self.by_col.counts(), self.cols());
        let started = |t: f64| classes.iter().map(|(h, columns)| columns * (1.0 - (1.0 - t).powf(*h))).sum();
        shares.map(started).collect()
    }
}

/// (mean count, number of slices) of slices with similar counts: eight classes between powers of two, at most 512, so one
/// each for counts up to 16.
fn classes(counts: &Counts, len: u64) -> Vec<(f64, f64)> {
    let mut classes = vec![(0.0, 0.0); 8 * 64];
    let times = Counts::blocks([counts], len, |[block]| {
        for &h in block.iter().filter(|h| **h > 0.0) {
            // the exponent and three bits of the fraction
            let class = &mut classes[((h.max(1.0).to_bits() - 1f64.to_bits()) >> 49) as usize];
            class.0 += h;
            class.1 += 1.0;
        }
    });
    classes.retain(|(_, slices)| *slices > 0.0);
    classes.into_iter().map(|(sum, slices)| (sum / slices, slices * times)).collect()
}
