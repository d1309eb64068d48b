//! Executes the plans of `lac`.

pub mod context;
pub mod io;
pub mod matrix;

pub use context::{Context, Result};
pub use matrix::{Csr, Dense, Facts, Matrix, Storage};
