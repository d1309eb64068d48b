//! The DAG of high-level operators of one basic block. Values flow along its edges, from operand to operator.

use std::collections::{HashMap, HashSet};

use petgraph::Direction;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use petgraph::visit::EdgeRef;

use crate::facts::Facts;
use crate::ops::{Effect, Op, Scalar};
use crate::program::{Basic, Var};
use lac_grammar::Span;

/// A high-level operator.
#[derive(Clone, Debug)]
pub struct Hop {
    pub kind: Kind,
    /// What is known of its value.
    pub facts: Facts,
    /// Where it was written; the first place, if it was written several times.
    pub span: Span,
    /// The inputs that are scalars and on whose values this value depends.
    pub depends: Vec<Var>,
    /// The number of operands, absent ones included.
    arity: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The value of a variable when the block begins.
    Input(Var),
    Literal(Scalar),
    Apply(Op),
}

/// A node of a DAG.
pub type HopId = NodeIndex<u32>;

/// What a block leaves behind, in the order of its statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// The variable holds the value from here on. Later outputs of the block may assign it again.
    Assign(Var, HopId),
    /// The several results of one operator.
    Several(Vec<Var>, HopId),
    /// It happens here.
    Effect(HopId),
}

#[derive(Clone, Debug, Default)]
pub struct Dag {
    /// Edges carry the position of the operand.
    graph: StableDiGraph<Hop, u16>,
    pub outputs: Vec<Output>,
}

impl Output {
    pub fn hop(&self) -> HopId {
        match self {
            Output::Assign(_, h) | Output::Several(_, h) | Output::Effect(h) => *h,
        }
    }
}

impl Dag {
    /// Adds a node with its operands.
    pub fn add(
        &mut self,
        kind: Kind,
        operands: &[Option<HopId>],
        facts: Facts,
        span: Span,
        depends: Vec<Var>,
    ) -> HopId {
        let hop = Hop { kind, facts, span, depends, arity: operands.len() as u16 };
        let id = self.graph.add_node(hop);
        for (i, operand) in operands.iter().enumerate() {
            if let Some(operand) = operand {
                self.graph.add_edge(*operand, id, i as u16);
            }
        }
        id
    }

    pub fn hop(&self, id: HopId) -> &Hop {
        &self.graph[id]
    }

    /// The operands in order, `None` for an absent one.
    pub fn operands(&self, id: HopId) -> Vec<Option<HopId>> {
        let mut operands = vec![None; self.graph[id].arity as usize];
        for e in self.graph.edges_directed(id, Direction::Incoming) {
            operands[*e.weight() as usize] = Some(e.source());
        }
        operands
    }

    /// An operand that is there.
    pub fn operand(&self, id: HopId, position: usize) -> HopId {
        self.graph
            .edges_directed(id, Direction::Incoming)
            .find(|e| *e.weight() as usize == position)
            .expect("the verifier has seen that it is there")
            .source()
    }

    /// The operators that use a value, once per use.
    pub fn consumers(&self, id: HopId) -> impl Iterator<Item = HopId> {
        self.graph.neighbors_directed(id, Direction::Outgoing)
    }

    pub fn ids(&self) -> impl Iterator<Item = HopId> {
        self.graph.node_indices()
    }

    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    pub fn is_empty(&self) -> bool {
        self.graph.node_count() == 0
    }

    /// Makes every user of `old` use `new`.
    pub fn replace(&mut self, old: HopId, new: HopId) {
        let uses: Vec<_> =
            self.graph.edges_directed(old, Direction::Outgoing).map(|e| (e.id(), e.target(), *e.weight())).collect();
        for (edge, user, position) in uses {
            if user != new {
                self.graph.remove_edge(edge);
                self.graph.add_edge(new, user, position);
            }
        }
        for output in &mut self.outputs {
            match output {
                Output::Assign(_, h) | Output::Several(_, h) | Output::Effect(h) if *h == old => *h = new,
                _ => {}
            }
        }
    }

    /// The node that holds the value of each variable at the end of its block, of those that are asked for afterwards.
    pub fn finals(&self, basic: &Basic) -> HashMap<Var, HopId> {
        let live: HashSet<Var> = basic.live_out.iter().copied().collect();
        let last = |output: &Output| match output {
            Output::Assign(var, h) if live.contains(var) => Some((*var, *h)),
            _ => None,
        };
        self.outputs.iter().filter_map(last).collect()
    }

    /// Somebody asks for an output: a variable's last value, or the world.
    pub fn is_needed(&self, finals: &HashMap<Var, HopId>, output: &Output) -> bool {
        match output {
            Output::Assign(v, h) => finals.get(v) == Some(h),
            Output::Several(..) => true,
            Output::Effect(h) => matches!(self.hop(*h).kind, Kind::Apply(op) if op.row().effect == Effect::World),
        }
    }

    /// The nodes that `needed` outputs reach, operands first, in the order of the outputs: a schedule.
    pub fn schedule(&self, needed: impl Fn(&Output) -> bool) -> Vec<HopId> {
        let mut wanted = vec![false; self.bound()];
        let mut stack: Vec<HopId> = self.outputs.iter().filter(|o| needed(o)).map(Output::hop).collect();
        while let Some(id) = stack.pop() {
            if !std::mem::replace(&mut wanted[id.index()], true) {
                stack.extend(self.graph.neighbors_directed(id, Direction::Incoming));
            }
        }
        // Every statement whose value is wanted at all is computed where it stands.
        let mut order = Vec::new();
        let mut state = vec![0u8; self.bound()];
        for output in &self.outputs {
            if wanted[output.hop().index()] {
                self.visit(output.hop(), &mut state, &mut order);
            }
        }
        order
    }

    /// Post-order without recursion: 1 = operands pushed, 2 = done.
    fn visit(&self, root: HopId, state: &mut [u8], order: &mut Vec<HopId>) {
        let mut stack = vec![root];
        while let Some(&id) = stack.last() {
            match state[id.index()] {
                0 => {
                    state[id.index()] = 1;
                    let operands = self.operands(id);
                    stack.extend(operands.into_iter().rev().flatten().filter(|o| state[o.index()] == 0));
                }
                1 => {
                    state[id.index()] = 2;
                    order.push(id);
                    stack.pop();
                }
                _ => {
                    stack.pop();
                }
            }
        }
    }

    /// One more than the largest index of a node.
    pub fn bound(&self) -> usize {
        self.graph.node_indices().next_back().map_or(0, |i| i.index() + 1)
    }
}
