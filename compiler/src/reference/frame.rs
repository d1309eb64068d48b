//! The operators of frames. What they mean stands in `crate::frame`; here arguments become what it takes.

use std::sync::Arc;

use super::arguments::Arguments;
use super::index::{positions_in, range_in};
use super::{Dense, Evaluate, Value};
use crate::frame::lambda::Lambda;
use crate::frame::{self, Column, Frame, Margin, Operand, Place, Source, Tokenizer, cell_text};
use crate::list::Listed;
use crate::ops::infer::effect::cast_type;
use crate::ops::{Mismatch, Op, Scalar, ScalarType, Unary};

/// An operator that takes matrices, applied to a frame; `None` if no frame is among the arguments, or where the operator does
/// not take one.
pub fn overloaded(op: Op, values: &[Option<&Value>]) -> Option<Result<Value, Mismatch>> {
    let first = values.iter().flatten().position(|v| matches!(v, Value::Frame(_)))?;
    let Some(Value::Frame(f)) = values[first] else { return None };
    let args = Arguments { op, values };
    let int = |n: usize| Ok(Value::Scalar(Scalar::Int(n as i64)));
    Some(match op {
        Op::NRow => int(f.rows()),
        Op::NCol => int(f.cols()),
        Op::Length => int(f.rows().saturating_mul(f.cols())),
        Op::AsMatrix => f.numbers("as.matrix").map(|values| Value::Matrix(Dense::new(f.rows(), f.cols(), values))),
        Op::AsScalar | Op::AsInteger | Op::AsDouble | Op::AsLogical => one_cell(op, f),
        Op::RightIndex => right_index(args, f),
        Op::LeftIndex if first == 0 => left_index(args, f.clone()),
        Op::CBind | Op::RBind if !matches!(values[0], Some(Value::List(_))) => bind(op, values),
        Op::RemoveEmpty => remove_empty(args, f),
        Op::Replace => replace(args, f),
        Op::Reverse => {
            Ok(Value::Frame(f.part(&Place::Each((0..f.rows()).rev().collect()), &Place::Range(0..f.cols()))))
        }
        Op::Order => order(args, f),
        Op::Unique => {
            args.string(1).map(|_| Value::Frame(f.part(&Place::Each(f.distinct()), &Place::Range(0..f.cols()))))
        }
        Op::Unary(Unary::IsNa) => Ok(Value::Matrix(Dense::new(f.rows(), f.cols(), f.missing()))),
        Op::Binary(g) if frame::is_comparison(g) && values.len() == 2 => match (values[0], values[1]) {
            (Some(a), Some(b)) => match (operand(a), operand(b)) {
                (Some(a), Some(b)) => Ok(Value::Frame(frame::compared(g, a, b))),
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    })
}

/// Whether an operator that takes matrices takes frames, too.
pub fn takes(op: Op) -> bool {
    match op {
        Op::NRow | Op::NCol | Op::Length | Op::AsMatrix | Op::AsScalar | Op::AsInteger | Op::AsDouble => true,
        Op::AsLogical | Op::RightIndex | Op::LeftIndex | Op::CBind | Op::RBind | Op::RemoveEmpty | Op::Replace => true,
        Op::Reverse | Op::Order | Op::Unique | Op::Unary(Unary::IsNa) => true,
        Op::Binary(f) => frame::is_comparison(f),
        _ => false,
    }
}

fn operand(value: &Value) -> Option<Operand<'_>> {
    match value {
        Value::Frame(f) => Some(Operand::Frame(f)),
        Value::Scalar(s) => Some(Operand::Value(s)),
        _ => None,
    }
}

fn one_cell(op: Op, f: &Frame) -> Result<Value, Mismatch> {
    let cell = f.get(0, 0);
    if op == Op::AsScalar {
        let missing = if f.column(0).ty() == ScalarType::Double { Some(Scalar::Double(f64::NAN)) } else { None };
        return Ok(Value::Scalar(cell_text(cell.or(missing))));
    }
    let cell = cell_text(cell);
    let cast = cell.cast(cast_type(op));
    let text = || {
        Mismatch::new("E0503", format!("`{}` can not make a value of \"{cell}\"", op.row().name)).label(0, "of this")
    };
    cast.map(Value::Scalar).ok_or_else(text)
}

/// The places of a range, of a vector of positions, or of a column by its name.
fn places(args: Arguments<'_>, first: usize, f: &Frame, what: &str) -> Result<Place, Mismatch> {
    let extent = if what == "row" { f.rows() } else { f.cols() };
    match args.values[first] {
        Some(Value::Matrix(m)) => positions_in(m.values.iter().copied(), m.values.len(), extent, what).map(Place::Each),
        Some(Value::Scalar(Scalar::Str(name))) if what == "column" => {
            column_place(f, name, first).map(|j| Place::Range(j..j + 1))
        }
        _ => {
            let (from, to) = (args.optional_number(first)?, args.optional_number(first + 1)?);
            range_in(from, to, extent, what, || format!("frame {} x {}", f.rows(), f.cols())).map(Place::Range)
        }
    }
}

fn column_place(f: &Frame, name: &str, argument: usize) -> Result<usize, Mismatch> {
    f.position(name).ok_or_else(|| frame::no_column(f, name).label(argument, "no name of a column"))
}

fn right_index(args: Arguments<'_>, f: &Frame) -> Result<Value, Mismatch> {
    let (rows, cols) = (places(args, 1, f, "row")?, places(args, 3, f, "column")?);
    Ok(Value::Frame(f.part(&rows, &cols)))
}

fn left_index(args: Arguments<'_>, f: Frame) -> Result<Value, Mismatch> {
    put(args.op, args.values, f).map(Value::Frame)
}

/// `F[rows, cols] = source`, in the frame if it is not shared.
pub fn put(op: Op, values: &[Option<&Value>], mut f: Frame) -> Result<Frame, Mismatch> {
    let args = Arguments { op, values };
    let (rows, cols) = (places(args, 2, &f, "row")?, places(args, 4, &f, "column")?);
    let made;
    let single = values[1].map(|v| v.clone().single());
    let source = match &single {
        Some(Value::Scalar(s)) => Source::Value(s),
        Some(Value::Frame(source)) => Source::Frame(source),
        Some(Value::Matrix(m)) => {
            made = Frame::of_matrix(m.rows, m.cols, |i, j| m.at(i, j));
            Source::Frame(&made)
        }
        _ => {
            return Err(
                Mismatch::new("E0210", "a frame takes frames, matrices and scalars").label(1, "this is neither")
            );
        }
    };
    if let Source::Frame(g) = source
        && (g.rows(), g.cols()) != (rows.len(), cols.len())
    {
        let message = format!("a frame {} x {} can not fill {} x {} cells", g.rows(), g.cols(), rows.len(), cols.len());
        return Err(Mismatch::new("E0306", message));
    }
    f.put(&rows, &cols, source);
    Ok(f)
}

fn bind(op: Op, values: &[Option<&Value>]) -> Result<Value, Mismatch> {
    let frames: Vec<Frame> = values.iter().flatten().map(|v| to_frame(v)).collect::<Result<_, _>>()?;
    let frames: Vec<&Frame> = frames.iter().collect();
    let differ = |size: fn(&Frame) -> usize| frames.iter().any(|f| size(f) != size(frames[0]));
    if if op == Op::CBind { differ(Frame::rows) } else { differ(Frame::cols) } {
        let shapes: Vec<String> = frames.iter().map(|f| format!("{} x {}", f.rows(), f.cols())).collect();
        let message = format!("`{}` can not bind frames of {}", op.row().name, shapes.join(", "));
        return Err(Mismatch::new("E0305", message));
    }
    Ok(Value::Frame(if op == Op::CBind { frame::cbind(&frames) } else { frame::rbind(&frames) }))
}

fn remove_empty(args: Arguments<'_>, f: &Frame) -> Result<Value, Mismatch> {
    let by_row = &*args.string(1)? == "rows";
    let extent = if by_row { f.rows() } else { f.cols() };
    let kept: Vec<usize> = match args.values[2] {
        Some(_) => {
            let select = args.matrix(2)?;
            (0..extent.min(select.values.len())).filter(|&i| select.values[i] != 0.0).collect()
        }
        None if by_row => f.filled_rows(),
        None => f.filled_cols(),
    };
    let one = kept.is_empty() && args.number(3)? != 0.0;
    let all = |n: usize| Place::Range(0..n);
    Ok(Value::Frame(match by_row {
        true if one => f.empty_rows(1),
        true => f.part(&Place::Each(kept), &all(f.cols())),
        false if one => Frame::unnamed(f.rows(), vec![Column::Text(vec![None; f.rows()])]),
        false => f.part(&all(f.rows()), &Place::Each(kept)),
    }))
}

/// `order(F, by, decreasing, index.return)`: by numbers of columns, or the name of one.
fn order(args: Arguments<'_>, f: &Frame) -> Result<Value, Mismatch> {
    let columns = |by: &[f64]| positions_in(by.iter().copied(), by.len(), f.cols(), "column");
    let by = match args.values[1] {
        Some(Value::Scalar(Scalar::Str(name))) => vec![column_place(f, name, 1)?],
        Some(Value::Matrix(m)) => columns(&m.values)?,
        _ => columns(&[args.number(1)?])?,
    };
    let rows = f.sorted(&by, args.number(2)? != 0.0);
    Ok(match args.number(3)? != 0.0 {
        true => Value::Matrix(Dense::new(rows.len(), 1, rows.iter().map(|i| (i + 1) as f64).collect())),
        false => Value::Frame(f.part(&Place::Each(rows), &Place::Range(0..f.cols()))),
    })
}

fn replace(args: Arguments<'_>, f: &Frame) -> Result<Value, Mismatch> {
    match (args.scalar(1)?, args.scalar(2)?) {
        (Some(pattern), Some(replacement)) => Ok(Value::Frame(f.clone().replaced(&pattern, &replacement))),
        _ => Ok(Value::Frame(f.clone())),
    }
}

/// `as.frame(X)`
fn to_frame(value: &Value) -> Result<Frame, Mismatch> {
    match value {
        Value::Frame(f) => Ok(f.clone()),
        Value::Matrix(m) => Ok(Frame::of_matrix(m.rows, m.cols, |i, j| m.at(i, j))),
        Value::Scalar(s) => Ok(Frame::unnamed(1, vec![Column::repeated(s, 1)])),
        Value::List(l) if l.len() == 1 => l.values().next().map_or_else(|| Ok(Frame::unnamed(0, vec![])), to_frame),
        // A column of its scalars.
        Value::List(l) if l.values().all(|v| matches!(v, Value::Scalar(_))) => {
            let cells: Vec<Scalar> =
                l.values().filter_map(|v| if let Value::Scalar(s) = v { Some(s.clone()) } else { None }).collect();
            let ty = cells.iter().map(Scalar::ty).reduce(frame::join).unwrap_or(ScalarType::Str);
            Ok(Frame::unnamed(cells.len(), vec![Column::collect(ty, cells.len(), |i| Some(cells[i].clone()))]))
        }
        _ => Err(Mismatch::new("E0210", "a frame is made of a matrix, a scalar, or a list of scalars")
            .label(0, "this is neither")),
    }
}

/// Texts in an argument: a string with commas, a list, the cells of a frame.
pub(super) fn texts(value: &Value) -> Vec<Arc<str>> {
    match value {
        Value::Scalar(Scalar::Str(s)) => {
            s.split(',').map(|t| t.trim().into()).filter(|t: &Arc<str>| !t.is_empty()).collect()
        }
        Value::List(l) => l.values().flat_map(texts).collect(),
        Value::Frame(f) => (0..f.rows()).flat_map(|i| (0..f.cols()).filter_map(move |j| f.text(i, j))).collect(),
        _ => vec![],
    }
}

fn types(value: &Value) -> Result<Vec<ScalarType>, Mismatch> {
    texts(value).iter().map(|t| frame::type_of(t)).collect()
}

pub const AS_FRAME: Evaluate = |_, values, _| {
    let f = values[0].map_or_else(|| Ok(Frame::unnamed(0, vec![])), to_frame)?;
    let Some(names) = values[1] else { return Ok(Value::Frame(f)) };
    let names = texts(names);
    if names.len() != f.cols() {
        return Err(Mismatch::new("E0519", format!("{} names for {} columns", names.len(), f.cols())).label(1, "these"));
    }
    Ok(Value::Frame(Frame::sharing(f.rows(), names, f.columns().to_vec())))
};

/// E0601 of a frame that is too large to be filled.
fn in_reach(rows: usize, cols: usize) -> Result<(), Mismatch> {
    let largest = rows.max(cols).max(rows.saturating_mul(cols));
    if largest as u64 > super::MOST_CELLS {
        return Err(Mismatch::new("E0601", format!("a {rows} x {cols} frame is too large to be made of one value")));
    }
    Ok(())
}

pub const FRAME: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let size = |i: usize| args.optional_number(i).map(|n| n.map(|n| n as usize));
    let (rows, cols) = (size(1)?, size(2)?);
    in_reach(rows.unwrap_or(1), cols.unwrap_or(1))?;
    let f = match values[0] {
        Some(Value::Scalar(s)) => {
            let (rows, cols) = (rows.unwrap_or(1), cols.unwrap_or(1));
            let cell = Column::repeated(&Scalar::from(s.to_string().as_str()), rows);
            Frame::unnamed(rows, vec![cell; cols])
        }
        Some(Value::List(l)) => filled(l, rows, cols)?,
        // Of numbers in brackets.
        Some(Value::Matrix(m)) => {
            let (rows, cols) = (rows.unwrap_or(m.rows), cols.unwrap_or(m.cols));
            if rows.checked_mul(cols) != Some(m.values.len()) {
                let message = format!("a {rows} x {cols} frame can not be made of {} cells", m.values.len());
                return Err(Mismatch::new("E0304", message).label(0, "this"));
            }
            Frame::of_matrix(rows, cols, |i, j| m.values[i * cols + j])
        }
        Some(other) => shaped(to_frame(other)?, rows, cols)?,
        None => Frame::unnamed(0, vec![]),
    };
    match values[3] {
        Some(schema) => f.with_types(&types(schema)?).map(Value::Frame),
        None => Ok(Value::Frame(f)),
    }
};

