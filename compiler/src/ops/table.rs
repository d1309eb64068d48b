//! The table itself: one row per operator. Adding a row adds the builtin, its checks, its documentation and its
//! generated tests.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::infer::{Infer, aggregate, cellwise, effect, generate, index, product, reorganize};
use super::row::{Default, Effect, Parameter, Row, Syntax};
use super::{Aggregate, Binary, Cumulative, Direction, Op, Unary};
use crate::reference as eval;
use Default::{Absent, Bool, Double, Int, Required, Str};

/// A parameter: `X`, with a default `rows = Int(1)`; one whose value decides the shape is marked `shape`, one that
/// takes lists `list`.
macro_rules! parameters {
    (@one $name:literal $(= $default:expr)?) => { parameters!(@row $name, false, false $(, $default)?) };
    (@one shape $name:literal $(= $default:expr)?) => { parameters!(@row $name, true, false $(, $default)?) };
    (@one list $name:literal $(= $default:expr)?) => { parameters!(@row $name, false, true $(, $default)?) };
    (@row $name:literal, $shapes:literal, $lists:literal) => { parameters!(@row $name, $shapes, $lists, Required) };
    (@row $name:literal, $shapes:literal, $lists:literal, $default:expr) => {
        Parameter { name: $name, default: $default, shapes: $shapes, lists: $lists }
    };
    ($([$($p:tt)+])*) => { &[$(parameters!(@one $($p)+)),*] };
}

mod frames;
mod images;
mod laws;
mod layers;
mod lists;
mod values;

const ONE: &[Parameter] = parameters!(["X"]);
const ONE_OR_LIST: &[Parameter] = parameters!([list "X"]);
const TWO: &[Parameter] = parameters!(["x"]["y"]);
const BOUNDS_READ: &[Parameter] = parameters!(
    [list "X"] [shape "row_from" = Absent] [shape "row_to" = Absent] [shape "col_from" = Absent] [shape "col_to" = Absent]);
const BOUNDS_WRITE: &[Parameter] = parameters!(
    [list "X"] [list "Y"] [shape "row_from" = Absent] [shape "row_to" = Absent] [shape "col_from" = Absent] [shape "col_to" = Absent]);
const TEXT: &[Parameter] = parameters!(
    [list "target"]["rows" = Int(100)]["cols" = Int(100)]["decimal" = Int(3)]["sparse" = Bool(false)]["sep" = Str(" ")]
        ["linesep" = Str("\n")]
);
const RAND: &[Parameter] = parameters!(
    [shape "rows" = Int(1)] [shape "cols" = Int(1)] ["min" = Double(0.0)] ["max" = Double(1.0)] ["sparsity" = Double(1.0)]
    ["pdf" = Str("uniform")] ["lambda" = Double(1.0)] ["seed" = Int(-1)]);
const READ: &[Parameter] = parameters!(
    ["file"] ["format" = Absent] [shape "rows" = Absent] [shape "cols" = Absent] ["data_type" = Absent] ["value_type" = Absent]
    ["header" = Absent] ["sep" = Absent] ["fill" = Absent] ["default" = Absent] ["naStrings" = Absent]
    ["nnz" = Absent] ["description" = Absent] ["schema" = Absent] ["rows_in_block" = Absent] ["cols_in_block" = Absent]
    ["indSep" = Absent] ["dataset" = Absent]);
const WRITE: &[Parameter] = parameters!(
    [list "X"]["file"]["format" = Absent]["header" = Absent]["sep" = Absent]["sparse" = Absent]["description" = Absent]
);

/// op, name, aliases, syntax, parameters, inference, meaning, effect, documentation
type Line = (
    Op,
    &'static str,
    &'static [&'static str],
    Syntax,
    &'static [Parameter],
    Infer,
    eval::Evaluate,
    Effect,
    &'static str,
);

