//! Matrix products (sections 3.1 to 3.3 of the MNC paper): A is m x n, B is n x l, C = AB.
//!
//! Outer product k, of column k of A and row k of B, occupies exactly hcA_k * hrB_k cells of C. If no two of them share a
//! cell, their sum is the answer; otherwise they are thrown at random into the p cells where they can lie. Whatever can be
//! counted exactly is taken out before: full rows of A and full columns of B, then rows of A and columns of B with one
//! nonzero. The bounds come from the same pass.

use super::axis::{Axis, Limits};
use super::counts::Counts;
use super::dc;
use super::mnc::{Bounded, Sketch};
use super::nnz::{Nnz, ceil_bound, cells, floor_bound};
use super::rule::{Rule, Why};

impl Sketch {
    /// The sketch of `self %*% b`.
    pub fn matmul(&self, b: &Sketch) -> Sketch {
        self.matmul_spread(b, self.lineage.spread(&b.lineage))
    }

    /// The sketch of `self %*% b`, with a factor on the expected hits of each cell.
    pub(super) fn matmul_spread(&self, b: &Sketch, spread: f64) -> Sketch {
        let lineage = self.lineage.product(&b.lineage);
        Sketch { lineage, ..self.product(b, spread) }
    }

    /// The factor on the expected hits with which `self %*% b` has as many nonzeros as were counted.
    pub(super) fn spread_for(&self, b: &Sketch, counted: f64) -> f64 {
        if dc::applies(self, b) { Product::new(self, b).by_class().spread_for(counted) } else { 1.0 }
    }

    fn product(&self, b: &Sketch, spread: f64) -> Sketch {
        if self.is_full_diagonal() && self.cols() == b.rows() {
            return b.clone();
        }
        if b.is_full_diagonal() && self.cols() == b.rows() {
            return self.clone();
        }
        let expected = Expected::new(self, b, spread);
        let nnz = expected.nnz;
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
        let (mut rows, mut cols) = (propagated(self, b, nnz), propagated_cols(self, b, nnz));
        if let Some(classes) = &expected.by_class {
            (rows.counts, cols.counts) = (classes.row_counts(), classes.col_counts());
        }
        let mut c = Sketch::fit(nnz, rows, cols, false);
        if self.is_permutation() {
            permuted(&mut c.by_row, &mut c.by_col, &b.by_row, &b.by_col);
        } else if b.is_permutation() {
            permuted(&mut c.by_col, &mut c.by_row, &self.by_col, &self.by_row);
        }
        c
    }

    /// The number of nonzeros of `self %*% b`, without its sketch: O(m + n + l), in a plan search the cheaper call.
    pub fn matmul_nnz(&self, b: &Sketch) -> Nnz {
        Expected::new(self, b, self.lineage.spread(&b.lineage)).nnz
    }

    /// Scalar multiplications of `self %*% b`: the sum over k of hcA_k * hrB_k; exact if these are.
    pub fn matmul_flops(&self, b: &Sketch) -> f64 {
        assert_eq!(self.cols(), b.rows(), "matrix product of {self:?} and {b:?}");
        let mut lanes = [0.0; LANES];
        let times = Counts::blocks([self.by_col.counts(), b.by_row.counts()], self.cols(), |[x, y]| {
            let (x, y) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
            x.0.iter().zip(y.0).for_each(|(x, y)| (0..LANES).for_each(|i| lanes[i] += x[i] * y[i]));
            x.1.iter().zip(y.1).zip(&mut lanes).for_each(|((x, y), lane)| *lane += x * y);
        });
        lanes.iter().sum::<f64>() * times
    }

    fn is_full_diagonal(&self) -> bool {
        self.diagonal && self.nnz.lower == self.rows()
    }
}

/// What to expect of a product: by degree classes where these say more than the counts, and nothing is certain.
struct Expected<'a> {
    nnz: Nnz,
    by_class: Option<dc::Estimate<'a>>,
}

