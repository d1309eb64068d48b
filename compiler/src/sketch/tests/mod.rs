//! Tests of the sketches: soundness against exact patterns, agreement with reference values, cost at scale.

mod cases;
mod degree_classes;
mod estimators;
pub(crate) mod pattern;
mod reference;
mod scale;
pub(crate) mod soundness;
mod theorems;
