//! The cell-probability model p_ij = 1 - exp(-t_i v_j), fitted to row and column counts on classes of similar counts.

use super::classes::Classes;

/// The fitted model: the probability that a cell of a row class and a column class is nonzero.
#[derive(Clone, Debug)]
pub(in super::super) struct Model {
    breadth: usize,
    probability: Vec<f64>,
}

/// Stands for infinity: a slice that is full.
const FULL: f64 = 1e9;

/// Alternating sweeps over rows and columns; graphs of section 7.4 settle within ten.
const SWEEPS: usize = 12;

impl Model {
    /// Finds t and v with sum_j p_ij = row count and sum_i p_ij = column count for every class (unique up to a factor between
    /// them), by Newton's method for one class at a time.
    pub fn fit(rows: &Classes, cols: &Classes) -> Model {
        let nnz: f64 = cols.mean.iter().zip(&cols.size).map(|(mean, size)| mean * size).sum();
        let mut t = rows.mean.clone();
        let mut v: Vec<f64> = cols.mean.iter().map(|mean| if nnz > 0.0 { mean / nnz } else { 0.0 }).collect();
        for _ in 0..SWEEPS {
            let change = sweep(&mut t, &rows.mean, &v, &cols.size).max(sweep(&mut v, &cols.mean, &t, &rows.size));
            if change < 1e-4 {
                break;
            }
        }
        let probability = t.iter().flat_map(|t| v.iter().map(move |v| -(-t * v).exp_m1())).collect();
        Model { breadth: cols.len(), probability }
    }

    /// P(a cell of row class `i` and column class `j` is nonzero).
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.probability[i * self.breadth + j]
    }
}

/// Solves sum size (1 - exp(-x v)) = count for the x of each class; returns the largest relative change.
fn sweep(x: &mut [f64], counts: &[f64], v: &[f64], size: &[f64]) -> f64 {
    let mut change = 0.0_f64;
    let reachable: f64 = v.iter().zip(size).map(|(&v, &size)| if v > 0.0 { size } else { 0.0 }).sum();
    for (x, &count) in x.iter_mut().zip(counts) {
        let new = if count >= reachable * (1.0 - 1e-9) && count > 0.0 { FULL } else { solve(*x, count, v, size) };
        change = change.max((new - *x).abs() / new.max(1e-300));
        *x = new;
    }
    change
}

/// Newton's method on a concave increasing function: from the left it never overshoots.
fn solve(start: f64, count: f64, v: &[f64], size: &[f64]) -> f64 {
    if count <= 0.0 {
        return 0.0;
    }
    let mut x = if start < FULL { start } else { 0.0 };
    for _ in 0..20 {
        let (mut value, mut slope) = (-count, 0.0);
        for (&v, &size) in v.iter().zip(size) {
            let missed = (-x * v).exp();
            value += size * (1.0 - missed);
            slope += size * v * missed;
        }
        if slope <= 0.0 {
            return x.min(FULL);
        }
        let step = value / slope;
        // an overshoot from the right may leave the domain: begin at its edge instead
        x = (x - step).max(0.0);
        if step.abs() <= 1e-6 * x {
            break;
        }
    }
    x.min(FULL)
}
