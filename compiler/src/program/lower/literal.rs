//! Matrix literals: `[1, 2; 3, 4]`.

use lac_grammar::{Diagnostic, Span, ast};

use super::Lowering;
use crate::ops::{Op, Scalar, Unary};
use crate::program::ir::*;

impl Lowering<'_, '_> {
    /// Numbers make a matrix at once; else the cells, scalars or matrices, are bound: `rbind(cbind(a, b), cbind(c, d))`.
    pub(super) fn matrix_literal(&mut self, rows: &[Vec<ast::Expr>], span: Span) -> Expr {
        let rows: Vec<Vec<Expr>> = rows.iter().map(|row| row.iter().map(|cell| self.expr(cell)).collect()).collect();
        let numbers: Option<Vec<f64>> = rows.iter().flatten().map(number).collect();
        match numbers {
            Some(numbers) => self.numbers(&rows, &numbers, span),
            None => bound(rows, span),
        }
    }

    fn numbers(&mut self, rows: &[Vec<Expr>], numbers: &[f64], span: Span) -> Expr {
        let cols = rows[0].len();
        if let Some(row) = rows.iter().find(|row| row.len() != cols) {
            let place = row[0].span.to(row[row.len() - 1].span);
            self.report(
                Diagnostic::error("E0301", "the rows of a matrix have the same number of cells")
                    .at(place, format!("this row has {}", row.len()))
                    .at(rows[0][0].span.to(rows[0][cols - 1].span), format!("and the first has {cols}")),
            );
            return Expr { span, kind: ExprKind::Wrong };
        }
        let text: Vec<String> = numbers.iter().map(|x| written(*x)).collect();
        let int = |n: usize| Some(Expr::literal(n as i64, span));
        let args = vec![Some(Expr::literal(&*text.join(" "), span)), int(rows.len()), int(cols), None];
        Expr::apply(Op::Matrix, args, span)
    }
}

fn bound(rows: Vec<Vec<Expr>>, span: Span) -> Expr {
    let rows = rows.into_iter().map(|row| {
        let place = row[0].span.to(row[row.len() - 1].span);
        one_or(Op::CBind, row.into_iter().map(matrix).collect(), place)
    });
    one_or(Op::RBind, rows.collect(), span)
}

/// Parts that are bound if they are several.
fn one_or(op: Op, mut parts: Vec<Expr>, span: Span) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => Expr::apply(op, parts.into_iter().map(Some).collect(), span),
    }
}

fn matrix(cell: Expr) -> Expr {
    let span = cell.span;
    match cell.kind {
        ExprKind::Apply(Op::CBind | Op::RBind | Op::Matrix, _) => cell,
        _ => Expr::apply(Op::AsMatrix, vec![Some(cell)], span),
    }
}

/// The value of a number that is written down.
fn number(cell: &Expr) -> Option<f64> {
    match &cell.kind {
        ExprKind::Literal(Scalar::Str(_)) => None,
        ExprKind::Literal(value) => value.as_f64(),
        ExprKind::Apply(Op::Unary(Unary::Negate), args) => args[0].as_ref().and_then(number).map(|x| -x),
        _ => None,
    }
}

/// Digits that read back as the same number.
fn written(x: f64) -> String {
    Scalar::Double(x).to_string()
}
