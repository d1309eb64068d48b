//! Builtins that are short for other operators.

use lac_grammar::{Span, ast};

use super::Lowering;
use crate::ops::{Aggregate, Binary, Direction, Op, Unary};
use crate::program::ir::*;

impl Lowering<'_, '_> {
    /// What a call stands for, if it is short for something.
    pub(super) fn composed(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let [first, rest @ ..] = &call.arguments[..] else { return None };
        match (call.name.name.as_str(), rest) {
            ("mean" | "avg", [weights]) => {
                let values = self.expr(&first.value);
                let weights = self.expr(&weights.value);
                let weights = Expr::var(self.in_variable(weights), span);
                let weighted = apply(Op::Binary(Binary::Multiply), [values, weights.clone()], span);
                let [sum, total] =
                    [weighted, weights].map(|e| apply(Op::Aggregate(Aggregate::Sum, Direction::All), [e], span));
                Some(apply(Op::Binary(Binary::Divide), [sum, total], span))
            }
            ("sqrtMatrixJava", []) => Some(self.square_root(&first.value, span)),
            _ => None,
        }
    }

    /// V D V^-1 = A gives V sqrt(D) V^-1.
    fn square_root(&mut self, of: &ast::Expr, span: Span) -> Expr {
        let value = self.expr(of);
        let (values, vectors) = (self.temporary(), self.temporary());
        self.push(StatementKind::AssignSeveral(vec![values, vectors], apply(Op::Eigen, [value], span)), span);
        let roots = apply(Op::Unary(Unary::Sqrt), [Expr::var(values, span)], span);
        let vectors = Expr::var(vectors, span);
        let scaled = apply(Op::Binary(Binary::Multiply), [vectors.clone(), apply(Op::Transpose, [roots], span)], span);
        apply(Op::MatMul, [scaled, apply(Op::Inverse, [vectors], span)], span)
    }
}

fn apply<const N: usize>(op: Op, args: [Expr; N], span: Span) -> Expr {
    Expr::apply(op, args.into_iter().map(Some).collect(), span)
}
