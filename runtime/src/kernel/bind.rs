//! Matrices side by side and one below the other.

use lac_grammar::Diagnostic;

use super::build::{reserve_csr, zeroed};
use super::reorg::check_columns;
use super::split::{balanced, cut, fill_each_row, for_each};
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// The matrices side by side, left to right.
///
/// # Errors
/// E0305 if the numbers of rows differ; E0601 without memory; E0602 for a sparse result of more than 2^32 columns.
pub fn cbind(parts: &[Matrix], ctx: &Context) -> Result<Matrix> {
    let Some(first) = parts.first() else { return Ok(Matrix::zeros(0, 0)) };
    if let [one] = parts {
        return Ok(one.clone());
    }
    if let Some(other) = parts.iter().find(|p| p.rows() != first.rows()) {
        return Err(mismatch("cbind", "rows", first, other));
    }
    let (rows, cols) = (first.rows(), parts.iter().map(Matrix::cols).sum());
    let facts = parts.iter().map(Matrix::facts).fold(Facts::EMPTY, Facts::and);
    if is_sparse(parts, rows, cols, facts) {
        check_columns(cols)?;
        reserve_csr(rows, cols, stored(parts), ctx)?;
        return Ok(Matrix::with_facts(cbind_sparse(parts, rows, cols), facts));
    }
    let mut values = zeroed(rows, cols, ctx)?;
    fill_each_row(&mut values, rows, cols, |i, mut row| {
        for part in parts {
            let (here, rest) = row.split_at_mut(part.cols());
            write_row(part, i, here);
            row = rest;
        }
    });
    Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
}

/// The matrices one below the other, top to bottom.
///
/// # Errors
/// E0305 if the numbers of columns differ; E0601 without memory.
pub fn rbind(parts: &[Matrix], ctx: &Context) -> Result<Matrix> {
    let Some(first) = parts.first() else { return Ok(Matrix::zeros(0, 0)) };
    if let [one] = parts {
        return Ok(one.clone());
    }
    if let Some(other) = parts.iter().find(|p| p.cols() != first.cols()) {
        return Err(mismatch("rbind", "columns", first, other));
    }
    let (rows, cols) = (parts.iter().map(Matrix::rows).sum(), first.cols());
    let facts = parts.iter().map(Matrix::facts).fold(Facts::EMPTY, Facts::and);
    if is_sparse(parts, rows, cols, facts) {
        reserve_csr(rows, cols, stored(parts), ctx)?;
        return Ok(Matrix::with_facts(rbind_sparse(parts, rows, cols), facts));
    }
    let mut values = zeroed(rows, cols, ctx)?;
    let mut rest = &mut values[..];
    for part in parts {
        let (here, below) = rest.split_at_mut(part.rows() * cols);
        rest = below;
        fill_each_row(here, part.rows(), cols, |i, row| {
            write_row(part, i, row);
        });
    }
    Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
}

/// Nothing is converted if all parts have one format. Mixed ones become CSR if fewer than a third of the cells are
/// nonzero: such a CSR matrix takes at most half the memory of a dense one, and kernels take about 3 times as long
/// for a stored value as for a dense cell.
fn is_sparse(parts: &[Matrix], rows: usize, cols: usize, facts: Facts) -> bool {
    let sparse = parts.iter().filter(|p| matches!(p.storage(), Storage::Csr(_))).count();
    sparse == parts.len() || (sparse > 0 && facts.nnz as u128 * 3 < rows as u128 * cols as u128)
}

/// The values that a CSR result of the parts stores.
fn stored(parts: &[Matrix]) -> usize {
    let stored = |part: &Matrix| match part.storage() {
        Storage::Dense(_) => part.nnz() as usize,
        Storage::Csr(s) => s.stored(),
    };
    parts.iter().map(stored).sum()
}

fn write_row(part: &Matrix, i: usize, out: &mut [f64]) {
    match part.storage() {
        Storage::Dense(d) => out.copy_from_slice(d.row(i)),
        Storage::Csr(s) => {
            let (columns, values) = s.row(i);
            for (&j, &x) in columns.iter().zip(values) {
                out[j as usize] = x;
            }
        }
    }
}

fn stored_in_row(part: &Matrix, i: usize) -> usize {
    match part.storage() {
        Storage::Dense(d) => d.row(i).iter().filter(|x| **x != 0.0).count(),
        Storage::Csr(s) => s.row(i).0.len(),
    }
}

fn cbind_sparse(parts: &[Matrix], rows: usize, cols: usize) -> Csr {
    let mut indptr = Vec::with_capacity(rows + 1);
    indptr.push(0);
    let mut end = 0;
    for i in 0..rows {
        end += parts.iter().map(|part| stored_in_row(part, i)).sum::<usize>();
        indptr.push(end);
    }
    let (mut indices, mut values) = (vec![0u32; end], vec![0.0; end]);
    let ranges = balanced(rows, |i| indptr[i] + i * parts.len());
    let pieces = cut(&mut indices, &ranges, |i| indptr[i]).into_iter().zip(cut(&mut values, &ranges, |i| indptr[i]));
    for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, (indices, values))| {
        let mut at = 0;
        let mut push = |j: usize, x: f64| {
            indices[at] = j as u32;
            values[at] = x;
            at += 1;
        };
        for i in range {
            let mut begin = 0;
            for part in parts {
                for_each_in_row(part, i, |j, x| push(begin + j, x));
                begin += part.cols();
            }
        }
        Facts::EMPTY
    });
    Csr::new(rows, cols, indptr, indices, values)
}

#[inline]
fn for_each_in_row(part: &Matrix, i: usize, mut f: impl FnMut(usize, f64)) {
    match part.storage() {
        Storage::Dense(d) => d.row(i).iter().enumerate().filter(|(_, x)| **x != 0.0).for_each(|(j, &x)| f(j, x)),
        Storage::Csr(s) => {
            let (columns, values) = s.row(i);
            columns.iter().zip(values).for_each(|(&j, &x)| f(j as usize, x));
        }
    }
}

fn rbind_sparse(parts: &[Matrix], rows: usize, cols: usize) -> Csr {
    let stored = stored(parts);
    let mut indptr = Vec::with_capacity(rows + 1);
    let (mut indices, mut values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
    indptr.push(0);
    for part in parts {
        match part.storage() {
            Storage::Csr(s) => {
                let begin = values.len();
                indices.extend_from_slice(s.indices());
                values.extend_from_slice(s.values());
                indptr.extend(s.indptr()[1..].iter().map(|end| begin + end));
            }
            Storage::Dense(_) => {
                for i in 0..part.rows() {
                    for_each_in_row(part, i, |j, x| {
                        indices.push(j as u32);
                        values.push(x);
                    });
                    indptr.push(values.len());
                }
            }
        }
    }
    Csr::new(rows, cols, indptr, indices, values)
}

fn mismatch(name: &str, what: &str, first: &Matrix, other: &Matrix) -> Box<Diagnostic> {
    let shape = |m: &Matrix| format!("{} x {}", m.rows(), m.cols());
    Box::new(
        Diagnostic::error("E0305", format!("{name}() of a {} and a {} matrix", shape(first), shape(other)))
            .note(format!("all matrices of a {name}() must have the same number of {what}")),
    )
}
