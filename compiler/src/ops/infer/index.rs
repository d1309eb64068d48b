//! Right and left indexing. Bounds are 1-based and inclusive; an absent one means the end of that dimension. In the place of
//! the first bound may stand a vector of positions, without a second bound: so the builder of DAGs hands
//! `X[I, ]` over.

use super::values::Cells;
use super::{Infer, Mismatch, collection, described, list, matrix, number, required};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::{Op, Scalar};
use crate::reference::index::{BACKWARDS, misplaced};
use crate::sketch::{Nnz, Sketch, cells};

/// A range of a dimension, as far as it is known.
pub(super) struct Bounds {
    from: Dim,
    to: Dim,
    pub size: Dim,
    /// By positions, which may repeat and come in any order.
    picked: bool,
}

/// A part of a dimension: a range, or positions.
pub(super) fn part(
    op: Op,
    args: &[Option<&Facts>],
    first: usize,
    extent: Dim,
    shape: &str,
    what: &str,
) -> Result<Bounds, Mismatch> {
    let positions = match (args[first], args[first + 1]) {
        (Some(Facts::Matrix(positions)), None) => positions,
        // Of which nothing is known: the first bound of an open range, or positions.
        (Some(Facts::Unknown), None) => return Ok(Bounds { from: None, to: None, size: None, picked: true }),
        _ => return bounds(op, args, first, extent, shape, what),
    };
    let size = match (positions.rows, positions.cols) {
        (Some(1), n) | (n, Some(1)) => n,
        (Some(_), Some(_)) => {
            let error =
                Mismatch::new("E0303", "positions are a vector").label(first, format!("this is {}", positions.shape()));
            return Err(error);
        }
        _ => None,
    };
    Ok(Bounds { from: None, to: None, size, picked: true })
}

/// Arguments `first` and `first + 1` are the bounds in a dimension of `extent` cells.
fn bounds(
    op: Op,
    args: &[Option<&Facts>],
    first: usize,
    extent: Dim,
    shape: &str,
    what: &str,
) -> Result<Bounds, Mismatch> {
    let bound = |i| Ok(number(op, args, i)?.map(f64::trunc));
    let known = [bound(first)?, bound(first + 1)?];
    if let Some((range, why)) = misplaced([args[first], args[first + 1]], known, extent, what) {
        let backwards = why == BACKWARDS;
        let error = Mismatch::new("E0501", format!("{what} {range} of a {shape}")).label(first, why);
        let only_row =
            op == Op::RightIndex && what == "row" && extent == Some(1) && args[3].is_none() && args[4].is_none();
        return Err(match (backwards, only_row) {
            (true, _) => error.help("from the higher to the lower number: `X[5:2:-1, ]`"),
            (_, true) => error.help("one index is a row: the cells of a row are `x[1, i]`"),
            _ => error,
        });
    }
    let from = if args[first].is_none() { Some(1.0) } else { known[0] };
    let to = if args[first + 1].is_none() { extent.map(|n| n as f64) } else { known[1] };
    // `X[i, ]`: both bounds are the same value, known or not.
    let single = match (args[first], args[first + 1]) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        _ => false,
    };
    let size = match from.zip(to) {
        _ if single => Some(1),
        Some((a, b)) => Some((b - a + 1.0) as u64),
        None => None,
    };
    Ok(Bounds { from: from.map(|v| v as u64), to: to.map(|v| v as u64), size, picked: false })
}

pub const RIGHT_INDEX: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    if let Facts::List { length } = required(args, 0) {
        return list::right(op, args, *length);
    }
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::Unknown) };
    let shape = format!("{} matrix", m.shape());
    let rows = part(op, args, 1, m.rows, &shape, "row")?;
    let cols = part(op, args, 3, m.cols, &shape, "column")?;
    let some_rows = |s: &Sketch, n| if rows.picked { s.picked_rows(n) } else { s.some_rows(n) };
    let some_cols = |s: &Sketch, n| if cols.picked { s.transpose().picked_rows(n).transpose() } else { s.some_cols(n) };
    // A single row of a matrix without rows: an error, but only where it is reached.
    let there = |part: &Bounds, extent: u64| part.picked || part.size.is_none_or(|n| n <= extent);
    let sketch = m.sketch.as_ref().filter(|s| there(&rows, s.rows()) && there(&cols, s.cols()));
    let sketch = match (sketch, rows.size, cols.size) {
        (Some(s), Some(r), Some(c)) => Some(match (rows.from, rows.to, cols.from, cols.to) {
            (Some(a), Some(b), Some(i), Some(j)) => s.slice(a - 1..b, i - 1..j),
            (Some(a), Some(b), ..) => some_cols(&s.slice(a - 1..b, 0..s.cols()), c),
            (.., Some(i), Some(j)) => some_rows(&s.slice(0..s.rows(), i - 1..j), r),
            _ => some_cols(&some_rows(s, r), c),
        }),
        _ => None,
    };
    Ok(described(rows.size, cols.size, sketch, (m.values, m.finite)))
};

pub const LEFT_INDEX: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    if let Facts::List { length } = required(args, 0) {
        return list::left(op, args, *length);
    }
    let Some(m) = matrix(op, args, 0)? else { return Ok(Facts::Unknown) };
    let shape = format!("{} matrix", m.shape());
    if required(args, 1).is_scalar() {
        number(op, args, 1)?;
    }
    let rows = part(op, args, 2, m.rows, &shape, "row")?;
    let cols = part(op, args, 4, m.cols, &shape, "column")?;
    match required(args, 1) {
        Facts::Matrix(source) => check_source(source, &rows, &cols)?,
        Facts::Scalar { .. } | Facts::Unknown => {}
        other => return Err(collection(op, 1, other)),
    };
    let source = Cells::operand(required(args, 1));
    let sketch = m.sketch.as_ref().map(|s| overwrite(s, &rows, &cols, required(args, 1)));
    Ok(described(m.rows, m.cols, sketch, (m.values.hull(source.nonzeros), m.finite && source.finite)))
};

fn check_source(source: &MatrixFacts, rows: &Bounds, cols: &Bounds) -> Result<(), Mismatch> {
    let differs = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    if differs(source.rows, rows.size) || differs(source.cols, cols.size) {
        let dim = |d: Dim| d.map_or("?".into(), |n| n.to_string());
        return Err(Mismatch::new(
            "E0306",
            format!("a {} matrix can not fill {} x {} cells", source.shape(), dim(rows.size), dim(cols.size)),
        )
        .label(1, format!("this is {}", source.shape())));
    }
    Ok(())
}

/// Where the place is not known, any cell of the target may be overwritten.
fn overwrite(target: &Sketch, rows: &Bounds, cols: &Bounds, source: &Facts) -> Sketch {
    let source = match source {
        Facts::Matrix(m) => m.sketch.clone(),
        _ => rows.size.zip(cols.size).map(|(r, c)| match source.value().and_then(Scalar::as_f64) {
            Some(0.0) => Sketch::empty(r, c),
            Some(_) => Sketch::dense(r, c),
            None => Sketch::uniform(r, c, Nnz::unknown(cells(r, c))),
        }),
    };
    match (source, rows.from, rows.to, cols.from, cols.to) {
        (Some(s), Some(a), Some(b), Some(i), Some(j)) if s.rows() == b + 1 - a && s.cols() == j + 1 - i => {
            target.left_index(a - 1..b, i - 1..j, &s)
        }
        (Some(s), ..) if rows.picked || cols.picked => target.scattered(&s),
        (Some(s), ..) => target.overwritten(&s),
        _ => target.full(),
    }
}
