//! One interface for everything that can say how many nonzeros an expression has.
//!
//! An [`Estimator`] makes a synopsis of each leaf and derives the synopsis of a result from those of its operands. A host
//! plugs its own in by implementing that trait; each implementation is an [`AnyEstimator`] too, of which there can be lists.
//!
//! ```
//! use lac_compiler::sketch::{AnyEstimator, Expression, Pattern, rivals};
//! // A graph with a hub: everybody follows 0, and 0 follows 1.
//! let (indptr, indices) = ([0, 1, 2, 3, 4], [1, 0, 0, 0]);
//! let graph = Pattern::new(4, 4, &indptr, &indices)?;
//! let (two_hops, names) = Expression::parse("(mm G G)")?;
//! assert_eq!(names, ["G"]);
//!
//! for estimator in rivals::all() {
//!     let sketched = estimator.sketch(&[graph])?;              // reads the data
//!     let nnz = sketched.estimate(&two_hops)?;                 // reads the synopses
//!     println!("{:12} {:6} bytes, nnz {:?}", estimator.name(), sketched.bytes(), nnz);
//! }
//! let exact = rivals::by_name("exact").unwrap();
//! assert_eq!(exact.sketch(&[graph])?.estimate(&two_hops)?.lower, 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use super::chain::{Chain, Order};
use super::mnc::Sketch;
use super::nnz::Nnz;
use super::operation::{Expression, Operation};
use super::pattern::{Pattern, Shape};

/// Derives the number of nonzeros of a result from synopses of its operands.
///
/// `'a` is how long the leaves' data can be borrowed; an estimator that keeps none of it implements the trait for every `'a`.
pub trait Estimator<'a> {
    /// What is kept of a matrix.
    type Synopsis: Clone;

    /// Short name with its parameters, as on the command line.
    fn name(&self) -> String;

    /// The synopsis of a given matrix.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`].
    fn leaf(&self, pattern: Pattern<'a>) -> Result<Self::Synopsis, Refusal>;

    /// The synopsis of a matrix of which no more than the sketch is there, as of a sketch file.
    ///
    /// # Errors
    /// [`Refusal::NeedsData`], also where nothing else is implemented.
    fn leaf_of_sketch(&self, _sketch: &Sketch) -> Result<Self::Synopsis, Refusal> {
        Err(Refusal::NeedsData)
    }

    /// The synopsis of a result. The operands conform (see [`Operation::shape`]).
    ///
    /// # Errors
    /// [`Refusal::Unsupported`] or [`Refusal::TooLarge`].
    fn apply(&self, op: Operation, operands: &[&Self::Synopsis]) -> Result<Self::Synopsis, Refusal>;

    /// The number of nonzeros that a synopsis tells.
    fn nnz(&self, synopsis: &Self::Synopsis) -> Nnz;

    /// Bytes of the synopsis, with what it uses of the leaves' data.
    fn bytes(&self, synopsis: &Self::Synopsis) -> u64;

    /// Expected scalar multiplications of the product of two matrices, where synopses tell more of them than
    /// nnz(A) nnz(B) / n, as counts along the inner dimension do.
    fn flops(&self, _left: &Self::Synopsis, _right: &Self::Synopsis) -> Option<f64> {
        None
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The estimator has no rule for this operation on such operands.
    Unsupported(Operation),
    /// The synopsis would take more than the estimator may use.
    TooLarge {
        /// Bytes needed, at least.
        needed: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Operands of these shapes do not conform.
    Shapes(Operation, Vec<Shape>),
    /// The expression mentions a leaf that was not given.
    NoLeaf(usize),
    /// The estimator looks at the data; a sketch of them is not enough.
    NeedsData,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unsupported(op) => write!(f, "the estimator has no rule for `{op}` on such operands"),
            Refusal::TooLarge { needed, limit } => {
                write!(f, "the synopsis takes at least {needed} bytes, {limit} are allowed")
            }
            Refusal::Shapes(op, shapes) => {
                let shapes: Vec<String> = shapes.iter().map(|(m, n)| format!("{m} x {n}")).collect();
                write!(f, "`{op}` of {} does not conform", shapes.join(" and "))
            }
            Refusal::NoLeaf(i) => write!(f, "leaf {i} is not given"),
            Refusal::NeedsData => write!(f, "the estimator needs the data; a sketch is not enough"),
        }
    }
}

impl std::error::Error for Refusal {}

