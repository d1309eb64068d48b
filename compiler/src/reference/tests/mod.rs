//! The reference against inference, and against values computed by hand.

mod agreement;
mod bounds;
mod estimates;
mod scale;
mod values;

use super::{Dense, Value, World};
use crate::ops::{Mismatch, Op, Scalar};

/// A world that keeps what is printed and counts the rest.
#[derive(Default)]
struct TestWorld {
    printed: Vec<String>,
    calls: u64,
}

impl World for TestWorld {
    fn print(&mut self, line: &str) {
        self.printed.push(line.into());
    }

    fn read(&mut self, op: Op, arguments: &[Option<&Value>]) -> Result<Value, Mismatch> {
        if op == Op::ReadLibsvm {
            return Ok(Value::Several(vec![matrix("1 0; 0 1"), matrix("1; -1")]));
        }
        if op == Op::TransformMeta {
            return Ok(Value::Frame(crate::frame::Frame::unnamed(0, vec![])));
        }
        let size = |i: usize| match arguments[i] {
            Some(Value::Scalar(s)) => s.as_i64().unwrap_or(2) as usize,
            _ => 2,
        };
        Ok(Value::Matrix(Dense::from_fn(size(2), size(3), |i, j| (i + j) as f64)?))
    }

    fn write(&mut self, _: &[Option<&Value>]) -> Result<(), Mismatch> {
        self.calls += 1;
        Ok(())
    }

    fn time(&mut self) -> i64 {
        self.calls += 1;
        self.calls as i64
    }

    fn seed(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }
}

/// `"1 2; 3 4"`: rows end with a semicolon.
fn matrix(text: &str) -> Value {
    let rows: Vec<Vec<f64>> =
        text.split(';').map(|row| row.split_whitespace().map(|t| t.parse().expect("a number")).collect()).collect();
    Value::Matrix(Dense::new(rows.len(), rows[0].len(), rows.concat()))
}

fn empty(rows: usize, cols: usize) -> Value {
    Value::Matrix(Dense::new(rows, cols, vec![]))
}

fn double(x: f64) -> Value {
    Value::Scalar(Scalar::Double(x))
}

fn int(x: i64) -> Value {
    Value::Scalar(Scalar::Int(x))
}

fn string(text: &str) -> Value {
    Value::Scalar(Scalar::from(text))
}
