//! Frames: the rules of their own operators, and of those that take matrices or frames.

use super::{Infer, Mismatch, article, dimension, number, required, string};
use crate::facts::{Dim, Facts, Values};
use crate::frame::lambda::Lambda;
use crate::frame::{is_comparison, types_of};
use crate::ops::{Op, ScalarType, Unary};

/// The rule of an operator that takes matrices, applied to a frame; `None` if no frame is among the arguments, or where the
/// operator does not take one.
pub(super) fn overloaded(op: Op, args: &[Option<&Facts>]) -> Option<Result<Facts, Mismatch>> {
    let first = args.iter().flatten().position(|a| matches!(a, Facts::Frame { .. }))?;
    let (rows, cols) = frame(args[first]?)?;
    Some(match op {
        Op::NRow => Ok(count(rows)),
        Op::NCol => Ok(count(cols)),
        Op::Length => Ok(count(rows.zip(cols).map(|(r, c)| r.saturating_mul(c)))),
        Op::AsMatrix => Ok(Facts::matrix(rows, cols)),
        Op::AsScalar | Op::AsInteger | Op::AsDouble | Op::AsLogical => one_cell(op, rows, cols),
        Op::RightIndex if first == 0 => right_index(op, args, (rows, cols)),
        Op::LeftIndex if first == 0 => left_index(op, args, (rows, cols)),
        Op::CBind | Op::RBind if !matches!(args[0], Some(Facts::List { .. })) => bind(op, args),
        Op::RemoveEmpty if first == 0 => remove_empty(op, args, (rows, cols)),
        Op::Replace if first == 0 => Ok(Facts::Frame { rows, cols }),
        Op::Reverse => Ok(Facts::Frame { rows, cols }),
        Op::Order if first == 0 => order(op, args, (rows, cols)),
        Op::Unique if first == 0 => {
            super::select::word(op, args, 1, &["rc", "r"]).map(|_| Facts::Frame { rows: None, cols })
        }
        Op::Unary(Unary::IsNa) => Ok(Facts::matrix(rows, cols).with_values(true, Values::ONE)),
        Op::Binary(f) if is_comparison(f) && args.len() == 2 => compared(op, args),
        _ => return None,
    })
}

fn frame(facts: &Facts) -> Option<(Dim, Dim)> {
    match facts {
        Facts::Frame { rows, cols } => Some((*rows, *cols)),
        _ => None,
    }
}

fn count(n: Dim) -> Facts {
    Facts::Scalar { ty: Some(ScalarType::Int), value: n.map(|n| (n as i64).into()) }
}

fn one_cell(op: Op, rows: Dim, cols: Dim) -> Result<Facts, Mismatch> {
    if rows.is_some_and(|r| r != 1) || cols.is_some_and(|c| c != 1) {
        let shape = Facts::Frame { rows, cols }.describe();
        return Err(Mismatch::new("E0308", format!("`{}` needs a 1 x 1 frame", op.row().name))
            .label(0, format!("this is {}", article(&shape)))
            .help("index a cell first: `as.scalar(F[1, 1])`"));
    }
    let ty = if op == Op::AsScalar { None } else { Some(super::effect::cast_type(op)) };
    Ok(Facts::Scalar { ty, value: None })
}

fn size(op: Op, args: &[Option<&Facts>], first: usize, (rows, cols): (Dim, Dim), extent: Dim) -> Result<Dim, Mismatch> {
    let by_column = first >= 3 && (first == 3) == (op == Op::RightIndex);
    // By the name of a column.
    if by_column && args[first].is_some_and(|a| a.scalar_type() == Some(ScalarType::Str)) {
        return Ok(Some(1));
    }
    let shape = Facts::Frame { rows, cols }.describe();
    let what = if by_column { "column" } else { "row" };
    Ok(super::index::part(op, args, first, extent, &shape, what)?.size)
}

fn right_index(op: Op, args: &[Option<&Facts>], (rows, cols): (Dim, Dim)) -> Result<Facts, Mismatch> {
    let r = size(op, args, 1, (rows, cols), rows)?;
    Ok(Facts::Frame { rows: r, cols: size(op, args, 3, (rows, cols), cols)? })
}

fn left_index(op: Op, args: &[Option<&Facts>], (rows, cols): (Dim, Dim)) -> Result<Facts, Mismatch> {
    let (r, c) = (size(op, args, 2, (rows, cols), rows)?, size(op, args, 4, (rows, cols), cols)?);
    let source = match required(args, 1) {
        Facts::Frame { rows, cols } => (*rows, *cols),
        Facts::Matrix(m) => (m.rows, m.cols),
        Facts::Scalar { .. } | Facts::Unknown => (None, None),
        other => return Err(super::collection(op, 1, other)),
    };
    let differs = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    if differs(source.0, r) || differs(source.1, c) {
        let dim = |d: Dim| d.map_or("?".into(), |n| n.to_string());
        let found = required(args, 1).describe();
        let message = format!("{} can not fill {} x {} cells", article(&found), dim(r), dim(c));
        return Err(Mismatch::new("E0306", message).label(1, format!("this is {}", article(&found))));
    }
    Ok(Facts::Frame { rows, cols })
}

