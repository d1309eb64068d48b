//! Row-wise: the density of each row, from the last factor to the first (Lin et al., "Sparsity estimation and ordering of
//! sparse matrix chains", PACMMOD 2(1), 2024).
//!
//! Row i of AB is the union of rows k of B with k in row i of A. Taking these to be independent, its density is
//! 1 - prod over k of (1 - density of row k of B). The left factor must be a leaf, so a chain is evaluated from the right
//! whatever its parentheses.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::estimator::{Estimator, Refusal};
use super::super::exact::{Exact, Rows};
use super::super::nnz::{Nnz, cells};
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};

/// Row densities through the structure of the left factors.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowWise;

/// A matrix, a product of them, or row densities of anything else.
#[derive(Clone, Debug)]
pub struct Densities<'a> {
    shape: Shape,
    source: Arc<Source<'a>>,
}

#[derive(Debug)]
enum Source<'a> {
    Leaf(Rows<'a>),
    Product(Densities<'a>, Densities<'a>),
    Rows(Vec<f64>),
}

impl<'a> Densities<'a> {
    fn new(shape: Shape, source: Source<'a>) -> Densities<'a> {
        Densities { shape, source: Arc::new(source) }
    }

    /// The density of each row.
    fn rows(&self) -> Vec<f64> {
        match &*self.source {
            Source::Leaf(leaf) => {
                let cols = self.shape.1.max(1) as f64;
                leaf.pattern().iter().map(|row| row.len() as f64 / cols).collect()
            }
            Source::Product(a, b) => a.times(&b.rows()),
            Source::Rows(rows) => rows.clone(),
        }
    }

    /// The row densities of the product with a matrix of row densities `right`.
    fn times(&self, right: &[f64]) -> Vec<f64> {
        match &*self.source {
            Source::Leaf(leaf) => {
                let zero: Vec<f64> = right.iter().map(|s| (-s).ln_1p()).collect();
                let missed = |row: &[u32]| row.iter().map(|&k| zero[k as usize]).sum::<f64>();
                leaf.pattern().iter().map(|row| -missed(row).exp_m1()).collect()
            }
            Source::Product(a, b) => a.times(&b.times(right)),
            Source::Rows(left) => scattered(left, right),
        }
    }
}

/// 1 - prod over k of (1 - x y_k) for each x of `left`, whose nonzeros may lie anywhere in the row.
fn scattered(left: &[f64], right: &[f64]) -> Vec<f64> {
    let mut sorted = right.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let groups: Vec<(f64, f64)> = sorted.chunk_by(|x, y| x == y).map(|group| (group[0], group.len() as f64)).collect();
    let mut known = HashMap::new();
    let union = |x: f64| -groups.iter().map(|&(y, times)| times * (-x * y).ln_1p()).sum::<f64>().exp_m1();
    left.iter().map(|&x| *known.entry(x.to_bits()).or_insert_with(|| union(x))).collect()
}

impl<'a> Estimator<'a> for RowWise {
    type Synopsis = Densities<'a>;

    fn name(&self) -> String {
        "row-wise".to_string()
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Densities<'a>, Refusal> {
        Ok(Densities::new(pattern.shape(), Source::Leaf(pattern.into())))
    }

    /// Transposition, reshaping and diagonals of leaves only, by doing them.
    fn apply(&self, op: Operation, operands: &[&Densities<'a>]) -> Result<Densities<'a>, Refusal> {
        let a = operands[0];
        let b = operands.get(1).copied().unwrap_or(a);
        let shapes: Vec<Shape> = operands.iter().map(|operand| operand.shape).collect();
        let shape = op.shape(&shapes).ok_or(Refusal::Shapes(op, shapes))?;
        let zip = |rule: &dyn Fn(f64, f64) -> f64| {
            Source::Rows(a.rows().into_iter().zip(b.rows()).map(|(x, y)| rule(x, y)).collect())
        };
        let source = match op {
            Operation::NotZero => return Ok(a.clone()),
            Operation::MatMul => Source::Product(a.clone(), b.clone()),
            Operation::Add => zip(&|x, y| x + y - x * y),
            Operation::Mul => zip(&|x, y| x * y),
            Operation::IsZero => Source::Rows(a.rows().into_iter().map(|x| 1.0 - x).collect()),
            Operation::RowBind => Source::Rows([a.rows(), b.rows()].concat()),
            Operation::ColBind => {
                let (left, right) = (a.shape.1 as f64, b.shape.1 as f64);
                let both = (left + right).max(1.0);
                zip(&|x, y| (x * left + y * right) / both)
            }
            Operation::Transpose | Operation::Diag | Operation::Reshape { .. } => match &*a.source {
                Source::Leaf(leaf) => Source::Leaf(Exact::default().evaluate(op, &[leaf.pattern()])?),
                _ => return Err(Refusal::Unsupported(op)),
            },
        };
        Ok(Densities::new(shape, source))
    }

    fn nnz(&self, synopsis: &Densities<'_>) -> Nnz {
        let (m, n) = synopsis.shape;
        let estimate = synopsis.rows().iter().sum::<f64>() * n as f64;
        Nnz::estimated(estimate, cells(m as u64, n as u64))
    }

    /// A density per row, and the structure of the leaves.
    fn bytes(&self, synopsis: &Densities<'_>) -> u64 {
        let rows = (synopsis.shape.0 * size_of::<f64>()) as u64;
        match &*synopsis.source {
            Source::Leaf(leaf) => rows + (leaf.pattern().nnz() * size_of::<u32>()) as u64,
            Source::Product(a, b) => self.bytes(a) + self.bytes(b),
            Source::Rows(_) => rows,
        }
    }
}
