//! Whether the rounds of a `parfor` may run apart, and how their results come together.
//!
//! A variable that a round reads before it assigns it is carried from round to round. That is allowed in two ways: rounds
//! add to it (`s += e`) and nothing else asks for it, or they write parts of it by index, and the parts of different rounds
//! are apart: each part that is written and each other part that is used, in a dimension. Let the index of both lie between
//! a i + l and a i + h in round i; rounds whose numbers differ by a multiple of the step s do not meet if h - l < |a s|. Nor do
//! rounds meet if the two indices are never equal in whole numbers, or if their values over all rounds have no common range.

mod bounds;
mod meet;
mod poly;

use std::collections::BTreeSet;

use lac_grammar::{Diagnostic, Span};

use self::bounds::Assigned;
use super::ir::*;
use super::liveness;
use crate::ops::{Aggregate, Binary, Direction, Op};

/// Variables that have a value when a scope begins.
#[derive(Default)]
pub struct Given {
    pub all: BTreeSet<Var>,
    /// Those that are known to be scalars.
    pub scalars: BTreeSet<Var>,
}

/// Decides for every `parfor` of a scope.
pub fn check(scope: &mut Scope, given: &Given, diagnostics: &mut Vec<Diagnostic>) {
    let mut body = std::mem::take(&mut scope.body);
    if any_parallel(&body) {
        let (scalars, assigned) = (scalars(&body, &given.scalars), Assigned::of(&body));
        Checker { scope, given, scalars: &scalars, assigned: &assigned, diagnostics }.blocks(&mut body);
    }
    scope.body = body;
}

fn any_parallel(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::If { then, otherwise, .. } => any_parallel(then) || any_parallel(otherwise),
        Block::While { body, .. } => any_parallel(body),
        Block::For { parallel, body, .. } => parallel.is_some() || any_parallel(body),
        _ => false,
    })
}

/// A `parfor` within, whose parts are said to be apart, uses a variable: what the outer rounds do is its author's choice too,
/// and they run in order if they are not seen to be apart.
fn unchecked_within(var: Var, blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::If { then, otherwise, .. } => unchecked_within(var, then) || unchecked_within(var, otherwise),
        Block::While { body, .. } => unchecked_within(var, body),
        Block::For { parallel: Some(parallel), body, .. } if parallel.unchecked => {
            let mut uses = Uses { var, found: vec![] };
            uses.blocks(body);
            !uses.found.is_empty()
        }
        Block::For { body, .. } => unchecked_within(var, body),
        _ => false,
    })
}

/// The bounds of an index by rows and by columns.
type Bounds<'a> = &'a [Option<Expr>];

/// The bounds and the value of `R[...] = value`, written as `R = leftIndex(R, value, ...)`.
fn part_of(var: Var, value: &Expr) -> Option<(Bounds<'_>, &Expr)> {
    let ExprKind::Apply(Op::LeftIndex, args) = &value.kind else { return None };
    match &args[..] {
        [Some(Expr { kind: ExprKind::Var(of), .. }), Some(value), bounds @ ..] if *of == var => Some((bounds, value)),
        _ => None,
    }
}

/// The term of `s = s + term`.
fn term_of(var: Var, value: &Expr) -> Option<&Expr> {
    let ExprKind::Apply(Op::Binary(Binary::Add), args) = &value.kind else { return None };
    let [Some(Expr { kind: ExprKind::Var(of), .. }), Some(term)] = &args[..] else { return None };
    let mut again = false;
    term.variables(&mut |v| again |= v == var);
    (*of == var && !again).then_some(term)
}

