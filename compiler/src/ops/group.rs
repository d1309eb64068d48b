//! Which operators belong together, for documentation.

use super::Op;

/// What a group of operators is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: &'static str,
    pub title: &'static str,
}

macro_rules! groups {
    ($($constant:ident $name:literal $title:literal)+) => {
        $(const $constant: Group = Group { name: $name, title: $title };)+
        /// In the order in which they are listed.
        pub const GROUPS: &[Group] = &[$($constant),+];
    };
}

groups! {
    CELLWISE "cellwise" "functions of each cell"
    AGGREGATES "aggregates" "sums, extremes, means, running sums"
    PRODUCTS "products" "products, linear systems, factorizations"
    SHAPES "shapes" "transposes, parts, binding, sizes"
    GENERATORS "generators" "matrices out of nothing"
    SELECTION "selection" "tables, orders, what is selected by values"
    STATISTICS "statistics" "quantiles, moments, groups, distributions"
    LAYERS "layers" "images, layers of networks, Fourier transforms"
    LISTS "lists" "values in a row, with or without names"
    CONVERSION "conversion" "types and text"
    FRAMES "frames" "tables of named and typed columns, and their encodings"
    EFFECTS "effects" "files, output, time"
    MORE "more" "everything else"
}

impl Op {
    pub fn group(self) -> Group {
        use Op::*;
        match self {
            Unary(_) | Binary(_) | IfElse | Outer => CELLWISE,
            Aggregate(..) | Cumulative(_) | CumSumProd | RowCumSum => AGGREGATES,
            MatMul | Solve | Inverse | Cholesky | Determinant | SqrtMatrix | Eigen | Svd | Qr | Lu => PRODUCTS,
            Transpose | Reverse | Roll | Diag | CBind | RBind | RightIndex | LeftIndex | LowerTri | UpperTri | NRow
            | NCol | Length | NnzEstimate => SHAPES,
            Matrix | Rand | Seq | Sample => GENERATORS,
            Table | RemoveEmpty | Replace | Unique | Order | Contains | RowClassMeet => SELECTION,
            Quantile | InterQuantile | InterQuartileMean | Median | Moment | Covariance | Grouped
            | CountDistinct(_) | CountDistinctApprox | Probability(_) | Quantiles(_) => STATISTICS,
            Conv2d | Conv2dBackwardFilter | Conv2dBackwardData | MaxPool | MaxPoolBackward | AvgPool
            | AvgPoolBackward | BiasAdd | BiasMultiply | Lstm | LstmBackward | BatchNorm | BatchNormBackward
            | Fourier(_) => LAYERS,
            AsScalar | AsMatrix | AsInteger | AsDouble | AsLogical | ToString | Format => CONVERSION,
            List | AsList | Remove | Item | Element => LISTS,
            Frame | AsFrame | ColNames | TypeOf | DetectSchema | ApplySchema | DropInvalidType | DropInvalidLength
            | ValueSwap | FrameReplicate | Map | Tokenize | TransformEncode | TransformApply | TransformDecode
            | TransformColmap | TransformMeta | CategoricalMask => FRAMES,
            Print | Stop | Assert | Time | Read | ReadLibsvm | Write => EFFECTS,
            #[allow(unreachable_patterns)]
            _ => MORE,
        }
    }
}
