//! Gives every bracket its partner, so that everything after this pass sees balanced ones.
//!
//! A bracket that is never closed is reported at its opener and closed where the text stops to look like its inside: before a
//! word that only begins statements, or before the first line that begins with an operand after a line that ended with one.
//! A closing bracket without an opener is reported, and an `error` token stands for it.

use crate::token::{Kind, Token};
use crate::{Diagnostic, FileId, MAX_DEPTH, MAX_ERRORS, code};

/// Balances the brackets. What it inserts has no width.
///
/// # Errors
/// The index of the token at which brackets are nested more than [`MAX_DEPTH`] deep.
pub fn balance<'a>(
    file: FileId,
    tokens: Vec<Token<'a>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Token<'a>>, usize> {
    let mut pass = Balance { file, out: Vec::with_capacity(tokens.len() + 8), open: vec![], braces: 0, diagnostics };
    for (at, token) in tokens.into_iter().enumerate() {
        pass.token(token);
        if pass.open.len() > MAX_DEPTH {
            return Err(at);
        }
        if pass.diagnostics.len() > MAX_ERRORS {
            break;
        }
    }
    pass.close_down_to(0, None);
    Ok(pass.out)
}

/// Whether a token can be the last of an expression.
pub fn ends_operand(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Name(_) | CommandLine(_) | Int(_) | Double(_) | String(_) | True | False | ParenClose | BracketClose | Error
    )
}

/// Whether a token can be the first of an expression and never continues one.
fn begins_operand(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, Name(_) | CommandLine(_) | Int(_) | Double(_) | String(_) | True | False)
}

/// Words and brackets that never stand within `( )` or `[ ]`.
fn only_in_blocks(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, If | Else | While | For | ParFor | Return | Source | SetWd | BraceOpen | Function)
}

struct Open {
    /// Its index in the output.
    at: usize,
    kind: Kind<'static>,
    /// Where in the output its inside seems to end: see the module's documentation.
    seam: Option<usize>,
}

struct Balance<'a, 'd> {
    file: FileId,
    out: Vec<Token<'a>>,
    open: Vec<Open>,
    /// How many of `open` are braces.
    braces: usize,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'a> Balance<'a, '_> {
    fn token(&mut self, token: Token<'a>) {
        if only_in_blocks(token.kind) {
            let block = self.open.iter().rposition(|o| o.kind == Kind::BraceOpen).map_or(0, |i| i + 1);
            self.close_down_to(block, Some(token));
        }
        if matches!(token.kind, Kind::Comma | Kind::ParenClose) {
            self.drop_semicolons();
        }
        let previous = self.out.last().copied();
        match token.kind {
            Kind::ParenOpen => self.push(token, Kind::ParenOpen),
            Kind::BracketOpen => self.push(token, Kind::BracketOpen),
            Kind::BraceOpen => self.push(token, Kind::BraceOpen),
            Kind::ParenClose => self.close(token, Kind::ParenOpen),
            Kind::BracketClose => self.close(token, Kind::BracketOpen),
            Kind::BraceClose => self.close(token, Kind::BraceOpen),
            _ => {
                let seam = token.first_of_line
                    && begins_operand(token.kind)
                    && previous.is_some_and(|p| ends_operand(p.kind))
                    && self.open.last().is_some_and(|o| o.kind != Kind::BraceOpen);
                if let (true, Some(open)) = (seam, self.open.last_mut()) {
                    open.seam.get_or_insert(self.out.len());
                }
                self.out.push(token);
            }
        }
    }

    /// In `f(g(x);)` a semicolon ends a call, nothing else.
    fn drop_semicolons(&mut self) {
        let inside = self.open.last().is_some_and(|o| o.kind == Kind::ParenOpen);
        let calls =
            self.out.iter().rev().find(|t| t.kind != Kind::Semicolon).is_some_and(|t| t.kind == Kind::ParenClose);
        while inside && calls && self.out.last().is_some_and(|t| t.kind == Kind::Semicolon) {
            self.out.pop();
        }
    }

    fn push(&mut self, token: Token<'a>, kind: Kind<'static>) {
        self.braces += usize::from(kind == Kind::BraceOpen);
        self.open.push(Open { at: self.out.len(), kind, seam: None });
        self.out.push(token);
    }