/// Cells of a list row by row, as texts; those of one row fill all rows, one cell fills all.
fn filled(list: &crate::list::List<Value>, rows: Option<usize>, cols: Option<usize>) -> Result<Frame, Mismatch> {
    let cell = |v: &Value| match v {
        Value::Scalar(s) => Ok(Some(s.to_string().into())),
        _ => Err(Mismatch::new("E0210", "the cells of a frame are scalars").label(0, "this list has others")),
    };
    let cells: Vec<Option<Arc<str>>> = list.values().map(cell).collect::<Result<_, _>>()?;
    let n = cells.len();
    let rows = rows.unwrap_or_else(|| cols.map_or(1, |c| n.checked_div(c).unwrap_or(0)));
    let cols = cols.unwrap_or_else(|| n.checked_div(rows).unwrap_or(0));
    if n != rows.saturating_mul(cols) && n != cols && n != 1 {
        return Err(Mismatch::new(
            "E0304",
            format!("a {rows} x {cols} frame needs {} cells, not {n}", rows.saturating_mul(cols)),
        )
        .label(0, "these"));
    }
    let column = |j: usize| Column::Text((0..rows).map(|i| cells[(i * cols + j) % n].clone()).collect());
    Ok(Frame::unnamed(rows, (0..cols).map(column).collect()))
}

