//! Cell-wise operators with a sparse result.

use lac_compiler::ops::Binary;
use rayon::prelude::*;

use super::build::{compact, fill_csr, offsets, reserve_csr};
use super::cellwise_function::Function;
use super::cellwise_source::{Operand, Pattern, Source, buffer};
use super::split::{CHUNK, PARALLEL, fill};
use crate::{Context, Csr, Facts, Matrix, Result, Storage};

/// f(a, b) as a CSR matrix; `None` if unstored zeros need not stay 0, or if there are none.
pub(super) fn combine(
    f: Function,
    a: Operand,
    b: Operand,
    shape: (usize, usize),
    ctx: &Context,
) -> Result<Option<Matrix>> {
    let (x, y) = (Source::new(a, shape, ctx)?, Source::new(b, shape, ctx)?);
    match (&x, &y) {
        (Source::Sparse(s), Source::Sparse(t)) if f.at(0.0, 0.0) == 0.0 => merge(f, s, t, ctx).map(Some),
        (Source::Sparse(s), _) if keeps_pattern(f, &y, b) => map_stored(f, s, &y, ctx).map(Some),
        (_, Source::Sparse(t)) if keeps_pattern(f.swap(), &x, a) => map_stored(f.swap(), t, &x, ctx).map(Some),
        (Source::Column(u), Source::Row(v)) if is_csr(a) || is_csr(b) => outer(f, u, v, ctx),
        (Source::Row(v), Source::Column(u)) if is_csr(a) || is_csr(b) => outer(f.swap(), u, v, ctx),
        _ => Ok(None),
    }
}

fn is_csr(operand: Operand) -> bool {
    matches!(operand, Operand::Matrix(m) if matches!(m.storage(), Storage::Csr(_)))
}

/// f(0, y) = 0 for every cell of `y`, which is not sparse.
pub(super) fn keeps_pattern(f: Function, y: &Source, operand: Operand) -> bool {
    match y {
        Source::One(y) => f.at(0.0, *y) == 0.0,
        Source::Row(values) | Source::Column(values) => keeps_zero(f, values),
        Source::Cells(values) => match operand {
            Operand::Matrix(m) if known_to_keep_zero(f, m) => true,
            _ => keeps_zero(f, values),
        },
        Source::Sparse(_) => false,
    }
}

/// What the facts of a dense matrix tell without a look at its cells.
fn known_to_keep_zero(f: Function, y: &Matrix) -> bool {
    let Facts { nnz, finite } = y.facts();
    match f.op {
        Binary::And => true,
        Binary::Multiply => finite,
        Binary::Divide => !f.swapped && finite && nnz == y.rows() as u64 * y.cols() as u64,
        _ => false,
    }
}

/// f(0, y) = 0 for all of these values. Ends at the first piece that has another.
fn keeps_zero(f: Function, values: &[f64]) -> bool {
    let piece = |values: &[f64]| {
        let mut scratch = buffer();
        let cells = &mut scratch[..values.len()];
        f.cells(cells, values);
        cells.iter().all(|&x| x == 0.0)
    };
    if values.len() < PARALLEL { values.chunks(CHUNK).all(piece) } else { values.par_chunks(CHUNK).all(piece) }
}

/// f(s, y) at the stored positions of `s`.
fn map_stored(f: Function, s: &Csr, y: &Source, ctx: &Context) -> Result<Matrix> {
    reserve_csr(s.rows(), s.cols(), s.stored(), ctx)?;
    let mut values = vec![0.0; s.stored()];
    let facts = fill(&mut values, |start, out| {
        out.copy_from_slice(&s.values()[start..start + out.len()]);
        apply_stored(f, Pattern::of(s), out, y, start);
    });
    Ok(compact(s.rows(), s.cols(), s.indptr().to_vec(), s.indices().to_vec(), values, facts))
}

/// f(s, y) at the stored positions of `s`, in its memory.
pub(super) fn map_owned(f: Function, s: Csr, y: &Source) -> Matrix {
    let (rows, cols) = (s.rows(), s.cols());
    let (indptr, indices, mut values) = s.into_parts();
    let pattern = Pattern { cols, indptr: &indptr, indices: &indices };
    let facts = fill(&mut values, |start, out| apply_stored(f, pattern, out, y, start));
    compact(rows, cols, indptr, indices, values, facts)
}

fn apply_stored(f: Function, pattern: Pattern, x: &mut [f64], y: &Source, start: usize) {
    match y {
        Source::One(y) => f.constant(x, *y),
        _ => {
            let mut scratch = buffer();
            let gathered = &mut scratch[..x.len()];
            y.gather(pattern, start, gathered);
            f.cells(x, gathered);
        }
    }
}

/// f(s, t) where f(0, 0) = 0: on the positions stored in both if every other one becomes 0, else in either.
fn merge(f: Function, s: &Csr, t: &Csr, ctx: &Context) -> Result<Matrix> {
    let intersect = keeps_zero(f, t.values()) && keeps_zero(f.swap(), s.values());
    let bound = if intersect { s.stored().min(t.stored()) } else { s.stored() + t.stored() };
    reserve_csr(s.rows(), s.cols(), bound, ctx)?;
    Ok(if intersect {
        merge_pattern(s, t, Merge::Both, |x, y| f.cells(x, y))
    } else {
        merge_pattern(s, t, Merge::Either, |x, y| f.cells(x, y))
    })
}