const LINES: &[Line] = {
    use Effect::{Fresh, Pure, World};
    use Op::*;
    use Syntax::{Call, Grammar};
    &[
        (MatMul, "%*%", &[], Grammar, TWO, product::MATMUL, eval::product::MATMUL, Pure, "The matrix product."),
        (Transpose, "t", &[], Call, ONE, reorganize::TRANSPOSE, eval::reorganize::TRANSPOSE, Pure, "The transpose."),
        (
            Reverse,
            "rev",
            &[],
            Call,
            ONE,
            reorganize::REVERSE,
            eval::reorganize::REVERSE,
            Pure,
            "The rows in reverse order.",
        ),
        (
            Diag,
            "diag",
            &[],
            Call,
            ONE,
            reorganize::DIAG,
            eval::reorganize::DIAG,
            Pure,
            "The diagonal matrix of a column vector, or the diagonal of a square matrix as a column vector.",
        ),
        (
            CBind,
            "cbind",
            &["append"],
            Call,
            parameters!([list "A"]),
            reorganize::BIND,
            eval::reorganize::BIND,
            Pure,
            "Matrices side by side, also those of a list; a list with further values at its end; two texts as two lines.",
        ),
        (
            RBind,
            "rbind",
            &[],
            Call,
            parameters!([list "A"]),
            reorganize::BIND,
            eval::reorganize::BIND,
            Pure,
            "Matrices one below the other, also those of a list.",
        ),
        (
            Matrix,
            "matrix",
            &[],
            Call,
            parameters!(["data"] [shape "rows"] [shape "cols"] [shape "byrow" = Bool(true)]),
            generate::MATRIX,
            eval::generate::MATRIX,
            Pure,
            "A matrix of one value, of the numbers in a string, or another matrix reshaped.",
        ),
        (
            Rand,
            "rand",
            &["Rand"],
            Call,
            RAND,
            generate::RAND,
            eval::generate::RAND,
            Fresh,
            "A matrix of random numbers: \"uniform\" between min and max, \"normal\", or \"poisson\" with mean lambda. Equal seeds give equal matrices; -1 takes a new seed each time.",
        ),
        (
            Seq,
            "seq",
            &[],
            Call,
            parameters!([shape "from"] [shape "to"] [shape "incr" = Absent]),
            generate::SEQ,
            eval::generate::SEQ,
            Pure,
            "The column vector from, from + incr, ... up to and including to; incr is 1 or -1 if not given.",
        ),
        (
            AsMatrix,
            "as.matrix",
            &[],
            Call,
            ONE_OR_LIST,
            generate::AS_MATRIX,
            eval::scalar::AS_MATRIX,
            Pure,
            "A 1 x 1 matrix of a scalar, the matrix in a list, a column of the scalars in a list.",
        ),
        (
            IfElse,
            "ifelse",
            &[],
            Call,
            parameters!(["test"]["yes"]["no"]),
            cellwise::IF_ELSE,
            eval::cellwise::IF_ELSE,
            Pure,
            "Cell by cell, yes where test is not 0, else no.",
        ),
        (
            Outer,
            "outer",
            &[],
            Call,
            parameters!(["u"]["v"]["op"]),
            cellwise::OUTER,
            eval::cellwise::OUTER,
            Pure,
            "An operator applied to each pair of a column vector's and a row vector's cells.",
        ),
        (
            RightIndex,
            "index",
            &[],
            Grammar,
            BOUNDS_READ,
            index::RIGHT_INDEX,
            eval::index::RIGHT_INDEX,
            Pure,
            "A part of a matrix, X[r1:r2, c1:c2], or of a list: L[i], L[i:j], L[\"name\"].",
        ),
        (
            LeftIndex,
            "assign",
            &[],
            Grammar,
            BOUNDS_WRITE,
            index::LEFT_INDEX,
            eval::index::LEFT_INDEX,
            Pure,
            "A matrix with a part replaced, X[r1:r2, c1:c2] = Y, or a list: L[i] = x, L[\"name\"] = x.",
        ),
        (
            NRow,
            "nrow",
            &[],
            Call,
            ONE_OR_LIST,
            effect::DIMENSION,
            eval::scalar::DIMENSION,
            Pure,
            "The number of rows, or of values of a list.",
        ),
        (
            NCol,
            "ncol",
            &[],
            Call,
            ONE_OR_LIST,
            effect::DIMENSION,
            eval::scalar::DIMENSION,
            Pure,
            "The number of columns.",
        ),
        (
            Length,
            "length",
            &[],
            Call,
            ONE_OR_LIST,
            effect::DIMENSION,
            eval::scalar::DIMENSION,
            Pure,
            "The number of cells, or of values of a list.",
        ),
        (
            NnzEstimate,
            "nnz_estimate",
            &[],
            Call,
            ONE,
            effect::NNZ_ESTIMATE,
            eval::scalar::NNZ_ESTIMATE,
            Pure,
            "What is known of the number of nonzeros of an expression before it is computed: lower bound, estimate and upper bound, as a row.",
        ),
        (
            AsScalar,
            "as.scalar",
            &["castAsScalar"],
            Call,
            ONE,
            effect::AS_SCALAR,
            eval::scalar::AS_SCALAR,
            Pure,
            "The value of a 1 x 1 matrix.",
        ),
        (
            AsInteger,
            "as.integer",
            &[],
            Call,
            ONE,
            effect::CAST,
            eval::scalar::CAST,
            Pure,
            "A whole number: the fraction is dropped.",
        ),
        (AsDouble, "as.double", &[], Call, ONE, effect::CAST, eval::scalar::CAST, Pure, "A double."),
        (AsLogical, "as.logical", &["as.boolean"], Call, ONE, effect::CAST, eval::scalar::CAST, Pure, "A truth value."),
        (ToString, "toString", &[], Call, TEXT, effect::TO_STRING, eval::text::TO_STRING, Pure, "A value as text."),
        (
            Print,
            "print",
            &[],
            Call,
            parameters!([list "x"]),
            effect::PRINT,
            eval::text::PRINT,
            World,
            "Writes a value, or a format with %d, %f, %s, %b and its arguments, and ends the line.",
        ),
        (
            Format,
            "format",
            &[],
            Call,
            parameters!(["format"]),
            effect::FORMAT,
            eval::text::FORMAT,
            Pure,
            "A text made of a format with %d, %f, %s, %b and its arguments.",
        ),
        (
            Stop,
            "stop",
            &[],
            Call,
            parameters!(["message"]),
            effect::STOP,
            eval::text::STOP,
            World,
            "Ends the program with a message.",
        ),
        (
            Assert,
            "assert",
            &[],
            Call,
            parameters!(["condition"]),
            effect::ASSERT,
            eval::text::ASSERT,
            World,
            "Ends the program if the condition is false.",
        ),
        (Time, "time", &[], Call, &[], effect::TIME, eval::text::TIME, Fresh, "A clock in nanoseconds."),
        (
            Read,
            "read",
            &["readMM", "read.csv"],
            Call,
            READ,
            effect::READ,
            eval::text::READ,
            World,
            "A matrix from a file; the format is taken from the argument, the .mtd file, the name or the content.",
        ),
        (
            ReadLibsvm,
            "readLibsvm",
            &[],
            Call,
            parameters!(["file"]),
            effect::READ_LIBSVM,
            eval::text::READ,
            World,
            "[X, y] = readLibsvm(file): the features and the labels of a LIBSVM file.",
        ),
        (
            Write,
            "write",
            &[],
            Call,
            WRITE,
            effect::WRITE,
            eval::text::WRITE,
            World,
            "Writes a value to a file, and its metadata beside it.",
        ),
    ]
};

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(op, name, aliases, syntax, parameters, infer, evaluate, effect, doc) in LINES
        .iter()
        .chain(values::LINES)
        .chain(laws::LINES)
        .chain(images::LINES)
        .chain(lists::LINES)
        .chain(layers::LINES)
        .chain(frames::LINES)
    {
        let variadic = matches!(op, Op::CBind | Op::RBind | Op::Print | Op::Format | Op::List);
        rows.push(Row { op, name, aliases, syntax, parameters, variadic, infer, evaluate, effect, doc });
    }
    let row = |op, name, aliases, syntax, parameters, infer, evaluate, doc| Row {
        op,
        name,
        aliases,
        syntax,
        parameters,
        variadic: false,
        infer,
        evaluate,
        effect: Effect::Pure,
        doc,
    };
    for &f in Unary::ALL {
        let syntax = if matches!(f, Unary::Negate | Unary::Not) { Syntax::Grammar } else { Syntax::Call };
        rows.push(row(
            Op::Unary(f),
            f.name(),
            f.aliases(),
            syntax,
            ONE,
            cellwise::UNARY,
            eval::cellwise::UNARY,
            f.doc(),
        ));
    }
    for &f in Binary::ALL {
        let (syntax, aliases): (_, &[&str]) = match f {
            Binary::Min => (Syntax::Call, &["pmin"]),
            Binary::Max => (Syntax::Call, &["pmax"]),
            Binary::Xor | Binary::LogBase => (Syntax::Call, &[]),
            f if f.is_bitwise() => (Syntax::Call, &[]),
            _ => (Syntax::Grammar, &[]),
        };
        let mut row =
            row(Op::Binary(f), f.name(), aliases, syntax, TWO, cellwise::BINARY, eval::cellwise::BINARY, f.doc());
        row.variadic = matches!(f, Binary::Min | Binary::Max);
        rows.push(row);
    }
    for &(agg, direction, name, aliases, doc) in AGGREGATES {
        let op = Op::Aggregate(agg, direction);
        rows.push(row(op, name, aliases, Syntax::Call, ONE, aggregate::AGGREGATE, eval::aggregate::AGGREGATE, doc));
    }
    for &(c, name, doc) in CUMULATIVES {
        let op = Op::Cumulative(c);
        rows.push(row(op, name, &[], Syntax::Call, ONE, aggregate::CUMULATIVE, eval::aggregate::CUMULATIVE, doc));
    }
    rows
}

