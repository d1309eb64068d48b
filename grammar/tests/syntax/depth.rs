//! Trees are bounded: what would overflow the stack of a walk is one error. Tests run with 2 MiB of stack.

use lac_grammar::{FileId, MAX_DEPTH, code, parse};

/// Texts that nest `n` levels, by their kind.
fn nested(n: usize) -> Vec<(&'static str, String)> {
    let around = |open: &str, inside: &str, close: &str| open.repeat(n) + inside + &close.repeat(n);
    vec![
        ("parentheses", format!("x = {}", around("(", "1", ")"))),
        ("calls", format!("x = {}", around("f(", "1", ")"))),
        ("lists", format!("x = {}", around("[", "1", "]"))),
        ("indexes", format!("x = {}", around("a[", "1", "]"))),
        ("chained indexes", format!("x = a{}", "[1]".repeat(n))),
        ("blocks", format!("{}x = 1{}", "if (a) {".repeat(n / 2), "}".repeat(n / 2))),
        ("functions", around("f = function() {", "x = 1", "}")),
        ("else if", format!("{} {{ }}", "if (a) { x = 1 } else ".repeat(n))),
        ("if without braces", format!("{} x = 1", "if (a)".repeat(n))),
        ("while without braces", format!("{} x = 1", "while (a)".repeat(n))),
        ("signs", format!("x = {}1", "-".repeat(n))),
        ("not", format!("x = {}a", "!".repeat(n))),
        ("sum", format!("x = 1{}", "+1".repeat(n))),
        ("power", format!("x = 1{}", "^1".repeat(n))),
        ("mixed", format!("x = {}1{}", "a + b[!f(".repeat(n / 4), ")]".repeat(n / 4))),
        ("unclosed", "(".repeat(n)),
        ("unclosed blocks", "if (a) {".repeat(n / 2)),
    ]
}

#[test]
fn deep_nesting_is_one_error() {
    for (what, text) in nested(10_000).into_iter().chain(nested(100_000)) {
        let parsed = parse(FileId(0), &text);
        let codes: Vec<_> = parsed.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [code::TOO_DEEP], "{what}");
        assert!(!lac_grammar::is_incomplete(&text), "{what}");
    }
}

#[test]
fn the_deepest_trees_can_be_walked() {
    for (what, text) in nested(MAX_DEPTH - 20) {
        let parsed = parse(FileId(0), &text);
        assert!(parsed.diagnostics.iter().all(|d| d.code != code::TOO_DEEP), "{what}: {:?}", parsed.diagnostics);
        let copy = parsed.clone();
        assert_eq!(copy, parsed, "{what}");
        assert!(!copy.script.to_string().is_empty() || !parsed.diagnostics.is_empty(), "{what}");
    }
}

#[test]
fn many_statements_are_not_deep() {
    let line = "x = x + -1 * f(a, b[1, 2] + 1)^2; if (x > 1) y = 1 else y = 2\n";
    let parsed = parse(FileId(0), &line.repeat(5_000));
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics.first());
    let arguments = "a + 1, ".repeat(5_000);
    assert!(parse(FileId(0), &format!("f({arguments} 1)")).diagnostics.is_empty());
}
