//! Tests of the grammar: tables of source and expectation, whole scripts, and properties of random input.

mod depth;
mod errors;
mod expressions;
mod form;
mod format;
mod fuzz;
mod incomplete;
mod round_trip;
mod scripts;
mod statements;
