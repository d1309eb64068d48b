//! Between which values an index lies in a round of a loop.

use std::collections::BTreeMap;

use super::poly::{Poly, Symbol};
use crate::ops::{Binary, Op, Scalar, Unary};
use crate::program::ir::*;

/// Lower and upper bounds of a value, all of them true; none if nothing is known.
#[derive(Clone, Debug)]
pub(super) struct Interval {
    pub low: Vec<Poly>,
    pub high: Vec<Poly>,
}

/// How the body of a loop gives a variable its value.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// It is the counter of an inner loop.
    Counter(Range),
    Value(Expr),
    /// A part of it gets another value: its shape stays.
    Part,
    /// By a call or by an operator with several results.
    Other,
}

/// What the body of a loop assigns.
#[derive(Default)]
pub(super) struct Assigned(BTreeMap<Var, Vec<Source>>);

/// Definitions within definitions that are followed.
const DEPTH: usize = 16;
/// Bounds that are kept of a value.
const KEPT: usize = 4;

impl Assigned {
    pub fn of(body: &[Block]) -> Assigned {
        let mut assigned = Assigned::default();
        assigned.blocks(body);
        assigned
    }

    pub fn contains(&self, var: Var) -> bool {
        self.0.contains_key(&var)
    }

    /// At how many places.
    pub fn places(&self, var: Var) -> usize {
        self.0.get(&var).map_or(0, Vec::len)
    }

