//! A matrix as a factor of products: its slices in classes, with the slices of one nonzero taken out where it is known
//! where these lie. It depends on one matrix only and stays with its sketch.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::super::axis::Axis;
use super::super::counts::Counts;
use super::classes::{Classes, Slices, Without};
use super::model::Model;
use super::{INNER_CLASSES, OUTER_CLASSES};

/// One factor; its outer slices are the rows of a left factor, the columns of a right one.
pub(in super::super) struct Factor {
    /// The outer slices; those with one nonzero are taken out if it is known where these lie.
    pub outer: Classes,
    /// The slices along the inner dimension, of what is left.
    pub inner: Classes,
    /// The class of each of them.
    pub inner_of: Vec<u8>,
    /// P(a cell of an outer class and an inner class is nonzero).
    pub model: Model,
}

impl Factor {
    /// `alone`: of each inner slice, the nonzeros that are alone in their outer slice.
    fn new(outer: &Axis, inner: &Axis, alone: Option<&Counts>) -> Factor {
        let slices =
            |axis: &Axis, without| Slices { len: axis.len(), counts: axis.counts().clone(), most: axis.max(), without };
        let (rest, part) = match alone {
            None => (Without::Nothing, Without::Nothing),
            Some(alone) => (Without::Singles, Without::Part(alone.clone())),
        };
        let outer = Classes::new(slices(outer, rest), OUTER_CLASSES);
        let inner = Classes::new(slices(inner, part), INNER_CLASSES);
        let model = Model::fit(&outer, &inner);
        let inner_of = inner.of();
        Factor { outer, inner, inner_of, model }
    }
}

/// The two factors that a matrix can be, made when they are first asked for.
///
/// They follow from the sketch: equality and the textual form do without them.
#[derive(Clone, Default)]
pub(in super::super) struct Factors {
    left: OnceLock<Arc<Factor>>,
    right: OnceLock<Arc<Factor>>,
}

impl Factors {
    /// As the left factor of a product: outer slices are rows. `alone` is hec.
    pub fn left(&self, rows: &Axis, cols: &Axis, alone: Option<&Counts>) -> &Factor {
        self.left.get_or_init(|| Arc::new(Factor::new(rows, cols, alone)))
    }

    /// As the right factor of a product: outer slices are columns. `alone` is her.
    pub fn right(&self, rows: &Axis, cols: &Axis, alone: Option<&Counts>) -> &Factor {
        self.right.get_or_init(|| Arc::new(Factor::new(cols, rows, alone)))
    }

    /// Those of the transpose.
    pub fn transposed(&self) -> Factors {
        Factors { left: self.right.clone(), right: self.left.clone() }
    }
}

impl PartialEq for Factors {
    fn eq(&self, _: &Factors) -> bool {
        true
    }
}

impl fmt::Debug for Factors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
