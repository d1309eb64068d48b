//! Bounds that follow from the leaves' rows: row i of A B is the union of the rows k of B with k in row i of A (section 2.1).
//!
//! So it has at least as many nonzeros as the largest of them, and at most as many as all together:
//! max over k of lower(B)_k <= nnz(row i) <= min(sum over k of upper(B)_k, columns). Row by row they go through chains, sums,
//! intersections, complements and bindings; other operators leave what the shape says.

use super::super::estimator::Refusal;
use super::super::operation::Operation;
use super::graph::{Edge, Graph, Kind};
use super::{LeafRows, Work};

/// Bounds of each row; numbers of nonzeros below 2^53 are exact as doubles.
struct Rows {
    lower: Vec<f64>,
    upper: Vec<f64>,
}

/// Lower and upper bound of the number of nonzeros of an expression: the better ones of those by rows and those by columns.
///
/// # Errors
/// [`Refusal::TooLarge`] beyond the limit of work.
pub(super) fn bounds(graph: &Graph, leaves: &[&dyn LeafRows], root: Edge, limit: u64) -> Result<(u64, u64), Refusal> {
    let mut bounder = Bounder { graph, leaves, work: Work::up_to(limit), buffer: Vec::new() };
    let (mut lower, mut upper) = (0.0f64, f64::INFINITY);
    for edge in [root, Edge { transposed: !root.transposed, ..root }] {
        let rows = bounder.rows(edge)?;
        lower = lower.max(rows.lower.iter().sum());
        upper = upper.min(rows.upper.iter().sum());
    }
    // above 2^53 the sums are rounded
    let slack = if upper > 9.0e15 { 1e-8 } else { 0.0 };
    Ok(((lower * (1.0 - slack)) as u64, (upper * (1.0 + slack)) as u64))
}

struct Bounder<'a> {
    graph: &'a Graph,
    leaves: &'a [&'a dyn LeafRows],
    work: Work,
    buffer: Vec<u32>,
}

impl Bounder<'_> {
    fn rows(&mut self, edge: Edge) -> Result<Rows, Refusal> {
        let graph = self.graph;
        match graph.kind(edge) {
            Kind::Leaf(_) => {
                let one = vec![1.0; graph.shape(edge).1];
                let counts = self.unions(edge, &Rows { lower: one.clone(), upper: one }, f64::INFINITY)?.upper;
                Ok(Rows { lower: counts.clone(), upper: counts })
            }
            Kind::Apply(op, operands) => self.apply(edge, *op, operands),
        }
    }

    fn apply(&mut self, edge: Edge, op: Operation, operands: &[Edge]) -> Result<Rows, Refusal> {
        let seen = |operand: Edge| Edge { transposed: operand.transposed ^ edge.transposed, ..operand };
        let a = seen(operands[0]);
        let b = operands.get(1).map(|&operand| seen(operand)).unwrap_or(a);
        let (height, breadth) = self.graph.shape(edge);
        let all = breadth as f64;
        let zip = |x: &[f64], y: &[f64], f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect();
        match op {
            Operation::MatMul => {
                let (first, second) = if edge.transposed { (b, a) } else { (a, b) };
                let inner = self.rows(second)?;
                self.unions(first, &inner, all)
            }
            Operation::Add => {
                let (x, y) = (self.rows(a)?, self.rows(b)?);
                let lower = zip(&x.lower, &y.lower, &f64::max);
                Ok(Rows { lower, upper: zip(&x.upper, &y.upper, &|x, y| (x + y).min(all)) })
            }
            Operation::Mul => {
                let (x, y) = (self.rows(a)?, self.rows(b)?);
                let lower = zip(&x.lower, &y.lower, &|x, y| (x + y - all).max(0.0));
                Ok(Rows { lower, upper: zip(&x.upper, &y.upper, &f64::min) })
            }
            Operation::IsZero => {
                let x = self.rows(a)?;
                let rest = |counts: Vec<f64>| counts.into_iter().map(|count| all - count).collect();
                Ok(Rows { lower: rest(x.upper), upper: rest(x.lower) })
            }
            Operation::RowBind | Operation::ColBind => {
                let (mut x, y) = (self.rows(a)?, self.rows(b)?);
                if (op == Operation::RowBind) ^ edge.transposed {
                    x.lower.extend(y.lower);
                    x.upper.extend(y.upper);
                    return Ok(x);
                }
                Ok(Rows {
                    lower: zip(&x.lower, &y.lower, &|x, y| x + y),
                    upper: zip(&x.upper, &y.upper, &|x, y| x + y),
                })
            }
            Operation::Diag if self.graph.shape(operands[0]).1 == 1 => self.rows(operands[0]),
            Operation::Diag | Operation::Reshape { .. } | Operation::Transpose | Operation::NotZero => {
                Ok(Rows { lower: vec![0.0; height], upper: vec![all; height] })
            }
        }
    }

    /// For each row of `edge`, the union of the slices with these bounds at its nonzeros. Where the rows of `edge` are no leaf's,
    /// it is a product (or another operator) in its turn: the union of unions.
    fn unions(&mut self, edge: Edge, inner: &Rows, all: f64) -> Result<Rows, Refusal> {
        match self.graph.kind(edge) {
            Kind::Leaf(i) => self.leaf(*i, edge.transposed, inner, all),
            Kind::Apply(Operation::MatMul, operands) => {
                let seen = |operand: Edge| Edge { transposed: operand.transposed ^ edge.transposed, ..operand };
                let (a, b) = (seen(operands[0]), seen(operands[1]));
                let (first, second) = if edge.transposed { (b, a) } else { (a, b) };
                let inner = self.unions(second, inner, all)?;
                self.unions(first, &inner, all)
            }
            _ => {
                // which slices meet is not known: some of the rows' numbers of them
                let rows = self.rows(edge)?;
                let (least, most) = inner
                    .lower
                    .iter()
                    .zip(&inner.upper)
                    .fold((f64::INFINITY, 0.0f64), |(least, most), (&lower, &upper)| {
                        (least.min(lower), most.max(upper))
                    });
                let lower = rows.lower.iter().map(|&count| if count > 0.0 { least } else { 0.0 }).collect();
                let upper = rows.upper.iter().map(|&count| (count * most).min(all)).collect();
                Ok(Rows { lower, upper })
            }
        }
    }

    fn leaf(&mut self, i: usize, transposed: bool, inner: &Rows, all: f64) -> Result<Rows, Refusal> {
        let leaf = self.leaves[i];
        let (rows, cols) = leaf.shape();
        let len = if transposed { cols } else { rows };
        let (mut lower, mut upper) = (vec![0.0f64; len], vec![0.0f64; len]);
        for i in 0..rows {
            for &j in leaf.row(i, &mut self.buffer) {
                let (to, from) = if transposed { (j as usize, i) } else { (i, j as usize) };
                lower[to] = lower[to].max(inner.lower[from]);
                upper[to] += inner.upper[from];
            }
        }
        self.work.spend(leaf.nnz() + (rows + cols) as u64)?;
        upper.iter_mut().for_each(|count| *count = count.min(all));
        Ok(Rows { lower, upper })
    }
}
