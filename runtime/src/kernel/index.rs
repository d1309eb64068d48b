//! Right indexing `X[a:b, c:d]` and left indexing `X[a:b, c:d] = Y`. Ranges are 0-based and half-open here.

use std::ops::Range;

use lac_grammar::Diagnostic;

use super::build::{reserve_csr, zeroed};
use super::split::{balanced, cut, fill_each_row, for_each};
use crate::matrix::Edits;
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// The cells of A in a range of rows and of columns, in the format of A.
///
/// # Errors
/// E0501 if the ranges leave the matrix; E0601 without memory.
pub fn right_index(a: &Matrix, rows: Range<usize>, cols: Range<usize>, ctx: &Context) -> Result<Matrix> {
    check_bounds(a, &rows, &cols)?;
    if (rows.len(), cols.len()) == a.shape() {
        return Ok(a.clone());
    }
    match a.storage() {
        Storage::Dense(d) => {
            let mut values = zeroed(rows.len(), cols.len(), ctx)?;
            let facts = fill_each_row(&mut values, rows.len(), cols.len(), |i, out| {
                out.copy_from_slice(&d.row(rows.start + i)[cols.clone()]);
            });
            Ok(Matrix::with_facts(Dense::new(rows.len(), cols.len(), values), facts))
        }
        Storage::Csr(s) => slice_csr(s, rows, cols, ctx),
    }
}

/// The positions of a row's values in a range of columns.
fn within(columns: &[u32], cols: &Range<usize>) -> Range<usize> {
    let begin = columns.partition_point(|&j| (j as usize) < cols.start);
    begin..begin + columns[begin..].partition_point(|&j| (j as usize) < cols.end)
}

fn slice_csr(s: &Csr, rows: Range<usize>, cols: Range<usize>, ctx: &Context) -> Result<Matrix> {
    let mut indptr = Vec::with_capacity(rows.len() + 1);
    indptr.push(0);
    let mut end = 0;
    for i in rows.clone() {
        end += within(s.row(i).0, &cols).len();
        indptr.push(end);
    }
    reserve_csr(rows.len(), cols.len(), end, ctx)?;
    let (mut indices, mut values) = (vec![0u32; end], vec![0.0; end]);
    let ranges = balanced(rows.len(), |i| indptr[i] + i);
    let pieces = cut(&mut indices, &ranges, |i| indptr[i]).into_iter().zip(cut(&mut values, &ranges, |i| indptr[i]));
    let facts = for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, (indices, values))| {
        let mut at = 0;
        for i in range {
            let (columns, row) = s.row(rows.start + i);
            let here = within(columns, &cols);
            let out = at..at + here.len();
            at = out.end;
            values[out.clone()].copy_from_slice(&row[here.clone()]);
            for (index, j) in indices[out].iter_mut().zip(&columns[here]) {
                *index = j - cols.start as u32;
            }
        }
        Facts::of(values)
    });
    Ok(Matrix::with_facts(Csr::new(rows.len(), cols.len(), indptr, indices, values), facts))
}

/// `target` with the cells of a range replaced by `source`. In place if nobody else holds `target`.
///
/// # Errors
/// E0306 if `source` has not the shape of the range; E0501 if the range leaves `target`; E0601 without memory.
pub fn left_index(
    target: Matrix,
    rows: Range<usize>,
    cols: Range<usize>,
    source: &Matrix,
    ctx: &Context,
) -> Result<Matrix> {
    check_bounds(&target, &rows, &cols)?;
    if source.shape() != (rows.len(), cols.len()) {
        return Err(Box::new(
            Diagnostic::error(
                "E0306",
                format!(
                    "a {} x {} matrix assigned to [{}] of {} x {} cells",
                    source.rows(),
                    source.cols(),
                    shown(&rows, &cols),
                    rows.len(),
                    cols.len()
                ),
            )
            .help("both sides need the same shape; a scalar fills any range"),
        ));
    }
    if source.shape() == target.shape() {
        return Ok(source.clone());
    }
    if rows.is_empty() || cols.is_empty() {
        return Ok(target);
    }
    let before = Before::of(&target);
    reserve_copy(&target, ctx)?;
    match target.into_storage() {
        Storage::Dense(d) => Ok(assign_dense(d, before, rows, cols, source)),
        Storage::Csr(s) => assign_csr(s, before, rows, cols, source, ctx),
    }
}

