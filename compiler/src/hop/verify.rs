//! What holds of every DAG, whoever made or changed it.

use super::dag::{Dag, Kind, Output};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::{Default, Effect, Op};

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
            // Nothing is known of a literal that stands for an expression with an error.
            Kind::Literal(value) if hop.facts.is_scalar() && hop.facts.scalar_type() != Some(value.ty()) => {
                return Err(format!("%{} is a literal of another type than it says", id.index()));
            }
            Kind::Apply(op) => {
                let row = op.row();
                let may_end =
                    |from: usize| row.variadic && row.parameters[from..].iter().all(|p| p.default != Default::Required);
                let too_few = operands.len() < row.parameters.len() && !may_end(operands.len());
                if too_few || (operands.len() > row.parameters.len() && !row.variadic) {
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
        if let Kind::Apply(op) = &hop.kind
            && op.row().effect != Effect::World
        {
            let known =
                |(i, o): (usize, &Option<_>)| Some(shape_only(&dag.hop((*o)?).facts, op.row().parameter(i).shapes));
            let known: Vec<Option<Facts>> = operands.iter().enumerate().map(known).collect();
            inferred(*op, &known, &hop.facts).map_err(|why| format!("%{}: {why}", id.index()))?;
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

/// What rewrites must keep: types and shapes follow from those of the operands.
fn inferred(op: Op, operands: &[Option<Facts>], said: &Facts) -> Result<(), String> {
    let operands: Vec<Option<&Facts>> = operands.iter().map(Option::as_ref).collect();
    let Ok(facts) = (op.row().infer)(op, &operands) else {
        // What is wrong in the source is reported where it is built, and stays unknown.
        return match said {
            Facts::Unknown => Ok(()),
            _ => Err(format!("`{}` can not be applied to its operands", op.row().name)),
        };
    };
    let differs = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    match (&facts, said) {
        (Facts::Matrix(a), Facts::Matrix(b)) if differs(a.rows, b.rows) || differs(a.cols, b.cols) => {
            Err(format!("`{}` gives a {} matrix, not {}", op.row().name, a.shape(), b.shape()))
        }
        (Facts::Matrix(_), Facts::Scalar { .. }) | (Facts::Scalar { .. }, Facts::Matrix(_)) => {
            Err(format!("`{}` gives a {}, not a {}", op.row().name, facts.describe(), said.describe()))
        }
        _ => Ok(()),
    }
}

/// Without nonzeros and the values of scalars that do not decide a shape.
fn shape_only(facts: &Facts, shapes: bool) -> Facts {
    match facts {
        Facts::Scalar { .. } if !shapes => facts.widen(),
        Facts::Matrix(m) => Facts::Matrix(MatrixFacts { sketch: None, ..m.clone() }),
        other => other.clone(),
    }
}
