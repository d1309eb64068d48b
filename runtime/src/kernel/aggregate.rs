//! Aggregates over all cells, rows or columns, with what is not stored counted as 0.

use lac_compiler::ops::{Aggregate, Direction};
use lac_grammar::Diagnostic;
use rayon::prelude::*;

use super::aggregate_columns::{fold_dense, fold_stored, group};
use super::aggregate_fold::{
    Deviation, Fold, Largest, Max, Min, Nonzeros, Product, Smallest, Sum, SumSq, Taint, fold, product, variance,
};
use super::aggregate_index as index;
use super::split::PARALLEL;
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// The aggregate of all cells (1 x 1), of each row (rows x 1) or of each column (1 x cols).
///
/// Over no cells: sum 0, product 1, min Inf, max -Inf, mean and variance NaN, positions 0. Min and max are NaN if a cell
/// is; positions skip NaN and are asked of rows only. The trace needs a square matrix (else E0303), whatever the direction. The result is dense,
/// but for a CSR matrix sparse if more than 3/4 of it is 0.
pub fn aggregate(op: Aggregate, direction: Direction, a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let sparse = matches!(a.storage(), Storage::Csr(_));
    match direction {
        Direction::All => aggregate_all(op, a).map(Matrix::scalar),
        _ if op == Aggregate::Trace => trace(a).map(Matrix::scalar),
        Direction::Row => {
            ctx.reserve_dense(a.rows(), 1)?;
            Ok(vector(a.rows(), 1, rows(op, a), sparse))
        }
        Direction::Col => {
            ctx.reserve_dense(1, a.cols())?;
            Ok(vector(1, a.cols(), columns(op, a), sparse))
        }
    }
}

/// The aggregate of all cells; see [`aggregate`].
pub fn aggregate_all(op: Aggregate, a: &Matrix) -> Result<f64> {
    let cells = a.rows() as f64 * a.cols() as f64;
    Ok(match (op, a.storage()) {
        (Aggregate::Trace, _) => return trace(a),
        (_, Storage::Dense(d)) => of_cells(op, d.values(), cells),
        (_, Storage::Csr(s)) => of_cells(op, s.values(), cells),
    })
}

fn trace(a: &Matrix) -> Result<f64> {
    let (rows, cols) = a.shape();
    if rows != cols {
        return Err(Box::new(Diagnostic::error(
            "E0303",
            format!("`trace` needs a square matrix, not one of {rows} x {cols}"),
        )));
    }
    let diagonal: Vec<f64> = (0..rows).map(|i| a.get(i, i)).collect();
    Ok(fold(Sum, &diagonal))
}

fn rows(op: Aggregate, a: &Matrix) -> Vec<f64> {
    match op {
        Aggregate::IndexMax => return index::by_row(Largest, a),
        Aggregate::IndexMin => return index::by_row(Smallest, a),
        _ => {}
    }
    let cols = a.cols() as f64;
    let row = |i: usize| match a.storage() {
        Storage::Dense(d) => of_cells(op, d.row(i), cols),
        Storage::Csr(s) => of_cells(op, s.row(i).1, cols),
    };
    let work = match a.storage() {
        Storage::Dense(d) => d.values().len(),
        Storage::Csr(s) => s.rows() + s.stored(),
    };
    if work < PARALLEL {
        (0..a.rows()).map(row).collect()
    } else {
        (0..a.rows()).into_par_iter().with_min_len(PARALLEL.div_ceil(4 * (work / a.rows()).max(1))).map(row).collect()
    }
}

/// The aggregate of n cells: the stored ones, and zeros.
fn of_cells(op: Aggregate, stored: &[f64], n: f64) -> f64 {
    let unstored = n - stored.len() as f64;
    match op {
        Aggregate::Sum => fold(Sum, stored),
        Aggregate::SumSq => fold(SumSq, stored),
        Aggregate::Mean => fold(Sum, stored) / n,
        Aggregate::Min => with_zeros(Min, fold(Min, stored), unstored),
        Aggregate::Max => with_zeros(Max, fold(Max, stored), unstored),
        Aggregate::Prod => {
            let zeros = n - fold(Nonzeros, stored);
            let taint = if zeros > 0.0 { fold(Taint, stored) } else { 0.0 };
            product(fold(Product, stored), zeros, taint)
        }
        Aggregate::Var => {
            let mean = fold(Sum, stored) / n;
            variance(fold(Deviation(&[mean]), stored) + unstored_squares(mean, unstored), n)
        }
        Aggregate::Sd => of_cells(Aggregate::Var, stored, n).sqrt(),
        Aggregate::IndexMax | Aggregate::IndexMin | Aggregate::Trace => {
            unreachable!("{op:?} is not a fold of values without their places")
        }
    }
}

