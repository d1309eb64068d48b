//! Says what was expected where the parser could not go on, in words rather than in terminals of the grammar.

use crate::brackets::ends_operand;
use crate::parser::{Failure, dangles};
use crate::token::{Kind, Token};
use crate::{Diagnostic, FileId, Span, code};

/// Terminals and the nouns for them, in the order of mention. The parser has often reduced what stands before the unexpected
/// token, so operators are not among them.
const NOUNS: [(&str, &str); 10] = [
    ("\"(\"", "`(`"),
    ("\"call (\"", "`(`"),
    ("\"in\"", "`in`"),
    ("\"as\"", "`as`"),
    ("\"return\"", "`return`"),
    ("\"{\"", "`{`"),
    ("\",\"", "`,`"),
    ("\")\"", "`)`"),
    ("\"]\"", "`]`"),
    ("string", "a string"),
];

/// The error for an unexpected token or end of the text.
pub fn unexpected(file: FileId, text: &str, tokens: &[Token], failure: &Failure) -> Diagnostic {
    let dangling = dangles(tokens, failure.at);
    let at = failure.at - usize::from(dangling);
    let (found, next) = (tokens.get(at), tokens.get(at + 1));
    let previous = at.checked_sub(1).and_then(|i| tokens.get(i));
    let expects = |terminal: &str| !dangling && failure.expected.iter().any(|e| e == terminal);

    let place = place(file, previous, found);
    let found_text = found.map_or("the end of the text".to_string(), |t| format!("`{}`", spelled(text, t)));
    let after = previous.map_or(String::new(), |t| format!(" after `{}`", spelled(text, t)));
    let after_operand = previous.is_some_and(|t| ends_operand(t.kind));
    let (message, label) = match found.map(|t| t.kind) {
        Some(Kind::Else) if expects("\"if\"") => ("this `else` belongs to no `if`".into(), "no `if` before it".into()),
        Some(_) if expects("\"if\"") && after_operand => {
            (format!("unexpected {found_text}"), "neither goes on with the expression nor begins a statement".into())
        }
        _ => {
            let wanted = match () {
                _ if dangling => "an expression".to_string(),
                _ if expects("\"if\"") => "a statement".to_string(),
                _ if expects("int") => "an expression".to_string(),
                _ if expects("name") => "a name".to_string(),
                _ => nouns(&expects),
            };
            (format!("expected {wanted}{after}, found {found_text}"), format!("expected {wanted}"))
        }
    };
    let mut error = Diagnostic::error(code::UNEXPECTED, message).at(place, label);
    let kinds = (previous.map(|t| t.kind), found.map(|t| t.kind), next.map(|t| t.kind));
    let ends_line = next.is_none_or(|t| t.first_of_line);
    let first = tokens[..at.min(tokens.len())].iter().rfind(|t| t.first_of_line);
    error.help = match first.map(|t| spelled(text, t)).as_deref() {
        Some("def" | "func" | "fun" | "sub") => Some(FUNCTION.to_string()),
        _ => help(kinds, &found_text, ends_line, &expects),
    };
    error
}

/// On the line of what is incomplete, not on that of an innocent next statement.
fn place(file: FileId, previous: Option<&Token>, found: Option<&Token>) -> Span {
    match (found, previous) {
        (Some(found), Some(previous)) if found.first_of_line => previous.span(file),
        (Some(found), _) => found.span(file),
        (None, Some(previous)) => previous.span(file),
        (None, None) => Span::new(file, 0, 0),
    }
}

