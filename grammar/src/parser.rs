//! Tokens to a tree, and on through errors: the first error that the parser meets is reported, the least of the text around
//! it is replaced by an `error` token, which the grammar takes for an expression or a statement, and the text is parsed again.
//!
//! Within `( )` and `[ ]` one item between commas is replaced, then all of them, then the statement; elsewhere the head of
//! the statement up to its block, or the statement up to where the next one seems to begin.

use crate::ast::Script;
use crate::grammar::ScriptParser;
use crate::message;
use crate::token::{Kind, Token};
use crate::tree::Builder;
use crate::{Diagnostic, FileId, MAX_ERRORS};
use lalrpop_util::ParseError;
use std::convert::Infallible;
use std::ops::Range;

/// Parses balanced tokens with their roles, and reports every error.
pub fn parse<'a>(file: FileId, text: &'a str, mut tokens: Vec<Token<'a>>, diagnostics: &mut Vec<Diagnostic>) -> Script {
    for _ in 0..2 * MAX_ERRORS {
        let mut builder = Builder::new(file, text);
        match attempt(&tokens, &mut builder) {
            Ok(script) => {
                diagnostics.append(&mut builder.diagnostics);
                return script;
            }
            Err(failure) => {
                let near_repair = [failure.at.checked_sub(1), Some(failure.at)];
                if !near_repair.into_iter().flatten().any(|i| tokens.get(i).is_some_and(Token::is_repair)) {
                    diagnostics.push(message::unexpected(file, text, &tokens, &failure));
                }
                if diagnostics.len() > MAX_ERRORS {
                    break;
                }
                repair(&mut tokens, failure.at);
            }
        }
    }
    Script::default()
}

/// Where the parser could not go on.
pub struct Failure {
    /// Index of the unexpected token; the number of tokens at the end of the text.
    pub at: usize,
    /// Names of the terminals of the grammar that can stand here.
    pub expected: Vec<String>,
}

/// Parses once.
pub fn attempt<'a>(tokens: &[Token<'a>], builder: &mut Builder<'a>) -> Result<Script, Failure> {
    let mut read = 0;
    let input = tokens.iter().map(|t| {
        read += 1;
        Ok::<_, Infallible>((t.start, t.kind, t.end))
    });
    ScriptParser::new().parse(builder, input).map_err(|error| match error {
        ParseError::UnrecognizedToken { expected, .. } => Failure { at: read - 1, expected },
        ParseError::UnrecognizedEof { expected, .. } => Failure { at: tokens.len(), expected },
        _ => Failure { at: read.saturating_sub(1), expected: vec![] },
    })
}

/// Replaces the text around an unexpected token by an `error` token.
fn repair(tokens: &mut Vec<Token<'_>>, at: usize) {
    let range = innermost_open(tokens, at).and_then(|open| item(tokens, open, at)).unwrap_or_else(|| {
        let outer = outermost_parenthesis(tokens, at).unwrap_or(at);
        statement(tokens, outer, at)
    });
    let place = tokens.get(range.start).or(tokens.last()).map_or(0, |t| t.start);
    let mut error = crate::brackets::inserted(Kind::Error, place);
    if let [first, .., last] | [first @ last] = &tokens[range.clone()] {
        error = Token { kind: Kind::Error, end: last.end, ..*first };
    }
    tokens.splice(range, [error]);
}

/// The innermost `(` or `[` around a token; `None` if a brace is nearer.
fn innermost_open(tokens: &[Token], at: usize) -> Option<usize> {
    enclosing(tokens, at).pop().filter(|open| tokens[*open].kind != Kind::BraceOpen)
}

/// The outermost `(` or `[` around a token within its block.
fn outermost_parenthesis(tokens: &[Token], at: usize) -> Option<usize> {
    let open = enclosing(tokens, at);
    open.into_iter().rev().take_while(|o| tokens[*o].kind != Kind::BraceOpen).last()
}

