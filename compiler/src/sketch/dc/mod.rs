//! Degree classes: a sketch whose estimates know that collisions concentrate where large rows meet large columns.
//!
//! MNC throws the nonzeros of an outer product evenly into the cells of the result. In a graph with hubs most of them fall on
//! the hubs' rows and columns and meet there. Here rows and columns are put into classes of similar counts, cells are nonzero
//! with probability 1 - exp(-t_i v_j), where t and v are fitted so that every class has the counts that it has, and the
//! product is estimated for each pair of classes. The sketch, its bounds, and every operation but products, sums and
//! intersections are those of [`Sketch`]; where it is exact, so is this.
//!
//! No count vector expresses clustering, that neighbours share neighbours: on grids and communities the estimate is as far
//! off as MNC's, and only looking at the data helps.

mod cellwise;
mod model;
mod product;

use super::MAX_EXPLICIT;
use super::estimator::{Estimator, Refusal};
use super::mnc::Sketch;
use super::nnz::Nnz;
use super::operation::Operation;
use super::pattern::Pattern;
use super::rivals::Propagation;

/// Classes of rows and columns of a result.
const OUTER_CLASSES: usize = 32;
/// Classes of either operand along the inner dimension; their pairs are the classes of a product.
const INNER_CLASSES: usize = 16;

/// Whether the counts may be written out.
fn is_small(sketch: &Sketch) -> bool {
    sketch.rows().max(sketch.cols()) <= MAX_EXPLICIT
}

/// Propagates [`Sketch`]es with degree classes.
///
/// ```
/// use lac_compiler::sketch::{AnyEstimator, DegreeClasses, Expression, Pattern};
/// let (indptr, indices) = ([0, 1, 2, 3, 4], [1, 0, 0, 0]);
/// let graph = Pattern::new(4, 4, &indptr, &indices)?;
/// let (two_hops, _) = Expression::parse("(mm G G)")?;
/// let sketched = DegreeClasses.sketch(&[graph])?;
/// assert_eq!(sketched.estimate(&two_hops)?.estimate, 4.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct DegreeClasses;

impl<'a> Estimator<'a> for DegreeClasses {
    type Synopsis = Sketch;

    fn name(&self) -> String {
        "dc".to_string()
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Sketch, Refusal> {
        Propagation.leaf(pattern)
    }

    fn apply(&self, op: Operation, operands: &[&Sketch]) -> Result<Sketch, Refusal> {
        match (op, operands) {
            (Operation::MatMul, &[a, b]) => Ok(product::matmul(a, b)),
            (Operation::Mul, &[a, b]) => Ok(cellwise::mul(a, b)),
            (Operation::Add, &[a, b]) => Ok(cellwise::add(a, b)),
            _ => Propagation.apply(op, operands),
        }
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
