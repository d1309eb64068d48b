//! Calls that are written out as expressions of other operators.

use lac_grammar::{Diagnostic, Span, ast};

use super::Lowering;
use super::einsum::{Factor, Sum};
use crate::ops::{Aggregate, Binary, Direction, EXPANSIONS, Expansion, Form, Op, named};
use crate::program::ir::{Expr, ExprKind};

impl Lowering<'_, '_> {
    /// What a call is written out as, if it is one that is: by its name, and by the number of arguments where an operator has
    /// that name too.
    pub(super) fn expansion(call: &ast::Call) -> Option<&'static Expansion> {
        let name = call.name.name.as_str();
        let mut all = EXPANSIONS.iter().filter(|e| e.names.contains(&name));
        all.find(|e| takes(e, call) || named(name).next().is_none())
    }

    pub(super) fn expand(&mut self, e: &Expansion, call: &ast::Call, span: Span) -> Option<Expr> {
        if !takes(e, call) {
            let message = format!("`{}` does not take {} arguments", call.name.name, call.arguments.len());
            self.report(Diagnostic::error("E0205", message).at(call.name.span, "called here").note(e.signature));
            return None;
        }
        if let Some(a) = call.arguments.iter().find(|a| a.name.is_some()) {
            let message = format!("the arguments of `{}` have no names", call.name.name);
            self.report(Diagnostic::error("E0206", message).at(a.value.span, "write the value alone"));
            return None;
        }
        match e.form {
            Form::Itself => Some(self.expr(&call.arguments[0].value)),
            Form::WeightedMean => {
                let [x, weights] = [0, 1].map(|i| self.expr(&call.arguments[i].value));
                let weights = Expr::var(self.in_variable(weights), span);
                let products = apply(Op::Binary(Binary::Multiply), [x, weights.clone()], span);
                Some(apply(Op::Binary(Binary::Divide), [total(products, span), total(weights, span)], span))
            }
            Form::Comparison => {
                let name = self.literal_text(call, 2)?;
                const COMPARISONS: [Binary; 6] = {
                    use Binary::*;
                    [Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual]
                };
                let Some(f) = COMPARISONS.into_iter().find(|f| f.name() == name) else {
                    let error = Diagnostic::error("E0213", format!("`ppred` knows no comparison \"{name}\""));
                    self.report(error.at(call.arguments[2].value.span, "one of <, <=, >, >=, ==, !="));
                    return None;
                };
                let operands = [0, 1].map(|i| self.expr(&call.arguments[i].value));
                Some(apply(Op::Binary(f), operands, span))
            }
            Form::SetNames => {
                let args = [0, 1].map(|i| self.expr(&call.arguments[i].value));
                Some(apply(Op::AsFrame, args, span))
            }
            Form::Einsum => {
                let text = self.literal_text(call, 0)?;
                let place = call.arguments[0].value.span;
                let parsed = Sum::parse(&text, call.arguments.len() - 1);
                let sum = parsed.map_err(|why| self.report(malformed(&text, &why, place))).ok()?;
                let operands = call.arguments[1..].iter().map(|a| self.expr(&a.value));
                let factors: Vec<Factor> = sum
                    .operands
                    .iter()
                    .zip(operands)
                    .map(|(indexes, value)| Factor { indexes: indexes.clone(), value })
                    .collect();
                sum.written_out(factors, span).map_err(|why| self.report(malformed(&text, &why, place))).ok()
            }
        }
    }

    /// An argument that must be a string in the text of the program.
    fn literal_text(&mut self, call: &ast::Call, i: usize) -> Option<String> {
        let argument = &call.arguments[i].value;
        let value = self.expr(argument);
        if let ExprKind::Literal(crate::ops::Scalar::Str(text)) = &value.kind {
            return Some(text.to_string());
        }
        let message = format!("`{}` needs a string that is written here", call.name.name);
        self.report(Diagnostic::error("E0212", message).at(argument.span, "this is none"));
        None
    }
}

fn takes(e: &Expansion, call: &ast::Call) -> bool {
    (e.arguments.0..=e.arguments.1).contains(&call.arguments.len())
}

fn malformed(text: &str, why: &str, place: Span) -> Diagnostic {
    Diagnostic::error("E0213", format!("`einsum` can not sum \"{text}\": {why}"))
        .at(place, "here")
        .help("write a letter for each index, as in \"ij,jk->ik\" for the product of two matrices")
}

/// An operator applied to values that are all given.
pub(super) fn apply<const N: usize>(op: Op, args: [Expr; N], span: Span) -> Expr {
    Expr::apply(op, args.map(Some).into(), span)
}

pub(super) fn total(x: Expr, span: Span) -> Expr {
    apply(Op::Aggregate(Aggregate::Sum, Direction::All), [x], span)
}
