//! One basic block: find or make its plan, run its steps.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lac_compiler::facts::Facts;
use lac_compiler::hop::{self, Dag, HopId, Surroundings};
use lac_compiler::ops::infer::scalar::{apply_binary, apply_unary};
use lac_compiler::ops::{Mismatch, Op, Scalar, ScalarType, Syntax};
use lac_compiler::plan::{self, Action, Format, Plan, PlanOptions, Source, Step, Values};
use lac_compiler::program::ir::{Scope, Statement};
use lac_compiler::program::{Basic, Var};
use lac_compiler::sketch::Nnz;
use lac_compiler::sketch::probe::{Effort, LeafRows};
use lac_grammar::Diagnostic;

use super::interpret::{Engine, Frame, Interpreter, drop_all, undefined};
use super::plans::Kept;
use super::stats::Row;
use super::step::mismatch;
use super::value::Value;
use crate::context::Result;

/// What a block's plan is made for: the values its variables have now.
pub(super) struct Now<'a> {
    pub frame: &'a Frame,
    /// Without the values of scalars: they change from visit to visit.
    pub general: bool,
    /// With the sketches of matrices: only products ask for them.
    pub sketches: bool,
}

impl Surroundings for Now<'_> {
    fn variable(&self, var: Var) -> Option<Facts> {
        let value = self.frame[var.0 as usize].as_ref()?;
        let facts = if self.sketches { value.facts() } else { value.metadata() };
        // No guard asks for the length of a list.
        let wide = matches!(facts, Facts::List { .. }) || self.general && facts.is_scalar();
        Some(if wide { facts.widen() } else { facts })
    }

    fn nonzeros(&self, dag: &Dag, node: HopId) -> Option<Nnz> {
        plan::nonzeros(dag, node, &Held(self.frame), Effort::default())
    }
}

