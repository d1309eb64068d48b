//! Lists: their literals, and what the values of one mean for blocks.

use lac_grammar::{Span, ast};

use super::Lowering;
use crate::ops::Op;
use crate::program::ir::*;
use crate::program::resolve;

impl Lowering<'_, '_> {
    /// `list(a, k = b)`: a name, if there is one, and a value for each.
    pub(super) fn list(&mut self, call: &ast::Call, span: Span) -> Expr {
        let mut args = Vec::with_capacity(2 * call.arguments.len());
        for (i, a) in call.arguments.iter().enumerate() {
            let before = call.arguments[..i].iter().filter_map(|b| b.name.as_ref());
            if let Some(name) = &a.name
                && let Some(first) = before.clone().find(|b| b.name == name.name)
            {
                self.report(resolve::given_twice(&name.name, name.span).at(first.span, "first given here"));
            }
            args.push(a.name.as_ref().map(|n| Expr::literal(n.name.as_str(), n.span)));
            args.push(Some(self.expr(&a.value)));
        }
        Expr::apply(Op::List, args, span)
    }

    /// `["a", "b"]`
    pub(super) fn list_of(&mut self, items: &[ast::Expr], span: Span) -> Expr {
        let args = items.iter().flat_map(|item| [None, Some(self.expr(item))]).collect();
        Expr::apply(Op::List, args, span)
    }
}