/// Which positions a merge keeps: those stored in both matrices, or in either.
#[derive(Clone, Copy)]
enum Merge {
    Both,
    Either,
}

type SparseRow<'a> = (&'a [u32], &'a [f64]);

/// The columns, the left values and the right values of merged rows.
type Merged<'a> = (&'a mut [u32], &'a mut [f64], &'a mut [f64]);

/// Counts the merged positions, then merges row by row; `finish` makes the values of what the left and the right have
/// at each position.
fn merge_pattern(s: &Csr, t: &Csr, merge: Merge, finish: impl Fn(&mut [f64], &[f64]) + Sync) -> Matrix {
    let indptr = offsets(s.rows(), s.stored() + t.stored(), |i| {
        let (a, b) = (s.row(i).0, t.row(i).0);
        match merge {
            Merge::Both => common(a, b),
            Merge::Either => a.len() + b.len() - common(a, b),
        }
    });
    fill_csr(s.rows(), s.cols(), indptr, |range, columns, x| {
        let mut y = vec![0.0; x.len()];
        let mut end = 0;
        for i in range {
            let room = (&mut columns[end..], &mut x[end..], &mut y[end..]);
            end += match merge {
                Merge::Both => intersect_rows(s.row(i), t.row(i), room),
                Merge::Either => unite_rows(s.row(i), t.row(i), room),
            };
        }
        finish(x, &y);
    })
}

/// The number of columns that two rows have in common.
fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut p, mut q, mut n) = (0, 0, 0);
    while p < a.len() && q < b.len() {
        let (j, k) = (a[p], b[q]);
        n += usize::from(j == k);
        p += usize::from(j <= k);
        q += usize::from(k <= j);
    }
    n
}

/// The positions stored in both rows.
fn intersect_rows((a, x): SparseRow, (b, y): SparseRow, (columns, left, right): Merged) -> usize {
    let (mut p, mut q, mut n) = (0, 0, 0);
    while p < a.len() && q < b.len() {
        let (from_a, from_b) = (a[p] <= b[q], b[q] <= a[p]);
        if from_a && from_b {
            (columns[n], left[n], right[n]) = (a[p], x[p], y[q]);
            n += 1;
        }
        p += usize::from(from_a);
        q += usize::from(from_b);
    }
    n
}

/// The positions stored in either row, with 0 where one of them stores nothing.
fn unite_rows((a, x): SparseRow, (b, y): SparseRow, (columns, left, right): Merged) -> usize {
    let (mut p, mut q, mut n) = (0, 0, 0);
    while p < a.len() && q < b.len() {
        let (from_a, from_b) = (a[p] <= b[q], b[q] <= a[p]);
        columns[n] = a[p].min(b[q]);
        left[n] = if from_a { x[p] } else { 0.0 };
        right[n] = if from_b { y[q] } else { 0.0 };
        n += 1;
        p += usize::from(from_a);
        q += usize::from(from_b);
    }
    let (a, b) = (&a[p..], &b[q..]);
    columns[n..][..a.len()].copy_from_slice(a);
    left[n..][..a.len()].copy_from_slice(&x[p..]);
    right[n..][..a.len()].fill(0.0);
    n += a.len();
    columns[n..][..b.len()].copy_from_slice(b);
    left[n..][..b.len()].fill(0.0);
    right[n..][..b.len()].copy_from_slice(&y[q..]);
    n + b.len()
}

/// The positions stored in either matrix, as a matrix of ones.
pub(super) fn union_pattern(s: &Csr, t: &Csr) -> Matrix {
    merge_pattern(s, t, Merge::Either, |values, _| values.fill(1.0))
}

/// f(u_i, v_j) on the nonzeros of u if f(0, v_j) = 0 for all j, and on those of v if f(u_i, 0) = 0 for all i; `None`
/// if less than half of the cells stay unstored.
fn outer(f: Function, u: &[f64], v: &[f64], ctx: &Context) -> Result<Option<Matrix>> {
    let (skip_rows, skip_cols) = (keeps_zero(f, v), keeps_zero(f.swap(), u));
    let columns: Vec<u32> = (0..v.len()).filter(|&j| !skip_cols || v[j] != 0.0).map(|j| j as u32).collect();
    let values: Vec<f64> = columns.iter().map(|&j| v[j as usize]).collect();
    let mut rows_before = Vec::with_capacity(u.len() + 1);
    rows_before.push(0usize);
    let mut kept = 0;
    for &u in u {
        kept += usize::from(!skip_rows || u != 0.0);
        rows_before.push(kept);
    }
    let stored = kept.saturating_mul(columns.len());
    if stored > u.len().saturating_mul(v.len()) / 2 {
        return Ok(None);
    }
    reserve_csr(u.len(), v.len(), stored, ctx)?;
    let indptr = rows_before.iter().map(|before| before * columns.len()).collect();
    Ok(Some(fill_csr(u.len(), v.len(), indptr, |range, indices, out| {
        let kept = range.filter(|&i| rows_before[i + 1] > rows_before[i]);
        let width = columns.len().max(1);
        for ((i, indices), out) in kept.zip(indices.chunks_mut(width)).zip(out.chunks_mut(width)) {
            indices.copy_from_slice(&columns);
            out.copy_from_slice(&values);
            f.swap().constant(out, u[i]);
        }
    })))
}
