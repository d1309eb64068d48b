//! Plans: physical steps for one block, each with a format, a cost, a memory bound and a reason.
//!
//! A plan is made from a block's DAG when the block is reached, with the true shapes and sketches of the variables it
//! reads, and kept with a [`Guard`] that says for which values it was made.

mod chain;
mod cost;
mod explain;
mod format;
pub mod guard;
mod make;
mod nonzeros;
mod simplify;

pub use chain::seconds;
pub use cost::Cost;
pub use explain::{explain, human_bytes, operation};
pub use format::Format;
pub use guard::Guard;
pub use make::{PlanOptions, plan};
pub use nonzeros::{Values, nonzeros};

use lac_grammar::Span;

use crate::facts::Facts;
use crate::ops::{Op, Scalar};
use crate::program::ir::Var;

/// The physical steps of a block.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where the values of variables go before the first step.
    pub inputs: Vec<Input>,
    pub steps: Vec<Step>,
    /// What variables hold after the last step.
    pub outputs: Vec<(Var, Source)>,
    /// The number of slots.
    pub slots: usize,
    /// For which values of the inputs it was made.
    pub guard: Guard,
}

/// A place for an intermediate value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

#[derive(Clone, Debug)]
pub struct Input {
    pub var: Var,
    pub slot: Slot,
    /// Nobody needs the variable's value after this block: it is moved, and may be changed in place.
    pub take: bool,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Slot {
        slot: Slot,
        /// Nobody asks for it afterwards: the step may take it apart or change it in place.
        last: bool,
    },
    Literal(Scalar),
    /// An argument that is not given.
    Absent,
}

/// One physical operator.
#[derive(Clone, Debug)]
pub struct Step {
    pub action: Action,
    pub operands: Vec<Source>,
    /// One slot, more for an operator with several results, none for one that is there for its effect.
    pub results: Vec<Slot>,
    /// Variables that hold the result, by the statements that assign it.
    pub names: Vec<Var>,
    pub span: Span,
    /// What was known of the result.
    pub facts: Facts,
    /// The format the result is expected in, if it is a matrix.
    pub format: Option<Format>,
    pub cost: Cost,
    /// Why it is done this way, where that is not plain.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// The operator as it is written.
    Apply(Op),
    /// A product with transposes folded in; its result in a format, or in the one that a count of it suggests.
    Product { left_transposed: bool, right_transposed: bool, format: Option<Format> },
    /// The same matrix in another format, if its true number of nonzeros still speaks for it.
    Convert(Format),
}

impl Step {
    /// The name of what it does, as `explain` and `--stats` show it.
    pub fn name(&self) -> String {
        match self.action {
            Action::Apply(op) => op.row().name.to_string(),
            Action::Product { left_transposed, right_transposed, .. } => {
                let side = |t: bool, text: &'static str| if t { text } else { "" };
                format!("{}%*%{}", side(left_transposed, "t "), side(right_transposed, " t"))
            }
            Action::Convert(Format::Dense) => "to dense".into(),
            Action::Convert(Format::Csr) => "to csr".into(),
        }
    }
}
