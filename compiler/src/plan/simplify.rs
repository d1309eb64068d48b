//! Simplifications that are always right and never cost anything, before orders and formats are chosen.

use crate::hop::{Dag, HopId, Kind};
use crate::ops::{Aggregate, Direction, Op};

/// A rule: the node that computes the same as `id`, if the rule knows a simpler one.
type Rule = (&'static str, fn(&Dag, HopId) -> Option<HopId>);

const RULES: &[Rule] = &[
    ("t(t(X)) => X", |dag, id| {
        let inner = operand_of(dag, id, Op::Transpose)?;
        operand_of(dag, inner, Op::Transpose)
    }),
    ("rev(rev(X)) => X", |dag, id| {
        let inner = operand_of(dag, id, Op::Reverse)?;
        operand_of(dag, inner, Op::Reverse)
    }),
    ("X[,] => X", |dag, id| {
        let bounds = dag.operands(id);
        (is(dag, id, Op::RightIndex) && bounds[1..].iter().all(Option::is_none)).then(|| bounds[0]).flatten()
    }),
];

/// Aggregates that do not care how the cells are arranged.
const ARRANGED: &[Aggregate] =
    &[Aggregate::Sum, Aggregate::SumSq, Aggregate::Mean, Aggregate::Min, Aggregate::Max, Aggregate::Prod];

/// Applies the rules until none fires; returns how often each did.
pub fn simplify(dag: &mut Dag) -> Vec<(&'static str, usize)> {
    let mut fired: Vec<(&'static str, usize)> = Vec::new();
    let mut note = |name: &'static str| match fired.iter_mut().find(|(n, _)| *n == name) {
        Some((_, count)) => *count += 1,
        None => fired.push((name, 1)),
    };
    for id in dag.schedule(|_| true) {
        for (name, rule) in RULES {
            if let Some(simpler) = rule(dag, id) {
                dag.replace(id, simpler);
                note(name);
            }
        }
        if let Some(through) = through_arrangement(dag, id) {
            let hop = dag.hop(id).clone();
            let new = dag.add(hop.kind, &[Some(through)], hop.facts, hop.span, hop.depends);
            dag.replace(id, new);
            note("sum(t(X)) => sum(X)");
        }
    }
    fired
}

fn is(dag: &Dag, id: HopId, op: Op) -> bool {
    dag.hop(id).kind == Kind::Apply(op)
}

fn operand_of(dag: &Dag, id: HopId, op: Op) -> Option<HopId> {
    is(dag, id, op).then(|| dag.operand(id, 0))
}

/// The X of sum(t(X)), sum(rev(X)) and their like.
fn through_arrangement(dag: &Dag, id: HopId) -> Option<HopId> {
    let Kind::Apply(Op::Aggregate(agg, Direction::All)) = dag.hop(id).kind else { return None };
    let inner = dag.operand(id, 0);
    if !ARRANGED.contains(&agg) {
        return None;
    }
    operand_of(dag, inner, Op::Transpose).or_else(|| operand_of(dag, inner, Op::Reverse))
}
