//! Comparisons whose answer does not depend on anything.

use lac_grammar::Diagnostic;
use lac_grammar::ast::{BinaryOp, Expr, ExprKind, Script};

use super::walk::{self, Item};

pub fn script(script: &Script, found: &mut Vec<Diagnostic>) {
    let mut each = |item: Item| {
        if let Item::Expr(e) = item {
            found.extend(constant(e));
        }
    };
    walk::block(&script.statements, &mut each);
    for f in &script.functions {
        f.parameters.iter().filter_map(|p| p.default.as_ref()).for_each(|e| walk::expr(e, &mut each));
        walk::block(&f.body, &mut each);
    }
}

fn constant(e: &Expr) -> Option<Diagnostic> {
    let ExprKind::Binary(op, x, y) = &e.kind else { return None };
    let answer = answer(*op, x, y)?;
    let word = if answer { "true" } else { "false" };
    let found = Diagnostic::warning("W0206", format!("this comparison is always {word}"));
    Some(if is_nan(x) || is_nan(y) {
        found.at(e.span, "nothing is equal to NaN, less or greater").help("to find NaN write `is.nan(x)`")
    } else {
        found.at(e.span, "both sides are the same in every run").help(format!("write {}", word.to_uppercase()))
    })
}

/// What a comparison gives, if it gives the same whatever its variables are. `x == x` does not: it is false for NaN.
fn answer(op: BinaryOp, x: &Expr, y: &Expr) -> Option<bool> {
    use BinaryOp::*;
    let comparison = matches!(op, Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual);
    if !comparison {
        return None;
    }
    if is_nan(x) || is_nan(y) {
        return Some(op == NotEqual);
    }
    match (&x.kind, &y.kind) {
        (ExprKind::Name(a), ExprKind::Name(b)) => (a == b && matches!(op, Less | Greater)).then_some(false),
        // Who compares two literals means it.
        _ => None,
    }
}

fn is_nan(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Name(name) => name == "NaN",
        ExprKind::Unary(_, x) => is_nan(x),
        _ => false,
    }
}
