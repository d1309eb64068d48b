//! What may stand between two tokens on a line: a space, nothing, a line break.

use crate::token::Kind;

/// What a bracket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    Block,
    /// Of a call, and of a loop's head: `name=value` is tight in it.
    Arguments,
    Index,
    Other,
}

/// Where a line would rather be broken: the least first.
pub type Reluctance = u32;

/// More than any precedence.
const LEVEL: Reluctance = 16;
/// Where nothing better is left.
const AFTER_ASSIGN: Reluctance = Reluctance::MAX - 1;
const AFTER_OPENING: Reluctance = Reluctance::MAX;

/// How much deeper a bracket lies than what is around it, for [`reluctance`]: an index is the last to be broken.
pub fn depth(kind: Bracket) -> Reluctance {
    if kind == Bracket::Index { 4 } else { 1 }
}

/// Whether a space stands between two tokens within a bracket.
pub fn between(left: Kind, right: Kind, within: Bracket) -> bool {
    use Kind::*;
    match (left, right) {
        (Comma, BracketClose | Colon | Colons) | (Colon, Colon) => true,
        (Function | Source | SetWd, ParenOpen) | (BraceOpen, BraceClose) => false,
        (_, Comma | Semicolon | ParenClose | BracketClose | CallOpen | IndexOpen | Colon | ColonColon | Colons) => {
            false
        }
        (ParenOpen | CallOpen | BracketOpen | IndexOpen | MultiAssignOpen, _) => false,
        (Colon | ColonColon | Colons | PrefixMinus | PrefixPlus | Not, _) => false,
        (Assign, _) | (_, Assign) => within != Bracket::Arguments,
        _ => true,
    }
}

/// How reluctantly a line is broken between two tokens at a depth of brackets; `None`: never.
pub fn reluctance(left: Kind, right: Kind, within: Bracket, depth: Reluctance) -> Option<Reluctance> {
    use Kind::*;
    let rank = match left {
        ParenClose if right == Return => 0,
        Comma | Semicolon => 0,
        Or | OrOr => 1,
        And | AndAnd => 2,
        Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual => 4,
        Plus | Minus => 5,
        Multiply | Divide => 6,
        IntDivide | Modulus => 7,
        MatMul => 8,
        Assign | Arrow | PlusAssign if within == Bracket::Block => return Some(AFTER_ASSIGN),
        ParenOpen | CallOpen | BracketOpen => return Some(AFTER_OPENING),
        _ => return None,
    };
    Some(depth.saturating_mul(LEVEL).saturating_add(rank))
}
