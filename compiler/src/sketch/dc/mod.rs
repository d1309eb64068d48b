//! Degree classes: estimates that know that collisions concentrate where large rows meet large columns (section 7.1).
//!
//! MNC throws the nonzeros of an outer product evenly into the cells of the result. In a graph with hubs most of them fall on
//! the hubs' rows and columns and meet there. Here rows and columns are put into classes of similar counts, cells are nonzero
//! with probability 1 - exp(-t_i v_j), where t and v are fitted so that every class has the counts that it has, and the
//! product is estimated for each pair of classes. Bounds, and every operation but products and intersections, are those of
//! the counts; where they are exact, nothing is estimated.
//!
//! No count vector expresses clustering, that neighbours share neighbours: on grids and communities only looking at the data
//! helps ([`super::probe`]).

mod cellwise;
mod classes;
mod factor;
mod model;
mod product;

pub(super) use cellwise::intersection;
pub(super) use factor::{Factor, Factors};
pub(super) use product::{Estimate, Singles, Thrown, applies};

use super::MAX_EXPLICIT;
use super::mnc::Sketch;

/// Classes of rows and columns of a result.
const OUTER_CLASSES: usize = 24;
/// Classes of either operand along the inner dimension; their pairs are the classes of a product.
const INNER_CLASSES: usize = 16;

/// Whether the counts may be written out.
pub(super) fn is_small(sketch: &Sketch) -> bool {
    sketch.rows().max(sketch.cols()) <= MAX_EXPLICIT
}