impl<'a> Expected<'a> {
    fn new(a: &'a Sketch, b: &'a Sketch, spread: f64) -> Expected<'a> {
        assert_eq!(a.cols(), b.rows(), "matrix product of {a:?} and {b:?}");
        let product = Product::new(a, b);
        let nnz = product.nnz();
        if nnz.is_exact() || !dc::applies(a, b) {
            return Expected { nnz, by_class: None };
        }
        let classes = product.by_class().at(spread);
        let rule = if spread == 1.0 { Rule::DegreeClasses } else { Rule::Walks };
        let why = Why { estimate: rule, ..nnz.why };
        Expected { nnz: Nnz::new(nnz.lower, classes.nnz, nnz.upper).because(why), by_class: Some(classes) }
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
    /// Sum of e hrB: all cells in rows with one nonzero.
    by_rows: f64,
    /// Sum of (hcA - e) f: the others in columns with one nonzero.
    by_cols: f64,
    /// Sum of e f: the cells in rows and in columns with one nonzero.
    by_both: f64,
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

type Lane = [f64; LANES];

#[derive(Default)]
struct Lanes {
    certain: [f64; LANES],
    by_rows: [f64; LANES],
    by_cols: [f64; LANES],
    by_both: [f64; LANES],
    thrown: [f64; LANES],
    largest: [f64; LANES],
    hit: [f64; LANES],
    support: [f64; LANES],
}

impl Lanes {
    /// Adds the terms of some inner positions; `HITS`: also to the probability of a hit.
    fn add<const HITS: bool>(&mut self, terms: &Terms, x: &Lane, y: &Lane, e: &Lane, f: &Lane) {
        for i in 0..LANES {
            self.support[i] += if x[i] + y[i] > 0.0 { 1.0 } else { 0.0 };
            self.by_rows[i] += e[i] * y[i];
            self.by_cols[i] += non_negative(x[i] - e[i]) * f[i];
            let (x, y) = (non_negative(x[i] - terms.full.0), non_negative(y[i] - terms.full.1));
            let (rest, open) = (non_negative(x - e[i]), non_negative(y - f[i]));
            self.certain[i] += e[i] * y + rest * f[i];
            let cells = rest * open;
            self.thrown[i] += cells;
            self.largest[i] = if cells > self.largest[i] { cells } else { self.largest[i] };
            self.by_both[i] += e[i] * f[i];
            if HITS {
                let q = cells * terms.per_cell;
                let q = if q < 1.0 { q } else { 1.0 };
                self.hit[i] += q - self.hit[i] * q;
            }
        }
    }

    /// The sums if each inner position stands for `times`.
    fn total(&self, times: f64) -> Sums {
        let sum = |lanes: [f64; LANES]| lanes.iter().sum::<f64>() * times;
        let hit = self.hit.iter().fold(0.0, |s, q| s + q - s * q);
        Sums {
            certain: sum(self.certain),
            by_rows: sum(self.by_rows),
            by_cols: sum(self.by_cols),
            by_both: sum(self.by_both),
            thrown: sum(self.thrown),
            largest: self.largest.into_iter().fold(0.0, f64::max),
            hit: if times > 1.0 { -(times * (-hit).ln_1p()).exp_m1() } else { hit },
            support: sum(self.support),
        }
    }
}

/// The last counts and zeros.
fn padded(counts: &[f64]) -> [f64; LANES] {
    std::array::from_fn(|i| counts.get(i).copied().unwrap_or(0.0))
}

/// What all terms have in common.
struct Terms {
    full: (f64, f64),
    per_cell: f64,
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
        product.sums = product.sum(e.unwrap_or(&none), f.unwrap_or(&none), !dc::applies(a, b));
        product
    }

    fn sum(&self, e: &Counts, f: &Counts, hits: bool) -> Sums {
        let n = self.a.cols();
        let cells = self.open_cells();
        let terms = Terms { full: self.full, per_cell: if cells > 0.0 { 1.0 / cells } else { 0.0 } };
        let mut lanes = Lanes::default();
        let times = Counts::blocks([self.a.by_col.counts(), self.b.by_row.counts(), e, f], n, |counts| {
            let [x, y, e, f] = counts.map(|counts| counts.as_chunks::<LANES>());
            for ((x, y), (e, f)) in x.0.iter().zip(y.0).zip(e.0.iter().zip(f.0)) {
                if hits { lanes.add::<true>(&terms, x, y, e, f) } else { lanes.add::<false>(&terms, x, y, e, f) }
            }
            if !x.1.is_empty() {
                let [x, y, e, f] = [x.1, y.1, e.1, f.1].map(padded);
                lanes.add::<true>(&terms, &x, &y, &e, &f);
            }
        });
        lanes.total(times)
    }

    /// p: the cells where the thrown outer products can lie.
    fn open_cells(&self) -> f64 {
        let rows = (self.a.by_row.nonempty() - self.single.0 - self.full.0).max(0.0);
        let cols = (self.b.by_col.nonempty() - self.single.1 - self.full.1).max(0.0);
        rows * cols
    }

