//! Calls that stand for expressions of other operators: plans and sketches see those alone.

/// What a call is written out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Its argument: the format of a matrix is not the program's concern.
    Itself,
    /// `ppred(x, y, ">")`: the comparison.
    Comparison,
    /// `mean(X, weights)`: sum(X * weights) / sum(weights)
    WeightedMean,
    /// Products, transposes, sums and cell-wise products by the names of indexes.
    Einsum,
}

/// A name with arguments.
pub struct Expansion {
    pub names: &'static [&'static str],
    /// How many arguments it takes, at least and at most.
    pub arguments: (usize, usize),
    pub form: Form,
    pub signature: &'static str,
    pub doc: &'static str,
}

pub const EXPANSIONS: &[Expansion] = &[
    Expansion {
        names: &["mean", "avg"],
        arguments: (2, 2),
        form: Form::WeightedMean,
        signature: "mean(X, weights)",
        doc: "sum(X * weights) / sum(weights).",
    },
    Expansion {
        names: &["ppred"],
        arguments: (3, 3),
        form: Form::Comparison,
        signature: "ppred(x, y, op)",
        doc: "x > y, or another comparison that the string op names.",
    },
    Expansion {
        names: &["einsum"],
        arguments: (2, usize::MAX),
        form: Form::Einsum,
        signature: "einsum(\"ij,jk->ik\", A, B, ...)",
        doc: "The sums over the indexes that do not stand behind the arrow, of products of cells: written out as products, transposes, sums and cell-wise products. An operand with one index is a column vector, and so is a result; one without index is a scalar.",
    },
    Expansion {
        names: &["compress"],
        arguments: (1, 2),
        form: Form::Itself,
        signature: "compress(X)",
        doc: "X: formats are chosen by the plan.",
    },
    Expansion {
        names: &["decompress"],
        arguments: (1, 1),
        form: Form::Itself,
        signature: "decompress(X)",
        doc: "X: formats are chosen by the plan.",
    },
    Expansion {
        names: &["local"],
        arguments: (1, 1),
        form: Form::Itself,
        signature: "local(X)",
        doc: "X: there is one machine.",
    },
];