/// `target` with one cell replaced, in place if nobody else holds `target`: in constant time if it is dense, in the
/// logarithm of the row's length if a CSR matrix stores the cell, else by moving what is stored after it. A CSR
/// matrix that has paid for such moves more than a dense one would cost becomes dense.
///
/// # Errors
/// E0501 if there is no such cell; E0601 without memory.
pub fn left_index_scalar(target: Matrix, row: usize, col: usize, value: f64, ctx: &Context) -> Result<Matrix> {
    check_bounds(&target, &(row..row.saturating_add(1)), &(col..col.saturating_add(1)))?;
    let mut before = Before::of(&target);
    if value == 0.0 && matches!(target.storage(), Storage::Csr(s) if s.row(row).0.binary_search(&(col as u32)).is_err())
    {
        return Ok(target);
    }
    reserve_copy(&target, ctx)?;
    match target.into_storage() {
        Storage::Dense(mut d) => {
            let at = row * d.cols() + col;
            let old = std::mem::replace(&mut d.values_mut()[at], value);
            Ok(before.after_change(d, Counts::of(&[old]), Counts::of(&[value])))
        }
        Storage::Csr(mut s) => {
            let begin = s.indptr()[row];
            match s.row(row).0.binary_search(&(col as u32)) {
                Ok(at) => {
                    let old = std::mem::replace(&mut s.values_mut()[begin + at], value);
                    Ok(before.after_change(s, Counts::of(&[old]), Counts::of(&[value])))
                }
                Err(at) => {
                    let at = begin + at;
                    before.edits.moved += (s.stored() - at + s.rows() - row) as u64;
                    let (rows, cols) = (s.rows(), s.cols());
                    let (mut indptr, mut indices, mut values) = s.into_parts();
                    indices.insert(at, col as u32);
                    values.insert(at, value);
                    indptr[row + 1..].iter_mut().for_each(|end| *end += 1);
                    let s = Csr::new(rows, cols, indptr, indices, values);
                    Ok(densify_if_it_pays(before.after_change(s, Counts::default(), Counts::of(&[value])), ctx))
                }
            }
        }
    }
}

fn assign_dense(mut d: Dense, before: Before, rows: Range<usize>, cols: Range<usize>, source: &Matrix) -> Matrix {
    let (stride, width) = (d.cols(), cols.len());
    let mut old = Counts::default();
    for (r, i) in rows.enumerate() {
        let out = &mut d.values_mut()[i * stride + cols.start..][..width];
        old = old.and(Counts::of(out));
        match source.storage() {
            Storage::Dense(x) => out.copy_from_slice(x.row(r)),
            Storage::Csr(x) => {
                out.fill(0.0);
                let (columns, values) = x.row(r);
                columns.iter().zip(values).for_each(|(&j, &x)| out[j as usize] = x);
            }
        }
    }
    before.after_change(d, old, Counts::of_matrix(source))
}

/// Makes the rows of the range anew and moves those below.
fn assign_csr(
    s: Csr,
    mut before: Before,
    rows: Range<usize>,
    cols: Range<usize>,
    source: &Matrix,
    ctx: &Context,
) -> Result<Matrix> {
    let (height, width) = (s.rows(), s.cols());
    let mut old = Counts::default();
    let (mut new_indices, mut new_values, mut ends) = (Vec::new(), Vec::new(), Vec::with_capacity(rows.len()));
    let begin = s.indptr()[rows.start];
    for (r, i) in rows.clone().enumerate() {
        let (columns, values) = s.row(i);
        let replaced = within(columns, &cols);
        old = old.and(Counts::of(&values[replaced.clone()]));
        new_indices.extend_from_slice(&columns[..replaced.start]);
        new_values.extend_from_slice(&values[..replaced.start]);
        let mut push = |j: usize, x: f64| {
            new_indices.push((cols.start + j) as u32);
            new_values.push(x);
        };
        match source.storage() {
            Storage::Dense(d) => d.row(r).iter().enumerate().filter(|(_, x)| **x != 0.0).for_each(|(j, &x)| push(j, x)),
            Storage::Csr(c) => {
                let (columns, values) = c.row(r);
                columns.iter().zip(values).for_each(|(&j, &x)| push(j as usize, x));
            }
        }
        new_indices.extend_from_slice(&columns[replaced.end..]);
        new_values.extend_from_slice(&values[replaced.end..]);
        ends.push(begin + new_values.len());
    }
    reserve_csr(0, width, new_values.len(), ctx)?;
    let (mut indptr, mut indices, mut values) = s.into_parts();
    let end = indptr[rows.end];
    before.edits.moved += (values.len() - begin) as u64;
    let new_end = begin + new_values.len();
    indices.splice(begin..end, new_indices);
    values.splice(begin..end, new_values);
    indptr[rows.start + 1..=rows.end].copy_from_slice(&ends);
    if new_end != end {
        indptr[rows.end + 1..].iter_mut().for_each(|p| *p = *p - end + new_end);
    }
    let s = Csr::new(height, width, indptr, indices, values);
    Ok(densify_if_it_pays(before.after_change(s, old, Counts::of_matrix(source)), ctx))
}

