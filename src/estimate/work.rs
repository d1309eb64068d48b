//! Estimators that know patterns alone, and counting.

use std::time::{Duration, Instant};

use lac_compiler::hop::{HopId, Kind};
use lac_compiler::plan::{self, Values, human_bytes};
use lac_compiler::program::Var;
use lac_compiler::sketch::probe::{Effort, LeafRows};
use lac_compiler::sketch::rivals::{self, Exact};
use lac_compiler::sketch::{AnyEstimator, Expression, Nnz, Pattern, Refusal, Sketch, bytes_csr};
use lac_grammar::diagnostic::did_you_mean;
use lac_grammar::{Diagnostic, Span};
use lac_runtime::exec::Value;
use lac_runtime::{Context, Csr, Matrix, Storage};

use super::root::Root;
use super::{DEFAULT, Given, Question, estimators};
use crate::render::Diagnostics;
use crate::session::Session;

type Found<T> = Result<T, Diagnostic>;

/// An expression with its leaves, for estimators of patterns.
pub(super) struct Work<'a> {
    pub question: &'a Question<'a>,
    pub root: &'a Root,
    pub context: &'a Context,
}

/// A leaf as an estimator wants it.
#[allow(clippy::large_enum_variant)]
enum Leaf {
    Rows(Csr),
    Sketch(Sketch),
}

impl Values for Work<'_> {
    fn rows(&self, var: Var) -> Option<&dyn LeafRows> {
        let name = self.root.scope.name(var);
        self.question.given.iter().find_map(|(n, given)| match given {
            Given::Matrix(m) if n == name => Some(m as &dyn LeafRows),
            _ => None,
        })
    }
}

impl Work<'_> {
    /// The answer of the estimator that was asked, the time for its sketches and for estimating.
    pub fn by_rival(&self) -> Found<(Nnz, Duration, Duration)> {
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

    /// What is known, refined by probes where the data are given.
    pub fn probed(&self, known: Nnz) -> Nnz {
        plan::nonzeros(&self.root.dag, self.root.hop, self, Effort::default()).unwrap_or(known)
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
    pub fn count(&self) -> Found<u64> {
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
        let message = match refusal {
            Refusal::TooLarge { needed, limit } => {
                let (needed, limit) = (human_bytes(needed), human_bytes(limit));
                format!("`{estimator}` keeps at least {needed} of one intermediate result; {limit} are allowed")
            }
            refusal => format!("`{estimator}`: {refusal}"),
        };
        let error = Diagnostic::error(code, message);
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
