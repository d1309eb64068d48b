//! Convolution, pooling and biases of images.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::infer::window::window;
use crate::ops::{Mismatch, Op};

/// The result made row by row.
fn by_rows(rows: usize, cols: usize, mut f: impl FnMut(usize, &mut [f64])) -> Result<Value, Mismatch> {
    let mut result = Dense::from_fn(rows, cols, |_, _| 0.0)?;
    result.values.chunks_exact_mut(cols.max(1)).enumerate().for_each(|(i, row)| f(i, row));
    Ok(Value::Matrix(result))
}

pub const WINDOW: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let w = window(op, |i| args.number(i).ok()).expect("inference has seen the sizes");
    let [p, q] = w.places().expect("inference has seen the sizes");
    let a = args.matrix(0)?;
    let row = |m: &Dense, i: usize| m.values[i * m.cols..(i + 1) * m.cols].to_vec();
    match op {
        Op::MaxPool | Op::AvgPool => {
            by_rows(w.images, w.channels * p * q, |i, out| w.pool(op == Op::MaxPool, &row(a, i), out))
        }
        Op::Conv2d => {
            let filters = &args.matrix(1)?.values;
            by_rows(w.images, w.filters * p * q, |i, out| w.convolve(&row(a, i), filters, out))
        }
        Op::Conv2dBackwardFilter => {
            let errors = &args.matrix(1)?.values;
            let size = w.channels * w.size[0] * w.size[1];
            by_rows(w.filters, size, |k, out| w.convolve_filter(k, &a.values, errors, out))
        }
        _ => {
            let (errors, size) = (args.matrix(1)?, w.channels * w.height * w.width);
            by_rows(w.images, size, |i, out| match op {
                Op::Conv2dBackwardData => w.convolve_back(&row(errors, i), &a.values, out),
                _ => w.pool_back(op == Op::MaxPoolBackward, &row(a, i), &row(errors, i), out),
            })
        }
    }
};

pub const BIAS: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (x, b) = (args.matrix(0)?, &args.matrix(1)?.values);
    let part = (x.cols / b.len().max(1)).max(1);
    let of = |x: f64, b: f64| if op == Op::BiasAdd { x + b } else { x * b };
    Dense::from_fn(x.rows, x.cols, |i, j| of(x.at(i, j), b[j / part])).map(Value::Matrix)
};
