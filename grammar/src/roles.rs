//! What the same character means in different places: the one pass between the lexer and the parser.
//!
//! Statements end without a mark: neither `;` nor a line end is needed between them. So `b [c, d]` is an index, but in
//!
//! ```text
//! a = b
//! [c, d] = f(x)
//! ```
//!
//! a second statement begins at the `[`, which only the `=` far behind its partner tells. No LR(1) grammar can look that far;
//! this pass can, since it knows the partners of brackets. It turns
//!
//! * `[` into `MultiAssignOpen` if its partner is followed by `=` or `<-` and it does not index an assignment's target
//!   (a name, and perhaps further indexes, with which a statement begins), else into `IndexOpen` after an operand;
//! * `(` into `CallOpen` after a name;
//! * `::` in an index into `Colons` where it does not stand between a namespace and a function's name and `(`: `X[a::2, ]`;
//! * `-` and `+` into `PrefixMinus` and `PrefixPlus` where no operand stands before them;
//! * the names `break`, `next` and `continue` into `Break` and `Next` where they are a whole statement: one that the line, the
//!   block or a `;` ends. They are no reserved words, so that `next = 3` stays an assignment;
//! * `return` into `Leave` where it is a statement, not the part of a function's head that names its results, and the `(` after
//!   that into `LeaveOpen`.
//!
//! It also marks where statements begin (for error recovery) and bounds the depth of the tree to come: brackets, operators of
//! one expression, and statements that are nested without braces each count one level.

use crate::MAX_DEPTH;
use crate::brackets::ends_operand;
use crate::token::{Kind, Token};

/// Rewrites the kinds of balanced tokens in place.
///
/// # Errors
/// The index of the token at which the tree would be deeper than [`MAX_DEPTH`].
pub fn assign(tokens: &mut [Token]) -> Result<(), usize> {
    let partners = partners(tokens);
    let mut pass = Roles { frames: vec![Frame::block()], depth: 0, previous: Previous::Nothing };
    for at in 0..tokens.len() {
        let opens_targets = tokens[at].kind == Kind::BracketOpen
            && tokens.get(partners[at] + 1).is_some_and(|t| matches!(t.kind, Kind::Assign | Kind::Arrow));
        let next = tokens.get(at + 1).copied();
        if tokens[at].kind == Kind::ColonColon && pass.frame().index && !joins_namespace(tokens, at) {
            tokens[at].kind = Kind::Colons;
        }
        pass.token(&mut tokens[at], next, opens_targets);
        if pass.depth > MAX_DEPTH {
            return Err(at);
        }
    }
    Ok(())
}

/// `ns::f(`.
fn joins_namespace(tokens: &[Token], at: usize) -> bool {
    let kind = |at: usize| tokens.get(at).map(|t| t.kind);
    let name = |at| matches!(kind(at), Some(Kind::Name(_)));
    at > 0 && name(at - 1) && name(at + 1) && kind(at + 2) == Some(Kind::ParenOpen)
}

/// For an opening bracket the index of its closing one.
fn partners(tokens: &[Token]) -> Vec<usize> {
    let mut partners = vec![usize::MAX - 1; tokens.len()];
    let mut open = vec![];
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::ParenOpen | Kind::BracketOpen | Kind::BraceOpen => open.push(at),
            Kind::ParenClose | Kind::BracketClose | Kind::BraceClose => {
                if let Some(opener) = open.pop() {
                    partners[opener] = at;
                }
            }
            _ => {}
        }
    }
    partners
}

/// What stands before a token, as far as its role depends on it.
#[derive(Clone, Copy, PartialEq)]
enum Previous {
    /// A statement may begin here and no expression can go on: `{`, `}`, `;`, the start of the text.
    Nothing,
    /// Likewise, but the statement is a part of the one before: after `else` and after `if (..)`.
    Head,
    /// `if`, `while` and the like: parentheses must follow, and end a head.
    Keyword,
    /// `function`: its parameters follow.
    Function,
    /// The parameters of a function: `return` goes on with its head.
    Parameters,
    /// `return` as a statement.
    Leave,
    /// An expression may end here, and so may a statement.
    Operand,
    /// The same, and a `(` makes it a call.
    Name,
    /// An operator, a comma or the like: an operand must follow.
    Operator,
}

/// An open bracket, or the script as a whole.
struct Frame {
    /// Statements stand in it: a block or the script.
    block: bool,
    /// The parentheses after `if`, `while`, `for`: an operand does not end at its `)`.
    head: bool,
    /// Likewise after `function`.
    parameters: bool,
    /// The brackets of an index.
    index: bool,
    /// Levels counted since the last statement or comma.
    height: usize,
    /// The statement so far is a name with indexes: what may be assigned to.
    target: bool,
}

impl Frame {
    fn block() -> Self {
        Frame { block: true, index: false, head: false, parameters: false, height: 0, target: false }
    }
}

struct Roles {
    frames: Vec<Frame>,
    depth: usize,
    previous: Previous,
}

