//! Says what was expected where the parser could not go on, in words rather than in terminals of the grammar.

use crate::parser::{Failure, dangles};
use crate::token::{Kind, Token};
use crate::{Diagnostic, FileId, Span, code};

/// Groups of terminals and the noun for them. A group counts as expected if its first terminal is; the groups are in the
/// order of mention, and the first that applies hides what it includes.
const NOUNS: [(&str, &str); 16] = [
    ("int", "an expression"),
    ("\"*\"", "an operator"),
    ("\"(\"", "`(`"),
    ("\")\"", "`)`"),
    ("\"]\"", "`]`"),
    ("\",\"", "`,`"),
    ("\"in\"", "`in`"),
    ("\"as\"", "`as`"),
    ("\"{\"", "`{`"),
    ("\"return\"", "`return`"),
    ("\"call (\"", "`(`"),
    ("\"=\"", "`=`"),
    ("\"::\"", "`::`"),
    ("string", "a string"),
    ("\"else\"", "`else`"),
    ("\"}\"", "`}`"),
];

/// The error for an unexpected token or end of the text.
pub fn unexpected(file: FileId, text: &str, tokens: &[Token], failure: &Failure) -> Diagnostic {
    let at = if dangles(tokens, failure.at) { failure.at - 1 } else { failure.at };
    let found = tokens.get(at);
    let previous = at.checked_sub(1).and_then(|i| tokens.get(i));
    let expects =
        |terminal: &str| at != failure.at && terminal == "int" || failure.expected.iter().any(|e| e == terminal);

    let wanted = if at != failure.at {
        "an expression".to_string()
    } else if expects("\"if\"") {
        let operator = if expects("\"*\"") { "an operator or " } else { "" };
        format!("{operator}a statement")
    } else if expects("name") && !expects("int") {
        "a name".to_string()
    } else {
        nouns(&expects)
    };
    let after = match previous {
        Some(token) if wanted != "a statement" && !wanted.starts_with("an operator") => {
            format!(" after `{}`", spelled(text, token))
        }
        _ => String::new(),
    };
    // On the line of what is incomplete, not on that of an innocent next statement.
    let place = match (found, previous) {
        (Some(found), Some(previous)) if found.first_of_line => previous.span(file),
        (None, Some(previous)) => previous.span(file),
        (Some(found), _) => found.span(file),
        (None, None) => Span::new(file, 0, 0),
    };
    let described = found.map_or("the end of the text".to_string(), |token| format!("`{}`", spelled(text, token)));
    let message = match found.map(|t| t.kind) {
        Some(Kind::Else) if expects("\"if\"") || expects("\"*\"") => "this `else` belongs to no `if`".to_string(),
        _ => format!("expected {wanted}{after}, found {described}"),
    };
    let mut error = Diagnostic::error(code::UNEXPECTED, message).at(place, format!("expected {wanted}"));
    error.help = help(text, previous, found, tokens.get(at + 1), &expects);
    error
}

/// At most four nouns for what the parser can go on with.
fn nouns(expects: &dyn Fn(&str) -> bool) -> String {
    let mut words: Vec<&str> = vec![];
    for (terminal, noun) in NOUNS {
        // Where an expression can begin or go on, brackets only repeat it.
        let repeats = matches!(noun, "`(`") && (expects("int") || expects("\"*\""));
        if expects(terminal) && !repeats && !words.contains(&noun) {
            words.push(noun);
        }
    }
    words.truncate(4);
    match words.split_last() {
        None => "something else".to_string(),
        Some((last, [])) => last.to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// The text of a token, cut short.
fn spelled(text: &str, token: &Token) -> String {
    let written = &text[token.start as usize..token.end as usize];
    let short: String = written.chars().take(24).flat_map(char::escape_debug).collect();
    let short = short.replace("\\\"", "\"").replace("\\'", "'");
    if written.chars().count() > 24 { format!("{short}…") } else { short }
}

/// A way out of what people write most often.
fn help(
    text: &str,
    previous: Option<&Token>,
    found: Option<&Token>,
    next: Option<&Token>,
    expects: &dyn Fn(&str) -> bool,
) -> Option<String> {
    use Kind::*;
    let found_text = found.map(|t| spelled(text, t)).unwrap_or_default();
    let help = match (previous.map(|t| t.kind), found.map(|t| t.kind)) {
        (Some(If), _) => "write `if (condition) {...}`",
        (Some(While), _) => "write `while (condition) {...}`",
        (Some(For | ParFor), _) => "write `for (i in 1:n) {...}`",
        (_, Some(Assign | Arrow | Colon)) if expects("\"in\"") => "write `for (i in 1:n) {...}`",
        (Some(Multiply | Divide | Minus | Power | Modulus | IntDivide), Some(Assign)) => {
            "only `+=` joins an operator with an assignment: write `x = x * y`"
        }
        (Some(Greater | Less), Some(Assign | Greater | Less)) => "the comparisons are `<`, `<=`, `>`, `>=`, `==`, `!=`",
        (Some(Assign), Some(Assign)) => "to compare write `==` without a space",
        (Some(Assign | Arrow), Some(Assign | Arrow | If | While | For)) if found_text == "if" => {
            "`if` is a statement without a value; write `ifelse(condition, a, b)`, or assign in both branches"
        }
        (_, Some(Function)) => "a function is defined as `f = function(matrix[double] X) return (double s) {...}`",
        (_, Some(Return)) if expects("\"if\"") => {
            "there is no `return` statement: name the results in the head, `function(...) return (double s) {...}`, and assign them"
        }
        (_, Some(Else)) if expects("\"if\"") => "an `else` follows the block or the statement of its `if`",
        (Some(ParenClose), Some(Minus | Arrow)) if next.is_some_and(|t| t.kind == Greater) => {
            "results are declared with `return (...)`"
        }
        (_, Some(Name(_))) if expects("\"{\"") && expects("\"return\"") => {
            "results are declared with `return (...)`; the body stands in braces"
        }
        (_, Some(_)) if expects("\",\"") && expects("\"*\"") && found.is_some_and(begins_expression) => {
            "is a comma or an operator missing?"
        }
        (Some(ColonColon), _) | (_, Some(ColonColon)) => "a function of a sourced file is called as `ns::f(x)`",
        (_, Some(If | Else | While | For | ParFor | In | Return | Source | SetWd | As | ExternalFunction))
            if expects("name") =>
        {
            return Some(format!("`{found_text}` is a word of the language and cannot be a name"));
        }
        _ => return None,
    };
    Some(help.to_string())
}

fn begins_expression(token: &Token) -> bool {
    use Kind::*;
    matches!(
        token.kind,
        Name(_) | CommandLine(_) | Int(_) | Double(_) | String(_) | True | False | ParenOpen | BracketOpen
    )
}
