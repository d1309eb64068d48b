//! Matrix products (sections 3.1 to 3.3 of the MNC paper): A is m x n, B is n x l, C = AB.
//!
//! Outer product k, of column k of A and row k of B, occupies exactly hcA_k * hrB_k cells of C. If no two of them share a
//! cell, their sum is the answer; otherwise they are thrown at random into the p cells where they can lie. Whatever can be
//! counted exactly is taken out before: full rows of A and full columns of B, then rows of A and columns of B with one
//! nonzero. The bounds come from the same pass.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::mnc::{Bounded, Sketch};
use super::nnz::{Nnz, ceil_bound, cells, floor_bound};

impl Sketch {
    /// The sketch of `self %*% b`.
    pub fn matmul(&self, b: &Sketch) -> Sketch {
        let nnz = self.matmul_nnz(b);
        if self.is_full_diagonal() {
            return b.clone();
        }
        if b.is_full_diagonal() {
            return self.clone();
        }
        if nnz.upper == 0 {
            return Sketch::empty(self.rows(), b.cols());
        }
        if self.is_rectangle() && b.is_rectangle() {
            // they meet, so every nonempty row of A reaches every nonempty column of B
            return Sketch::rectangle(self.by_row.counts(), self.rows(), b.by_col.counts(), b.cols());
        }
        if self.diagonal {
            return masked_rows(self, b, nnz);
        }
        if b.diagonal {
            return masked_rows(b, &self.transpose(), nnz).transpose();
        }
        let mut c = Sketch::fit(nnz, propagated(self, b, nnz), propagated_cols(self, b, nnz), false);
        if self.is_permutation() {
            permuted(&mut c.by_row, &mut c.by_col, &b.by_row, &b.by_col);
        } else if b.is_permutation() {
            permuted(&mut c.by_col, &mut c.by_row, &self.by_col, &self.by_row);
        }
        c
    }

    /// The number of nonzeros of `self %*% b`, without its sketch: O(m + n + l), in a plan search the cheaper call.
    pub fn matmul_nnz(&self, b: &Sketch) -> Nnz {
        assert_eq!(self.cols(), b.rows(), "matrix product of {self:?} and {b:?}");
        Product::new(self, b).nnz()
    }

    /// Scalar multiplications of `self %*% b`: the sum over k of hcA_k * hrB_k; exact if these are.
    pub fn matmul_flops(&self, b: &Sketch) -> f64 {
        assert_eq!(self.cols(), b.rows(), "matrix product of {self:?} and {b:?}");
        let aligned = Counts::aligned([self.by_col.counts(), b.by_row.counts()], self.cols());
        let [x, y] = &aligned.counts;
        x.iter().zip(y.iter()).map(|(x, y)| x * y).sum::<f64>() * aligned.multiplicity
    }

    fn is_full_diagonal(&self) -> bool {
        self.diagonal && self.nnz.lower == self.rows()
    }
}

/// What is left of two factors after removing full rows and columns, and the sums over the inner dimension.
struct Product<'a> {
    a: &'a Sketch,
    b: &'a Sketch,
    /// Full rows of A and full columns of B.
    full: (f64, f64),
    /// Rows of A and columns of B with one nonzero, where it is known which.
    single: (f64, f64),
    sums: Sums,
}

/// Sums over k; with x = hcA_k - full rows, y = hrB_k - full columns, e = hecA_k, f = herB_k.
#[derive(Default)]
struct Sums {
    /// z1 + z2 = sum of e y + (x - e) f: cells in rows or columns with one nonzero, all distinct.
    certain: f64,
    /// Sum of (x - e)(y - f): cells of the other outer products, which may meet.
    thrown: f64,
    /// The largest of these outer products: its cells are distinct.
    largest: f64,
    /// P(a cell is hit) = 1 - prod (1 - q_k), q_k = (x - e)(y - f) / p.
    hit: f64,
    /// Inner positions in use: #{k: hcA_k > 0 or hrB_k > 0}.
    support: f64,
}

