//! How many nonzeros an expression would have, without computing it.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use lac_compiler::facts::{Facts, MatrixFacts};
use lac_compiler::hop::{Built, Dag, HopId, Kind, Output};
use lac_compiler::ops::Scalar;
use lac_compiler::program::analyze::{Observer, Place};
use lac_compiler::program::{self, Basic, Binding, Environment, NoLoader, Options, Scope, Var};
use lac_compiler::sketch::rivals::{self, Exact};
use lac_compiler::sketch::{
    AnyEstimator, Expression, Nnz, Pattern, Refusal, Sketch, SketchFile, bytes_csr, bytes_dense,
};
use lac_grammar::diagnostic::did_you_mean;
use lac_grammar::{Diagnostic, FileId, Span, ast};
use lac_runtime::exec::Value;
use lac_runtime::{Context, Csr, Matrix, Storage};

use crate::catalog::Files;
use crate::render::{Diagnostics, Sources};
use crate::session::{Session, on_large_stack};

/// The estimator that plans use: the sketches of the optimizer, propagated through every operator.
pub const DEFAULT: &str = "default";

/// What is asked.
pub struct Question<'a> {
    /// An expression of the language, over the names of `given`.
    pub expression: &'a str,
    pub given: &'a [(String, Given)],
    /// One of [`estimators`].
    pub estimator: &'a str,
    /// Count the truth, too.
    pub exact: bool,
    /// Of random matrices in the expression, where an estimator needs their cells.
    pub seed: u64,
}

/// What a name in an expression stands for.
#[derive(Clone, Debug)]
pub enum Given {
    Matrix(Matrix),
    /// A matrix whose data are not there, or need not be.
    Sketch(SketchFile),
    Scalar(Scalar),
}

/// What is known of the result.
#[derive(Clone, Debug)]
pub struct Answer {
    pub rows: u64,
    pub cols: u64,
    pub nnz: Nnz,
    /// The true number of nonzeros, if it was asked for.
    pub truth: Option<u64>,
    /// For making the sketches of the given matrices.
    pub sketching: Duration,
    /// For estimating with them.
    pub estimating: Duration,
    /// For counting the truth.
    pub counting: Duration,
}

impl Answer {
    /// Expected fraction of nonzero cells.
    pub fn density(&self) -> f64 {
        self.nnz.density(self.rows, self.cols)
    }

    /// Bytes of the result if stored dense.
    pub fn dense(&self) -> u64 {
        bytes_dense(self.rows, self.cols)
    }

    /// Expected bytes of the result as CSR, and the most it can take.
    pub fn csr(&self) -> (u64, u64) {
        let bytes = |nnz: u64| bytes_csr(self.rows, self.cols, nnz);
        (bytes(self.nnz.estimate.round() as u64), bytes(self.nnz.upper))
    }

    /// max / min of estimate and truth: 1 if both are 0, infinite if one of them is.
    pub fn error(&self) -> Option<f64> {
        let (truth, estimate) = (self.truth? as f64, self.nnz.estimate);
        Some(if truth == estimate { 1.0 } else { truth.max(estimate) / truth.min(estimate) })
    }
}

/// The names of the estimators.
pub fn estimators() -> impl Iterator<Item = &'static str> {
    rivals::names()
}

/// Whether an estimator looks at cells, so that a sketch in place of a matrix is not enough.
pub fn needs_data(estimator: &str) -> bool {
    estimator != DEFAULT
        && rivals::by_name(estimator).is_some_and(|e| e.adopt(&[Sketch::empty(1, 1)]).err() == Some(Refusal::NeedsData))
}

/// Estimates the number of nonzeros of an expression.
///
/// # Errors
/// What is wrong with the expression (E01.., E02.., E03..): syntax, names, shapes; E0230 if it has no nonzeros to count; E0231
/// for an operator, E0232 for a sketch that the estimator cannot work with; E0601 beyond the memory budget.
pub fn estimate(question: &Question, context: &Context) -> Result<Answer, Diagnostics> {
    let mut sources = Sources::default();
    let file = sources.add("expression", question.expression);
    on_large_stack(|| answer(question, file, context)).map_err(|list| Diagnostics { list, sources })
}

type Found<T> = Result<T, Diagnostic>;