fn shaped(f: Frame, rows: Option<usize>, cols: Option<usize>) -> Result<Frame, Mismatch> {
    let (r, c) = (rows.unwrap_or(f.rows()), cols.unwrap_or(f.cols()));
    if (r, c) == (f.rows(), f.cols()) {
        return Ok(f);
    }
    Err(Mismatch::new("E0304", format!("a {r} x {c} frame can not be made of one {} x {}", f.rows(), f.cols()))
        .label(0, "this"))
}

/// The frame of an argument.
pub(super) fn frame_of<'a>(op: Op, values: &[Option<&'a Value>], i: usize) -> Result<&'a Frame, Mismatch> {
    match values[i] {
        Some(Value::Frame(f)) => Ok(f),
        _ => Err(Mismatch::new("E0233", format!("`{}` needs a frame", op.row().name)).label(i, "this is none")),
    }
}

pub const COLNAMES: Evaluate = |op, values, _| Ok(Value::Frame(frame_of(op, values, 0)?.colnames()));

pub const TYPEOF: Evaluate = |op, values, _| Ok(Value::Frame(frame_of(op, values, 0)?.typeof_row()));

pub const DETECT_SCHEMA: Evaluate = |op, values, _| {
    let f = frame_of(op, values, 0)?;
    let name = |c: &Arc<Column>| Column::texts([frame::type_name(frame::detect(c))]);
    Ok(Value::Frame(Frame::unnamed(1, f.columns().iter().map(name).collect())))
};

