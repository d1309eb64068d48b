//! Running folds down each column, and along rows.

use lac_compiler::ops::{Binary, Cumulative};

use super::build::{fill_csr, offsets, reserve_csr, zeroed};
use super::cellwise_function::Function;
use super::cellwise_source::{Operand, Source, buffer};
use super::split::{CHUNK, fill_each_row};
use crate::{Context, Dense, Facts, Matrix, Result, Storage};

/// Each cell becomes the fold of the cells of its column down to it. Dense, unless all cells are 0.
pub fn cumulative(op: Cumulative, a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    if a.nnz() == 0 {
        return Ok(Matrix::zeros(rows, cols));
    }
    let f = Function::new(match op {
        Cumulative::Sum => Binary::Add,
        Cumulative::Prod => Binary::Multiply,
        Cumulative::Min => Binary::Min,
        Cumulative::Max => Binary::Max,
    });
    let source = Source::new(Operand::Matrix(a), (rows, cols), ctx)?;
    let mut values = zeroed(rows, cols, ctx)?;
    let mut facts = Facts::EMPTY;
    if cols == 1 {
        source.load(1, 0, &mut values);
        run_down(op, &mut values);
        facts = Facts::of(&values);
    } else {
        for i in 0..rows {
            let (done, rest) = values.split_at_mut(i * cols);
            let row = &mut rest[..cols];
            source.load(cols, i * cols, row);
            let above = if i == 0 { &[][..] } else { &done[(i - 1) * cols..] };
            facts = facts.and(next_row(f, above, row));
        }
    }
    Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
}

/// row[j] becomes f(above[j], row[j]), piece by piece; the first row has none above.
fn next_row(f: Function, above: &[f64], row: &mut [f64]) -> Facts {
    let mut facts = Facts::EMPTY;
    for (k, piece) in row.chunks_mut(CHUNK).enumerate() {
        if !above.is_empty() {
            f.swap().cells(piece, &above[k * CHUNK..]);
        }
        facts = facts.and(Facts::of(piece));
    }
    facts
}

/// The same for one column, whose cells follow each other.
fn run_down(op: Cumulative, cells: &mut [f64]) {
    match op {
        Cumulative::Sum => run(cells, 0.0, |a, x| a + x),
        Cumulative::Prod => run(cells, 1.0, |a, x| a * x),
        Cumulative::Min => run(cells, f64::INFINITY, |a, x| if (x < a) | x.is_nan() { x } else { a }),
        Cumulative::Max => run(cells, f64::NEG_INFINITY, |a, x| if (x > a) | x.is_nan() { x } else { a }),
    }
}

/// The running sum along each row. Sparse where rows begin with so many zeros that this is smaller.
///
/// # Errors
/// E0601 without memory.
pub fn row_cum_sum(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = a.shape();
    let running = |row: &mut [f64]| run(row, 0.0, |sum, x| sum + x);
    if let Storage::Csr(s) = a.storage() {
        // From the first nonzero on, a row may have no zero.
        let first = |i: usize| s.row(i).0.first().map_or(cols, |&j| j as usize);
        let indptr = offsets(rows, rows, |i| cols - first(i));
        if indptr[rows] as u128 * 3 < rows as u128 * cols as u128 {
            reserve_csr(rows, cols, indptr[rows], ctx)?;
            return Ok(fill_csr(rows, cols, indptr, |range, indices, values| {
                let (mut indices, mut values) = (indices, values);
                for i in range {
                    let (columns, row) = s.row(i);
                    let (index, more) = indices.split_at_mut(cols - first(i));
                    let (value, rest) = values.split_at_mut(cols - first(i));
                    index.iter_mut().zip(first(i)..).for_each(|(index, j)| *index = j as u32);
                    columns.iter().zip(row).for_each(|(&j, &x)| value[j as usize - first(i)] = x);
                    running(value);
                    (indices, values) = (more, rest);
                }
            }));
        }
    }
    let source = Source::new(Operand::Matrix(a), (rows, cols), ctx)?;
    let mut values = zeroed(rows, cols, ctx)?;
    let facts = fill_each_row(&mut values, rows, cols, |i, row| {
        source.load(cols, i * cols, row);
        running(row);
    });
    Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
}

/// Of an n x 2 matrix the vector y[i] = X[i, 1] + X[i, 2] * y[i - 1], from 0 on.
///
/// # Errors
/// E0601 without memory.
pub fn cum_sum_prod(a: &Matrix, ctx: &Context) -> Result<Matrix> {
    let rows = a.rows();
    let source = Source::new(Operand::Matrix(a), (rows, 2), ctx)?;
    let mut values = zeroed(rows, 1, ctx)?;
    let mut y = 0.0;
    let mut pairs = buffer();
    for (k, piece) in values.chunks_mut(CHUNK / 2).enumerate() {
        let pairs = source.read(2, k * CHUNK, &mut pairs[..2 * piece.len()]);
        for (out, pair) in piece.iter_mut().zip(pairs.chunks_exact(2)) {
            y = pair[0] + pair[1] * y;
            *out = y;
        }
    }
    Ok(Matrix::new(Dense::new(rows, 1, values)))
}

fn run(cells: &mut [f64], start: f64, f: impl Fn(f64, f64) -> f64) {
    let mut running = start;
    for x in cells {
        running = f(running, *x);
        *x = running;
    }
}

#[cfg(test)]
mod tests {
    use lac_compiler::ops::Cumulative;

    use super::cumulative;
    use crate::Context;
    use crate::kernel::cases::{FINITE, NONZERO, POOL, SHAPES, agree, formats, matrix};

    #[test]
    fn every_format_agrees() {
        for (rows, cols) in SHAPES {
            for pool in [&POOL[..], &FINITE, &NONZERO] {
                let m = matrix(rows, cols, pool, 1);
                for op in [Cumulative::Sum, Cumulative::Prod, Cumulative::Min, Cumulative::Max] {
                    let fold = |i: usize, j: usize| {
                        (1..=i).map(|i| m.get(i, j)).fold(m.get(0, j), |a, x| match op {
                            Cumulative::Sum => a + x,
                            Cumulative::Prod => a * x,
                            _ if a.is_nan() || x.is_nan() => f64::NAN,
                            Cumulative::Min => a.min(x),
                            Cumulative::Max => a.max(x),
                        })
                    };
                    for a in formats(&m) {
                        let result = cumulative(op, &a, &Context::unlimited()).unwrap();
                        agree(&result, fold, &format!("{op:?} of {a:?}"));
                    }
                }
            }
        }
    }
}
