//! For which values a plan holds.

use std::collections::BTreeSet;

use crate::facts::Facts;
use crate::ops::{Scalar, ScalarType};
use crate::program::ir::Var;

/// A predicate over the variables a block reads: while it holds, its plan is used again.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    expected: Vec<(Var, Expected)>,
    /// The plan serves once.
    never: bool,
}

#[derive(Clone, Debug)]
enum Expected {
    Unknown,
    Scalar {
        ty: Option<ScalarType>,
        /// Only where the value decided a shape.
        value: Option<Scalar>,
    },
    Matrix {
        rows: u64,
        cols: u64,
        /// nnz from .. to
        nnz: (u64, u64),
    },
    Frame {
        rows: u64,
        cols: u64,
    },
    List,
}

/// What a guard asks of a value.
#[derive(Clone, Debug)]
pub enum Actual<'a> {
    Scalar(&'a Scalar),
    Matrix { rows: u64, cols: u64, nnz: u64 },
    Frame { rows: u64, cols: u64 },
    List,
}

impl Guard {
    /// The guard of a plan made for these inputs; the values of scalars count only where they shaped something.
    pub fn new<'a>(inputs: impl IntoIterator<Item = (Var, &'a Facts)>, shaping: &BTreeSet<Var>) -> Guard {
        let expected = inputs.into_iter().map(|(var, facts)| {
            let expected = match facts {
                Facts::Unknown => Expected::Unknown,
                Facts::Scalar { ty, value } => {
                    Expected::Scalar { ty: *ty, value: value.clone().filter(|_| shaping.contains(&var)) }
                }
                Facts::Matrix(m) => match (m.rows, m.cols, &m.sketch) {
                    (Some(rows), Some(cols), Some(s)) => Expected::Matrix { rows, cols, nnz: range(s.nnz().estimate) },
                    _ => Expected::Unknown,
                },
                Facts::Frame { rows: Some(rows), cols: Some(cols) } => Expected::Frame { rows: *rows, cols: *cols },
                Facts::Frame { .. } => Expected::Unknown,
                Facts::List { .. } => Expected::List,
            };
            (var, expected)
        });
        Guard { expected: expected.collect(), never: false }
    }

    /// Holds for no values: the plan serves once.
    pub fn never() -> Guard {
        Guard { expected: vec![], never: true }
    }

    /// The type of a scalar for which alone the plan may be used.
    pub fn scalar_type(&self, var: Var) -> Option<ScalarType> {
        self.expected.iter().find(|(v, _)| *v == var).and_then(|(_, expected)| match expected {
            Expected::Scalar { ty, .. } => *ty,
            _ => None,
        })
    }

    /// Whether the plan may be used for these values.
    pub fn holds<'a>(&self, actual: impl Fn(Var) -> Option<Actual<'a>>) -> bool {
        !self.never
            && self.expected.iter().all(|(var, expected)| match (expected, actual(*var)) {
                (Expected::Unknown, _) => true,
                (Expected::Scalar { ty, value }, Some(Actual::Scalar(s))) => {
                    ty.is_none_or(|t| t == s.ty()) && value.as_ref().is_none_or(|v| v == s)
                }
                (Expected::Matrix { rows, cols, nnz }, Some(Actual::Matrix { rows: r, cols: c, nnz: n })) => {
                    (*rows, *cols) == (r, c) && (nnz.0..=nnz.1).contains(&n)
                }
                (Expected::Frame { rows, cols }, Some(Actual::Frame { rows: r, cols: c })) => (*rows, *cols) == (r, c),
                (Expected::List, Some(Actual::List)) => true,
                _ => false,
            })
    }
}

/// Half to twice the nonzeros a plan was made for: within that no choice of format or order changes by more than its
/// estimates' error.
fn range(nnz: f64) -> (u64, u64) {
    ((nnz / 2.0) as u64, ((nnz * 2.0) as u64).saturating_add(16))
}
