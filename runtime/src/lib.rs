//! Executes the plans of `lac`.

pub mod matrix;
