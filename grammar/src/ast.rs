//! The syntax tree: what was written, with a span on every node, before any name is resolved.

use crate::Span;

/// A whole script or sourced file: statements and function definitions in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    pub statements: Vec<Stmt>,
    pub functions: Vec<Function>,
}

pub type Block = Vec<Stmt>;

#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// Of an `if` or a loop only its head, without the body.
    pub span: Span,
    pub kind: StmtKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `source("file.dml") as ns`
    Source {
        path: String,
        namespace: Ident,
    },
    /// `setwd("dir")`: the folder in which later `source` statements look.
    SetWd {
        path: String,
    },
    /// `x = e`, `x <- e`, `X[i, j] = e`
    Assign {
        target: Target,
        value: Expr,
    },
    /// `x += e`, `X[i, j] += e`
    Accumulate {
        target: Target,
        value: Expr,
    },
    /// `[a, b] = f(x)`
    MultiAssign {
        targets: Vec<Ident>,
        value: Expr,
    },
    /// A call for its effect (`print(x)`), or in the REPL any expression.
    Expr(Expr),
    If {
        condition: Expr,
        then: Block,
        otherwise: Block,
    },
    While {
        condition: Expr,
        body: Block,
    },
    /// `for (v in from:to)`, `for (v in seq(a, b, s))`; `parfor` carries its named options.
    For {
        variable: Ident,
        range: Expr,
        parallel: Option<Vec<Argument>>,
        body: Block,
    },
    /// `break`: leaves the innermost loop.
    Break,
    /// `next`, `continue`: goes on with the next round of the innermost loop.
    Next,
    /// `return`: leaves the function with the results as they are, or after `return (x, y)` with these.
    Return(Vec<Expr>),
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ident {
    pub span: Span,
    pub name: String,
}

/// What is assigned to: a variable, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub name: Ident,
    pub index: Option<Vec<Index>>,
}

/// `name = function(parameters) return (results) { body }`
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Of the head: from the name to the end of the results.
    pub span: Span,
    pub name: Ident,
    pub parameters: Vec<Parameter>,
    pub results: Vec<Parameter>,
    pub body: Block,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    pub ty: Type,
    pub name: Ident,
    pub default: Option<Expr>,
}

/// A declared type, for example `matrix[double]`, `int`, `list[unknown]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Scalar(ValueType),
    Matrix(ValueType),
    Frame(ValueType),
    List(ValueType),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    Int,
    Double,
    Boolean,
    String,
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Int(i64),
    Double(f64),
    Bool(bool),
    String(String),
    Name(String),
    /// `$name` or `$1`, without the dollar.
    CommandLine(String),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Call(Call),
    /// `X[i, j]`, `X[a:b, ]`, `X[i]`
    Index {
        base: Box<Expr>,
        index: Vec<Index>,
    },
    /// `a:b` or `a:b:step`: the range of a `for`.
    Range(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    /// `[a, b, c]`
    List(Vec<Expr>),
    /// `[a, b; c, d]`: two or more rows, none of them empty.
    Matrix(Vec<Vec<Expr>>),
    /// `x -> x ^ 2`: a function without a name, as an argument.
    Lambda(Ident, Box<Expr>),
    /// Stands where the parser recovered from an error; a tree with one is never run.
    Error,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// `ns` of `ns::f(x)`
    pub namespace: Option<Ident>,
    pub name: Ident,
    pub arguments: Vec<Argument>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub name: Option<Ident>,
    pub value: Expr,
}

/// One position between the brackets of an index.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// Nothing or `:` written: all of this dimension. The span of nothing is empty, before the `,` or `]` that follows.
    All(Span),
    /// One position.
    At(Expr),
    /// `from:to` or `from:to:step`.
    Range(Box<Range>),
}

/// Positions from one on to another, both included. Without the first, it begins at an end of the dimension; without the
/// second, it goes to one: which end depends on the sign of the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub from: Option<Expr>,
    pub to: Option<Expr>,
    /// 1 where it is not written.
    pub step: Option<Expr>,
}

impl Index {
    pub(crate) fn range(from: Option<Expr>, to: Option<Expr>, step: Option<Expr>) -> Index {
        Index::Range(Box::new(Range { from, to, step }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Negate,
    Plus,
    Not,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Power,
    MatMul,
    Modulus,
    IntDivide,
    Multiply,
    Divide,
    Add,
    Subtract,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    AndAnd,
    Or,
    OrOr,
}

impl UnaryOp {
    pub fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Negate => "-",
            UnaryOp::Plus => "+",
            UnaryOp::Not => "!",
        }
    }
}

impl BinaryOp {
    /// Every binary operator with its symbol and precedence, from the loosest (1) to the tightest (10). Level 3 is the
    /// prefix `!`, level 9 the prefix signs. Only `^` groups to the right.
    pub const TABLE: [(BinaryOp, &'static str, u8); 18] = [
        (BinaryOp::Or, "|", 1),
        (BinaryOp::OrOr, "||", 1),
        (BinaryOp::And, "&", 2),
        (BinaryOp::AndAnd, "&&", 2),
        (BinaryOp::Less, "<", 4),
        (BinaryOp::LessEqual, "<=", 4),
        (BinaryOp::Greater, ">", 4),
        (BinaryOp::GreaterEqual, ">=", 4),
        (BinaryOp::Equal, "==", 4),
        (BinaryOp::NotEqual, "!=", 4),
        (BinaryOp::Add, "+", 5),
        (BinaryOp::Subtract, "-", 5),
        (BinaryOp::Multiply, "*", 6),
        (BinaryOp::Divide, "/", 6),
        (BinaryOp::Modulus, "%%", 7),
        (BinaryOp::IntDivide, "%/%", 7),
        (BinaryOp::MatMul, "%*%", 8),
        (BinaryOp::Power, "^", 10),
    ];

    fn row(self) -> (BinaryOp, &'static str, u8) {
        Self::TABLE.into_iter().find(|row| row.0 == self).unwrap_or(Self::TABLE[0])
    }

    pub fn symbol(self) -> &'static str {
        self.row().1
    }

    /// How tightly it binds: see [`BinaryOp::TABLE`].
    pub fn precedence(self) -> u8 {
        self.row().2
    }
}
