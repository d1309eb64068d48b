//! Operands of cell-wise operators, seen in the shape of the result: whole, or a vector or a cell repeated.

use std::borrow::Cow;
use std::ops::Range;

use lac_grammar::Diagnostic;

use super::split::CHUNK;
use super::statistics::cells;
use crate::{Context, Csr, Matrix, Result, Storage};

/// What a cell-wise operator takes.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    Matrix(&'a Matrix),
    Scalar(f64),
}

impl Operand<'_> {
    /// Known to be 0 in every cell.
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Operand::Matrix(m) => m.nnz() == 0,
            Operand::Scalar(s) => *s == 0.0,
        }
    }
}

/// The shape in which operands meet: along each dimension they agree or have length 1.
pub(super) fn broadcast(what: &str, operands: &[Operand]) -> Result<(usize, usize)> {
    let mut shape: Option<(usize, usize)> = None;
    for operand in operands {
        let Operand::Matrix(m) = operand else { continue };
        let next = m.shape();
        let so_far = shape.unwrap_or(next);
        match (meet(so_far.0, next.0), meet(so_far.1, next.1)) {
            (Some(rows), Some(cols)) => shape = Some((rows, cols)),
            _ => return Err(mismatch(what, so_far, next)),
        }
    }
    Ok(shape.unwrap_or((1, 1)))
}

fn meet(a: usize, b: usize) -> Option<usize> {
    match (a, b) {
        _ if a == b => Some(a),
        (1, _) => Some(b),
        (_, 1) => Some(a),
        _ => None,
    }
}

fn mismatch(what: &str, a: (usize, usize), b: (usize, usize)) -> Box<Diagnostic> {
    let message = format!("the shapes of `{what}` do not fit: {} x {} and {} x {}", a.0, a.1, b.0, b.1);
    Box::new(
        Diagnostic::error("E0301", message)
            .help("cell-wise operators take equal shapes, or a row or column vector that fits the other operand"),
    )
}

