//! The interpreter of a program's control flow.

use std::collections::HashMap;
use std::sync::Arc;

use lac_compiler::list::Listed;
use lac_compiler::ops::{Scalar, ScalarType};
use lac_compiler::program::ir::{JumpKind, Parallel, Scope};
use lac_compiler::program::{Block, Computed, Program, Var};
use lac_grammar::{Diagnostic, Span};

use super::account::Account;
use super::host::Host;
use super::parallel::Loop;
use super::plans::Plans;
use super::stats::Stats;
use super::value::Value;
use crate::context::{Context, Result};

/// Who computes blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Engine {
    /// Optimized plans.
    #[default]
    Planned,
    /// Plans of the operators as written.
    Unoptimized,
    /// The reference semantics: dense, slow, the oracle of tests.
    Reference,
}

/// How a program runs.
#[derive(Clone, Debug)]
pub struct Settings {
    pub engine: Engine,
    pub context: Context,
    pub stats: bool,
    /// Seeds of `rand` without a seed are derived from this one.
    pub seed: u64,
    /// Of functions whose names only data tell.
    pub library: Option<Arc<dyn Library>>,
}

/// Where functions are found that a running program calls by names which none of its texts has.
pub trait Library: std::fmt::Debug + Send + Sync {
    /// A program in which the first text knows the function, with blocks that no other program of this run has.
    ///
    /// # Errors
    /// What is wrong in the text that should define it.
    fn program(&self, name: &str) -> Result<Option<Arc<Program>>>;
}

/// Runs a program and keeps its plans from visit to visit.
pub struct Interpreter<'h> {
    pub settings: Settings,
    pub(super) plans: Plans,
    pub stats: Stats,
    pub(super) host: &'h mut dyn Host,
    /// Visits of blocks so far.
    pub(super) visits: u64,
    /// The operator that runs.
    pub(super) place: Span,
    pub(super) depth: usize,
    pub(super) account: Account,
    /// The slots of the plan that runs, kept for their memory.
    pub(super) slots: Vec<Option<Value>>,
    /// The same of [`super::numbers`].
    pub(super) registers: Vec<u64>,
    /// It runs rounds of a `parfor` for another one.
    pub(super) is_worker: bool,
    /// Seconds that a round of a `parfor` took the last time.
    pub(super) paces: HashMap<Span, f64>,
}

/// How a sequence of blocks was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// At its end.
    On,
    Jump(JumpKind),
}

/// The values of a scope's variables.
pub type Frame = Vec<Option<Value>>;

impl<'h> Interpreter<'h> {
    pub fn new(settings: Settings, host: &'h mut dyn Host) -> Self {
        Interpreter {
            settings,
            plans: Plans::default(),
            stats: Stats::default(),
            host,
            visits: 0,
            place: Span::default(),
            depth: 0,
            account: Account::default(),
            slots: vec![],
            registers: vec![],
            is_worker: false,
            paces: HashMap::new(),
        }
    }

    /// Runs the script of a program in a frame that has a place for each of its variables.
    pub fn run(&mut self, program: &Arc<Program>, frame: &mut Frame) -> Result<()> {
        frame.resize(program.main.names.len(), None);
        let done = self.blocks(program, &program.main, &program.main.body, frame);
        self.account.close(&self.settings.context);
        done.map(|_| ())
    }

