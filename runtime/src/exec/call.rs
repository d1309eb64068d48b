//! Calls of functions of the program: by value, with declared types.

use lac_compiler::list::Listed;
use lac_compiler::ops::ScalarType;
use lac_compiler::program::ir::Scope;
use lac_compiler::program::{Call, Function, Program};
use lac_grammar::{Diagnostic, Span, ast};

use super::interpret::{Frame, Interpreter, drop_all, undefined};
use super::value::Value;
use crate::context::Result;

/// Calls within calls. Each takes a few kilobytes of the interpreter's stack, which has room for this many.
const MAX_DEPTH: usize = 10_000;

impl Interpreter<'_> {
    pub(super) fn call(&mut self, program: &Program, scope: &Scope, call: &Call, frame: &mut Frame) -> Result<()> {
        let callee = call.callee(|var| matches!(frame[var.0 as usize], Some(Value::Scalar(_))));
        let function = &program.functions[callee.0 as usize];
        if let Some(wrong) = &function.wrong {
            return Err(called(wrong.clone(), function, call.span));
        }
        if self.depth >= MAX_DEPTH {
            return Err(Box::new(
                Diagnostic::error("E0603", format!("`{}` is called within {MAX_DEPTH} calls", function.name))
                    .at(call.span, "here")
                    .help("does its recursion end?"),
            ));
        }
        let mut inner: Frame = vec![None; function.scope.names.len()];
        for (p, a) in function.parameters.iter().zip(&call.arguments) {
            let Some((var, span)) = a else { continue };
            let place = &mut frame[var.0 as usize];
            let value = if call.ends.contains(var) && once(call, *var) { place.take() } else { place.clone() };
            let value = value.ok_or_else(|| undefined(scope, *var, *span))?;
            let name = function.scope.name(p.var);
            inner[p.var.0 as usize] =
                Some(convert(value, p.ty).map_err(|why| mistyped(why, function, name, *span, p.span))?);
        }
        let lower = self.account.enter(frame);
        self.depth += 1;
        let done = self.body(program, function, &mut inner);
        self.depth -= 1;
        self.account.leave(lower);
        done.map_err(|e| called(e, function, call.span))?;
        for (target, r) in call.targets.iter().zip(&function.results) {
            let name = function.scope.name(r.var);
            let value = inner[r.var.0 as usize].take().ok_or_else(|| {
                Box::new(
                    Diagnostic::error("E0223", format!("`{}` did not assign its result `{name}`", function.name))
                        .at(r.span, "declared here")
                        .at(call.span, "called here"),
                )
            })?;
            let ty = if keeps_fraction(&value, r.ty) { ast::Type::Scalar(ast::ValueType::Double) } else { r.ty };
            let value = convert(value, ty).map_err(|why| mistyped(why, function, name, r.span, r.span))?;
            frame[target.0 as usize] = Some(value);
        }
        drop_all(frame, &call.ends);
        Ok(())
    }

    fn body(&mut self, program: &Program, function: &Function, inner: &mut Frame) -> Result<()> {
        for p in &function.parameters {
            let place = p.var.0 as usize;
            if let (None, Some(default)) = (&inner[place], &p.default) {
                self.blocks(program, &function.scope, &default.body, inner)?;
                let value = inner[default.var.0 as usize].clone();
                let value = value.ok_or_else(|| undefined(&function.scope, default.var, default.span))?;
                let name = function.scope.name(p.var);
                inner[place] =
                    Some(convert(value, p.ty).map_err(|why| mistyped(why, function, name, default.span, p.span))?);
            }
        }
        self.blocks(program, &function.scope, &function.scope.body, inner).map(|_| ())
    }
}

fn once(call: &Call, var: lac_compiler::program::Var) -> bool {
    call.arguments.iter().flatten().filter(|(v, _)| *v == var).count() == 1
}

/// Whether a result that is called an int is none.
fn keeps_fraction(value: &Value, ty: ast::Type) -> bool {
    let fraction = |x: f64| x.is_finite() && x.fract() != 0.0;
    ty == ast::Type::Scalar(ast::ValueType::Int)
        && matches!(value, Value::Scalar(s) if s.ty() == ScalarType::Double && s.as_f64().is_some_and(fraction))
}

/// What a declared type is, and what stands in its place.
type Mistaken = (&'static str, String);

/// A value as its declared type wants it.
fn convert(value: Value, ty: ast::Type) -> std::result::Result<Value, Mistaken> {
    // A list of one value stands for its value.
    let value = match ty {
        ast::Type::List(_) | ast::Type::Scalar(ast::ValueType::Unknown) => value,
        _ => value.single(),
    };
    let (fits, needs) = match ty {
        ast::Type::Matrix(_) => (matches!(value, Value::Matrix(_)), "a matrix"),
        ast::Type::Frame(_) => (matches!(value, Value::Frame(_)), "a frame"),
        ast::Type::List(_) => (matches!(value, Value::List(_)), "a list"),
        ast::Type::Scalar(ast::ValueType::Unknown) => return Ok(value),
        ast::Type::Scalar(ast::ValueType::Int) => return scalar(value, ScalarType::Int, "an int"),
        ast::Type::Scalar(ast::ValueType::Double) => return scalar(value, ScalarType::Double, "a double"),
        ast::Type::Scalar(ast::ValueType::Boolean) => return scalar(value, ScalarType::Bool, "a boolean"),
        ast::Type::Scalar(ast::ValueType::String) => return scalar(value, ScalarType::Str, "a string"),
    };
    if fits { Ok(value) } else { Err((needs, value.describe())) }
}

fn scalar(value: Value, to: ScalarType, needs: &'static str) -> std::result::Result<Value, Mistaken> {
    match &value {
        Value::Scalar(s) if s.ty() == to => Ok(value),
        Value::Scalar(s) => match s.cast(to) {
            Some(s) => Ok(Value::Scalar(s)),
            None => Err((needs, format!("the {} \"{s}\"", s.ty()))),
        },
        other => Err((needs, other.describe())),
    }
}

fn mistyped((needs, found): Mistaken, function: &Function, name: &str, span: Span, declared: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error("E0222", format!("`{name}` of `{}` is {needs}", function.name))
            .at(span, format!("this is {found}"))
            .at(declared, "declared here"),
    )
}

/// The call stack of an error: innermost first, the middle of a deep one left out.
fn called(mut error: Box<Diagnostic>, function: &Function, span: Span) -> Box<Diagnostic> {
    // A recursion shows once.
    let again = error.labels.last().is_some_and(|l| l.span == span);
    if error.labels.len() < 8 && !again {
        *error = error.at(span, format!("in this call of `{}`", function.name));
    }
    error
}