/// Matrices among frames are bound as frames.
fn bind(op: Op, args: &[Option<&Facts>]) -> Result<Facts, Mismatch> {
    let by_column = op == Op::CBind;
    let mut bound: Option<(Dim, Dim)> = None;
    for i in 0..args.len() {
        let (rows, cols) = match required(args, i) {
            Facts::Frame { rows, cols } => (*rows, *cols),
            Facts::Matrix(m) => (m.rows, m.cols),
            Facts::Scalar { .. } => (Some(1), Some(1)),
            _ => return Ok(Facts::Frame { rows: None, cols: None }),
        };
        let Some((r, c)) = bound else {
            bound = Some((rows, cols));
            continue;
        };
        let (a, b) = if by_column { (r, rows) } else { (c, cols) };
        if a.zip(b).is_some_and(|(a, b)| a != b) {
            let what = if by_column { "rows" } else { "columns" };
            let (first, other) = (required(args, 0).describe(), required(args, i).describe());
            let message = format!("`{}` can not bind {first} and {other}: numbers of {what} differ", op.row().name);
            return Err(Mismatch::new("E0305", message)
                .label(0, format!("this is {}", article(&first)))
                .label(i, format!("this is {}", article(&other))));
        }
        let sum = |x: Dim, y: Dim| x?.checked_add(y?);
        bound = Some(if by_column { (a.or(b), sum(c, cols)) } else { (sum(r, rows), a.or(b)) });
    }
    let (rows, cols) = bound.unwrap_or((None, None));
    Ok(Facts::Frame { rows, cols })
}

/// By the number or the name of a column, or by a vector of numbers.
fn order(op: Op, args: &[Option<&Facts>], (rows, cols): (Dim, Dim)) -> Result<Facts, Mismatch> {
    let by = match args[1] {
        Some(Facts::Matrix(_)) => None,
        Some(by) if by.scalar_type() == Some(ScalarType::Str) => None,
        None => Some(1.0),
        Some(_) => number(op, args, 1)?,
    };
    if let (Some(by), Some(n)) = (by, cols)
        && !(1.0..n as f64 + 1.0).contains(&by)
    {
        let shape = Facts::Frame { rows, cols }.describe();
        return Err(Mismatch::new("E0501", format!("`order` by column {by} of a {shape}"))
            .label(if args[1].is_some() { 1 } else { 0 }, format!("columns run from 1 to {n}")));
    }
    number(op, args, 2)?;
    let index = if args[3].is_none() { Some(0.0) } else { number(op, args, 3)? };
    Ok(match index.map(|x| x != 0.0) {
        Some(true) => Facts::matrix(rows, Some(1)),
        Some(false) => Facts::Frame { rows, cols },
        None => Facts::Unknown,
    })
}

fn remove_empty(op: Op, args: &[Option<&Facts>], (rows, cols): (Dim, Dim)) -> Result<Facts, Mismatch> {
    let margin = super::select::word(op, args, 1, &["rows", "cols"])?;
    number(op, args, 3)?;
    let select = if args[2].is_some() { super::matrix(op, args, 2)? } else { None };
    let Some(margin) = margin else { return Ok(Facts::Frame { rows: None, cols: None }) };
    let by_row = margin == "rows";
    if let (Some(n), Some(s)) = (if by_row { rows } else { cols }, select)
        && let (Some(r), Some(c)) = (s.rows, s.cols)
        && ![(n, 1), (1, n)].contains(&(r, c))
    {
        let message = format!("`select` is a vector with a cell for each of the {n} {margin}");
        return Err(Mismatch::new("E0301", message).label(2, format!("this is {}", s.shape())));
    }
    Ok(if by_row { Facts::Frame { rows: None, cols } } else { Facts::Frame { rows, cols: None } })
}

