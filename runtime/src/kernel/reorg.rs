//! Reorganizations: the same values at other positions.

use lac_grammar::Diagnostic;

use super::build::{reserve_csr, zeroed};
use super::split::fill_each_row;
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// t(A).
///
/// # Errors
/// E0601 without memory, E0602 for a sparse matrix of more than 2^32 rows.
pub fn transpose(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    match a.storage() {
        Storage::Dense(d) => {
            ctx.reserve_dense(cols, rows)?;
            Ok(Matrix::with_facts(d.transpose(), a.facts()))
        }
        Storage::Csr(s) => {
            check_columns(rows)?;
            reserve_csr(cols, rows, s.stored(), ctx)?;
            Ok(Matrix::with_facts(s.transpose(), a.facts()))
        }
    }
}

/// The rows in reverse order.
///
/// # Errors
/// E0601 without memory.
pub fn rev(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    match a.storage() {
        Storage::Dense(d) => {
            let mut values = zeroed(rows, cols, ctx)?;
            fill_each_row(&mut values, rows, cols, |i, row| {
                row.copy_from_slice(d.row(rows - 1 - i));
            });
            Ok(Matrix::with_facts(Dense::new(rows, cols, values), a.facts()))
        }
        Storage::Csr(s) => {
            reserve_csr(rows, cols, s.stored(), ctx)?;
            let mut indptr = Vec::with_capacity(rows + 1);
            let (mut indices, mut values) = (Vec::with_capacity(s.stored()), Vec::with_capacity(s.stored()));
            indptr.push(0);
            for i in (0..rows).rev() {
                let (columns, row) = s.row(i);
                indices.extend_from_slice(columns);
                values.extend_from_slice(row);
                indptr.push(values.len());
            }
            Ok(Matrix::with_facts(Csr::new(rows, cols, indptr, indices, values), a.facts()))
        }
    }
}

/// The n x n matrix, sparse, with an n x 1 vector on its diagonal; or the diagonal of an n x n matrix as an n x 1
/// vector.
///
/// # Errors
/// E0303 for any other shape; E0601 without memory; E0602 for more than 2^32 values.
pub fn diag(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    if rows == cols {
        let values = (0..rows).map(|i| a.get(i, i)).collect();
        ctx.reserve_dense(rows, 1)?;
        return Ok(Matrix::new(Dense::new(rows, 1, values)));
    }
    if cols != 1 {
        let error = Diagnostic::error("E0303", format!("diag() of a {rows} x {cols} matrix"))
            .note("diag() makes a matrix of an n x 1 vector, or takes the diagonal of an n x n matrix");
        let error = if rows == 1 { error.help("transpose the row vector: diag(t(v))") } else { error };
        return Err(Box::new(error));
    }
    check_columns(rows)?;
    reserve_csr(rows, rows, a.nnz() as usize, ctx)?;
    let mut indptr = Vec::with_capacity(rows + 1);
    let (mut indices, mut values) = (Vec::new(), Vec::new());
    indptr.push(0);
    for i in 0..rows {
        let x = a.get(i, 0);
        if x != 0.0 {
            indices.push(i as u32);
            values.push(x);
        }
        indptr.push(values.len());
    }
    Ok(Matrix::with_facts(Csr::new(rows, rows, indptr, indices, values), a.facts()))
}

/// The n x n identity, sparse.
///
/// # Errors
/// E0601 without memory; E0602 for more than 2^32 columns.
pub fn identity(n: usize, ctx: &Context) -> Result<Matrix> {
    check_columns(n)?;
    reserve_csr(n, n, n, ctx)?;
    let csr = Csr::new(n, n, (0..=n).collect(), (0..n).map(|j| j as u32).collect(), vec![1.0; n]);
    Ok(Matrix::with_facts(csr, Facts { nnz: n as u64, finite: true }))
}

/// The cells of A in row-major order, if `byrow`, else in column-major order, as a rows x cols matrix filled in the
/// same order.
///
/// # Errors
/// E0304 if the numbers of cells differ; E0601 without memory; E0602 for a sparse matrix of more than 2^32 columns.
pub fn reshape(a: &Matrix, rows: usize, cols: usize, byrow: bool, ctx: &Context) -> Result<Matrix> {
    if a.rows() as u128 * a.cols() as u128 != rows as u128 * cols as u128 {
        let error = format!("a {} x {} matrix cannot be reshaped to {rows} x {cols}", a.rows(), a.cols());
        let cells = |r: usize, c: usize| r as u128 * c as u128;
        return Err(Box::new(Diagnostic::error("E0304", error).note(format!(
            "it has {} cells, {rows} x {cols} has {}",
            cells(a.rows(), a.cols()),
            cells(rows, cols)
        ))));
    }
    if a.shape() == (rows, cols) {
        return Ok(a.clone());
    }
    if !byrow {
        // Column-major order is the row-major order of the transpose.
        return transpose(&reshape(&transpose(a, ctx)?, cols, rows, true, ctx)?, ctx);
    }
    match a.storage() {
        Storage::Dense(d) => {
            ctx.reserve_dense(rows, cols)?;
            Ok(Matrix::with_facts(Dense::new(rows, cols, d.values().to_vec()), a.facts()))
        }
        Storage::Csr(s) => {
            check_columns(cols)?;
            reserve_csr(rows, cols, s.stored(), ctx)?;
            Ok(Matrix::with_facts(reshape_csr(s, rows, cols), a.facts()))
        }
    }
}

fn reshape_csr(s: &Csr, rows: usize, cols: usize) -> Csr {
    let mut indptr = vec![0usize; rows + 1];
    let mut indices = Vec::with_capacity(s.stored());
    for i in 0..s.rows() {
        for &j in s.row(i).0 {
            // The position in row-major order.
            let cell = i as u64 * s.cols() as u64 + u64::from(j);
            indptr[(cell / cols as u64) as usize + 1] += 1;
            indices.push((cell % cols as u64) as u32);
        }
    }
    for i in 0..rows {
        indptr[i + 1] += indptr[i];
    }
    Csr::new(rows, cols, indptr, indices, s.values().to_vec())
}

/// Columns are stored in 32 bits.
pub(super) fn check_columns(cols: usize) -> Result<()> {
    if cols as u64 <= 1 << 32 {
        return Ok(());
    }
    Err(Box::new(
        Diagnostic::error("E0602", format!("a sparse matrix of {cols} columns"))
            .note("a sparse matrix has at most 4294967296 columns"),
    ))
}
