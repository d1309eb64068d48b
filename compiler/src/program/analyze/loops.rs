//! Loops: what holds in every round, and behind them.

use lac_grammar::Diagnostic;

use super::{Binding, Environment, Jumps, Known, LoopId, ROUNDS, Round, Walk};
use crate::facts::Facts;
use crate::ops::{Scalar, ScalarType};
use crate::program::ir::*;

impl<'a> Walk<'a> {
    /// One round of a loop, if there is one.
    pub(super) fn round(&mut self, scope: &'a Scope, body: &'a [Block], mut after: Environment, surely: bool) -> Round {
        let entry = after.clone();
        self.jumps.push(Jumps::default());
        let left = self.left;
        self.maybe += usize::from(!surely);
        let ends = self.blocks(scope, body, &mut after);
        self.maybe -= usize::from(!surely);
        self.left = left || self.left && self.returns.is_some();
        let Jumps { breaks, nexts } = self.jumps.pop().unwrap_or_default();
        let follows = ends || nexts.is_some();
        if let Some(nexts) = nexts {
            after = if ends { after.join(&nexts) } else { nexts };
        }
        Round { entry, after, holds: None, follows, breaks }
    }

    /// Whether it is ever left, as far as is known.
    pub(super) fn while_loop(
        &mut self,
        scope: &'a Scope,
        condition: &'a Computed,
        body: &'a [Block],
        env: &mut Environment,
    ) -> bool {
        let before = env.clone();
        let mut first = before.clone();
        self.silent += 1;
        let enters = self.condition(scope, condition, &mut first);
        self.silent -= 1;
        if enters == Some(false) {
            self.condition(scope, condition, env);
            return true;
        }
        self.loops += 1;
        let surely_in = enters == Some(true);
        let id = std::ptr::from_ref(condition) as LoopId;
        let Round { entry, after: inside, holds, follows, breaks } = self.fixed_point(id, before, |walk, mut env| {
            let holds = walk.condition(scope, condition, &mut env);
            Round { holds, ..walk.round(scope, body, env, surely_in) }
        });
        self.loops -= 1;
        *env = if surely_in && follows { entry.certain_after(&inside) } else { entry };
        let ends = holds != Some(true) && (!surely_in || follows);
        let left = ends || breaks.is_some();
        if let Some(breaks) = breaks {
            *env = if ends { env.join(&breaks) } else { breaks };
        }
        left
    }

    pub(super) fn for_loop(
        &mut self,
        scope: &'a Scope,
        variable: Var,
        range: &'a Range,
        body: &'a [Block],
        env: &mut Environment,
    ) {
        let (from, first) = self.bound(scope, &range.from, env);
        let (_, last) = self.bound(scope, &range.to, env);
        let (step, up) = match range.step.as_ref().map(|s| self.bound(scope, s, env)) {
            Some((ty, by)) => (Some(ty), by.is_some_and(|by| by > 0.0)),
            None => (None, true),
        };
        let surely_in = up && first.zip(last).is_some_and(|(first, last)| first <= last);
        // `a:b` runs over ints whatever its bounds are; `seq` only if it is made of ints.
        let ty = match (&from, &step) {
            (_, None) | (Some(ScalarType::Int), Some(Some(ScalarType::Int))) => Some(ScalarType::Int),
            (Some(_), Some(Some(_))) => Some(ScalarType::Double),
            _ => None,
        };
        let counter = Binding::certain(Facts::Scalar { ty, value: None });
        self.loops += 1;
        let id = std::ptr::from_ref(range) as LoopId;
        let Round { entry: before, after, follows, breaks, .. } = self.fixed_point(id, env.clone(), |walk, env| {
            let mut inside = env.clone();
            inside.insert(variable, counter.clone());
            Round { entry: env, ..walk.round(scope, body, inside, surely_in) }
        });
        self.loops -= 1;
        // `a:b` has at least one round: it counts down if b < a.
        let surely_in = surely_in || range.step.is_none();
        *env = match follows {
            true if surely_in => before.certain_after(&after),
            true => before.join(&after),
            false => before,
        };
        if let Some(breaks) = breaks {
            *env = env.join(&breaks);
        }
    }

    /// The type and the value of a bound of a loop.
    pub(super) fn bound(
        &mut self,
        scope: &'a Scope,
        c: &'a Computed,
        env: &mut Environment,
    ) -> (Option<ScalarType>, Option<f64>) {
        let facts = self.computed(scope, c, env);
        if let Facts::Matrix(_) | Facts::Scalar { ty: Some(ScalarType::Str), .. } = &facts {
            let error = Diagnostic::error("E0211", "the bounds of a loop are numbers")
                .at(c.span, format!("this is a {}", facts.describe()));
            self.report(match facts {
                Facts::Matrix(_) => error.help("`as.scalar(X)` takes the value of a 1 x 1 matrix, `nrow(X)` its rows"),
                _ => error,
            });
        }
        (facts.scalar_type(), facts.value().and_then(Scalar::as_f64))
    }

    /// A round of a loop as it is whatever rounds came before: `round` gets what holds at its entry. While it is not found
    /// nothing is reported.
    pub(super) fn fixed_point(
        &mut self,
        id: LoopId,
        before: Environment,
        mut round: impl FnMut(&mut Self, Environment) -> Round,
    ) -> Round {
        let mut entry = before.clone();
        let returns = self.returns.clone();
        if self.silent > 0
            && let Some(known) = self.known.get(&id)
            && known.before.same(&before)
            && same(&known.returns[0], &returns)
        {
            self.returns = known.returns[1].clone();
            return known.round.clone();
        }
        self.silent += 1;
        for n in 0.. {
            self.returns = returns.clone();
            let found = round(self, entry.clone());
            let mut next = if found.follows { before.join(&found.after) } else { before.clone() };
            if n >= ROUNDS {
                next.widen(&entry, |facts| if n > 2 * ROUNDS { Facts::Unknown } else { facts.widen() });
            }
            let done = next.same(&entry);
            entry = next;
            // Where nothing is to be reported anyway, it need not be walked again for that.
            if done && self.silent > 1 {
                self.silent -= 1;
                let returns = [returns, self.returns.clone()];
                self.known.insert(id, Known { before, returns, round: found.clone() });
                return found;
            }
            if done {
                break;
            }
        }
        self.silent -= 1;
        self.returns = returns;
        round(self, entry)
    }
}

fn same(a: &Option<Environment>, b: &Option<Environment>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}
