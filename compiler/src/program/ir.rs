//! A typed program: blocks of statements, functions, control flow. Names are resolved, operators are rows of the table.

use lac_grammar::ast;
use lac_grammar::{Diagnostic, Span};

use crate::ops::{Op, Scalar};

/// A program ready to run.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub functions: Vec<Function>,
    pub main: Scope,
    /// The number of basic blocks: their ids run from 0.
    pub blocks: u32,
}

/// The variables and the body of the script or of a function.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// By [`Var`]. Temporaries begin with `%`.
    pub names: Vec<String>,
    pub body: Vec<Block>,
}

/// A variable: an index into the names of its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub u32);

/// A function: an index into the functions of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

/// A basic block, across the whole program: the key of cached plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

#[derive(Clone, Debug)]
pub struct Function {
    /// With its namespace, as in `ns::f`.
    pub name: String,
    /// Of the head.
    pub span: Span,
    pub parameters: Vec<Parameter>,
    pub results: Vec<Result>,
    pub scope: Scope,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub var: Var,
    pub ty: ast::Type,
    /// Computed in the function's own scope when no argument is given.
    pub default: Option<Computed>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Result {
    pub var: Var,
    pub ty: ast::Type,
    pub span: Span,
}

/// A value that blocks compute into a variable: a predicate, a bound, a default.
#[derive(Clone, Debug)]
pub struct Computed {
    pub body: Vec<Block>,
    pub var: Var,
    pub span: Span,
    /// The operator that asks for it, if it is an operand of `&&` or `||`.
    pub operand_of: Option<ast::BinaryOp>,
}

#[derive(Clone, Debug)]
pub enum Block {
    Basic(Basic),
    Call(Call),
    If { condition: Computed, then: Vec<Block>, otherwise: Vec<Block>, ends: Ends },
    While { condition: Computed, body: Vec<Block>, ends: Ends },
    For { variable: Var, range: Range, body: Vec<Block>, parallel: Option<Parallel>, span: Span, ends: Ends },
    Jump(Jump),
}

/// What is known of the rounds of a `parfor`.
#[derive(Clone, Debug, Default)]
pub struct Parallel {
    /// `check=0`: the parts that rounds write are said to be apart.
    pub unchecked: bool,
    /// Holds how many workers there are at most.
    pub workers: Option<Var>,
    /// What the body assigns and somebody needs after the loop.
    pub after: Vec<Var>,
    /// `None` if the rounds run in order.
    pub merge: Option<Merge>,
}

/// How the values that rounds leave come together.
#[derive(Clone, Debug, Default)]
pub struct Merge {
    /// The sum of what the rounds add, in their order; where a round adds.
    pub sums: Vec<(Var, Span)>,
    /// Each round writes its own part.
    pub parts: Vec<Var>,
    /// The value of the last round that assigns one.
    pub last: Vec<Var>,
    /// Rounds begin without a value, though not every way through one assigns it before it is read.
    pub fresh: Vec<Var>,
}

/// The end of a sequence before its last block would be: nothing stands after it.
#[derive(Clone, Debug)]
pub struct Jump {
    pub kind: JumpKind,
    /// Of the loop's variables those that nobody needs where it leads.
    pub ends: Ends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JumpKind {
    /// Out of the innermost loop.
    Break,
    /// To the next round of the innermost loop.
    Next,
    /// Out of the function.
    Return,
}

/// Variables whose values nobody needs after a block.
pub type Ends = Vec<Var>;

/// The values of a `for`: from, from + step, ... up to and including to.
#[derive(Clone, Debug)]
pub struct Range {
    pub from: Computed,
    pub to: Computed,
    pub step: Option<Computed>,
}

/// Statements without control flow or calls: one HOP DAG.
#[derive(Clone, Debug)]
pub struct Basic {
    pub id: BlockId,
    pub statements: Vec<Statement>,
    /// Variables whose values come from outside, in order of first use.
    pub reads: Vec<Var>,
    /// Variables assigned here whose values are needed afterwards.
    pub live_out: Vec<Var>,
    /// Variables read or assigned here that nobody needs afterwards.
    pub ends: Ends,
    pub span: Span,
}

/// A call of a function of the program.
#[derive(Clone, Debug)]
pub struct Call {
    pub function: FunctionId,
    /// By parameter; `None` takes the default.
    pub arguments: Vec<Option<(Var, Span)>>,
    /// By result; fewer than the function has are allowed.
    pub targets: Vec<Var>,
    pub span: Span,
    pub ends: Ends,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub span: Span,
    pub kind: StatementKind,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    Assign(Var, Expr),
    /// The several results of a builtin.
    AssignSeveral(Vec<Var>, Expr),
    /// For its effect.
    Effect(Expr),
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Literal(Scalar),
    Var(Var),
    /// The arguments in the order of the row's parameters, `None` for an absent one.
    Apply(Op, Vec<Option<Expr>>),
    /// Stands where an error was reported, so that the rest can still be checked; it never runs.
    Wrong,
}

impl Scope {
    pub fn name(&self, var: Var) -> &str {
        &self.names[var.0 as usize]
    }

