//! Convolution, pooling and biases of images.

use super::{Infer, Mismatch, matrix, number};
use crate::facts::{Dim, Facts};
use crate::ops::window::Window;
use crate::ops::{Default, Op, format_double};

/// Where the sizes begin: behind the matrices.
fn first_size(op: Op) -> usize {
    if matches!(op, Op::MaxPool | Op::AvgPool) { 1 } else { 2 }
}

/// The window that the arguments tell; `None` if `value` does not know one of them, or it has no place.
pub fn window(op: Op, mut value: impl FnMut(usize) -> Option<f64>) -> Option<Window> {
    let mut at = first_size(op);
    let mut next = || {
        at += 1;
        value(at - 1).map(|x| x as usize)
    };
    let [images, channels, height, width] = [next()?, next()?, next()?, next()?];
    let pool = matches!(op, Op::MaxPool | Op::MaxPoolBackward | Op::AvgPool | Op::AvgPoolBackward);
    let (filters, of) = if pool { (0, channels) } else { (next()?, next()?) };
    let (size, stride, padding) = ([next()?, next()?], [next()?, next()?], [next()?, next()?]);
    let window = Window { images, channels, height, width, filters, size, stride, padding };
    (of == channels && window.places().is_some()).then_some(window)
}

/// A size: a whole number, above 0 but for a padding and a number of images. Larger ones are no sizes of images.
fn check(op: Op, i: usize, x: f64) -> Result<(), Mismatch> {
    let name = op.row().parameters[i].name;
    let least = if name.starts_with("padding") || name == "input_shape[1]" { 0.0 } else { 1.0 };
    if x.fract() == 0.0 && x >= least && x < 1e6 {
        return Ok(());
    }
    let name = name.split('[').next().unwrap_or(name);
    let message = format!("`{name}` of `{}` holds {}", op.row().name, format_double(x));
    Err(Mismatch::new("E0215", message).label(i, "no size"))
}

fn fits(op: Op, args: &[Option<&Facts>], i: usize, shape: (usize, usize)) -> Result<(), Mismatch> {
    let Some(m) = matrix(op, args, i)? else { return Ok(()) };
    let differs = |dim: Dim, n: usize| dim.is_some_and(|d| d != n as u64);
    if differs(m.rows, shape.0) || differs(m.cols, shape.1) {
        let message = format!("`{}` needs a {} x {} matrix here, by its sizes", op.row().name, shape.0, shape.1);
        return Err(Mismatch::new("E0301", message).label(i, format!("this is {}", m.shape())));
    }
    Ok(())
}

/// `conv2d`, `max_pool`, `avg_pool` and their derivatives: the shape follows from the sizes.
pub const WINDOW: Infer = |op, args| {
    let first = first_size(op);
    (0..first).try_for_each(|i| matrix(op, args, i).map(drop))?;
    let mut known = vec![None; args.len()];
    for i in first..args.len() {
        known[i] = match (number(op, args, i)?, args[i], op.row().parameters[i].default) {
            (None, None, Default::Int(n)) => Some(n as f64),
            (x, ..) => x,
        };
        known[i].map_or(Ok(()), |x| check(op, i, x))?;
    }
    let window = window(op, |i| known[i]);
    let Some(w) = window else {
        if known[first..].iter().all(Option::is_some) {
            let message = format!("`{}` with a window that does not fit its images", op.row().name);
            return Err(Mismatch::new("E0303", message)
                .help("filter_shape is [filters, channels of the image, rows, columns], and within the padded image"));
        }
        return Ok(Facts::matrix(None, None));
    };
    let [p, q] = w.places().expect("a window has places");
    let images = (w.images, w.channels * w.height * w.width);
    let filters = (w.filters, w.channels * w.size[0] * w.size[1]);
    let results = (w.images, if w.filters > 0 { w.filters } else { w.channels } * p * q);
    let (operands, shape) = match op {
        Op::Conv2d => (vec![images, filters], results),
        Op::Conv2dBackwardFilter => (vec![images, results], filters),
        Op::Conv2dBackwardData => (vec![filters, results], images),
        Op::MaxPool | Op::AvgPool => (vec![images], results),
        _ => (vec![images, results], images),
    };
    for (i, shape) in operands.into_iter().enumerate() {
        fits(op, args, i, shape)?;
    }
    Ok(Facts::matrix(Some(shape.0 as u64), Some(shape.1 as u64)))
};

/// `bias_add(X, b)`, `bias_multiply(X, b)`: as many equal parts of each row as b has cells.
pub const BIAS: Infer = |op, args| {
    let (x, b) = (matrix(op, args, 0)?, matrix(op, args, 1)?);
    if let Some(b) = b
        && (b.cols.is_some_and(|c| c != 1)
            || b.rows.zip(x.and_then(|x| x.cols)).is_some_and(|(k, n)| if k == 0 { n > 0 } else { n % k != 0 }))
    {
        let message = format!("`{}` needs a column with a cell for each channel of the images", op.row().name);
        return Err(Mismatch::new("E0301", message)
            .label(0, format!("this is {}", x.map_or("?".into(), |x| x.shape())))
            .label(1, format!("this is {}", b.shape())));
    }
    Ok(Facts::matrix(x.and_then(|x| x.rows), x.and_then(|x| x.cols)))
};
