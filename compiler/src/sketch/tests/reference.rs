//! MNC reference values.
