//! Live variables: what a block computes for nobody is not computed, what dies is freed or reused in place.

use std::collections::BTreeSet;

use super::ir::{Block, Computed, Scope, Var};

type Live = BTreeSet<Var>;

/// Fills `reads`, `live_out` and `ends` of every block of a scope at whose end the variables `live` are needed.
pub fn annotate(scope: &mut Scope, live: Live) {
    let mut body = std::mem::take(&mut scope.body);
    blocks(&mut body, live);
    scope.body = body;
}

/// Backwards over a sequence: from what is live after it to what is live before it.
pub fn blocks(sequence: &mut [Block], mut live: Live) -> Live {
    for block in sequence.iter_mut().rev() {
        live = one(block, live);
    }
    live
}

fn one(block: &mut Block, after: Live) -> Live {
    match block {
        Block::Basic(basic) => {
            let mut reads = Vec::new();
            let mut assigned = Live::new();
            for s in &basic.statements {
                s.value().variables(&mut |v| {
                    if !assigned.contains(&v) && !reads.contains(&v) {
                        reads.push(v);
                    }
                });
                assigned.extend(s.targets());
            }
            basic.live_out = assigned.intersection(&after).copied().collect();
            let mut before: Live = after.difference(&assigned).copied().collect();
            basic.ends = reads.iter().chain(&assigned).filter(|v| !after.contains(v)).copied().collect();
            before.extend(&reads);
            basic.reads = reads;
            before
        }
        Block::Call(call) => {
            let mut before = after.clone();
            for t in &call.targets {
                before.remove(t);
            }
            let used: Live = call.arguments.iter().flatten().map(|(v, _)| *v).collect();
            call.ends = used.iter().chain(&call.targets).filter(|v| !after.contains(v)).copied().collect();
            before.extend(used);
            before
        }
        Block::If { condition, then, otherwise, ends } => {
            let mut before = blocks(then, after.clone());
            before.extend(blocks(otherwise, after.clone()));
            let before = computed(condition, before);
            *ends = before.difference(&after).copied().collect();
            before
        }
        Block::While { condition, body, ends } => {
            let before = fixed_point(&after, |live| {
                let again = blocks(body, live.clone());
                let either: Live = again.union(&after).copied().collect();
                computed(condition, either)
            });
            *ends = before.difference(&after).copied().collect();
            before
        }
        Block::For { variable, range, body, ends, .. } => {
            let inner = fixed_point(&after, |live| {
                let mut before = blocks(body, live.clone());
                before.remove(variable);
                before.extend(&after);
                before
            });
            *ends = inner.difference(&after).copied().chain([*variable]).filter(|v| !after.contains(v)).collect();
            let mut before = inner;
            if let Some(step) = &mut range.step {
                before = computed(step, before);
            }
            before = computed(&mut range.to, before);
            computed(&mut range.from, before)
        }
    }
}

fn computed(c: &mut Computed, mut after: Live) -> Live {
    after.insert(c.var);
    let mut before = blocks(&mut c.body, after);
    if !c.body.is_empty() {
        before.remove(&c.var);
    }
    before
}

/// The least set that a round of the loop maps into itself; the last round leaves the right annotations.
fn fixed_point(after: &Live, mut round: impl FnMut(&Live) -> Live) -> Live {
    let mut live = after.clone();
    loop {
        let before = round(&live);
        let next: Live = live.union(&before).copied().collect();
        if next == live {
            return before;
        }
        live = next;
    }
}
