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
    /// `setNames(F, names)`: as.frame(F, names)
    SetNames,
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
        names: &["setNames"],
        arguments: (2, 2),
        form: Form::SetNames,
        signature: "setNames(F, names)",
        doc: "The frame F with other names of its columns: `as.frame(F, names)`.",
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

/// A call that becomes blocks of a program: control flow and calls of functions.
pub struct BlockCall {
    pub name: &'static str,
    pub signature: &'static str,
    pub doc: &'static str,
}

pub const BLOCK_CALLS: &[BlockCall] = &[
    BlockCall {
        name: "eval",
        signature: "eval(name, ...)",
        doc: "The result of the function of a name, a text: one of the script, of a sourced file (\"ns::f\"), of a library, or a builtin. A single list of arguments, with or without names, stands for them. Numbers come as 1 x 1 matrices.",
    },
    BlockCall {
        name: "evalList",
        signature: "evalList(name, ...)",
        doc: "The results of the function of a name, in a list with their names.",
    },
    BlockCall { name: "exists", signature: "exists(x)", doc: "Whether a variable has a value." },
    BlockCall {
        name: "ifdef",
        signature: "ifdef($name, default)",
        doc: "An argument of the script, or a default if it is not given.",
    },
    BlockCall {
        name: "apply",
        signature: "apply(X, 1, x -> ...)",
        doc: "A function of each row (1) or column (2) of X, bound together. In place of x -> ... may stand the name of a function.",
    },
    BlockCall {
        name: "rexpand",
        signature: "rexpand(target = v, max = -1, dir = \"cols\", cast = TRUE, ignore = TRUE)",
        doc: "A row for each number of a column vector, with a one in the column that it names; with dir \"rows\" the transpose. There are max columns, or as many as the largest number; larger ones are left out. cast drops fractions, ignore leaves out what is below 1.",
    },
    BlockCall {
        name: "paramserv",
        signature: "paramserv(model = L, features = X, labels = Y, upd = \"f\", agg = \"g\", epochs = 1, batchsize = 64, k = 1, ...)",
        doc: "Trains a model, a list, in batches: upd(model, hyperparams, features, labels) gives gradients, agg(model, hyperparams, gradients) the next model. utype is \"ASP\" or \"BSP\", freq \"BATCH\", \"NBATCHES\" or \"EPOCH\", scheme \"DISJOINT_CONTIGUOUS\", \"DISJOINT_ROUND_ROBIN\", \"DISJOINT_RANDOM\" or \"OVERLAP_RESHUFFLE\"; modelAvg takes the mean of the workers' models.",
    },
];
