//! Random trees: printing and parsing gives them back.

use lac_grammar::ast::*;
use lac_grammar::{FileId, Span, parse};
use proptest::prelude::*;

fn expr_of(kind: ExprKind) -> Expr {
    Expr { span: Span::default(), kind }
}

fn ident() -> impl Strategy<Value = Ident> {
    prop::sample::select(vec!["a", "b", "X", "as.scalar", "lower.tri", "x_1", "matrix", "e1", "L", "next", "break"])
        .prop_map(|name| Ident { span: Span::default(), name: name.to_string() })
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        (0..=i64::MAX).prop_map(ExprKind::Int),
        (0i64..20).prop_map(ExprKind::Int),
        any::<f64>().prop_filter("a literal", |v| v.is_finite()).prop_map(|v| ExprKind::Double(v.abs())),
        any::<bool>().prop_map(ExprKind::Bool),
        "[ -~\\n\\t\\r\u{8}\u{c}é→]{0,8}".prop_map(ExprKind::String),
        ident().prop_map(|n| ExprKind::Name(n.name)),
        "[a-z][a-z0-9_]{0,3}|[1-9]".prop_map(ExprKind::CommandLine),
    ]
    .prop_map(expr_of)
}

fn unary() -> impl Strategy<Value = UnaryOp> {
    prop::sample::select(vec![UnaryOp::Negate, UnaryOp::Plus, UnaryOp::Not])
}

fn index(e: BoxedStrategy<Expr>) -> impl Strategy<Value = Vec<Index>> {
    let position = prop_oneof![
        Just(Index::All(Span::default())),
        e.clone().prop_map(Index::At),
        (prop::option::of(e.clone()), prop::option::of(e.clone()), prop::option::of(e)).prop_map(|(from, to, step)| {
            match (&from, &to, &step) {
                (None, None, None) => Index::All(Span::default()),
                _ => Index::Range(Box::new(Range { from, to, step })),
            }
        }),
    ];
    prop::collection::vec(position, 1..3)
}

fn arguments(e: BoxedStrategy<Expr>) -> impl Strategy<Value = Vec<Argument>> {
    let lambda = (ident(), e.clone()).prop_map(|(x, body)| expr_of(ExprKind::Lambda(x, Box::new(body))));
    let value = prop_oneof![8 => e, 1 => lambda];
    let argument = (prop::option::of(ident()), value).prop_map(|(name, value)| Argument { name, value });
    prop::collection::vec(argument, 0..3)
}

fn call(e: BoxedStrategy<Expr>) -> impl Strategy<Value = Expr> {
    (prop::option::of(ident()), ident(), arguments(e))
        .prop_map(|(namespace, name, arguments)| expr_of(ExprKind::Call(Call { namespace, name, arguments })))
}

fn expr() -> BoxedStrategy<Expr> {
    let node = |e: BoxedStrategy<Expr>| {
        let binary = prop::sample::select(BinaryOp::TABLE.map(|row| row.0).to_vec());
        prop_oneof![
            4 => (binary, e.clone(), e.clone())
                .prop_map(|(op, x, y)| expr_of(ExprKind::Binary(op, Box::new(x), Box::new(y)))),
            2 => (unary(), e.clone()).prop_map(|(op, x)| expr_of(ExprKind::Unary(op, Box::new(x)))),
            1 => call(e.clone()),
            1 => (e.clone(), index(e.clone()))
                .prop_map(|(base, index)| expr_of(ExprKind::Index { base: Box::new(base), index })),
            1 => prop::collection::vec(e.clone(), 0..3).prop_map(|items| expr_of(ExprKind::List(items))),
            1 => prop::collection::vec(prop::collection::vec(e, 1..3), 2..4)
                .prop_map(|rows| expr_of(ExprKind::Matrix(rows))),
        ]
    };
    leaf().prop_recursive(5, 24, 3, move |e| node(e.boxed())).boxed()
}

fn target() -> impl Strategy<Value = Target> {
    (ident(), prop::option::of(index(expr()))).prop_map(|(name, index)| Target { name, index })
}

fn is_jump(e: &Expr) -> bool {
    matches!(&e.kind, ExprKind::Name(name) if ["next", "break"].contains(&name.as_str()))
}

fn range() -> impl Strategy<Value = Expr> {
    let range = (expr(), expr(), prop::option::of(expr()));
    prop_oneof![
        expr(),
        range.prop_map(|(x, y, step)| expr_of(ExprKind::Range(Box::new(x), Box::new(y), step.map(Box::new)))),
    ]
}