    fn add(&mut self, var: Var, source: Source) {
        self.0.entry(var).or_default().push(source);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Basic(basic) => {
                    for s in &basic.statements {
                        self.statement(s);
                    }
                }
                Block::Call(call) => call.targets.iter().for_each(|t| self.add(*t, Source::Other)),
                Block::Eval(eval) => eval.targets.iter().for_each(|t| self.add(*t, Source::Other)),
                Block::Exists(e) => self.add(e.target, Source::Other),
                Block::If { condition, then, otherwise, .. } => {
                    self.blocks(&condition.body);
                    self.blocks(then);
                    self.blocks(otherwise);
                }
                Block::While { condition, body, .. } => {
                    self.blocks(&condition.body);
                    self.blocks(body);
                }
                Block::For { variable, range, body, .. } => {
                    self.add(*variable, Source::Counter(range.clone()));
                    range.computed().for_each(|c| self.blocks(&c.body));
                    self.blocks(body);
                }
                Block::Jump(_) => {}
            }
        }
    }

    fn statement(&mut self, s: &Statement) {
        match &s.kind {
            StatementKind::Assign(var, value) if super::part_of(*var, value).is_some() => self.add(*var, Source::Part),
            StatementKind::Assign(var, value) => self.add(*var, Source::Value(value.clone())),
            _ => s.targets().iter().for_each(|t| self.add(*t, Source::Other)),
        }
    }

    /// The bounds of a value.
    pub fn interval(&self, e: &Expr, depth: usize) -> Option<Interval> {
        let inner = |e: &Expr| self.interval(e, depth);
        match &e.kind {
            ExprKind::Literal(value) => Some(Interval::point(Poly::constant(whole(value)?))),
            ExprKind::Var(var) => self.variable(*var, depth),
            ExprKind::Apply(op, args) => match (op, &args[..]) {
                (Op::NRow | Op::NCol, [Some(Expr { kind: ExprKind::Var(var), .. })]) => {
                    let sources = self.0.get(var).into_iter().flatten();
                    let stays = sources.into_iter().all(|s| matches!(s, Source::Part));
                    stays.then(|| Interval::point(Poly::symbol(Symbol::size(*op, *var))))
                }
                (Op::Unary(Unary::Negate), [Some(x)]) => Interval::point(Poly::default()).minus(&inner(x)?),
                (Op::Binary(f), [Some(x), Some(y)]) => combined(*f, &inner(x)?, &inner(y)?),
                _ => None,
            },
            ExprKind::Wrong => None,
        }
    }

    /// What the body gives several values has the bounds that all of them have.
    fn variable(&self, var: Var, depth: usize) -> Option<Interval> {
        let Some(sources) = self.0.get(&var) else {
            return Some(Interval::point(Poly::symbol(Symbol::Var(var))));
        };
        let depth = depth.checked_sub(1)?;
        let all = sources.iter().map(|s| self.source(s, depth)).collect::<Option<Vec<Interval>>>()?;
        all.into_iter().reduce(|mut a, b| {
            a.low.retain(|p| b.low.contains(p));
            a.high.retain(|p| b.high.contains(p));
            a
        })
    }

    fn source(&self, source: &Source, depth: usize) -> Option<Interval> {
        match source {
            Source::Value(value) => self.interval(value, depth),
            Source::Counter(range) => {
                let (from, to) = (self.computed(&range.from, depth)?, self.computed(&range.to, depth)?);
                let up = match &range.step {
                    Some(step) => self.computed(step, depth)?.value()? > 0,
                    // Whoever writes 1:n means to go up; with literals it is seen.
                    None => from.value().zip(to.value()).is_none_or(|(a, b)| a <= b),
                };
                Some(match up {
                    true => Interval { low: from.low, high: to.high },
                    false => Interval { low: to.low, high: from.high },
                })
            }
            Source::Part | Source::Other => None,
        }
    }

    pub fn computed(&self, c: &Computed, depth: usize) -> Option<Interval> {
        match &c.body[..] {
            [] => self.variable(c.var, depth),
            [Block::Basic(Basic { statements, .. })] => match &statements[..] {
                [Statement { kind: StatementKind::Assign(var, value), .. }] if *var == c.var => {
                    self.interval(value, depth)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The bounds of the counter of a loop.
    pub fn counter(&self, range: &Range) -> Option<Interval> {
        self.source(&Source::Counter(range.clone()), DEPTH)
    }

    pub fn bounds(&self, e: &Expr) -> Option<Interval> {
        self.interval(e, DEPTH)
    }
}

fn whole(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Int(_) | Scalar::Double(_) => value.as_i64(),
        _ => None,
    }
}

impl Interval {
    fn point(at: Poly) -> Interval {
        Interval { low: vec![at.clone()], high: vec![at] }
    }

    /// If it is a single value.
    pub fn exact(&self) -> Option<&Poly> {
        self.low.iter().find(|p| self.high.contains(p))
    }

    pub fn value(&self) -> Option<i64> {
        self.exact()?.value()
    }

    fn plus(&self, other: &Interval) -> Option<Interval> {
        Some(Interval {
            low: pairs(&self.low, &other.low, Poly::plus)?,
            high: pairs(&self.high, &other.high, Poly::plus)?,
        })
    }

    fn minus(&self, other: &Interval) -> Option<Interval> {
        Some(Interval {
            low: pairs(&self.low, &other.high, Poly::minus)?,
            high: pairs(&self.high, &other.low, Poly::minus)?,
        })
    }

    /// By a number, or of two single values.
    fn times(&self, other: &Interval) -> Option<Interval> {
        if let (Some(x), Some(y)) = (self.exact(), other.exact()) {
            return Some(Interval::point(x.times(y)?));
        }
        let (factor, of) = match (self.value(), other.value()) {
            (Some(n), _) => (n, other),
            (_, Some(n)) => (n, self),
            _ => return None,
        };
        let scaled =
            |bounds: &[Poly]| bounds.iter().map(|b| b.times(&Poly::constant(factor))).collect::<Option<Vec<_>>>();
        let (low, high) = (scaled(&of.low)?, scaled(&of.high)?);
        Some(if factor < 0 { Interval { low: high, high: low } } else { Interval { low, high } })
    }
}

fn combined(f: Binary, x: &Interval, y: &Interval) -> Option<Interval> {
    match f {
        Binary::Add => x.plus(y),
        Binary::Subtract => x.minus(y),
        Binary::Multiply => x.times(y),
        // Not above either; below it may be anything.
        Binary::Min => Some(Interval { low: vec![], high: [&x.high[..], &y.high[..]].concat() }),
        Binary::Max => Some(Interval { low: [&x.low[..], &y.low[..]].concat(), high: vec![] }),
        _ => None,
    }
}

fn pairs(a: &[Poly], b: &[Poly], f: impl Fn(&Poly, &Poly) -> Option<Poly>) -> Option<Vec<Poly>> {
    let all = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    all.take(KEPT).map(|(x, y)| f(x, y)).collect()
}
