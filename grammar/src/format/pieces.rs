//! Tokens with the comments around them.

use crate::token::{Kind, Token};

/// A comment and its place in the text.
pub struct Comment {
    pub start: usize,
    pub end: usize,
    /// Without white space at the ends of its lines.
    pub text: String,
}

/// A token, the comments that belong to it, and how it stood to what was before it.
pub struct Piece<'a> {
    pub token: Token<'a>,
    /// As it is written, after the comments that stood before it on its line.
    pub text: String,
    pub has_prefix: bool,
    /// Comments on lines of their own before it.
    pub above: Vec<Above>,
    /// Comments after it, up to the end of its line.
    pub trailing: Vec<String>,
    pub blank_before: bool,
    /// It was not on the line of the token before.
    pub new_line: bool,
}

/// A comment on a line of its own.
pub struct Above {
    pub text: String,
    pub blank_before: bool,
}

/// All of a text: its tokens, and the comments after the last of them.
pub struct Pieces<'a> {
    pub pieces: Vec<Piece<'a>>,
    pub below: Vec<Above>,
}

/// The comments between two tokens: nothing else stands there but white space and semicolons.
pub fn comments(text: &str, from: usize, to: usize) -> impl Iterator<Item = Comment> {
    let mut at = from;
    std::iter::from_fn(move || {
        let start = at + text[at..to].find(['#', '/'])?;
        let length = match text.as_bytes()[start] {
            b'#' => text[start..to].find('\n'),
            _ => text[start + 2..to].find("*/").map(|i| i + 4),
        };
        let end = length.map_or(to, |n| start + n);
        at = end;
        let lines: Vec<&str> = text[start..end].lines().map(str::trim_end).collect();
        Some(Comment { start, end, text: lines.join("\n") })
    })
}

/// Gives every comment to a token. Semicolons that separate nothing are left out.
pub fn attach<'a>(text: &str, tokens: &[Token<'a>]) -> Pieces<'a> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(tokens.len());
    let mut end = 0;
    for token in kept(tokens) {
        let (start, stop) = (token.start as usize, token.end as usize);
        let mut gap = Gap::new(text, end, start);
        let prefix = gap.prefix();
        if let Some(last) = pieces.last_mut() {
            last.trailing = gap.trailing();
        }
        let (above, blank_before) = gap.above();
        let has_prefix = !prefix.is_empty();
        let mut written = prefix.join(" ");
        if has_prefix {
            written.push(' ');
        }
        written.push_str(&text[start..stop]);
        let new_line = text[end..start].contains('\n');
        pieces.push(Piece { token, text: written, has_prefix, above, trailing: vec![], blank_before, new_line });
        end = stop;
    }
    let mut gap = Gap::new(text, end, text.len());
    if let Some(last) = pieces.last_mut() {
        last.trailing = gap.trailing();
    }
    Pieces { pieces, below: gap.above().0 }
}

/// Without the semicolons at which a new line does as well.
fn kept<'a>(tokens: &[Token<'a>]) -> impl Iterator<Item = Token<'a>> {
    let mut open = vec![];
    tokens
        .iter()
        .enumerate()
        .filter(move |(i, token)| {
            match token.kind {
                Kind::ParenOpen | Kind::CallOpen | Kind::BracketOpen | Kind::IndexOpen | Kind::MultiAssignOpen => {
                    open.push(false);
                }
                Kind::BraceOpen => open.push(true),
                Kind::ParenClose | Kind::BracketClose | Kind::BraceClose => drop(open.pop()),
                _ => {}
            }
            let in_block = *open.last().unwrap_or(&true);
            let before = tokens[..*i].last().map(|t| t.kind);
            let after = tokens.get(i + 1).map(|t| t.kind);
            !(token.kind == Kind::Semicolon && in_block && (nothing_before(before) || ends_by_itself(after)))
        })
        .map(|(_, token)| *token)
}

fn nothing_before(kind: Option<Kind>) -> bool {
    matches!(kind, None | Some(Kind::BraceOpen | Kind::BraceClose | Kind::Semicolon))
}

/// What comes next cannot be read as a part of the statement before it.
fn ends_by_itself(kind: Option<Kind>) -> bool {
    use Kind::*;
    match kind {
        None => true,
        Some(kind) => matches!(
            kind,
            Name(_) | CommandLine(_) | If | While | For | ParFor | Source | SetWd | BraceClose | Semicolon
        ),
    }
}

/// What stands between two tokens.
struct Gap<'t> {
    text: &'t str,
    from: usize,
    to: usize,
    comments: std::collections::VecDeque<Comment>,
}

impl<'t> Gap<'t> {
    fn new(text: &'t str, from: usize, to: usize) -> Gap<'t> {
        Gap { text, from, to, comments: comments(text, from, to).collect() }
    }

    /// The comments that end on the line on which the next token begins.
    fn prefix(&mut self) -> Vec<String> {
        let mut found = vec![];
        while let Some(comment) = self.comments.pop_back_if(|c| !self.text[c.end..self.to].contains('\n')) {
            self.to = comment.start;
            found.insert(0, comment.text);
        }
        found
    }

    /// The comments that begin on the line on which the last token ends.
    fn trailing(&mut self) -> Vec<String> {
        let mut found = vec![];
        while let Some(comment) = self.comments.pop_front_if(|c| !self.text[self.from..c.start].contains('\n')) {
            self.from = comment.end;
            found.push(comment.text);
        }
        found
    }

    /// The other ones, and whether a blank line stands before the next token.
    fn above(self) -> (Vec<Above>, bool) {
        let mut end = self.from;
        let mut found = vec![];
        for comment in self.comments {
            found.push(Above { blank_before: blank(&self.text[end..comment.start]), text: comment.text });
            end = comment.end;
        }
        (found, blank(&self.text[end..self.to]))
    }
}

fn blank(gap: &str) -> bool {
    gap.bytes().filter(|b| *b == b'\n').count() > 1
}