impl Interpreter<'_> {
    pub(super) fn basic(&mut self, scope: &Scope, basic: &Basic, frame: &mut Frame) -> Result<()> {
        self.check_interrupt()?;
        self.visits = self.visits.wrapping_add(1);
        // In the order of first use.
        if let Some(var) = basic.reads.iter().find(|v| frame[v.0 as usize].is_none()) {
            return Err(self.until_undefined(scope, basic, *var, frame));
        }
        if self.settings.engine == Engine::Reference {
            return self.basic_by_reference(scope, basic, frame);
        }
        let kept = self.plans.find(basic.id, |v| frame[v.0 as usize].as_ref());
        if let Some(Kept { plan, numbers: Some(numbers) }) = kept
            && !self.settings.stats
        {
            let done = numbers.run(&mut self.registers, frame);
            done.map_err(|(step, e)| blame(mismatch(e), scope, &plan.steps[step]))?;
        } else {
            let plan = match kept {
                Some(kept) => kept.plan.clone(),
                None => self.new_plan(scope, basic, frame),
            };
            self.execute(scope, &plan, frame)?;
        }
        drop_all(frame, &basic.ends);
        Ok(())
    }

    /// Runs the statements before the first use of a variable without a value: what they print is seen.
    fn until_undefined(&mut self, scope: &Scope, basic: &Basic, var: Var, frame: &mut Frame) -> Box<Diagnostic> {
        let uses = |s: &Statement, var: Var| {
            let mut found = false;
            s.value().variables(&mut |v| found |= v == var);
            found
        };
        let at = basic.statements.iter().position(|s| uses(s, var)).unwrap_or(0);
        let before = Basic {
            statements: basic.statements[..at].to_vec(),
            reads: basic.reads.iter().take_while(|v| **v != var).copied().collect(),
            ends: vec![],
            ..basic.clone()
        };
        // The plan of a part is not that of the block.
        let done = self.once(scope, &before, frame);
        let span = basic.statements.get(at).map_or(basic.span, |s| s.span);
        done.err().unwrap_or_else(|| undefined(scope, var, span))
    }

    /// Runs a block whose plan is not kept.
    pub(super) fn once(&mut self, scope: &Scope, basic: &Basic, frame: &mut Frame) -> Result<()> {
        match self.settings.engine {
            Engine::Reference => self.basic_by_reference(scope, basic, frame),
            _ => {
                let plan = self.make_plan(scope, basic, frame);
                self.execute(scope, &plan, frame)
            }
        }
    }

    fn new_plan(&mut self, scope: &Scope, basic: &Basic, frame: &Frame) -> Arc<Plan> {
        let begin = Instant::now();
        let plan = Arc::new(self.make_plan(scope, basic, frame));
        self.plans.keep(basic.id, plan.clone());
        self.stats.planned += 1;
        self.stats.planning += begin.elapsed();
        plan
    }

    fn make_plan(&self, scope: &Scope, basic: &Basic, frame: &Frame) -> Plan {
        let sketches = basic.statements.iter().any(|s| s.value().products() > 0 || s.value().estimates());
        let now = Now { frame, general: self.plans.general(basic.id), sketches };
        let built = hop::build(basic, scope, &now);
        let options = PlanOptions { optimize: self.settings.engine == Engine::Planned };
        plan::plan(basic, scope, built, &Held(frame), options)
    }

    fn execute(&mut self, scope: &Scope, plan: &Plan, frame: &mut Frame) -> Result<()> {
        let mut slots = std::mem::take(&mut self.slots);
        slots.resize(plan.slots, None);
        let done = self.steps(scope, plan, frame, &mut slots);
        slots.clear();
        self.slots = slots;
        done
    }

    fn steps(&mut self, scope: &Scope, plan: &Plan, frame: &mut Frame, slots: &mut [Option<Value>]) -> Result<()> {
        for input in &plan.inputs {
            let place = &mut frame[input.var.0 as usize];
            slots[input.slot.0 as usize] = if input.take { place.take() } else { place.clone() };
        }
        for step in &plan.steps {
            let begin = self.settings.stats.then(Instant::now);
            if let Some(number) = of_numbers(step, slots) {
                let number = Value::Scalar(number.map_err(|e| blame(mismatch(e), scope, step))?);
                if let Some(begin) = begin {
                    self.record(step, std::slice::from_ref(&number), begin.elapsed());
                }
                slots[step.results[0].0 as usize] = Some(number);
                continue;
            }
            self.check_interrupt()?;
            self.account.tell(frame, slots, &self.settings.context);
            let arguments: Vec<Option<Value>> = step.operands.iter().map(|o| argument(o, slots)).collect();
            self.place = step.span;
            let shapes = shapes(&arguments);
            let results =
                self.apply(step.action, arguments).map_err(|e| blame(tell_shapes(e, step, shapes), scope, step))?;
            if let Some(begin) = begin {
                self.record(step, &results, begin.elapsed());
            }
            for (slot, value) in step.results.iter().zip(results) {
                slots[slot.0 as usize] = Some(value);
            }
        }
        for (var, source) in &plan.outputs {
            frame[var.0 as usize] = match source {
                Source::Slot { slot, .. } => slots[slot.0 as usize].clone(),
                Source::Literal(value) => Some(Value::Scalar(value.clone())),
                Source::Absent => None,
            };
        }
        Ok(())
    }

    fn record(&mut self, step: &Step, results: &[Value], time: Duration) {
        let result = results.first();
        self.stats.add(Row {
            name: step.name(),
            span: step.span,
            count: 1,
            time,
            nnz_estimate: step.facts.nnz().map(|n| n.estimate),
            nnz: match result {
                Some(Value::Matrix(m)) => Some(m.nnz()),
                _ => None,
            },
            bytes: results.iter().map(Value::bytes).sum(),
        });
    }
}

/// The values of variables as a plan asks for them.
struct Held<'a>(&'a Frame);

