//! Live variables: what a block computes for nobody is not computed, what dies is freed or reused in place.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::ir::{Block, Computed, Exists, JumpKind, Scope, Var};

type Live = BTreeSet<Var>;

/// Where jumps lead: what is live there.
#[derive(Clone, Copy)]
struct Ways<'a> {
    /// At the end of the scope.
    end: &'a Live,
    /// Of the innermost loop.
    around: Option<Around<'a>>,
    loops: &'a Loops,
}

/// What each loop has come to, by its place. It only grows while loops around it go on, so that each begins where it ended
/// last: else the rounds of loops within loops would double with each level.
type Loops = RefCell<HashMap<*const Block, Loop>>;

struct Loop {
    /// All variables that its body assigns or reads.
    inside: Live,
    /// What is live where a round begins.
    next: Live,
}

#[derive(Clone, Copy)]
struct Around<'a> {
    after: &'a Live,
    /// Where the next round begins.
    next: &'a Live,
    /// All variables that its body assigns or reads.
    inside: &'a Live,
}

/// Fills `reads`, `live_out` and `ends` of every block of a scope at whose end the variables `live` are needed.
pub fn annotate(scope: &mut Scope, live: Live) {
    let mut body = std::mem::take(&mut scope.body);
    blocks(&mut body, live);
    scope.body = body;
}

/// Backwards over a whole sequence: from what is live after it to what is live before it.
pub fn blocks(sequence: &mut [Block], live: Live) -> Live {
    let end = live.clone();
    part(sequence, live, Ways { end: &end, around: None, loops: &Loops::default() })
}

fn part(sequence: &mut [Block], mut live: Live, ways: Ways) -> Live {
    for block in sequence.iter_mut().rev() {
        live = one(block, live, ways);
    }
    live
}

fn one(block: &mut Block, after: Live, ways: Ways) -> Live {
    let place = std::ptr::from_ref(block);
    match block {
        Block::Jump(jump) => {
            let target = match (jump.kind, ways.around) {
                (JumpKind::Break, Some(around)) => around.after,
                (JumpKind::Next, Some(around)) => around.next,
                _ => ways.end,
            };
            jump.ends = ways.around.map_or(vec![], |a| a.inside.difference(target).copied().collect());
            target.clone()
        }
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
        Block::Eval(eval) => {
            let mut before = after.clone();
            for t in &eval.targets {
                before.remove(t);
            }
            let used: Live = eval.reads().collect();
            eval.ends = used.iter().chain(&eval.targets).filter(|v| !after.contains(v)).copied().collect();
            before.extend(used);
            before
        }
        Block::Exists(Exists { variable, target, ends }) => {
            *ends = [*variable, *target].into_iter().filter(|v| !after.contains(v)).collect();
            let mut before = after;
            before.remove(target);
            before.insert(*variable);
            before
        }
        Block::If { condition, then, otherwise, ends } => {
            let mut before = part(then, after.clone(), ways);
            before.extend(part(otherwise, after.clone(), ways));
            let before = computed(condition, before);
            *ends = before.difference(&after).copied().collect();
            before
        }
        Block::While { condition, body, ends } => {
            let before = fixed_point(place, body, &after, ways, |body, live, inside| {
                let around = Around { after: &after, next: live, inside };
                let again = part(body, live.clone(), Ways { around: Some(around), ..ways });
                let either: Live = again.union(&after).copied().collect();
                computed(condition, either)
            });
            *ends = before.difference(&after).copied().collect();
            before
        }
        Block::For { variable, range, body, parallel, ends, .. } => {
            let inner = fixed_point(place, body, &after, ways, |body, live, inside| {
                let around = Around { after: &after, next: live, inside };
                let mut before = part(body, live.clone(), Ways { around: Some(around), ..ways });
                before.remove(variable);
                before.extend(&after);
                before
            });
            *ends = inner.difference(&after).copied().chain([*variable]).filter(|v| !after.contains(v)).collect();
            let mut before = inner;
            if let Some(parallel) = parallel {
                let inside = mentioned(body);
                parallel.after = after.iter().filter(|v| inside.contains(v) && *v != variable).copied().collect();
                ends.extend(parallel.workers.filter(|v| !after.contains(v) && !ends.contains(v)));
                before.extend(parallel.workers);
            }
            if let Some(step) = &mut range.step {
                before = computed(step, before);
            }
            before = computed(&mut range.to, before);
            computed(&mut range.from, before)
        }
    }
}

/// The variables that a round of a loop reads before it assigns them.
pub fn exposed(body: &[Block]) -> Live {
    let none = Live::new();
    let around = Around { after: &none, next: &none, inside: &none };
    let ways = Ways { end: &none, around: Some(around), loops: &Loops::default() };
    part(&mut body.to_vec(), Live::new(), ways)
}

fn computed(c: &mut Computed, mut after: Live) -> Live {
    after.insert(c.var);
    let mut before = blocks(&mut c.body, after);
    if !c.body.is_empty() {
        before.remove(&c.var);
    }
    before
}

/// The variables that blocks read or assign.
fn mentioned(blocks: &[Block]) -> Live {
    let mut all = Live::new();
    mention(blocks, &mut all);
    all
}

fn mention(blocks: &[Block], all: &mut Live) {
    for block in blocks {
        match block {
            Block::Basic(basic) => {
                for s in &basic.statements {
                    all.extend(s.targets());
                    s.value().variables(&mut |v| _ = all.insert(v));
                }
            }
            Block::Call(call) => {
                all.extend(&call.targets);
                all.extend(call.arguments.iter().flatten().map(|(v, _)| *v));
            }
            Block::Eval(eval) => {
                all.extend(&eval.targets);
                all.extend(eval.reads());
            }
            Block::Exists(e) => all.extend([e.variable, e.target]),
            Block::If { condition, then, otherwise, .. } => {
                [&condition.body, then, otherwise].into_iter().for_each(|blocks| mention(blocks, all));
            }
            Block::While { condition, body, .. } => {
                [&condition.body, body].into_iter().for_each(|blocks| mention(blocks, all));
            }
            Block::For { variable, range, body, parallel, .. } => {
                all.insert(*variable);
                all.extend(parallel.as_ref().and_then(|p| p.workers));
                range.computed().for_each(|c| mention(&c.body, all));
                mention(body, all);
            }
            Block::Jump(_) => {}
        }
    }
}

/// The least set that a round of the loop maps into itself; the last round leaves the right annotations. A round gets the
/// body, what is live after it, and all variables inside of it.
fn fixed_point(
    place: *const Block,
    body: &mut [Block],
    after: &Live,
    ways: Ways,
    mut round: impl FnMut(&mut [Block], &Live, &Live) -> Live,
) -> Live {
    let kept = ways.loops.borrow_mut().remove(&place);
    let Loop { inside, mut next } = kept.unwrap_or_else(|| Loop { inside: mentioned(body), next: Live::new() });
    next.extend(after);
    loop {
        let before = round(body, &next, &inside);
        if before.is_subset(&next) {
            ways.loops.borrow_mut().insert(place, Loop { inside, next });
            return before;
        }
        next.extend(&before);
    }
}
