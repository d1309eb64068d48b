//! From the statements of a block to its DAG. Equal subexpressions become one node, constants are folded, and what is
//! known of each value is inferred on the way.

use std::collections::{BTreeSet, HashMap};

use lac_grammar::{Diagnostic, Span, diagnostic::did_you_mean};

use super::dag::{Dag, Hop, HopId, Kind, Output};
use crate::facts::Facts;
use crate::ops::infer::table;
use crate::ops::{Binary, Effect, Mismatch, Op, Scalar, ScalarType};
use crate::program::ir::{Basic, Expr, ExprKind, Scope, StatementKind, Var};
use crate::sketch::Nnz;

/// What surrounds a block when its DAG is built.
pub trait Surroundings {
    /// What is known of a variable when the block begins; `None` if it has no value.
    fn variable(&self, var: Var) -> Option<Facts>;

    /// What is known of a file before it is read, by the values of the arguments of `read` that are known.
    fn file(&self, _arguments: &[Option<&Facts>]) -> Option<Facts> {
        None
    }

    /// The number of nonzeros of a node, where one is to be told now: `nnz_estimate` becomes a literal then, and the node need
    /// not be computed. `None` leaves it to be counted.
    fn nonzeros(&self, _dag: &Dag, _node: HopId) -> Option<Nnz> {
        None
    }
}

/// A DAG and what was found while building it.
pub struct Built {
    pub dag: Dag,
    /// What is known to be wrong. Where a plan is made for running, the operator itself will say it again in its turn.
    pub diagnostics: Vec<Diagnostic>,
    /// The scalar inputs whose values (not only types) decided a shape.
    pub shaping: BTreeSet<Var>,
    /// It holds estimates of this moment: a plan made of it serves once.
    pub momentary: bool,
}

/// Builds the DAG of a block.
pub fn build(basic: &Basic, scope: &Scope, around: &dyn Surroundings) -> Built {
    let mut builder = Builder {
        scope,
        around,
        dag: Dag::default(),
        bound: HashMap::new(),
        known: HashMap::new(),
        diagnostics: vec![],
        shaping: BTreeSet::new(),
        momentary: false,
    };
    for s in &basic.statements {
        let hop = builder.expr(s.value());
        match &s.kind {
            StatementKind::Assign(var, _) => {
                builder.bound.insert(*var, hop);
                builder.dag.outputs.push(Output::Assign(*var, hop));
            }
            StatementKind::AssignSeveral(vars, _) => {
                // The block ends here: nobody in it asks for one of the results.
                builder.dag.outputs.push(Output::Several(vars.clone(), hop));
            }
            StatementKind::Effect(_) => builder.dag.outputs.push(Output::Effect(hop)),
        }
    }
    debug_assert_eq!(super::verify(&builder.dag), Ok(()));
    let Builder { dag, diagnostics, shaping, momentary, .. } = builder;
    Built { dag, diagnostics, shaping, momentary }
}

struct Builder<'a> {
    scope: &'a Scope,
    around: &'a dyn Surroundings,
    dag: Dag,
    /// The current value of each variable.
    bound: HashMap<Var, HopId>,
    /// Nodes by what they compute: common subexpressions.
    known: HashMap<(Kind, Vec<Option<HopId>>), HopId>,
    diagnostics: Vec<Diagnostic>,
    shaping: BTreeSet<Var>,
    momentary: bool,
}

