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

    /// The smallest number of the rows that reach each column, given those of the rows.
    fn smallest(&self, rows: &[f64]) -> Vec<f64> {
        match &*self.arrows {
            Arrows::Layer(layer) => {
                let mut smallest = vec![f64::INFINITY; self.shape.1];
                for (row, &number) in layer.pattern().iter().zip(rows) {
                    row.iter().for_each(|&j| smallest[j as usize] = smallest[j as usize].min(number));
                }
                smallest
            }
            Arrows::Product(a, b) => b.smallest(&a.smallest(rows)),
            Arrows::Union(a, b) => minimum(a.smallest(rows), &b.smallest(rows)),
            Arrows::Above(a, b) => {
                let (upper, lower) = rows.split_at(a.shape.0);
                minimum(a.smallest(upper), &b.smallest(lower))
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

fn minimum(mut a: Vec<f64>, b: &[f64]) -> Vec<f64> {
    a.iter_mut().zip(b).for_each(|(x, &y)| *x = x.min(y));
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
        for round in 0..rounds {
            let seed = mix(self.seed, round as u64);
            let rows: Vec<f64> = (0..m).map(|i| exponential(seed, i as u64)).collect();
            sums.iter_mut().zip(synopsis.smallest(&rows)).for_each(|(sum, number)| *sum += number);
        }
        let estimate = sums.iter().map(|sum| (rounds - 1) as f64 / sum).sum();
        Nnz::estimated(estimate, cells(m as u64, n as u64))
    }

    /// As published, all numbers of all nodes are kept; here a round at a time is.
    fn bytes(&self, synopsis: &Graph<'_>) -> u64 {
        let (nodes, arrows) = synopsis.size();
        (8 * self.rounds * nodes + size_of::<u32>() * arrows) as u64
    }
}
