//! The walk over a whole program that `check` and `explain` make before anything runs: what is known of every variable
//! at every block, and everything that is known to be wrong.

use std::collections::HashMap;

use lac_grammar::diagnostic::Severity;
use lac_grammar::{Diagnostic, Span, ast};

use super::environment::{Binding, Environment};
use super::ir::*;
use crate::facts::Facts;
use crate::hop::{self, Built, Kind, Output, Surroundings};
use crate::ops::{Op, Scalar, ScalarType};

/// What is known of files before they are read.
pub trait Catalog {
    /// By the arguments of `read` in the order of its row, as far as they are known.
    fn file(&self, arguments: &[Option<&Facts>]) -> Option<Facts>;
}

/// Knows no file.
pub struct NoCatalog;

impl Catalog for NoCatalog {
    fn file(&self, _: &[Option<&Facts>]) -> Option<Facts> {
        None
    }
}

/// Sees every basic block once, with its DAG, in the order of execution, up to the first error: what is wrong has no plan.
pub trait Observer {
    fn block(&mut self, place: &Place, basic: &Basic, built: &Built);
}

/// Where a block stands.
pub struct Place<'a> {
    pub scope: &'a Scope,
    /// The function it belongs to, if it is not the script.
    pub function: Option<&'a str>,
    /// How many loops surround it.
    pub loops: usize,
}

/// What the walk found.
#[derive(Default)]
pub struct Analysis {
    pub diagnostics: Vec<Diagnostic>,
    /// At the end of the script.
    pub environment: Environment,
}

/// Walks a program whose script begins with the variables `given`.
pub fn analyze<'a>(
    program: &'a Program,
    given: Environment,
    catalog: &'a dyn Catalog,
    observer: Option<&'a mut (dyn Observer + 'a)>,
) -> Analysis {
    let mut walk = Walk {
        program,
        catalog,
        observer,
        diagnostics: vec![],
        silent: 0,
        maybe: 0,
        left: false,
        loops: 0,
        function: None,
        active: vec![],
        memo: HashMap::new(),
        known: HashMap::new(),
        jumps: vec![],
        returns: None,
    };
    let mut environment = given;
    walk.blocks(&program.main, &program.main.body, &mut environment);
    for i in 0..program.functions.len() {
        walk.uncalled(FunctionId(i as u32));
    }
    let mut diagnostics = walk.diagnostics;
    diagnostics.sort_by_key(Diagnostic::place);
    // What is wrong whatever a function is called with is told once.
    diagnostics.dedup_by(|a, b| a.code == b.code && a.message == b.message && a.labels.first() == b.labels.first());
    Analysis { diagnostics, environment }
}

/// Rounds of a loop after which what still changes is given up.
const ROUNDS: usize = 3;
/// Calls within calls that are followed; deeper ones are known by their declared results only.
const DEPTH: usize = 24;

/// Calls that a diagnostic shows.
const CALLS: usize = 8;

struct Walk<'a> {
    program: &'a Program,
    catalog: &'a dyn Catalog,
    observer: Option<&'a mut (dyn Observer + 'a)>,
    diagnostics: Vec<Diagnostic>,
    /// In a round of a loop that is not the last nothing is reported.
    silent: usize,
    /// The branches and loops around that may not run.
    maybe: usize,
    /// A jump that may run has left what comes next.
    left: bool,
    loops: usize,
    function: Option<&'a str>,
    /// The calls that are being followed.
    active: Vec<(FunctionId, Span)>,
    /// Results of calls by function and what was known of the arguments.
    memo: HashMap<(FunctionId, String), Vec<Facts>>,
    /// What each loop came to when it was last walked in silence: else the walk of loops within loops doubles with each level.
    known: HashMap<LoopId, Known>,
    /// Of the loops around, the innermost last.
    jumps: Vec<Jumps>,
    /// What holds where the function that is being followed returns early.
    returns: Option<Environment>,
}

