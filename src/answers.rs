//! Expressions that stand alone in an entry of an interactive session: their values are kept for showing.

use lac_compiler::ops::{self, Effect};
use lac_grammar::ast::{Call, Expr, ExprKind, Function, Ident, Script, StmtKind, Target};

/// The variables that hold answers begin so; the space keeps them apart from the user's.
const PREFIX: &str = "answer ";

/// The number of an answer, if this is the name of one.
pub fn number(variable: &str) -> Option<usize> {
    variable.strip_prefix(PREFIX)?.parse().ok()
}

/// Assigns every expression that stands alone and has one value to a variable of its own.
pub fn name(script: &mut Script, functions: &[Function]) {
    let mut count = 0;
    for stmt in &mut script.statements {
        let StmtKind::Expr(e) = &stmt.kind else { continue };
        if !has_value(e, functions) {
            continue;
        }
        count += 1;
        let name = Ident { span: e.span, name: format!("{PREFIX}{count}") };
        stmt.kind = StmtKind::Assign { target: Target { name, index: None }, value: e.clone() };
    }
}

fn has_value(e: &Expr, functions: &[Function]) -> bool {
    match &e.kind {
        ExprKind::Error => false,
        // What a sourced function gives is not known before its file is read.
        ExprKind::Call(Call { namespace: Some(_), .. }) => false,
        ExprKind::Call(call) => match functions.iter().find(|f| f.name.name == call.name.name) {
            Some(function) => function.results.len() == 1,
            None => ops::named(&call.name.name).all(|row| row.effect != Effect::World),
        },
        _ => true,
    }
}
