//! Products: A is m x n, B is n x l.

use super::super::Counts;
use super::super::mnc::Sketch;
use super::super::nnz::Nnz;
use super::super::product::{propagated, propagated_cols};
use super::model::{Classes, Model};
use super::{INNER_CLASSES, OUTER_CLASSES, is_small};

/// With a smaller inner dimension the degrees say more than the model, which lets a row have any number of nonzeros: it
/// underestimates uniform products by 8 % at 40 (section 7.1).
const LEAST_INNER: u64 = 64;

/// The sketch of `a %*% b`, with the number of nonzeros and the counts of the result from degree classes.
pub(super) fn matmul(a: &Sketch, b: &Sketch) -> Sketch {
    let nnz = a.matmul_nnz(b);
    if nnz.is_exact() || a.cols() < LEAST_INNER || !is_small(a) || !is_small(b) {
        return a.matmul(b);
    }
    let parts = Parts::new(a, b);
    let (row_counts, col_counts) = parts.counts();
    let estimate = row_counts.iter().sum();
    let nnz = Nnz::new(nnz.lower, estimate, nnz.upper);
    let (mut rows, mut cols) = (propagated(a, b, nnz), propagated_cols(a, b, nnz));
    (rows.counts, cols.counts) = (row_counts.into(), col_counts.into());
    Sketch::fit(nnz, rows, cols, false)
}

/// One factor without the slices that hold one nonzero each, if it is known where these lie.
struct Residual {
    /// Counts of the outer slices; 0 for those taken out.
    outer: Vec<f64>,
    /// Counts along the inner dimension, of what is left.
    inner: Vec<f64>,
    /// Counts along the inner dimension, of what was taken out.
    alone: Vec<f64>,
    /// Which outer slices were taken out.
    is_single: Vec<bool>,
}

impl Residual {
    fn new(outer: &Counts, inner: &Counts, alone: Option<&Counts>, outer_len: u64, inner_len: u64) -> Residual {
        let (outer, inner) = (outer.written_out(outer_len), inner.written_out(inner_len));
        let is_single: Vec<bool> = outer.iter().map(|&count| alone.is_some() && count == 1.0).collect();
        let alone = alone.map_or_else(|| vec![0.0; inner.len()], |alone| alone.written_out(inner_len).into_owned());
        let rest = |(&count, &single): (&f64, &bool)| if single { 0.0 } else { count };
        Residual {
            outer: outer.iter().zip(&is_single).map(rest).collect(),
            inner: inner.iter().zip(&alone).map(|(count, alone)| (count - alone).max(0.0)).collect(),
            alone,
            is_single,
        }
    }

    /// `whole` spread evenly over the slices taken out, and `part` over the others in proportion to their counts.
    fn share(&self, counts: &mut [f64], whole: f64, part: f64) {
        let singles = self.is_single.iter().filter(|&&single| single).count() as f64;
        let rest: f64 = self.outer.iter().sum();
        for ((count, &single), &outer) in counts.iter_mut().zip(&self.is_single).zip(&self.outer) {
            *count += match single {
                true => whole / singles,
                false if rest > 0.0 => part * outer / rest,
                false => 0.0,
            };
        }
    }
}

struct Parts {
    a: Residual,
    b: Residual,
}

impl Parts {
    fn new(a: &Sketch, b: &Sketch) -> Parts {
        let (m, n, l) = (a.rows(), a.cols(), b.cols());
        let (left, right) = (a.alone_by_col(), b.alone_by_row());
        Parts {
            a: Residual::new(a.by_row().counts(), a.by_col().counts(), left, m, n),
            b: Residual::new(b.by_col().counts(), b.by_row().counts(), right, l, n),
        }
    }

    /// Expected counts of the rows and of the columns of the result.
    fn counts(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut rows, mut cols) = self.thrown();
        let inner = || self.a.inner.iter().zip(&self.a.alone).zip(self.b.inner.iter().zip(&self.b.alone));
        // rows with one nonzero are rows of B, with its columns with one nonzero; these columns are columns of A else
        let single_rows: f64 = inner().map(|((_, e), (y, f))| e * (y + f)).sum();
        let single_both: f64 = inner().map(|((_, e), (_, f))| e * f).sum();
        let single_cols: f64 = inner().map(|((x, _), (_, f))| x * f).sum();
        self.a.share(&mut rows, single_rows, single_cols);
        self.b.share(&mut cols, single_cols + single_both, single_rows - single_both);
        (rows, cols)
    }

    /// Rows and columns of what is left: with classes r of rows, c of columns and q of inner positions (n_q of them), a cell
    /// is nonzero with probability 1 - prod over q of (1 - p_rq p_qc)^n_q.
    fn thrown(&self) -> (Vec<f64>, Vec<f64>) {
        let (rows, cols) = (Classes::new(&self.a.outer, OUTER_CLASSES), Classes::new(&self.b.outer, OUTER_CLASSES));
        let (left, right) = (Classes::new(&self.a.inner, INNER_CLASSES), Classes::new(&self.b.inner, INNER_CLASSES));
        let (a, b) = (Model::fit(&rows, &left), Model::fit(&right, &cols));
        let inner: Vec<_> =
            left.joint(&right).into_iter().filter(|&(i, j, _)| left.mean[i] > 0.0 && right.mean[j] > 0.0).collect();
        let (mut row_counts, mut col_counts) = (vec![0.0; rows.len()], vec![0.0; cols.len()]);
        for (r, height) in rows.size.iter().enumerate() {
            for (c, breadth) in cols.size.iter().enumerate() {
                let missed: f64 = inner.iter().map(|&(i, j, size)| size * (-a.at(r, i) * b.at(j, c)).ln_1p()).sum();
                let hit = -missed.exp_m1();
                row_counts[r] += breadth * hit;
                col_counts[c] += height * hit;
            }
        }
        (rows.spread(&row_counts), cols.spread(&col_counts))
    }
}