    /// The variable of a name, made if there is none yet.
    pub fn var(&mut self, name: &str) -> Var {
        if let Some(i) = self.names.iter().position(|n| n == name) {
            return Var(i as u32);
        }
        self.names.push(name.to_string());
        Var(self.names.len() as u32 - 1)
    }
}

impl Range {
    /// From, to and step.
    pub fn computed(&self) -> impl Iterator<Item = &Computed> {
        [Some(&self.from), Some(&self.to), self.step.as_ref()].into_iter().flatten()
    }
}

impl Expr {
    pub fn is_variable(&self, var: Var) -> bool {
        matches!(self.kind, ExprKind::Var(v) if v == var)
    }

    pub fn literal(value: impl Into<Scalar>, span: Span) -> Expr {
        Expr { span, kind: ExprKind::Literal(value.into()) }
    }

    pub fn var(var: Var, span: Span) -> Expr {
        Expr { span, kind: ExprKind::Var(var) }
    }

    pub fn apply(op: Op, args: Vec<Option<Expr>>, span: Span) -> Expr {
        Expr { span, kind: ExprKind::Apply(op, args) }
    }

    /// The size of its value is known only when it is computed.
    pub fn is_sized_by_data(&self) -> bool {
        match &self.kind {
            ExprKind::Apply(op, args) => op.sized_by_data(|i| args.get(i).is_some_and(Option::is_some)),
            _ => false,
        }
    }

    /// The number of matrix products in it.
    pub fn products(&self) -> usize {
        match &self.kind {
            ExprKind::Apply(op, args) => {
                usize::from(*op == Op::MatMul) + args.iter().flatten().map(Expr::products).sum::<usize>()
            }
            _ => 0,
        }
    }

    /// Whether the number of nonzeros of a part of it is asked for.
    pub fn estimates(&self) -> bool {
        match &self.kind {
            ExprKind::Apply(op, args) => *op == Op::NnzEstimate || args.iter().flatten().any(Expr::estimates),
            _ => false,
        }
    }

    /// Calls `f` with every variable in the order of evaluation.
    pub fn variables(&self, f: &mut impl FnMut(Var)) {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Wrong => {}
            ExprKind::Var(v) => f(*v),
            ExprKind::Apply(_, args) => args.iter().flatten().for_each(|a| a.variables(f)),
        }
    }
}

impl Computed {
    /// E0221: what was computed is not a single value but, for example, `a matrix 2 x 3`.
    pub fn not_single(&self, found: &str) -> Diagnostic {
        let (message, help) = match self.operand_of {
            None => (
                "a condition is a single truth value".to_string(),
                "reduce it: `sum(X) > 0`, `as.scalar(X[1, 1])`".to_string(),
            ),
            Some(op) => {
                let each = if op == ast::BinaryOp::AndAnd { "&" } else { "|" };
                (
                    format!("`{}` takes single truth values", op.symbol()),
                    format!("cell by cell write `{each}`; for one truth value reduce it: `sum(X) > 0`"),
                )
            }
        };
        Diagnostic::error("E0221", message).at(self.span, format!("this is {found}")).help(help)
    }
}

impl Statement {
    pub fn value(&self) -> &Expr {
        match &self.kind {
            StatementKind::Assign(_, e) | StatementKind::AssignSeveral(_, e) | StatementKind::Effect(e) => e,
        }
    }

    pub fn targets(&self) -> &[Var] {
        match &self.kind {
            StatementKind::Assign(v, _) => std::slice::from_ref(v),
            StatementKind::AssignSeveral(vs, _) => vs,
            StatementKind::Effect(_) => &[],
        }
    }
}
