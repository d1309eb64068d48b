//! From the syntax tree to a typed program: names and calls resolved, blocks cut, variables' lives known.

pub mod analyze;
mod functions;
pub mod ir;
pub mod lint;
mod liveness;
mod prelude;
mod lower;
mod resolve;

pub use analyze::{Analysis, Binding, Catalog, Environment, NoCatalog, Observer, analyze};
pub use functions::{Loader, NoLoader, Shelves, join};
pub use ir::{Basic, Block, BlockId, Call, Computed, Function, FunctionId, Program, Scope, Var};
pub use lower::{Arguments, Options, lower};