fn answer(question: &Question, file: FileId, context: &Context) -> Result<Answer, Vec<Diagnostic>> {
    let begin = Instant::now();
    let known: Vec<Facts> =
        question.given.iter().map(|(_, given)| given.facts(question.estimator == DEFAULT)).collect();
    let sketched = begin.elapsed();
    let begin = Instant::now();
    let root = infer(question, file, &known, context)?;
    let inferred = begin.elapsed();
    let (rows, cols, nnz) = root.result()?;
    let mut answer =
        Answer { rows, cols, nnz, truth: None, sketching: sketched, estimating: inferred, counting: Duration::ZERO };
    if question.estimator != DEFAULT {
        let work = Work { question, root: &root, context };
        (answer.nnz, answer.sketching, answer.estimating) = work.by_rival().map_err(|e| vec![e])?;
    }
    if question.exact {
        let begin = Instant::now();
        let work = Work { question, root: &root, context };
        answer.truth = Some(work.count().map_err(|e| vec![e])?);
        answer.counting = begin.elapsed();
    }
    Ok(answer)
}

impl Given {
    /// With the sketch, if it is wanted.
    fn facts(&self, sketch: bool) -> Facts {
        match self {
            Given::Scalar(s) => Facts::literal(s.clone()),
            Given::Sketch(file) => Facts::sketched(file.sketch.clone(), file.finite),
            Given::Matrix(m) if sketch => Facts::sketched(m.full_sketch(), m.is_finite()),
            Given::Matrix(m) => Value::Matrix(m.clone()).metadata(),
        }
    }
}

/// The name of the result; the space keeps it apart from the user's names.
const RESULT: &str = "the result";

/// The DAG that computes the result, seen by the analysis of the one-statement program.
struct Root {
    dag: Dag,
    hop: HopId,
    scope: Scope,
    span: Span,
}

#[derive(Default)]
struct Seen(RefCell<Option<(Dag, HopId, Scope)>>);

impl Observer for &Seen {
    fn block(&mut self, place: &Place, _: &Basic, built: &Built) {
        let is_result = |o: &Output| match o {
            Output::Assign(var, hop) if place.scope.name(*var) == RESULT => Some(*hop),
            _ => None,
        };
        if let Some(hop) = built.dag.outputs.iter().find_map(is_result) {
            let scope = Scope { names: place.scope.names.clone(), body: vec![] };
            *self.0.borrow_mut() = Some((built.dag.clone(), hop, scope));
        }
    }
}

/// Lowers the expression as a program that assigns it, after the scalars, and infers what is known of every value.
fn infer(question: &Question, file: FileId, known: &[Facts], context: &Context) -> Result<Root, Vec<Diagnostic>> {
    let value = lac_grammar::parse_expr(file, question.expression)?;
    let span = value.span;
    let assign = |name: &str, value: ast::Expr| {
        let name = ast::Ident { span, name: name.to_string() };
        ast::Stmt { span, kind: ast::StmtKind::Assign { target: ast::Target { name, index: None }, value } }
    };
    let scalars = question.given.iter().filter_map(|(name, given)| match given {
        Given::Scalar(s) => Some(assign(name, ast::Expr { span, kind: literal(s) })),
        _ => None,
    });
    let statements = scalars.chain([assign(RESULT, value.clone())]).collect();
    let names: Vec<String> = question.given.iter().map(|(name, _)| name.clone()).collect();
    let options = Options { given: names.clone(), keep: true, ..Options::default() };
    let mut diagnostics = vec![];
    let script = ast::Script { statements, functions: vec![] };
    let program = program::lower(script, &options, &mut NoLoader, &mut diagnostics);
    let mut given = Environment::new();
    for (i, name) in program.main.names.iter().enumerate() {
        if let Some(n) = names.iter().position(|n| n == name)
            && known[n].is_matrix()
        {
            given.insert(Var(i as u32), Binding::certain(known[n].clone()));
        }
    }
    let (seen, catalog) = (Seen::default(), Files::new(context.clone(), true));
    diagnostics.extend(program::analyze(&program, given, &catalog, Some(&mut &seen)).diagnostics);
    diagnostics.retain(Diagnostic::is_error);
    if !diagnostics.is_empty() {
        return Err(diagnostics.into_iter().map(|d| name_file(d, &names)).collect());
    }
    match seen.0.into_inner() {
        Some((dag, hop, scope)) => Ok(Root { dag, hop, scope, span }),
        None => Err(vec![no_matrix(span, "it has no value")]),
    }
}

/// How a name gets a value here.
fn name_file(d: Diagnostic, names: &[String]) -> Diagnostic {
    if d.code != "E0201" || d.help.is_some() {
        return d;
    }
    let name = d.message.split('`').nth(1).unwrap_or("A").to_string();
    match did_you_mean(&name, names.iter().map(String::as_str)) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(format!("say which file it is, after the expression: {name}=FILE")),
    }
}

