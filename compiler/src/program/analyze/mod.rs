//! The walk over a whole program that `check` and `explain` make before anything runs: what is known of every variable
//! at every block, and everything that is known to be wrong.

mod calls;
mod loops;

use std::collections::HashMap;

use lac_grammar::diagnostic::Severity;
use lac_grammar::{Diagnostic, Span};

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

/// The first place where an expression uses a variable.
fn find(e: &Expr, var: Var, place: &mut Option<Span>) {
    match &e.kind {
        ExprKind::Var(v) if *v == var && place.is_none() => *place = Some(e.span),
        ExprKind::Apply(_, args) => args.iter().flatten().for_each(|a| find(a, var, place)),
        _ => {}
    }
}
