//! Trees as fully parenthesized prefix forms, without spans: `(+ a (* b 2))`.

use lac_grammar::ast::*;
use lac_grammar::{FileId, parse, parse_expr};

/// The form of a text that is one expression; panics with its errors.
pub fn of_expr(text: &str) -> String {
    match parse_expr(FileId(0), text) {
        Ok(e) => expr(&e),
        Err(errors) => panic!("{text:?}: {errors:#?}"),
    }
}

/// The tree of a text without errors.
pub fn script(text: &str) -> Script {
    let parsed = parse(FileId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{text:?}: {:#?}", parsed.diagnostics);
    parsed.script
}

pub fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Int(v) => v.to_string(),
        ExprKind::Double(v) => format!("{v:?}"),
        ExprKind::Bool(v) => v.to_string(),
        ExprKind::String(v) => format!("{v:?}"),
        ExprKind::Name(v) => v.clone(),
        ExprKind::CommandLine(v) => format!("${v}"),
        ExprKind::Unary(op, x) => format!("({} {})", op.symbol(), expr(x)),
        ExprKind::Binary(op, x, y) => format!("({} {} {})", op.symbol(), expr(x), expr(y)),
        ExprKind::Call(call) => {
            let name = call.namespace.iter().map(|n| format!("{n}::")).collect::<String>() + &call.name.name;
            format!("({name}{})", call.arguments.iter().map(argument).collect::<String>())
        }
        ExprKind::Index { base, index } => format!("(at {}{})", expr(base), positions(index)),
        ExprKind::Range(x, y, step) => range(Some(x), Some(y), step.as_deref()),
        ExprKind::List(items) => format!("(list{})", items.iter().map(|i| format!(" {}", expr(i))).collect::<String>()),
        ExprKind::Matrix(rows) => {
            let row = |row: &Vec<Expr>| format!(" ({})", row.iter().map(expr).collect::<Vec<_>>().join(" "));
            format!("(rows{})", rows.iter().map(row).collect::<String>())
        }
        ExprKind::Lambda(parameter, body) => format!("(-> {parameter} {})", expr(body)),
        ExprKind::Error => "ERROR".to_string(),
    }
}

fn argument(a: &Argument) -> String {
    a.name.as_ref().map_or(String::from(" "), |n| format!(" {n}=")) + &expr(&a.value)
}

fn positions(index: &[Index]) -> String {
    let one = |i: &Index| match i {
        Index::All(_) => " *".to_string(),
        Index::At(x) => format!(" {}", expr(x)),
        Index::Range(r) => format!(" {}", range(r.from.as_ref(), r.to.as_ref(), r.step.as_ref())),
    };
    index.iter().map(one).collect()
}

pub fn block(statements: &[Stmt]) -> String {
    statements.iter().map(stmt).collect::<Vec<_>>().join(" ")
}

pub fn stmt(s: &Stmt) -> String {
    let target = |t: &Target| match &t.index {
        Some(index) => format!("(at {}{})", t.name, positions(index)),
        None => t.name.to_string(),
    };
    match &s.kind {
        StmtKind::Source { path, namespace } => format!("(source {path:?} {namespace})"),
        StmtKind::SetWd { path } => format!("(setwd {path:?})"),
        StmtKind::Assign { target: t, value } => format!("(= {} {})", target(t), expr(value)),
        StmtKind::Accumulate { target: t, value } => format!("(+= {} {})", target(t), expr(value)),
        StmtKind::MultiAssign { targets, value } => {
            let names: Vec<_> = targets.iter().map(|t| t.name.as_str()).collect();
            format!("(= [{}] {})", names.join(" "), expr(value))
        }
        StmtKind::Expr(value) => expr(value),
        StmtKind::If { condition, then, otherwise } => {
            format!("(if {} [{}] [{}])", expr(condition), block(then), block(otherwise))
        }
        StmtKind::While { condition, body } => format!("(while {} [{}])", expr(condition), block(body)),
        StmtKind::For { variable, range, parallel, body } => {
            let word = if parallel.is_some() { "parfor" } else { "for" };
            let options: String = parallel.iter().flatten().map(argument).collect();
            format!("({word} {variable} {}{options} [{}])", expr(range), block(body))
        }
        StmtKind::Break => "(break)".to_string(),
        StmtKind::Next => "(next)".to_string(),
        StmtKind::Return(values) => {
            format!("(return{})", values.iter().map(|v| format!(" {}", expr(v))).collect::<String>())
        }
    }
}

fn range(from: Option<&Expr>, to: Option<&Expr>, step: Option<&Expr>) -> String {
    let [from, to] = [from, to].map(|end| end.map_or("*".to_string(), expr));
    let step = step.map_or(String::new(), |step| format!(" {}", expr(step)));
    format!("(: {from} {to}{step})")
}
