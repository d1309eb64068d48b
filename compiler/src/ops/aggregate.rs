//! Aggregates and cumulative operators.

/// What an aggregate runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// The whole matrix: a scalar.
    All,
    /// Each row: rows x 1.
    Row,
    /// Each column: 1 x cols.
    Col,
}

/// A fold of many cells into one. Over no cells: sum 0, product 1, min Inf, max -Inf, mean NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aggregate {
    Sum,
    /// Sum of squares: what `sum(X^2)` is rewritten to.
    SumSq,
    Mean,
    Min,
    Max,
    Prod,
    /// The sample variance, with n - 1; 0 for a single cell.
    Var,
    /// The square root of the sample variance.
    Sd,
    /// The 1-based position of the last largest cell of a row.
    IndexMax,
    /// The 1-based position of the last smallest cell of a row.
    IndexMin,
    /// The sum of the diagonal of a square matrix.
    Trace,
}

/// A running fold down each column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cumulative {
    Sum,
    Prod,
    Min,
    Max,
}
