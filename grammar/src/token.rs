//! Text to tokens: the lexis of DML.
//!
//! White space, line ends (LF or CRLF), `# comments` and `/* comments */` separate tokens and are dropped; a token only
//! remembers whether it is the first of its line. Identifiers may contain dots (`as.scalar`). A string may span lines.
//! An integer that does not fit 64 bits and a double that rounds to infinity are errors, not approximations.

use crate::{Diagnostic, FileId, Span, code};
use logos::{FilterResult, Lexer, Logos};

/// A token and its place in bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token<'a> {
    pub kind: Kind<'a>,
    pub start: u32,
    pub end: u32,
    /// Only white space and comments stand before it on its line.
    pub first_of_line: bool,
    /// Set by [`crate::roles`]: a statement begins here.
    pub starts_statement: bool,
}

impl Token<'_> {
    pub fn span(&self, file: FileId) -> Span {
        Span { file, start: self.start, end: self.end }
    }

    /// Stands for something that was reported already: no further error is made of it.
    pub fn is_repair(&self) -> bool {
        self.kind == Kind::Error || self.start == self.end
    }
}

/// What a token is. The lexer makes those with a pattern; [`crate::roles`] makes `CallOpen`, `IndexOpen`,
/// `MultiAssignOpen`, `PrefixMinus` and `PrefixPlus` of the brackets and signs it finds, and the statements `Break`, `Next`
/// and `Leave` of words.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
#[logos(skip r"[ \t\r\n\f]+", error = LexError, extras = Strings)]
#[logos(skip(r"#[^\n]*", allow_greedy = true))]
pub enum Kind<'a> {
    #[regex(r"[A-Za-z_][A-Za-z0-9_.]*")]
    Name(&'a str),
    #[regex(r"\$[A-Za-z_][A-Za-z0-9_]*", |lex| &lex.slice()[1..])]
    #[regex(r"\$[0-9]+", |lex| &lex.slice()[1..])]
    CommandLine(&'a str),
    #[regex(r"[0-9]+[lL]?", int)]
    Int(i64),
    #[regex(r"[0-9]+\.[0-9]*([eE][+-]?[0-9]+)?", double)]
    #[regex(r"\.[0-9]+([eE][+-]?[0-9]+)?", double)]
    #[regex(r"[0-9]+[eE][+-]?[0-9]+", double)]
    Double(f64),
    /// With its quotes and escapes, see [`unescape`].
    #[token("\"", string)]
    #[token("'", string)]
    String(&'a str),
    #[token("TRUE")]
    True,
    #[token("FALSE")]
    False,

    #[token("if")]
    If,
    #[token("else")]
    Else,
    #[token("while")]
    While,
    #[token("for")]
    For,
    #[token("parfor")]
    ParFor,
    #[token("in")]
    In,
    #[token("function")]
    Function,
    #[token("externalFunction")]
    ExternalFunction,
    #[token("return")]
    Return,
    #[token("source")]
    Source,
    #[token("setwd")]
    SetWd,
    #[token("as")]
    As,

    #[token("=")]
    Assign,
    #[token("<-")]
    Arrow,
    #[token("+=")]
    PlusAssign,
    /// Between the parameter and the value of a function without a name.
    #[token("->")]
    Gives,
    #[token("^")]
    Power,
    #[token("%*%")]
    MatMul,
    #[token("%/%")]
    IntDivide,
    #[token("%%")]
    Modulus,
    #[token("*")]
    Multiply,
    #[token("/")]
    Divide,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("<")]
    Less,
    #[token("<=")]
    LessEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterEqual,
    #[token("==")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("!")]
    Not,
    #[token("&")]
    And,
    #[token("&&")]
    AndAnd,
    #[token("|")]
    Or,
    #[token("||")]
    OrOr,

    #[token("(")]
    ParenOpen,
    #[token(")")]
    ParenClose,
    #[token("[")]
    BracketOpen,
    #[token("]")]
    BracketClose,
    #[token("{")]
    BraceOpen,
    #[token("}")]
    BraceClose,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token("::")]
    ColonColon,

    /// `::` that no name of a function follows: a range without an end, before its step.
    Colons,
    /// `(` after a name.
    CallOpen,
    /// `[` after an operand.
    IndexOpen,
    /// `[` of `[a, b] = f(x)`.
    MultiAssignOpen,
    /// `-` and `+` where no operand stands before them.
    PrefixMinus,
    PrefixPlus,
    /// `break` as a statement: elsewhere it is a name.
    Break,
    /// Likewise `next` and `continue`.
    Next,
    /// `return` as a statement, and the `(` after it.
    Leave,
    LeaveOpen,

    /// Stands for text that was reported already.
    Error,
    #[token("/*", comment)]
    Comment,
    /// Operators of other languages: see [`MISSPELLED`].
    #[token("<>")]
    #[token("**")]
    Foreign,
}

