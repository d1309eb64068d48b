//! Cell-wise operators with a sparse result.

use lac_compiler::ops::Binary;
use rayon::prelude::*;

use super::cellwise_function::Function;
use super::cellwise_source::{Operand, Pattern, Source, buffer};
use super::parallel::{CHUNK, PARALLEL, Rows, build_rows, compact, fill, reserve_csr};
use crate::{Context, Csr, Facts, Matrix, Result, Storage};

/// f(a, b) as a CSR matrix; `None` if unstored zeros need not stay 0, or if there are none.
pub(super) fn combine(
    f: Function,
    a: Operand,
    b: Operand,
    shape: (usize, usize),
    ctx: &Context,
) -> Result<Option<Matrix>> {
    let (x, y) = (Source::new(a, shape), Source::new(b, shape));
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
    let merge_rows = if intersect { intersect_rows } else { unite_rows };
    Ok(build_rows(
        s.rows(),
        s.cols(),
        |i| s.indptr()[i] + t.indptr()[i],
        |range, part| {
            let mut y = Vec::new();
            for i in range {
                let begin = part.indices.len();
                merge_rows(s.row(i), t.row(i), part, &mut y);
                part.end_row(begin);
            }
            f.cells(&mut part.values, &y);
        },
    ))
}

type SparseRow<'a> = (&'a [u32], &'a [f64]);

/// Appends the positions stored in both rows with the value of each.
fn intersect_rows((a, x): SparseRow, (b, y): SparseRow, part: &mut Rows, y_out: &mut Vec<f64>) {
    let (mut p, mut q) = (0, 0);
    while p < a.len() && q < b.len() {
        if a[p] == b[q] {
            part.indices.push(a[p]);
            part.values.push(x[p]);
            y_out.push(y[q]);
        }
        let (ahead, behind) = (a[p] >= b[q], a[p] <= b[q]);
        p += usize::from(behind);
        q += usize::from(ahead);
    }
}

/// Appends the positions stored in either row with the value of each, 0 where it has none.
fn unite_rows((a, x): SparseRow, (b, y): SparseRow, part: &mut Rows, y_out: &mut Vec<f64>) {
    let (mut p, mut q) = (0, 0);
    while p < a.len() && q < b.len() {
        let (ahead, behind) = (a[p] >= b[q], a[p] <= b[q]);
        part.indices.push(a[p].min(b[q]));
        part.values.push(if behind { x[p] } else { 0.0 });
        y_out.push(if ahead { y[q] } else { 0.0 });
        p += usize::from(behind);
        q += usize::from(ahead);
    }
    part.indices.extend_from_slice(&a[p..]);
    part.values.extend_from_slice(&x[p..]);
    y_out.resize(part.values.len(), 0.0);
    part.indices.extend_from_slice(&b[q..]);
    part.values.resize(part.indices.len(), 0.0);
    y_out.extend_from_slice(&y[q..]);
}

/// The positions stored in either matrix, as a matrix of ones.
pub(super) fn union_pattern(s: &Csr, t: &Csr) -> Matrix {
    build_rows(
        s.rows(),
        s.cols(),
        |i| s.indptr()[i] + t.indptr()[i],
        |range, part| {
            let mut y = Vec::new();
            for i in range {
                let begin = part.indices.len();
                unite_rows(s.row(i), t.row(i), part, &mut y);
                part.end_row(begin);
            }
            part.values.fill(1.0);
        },
    )
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
    Ok(Some(build_rows(
        u.len(),
        v.len(),
        |i| rows_before[i] * columns.len(),
        |range, part| {
            for i in range {
                let begin = part.indices.len();
                if rows_before[i + 1] > rows_before[i] {
                    part.indices.extend_from_slice(&columns);
                    part.values.extend_from_slice(&values);
                    f.swap().constant(&mut part.values[begin..], u[i]);
                }
                part.end_row(begin);
            }
        },
    )))
}
