//! Operators that make matrices of scalars.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::random::{Pdf, RandSpec};
use crate::ops::{Mismatch, Scalar, ScalarType, sequence_length, sequence_value};

pub const MATRIX: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (rows, cols) = (args.size(1)?, args.size(2)?);
    Ok(Value::Matrix(match values[0] {
        Some(Value::Matrix(m)) => reshape(m, rows, cols, args.truth(3)?)?,
        Some(Value::Scalar(Scalar::Str(text))) => {
            let number = |t: &str| Scalar::from(t).cast(ScalarType::Double)?.as_f64();
            let cells: Option<Vec<f64>> = text.split_whitespace().map(number).collect();
            let cells =
                cells.ok_or_else(|| Mismatch::new("E0214", "this text is not a list of numbers").label(0, ""))?;
            Dense::from_fn(rows, cols, |i, j| cells[i * cols + j])?
        }
        _ => {
            let value = args.number(0)?;
            Dense::from_fn(rows, cols, |_, _| value)?
        }
    }))
};

/// The cells in row-major order (or column-major) of the one are those of the other.
fn reshape(m: &Dense, rows: usize, cols: usize, byrow: bool) -> Result<Dense, Mismatch> {
    Dense::from_fn(rows, cols, |i, j| {
        if byrow {
            m.values[i * cols + j]
        } else {
            let position = j * rows + i;
            m.at(position % m.rows, position / m.rows)
        }
    })
}

pub const RAND: Evaluate = |op, values, world| {
    let args = Arguments { op, values };
    let pdf = Pdf::named(&args.string(5)?, args.number(6)?).unwrap_or(Pdf::Uniform);
    let seed = args.scalar(7)?.and_then(|s| s.as_i64());
    let spec = RandSpec {
        rows: args.size(0)?,
        cols: args.size(1)?,
        min: args.number(2)?,
        max: args.number(3)?,
        sparsity: args.number(4)?,
        pdf,
        seed: match seed.ok_or_else(|| Mismatch::new("E0215", "a seed is a whole number").label(7, "of this"))? {
            -1 => world.seed(),
            seed => seed as u64,
        },
    };
    spec.check().map_err(|problem| Mismatch::new("E0215", problem.message))?;
    let mut result = Dense::from_fn(spec.rows, spec.cols, |_, _| 0.0)?;
    if spec.cols > 0 {
        for (i, row) in result.values.chunks_exact_mut(spec.cols).enumerate() {
            for (j, x) in spec.row_nonzeros(i as u64) {
                row[j as usize] = x;
            }
        }
    }
    Ok(Value::Matrix(result))
};

pub const SEQ: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (from, to) = (args.number(0)?, args.number(1)?);
    let step = args.optional_number(2)?;
    let length =
        sequence_length(from, to, step).ok_or_else(|| Mismatch::new("E0502", "`seq` never ends").label(2, ""))?;
    let rows = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(Value::Matrix(Dense::from_fn(rows, 1, |i, _| sequence_value(from, to, step, i as u64))?))
};
