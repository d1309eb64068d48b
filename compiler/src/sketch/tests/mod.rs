//! Tests of the sketches against exact Boolean patterns and reference values.
