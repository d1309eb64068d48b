//! `lac` for embedding: run scripts, bind and fetch matrices, ask for plans.
//!
//! A [`Session`] holds variables and functions between scripts. Its errors are [`Diagnostics`] that render themselves as
//! text; it prints nothing itself, what a script prints goes to its [`Host`].
//!
//! ```
//! use lac::Session;
//!
//! let mut session = Session::new();
//! session.bind_csr("X", 2, 3, &[0, 2, 3], &[0, 2, 1], &[1.0, 2.0, 3.0])?;
//! session.run("s = rowSums(X); total = sum(X %*% t(X))")?;
//! assert_eq!(session.dense("s")?.values(), [3.0, 3.0]);
//! assert_eq!(session.number("total")?, 14.0);
//! # Ok::<(), lac::Diagnostics>(())
//! ```
//!
//! The optimizer alone, without a runtime, is the crate `lac_compiler`.
#![forbid(unsafe_code)]

mod answers;
pub mod catalog;
pub mod codes;
pub mod estimate;
pub mod explain;
mod library;
pub mod render;
mod session;

pub use lac_compiler as compiler;
pub use lac_compiler::frame::{Column, Frame};
pub use lac_compiler::ops::Scalar;
pub use lac_compiler::program::Arguments;
pub use lac_grammar::{Diagnostic, Severity};
pub use lac_runtime as runtime;
pub use lac_runtime::exec::{Engine, Host, Silent, Stats, Value};
pub use lac_runtime::{Context, Csr, Dense, Matrix};
pub use render::{Diagnostics, Sources};
pub use session::{Builder, Capture, Session};