type AggregateLine = (Aggregate, Direction, &'static str, &'static [&'static str], &'static str);

const AGGREGATES: &[AggregateLine] = {
    use Aggregate::*;
    use Direction::*;
    &[
        (Sum, All, "sum", &[], "The sum of all cells."),
        (Sum, Row, "rowSums", &[], "The sum of each row, as a column vector."),
        (Sum, Col, "colSums", &[], "The sum of each column, as a row vector."),
        (SumSq, All, "sumSq", &[], "The sum of the squares of all cells."),
        (SumSq, Row, "rowSumSqs", &[], "The sum of squares of each row."),
        (SumSq, Col, "colSumSqs", &[], "The sum of squares of each column."),
        (Mean, All, "mean", &["avg"], "The mean of all cells."),
        (Mean, Row, "rowMeans", &[], "The mean of each row."),
        (Mean, Col, "colMeans", &[], "The mean of each column."),
        (Min, All, "min", &[], "The smallest cell; NaN if there is a NaN, Inf if there is no cell."),
        (Min, Row, "rowMins", &[], "The smallest cell of each row."),
        (Min, Col, "colMins", &[], "The smallest cell of each column."),
        (Max, All, "max", &[], "The largest cell; NaN if there is a NaN, -Inf if there is no cell."),
        (Max, Row, "rowMaxs", &[], "The largest cell of each row."),
        (Max, Col, "colMaxs", &[], "The largest cell of each column."),
        (Prod, All, "prod", &[], "The product of all cells."),
        (Prod, Row, "rowProds", &[], "The product of each row."),
        (Prod, Col, "colProds", &[], "The product of each column."),
        (Var, All, "var", &[], "The sample variance of all cells."),
        (Var, Row, "rowVars", &[], "The sample variance of each row."),
        (Var, Col, "colVars", &[], "The sample variance of each column."),
        (Sd, All, "sd", &[], "The sample standard deviation of all cells."),
        (Sd, Row, "rowSds", &[], "The sample standard deviation of each row."),
        (Sd, Col, "colSds", &[], "The sample standard deviation of each column."),
        (IndexMax, Row, "rowIndexMax", &[], "The column of the last largest cell of each row."),
        (IndexMin, Row, "rowIndexMin", &[], "The column of the last smallest cell of each row."),
        (Trace, All, "trace", &["tr"], "The sum of the diagonal of a square matrix."),
    ]
};

const CUMULATIVES: &[(Cumulative, &str, &str)] = &[
    (Cumulative::Sum, "cumsum", "The running sum down each column."),
    (Cumulative::Prod, "cumprod", "The running product down each column."),
    (Cumulative::Min, "cummin", "The running minimum down each column."),
    (Cumulative::Max, "cummax", "The running maximum down each column."),
];

struct Table {
    rows: Vec<Row>,
    by_op: HashMap<Op, usize>,
    by_name: HashMap<&'static str, Vec<usize>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let rows = rows();
    let mut by_op = HashMap::new();
    let mut by_name: HashMap<&'static str, Vec<usize>> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        by_op.insert(row.op, i);
        for &name in [row.name].iter().chain(row.aliases) {
            by_name.entry(name).or_default().push(i);
        }
    }
    Table { rows, by_op, by_name }
});

