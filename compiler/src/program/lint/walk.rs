//! Every statement and expression of a tree, once each, in the order of the text.

use lac_grammar::ast::*;

/// What is come by.
pub enum Item<'a> {
    Stmt(&'a Stmt),
    Expr(&'a Expr),
}

pub fn block<'a>(statements: &'a [Stmt], f: &mut impl FnMut(Item<'a>)) {
    for stmt in statements {
        f(Item::Stmt(stmt));
        match &stmt.kind {
            StmtKind::Source { .. } | StmtKind::SetWd { .. } | StmtKind::Break | StmtKind::Next => {}
            StmtKind::Return(values) => values.iter().for_each(|value| expr(value, f)),
            StmtKind::Assign { target, value } | StmtKind::Accumulate { target, value } => {
                positions(target.index.as_deref().unwrap_or_default(), f);
                expr(value, f);
            }
            StmtKind::MultiAssign { value, .. } | StmtKind::Expr(value) => expr(value, f),
            StmtKind::If { condition, then, otherwise } => {
                expr(condition, f);
                block(then, f);
                block(otherwise, f);
            }
            StmtKind::While { condition, body } => {
                expr(condition, f);
                block(body, f);
            }
            StmtKind::For { range, parallel, body, .. } => {
                expr(range, f);
                parallel.iter().flatten().for_each(|a| expr(&a.value, f));
                block(body, f);
            }
        }
    }
}

pub fn expr<'a>(e: &'a Expr, f: &mut impl FnMut(Item<'a>)) {
    f(Item::Expr(e));
    match &e.kind {
        ExprKind::Int(_) | ExprKind::Double(_) | ExprKind::Bool(_) | ExprKind::String(_) => {}
        ExprKind::Name(_) | ExprKind::CommandLine(_) | ExprKind::Error => {}
        ExprKind::Unary(_, x) => expr(x, f),
        ExprKind::Range(x, y, step) => [x, y].into_iter().chain(step).for_each(|x| expr(x, f)),
        ExprKind::Binary(_, x, y) => {
            expr(x, f);
            expr(y, f);
        }
        ExprKind::Call(call) => call.arguments.iter().for_each(|a| expr(&a.value, f)),
        ExprKind::Index { base, index } => {
            expr(base, f);
            positions(index, f);
        }
        ExprKind::Lambda(_, body) => expr(body, f),
        ExprKind::List(items) => items.iter().for_each(|item| expr(item, f)),
        ExprKind::Matrix(rows) => rows.iter().flatten().for_each(|cell| expr(cell, f)),
    }
}

fn positions<'a>(index: &'a [Index], f: &mut impl FnMut(Item<'a>)) {
    for position in index {
        match position {
            Index::All(_) => {}
            Index::At(x) => expr(x, f),
            Index::Range(range) => [&range.from, &range.to, &range.step].into_iter().flatten().for_each(|x| expr(x, f)),
        }
    }
}
