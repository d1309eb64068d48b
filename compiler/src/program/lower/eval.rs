//! `eval` and `evalList`, calls of functions whose names are values, and `exists`.

use lac_grammar::ast::{self, ExprKind as A};
use lac_grammar::{Diagnostic, Span};

use super::Lowering;
use crate::program::ir::*;

/// Whether a call is one of a function whose name is a value.
pub(super) fn is_eval(call: &ast::Call) -> bool {
    call.namespace.is_none() && matches!(call.name.name.as_str(), "eval" | "evalList")
}

/// Whether a call asks for a variable.
pub(super) fn is_exists(call: &ast::Call) -> bool {
    call.namespace.is_none() && call.name.name == "exists"
}

impl Lowering<'_, '_> {
    /// `eval("f", a, k = b)`, `eval("f", list(a, k = b))`
    pub(super) fn eval(&mut self, call: &ast::Call, targets: Vec<Var>, span: Span) {
        let Some((name, rest)) = call.arguments.split_first().filter(|(name, _)| name.name.is_none()) else {
            let what = call.name.name.as_str();
            self.report(
                Diagnostic::error("E0205", format!("`{what}` needs the name of a function"))
                    .at(call.name.span, "called here")
                    .help(format!("write `{what}(\"f\", arguments)`")),
            );
            return self.give_up(&targets, span);
        };
        let value = self.expr(&name.value);
        let function = (self.in_variable(value), name.value.span);
        let arguments = rest.iter().map(|a| {
            let value = self.expr(&a.value);
            let name = a.name.as_ref().map(|n| n.name.as_str().into());
            Argument { name, var: self.in_variable(value), span: a.value.span }
        });
        let arguments = arguments.collect();
        self.shared.evals.insert(self.unit);
        let as_list = call.name.name == "evalList";
        let eval = Eval { function, unit: self.unit as u32, arguments, targets, as_list, span, ends: vec![] };
        self.cut();
        self.done.push(Block::Eval(eval));
    }

    /// `exists(x)`, `exists("x")`
    pub(super) fn exists(&mut self, call: &ast::Call, span: Span) -> Expr {
        let name = match &call.arguments[..] {
            [ast::Argument { name: None, value: ast::Expr { kind: A::Name(name) | A::String(name), .. } }] => name,
            _ => {
                self.report(
                    Diagnostic::error("E0205", "`exists` asks for a variable")
                        .at(span, "here")
                        .help("write `exists(x)` or `exists(\"x\")`"),
                );
                return Expr { span, kind: ExprKind::Wrong };
            }
        };
        let (variable, target) = (self.variable(name), self.temporary());
        self.cut();
        self.done.push(Block::Exists(Exists { variable, target, ends: vec![] }));
        Expr::var(target, span)
    }
}