fn columns(op: Aggregate, a: &Matrix) -> Vec<f64> {
    let n = a.rows() as f64;
    match op {
        Aggregate::Sum => fold_columns(Sum, a),
        Aggregate::SumSq => fold_columns(SumSq, a),
        Aggregate::Mean => map(fold_columns(Sum, a), |sum| sum / n),
        Aggregate::Min => columns_with_zeros(Min, a),
        Aggregate::Max => columns_with_zeros(Max, a),
        Aggregate::Prod => {
            let (nonzeros, taints) = (fold_columns(Nonzeros, a), fold_columns(Taint, a));
            let products = fold_columns(Product, a).into_iter().zip(nonzeros).zip(taints);
            products.map(|((p, nonzeros), taint)| product(p, n - nonzeros, taint)).collect()
        }
        Aggregate::Var => column_variances(a),
        Aggregate::Sd => map(column_variances(a), f64::sqrt),
        Aggregate::IndexMax | Aggregate::IndexMin | Aggregate::Trace => unreachable!("{op:?} has no columns"),
    }
}

/// The fold of the stored cells of each column.
fn fold_columns<F: Fold>(f: F, a: &Matrix) -> Vec<f64> {
    match a.storage() {
        // A column vector is a run of cells.
        Storage::Dense(d) if d.cols() == 1 => vec![fold(f, d.values())],
        Storage::Dense(d) => fold_dense(f, d),
        Storage::Csr(s) if s.cols() == 1 => vec![fold(f, s.values())],
        Storage::Csr(s) => fold_stored(f, s),
    }
}

fn columns_with_zeros<F: Fold>(f: F, a: &Matrix) -> Vec<f64> {
    let folds = fold_columns(f, a);
    match a.storage() {
        Storage::Dense(_) => folds,
        Storage::Csr(s) => {
            folds.into_iter().zip(unstored(s)).map(|(fold, unstored)| with_zeros(f, fold, unstored)).collect()
        }
    }
}

fn column_variances(a: &Matrix) -> Vec<f64> {
    let n = a.rows() as f64;
    let means = map(fold_columns(Sum, a), |sum| sum / n);
    let squares = fold_columns(Deviation(&means.repeat(group(a.cols()))), a);
    let unstored = match a.storage() {
        Storage::Dense(_) => vec![0.0; a.cols()],
        Storage::Csr(s) => unstored(s),
    };
    let all = squares.into_iter().zip(means).zip(unstored);
    all.map(|((squares, mean), unstored)| variance(squares + unstored_squares(mean, unstored), n)).collect()
}

/// The number of cells in each column that are not stored.
fn unstored(s: &Csr) -> Vec<f64> {
    let mut counts = vec![s.rows() as f64; s.cols()];
    for &j in s.indices() {
        counts[j as usize] -= 1.0;
    }
    counts
}

/// A fold to which some zeros are joined.
fn with_zeros<F: Fold>(f: F, fold: f64, zeros: f64) -> f64 {
    if zeros > 0.0 { f.join(fold, 0.0) } else { fold }
}

/// The sum of (0 - mean)^2 over the cells that are not stored.
fn unstored_squares(mean: f64, unstored: f64) -> f64 {
    if unstored > 0.0 { unstored * mean * mean } else { 0.0 }
}

fn map(mut values: Vec<f64>, f: impl Fn(f64) -> f64) -> Vec<f64> {
    for x in &mut values {
        *x = f(*x);
    }
    values
}

fn vector(rows: usize, cols: usize, values: Vec<f64>, sparse_input: bool) -> Matrix {
    let facts = Facts::of(&values);
    let sparse = sparse_input && values.len() as u64 > 4 * facts.nnz;
    let dense = Dense::new(rows, cols, values);
    if sparse { Matrix::with_facts(Csr::from_dense(&dense), facts) } else { Matrix::with_facts(dense, facts) }
}

#[cfg(test)]
mod tests;
