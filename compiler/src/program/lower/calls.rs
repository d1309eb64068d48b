//! Calls: of functions of the program, which become blocks, and of builtins, which become operators.

use lac_grammar::ast::{self, ExprKind as A};
use lac_grammar::{
    Diagnostic, Span,
    diagnostic::{count, did_you_mean},
};

use super::eval::{is_eval, is_exists};
use super::lambda::is_each;
use super::{Lowering, argument_value};
use crate::ops::{Default, Effect, Op, Scalar, ScalarType};
use crate::program::ir::*;
use crate::program::resolve;

impl Lowering<'_, '_> {
    pub(super) fn multi_assign(&mut self, targets: &[ast::Ident], value: &ast::Expr, span: Span) {
        let vars: Vec<Var> = targets.iter().map(|t| self.target(t)).collect();
        let A::Call(call) = &value.kind else {
            // The parser has said that only a call has several results.
            return self.give_up(&vars, span);
        };
        match self.shared.find(self.unit, call) {
            Err(e) => {
                self.report(*e);
                self.give_up(&vars, span);
            }
            Ok(Some(id)) => self.call(id, call, vars, span),
            Ok(None) if is_eval(call) => self.eval(call, vars, span),
            Ok(None) => {
                let Some(e) = self.builtin(call, value.span) else { return self.give_up(&vars, span) };
                if !matches!(e.kind, ExprKind::Apply(op, _) if op.gives(vars.len())) {
                    let message = format!("`{}` does not give {} results", call.name.name, vars.len());
                    let error = Diagnostic::error("E0217", message).at(span, "assigned here");
                    self.report(error.help(format!("write `{}`", given(&e, call))));
                    return self.give_up(&vars, span);
                }
                self.push(StatementKind::AssignSeveral(vars, e), span);
            }
        }
    }

    /// Whether an expression is a call of a function without results.
    pub(super) fn gives_nothing(&mut self, e: &ast::Expr) -> bool {
        match &e.kind {
            A::Call(call) => {
                matches!(self.shared.find(self.unit, call), Ok(Some(id)) if self.shared.units.function(id).results.is_empty())
            }
            _ => false,
        }
    }

    /// The results of a call that is wrong: assigned, but nothing is known of them.
    pub(super) fn give_up(&mut self, targets: &[Var], span: Span) {
        for var in targets {
            self.push(StatementKind::Assign(*var, Expr { span, kind: ExprKind::Wrong }), span);
        }
    }

    /// A call where a value is needed.
    pub(super) fn call_value(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let value = self.call_expr(call, span)?;
        if let ExprKind::Apply(op, _) = value.kind
            && (op.row().effect == Effect::World && !op.reads() || !op.results().is_empty())
        {
            let message = format!("`{}` does not give a single value", call.name.name);
            let error = Diagnostic::error("E0217", message).at(span, "a value is needed here");
            self.report(match op.results() {
                [] => error,
                _ => error.help(format!("write `{}`", given(&value, call))),
            });
            return None;
        }
        Some(value)
    }

    pub(super) fn call_expr(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        match self.shared.find(self.unit, call) {
            Err(e) => {
                self.report(*e);
                None
            }
            Ok(Some(id)) => {
                let result = self.temporary();
                if self.shared.units.function(id).results.is_empty() {
                    self.report(
                        Diagnostic::error("E0217", format!("`{}` gives no result", call.name.name))
                            .at(span, "a value is needed here"),
                    );
                    return None;
                }
                // Of several results the first.
                self.call(id, call, vec![result], span);
                Some(Expr::var(result, span))
            }
            Ok(None) if call.name.name == "ifdef" && call.namespace.is_none() => self.ifdef(call, span),
            Ok(None) if is_eval(call) => {
                let result = self.temporary();
                self.eval(call, vec![result], span);
                Some(Expr::var(result, span))
            }
            Ok(None) if is_each(call) || self.maps_by_name(call) => self.each(call, span),
            Ok(None) if is_exists(call) => Some(self.exists(call, span)),
            Ok(None) => self.builtin(call, span),
        }
    }

    pub(super) fn ifdef(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let [what, default] = &call.arguments[..] else {
            self.report(
                Diagnostic::error("E0205", "`ifdef` takes an argument of the script and a default")
                    .at(span, format!("{} arguments", call.arguments.len()))
                    .help("write `ifdef($name, default)`"),
            );
            return None;
        };
        let A::CommandLine(name) = &what.value.kind else {
            self.report(
                Diagnostic::error("E0205", "`ifdef` asks for an argument of the script")
                    .at(what.value.span, "this is not one")
                    .help("write `ifdef($name, default)`"),
            );
            return None;
        };
        let options = self.shared.options;
        match options.arguments.get(name) {
            Some(text) => Some(Expr::literal(argument_value(text), span)),
            None => Some(self.expr(&default.value)),
        }
    }

