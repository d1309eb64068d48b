//! Blocks by the reference semantics: every operator as written, dense, one after the other.

use std::collections::HashMap;

use lac_compiler::hop::{self, HopId, Kind, Output};
use lac_compiler::ops::{Mismatch, Op, Scalar};
use lac_compiler::program::Basic;
use lac_compiler::program::ir::Scope;
use lac_compiler::reference::{self, Dense, World};

use super::block::Now;
use super::interpret::{Frame, Interpreter, drop_all};
use super::step::Arguments;
use super::value::Value;
use super::{files, interpret};
use crate::context::{Context, Result};
use crate::matrix::{self, Matrix, Storage};

impl Interpreter<'_> {
    pub(super) fn basic_by_reference(&mut self, scope: &Scope, basic: &Basic, frame: &mut Frame) -> Result<()> {
        let dag = hop::build(basic, scope, &Now { frame, general: true, sketches: false }).dag;
        let mut values: HashMap<HopId, reference::Value> = HashMap::new();
        let finals = dag.finals(basic);
        for id in dag.schedule(|o| dag.is_needed(&finals, o)) {
            let value = match &dag.hop(id).kind {
                Kind::Literal(s) => reference::Value::Scalar(s.clone()),
                Kind::Input(var) => {
                    let value = frame[var.0 as usize].as_ref();
                    let value = value.ok_or_else(|| interpret::undefined(scope, *var, dag.hop(id).span))?;
                    meaning(value, &self.settings.context)?
                }
                Kind::Apply(op) => {
                    let operands = dag.operands(id);
                    let args: Vec<Option<&reference::Value>> =
                        operands.iter().map(|o| o.map(|o| &values[&o])).collect();
                    let spans = vec![dag.hop(id).span; operands.len()];
                    self.place = dag.hop(id).span;
                    let mut world = Outside { interpreter: self };
                    let result = reference::evaluate(*op, &args, &mut world);
                    result.map_err(|m| Box::new(hop::diagnostic(m, dag.hop(id).span, &spans)))?
                }
            };
            values.insert(id, value);
        }
        for output in &dag.outputs {
            match output {
                Output::Assign(var, h) if finals.get(var) == Some(h) => {
                    frame[var.0 as usize] = values.get(h).map(from_reference);
                }
                Output::Several(vars, h) => {
                    if let reference::Value::Several(results) = &values[h] {
                        for (var, value) in vars.iter().zip(results) {
                            frame[var.0 as usize] = Some(from_reference(value));
                        }
                    }
                }
                _ => {}
            }
        }
        drop_all(frame, &basic.ends);
        Ok(())
    }
}

/// The world as the interpreter's host gives it.
pub(super) struct Outside<'a, 'h> {
    pub(super) interpreter: &'a mut Interpreter<'h>,
}

impl World for Outside<'_, '_> {
    fn print(&mut self, line: &str) {
        self.interpreter.host.print(line);
    }

    fn read(
        &mut self,
        op: Op,
        arguments: &[Option<&reference::Value>],
    ) -> std::result::Result<reference::Value, Mismatch> {
        let context = self.interpreter.settings.context.clone();
        let mut args = given(op, arguments);
        if op == Op::ReadLibsvm {
            let several = files::read_libsvm(self.interpreter, &mut args, &context).map_err(|d| mismatch(&d))?;
            let several = several.iter().map(|v| meaning(v, &context)).collect::<Result<_>>();
            return several.map(reference::Value::Several).map_err(|d| mismatch(&d));
        }
        if op == Op::TransformMeta {
            return files::transform_meta(&mut args, &context).map(|v| to_reference(&v)).map_err(|d| mismatch(&d));
        }
        let read = files::read(self.interpreter, &mut args, &context);
        read.and_then(|v| meaning(&v, &context)).map_err(|d| mismatch(&d))
    }

    fn write(&mut self, arguments: &[Option<&reference::Value>]) -> std::result::Result<(), Mismatch> {
        let context = self.interpreter.settings.context.clone();
        files::write(&mut given(Op::Write, arguments), &context).map_err(|d| mismatch(&d))
    }

    fn time(&mut self) -> i64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |d| d.as_nanos() as i64)
    }

    fn seed(&mut self) -> u64 {
        self.interpreter.fresh_seed()
    }
}

fn given(op: Op, arguments: &[Option<&reference::Value>]) -> Arguments {
    Arguments::new(op, arguments.iter().map(|a| a.map(from_reference)).collect())
}

fn mismatch(d: &lac_grammar::Diagnostic) -> Mismatch {
    Mismatch { code: d.code, message: d.message.clone(), labels: vec![], help: d.help.clone() }
}

/// [`to_reference`], after asking for the memory.
///
/// # Errors
/// E0601 without it.
pub fn meaning(value: &Value, context: &Context) -> Result<reference::Value> {
    fn cells(value: &Value) -> u64 {
        match value {
            Value::Matrix(m) => (m.rows() as u64).saturating_mul(m.cols() as u64),
            Value::List(l) => l.values().map(cells).fold(0, u64::saturating_add),
            Value::Scalar(_) | Value::Frame(_) => 0,
        }
    }
    context.reserve(cells(value).saturating_mul(8), || "a dense copy of a matrix".into())?;
    Ok(to_reference(value))
}

/// A value as the reference semantics takes it.
pub fn to_reference(value: &Value) -> reference::Value {
    match value {
        Value::Scalar(s) => reference::Value::Scalar(s.clone()),
        Value::Matrix(m) => {
            let dense = m.to_dense();
            let Storage::Dense(d) = dense.storage() else { unreachable!("made dense") };
            reference::Value::Matrix(Dense { rows: d.rows(), cols: d.cols(), values: d.values().to_vec() })
        }
        Value::Frame(f) => reference::Value::Frame((**f).clone()),
        Value::List(l) => reference::Value::List(l.map(to_reference)),
    }
}

/// [`from_reference`] of a value that nobody else needs.
pub fn into_value(value: reference::Value) -> Value {
    match value {
        reference::Value::Matrix(d) => Value::Matrix(Matrix::new(matrix::Dense::new(d.rows, d.cols, d.values))),
        reference::Value::Frame(f) => Value::from(f),
        other => from_reference(&other),
    }
}

/// A result of the reference semantics as a value.
pub fn from_reference(value: &reference::Value) -> Value {
    match value {
        reference::Value::Scalar(s) => Value::Scalar(s.clone()),
        reference::Value::Matrix(d) => Value::Matrix(Matrix::new(matrix::Dense::new(d.rows, d.cols, d.values.clone()))),
        reference::Value::Frame(f) => Value::from(f.clone()),
        reference::Value::List(l) => Value::from(l.map(from_reference)),
        reference::Value::Nothing | reference::Value::Several(_) => Value::Scalar(Scalar::Bool(true)),
    }
}
