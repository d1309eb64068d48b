//! Tokens, grammar and syntax tree of the `lac` language.
#![forbid(unsafe_code)]

pub mod ast;
pub mod diagnostic;

pub use diagnostic::{Diagnostic, FileId, Label, Severity, Span};
