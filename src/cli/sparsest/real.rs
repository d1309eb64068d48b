//! Patterns and values of files.

use std::path::Path;

use lac::runtime::io::{ReadOptions, read};
use lac::runtime::{Matrix, Storage};
use lac::{Context, Diagnostic};

use super::generate::Cells;

fn matrix(path: &Path, context: &Context) -> Result<Matrix, Box<Diagnostic>> {
    Ok(read(path, &ReadOptions::default(), context)?.matrix)
}

/// Which cells of a file are not 0.
///
/// # Errors
/// Those of reading.
pub fn cells(path: &Path, context: &Context) -> Result<Cells, Box<Diagnostic>> {
    let matrix = matrix(path, context)?;
    let (rows, cols) = matrix.shape();
    Ok(match matrix.storage() {
        Storage::Csr(csr) => Cells::by_row(rows, cols, |i, row| {
            let (columns, values) = csr.row(i);
            row.extend(columns.iter().zip(values).filter(|(_, x)| **x != 0.0).map(|(j, _)| *j));
        }),
        Storage::Dense(dense) => Cells::by_row(rows, cols, |i, row| {
            let values = &dense.values()[i * cols..(i + 1) * cols];
            row.extend((0..cols as u32).filter(|&j| values[j as usize] != 0.0));
        }),
    })
}

/// The values of a file of one column.
///
/// # Errors
/// Those of reading.
pub fn values(path: &Path, context: &Context) -> Result<Vec<f64>, Box<Diagnostic>> {
    Ok(match matrix(path, context)?.storage() {
        Storage::Csr(csr) => csr.to_dense().into_values(),
        Storage::Dense(dense) => dense.values().to_vec(),
    })
}
