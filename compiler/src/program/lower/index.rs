//! Indexes: ranges become bounds of the operators, masks and left-out positions become selections.
//!
//! What an index means is decided by how it is written: `X[v > 0, ]`, a comparison or another logical expression, is a mask;
//! `X[-k, ]`, with a minus in front, leaves rows out; anything else is a position or a vector of positions. So a variable
//! that holds zeros and ones is a vector of positions, which the operator refuses if it could be a mask.

use lac_grammar::ast::{self, BinaryOp, ExprKind as A, UnaryOp};
use lac_grammar::{Diagnostic, Span};

use super::Lowering;
use crate::ops::{Binary, Effect, Op};
use crate::program::ir::*;

/// What is done with the rows or columns after the bounds are taken.
#[derive(Clone, Copy)]
enum Choice {
    /// Those of a mask stay.
    Keep,
    /// Those at some positions go.
    Drop,
}

impl Lowering<'_, '_> {
    /// `base[rows, cols]`; one index of a matrix is a row.
    pub(super) fn part(&mut self, base: Expr, index: &[ast::Index], span: Span) -> Expr {
        self.check_count(index, span);
        let mut bounds: Vec<Option<Expr>> = vec![None; 4];
        let mut choices = vec![];
        let base = if index.iter().any(is_open_stride) { Expr::var(self.in_variable(base), span) } else { base };
        for (d, i) in index.iter().take(2).enumerate() {
            match choice(i) {
                Some((choice, e)) => choices.push((d, choice, self.expr(e))),
                None => bounds[2 * d..2 * d + 2].clone_from_slice(&self.bounds_in(&base, d, i)),
            }
        }
        let whole = !choices.is_empty() && bounds.iter().all(Option::is_none);
        let part = match whole {
            true => base,
            false => Expr::apply(Op::RightIndex, [vec![Some(base)], bounds].concat(), span),
        };
        choices.into_iter().fold(part, |part, (d, choice, by)| self.chosen(part, d, choice, by, span))
    }

    /// The rows (`dimension` 0) or columns (1) that a mask is not 0 for, or all but those at some positions.
    fn chosen(&mut self, part: Expr, dimension: usize, choice: Choice, by: Expr, span: Span) -> Expr {
        let margin = if dimension == 0 { "rows" } else { "cols" };
        let (part, mask) = match choice {
            Choice::Keep => (part, by),
            Choice::Drop => {
                let part = Expr::var(self.in_variable(part), span);
                let by = if is_fresh(&by) { Expr::var(self.in_variable(by), span) } else { by };
                let mask = left(part.clone(), dimension, by, span);
                (part, mask)
            }
        };
        let word = Expr::literal(margin, span);
        let empty = Expr::literal(false, span);
        Expr::apply(Op::RemoveEmpty, vec![Some(part), Some(word), Some(mask), Some(empty)], span)
    }

    /// Row and column bounds in a target as four optional arguments; masks, and positions to leave
    /// out, become positions.
    pub(super) fn bounds(&mut self, target: &Expr, index: &[ast::Index], span: Span) -> Vec<Option<Expr>> {
        self.check_count(index, span);
        let mut bounds: Vec<Option<Expr>> = vec![None; 4];
        for (d, i) in index.iter().take(2).enumerate() {
            let pair = match choice(i) {
                Some((choice, e)) => {
                    let by = self.expr(e);
                    let mask = match choice {
                        Choice::Keep => by,
                        Choice::Drop => {
                            let by = Expr::var(self.in_variable(by), e.span);
                            left(target.clone(), d, by, span)
                        }
                    };
                    let places = self.in_variable(places(target, d, mask));
                    [Some(Expr::var(places, e.span)), Some(Expr::var(places, e.span))]
                }
                None => self.bounds_in(target, d, i),
            };
            bounds[2 * d..2 * d + 2].clone_from_slice(&pair);
        }
        bounds
    }

    fn bounds_in(&mut self, base: &Expr, dimension: usize, index: &ast::Index) -> [Option<Expr>; 2] {
        match index {
            ast::Index::All(_) => [None, None],
            ast::Index::At(e) => {
                let e = self.expr(e);
                self.at(e)
            }
            ast::Index::Range(range) => match &range.step {
                Some(step) => {
                    let places = self.stride(base, dimension, range, step);
                    self.at(places)
                }
                None => [&range.from, &range.to].map(|end| end.as_ref().map(|e| self.expr(e))),
            },
        }
    }

    /// The bounds of a position or of a vector of positions.
    fn at(&mut self, mut e: Expr) -> [Option<Expr>; 2] {
        // Once, also where it becomes a statement of its own.
        if !matches!(e.kind, ExprKind::Literal(_) | ExprKind::Var(_) | ExprKind::Wrong)
            && (has_data_size(&e) || is_fresh(&e))
        {
            e = Expr { span: e.span, kind: ExprKind::Var(self.in_variable(e)) };
        }
        [Some(e.clone()), Some(e)]
    }

