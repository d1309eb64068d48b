//! The optimizer of `lac`.
#![forbid(unsafe_code)]

pub mod ops;
pub mod sketch;
