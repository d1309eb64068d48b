//! The rivals of the sketch, for comparison and tests: nothing of the optimizer uses them.
//!
//! | name | estimator | leaf | supports |
//! |---|---|---|---|
//! | `default` | [`Tiered`]: sketches, and probes where they leave a doubt | O(nnz) | everything |
//! | `probe` | [`Probing`] | O(1) | everything |
//! | `walks` | [`Walking`]: sketches that know the leaves' powers | some O(nnz) | everything |
//! | `dc` | [`Propagation`] | O(nnz) | everything |
//! | `mnc`, `mnc-basic` | [`Mnc`] | O(nnz) | everything |
//! | `mnc-java`, `mnc-basic-java` | [`Mnc`] with the quirks of SystemDS, without its random rounding | O(nnz) | everything |
//! | `meta-ac`, `meta-wc` | [`MetaAc`], [`MetaWc`] | O(1) | everything |
//! | `bitset`, `exact` | [`Bitset`], [`Exact`] | O(rows cols / 64), O(1) | everything, exactly |
//! | `dmap` | [`DensityMap`] | O(nnz) | everything |
//! | `sample`, `sample-extended` | [`Sampling`] | O(nnz) | products, sums, intersections of leaves |
//! | `lgraph` | [`LayeredGraph`] | O(1) | all but complements; intersections, diagonals, reshaping of leaves |
//! | `row-wise` | [`RowWise`] | O(1) | all; transposition, diagonals, reshaping of leaves |
//! | `hash` | [`Hash`] | O(1) | products of two leaves |

mod bitset;
mod density_map;
mod hash;
mod layered_graph;
mod meta;
mod mnc;
mod propagation;
mod random;
mod row_wise;
mod sampling;
mod walking;

use super::estimator::AnyEstimator;
pub use super::exact::Exact;
pub use super::probe::{Probing, Tiered};
pub use bitset::{Bits, Bitset};
pub use density_map::{DensityMap, Map};
pub use hash::{Cells, Hash};
pub use layered_graph::{Graph, LayeredGraph};
pub use meta::{MetaAc, MetaWc, Metadata};
pub use mnc::{Histogram, Mnc};
pub use propagation::Propagation;
pub use row_wise::{Densities, RowWise};
pub use sampling::{Sampled, Sampling};
pub use walking::Walking;

type Make = fn() -> Box<dyn AnyEstimator>;

/// Names on the command line, with the paper's parameters.
const ESTIMATORS: [(&str, Make); 18] = [
    ("default", || Box::new(Tiered::default())),
    ("probe", || Box::new(Probing::default())),
    ("walks", || Box::new(Walking::default())),
    ("dc", || Box::new(Propagation)),
    ("mnc", || Box::new(Mnc { extended: true, java: false })),
    ("mnc-basic", || Box::new(Mnc { extended: false, java: false })),
    ("mnc-java", || Box::new(Mnc { extended: true, java: true })),
    ("mnc-basic-java", || Box::new(Mnc { extended: false, java: true })),
    ("meta-ac", || Box::new(MetaAc)),
    ("meta-wc", || Box::new(MetaWc)),
    ("bitset", || Box::new(Bitset::default())),
    ("dmap", || Box::new(DensityMap::default())),
    ("lgraph", || Box::new(LayeredGraph::default())),
    ("sample", || Box::new(Sampling { extended: false, ..Sampling::default() })),
    ("sample-extended", || Box::new(Sampling::default())),
    ("row-wise", || Box::new(RowWise)),
    ("hash", || Box::new(Hash::default())),
    ("exact", || Box::new(Exact::default())),
];

/// Every estimator with its usual parameters.
pub fn all() -> Vec<Box<dyn AnyEstimator>> {
    ESTIMATORS.iter().map(|(_, make)| make()).collect()
}

/// The names that [`by_name`] knows.
pub fn names() -> impl Iterator<Item = &'static str> {
    ESTIMATORS.iter().map(|row| row.0)
}

/// The estimator of this name, with its usual parameters.
pub fn by_name(name: &str) -> Option<Box<dyn AnyEstimator>> {
    ESTIMATORS.iter().find(|row| row.0 == name).map(|(_, make)| make())
}
