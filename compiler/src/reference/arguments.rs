//! Arguments of a row's meaning by their position, with the defaults of the row.

use std::sync::Arc;

use super::{Dense, Value};
use crate::ops::{Default, Mismatch, Op, Scalar};

/// The arguments of an operator in the order of its parameters.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a> {
    pub op: Op,
    pub values: &'a [Option<&'a Value>],
}

impl<'a> Arguments<'a> {
    pub fn matrix(self, i: usize) -> Result<&'a Dense, Mismatch> {
        match self.values[i] {
            Some(Value::Matrix(m)) => Ok(m),
            _ => Err(self.misfit("E0210", i, "a matrix")),
        }
    }

    /// The argument, or else the default; `None` if the operator does without.
    pub fn scalar(self, i: usize) -> Result<Option<Scalar>, Mismatch> {
        match self.values.get(i).copied().flatten() {
            Some(Value::Scalar(s)) => Ok(Some(s.clone())),
            Some(Value::List(_) | Value::Frame(_)) => Err(self.misfit("E0210", i, "a matrix or a scalar")),
            Some(_) => Err(self.misfit("E0211", i, "a scalar")),
            None => Ok(match self.op.row().parameter(i).default {
                Default::Required | Default::Absent => None,
                Default::Bool(b) => Some(Scalar::Bool(b)),
                Default::Int(n) => Some(Scalar::Int(n)),
                Default::Double(d) => Some(Scalar::Double(d)),
                Default::Str(s) => Some(Scalar::from(s)),
            }),
        }
    }

    pub fn number(self, i: usize) -> Result<f64, Mismatch> {
        self.optional_number(i)?.ok_or_else(|| self.misfit("E0211", i, "a number"))
    }

    pub fn optional_number(self, i: usize) -> Result<Option<f64>, Mismatch> {
        match self.scalar(i)? {
            None => Ok(None),
            Some(s) => s.as_f64().map(Some).ok_or_else(|| self.misfit("E0211", i, "a number")),
        }
    }

    pub fn truth(self, i: usize) -> Result<bool, Mismatch> {
        let truth = self.scalar(i)?.and_then(|s| s.as_bool());
        truth.ok_or_else(|| self.misfit("E0211", i, "a truth value"))
    }

    pub fn string(self, i: usize) -> Result<Arc<str>, Mismatch> {
        match self.scalar(i)? {
            Some(Scalar::Str(s)) => Ok(s),
            _ => Err(self.misfit("E0212", i, "a string")),
        }
    }

    /// A number of rows or columns; its fraction is dropped.
    pub fn size(self, i: usize) -> Result<usize, Mismatch> {
        Ok(self.number(i)? as usize)
    }

    fn misfit(self, code: &'static str, i: usize, needs: &str) -> Mismatch {
        Mismatch::new(code, format!("`{}` needs {needs} here", self.op.row().name)).label(i, "of this")
    }
}