/// The brackets that are open before a token, outermost first.
fn enclosing(tokens: &[Token], at: usize) -> Vec<usize> {
    let mut open = vec![];
    for (i, token) in tokens[..at].iter().enumerate() {
        match nesting(token.kind) {
            1 => open.push(i),
            -1 => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// 1 for an opening bracket, -1 for a closing one.
fn nesting(kind: Kind) -> i32 {
    use Kind::*;
    match kind {
        ParenOpen | CallOpen | BracketOpen | IndexOpen | MultiAssignOpen | BraceOpen => 1,
        ParenClose | BracketClose | BraceClose => -1,
        _ => 0,
    }
}

/// The item around a token in the brackets opened at `open`; all items if that one is an `error` already.
fn item(tokens: &[Token], open: usize, at: usize) -> Option<Range<usize>> {
    let (mut depth, mut start, mut end) = (0, open + 1, None);
    let mut close = open + 1;
    for (i, token) in tokens.iter().enumerate().skip(open + 1) {
        depth += nesting(token.kind);
        close = i;
        if depth < 0 {
            break;
        }
        if depth == 0 && token.kind == Kind::Comma {
            if i < at {
                start = i + 1;
            } else {
                end.get_or_insert(i);
            }
        }
    }
    let item = start..end.unwrap_or(close).max(start);
    let all = open + 1..close;
    [item, all].into_iter().find(|range| !is_error(&tokens[range.clone()]))
}

fn is_error(tokens: &[Token]) -> bool {
    matches!(tokens, [Token { kind: Kind::Error, .. }])
}

/// What to replace of the statement around token `at`, where `from` is `at` or the parenthesis around it.
fn statement(tokens: &[Token], from: usize, at: usize) -> Range<usize> {
    if tokens.get(at).is_some_and(|t| t.kind == Kind::Else) {
        return at..at + 1;
    }
    if dangles(tokens, at) {
        return at - 1..at - 1;
    }
    let block = enclosing(tokens, from).pop().map_or(0, |open| open + 1);
    let mut depth = 0;
    let mut starts = vec![];
    for (i, token) in tokens.iter().enumerate().take(from + 1).skip(block) {
        if depth == 0 && token.starts_statement {
            starts.push(i);
        }
        depth += nesting(token.kind);
    }
    let mut start = starts.pop().unwrap_or(from);
    let end = statement_end(tokens, from.max(start + 1));
    // Replaced before, and still in the way: take more.
    while end - start <= 1 && tokens.get(start).is_some_and(|t| t.kind == Kind::Error) && start > block {
        start = starts.pop().unwrap_or(block);
    }
    let head_word =
        tokens.get(start).is_some_and(|t| matches!(t.kind, Kind::If | Kind::While | Kind::For | Kind::ParFor));
    let before_block = tokens.get(end).is_some_and(|t| t.kind == Kind::BraceOpen);
    if head_word && before_block && !is_error(&tokens[start + 1..end]) {
        return start + 1..end;
    }
    start..end
}

/// An operator at the end of a line, and a statement on the next: the parser only fails at that statement's `=`.
pub fn dangles(tokens: &[Token], at: usize) -> bool {
    let assigns = |kind| matches!(kind, Kind::Assign | Kind::Arrow | Kind::PlusAssign);
    at >= 2
        && tokens.get(at).is_some_and(|t| assigns(t.kind))
        && matches!(tokens[at - 1].kind, Kind::Name(_))
        && tokens[at - 1].first_of_line
        && (assigns(tokens[at - 2].kind) || crate::roles::is_operator(tokens[at - 2].kind))
}

/// The end of a broken statement: a block, a `;`, the end of the block around it, or a line that begins like a statement.
fn statement_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(from) {
        let boundary = matches!(token.kind, Kind::BraceOpen | Kind::BraceClose | Kind::Semicolon);
        if depth == 0 && (boundary || (token.first_of_line && looks_like_statement(tokens, i))) {
            return i;
        }
        depth += nesting(token.kind);
        if depth < 0 {
            depth = 0;
        }
    }
    tokens.len()
}

fn looks_like_statement(tokens: &[Token], at: usize) -> bool {
    use Kind::*;
    let next = tokens.get(at + 1).map(|t| t.kind);
    match tokens[at].kind {
        If | While | For | ParFor | Source | SetWd | MultiAssignOpen => true,
        Name(_) => matches!(next, Some(Assign | Arrow | PlusAssign | CallOpen | IndexOpen | ColonColon)),
        _ => false,
    }
}
