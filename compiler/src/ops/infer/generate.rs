//! Operators that make matrices of scalars.

use super::{Infer, Mismatch, collection, described, dimension, number, required, string};
use crate::facts::{Dim, Facts, Values};
use crate::ops::random::Pdf;
use crate::ops::{Default, Op, Scalar, ScalarType, matrix_literal, sequence_length, sequence_value};
use crate::sketch::{Nnz, Sketch, cells};

/// `matrix(v, rows, cols, byrow)`: of a scalar a constant, of a matrix a reshape, of a string its numbers.
pub const MATRIX: Infer = |op, args| {
    let (rows, cols) = (dimension(op, args, 1)?, dimension(op, args, 2)?);
    match required(args, 0) {
        Facts::Matrix(m) => reshape(m, rows, cols, byrow(op, args)?),
        Facts::Scalar { ty: Some(ScalarType::Str), value } => {
            let Some(Scalar::Str(text)) = value else { return Ok(Facts::matrix(rows, cols)) };
            literal(text, rows, cols)
        }
        Facts::Scalar { value, .. } => constant(value.as_ref().and_then(Scalar::as_f64), rows, cols),
        Facts::Unknown => Ok(Facts::matrix(rows, cols)),
        other => Err(collection(op, 0, other)),
    }
};

/// The order of the cells of a reshape, if it is known.
fn byrow(op: Op, args: &[Option<&Facts>]) -> Result<Option<bool>, Mismatch> {
    Ok(if args[3].is_none() { Some(true) } else { number(op, args, 3)?.map(|v| v != 0.0) })
}

fn constant(value: Option<f64>, rows: Dim, cols: Dim) -> Result<Facts, Mismatch> {
    let (Some(r), Some(c)) = (rows, cols) else { return Ok(Facts::matrix(rows, cols)) };
    Ok(match value {
        Some(0.0) => Facts::sketched(Sketch::empty(r, c), true),
        Some(v) => Facts::valued(Sketch::dense(r, c), v.is_finite(), Values::constant(v)),
        None => Facts::sketched(Sketch::uniform(r, c, Nnz::new(0, cells(r, c) as f64, cells(r, c))), false),
    })
}

fn literal(text: &str, rows: Dim, cols: Dim) -> Result<Facts, Mismatch> {
    let Some(values) = matrix_literal(text, rows.zip(cols).map(|(r, c)| cells(r, c))) else {
        return Err(Mismatch::new("E0214", "this text is not a list of numbers")
            .label(0, "numbers are separated by blanks, as in \"1 2.5 -3\""));
    };
    if let (Some(r), Some(c)) = (rows, cols)
        && cells(r, c) != values.len() as u64
    {
        return Err(Mismatch::new("E0304", format!("a {r} x {c} matrix needs {} values", cells(r, c)))
            .label(0, format!("these are {}", values.len())));
    }
    Ok(match (rows, cols) {
        (Some(r), Some(c)) => {
            let finite = values.iter().all(|v| v.is_finite());
            Facts::valued(Sketch::from_dense(r, c, &values), finite, Values::of(&values))
        }
        _ => Facts::matrix(rows, cols),
    })
}

fn reshape(m: &crate::facts::MatrixFacts, rows: Dim, cols: Dim, byrow: Option<bool>) -> Result<Facts, Mismatch> {
    if let (Some(have), Some(r), Some(c)) = (m.cells(), rows, cols)
        && have != cells(r, c)
    {
        return Err(Mismatch::new("E0304", format!("a {} matrix can not be reshaped to {r} x {c}", m.shape()))
            .label(0, format!("this has {have} cells, not {}", cells(r, c))));
    }
    let sketch = match (&m.sketch, rows, cols) {
        (Some(s), Some(r), Some(c)) => Some(match byrow {
            Some(byrow) => s.reshape(r, c, byrow),
            None => Sketch::uniform(r, c, s.nnz()),
        }),
        _ => None,
    };
    Ok(described(rows, cols, sketch, (m.values, m.finite)))
}

