//! Which rows are worth a probe: an optimistic size of each row, from one pass over each leaf.
//!
//! For a chain these are the numbers of paths, clipped to the number of columns at every step: w <- min(A w, 1'w). Unclipped
//! counts let a few hubs take all probes (section 7.2: 2.8 instead of 1.15 at worst).

use super::super::estimator::Refusal;
use super::super::operation::Operation;
use super::graph::{Edge, Graph, Kind};
use super::{LeafRows, Work};

/// An optimistic number of nonzeros of each row; 0 only where a row is surely empty.
///
/// # Errors
/// [`Refusal::TooLarge`] if more than `limit` nonzeros must be visited.
pub(super) fn row_weights(
    graph: &Graph,
    leaves: &[&dyn LeafRows],
    root: Edge,
    limit: u64,
) -> Result<Vec<f64>, Refusal> {
    let mut weigher = Weigher { graph, leaves, work: Work::up_to(limit), buffer: Vec::new() };
    weigher.sizes(root, &vec![1.0; graph.shape(root).1])
}

struct Weigher<'a> {
    graph: &'a Graph,
    leaves: &'a [&'a dyn LeafRows],
    work: Work,
    buffer: Vec<u32>,
}

impl Weigher<'_> {
    /// The weight of the columns that each row has a nonzero in, at most.
    fn sizes(&mut self, edge: Edge, columns: &[f64]) -> Result<Vec<f64>, Refusal> {
        let graph = self.graph;
        match graph.kind(edge) {
            Kind::Leaf(i) => self.leaf(*i, edge.transposed, columns),
            Kind::Apply(op, operands) => self.apply(edge, *op, operands, columns),
        }
    }

    fn leaf(&mut self, i: usize, transposed: bool, columns: &[f64]) -> Result<Vec<f64>, Refusal> {
        let leaf = self.leaves[i];
        let (rows, cols) = leaf.shape();
        let mut sizes = vec![0.0; if transposed { cols } else { rows }];
        for i in 0..rows {
            let row = leaf.row(i, &mut self.buffer);
            if transposed {
                row.iter().for_each(|&j| sizes[j as usize] += columns[i]);
            } else {
                sizes[i] = row.iter().map(|&j| columns[j as usize]).sum();
            }
        }
        self.work.spend(leaf.nnz() + (rows + cols) as u64)?;
        Ok(sizes)
    }

    fn apply(&mut self, edge: Edge, op: Operation, operands: &[Edge], columns: &[f64]) -> Result<Vec<f64>, Refusal> {
        let seen = |operand: Edge| Edge { transposed: operand.transposed ^ edge.transposed, ..operand };
        let a = seen(operands[0]);
        let b = operands.get(1).map(|&operand| seen(operand)).unwrap_or(a);
        let total: f64 = columns.iter().sum();
        let clip = |sizes: Vec<f64>| sizes.into_iter().map(|size| size.min(total)).collect();
        Ok(match op {
            Operation::MatMul => {
                let (first, second) = if edge.transposed { (b, a) } else { (a, b) };
                let inner = self.sizes(second, columns)?;
                clip(self.sizes(first, &inner)?)
            }
            Operation::Add => {
                let (x, y) = (self.sizes(a, columns)?, self.sizes(b, columns)?);
                clip(x.iter().zip(&y).map(|(x, y)| x + y).collect())
            }
            Operation::Mul => {
                let (x, y) = (self.sizes(a, columns)?, self.sizes(b, columns)?);
                x.iter().zip(&y).map(|(x, y)| x.min(*y)).collect()
            }
            Operation::RowBind | Operation::ColBind => {
                if (op == Operation::RowBind) ^ edge.transposed {
                    let mut x = self.sizes(a, columns)?;
                    x.extend(self.sizes(b, columns)?);
                    return Ok(x);
                }
                let (left, right) = columns.split_at(self.graph.shape(a).1);
                let (x, y) = (self.sizes(a, left)?, self.sizes(b, right)?);
                x.iter().zip(&y).map(|(x, y)| x + y).collect()
            }
            Operation::Diag if self.graph.shape(operands[0]).1 == 1 => {
                let entries = self.sizes(operands[0], &[1.0])?;
                entries.iter().zip(columns).map(|(entry, column)| entry * column).collect()
            }
            // a zero here can not be seen from a few sums: every row is as likely
            Operation::IsZero
            | Operation::Diag
            | Operation::Reshape { .. }
            | Operation::Transpose
            | Operation::NotZero => {
                vec![total.max(1.0); self.graph.shape(edge).0]
            }
        })
    }
}
