//! Control flow within expressions and out of sequences: `&&`, `||`, `break`, `next`, `return`, loops over matrices.

use lac_grammar::ast::{self, BinaryOp};
use lac_grammar::diagnostic::did_you_mean;
use lac_grammar::{Diagnostic, Span};

use super::Lowering;
use crate::ops::{Binary, Op};
use crate::program::ir::*;

/// Options of a `parfor` that have no meaning here: one machine, and no choice but the result.
const IGNORED_OPTIONS: &[&str] =
    &["mode", "taskpartitioner", "tasksize", "datapartitioner", "resultmerge", "opt", "log", "profile"];

impl Lowering<'_, '_> {
    /// `x && y` is `if (x) { if (y) TRUE else FALSE } else FALSE`, `x || y` is `if (x) TRUE else if (y) TRUE else FALSE`:
    /// nothing of `y` happens where `x` decides.
    pub(super) fn short_circuit(&mut self, op: BinaryOp, x: &ast::Expr, y: &ast::Expr, span: Span) -> Expr {
        let result = self.temporary();
        let condition = self.operand(op, x);
        let decided = self.truth(result, op == BinaryOp::OrOr, span);
        let undecided = self.sequence(|lowering| {
            let condition = lowering.operand(op, y);
            let (then, otherwise) = (lowering.truth(result, true, span), lowering.truth(result, false, span));
            lowering.control(Block::If { condition, then, otherwise, ends: vec![] });
        });
        let (then, otherwise) = if op == BinaryOp::OrOr { (decided, undecided) } else { (undecided, decided) };
        self.control(Block::If { condition, then, otherwise, ends: vec![] });
        Expr::var(result, span)
    }

    fn operand(&mut self, op: BinaryOp, e: &ast::Expr) -> Computed {
        Computed { operand_of: Some(op), ..self.computed(e) }
    }

    fn truth(&mut self, result: Var, value: bool, span: Span) -> Vec<Block> {
        self.sequence(|lowering| lowering.push(StatementKind::Assign(result, Expr::literal(value, span)), span))
    }

    /// The body of a loop.
    pub(super) fn body(&mut self, parallel: bool, statements: &[ast::Stmt]) -> Vec<Block> {
        self.loops.push(parallel);
        let body = self.block(statements);
        self.loops.pop();
        body
    }

    /// `for (x in M)`: x is each row of M in turn, and each value if M has one column or is a list.
    ///
    /// ```text
    /// for (k in seq(1, nrow(M), 1)) { if (ncol(M) == 1) x = element(M[k, ]) else x = M[k, ]; ... }
    /// ```
    pub(super) fn for_each(
        &mut self,
        variable: &ast::Ident,
        of: &ast::Expr,
        parallel: Option<Box<Parallel>>,
        body: &[ast::Stmt],
        span: Span,
    ) {
        let (matrix, at) = (self.temporary(), self.temporary());
        let value = self.expr(of);
        // An index without bounds says whether it is a matrix.
        let value = Expr::apply(Op::RightIndex, vec![Some(value), None, None, None, None], of.span);
        self.push(StatementKind::Assign(matrix, value), of.span);
        let of = |op| Expr::apply(op, vec![Some(Expr::var(matrix, of.span))], of.span);
        let one = || Expr::literal(1i64, span);
        let from = self.computed_by(span, |_| one());
        let to = self.computed_by(span, |_| of(Op::NRow));
        let step = self.computed_by(span, |_| one());
        let variable = self.target(variable);
        let mut blocks = self.sequence(|lowering| {
            let equal = Expr::apply(Op::Binary(Binary::Equal), vec![Some(of(Op::NCol)), Some(one())], span);
            let condition = lowering.computed_by(span, |_| equal);
            let place = Expr::var(at, span);
            let row = vec![Some(Expr::var(matrix, span)), Some(place.clone()), Some(place), None, None];
            let row = Expr::apply(Op::RightIndex, row, span);
            let value = Expr::apply(Op::Element, vec![Some(row.clone())], span);
            let then = lowering.sequence(|l| l.push(StatementKind::Assign(variable, value), span));
            let otherwise = lowering.sequence(|l| l.push(StatementKind::Assign(variable, row), span));
            lowering.control(Block::If { condition, then, otherwise, ends: vec![] });
        });
        blocks.extend(self.body(parallel.is_some(), body));
        let range = Range { from, to, step: Some(step) };
        self.control(Block::For { variable: at, range, body: blocks, parallel, span, ends: vec![] });
    }

