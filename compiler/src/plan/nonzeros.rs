//! How many nonzeros a node of a DAG has: by its sketch, and by probes where this leaves a doubt and the data are held.

use super::Format;
use crate::hop::{Dag, HopId, Kind};
use crate::ops::{Binary, Op};
use crate::program::Var;
use crate::sketch::probe::{Effort, LeafRows, combine, doubt, probe};
use crate::sketch::{Expression, Nnz, Why};

/// What the host holds of variables when a plan is made.
pub trait Values {
    /// The format of a variable's matrix, where that is known.
    fn format(&self, _: Var) -> Option<Format> {
        None
    }

    /// Its rows, where they can be probed.
    fn rows(&self, _: Var) -> Option<&dyn LeafRows> {
        None
    }
}

/// Nothing is held.
impl Values for () {}

/// What is known of a node's nonzeros; `None` if not even its shape is.
///
/// Probes are asked where bounds do not meet, the node's pattern follows from those of variables alone, and all of them are
/// held.
pub fn nonzeros(dag: &Dag, node: HopId, values: &dyn Values, effort: Effort) -> Option<Nnz> {
    let known = dag.hop(node).facts.nnz()?;
    if known.is_exact() {
        return Some(known);
    }
    Some(probed(dag, node, known, values, effort).unwrap_or(known))
}

fn probed(dag: &Dag, node: HopId, known: Nnz, values: &dyn Values, effort: Effort) -> Option<Nnz> {
    let (expression, leaves) = Expression::from_dag(dag, node).ok()?;
    let rows = |leaf: &HopId| match dag.hop(*leaf).kind {
        Kind::Input(var) => values.rows(var),
        _ => None,
    };
    let leaves: Vec<&dyn LeafRows> = leaves.iter().map(rows).collect::<Option<_>>()?;
    // beyond the limit of work the sketch is what there is
    let probed = probe(&expression, &leaves, effort).ok()?;
    let found = combine(known, doubt(&expression), probed);
    if !may_cancel(dag, node) {
        return Some(found);
    }
    // the pattern was counted; sums may have fewer nonzeros
    let why = Why { lower: known.why.lower, ..found.why };
    Some(Nnz::new(known.lower, found.estimate, found.upper).because(why))
}

/// Whether a sum of nonzeros of both signs is a part of a node's value. Products count as nonzero wherever their patterns are.
fn may_cancel(dag: &Dag, node: HopId) -> bool {
    let mut seen = vec![false; dag.bound()];
    let mut open = vec![node];
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        let operands: Vec<HopId> = dag.operands(id).into_iter().flatten().collect();
        let positive = |id: &HopId| dag.hop(*id).facts.as_matrix().is_some_and(|m| m.values.is_positive());
        match dag.hop(id).kind {
            Kind::Apply(Op::Binary(Binary::Add)) if operands.iter().all(positive) => {}
            Kind::Apply(Op::Binary(Binary::Add | Binary::Subtract)) => return true,
            _ => {}
        }
        open.extend(operands);
    }
    false
}