    /// A closing bracket whose partner is an `opener`.
    fn close(&mut self, token: Token<'a>, opener: Kind<'static>) {
        let Some(top) = self.open.last() else { return self.stray(token) };
        if top.kind != opener {
            let partner = self
                .open
                .iter()
                .rposition(|o| o.kind == opener || (o.kind == Kind::BraceOpen && opener != Kind::BraceOpen))
                .filter(|i| self.open[*i].kind == opener && (opener != Kind::BraceOpen || self.braces > 0));
            match partner {
                Some(i) => self.close_down_to(i + 1, Some(token)),
                None if top.kind == Kind::BraceOpen || opener == Kind::BraceOpen => return self.stray(token),
                None => return self.wrong_closer(token),
            }
        }
        self.pop(token);
    }

    fn pop(&mut self, token: Token<'a>) {
        if let Some(open) = self.open.pop() {
            self.braces -= usize::from(open.kind == Kind::BraceOpen);
            self.out.push(token);
        }
    }

    /// Closes the unclosed brackets from the innermost down to `depth`, with one error for all of them.
    fn close_down_to(&mut self, depth: usize, before: Option<Token<'a>>) {
        let Some(innermost) = self.open.last().filter(|_| self.open.len() > depth) else { return };
        let mut error = Diagnostic::error(code::BRACKET, format!("this `{}` is never closed", spell(innermost.kind)));
        error = error.at(self.out[innermost.at].span(self.file), "opened here");
        if let Some(outer) = self.open[depth..self.open.len() - 1].last() {
            error = error.at(self.out[outer.at].span(self.file), "and this one");
        }
        let found = innermost.seam.map(|seam| self.out[seam]).or(before);
        let missing = spell(closer(innermost.kind));
        error = match found {
            Some(token) => error.at(token.span(self.file), format!("expected `{missing}` before this")),
            None => error.help(format!("add a `{missing}`")),
        };
        self.diagnostics.push(error);
        let mut seam = None;
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            self.braces -= usize::from(open.kind == Kind::BraceOpen);
            let at = open.seam.into_iter().chain(seam).min().unwrap_or(self.out.len());
            let place = self.out.get(at).map_or(self.out.last().map_or(0, |t| t.end), |t| t.start);
            self.out.insert(at, inserted(closer(open.kind), place));
            seam = Some(at + 1);
        }
    }

    fn stray(&mut self, token: Token<'a>) {
        let error = Diagnostic::error(code::BRACKET, format!("this `{}` closes nothing", spell(token.kind)));
        self.diagnostics.push(error.at(token.span(self.file), "no bracket is open for it").help("remove it"));
        self.out.push(Token { kind: Kind::Error, ..token });
    }

    fn wrong_closer(&mut self, token: Token<'a>) {
        let Some(open) = self.open.last() else { return };
        let (opener, right) = (spell(open.kind), spell(closer(open.kind)));
        let error = Diagnostic::error(code::BRACKET, format!("this `{opener}` is closed by `{}`", spell(token.kind)));
        let error = error.at(token.span(self.file), format!("expected `{right}`"));
        self.diagnostics.push(error.at(self.out[open.at].span(self.file), "opened here"));
        self.pop(Token { kind: closer(self.open[self.open.len() - 1].kind), ..token });
    }
}

/// A token that the text lacks.
pub fn inserted(kind: Kind<'_>, place: u32) -> Token<'_> {
    Token { kind, start: place, end: place, first_of_line: false, starts_statement: false }
}

fn closer(open: Kind<'static>) -> Kind<'static> {
    match open {
        Kind::ParenOpen => Kind::ParenClose,
        Kind::BracketOpen => Kind::BracketClose,
        _ => Kind::BraceClose,
    }
}

fn spell(bracket: Kind) -> &'static str {
    match bracket {
        Kind::ParenOpen => "(",
        Kind::ParenClose => ")",
        Kind::BracketOpen => "[",
        Kind::BracketClose => "]",
        Kind::BraceOpen => "{",
        _ => "}",
    }
}