impl Op {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &TABLE.rows[TABLE.by_op[&self]]
    }
}

/// All rows, in the order of the table.
pub fn table() -> &'static [Row] {
    &TABLE.rows
}

/// The rows that go by a name: more than one where the number of arguments decides (`min`, `log`).
pub fn named(name: &str) -> impl Iterator<Item = &'static Row> {
    TABLE.by_name.get(name).into_iter().flatten().map(|&i| &TABLE.rows[i])
}

/// Of these the rows that are called.
pub fn callable(name: &str) -> impl Iterator<Item = &'static Row> {
    named(name).filter(|r| r.syntax == Syntax::Call)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_well_formed() {
        let mut seen = std::collections::HashSet::new();
        for row in table() {
            assert!(seen.insert(row.op), "{:?} has two rows", row.op);
            assert!(row.doc.ends_with('.'), "the documentation of {} is a sentence", row.name);
            let required = row.parameters.iter().rposition(|p| p.default == Required);
            let optional = row.parameters.iter().position(|p| p.default != Required);
            assert!(required < optional || optional.is_none() || required.is_none(), "{}: required first", row.name);
        }
    }

    #[test]
    fn names_that_are_shared_differ_in_arity() {
        for (name, rows) in &TABLE.by_name {
            let callable: Vec<_> = rows.iter().map(|&i| &TABLE.rows[i]).filter(|r| r.syntax == Syntax::Call).collect();
            let arities: std::collections::HashSet<_> = callable.iter().map(|r| r.parameters.len()).collect();
            assert_eq!(arities.len(), callable.len(), "{name} is ambiguous");
        }
    }
}