/// Cells up to which a CSR matrix is made dense because of many insertions: 128 MiB.
const FEW_CELLS: u128 = 1 << 24;

/// Rent or buy: a CSR matrix becomes dense when insertions have moved twice as many values as it has cells, or when
/// more than a third of its cells are nonzero. It stays as it is if the memory budget has no room.
fn densify_if_it_pays(m: Matrix, ctx: &Context) -> Matrix {
    let cells = m.rows() as u128 * m.cols() as u128;
    let often = cells <= FEW_CELLS && m.edits().moved as u128 > 2 * cells;
    if (often || m.nnz() as u128 * 3 > cells) && ctx.reserve_dense(m.rows(), m.cols()).is_ok() {
        return m.to_dense();
    }
    m
}

/// A shared target is copied.
fn reserve_copy(target: &Matrix, ctx: &Context) -> Result<()> {
    if target.is_shared() {
        ctx.reserve(target.bytes(), || format!("a copy of a {} x {} matrix", target.rows(), target.cols()))?;
    }
    Ok(())
}

/// What there is in some cells.
#[derive(Clone, Copy, Default)]
struct Counts {
    nnz: u64,
    nonfinite: u64,
}

impl Counts {
    fn of(values: &[f64]) -> Counts {
        let mut counts = Counts::default();
        for x in values {
            counts.nnz += u64::from(*x != 0.0);
            counts.nonfinite += u64::from(!x.is_finite());
        }
        counts
    }

    fn of_matrix(m: &Matrix) -> Counts {
        if m.is_finite() {
            return Counts { nnz: m.nnz(), nonfinite: 0 };
        }
        Counts::of(values(m.storage()))
    }

    fn and(self, other: Counts) -> Counts {
        Counts { nnz: self.nnz + other.nnz, nonfinite: self.nonfinite + other.nonfinite }
    }
}

fn values(storage: &Storage) -> &[f64] {
    match storage {
        Storage::Dense(d) => d.values(),
        Storage::Csr(s) => s.values(),
    }
}

/// The facts of a matrix before some of its cells change.
struct Before {
    facts: Facts,
    edits: Edits,
}

impl Before {
    fn of(m: &Matrix) -> Before {
        let edits = m.edits();
        let nonfinite = if m.is_finite() { Some(0) } else { edits.nonfinite };
        Before { facts: m.facts(), edits: Edits { nonfinite, ..edits } }
    }

    /// The matrix after the change of cells that held `old` and hold `new`. All cells are looked at only if it may
    /// have become finite and its values that are not have never been counted.
    fn after_change(self, storage: impl Into<Storage>, old: Counts, new: Counts) -> Matrix {
        let storage = storage.into();
        let nonfinite = match self.edits.nonfinite {
            Some(count) => Some(count - old.nonfinite + new.nonfinite),
            None if old.nonfinite > 0 => Some(Counts::of(values(&storage)).nonfinite),
            None => None,
        };
        let facts = Facts { nnz: self.facts.nnz - old.nnz + new.nnz, finite: nonfinite == Some(0) };
        Matrix::edited(storage, facts, Edits { nonfinite, ..self.edits })
    }
}

fn check_bounds(a: &Matrix, rows: &Range<usize>, cols: &Range<usize>) -> Result<()> {
    let fits = |range: &Range<usize>, size: usize| range.start <= range.end && range.end <= size;
    if fits(rows, a.rows()) && fits(cols, a.cols()) {
        return Ok(());
    }
    let message = format!("[{}] is outside of a {} x {} matrix", shown(rows, cols), a.rows(), a.cols());
    Err(Box::new(Diagnostic::error("E0501", message).help("rows and columns are counted from 1")))
}

/// As in the language: 1-based, inclusive.
fn shown(rows: &Range<usize>, cols: &Range<usize>) -> String {
    let one = |range: &Range<usize>| match range.len() {
        1 => format!("{}", range.start + 1),
        _ => format!("{}:{}", range.start.saturating_add(1), range.end),
    };
    format!("{}, {}", one(rows), one(cols))
}
