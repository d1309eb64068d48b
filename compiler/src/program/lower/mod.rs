//! Lowering: the syntax tree becomes blocks. Calls of functions leave expressions, `$arguments` become literals, and
//! a block ends where only the data tells a size.

mod calls;
mod control;
mod einsum;
mod eval;
mod expand;
mod expressions;
mod index;
mod lambda;
mod lists;
mod literal;
mod shared;

use std::collections::{BTreeSet, HashMap};

use lac_grammar::ast::{self, ExprKind as A, StmtKind as S};
use lac_grammar::{Diagnostic, Span};

use super::functions::Loader;
use super::ir::*;
use super::parallel::{self, Given};
use super::{liveness, resolve};
use crate::ops::{Binary, Effect, Op, Scalar, ScalarType};
use shared::Shared;

/// The arguments of a script: `$name`, or `$1` for positional ones.
pub type Arguments = HashMap<String, String>;

/// What surrounds a program.
#[derive(Default)]
pub struct Options {
    pub arguments: Arguments,
    /// Variables that exist before the script begins (a REPL's, a session's).
    pub given: Vec<String>,
    /// Keep the script's variables alive at its end: a REPL or a session asks for them later.
    pub keep: bool,
    /// The number of its first block: programs that run together have different ones.
    pub first_block: u32,
}

/// Lowers a parsed script. Everything found wrong is added to `diagnostics`; with an error among them the program is
/// not to be run.
pub fn lower(
    mut script: ast::Script,
    options: &Options,
    loader: &mut dyn Loader,
    diagnostics: &mut Vec<Diagnostic>,
) -> Program {
    let mut shared = Shared::new(&mut script, options, loader, diagnostics);
    let mut functions = vec![];
    shared.functions(&mut functions);
    let mut scope = Lowering::new(&mut shared, 0);
    for name in &options.given {
        scope.variable(name);
    }
    scope.scope.body = scope.block(&script.statements);
    let mut main = scope.scope;
    let live: BTreeSet<Var> = if options.keep {
        (0..main.names.len() as u32).map(Var).filter(|v| !main.name(*v).contains('%')).collect()
    } else {
        BTreeSet::new()
    };
    liveness::annotate(&mut main, live);
    let given = (0..options.given.len() as u32).map(Var).collect();
    parallel::check(&mut main, &Given { all: given, ..Given::default() }, shared.diagnostics);
    shared.functions(&mut functions);
    shared.program(functions, main)
}

/// The program of a function that a library has for a name, and of what it calls.
///
/// # Errors
/// What is wrong in the text of the file that should define it.
pub fn lower_shelved(
    name: &str,
    options: &Options,
    loader: &mut dyn Loader,
) -> std::result::Result<Option<Program>, Box<Diagnostic>> {
    let mut diagnostics = vec![];
    let mut shared = Shared::new(&mut ast::Script::default(), options, loader, &mut diagnostics);
    if shared.units.shelved(name, shared.diagnostics).is_none() {
        return diagnostics.into_iter().find(Diagnostic::is_error).map_or(Ok(None), |error| Err(Box::new(error)));
    }
    let mut functions = vec![];
    shared.quietly(&mut functions);
    Ok(Some(shared.program(functions, Scope::default())))
}

/// The lowering of one scope.
struct Lowering<'s, 'a> {
    shared: &'s mut Shared<'a>,
    unit: usize,
    scope: Scope,
    /// The variables of the scope by name.
    variables: HashMap<String, Var>,
    /// The finished blocks of the sequence that is being lowered, and the statements of its open basic block.
    done: Vec<Block>,
    open: Vec<Statement>,
    /// What the open block takes out of lists: nothing is known of it before the block ends.
    taken: BTreeSet<Var>,
    temporaries: u32,
    /// Of the function, or `None` in the script.
    results: Option<Vec<Var>>,
    /// The loops around, the innermost last; whether it is a `parfor`.
    loops: Vec<bool>,
}

impl<'s, 'a> Lowering<'s, 'a> {
    fn new(shared: &'s mut Shared<'a>, unit: usize) -> Self {
        Lowering {
            shared,
            unit,
            scope: Scope::default(),
            variables: HashMap::new(),
            done: vec![],
            open: vec![],
            taken: BTreeSet::new(),
            temporaries: 0,
            results: None,
            loops: vec![],
        }
    }

