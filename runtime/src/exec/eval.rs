//! Calls of functions whose names are values: `eval`, `evalList`.

use std::sync::Arc;

use lac_compiler::list::{Item, List};
use lac_compiler::ops::{Op, Row, Scalar, ScalarType, callable};
use lac_compiler::program::ir::{Eval, Expr, Scope, Statement, StatementKind};
use lac_compiler::program::{Basic, BlockId, Call, Function, FunctionId, Program, Var};
use lac_grammar::diagnostic::did_you_mean;
use lac_grammar::{Diagnostic, Span};

use super::interpret::{Frame, Interpreter, drop_all, undefined};
use super::value::Value;
use crate::context::Result;
use crate::matrix::Matrix;

/// An argument of a call: its name, if it has one, and where it was written.
struct Given {
    name: Option<Arc<str>>,
    value: Value,
    span: Span,
}

impl Interpreter<'_> {
    pub(super) fn eval(&mut self, program: &Program, scope: &Scope, eval: &Eval, frame: &mut Frame) -> Result<()> {
        let name = function_name(scope, eval, frame)?;
        let mut given = Vec::with_capacity(eval.arguments.len());
        for a in &eval.arguments {
            let once = eval.reads().filter(|v| *v == a.var).count() == 1;
            let place = &mut frame[a.var.0 as usize];
            let value = if once && eval.ends.contains(&a.var) { place.take() } else { place.clone() };
            let value = value.ok_or_else(|| undefined(scope, a.var, a.span))?;
            given.push(Given { name: a.name.clone(), value, span: a.span });
        }
        let results = match program.callees.find(eval.unit, &name) {
            Some(id) => {
                let function = &program.functions[id.0 as usize];
                let given = if eval.spreads(function) { spread(given) } else { given };
                self.eval_function(program, scope, (id, function), given, eval, frame)?
            }
            None if callable(&name).next().is_some() => self.eval_builtin(&name, spread(given), eval)?,
            None => {
                let library = self.settings.library.as_ref();
                let found = library.map_or(Ok(None), |library| library.program(&name));
                let found = found.map_err(|e| Box::new(e.at(eval.span, "needed here")))?;
                let Some((program, id)) = found.and_then(|p| p.callees.find(0, &name).map(|id| (p, id))) else {
                    return Err(unknown(program, eval, &name));
                };
                let function = &program.functions[id.0 as usize];
                let given = if eval.spreads(function) { spread(given) } else { given };
                self.eval_function(&program, scope, (id, function), given, eval, frame)?
            }
        };
        assign(results, eval, &name, frame)?;
        drop_all(frame, &eval.ends);
        Ok(())
    }

    /// By the names of its results.
    fn eval_function(
        &mut self,
        program: &Program,
        scope: &Scope,
        (id, function): (FunctionId, &Function),
        given: Vec<Given>,
        eval: &Eval,
        frame: &mut Frame,
    ) -> Result<Vec<Item<Value>>> {
        let names: Vec<Option<&str>> = given.iter().map(|g| g.name.as_deref()).collect();
        let places = function.places(&names);
        let places = places.map_err(|m| Box::new(m.diagnostic(function, &names, eval.span)))?;
        // The arguments and results have their places behind the variables of the scope.
        let end = frame.len();
        let var = |i: usize| Var((end + i) as u32);
        let mut arguments = vec![None; function.parameters.len()];
        for (i, (g, place)) in given.into_iter().zip(places).enumerate() {
            arguments[place] = Some((var(i), g.span));
            frame.push(Some(g.value));
        }
        let ends: Vec<Var> = arguments.iter().flatten().map(|(v, _)| *v).collect();
        let wanted = if eval.as_list { function.results.len() } else { eval.targets.len().min(function.results.len()) };
        let first = frame.len() - end;
        let targets: Vec<Var> = (first..first + wanted).map(var).collect();
        frame.resize(frame.len() + wanted, None);
        let call = Call { function: id, scalar_form: None, arguments, targets, span: eval.span, ends };
        let done = self.call(program, scope, &call, frame);
        let results = frame.drain(end..).skip(first);
        let items = results
            .zip(&function.results)
            .filter_map(|(value, r)| Some(Item { name: Some(function.scope.name(r.var).into()), value: value? }));
        let items = items.collect();
        done.map(|()| items)
    }

    /// A block of its own: one operator.
    fn eval_builtin(&mut self, name: &str, given: Vec<Given>, eval: &Eval) -> Result<Vec<Item<Value>>> {
        let span = eval.span;
        let row = callable(name).find(|r| r.fits(given.len())).or(callable(name).next());
        let Some(row) = row.filter(|r| r.op != Op::List) else {
            let message = format!("`{name}` is not called by its name as a value");
            return Err(Box::new(Diagnostic::error("E0203", message).at(span, "called here")));
        };
        let args = place(row, &given, span)?;
        let mut scope = Scope::default();
        let mut frame: Frame = vec![];
        let expr = |i: usize| Expr::var(Var(i as u32), given[i].span);
        let args = args.into_iter().map(|a| a.map(expr)).collect();
        let value = Expr::apply(row.op, args, span);
        for g in &given {
            scope.names.push(format!("%{}", scope.names.len()));
            frame.push(Some(g.value.clone()));
        }
        let reads: Vec<Var> = (0..given.len() as u32).map(Var).collect();
        let first = given.len();
        let count = row.op.results().len().max(1);
        let results: Vec<Var> = (first..first + count).map(|i| Var(i as u32)).collect();
        scope.names.extend((0..count).map(|i| format!("%{}", first + i)));
        frame.resize(first + count, None);
        let kind = match row.op.results() {
            [] if row.effect == lac_compiler::ops::Effect::World && row.op != Op::Read => StatementKind::Effect(value),
            [] => StatementKind::Assign(results[0], value),
            _ => StatementKind::AssignSeveral(results.clone(), value),
        };
        let statements = vec![Statement { span, kind }];
        let ends = reads.clone();
        let basic = Basic { id: BlockId(u32::MAX), statements, reads, live_out: results, ends, span };
        self.once(&scope, &basic, &mut frame)?;
        let names = row.op.results().iter().copied().chain([name]);
        let values = frame.drain(first..).flatten();
        Ok(values.zip(names).map(|(value, name)| Item { name: Some(name.into()), value }).collect())
    }
}

