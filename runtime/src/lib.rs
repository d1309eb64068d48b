//! Executes the plans of `lac`.

#![deny(unsafe_code)]

pub mod context;
pub mod kernel;
pub mod matrix;

pub use context::{Context, Result};
pub use matrix::{Csr, Dense, Facts, Matrix, Storage};