impl Builder<'_> {
    fn expr(&mut self, e: &Expr) -> HopId {
        match &e.kind {
            ExprKind::Literal(value) => self.literal(value.clone(), e.span),
            ExprKind::Var(var) => self.variable(*var, e.span),
            ExprKind::Wrong => {
                self.dag.add(Kind::Literal(Scalar::Double(f64::NAN)), &[], Facts::Unknown, e.span, vec![])
            }
            ExprKind::Apply(op, args) => {
                let before = self.diagnostics.len();
                let operands: Vec<Option<HopId>> = args.iter().map(|a| a.as_ref().map(|a| self.expr(a))).collect();
                if *op == Op::LeftIndex {
                    self.needs_target(before, args[0].as_ref().map(|x| x.span));
                }
                let spans: Vec<Span> = args.iter().map(|a| a.as_ref().map_or(e.span, |a| a.span)).collect();
                self.apply(*op, operands, e.span, &spans)
            }
        }
    }

    fn literal(&mut self, value: Scalar, span: Span) -> HopId {
        let facts = Facts::literal(value.clone());
        self.intern(Kind::Literal(value), vec![], facts, span, vec![])
    }

    fn variable(&mut self, var: Var, span: Span) -> HopId {
        if let Some(&hop) = self.bound.get(&var) {
            return hop;
        }
        let facts = self.around.variable(var).unwrap_or_else(|| {
            self.undefined(var, span);
            Facts::Unknown
        });
        let depends = if facts.is_scalar() { vec![var] } else { vec![] };
        let hop = self.intern(Kind::Input(var), vec![], facts, span, depends);
        self.bound.insert(var, hop);
        hop
    }

    /// A part is assigned of what has no value: the error says how to begin.
    fn needs_target(&mut self, since: usize, target: Option<Span>) {
        let lacks = |d: &&mut Diagnostic| d.code == "E0201" && d.labels.first().map(|l| l.span) == target;
        if let Some(error) = self.diagnostics[since..].iter_mut().find(lacks) {
            let help = "a part is assigned of what there is: make it first, `X = matrix(0, rows = n, cols = m)`";
            error.help.get_or_insert_with(|| help.to_string());
        }
    }

    fn undefined(&mut self, var: Var, span: Span) {
        let name = self.scope.name(var);
        let error = Diagnostic::error("E0201", format!("the variable `{name}` has no value")).at(span, "used here");
        let assigned = |v: Var| self.bound.get(&v).is_some_and(|&hop| self.dag.hop(hop).kind != Kind::Input(v));
        let has_value = |v: Var| assigned(v) || self.around.variable(v).is_some();
        let names = self.scope.names.iter().enumerate();
        let others = names.filter(|(i, n)| !n.starts_with('%') && has_value(Var(*i as u32)));
        let others = others.map(|(_, n)| n.as_str());
        self.diagnostics.push(match did_you_mean(name, others) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => match crate::program::foreign::value(name) {
                Some(help) => error.help(help),
                None => error,
            },
        });
    }

    fn intern(
        &mut self,
        kind: Kind,
        operands: Vec<Option<HopId>>,
        facts: Facts,
        span: Span,
        depends: Vec<Var>,
    ) -> HopId {
        let key = (kind.clone(), operands.clone());
        if let Some(&hop) = self.known.get(&key) {
            return hop;
        }
        let hop = self.dag.add(kind, &operands, facts, span, depends);
        self.known.insert(key, hop);
        hop
    }

    /// Vectors of positions stand in the place of the first bound, and only where a single index was written.
    fn positions(&self, operands: &mut [Option<HopId>]) {
        for pair in operands.chunks_exact_mut(2) {
            let is_matrix = |h: Option<HopId>| h.is_some_and(|h| matches!(self.dag.hop(h).facts, Facts::Matrix(_)));
            match is_matrix(pair[0]) {
                true if pair[0] == pair[1] => pair[1] = None,
                // `X[I:, ]`: wrong, as a second bound.
                true if pair[1].is_none() => pair.swap(0, 1),
                _ => {}
            }
        }
    }

    /// A list of one value stands for its value where lists have no meaning.
    fn singles(&mut self, op: Op, operands: &mut [Option<HopId>], spans: &[Span]) {
        let row = op.row();
        // A list takes any value, a matrix does not.
        let part_of_matrix = op == Op::LeftIndex
            && operands[0].is_some_and(|h| matches!(self.dag.hop(h).facts, Facts::Matrix(_) | Facts::Frame { .. }));
        for (i, operand) in operands.iter_mut().enumerate() {
            let single = |i: usize| !row.parameter(i).lists || part_of_matrix && i == 1;
            let Some(hop) = operand.filter(|_| !row.parameters.is_empty() && single(i)) else { continue };
            let Hop { kind, facts, .. } = self.dag.hop(hop);
            let part_of_unknown = matches!((kind, facts), (Kind::Apply(Op::RightIndex), Facts::Unknown));
            if part_of_unknown || matches!(facts, Facts::List { length: None | Some(1) }) {
                *operand = Some(self.intern(Kind::Apply(Op::Item), vec![Some(hop)], Facts::Unknown, spans[i], vec![]));
            }
        }
    }

    /// A 1 x 1 matrix beside a string, as in `"loss " + losses[i, 1]`, stands for its cell.
    fn cells_in_text(&mut self, operands: &mut [Option<HopId>], spans: &[Span]) {
        let facts = |h: Option<HopId>| h.map(|h| &self.dag.hop(h).facts);
        let is_text = |h| facts(h).is_some_and(|f| f.scalar_type() == Some(ScalarType::Str));
        let may_be_cell = |h| match facts(h) {
            Some(Facts::Matrix(m)) => [m.rows, m.cols].iter().all(|size| size.is_none_or(|n| n == 1)),
            _ => false,
        };
        let &[a, b] = &*operands else { return };
        let cell = match (is_text(a) && may_be_cell(b), is_text(b) && may_be_cell(a)) {
            (true, _) => 1,
            (_, true) => 0,
            _ => return,
        };
        operands[cell] = Some(self.apply(Op::AsScalar, vec![operands[cell]], spans[cell], &[spans[cell]]));
    }

    fn apply(&mut self, op: Op, mut operands: Vec<Option<HopId>>, span: Span, spans: &[Span]) -> HopId {
        match op {
            Op::RightIndex => self.positions(&mut operands[1..]),
            Op::LeftIndex => self.positions(&mut operands[2..]),
            _ => {}
        }
        self.singles(op, &mut operands, spans);
        if op == Op::Binary(Binary::Add) {
            self.cells_in_text(&mut operands, spans);
        }
        if op == Op::Item
            && let Some(hop) = operands[0]
            && let Facts::Matrix(_) | Facts::Scalar { .. } | Facts::Frame { .. } = self.dag.hop(hop).facts
        {
            return hop;
        }
        if op == Op::NnzEstimate
            && let Some(Some(operand)) = operands.first()
            && let Some(nnz) = self.around.nonzeros(&self.dag, *operand)
        {
            return self.estimate(nnz, span);
        }
        let repeatable = self.repeatable(op, &operands);
        if repeatable && let Some(&hop) = self.known.get(&(Kind::Apply(op), operands.clone())) {
            return hop;
        }
        let (facts, depends) = self.infer(op, &operands, span, spans);
        if repeatable
            && depends.is_empty()
            && let Some(value) = facts.value()
        {
            return self.literal(value.clone(), span);
        }
        if repeatable {
            self.intern(Kind::Apply(op), operands, facts, span, depends)
        } else {
            self.dag.add(Kind::Apply(op), &operands, facts, span, depends)
        }
    }

    /// The row of lower bound, estimate and upper bound.
    fn estimate(&mut self, nnz: Nnz, span: Span) -> HopId {
        self.momentary = true;
        let mut cells = vec![];
        for x in [nnz.lower as f64, nnz.estimate, nnz.upper as f64] {
            let cell = self.literal(Scalar::Double(x), span);
            cells.push(Some(self.apply(Op::AsMatrix, vec![Some(cell)], span, &[span])));
        }
        self.apply(Op::CBind, cells, span, &[span; 3])
    }

    /// Equal operands give an equal value: pure operators, and `rand` and `sample` with a seed.
    fn repeatable(&self, op: Op, operands: &[Option<HopId>]) -> bool {
        match op.row().effect {
            Effect::Pure => true,
            Effect::World => false,
            Effect::Fresh if matches!(op, Op::Rand | Op::Sample) => {
                let seed = operands.last().copied().flatten().map(|h| &self.dag.hop(h).kind);
                matches!(seed, Some(Kind::Literal(s)) if s.as_i64() != Some(-1))
            }
            Effect::Fresh => false,
        }
    }

    /// Whether the rows and columns of a table are those of a sequence from 1 on, or the same.
    fn pairs(&self, operands: &[Option<HopId>]) -> table::Pairs {
        let one = |h: Option<HopId>| match h.map(|h| &self.dag.hop(h).kind) {
            Some(Kind::Literal(s)) => s.as_f64() == Some(1.0),
            _ => false,
        };
        let counts = |h: Option<HopId>| {
            let Some(h) = h.filter(|h| self.dag.hop(*h).kind == Kind::Apply(Op::Seq)) else { return false };
            let sequence = self.dag.operands(h);
            let up = |to: HopId| self.dag.hop(to).facts.value().and_then(Scalar::as_f64).is_some_and(|to| to >= 1.0);
            one(sequence[0]) && if sequence[2].is_some() { one(sequence[2]) } else { sequence[1].is_some_and(up) }
        };
        let (i, j) = (operands[0], operands[1]);
        table::Pairs { rows_count: counts(i), cols_count: counts(j), same: i.is_some() && i == j }
    }

    /// Facts and dependencies of a result. Values of scalars that may differ at the next visit are shown to the rule
    /// only where they decide a shape (and are noted), or where the result is itself a scalar (and depends on them).
    fn infer(&mut self, op: Op, operands: &[Option<HopId>], span: Span, spans: &[Span]) -> (Facts, Vec<Var>) {
        let row = op.row();
        let scalars = operands.iter().flatten().all(|&h| !matches!(self.dag.hop(h).facts, Facts::Matrix(_)))
            && !row.parameters.iter().any(|p| p.shapes);
        let hidden: Vec<Option<Facts>> = operands
            .iter()
            .enumerate()
            .map(|(i, o)| {
                let hop = self.dag.hop((*o)?);
                let hide = !hop.depends.is_empty() && !scalars && !row.parameter(i).shapes && hop.facts.is_scalar();
                hide.then(|| hop.facts.widen())
            })
            .collect();
        let args: Vec<Option<&Facts>> = operands
            .iter()
            .zip(&hidden)
            .map(|(o, h)| h.as_ref().or_else(|| o.map(|o| &self.dag.hop(o).facts)))
            .collect();
        let inferred = match op {
            Op::Table => table::infer(op, &args, self.pairs(operands)),
            _ => (row.infer)(op, &args),
        };
        let facts = match inferred {
            // Which file it is may differ at the next visit; what is known of it holds for this one.
            Ok(facts) if op == Op::Read => {
                let known: Vec<Option<&Facts>> = operands.iter().map(|o| o.map(|o| &self.dag.hop(o).facts)).collect();
                self.around.file(&known).unwrap_or(facts)
            }
            Ok(facts) => facts,
            Err(mismatch) => {
                self.diagnostics.push(diagnostic(mismatch, span, spans));
                Facts::Unknown
            }
        };
        let mut depends: Vec<Var> = Vec::new();
        for (i, o) in operands.iter().enumerate() {
            let Some(o) = o else { continue };
            let on = &self.dag.hop(*o).depends;
            if facts.is_scalar() && scalars {
                depends.extend(on.iter().filter(|v| !depends.contains(v)).copied().collect::<Vec<_>>());
            } else if row.parameter(i).shapes && !matches!(facts, Facts::List { .. }) {
                self.shaping.extend(on);
            }
        }
        (facts, depends)
    }
}

/// A mismatch at its place.
pub fn diagnostic(mismatch: Mismatch, span: Span, spans: &[Span]) -> Diagnostic {
    let mut d = Diagnostic::error(mismatch.code, mismatch.message);
    if mismatch.labels.is_empty() {
        d = d.at(span, "here");
    }
    for (i, text) in mismatch.labels {
        d = d.at(spans.get(i).copied().unwrap_or(span), text);
    }
    match mismatch.help {
        Some(help) => d.help(help),
        None => d,
    }
}