/// Independent partial sums hide the latency of the recurrences and fill the registers; their order is fixed.
const LANES: usize = 4;

#[derive(Default)]
struct Lanes {
    certain: [f64; LANES],
    thrown: [f64; LANES],
    largest: [f64; LANES],
    hit: [f64; LANES],
    support: [f64; LANES],
}

impl Lanes {
    /// The sums if each inner position stands for `times`.
    fn total(&self, times: f64) -> Sums {
        let sum = |lanes: [f64; LANES]| lanes.iter().sum::<f64>() * times;
        let hit = self.hit.iter().fold(0.0, |s, q| s + q - s * q);
        Sums {
            certain: sum(self.certain),
            thrown: sum(self.thrown),
            largest: self.largest.into_iter().fold(0.0, f64::max),
            hit: if times > 1.0 { -(times * (-hit).ln_1p()).exp_m1() } else { hit },
            support: sum(self.support),
        }
    }
}

/// The first four counts, or those that are left and zeros.
fn four(counts: &[f64]) -> [f64; LANES] {
    if let Some(&all) = counts.first_chunk() {
        return all;
    }
    std::array::from_fn(|i| counts.get(i).copied().unwrap_or(0.0))
}

/// `x.max(0.0)` for numbers, in one instruction.
fn non_negative(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

impl<'a> Product<'a> {
    fn new(a: &'a Sketch, b: &'a Sketch) -> Product<'a> {
        // With one inner position a full row has one nonzero; counting it twice must be avoided.
        let inner = a.cols() > 1;
        let full = |axis: &Axis| if inner { axis.full_slices() as f64 } else { 0.0 };
        let none = Counts::Uniform(0.0);
        let (e, f) = (a.alone_by_col(), b.alone_by_row());
        let single = (e.map_or(0.0, |_| a.by_row.ones() as f64), f.map_or(0.0, |_| b.by_col.ones() as f64));
        let mut product = Product { a, b, full: (full(&a.by_row), full(&b.by_col)), single, sums: Sums::default() };
        product.sums = product.sum(e.unwrap_or(&none), f.unwrap_or(&none));
        product
    }

    fn sum(&self, e: &Counts, f: &Counts) -> Sums {
        let n = self.a.cols();
        let aligned = Counts::aligned([self.a.by_col.counts(), self.b.by_row.counts(), e, f], n);
        let [x, y, e, f] = &aligned.counts;
        let (full_rows, full_cols) = self.full;
        let cells = self.open_cells();
        let per_cell = if cells > 0.0 { 1.0 / cells } else { 0.0 };
        let mut lanes = Lanes::default();
        for k in (0..x.len()).step_by(LANES) {
            let [x, y, e, f] = [x, y, e, f].map(|counts| four(&counts[k..]));
            for i in 0..LANES {
                lanes.support[i] += if x[i] + y[i] > 0.0 { 1.0 } else { 0.0 };
                let (x, y) = (non_negative(x[i] - full_rows), non_negative(y[i] - full_cols));
                let rest = non_negative(x - e[i]);
                lanes.certain[i] += e[i] * y + rest * f[i];
                let cells = rest * non_negative(y - f[i]);
                lanes.thrown[i] += cells;
                lanes.largest[i] = if cells > lanes.largest[i] { cells } else { lanes.largest[i] };
                let q = cells * per_cell;
                let q = if q < 1.0 { q } else { 1.0 };
                lanes.hit[i] += q - lanes.hit[i] * q;
            }
        }
        lanes.total(aligned.multiplicity)
    }

    /// p: the cells where the thrown outer products can lie.
    fn open_cells(&self) -> f64 {
        let rows = (self.a.by_row.nonempty() - self.single.0 - self.full.0).max(0.0);
        let cols = (self.b.by_col.nonempty() - self.single.1 - self.full.1).max(0.0);
        rows * cols
    }

    fn nnz(&self) -> Nnz {
        let (lower, upper) = (self.lower(), self.upper());
        Nnz::new(lower.min(upper), self.estimate(), upper)
    }

    /// Cells in full rows of A or full columns of B, given the numbers of nonempty rows of A and columns of B.
    fn in_full(&self, rows: f64, cols: f64) -> f64 {
        self.full.0 * cols + (rows - self.full.0).max(0.0) * self.full.1
    }

    fn estimate(&self) -> f64 {
        let (rows, cols) = (&self.a.by_row, &self.b.by_col);
        let thrown =
            if rows.max() <= 1.0 || cols.max() <= 1.0 { self.sums.thrown } else { self.open_cells() * self.sums.hit };
        self.in_full(rows.nonempty(), cols.nonempty()) + self.sums.certain + thrown
    }

    /// Whether the sums are over true counts.
    fn is_sum_exact(&self) -> bool {
        self.a.by_col.is_exact() && self.b.by_row.is_exact()
    }

    fn no_collision(&self) -> bool {
        self.a.by_row.limits.max <= 1 || self.b.by_col.limits.max <= 1
    }

    fn upper(&self) -> u64 {
        let (a, b) = (self.a, self.b);
        let (rows, cols) = (a.by_row.limits.nonempty_upper, b.by_col.limits.nonempty_upper);
        let mut upper = cells(rows, cols);
        upper = upper.min(a.nnz.upper.saturating_mul(b.by_row.limits.max));
        upper = upper.min(b.nnz.upper.saturating_mul(a.by_col.limits.max));
        upper = upper.min(capped_sum(&a.by_row, b.by_row.limits.max, cols));
        upper = upper.min(capped_sum(&b.by_col, a.by_col.limits.max, rows));
        if self.is_sum_exact() {
            let open = cells(
                rows.saturating_sub((self.single.0 + self.full.0) as u64),
                cols.saturating_sub((self.single.1 + self.full.1) as u64),
            );
            let thrown = ceil_bound(self.sums.thrown).min(open);
            let counted = self.in_full(rows as f64, cols as f64) + self.sums.certain;
            upper = upper.min(ceil_bound(counted).saturating_add(thrown));
        }
        upper
    }

    fn lower(&self) -> u64 {
        let (a, b) = (self.a, self.b);
        let (rows, cols) = (a.by_row.limits.nonempty_lower, b.by_col.limits.nonempty_lower);
        let mut lower = cells(rows, b.by_row.limits.min).max(cells(cols, a.by_col.limits.min));
        lower = lower.max(floor_bound(self.in_full(rows as f64, cols as f64)));
        if self.is_sum_exact() {
            let thrown = if self.no_collision() { self.sums.thrown } else { self.sums.largest };
            let counted = self.in_full(rows as f64, cols as f64) + self.sums.certain + thrown;
            lower = lower.max(floor_bound(counted)).max(self.pigeonhole());
        }
        lower
    }

    /// Row i of A and column j of B meet if they have more nonzeros together than there are inner positions in use.
    fn pigeonhole(&self) -> u64 {
        let (rows, cols) = (&self.a.by_row, &self.b.by_col);
        let support = self.sums.support as u64;
        if rows.limits.max + cols.limits.max <= support {
            return 0;
        }
        let explicit = [rows, cols].iter().all(|axis| axis.is_exact()) && support <= super::MAX_EXPLICIT;
        if !explicit {
            let meet = rows.limits.min + cols.limits.min > support;
            return if meet { cells(rows.len(), cols.len()) } else { 0 };
        }
        let (a, b) = (Counts::aligned([rows.counts()], rows.len()), Counts::aligned([cols.counts()], cols.len()));
        // columns of B with at least c nonzeros, for each c
        let mut at_least = vec![0.0; support as usize + 2];
        for &c in b.counts[0].iter() {
            at_least[c as usize] += b.multiplicity;
        }
        for c in (0..=support as usize).rev() {
            at_least[c] += at_least[c + 1];
        }
        let meeting = |&r: &f64| at_least[(support - r as u64) as usize + 1];
        floor_bound(a.counts[0].iter().map(meeting).sum::<f64>() * a.multiplicity)
    }
}