/// Spellings of other languages, what is meant by them, and how it is written here.
const MISSPELLED: [(&str, &[Kind<'static>], &str); 10] = [
    ("true", &[Kind::True], "TRUE"),
    ("True", &[Kind::True], "TRUE"),
    ("false", &[Kind::False], "FALSE"),
    ("False", &[Kind::False], "FALSE"),
    ("<>", &[Kind::NotEqual], "!="),
    ("**", &[Kind::Power], "^"),
    ("elif", &[Kind::Else, Kind::If], "else if"),
    ("elseif", &[Kind::Else, Kind::If], "else if"),
    ("elsif", &[Kind::Else, Kind::If], "else if"),
    ("elsIf", &[Kind::Else, Kind::If], "else if"),
];

/// How strings end: by default at their closing quote, wherever that is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strings {
    /// A string ends with its line at the latest.
    single_line: bool,
    saw_multi_line: bool,
    saw_unclosed: bool,
}

/// Why a piece of text is no token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LexError {
    #[default]
    Character,
    String,
    Comment,
    Int,
    Double,
}

/// The tokens of a text; what is not a token is reported, and an [`Kind::Error`] token stands for it.
pub fn tokenize<'a>(file: FileId, text: &'a str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Token<'a>> {
    let before = diagnostics.len();
    lex(file, text, Strings::default(), diagnostics).unwrap_or_else(|| {
        // A string that never ends, after one that spans lines: the earlier one is the likely culprit.
        // Read again with every string ending on its line, which finds it.
        diagnostics.truncate(before);
        lex(file, text, Strings { single_line: true, ..Strings::default() }, diagnostics).unwrap_or_default()
    })
}

/// `None` where a string is unclosed and the blame may lie on an earlier one.
fn lex<'a>(file: FileId, text: &'a str, mode: Strings, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Token<'a>>> {
    let mut lexer = Kind::lexer_with_extras(text, mode);
    if text.starts_with('\u{feff}') {
        lexer.bump('\u{feff}'.len_utf8());
    }
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    let mut end = 0;
    while let Some(lexeme) = lexer.next() {
        let range = lexer.span();
        let first_of_line = tokens.is_empty() || text[end..range.start].contains('\n');
        end = range.end;
        let (start, stop) = (range.start as u32, range.end as u32);
        let token = |kind| Token { kind, start, end: stop, first_of_line, starts_statement: false };
        match lexeme {
            Ok(kind @ (Kind::Name(_) | Kind::Foreign)) => match meant(lexer.slice(), lexer.remainder()) {
                Some((kinds, correct)) => {
                    diagnostics.push(misspelled(Span::new(file, range.start, range.end), lexer.slice(), correct));
                    tokens.extend(kinds.iter().map(|k| token(*k)));
                }
                None => tokens.push(token(kind)),
            },
            Ok(kind) => tokens.push(token(kind)),
            Err(LexError::String) if !lexer.extras.single_line && lexer.extras.saw_multi_line => return None,
            Err(LexError::Character) if tokens.last().is_some_and(|t| continues_junk(t, range.start)) => {
                widen_junk(&mut tokens, range.end, text, diagnostics);
            }
            // The unclosed string that made us read again is reported; what follows from it is not.
            Err(LexError::String) if mode.single_line && lexer.extras.saw_unclosed => tokens.push(token(Kind::Error)),
            Err(error) => {
                lexer.extras.saw_unclosed |= error == LexError::String;
                // From here on an unclosed string cannot swallow the rest of the file again and again.
                lexer.extras.single_line |= error == LexError::String;
                tokens.push(token(Kind::Error));
                let mut found = report(error, Span::new(file, range.start, range.end), lexer.slice());
                if error == LexError::String && is_transpose(text, range.start) {
                    found.help = Some("the transpose is written `t(X)`".to_string());
                }
                diagnostics.push(found);
            }
        }
    }
    Some(tokens)
}

/// What a misspelled word or operator stands for. `elif` is one only before a condition.
fn meant(word: &str, after: &str) -> Option<(&'static [Kind<'static>], &'static str)> {
    let (_, kinds, correct) = MISSPELLED.iter().find(|(wrong, ..)| *wrong == word)?;
    (kinds.len() == 1 || after.trim_start().starts_with('(')).then_some((*kinds, *correct))
}

fn misspelled(span: Span, word: &str, correct: &str) -> Diagnostic {
    Diagnostic::error(code::MISSPELLED, format!("`{word}` is written `{correct}`"))
        .at(span, format!("write `{correct}`"))
        .help(format!("did you mean `{correct}`?"))
}

fn continues_junk(last: &Token, start: usize) -> bool {
    last.kind == Kind::Error && last.end as usize == start
}

/// A run of characters that belong to no token is one error.
fn widen_junk(tokens: &mut [Token], end: usize, text: &str, diagnostics: &mut [Diagnostic]) {
    if let (Some(token), Some(diagnostic)) = (tokens.last_mut(), diagnostics.last_mut()) {
        token.end = end as u32;
        if diagnostic.code == code::CHARACTER && end - (token.start as usize) < 200 {
            diagnostic.labels[0].span.end = end as u32;
            diagnostic.message = unexpected_text(&text[token.start as usize..end]);
        }
    }
}

