//! An expression as a DAG: equal subexpressions once, every node with its shape, transposes kept as flags of edges.

use std::collections::HashMap;

use super::super::estimator::Refusal;
use super::super::operation::{Expression, Operation};
use super::super::pattern::Shape;

/// A node seen as it is or transposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Edge {
    pub node: usize,
    pub transposed: bool,
}

impl Edge {
    fn flip(self) -> Edge {
        Edge { transposed: !self.transposed, ..self }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Leaf(usize),
    Apply(Operation, Vec<Edge>),
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub kind: Kind,
    pub shape: Shape,
}

/// Nodes stand after their operands.
pub(super) struct Graph {
    nodes: Vec<Node>,
    pub root: Edge,
}

impl Graph {
    /// # Errors
    /// Those of [`Expression::shape`].
    pub fn new(expression: &Expression, leaves: &[Shape]) -> Result<Graph, Refusal> {
        let mut builder = Builder { nodes: Vec::new(), known: HashMap::new(), leaves };
        let root = builder.add(expression)?;
        Ok(Graph { nodes: builder.nodes, root })
    }

    pub fn kind(&self, edge: Edge) -> &Kind {
        &self.nodes[edge.node].kind
    }

    /// Rows and columns as the edge sees them.
    pub fn shape(&self, edge: Edge) -> Shape {
        let (rows, cols) = self.nodes[edge.node].shape;
        if edge.transposed { (cols, rows) } else { (rows, cols) }
    }
}

struct Builder<'a> {
    nodes: Vec<Node>,
    known: HashMap<Kind, usize>,
    leaves: &'a [Shape],
}

impl Builder<'_> {
    fn add(&mut self, expression: &Expression) -> Result<Edge, Refusal> {
        match expression {
            Expression::Leaf(i) => {
                let shape = *self.leaves.get(*i).ok_or(Refusal::NoLeaf(*i))?;
                Ok(self.node(Kind::Leaf(*i), shape))
            }
            Expression::Apply(op, operands) => {
                let edges = operands.iter().map(|operand| self.add(operand)).collect::<Result<Vec<Edge>, _>>()?;
                let shapes: Vec<Shape> = edges.iter().map(|&edge| self.shape(edge)).collect();
                let shape = op.shape(&shapes).ok_or(Refusal::Shapes(*op, shapes))?;
                Ok(match op {
                    Operation::Transpose => edges[0].flip(),
                    Operation::NotZero => edges[0],
                    _ => self.node(Kind::Apply(*op, edges), shape),
                })
            }
        }
    }

    fn shape(&self, edge: Edge) -> Shape {
        let (rows, cols) = self.nodes[edge.node].shape;
        if edge.transposed { (cols, rows) } else { (rows, cols) }
    }

    fn node(&mut self, kind: Kind, shape: Shape) -> Edge {
        let next = self.nodes.len();
        let node = *self.known.entry(kind.clone()).or_insert(next);
        if node == next {
            self.nodes.push(Node { kind, shape });
        }
        Edge { node, transposed: false }
    }
}
