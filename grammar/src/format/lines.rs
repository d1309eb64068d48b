//! Tokens to lines: where statements begin, and how deep.

use super::pieces::{Above, Piece, Pieces};
use super::space::{self, Bracket, Reluctance};
use crate::token::Kind;

/// A statement, or a part of one up to a `{`. It may take several lines of text.
pub struct Line {
    /// In levels.
    pub indent: usize,
    pub above: Vec<Above>,
    pub blank_before: bool,
    pub atoms: Vec<Atom>,
}

/// What is never broken.
pub struct Atom {
    pub text: String,
    pub space_before: bool,
    /// How reluctantly a line is broken before it, and how many brackets of its line are open then.
    pub breaks: Option<Reluctance>,
    pub open: usize,
    /// It is a `{`.
    pub opens_block: bool,
    /// Comments before it on lines of their own.
    pub above: Vec<Above>,
    pub trailing: Vec<String>,
}

/// Splits a text without syntax errors.
pub fn split(all: Pieces) -> Vec<Line> {
    let mut splitter = Splitter {
        lines: vec![],
        frames: vec![Frame { bracket: Bracket::Block, ends: After::Nothing, indent: 0, heads: vec![], depth: 0 }],
        after: After::Nothing,
        expected: After::Nothing,
        last: None,
    };
    for piece in all.pieces {
        splitter.piece(piece);
    }
    let mut lines = splitter.lines;
    if !all.below.is_empty() {
        lines.push(Line { indent: 0, above: all.below, blank_before: false, atoms: vec![] });
    }
    lines
}

/// A bracket that is open, or the text as a whole.
struct Frame {
    bracket: Bracket,
    /// What it ends when it is closed.
    ends: After,
    /// Of the statements in a block.
    indent: usize,
    /// The words before the statement at hand that it belongs to: `if`, `for`, `else`.
    heads: Vec<Head>,
    /// For [`space::reluctance`].
    depth: Reluctance,
}

/// A word that a statement follows.
#[derive(Clone, Copy)]
struct Head {
    is_if: bool,
    /// Of its line.
    indent: usize,
}

/// What the last token ended.
#[derive(Clone, Copy, PartialEq)]
enum After {
    Nothing,
    /// `if (..)`, `for (..)`
    Head,
    Else,
    /// `function(..)`, `return (..)`
    Signature,
}

struct Splitter<'a> {
    lines: Vec<Line>,
    frames: Vec<Frame>,
    after: After,
    /// What the parentheses that follow will end.
    expected: After,
    /// The last token, and whether a comment follows it on its line.
    last: Option<(Kind<'a>, bool)>,
}

impl<'a> Splitter<'a> {
    fn piece(&mut self, piece: Piece<'a>) {
        let kind = piece.token.kind;
        let commented = !piece.above.is_empty() || self.last.is_some_and(|(_, trailing)| trailing);
        match self.line_before(&piece, kind, commented) {
            Some(indent) => self.begin(piece, kind, indent),
            None => self.go_on(piece, kind),
        }
        self.after = self.step(kind);
    }

    /// The indentation of the line that begins with a token, if one does.
    fn line_before(&mut self, piece: &Piece, kind: Kind<'a>, commented: bool) -> Option<usize> {
        let previous = self.last.map(|(kind, _)| kind);
        let split = piece.new_line || commented;
        if kind == Kind::BraceClose {
            let empty = previous == Some(Kind::BraceOpen) && !commented && !piece.has_prefix;
            return (!empty).then(|| self.frames[self.frames.len() - 1].indent.saturating_sub(1));
        }
        if kind == Kind::Else {
            let head = self.matching_if();
            let follows = if previous == Some(Kind::BraceClose) { commented } else { split };
            return follows.then_some(head);
        }
        let block = self.block();
        match self.after {
            After::Head | After::Else if kind != Kind::BraceOpen => {
                let chained = self.after == After::Else && kind == Kind::If && !commented;
                let indent = self.frames[block].heads.last().map_or(0, |h| h.indent);
                (split && !chained).then_some(indent + 1)
            }
            After::Signature => None,
            _ if piece.token.starts_statement => {
                self.frames[block].heads.clear();
                Some(self.frames[block].indent)
            }
            _ => None,
        }
    }

    /// The innermost block.
    fn block(&self) -> usize {
        self.frames.iter().rposition(|f| f.bracket == Bracket::Block).unwrap_or(0)
    }

