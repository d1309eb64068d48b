//! Layers of networks, Fourier transforms, classes: what fits, and the sizes that follow.

use super::factor::square;
use super::{Infer, Mismatch, matrix, number, string};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::fourier::Frames;
use crate::ops::recurrent::Lstm;
use crate::ops::{Fourier, Op, format_double};

fn shape(m: Option<&MatrixFacts>) -> (Dim, Dim) {
    m.map_or((None, None), |m| (m.rows, m.cols))
}

/// An argument that must be a matrix of a shape, where it and the shape are known.
fn fits(op: Op, args: &[Option<&Facts>], i: usize, (rows, cols): (Dim, Dim)) -> Result<(), Mismatch> {
    if args[i].is_none() {
        return Ok(());
    }
    let Some(m) = matrix(op, args, i)? else { return Ok(()) };
    let differs = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    if differs(m.rows, rows) || differs(m.cols, cols) {
        let text = |d: Dim| d.map_or("?".to_string(), |d| d.to_string());
        let wanted = format!("{} x {}", text(rows), text(cols));
        let row = op.row();
        let message = format!("`{}` needs `{}` to be {wanted} here", row.name, row.parameters[i].name);
        return Err(Mismatch::new("E0301", message).label(i, format!("this is {}", m.shape())));
    }
    Ok(())
}

/// The sizes of a recurrent layer by the shapes of X and W: W has a row for each feature and neuron and four columns for each
/// neuron.
///
/// # Errors
/// E0303 if X and W are not such.
pub fn lstm(op: Op, x: (u64, u64), w: (u64, u64)) -> Result<Lstm, Mismatch> {
    let neurons = w.1 / 4;
    let features = w.0.saturating_sub(neurons);
    if !w.1.is_multiple_of(4) || neurons == 0 || features == 0 || w.0 < neurons || !x.1.is_multiple_of(features) {
        let message = format!("`{}` with weights that do not fit its inputs", op.row().name);
        return Err(Mismatch::new("E0303", message)
            .label(0, format!("this is {} x {}", x.0, x.1))
            .label(1, format!("this is {} x {}", w.0, w.1))
            .help("with M neurons, T steps and D features of each W is (D + M) x 4M and X has T D columns"));
    }
    let [sequences, steps, features, neurons] = [x.0, x.1 / features, features, neurons].map(|n| n as usize);
    Ok(Lstm { sequences, steps, features, neurons })
}

/// `lstm` and `lstm_backward`.
pub const LSTM: Infer = |op, args| {
    let (x, w) = (matrix(op, args, 0)?, matrix(op, args, 1)?);
    for i in (2..args.len()).filter(|i| *i != 5 && args[*i].is_some()) {
        matrix(op, args, i)?;
    }
    let all = number(op, args, 5)?;
    let (Some(x), Some(w)) = (x.and_then(MatrixFacts::dimensions), w.and_then(MatrixFacts::dimensions)) else {
        return Ok(Facts::Unknown);
    };
    let l = lstm(op, x, w)?;
    let [n, t, m] = [l.sequences, l.steps, l.neurons].map(|n| n as u64);
    fits(op, args, 2, (Some(1), Some(4 * m)))?;
    for i in [3, 4] {
        // More rows than sequences are those of a larger batch before.
        let rows = args[i].and_then(Facts::as_matrix).and_then(|m| m.rows).filter(|r| op == Op::Lstm && *r > n);
        fits(op, args, i, (Some(rows.unwrap_or(n)), Some(m)))?;
    }
    if op == Op::LstmBackward {
        let steps = all.map(|all| if all == 0.0 { 1 } else { t });
        fits(op, args, 6, (Some(n), steps.map(|t| t * m)))?;
        fits(op, args, 7, (Some(n), Some(m)))?;
        for (i, width) in [(8, m), (9, m), (10, 4 * m)] {
            fits(op, args, i, (Some(t), Some(n * width)))?;
        }
    }
    Ok(Facts::Unknown)
};

impl MatrixFacts {
    /// Rows and columns, if both are known.
    fn dimensions(&self) -> Option<(u64, u64)> {
        self.rows.zip(self.cols)
    }
}

