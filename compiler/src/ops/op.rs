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
    InterQuantile,
    /// `[out, c] = lstm(...)`
    Lstm,
    LstmBackward,
    /// `[out, ema_mean, ema_var, cache_mean, cache_inv_var] = batch_norm2d(...)`
    BatchNorm,
    BatchNormBackward,
    /// `[re, im] = fft(X)` and its like.
    Fourier(Fourier),
    SqrtMatrix,
    /// `[N, R] = rowClassMeet(A, B)`
    RowClassMeet,
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
    /// `list(a, b)`, `list(k = v)`: of each value the name, if it has one, and the value.
    List,
    /// The value of a list of one; anything else is itself. It stands where a list of one is used as its value.
    Item,
    /// What `for (x in X)` takes: of a matrix with one column the cell, of a list the value.
    Element,
    AsList,
    /// `[L2, x] = remove(L, i)`
    Remove,
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
    /// `format("%d of %s", i, s)`: what `print` would write.
    Format,
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

/// What is transformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fourier {
    Matrix,
    MatrixInverse,
    Rows,
    RowsInverse,
    /// Windows of each row.
    Frames,
}

impl Op {
    /// The names of its results, if it has several: `[w, V] = eigen(A)`.
    pub fn results(self) -> &'static [&'static str] {
        match self {
            Op::ReadLibsvm => &["X", "y"],
            Op::Remove => &["L", "x"],
            Op::Eigen => &["w", "V"],
            Op::Svd => &["U", "S", "V"],
            Op::Qr => &["H", "R"],
            Op::Lu => &["P", "L", "U"],
            Op::Lstm => &["out", "c", "cache_out", "cache_c", "cache_ifog"],
            Op::LstmBackward => &["dX", "dW", "db", "dout0", "dc0"],
            Op::BatchNorm => &["out", "ema_mean", "ema_var", "cache_mean", "cache_inv_var"],
            Op::BatchNormBackward => &["dX", "dgamma", "dbeta"],
            Op::Fourier(_) => &["re", "im"],
            Op::RowClassMeet => &["N", "R"],
            Op::TransformEncode => &["X", "M"],
            _ => &[],
        }
    }

    /// It gives a value of the world.
    pub fn reads(self) -> bool {
        matches!(self, Op::Read | Op::TransformMeta)
    }

    /// Whether so many of its results may be asked for: all, or without the caches of a layer.
    pub fn gives(self, results: usize) -> bool {
        results == self.results().len() || self == Op::Lstm && results == 2
    }

    /// What is known of one of its several results before it runs.
    pub fn result_facts(self, i: usize) -> Facts {
        match self {
            Op::TransformEncode if i == 1 => Facts::Frame { rows: None, cols: None },
            Op::Remove => Facts::List { length: if i == 1 { Some(1) } else { None } },
            _ => Facts::matrix(None, None),
        }
    }

    /// Only the data tells the size of the result, if these arguments are given: a block ends after it.
    pub fn sized_by_data(self, is_given: impl Fn(usize) -> bool) -> bool {
        match self {
            Op::Table => !(is_given(3) && is_given(4)),
            Op::Grouped => !is_given(5),
            Op::RemoveEmpty | Op::Unique | Op::InterQuantile | Op::Read => true,
            Op::TransformApply | Op::TransformColmap | Op::TransformMeta | Op::CategoricalMask | Op::Tokenize => true,
            _ => false,
        }
    }
}
