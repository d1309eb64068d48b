//! `lac fmt`: a script in the one style, with all its comments.
//!
//! A formatted script has the tokens of the original, each written as it was, with other white space between them. So a
//! form of the language that this module has never heard of is at worst spaced badly. What it decides:
//!
//! * a statement a line, two spaces a level, `{` at the end of a line and `}` at the beginning of one;
//! * a `;` goes, unless the next line would be read as a part of its statement (it begins with a sign or a bracket);
//! * spaces round operators, but for `:` and signs, and not round the `=` of a named argument;
//! * a line ends before column [`WIDTH`] if it can: breaks come after commas and operators, the outermost first;
//! * a branch or loop body without braces stays on the line it was on, or goes one level deeper on its own;
//! * one blank line of several stays, none at the edges of a block;
//! * a comment stays on its line, after the same token. It may be longer than a line.
//!
//! Line breaks within a statement are made anew, so formatting twice changes nothing.

mod fill;
mod lines;
mod pieces;
mod space;

use crate::token::{self, Kind, Token};
use crate::{Diagnostic, FileId, Span, code, parse, with_roles};

/// Lines are at most so many characters long, if they can be broken.
pub const WIDTH: usize = 100;

/// A script in the one style.
///
/// # Errors
/// The syntax errors of the script: it is left alone.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(file, text);
    if parsed.has_errors() {
        return Err(parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect());
    }
    let tokens = tokens(file, text);
    let formatted = fill::write(&lines::split(pieces::attach(text, &tokens)));
    // Whatever goes wrong above, no user loses a token to it.
    let again = parse(file, &formatted);
    let same = !again.has_errors()
        && again.script.to_string() == parsed.script.to_string()
        && words(text, &tokens) == words(&formatted, &self::tokens(file, &formatted));
    if same {
        return Ok(formatted);
    }
    let error = Diagnostic::error(code::FORMAT, "this script cannot be formatted without changing it");
    Err(vec![error.at(Span::new(file, 0, 0), "it is left as it is").help("this is a defect of lac: please report it")])
}

/// The tokens of a text without errors.
fn tokens(file: FileId, text: &str) -> Vec<Token<'_>> {
    with_roles(file, token::tokenize(file, text, &mut vec![]), &mut vec![]).unwrap_or_default()
}

/// Tokens and comments in order, but for semicolons and white space at the ends of lines.
fn words(text: &str, tokens: &[Token]) -> Vec<String> {
    let mut words = vec![];
    let mut end = 0;
    for token in tokens {
        words.extend(pieces::comments(text, end, token.start as usize).map(|c| c.text));
        end = token.end as usize;
        if token.kind != Kind::Semicolon {
            words.push(text[token.start as usize..end].to_string());
        }
    }
    words.extend(pieces::comments(text, end, text.len()).map(|c| c.text));
    words
}
