//! Convolution, pooling and biases of images: each row of a result by the loops that are its meaning, rows in parallel.

use std::borrow::Cow;

use lac_compiler::ops::Op;
use lac_compiler::ops::window::Window;
use rayon::prelude::*;

use super::build::zeroed;
use super::split::PARALLEL;
use super::statistics::cells;
use crate::{Context, Dense, Matrix, Result};

/// An operator of this family, of operands whose shapes are those of the window.
///
/// # Errors
/// E0601 without memory.
pub fn window(op: Op, w: &Window, operands: &[Matrix], ctx: &Context) -> Result<Matrix> {
    let values: Vec<Cow<[f64]>> = operands.iter().map(|m| cells(m, ctx)).collect::<Result<_>>()?;
    let [p, q] = w.places().unwrap_or([0, 0]);
    let (image, filter) = (w.channels * w.height * w.width, w.channels * w.size[0] * w.size[1]);
    let row = |k: usize, i: usize| {
        let length = operands[k].cols();
        &values[k][i * length..(i + 1) * length]
    };
    match op {
        Op::MaxPool | Op::AvgPool => {
            let largest = op == Op::MaxPool;
            by_rows(w.images, w.channels * p * q, w, |i, out| w.pool(largest, row(0, i), out), ctx)
        }
        Op::Conv2d => by_rows(w.images, w.filters * p * q, w, |i, out| w.convolve(row(0, i), &values[1], out), ctx),
        Op::Conv2dBackwardFilter => {
            by_rows(w.filters, filter, w, |k, out| w.convolve_filter(k, &values[0], &values[1], out), ctx)
        }
        Op::Conv2dBackwardData => {
            by_rows(w.images, image, w, |i, out| w.convolve_back(row(1, i), &values[0], out), ctx)
        }
        _ => {
            let largest = op == Op::MaxPoolBackward;
            by_rows(w.images, image, w, |i, out| w.pool_back(largest, row(0, i), row(1, i), out), ctx)
        }
    }
}

/// A dense matrix made row by row, each of so much work as a window has cells times its own.
fn by_rows(
    rows: usize,
    cols: usize,
    w: &Window,
    make: impl Fn(usize, &mut [f64]) + Sync,
    ctx: &Context,
) -> Result<Matrix> {
    let mut values = zeroed(rows, cols, ctx)?;
    if values.len() * w.size[0] * w.size[1] < PARALLEL {
        values.chunks_exact_mut(cols.max(1)).enumerate().for_each(|(i, row)| make(i, row));
    } else {
        values.par_chunks_exact_mut(cols.max(1)).enumerate().for_each(|(i, row)| make(i, row));
    }
    Ok(Matrix::new(Dense::new(rows, cols, values)))
}

/// Each of b's cells added to (or multiplied with) as large a part of every row of x.
///
/// # Errors
/// E0601 without memory.
pub fn bias(add: bool, x: &Matrix, b: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = x.shape();
    let (cells, b) = (cells(x, ctx)?, cells(b, ctx)?);
    let mut values = zeroed(rows, cols, ctx)?;
    let part = (cols / b.len().max(1)).max(1);
    let parts = values.chunks_exact_mut(part).zip(cells.chunks_exact(part)).zip(b.iter().cycle());
    for ((out, x), b) in parts {
        for (out, x) in out.iter_mut().zip(x) {
            *out = if add { x + b } else { x * b };
        }
    }
    Ok(Matrix::new(Dense::new(rows, cols, values)))
}
