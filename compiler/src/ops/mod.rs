//! The operator table: everything `lac` knows of an operator stands in its row.
//!
//! [`table()`] lists the rows; [`Op::row`] finds one. A row names its inference rule (`infer/`) and its meaning
//! (`crate::reference`); cell-wise functions stand in their own tables in `cellwise.rs`.

mod aggregate;
mod cellwise;
mod expansion;
pub mod fourier;
pub mod group;
pub mod infer;
mod law;
pub mod normalize;
mod op;
pub mod random;
pub mod recurrent;
mod row;
mod scalar;
mod special;
pub mod spectral;
mod table;
pub mod text;
pub mod window;

pub use aggregate::{Aggregate, Cumulative, Direction};
pub use cellwise::{Binary, BinaryVisitor, Pattern, Unary, UnaryVisitor};
pub use expansion::{BLOCK_CALLS, EXPANSIONS, Expansion, Form};
pub use infer::Mismatch;
pub use law::{Family, Law};
pub use op::{Fourier, Op};
pub use row::{Default, Effect, Parameter, Row, Syntax};
pub use scalar::{Scalar, ScalarType, format_double};
pub use table::{callable, named, table};

/// The number of values of `seq(from, to, step)`; `None` if it never ends. Without a step it is 1 or -1. The end
/// belongs to the sequence even where rounding puts it a hair beyond: seq(0, 1, 0.1) has 11 values.
pub fn sequence_length(from: f64, to: f64, step: Option<f64>) -> Option<u64> {
    let step = step.unwrap_or(if from <= to { 1.0 } else { -1.0 });
    let steps = (to - from) / step;
    if !steps.is_finite() || steps < 0.0 || step == 0.0 {
        return if from == to && step != 0.0 { Some(1) } else { None };
    }
    // Relative slack for the rounding of (to - from) / step.
    Some(((steps * (1.0 + 1e-12) + 1e-12).floor() as u64).saturating_add(1))
}

/// The value at a 0-based place of `seq(from, to, step)`. Rounding takes none beyond the end.
pub fn sequence_value(from: f64, to: f64, step: Option<f64>, place: u64) -> f64 {
    if place == 0 {
        return from;
    }
    let step = step.unwrap_or(if from <= to { 1.0 } else { -1.0 });
    let x = from + place as f64 * step;
    if step > 0.0 { x.min(to) } else { x.max(to) }
}

/// The numbers of a matrix written as text: separated by any white space. A matrix known to have no cells takes none,
/// whatever the text says (`matrix("0", rows=0, cols=0)`).
pub fn matrix_literal(text: &str, cells: Option<u64>) -> Option<Vec<f64>> {
    let number = |t: &str| Scalar::from(t).cast(ScalarType::Double)?.as_f64();
    let values: Option<Vec<f64>> = text.split_whitespace().map(number).collect();
    if cells == Some(0) { values.map(|_| vec![]) } else { values }
}

impl Binary {
    /// The function of a name as `outer` takes it.
    pub fn by_name(name: &str) -> Option<Binary> {
        Binary::ALL.iter().copied().find(|f| f.name() == name)
    }
}
