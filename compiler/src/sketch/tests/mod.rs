//! Tests of the sketches: soundness against exact patterns, agreement with reference values, cost at scale.

mod builders;
mod cases;
mod degree_classes;
mod estimators;
mod file;
mod graphs;
pub(crate) mod pattern;
mod probes;
mod reference;
mod scale;
mod selections;
pub(crate) mod soundness;
mod theorems;
