//! How many nonzeros a node of a DAG has: by its sketch, and by probes where this leaves a doubt and the data are held.

use crate::hop::{Dag, HopId, Kind};
use crate::program::Var;
use crate::sketch::probe::{Effort, LeafRows, combine, doubt, probe};
use crate::sketch::{Expression, Nnz};

/// The rows of the matrices that a host holds, by variable.
pub type Held<'a> = dyn Fn(Var) -> Option<&'a dyn LeafRows> + 'a;

/// What is known of a node's nonzeros; `None` if not even its shape is.
///
/// Probes are asked where bounds do not meet, the node's pattern follows from those of variables alone, and all of them are
/// held.
pub fn nonzeros<'a>(dag: &Dag, node: HopId, held: &Held<'a>, effort: Effort) -> Option<Nnz> {
    let known = dag.hop(node).facts.nnz()?;
    if known.is_exact() {
        return Some(known);
    }
    Some(probed(dag, node, known, held, effort).unwrap_or(known))
}

fn probed<'a>(dag: &Dag, node: HopId, known: Nnz, held: &Held<'a>, effort: Effort) -> Option<Nnz> {
    let (expression, leaves) = Expression::from_dag(dag, node).ok()?;
    let rows = |leaf: &HopId| match dag.hop(*leaf).kind {
        Kind::Input(var) => held(var),
        _ => None,
    };
    let leaves: Vec<&dyn LeafRows> = leaves.iter().map(rows).collect::<Option<_>>()?;
    // beyond the limit of work the sketch is what there is
    let probed = probe(&expression, &leaves, effort).ok()?;
    Some(combine(known, doubt(&expression), probed))
}
