//! Products: A is m x n, B is n x l.

use super::super::counts::Counts;
use super::super::mnc::Sketch;
use super::classes::{Classes, SINGLE, joint};
use super::factor::Factor;
use super::is_small;

/// With a smaller inner dimension the degrees say more than the model, which lets a row have any number of nonzeros: it
/// underestimates uniform products by 8 % at 40 (section 7.1).
const LEAST_INNER: u64 = 64;

/// Whether degree classes say more of `a %*% b` than counts alone.
pub(in super::super) fn applies(a: &Sketch, b: &Sketch) -> bool {
    a.cols() >= LEAST_INNER && is_small(a) && is_small(b)
}

/// Cells of a product that are known to be nonzero, because their row or column has one nonzero.
pub(in super::super) struct Singles {
    /// In rows that are such rows of A.
    pub by_rows: f64,
    /// Of these, in columns that are such columns of B.
    pub by_both: f64,
    /// In such columns of B, and other rows.
    pub by_cols: f64,
}

/// What is left of the factors, thrown into the cells of the product: a cell of row class r and column class c is missed with
/// probability prod over inner classes q, n_q positions each, of (1 - p_rq p_qc)^n_q.
pub(in super::super) struct Thrown<'a> {
    a: &'a Factor,
    b: &'a Factor,
    singles: Singles,
    /// Classes that hold something.
    rows: Vec<usize>,
    cols: Vec<usize>,
    /// - ln P(a cell is missed) for each pair of them.
    hits: Vec<f64>,
}

impl<'a> Thrown<'a> {
    /// Of the product `a %*% b`.
    pub fn new(a: &'a Sketch, b: &'a Sketch, singles: Singles) -> Thrown<'a> {
        let (a, b) = (a.left_factor(), b.right_factor());
        let meeting = |&(i, j, _): &(usize, usize, f64)| a.inner.mean[i] > 0.0 && b.inner.mean[j] > 0.0;
        let inner = joint((&a.inner_of, a.inner.len()), (&b.inner_of, b.inner.len()));
        let inner: Vec<_> = inner.into_iter().filter(meeting).collect();
        let times: Vec<f64> = inner.iter().map(|&(.., times)| times).collect();
        let (rows, cols) = (occupied(&a.outer), occupied(&b.outer));
        let row = |&r: &usize| -> Vec<f64> { inner.iter().map(|&(i, ..)| a.model.at(r, i)).collect() };
        let col = |&c: &usize| -> Vec<f64> { inner.iter().map(|&(_, j, _)| b.model.at(c, j)).collect() };
        let (left, right): (Vec<_>, Vec<_>) = (rows.iter().map(row).collect(), cols.iter().map(col).collect());
        let hits = left.iter().flat_map(|p| right.iter().map(|q| expected_hits(&times, p, q))).collect();
        Thrown { a, b, singles, rows, cols, hits }
    }

    /// The expected counts; `spread`, 1 without further knowledge, multiplies the expected hits of each cell: less if hits
    /// concentrate on fewer cells than the classes can tell.
    pub fn at(self, spread: f64) -> Estimate<'a> {
        let (a, b) = (&self.a.outer, &self.b.outer);
        let (mut rows, mut cols) = (vec![0.0; a.len()], vec![0.0; b.len()]);
        let mut hits = self.hits.iter();
        for &r in &self.rows {
            for (&c, hits) in self.cols.iter().zip(&mut hits) {
                let hit = -(-spread * hits).exp_m1();
                rows[r] += b.size[c] * hit;
                cols[c] += a.size[r] * hit;
            }
        }
        let Singles { by_rows, by_both, by_cols } = self.singles;
        share(&mut rows, a, by_rows, by_cols);
        share(&mut cols, b, by_cols + by_both, by_rows - by_both);
        let nnz = rows.iter().zip(&a.size).map(|(count, size)| count * size).sum();
        Estimate { a, b, rows, cols, nnz }
    }

    /// The spread with which the expected number of nonzeros is `counted`.
    pub fn spread_for(&self, counted: f64) -> f64 {
        let thrown = counted - self.singles.by_rows - self.singles.by_cols;
        let (a, b) = (&self.a.outer.size, &self.b.outer.size);
        let cells = || self.rows.iter().flat_map(|&r| self.cols.iter().map(move |&c| a[r] * b[c]));
        let expected = |spread: f64| -> f64 {
            cells().zip(&self.hits).map(|(cells, hits)| -cells * (-spread * hits).exp_m1()).sum()
        };
        // by bisection of ln spread: the expected number grows with it
        let (mut low, mut high) = (-LARGEST_LOG_SPREAD, LARGEST_LOG_SPREAD);
        for _ in 0..30 {
            let middle = 0.5 * (low + high);
            if expected(middle.exp()) < thrown { low = middle } else { high = middle }
        }
        (0.5 * (low + high)).exp()
    }
}

/// A spread lies between e^-12 and e^12.
const LARGEST_LOG_SPREAD: f64 = 12.0;

fn occupied(classes: &Classes) -> Vec<usize> {
    (0..classes.len()).filter(|&class| classes.size[class] > 0.0 && classes.mean[class] > 0.0).collect()
}

/// The expected counts of a product.
pub(in super::super) struct Estimate<'a> {
    a: &'a Classes,
    b: &'a Classes,
    /// Expected count of each class of rows and of columns.
    rows: Vec<f64>,
    cols: Vec<f64>,
    /// The expected number of nonzeros.
    pub nnz: f64,
}

impl Estimate<'_> {
    /// The counts of every row of the product.
    pub fn row_counts(&self) -> Counts {
        self.a.spread(&self.rows).into()
    }

    /// The counts of every column of the product.
    pub fn col_counts(&self) -> Counts {
        self.b.spread(&self.cols).into()
    }
}

/// `whole` spread evenly over the slices taken out, and `part` over the others in proportion to their counts.
fn share(counts: &mut [f64], classes: &Classes, whole: f64, part: f64) {
    let singles = classes.size[SINGLE as usize];
    if singles > 0.0 {
        counts[SINGLE as usize] += whole / singles;
    }
    let rest: f64 = classes.mean.iter().zip(&classes.size).map(|(mean, size)| mean * size).sum();
    if rest > 0.0 {
        counts.iter_mut().zip(&classes.mean).for_each(|(count, mean)| *count += part * mean / rest);
    }
}

/// Below this, four terms of the series of ln(1 - x) have a relative error under 1e-4.
const SMALL: f64 = 0.1;

/// - sum of times ln(1 - p q).
fn expected_hits(times: &[f64], p: &[f64], q: &[f64]) -> f64 {
    let largest = p.iter().zip(q).fold(0.0, |largest, (p, q)| if p * q > largest { p * q } else { largest });
    let terms = times.iter().zip(p.iter().zip(q)).map(|(times, (p, q))| (times, p * q));
    if largest < SMALL {
        return terms.map(|(times, x)| times * x * (1.0 + x * (0.5 + x * (1.0 / 3.0 + x * 0.25)))).sum();
    }
    terms.map(|(times, x)| -times * (-x).ln_1p()).sum()
}
