//! The optimizer of `lac`.
#![forbid(unsafe_code)]

pub mod facts;
pub mod ops;
pub mod reference;
pub mod sketch;
