//! Sketches of leaves with what probes count of their products with themselves.

use super::super::Sketch;
use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::Nnz;
use super::super::operation::Operation;
use super::super::pattern::Pattern;
use super::super::probe::Effort;
use super::super::walk::Walks;
use super::Propagation;

/// What a sketch file holds: [`Sketch`] with [`Walks`]. Leaves are looked at once; nothing is looked at to estimate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Walking {
    /// What the walks of a leaf may cost.
    pub effort: Effort,
}

impl<'a> Estimator<'a> for Walking {
    type Synopsis = Sketch;

    fn name(&self) -> String {
        "walks".to_string()
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Sketch, Refusal> {
        let walks = Walks::of(&pattern, self.effort)?;
        Ok(Propagation.leaf(pattern)?.with_walks(walks))
    }

    fn leaf_of_sketch(&self, sketch: &Sketch) -> Result<Sketch, Refusal> {
        Ok(sketch.clone())
    }

    fn apply(&self, op: Operation, operands: &[&Sketch]) -> Result<Sketch, Refusal> {
        Propagation.apply(op, operands)
    }

    fn nnz(&self, synopsis: &Sketch) -> Nnz {
        synopsis.nnz()
    }

    fn bytes(&self, synopsis: &Sketch) -> u64 {
        Estimator::bytes(&Propagation, synopsis)
    }

    fn flops(&self, left: &Sketch, right: &Sketch) -> Option<f64> {
        Some(left.matmul_flops(right))
    }
}
