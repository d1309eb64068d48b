//! Frames to matrices and back.

use super::arguments::Arguments;
use super::frame::frame_of;
use super::{Dense, Evaluate, Value};
use crate::frame::{Code, Column, Encoded, Encoder, Frame, Place, Spec};
use crate::ops::{Mismatch, Op};

/// `[X, M] = transformencode(F, spec)`
pub const ENCODE: Evaluate = |op, values, _| {
    let f = frame_of(op, values, 0)?;
    let spec = spec(op, values, 1, f)?;
    let encoder = Encoder::fit(f, spec)?;
    let f = f.part(&encoder.kept(f), &Place::Range(0..f.cols()));
    let x = encoded(&encoder, &f, None)?;
    Ok(Value::Several(vec![Value::Matrix(x), Value::Frame(encoder.meta())]))
};

/// `transformapply(F, spec, M, embedding)`
pub const APPLY: Evaluate = |op, values, _| {
    let (f, encoder) = (frame_of(op, values, 0)?, encoder(op, values, 0)?);
    let f = f.part(&encoder.kept(f), &Place::Range(0..f.cols()));
    let embedding = if values[3].is_some() { Some(Arguments { op, values }.matrix(3)?) } else { None };
    encoded(&encoder, &f, embedding).map(Value::Matrix)
};

/// `transformdecode(X, spec, M)`
pub const DECODE: Evaluate = |op, values, _| {
    let x = Arguments { op, values }.matrix(0)?;
    encoder(op, values, 2)?.decode(x.rows, x.cols, |i, j| x.at(i, j)).map(Value::Frame)
};

/// `transformcolmap(M, spec)`
pub const COLMAP: Evaluate = |op, values, _| {
    let cells = of_meta(op, values)?.map();
    Ok(Value::Matrix(Dense::new(cells.len() / 3, 3, cells)))
};

/// `getCategoricalMask(M, spec)`
pub const MASK: Evaluate = |op, values, _| {
    let cells = of_meta(op, values)?.mask();
    Ok(Value::Matrix(Dense::new(1, cells.len(), cells)))
};

fn of_meta(op: Op, values: &[Option<&Value>]) -> Result<Encoder, Mismatch> {
    let meta = frame_of(op, values, 0)?;
    Encoder::from_meta(meta, spec(op, values, 1, meta)?)
}

fn spec(op: Op, values: &[Option<&Value>], i: usize, names: &Frame) -> Result<Spec, Mismatch> {
    let text = Arguments { op, values }.string(i)?;
    Spec::parse(&text, names.names()).map_err(|m| if m.labels.is_empty() { m.label(i, "in this") } else { m })
}

/// The encoder of arguments `spec` and `meta`, for the frame at `of` (or the names of the metadata).
pub fn encoder(op: Op, values: &[Option<&Value>], of: usize) -> Result<Encoder, Mismatch> {
    let meta = frame_of(op, values, 2)?;
    let names = frame_of(op, values, of)?;
    let spec = spec(op, values, 1, names)?;
    if names.cols() == meta.cols() {
        return Encoder::from_meta(meta, spec);
    }
    // Of a part of the frame, or of one with more columns: what has metadata is found by its name, or else by its place.
    let named: Option<Vec<usize>> = names.names().iter().map(|name| meta.position(name)).collect();
    let places = named.unwrap_or_else(|| (0..names.cols()).collect());
    let lacks =
        |j: &usize| places[*j] >= meta.cols() && matches!(spec.columns[*j].code, Code::Recode | Code::Bin { .. });
    if let Some(j) = (0..names.cols()).find(lacks) {
        let message = format!(
            "a frame of {} columns and metadata of {}: there are none for column {}",
            names.cols(),
            meta.cols(),
            j + 1
        );
        return Err(Mismatch::new("E0515", message).label(2, "these metadata"));
    }
    let column = |&j: &usize| match j < meta.cols() {
        true => meta.column(j).clone(),
        false => Column::Text(vec![None; meta.rows()]),
    };
    let columns = places.iter().map(column).collect();
    Encoder::from_meta(&Frame::new(meta.rows(), names.names().to_vec(), columns), spec)
}

/// The matrix of a frame.
fn encoded(encoder: &Encoder, f: &Frame, embedding: Option<&Dense>) -> Result<Dense, Mismatch> {
    let parts: Vec<Encoded> =
        encoder.columns.iter().enumerate().map(|(j, c)| c.encode(f, j)).collect::<Result<_, _>>()?;
    let widths = widths(encoder, embedding.map(|e| (e.rows, e.cols)))?;
    let mut first = 0;
    let mut x = Dense::from_fn(f.rows(), widths.iter().sum(), |_, _| 0.0)?;
    for (part, width) in parts.iter().zip(widths) {
        for i in 0..f.rows() {
            let at = i * x.cols + first;
            match part {
                Encoded::Numbers(values) => x.values[at] = values[i],
                Encoded::OneHot { codes, .. } if codes[i] > 0 => x.values[at + codes[i] as usize - 1] = 1.0,
                Encoded::OneHot { .. } => {}
                Encoded::Words(rows) => rows[i].iter().for_each(|&(code, n)| x.values[at + code as usize - 1] = n),
                Encoded::Rows(codes) => {
                    for k in 0..width {
                        x.values[at + k] = match embedding {
                            Some(e) if codes[i] > 0 => e.at(codes[i] as usize - 1, k),
                            _ => 0.0,
                        };
                    }
                }
            }
        }
        first += width;
    }
    Ok(x)
}

/// The number of columns that each column becomes.
///
/// # Errors
/// E0516 for an embedding that lacks, or has too few rows.
pub fn widths(encoder: &Encoder, embedding: Option<(usize, usize)>) -> Result<Vec<usize>, Mismatch> {
    for column in encoder.columns.iter().filter(|c| c.rule.embed) {
        let needed = column.codes.count();
        match embedding {
            None => {
                let error = Mismatch::new("E0516", "\"word_embedding\" needs the vectors of words");
                return Err(
                    error.help("`transformapply(target=F, spec=spec, meta=M, embedding=E)`: a row of E for each code")
                );
            }
            Some((rows, _)) if rows < needed => {
                return Err(Mismatch::new("E0516", format!("an embedding of {rows} rows for {needed} codes")));
            }
            Some(_) => {}
        }
    }
    Ok(encoder.widths(embedding.map_or(0, |(_, cols)| cols)))
}