    /// `seq(from, to, step)`. An end that is not written is that of the dimension, where a range of this step begins or ends.
    fn stride(&mut self, base: &Expr, dimension: usize, range: &ast::Range, step: &ast::Expr) -> Expr {
        let span = step.span;
        let [from, to] = [&range.from, &range.to].map(|end| end.as_ref().map(|e| self.expr(e)));
        let mut step = self.expr(step);
        if from.is_none() || to.is_none() {
            step = Expr::var(self.in_variable(step), span);
        }
        let apply = |op, args: [Expr; 2]| Expr::apply(op, args.map(Some).to_vec(), span);
        let rises = apply(Op::Binary(Binary::Greater), [step.clone(), Expr::literal(0i64, span)]);
        let size = Expr::apply(if dimension == 0 { Op::NRow } else { Op::NCol }, vec![Some(base.clone())], span);
        let ends = [Expr::literal(1i64, span), size];
        let end = |rising: usize| {
            let ends = [&ends[rising], &ends[1 - rising]].map(|end| Some(end.clone()));
            Expr::apply(Op::IfElse, [vec![Some(rises.clone())], ends.to_vec()].concat(), span)
        };
        let (from, to) = (from.unwrap_or_else(|| end(0)), to.unwrap_or_else(|| end(1)));
        Expr::apply(Op::Seq, vec![Some(from), Some(to), Some(step)], span)
    }

    fn check_count(&mut self, index: &[ast::Index], span: Span) {
        if index.len() > 2 {
            self.report(
                Diagnostic::error("E0218", "a matrix has two dimensions").at(span, format!("{} indices", index.len())),
            );
        }
    }
}

/// Whether the size of what is indexed decides where a range with a step begins or ends.
fn is_open_stride(index: &ast::Index) -> bool {
    matches!(index, ast::Index::Range(r) if r.step.is_some() && (r.from.is_none() || r.to.is_none()))
}

/// Whether an index is written as a mask or with a minus in front.
fn choice(index: &ast::Index) -> Option<(Choice, &ast::Expr)> {
    let ast::Index::At(e) = index else { return None };
    match &e.kind {
        A::Unary(UnaryOp::Negate, positions) => Some((Choice::Drop, positions)),
        A::Unary(UnaryOp::Not, _) => Some((Choice::Keep, e)),
        A::Binary(op, ..) if is_logical(*op) => Some((Choice::Keep, e)),
        A::Call(call) if call.namespace.is_none() => {
            let asks = ["is.nan", "is.na", "is.infinite", "isNaN", "isNA", "isInf", "xor"].contains(&&*call.name.name);
            asks.then_some((Choice::Keep, e))
        }
        _ => None,
    }
}

fn is_logical(op: BinaryOp) -> bool {
    use BinaryOp::*;
    matches!(op, Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual | And | Or)
}

fn has_data_size(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Apply(_, args) => e.is_sized_by_data() || args.iter().flatten().any(has_data_size),
        _ => false,
    }
}

/// Whether its value differs from use to use.
fn is_fresh(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Apply(op, args) => op.row().effect == Effect::Fresh || args.iter().flatten().any(is_fresh),
        _ => false,
    }
}

/// The positions of the rows or columns that a mask is not 0 for: `removeEmpty(seq(1, n), "rows", mask, FALSE)`.
fn places(target: &Expr, dimension: usize, mask: Expr) -> Expr {
    let at = mask.span;
    let size = Expr::apply(if dimension == 0 { Op::NRow } else { Op::NCol }, vec![Some(target.clone())], at);
    let all = Expr::apply(Op::Seq, vec![Some(Expr::literal(1i64, at)), Some(size), None], at);
    let (margin, empty) = (Expr::literal("rows", at), Expr::literal(false, at));
    Expr::apply(Op::RemoveEmpty, vec![Some(all), Some(margin), Some(mask), Some(empty)], at)
}

/// The mask of all rows or columns but those at some positions: `table(seq(1, n)[positions, ], 1, n, 1) == 0`. The index
/// reports positions that there are not.
fn left(part: Expr, dimension: usize, positions: Expr, span: Span) -> Expr {
    let at = positions.span;
    let one = || Some(Expr::literal(1i64, at));
    let size = Some(Expr::apply(if dimension == 0 { Op::NRow } else { Op::NCol }, vec![Some(part)], at));
    let all = Expr::apply(Op::Seq, vec![one(), size.clone(), None], at);
    let transposed = |x| Expr::apply(Op::Transpose, vec![Some(x)], at);
    let (from, to) = (Some(positions.clone()), Some(positions));
    // A row of all columns, so that an error speaks of columns.
    let found = match dimension {
        0 => Expr::apply(Op::RightIndex, vec![Some(all), from, to, None, None], at),
        _ => transposed(Expr::apply(Op::RightIndex, vec![Some(transposed(all)), None, None, from, to], at)),
    };
    let counts = Expr::apply(Op::Table, vec![Some(found), one(), None, size, one(), None], at);
    let zero = Expr::literal(0i64, at);
    Expr::apply(Op::Binary(Binary::Equal), vec![Some(counts), Some(zero)], span)
}
