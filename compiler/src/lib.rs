//! The optimizer of `lac`.
#![forbid(unsafe_code)]

pub mod sketch;