fn literal(s: &Scalar) -> ast::ExprKind {
    match s {
        Scalar::Int(i) => ast::ExprKind::Int(*i),
        Scalar::Double(x) => ast::ExprKind::Double(*x),
        Scalar::Bool(b) => ast::ExprKind::Bool(*b),
        Scalar::Str(s) => ast::ExprKind::String(s.to_string()),
    }
}

fn no_matrix(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error("E0230", format!("the expression has no nonzeros to estimate: {what}")).at(span, "no matrix")
}

impl Root {
    /// Shape and nonzeros as inferred.
    fn result(&self) -> Result<(u64, u64, Nnz), Vec<Diagnostic>> {
        let facts = &self.dag.hop(self.hop).facts;
        match facts {
            Facts::Matrix(MatrixFacts { rows: Some(rows), cols: Some(cols), sketch: Some(sketch), .. }) => {
                Ok((*rows, *cols, sketch.nnz()))
            }
            Facts::Matrix(m) => {
                let message = format!("the shape of the result is not known without computing it: {}", m.shape());
                Err(vec![Diagnostic::error("E0230", message).at(self.span, "of unknown shape")])
            }
            other => Err(vec![no_matrix(self.span, &format!("it is of type {}", other.describe()))]),
        }
    }
}

/// An expression with its leaves, for estimators of patterns.
struct Work<'a> {
    question: &'a Question<'a>,
    root: &'a Root,
    context: &'a Context,
}

/// A leaf as an estimator wants it.
enum Leaf {
    Rows(Csr),
    Sketch(Sketch),
}

impl Work<'_> {
    fn by_rival(&self) -> Found<(Nnz, Duration, Duration)> {
        let name = self.question.estimator;
        let estimator = rivals::by_name(name).ok_or_else(|| unknown(name))?;
        let (expression, hops) = self.expression()?;
        let leaves: Vec<Leaf> = hops.iter().map(|&hop| self.leaf(hop)).collect::<Found<_>>()?;
        let refused = |refusal| self.refused(name, refusal);
        let begin = Instant::now();
        let sketches: Option<Vec<Sketch>> = match leaves.iter().all(|leaf| matches!(leaf, Leaf::Rows(_))) {
            true => None,
            false => Some(leaves.iter().map(Leaf::sketch).collect()),
        };
        let patterns: Vec<Pattern> = leaves.iter().filter_map(Leaf::pattern).collect();
        let sketched = match sketches {
            Some(sketches) => estimator.adopt(&sketches),
            None => estimator.sketch(&patterns),
        };
        let sketched = sketched.map_err(refused)?;
        let sketching = begin.elapsed();
        let begin = Instant::now();
        let nnz = sketched.estimate(&expression).map_err(refused)?;
        Ok((nnz, sketching, begin.elapsed()))
    }

    fn expression(&self) -> Found<(Expression, Vec<HopId>)> {
        Expression::from_dag(&self.root.dag, self.root.hop).map_err(|why| {
            let message = format!("`{}`: {why}", self.question.estimator);
            Diagnostic::error("E0231", message).at(why.span, "here").help(format!("`{DEFAULT}` knows every operator"))
        })
    }

    fn leaf(&self, hop: HopId) -> Found<Leaf> {
        let node = self.root.dag.hop(hop);
        let Kind::Input(var) = node.kind else {
            // made from scalars: rand, matrix, seq
            let any_sketch = self.question.given.iter().any(|(_, given)| matches!(given, Given::Sketch(_)));
            return match node.facts.as_matrix().and_then(|m| m.sketch.as_ref()) {
                Some(sketch) if any_sketch => Ok(Leaf::Sketch(sketch.clone())),
                // random matrices differ from each other
                _ => self.rows(&self.compute(node.span, hop.index() as u64)?),
            };
        };
        let name = self.root.scope.name(var);
        match self.question.given.iter().find(|(n, _)| n == name) {
            Some((_, Given::Matrix(m))) => self.rows(m),
            Some((_, Given::Sketch(file))) => Ok(Leaf::Sketch(file.sketch.clone())),
            _ => Err(Diagnostic::error("E0232", "a file that is read within the expression has no name")
                .at(node.span, "read here")
                .help("give it one: `'A %*% B' A=FILE`")),
        }
    }

    /// A part of the expression, computed.
    fn compute(&self, span: Span, stream: u64) -> Found<Matrix> {
        let seed = self.question.seed.wrapping_add(stream);
        let mut session = Session::builder().memory(self.context.limit()).seed(seed).build();
        for (name, given) in self.question.given {
            match given {
                Given::Scalar(s) => session.bind(name.clone(), Value::Scalar(s.clone())),
                Given::Matrix(m) => session.bind(name.clone(), m.clone()),
                Given::Sketch(_) => {}
            }
        }
        let text = &self.question.expression[span.start as usize..span.end as usize];
        let first = |found: Diagnostics| found.list.into_iter().find(Diagnostic::is_error);
        match session.run(&format!("result_ = {text}")) {
            Ok(_) => session.matrix("result_").cloned().map_err(first),
            Err(found) => Err(first(found)),
        }
        .map_err(|e| {
            let mut error = e.unwrap_or_else(|| Diagnostic::error("E0232", "a part of the expression has no value"));
            error.labels.clear();
            error.at(span, "computed for the estimator")
        })
    }

    /// The rows without stored zeros.
    fn rows(&self, m: &Matrix) -> Found<Leaf> {
        let bytes = bytes_csr(m.rows() as u64, m.cols() as u64, m.nnz());
        self.context.reserve(bytes, || "the pattern of a matrix".to_string()).map_err(|e| *e)?;
        let csr = match m.to_csr().into_storage() {
            Storage::Csr(csr) => csr,
            Storage::Dense(dense) => Csr::from_dense(&dense),
        };
        Ok(Leaf::Rows(if csr.stored() as u64 == m.nnz() { csr } else { without_zeros(&csr) }))
    }

    /// The true number of nonzeros: of the pattern, or, if values decide it, of the computed result.
    fn count(&self) -> Found<u64> {
        if let Some((name, _)) = self.question.given.iter().find(|(_, given)| matches!(given, Given::Sketch(_))) {
            let message = format!("only the sketch of `{name}` is there: nonzeros cannot be counted");
            return Err(Diagnostic::error("E0232", message).help(format!("give the data: {name}=FILE")));
        }
        let Ok((expression, hops)) = Expression::from_dag(&self.root.dag, self.root.hop) else {
            return self.compute(self.root.span, 0).map(|m| m.nnz());
        };
        let leaves: Vec<Leaf> = hops.iter().map(|&hop| self.leaf(hop)).collect::<Found<_>>()?;
        let patterns: Vec<Pattern> = leaves.iter().filter_map(Leaf::pattern).collect();
        // An intermediate result grows by doubling, and there are two of them.
        let exact = Exact { max_bytes: self.context.limit() / 4 };
        let counted = AnyEstimator::sketch(&exact, &patterns).and_then(|sketched| sketched.estimate(&expression));
        counted.map(|nnz| nnz.lower).map_err(|refusal| self.refused("exact", refusal))
    }

    fn refused(&self, estimator: &str, refusal: Refusal) -> Diagnostic {
        let code = match refusal {
            Refusal::TooLarge { .. } => "E0601",
            Refusal::NeedsData => "E0232",
            _ => "E0231",
        };
        let error = Diagnostic::error(code, format!("`{estimator}`: {refusal}"));
        match code {
            "E0601" => error.help("give more with --mem, or take an estimator that keeps less"),
            "E0232" => {
                let sketches = self.question.given.iter().filter(|(_, given)| matches!(given, Given::Sketch(_)));
                let names: Vec<String> = sketches.map(|(name, _)| format!("`{name}`")).collect();
                error.help(format!("give the data of {}, or take `{DEFAULT}`", names.join(", ")))
            }
            _ => error.at(self.root.span, "this expression").help(format!("`{DEFAULT}` knows every operator")),
        }
    }
}