/// `batch_norm2d` and `batch_norm2d_backward`: of each channel a row of the columns, an equal part of the rows of X.
pub const BATCH_NORM: Infer = |op, args| {
    let x = matrix(op, args, 0)?;
    let (gamma, columns): (usize, &[usize]) = match op {
        Op::BatchNorm => (1, &[1, 2, 3, 4]),
        _ => (2, &[2, 4, 5]),
    };
    let channels = matrix(op, args, gamma)?.and_then(|m| m.rows);
    for &i in columns {
        fits(op, args, i, (channels, Some(1)))?;
    }
    if let (Some(x), Some(c)) = (x, channels)
        && x.cols.is_some_and(|n| c == 0 || !n.is_multiple_of(c))
    {
        let message = format!("`{}` needs images of as many channels as `gamma` has rows", op.row().name);
        return Err(Mismatch::new("E0301", message).label(0, format!("this is {}", x.shape())));
    }
    if op == Op::BatchNormBackward {
        fits(op, args, 1, shape(x))?;
        number(op, args, 3)?;
        return Ok(Facts::Unknown);
    }
    if let Some(mode) = string(op, args, 5)?
        && !["train", "test"].contains(&mode)
    {
        let message = format!("`batch_norm2d` knows no mode \"{mode}\"");
        return Err(Mismatch::new("E0213", message).label(5, "\"train\" or \"test\""));
    }
    number(op, args, 6)?;
    number(op, args, 7)?;
    Ok(Facts::Unknown)
};

/// The windows of `stft`.
///
/// # Errors
/// E0215 if they are none, or do not move on.
pub fn frames(size: f64, overlap: f64) -> Result<Frames, Mismatch> {
    let whole = |x: f64, least: f64| x.fract() == 0.0 && x >= least && x < 1e9;
    if !whole(size, 1.0) {
        let message = format!("a window of `stft` has {} cells", format_double(size));
        return Err(Mismatch::new("E0215", message).label(2, "a whole number, 1 or more"));
    }
    if !whole(overlap, 0.0) || overlap >= size {
        let message = format!("windows of `stft` overlap by {} of {size} cells", format_double(overlap));
        return Err(Mismatch::new("E0215", message).label(3, "a whole number below the size of a window"));
    }
    Ok(Frames { size: size as usize, overlap: overlap as usize })
}

/// `fft(X, im)` and its like: real and imaginary part.
pub const FOURIER: Infer = |op, args| {
    let x = matrix(op, args, 0)?;
    fits(op, args, 1, shape(x))?;
    if op == Op::Fourier(Fourier::Frames) {
        for i in [2, 3] {
            if args[i].is_none() {
                let message = format!("`stft` needs the argument `{}`", op.row().parameters[i].name);
                return Err(Mismatch::new("E0205", message)
                    .help("write `stft(X, windowSize, overlap)` or `stft(X, im, windowSize, overlap)`"));
            }
        }
        if let (Some(size), Some(overlap)) = (number(op, args, 2)?, number(op, args, 3)?) {
            frames(size, overlap)?;
        }
    }
    Ok(Facts::Unknown)
};

/// `sqrtMatrixJava(A)`
pub const SQRT_MATRIX: Infer = |op, args| {
    let n = square(op, args)?.and_then(|m| m.rows.or(m.cols));
    Ok(Facts::matrix(n, n))
};

/// `rowClassMeet(A, B)`: B as large as A, or one row or column of it for all.
pub const ROW_CLASS_MEET: Infer = |op, args| {
    let (a, b) = (matrix(op, args, 0)?, matrix(op, args, 1)?);
    if let (Some(a), Some(b)) = (a, b) {
        let repeats = |from: Dim, to: Dim| from.zip(to).is_none_or(|(from, to)| from == to || from == 1);
        if !repeats(b.rows, a.rows) || !repeats(b.cols, a.cols) {
            return Err(Mismatch::new("E0301", "`rowClassMeet` needs matrices of one shape, or a vector for all rows")
                .label(0, format!("this is {}", a.shape()))
                .label(1, format!("this is {}", b.shape())));
        }
    }
    Ok(Facts::Unknown)
};

/// How many cells the results have together, at most, from the shapes of the operands and the numbers that are given.
pub fn cells(op: Op, shape: impl Fn(usize) -> (u64, u64), number: impl Fn(usize) -> Option<f64>) -> u64 {
    let of = |i: usize| shape(i).0.saturating_mul(shape(i).1);
    match op {
        Op::Lstm | Op::LstmBackward => {
            let made = lstm(op, shape(0), shape(1)).map_or(0, |l| l.cells() as u64);
            made.saturating_add(of(0)).saturating_add(of(1))
        }
        Op::Fourier(Fourier::Frames) => match frames(number(2).unwrap_or(1.0), number(3).unwrap_or(0.0)) {
            Ok(f) => (4 * shape(0).0).saturating_mul((f.count(shape(0).1 as usize) * f.size) as u64),
            Err(_) => 0,
        },
        _ => of(0).saturating_mul(4),
    }
}
