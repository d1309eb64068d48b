//! From the syntax tree to a typed program: names and calls resolved, blocks cut, variables' lives known.

pub mod analyze;
mod environment;
pub(crate) mod foreign;
mod functions;
pub mod ir;
pub mod lint;
mod liveness;
mod lower;
mod parallel;
mod prelude;
mod resolve;

pub use analyze::{Analysis, Catalog, NoCatalog, Observer, analyze};
pub use environment::{Binding, Environment};
pub use foreign::function as foreign_function;
pub use functions::{Loader, NoLoader, Shelves, join};
pub use ir::{Basic, Block, BlockId, Call, Computed, Function, FunctionId, Program, Scope, Var};
pub use lower::{Arguments, Options, lower, lower_shelved};