    /// Of what is odd in a library its users can not get rid.
    fn report(&mut self, diagnostic: Diagnostic) {
        if !diagnostic.is_error() && self.shared.units.is_library(self.unit) {
            return;
        }
        self.shared.diagnostics.push(diagnostic);
    }

    fn temporary(&mut self) -> Var {
        self.temporaries += 1;
        let name = format!("%{}", self.temporaries);
        self.scope.names.push(name);
        Var(self.scope.names.len() as u32 - 1)
    }

    /// The variable of a name, made if there is none yet.
    pub(super) fn variable(&mut self, name: &str) -> Var {
        if let Some(&var) = self.variables.get(name) {
            return var;
        }
        let var = Var(self.scope.names.len() as u32);
        self.scope.names.push(name.to_string());
        self.variables.insert(name.to_string(), var);
        var
    }

    /// A variable that is assigned: any name but that of a constant.
    fn target(&mut self, name: &ast::Ident) -> Var {
        if constant(&name.name).is_some() {
            self.report(
                Diagnostic::error("E0225", format!("`{}` is a constant", name.name))
                    .at(name.span, "it can not get another value")
                    .help("choose another name"),
            );
        }
        self.variable(&name.name)
    }

    /// The names of parameters differ, and so do those of results; a parameter may be a result.
    fn signature(&mut self, f: &ast::Function) {
        let parameters: Vec<&ast::Ident> = f.parameters.iter().map(|p| &p.name).collect();
        let results: Vec<&ast::Ident> = f.results.iter().map(|r| &r.name).collect();
        for (what, names) in [("parameter", parameters), ("result", results)] {
            for (i, name) in names.iter().enumerate() {
                if let Some(first) = names[..i].iter().find(|n| n.name == name.name) {
                    let message = format!("`{}` has two {what}s called `{}`", f.name.name, name.name);
                    self.report(
                        Diagnostic::error("E0224", message)
                            .at(name.span, "declared again")
                            .at(first.span, "first here"),
                    );
                }
            }
        }
    }

    /// Lowers a sequence of its own: the body of a loop, a branch, the script.
    fn block(&mut self, statements: &[ast::Stmt]) -> Vec<Block> {
        self.sequence(|lowering| {
            for (i, s) in statements.iter().enumerate() {
                lowering.statement(s);
                if matches!(s.kind, S::Break | S::Next | S::Return(_)) {
                    return lowering.unreachable(s, statements.get(i + 1));
                }
            }
        })
    }

    /// The blocks of what `f` lowers.
    fn sequence(&mut self, f: impl FnOnce(&mut Self)) -> Vec<Block> {
        let outer = (std::mem::take(&mut self.done), std::mem::take(&mut self.open), std::mem::take(&mut self.taken));
        f(self);
        self.cut();
        let blocks = std::mem::replace(&mut self.done, outer.0);
        (self.open, self.taken) = (outer.1, outer.2);
        blocks
    }

    /// Ends the open basic block.
    fn cut(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let statements = std::mem::take(&mut self.open);
        self.taken.clear();
        let span = statements[0].span.to(statements[statements.len() - 1].span);
        let id = BlockId(self.shared.blocks);
        self.shared.blocks += 1;
        self.done.push(Block::Basic(Basic { id, statements, reads: vec![], live_out: vec![], ends: vec![], span }));
    }

    /// A chain of products whose factors the open block computes waits for them: their true sketches decide its order. So
    /// does an estimate. What is taken out of a list is known only when it is there.
    fn waits(&self, value: &Expr) -> bool {
        let mut uses_taken = false;
        value.variables(&mut |v| uses_taken |= self.taken.contains(&v));
        if uses_taken {
            return true;
        }
        if value.products() < 2 && !value.estimates() {
            return false;
        }
        let mut computed = false;
        value.variables(&mut |v| {
            computed |=
                self.open.iter().any(|s| s.targets().contains(&v) && !matches!(s.value().kind, ExprKind::Var(_)));
        });
        computed
    }