pub const APPLY_SCHEMA: Evaluate = |op, values, _| {
    let types = values[1].map_or(Ok(vec![]), types)?;
    frame_of(op, values, 0)?.with_types(&types).map(Value::Frame)
};

pub const MAP: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let f = Lambda::parse(&args.string(1)?).map_err(|m| if m.labels.is_empty() { m.label(1, "in this") } else { m })?;
    let margin = match args.number(2)? {
        0.0 => Margin::Cells,
        1.0 => Margin::Rows,
        2.0 => Margin::Cols,
        other => {
            let message = format!("`map` knows no margin {}", Scalar::Double(other));
            return Err(Mismatch::new("E0213", message).label(2, "0 for cells, 1 for rows, 2 for columns"));
        }
    };
    frame_of(op, values, 0)?.map(&f, margin).map(Value::Frame)
};

pub const TOKENIZE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let f = frame_of(op, values, 0)?;
    let tokenizer = Tokenizer::parse(&args.string(1)?, f.names());
    let tokenizer = tokenizer.map_err(|m| if m.labels.is_empty() { m.label(1, "in this") } else { m })?;
    Ok(Value::Frame(tokenizer.apply(f, args.number(2)?.max(0.0) as usize)))
};

pub const REPLICATE: Evaluate = |op, values, _| {
    // As often as the first frame has rows, or so many times.
    let (row, n) = match values[1] {
        Some(Value::Frame(row)) => (row, frame_of(op, values, 0)?.rows()),
        _ => (frame_of(op, values, 0)?, Arguments { op, values }.size(1)?),
    };
    in_reach(n, row.cols())?;
    row.row_repeated(n).map(Value::Frame)
};

pub const DROP_INVALID_TYPE: Evaluate = |op, values, _| {
    frame_of(op, values, 0)?.drop_invalid_types(&values[1].map_or(Ok(vec![]), types)?).map(Value::Frame)
};

pub const DROP_INVALID_LENGTH: Evaluate = |op, values, _| {
    let limits = match values[1] {
        Some(Value::Frame(f)) => f.numbers(op.row().name)?,
        Some(Value::Scalar(_)) => vec![Arguments { op, values }.number(1)?],
        _ => Arguments { op, values }.matrix(1)?.values.clone(),
    };
    frame_of(op, values, 0)?.drop_invalid_lengths(&limits).map(Value::Frame)
};

pub const VALUE_SWAP: Evaluate =
    |op, values, _| frame_of(op, values, 0)?.values_swapped(&values[1].map_or(Ok(vec![]), types)?).map(Value::Frame);