    /// The indentation of the `if` that an `else` belongs to; the `else` takes its place.
    fn matching_if(&mut self) -> usize {
        let block = self.block();
        let heads = &mut self.frames[block].heads;
        while let Some(head) = heads.pop() {
            if head.is_if {
                heads.push(Head { is_if: false, ..head });
                return head.indent;
            }
        }
        self.frames[block].indent
    }

    fn begin(&mut self, piece: Piece<'a>, kind: Kind<'a>, indent: usize) {
        let opened = matches!(self.last, None | Some((Kind::BraceOpen, _)));
        let mut above = piece.above;
        let mut blank_before = piece.blank_before && kind != Kind::BraceClose && kind != Kind::Else;
        match above.first_mut() {
            Some(first) => first.blank_before &= !opened,
            None => blank_before &= !opened,
        }
        if kind == Kind::BraceClose && !above.is_empty() {
            // They belong to the block.
            let above = std::mem::take(&mut above);
            self.lines.push(Line { indent: indent + 1, above, blank_before: false, atoms: vec![] });
        }
        let opens_block = kind == Kind::BraceOpen;
        self.last = Some((kind, !piece.trailing.is_empty()));
        let atom = Atom {
            text: piece.text,
            space_before: false,
            breaks: None,
            open: 0,
            opens_block,
            above: vec![],
            trailing: piece.trailing,
        };
        self.lines.push(Line { indent, above, blank_before, atoms: vec![atom] });
    }

    fn go_on(&mut self, piece: Piece<'a>, kind: Kind<'a>) {
        let Some((left, _)) = self.last else { return self.begin(piece, kind, 0) };
        let frame = &self.frames[self.frames.len() - 1];
        let opening = matches!(left, Kind::ParenOpen | Kind::CallOpen | Kind::BracketOpen | Kind::IndexOpen);
        let space_before = space::between(left, kind, frame.bracket) || piece.has_prefix && !opening;
        let breaks = space::reluctance(left, kind, frame.bracket, frame.depth)
            .filter(|_| !matches!(kind, Kind::ParenClose | Kind::BracketClose));
        let open = self.frames.len() - 1 - self.block();
        self.last = Some((kind, !piece.trailing.is_empty()));
        let atom = Atom {
            text: piece.text,
            space_before,
            breaks,
            open,
            opens_block: kind == Kind::BraceOpen,
            above: piece.above,
            trailing: piece.trailing,
        };
        if let Some(line) = self.lines.last_mut() {
            line.atoms.push(atom);
        }
    }

    /// Opens and closes brackets, and says what a token ended.
    fn step(&mut self, kind: Kind) -> After {
        use Kind::*;
        let expected = std::mem::replace(&mut self.expected, After::Nothing);
        match kind {
            If | While | For | ParFor => {
                let indent = self.indent();
                let block = self.block();
                self.frames[block].heads.push(Head { is_if: kind == If, indent });
                self.expected = After::Head;
            }
            Function => self.expected = After::Signature,
            Return if self.after == After::Signature => self.expected = After::Signature,
            Else => return After::Else,
            BraceOpen => self.open(Bracket::Block, After::Nothing),
            CallOpen => self.open(Bracket::Arguments, After::Nothing),
            IndexOpen => self.open(Bracket::Index, After::Nothing),
            BracketOpen | MultiAssignOpen => self.open(Bracket::Other, After::Nothing),
            ParenOpen if expected == After::Head => self.open(Bracket::Arguments, expected),
            ParenOpen => self.open(Bracket::Other, expected),
            ParenClose | BracketClose | BraceClose if self.frames.len() > 1 => {
                return self.frames.pop().map_or(After::Nothing, |frame| frame.ends);
            }
            _ => {}
        }
        After::Nothing
    }

    /// Of the line at hand.
    fn indent(&self) -> usize {
        self.lines.last().map_or(0, |line| line.indent)
    }

    fn open(&mut self, bracket: Bracket, ends: After) {
        let (indent, depth) = match bracket {
            Bracket::Block => (self.indent() + 1, 0),
            _ => (0, self.frames.last().map_or(0, |f| f.depth) + space::depth(bracket)),
        };
        self.frames.push(Frame { bracket, ends, indent, heads: vec![], depth });
    }
}