    /// What stands inside of an expression and has a size that only the data tells becomes a statement of its own.
    fn hoist(&mut self, e: &mut Expr) {
        let taken = e.is_taken();
        let ExprKind::Apply(_, args) = &mut e.kind else { return };
        for a in args.iter_mut().flatten() {
            self.hoist(a);
            if (a.is_sized_by_data() || a.is_taken() && !taken) && !matches!(a.kind, ExprKind::Apply(Op::Read, _)) {
                let span = a.span;
                let var = self.temporary();
                let value = std::mem::replace(a, Expr::var(var, span));
                self.push(StatementKind::Assign(var, value), span);
            }
        }
    }

    fn push(&mut self, mut kind: StatementKind, span: Span) {
        let (StatementKind::Assign(_, value) | StatementKind::AssignSeveral(_, value) | StatementKind::Effect(value)) =
            &mut kind;
        self.hoist(value);
        let value = match &kind {
            StatementKind::Assign(_, e) | StatementKind::AssignSeveral(_, e) | StatementKind::Effect(e) => e,
        };
        if self.waits(value) {
            self.cut();
        }
        let cuts = match &kind {
            StatementKind::Assign(_, value) => value.is_sized_by_data(),
            StatementKind::AssignSeveral(..) => true,
            StatementKind::Effect(_) => false,
        };
        if let StatementKind::Assign(var, value) = &kind
            && value.is_taken()
        {
            self.taken.insert(*var);
        }
        self.open.push(Statement { span, kind });
        if cuts {
            self.cut();
        }
    }

    /// A value computed by blocks of its own.
    fn computed(&mut self, e: &ast::Expr) -> Computed {
        self.computed_by(e.span, |lowering| lowering.expr(e))
    }

    fn computed_by(&mut self, span: Span, value: impl FnOnce(&mut Self) -> Expr) -> Computed {
        let mut var = Var(0);
        let body = self.sequence(|lowering| {
            let value = value(lowering);
            var = lowering.in_variable(value);
        });
        Computed { body, var, span, operand_of: None }
    }

    fn in_variable(&mut self, e: Expr) -> Var {
        if let ExprKind::Var(v) = e.kind {
            return v;
        }
        let var = self.temporary();
        let span = e.span;
        self.push(StatementKind::Assign(var, e), span);
        var
    }

    fn statement(&mut self, s: &ast::Stmt) {
        match &s.kind {
            S::Source { .. } | S::SetWd { .. } => {}
            // A call of a function without results leaves nothing to assign.
            S::Assign { target: ast::Target { index: None, .. }, value } if self.gives_nothing(value) => {
                self.expression_statement(value, s.span)
            }
            S::Assign { target, value } => {
                let value = self.expr(value);
                self.assign(target, value, s.span);
            }
            S::Accumulate { target, value } => {
                let value = self.expr(value);
                let old = self.read_target(target);
                let sum = Expr::apply(Op::Binary(Binary::Add), vec![Some(old), Some(value)], s.span);
                self.assign(target, sum, s.span);
            }
            S::MultiAssign { targets, value } => self.multi_assign(targets, value, s.span),
            S::Expr(e) => self.expression_statement(e, s.span),
            S::If { condition, then, otherwise } => {
                let condition = self.computed(condition);
                let (then, otherwise) = (self.block(then), self.block(otherwise));
                self.control(Block::If { condition, then, otherwise, ends: vec![] });
            }
            S::While { condition, body } => {
                let condition = self.computed(condition);
                let body = self.body(false, body);
                self.control(Block::While { condition, body, ends: vec![] });
            }
            S::For { variable, range, parallel, body } => {
                let runs_over_numbers = match &range.kind {
                    A::Call(call) => call.name.name == "seq" && call.namespace.is_none(),
                    A::Range(..) | A::Int(_) | A::Double(_) | A::Bool(_) | A::String(_) | A::Error => true,
                    _ => false,
                };
                let parallel = parallel.as_ref().map(|options| self.parallel(options));
                if !runs_over_numbers {
                    return self.for_each(variable, range, parallel, body, s.span);
                }
                let Some(range) = self.range(range) else { return };
                let variable = self.target(variable);
                let body = self.body(parallel.is_some(), body);
                self.control(Block::For { variable, range, body, parallel, span: s.span, ends: vec![] });
            }
            S::Break => self.jump("break", JumpKind::Break, s.span),
            S::Next => self.jump("next", JumpKind::Next, s.span),
            S::Return(values) => self.return_early(values, s.span),
        }
    }