fn stmt() -> BoxedStrategy<Stmt> {
    let simple = prop_oneof![
        (target(), expr()).prop_map(|(target, value)| StmtKind::Assign { target, value }),
        (target(), expr()).prop_map(|(target, value)| StmtKind::Accumulate { target, value }),
        (prop::collection::vec(ident(), 1..3), call(expr()))
            .prop_map(|(targets, value)| StmtKind::MultiAssign { targets, value }),
        expr().prop_filter("no word that is a statement", |e| !is_jump(e)).prop_map(StmtKind::Expr),
        ("[a-z./\\\\\"]{0,6}", ident()).prop_map(|(path, namespace)| StmtKind::Source { path, namespace }),
        "[a-z./']{0,6}".prop_map(|path| StmtKind::SetWd { path }),
        Just(StmtKind::Break),
        Just(StmtKind::Next),
        prop::collection::vec(expr(), 0..3).prop_map(StmtKind::Return),
    ];
    let stmt_of = |kind| Stmt { span: Span::default(), kind };
    let node = move |s: BoxedStrategy<Stmt>| {
        let block = prop::collection::vec(s, 0..3).boxed();
        prop_oneof![
            (expr(), block.clone(), block.clone()).prop_map(|(condition, then, otherwise)| StmtKind::If {
                condition,
                then,
                otherwise
            }),
            (expr(), block.clone()).prop_map(|(condition, body)| StmtKind::While { condition, body }),
            (ident(), range(), prop::option::of(arguments(expr())), block)
                .prop_map(|(variable, range, parallel, body)| StmtKind::For { variable, range, parallel, body }),
        ]
        .prop_map(stmt_of)
    };
    simple.prop_map(stmt_of).prop_recursive(3, 8, 3, move |s| node(s.boxed())).boxed()
}

fn parameter(with_default: bool) -> impl Strategy<Value = Parameter> {
    use ValueType::*;
    let value = prop::sample::select(vec![Int, Double, Boolean, String, Unknown]);
    let ty = (value, 0..4usize).prop_map(|(v, i)| [Type::Scalar(v), Type::Matrix(v), Type::Frame(v), Type::List(v)][i]);
    let default = if with_default { prop::option::of(expr()).boxed() } else { Just(None).boxed() };
    (ty, ident(), default).prop_map(|(ty, name, default)| Parameter { ty, name, default })
}

fn function() -> impl Strategy<Value = Function> {
    let parameters = prop::collection::vec(parameter(true), 0..3);
    let results = prop::collection::vec(parameter(false), 0..3);
    (ident(), parameters, results, prop::collection::vec(stmt(), 0..3)).prop_map(|(name, parameters, results, body)| {
        Function { span: Span::default(), name, parameters, results, body }
    })
}

/// A tree's debug form with all spans left out.
fn without_spans(script: &Script) -> String {
    let text = format!("{script:?}");
    let mut parts = text.split("Span { file: FileId(");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out += part.split_once(" }").map_or("", |(_, rest)| rest);
    }
    out
}

/// What may stand where the printed text has white space.
const WHITE: [&str; 10] =
    [" ", "", "  ", "\n", "\n\n\n", " # one ( \n", "\n# two\n\n", " /* in */ ", "\n/* a\n  b */\n", " /* c */ # d\n"];

/// A text with other white space and comments where it has a space or a line end outside of strings.
fn respaced(text: &str, picks: &[usize]) -> String {
    let mut picks = picks.iter().cycle();
    let mut quoted = false;
    let mut escaped = false;
    let mut out = String::new();
    for c in text.chars() {
        if !quoted && c.is_whitespace() {
            out.push(c);
            out += picks.next().map_or("", |i| WHITE[*i]);
            continue;
        }
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        out.push(c);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_printed_tree_reads_as_itself(
        functions in prop::collection::vec(function(), 0..2),
        statements in prop::collection::vec(stmt(), 0..5),
    ) {
        let tree = Script { statements, functions };
        let text = tree.to_string();
        let parsed = parse(FileId(0), &text);
        prop_assert!(parsed.diagnostics.is_empty(), "{text}\n{:#?}", parsed.diagnostics);
        prop_assert_eq!(without_spans(&parsed.script), without_spans(&tree), "{}", text);
    }

    #[test]
    fn a_formatted_tree_reads_as_itself(
        functions in prop::collection::vec(function(), 0..2),
        statements in prop::collection::vec(stmt(), 0..5),
        picks in prop::collection::vec(0..WHITE.len(), 1..40),
    ) {
        let text = Script { statements, functions }.to_string();
        crate::format::formatted(&text);
        crate::format::formatted(&respaced(&text, &picks));
    }
}