/// An operand in the shape of the result.
pub(super) enum Source<'a> {
    /// Dense, of the result's shape.
    Cells(&'a [f64]),
    /// CSR, of the result's shape.
    Sparse(&'a Csr),
    /// A value for each row.
    Column(Cow<'a, [f64]>),
    /// A value for each column.
    Row(Cow<'a, [f64]>),
    One(f64),
}

impl<'a> Source<'a> {
    /// # Errors
    /// E0601 without memory for the cells of a sparse vector.
    pub fn new(operand: Operand<'a>, shape: (usize, usize), ctx: &Context) -> Result<Source<'a>> {
        let m = match operand {
            Operand::Scalar(s) => return Ok(Source::One(s)),
            Operand::Matrix(m) => m,
        };
        Ok(match (m.storage(), m.shape()) {
            (Storage::Dense(d), own) if own == shape => Source::Cells(d.values()),
            (Storage::Csr(s), own) if own == shape => Source::Sparse(s),
            (_, (1, 1)) => Source::One(m.get(0, 0)),
            (_, (1, _)) => Source::Row(cells(m, ctx)?),
            _ => Source::Column(cells(m, ctx)?),
        })
    }

    /// The cells from position `start` of the row-major result, as many as `buffer` has; in `buffer` unless they can
    /// be lent.
    pub fn read<'b>(&'b self, cols: usize, start: usize, buffer: &'b mut [f64]) -> &'b [f64] {
        match self {
            Source::Cells(values) => &values[start..start + buffer.len()],
            _ => {
                self.load(cols, start, buffer);
                buffer
            }
        }
    }

    /// Copies the cells from position `start` of the row-major result.
    pub fn load(&self, cols: usize, start: usize, out: &mut [f64]) {
        match self {
            Source::Cells(values) => out.copy_from_slice(&values[start..start + out.len()]),
            Source::One(x) => out.fill(*x),
            Source::Column(values) => dense_segments(cols, start, out, |i, _, out| out.fill(values[i])),
            Source::Row(values) => dense_segments(cols, start, out, |_, columns, out| {
                out.copy_from_slice(&values[columns]);
            }),
            Source::Sparse(s) => {
                out.fill(0.0);
                dense_segments(cols, start, out, |i, columns, out| scatter(s.row(i), columns, out));
            }
        }
    }

    /// Copies the cells at the stored positions of a pattern of the result's shape, from its `start`-th on.
    pub fn gather(&self, pattern: Pattern, start: usize, out: &mut [f64]) {
        match self {
            Source::One(x) => out.fill(*x),
            Source::Row(values) => {
                for (out, &j) in out.iter_mut().zip(&pattern.indices[start..]) {
                    *out = values[j as usize];
                }
            }
            Source::Column(values) => pattern.segments(start, out, |i, _, out| out.fill(values[i])),
            Source::Cells(values) => pattern.segments(start, out, |i, columns, out| {
                let row = &values[i * pattern.cols..(i + 1) * pattern.cols];
                for (out, &j) in out.iter_mut().zip(columns) {
                    *out = row[j as usize];
                }
            }),
            Source::Sparse(s) => pattern.segments(start, out, |i, columns, out| lookup(s.row(i), columns, out)),
        }
    }
}

/// A scratch piece.
pub(super) fn buffer() -> [f64; CHUNK] {
    [0.0; CHUNK]
}

/// Cuts a piece of the row-major cells at the row ends: `f` gets a row, a range of columns, and their cells.
fn dense_segments(cols: usize, start: usize, out: &mut [f64], mut f: impl FnMut(usize, Range<usize>, &mut [f64])) {
    let (mut i, mut j) = (start / cols, start % cols);
    let mut rest = out;
    while !rest.is_empty() {
        let (segment, tail) = rest.split_at_mut((cols - j).min(rest.len()));
        f(i, j..j + segment.len(), segment);
        (i, j, rest) = (i + 1, 0, tail);
    }
}

/// Writes the stored values of a row that lie in a range of columns.
fn scatter((columns, values): (&[u32], &[f64]), range: Range<usize>, out: &mut [f64]) {
    let begin = columns.partition_point(|&j| (j as usize) < range.start);
    for (&j, &x) in columns[begin..].iter().zip(&values[begin..]) {
        match out.get_mut(j as usize - range.start) {
            Some(cell) => *cell = x,
            None => break,
        }
    }
}

/// The cells of a sparse row at ascending columns.
fn lookup((columns, values): (&[u32], &[f64]), at: &[u32], out: &mut [f64]) {
    let mut k = at.first().map_or(0, |first| columns.partition_point(|j| j < first));
    for (out, &j) in out.iter_mut().zip(at) {
        while k < columns.len() && columns[k] < j {
            k += 1;
        }
        *out = if k < columns.len() && columns[k] == j { values[k] } else { 0.0 };
    }
}

/// The stored positions of a CSR matrix.
#[derive(Clone, Copy)]
pub(super) struct Pattern<'a> {
    pub cols: usize,
    pub indptr: &'a [usize],
    pub indices: &'a [u32],
}

impl<'a> Pattern<'a> {
    pub fn of(s: &'a Csr) -> Pattern<'a> {
        Pattern { cols: s.cols(), indptr: s.indptr(), indices: s.indices() }
    }

    /// Cuts a piece of the stored positions at the row ends: `f` gets a row, columns of it, and their cells.
    fn segments(self, start: usize, out: &mut [f64], mut f: impl FnMut(usize, &[u32], &mut [f64])) {
        let (mut at, mut rest) = (start, out);
        let mut i = self.indptr.partition_point(|&p| p <= start) - 1;
        while !rest.is_empty() {
            let (segment, tail) = rest.split_at_mut((self.indptr[i + 1] - at).min(rest.len()));
            if !segment.is_empty() {
                f(i, &self.indices[at..at + segment.len()], segment);
            }
            (i, at, rest) = (i + 1, at + segment.len(), tail);
        }
    }
}
