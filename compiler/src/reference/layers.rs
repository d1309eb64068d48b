//! Layers of networks, Fourier transforms, classes.

use std::collections::HashMap;

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::fourier::Complex;
use crate::ops::infer::layers::{frames, lstm};
use crate::ops::normalize::{Batch, Moments};
use crate::ops::recurrent::{Inputs, Lstm, Steps};
use crate::ops::{Fourier, Mismatch, Op};

fn several<const N: usize>(results: [(usize, usize, Vec<f64>); N]) -> Result<Value, Mismatch> {
    Ok(Value::Several(results.map(|(rows, cols, values)| Value::Matrix(Dense::new(rows, cols, values))).into()))
}

/// The sizes of a recurrent layer and what does not change from step to step.
fn recurrent<'a>(args: Arguments<'a>) -> Result<(Lstm, Inputs<'a>), Mismatch> {
    let [x, w, b, output, state] =
        [args.matrix(0)?, args.matrix(1)?, args.matrix(2)?, args.matrix(3)?, args.matrix(4)?];
    let shape = |m: &Dense| (m.rows as u64, m.cols as u64);
    let l = lstm(args.op, shape(x), shape(w))?;
    let [x, weights, bias, output, state] = [x, w, b, output, state].map(|m| &m.values[..]);
    Ok((l, Inputs { x, weights, bias, output, state }))
}

pub const LSTM: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (l, inputs) = recurrent(args)?;
    let all = args.truth(5)?;
    // Without a step the outputs are those before.
    let before = inputs.output[..l.sequences * l.neurons].to_vec();
    let state = inputs.state[..l.sequences * l.neurons].to_vec();
    let made = l.run(inputs);
    let (n, t, m) = (l.sequences, l.steps, l.neurons);
    let (out, state) = match (t, all) {
        (0, false) => (before, state),
        (0, true) => (vec![], state),
        _ => (l.outputs(&made, all), l.last(&made.states).to_vec()),
    };
    several([
        (n, if all { t * m } else { m }, out),
        (n, m, state),
        (t, n * m, made.outputs),
        (t, n * m, made.states),
        (t, n * 4 * m, made.gates),
    ])
};

pub const LSTM_BACKWARD: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (l, inputs) = recurrent(args)?;
    let (errors, all, state_errors) = (args.matrix(6)?, args.truth(5)?, args.matrix(7)?);
    let cached = |i: usize| Ok(args.matrix(i)?.values.clone());
    let made = match values[8..11].iter().all(Option::is_some) {
        true => Steps { outputs: cached(8)?, states: cached(9)?, gates: cached(10)? },
        false => l.run(inputs),
    };
    if errors.cols != if all { l.steps * l.neurons } else { l.neurons } {
        let message = format!("`{}` needs derivatives by the outputs of {} steps", op.row().name, l.steps);
        return Err(Mismatch::new("E0301", message).label(6, format!("this is {} x {}", errors.rows, errors.cols)));
    }
    let by = l.gradients(inputs, &made, &errors.values, all, &state_errors.values);
    let (n, m, d) = (l.sequences, l.neurons, l.features);
    several([
        (n, l.steps * d, by.x),
        (d + m, 4 * m, by.weights),
        (1, 4 * m, by.bias),
        (n, m, by.output),
        (n, m, by.state),
    ])
};

fn batch(x: &Dense, channels: usize) -> Batch {
    Batch { channels, area: x.cols / channels.max(1) }
}

pub const BATCH_NORM: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (x, gamma, beta) = (args.matrix(0)?, args.matrix(1)?, args.matrix(2)?);
    let (ema_mean, ema_var) = (&args.matrix(3)?.values, &args.matrix(4)?.values);
    let (train, epsilon, mu) = (&*args.string(5)? == "train", args.number(6)?, args.number(7)?);
    let (batch, c) = (batch(x, gamma.rows), gamma.rows);
    let (mean, var) = if train { batch.moments(&x.values) } else { (ema_mean.clone(), ema_var.clone()) };
    let moved = |old: &[f64], new: &[f64]| -> Vec<f64> {
        let average = |(old, new): (&f64, &f64)| mu * old + (1.0 - mu) * new;
        if train { old.iter().zip(new).map(average).collect() } else { old.to_vec() }
    };
    let scale: Vec<f64> = var.iter().map(|v| 1.0 / (v + epsilon).sqrt()).collect();
    let out = batch.normalize(&x.values, Moments { mean: &mean, scale: &scale }, &gamma.values, &beta.values);
    let (ema_mean, ema_var) = (moved(ema_mean, &mean), moved(ema_var, &var));
    several([(x.rows, x.cols, out), (c, 1, ema_mean), (c, 1, ema_var), (c, 1, mean), (c, 1, scale)])
};

pub const BATCH_NORM_BACKWARD: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (x, errors, gamma) = (args.matrix(0)?, args.matrix(1)?, args.matrix(2)?);
    let by = Moments { mean: &args.matrix(4)?.values, scale: &args.matrix(5)?.values };
    let found = batch(x, gamma.rows).gradients(&x.values, &errors.values, by, &gamma.values);
    several([(x.rows, x.cols, found.x), (gamma.rows, 1, found.gamma), (gamma.rows, 1, found.beta)])
};

pub const FOURIER: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let Op::Fourier(f) = op else { unreachable!("a row of another operator") };
    let x = args.matrix(0)?;
    let (rows, mut cols) = (x.rows, x.cols);
    let im = if values[1].is_some() { args.matrix(1)?.values.clone() } else { vec![0.0; x.values.len()] };
    let mut x = Complex { re: x.values.clone(), im };
    match f {
        Fourier::Matrix | Fourier::MatrixInverse => x.transform_matrix(rows, cols, f == Fourier::MatrixInverse),
        Fourier::Rows | Fourier::RowsInverse => x.transform_rows(cols, f == Fourier::RowsInverse),
        Fourier::Frames => {
            let frames = frames(args.number(2)?, args.number(3)?)?;
            let [re, im] = [&x.re, &x.im].map(|part| frames.cut(part, rows, cols));
            x = Complex { re, im };
            x.transform_rows(frames.size, false);
            cols = frames.count(cols) * frames.size;
        }
    }
    several([(rows, cols, x.re), (rows, cols, x.im)])
};

pub const ROW_CLASS_MEET: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (a, b) = (args.matrix(0)?, args.matrix(1)?);
    let (mut numbers, mut sizes) = (vec![0.0; a.values.len()], vec![0.0; a.values.len()]);
    for i in 0..a.rows {
        let pair = |j: usize| (a.at(i, j), b.repeated(i, j));
        let mut classes: HashMap<(u64, u64), (f64, f64)> = HashMap::new();
        let members = || (0..a.cols).map(|j| (i * a.cols + j, pair(j))).filter(|(_, (x, y))| *x != 0.0 && *y != 0.0);
        for (at, (x, y)) in members() {
            let next = classes.len() as f64 + 1.0;
            let (number, size) = classes.entry((x.to_bits(), y.to_bits())).or_insert((next, 0.0));
            *size += 1.0;
            numbers[at] = *number;
        }
        for (at, (x, y)) in members() {
            sizes[at] = classes[&(x.to_bits(), y.to_bits())].1;
        }
    }
    several([(a.rows, a.cols, numbers), (a.rows, a.cols, sizes)])
};
