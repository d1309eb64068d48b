//! The front of `lac`: text to syntax tree, or to errors a user understands.
//!
//! The language is DML: R-like scripts of linear algebra. [`parse`] reads a script in four passes: `token` (text to tokens),
//! `brackets` (partners for brackets), `roles` (what `[`, `(` and `-` mean where they stand), and the LALRPOP grammar
//! `dml.lalrpop`. Each of them reports its errors and repairs the tokens, so that the next one can go on: all errors of a file
//! are found at once. A tree's `Display` writes it back as DML.
//!
//! This crate knows no names, no types of expressions, no operators beyond their syntax, and no files.
//!
//! ```
//! use lac_grammar::{FileId, parse};
//!
//! let parsed = parse(FileId(0), "y = X %*% b + 1\nprint(sum(y^2))");
//! assert!(parsed.diagnostics.is_empty());
//! assert_eq!(parsed.script.statements.len(), 2);
//!
//! let parsed = parse(FileId(0), "y = (1 + \nz = 3 *");
//! assert_eq!(parsed.diagnostics[0].message, "this `(` is never closed");
//! ```
#![forbid(unsafe_code)]

pub mod ast;
mod brackets;
pub mod code;
pub mod diagnostic;
mod format;
mod message;
mod parser;
mod print;
mod roles;
mod token;
mod tree;

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, unused)]
    grammar,
    "/dml.rs"
);

pub use diagnostic::{Diagnostic, FileId, Label, Severity, Span};
pub use format::{WIDTH, format};

use ast::{Expr, Script, StmtKind};
use token::Token;

/// How deep a syntax tree can be: brackets, operators and indexes of one expression, and the words `if`, `while` and `for`
/// around a statement each count one level. So a walk of the tree may recurse (parsing, printing, comparing and dropping such
/// a tree take less than the 2 MiB of stack of a test thread), and a sum has at most about this many terms.
pub const MAX_DEPTH: usize = 1000;

/// After so many errors the rest of a file is not looked at.
pub const MAX_ERRORS: usize = 50;

/// What became of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The tree. If `diagnostics` holds an error it may lack statements and hold [`ast::ExprKind::Error`].
    pub script: Script,
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a script or a REPL entry: statements, function definitions, and expressions as statements.
pub fn parse(file: FileId, text: &str) -> Parsed {
    let mut diagnostics = vec![];
    if u32::try_from(text.len()).is_err() {
        let error = Diagnostic::error(code::TOO_LONG, "this script is longer than 4 GiB");
        return Parsed {
            diagnostics: vec![error.at(Span::new(file, 0, 0), "a script of this size cannot be read")],
            ..Parsed::default()
        };
    }
    let tokens = token::tokenize(file, text, &mut diagnostics);
    let script = match with_roles(file, tokens, &mut diagnostics) {
        Ok(tokens) => parser::parse(file, text, tokens, &mut diagnostics),
        Err(error) => return Parsed { diagnostics: vec![error], ..Parsed::default() },
    };
    diagnostics.sort_by_key(|d| d.labels.first().map(|l| l.span.start));
    diagnostics.truncate(MAX_ERRORS);
    Parsed { script, diagnostics }
}

fn with_roles<'a>(
    file: FileId,
    tokens: Vec<Token<'a>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Token<'a>>, Diagnostic> {
    let places: Vec<Span> = tokens.iter().map(|t| t.span(file)).collect();
    let mut tokens = brackets::balance(file, tokens, diagnostics).map_err(|at| too_deep(places[at]))?;
    roles::assign(&mut tokens).map_err(|at| too_deep(tokens[at].span(file)))?;
    Ok(tokens)
}

fn too_deep(place: Span) -> Diagnostic {
    Diagnostic::error(code::TOO_DEEP, format!("nested more than {MAX_DEPTH} levels deep"))
        .at(place, "one level too many")
        .help("brackets and the operators of one expression count; compute parts of it in statements of their own")
}

/// Parses a text that is one expression and nothing else.
///
/// # Errors
/// The syntax errors, or that there is no expression or more than one.
pub fn parse_expr(file: FileId, text: &str) -> Result<Expr, Vec<Diagnostic>> {
    let Parsed { script, diagnostics } = parse(file, text);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    if let ([stmt], []) = (&script.statements[..], &script.functions[..])
        && let StmtKind::Expr(value) = &stmt.kind
    {
        return Ok(value.clone());
    }
    let whole = Span::new(file, 0, text.len());
    Err(vec![Diagnostic::error(code::UNEXPECTED, "expected one expression").at(whole, "not one expression")])
}

/// Whether a text is the beginning of a script that could go on: a bracket, a string or a comment is open, or the last
/// operator lacks its operand. Then a REPL asks for another line.
pub fn is_incomplete(text: &str) -> bool {
    let file = FileId::default();
    let mut diagnostics = vec![];
    let tokens = token::tokenize(file, text, &mut diagnostics);
    let written = tokens.len();
    if let [error] = &diagnostics[..] {
        return error.code == code::UNTERMINATED;
    }
    let Ok(mut tokens) = with_roles(file, tokens, &mut diagnostics) else { return false };
    // What was inserted at the end of the text is what the user has not written yet.
    while tokens.len() > written && tokens.last().is_some_and(|t| t.start == t.end) {
        tokens.pop();
    }
    let mut builder = tree::Builder::new(file, text);
    matches!(parser::attempt(&tokens, &mut builder), Err(failure) if failure.at == tokens.len())
}
