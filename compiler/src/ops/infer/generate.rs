//! Operators that make matrices of scalars.

use super::{Infer, Mismatch, dimension, number, required, string};
use crate::facts::{Dim, Facts};
use crate::ops::{Op, Scalar, ScalarType, matrix_literal, sequence_length};
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
        Some(v) => Facts::sketched(Sketch::dense(r, c), v.is_finite()),
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
    let nonzeros = values.iter().filter(|&&v| v != 0.0).count() as u64;
    Ok(match (rows, cols) {
        (Some(r), Some(c)) => {
            Facts::sketched(Sketch::uniform(r, c, Nnz::exact(nonzeros)), values.iter().all(|v| v.is_finite()))
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
    Ok(match (&m.sketch, rows, cols) {
        (Some(s), Some(r), Some(c)) => Facts::sketched(
            match byrow {
                Some(byrow) => s.reshape(r, c, byrow),
                None => Sketch::uniform(r, c, s.nnz()),
            },
            m.finite,
        ),
        _ => Facts::matrix(rows, cols),
    })
}

pub const RAND: Infer = |op, args| {
    let (rows, cols) = (dimension(op, args, 0)?, dimension(op, args, 1)?);
    let (low, high, sparsity) = (number(op, args, 2)?, number(op, args, 3)?, number(op, args, 4)?);
    let pdf = string(op, args, 5)?;
    if let Some(pdf) = pdf
        && !["uniform", "normal", "poisson"].contains(&pdf)
    {
        return Err(Mismatch::new("E0213", format!("`rand` knows no distribution \"{pdf}\""))
            .label(5, "\"uniform\", \"normal\" or \"poisson\""));
    }
    if let Some(s) = sparsity
        && !(0.0..=1.0).contains(&s)
    {
        return Err(Mismatch::new("E0215", "the sparsity of `rand` lies between 0 and 1")
            .label(4, format!("this is {}", crate::ops::format_double(s))));
    }
    let (Some(r), Some(c)) = (rows, cols) else { return Ok(Facts::matrix(rows, cols)) };
    let all = cells(r, c);
    let zeros_only = low == Some(0.0) && high == Some(0.0) && pdf == Some("uniform");
    let finite = low.is_some_and(f64::is_finite) && high.is_some_and(f64::is_finite);
    let nnz = match sparsity {
        _ if zeros_only => Nnz::exact(0),
        // A drawn value may itself be 0.
        Some(s) => Nnz::new(0, all as f64 * s, if s == 0.0 { 0 } else { all }),
        None => Nnz::unknown(all),
    };
    Ok(Facts::sketched(Sketch::uniform(r, c, nnz), finite))
};

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
        .label(2.min(args.len() - 1), "a step towards the end, not 0"));
    };
    // The last value may lie a hair beyond the end (see `sequence_length`).
    let last = a + n.saturating_sub(1) as f64 * step.unwrap_or(if a <= b { 1.0 } else { -1.0 });
    let through_zero = a.min(last) <= 0.0 && a.max(last) >= 0.0;
    let nnz = if through_zero { Nnz::new(n.saturating_sub(1), n.saturating_sub(1) as f64, n) } else { Nnz::exact(n) };
    Ok(Facts::sketched(Sketch::uniform(n, 1, nnz), a.is_finite() && last.is_finite()))
};

/// `as.matrix(x)`
pub const AS_MATRIX: Infer = |op, args| {
    Ok(match required(args, 0) {
        Facts::Scalar { .. } => constant(number(op, args, 0)?, Some(1), Some(1))?,
        Facts::Unknown => Facts::matrix(None, None),
        m => m.clone(),
    })
};