impl Roles {
    fn token(&mut self, token: &mut Token, next: Option<Token>, opens_targets: bool) {
        use Kind::*;
        let after_operand = matches!(self.previous, Previous::Operand | Previous::Name);
        let head_word = matches!(token.kind, If | While | For | ParFor);
        let may_begin = self.may_begin(after_operand);
        match token.kind {
            Name(word) if may_begin && ends_statement(next) => token.kind = jump(word).unwrap_or(token.kind),
            Return if self.previous != Previous::Parameters => token.kind = Leave,
            ParenOpen if self.previous == Previous::Leave => token.kind = LeaveOpen,
            Minus if !after_operand => token.kind = PrefixMinus,
            Plus if !after_operand => token.kind = PrefixPlus,
            ParenOpen if self.previous == Previous::Name => token.kind = CallOpen,
            BracketOpen => token.kind = self.bracket(after_operand, opens_targets),
            _ => {}
        }
        if may_begin && begins_statement(token.kind) {
            self.begin(token);
        }
        if !matches!(token.kind, IndexOpen | BracketClose) && !token.starts_statement {
            self.frame().target = false;
        }
        match token.kind {
            ParenOpen | CallOpen | LeaveOpen | BracketOpen | IndexOpen | MultiAssignOpen | BraceOpen => {
                self.open(token.kind)
            }
            ParenClose | BracketClose | BraceClose => return self.close(token.kind),
            Comma | Semicolon => self.reset(),
            kind if head_word || is_operator(kind) => self.deepen(),
            _ => {}
        }
        self.previous = match token.kind {
            Name(_) => Previous::Name,
            kind if ends_operand(kind) => Previous::Operand,
            BraceOpen | Semicolon => Previous::Nothing,
            Else => Previous::Head,
            If | While | For | ParFor | Return => Previous::Keyword,
            Function | ExternalFunction => Previous::Function,
            Leave => Previous::Leave,
            Break | Next => Previous::Nothing,
            _ => Previous::Operator,
        };
    }

    fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn bracket(&mut self, after_operand: bool, opens_targets: bool) -> Kind<'static> {
        let frame = self.frame();
        let indexes_target = after_operand && frame.target;
        if opens_targets
            && frame.block
            && !indexes_target
            && !matches!(self.previous, Previous::Operator | Previous::Keyword | Previous::Function)
        {
            Kind::MultiAssignOpen
        } else if after_operand {
            Kind::IndexOpen
        } else {
            Kind::BracketOpen
        }
    }

    fn may_begin(&mut self, after_operand: bool) -> bool {
        self.frame().block
            && (after_operand
                || matches!(self.previous, Previous::Nothing | Previous::Head | Previous::Parameters | Previous::Leave))
    }

    fn begin(&mut self, token: &mut Token) {
        token.starts_statement = true;
        if !matches!(self.previous, Previous::Head | Previous::Parameters) {
            self.reset();
        }
        self.frame().target = matches!(token.kind, Kind::Name(_));
    }

    fn open(&mut self, kind: Kind) {
        let head = kind == Kind::ParenOpen && self.previous == Previous::Keyword;
        self.frames.push(Frame {
            block: kind == Kind::BraceOpen,
            index: kind == Kind::IndexOpen,
            head,
            parameters: kind == Kind::ParenOpen && self.previous == Previous::Function,
            height: 1,
            target: false,
        });
        self.depth += 1;
    }

    fn close(&mut self, kind: Kind) {
        let Frame { head, parameters, index, height, .. } = *self.frame();
        self.depth -= height;
        self.frames.pop();
        if self.frames.is_empty() {
            self.frames.push(Frame::block());
        }
        if index {
            // What follows indexes, or calculates with, one node more.
            self.deepen();
        }
        self.previous = match kind {
            Kind::BraceClose => Previous::Nothing,
            _ if parameters => Previous::Parameters,
            _ if head => Previous::Head,
            _ => Previous::Operand,
        };
    }

    fn deepen(&mut self) {
        self.frame().height += 1;
        self.depth += 1;
    }

    /// What comes is no deeper than the bracket it stands in.
    fn reset(&mut self) {
        let base = usize::from(self.frames.len() > 1);
        self.depth -= self.frame().height - base;
        self.frame().height = base;
    }
}

/// The statement that a word is.
fn jump(word: &str) -> Option<Kind<'static>> {
    match word {
        "break" => Some(Kind::Break),
        "next" | "continue" => Some(Kind::Next),
        _ => None,
    }
}

/// Whether a word before this token can be a whole statement.
fn ends_statement(next: Option<Token>) -> bool {
    let Some(next) = next else { return true };
    match next.kind {
        Kind::Semicolon | Kind::BraceClose | Kind::Else => true,
        Kind::Assign | Kind::Arrow | Kind::PlusAssign | Kind::ColonColon | Kind::Colons => false,
        kind => next.first_of_line && (kind == Kind::Not || !is_operator(kind)),
    }
}

/// Whether a statement can begin with it; after an operand, none of these goes on with the expression.
fn begins_statement(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Name(_)
            | CommandLine(_)
            | Int(_)
            | Double(_)
            | String(_)
            | True
            | False
            | Error
            | If
            | While
            | For
            | ParFor
            | Source
            | SetWd
            | Function
            | ExternalFunction
            | Return
            | Break
            | Next
            | Leave
            | Not
            | PrefixMinus
            | PrefixPlus
            | ParenOpen
            | BracketOpen
            | MultiAssignOpen
    )
}

pub fn is_operator(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Power
            | MatMul
            | IntDivide
            | Modulus
            | Multiply
            | Divide
            | Plus
            | Minus
            | PrefixPlus
            | PrefixMinus
            | Less
            | LessEqual
            | Greater
            | GreaterEqual
            | Equal
            | NotEqual
            | Not
            | And
            | AndAnd
            | Or
            | OrOr
            | Colon
    )
}
