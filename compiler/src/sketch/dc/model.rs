//! The cell-probability model p_ij = 1 - exp(-t_i v_j), fitted to row and column counts on classes of equal or similar counts.

use std::collections::BTreeMap;

/// Slices (rows or columns) with similar counts.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    /// Mean count of each class, ascending.
    pub(super) mean: Vec<f64>,
    /// Number of slices in each class.
    pub(super) size: Vec<f64>,
    /// The class of each slice.
    pub(super) of: Vec<u16>,
}

impl Classes {
    /// Classes of equal counts if there are at most `limit` different ones, else of equal parts of the logarithmic scale.
    /// Slices without nonzeros are a class of their own.
    pub(super) fn new(counts: &[f64], limit: usize) -> Classes {
        let mut different: BTreeMap<u64, u16> = BTreeMap::new();
        for &count in counts {
            different.insert(count.max(0.0).to_bits(), 0);
            if different.len() > limit {
                return Classes::logarithmic(counts, limit);
            }
        }
        // of non-negative numbers, the bits are ordered like the values
        different.values_mut().enumerate().for_each(|(at, class)| *class = at as u16);
        Classes::of(counts, different.len(), |count| different[&count.to_bits()])
    }

    fn logarithmic(counts: &[f64], limit: usize) -> Classes {
        let positive = || counts.iter().copied().filter(|&count| count > 0.0);
        let (low, high) = (positive().fold(f64::INFINITY, f64::min).ln(), positive().fold(0.0, f64::max).ln());
        let scale = if high > low { (limit - 1) as f64 / (high - low) } else { 0.0 };
        let class = |count: f64| match count {
            0.0 => 0,
            _ => 1 + (((count.ln() - low) * scale) as u16).min(limit as u16 - 2),
        };
        Classes::of(counts, limit, class)
    }

    fn of(counts: &[f64], number: usize, class: impl Fn(f64) -> u16) -> Classes {
        let (mut mean, mut size) = (vec![0.0; number], vec![0.0; number]);
        let of: Vec<u16> = counts.iter().map(|count| class(count.max(0.0))).collect();
        for (&class, count) in of.iter().zip(counts) {
            mean[class as usize] += count.max(0.0);
            size[class as usize] += 1.0;
        }
        mean.iter_mut().zip(&size).for_each(|(mean, &size): (&mut f64, &f64)| *mean /= size.max(1.0));
        Classes { mean, size, of }
    }

    pub(super) fn len(&self) -> usize {
        self.mean.len()
    }

    /// A value per class, for each slice.
    pub(super) fn spread(&self, values: &[f64]) -> Vec<f64> {
        self.of.iter().map(|&class| values[class as usize]).collect()
    }

    /// The classes of slices that are in class `i` here and `j` there, as `(i, j, how many)`.
    pub(super) fn joint(&self, other: &Classes) -> Vec<(usize, usize, f64)> {
        let mut size = vec![0.0; self.len() * other.len()];
        for (&i, &j) in self.of.iter().zip(&other.of) {
            size[i as usize * other.len() + j as usize] += 1.0;
        }
        let cells = size.into_iter().enumerate().filter(|(_, size)| *size > 0.0);
        cells.map(|(at, size)| (at / other.len(), at % other.len(), size)).collect()
    }
}

/// The fitted model: the probability that a cell of a row class and a column class is nonzero.
pub(super) struct Model {
    breadth: usize,
    probability: Vec<f64>,
}

/// Stands for infinity: a slice that is full.
const FULL: f64 = 1e9;

/// Alternating sweeps over rows and columns; graphs of section 7.4 settle within ten.
const SWEEPS: usize = 12;

impl Model {
    /// Finds t and v with Σ_j p_ij = row count and Σ_i p_ij = column count for every class (unique up to a factor between
    /// them), by Newton's method for one class at a time.
    pub(super) fn fit(rows: &Classes, cols: &Classes) -> Model {
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
    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        self.probability[i * self.breadth + j]
    }
}

/// Solves Σ size (1 - exp(-x v)) = count for the x of each class; returns the largest relative change.
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