    fn nnz(&self) -> Nnz {
        let ((lower, lower_rule), (upper, upper_rule)) = (self.lower(), self.upper());
        let rule = if self.no_collision() { Rule::NoCollision } else { Rule::OuterProducts };
        Nnz::new(lower.min(upper), self.estimate(), upper).because(Why {
            lower: lower_rule,
            estimate: rule,
            upper: upper_rule,
        })
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

    /// The expected counts by degree classes.
    fn by_class(&self) -> dc::Thrown<'a> {
        let Sums { by_rows, by_cols, by_both, .. } = self.sums;
        dc::Thrown::new(self.a, self.b, dc::Singles { by_rows, by_cols, by_both })
    }

    /// Whether the sums are over true counts.
    fn is_sum_exact(&self) -> bool {
        self.a.by_col.is_exact() && self.b.by_row.is_exact()
    }

    fn no_collision(&self) -> bool {
        self.a.by_row.limits.max <= 1 || self.b.by_col.limits.max <= 1
    }

    /// The best upper bound, and which it is.
    fn upper(&self) -> (u64, Rule) {
        let (a, b) = (self.a, self.b);
        let (rows, cols) = (a.by_row.limits.nonempty_upper, b.by_col.limits.nonempty_upper);
        let mut bounds = vec![
            (cells(rows, cols), Rule::Rectangle),
            (a.nnz.upper.saturating_mul(b.by_row.limits.max), Rule::Multiplications),
            (b.nnz.upper.saturating_mul(a.by_col.limits.max), Rule::Multiplications),
            (capped_sum(&a.by_row, b.by_row.limits.max, cols), Rule::Unions),
            (capped_sum(&b.by_col, a.by_col.limits.max, rows), Rule::Unions),
        ];
        if self.is_sum_exact() {
            let open = cells(
                rows.saturating_sub((self.single.0 + self.full.0) as u64),
                cols.saturating_sub((self.single.1 + self.full.1) as u64),
            );
            let thrown = ceil_bound(self.sums.thrown).min(open);
            let counted = self.in_full(rows as f64, cols as f64) + self.sums.certain;
            let rule = if self.no_collision() { Rule::NoCollision } else { Rule::Multiplications };
            bounds.push((ceil_bound(counted).saturating_add(thrown), rule));
        }
        bounds.into_iter().min_by_key(|(bound, _)| *bound).expect("there are bounds")
    }

    /// The best lower bound, and which it is.
    fn lower(&self) -> (u64, Rule) {
        let (a, b) = (self.a, self.b);
        let (rows, cols) = (a.by_row.limits.nonempty_lower, b.by_col.limits.nonempty_lower);
        let mut bounds = vec![
            (0, Rule::Trivial),
            (cells(rows, b.by_row.limits.min).max(cells(cols, a.by_col.limits.min)), Rule::Unions),
            (floor_bound(self.in_full(rows as f64, cols as f64)), Rule::FullSlices),
        ];
        if self.is_sum_exact() {
            let (thrown, rule) = match self.no_collision() {
                true => (self.sums.thrown, Rule::NoCollision),
                false => (self.sums.largest, Rule::LargestOuterProduct),
            };
            let counted = self.in_full(rows as f64, cols as f64) + self.sums.certain + thrown;
            bounds.push((floor_bound(counted), rule));
            bounds.push((self.pigeonhole(), Rule::Pigeonhole));
        }
        // of equal bounds the first: the simplest reason
        bounds.into_iter().rev().max_by_key(|(bound, _)| *bound).expect("there are bounds")
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
    let (most, cap) = (most as f64, cap as f64);
    let mut lanes = [0.0; LANES];
    let times = Counts::blocks([axis.counts()], axis.len(), |[c]| {
        let capped = |c: f64| if c * most < cap { c * most } else { cap };
        let (chunks, rest) = c.as_chunks::<LANES>();
        chunks.iter().for_each(|chunk| (0..LANES).for_each(|i| lanes[i] += capped(chunk[i])));
        rest.iter().zip(&mut lanes).for_each(|(c, lane)| *lane += capped(*c));
    });
    ceil_bound(lanes.iter().sum::<f64>() * times)
}

/// Row counts of C: proportional to those of A, and row i between the bounds that its count in A gives.
fn propagated(a: &Sketch, b: &Sketch, nnz: Nnz) -> Bounded {
    rows_of_product(&a.by_row, a.nnz, &b.by_row, &b.by_col, nnz)
}

/// Column counts of C: the same of the transposed product.
fn propagated_cols(a: &Sketch, b: &Sketch, nnz: Nnz) -> Bounded {
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
