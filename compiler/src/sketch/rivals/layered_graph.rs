//! Layered graph: the sizes of the reachable sets from a row, by their smallest random numbers (Cohen, "Structure prediction
//! and computation of sparse matrix products", J. Comb. Optim. 2, 1998, section 3; section 2.4 of the MNC paper).
//!
//! Every row draws an exponential number; a column's number is the smallest of the rows that reach it. The smallest of c
//! exponentials is exponential with rate c, so r independent rounds tell c. Beyond chains of products, unions and bindings are
//! graphs as well, and transposition turns the arrows around.

use std::sync::Arc;

use super::super::estimator::{Estimator, Refusal};
use super::super::exact::{Exact, Rows};
use super::super::nnz::{Nnz, cells};
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};
use super::random::{exponential, mix};

/// Estimates with `rounds` random numbers per row: unbiased, each column's standard deviation about 1/√(rounds - 2) of it.
#[derive(Clone, Copy, Debug)]
pub struct LayeredGraph {
    /// Random numbers per row, at least 2.
    pub rounds: usize,
    /// Chooses the random numbers.
    pub seed: u64,
}

impl Default for LayeredGraph {
    /// The paper's 32 rounds.
    fn default() -> LayeredGraph {
        LayeredGraph { rounds: 32, seed: 0 }
    }
}

/// A graph from rows to columns.
#[derive(Clone, Debug)]
pub struct Graph<'a> {
    shape: Shape,
    arrows: Arc<Arrows<'a>>,
}

#[derive(Debug)]
enum Arrows<'a> {
    Layer(Rows<'a>),
    Product(Graph<'a>, Graph<'a>),
    Union(Graph<'a>, Graph<'a>),
    Above(Graph<'a>, Graph<'a>),
    Beside(Graph<'a>, Graph<'a>),
}

impl<'a> Graph<'a> {
    fn new(shape: Shape, arrows: Arrows<'a>) -> Graph<'a> {
        Graph { shape, arrows: Arc::new(arrows) }
    }

    fn layer(rows: Rows<'a>) -> Graph<'a> {
        Graph::new(rows.pattern().shape(), Arrows::Layer(rows))
    }

    /// The smallest numbers of the rows that reach each column, given those of the rows.
    fn smallest(&self, rows: &[Lanes]) -> Vec<Lanes> {
        match &*self.arrows {
            Arrows::Layer(layer) => {
                let mut smallest = vec![[f64::INFINITY; LANES]; self.shape.1];
                for (row, numbers) in layer.pattern().iter().zip(rows) {
                    row.iter().for_each(|&j| lower(&mut smallest[j as usize], numbers));
                }
                smallest
            }
            Arrows::Product(a, b) => b.smallest(&a.smallest(rows)),
            Arrows::Union(a, b) => minimum(a.smallest(rows), &b.smallest(rows)),
            Arrows::Above(a, b) => {
                let (upper, below) = rows.split_at(a.shape.0);
                minimum(a.smallest(upper), &b.smallest(below))
            }
            Arrows::Beside(a, b) => {
                let mut smallest = a.smallest(rows);
                smallest.append(&mut b.smallest(rows));
                smallest
            }
        }
    }

    fn transpose(&self) -> Result<Graph<'a>, Refusal> {
        let shape = (self.shape.1, self.shape.0);
        let arrows = match &*self.arrows {
            Arrows::Layer(layer) => Arrows::Layer(Exact::default().evaluate(Operation::Transpose, &[layer.pattern()])?),
            Arrows::Product(a, b) => Arrows::Product(b.transpose()?, a.transpose()?),
            Arrows::Union(a, b) => Arrows::Union(a.transpose()?, b.transpose()?),
            Arrows::Above(a, b) => Arrows::Beside(a.transpose()?, b.transpose()?),
            Arrows::Beside(a, b) => Arrows::Above(a.transpose()?, b.transpose()?),
        };
        Ok(Graph::new(shape, arrows))
    }

    /// Numbers of nodes and of arrows.
    fn size(&self) -> (usize, usize) {
        match &*self.arrows {
            Arrows::Layer(layer) => (self.shape.0 + self.shape.1, layer.pattern().nnz()),
            Arrows::Product(a, b) | Arrows::Union(a, b) | Arrows::Above(a, b) | Arrows::Beside(a, b) => {
                let (a, b) = (a.size(), b.size());
                (a.0 + b.0, a.1 + b.1)
            }
        }
    }
}

/// Rounds that go through the graph together: a cache line of numbers.
const LANES: usize = 8;
type Lanes = [f64; LANES];

fn lower(a: &mut Lanes, b: &Lanes) {
    // no number is NaN: a comparison is one vector instruction, f64::min is not
    a.iter_mut().zip(b).for_each(|(x, &y)| *x = if y < *x { y } else { *x });
}

fn minimum(mut a: Vec<Lanes>, b: &[Lanes]) -> Vec<Lanes> {
    a.iter_mut().zip(b).for_each(|(x, y)| lower(x, y));
    a
}

impl<'a> Estimator<'a> for LayeredGraph {
    type Synopsis = Graph<'a>;