    /// The options of a `parfor`. Those that tell the peer where and how to run it are known and without effect.
    pub(super) fn parallel(&mut self, options: &[ast::Argument]) -> Box<Parallel> {
        let mut parallel = Parallel::default();
        for option in options {
            match option.name.as_ref().map(|n| n.name.as_str()) {
                Some("check") => match self.expr(&option.value).kind {
                    ExprKind::Literal(value) if value.as_bool().is_some() => {
                        parallel.unchecked = value.as_bool() == Some(false);
                    }
                    _ => {
                        let error = Diagnostic::error("E0229", "`check` is 0 or 1, before the script runs");
                        self.report(error.at(option.value.span, "this is known only when it runs"));
                    }
                },
                Some("par") => {
                    let value = self.expr(&option.value);
                    parallel.workers = Some(self.in_variable(value));
                }
                Some(name) if IGNORED_OPTIONS.contains(&name) => {}
                name => {
                    let name = name.unwrap_or("");
                    let error = Diagnostic::error("E0229", format!("`parfor` has no option `{name}`"));
                    let near = did_you_mean(name, ["check", "par"].into_iter().chain(IGNORED_OPTIONS.iter().copied()));
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "its options are `check=0` and `par=`, the number of workers".to_string(),
                    };
                    self.report(error.at(option.value.span, "here").help(help));
                }
            }
        }
        Box::new(parallel)
    }

    pub(super) fn jump(&mut self, word: &str, kind: JumpKind, span: Span) {
        match (self.loops.last(), kind) {
            (None, _) => {
                let error = Diagnostic::error("E0226", format!("`{word}` stands in a loop"));
                self.report(error.at(span, "there is no loop around this"));
            }
            (Some(true), JumpKind::Break) => {
                let error = Diagnostic::error("E0226", "the rounds of a `parfor` have no order, so none can end it");
                self.report(
                    error.at(span, "in a `parfor`").help("write `for`, or `next` to skip the rest of this round"),
                );
            }
            _ => self.control(Block::Jump(Jump { kind, ends: vec![] })),
        }
    }

    /// `return`, or `return (x, y)`: the values become the results, all at once.
    pub(super) fn return_early(&mut self, values: &[ast::Expr], span: Span) {
        let Some(results) = self.results.clone() else {
            let error = Diagnostic::error("E0226", "`return` stands in a function");
            return self
                .report(error.at(span, "this is the script").help("to end with an error write `stop(\"why\")`"));
        };
        if self.loops.contains(&true) {
            let error = Diagnostic::error("E0226", "the rounds of a `parfor` have no order, so none can end it");
            return self.report(error.at(span, "in a `parfor`").help("write `for`"));
        }
        if !values.is_empty() && values.len() != results.len() {
            let message = format!("{} value(s) are returned, but the function gives {}", values.len(), results.len());
            let error = Diagnostic::error("E0217", message).at(span, "here");
            return self.report(error.help("a `return` without values gives the results as they are"));
        }
        let mut computed = Vec::with_capacity(values.len());
        for value in values {
            let (value, place) = (self.expr(value), value.span);
            let var = self.temporary();
            self.push(StatementKind::Assign(var, value), place);
            computed.push(Expr::var(var, place));
        }
        for (result, value) in results.into_iter().zip(computed) {
            self.push(StatementKind::Assign(result, value), span);
        }
        self.control(Block::Jump(Jump { kind: JumpKind::Return, ends: vec![] }));
    }

    /// Warns of a statement after one that always leaves the sequence.
    pub(super) fn unreachable(&mut self, jump: &ast::Stmt, next: Option<&ast::Stmt>) {
        if let Some(next) = next {
            self.report(
                Diagnostic::warning("W0207", "this is never reached")
                    .at(next.span, "nothing leads here")
                    .at(jump.span, "this leaves the block"),
            );
        }
    }
}
