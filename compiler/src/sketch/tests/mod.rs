//! Tests of the sketches: soundness against exact patterns, agreement with reference values, cost at scale.

mod cases;
mod degree_classes;
mod estimators;
mod pattern;
mod reference;
mod scale;
mod selections;
mod soundness;
mod theorems;
