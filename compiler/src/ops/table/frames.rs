//! Operators of frames.

use super::{Line, ONE};
use crate::ops::Op;
use crate::ops::infer::frame;
use crate::ops::row::Default::{Absent, Required};
use crate::ops::row::{Effect, Parameter, Syntax};
use crate::reference as eval;

const FRAME: &[Parameter] = parameters!(["data"][shape "rows" = Absent][shape "cols" = Absent]["schema" = Absent]);

pub(super) const LINES: &[Line] = {
    use Effect::Pure;
    use Syntax::Call;
    &[
        (
            Op::Frame,
            "frame",
            &[],
            Call,
            FRAME,
            frame::FRAME,
            eval::frame::FRAME,
            Pure,
            "A frame of one value, or of the cells in a list, row by row. The cells are texts, unless a schema names the types of the columns: STRING, FP64, INT64, BOOLEAN.",
        ),
        (
            Op::AsFrame,
            "as.frame",
            &["castAsFrame"],
            Call,
            parameters!(["X"]["names" = Absent]),
            frame::AS_FRAME,
            eval::frame::AS_FRAME,
            Pure,
            "A frame of a matrix, a scalar or a list of scalars, with names of its columns.",
        ),
        (
            Op::ColNames,
            "colnames",
            &[],
            Call,
            ONE,
            frame::HEAD,
            eval::frame::COLNAMES,
            Pure,
            "The names of the columns of a frame, in a row.",
        ),
        (
            Op::TypeOf,
            "typeof",
            &[],
            Call,
            ONE,
            frame::HEAD,
            eval::frame::TYPEOF,
            Pure,
            "The types of the columns of a frame, in a row: STRING, FP64, INT64, BOOLEAN.",
        ),
        (
            Op::DetectSchema,
            "detectSchema",
            &[],
            Call,
            ONE,
            frame::HEAD,
            eval::frame::DETECT_SCHEMA,
            Pure,
            "The narrowest type that all cells of a column have, of each column, in a row.",
        ),
        (
            Op::ApplySchema,
            "applySchema",
            &[],
            Call,
            parameters!(["X"]["schema"]),
            frame::SAME_SHAPE,
            eval::frame::APPLY_SCHEMA,
            Pure,
            "The frame with columns of other types: a row as `detectSchema` gives it, a list, or names with commas.",
        ),
        (
            Op::TransformEncode,
            "transformencode",
            &[],
            Call,
            parameters!(["X"]["spec"]),
            frame::ENCODE,
            eval::transform::ENCODE,
            Pure,
            "The matrix of a frame, and the metadata that tell how it was made: [X, M] = transformencode(F, spec). A specification lists columns by position ({\"ids\": true, ...}) or name under recode, dummycode, bin, hash, impute and omit.",
        ),
        (
            Op::TransformApply,
            "transformapply",
            &[],
            Call,
            parameters!(["X"]["spec"]["meta"]["embedding" = Absent]),
            frame::APPLY,
            eval::transform::APPLY,
            Pure,
            "The matrix of another frame, made as the metadata of `transformencode` tell. Cells without a code are NaN, or zeros where there is a column for each code.",
        ),
        (
            Op::TransformDecode,
            "transformdecode",
            &[],
            Call,
            parameters!(["X"]["spec"]["meta"]),
            frame::DECODE,
            eval::transform::DECODE,
            Pure,
            "The frame that a matrix was made of, as the metadata of `transformencode` tell.",
        ),
        (
            Op::TransformColmap,
            "transformcolmap",
            &[],
            Call,
            parameters!(["X"]["spec"]),
            frame::COLMAP,
            eval::transform::COLMAP,
            Pure,
            "Of each column of a frame, by its metadata: its number, and the first and last column that it becomes.",
        ),
        (
            Op::CategoricalMask,
            "getCategoricalMask",
            &[],
            Call,
            parameters!(["X"]["spec"]),
            frame::MASK,
            eval::transform::MASK,
            Pure,
            "A row with 1 for each column of an encoded matrix that tells a category, by its metadata, else 0.",
        ),
    ]
};