fn nouns(expects: &dyn Fn(&str) -> bool) -> String {
    let mut words: Vec<&str> = vec![];
    for (_, noun) in NOUNS.iter().filter(|(terminal, _)| expects(terminal)) {
        if !words.contains(noun) {
            words.push(noun);
        }
    }
    match words.split_last() {
        None => "something else".to_string(),
        Some((last, [])) => last.to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

const FUNCTION: &str = "a function is defined as `f = function(matrix[double] X) return (double s) {...}`";

/// The text of a token, cut short.
fn spelled(text: &str, token: &Token) -> String {
    let written = &text[token.start as usize..token.end as usize];
    let short: String = written.chars().map(|c| if c.is_control() { ' ' } else { c }).take(24).collect();
    if short.len() < written.len() { format!("{short}…") } else { short }
}

/// The kinds of the token before an unexpected one, of that one, and of the one after it.
type Kinds<'a> = (Option<Kind<'a>>, Option<Kind<'a>>, Option<Kind<'a>>);

/// A way out of what people write most often.
fn help(kinds: Kinds, found: &str, ends_line: bool, expects: &dyn Fn(&str) -> bool) -> Option<String> {
    use Kind::*;
    let at_statement = expects("\"if\"");
    let help = match kinds {
        (Some(If), ..) => "write `if (condition) {...}`",
        (Some(While), ..) => "write `while (condition) {...}`",
        (Some(For | ParFor), ..) => "write `for (i in 1:n) {...}`",
        _ if expects("\"in\"") => "write `for (i in 1:n) {...}`",
        (_, Some(Function), _) => FUNCTION,
        (_, Some(Else), _) if at_statement => "an `else` follows the block or the statement of its `if`",
        (_, Some(Colon), Some(Assign)) => "an assignment is written `=` or `<-`",
        (Some(ParenClose | Else), Some(Colon), _) if ends_line => "a block stands in braces: `{...}`",
        (_, Some(Colon), _) if at_statement || expects("\")\"") || expects("\"]\"") => {
            "a range `a:b` stands only in an index and in a `for`; for a vector write `seq(a, b)`"
        }
        (_, Some(Comma), _) if at_statement => "several results are assigned in brackets: `[a, b] = f(x)`",
        (_, Some(Assign | Arrow | PlusAssign), _) if at_statement => {
            "an assignment has one target and no value: write `y = 3` and `x = y` apart; to compare write `==`"
        }
        (Some(ParenClose), Some(Gives), _) => "a function without a name is written `x -> ...`, without parentheses",
        (_, Some(Gives), _) => {
            "`x -> ...` stands only within `map` and `apply`; a function has a name: `f = function(...) ...`"
        }
        (_, Some(Divide), Some(Divide)) if at_statement => "a comment begins with `#`",
        (Some(Divide), Some(Divide), _) => "the whole part of a quotient is `x %/% y`; a comment begins with `#`",
        (Some(Name(_)), Some(CommandLine(_)), _) => "the value of a name in a list is `L[\"name\"]`",
        (Some(Minus | PrefixMinus), Some(Assign), _) => {
            "only `+=` joins an operator with an assignment: write `x = x - y`"
        }
        (Some(Multiply | Divide | Power | Modulus | IntDivide), Some(Assign), _) => {
            "only `+=` joins an operator with an assignment: write `x = x * y`"
        }
        (Some(Assign | Less | Greater | Not), Some(Assign | Less | Greater), _) => {
            "the comparisons are `<`, `<=`, `>`, `>=`, `==` and `!=`"
        }
        (Some(Assign | Arrow), Some(If), _) => {
            "an `if` has no value: write `ifelse(condition, a, b)`, or assign in both branches"
        }
        (Some(ParenClose), Some(Name(_)), _) if expects("\"{\"") => {
            "results are declared with `return (...)`, and the body stands in braces"
        }
        (_, Some(Assign), _) if expects("\")\"") => "to compare write `==`",
        (_, Some(kind), _) if expects("\",\"") && begins_expression(kind) => "is a comma or an operator missing?",
        (Some(ColonColon), ..) | (_, Some(ColonColon), _) => "a function of a sourced file is called as `ns::f(x)`",
        (_, None, _) if expects("\"call (\"") => "a function of a sourced file is called as `ns::f(x)`",
        (_, Some(If | Else | While | For | ParFor | In | Return | Source | SetWd | As | ExternalFunction), _)
            if expects("name") =>
        {
            return Some(format!("{found} is a word of the language and cannot be a name"));
        }
        _ => return None,
    };
    Some(help.to_string())
}

fn begins_expression(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, Name(_) | CommandLine(_) | Int(_) | Double(_) | String(_) | True | False | ParenOpen | BracketOpen)
}
