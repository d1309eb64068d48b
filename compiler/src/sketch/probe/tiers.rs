//! Sketches where they suffice, probes where they leave a doubt (section 7.3).

use super::super::Sketch;
use super::super::chain::Order;
use super::super::estimator::{AnyEstimator, Estimator, Refusal, Sketched};
use super::super::nnz::Nnz;
use super::super::operation::{Expression, Operation};
use super::super::pattern::{Pattern, Shape};
use super::super::rivals::Propagation;
use super::super::rule::{Rule, Why};
use super::{Effort, LeafRows, Probed, probe};

/// What a sketch says of an expression, and what probes say, together: the estimates are weighed by their precision on the
/// logarithmic scale, an exact count becomes the answer.
///
/// `doubt` is the standard deviation of the logarithm of the sketch's estimate; see [`doubt`].
pub fn combine(known: Nnz, doubt: f64, probed: Probed) -> Nnz {
    if probed.error == 0.0 {
        let count = probed.estimate as u64;
        // a count above 2^53 is rounded: the bounds stay
        let counted = if probed.estimate < 9.0e15 {
            Nnz::exact(count)
        } else {
            Nnz::new(known.lower, probed.estimate, known.upper)
        };
        return counted.because(Why::all(Rule::AllRows));
    }
    let known = known.clamp_by(probed.lower, probed.upper, Rule::LeafRows);
    if probed.estimate <= 0.0 || known.estimate <= 0.0 {
        return known;
    }
    let (ours, theirs) = (1.0 / doubt.powi(2), (probed.estimate / probed.error).powi(2));
    let logarithm = (known.estimate.ln() * ours + probed.estimate.ln() * theirs) / (ours + theirs);
    Nnz::new(known.lower, logarithm.exp(), known.upper).because(Why { estimate: Rule::Probes, ..known.why })
}

/// How far a sketch is expected to be off: by a factor of 2 for each product, 1.25 for each other operation that is not
/// exact (section 7.3; on clustered graphs products are off by that much).
pub fn doubt(expression: &Expression) -> f64 {
    match expression {
        Expression::Leaf(_) => 0.05,
        Expression::Apply(op, operands) => {
            let own = match op {
                Operation::MatMul => 2f64.ln(),
                Operation::Add | Operation::Mul => 1.25f64.ln(),
                _ => 0.0,
            };
            own + operands.iter().map(doubt).sum::<f64>()
        }
    }
}

/// The estimator of record where leaves are at hand: their sketches first; if these are not exact, probes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tiered {
    /// How much a probe may cost.
    pub effort: Effort,
}

/// Probes alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Probing {
    /// How much a probe may cost.
    pub effort: Effort,
}

struct Leaves<'a> {
    patterns: Vec<Pattern<'a>>,
    /// None for probes alone.
    sketches: Option<Vec<Sketch>>,
    effort: Effort,
}

impl AnyEstimator for Tiered {
    fn name(&self) -> String {
        "default".to_string()
    }

    fn sketch<'a>(&'a self, leaves: &[Pattern<'a>]) -> Result<Box<dyn Sketched + 'a>, Refusal> {
        let sketches = leaves.iter().map(|&leaf| Propagation.leaf(leaf)).collect::<Result<_, _>>()?;
        Ok(Box::new(Leaves { patterns: leaves.to_vec(), sketches: Some(sketches), effort: self.effort }))
    }

    /// Without data the sketches are all there is.
    fn adopt(&self, leaves: &[Sketch]) -> Result<Box<dyn Sketched + '_>, Refusal> {
        AnyEstimator::adopt(&Propagation, leaves)
    }
}

impl AnyEstimator for Probing {
    fn name(&self) -> String {
        "probe".to_string()
    }

    fn sketch<'a>(&'a self, leaves: &[Pattern<'a>]) -> Result<Box<dyn Sketched + 'a>, Refusal> {
        Ok(Box::new(Leaves { patterns: leaves.to_vec(), sketches: None, effort: self.effort }))
    }

    fn adopt(&self, _: &[Sketch]) -> Result<Box<dyn Sketched + '_>, Refusal> {
        Err(Refusal::NeedsData)
    }
}

impl Sketched for Leaves<'_> {
    /// The sketches, and the patterns that are probed.
    fn bytes(&self) -> u64 {
        let sketches = self.sketches.iter().flatten().map(|sketch| Estimator::bytes(&Propagation, sketch));
        let pattern = |pattern: &Pattern<'_>| {
            let (indptr, indices) = pattern.arrays();
            (size_of_val(indptr) + size_of_val(indices)) as u64
        };
        sketches.sum::<u64>() + self.patterns.iter().map(pattern).sum::<u64>()
    }

    fn estimate(&self, expression: &Expression) -> Result<Nnz, Refusal> {
        let shapes: Vec<Shape> = self.patterns.iter().map(|pattern| pattern.shape()).collect();
        let (rows, cols) = expression.shape(&shapes)?;
        let known = match &self.sketches {
            None => Nnz::unknown((rows as u64).saturating_mul(cols as u64)),
            Some(sketches) => expression.evaluate(sketches, &mut |op, operands| Propagation.apply(op, operands))?.nnz(),
        };
        if known.is_exact() {
            return Ok(known);
        }
        let leaves: Vec<&dyn LeafRows> = self.patterns.iter().map(|pattern| pattern as &dyn LeafRows).collect();
        let probed = probe(expression, &leaves, self.effort);
        match (&self.sketches, probed) {
            (Some(_), Ok(probed)) => Ok(combine(known, doubt(expression), probed)),
            // too much work: the sketch is what there is
            (Some(_), Err(_)) => Ok(known),
            // a sketch that knows nothing has no weight
            (None, Ok(probed)) => Ok(combine(known, 1e9, probed)),
            (None, Err(refusal)) => Err(refusal),
        }
    }

    /// By the sketches: the order of a chain needs no better estimates (section 5.4).
    fn order(&self) -> Result<Order, Refusal> {
        match &self.sketches {
            Some(sketches) => AnyEstimator::adopt(&Propagation, sketches)?.order(),
            None => {
                let mut shapes = self.patterns.windows(2).map(|pair| [pair[0].shape(), pair[1].shape()]);
                match shapes.find(|pair| Operation::MatMul.shape(pair).is_none()) {
                    Some(pair) => Err(Refusal::Shapes(Operation::MatMul, pair.to_vec())),
                    None => Err(Refusal::Unsupported(Operation::MatMul)),
                }
            }
        }
    }
}
