//! The HOP DAG: a basic block as high-level operators, with what is known of every value.

mod build;
mod dag;
mod pattern;
mod text;
mod verify;

pub use build::{Built, Surroundings, build, diagnostic};
pub use dag::{Dag, Hop, HopId, Kind, Output};
pub use pattern::Unsupported;
pub use text::{parse, print};
pub use verify::verify;
