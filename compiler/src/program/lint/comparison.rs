//! Comparisons whose answer does not depend on anything.

use lac_grammar::Diagnostic;
use lac_grammar::ast::{BinaryOp, Expr, ExprKind, Script, UnaryOp};

use super::walk::{self, Item};

pub fn script(script: &Script, found: &mut Vec<Diagnostic>) {
    let own = |name: &str| script.functions.iter().any(|f| f.name.name == name);
    let mut each = |item: Item| {
        if let Item::Expr(e) = item {
            found.extend(constant(e, &own));
        }
    };
    walk::block(&script.statements, &mut each);
    for f in &script.functions {
        f.parameters.iter().filter_map(|p| p.default.as_ref()).for_each(|e| walk::expr(e, &mut each));
        walk::block(&f.body, &mut each);
    }
}

fn constant(e: &Expr, own: &impl Fn(&str) -> bool) -> Option<Diagnostic> {
    let ExprKind::Binary(op, x, y) = &e.kind else { return None };
    if let ExprKind::Binary(inner, ..) = &x.kind
        && is_order(*op)
        && is_order(*inner)
    {
        return Some(
            Diagnostic::warning("W0208", "a comparison is compared")
                .at(e.span, "compares the truth value of the first comparison, which is 0 or 1")
                .help("for `a < x` and `x < b` write `a < x & x < b`"),
        );
    }
    let said = |answer: bool| {
        let word = if answer { "true" } else { "false" };
        (word, Diagnostic::warning("W0206", format!("this comparison is always {word}")))
    };
    if let Some(answer) = answer(*op, x, y) {
        let (word, found) = said(answer);
        return Some(if is_nan(x) || is_nan(y) {
            found.at(e.span, "nothing is equal to NaN, less or greater").help("to find NaN write `is.nan(x)`")
        } else {
            found.at(e.span, "both sides are the same in every run").help(format!("write {}", word.to_uppercase()))
        });
    }
    if let Some((answer, least)) = against_least(*op, x, y).filter(|(_, name)| !own(name)) {
        return Some(said(answer).1.at(e.span, format!("`{least}` is never less than 0")));
    }
    let answer = joined(*op, x, y)?;
    let (why, other) = if answer { ("whatever", "&") } else { ("nothing", "|") };
    let label = if answer { "one of the two holds" } else { "both never hold" };
    Some(said(answer).1.at(e.span, format!("{label}, {why} the value is")).help(format!("is `{other}` meant?")))
}

fn is_order(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual)
}

/// `nrow(X) < 0` and the like: the answer and the name of what is not negative, if that is the builtin.
fn against_least<'a>(op: BinaryOp, x: &'a Expr, y: &'a Expr) -> Option<(bool, &'a str)> {
    let (op, counted, bound) = match number(y) {
        Some(bound) => (op, x, bound),
        None => (mirrored(op)?, y, number(x)?),
    };
    let ExprKind::Call(call) = &counted.kind else { return None };
    let name = &*call.name.name;
    let never_nan = ["nrow", "ncol", "length", "nnz"].contains(&name);
    if call.namespace.is_some() || !(never_nan || ["abs", "sqrt", "exp", "var", "sd"].contains(&name)) {
        return None;
    }
    let answer = match op {
        BinaryOp::Less if bound <= 0.0 => false,
        BinaryOp::LessEqual | BinaryOp::Equal if bound < 0.0 => false,
        BinaryOp::GreaterEqual if bound <= 0.0 && never_nan => true,
        BinaryOp::Greater if bound < 0.0 && never_nan => true,
        BinaryOp::NotEqual if bound < 0.0 => true,
        _ => return None,
    };
    Some((answer, name))
}

/// The comparison with its sides exchanged.
fn mirrored(op: BinaryOp) -> Option<BinaryOp> {
    use BinaryOp::*;
    Some(match op {
        Less => Greater,
        LessEqual => GreaterEqual,
        Greater => Less,
        GreaterEqual => LessEqual,
        Equal | NotEqual => op,
        _ => return None,
    })
}

/// `x > 5 & x < 2` and `x != 1 | x != 2`: two comparisons of a variable with literals that exclude each other, or of which one
/// holds.
fn joined(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    use BinaryOp::*;
    let ((name, p, a), (other, q, b)) = (with_literal(left)?, with_literal(right)?);
    if name != other {
        return None;
    }
    let apart = match (&a.kind, &b.kind) {
        (ExprKind::String(a), ExprKind::String(b)) => a != b,
        _ => number(a).zip(number(b)).is_some_and(|(a, b)| a != b),
    };
    match (op, p, q) {
        (Or | OrOr, NotEqual, NotEqual) if apart => Some(true),
        (And | AndAnd, Equal, Equal) if apart => Some(false),
        (And | AndAnd, ..) => excluded(p, number(a)?, q, number(b)?).then_some(false),
        _ => None,
    }
}

/// Whether no number is both `p a` and `q b`.
fn excluded(p: BinaryOp, a: f64, q: BinaryOp, b: f64) -> bool {
    use BinaryOp::*;
    // the least and the greatest that a comparison allows, and whether they themselves are allowed
    let range = |op, x| match op {
        Less => (f64::NEG_INFINITY, x, false),
        LessEqual => (f64::NEG_INFINITY, x, true),
        Greater => (x, f64::INFINITY, false),
        GreaterEqual => (x, f64::INFINITY, true),
        Equal => (x, x, true),
        _ => (f64::NEG_INFINITY, f64::INFINITY, true),
    };
    let ((low, high, closed), (low2, high2, closed2)) = (range(p, a), range(q, b));
    let (low, high) = (low.max(low2), high.min(high2));
    low > high || low == high && !(closed && closed2)
}

/// A comparison of a variable with a literal, the variable on the left.
fn with_literal(e: &Expr) -> Option<(&str, BinaryOp, &Expr)> {
    let ExprKind::Binary(op, x, y) = &e.kind else { return None };
    let literal = |e: &Expr| number(e).is_some() || matches!(e.kind, ExprKind::String(_));
    match (&x.kind, &y.kind) {
        (ExprKind::Name(name), _) if literal(y) => mirrored(*op).map(|_| (&**name, *op, &**y)),
        (_, ExprKind::Name(name)) if literal(x) => Some((&**name, mirrored(*op)?, &**x)),
        _ => None,
    }
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

fn number(e: &Expr) -> Option<f64> {
    match &e.kind {
        // Larger ones are not told apart as doubles.
        ExprKind::Int(i) if i.unsigned_abs() <= 1 << 53 => Some(*i as f64),
        ExprKind::Double(d) => Some(*d),
        ExprKind::Unary(UnaryOp::Negate, x) => number(x).map(|x| -x),
        _ => None,
    }
}
