//! The optimizer of `lac`.
#![forbid(unsafe_code)]

pub mod build;
pub mod facts;
pub mod frame;
pub mod hop;
pub mod list;
pub mod ops;
pub mod plan;
pub mod program;
pub mod reference;
pub mod sketch;