struct Checker<'a> {
    scope: &'a Scope,
    given: &'a Given,
    scalars: &'a BTreeSet<Var>,
    /// In the whole scope.
    assigned: &'a Assigned,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::If { then, otherwise, .. } => {
                    self.blocks(then);
                    self.blocks(otherwise);
                }
                Block::While { body, .. } => self.blocks(body),
                Block::For { variable, range, body, parallel, .. } => {
                    if let Some(parallel) = parallel {
                        parallel.merge = self.merge(*variable, range, body, parallel);
                    }
                    self.blocks(body);
                }
                _ => {}
            }
        }
    }

    fn merge(&mut self, variable: Var, range: &Range, body: &[Block], parallel: &Parallel) -> Option<Merge> {
        let assigned = Assigned::of(body);
        let mut carried = liveness::exposed(body);
        carried.remove(&variable);
        carried.retain(|v| assigned.contains(*v));
        // What nobody else gives a value is each round's own.
        let own = |v: &Var| self.assigned.places(*v) == assigned.places(*v) && !self.given.all.contains(v);
        let (fresh, carried): (BTreeSet<Var>, BTreeSet<Var>) = carried.into_iter().partition(own);
        let mut merge = Merge { fresh: fresh.into_iter().collect(), ..Merge::default() };
        let mut apart = true;
        for &var in &carried {
            let mut uses = Uses { var, found: vec![] };
            uses.blocks(body);
            let rounds = Rounds { variable, range, assigned: &assigned, scalars: self.scalars };
            match rounds.dependence(&uses.found) {
                Ok(Carried::Sum(span)) => merge.sums.push((var, span)),
                Ok(Carried::Parts) => merge.parts.push(var),
                Err(Dependence::Meeting(..)) if parallel.unchecked => merge.parts.push(var),
                Err(_) if parallel.unchecked || unchecked_within(var, body) => apart = false,
                Err(dependence) => {
                    apart = false;
                    let d = dependence.describe(self.scope.name(var), self.scope.name(variable));
                    self.diagnostics.push(d);
                }
            }
        }
        let whole = |v: &&Var| assigned.contains(**v) && !carried.contains(v);
        merge.last = parallel.after.iter().filter(whole).copied().collect();
        apart.then_some(merge)
    }
}

/// What the body of a loop does with a variable.
#[derive(Clone, Copy)]
struct Use<'a> {
    kind: UseKind<'a>,
    span: Span,
}

#[derive(Clone, Copy)]
enum UseKind<'a> {
    Write,
    /// `s = s + term`
    Add,
    WritePart(Bounds<'a>),
    ReadPart(Bounds<'a>),
    Read,
}

struct Uses<'a> {
    var: Var,
    found: Vec<Use<'a>>,
}

impl<'a> Uses<'a> {
    fn add(&mut self, kind: UseKind<'a>, span: Span) {
        self.found.push(Use { kind, span });
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match block {
                Block::Basic(basic) => basic.statements.iter().for_each(|s| self.statement(s)),
                Block::Call(call) => {
                    let var = self.var;
                    for (_, span) in call.arguments.iter().flatten().filter(|(v, _)| *v == var) {
                        self.add(UseKind::Read, *span);
                    }
                    if call.targets.contains(&self.var) {
                        self.add(UseKind::Write, call.span);
                    }
                }
                Block::Eval(eval) => {
                    if eval.reads().any(|v| v == self.var) {
                        self.add(UseKind::Read, eval.span);
                    }
                    if eval.targets.contains(&self.var) {
                        self.add(UseKind::Write, eval.span);
                    }
                }
                // Whether it has a value no round changes, but for one that is the round's own.
                Block::Exists(_) => {}
                Block::If { condition, then, otherwise, .. } => {
                    self.computed(condition);
                    self.blocks(then);
                    self.blocks(otherwise);
                }
                Block::While { condition, body, .. } => {
                    self.computed(condition);
                    self.blocks(body);
                }
                Block::For { variable, range, body, span, .. } => {
                    range.computed().for_each(|c| self.computed(c));
                    if *variable == self.var {
                        self.add(UseKind::Write, *span);
                    }
                    self.blocks(body);
                }
                Block::Jump(_) => {}
            }
        }
    }

    /// A temporary is its own blocks' business.
    fn computed(&mut self, c: &'a Computed) {
        self.blocks(&c.body);
        if c.body.is_empty() && c.var == self.var {
            self.add(UseKind::Read, c.span);
        }
    }

    fn statement(&mut self, s: &'a Statement) {
        if let StatementKind::Assign(var, value) = &s.kind
            && *var == self.var
        {
            if let Some((bounds, value)) = part_of(self.var, value) {
                self.expr(value);
                bounds.iter().flatten().for_each(|b| self.expr(b));
                return self.add(UseKind::WritePart(bounds), s.span);
            }
            if let Some(term) = term_of(self.var, value) {
                self.expr(term);
                return self.add(UseKind::Add, s.span);
            }
        }
        self.expr(s.value());
        if s.targets().contains(&self.var) {
            self.add(UseKind::Write, s.span);
        }
    }

    fn expr(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Var(v) if *v == self.var => self.add(UseKind::Read, e.span),
            ExprKind::Apply(op, args) => match (op, &args[..]) {
                (Op::RightIndex, [Some(of), bounds @ ..]) if of.is_variable(self.var) => {
                    bounds.iter().flatten().for_each(|b| self.expr(b));
                    self.add(UseKind::ReadPart(bounds), e.span);
                }
                // No round changes the shape.
                (Op::NRow | Op::NCol | Op::Length, [Some(of)]) if of.is_variable(self.var) => {}
                _ => args.iter().flatten().for_each(|a| self.expr(a)),
            },
            _ => {}
        }
    }
}