/// What holds where a round of a loop is left early.
#[derive(Default)]
struct Jumps {
    breaks: Option<Environment>,
    nexts: Option<Environment>,
}

/// A loop, by the place of its condition or range in the program.
type LoopId = usize;

/// What a loop came to, and what held before it: the variables, and where the function returned.
struct Known {
    before: Environment,
    returns: [Option<Environment>; 2],
    round: Round,
}

/// What a round of a loop comes to.
#[derive(Clone)]
struct Round {
    /// Where the body begins.
    entry: Environment,
    after: Environment,
    /// Its condition, if it has one that is known.
    holds: Option<bool>,
    /// Another round may follow.
    follows: bool,
    /// What holds after a `break`.
    breaks: Option<Environment>,
}

struct Around<'a> {
    environment: &'a Environment,
    catalog: &'a dyn Catalog,
}

impl Surroundings for Around<'_> {
    fn variable(&self, var: Var) -> Option<Facts> {
        self.environment.get(&var).map(|b| Facts::clone(&b.facts))
    }

    fn file(&self, arguments: &[Option<&Facts>]) -> Option<Facts> {
        self.catalog.file(arguments)
    }
}

impl<'a> Walk<'a> {
    /// A run may not get here.
    fn unsure(&self) -> bool {
        self.maybe > 0 || self.left
    }

    /// With the calls that lead there, innermost first.
    fn report(&mut self, mut d: Diagnostic) {
        let library = self.active.last().is_some_and(|(id, _)| self.program.functions[id.0 as usize].library);
        // A library is taken as it is.
        if self.silent > 0 || library && (!d.is_error() || self.unsure()) {
            return;
        }
        if self.unsure() && d.is_error() && hangs_on_data(d.code) {
            d = if_reached(d);
        }
        for &(id, span) in self.active.iter().rev().take(CALLS) {
            let function = &self.program.functions[id.0 as usize];
            // Nobody calls it.
            if span == function.span {
                break;
            }
            d = d.at(span, format!("in this call of `{}`", function.name));
        }
        self.diagnostics.push(d);
    }

    /// Whether the end of the sequence is reached: no jump leaves it on every way.
    fn blocks(&mut self, scope: &'a Scope, blocks: &'a [Block], env: &mut Environment) -> bool {
        for block in blocks {
            let goes_on = match block {
                Block::Basic(basic) => self.basic(scope, basic, env),
                Block::Call(call) => {
                    self.call(call, env);
                    true
                }
                Block::Eval(eval) => {
                    self.eval(eval, env);
                    true
                }
                Block::Exists(e) => {
                    let known = env.get(&e.variable).map(|b| b.certain);
                    let value = match known {
                        None => Some(Scalar::Bool(false)),
                        Some(true) => Some(Scalar::Bool(true)),
                        Some(false) => None,
                    };
                    env.insert(e.target, Binding::certain(Facts::Scalar { ty: Some(ScalarType::Bool), value }));
                    true
                }
                Block::If { condition, then, otherwise, .. } => self.branch(scope, condition, then, otherwise, env),
                Block::While { condition, body, .. } => self.while_loop(scope, condition, body, env),
                Block::For { variable, range, body, .. } => {
                    self.for_loop(scope, *variable, range, body, env);
                    true
                }
                Block::Jump(jump) => {
                    self.jump(jump.kind, env);
                    false
                }
            };
            if !goes_on {
                return false;
            }
        }
        true
    }

    fn jump(&mut self, kind: JumpKind, env: &Environment) {
        self.left |= self.maybe > 0;
        let at = match (kind, self.jumps.last_mut()) {
            (JumpKind::Break, Some(jumps)) => &mut jumps.breaks,
            (JumpKind::Next, Some(jumps)) => &mut jumps.nexts,
            _ => &mut self.returns,
        };
        *at = Some(at.as_ref().map_or_else(|| env.clone(), |others| others.join(env)));
    }

