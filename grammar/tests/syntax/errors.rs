//! Bad texts and what is said of them: per error its code, a part of its message or help, and the text at its place.

use lac_grammar::{FileId, parse};

type Expected<'a> = &'a [(&'a str, &'a str, &'a str)];

#[test]
fn bad_texts_have_these_errors() {
    let rows: &[(&str, Expected)] = &[
        // Something is missing.
        ("x =", &[("E0101", "expected an expression after `=`, found the end of the text", "=")]),
        ("x = 1 +\ny = 2", &[("E0101", "expected an expression after `+`, found `y`", "+")]),
        (
            "if (x) {\n  y = 1 +\n}\nz = *\nw = 3",
            &[("E0101", "after `+`, found `}`", "+"), ("E0101", "found `*`", "*")],
        ),
        ("if (x)", &[("E0101", "expected a statement after `)`", ")")]),
        ("f(a b)", &[("E0101", "expected `,` or `)` after `a`, found `b` (help: is a comma or", "b")]),
        ("f(a, )", &[("E0101", "expected an expression after `,`, found `)`", ")")]),
        ("f(1,, 2)", &[("E0101", "expected an expression after `,`, found `,`", ",")]),
        ("parfor (i in 1:9 par=4) { x = 1 + }", &[("E0101", "is a comma", "par"), ("E0101", "after `+`", "}")]),
        ("source('a')", &[("E0101", "expected `as`", ")")]),
        ("source(x) as y", &[("E0101", "expected a string", "x")]),
        ("x = ns::f", &[("E0101", "expected `(` after `f`", "f")]),
        // Heads of control flow.
        (
            "if x > 3 { y = 1 } else { y = 2 }",
            &[("E0101", "expected `(` after `if`, found `x` (help: write `if (cond", "x")],
        ),
        ("while x < 3 { y = = 1 }", &[("E0101", "write `while (cond", "x"), ("E0101", "found `=`", "=")]),
        ("for i in 1:3 { x = i }", &[("E0101", "write `for (i in 1:n) {", "i")]),
        ("for (i = 1:3) { x = i }", &[("E0101", "expected `in` after `i`, found `=`", "=")]),
        ("else { x = 3 }", &[("E0101", "this `else` belongs to no `if`", "else")]),
        ("if (a) { x = 1 } elif (b) { x = 2 } else { x = 3 }", &[("E0112", "`elif` is written `else if`", "elif")]),
        ("for (i in 1:3, par=3) x = i", &[("W0118", "options belong to `parfor`", "3")]),
        ("if (x = 3) { y = 1 }", &[("E0108", "to compare write `==`", "=")]),
        ("while (x <- 3) { y = 1 }", &[("E0108", "put a space between", "<-")]),
        ("x = (a == 1 & b = 2)", &[("E0101", "to compare write `==`", "=")]),
        ("x = if (a) b else c", &[("E0101", "ifelse(condition, a, b)", "if")]),
        // Brackets.
        ("x = (1 + 2\ny = 3 *", &[("E0102", "this `(` is never closed", "("), ("E0101", "after `*`", "*")]),
        ("x = f(a\n  b = 3", &[("E0102", "this `(` is never closed", "(")]),
        ("x = f(a,\n  b = 3\n  c = 4)", &[("E0101", "is a comma or", "3")]),
        ("while (x < 3 { y = 1 }", &[("E0102", "this `(` is never closed", "(")]),
        ("if (a > 1 & (b < 2) { x = 1 }\ny = 2", &[("E0102", "this `(` is never closed", "(")]),
        ("x = 1 + 2)\ny = )", &[("E0102", "this `)` closes nothing", ")"), ("E0102", "closes nothing", ")")]),
        ("f = function() { x = 1\ny = 2", &[("E0102", "this `{` is never closed", "{")]),
        (
            "x = 1 }\ny = [1, 2",
            &[("E0102", "this `}` closes nothing", "}"), ("E0102", "this `[` is never closed", "[")],
        ),
        ("x = X[1, 2)", &[("E0102", "this `[` is closed by `)`", ")")]),
        ("y = f(X[1, 2)", &[("E0102", "this `[` is never closed", "[")]),
        ("y = f(g(h(1)\nz = 2", &[("E0102", "this `(` is never closed", "(")]),
        // Indexes and targets.
        ("x = X[2:3:4:5, 1]", &[("E0101", "expected `,` or `]`", ":")]),
        ("x = [1, 2; ; 3]", &[("E0101", "expected an expression", ";")]),
        ("x = [; 3]", &[("E0101", "expected an expression", ";")]),
        ("5 = x", &[("E0109", "cannot assign to a literal", "5")]),
        ("f(x) = 3", &[("E0109", "cannot assign to a call", "f(x)")]),
        ("X[1][2] = 3", &[("E0109", "cannot assign to an index of an index", "X[1][2]")]),
        ("$x = 3", &[("E0109", "cannot assign to a command-line argument", "$x")]),
        ("a + b = 2", &[("E0109", "cannot assign to an expression", "a + b")]),
        ("i++\nj = 3", &[("E0109", "there is no `++`", "i++\nj")]),
        ("[a, X[1]] = f(x)", &[("E0109", "only be assigned to a variable", "X[1]")]),
        ("[a, b] = x", &[("E0114", "only come from a function call", "x")]),
        ("[] = f(x)", &[("E0109", "no variable", "[] = f(x)")]),
        ("f(y + 1 = 2)", &[("E0109", "an argument's name", "y + 1")]),
        // Functions.
        ("f = function(X, int k) { }", &[("E0110", "parameter `X` has no type", "X")]),
        ("f = function(matrix[double]) { }", &[("E0110", "parameter `matrix[double]` has no name", "matrix[double]")]),
        ("f = function(matrix X) { }", &[("E0110", "write the type of its elements: `matrix[double]`", "matrix")]),
        (
            "f = function(float x, matrx[duble] y) { }",
            &[
                ("E0110", "did you mean `double`", "float"),
                ("E0110", "did you mean `matrix`", "matrx"),
                ("E0110", "did you mean `double`", "duble"),
            ],
        ),
        (
            "f = function(int k) returns (double s) { s = }",
            &[("E0101", "`return (...)`", "returns"), ("E0101", "after `=`", "}")],
        ),
        ("f = function(int k) return double s { s = k }", &[("E0101", "expected `(` after `return`", "double")]),
        ("f = function() return (int k = 3) { }", &[("E0113", "a result has no default", "3")]),
        ("function f(int x) { y = 1 }", &[("E0101", "`f = function(", "function")]),
        ("f = function() { g = function() { } }", &[("E0113", "within a block", "g = function()")]),
        ("f = function() return (int x) { return x }", &[("E0116", "write `return (x)`", "x")]),
        ("f[1] = function() { }", &[("E0109", "a plain name", "f[1]")]),
        (
            "f = externalFunction(int a) return (int b) implemented in (classname='x')\ny = (",
            &[
                (
                    "E0113",
                    "external functions are not supported",
                    "f = externalFunction(int a) return (int b) implemented in (classname='x')",
                ),
                ("E0102", "never closed", "("),
            ],
        ),
        // Side by side.
        ("x = 2 y", &[("E0116", "side by side", "y")]),
        ("print 'hello'", &[("E0116", "to call `print`", "'hello'")]),
        ("x = y = 3", &[("E0101", "one target", "=")]),
        ("x *= 3", &[("E0101", "only `+=` joins", "=")]),
        ("x := 3", &[("E0101", "written `=` or `<-`", ":")]),
        ("a, b = f(x)", &[("E0101", "`[a, b] = f(x)`", ",")]),
        ("in = 3", &[("E0101", "`in` is a word of the language", "in")]),
        ("x = f(a > = b)", &[("E0101", "the comparisons are", "=")]),
        // Lexis.
        ("x = true & a <> b ** 2", &[("E0112", "`TRUE`", "true"), ("E0112", "`!=`", "<>"), ("E0112", "`^`", "**")]),
        ("x = 'abc\ny = 2\nz = \"d", &[("E0103", "with '", "'abc"), ("E0103", "with \"", "\"d")]),
        ("x = \"a\n b\"\ny = \"c", &[("E0103", "this string is never closed", "\"a")]),
        ("x = 1 /* never\ny = 2", &[("E0103", "this comment is never closed", "/*")]),
        ("x = 'a\\db'", &[("E0104", "unknown escape `\\d` (help: for a backslash write `\\\\d`", "\\d")]),
        ("x = 99999999999999999999", &[("E0105", "does not fit 64 bits", "99999999999999999999")]),
        ("x = 1e999", &[("E0105", "infinity is written `Inf`", "1e999")]),
        ("größe = 3", &[("E0106", "unexpected characters `öß`", "öß")]),
        ("x = “a”", &[("E0106", "plain quotes", "“"), ("E0106", "plain quotes", "”")]),
        ("x = A @ B", &[("E0106", "the matrix product is `%*%`", "@")]),
        ("x = 日本語テキスト", &[("E0106", "unexpected characters", "日本語テキスト")]),
    ];
    for (text, expected) in rows {
        let found = parse(FileId(0), text).diagnostics;
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{text:?}: {shown:#?}");
        for (d, (code, part, place)) in found.iter().zip(*expected) {
            let span = d.labels[0].span;
            assert_eq!((d.code, &text[span.start as usize..span.end as usize]), (*code, *place), "{text:?}: {d}");
            assert!(d.to_string().contains(part), "{text:?}: {d}");
        }
    }
}

#[test]
fn errors_do_not_hide_the_rest() {
    let text =
        "a = (1 + 2\nb = 2\nif b { c = 3 * }\nd = f(1 2)\ne = \"x\ng = 4\nfor (i in 1:3) { h = X[1:2:3:4, ] }\nk = 5";
    let parsed = parse(FileId(0), text);
    let shown: Vec<_> = parsed.diagnostics.iter().map(ToString::to_string).collect();
    let codes: Vec<_> = parsed.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["E0102", "E0101", "E0101", "E0101", "E0103", "E0101"], "{shown:#?}");
    let printed = parsed.script.to_string();
    for kept in ["b = 2", "d = f(", "g = 4", "h = X[", "k = 5"] {
        assert!(printed.contains(kept), "{kept} in {printed}");
    }
}