pub const RAND: Infer = |op, args| {
    let (rows, cols) = (dimension(op, args, 0)?, dimension(op, args, 1)?);
    let (low, high) = (known(op, args, 2)?, known(op, args, 3)?);
    let (sparsity, lambda) = (known(op, args, 4)?, known(op, args, 6)?);
    number(op, args, 7)?;
    let pdf = if args[5].is_none() { Some("uniform") } else { string(op, args, 5)? };
    let pdf = match pdf {
        Some(name) => Some(Pdf::named(name, lambda.unwrap_or(f64::NAN)).ok_or_else(|| {
            Mismatch::new("E0213", format!("`rand` knows no distribution \"{name}\""))
                .label(5, "\"uniform\", \"normal\" or \"poisson\"")
        })?),
        None => None,
    };
    if let Some(s) = sparsity
        && !(0.0..=1.0).contains(&s)
    {
        return Err(Mismatch::new("E0215", "the sparsity of `rand` lies between 0 and 1")
            .label(4, format!("this is {}", crate::ops::format_double(s))));
    }
    // The value of a drawn cell, and the probability that it is 0.
    let (values, zero) = match (pdf, low, high) {
        (Some(Pdf::Uniform), Some(low), Some(high)) => {
            let values = Values::new(low, high, low == high && low.fract() == 0.0);
            (values, f64::from(u8::from(values.is_none())))
        }
        (Some(Pdf::Poisson { .. }), ..) => (Values::new(0.0, f64::INFINITY, true), lambda.map_or(0.0, |l| (-l).exp())),
        _ => (Values::UNKNOWN, 0.0),
    };
    let (Some(r), Some(c)) = (rows, cols) else { return Ok(Facts::matrix(rows, cols).with_values(true, values)) };
    let all = cells(r, c);
    // Which cells are drawn is not known, nor whether they are 0, unless all are drawn from a range without it.
    let none = sparsity == Some(0.0) || values.is_none();
    let apart = pdf == Some(Pdf::Uniform) && low.zip(high).is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    let every = sparsity == Some(1.0) && apart;
    let expected = all as f64 * sparsity.unwrap_or(1.0) * (1.0 - zero.clamp(0.0, 1.0));
    let nnz = Nnz::new(if every { all } else { 0 }, expected, if none { 0 } else { all });
    Ok(Facts::valued(Sketch::uniform(r, c, nnz), true, values))
};

/// The number of an argument, or of its default.
fn known(op: Op, args: &[Option<&Facts>], i: usize) -> Result<Option<f64>, Mismatch> {
    match (args[i], op.row().parameter(i).default) {
        (None, Default::Double(x)) => Ok(Some(x)),
        _ => number(op, args, i),
    }
}

pub const SEQ: Infer = |op, args| {
    let (from, to) = (number(op, args, 0)?, number(op, args, 1)?);
    let step = number(op, args, 2)?;
    let (Some(a), Some(b)) = (from, to) else { return Ok(Facts::matrix(None, Some(1))) };
    if args[2].is_some() && step.is_none() {
        return Ok(Facts::matrix(None, Some(1)));
    }
    let Some(n) = sequence_length(a, b, step) else {
        let describe = crate::ops::format_double;
        return Err(Mismatch::new(
            "E0502",
            format!(
                "`seq` never gets from {} to {} in steps of {}",
                describe(a),
                describe(b),
                describe(step.unwrap_or(f64::NAN))
            ),
        )
        .label(2.min(args.len() - 1), "the step is not 0 and leads from the first number to the second"));
    };
    let step = step.unwrap_or(if a <= b { 1.0 } else { -1.0 });
    let last = sequence_value(a, b, Some(step), n.saturating_sub(1));
    let integer = a.fract() == 0.0 && step.fract() == 0.0 && b.fract() == 0.0;
    let (low, high) = (a.min(last), a.max(last));
    // Integers (that are doubles) are exact: 0 is among them, or not.
    let exact = integer && low.abs().max(high.abs()) < 9e15;
    let nnz = match () {
        _ if low > 0.0 || high < 0.0 => Nnz::exact(n),
        _ if exact && a % step != 0.0 => Nnz::exact(n),
        _ if exact => Nnz::exact(n - 1),
        _ => Nnz::new(n.saturating_sub(1), n.saturating_sub(1) as f64, n),
    };
    let values = Values::new(low, high, integer);
    Ok(Facts::valued(Sketch::uniform(n, 1, nnz), a.is_finite() && last.is_finite(), values))
};

/// `as.matrix(x)`
pub const AS_MATRIX: Infer = |op, args| {
    Ok(match required(args, 0) {
        Facts::Scalar { .. } => constant(number(op, args, 0)?, Some(1), Some(1))?,
        Facts::Unknown => Facts::matrix(None, None),
        Facts::Matrix(m) => Facts::Matrix(m.clone()),
        Facts::List { length: None | Some(1) } => Facts::matrix(None, None),
        Facts::List { length } => Facts::matrix(*length, Some(1)),
        other => return super::frame::overloaded(op, args).unwrap_or_else(|| Err(collection(op, 0, other))),
    })
};
