//! How many nonzeros a node of a DAG has: by its sketch, and by probes where this leaves a doubt and the data are held.

use super::Format;
use crate::hop::{Dag, HopId, Kind};
use crate::program::Var;
use crate::sketch::probe::{Effort, LeafRows, combine, doubt, probe};
use crate::sketch::{Expression, Nnz};

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
    Some(combine(known, doubt(&expression), probed))
}
