//! Sampling: the outer products of a few columns of A with their rows of B (MatFast; section 2.3 of the MNC paper).
//!
//! A leaf is counted in sampled columns and in sampled rows. Which are sampled depends on the seed and their number only, so
//! that the columns sampled of A are the rows sampled of B.

use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::Nnz;
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};
use super::meta::{Metadata, reorganized};
use super::random::sample;

/// Samples a part of the inner dimension.
#[derive(Clone, Copy, Debug)]
pub struct Sampling {
    /// The part that is sampled, in (0, 1]; at least one position.
    pub fraction: f64,
    /// Whether the outer products that are not sampled are taken to be like those that are. If not, the estimate is the
    /// largest outer product sampled, which the true number never falls below (the published, biased version).
    pub extended: bool,
    /// Chooses the sample.
    pub seed: u64,
}

impl Default for Sampling {
    /// The paper's sample of 5 %, extended.
    fn default() -> Sampling {
        Sampling { fraction: 0.05, extended: true, seed: 0 }
    }
}

/// Metadata and, of leaves, sampled counts.
#[derive(Clone, Debug)]
pub struct Sampled {
    shape: Shape,
    metadata: Metadata,
    counts: Option<Counts>,
}

/// Nonzeros of the sampled rows and columns.
#[derive(Clone, Debug)]
struct Counts {
    rows: Vec<f64>,
    cols: Vec<f64>,
}

impl Sampling {
    /// The sampled outer products of column k of A and row k of B: the average case of those that are not sampled.
    fn product(&self, a: &Counts, b: &Counts, n: usize, cells: f64) -> f64 {
        let products = a.cols.iter().zip(&b.rows).map(|(x, y)| x * y);
        if !self.extended {
            return products.fold(0.0, f64::max);
        }
        if cells == 0.0 || a.cols.is_empty() {
            return 0.0;
        }
        let sampled = a.cols.len() as f64;
        let mean = products.clone().sum::<f64>() / cells / sampled;
        let missed: f64 = products.map(|cells_hit| (-cells_hit / cells).ln_1p()).sum();
        // 0 * -inf is not a number: nothing is left to extend to if everything is sampled
        let rest = n as f64 - sampled;
        let missed = missed + if rest > 0.0 { rest * (-mean).ln_1p() } else { 0.0 };
        -missed.exp_m1() * cells
    }

    /// The average over sampled slices, of the longer dimension, of what the densities x and y of two slices say.
    fn cellwise(&self, a: &Sampled, b: &Sampled, rule: impl Fn(f64, f64) -> f64) -> Option<f64> {
        let (x, y) = (a.counts.as_ref()?, b.counts.as_ref()?);
        let (m, n) = a.shape;
        let (x, y, width) = if m >= n { (&x.rows, &y.rows, n as f64) } else { (&x.cols, &y.cols, m as f64) };
        if x.is_empty() || width == 0.0 {
            return Some(0.0);
        }
        let sum: f64 = x.iter().zip(y).map(|(x, y)| rule(x / width, y / width)).sum();
        Some(sum / x.len() as f64 * (m as f64 * n as f64))
    }
}

impl<'a> Estimator<'a> for Sampling {
    type Synopsis = Sampled;

    fn name(&self) -> String {
        format!("sample{}({}%)", if self.extended { "-extended" } else { "" }, self.fraction * 100.0)
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Sampled, Refusal> {
        let (m, n) = pattern.shape();
        let rows = sample(self.seed, m, self.fraction);
        let rows = rows.into_iter().map(|i| pattern.row(i).len() as f64).collect();
        let chosen = sample(self.seed, n, self.fraction);
        let mut place = vec![None; n];
        chosen.iter().enumerate().for_each(|(at, &j)| place[j] = Some(at));
        let mut cols = vec![0.0; chosen.len()];
        for at in pattern.iter().flatten().filter_map(|&j| place[j as usize]) {
            cols[at] += 1.0;
        }
        Ok(Sampled { shape: (m, n), metadata: pattern.into(), counts: Some(Counts { rows, cols }) })
    }

    /// Products, sums and intersections of leaves and transposed leaves; everything else by metadata.
    fn apply(&self, op: Operation, operands: &[&Sampled]) -> Result<Sampled, Refusal> {
        let a = operands[0];
        let shapes: Vec<Shape> = operands.iter().map(|operand| operand.shape).collect();
        let shape = op.shape(&shapes).ok_or(Refusal::Shapes(op, shapes))?;
        let metadata: Vec<&Metadata> = operands.iter().map(|operand| &operand.metadata).collect();
        if let Some(metadata) = reorganized(op, &metadata) {
            let counts = match op {
                Operation::NotZero => a.counts.clone(),
                Operation::Transpose => a.counts.clone().map(|Counts { rows, cols }| Counts { rows: cols, cols: rows }),
                _ => None,
            };
            return Ok(Sampled { shape, metadata, counts });
        }
        let b = operands[1];
        let estimate = match op {
            Operation::MatMul => {
                let cells = shape.0 as f64 * shape.1 as f64;
                a.counts.as_ref().zip(b.counts.as_ref()).map(|(x, y)| self.product(x, y, a.shape.1, cells))
            }
            Operation::Add => self.cellwise(a, b, |x, y| x + y - x * y),
            _ => self.cellwise(a, b, |x, y| x * y),
        };
        let estimate = estimate.ok_or(Refusal::Unsupported(op))?;
        Ok(Sampled { shape, metadata: Metadata::new(shape, estimate), counts: None })
    }

    fn nnz(&self, synopsis: &Sampled) -> Nnz {
        synopsis.metadata.total()
    }

    fn bytes(&self, synopsis: &Sampled) -> u64 {
        let counts = synopsis.counts.as_ref().map_or(0, |counts| counts.rows.len() + counts.cols.len());
        (counts * size_of::<f64>() + size_of::<Metadata>()) as u64
    }
}
