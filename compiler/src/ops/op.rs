//! The operators of the language.

use crate::facts::Facts;

use super::{Aggregate, Binary, Cumulative, Direction, Family, Unary};

/// An operator: the key of a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    Unary(Unary),
    Binary(Binary),
    IfElse,
    /// `outer(u, v, "op")`: the function of each pair.
    Outer,
    Aggregate(Aggregate, Direction),
    Cumulative(Cumulative),
    MatMul,
    Transpose,
    Reverse,
    Diag,
    /// `matrix(v, rows, cols)`: a constant, a reshape or a literal in a string, by the type of v.
    Matrix,
    CBind,
    RBind,
    /// `X[r1:r2, c1:c2]`; an absent bound means from the first, or to the last.
    RightIndex,
    /// `X[r1:r2, c1:c2] = Y`
    LeftIndex,
    /// `table(i, j, w, rows, cols)`: how often, or with which weight, each pair occurs.
    Table,
    RemoveEmpty,
    Replace,
    Unique,
    Order,
    LowerTri,
    UpperTri,
    CumSumProd,
    RowCumSum,
    Solve,
    Inverse,
    Cholesky,
    Determinant,
    Conv2d,
    Conv2dBackwardFilter,
    Conv2dBackwardData,
    MaxPool,
    MaxPoolBackward,
    AvgPool,
    AvgPoolBackward,
    BiasAdd,
    BiasMultiply,
    /// `[w, V] = eigen(A)`
    Eigen,
    /// `[U, S, V] = svd(A)`
    Svd,
    /// `[H, R] = qr(A)`
    Qr,
    /// `[P, L, U] = lu(A)`
    Lu,
    Quantile,
    Median,
    Moment,
    Covariance,
    InterQuartileMean,
    /// The probability of values up to x, of a family, or of that which the argument `dist` names.
    Probability(Option<Family>),
    /// The x with a probability, likewise.
    Quantiles(Option<Family>),
    /// `countDistinct(X, dir)`, and for each row or column.
    CountDistinct(Direction),
    CountDistinctApprox,
    Contains,
    Roll,
    /// `aggregate(X, groups, fn)`: a function of the rows of each group.
    Grouped,
    /// `sample(range, size)`
    Sample,
    Rand,
    Seq,
    NRow,
    NCol,
    Length,
    NnzEstimate,
    AsScalar,
    AsMatrix,
    AsInteger,
    AsDouble,
    AsLogical,
    ToString,
    Print,
    Stop,
    Assert,
    Time,
    Read,
    ReadLibsvm,
    Write,
    /// `frame(data, rows, cols, schema)`
    Frame,
    AsFrame,
    ColNames,
    TypeOf,
    DetectSchema,
    ApplySchema,
    /// `[X, M] = transformencode(F, spec)`
    TransformEncode,
    TransformApply,
    TransformDecode,
    TransformColmap,
    TransformMeta,
    CategoricalMask,
    Tokenize,
    Map,
    FrameReplicate,
    DropInvalidType,
    DropInvalidLength,
    ValueSwap,
}

impl Op {
    /// The names of its results, if it has several: `[w, V] = eigen(A)`.
    pub fn results(self) -> &'static [&'static str] {
        match self {
            Op::ReadLibsvm => &["X", "y"],
            Op::Eigen => &["w", "V"],
            Op::Svd => &["U", "S", "V"],
            Op::Qr => &["H", "R"],
            Op::Lu => &["P", "L", "U"],
            Op::TransformEncode => &["X", "M"],
            _ => &[],
        }
    }

    /// It gives a value of the world.
    pub fn reads(self) -> bool {
        matches!(self, Op::Read | Op::TransformMeta)
    }

    /// What is known of one of its several results before it runs.
    pub fn result_facts(self, i: usize) -> Facts {
        match self {
            Op::TransformEncode if i == 1 => Facts::Frame { rows: None, cols: None },
            _ => Facts::matrix(None, None),
        }
    }

    /// Only the data tells the size of the result, if these arguments are given: a block ends after it.
    pub fn sized_by_data(self, is_given: impl Fn(usize) -> bool) -> bool {
        match self {
            Op::Table => !(is_given(3) && is_given(4)),
            Op::Grouped => !is_given(5),
            Op::RemoveEmpty | Op::Unique | Op::Read => true,
            Op::TransformApply | Op::TransformColmap | Op::TransformMeta | Op::CategoricalMask | Op::Tokenize => true,
            _ => false,
        }
    }
}
