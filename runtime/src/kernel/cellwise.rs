//! Cell-wise operators on matrices and scalars, with broadcasting of vectors.
//!
//! The result is sparse where the operator makes 0 of what is not stored, which is asked of the operator itself:
//! f(0), f(0, 0), f(0, y) for each y that meets an unstored 0. So 0 * NaN is NaN in every format.

use lac_compiler::ops::{Binary, Unary};

use super::build::{compact, reserve_csr, zeroed};
use super::cellwise_function::{Function, map};
use super::cellwise_source::{Source, broadcast, buffer};
use super::cellwise_sparse;
use super::split::fill;
use crate::{Context, Dense, Facts, Matrix, Result, Storage};

pub use super::cellwise_source::Operand;

/// f of each cell.
pub fn unary(op: Unary, a: &Matrix, ctx: &Context) -> Result<Matrix> {
    mapped(a, op.apply(0.0) == 0.0, |cells| map(op, cells), ctx)
}

/// f of each cell, for a function that is no operator of its own.
pub fn each(a: &Matrix, f: impl Fn(f64) -> f64 + Sync, ctx: &Context) -> Result<Matrix> {
    mapped(a, f(0.0) == 0.0, |cells| cells.iter_mut().for_each(|x| *x = f(*x)), ctx)
}

/// The cells changed by pieces; sparse if zeros stay 0.
fn mapped(a: &Matrix, keeps_zeros: bool, change: impl Fn(&mut [f64]) + Sync, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    let source = Source::new(Operand::Matrix(a), (rows, cols), ctx)?;
    if let Storage::Csr(s) = a.storage()
        && keeps_zeros
    {
        reserve_csr(rows, cols, s.stored(), ctx)?;
        let mut values = vec![0.0; s.stored()];
        let facts = fill(&mut values, |start, out| {
            out.copy_from_slice(&s.values()[start..start + out.len()]);
            change(out);
        });
        return Ok(compact(rows, cols, s.indptr().to_vec(), s.indices().to_vec(), values, facts));
    }
    let mut values = zeroed(rows, cols, ctx)?;
    let facts = fill(&mut values, |start, out| {
        source.load(cols, start, out);
        change(out);
    });
    Ok(dense(rows, cols, values, facts))
}

/// f of each cell, in the memory of `a` where nobody else holds it and its format is kept.
pub fn unary_owned(op: Unary, a: Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    if matches!(a.storage(), Storage::Csr(_)) && op.apply(0.0) != 0.0 {
        return unary(op, &a, ctx);
    }
    match a.into_storage() {
        Storage::Dense(d) => {
            let mut values = d.into_values();
            let facts = fill(&mut values, |_, out| map(op, out));
            Ok(dense(rows, cols, values, facts))
        }
        Storage::Csr(s) => {
            let (indptr, indices, mut values) = s.into_parts();
            let facts = fill(&mut values, |_, out| map(op, out));
            Ok(compact(rows, cols, indptr, indices, values, facts))
        }
    }
}

/// f(a, b) cell by cell. Along each dimension the shapes agree or one of them is 1, which is repeated; else E0301.
pub fn binary(op: Binary, a: &Matrix, b: &Matrix, ctx: &Context) -> Result<Matrix> {
    combine(Function::new(op), Operand::Matrix(a), Operand::Matrix(b), ctx)
}

/// f(a, s) of each cell.
pub fn binary_scalar(op: Binary, a: &Matrix, s: f64, ctx: &Context) -> Result<Matrix> {
    combine(Function::new(op), Operand::Matrix(a), Operand::Scalar(s), ctx)
}

/// f(s, b) of each cell.
pub fn scalar_binary(op: Binary, s: f64, b: &Matrix, ctx: &Context) -> Result<Matrix> {
    combine(Function::new(op), Operand::Scalar(s), Operand::Matrix(b), ctx)
}

/// f(a, b) as [`binary`] does, in the memory of `a` where nobody else holds it and it has the result's shape and
/// format.
pub fn binary_owned(op: Binary, a: Matrix, b: Operand, ctx: &Context) -> Result<Matrix> {
    combine_owned(Function::new(op), a, b, ctx)
}

/// f(a, b) as [`binary`] does, in the memory of `b` where nobody else holds it and it has the result's shape and
/// format.
pub fn binary_owned_right(op: Binary, a: Operand, b: Matrix, ctx: &Context) -> Result<Matrix> {
    combine_owned(Function::new(op).swap(), b, a, ctx)
}

fn combine(f: Function, a: Operand, b: Operand, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = shape(f, a, b)?;
    if let Some(sparse) = cellwise_sparse::combine(f, a, b, (rows, cols), ctx)? {
        return Ok(sparse);
    }
    let mut values = zeroed(rows, cols, ctx)?;
    let (x, y) = (Source::new(a, (rows, cols), ctx)?, Source::new(b, (rows, cols), ctx)?);
    let facts = fill(&mut values, |start, out| {
        x.load(cols, start, out);
        apply(f, out, &y, cols, start);
    });
    Ok(dense(rows, cols, values, facts))
}

fn combine_owned(f: Function, a: Matrix, b: Operand, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = shape(f, Operand::Matrix(&a), b)?;
    if a.shape() != (rows, cols) {
        return combine(f, Operand::Matrix(&a), b, ctx);
    }
    let y = Source::new(b, (rows, cols), ctx)?;
    let in_place = match a.storage() {
        Storage::Csr(_) => cellwise_sparse::keeps_pattern(f, &y, b),
        Storage::Dense(_) => !matches!(y, Source::Sparse(_)),
    };
    if !in_place {
        return combine(f, Operand::Matrix(&a), b, ctx);
    }
    Ok(match a.into_storage() {
        Storage::Csr(s) => cellwise_sparse::map_owned(f, s, &y),
        Storage::Dense(d) => {
            let mut values = d.into_values();
            let facts = fill(&mut values, |start, out| apply(f, out, &y, cols, start));
            dense(rows, cols, values, facts)
        }
    })
}

/// x[k] = f(x[k], y[start + k]).
fn apply(f: Function, x: &mut [f64], y: &Source, cols: usize, start: usize) {
    match y {
        Source::One(y) => f.constant(x, *y),
        Source::Cells(values) => f.cells(x, &values[start..start + x.len()]),
        _ => {
            let mut scratch = buffer();
            let scratch = &mut scratch[..x.len()];
            f.cells(x, y.read(cols, start, scratch));
        }
    }
}

fn shape(f: Function, a: Operand, b: Operand) -> Result<(usize, usize)> {
    let operands = if f.swapped { [b, a] } else { [a, b] };
    broadcast(f.op.name(), &operands)
}

pub(super) fn dense(rows: usize, cols: usize, values: Vec<f64>, facts: Facts) -> Matrix {
    Matrix::with_facts(Dense::new(rows, cols, values), facts)
}

#[cfg(test)]
mod tests;
