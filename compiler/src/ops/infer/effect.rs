//! Shape queries, casts, text, files and the world.

use super::{Infer, Mismatch, article, collection, dimension, matrix, number, required, string};
use crate::facts::Facts;
use crate::ops::{Op, Scalar, ScalarType};
use crate::sketch::{Nnz, Sketch};

/// `nrow(X)`, `ncol(X)`, `length(X)`: a literal as soon as the shape is known.
pub const DIMENSION: Infer = |op, args| {
    if let Some(done) = super::frame::overloaded(op, args) {
        return done;
    }
    if let Facts::List { length } = required(args, 0) {
        let length = if op == Op::NCol { Some(1) } else { *length };
        return Ok(Facts::Scalar { ty: Some(ScalarType::Int), value: length.map(|n| Scalar::Int(n as i64)) });
    }
    let dim = matrix(op, args, 0)?.and_then(|m| match op {
        Op::NRow => m.rows,
        Op::NCol => m.cols,
        _ => m.cells(),
    });
    Ok(Facts::Scalar { ty: Some(ScalarType::Int), value: dim.map(|n| Scalar::Int(n as i64)) })
};

/// Three numbers; which ones is known when the block is planned.
pub const NNZ_ESTIMATE: Infer = |op, args| {
    matrix(op, args, 0)?;
    Ok(Facts::sketched(Sketch::uniform(1, 3, Nnz::unknown(3)), true))
};

pub const AS_SCALAR: Infer = |op, args| match required(args, 0) {
    Facts::Matrix(m) => {
        if m.rows.is_some_and(|r| r != 1) || m.cols.is_some_and(|c| c != 1) {
            return Err(Mismatch::new("E0308", "`as.scalar` needs a 1 x 1 matrix")
                .label(0, format!("this is {}", m.shape()))
                .help("index a cell first: `as.scalar(X[1, 1])`"));
        }
        Ok(Facts::scalar(ScalarType::Double))
    }
    Facts::Unknown => Ok(Facts::Scalar { ty: None, value: None }),
    scalar @ Facts::Scalar { .. } => Ok(scalar.clone()),
    other => super::frame::overloaded(op, args).unwrap_or_else(|| Err(collection(op, 0, other))),
};

/// `as.integer(x)` and its like, also of a 1 x 1 matrix.
pub const CAST: Infer = |op, args| {
    let to = cast_type(op);
    let x = AS_SCALAR(op, args)?;
    let value = x.value().map(|v| {
        v.cast(to).ok_or_else(|| {
            Mismatch::new("E0503", format!("`{}` can not make a value of \"{v}\"", op.row().name)).label(0, "of this")
        })
    });
    Ok(Facts::Scalar { ty: Some(to), value: value.transpose()? })
};

/// The type that a cast makes.
pub fn cast_type(op: Op) -> ScalarType {
    match op {
        Op::AsInteger => ScalarType::Int,
        Op::AsLogical => ScalarType::Bool,
        _ => ScalarType::Double,
    }
}

pub const TO_STRING: Infer = |op, args| {
    for i in [1, 2, 3, 4] {
        number(op, args, i)?;
    }
    string(op, args, 5)?;
    string(op, args, 6)?;
    Ok(Facts::scalar(ScalarType::Str))
};

/// `print(x)`, or a format and its arguments.
pub const PRINT: Infer = |op, args| {
    if args.len() > 1 {
        let several =
            "join values with `+`, as in `print(x + \" \" + y)`, or begin with a format, `print(\"%d of %s\", n, s)`";
        string(op, args, 0).map_err(|e| e.help(several))?;
        for i in 1..args.len() {
            let facts = required(args, i);
            if facts.is_matrix() || facts.is_collection() {
                return Err(Mismatch::new("E0211", "a format takes scalars")
                    .label(i, format!("this is {}", article(&facts.describe())))
                    .help("`toString(X)` makes text of it"));
            }
        }
    }
    Ok(Facts::Unknown)
};

/// A format and its arguments.
pub const FORMAT: Infer = |op, args| {
    string(op, args, 0)?;
    PRINT(op, args)?;
    Ok(Facts::scalar(ScalarType::Str))
};

pub const STOP: Infer = |_, args| match required(args, 0) {
    Facts::Scalar { .. } | Facts::Unknown => Ok(Facts::Unknown),
    other => {
        let what = format!("this is {}", article(&other.describe()));
        Err(Mismatch::new("E0212", "`stop` needs a text").label(0, what))
    }
};

pub const ASSERT: Infer = |op, args| {
    number(op, args, 0)?;
    Ok(Facts::Unknown)
};

pub const TIME: Infer = |_, _| Ok(Facts::scalar(ScalarType::Int));

/// What a file holds is known only when it is read, or from its metadata (see `program::Catalog`): even whether it is a
/// matrix, unless the arguments say so.
pub const READ: Infer = |op, args| {
    string(op, args, 0)?;
    let (rows, cols) = (dimension(op, args, 2)?, dimension(op, args, 3)?);
    // Where the script does not tell, the metadata beside the file do.
    Ok(match string(op, args, 4)? {
        Some("scalar") => Facts::Scalar { ty: None, value: None },
        Some("frame") => Facts::Frame { rows, cols },
        Some(_) => Facts::matrix(rows, cols),
        None => Facts::Unknown,
    })
};

/// Two results: which facts belong to which is the business of the block that has them.
pub const READ_LIBSVM: Infer = |op, args| {
    string(op, args, 0)?;
    Ok(Facts::Unknown)
};

pub const WRITE: Infer = |op, args| {
    string(op, args, 1)?;
    string(op, args, 2)?;
    Ok(Facts::Unknown)
};
