//! Executes the plans of `lac`: matrix formats, kernels, files, and the interpreter of programs.
//!
//! It knows the operators and plans of `lac_compiler`, nothing of a command line: it prints nothing and exits never;
//! what a program prints goes to its [`exec::Host`].
#![deny(unsafe_code)]

pub mod context;
pub mod exec;
pub mod io;
pub mod kernel;
pub mod matrix;

pub use context::{Context, Result};
pub use matrix::{Csr, Dense, Facts, Matrix, Storage};