fn unexpected_text(text: &str) -> String {
    let shown: String = text.chars().take(20).flat_map(char::escape_debug).collect();
    let plural = if text.chars().nth(1).is_none() { "character" } else { "characters" };
    format!("unexpected {plural} `{shown}`")
}

/// A `'` right after what can be transposed.
fn is_transpose(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    text[at..].starts_with('\'') && before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ')' | ']'))
}

fn report(error: LexError, span: Span, text: &str) -> Diagnostic {
    match error {
        LexError::Character => {
            let help = match text.chars().next() {
                Some('“' | '”' | '„' | '‘' | '’') => "strings stand between plain quotes: \" or '",
                Some('−' | '–' | '—') => "minus is the plain `-`",
                Some('\u{a0}') => "this is a no-break space; write a plain one",
                Some('@') => "the matrix product is `%*%`",
                Some('%') => "the operators with a percent sign are `%*%`, `%/%` and `%%`",
                Some('?') => "there is no `? :`; write ifelse(condition, a, b)",
                Some('$') => "`$` begins a command-line argument: `$name` or `$1`",
                _ => "outside of strings and comments a script has only ASCII letters, digits and operators",
            };
            Diagnostic::error(code::CHARACTER, unexpected_text(text)).at(span, "not part of the language").help(help)
        }
        LexError::String => Diagnostic::error(code::UNTERMINATED, "this string is never closed")
            .at(span, "it begins here")
            .help(format!("close it with {}", if text.starts_with('"') { "\"" } else { "'" })),
        LexError::Comment => {
            let opener = Span { end: span.start + 2, ..span };
            Diagnostic::error(code::UNTERMINATED, "this comment is never closed")
                .at(opener, "it begins here")
                .help("close it with `*/`")
        }
        LexError::Int => Diagnostic::error(code::NUMBER, "this integer does not fit 64 bits")
            .at(span, format!("larger than {}", i64::MAX))
            .help("write it as a double, with a decimal point or an exponent"),
        LexError::Double => Diagnostic::error(code::NUMBER, "this number is too large for a double")
            .at(span, "larger than 1.7976931348623157e308")
            .help("infinity is written `Inf`"),
    }
}

fn int<'a>(lexer: &mut Lexer<'a, Kind<'a>>) -> Result<i64, LexError> {
    lexer.slice().trim_end_matches(['l', 'L']).parse().map_err(|_| LexError::Int)
}

fn double<'a>(lexer: &mut Lexer<'a, Kind<'a>>) -> Result<f64, LexError> {
    lexer.slice().parse().ok().filter(|v: &f64| v.is_finite()).ok_or(LexError::Double)
}

/// Consumes up to the closing quote; if there is none, up to the end of the line.
fn string<'a>(lexer: &mut Lexer<'a, Kind<'a>>) -> Result<&'a str, LexError> {
    let quote = lexer.slice().as_bytes()[0];
    let single_line = lexer.extras.single_line;
    let rest = lexer.remainder().as_bytes();
    let mut at = 0;
    let ends = |at: usize| at >= rest.len() || (single_line && rest[at] == b'\n');
    while !ends(at) && rest[at] != quote {
        // An escape takes the next byte along, but never the end of the line that bounds the string.
        at += if rest[at] == b'\\' && !ends(at + 1) { 2 } else { 1 };
    }
    if ends(at) {
        lexer.bump(rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()));
        return Err(LexError::String);
    }
    lexer.extras.saw_multi_line |= rest[..at].contains(&b'\n');
    lexer.bump(at + 1);
    Ok(lexer.slice())
}

fn comment<'a>(lexer: &mut Lexer<'a, Kind<'a>>) -> FilterResult<(), LexError> {
    match lexer.remainder().find("*/") {
        Some(at) => {
            lexer.bump(at + 2);
            FilterResult::Skip
        }
        None => {
            lexer.bump(lexer.remainder().len());
            FilterResult::Error(LexError::Comment)
        }
    }
}

/// The value of a string literal; an `Err` carries the offset and length of an escape that does not exist.
pub fn unescape(literal: &str) -> Result<String, (usize, usize)> {
    let body = &literal[1..literal.len() - 1];
    let mut value = String::with_capacity(body.len());
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        value.push(match c {
            '\\' => match chars.next() {
                Some((_, 'b')) => '\u{8}',
                Some((_, 't')) => '\t',
                Some((_, 'n')) => '\n',
                Some((_, 'f')) => '\u{c}',
                Some((_, 'r')) => '\r',
                Some((_, c @ ('"' | '\'' | '\\'))) => c,
                other => return Err((1 + at, 1 + other.map_or(0, |(_, c)| c.len_utf8()))),
            },
            c => c,
        });
    }
    Ok(value)
}