fn compared(op: Op, args: &[Option<&Facts>]) -> Result<Facts, Mismatch> {
    match (required(args, 0), required(args, 1)) {
        (Facts::Frame { rows: a, cols: b }, Facts::Frame { rows: c, cols: d }) => {
            let differs = |a: &Dim, b: &Dim| a.zip(*b).is_some_and(|(a, b)| a != b);
            if differs(a, c) || differs(b, d) {
                let (first, other) = (required(args, 0).describe(), required(args, 1).describe());
                let message = format!("`{}` can not compare a {first} with a {other}", op.row().name);
                return Err(Mismatch::new("E0301", message)
                    .label(0, format!("this is a {first}"))
                    .label(1, format!("this is a {other}")));
            }
            Ok(Facts::Frame { rows: a.or(*c), cols: b.or(*d) })
        }
        (Facts::Frame { rows, cols }, Facts::Scalar { .. }) | (Facts::Scalar { .. }, Facts::Frame { rows, cols }) => {
            Ok(Facts::Frame { rows: *rows, cols: *cols })
        }
        (Facts::Unknown, _) | (_, Facts::Unknown) => Ok(Facts::Unknown),
        (Facts::Frame { .. }, other) | (other, _) => {
            Err(Mismatch::new("E0210", format!("`{}` compares frames with frames and scalars", op.row().name))
                .label(
                    usize::from(!matches!(required(args, 0), Facts::Matrix(_))),
                    format!("this is {}", article(&other.describe())),
                )
                .help("`as.frame(X)` makes a frame of a matrix"))
        }
    }
}

/// An argument that must be a frame.
pub(super) fn needed(op: Op, args: &[Option<&Facts>], i: usize) -> Result<(Dim, Dim), Mismatch> {
    match required(args, i) {
        Facts::Frame { rows, cols } => Ok((*rows, *cols)),
        Facts::Unknown => Ok((None, None)),
        other => Err(Mismatch::new("E0233", format!("`{}` needs a frame", op.row().name))
            .label(i, format!("this is {}", article(&other.describe())))
            .help("`as.frame(X)` makes a frame of a matrix or a scalar")),
    }
}

/// `frame(data, rows, cols, schema)`
pub const FRAME: Infer = |op, args| {
    let (rows, cols) = (dimension(op, args, 1)?, dimension(op, args, 2)?);
    let known = |i: usize, usual: u64, d: Dim| if args[i].is_none() { Some(usual) } else { d };
    types(op, args, 3)?;
    let (given, cells) = match required(args, 0) {
        Facts::Matrix(m) => ((None, None), m.cells().zip(rows.zip(cols))),
        Facts::Frame { rows, cols } => ((*rows, *cols), None),
        Facts::List { length } => ((None, None), length.filter(|n| *n != 1 && Some(*n) != cols).zip(rows.zip(cols))),
        _ => ((None, None), None),
    };
    let differs = |a: Dim, b: Dim| a.zip(b).is_some_and(|(a, b)| a != b);
    if differs(given.0, rows) || differs(given.1, cols) || cells.is_some_and(|(n, (r, c))| r.checked_mul(c) != Some(n))
    {
        let found = required(args, 0).describe();
        let wanted = Facts::Frame { rows, cols }.describe();
        return Err(Mismatch::new("E0304", format!("{} can not be made of {}", article(&wanted), article(&found)))
            .label(0, format!("this is {}", article(&found))));
    }
    Ok(match required(args, 0) {
        Facts::Frame { rows, cols } => Facts::Frame { rows: *rows, cols: *cols },
        Facts::Matrix(m) => {
            let either = |i: usize, of: Dim, given: Dim| if args[i].is_none() { of } else { given };
            Facts::Frame { rows: either(1, m.rows, rows), cols: either(2, m.cols, cols) }
        }
        Facts::List { .. } | Facts::Unknown => Facts::Frame { rows: None, cols: None },
        Facts::Scalar { .. } => Facts::Frame { rows: known(1, 1, rows), cols: known(2, 1, cols) },
    })
};

/// Names of types, where they are known.
fn types(op: Op, args: &[Option<&Facts>], i: usize) -> Result<(), Mismatch> {
    match args[i] {
        Some(facts @ Facts::Scalar { .. }) => {
            let text = match facts.scalar_type() {
                Some(ScalarType::Str) | None => string(op, args, i)?,
                Some(_) => return string(op, args, i).map(drop),
            };
            text.map_or(Ok(()), |text| types_of(text).map(drop)).map_err(|m| m.label(i, "in this"))
        }
        Some(matrix @ Facts::Matrix(_)) => {
            Err(Mismatch::new("E0212", format!("`{}` needs names of types", op.row().name))
                .label(i, format!("this is {}", article(&matrix.describe()))))
        }
        _ => Ok(()),
    }
}

/// A frame of the shape of the first, by the types of a schema.
pub const BY_TYPES: Infer = |op, args| {
    types(op, args, 1)?;
    SAME_SHAPE(op, args)
};

/// `as.frame(X)`
pub const AS_FRAME: Infer = |_, args| {
    Ok(match required(args, 0) {
        Facts::Matrix(m) => Facts::Frame { rows: m.rows, cols: m.cols },
        Facts::Scalar { .. } => Facts::Frame { rows: Some(1), cols: Some(1) },
        Facts::Frame { rows, cols } => Facts::Frame { rows: *rows, cols: *cols },
        _ => Facts::Frame { rows: None, cols: None },
    })
};