    pub(super) fn blocks(
        &mut self,
        program: &Program,
        scope: &Scope,
        blocks: &[Block],
        frame: &mut Frame,
    ) -> Result<Flow> {
        for block in blocks {
            let flow = match block {
                Block::Basic(basic) => {
                    self.basic(scope, basic, frame)?;
                    Flow::On
                }
                Block::Call(call) => {
                    self.call(program, scope, call, frame)?;
                    Flow::On
                }
                Block::Eval(eval) => {
                    self.eval(program, scope, eval, frame)?;
                    Flow::On
                }
                Block::Exists(e) => {
                    let exists = frame[e.variable.0 as usize].is_some();
                    frame[e.target.0 as usize] = Some(Value::Scalar(Scalar::Bool(exists)));
                    drop_all(frame, &e.ends);
                    Flow::On
                }
                Block::If { condition, then, otherwise, ends } => {
                    let branch = if self.condition(program, scope, condition, frame)? { then } else { otherwise };
                    ended(self.blocks(program, scope, branch, frame)?, frame, ends)
                }
                Block::While { condition, body, ends } => {
                    ended(self.while_loop(program, scope, condition, body, frame)?, frame, ends)
                }
                Block::For { ends, .. } => ended(self.for_loop(program, scope, block, frame)?, frame, ends),
                Block::Jump(jump) => {
                    drop_all(frame, &jump.ends);
                    Flow::Jump(jump.kind)
                }
            };
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn while_loop(
        &mut self,
        program: &Program,
        scope: &Scope,
        condition: &Computed,
        body: &[Block],
        frame: &mut Frame,
    ) -> Result<Flow> {
        let mut done = 0;
        let mut flow = Flow::On;
        while flow == Flow::On && self.condition(program, scope, condition, frame)? {
            self.host.round(done, None);
            done += 1;
            flow = after_round(self.blocks(program, scope, body, frame)?);
        }
        if done > 0 {
            self.host.end_loop();
        }
        Ok(out_of_loop(flow))
    }

    fn for_loop(&mut self, program: &Program, scope: &Scope, block: &Block, frame: &mut Frame) -> Result<Flow> {
        let Block::For { variable, range, body, parallel, span, .. } = block else { return Ok(Flow::On) };
        let from = self.scalar(program, scope, &range.from, frame)?;
        let to = self.scalar(program, scope, &range.to, frame)?;
        let step = match &range.step {
            Some(step) => Some(self.scalar(program, scope, step, frame)?),
            None => None,
        };
        let rounds = Rounds::new(&from, &to, step.as_ref()).ok_or_else(|| {
            Box::new(
                Diagnostic::error("E0506", "a loop with a bound or step that is not a number never ends")
                    .at(range.from.span.to(range.to.span), format!("from {from} to {to}")),
            )
        })?;
        let visits = self.visits;
        let mut flow = Flow::On;
        match parallel.as_deref().filter(|p| Self::may_part(p, frame)) {
            Some(Parallel { merge: Some(merge), workers, .. }) => {
                let most = most_workers(workers.and_then(|v| frame[v.0 as usize].as_ref()));
                let (variable, rounds) = (*variable, &rounds);
                let apart = Loop { program, scope, variable, rounds, body, merge, span: *span, visits };
                self.rounds_apart(&apart, most, frame)?;
            }
            _ => {
                for i in 0..rounds.count {
                    self.host.round(i, Some(rounds.count));
                    self.check_interrupt()?;
                    self.visits = Rounds::visits(visits, i);
                    frame[variable.0 as usize] = Some(Value::Scalar(rounds.value(i)));
                    flow = after_round(self.blocks(program, scope, body, frame)?);
                    if flow != Flow::On {
                        break;
                    }
                }
            }
        }
        self.visits = visits.wrapping_add(1);
        if rounds.count > 0 {
            self.host.end_loop();
        }
        Ok(out_of_loop(flow))
    }

    fn condition(&mut self, program: &Program, scope: &Scope, c: &Computed, frame: &mut Frame) -> Result<bool> {
        self.check_interrupt()?;
        let value = self.scalar(program, scope, c, frame)?;
        match &value {
            Scalar::Str(_) => Err(Box::new(c.not_single("a string"))),
            _ => Ok(value.as_bool().unwrap_or(true)),
        }
    }

    /// The value that blocks compute, as a scalar; a 1 x 1 matrix is taken for its cell.
    fn scalar(&mut self, program: &Program, scope: &Scope, c: &Computed, frame: &mut Frame) -> Result<Scalar> {
        self.blocks(program, scope, &c.body, frame)?;
        let temporary = scope.name(c.var).starts_with('%');
        let value = if temporary { frame[c.var.0 as usize].take() } else { frame[c.var.0 as usize].clone() };
        match value.map(Listed::single) {
            Some(Value::Scalar(s)) => Ok(s),
            Some(Value::Matrix(m)) if m.shape() == (1, 1) => Ok(Scalar::Double(m.get(0, 0))),
            Some(other) if c.operand_of.is_some() => Err(Box::new(c.not_single(&format!("a {}", other.describe())))),
            Some(other) => Err(Box::new(
                Diagnostic::error("E0221", "a single value is needed here")
                    .at(c.span, format!("this is a {}", other.describe()))
                    .help("reduce it: `sum(X) > 0`, `as.scalar(X[1, 1])`"),
            )),
            None => Err(undefined(scope, c.var, c.span)),
        }
    }

    pub(super) fn check_interrupt(&self) -> Result<()> {
        if self.settings.context.take_interrupt() {
            return Err(Box::new(Diagnostic::error("E0500", "interrupted")));
        }
        Ok(())
    }

    /// A seed for a `rand` that was given none: a function of the visit of its block and of its place, so that plans may
    /// leave out operators or put them in another order.
    pub(super) fn fresh_seed(&self) -> u64 {
        let place = u64::from(self.place.start) << 32 | u64::from(self.place.file.0);
        mix(mix(mix(self.settings.seed) ^ self.visits) ^ place) >> 1
    }
}

/// A bijection whose results show no pattern of its arguments (the finalizer of SplitMix64, Steele et al. 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Drops what nobody needs after a block; where a jump leads from within it, other variables may be needed.
fn ended(flow: Flow, frame: &mut Frame, ends: &[Var]) -> Flow {
    if flow == Flow::On {
        drop_all(frame, ends);
    }
    flow
}

/// A round that `next` ended is done like any other.
fn after_round(flow: Flow) -> Flow {
    if flow == Flow::Jump(JumpKind::Next) { Flow::On } else { flow }
}

/// A `break` leads to what stands after its loop.
fn out_of_loop(flow: Flow) -> Flow {
    if flow == Flow::Jump(JumpKind::Break) { Flow::On } else { flow }
}

pub(super) fn drop_all(frame: &mut Frame, vars: &[Var]) {
    for v in vars {
        frame[v.0 as usize] = None;
    }
}

pub(super) fn undefined(scope: &Scope, var: Var, span: lac_grammar::Span) -> Box<Diagnostic> {
    let name = scope.name(var);
    Box::new(Diagnostic::error("E0201", format!("the variable `{name}` has no value")).at(span, "used here"))
}

/// The option `par` of a `parfor`: what is no number above 0 is no limit.
fn most_workers(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Scalar(s)) => s.as_f64().filter(|n| *n >= 1.0).map_or(usize::MAX, |n| n as usize),
        _ => usize::MAX,
    }
}