/// Sum over the slices of min(count * most, cap): the largest result of slices that are unions of that many others.
fn capped_sum(axis: &Axis, most: u64, cap: u64) -> u64 {
    if !axis.is_exact() || axis.limits.max.saturating_mul(most) <= cap {
        return u64::MAX; // the total says as much
    }
    let aligned = Counts::aligned([axis.counts()], axis.len());
    let (most, cap) = (most as f64, cap as f64);
    let capped = aligned.counts[0].iter().map(|c| if c * most < cap { c * most } else { cap });
    ceil_bound(capped.sum::<f64>() * aligned.multiplicity)
}

/// Row counts of C: proportional to those of A, and row i between the bounds that its count in A gives.
pub(super) fn propagated(a: &Sketch, b: &Sketch, nnz: Nnz) -> Bounded {
    rows_of_product(&a.by_row, a.nnz, &b.by_row, &b.by_col, nnz)
}

/// Column counts of C: the same of the transposed product.
pub(super) fn propagated_cols(a: &Sketch, b: &Sketch, nnz: Nnz) -> Bounded {
    rows_of_product(&b.by_col, b.nnz, &a.by_col, &a.by_row, nnz)
}

fn rows_of_product(own: &Axis, own_nnz: Nnz, inner: &Axis, across: &Axis, nnz: Nnz) -> Bounded {
    let scale = if own_nnz.estimate > 0.0 { nnz.estimate / own_nnz.estimate } else { 0.0 };
    let inner_len = own.width() as f64;
    let (least, most) = (inner.limits.min as f64, inner.limits.max as f64);
    let (reached, reachable) = (across.limits.nonempty_lower as f64, across.limits.nonempty_upper as f64);
    let (smallest, all) = (across.limits.min as f64, across.len() as f64);
    let lower = |c: f64| match c {
        c if c + smallest > inner_len => all,
        c if c >= inner_len && c > 0.0 => reached.max(least),
        c if c > 0.0 => least,
        _ => 0.0,
    };
    Bounded {
        len: own.len(),
        lower: own.lower().map(lower),
        counts: own.counts().map(|c| c * scale),
        upper: own.upper().map(|c| (c * most).min(reachable)),
        limits: Limits::any(own.len(), across.len()),
    }
}

