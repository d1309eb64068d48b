//! No text makes the parser panic or hang, and every error has a place within the text.

use lac_grammar::{FileId, MAX_ERRORS, is_incomplete, parse};
use proptest::prelude::*;

const PIECES: [&str; 69] = [
    "a",
    "b",
    "f",
    "X",
    "1",
    "2.5",
    "'s'",
    "\"t\"",
    "TRUE",
    "$x",
    "if",
    "else",
    "while",
    "for",
    "parfor",
    "in",
    "function",
    "return",
    "break",
    "next\n",
    "return (",
    "source",
    "setwd",
    "as",
    "externalFunction",
    "=",
    "<-",
    "+=",
    "^",
    "%*%",
    "%/%",
    "%%",
    "*",
    "/",
    "+",
    "-",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "!=",
    "!",
    "&",
    "&&",
    "|",
    "||",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ":",
    "::",
    "\n",
    "\n",
    "é",
    "@",
    "'",
    "\"",
    "/*",
    "\\",
    "elif",
    "true",
    "if (a) {",
    "f = function(int a) {",
];

fn survives(text: &str) {
    let parsed = parse(FileId(0), text);
    assert!(parsed.diagnostics.len() <= MAX_ERRORS);
    for diagnostic in &parsed.diagnostics {
        assert!(!diagnostic.labels.is_empty(), "{diagnostic}");
        for label in &diagnostic.labels {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            assert!(text.get(start..end).is_some(), "{diagnostic}: {start}..{end} of {text:?}");
        }
    }
    let error = format!("{:?}", parsed.script).contains("kind: Error");
    assert!(!error || parsed.has_errors(), "an error node without an error: {text:?}");
    is_incomplete(text);
    // What was read without an error can be printed and read again.
    if !parsed.has_errors() {
        let printed = parsed.script.to_string();
        let again = parse(FileId(0), &printed);
        assert!(again.diagnostics.is_empty(), "{text:?} -> {printed:?}: {:?}", again.diagnostics);
        assert_eq!(again.script.to_string(), printed, "{text:?}");
        crate::format::formatted(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        survives(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_tokens(picks in proptest::collection::vec((0..PIECES.len(), any::<bool>()), 0..80)) {
        let text: String = picks.iter().map(|(i, space)| PIECES[*i].to_string() + if *space { " " } else { "" }).collect();
        survives(&text);
    }

    /// A real script with one token lost, doubled or replaced.
    #[test]
    fn any_slip(script in 0..crate::scripts::ALL.len(), at in any::<prop::sample::Index>(), piece in 0..PIECES.len(), keep in any::<bool>()) {
        let text = crate::scripts::ALL[script];
        let mut words: Vec<&str> = text.split_inclusive([' ', '(', ')', '[', ']', '{', '}', ',', '\n']).collect();
        let i = at.index(words.len());
        if keep { words.insert(i, PIECES[piece]) } else { words[i] = PIECES[piece] }
        survives(&words.concat());
    }
}

#[test]
fn long_bad_texts_end_soon() {
    for piece in
        ["(", ")", "[)", "{(", "\\\"", "'", "x = (\n", "a[", "]=", "else ", "é", "f(a b) ", "if x { ", "} ", "1 2 "]
    {
        survives(&piece.repeat(200_000 / piece.len()));
    }
}
