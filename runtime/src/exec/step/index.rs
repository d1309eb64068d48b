//! Parts of matrices: by ranges and by positions.

use std::ops::Range;

use lac_compiler::list::Listed;
use lac_compiler::ops::Scalar;
use lac_compiler::reference::index::{positions_in, range_in};

use super::{Arguments, Value, collection, fault, mismatch};
use crate::context::{Context, Result};
use crate::kernel;
use crate::matrix::Matrix;

/// The places of a dimension that an index takes.
enum Part {
    Range(Range<usize>),
    Places(Vec<usize>),
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Part::Range(range) => range.len(),
            Part::Places(places) => places.len(),
        }
    }
}

/// `X[rows, cols]`: ranges first, they make the matrix smaller.
pub(super) fn right(args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let m = args.matrix(0)?;
    let (rows, cols) = (part(args, 1, m.rows(), "row", &m)?, part(args, 3, m.cols(), "column", &m)?);
    let range = |part: &Part, extent| match part {
        Part::Range(range) => range.clone(),
        Part::Places(_) => 0..extent,
    };
    let mut m = kernel::right_index(&m, range(&rows, m.rows()), range(&cols, m.cols()), context)?;
    if let Part::Places(rows) = rows {
        m = kernel::pick_rows(&m, &rows, context)?;
    }
    if let Part::Places(cols) = cols {
        m = kernel::pick_cols(&m, &cols, context)?;
    }
    Ok(m)
}

fn part(args: &mut Arguments, first: usize, extent: usize, what: &str, m: &Matrix) -> Result<Part> {
    let Some(Value::Matrix(positions)) = &args.values[first] else {
        let (from, to) = (args.number(first)?, args.number(first + 1)?);
        let range = range_in(from, to, extent, what, || format!("{} x {} matrix", m.rows(), m.cols()));
        return range.map(Part::Range).map_err(mismatch);
    };
    let (rows, cols) = positions.shape();
    if rows != 1 && cols != 1 {
        return Err(fault("E0303", format!("positions are a vector, not a {rows} x {cols} matrix")));
    }
    let cells = (0..rows * cols).map(|k| positions.get(k / cols, k % cols));
    positions_in(cells, rows * cols, extent, what).map(Part::Places).map_err(mismatch)
}

/// `X[rows, cols] = Y`
pub(super) fn left(args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let target = args.matrix(0)?;
    let source = args.required(1)?.single();
    if let Value::Scalar(s @ Scalar::Str(_)) = &source {
        return Err(fault("E0211", format!("a matrix can not hold the string \"{s}\"")));
    }
    let rows = part(args, 2, target.rows(), "row", &target)?;
    let cols = part(args, 4, target.cols(), "column", &target)?;
    let source = match source {
        Value::Matrix(source) => source,
        Value::Scalar(s) => {
            let x = s.as_f64().unwrap_or(f64::NAN);
            if let (Part::Range(rows), Part::Range(cols)) = (&rows, &cols)
                && rows.len() == 1
                && cols.len() == 1
            {
                return kernel::left_index_scalar(target, rows.start, cols.start, x, context);
            }
            kernel::fill(x, rows.len(), cols.len(), context)?
        }
        other => return Err(collection("assign", &other)),
    };
    let (all, size) = (0..target.rows(), (rows.len(), cols.len()));
    let by_ranges = matches!((&rows, &cols), (Part::Range(_), Part::Range(_)));
    if !by_ranges && source.shape() != size {
        let (m, n) = source.shape();
        return Err(fault("E0306", format!("a {m} x {n} matrix can not fill {} x {} cells", size.0, size.1)));
    }
    match (rows, cols) {
        (Part::Range(rows), Part::Range(cols)) => kernel::left_index(target, rows, cols, &source, context),
        (Part::Range(rows), Part::Places(cols)) if rows == all => put_cols(&target, &cols, source, context),
        (rows, Part::Range(cols)) => {
            let part = kernel::right_index(&target, all.clone(), cols.clone(), context)?;
            let part = put_rows(&part, rows, source, context)?;
            kernel::left_index(target, all, cols, &part, context)
        }
        (rows, Part::Places(cols)) => {
            let part = kernel::pick_cols(&target, &cols, context)?;
            let part = put_rows(&part, rows, source, context)?;
            put_cols(&target, &cols, part, context)
        }
    }
}

/// A matrix with some of its rows replaced: of the rows of both, one over the other, those that stay or come.
fn put_rows(target: &Matrix, rows: Part, source: Matrix, context: &Context) -> Result<Matrix> {
    let places = match rows {
        Part::Range(rows) => rows.collect(),
        Part::Places(places) => places,
    };
    let both = kernel::rbind(&[target.clone(), source], context)?;
    kernel::pick_rows(&both, &after(target.rows(), &places), context)
}

fn put_cols(target: &Matrix, cols: &[usize], source: Matrix, context: &Context) -> Result<Matrix> {
    let both = kernel::cbind(&[target.clone(), source], context)?;
    kernel::pick_cols(&both, &after(target.cols(), cols), context)
}

/// Where each of `extent` rows comes from: from itself, or, after all of these, from the last that is put in its place.
fn after(extent: usize, places: &[usize]) -> Vec<usize> {
    let mut from: Vec<usize> = (0..extent).collect();
    for (k, &place) in places.iter().enumerate() {
        from[place] = extent + k;
    }
    from
}
