//! A typed program: blocks of statements, functions, control flow. Names are resolved, operators are rows of the table.

use std::collections::HashMap;
use std::sync::Arc;

use lac_grammar::ast;
use lac_grammar::diagnostic::did_you_mean;
use lac_grammar::{Diagnostic, Span};

use crate::ops::{Op, Scalar};

/// A program ready to run.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub functions: Vec<Function>,
    pub main: Scope,
    /// One more than the id of the last basic block.
    pub blocks: u32,
    pub callees: Callees,
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
    /// It came from a library: its users are not warned of what is odd in it.
    pub library: bool,
    /// An error in it, if it is known only by a name that is a value: that of a call.
    pub wrong: Option<Box<Diagnostic>>,
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

// Blocks are as many as a program has statements: their size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug)]
pub enum Block {
    Basic(Basic),
    Call(Call),
    Eval(Eval),
    Exists(Exists),
    If { condition: Computed, then: Vec<Block>, otherwise: Vec<Block>, ends: Ends },
    While { condition: Computed, body: Vec<Block>, ends: Ends },
    For { variable: Var, range: Range, body: Vec<Block>, parallel: Option<Box<Parallel>>, span: Span, ends: Ends },
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
    /// Called instead if the first argument is a scalar.
    pub scalar_form: Option<FunctionId>,
    /// By parameter; `None` takes the default.
    pub arguments: Vec<Option<(Var, Span)>>,
    /// By result; fewer than the function has are allowed.
    pub targets: Vec<Var>,
    pub span: Span,
    pub ends: Ends,
}

/// A call of a function whose name is a value.
#[derive(Clone, Debug)]
pub struct Eval {
    /// Holds the name.
    pub function: (Var, Span),
    /// The text the call stands in: its functions come first.
    pub unit: u32,
    /// A single list stands for its values, unless the function takes one list.
    pub arguments: Vec<Argument>,
    pub targets: Vec<Var>,
    /// The results become one list.
    pub as_list: bool,
    pub span: Span,
    pub ends: Ends,
}

#[derive(Clone, Debug)]
pub struct Argument {
    pub name: Option<Arc<str>>,
    pub var: Var,
    pub span: Span,
}

/// Whether a variable has a value.
#[derive(Clone, Debug)]
pub struct Exists {
    pub variable: Var,
    pub target: Var,
    pub ends: Ends,
}

/// The functions that may be called by names that are values.
#[derive(Clone, Debug, Default)]
pub struct Callees {
    /// By the text that asks, 0 being the script, and the name as it writes it: `f`, `ns::f`.
    pub names: HashMap<(u32, String), FunctionId>,
}

impl Callees {
    /// Stands for the library among the texts.
    pub const LIBRARY: u32 = u32::MAX;
    /// Stands for the sourced files: their functions by `path::f`.
    pub const FILES: u32 = u32::MAX - 1;

    /// Of the functions of a name that of the text, or else that of the script, or of the library, or of a sourced file.
    pub fn find(&self, unit: u32, name: &str) -> Option<FunctionId> {
        let find = |unit| self.names.get(&(unit, name.to_string())).copied();
        find(unit).or_else(|| find(0)).or_else(|| find(Callees::LIBRARY)).or_else(|| self.in_file(name))
    }

    /// `folder/file.dml::f`, its path written as `source` may write it.
    fn in_file(&self, name: &str) -> Option<FunctionId> {
        let wanted = name.contains("::").then(|| name.trim_start_matches("./"))?;
        let is =
            |path: &str| path.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('/'));
        self.names.iter().find(|((unit, path), _)| *unit == Callees::FILES && is(path)).map(|(_, id)| *id)
    }

    /// The names that a text may use.
    pub fn known(&self, unit: u32) -> impl Iterator<Item = &str> {
        self.names.keys().filter(move |(u, _)| [unit, 0, Callees::LIBRARY].contains(u)).map(|(_, name)| name.as_str())
    }
}

impl Eval {
    /// The variables it reads.
    pub fn reads(&self) -> impl Iterator<Item = Var> {
        [self.function.0].into_iter().chain(self.arguments.iter().map(|a| a.var))
    }

    /// Whether a single argument, a list, stands for its values.
    pub fn spreads(&self, function: &Function) -> bool {
        let takes_list = matches!(&function.parameters[..], [p] if matches!(p.ty, ast::Type::List(_)));
        matches!(&self.arguments[..], [a] if a.name.is_none()) && !takes_list
    }
}