/// D B for a diagonal D with zeros: rows of B are kept or cleared.
fn masked_rows(mask: &Sketch, b: &Sketch, nnz: Nnz) -> Sketch {
    let (m, l) = (b.rows(), b.cols());
    let kept = &mask.by_row;
    let scale = if b.nnz.estimate > 0.0 { nnz.estimate / b.nnz.estimate } else { 0.0 };
    let cleared = (m - kept.limits.nonempty_lower) as f64;
    let most = kept.limits.nonempty_upper as f64;
    let rows = Bounded {
        len: m,
        lower: kept.lower().zip(&b.by_row.lower(), |k, c| k * c),
        counts: kept.counts().zip(b.by_row.counts(), |k, c| k * c),
        upper: kept.upper().zip(&b.by_row.upper(), |k, c| k * c),
        limits: Limits::any(m, l),
    };
    let cols = Bounded {
        len: l,
        lower: b.by_col.lower().map(|c| (c - cleared).max(0.0)),
        counts: b.by_col.counts().map(|c| c * scale),
        upper: b.by_col.upper().map(|c| c.min(most)),
        limits: Limits::any(l, m),
    };
    Sketch::fit(nnz, rows, cols, b.diagonal)
}

/// P B for a permutation P: columns keep their counts, rows are B's in unknown order.
fn permuted(reordered: &mut Axis, kept: &mut Axis, source: &Axis, same: &Axis) {
    reordered.limit(source.limits);
    *kept = same.clone();
    if !reordered.is_exact() {
        kept.alone = None;
    }
}
