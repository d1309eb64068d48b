//! Blocks of numbers: plans all of whose values are numbers of known types run over registers of 64 bits.

use lac_compiler::ops::infer::scalar::{apply_binary, apply_unary, binary_type, unary_type};
use lac_compiler::ops::{Binary, Mismatch, Op, Scalar, ScalarType, Unary};
use lac_compiler::plan::{Action, Plan, Source};
use lac_compiler::program::Var;

use super::interpret::Frame;
use super::value::Value;

/// What a plan does, if all its values are numbers. Steps are those of the plan.
pub(super) struct Numbers {
    inputs: Vec<(Var, usize)>,
    steps: Vec<Step>,
    outputs: Vec<(Var, Register)>,
    /// The registers as they are before the first step: the literals are in their places.
    registers: Vec<u64>,
}

/// The place of a number, and its type.
#[derive(Clone, Copy)]
struct Register {
    at: usize,
    ty: ScalarType,
}

struct Step {
    function: Function,
    to: usize,
}

enum Function {
    Unary(Unary, Register),
    Binary(Binary, Register, Register),
}

impl Numbers {
    /// `None` if a value of the plan is no number, or of a type that its guard does not tell.
    pub fn of(plan: &Plan) -> Option<Numbers> {
        let mut numbers = Numbers { inputs: vec![], steps: vec![], outputs: vec![], registers: vec![0; plan.slots] };
        let mut types = vec![None; plan.slots];
        for input in &plan.inputs {
            let at = input.slot.0 as usize;
            types[at] = Some(plan.guard.scalar_type(input.var).filter(|ty| *ty != ScalarType::Str)?);
            numbers.inputs.push((input.var, at));
        }
        for step in &plan.steps {
            let (function, ty) = match (step.action, &step.operands[..]) {
                (Action::Apply(Op::Unary(f)), [x]) => {
                    let x = numbers.register(x, &types)?;
                    (Function::Unary(f, x), unary_type(f, x.ty))
                }
                (Action::Apply(Op::Binary(f)), [x, y]) => {
                    let (x, y) = (numbers.register(x, &types)?, numbers.register(y, &types)?);
                    (Function::Binary(f, x, y), binary_type(f, x.ty, y.ty))
                }
                _ => return None,
            };
            let to = step.results.first()?.0 as usize;
            types[to] = Some(ty);
            numbers.steps.push(Step { function, to });
        }
        for (var, source) in &plan.outputs {
            let register = numbers.register(source, &types)?;
            numbers.outputs.push((*var, register));
        }
        Some(numbers)
    }

    fn register(&mut self, source: &Source, types: &[Option<ScalarType>]) -> Option<Register> {
        match source {
            Source::Slot { slot, .. } => Some(Register { at: slot.0 as usize, ty: types[slot.0 as usize]? }),
            Source::Literal(value) => {
                self.registers.push(bits(value)?);
                Some(Register { at: self.registers.len() - 1, ty: value.ty() })
            }
            Source::Absent => None,
        }
    }

    /// Runs over a frame for which the plan's guard holds. An error comes with the number of its step.
    pub fn run(&self, registers: &mut Vec<u64>, frame: &mut Frame) -> Result<(), (usize, Mismatch)> {
        registers.clear();
        registers.extend_from_slice(&self.registers);
        for (var, at) in &self.inputs {
            if let Some(Value::Scalar(value)) = &frame[var.0 as usize] {
                registers[*at] = bits(value).expect("the guard holds");
            }
        }
        for (k, step) in self.steps.iter().enumerate() {
            let value = match &step.function {
                Function::Unary(f, x) => apply_unary(*f, &x.value(registers)),
                Function::Binary(f, x, y) => apply_binary(*f, &x.value(registers), &y.value(registers)),
            };
            // Looked at where it is: the copy of a value that was just written in parts stalls.
            match &value {
                Ok(value) => registers[step.to] = bits(value).expect("a function of numbers is a number"),
                Err(error) => return Err((k, error.clone())),
            }
        }
        for (var, register) in &self.outputs {
            let (place, bits) = (&mut frame[var.0 as usize], registers[register.at]);
            match register.ty {
                ScalarType::Double => *place = Some(Value::Scalar(Scalar::Double(f64::from_bits(bits)))),
                ScalarType::Int => *place = Some(Value::Scalar(Scalar::Int(bits as i64))),
                _ => *place = Some(Value::Scalar(Scalar::Bool(bits != 0))),
            }
        }
        Ok(())
    }
}

impl Register {
    fn value(self, registers: &[u64]) -> Scalar {
        let bits = registers[self.at];
        match self.ty {
            ScalarType::Double => Scalar::Double(f64::from_bits(bits)),
            ScalarType::Int => Scalar::Int(bits as i64),
            _ => Scalar::Bool(bits != 0),
        }
    }
}

fn bits(value: &Scalar) -> Option<u64> {
    match value {
        Scalar::Double(x) => Some(x.to_bits()),
        Scalar::Int(i) => Some(*i as u64),
        Scalar::Bool(b) => Some(u64::from(*b)),
        Scalar::Str(_) => None,
    }
}