impl Values for Held<'_> {
    fn format(&self, var: Var) -> Option<Format> {
        self.0[var.0 as usize].as_ref().and_then(Value::format)
    }

    fn rows(&self, var: Var) -> Option<&dyn LeafRows> {
        match self.0[var.0 as usize].as_ref() {
            Some(Value::Matrix(m)) => Some(m),
            _ => None,
        }
    }
}

/// The value of an operand; its last user gets it for itself.
fn argument(source: &Source, slots: &mut [Option<Value>]) -> Option<Value> {
    match source {
        Source::Absent => None,
        Source::Literal(value) => Some(Value::Scalar(value.clone())),
        Source::Slot { slot, last } => {
            let place = &mut slots[slot.0 as usize];
            let value = if *last { place.take() } else { place.clone() };
            Some(value.expect("a slot is filled before it is used"))
        }
    }
}

/// The value of a step that is a function of numbers. It needs no memory, so nothing is accounted for.
fn of_numbers(step: &Step, slots: &[Option<Value>]) -> Option<std::result::Result<Scalar, Mismatch>> {
    match (step.action, &step.operands[..]) {
        (Action::Apply(Op::Unary(f)), [x]) => Some(apply_unary(f, number(x, slots)?)),
        (Action::Apply(Op::Binary(f)), [x, y]) => Some(apply_binary(f, number(x, slots)?, number(y, slots)?)),
        _ => None,
    }
}

fn number<'a>(source: &'a Source, slots: &'a [Option<Value>]) -> Option<&'a Scalar> {
    let scalar = match source {
        Source::Slot { slot, .. } => match slots[slot.0 as usize].as_ref()? {
            Value::Scalar(s) => s,
            _ => return None,
        },
        Source::Literal(s) => s,
        Source::Absent => return None,
    };
    (scalar.ty() != ScalarType::Str).then_some(scalar)
}

/// How an error names an operand.
fn operand_name(step: &Step, i: usize) -> String {
    match step.action {
        Action::Apply(op) if op.row().syntax == Syntax::Call || step.operands.len() > 2 => {
            format!("`{}`", op.row().parameter(i).name)
        }
        _ if step.operands.len() == 1 => "the operand".into(),
        _ => format!("the {} operand", if i == 0 { "left" } else { "right" }),
    }
}

/// Of the first operands, those that are matrices.
type Shapes = [Option<(usize, usize)>; 4];

fn shapes(arguments: &[Option<Value>]) -> Shapes {
    std::array::from_fn(|i| match arguments.get(i) {
        Some(Some(Value::Matrix(m))) => Some(m.shape()),
        _ => None,
    })
}

/// Notes the shapes of operands that an error does not tell.
fn tell_shapes(mut error: Box<Diagnostic>, step: &Step, shapes: Shapes) -> Box<Diagnostic> {
    let told: String = [&error.message].into_iter().chain(&error.notes).map(String::as_str).collect();
    let told = |shape: &str| told.contains(shape) || error.labels.iter().any(|label| label.text.contains(shape));
    let untold = (0..).zip(shapes).filter_map(|(i, shape)| {
        let shape = shape.map(|(rows, cols)| format!("{rows} x {cols}"))?;
        (!told(&shape)).then(|| format!("{} is {shape}", operand_name(step, i)))
    });
    let untold: Vec<String> = untold.collect();
    if !untold.is_empty() {
        error.notes.push(untold.join(", "));
    }
    error
}

/// An error of a kernel, at the step's place.
fn blame(mut error: Box<Diagnostic>, scope: &Scope, step: &Step) -> Box<Diagnostic> {
    if error.labels.is_empty() {
        let names: Vec<&str> = step.names.iter().map(|v| scope.name(*v)).filter(|n| !n.starts_with('%')).collect();
        let text =
            if names.is_empty() { "here".to_string() } else { format!("when computing `{}`", names.join("`, `")) };
        *error = error.at(step.span, text);
    }
    error
}