/// An [`Estimator`] of any type, for lists of them.
pub trait AnyEstimator {
    /// See [`Estimator::name`].
    fn name(&self) -> String;

    /// Makes the synopses of the leaves: the part that reads data.
    ///
    /// # Errors
    /// The first refusal of a leaf.
    fn sketch<'a>(&'a self, leaves: &[Pattern<'a>]) -> Result<Box<dyn Sketched + 'a>, Refusal>;

    /// Takes over sketches of leaves whose data are not there.
    ///
    /// # Errors
    /// [`Refusal::NeedsData`] if the estimator keeps something else of a matrix.
    fn adopt(&self, leaves: &[Sketch]) -> Result<Box<dyn Sketched + '_>, Refusal>;
}

/// Leaves with their synopses, ready to estimate expressions over them.
pub trait Sketched {
    /// Bytes of the leaves' synopses.
    fn bytes(&self) -> u64;

    /// The number of nonzeros of `expression`.
    ///
    /// # Errors
    /// Any [`Refusal`].
    fn estimate(&self, expression: &Expression) -> Result<Nnz, Refusal>;

    /// The order in which the product of all leaves, as given, takes the fewest scalar multiplications.
    ///
    /// # Errors
    /// Any [`Refusal`].
    fn order(&self) -> Result<Order, Refusal>;
}

struct Leaves<'a, E: Estimator<'a>> {
    estimator: &'a E,
    shapes: Vec<Shape>,
    synopses: Vec<E::Synopsis>,
}

impl<E: for<'a> Estimator<'a>> AnyEstimator for E {
    fn name(&self) -> String {
        Estimator::name(self)
    }

    fn sketch<'a>(&'a self, leaves: &[Pattern<'a>]) -> Result<Box<dyn Sketched + 'a>, Refusal> {
        let shapes = leaves.iter().map(|leaf| leaf.shape()).collect();
        let synopses: Result<Vec<_>, _> = leaves.iter().map(|&leaf| self.leaf(leaf)).collect();
        Ok(Box::new(Leaves { estimator: self, shapes, synopses: synopses? }))
    }

    fn adopt(&self, leaves: &[Sketch]) -> Result<Box<dyn Sketched + '_>, Refusal> {
        let size = |n: u64| usize::try_from(n).map_err(|_| Refusal::NeedsData);
        let shapes: Result<Vec<Shape>, _> =
            leaves.iter().map(|leaf| Ok((size(leaf.rows())?, size(leaf.cols())?))).collect();
        let synopses: Result<Vec<_>, _> = leaves.iter().map(|leaf| self.leaf_of_sketch(leaf)).collect();
        Ok(Box::new(Leaves { estimator: self, shapes: shapes?, synopses: synopses? }))
    }
}

impl<'a, E: Estimator<'a>> Sketched for Leaves<'a, E> {
    fn bytes(&self) -> u64 {
        self.synopses.iter().map(|synopsis| self.estimator.bytes(synopsis)).sum()
    }

    fn estimate(&self, expression: &Expression) -> Result<Nnz, Refusal> {
        expression.shape(&self.shapes)?;
        let root = expression.evaluate(&self.synopses, &mut |op, operands| self.estimator.apply(op, operands))?;
        Ok(self.estimator.nnz(&root))
    }

    fn order(&self) -> Result<Order, Refusal> {
        let product = |left: Shape, right: Shape| {
            let shapes = [left, right];
            Operation::MatMul.shape(&shapes).ok_or_else(|| Refusal::Shapes(Operation::MatMul, shapes.to_vec()))
        };
        self.shapes.windows(2).try_for_each(|pair| product(pair[0], pair[1]).map(|_| ()))?;
        let known = |shape: Shape, synopsis: E::Synopsis| {
            let nnz = self.estimator.nnz(&synopsis).estimate;
            (shape, synopsis, nnz)
        };
        let leaves = self.shapes.iter().zip(&self.synopses).map(|(&shape, leaf)| known(shape, leaf.clone())).collect();
        let chain = Chain::new(
            leaves,
            |(shape, a, x), (_, b, y)| self.estimator.flops(a, b).unwrap_or(x * y / shape.1.max(1) as f64),
            |(left, a, _), (right, b, _)| {
                Ok(known(product(*left, *right)?, self.estimator.apply(Operation::MatMul, &[a, b])?))
            },
        )?;
        Ok(chain.order())
    }
}