    fn control(&mut self, block: Block) {
        self.cut();
        self.done.push(block);
    }

    fn assign(&mut self, target: &ast::Target, value: Expr, span: Span) {
        let var = self.target(&target.name);
        let value = match &target.index {
            None => value,
            Some(index) => {
                let base = Expr::var(var, target.name.span);
                let bounds = self.bounds(&base, index, span);
                let args = [vec![Some(base), Some(value)], bounds].concat();
                Expr::apply(Op::LeftIndex, args, span)
            }
        };
        self.push(StatementKind::Assign(var, value), span);
    }

    fn read_target(&mut self, target: &ast::Target) -> Expr {
        let var = self.variable(&target.name.name);
        let base = Expr::var(var, target.name.span);
        match &target.index {
            None => base,
            Some(index) => {
                let bounds = self.bounds(&base, index, target.name.span);
                let args = [vec![Some(base)], bounds].concat();
                Expr::apply(Op::RightIndex, args, target.name.span)
            }
        }
    }

    fn expression_statement(&mut self, e: &ast::Expr, span: Span) {
        if let A::Call(call) = &e.kind
            && let Ok(Some(id)) = self.shared.find(self.unit, call)
        {
            return self.call(id, call, vec![], span);
        }
        if let A::Call(call) = &e.kind
            && eval::is_eval(call)
        {
            return self.eval(call, vec![], span);
        }
        let value = match &e.kind {
            A::Call(call) => self.call_expr(call, e.span).unwrap_or(Expr { span: e.span, kind: ExprKind::Wrong }),
            _ => self.expr(e),
        };
        let world = matches!(&value.kind, ExprKind::Apply(op, _) if op.row().effect == Effect::World);
        if !world && !matches!(value.kind, ExprKind::Wrong) {
            self.report(
                Diagnostic::warning("W0201", "the result of this expression is not used")
                    .at(e.span, "computed for nothing")
                    .help("assign it, or `print` it"),
            );
        }
        self.push(StatementKind::Effect(value), span);
    }

    fn range(&mut self, e: &ast::Expr) -> Option<Range> {
        match &e.kind {
            A::Range(from, to, step) => {
                let (from, to) = (self.computed(from), self.computed(to));
                Some(Range { from, to, step: step.as_ref().map(|e| self.computed(e)) })
            }
            A::Call(call) if call.name.name == "seq" && call.namespace.is_none() => {
                let row = Op::Seq.row();
                let bound = resolve::bind(row, call).map_err(|d| self.report(*d)).ok()?;
                let from = self.computed(bound[0]?);
                let to = self.computed(bound[1]?);
                let step = bound[2].map(|e| self.computed(e));
                Some(Range { from, to, step })
            }
            A::Error => None,
            _ => {
                self.report(
                    Diagnostic::error("E0216", "a loop runs over a range").at(e.span, "this is not a range").help(
                        "write `for (i in 1:n)`, `for (i in seq(1, n, 2))`, or `for (x in X)` for the rows of a matrix",
                    ),
                );
                None
            }
        }
    }
}

/// The value of a name that is always the same.
fn constant(name: &str) -> Option<f64> {
    match name {
        "Inf" => Some(f64::INFINITY),
        "NaN" => Some(f64::NAN),
        "pi" => Some(std::f64::consts::PI),
        _ => None,
    }
}

/// An argument of a script as a literal: an int, a double, a truth value, or else text.
pub fn argument_value(text: &str) -> Scalar {
    if let Ok(i) = text.parse::<i64>() {
        return Scalar::Int(i);
    }
    match text {
        "TRUE" => return Scalar::Bool(true),
        "FALSE" => return Scalar::Bool(false),
        _ => {}
    }
    Scalar::from(text).cast(ScalarType::Double).unwrap_or_else(|| Scalar::from(text))
}
