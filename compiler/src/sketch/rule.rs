//! Which rule made a number: for explanations, never for decisions.

/// What a bound or an estimate of a number of nonzeros rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// Nothing: no fewer than none, no more than all cells.
    #[default]
    Trivial,
    /// The data, or metadata that count it.
    Counted,
    /// Metadata that declare it.
    Declared,
    /// The operator's rule on what is known of its operands.
    Operands,
    /// The counts of the rows or of the columns, summed.
    Counts,
    /// No row of the left or no column of the right factor has two nonzeros: no two products meet in a cell.
    NoCollision,
    /// As many cells as scalar multiplications.
    Multiplications,
    /// Nonempty rows of the left factor times nonempty columns of the right one.
    Rectangle,
    /// Every row is a union of rows of the right factor, every column one of columns of the left.
    Unions,
    /// The same, row by row as the leaves' rows are.
    LeafRows,
    /// Full rows of the left and full columns of the right factor.
    FullSlices,
    /// The largest outer product: its cells are distinct.
    LargestOuterProduct,
    /// A row and a column with more nonzeros together than there are inner positions meet.
    Pigeonhole,
    /// Outer products thrown at random into the cells where they can lie (MNC).
    OuterProducts,
    /// Classes of rows and columns of similar counts (DC-MNC).
    DegreeClasses,
    /// Degree classes, and what was counted of the leaf's products with itself.
    Walks,
    /// Some rows of the expression, counted.
    Probes,
    /// All rows of the expression, counted.
    AllRows,
}

impl Rule {
    /// In words, after "because of" or a colon.
    pub fn describe(self) -> &'static str {
        match self {
            Rule::Trivial => "no fewer than none, no more than all cells",
            Rule::Counted => "counted in the data",
            Rule::Declared => "declared by metadata",
            Rule::Operands => "follows from the operands",
            Rule::Counts => "sum of the counts of rows or columns",
            Rule::NoCollision => "one nonzero per row on the left or per column on the right: no two products meet",
            Rule::Multiplications => "as many cells as scalar multiplications",
            Rule::Rectangle => "nonempty rows times nonempty columns",
            Rule::Unions => "each row is a union of rows of the right factor",
            Rule::LeafRows => "unions of rows, as those of the data meet them",
            Rule::FullSlices => "full rows of the left and full columns of the right factor",
            Rule::LargestOuterProduct => "the largest outer product",
            Rule::Pigeonhole => "rows and columns that must meet (pigeonhole)",
            Rule::OuterProducts => "outer products at random (MNC)",
            Rule::DegreeClasses => "degree classes (DC-MNC)",
            Rule::Walks => "degree classes and the leaf's counted powers",
            Rule::Probes => "rows of the expression, sampled and counted",
            Rule::AllRows => "all rows of the expression, counted",
        }
    }
}

/// What each of the three numbers of an [`super::Nnz`] rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// Of the lower bound.
    pub lower: Rule,
    /// Of the estimate.
    pub estimate: Rule,
    /// Of the upper bound.
    pub upper: Rule,
}

impl Why {
    /// One rule for all three.
    pub fn all(rule: Rule) -> Why {
        Why { lower: rule, estimate: rule, upper: rule }
    }
}
