//! How many nonzeros an expression would have, without computing it.

mod root;
mod work;

use std::time::{Duration, Instant};

use lac_compiler::facts::Facts;
use lac_compiler::ops::Scalar;
use lac_compiler::sketch::{Nnz, Refusal, Sketch, SketchFile, bytes_csr, bytes_dense, rivals};
use lac_grammar::{Diagnostic, FileId};
use lac_runtime::exec::Value;
use lac_runtime::{Context, Matrix};

use crate::render::{Diagnostics, Sources};
use crate::session::on_large_stack;
use root::infer;
use work::Work;

/// The estimator that plans use: sketches propagated through every operator, and probes where these leave a doubt and the data
/// are at hand.
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
// A handful a question: their size does not matter.
#[allow(clippy::large_enum_variant)]
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

/// Whether an estimator looks at cells, so that a sketch in place of a matrix is not enough, or not as good.
pub fn needs_data(estimator: &str) -> bool {
    estimator == DEFAULT
        || rivals::by_name(estimator).is_some_and(|e| e.adopt(&[Sketch::empty(1, 1)]).err() == Some(Refusal::NeedsData))
}

/// Estimates the number of nonzeros of an expression.
///
/// ```
/// use lac::estimate::{Given, Question, estimate};
/// use lac::{Context, Csr, Matrix};
///
/// let graph = Matrix::new(Csr::new(3, 3, vec![0, 1, 2, 4], vec![1, 2, 0, 1], vec![1.0; 4]));
/// let given = [("G".to_string(), Given::Matrix(graph))];
/// let question = Question { expression: "G %*% t(G)", given: &given, estimator: "default", exact: true, seed: 0 };
/// let answer = estimate(&question, &Context::unlimited())?;
/// assert_eq!((answer.rows, answer.cols, answer.truth), (3, 3, Some(5)));
/// assert!(answer.nnz.lower <= 5 && 5 <= answer.nnz.upper);
/// # Ok::<(), lac::Diagnostics>(())
/// ```
///
/// # Errors
/// What is wrong with the expression (E01.., E02.., E03..): syntax, names, shapes; E0230 if it has no nonzeros to count; E0231
/// for an operator, E0232 for a sketch that the estimator cannot work with; E0601 beyond the memory budget.
pub fn estimate(question: &Question, context: &Context) -> Result<Answer, Diagnostics> {
    let mut sources = Sources::default();
    let file = sources.add("expression", question.expression);
    on_large_stack(|| answer(question, file, context)).map_err(|list| Diagnostics { list, sources })
}

fn answer(question: &Question, file: FileId, context: &Context) -> Result<Answer, Vec<Diagnostic>> {
    let is_default = question.estimator == DEFAULT;
    let begin = Instant::now();
    let known: Vec<Facts> = question.given.iter().map(|(_, given)| given.facts(is_default)).collect();
    let sketching = begin.elapsed();
    let begin = Instant::now();
    let root = infer(question, file, &known, context)?;
    let estimating = begin.elapsed();
    let (rows, cols, nnz) = root.result()?;
    let mut answer = Answer { rows, cols, nnz, truth: None, sketching, estimating, counting: Duration::ZERO };
    let work = Work { question, root: &root, context };
    if is_default {
        let begin = Instant::now();
        answer.nnz = work.probed(nnz);
        answer.estimating += begin.elapsed();
    } else {
        (answer.nnz, answer.sketching, answer.estimating) = work.by_rival().map_err(|e| vec![e])?;
    }
    if question.exact {
        let begin = Instant::now();
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
