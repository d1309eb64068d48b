//! MetaAC and MetaWC: from dimensions and numbers of nonzeros alone (section 2.1 of the MNC paper).

use super::super::Sketch;
use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::{Nnz, cells};
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};

/// The average case: nonzeros lie anywhere with equal probability, and the two operands are independent.
#[derive(Clone, Copy, Debug, Default)]
pub struct MetaAc;

/// The worst case: nonzeros lie where they make the result as large as can be.
#[derive(Clone, Copy, Debug, Default)]
pub struct MetaWc;

/// Shape and expected number of nonzeros.
#[derive(Clone, Copy, Debug)]
pub struct Metadata {
    shape: Shape,
    nnz: f64,
}

impl Metadata {
    /// A result of this shape, with no more nonzeros than cells.
    pub(super) fn new(shape: Shape, nnz: f64) -> Metadata {
        let (rows, cols) = shape;
        Metadata { shape, nnz: nnz.clamp(0.0, rows as f64 * cols as f64) }
    }

    pub(super) fn density(&self) -> f64 {
        let cells = self.shape.0 as f64 * self.shape.1 as f64;
        if cells == 0.0 { 0.0 } else { self.nnz / cells }
    }

    pub(super) fn total(&self) -> Nnz {
        Nnz::estimated(self.nnz, cells(self.shape.0 as u64, self.shape.1 as u64))
    }
}

impl From<Pattern<'_>> for Metadata {
    fn from(pattern: Pattern<'_>) -> Metadata {
        Metadata { shape: pattern.shape(), nnz: pattern.nnz() as f64 }
    }
}

/// Operations whose result has as many nonzeros as the operands say; `None` for products, sums and intersections.
pub(super) fn reorganized(op: Operation, operands: &[&Metadata]) -> Option<Metadata> {
    let shapes: Vec<Shape> = operands.iter().map(|operand| operand.shape).collect();
    let shape = op.shape(&shapes)?;
    let a = operands[0];
    let nnz = match op {
        Operation::MatMul | Operation::Add | Operation::Mul => return None,
        Operation::NotZero | Operation::Transpose | Operation::Reshape { .. } => a.nnz,
        Operation::IsZero => a.shape.0 as f64 * a.shape.1 as f64 - a.nnz,
        Operation::RowBind | Operation::ColBind => a.nnz + operands[1].nnz,
        Operation::Diag => a.nnz.min(shape.0 as f64),
    };
    Some(Metadata::new(shape, nnz))
}

/// Density of a cell-wise or matrix product of operands with densities `a` and `b` and inner dimension `n`.
type Rule = fn(a: f64, b: f64, n: f64) -> f64;

fn apply(op: Operation, operands: &[&Metadata], product: Rule, union: Rule, intersection: Rule) -> Metadata {
    if let Some(result) = reorganized(op, operands) {
        return result;
    }
    // what is passed on is a number of nonzeros, so it is an integer
    let (a, b) = (operands[0], operands[1]);
    let (rule, shape) = match op {
        Operation::MatMul => (product, (a.shape.0, b.shape.1)),
        Operation::Add => (union, a.shape),
        _ => (intersection, a.shape),
    };
    let density = rule(a.density(), b.density(), a.shape.1 as f64);
    Metadata::new(shape, (density * (shape.0 as f64 * shape.1 as f64)).round())
}

/// 1 - (1 - p)^n without cancellation.
pub(super) fn any_of(p: f64, n: f64) -> f64 {
    if n == 0.0 { 0.0 } else { -(n * (-p.min(1.0)).ln_1p()).exp_m1() }
}

/// Implements what the two have in common: everything but the name and the rules.
macro_rules! from_metadata {
    ($estimator:ty, $name:literal, $product:expr, $union:expr, $intersection:expr) => {
        impl<'a> Estimator<'a> for $estimator {
            type Synopsis = Metadata;

            fn name(&self) -> String {
                $name.to_string()
            }

            fn leaf(&self, pattern: Pattern<'a>) -> Result<Metadata, Refusal> {
                Ok(pattern.into())
            }

            fn leaf_of_sketch(&self, sketch: &Sketch) -> Result<Metadata, Refusal> {
                let size = |n: u64| usize::try_from(n).map_err(|_| Refusal::NeedsData);
                Ok(Metadata::new((size(sketch.rows())?, size(sketch.cols())?), sketch.nnz().estimate))
            }

            fn apply(&self, op: Operation, operands: &[&Metadata]) -> Result<Metadata, Refusal> {
                Ok(apply(op, operands, $product, $union, $intersection))
            }

            fn nnz(&self, synopsis: &Metadata) -> Nnz {
                synopsis.total()
            }

            fn bytes(&self, _: &Metadata) -> u64 {
                size_of::<Metadata>() as u64
            }
        }
    };
}

from_metadata!(MetaAc, "meta-ac", |a, b, n| any_of(a * b, n), |a, b, _| a + b - a * b, |a, b, _| a * b);
from_metadata!(
    MetaWc,
    "meta-wc",
    |a, b, n| (n * a).min(1.0) * (n * b).min(1.0),
    |a, b, _| (a + b).min(1.0),
    |a, b, _| a.min(b)
);