/// The values a loop runs through.
pub(super) struct Rounds {
    from: f64,
    step: f64,
    pub count: u64,
    ints: bool,
}

impl Rounds {
    /// `None` if a bound is not a number. `a:b` runs over ints, up or down; a step away from the end gives no round.
    fn new(from: &Scalar, to: &Scalar, step: Option<&Scalar>) -> Option<Rounds> {
        let (mut a, mut b) = (from.as_f64()?, to.as_f64()?);
        let ints = match step {
            None => {
                (a, b) = (a.trunc(), if a <= b { b.floor() } else { b.ceil() });
                true
            }
            Some(s) => from.ty() == ScalarType::Int && s.ty() == ScalarType::Int,
        };
        let step = match step {
            None if a <= b => 1.0,
            None => -1.0,
            Some(s) => s.as_f64()?,
        };
        if a.is_nan() || b.is_nan() || step.is_nan() || step == 0.0 {
            return None;
        }
        let away = (b > a && step < 0.0) || (b < a && step > 0.0);
        let count = if away { 0 } else { lac_compiler::ops::sequence_length(a, b, Some(step))? };
        Some(Rounds { from: a, step, count, ints })
    }

    /// Where the count of visits begins in round i of a loop: it does not depend on what other rounds did.
    pub fn visits(before: u64, i: u64) -> u64 {
        mix(mix(before) ^ i)
    }

    pub fn value(&self, i: u64) -> Scalar {
        let x = self.from + i as f64 * self.step;
        if self.ints { Scalar::Int(x as i64) } else { Scalar::Double(x) }
    }
}