    fn name(&self) -> String {
        format!("lgraph({})", self.rounds)
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Graph<'a>, Refusal> {
        Ok(Graph::layer(pattern.into()))
    }

    /// Everything that is reachability; intersections, diagonals and reshaping of leaves only, by doing them.
    fn apply(&self, op: Operation, operands: &[&Graph<'a>]) -> Result<Graph<'a>, Refusal> {
        let a = operands[0].clone();
        let b = operands.get(1).copied().unwrap_or(operands[0]).clone();
        let ((m, n), (k, l)) = (a.shape, b.shape);
        match op {
            Operation::MatMul => Ok(Graph::new((m, l), Arrows::Product(a, b))),
            Operation::Add => Ok(Graph::new((m, n), Arrows::Union(a, b))),
            Operation::RowBind => Ok(Graph::new((m + k, n), Arrows::Above(a, b))),
            Operation::ColBind => Ok(Graph::new((m, n + l), Arrows::Beside(a, b))),
            Operation::NotZero => Ok(a),
            Operation::Transpose => a.transpose(),
            Operation::Mul | Operation::Diag | Operation::Reshape { .. } => {
                let layer = |graph: &Graph<'a>| match &*graph.arrows {
                    Arrows::Layer(layer) => Some(layer.clone()),
                    _ => None,
                };
                let layers: Option<Vec<Rows<'a>>> = operands.iter().map(|operand| layer(operand)).collect();
                let layers = layers.ok_or(Refusal::Unsupported(op))?;
                let patterns: Vec<Pattern<'_>> = layers.iter().map(Rows::pattern).collect();
                Exact::default().evaluate(op, &patterns).map(Graph::layer)
            }
            Operation::IsZero => Err(Refusal::Unsupported(op)),
        }
    }

    /// The sum over the columns of (r - 1) / (sum of their numbers).
    fn nnz(&self, synopsis: &Graph<'_>) -> Nnz {
        let (m, n) = synopsis.shape;
        let rounds = self.rounds.max(2);
        let mut sums = vec![0.0; n];
        for first in (0..rounds).step_by(LANES) {
            let used = LANES.min(rounds - first);
            let seeds: Vec<u64> = (first..first + used).map(|round| mix(self.seed, round as u64)).collect();
            let numbers = |i: usize| {
                let mut lanes = [f64::INFINITY; LANES];
                lanes.iter_mut().zip(&seeds).for_each(|(x, &seed)| *x = exponential(seed, i as u64));
                lanes
            };
            let smallest = synopsis.smallest(&(0..m).map(numbers).collect::<Vec<Lanes>>());
            for (sum, lanes) in sums.iter_mut().zip(&smallest) {
                *sum += lanes[..used].iter().sum::<f64>();
            }
        }
        let estimate = sums.iter().map(|sum| (rounds - 1) as f64 / sum).sum();
        Nnz::estimated(estimate, cells(m as u64, n as u64))
    }

    /// As published, all numbers of all nodes are kept; here those of a few rounds at a time are.
    fn bytes(&self, synopsis: &Graph<'_>) -> u64 {
        let (nodes, arrows) = synopsis.size();
        (8 * self.rounds * nodes + size_of::<u32>() * arrows) as u64
    }
}