fn function_name(scope: &Scope, eval: &Eval, frame: &Frame) -> Result<Arc<str>> {
    let (var, span) = eval.function;
    match &frame[var.0 as usize] {
        Some(Value::Scalar(Scalar::Str(name))) => Ok(name.clone()),
        Some(other) => Err(Box::new(
            Diagnostic::error("E0212", "the name of a function is a string")
                .at(span, format!("this is a {}", other.describe()))
                .help("write `eval(\"f\", arguments)`"),
        )),
        None => Err(undefined(scope, var, span)),
    }
}

/// A list alone stands for its values.
fn spread(given: Vec<Given>) -> Vec<Given> {
    match &given[..] {
        [Given { name: None, value: Value::List(l), span }] => {
            let one = |i: &Item<Value>| Given { name: i.name.clone(), value: i.value.clone(), span: *span };
            l.items().iter().map(one).collect()
        }
        _ => given,
    }
}

/// The arguments of a builtin in the order of its parameters: which of those given it is.
fn place(row: &Row, given: &[Given], span: Span) -> Result<Vec<Option<usize>>> {
    let mut places = vec![None; row.parameters.len()];
    let mut position = 0;
    for (i, g) in given.iter().enumerate() {
        let slot = match &g.name {
            Some(name) => row.place(name),
            None => {
                position += 1;
                Some(position - 1)
            }
        };
        match slot {
            Some(slot) if slot < places.len() => places[slot] = Some(i),
            Some(_) if row.variadic => places.push(Some(i)),
            _ => {
                let what = g.name.as_deref().map_or_else(|| "so many arguments".into(), |n| format!("parameter `{n}`"));
                let error = Diagnostic::error("E0205", format!("`{}` has no {what}", row.name));
                return Err(Box::new(error.at(g.span, "given here").note(row.signature())));
            }
        }
    }
    let lacks = |(p, a): &(&lac_compiler::ops::Parameter, &Option<usize>)| {
        p.default == lac_compiler::ops::Default::Required && a.is_none()
    };
    match row.parameters.iter().zip(&places).find(lacks) {
        None => Ok(places),
        Some((p, _)) => Err(Box::new(
            Diagnostic::error("E0205", format!("`{}` needs the argument `{}`", row.name, p.name))
                .at(span, "called here")
                .note(row.signature()),
        )),
    }
}

/// `eval` gives matrices of numbers, `evalList` a list of the results.
fn assign(results: Vec<Item<Value>>, eval: &Eval, name: &str, frame: &mut Frame) -> Result<()> {
    if eval.as_list {
        if let Some(target) = eval.targets.first() {
            frame[target.0 as usize] = Some(Value::from(List::new(results)));
        }
        return Ok(());
    }
    if results.len() < eval.targets.len() {
        let message = format!("`{name}` gives {} result(s), not {}", results.len(), eval.targets.len());
        return Err(Box::new(Diagnostic::error("E0217", message).at(eval.span, "a value is needed here")));
    }
    for (target, item) in eval.targets.iter().zip(results) {
        frame[target.0 as usize] = Some(match item.value {
            Value::Scalar(s) if s.ty() != ScalarType::Str => {
                Value::Matrix(Matrix::scalar(s.as_f64().unwrap_or(f64::NAN)))
            }
            other => other,
        });
    }
    Ok(())
}

fn unknown(program: &Program, eval: &Eval, name: &str) -> Box<Diagnostic> {
    let error = Diagnostic::error("E0203", format!("there is no function `{name}`")).at(eval.span, "called here");
    let builtins = lac_compiler::ops::table().iter().map(|r| r.name);
    Box::new(match did_you_mean(name, program.callees.known(eval.unit).chain(builtins)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    })
}