impl Function {
    /// Which parameter each of some arguments belongs to, by their names; or the first without a place.
    pub fn places(&self, names: &[Option<&str>]) -> std::result::Result<Vec<usize>, Misplaced> {
        let mut position = 0;
        let mut places = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            let place = match name {
                Some(name) => self.parameters.iter().position(|p| self.scope.name(p.var) == *name),
                None => {
                    position += 1;
                    Some(position - 1).filter(|p| *p < self.parameters.len())
                }
            };
            let place = place.ok_or(Misplaced::Nowhere(i))?;
            if places.contains(&place) {
                return Err(Misplaced::Twice(i));
            }
            places.push(place);
        }
        let lacks = |i: &usize| self.parameters[*i].default.is_none() && !places.contains(i);
        match (0..self.parameters.len()).find(lacks) {
            Some(i) => Err(Misplaced::Lacks(i)),
            None => Ok(places),
        }
    }
}

/// Why arguments do not fit a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// The argument of this number has no parameter.
    Nowhere(usize),
    /// The argument of this number is given for the second time.
    Twice(usize),
    /// The parameter of this number gets no argument.
    Lacks(usize),
}

impl Misplaced {
    /// Of a call of a function by its name.
    pub fn diagnostic(self, function: &Function, names: &[Option<&str>], span: Span) -> Diagnostic {
        let f = &function.name;
        let parameters = || function.parameters.iter().map(|p| function.scope.name(p.var));
        let error = match self {
            Misplaced::Nowhere(i) => match names[i] {
                None => Diagnostic::error("E0205", format!("`{f}` takes {} argument(s)", function.parameters.len())),
                Some(name) => {
                    let error = Diagnostic::error("E0206", format!("`{f}` has no parameter `{name}`"));
                    match did_you_mean(name, parameters()) {
                        Some(near) => error.help(format!("did you mean `{near}`?")),
                        None => error,
                    }
                }
            },
            Misplaced::Twice(i) => {
                let name = names[i].map_or_else(|| (i + 1).to_string(), |n| format!("`{n}`"));
                Diagnostic::error("E0206", format!("the argument {name} of `{f}` is given twice"))
            }
            Misplaced::Lacks(i) => {
                let name = parameters().nth(i).unwrap_or_default();
                Diagnostic::error("E0205", format!("`{f}` needs the argument `{name}`"))
            }
        };
        error.at(span, "called here").at(function.span, "defined here")
    }
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

    /// It is taken out of a list, as far as its form tells: `as.matrix(L[i])`, `as.scalar(L["k"])`, which may become an int.
    pub fn is_taken(&self) -> bool {
        let ExprKind::Apply(op, args) = &self.kind else { return false };
        let Some(Some(arg)) = args.first() else { return false };
        let index = match &arg.kind {
            ExprKind::Apply(Op::RightIndex, bounds) if bounds[3..].iter().all(Option::is_none) => bounds[1].as_ref(),
            _ => None,
        };
        match op {
            Op::AsMatrix | Op::AsFrame | Op::AsList => index.is_some(),
            // `x[i]` may well be a row of a matrix.
            Op::AsScalar => matches!(index.map(|i| &i.kind), Some(ExprKind::Literal(Scalar::Str(_)))),
            Op::AsInteger | Op::AsDouble | Op::AsLogical => arg.is_taken(),
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

impl Call {
    /// The function that is called, given which variables are scalars.
    pub fn callee(&self, is_scalar: impl FnOnce(Var) -> bool) -> FunctionId {
        match (self.scalar_form, self.arguments.first()) {
            (Some(form), Some(Some((var, _)))) if is_scalar(*var) => form,
            _ => self.function,
        }
    }
}

impl Computed {
    /// E0221: what was computed is not a single value but, for example, `a matrix 2 x 3`.
    pub fn not_single(&self, found: &str) -> Diagnostic {
        let (message, help) = match self.operand_of {
            None => (
                "a condition is a single truth value".to_string(),
                match found {
                    "a string" => "compare it, as in `s == \"yes\"`, or write `as.logical(s)`".to_string(),
                    _ => "reduce it: `sum(X) > 0`, `as.scalar(X[1, 1])`".to_string(),
                },
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
