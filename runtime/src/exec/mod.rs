//! Runs programs: control flow, plans made when a block is reached and kept under their guards, buffers, limits.

mod account;
mod block;
mod call;
mod eval;
mod files;
mod host;
mod interpret;
mod numbers;
mod parallel;
mod plans;
mod reference;
mod stats;
mod step;
mod value;

pub use host::{Host, Silent};
pub use interpret::{Engine, Interpreter, Library, Settings};
pub use reference::{from_reference, to_reference};
pub use stats::{Row as StatsRow, Stats};
pub use value::Value;
