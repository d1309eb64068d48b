//! Expressions: names, literals, operators of the grammar, indices.

use lac_grammar::ast::{self, ExprKind as A};
use lac_grammar::{Diagnostic, Span, diagnostic::did_you_mean};

use super::{Lowering, argument_value, constant};
use crate::ops::{Op, Unary};
use crate::program::ir::*;
use crate::program::resolve;

/// Whether a text may be the name of a function, with or without its namespace or file.
fn is_name(text: &str) -> bool {
    let name = text.rsplit("::").next().unwrap_or(text);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
}

impl Lowering<'_, '_> {
    pub(super) fn expr(&mut self, e: &ast::Expr) -> Expr {
        let nothing = |span| Expr { span, kind: ExprKind::Wrong };
        match &e.kind {
            A::Int(i) => Expr::literal(*i, e.span),
            A::Double(d) => Expr::literal(*d, e.span),
            A::Bool(b) => Expr::literal(*b, e.span),
            A::String(s) => {
                if is_name(s) && !self.shared.texts.contains(s) {
                    self.shared.texts.insert(s.clone());
                }
                Expr::literal(s.as_str(), e.span)
            }
            A::Name(name) => self.name(name, e.span),
            A::CommandLine(name) => self.command_line(name, e.span),
            A::Unary(ast::UnaryOp::Plus, x) => self.expr(x),
            A::Unary(op, x) => {
                let f = if *op == ast::UnaryOp::Not { Unary::Not } else { Unary::Negate };
                let x = self.expr(x);
                Expr::apply(Op::Unary(f), vec![Some(x)], e.span)
            }
            A::Binary(op, x, y) => match resolve::binary(*op) {
                Some(row) => {
                    let (x, y) = (self.expr(x), self.expr(y));
                    Expr::apply(row, vec![Some(x), Some(y)], e.span)
                }
                None => self.short_circuit(*op, x, y, e.span),
            },
            A::Call(call) => self.call_value(call, e.span).unwrap_or_else(|| nothing(e.span)),
            A::Index { base, index } => {
                let mut value = self.expr(base);
                // `L[1][2]` goes on within the value.
                if matches!(base.kind, A::Index { .. }) {
                    value = Expr::apply(Op::Item, vec![Some(value)], base.span);
                }
                self.part(value, index, e.span)
            }
            A::Range(..) => {
                self.report(
                    Diagnostic::error("E0219", "a range stands in an index or a `for`")
                        .at(e.span, "here it has no meaning")
                        .help("`seq(a, b)` makes a vector of it"),
                );
                nothing(e.span)
            }
            A::List(items) if items.is_empty() || items.iter().any(|i| matches!(i.kind, A::String(_))) => {
                self.list_of(items, e.span)
            }
            A::List(items) => self.matrix_literal(std::slice::from_ref(items), e.span),
            A::Matrix(rows) => self.matrix_literal(rows, e.span),
            A::Lambda(..) => {
                self.report(
                    Diagnostic::error("E0227", "a function without a name stands where no function is asked for")
                        .at(e.span, "here it has no meaning")
                        .help("`apply(X, 1, x -> ...)` and `map(L, x -> ...)` take one"),
                );
                nothing(e.span)
            }
            A::Error => nothing(e.span),
        }
    }

    pub(super) fn name(&mut self, name: &str, span: Span) -> Expr {
        match constant(name) {
            Some(value) => Expr::literal(value, span),
            None => Expr::var(self.variable(name), span),
        }
    }

    pub(super) fn command_line(&mut self, name: &str, span: Span) -> Expr {
        let options = self.shared.options;
        match options.arguments.get(name) {
            Some(text) => Expr::literal(argument_value(text), span),
            None => {
                let positional = name.bytes().all(|b| b.is_ascii_digit());
                let error = Diagnostic::error("E0220", format!("the argument ${name} is not given"))
                    .at(span, "needed here")
                    .note(format!("`ifdef(${name}, default)` gives it a default"));
                let help = if positional { "-args value ...".into() } else { format!("-nvargs {name}=value") };
                let given = did_you_mean(name, options.arguments.keys().map(String::as_str));
                self.report(match given {
                    Some(near) => error.help(format!("run with {help}; there is a ${near}")),
                    None => error.help(format!("run with {help}")),
                });
                Expr { span, kind: ExprKind::Wrong }
            }
        }
    }
}
