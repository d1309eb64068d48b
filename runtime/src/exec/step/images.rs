//! Steps of convolution, pooling and biases.

use lac_compiler::ops::Op;
use lac_compiler::ops::infer::window;

use super::data::check;
use super::{Arguments, Value};
use crate::context::{Context, Result};
use crate::kernel;
use crate::matrix::Matrix;

pub(super) fn window(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    check(args)?;
    let matrices = usize::from(matches!(args.values[1], Some(Value::Matrix(_)))) + 1;
    let operands: Vec<Matrix> = (0..matrices).map(|i| args.matrix(i)).collect::<Result<_>>()?;
    let sizes: Vec<Option<f64>> =
        (0..args.len()).map(|i| if i < matrices { Ok(None) } else { args.number(i) }).collect::<Result<_>>()?;
    let window = window::window(op, |i| sizes[i]).expect("the rule has checked the sizes");
    Ok(Value::Matrix(kernel::window(op, &window, &operands, context)?))
}

pub(super) fn bias(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    check(args)?;
    Ok(Value::Matrix(kernel::bias(op == Op::BiasAdd, &args.matrix(0)?, &args.matrix(1)?, context)?))
}
