//! Lowering: the syntax tree becomes blocks. Calls of functions leave expressions, `$arguments` become literals, and
//! a block ends where only the data tells a size.

use std::collections::{BTreeSet, HashMap};

use lac_grammar::ast::{self, ExprKind as A, StmtKind as S};
use lac_grammar::{Diagnostic, Span, diagnostic::did_you_mean};

use super::functions::{Loader, Units};
use super::ir::*;
use super::{liveness, resolve};
use crate::ops::{Binary, Default, Effect, Op, Scalar, ScalarType, Unary};

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
    /// The first free block id: plans of earlier entries of a REPL keep theirs.
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
    let units = Units::collect(&mut script, loader, diagnostics);
    let mut shared = Shared { units: &units, options, diagnostics, blocks: options.first_block };
    let functions = (0..units.places.len()).map(|i| shared.function(FunctionId(i as u32))).collect();
    let mut scope = Lowering::new(&mut shared, 0);
    for name in &options.given {
        scope.scope.var(name);
    }
    scope.assigned = assigned_names(&script.statements);
    scope.scope.body = scope.block(&script.statements);
    let mut main = scope.scope;
    let live: BTreeSet<Var> = if options.keep {
        (0..main.names.len() as u32).map(Var).filter(|v| !main.name(*v).starts_with('%')).collect()
    } else {
        BTreeSet::new()
    };
    liveness::annotate(&mut main, live);
    let blocks = shared.blocks;
    Program { functions, main, blocks }
}

/// What all scopes of a program share.
struct Shared<'a> {
    units: &'a Units,
    options: &'a Options,
    diagnostics: &'a mut Vec<Diagnostic>,
    blocks: u32,
}

impl Shared<'_> {
    fn function(&mut self, id: FunctionId) -> Function {
        let units = self.units;
        let (unit, f) = units.function(id);
        let prefix = &units.units[unit].prefix;
        let name = if prefix.is_empty() { f.name.name.clone() } else { format!("{prefix}::{}", f.name.name) };
        let mut lowering = Lowering::new(self, unit);
        lowering.assigned = assigned_names(&f.body);
        lowering.assigned.extend(f.parameters.iter().map(|p| p.name.name.clone()));
        let parameters: Vec<Parameter> = f
            .parameters
            .iter()
            .map(|p| {
                let default = p.default.as_ref().map(|e| lowering.computed(e));
                Parameter { var: lowering.scope.var(&p.name.name), ty: p.ty, default, span: p.name.span }
            })
            .collect();
        let body = lowering.block(&f.body);
        let results: Vec<Result> = f
            .results
            .iter()
            .map(|r| Result { var: lowering.scope.var(&r.name.name), ty: r.ty, span: r.name.span })
            .collect();
        let mut scope = lowering.scope;
        scope.body = body;
        let live: BTreeSet<Var> = results.iter().map(|r| r.var).collect();
        liveness::annotate(&mut scope, live);
        let mut parameters = parameters;
        // Defaults are computed in order, before the body; later ones may use all parameters.
        let all: BTreeSet<Var> = parameters.iter().map(|p| p.var).collect();
        for p in &mut parameters {
            if let Some(default) = &mut p.default {
                let mut live = all.clone();
                live.insert(default.var);
                liveness::blocks(&mut default.body, live);
            }
        }
        Function { name, span: f.span, parameters, results, scope }
    }
}

/// The names that a body assigns: what is read but never assigned is a constant or a mistake.
fn assigned_names(body: &[ast::Stmt]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut work: Vec<&ast::Stmt> = body.iter().collect();
    while let Some(s) = work.pop() {
        match &s.kind {
            S::Assign { target, .. } | S::Accumulate { target, .. } => drop(names.insert(target.name.name.clone())),
            S::MultiAssign { targets, .. } => names.extend(targets.iter().map(|t| t.name.clone())),
            S::If { then, otherwise, .. } => work.extend(then.iter().chain(otherwise)),
            S::While { body, .. } => work.extend(body),
            S::For { variable, body, .. } => {
                names.insert(variable.name.clone());
                work.extend(body);
            }
            S::Source { .. } | S::SetWd { .. } | S::Expr(_) => {}
        }
    }
    names
}