    pub(super) fn builtin(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        if let Some(e) = Self::expansion(call) {
            return self.expand(e, call, span);
        }
        let Some(row) = resolve::builtin(call) else {
            let units = &self.shared.units;
            let unknown = resolve::unknown(call, units.names(self.unit), &units.shelves());
            self.report(unknown);
            return None;
        };
        if row.op == Op::List {
            return Some(self.list(call, span));
        }
        let bound = resolve::bind(row, call).map_err(|d| self.report(*d)).ok()?;
        resolve::without_effect(row, call).for_each(|d| self.report(d));
        let mut args: Vec<Option<Expr>> = Vec::with_capacity(bound.len());
        for (i, argument) in bound.into_iter().enumerate() {
            args.push(match argument {
                Some(e) => Some(self.expr(e)),
                None => match row.parameter(i).default {
                    Default::Required | Default::Absent => None,
                    Default::Bool(b) => Some(Expr::literal(b, span)),
                    Default::Int(n) => Some(Expr::literal(n, span)),
                    Default::Double(d) => Some(Expr::literal(d, span)),
                    Default::Str(s) => Some(Expr::literal(s, span)),
                },
            });
        }
        if row.op == Op::Replace {
            args[1..].iter_mut().flatten().for_each(unquote);
        }
        // min(a, b, c) is min(min(a, b), c).
        if let Op::Binary(_) = row.op
            && args.len() > 2
        {
            let mut rest = args.split_off(2).into_iter();
            let first = Expr::apply(row.op, args, span);
            return Some(rest.by_ref().fold(first, |e, x| Expr::apply(row.op, vec![Some(e), x], span)));
        }
        Some(Expr::apply(row.op, args, span))
    }

    pub(super) fn call(&mut self, id: FunctionId, call: &ast::Call, targets: Vec<Var>, span: Span) {
        let f = self.shared.units.function(id);
        if targets.len() > f.results.len() {
            self.report(
                Diagnostic::error(
                    "E0217",
                    format!(
                        "`{}` gives {}, not {}",
                        call.name.name,
                        count(f.results.len() as u64, "result"),
                        targets.len()
                    ),
                )
                .at(span, "assigned here")
                .at(f.span, "defined here"),
            );
            return self.give_up(&targets, span);
        }
        let mut arguments: Vec<Option<(Var, Span)>> = vec![None; f.parameters.len()];
        for (position, a) in call.arguments.iter().enumerate() {
            let slot = match &a.name {
                // Also behind one with a name, as in `f(a=1, 2)`.
                None => (position < f.parameters.len()).then_some(position),
                Some(name) => f.parameters.iter().position(|p| p.name.name == name.name),
            };
            let Some(slot) = slot else {
                self.wrong_argument(&f, a);
                return self.give_up(&targets, span);
            };
            let value = self.expr(&a.value);
            let var = self.in_variable(value);
            if let Some((_, before)) = arguments[slot].replace((var, a.value.span)) {
                let name = &f.parameters[slot].name.name;
                self.report(resolve::given_twice(name, a.value.span).at(before, "first given here"));
            }
        }
        if let Some((p, _)) =
            f.parameters.iter().zip(&arguments).find(|(p, given)| p.default.is_none() && given.is_none())
        {
            self.report(
                Diagnostic::error("E0205", format!("`{}` needs the argument `{}`", call.name.name, p.name.name))
                    .at(call.name.span, "called here")
                    .at(f.span, "defined here"),
            );
            return self.give_up(&targets, span);
        }
        self.cut();
        let scalar_form = self.shared.units.scalar_form(id);
        self.done.push(Block::Call(Call { function: id, scalar_form, arguments, targets, span, ends: vec![] }));
    }

    pub(super) fn wrong_argument(&mut self, f: &ast::Function, a: &ast::Argument) {
        let error = match &a.name {
            None => {
                let message = format!("`{}` takes {}", f.name.name, count(f.parameters.len() as u64, "argument"));
                Diagnostic::error("E0205", message).at(a.value.span, "one too many")
            }
            Some(name) => {
                let error = Diagnostic::error("E0206", format!("`{}` has no parameter `{}`", f.name.name, name.name))
                    .at(name.span, "not a parameter");
                match did_you_mean(&name.name, f.parameters.iter().map(|p| p.name.name.as_str())) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                }
            }
        };
        self.report(error.at(f.span, "defined here"));
    }
}

/// How the results of a builtin are assigned.
fn given(e: &Expr, call: &ast::Call) -> String {
    let name = &call.name.name;
    match &e.kind {
        ExprKind::Apply(op, _) if !op.results().is_empty() => format!("[{}] = {name}(...)", op.results().join(", ")),
        _ => format!("x = {name}(...)"),
    }
}

/// A number in quotes, as in `replacement="Infinity"`, is that number.
fn unquote(e: &mut Expr) {
    if let ExprKind::Literal(text @ Scalar::Str(_)) = &e.kind
        && let Some(number) = text.cast(ScalarType::Double)
    {
        e.kind = ExprKind::Literal(number);
    }
}