/// A carried variable that lets rounds run apart.
enum Carried {
    Sum(Span),
    Parts,
}

/// Why the rounds of a loop depend on each other through a variable.
enum Dependence {
    /// It is assigned at one place and read at another.
    Whole(Span, Option<Span>),
    /// Parts are written, and the whole is read.
    WholeRead(Span, Span),
    /// Parts that may not be apart: where one is written, and where another is written or read.
    Meeting(Span, Span),
}

impl Dependence {
    fn describe(&self, name: &str, variable: &str) -> Diagnostic {
        let error = Diagnostic::error("E0228", format!("the rounds of this `parfor` depend on each other by `{name}`"));
        match self {
            Dependence::Whole(write, read) => {
                let error = error.at(*write, "a round leaves another value here");
                let error = match read {
                    Some(read) if read != write => error.at(*read, "and a later round may begin with it"),
                    _ => error,
                };
                error.help(format!(
                    "write `for`; or `{name} += ...` if the rounds add to it and nothing else in the loop asks for it"
                ))
            }
            Dependence::WholeRead(write, read) => error
                .at(*write, "a round writes a part of it")
                .at(*read, "and another may read that part here")
                .help(format!("read only what the same round writes, as in `{name}[{variable}, ]`; or write `for`")),
            Dependence::Meeting(write, other) => {
                let error = if other == write {
                    error.at(*write, "two rounds may write the same part")
                } else {
                    error.at(*write, "a round writes a part of it").at(*other, "another may use the same part here")
                };
                error.help(format!(
                    "let an index move with the rounds, as in `{name}[{variable}, ]`; with `check=0` you say that the parts are apart"
                ))
            }
        }
    }
}

struct Rounds<'a> {
    variable: Var,
    range: &'a Range,
    assigned: &'a Assigned,
    scalars: &'a BTreeSet<Var>,
}

