//! Frames to matrices: columns are encoded at once and put together in the format that their number of nonzeros asks for,
//! never dense by way of.

use lac_compiler::frame::{Encoded, Encoder, Frame, Place, Spec};
use lac_compiler::ops::Mismatch;
use lac_compiler::reference;
use rayon::prelude::*;

use super::{Arguments, Value, data, fault, mismatch};
use crate::context::{Context, Result};
use crate::exec::reference::to_reference;
use crate::matrix::{Csr, Dense, Matrix};

/// `[X, M] = transformencode(F, spec)`
pub(super) fn encode(args: &mut Arguments, context: &Context) -> Result<Vec<Value>> {
    data::check(args)?;
    let f = frame(args, 0)?;
    let spec = Spec::parse(&args.text(1)?.unwrap_or_default(), f.names()).map_err(mismatch)?;
    let fitted =
        spec.columns.into_par_iter().enumerate().map(|(j, rule)| lac_compiler::frame::ColumnEncoder::fit(&f, j, rule));
    let columns = fitted.collect::<std::result::Result<_, Mismatch>>().map_err(mismatch)?;
    let encoder = Encoder { columns, names: f.names().to_vec() };
    let f = f.part(&encoder.kept(&f), &Place::Range(0..f.cols()));
    let x = encoded(&encoder, &f, None, context)?;
    Ok(vec![Value::Matrix(x), Value::from(encoder.meta())])
}

/// `transformapply(F, spec, M, embedding)`
pub(super) fn apply(args: &mut Arguments, context: &Context) -> Result<Value> {
    data::check(args)?;
    let embedding = if args.values[3].is_some() { Some(args.matrix(3)?) } else { None };
    let values: Vec<Option<reference::Value>> = args.values.iter().map(|v| v.as_ref().map(to_reference)).collect();
    let values: Vec<Option<&reference::Value>> = values.iter().map(Option::as_ref).collect();
    let encoder = reference::transform::encoder(args.row.op, &values, 0).map_err(mismatch)?;
    let f = frame(args, 0)?;
    let f = f.part(&encoder.kept(&f), &Place::Range(0..f.cols()));
    encoded(&encoder, &f, embedding.as_ref(), context).map(Value::Matrix)
}

fn frame(args: &mut Arguments, i: usize) -> Result<Frame> {
    match args.required(i)? {
        Value::Frame(f) => Ok((*f).clone()),
        other => Err(fault("E0233", format!("`{}` needs a frame, not a {}", args.row.name, other.describe()))),
    }
}

/// From this share of nonzeros on a matrix is made dense.
const DENSE_FROM: f64 = 0.3;

fn encoded(encoder: &Encoder, f: &Frame, embedding: Option<&Matrix>, context: &Context) -> Result<Matrix> {
    let parts = encoder.columns.par_iter().enumerate().map(|(j, c)| c.encode(f, j));
    let parts: Vec<Encoded> = parts.collect::<std::result::Result<_, Mismatch>>().map_err(mismatch)?;
    let widths = reference::transform::widths(encoder, embedding.map(Matrix::shape)).map_err(mismatch)?;
    let cols: usize = widths.iter().sum();
    if cols as u64 > 1 << 32 {
        return Err(fault("E0602", format!("an encoded matrix of {cols} columns: more than 2^32 cannot be held")));
    }
    let mut first = 0;
    let mut placed = vec![];
    for (part, width) in parts.iter().zip(&widths) {
        placed.push((part, first));
        first += width;
    }
    let rows = f.rows();
    let nnz: usize = parts.iter().map(|part| nonzeros(part, embedding)).sum();
    if cols == 1 || nnz as f64 >= DENSE_FROM * rows as f64 * cols as f64 {
        context.reserve_dense(rows, cols)?;
        let mut values = vec![0.0; rows * cols];
        if cols > 0 {
            values.par_chunks_mut(cols).enumerate().for_each(|(i, row)| each(&placed, i, embedding, |j, x| row[j] = x));
        }
        return Ok(Matrix::new(Dense::new(rows, cols, values)));
    }
    let bytes = 12 * nnz as u64 + 8 * (rows as u64 + 1);
    context.reserve(bytes, || format!("a sparse {rows} x {cols} matrix of {nnz} nonzeros"))?;
    let (mut indptr, mut indices, mut values) =
        (Vec::with_capacity(rows + 1), Vec::with_capacity(nnz), Vec::with_capacity(nnz));
    indptr.push(0);
    for i in 0..rows {
        each(&placed, i, embedding, |j, x| {
            indices.push(j as u32);
            values.push(x);
        });
        indptr.push(indices.len());
    }
    Ok(Matrix::new(Csr::new(rows, cols, indptr, indices, values)))
}

fn nonzeros(part: &Encoded, embedding: Option<&Matrix>) -> usize {
    match part {
        Encoded::Numbers(values) => values.iter().filter(|x| **x != 0.0).count(),
        Encoded::OneHot { codes, .. } => codes.iter().filter(|c| **c > 0).count(),
        Encoded::Rows(codes) => codes.iter().filter(|c| **c > 0).count() * embedding.map_or(0, Matrix::cols),
        Encoded::Words(rows) => rows.iter().map(Vec::len).sum(),
    }
}

/// The nonzeros of row i, from left to right.
fn each(placed: &[(&Encoded, usize)], i: usize, embedding: Option<&Matrix>, mut put: impl FnMut(usize, f64)) {
    for (part, first) in placed {
        match part {
            Encoded::Numbers(values) if values[i] != 0.0 => put(*first, values[i]),
            Encoded::OneHot { codes, .. } if codes[i] > 0 => put(first + codes[i] as usize - 1, 1.0),
            Encoded::Words(rows) => rows[i].iter().for_each(|&(code, n)| put(first + code as usize - 1, n)),
            Encoded::Rows(codes) if codes[i] > 0 => {
                let Some(e) = embedding else { continue };
                for k in 0..e.cols() {
                    match e.get(codes[i] as usize - 1, k) {
                        0.0 => {}
                        x => put(first + k, x),
                    }
                }
            }
            _ => {}
        }
    }
}
