//! What holds of every DAG, whoever made or changed it.

use super::dag::{Dag, Kind, Output};
use crate::facts::Facts;
use crate::ops::Default;

/// The first thing that is wrong with a DAG: a defect of ours, reported with the DAG's text.
pub fn verify(dag: &Dag) -> Result<(), String> {
    let everything = dag.schedule(|_| true);
    let mut position = vec![usize::MAX; dag.bound()];
    for (i, id) in everything.iter().enumerate() {
        position[id.index()] = i;
    }
    for &id in &everything {
        let hop = dag.hop(id);
        let operands = dag.operands(id);
        for o in operands.iter().flatten() {
            if position[o.index()] >= position[id.index()] {
                return Err(format!("%{} uses %{}, which comes later", id.index(), o.index()));
            }
        }
        match &hop.kind {
            Kind::Input(_) | Kind::Literal(_) if !operands.is_empty() => {
                return Err(format!("%{} is a leaf with operands", id.index()));
            }
            Kind::Literal(value) if hop.facts.scalar_type() != Some(value.ty()) => {
                return Err(format!("%{} is a literal of another type than it says", id.index()));
            }
            Kind::Apply(op) => {
                let row = op.row();
                if operands.len() < row.parameters.len() || (operands.len() > row.parameters.len() && !row.variadic) {
                    return Err(format!("%{}: `{}` has {} operands", id.index(), row.name, operands.len()));
                }
                for (i, o) in operands.iter().enumerate() {
                    if o.is_none() && row.parameter(i).default == Default::Required {
                        return Err(format!("%{}: `{}` lacks `{}`", id.index(), row.name, row.parameter(i).name));
                    }
                }
            }
            _ => {}
        }
        if let Facts::Matrix(m) = &hop.facts
            && let Some(s) = &m.sketch
            && (m.rows, m.cols) != (Some(s.rows()), Some(s.cols()))
        {
            return Err(format!("%{}: its sketch has another shape", id.index()));
        }
    }
    for output in &dag.outputs {
        if let Output::Several(vars, _) = output
            && vars.is_empty()
        {
            return Err("an output without variables".into());
        }
    }
    Ok(())
}