    /// One round of a loop, if there is one.
    fn round(&mut self, scope: &'a Scope, body: &'a [Block], mut after: Environment, surely: bool) -> Round {
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

    /// Whether its end is reached: it does not `stop`.
    fn basic(&mut self, scope: &'a Scope, basic: &'a Basic, env: &mut Environment) -> bool {
        for var in &basic.reads {
            if env.get(var).is_some_and(|b| !b.certain) {
                self.maybe_undefined(scope, basic, *var);
                env.make_certain(*var);
            }
        }
        let built = hop::build(basic, scope, &Around { environment: env, catalog: self.catalog });
        for d in &built.diagnostics {
            self.report(d.clone());
        }
        if self.silent == 0
            && !self.diagnostics.iter().chain(&built.diagnostics).any(Diagnostic::is_error)
            && let Some(observer) = &mut self.observer
        {
            observer.block(&Place { scope, function: self.function, loops: self.loops }, basic, &built);
        }
        for output in &built.dag.outputs {
            match output {
                Output::Assign(var, h) => {
                    let facts = built.dag.hop(*h).facts.clone();
                    env.insert(*var, Binding::certain(facts));
                }
                Output::Several(vars, h) => {
                    for (i, var) in vars.iter().enumerate() {
                        let facts = match built.dag.hop(*h).kind {
                            Kind::Apply(op) => op.result_facts(i),
                            _ => Facts::Unknown,
                        };
                        env.insert(*var, Binding::certain(facts));
                    }
                }
                Output::Effect(_) => {}
            }
        }
        let stops =
            |output: &Output| matches!(output, Output::Effect(h) if built.dag.hop(*h).kind == Kind::Apply(Op::Stop));
        !built.dag.outputs.iter().any(stops)
    }

    fn maybe_undefined(&mut self, scope: &Scope, basic: &Basic, var: Var) {
        let mut place: Option<Span> = None;
        for s in &basic.statements {
            find(s.value(), var, &mut place);
        }
        let name = scope.name(var);
        let d = Diagnostic::warning("W0202", format!("the variable `{name}` may have no value here"));
        self.report(d.at(place.unwrap_or(basic.span), "not assigned on every way to this place"));
    }

    /// A value computed by its own blocks.
    fn computed(&mut self, scope: &'a Scope, c: &'a Computed, env: &mut Environment) -> Facts {
        self.blocks(scope, &c.body, env);
        match env.get(&c.var) {
            Some(b) => Facts::clone(&b.facts),
            None => {
                let name = scope.name(c.var);
                self.report(
                    Diagnostic::error("E0201", format!("the variable `{name}` has no value")).at(c.span, "used here"),
                );
                Facts::Unknown
            }
        }
    }

    fn condition(&mut self, scope: &'a Scope, c: &'a Computed, env: &mut Environment) -> Option<bool> {
        let facts = self.computed(scope, c, env);
        match &facts {
            Facts::Matrix(m) if m.cells().is_some_and(|n| n != 1) => {
                self.report(c.not_single(&format!("a matrix {}", m.shape())));
                None
            }
            _ => facts.value().and_then(Scalar::as_bool),
        }
    }

    fn branch(
        &mut self,
        scope: &'a Scope,
        condition: &'a Computed,
        then: &'a [Block],
        otherwise: &'a [Block],
        env: &mut Environment,
    ) -> bool {
        match self.condition(scope, condition, env) {
            Some(true) => self.blocks(scope, then, env),
            Some(false) => self.blocks(scope, otherwise, env),
            None => {
                let mut other = env.clone();
                self.maybe += 1;
                let then_ends = self.blocks(scope, then, env);
                let other_ends = self.blocks(scope, otherwise, &mut other);
                self.maybe -= 1;
                match (then_ends, other_ends) {
                    (true, true) => *env = env.join(&other),
                    (false, true) => *env = other,
                    _ => {}
                }
                then_ends || other_ends
            }
        }
    }

    /// Whether it is ever left, as far as is known.
    fn while_loop(
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

    fn for_loop(
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
        *env = if follows { before.join(&after) } else { before };
        if let Some(breaks) = breaks {
            *env = env.join(&breaks);
        }
    }

    /// The type and the value of a bound of a loop.
    fn bound(&mut self, scope: &'a Scope, c: &'a Computed, env: &mut Environment) -> (Option<ScalarType>, Option<f64>) {
        let facts = self.computed(scope, c, env);
        if let Facts::Matrix(_) | Facts::Scalar { ty: Some(ScalarType::Str), .. } = &facts {
            self.report(
                Diagnostic::error("E0211", "the bounds of a loop are numbers")
                    .at(c.span, format!("this is a {}", facts.describe())),
            );
        }
        (facts.scalar_type(), facts.value().and_then(Scalar::as_f64))
    }

    /// A round of a loop as it is whatever rounds came before: `round` gets what holds at its entry. While it is not found
    /// nothing is reported.
    fn fixed_point(
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

    fn call(&mut self, call: &'a Call, env: &mut Environment) {
        let callee = call.callee(|var| env.get(&var).is_some_and(|b| matches!(*b.facts, Facts::Scalar { .. })));
        let function = &self.program.functions[callee.0 as usize];
        let mut arguments = Vec::new();
        for (p, a) in function.parameters.iter().zip(&call.arguments) {
            arguments.push(a.and_then(|(var, span)| {
                let facts = Facts::clone(&env.get(&var)?.facts);
                let fits = self.check_argument(function, p, &facts, span);
                Some(declared(p.ty, if fits { facts } else { Facts::Unknown }))
            }));
        }
        let results = self.results(callee, &arguments, call.span);
        for (target, facts) in call.targets.iter().zip(results) {
            env.insert(*target, Binding::certain(facts));
        }
    }

    /// A call by a name: what is known of its results if the name is.
    fn eval(&mut self, eval: &'a Eval, env: &mut Environment) {
        let results = self.evaluated(eval, env);
        for (i, target) in eval.targets.iter().enumerate() {
            let facts = match &results {
                _ if eval.as_list => Facts::List { length: results.as_ref().map(|r| r.len() as u64) },
                Some(all) => as_evaluated(all.get(i).cloned().unwrap_or_default()),
                None => Facts::Unknown,
            };
            env.insert(*target, Binding::certain(facts));
        }
    }

    fn evaluated(&mut self, eval: &'a Eval, env: &Environment) -> Option<Vec<Facts>> {
        let name = match env.get(&eval.function.0)?.facts.value() {
            Some(Scalar::Str(name)) => name.clone(),
            _ => return None,
        };
        let id = self.program.callees.find(eval.unit, &name)?;
        let function = &self.program.functions[id.0 as usize];
        let facts = |a: &Argument| env.get(&a.var).map(|b| Facts::clone(&b.facts)).unwrap_or_default();
        // What a list holds is not known.
        let spread =
            eval.spreads(function) && !matches!(facts(&eval.arguments[0]), Facts::Matrix(_) | Facts::Scalar { .. });
        let mut arguments: Vec<Option<Facts>> = vec![None; function.parameters.len()];
        if spread {
            arguments = function.parameters.iter().map(|p| Some(declared(p.ty, Facts::Unknown))).collect();
        } else {
            let names: Vec<Option<&str>> = eval.arguments.iter().map(|a| a.name.as_deref()).collect();
            match function.places(&names) {
                Err(misplaced) => {
                    self.report(misplaced.diagnostic(function, &names, eval.span));
                    return None;
                }
                Ok(places) => {
                    for (a, place) in eval.arguments.iter().zip(places) {
                        let p = &function.parameters[place];
                        let fits = self.check_argument(function, p, &facts(a), a.span);
                        arguments[place] = Some(declared(p.ty, if fits { facts(a) } else { Facts::Unknown }));
                    }
                }
            }
        }
        Some(self.results(id, &arguments, eval.span))
    }

    /// Reports an argument of another type than declared; whether it fits.
    fn check_argument(&mut self, function: &Function, p: &Parameter, facts: &Facts, span: Span) -> bool {
        let name = function.scope.name(p.var);
        let wrong = match (p.ty, facts) {
            // A list of one value stands for its value.
            (ast::Type::List(_), Facts::List { .. }) => None,
            (_, Facts::List { length: None | Some(1) }) => return p.ty == UNKNOWN,
            (ast::Type::Frame(_), Facts::Scalar { .. } | Facts::Matrix(_) | Facts::List { .. }) => {
                Some(("a frame", "`as.frame(x)` makes one"))
            }
            (ast::Type::List(_), Facts::Scalar { .. } | Facts::Matrix(_) | Facts::Frame { .. }) => {
                Some(("a list", "`list(x)` makes one"))
            }
            (ast::Type::Matrix(_), Facts::List { .. } | Facts::Frame { .. }) => {
                Some(("a matrix", "`as.matrix(x)` makes one of a frame or of a value of a list"))
            }
            (ast::Type::Scalar(v), Facts::List { .. } | Facts::Frame { .. }) if v != ast::ValueType::Unknown => {
                Some(("a scalar", "`as.scalar(x)` takes a value of a list or the cell of a 1 x 1 frame"))
            }
            (ast::Type::Matrix(_), Facts::Scalar { .. }) => Some(("a matrix", "`as.matrix(x)` makes one of a scalar")),
            (ast::Type::Scalar(v), Facts::Matrix(_)) if v != ast::ValueType::Unknown => {
                Some(("a scalar", "`as.scalar(X)` takes the value of a 1 x 1 matrix"))
            }
            _ => None,
        };
        let Some((needs, help)) = wrong else { return true };
        self.report(
            Diagnostic::error("E0222", format!("the parameter `{name}` of `{}` is {needs}", function.name))
                .at(span, format!("this is {}", facts.describe()))
                .at(p.span, "declared here")
                .help(help),
        );
        false
    }

    fn results(&mut self, id: FunctionId, arguments: &[Option<Facts>], span: Span) -> Vec<Facts> {
        let program = self.program;
        let function = &program.functions[id.0 as usize];
        let unknown = || function.results.iter().map(|r| given(r.ty, Facts::Unknown)).collect::<Vec<_>>();
        if self.active.iter().any(|(active, _)| *active == id) || self.active.len() >= DEPTH {
            return unknown();
        }
        let key = (id, format!("{} {} {arguments:?}", self.silent > 0, self.unsure()));
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        self.active.push((id, span));
        let outer = (self.function.replace(&function.name), std::mem::take(&mut self.loops));
        let mut env = Environment::new();
        for (p, a) in function.parameters.iter().zip(arguments) {
            let facts = match (a, &p.default) {
                (Some(facts), _) => facts.clone(),
                (None, Some(default)) => declared(p.ty, self.computed(&function.scope, default, &mut env)),
                (None, None) => declared(p.ty, Facts::Unknown),
            };
            env.insert(p.var, Binding::certain(facts));
        }
        let outer_jumps = (std::mem::take(&mut self.jumps), self.returns.take());
        let outer_left = self.left;
        let ends = self.blocks(&function.scope, &function.scope.body, &mut env);
        let returns = std::mem::replace(&mut self.returns, outer_jumps.1);
        self.jumps = outer_jumps.0;
        self.left = outer_left;
        let stopped = !ends && returns.is_none();
        if let Some(returns) = returns {
            env = if ends { env.join(&returns) } else { returns };
        }
        let mut results = Vec::new();
        for r in &function.results {
            match env.get(&r.var) {
                Some(b) => results.push(given(r.ty, Facts::clone(&b.facts))),
                None if stopped => results.push(given(r.ty, Facts::Unknown)),
                None => {
                    let name = function.scope.name(r.var);
                    self.report(
                        Diagnostic::error("E0223", format!("`{}` never assigns its result `{name}`", function.name))
                            .at(r.span, "declared here"),
                    );
                    results.push(given(r.ty, Facts::Unknown));
                }
            }
        }
        (self.function, self.loops) = outer;
        self.active.pop();
        self.memo.insert(key, results.clone());
        results
    }

    /// A function that nobody calls is checked too, as far as its declaration says what it gets.
    fn uncalled(&mut self, id: FunctionId) {
        let function = &self.program.functions[id.0 as usize];
        if function.library || self.memo.keys().any(|(called, _)| *called == id) {
            return;
        }
        let arguments: Vec<Option<Facts>> =
            function.parameters.iter().map(|p| Some(declared(p.ty, Facts::Unknown))).collect();
        let observer = self.observer.take();
        self.results(id, &arguments, function.span);
        self.observer = observer;
    }
}

/// Shapes, values and files: what scripts ask about before they do what would be wrong. Names and types are wrong anyway.
fn hangs_on_data(code: &str) -> bool {
    !code.starts_with("E02") || code == "E0215"
}

/// What is an error only where a branch or a loop that may not run gets there: a warning.
fn if_reached(d: Diagnostic) -> Diagnostic {
    let note = format!("it fails there with {}, if a run gets there", d.code);
    Diagnostic { code: "W0301", severity: Severity::Warning, ..d }.note(note)
}

fn same(a: &Option<Environment>, b: &Option<Environment>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// A number that `eval` gives is a 1 x 1 matrix.
fn as_evaluated(facts: Facts) -> Facts {
    match facts {
        Facts::Scalar { ty: None, .. } => Facts::Unknown,
        Facts::Scalar { ty: Some(ty), .. } if ty != ScalarType::Str => Facts::matrix(Some(1), Some(1)),
        other => other,
    }
}

const UNKNOWN: ast::Type = ast::Type::Scalar(ast::ValueType::Unknown);

/// What a declaration adds to what is known.
fn declared(ty: ast::Type, facts: Facts) -> Facts {
    let scalar = |v: ast::ValueType| match v {
        ast::ValueType::Int => Some(ScalarType::Int),
        ast::ValueType::Double => Some(ScalarType::Double),
        ast::ValueType::Boolean => Some(ScalarType::Bool),
        ast::ValueType::String => Some(ScalarType::Str),
        ast::ValueType::Unknown => None,
    };
    match (ty, facts) {
        (ast::Type::Matrix(_), Facts::Unknown) => Facts::matrix(None, None),
        (ast::Type::Frame(_), Facts::Unknown) => Facts::Frame { rows: None, cols: None },
        (ast::Type::List(_), Facts::Unknown) => Facts::List { length: None },
        (ast::Type::Scalar(ast::ValueType::Unknown), facts) => facts,
        (ast::Type::Scalar(v), Facts::Unknown) => Facts::Scalar { ty: scalar(v), value: None },
        (ast::Type::Scalar(v), Facts::Scalar { value, .. }) => {
            let value = value.and_then(|x| scalar(v).and_then(|t| x.cast(t)));
            Facts::Scalar { ty: scalar(v), value }
        }
        (_, facts) => facts,
    }
}

/// What the declaration of a result adds: a result that is called an int keeps its fraction.
fn given(ty: ast::Type, facts: Facts) -> Facts {
    match (ty, &facts) {
        (_, Facts::Scalar { ty: Some(ScalarType::Int | ScalarType::Bool), .. }) => declared(ty, facts),
        (ast::Type::Scalar(ast::ValueType::Int), _) => declared(ast::Type::Scalar(ast::ValueType::Unknown), facts),
        _ => declared(ty, facts),
    }
}

/// The first place where an expression uses a variable.
fn find(e: &Expr, var: Var, place: &mut Option<Span>) {
    match &e.kind {
        ExprKind::Var(v) if *v == var && place.is_none() => *place = Some(e.span),
        ExprKind::Apply(_, args) => args.iter().flatten().for_each(|a| find(a, var, place)),
        _ => {}
    }
}
