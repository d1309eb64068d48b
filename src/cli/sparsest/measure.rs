//! What every estimator says of a case, how long it takes, and the truth.

use std::rc::Rc;
use std::time::Instant;

use lac::Diagnostic;
use lac::compiler::sketch::pattern::Shape;
use lac::compiler::sketch::rivals::Exact;
use lac::compiler::sketch::{AnyEstimator, Expression, Nnz, Pattern, Refusal};

use super::cases::Case;
use super::generate::Cells;
use super::leaves::Library;

/// A case with its answers.
pub struct Measured {
    pub case: Case,
    pub shape: Shape,
    /// Name, shape and number of nonzeros of each matrix.
    pub leaves: Vec<(String, Shape, usize)>,
    pub truth: Truth,
    pub answers: Vec<Answer>,
}

/// The true number of nonzeros, unless an operand did not fit into memory.
pub struct Truth {
    pub nnz: Result<u64, Refusal>,
    pub seconds: f64,
}

/// What an estimator says.
pub struct Answer {
    pub estimator: String,
    pub estimate: Result<Estimate, Refusal>,
}

/// An estimate and what it cost.
#[derive(Clone, Copy)]
pub struct Estimate {
    pub nnz: Nnz,
    /// Seconds to make the synopses of all leaves, and then to estimate.
    pub construction: f64,
    pub estimation: f64,
    /// Of the synopses of all leaves.
    pub bytes: u64,
}

impl Measured {
    /// How far off an answer is; `None` without answer or truth.
    pub fn error(&self, answer: &Answer) -> Option<f64> {
        let estimate = answer.estimate.as_ref().ok()?;
        Some(relative_error(*self.truth.nnz.as_ref().ok()? as f64, estimate.nnz.estimate))
    }

    pub fn sparsity(&self, nnz: f64) -> f64 {
        let cells = self.shape.0 as f64 * self.shape.1 as f64;
        if cells == 0.0 { 0.0 } else { nnz / cells }
    }
}

/// max / min: 1 is right, infinity if only one of them is 0.
pub fn relative_error(truth: f64, estimate: f64) -> f64 {
    if truth == estimate { 1.0 } else { truth.max(estimate) / truth.min(estimate) }
}

/// Runs all estimators on a case.
///
/// # Errors
/// Those of reading the case's files; E0412 if they do not hold what they are known to hold.
pub fn measure(
    case: &Case,
    library: &mut Library,
    estimators: &[Box<dyn AnyEstimator>],
    exact: Exact,
) -> Result<Measured, Box<Diagnostic>> {
    let (_, names) = case.parse();
    let cells: Result<Vec<Rc<Cells>>, _> = names.iter().map(|name| library.get(name)).collect();
    let cells = cells?;
    let case = case.clone().sized(|name| {
        let at = names.iter().position(|known| known == name).expect("the case names it");
        (cells[at].rows, cells[at].cols)
    });
    let (expression, _) = case.parse();
    let patterns: Vec<Pattern<'_>> = cells.iter().map(|cells| cells.pattern()).collect();
    let shapes: Vec<Shape> = patterns.iter().map(|pattern| pattern.shape()).collect();
    let leaves = names.into_iter().zip(&patterns).map(|(name, leaf)| (name, leaf.shape(), leaf.nnz())).collect();
    // files of these names may hold other matrices
    let wrong = |refusal| Box::new(Diagnostic::error("E0412", format!("{}: {refusal}", case.id)));
    let shape = expression.shape(&shapes).map_err(wrong)?;
    let (truth, answers) = ask(&expression, &patterns, estimators, exact);
    Ok(Measured { case, shape, leaves, truth, answers })
}

/// The truth, and what the estimators say.
pub fn ask(
    expression: &Expression,
    leaves: &[Pattern<'_>],
    estimators: &[Box<dyn AnyEstimator>],
    exact: Exact,
) -> (Truth, Vec<Answer>) {
    let (nnz, seconds) = timed(|| exact.count(expression, leaves));
    let answer = |estimator: &dyn AnyEstimator| Answer {
        estimator: estimator.name(),
        estimate: estimate(estimator, expression, leaves),
    };
    (Truth { nnz, seconds }, estimators.iter().map(|estimator| answer(estimator.as_ref())).collect())
}

fn estimate(
    estimator: &dyn AnyEstimator,
    expression: &Expression,
    leaves: &[Pattern<'_>],
) -> Result<Estimate, Refusal> {
    let (sketched, construction) = timed(|| estimator.sketch(leaves));
    let sketched = sketched?;
    let (nnz, estimation) = timed(|| sketched.estimate(expression));
    Ok(Estimate { nnz: nnz?, construction, estimation, bytes: sketched.bytes() })
}

/// What takes less than this, in seconds, is repeated until it has taken so long,
const SHORT: f64 = 0.02;
/// so many times at most.
const TIMES: usize = 5;

/// The value, and the median of the seconds it takes.
pub fn timed<T>(mut work: impl FnMut() -> T) -> (T, f64) {
    let mut seconds = Vec::new();
    loop {
        let begin = Instant::now();
        let value = work();
        seconds.push(begin.elapsed().as_secs_f64());
        if seconds.len() == TIMES || seconds.iter().sum::<f64>() > SHORT {
            seconds.sort_unstable_by(f64::total_cmp);
            return (value, seconds[seconds.len() / 2]);
        }
    }
}