impl Leaf {
    fn pattern(&self) -> Option<Pattern<'_>> {
        match self {
            Leaf::Rows(csr) => {
                Some(Pattern::new(csr.rows(), csr.cols(), csr.indptr(), csr.indices()).expect("a CSR matrix is one"))
            }
            Leaf::Sketch(_) => None,
        }
    }

    fn sketch(&self) -> Sketch {
        match self {
            Leaf::Rows(s) => Sketch::from_csr_pattern(s.rows() as u64, s.cols() as u64, s.indptr(), s.indices()),
            Leaf::Sketch(sketch) => sketch.clone(),
        }
    }
}

fn without_zeros(csr: &Csr) -> Csr {
    let (mut indptr, mut indices, mut values) = (vec![0], vec![], vec![]);
    for row in csr.indptr().windows(2) {
        for p in (row[0]..row[1]).filter(|&p| csr.values()[p] != 0.0) {
            indices.push(csr.indices()[p]);
            values.push(csr.values()[p]);
        }
        indptr.push(indices.len());
    }
    Csr::new(csr.rows(), csr.cols(), indptr, indices, values)
}

fn unknown(estimator: &str) -> Diagnostic {
    let error = Diagnostic::error("E0231", format!("there is no estimator `{estimator}`"));
    let names: Vec<&str> = estimators().collect();
    match did_you_mean(estimator, names.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("the estimators are {}", names.join(", "))),
    }
}