/// A row with a cell for each column: names, types.
pub const HEAD: Infer = |op, args| Ok(Facts::Frame { rows: Some(1), cols: needed(op, args, 0)?.1 });

/// A frame of the shape of the first.
pub const SAME_SHAPE: Infer = |op, args| {
    let (rows, cols) = needed(op, args, 0)?;
    Ok(Facts::Frame { rows, cols })
};

/// Two results, a matrix and a frame: which facts belong to which is the business of the block that has them.
pub const ENCODE: Infer = |op, args| {
    needed(op, args, 0)?;
    string(op, args, 1)?;
    Ok(Facts::Unknown)
};

/// `transformapply(F, spec, M, embedding)`: how many codes there are, only the metadata tell.
pub const APPLY: Infer = |op, args| {
    needed(op, args, 0)?;
    string(op, args, 1)?;
    needed(op, args, 2)?;
    if args[3].is_some() {
        super::matrix(op, args, 3)?;
    }
    Ok(Facts::matrix(None, None))
};

/// `transformdecode(X, spec, M)`
pub const DECODE: Infer = |op, args| {
    let x = super::matrix(op, args, 0)?;
    string(op, args, 1)?;
    Ok(Facts::Frame { rows: x.and_then(|x| x.rows), cols: needed(op, args, 2)?.1 })
};

/// `transformcolmap(M, spec)`
pub const COLMAP: Infer = |op, args| {
    string(op, args, 1)?;
    Ok(Facts::matrix(needed(op, args, 0)?.1, Some(3)).with_values(true, Values::UNKNOWN))
};

/// `getCategoricalMask(M, spec)`
pub const MASK: Infer = |op, args| {
    string(op, args, 1)?;
    needed(op, args, 0)?;
    Ok(Facts::matrix(Some(1), None).with_values(true, Values::ONE))
};

/// `map(F, function, margin)`: what a function gives of rows, only it tells.
pub const MAP: Infer = |op, args| {
    let (rows, cols) = needed(op, args, 0)?;
    let function = string(op, args, 1)?;
    let function = function.map(Lambda::parse).transpose().map_err(|m| m.label(1, "in this function"))?;
    let margin = if args[2].is_none() { Some(0.0) } else { number(op, args, 2)? };
    if let Some(other) = margin.filter(|m| ![0.0, 1.0, 2.0].contains(m)) {
        let message = format!("`map` knows no margin {}", crate::ops::format_double(other));
        return Err(Mismatch::new("E0213", message).label(2, "0 for cells, 1 for rows, 2 for columns"));
    }
    let arity = function.as_ref().map_or(1, Lambda::arity);
    if arity > 2 || arity == 2 && margin.is_some_and(|m| m != 0.0) {
        let message = format!("`map` takes a function of one cell, or of a pair of cells, not of {arity}");
        return Err(Mismatch::new("E0517", message).label(1, "this function"));
    }
    if arity == 2 && cols.is_some_and(|c| c != 1) {
        let found = required(args, 0).describe();
        return Err(Mismatch::new("E0303", "`map` of pairs takes one column").label(0, format!("this is a {found}")));
    }
    Ok(match (function.map(|f| f.arity()), margin) {
        (Some(1), Some(0.0)) => Facts::Frame { rows, cols },
        (Some(2), Some(0.0)) => Facts::Frame { rows, cols: rows },
        _ => Facts::Frame { rows: None, cols: None },
    })
};

/// `tokenize(F, spec, max_tokens)`
pub const TOKENIZE: Infer = |op, args| {
    needed(op, args, 0)?;
    string(op, args, 1)?;
    number(op, args, 2)?;
    Ok(Facts::Frame { rows: None, cols: None })
};

/// `freplicate(F, row)`, or `freplicate(row, n)`
pub const REPLICATE: Infer = |op, args| {
    let (rows, cols) = needed(op, args, 0)?;
    let row = if let Facts::Frame { rows, .. } = required(args, 1) { (1, *rows) } else { (0, rows) };
    if row.1.is_some_and(|r| r != 1) && !matches!(required(args, 1), Facts::Unknown) {
        let found = required(args, row.0).describe();
        let message = "`freplicate` repeats a frame of one row";
        return Err(Mismatch::new("E0303", message).label(row.0, format!("this is a {found}")));
    }
    Ok(match required(args, 1) {
        Facts::Frame { cols, .. } => Facts::Frame { rows, cols: *cols },
        Facts::Unknown => Facts::Frame { rows: None, cols: None },
        _ => Facts::Frame { rows: dimension(op, args, 1)?, cols },
    })
};

/// `transformmeta(spec, file)`
pub const META: Infer = |op, args| {
    string(op, args, 0)?;
    string(op, args, 1)?;
    Ok(Facts::Frame { rows: None, cols: None })
};