impl Rounds<'_> {
    fn dependence(&self, uses: &[Use]) -> std::result::Result<Carried, Dependence> {
        let first = |wanted: fn(&UseKind) -> bool| uses.iter().find(|u| wanted(&u.kind)).map(|u| u.span);
        let read = first(|k| matches!(k, UseKind::Read | UseKind::ReadPart(_)));
        let add = first(|k| matches!(k, UseKind::Add));
        let part = first(|k| matches!(k, UseKind::WritePart(_)));
        if let Some(write) = first(|k| matches!(k, UseKind::Write)) {
            return Err(Dependence::Whole(write, read.or(add).or(part)));
        }
        match (add, part) {
            (Some(add), None) => match read {
                None => Ok(Carried::Sum(add)),
                Some(read) => Err(Dependence::Whole(add, Some(read))),
            },
            (None, Some(part)) => match first(|k| matches!(k, UseKind::Read)) {
                Some(read) => Err(Dependence::WholeRead(part, read)),
                None => match self.culprits(uses) {
                    Some((write, other)) => Err(Dependence::Meeting(write, other)),
                    None => Ok(Carried::Parts),
                },
            },
            (Some(add), Some(part)) => Err(Dependence::Whole(add, Some(part))),
            (None, None) => Ok(Carried::Parts),
        }
    }

    /// The first two uses, a write and another or itself, by which rounds may meet.
    fn culprits(&self, uses: &[Use]) -> Option<(Span, Span)> {
        let meet = |a: &Use, b: &Use| (0..2).all(|d| !self.apart([a, b], d));
        let is_write = |u: &&Use| matches!(u.kind, UseKind::WritePart(_));
        let alone = uses.iter().filter(is_write).find(|u| meet(u, u)).map(|u| (u.span, u.span));
        let pairs = || uses.iter().filter(is_write).flat_map(|w| uses.iter().map(move |u| (w, u)));
        alone.or_else(|| pairs().find(|(w, u)| meet(w, u)).map(|(w, u)| (w.span, u.span)))
    }
}

/// The variables that hold scalars whatever happens: all their values are.
fn scalars(body: &[Block], given: &BTreeSet<Var>) -> BTreeSet<Var> {
    let mut values: Vec<(Var, Option<Expr>)> = vec![];
    collect(body, &mut values);
    let mut scalars: BTreeSet<Var> = values.iter().map(|(v, _)| *v).chain(given.iter().copied()).collect();
    loop {
        let before = scalars.len();
        for (var, value) in &values {
            if !value.as_ref().is_some_and(|e| is_scalar(e, &scalars)) {
                scalars.remove(var);
            }
        }
        if scalars.len() == before {
            return scalars;
        }
    }
}

fn is_scalar(e: &Expr, scalars: &BTreeSet<Var>) -> bool {
    match &e.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Var(v) => scalars.contains(v),
        ExprKind::Apply(op, args) => match op {
            Op::NRow | Op::NCol | Op::Length | Op::AsScalar | Op::AsInteger | Op::AsDouble | Op::AsLogical => true,
            Op::Aggregate(Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Mean, Direction::All) => true,
            Op::Unary(_) | Op::Binary(_) => args.iter().flatten().all(|a| is_scalar(a, scalars)),
            _ => false,
        },
        ExprKind::Wrong => false,
    }
}

/// What variables are assigned; `None` for what is no expression.
fn collect(blocks: &[Block], values: &mut Vec<(Var, Option<Expr>)>) {
    for block in blocks {
        match block {
            Block::Basic(basic) => {
                for s in &basic.statements {
                    match &s.kind {
                        StatementKind::Assign(v, value) => values.push((*v, Some(value.clone()))),
                        _ => values.extend(s.targets().iter().map(|t| (*t, None))),
                    }
                }
            }
            Block::Call(call) => values.extend(call.targets.iter().map(|t| (*t, None))),
            Block::Eval(eval) => values.extend(eval.targets.iter().map(|t| (*t, None))),
            Block::Exists(e) => values.push((e.target, None)),
            Block::If { condition, then, otherwise, .. } => {
                collect(&condition.body, values);
                collect(then, values);
                collect(otherwise, values);
            }
            Block::While { condition, body, .. } => {
                collect(&condition.body, values);
                collect(body, values);
            }
            Block::For { variable, range, body, span, .. } => {
                values.push((*variable, Some(Expr::literal(1i64, *span))));
                range.computed().for_each(|c| collect(&c.body, values));
                collect(body, values);
            }
            Block::Jump(_) => {}
        }
    }
}
