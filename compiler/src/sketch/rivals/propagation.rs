//! [`Sketch`], what plans go by where no leaf is at hand, behind the interface of its rivals.

use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::Nnz;
use super::super::operation::Operation;
use super::super::pattern::Pattern;
use super::super::{Counts, Sketch};

/// Propagates [`Sketch`]es.
#[derive(Clone, Copy, Debug, Default)]
pub struct Propagation;

impl<'a> Estimator<'a> for Propagation {
    type Synopsis = Sketch;

    fn name(&self) -> String {
        "dc".to_string()
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Sketch, Refusal> {
        let ((rows, cols), (indptr, indices)) = (pattern.shape(), pattern.arrays());
        Ok(Sketch::from_csr_pattern(rows as u64, cols as u64, indptr, indices))
    }

    fn leaf_of_sketch(&self, sketch: &Sketch) -> Result<Sketch, Refusal> {
        Ok(sketch.clone())
    }

    fn apply(&self, op: Operation, operands: &[&Sketch]) -> Result<Sketch, Refusal> {
        let a = operands[0];
        let b = operands.get(1).copied().unwrap_or(a);
        Ok(match op {
            Operation::MatMul => a.matmul(b),
            Operation::Add => a.add(b),
            Operation::Mul => a.mul(b),
            Operation::NotZero => a.not_zero(),
            Operation::IsZero => a.is_zero(),
            Operation::Transpose => a.transpose(),
            Operation::RowBind => a.rbind(b),
            Operation::ColBind => a.cbind(b),
            Operation::Diag if a.cols() == 1 => a.diag_to_matrix(),
            Operation::Diag => {
                let diagonal = a.diag_of_matrix();
                diagonal.rbind(&Sketch::empty(a.rows() - diagonal.rows(), 1))
            }
            Operation::Reshape { rows, cols } => a.reshape(rows as u64, cols as u64, true),
        })
    }

    fn nnz(&self, synopsis: &Sketch) -> Nnz {
        synopsis.nnz()
    }

    fn bytes(&self, synopsis: &Sketch) -> u64 {
        let counts = |counts: &Counts| match counts {
            Counts::Uniform(_) => 0,
            Counts::Explicit(counts) => counts.bytes(),
        };
        let axes = [synopsis.by_row(), synopsis.by_col()];
        let explicit: usize =
            axes.iter().map(|axis| counts(axis.counts()) + axis.alone.as_ref().map_or(0, counts)).sum();
        (size_of::<Sketch>() + explicit) as u64
    }

    fn flops(&self, left: &Sketch, right: &Sketch) -> Option<f64> {
        Some(left.matmul_flops(right))
    }
}