/// The lowering of one scope.
struct Lowering<'s, 'a> {
    shared: &'s mut Shared<'a>,
    unit: usize,
    scope: Scope,
    assigned: BTreeSet<String>,
    /// The finished blocks of the sequence that is being lowered, and the statements of its open basic block.
    done: Vec<Block>,
    open: Vec<Statement>,
    temporaries: u32,
}

impl<'s, 'a> Lowering<'s, 'a> {
    fn new(shared: &'s mut Shared<'a>, unit: usize) -> Self {
        Lowering {
            shared,
            unit,
            scope: Scope::default(),
            assigned: BTreeSet::new(),
            done: vec![],
            open: vec![],
            temporaries: 0,
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.shared.diagnostics.push(diagnostic);
    }

    fn temporary(&mut self) -> Var {
        self.temporaries += 1;
        let name = format!("%{}", self.temporaries);
        self.scope.names.push(name);
        Var(self.scope.names.len() as u32 - 1)
    }

    /// Lowers a sequence of its own: the body of a loop, a branch, the script.
    fn block(&mut self, statements: &[ast::Stmt]) -> Vec<Block> {
        let outer = (std::mem::take(&mut self.done), std::mem::take(&mut self.open));
        for s in statements {
            self.statement(s);
        }
        self.cut();
        let blocks = std::mem::replace(&mut self.done, outer.0);
        self.open = outer.1;
        blocks
    }

    /// Ends the open basic block.
    fn cut(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let statements = std::mem::take(&mut self.open);
        let span = statements[0].span.to(statements[statements.len() - 1].span);
        let id = BlockId(self.shared.blocks);
        self.shared.blocks += 1;
        self.done.push(Block::Basic(Basic { id, statements, reads: vec![], live_out: vec![], ends: vec![], span }));
    }

    /// A chain of products whose factors the open block computes waits for them: their true sketches decide its order.
    fn waits(&self, value: &Expr) -> bool {
        if value.products() < 2 {
            return false;
        }
        let mut computed = false;
        value.variables(&mut |v| {
            computed |=
                self.open.iter().any(|s| s.targets().contains(&v) && !matches!(s.value().kind, ExprKind::Var(_)));
        });
        computed
    }

    fn push(&mut self, kind: StatementKind, span: Span) {
        let value = match &kind {
            StatementKind::Assign(_, e) | StatementKind::AssignSeveral(_, e) | StatementKind::Effect(e) => e,
        };
        if self.waits(value) {
            self.cut();
        }
        let cuts = matches!(
            &kind,
            StatementKind::Assign(_, Expr { kind: ExprKind::Apply(Op::Read, _), .. })
                | StatementKind::AssignSeveral(..)
        );
        self.open.push(Statement { span, kind });
        if cuts {
            self.cut();
        }
    }

    /// A value computed by blocks of its own.
    fn computed(&mut self, e: &ast::Expr) -> Computed {
        let outer = (std::mem::take(&mut self.done), std::mem::take(&mut self.open));
        let value = self.expr(e);
        let var = self.in_variable(value);
        self.cut();
        let body = std::mem::replace(&mut self.done, outer.0);
        self.open = outer.1;
        Computed { body, var, span: e.span }
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
                let body = self.block(body);
                self.control(Block::While { condition, body, ends: vec![] });
            }
            S::For { variable, range, body, .. } => {
                let Some(range) = self.range(range) else { return };
                let variable = self.scope.var(&variable.name);
                let body = self.block(body);
                self.control(Block::For { variable, range, body, span: s.span, ends: vec![] });
            }
        }
    }

    fn control(&mut self, block: Block) {
        self.cut();
        self.done.push(block);
    }

    fn assign(&mut self, target: &ast::Target, value: Expr, span: Span) {
        let var = self.scope.var(&target.name.name);
        let value = match &target.index {
            None => value,
            Some(index) => {
                let base = Expr::var(var, target.name.span);
                let mut args = vec![Some(base), Some(value)];
                args.extend(self.bounds(index, span));
                Expr::apply(Op::LeftIndex, args, span)
            }
        };
        self.push(StatementKind::Assign(var, value), span);
    }

    fn read_target(&mut self, target: &ast::Target) -> Expr {
        let var = self.scope.var(&target.name.name);
        let base = Expr::var(var, target.name.span);
        match &target.index {
            None => base,
            Some(index) => {
                let mut args = vec![Some(base)];
                args.extend(self.bounds(index, target.name.span));
                Expr::apply(Op::RightIndex, args, target.name.span)
            }
        }
    }

    fn multi_assign(&mut self, targets: &[ast::Ident], value: &ast::Expr, span: Span) {
        let vars: Vec<Var> = targets.iter().map(|t| self.scope.var(&t.name)).collect();
        let A::Call(call) = &value.kind else {
            self.report(
                Diagnostic::error("E0217", "several results come from a call")
                    .at(value.span, "this is not a call")
                    .help("write `[a, b] = f(...)`"),
            );
            return self.give_up(&vars, span);
        };
        match self.shared.units.find(self.unit, call) {
            Err(e) => {
                self.report(*e);
                self.give_up(&vars, span);
            }
            Ok(Some(id)) => self.call(id, call, vars, span),
            Ok(None) => {
                let Some(e) = self.builtin(call, value.span) else { return self.give_up(&vars, span) };
                if !matches!(e.kind, ExprKind::Apply(Op::ReadLibsvm, _)) || vars.len() != 2 {
                    let message = format!("`{}` does not give {} results", call.name.name, vars.len());
                    self.report(Diagnostic::error("E0217", message).at(span, "assigned here"));
                    return self.give_up(&vars, span);
                }
                self.push(StatementKind::AssignSeveral(vars, e), span);
            }
        }
    }

    /// The results of a call that is wrong: assigned, but nothing is known of them.
    fn give_up(&mut self, targets: &[Var], span: Span) {
        for var in targets {
            self.push(StatementKind::Assign(*var, Expr { span, kind: ExprKind::Wrong }), span);
        }
    }

    fn expression_statement(&mut self, e: &ast::Expr, span: Span) {
        if let A::Call(call) = &e.kind
            && let Ok(Some(id)) = self.shared.units.find(self.unit, call)
        {
            return self.call(id, call, vec![], span);
        }
        let value = match &e.kind {
            A::Call(call) => self.call_expr(call, e.span).unwrap_or(Expr { span: e.span, kind: ExprKind::Wrong }),
            _ => self.expr(e),
        };
        let world = matches!(&value.kind, ExprKind::Apply(op, _) if op.row().effect == Effect::World);
        if !world && !matches!(e.kind, A::Error) {
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
            A::Range(from, to) => {
                let (from, to) = (self.computed(from), self.computed(to));
                Some(Range { from, to, step: None })
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
                    Diagnostic::error("E0216", "a loop runs over a range")
                        .at(e.span, "this is not a range")
                        .help("write `for (i in 1:n)` or `for (i in seq(1, n, 2))`"),
                );
                None
            }
        }
    }

    /// Row and column bounds as four optional arguments; one index of a matrix is a row.
    fn bounds(&mut self, index: &[ast::Index], span: Span) -> Vec<Option<Expr>> {
        if index.len() > 2 {
            self.report(
                Diagnostic::error("E0218", "a matrix has two dimensions").at(span, format!("{} indices", index.len())),
            );
        }
        let mut bounds: Vec<Option<Expr>> = Vec::with_capacity(4);
        for i in index.iter().take(2) {
            match i {
                ast::Index::All(_) => bounds.extend([None, None]),
                ast::Index::At(e) => {
                    let e = self.expr(e);
                    bounds.extend([Some(e.clone()), Some(e)]);
                }
                ast::Index::Range(from, to) => {
                    let (from, to) = (self.expr(from), self.expr(to));
                    bounds.extend([Some(from), Some(to)]);
                }
            }
        }
        bounds.resize(4, None);
        bounds
    }

    fn expr(&mut self, e: &ast::Expr) -> Expr {
        let nothing = |span| Expr { span, kind: ExprKind::Wrong };
        match &e.kind {
            A::Int(i) => Expr::literal(*i, e.span),
            A::Double(d) => Expr::literal(*d, e.span),
            A::Bool(b) => Expr::literal(*b, e.span),
            A::String(s) => Expr::literal(s.as_str(), e.span),
            A::Name(name) => self.name(name, e.span),
            A::CommandLine(name) => self.command_line(name, e.span),
            A::Unary(ast::UnaryOp::Plus, x) => self.expr(x),
            A::Unary(op, x) => {
                let f = if *op == ast::UnaryOp::Not { Unary::Not } else { Unary::Negate };
                let x = self.expr(x);
                Expr::apply(Op::Unary(f), vec![Some(x)], e.span)
            }
            A::Binary(op, x, y) => {
                let (x, y) = (self.expr(x), self.expr(y));
                match resolve::binary(*op) {
                    Some(op) => Expr::apply(op, vec![Some(x), Some(y)], e.span),
                    None => {
                        let (long, short) = if *op == ast::BinaryOp::AndAnd { ("&&", "&") } else { ("||", "|") };
                        self.report(
                            Diagnostic::error("E0202", format!("`{long}` is not in this version of lac"))
                                .at(e.span, "here")
                                .help(format!("write `{short}`")),
                        );
                        nothing(e.span)
                    }
                }
            }
            A::Call(call) => self.call_value(call, e.span).unwrap_or_else(|| nothing(e.span)),
            A::Index { base, index } => {
                let base = self.expr(base);
                let mut args = vec![Some(base)];
                args.extend(self.bounds(index, e.span));
                Expr::apply(Op::RightIndex, args, e.span)
            }
            A::Range(..) => {
                self.report(
                    Diagnostic::error("E0219", "a range stands in an index or a `for`")
                        .at(e.span, "here it has no meaning")
                        .help("`seq(a, b)` makes a vector of it"),
                );
                nothing(e.span)
            }
            A::List(_) => {
                self.report(Diagnostic::error("E0204", "lists are not in this version of lac").at(e.span, "here"));
                nothing(e.span)
            }
            A::Error => nothing(e.span),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Expr {
        if !self.assigned.contains(name) && !self.scope.names.iter().any(|n| n == name) {
            let constant = match name {
                "Inf" => f64::INFINITY,
                "NaN" => f64::NAN,
                "pi" => std::f64::consts::PI,
                _ => return Expr::var(self.scope.var(name), span),
            };
            return Expr::literal(constant, span);
        }
        Expr::var(self.scope.var(name), span)
    }

    fn command_line(&mut self, name: &str, span: Span) -> Expr {
        let options = self.shared.options;
        match options.arguments.get(name) {
            Some(text) => Expr::literal(argument_value(text), span),
            None => {
                let positional = name.bytes().all(|b| b.is_ascii_digit());
                let error = Diagnostic::error("E0220", format!("the argument ${name} is not given"))
                    .at(span, "needed here")
                    .note(format!("`ifdef(${name}, default)` gives it a default"));
                let help = if positional { "-args value ...".into() } else { format!("-nvargs {name}=value") };
                let given = did_you_mean(name, options.arguments.keys().map(String::as_str));
                self.report(match given {
                    Some(near) => error.help(format!("run with {help}; there is a ${near}")),
                    None => error.help(format!("run with {help}")),
                });
                Expr { span, kind: ExprKind::Wrong }
            }
        }
    }

    /// A call where a value is needed.
    fn call_value(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let value = self.call_expr(call, span)?;
        if let ExprKind::Apply(op, _) = value.kind
            && op.row().effect == Effect::World
            && op != Op::Read
        {
            let message = format!("`{}` does not give a single value", call.name.name);
            let error = Diagnostic::error("E0217", message).at(span, "a value is needed here");
            self.report(if op == Op::ReadLibsvm { error.help("write `[X, y] = readLibsvm(file)`") } else { error });
            return None;
        }
        Some(value)
    }

    fn call_expr(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        match self.shared.units.find(self.unit, call) {
            Err(e) => {
                self.report(*e);
                None
            }
            Ok(Some(id)) => {
                let result = self.temporary();
                if self.shared.units.function(id).1.results.is_empty() {
                    self.report(
                        Diagnostic::error("E0217", format!("`{}` gives no result", call.name.name))
                            .at(span, "a value is needed here"),
                    );
                }
                self.call(id, call, vec![result], span);
                Some(Expr::var(result, span))
            }
            Ok(None) if call.name.name == "ifdef" && call.namespace.is_none() => self.ifdef(call, span),
            Ok(None) => self.builtin(call, span),
        }
    }

    fn ifdef(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let [what, default] = &call.arguments[..] else {
            self.report(
                Diagnostic::error("E0205", "`ifdef` takes an argument of the script and a default")
                    .at(span, format!("{} arguments", call.arguments.len()))
                    .help("write `ifdef($name, default)`"),
            );
            return None;
        };
        let A::CommandLine(name) = &what.value.kind else {
            self.report(
                Diagnostic::error("E0205", "`ifdef` asks for an argument of the script")
                    .at(what.value.span, "this is not one")
                    .help("write `ifdef($name, default)`"),
            );
            return None;
        };
        let options = self.shared.options;
        match options.arguments.get(name) {
            Some(text) => Some(Expr::literal(argument_value(text), span)),
            None => Some(self.expr(&default.value)),
        }
    }

    fn builtin(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let names: Vec<&str> = self.shared.units.names(self.unit).collect();
        let found = resolve::builtin(call, &names).and_then(|row| Ok((row, resolve::bind(row, call)?)));
        let (row, bound) = found.map_err(|d| self.report(*d)).ok()?;
        let mut args: Vec<Option<Expr>> = Vec::with_capacity(bound.len());
        for (i, argument) in bound.into_iter().enumerate() {
            args.push(match argument {
                Some(e) => Some(self.expr(e)),
                None => match row.parameter(i).default {
                    Default::Required | Default::Absent => None,
                    Default::Bool(b) => Some(Expr::literal(b, span)),
                    Default::Int(n) => Some(Expr::literal(n, span)),
                    Default::Double(d) => Some(Expr::literal(d, span)),
                    Default::Str(s) => Some(Expr::literal(s, span)),
                },
            });
        }
        // min(a, b, c) is min(min(a, b), c).
        if let Op::Binary(_) = row.op
            && args.len() > 2
        {
            let mut rest = args.split_off(2).into_iter();
            let first = Expr::apply(row.op, args, span);
            return Some(rest.by_ref().fold(first, |e, x| Expr::apply(row.op, vec![Some(e), x], span)));
        }
        Some(Expr::apply(row.op, args, span))
    }

    fn call(&mut self, id: FunctionId, call: &ast::Call, targets: Vec<Var>, span: Span) {
        let units = self.shared.units;
        let (_, f) = units.function(id);
        if targets.len() > f.results.len() {
            self.report(
                Diagnostic::error(
                    "E0217",
                    format!("`{}` gives {} result(s), not {}", call.name.name, f.results.len(), targets.len()),
                )
                .at(span, "assigned here")
                .at(f.span, "defined here"),
            );
            return self.give_up(&targets, span);
        }
        let mut arguments: Vec<Option<(Var, Span)>> = vec![None; f.parameters.len()];
        let mut position = 0;
        for a in &call.arguments {
            let slot = match &a.name {
                None => {
                    position += 1;
                    (position <= f.parameters.len()).then_some(position - 1)
                }
                Some(name) => f.parameters.iter().position(|p| p.name.name == name.name),
            };
            let Some(slot) = slot else {
                self.wrong_argument(f, a);
                return self.give_up(&targets, span);
            };
            let value = self.expr(&a.value);
            let var = self.in_variable(value);
            arguments[slot] = Some((var, a.value.span));
        }
        if let Some((p, _)) =
            f.parameters.iter().zip(&arguments).find(|(p, given)| p.default.is_none() && given.is_none())
        {
            self.report(
                Diagnostic::error("E0205", format!("`{}` needs the argument `{}`", call.name.name, p.name.name))
                    .at(call.name.span, "called here")
                    .at(f.span, "defined here"),
            );
            return self.give_up(&targets, span);
        }
        self.cut();
        self.done.push(Block::Call(Call { function: id, arguments, targets, span, ends: vec![] }));
    }

    fn wrong_argument(&mut self, f: &ast::Function, a: &ast::Argument) {
        let error = match &a.name {
            None => Diagnostic::error("E0205", format!("`{}` takes {} argument(s)", f.name.name, f.parameters.len()))
                .at(a.value.span, "one too many"),
            Some(name) => {
                let error = Diagnostic::error("E0206", format!("`{}` has no parameter `{}`", f.name.name, name.name))
                    .at(name.span, "not a parameter");
                match did_you_mean(&name.name, f.parameters.iter().map(|p| p.name.name.as_str())) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                }
            }
        };
        self.report(error.at(f.span, "defined here"));
    }
}

/// An argument of a script as a literal: an int, a double, a truth value, or else text.
pub fn argument_value(text: &str) -> Scalar {
    if let Ok(i) = text.parse::<i64>() {
        return Scalar::Int(i);
    }
    match text {
        "TRUE" | "true" => return Scalar::Bool(true),
        "FALSE" | "false" => return Scalar::Bool(false),
        _ => {}
    }
    Scalar::from(text).cast(ScalarType::Double).unwrap_or_else(|| Scalar::from(text))
}
