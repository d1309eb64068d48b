use lac_grammar::is_incomplete;

#[test]
fn an_input_is_incomplete_if_more_text_can_mend_it() {
    let incomplete = [
        "x = ",
        "x = 1 +",
        "f(",
        "f(a,",
        "f(a, b",
        "X[1, ",
        "if (a) {",
        "if (a) { x = 1",
        "if (a)",
        "if (a) x = 1 else",
        "while (x",
        "for (i in",
        "f = function(int a",
        "f = function(int a)",
        "f = function(int a) return (int b) {",
        "[a, b] =",
        "x = \"abc",
        "x = 'a\n",
        "/* comment",
        "-",
        "x = !",
        "x = a %*%",
        "source('a') as",
        "x = [1, 2",
        "f = function() {\n  x = 1\n  while (x < 3) {\n  x = x + 1\n  }",
        "ns::",
    ];
    let complete = [
        "",
        "x = 1",
        "f(a)",
        "if (a) { x = 1 }",
        "if (a) x = 1",
        "x = )",
        "f(a))",
        "f(a b",
        "x = \"a\"",
        "# a (",
        "/* c */",
        "}",
        "{",
        "x = (1 + * ",
        "f(a\nb = 3",
        "x = é (",
    ];
    for text in incomplete {
        assert!(is_incomplete(text), "{text:?} can go on");
    }
    for text in complete.into_iter().filter(|t| !["X[2:,"].contains(t)) {
        assert!(!is_incomplete(text), "{text:?} cannot be mended by more");
    }
}
