//! Expressions over patterns: the operations of the SparsEst benchmark and trees of them.

use std::borrow::Cow;
use std::fmt;

use super::estimator::Refusal;
use super::pattern::Shape;

/// An operation on patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `A %*% B`
    MatMul,
    /// Union: `A + B`
    Add,
    /// Intersection: `A * B`
    Mul,
    /// `A != 0`
    NotZero,
    /// Complement: `A == 0`
    IsZero,
    /// `t(A)`
    Transpose,
    /// Rows of A above rows of B.
    RowBind,
    /// Columns of A left of columns of B.
    ColBind,
    /// The diagonal matrix of a column, or the main diagonal of a matrix as a column: the cells (i, i), zero beyond the last
    /// column.
    Diag,
    /// The cells in row-major order, cut into rows of `cols` cells.
    Reshape {
        /// Rows of the result.
        rows: usize,
        /// Columns of the result.
        cols: usize,
    },
}

/// Name in s-expressions, operation, number of operands.
const OPERATIONS: [(&str, Operation, usize); 10] = [
    ("mm", Operation::MatMul, 2),
    ("add", Operation::Add, 2),
    ("mul", Operation::Mul, 2),
    ("neq0", Operation::NotZero, 1),
    ("eq0", Operation::IsZero, 1),
    ("t", Operation::Transpose, 1),
    ("rbind", Operation::RowBind, 2),
    ("cbind", Operation::ColBind, 2),
    ("diag", Operation::Diag, 1),
    ("reshape", Operation::Reshape { rows: 0, cols: 0 }, 1),
];

impl Operation {
    fn row(self) -> &'static (&'static str, Operation, usize) {
        let same = |op: Operation| std::mem::discriminant(&op) == std::mem::discriminant(&self);
        OPERATIONS.iter().find(|row| same(row.1)).expect("every operation has a row")
    }

    /// Its name in s-expressions.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Number of operands.
    pub fn arity(self) -> usize {
        self.row().2
    }

    /// The shape of the result; `None` if the operands do not conform.
    pub fn shape(self, operands: &[Shape]) -> Option<Shape> {
        let cells = |(rows, cols): Shape| rows.checked_mul(cols);
        match (self, operands) {
            (Operation::MatMul, &[(m, n), (k, l)]) => (n == k).then_some((m, l)),
            (Operation::Add | Operation::Mul, &[a, b]) => (a == b).then_some(a),
            (Operation::NotZero | Operation::IsZero, &[a]) => Some(a),
            (Operation::Transpose, &[(m, n)]) => Some((n, m)),
            (Operation::RowBind, &[(m, n), (k, l)]) => Some((m.checked_add(k)?, n)).filter(|_| n == l),
            (Operation::ColBind, &[(m, n), (k, l)]) => Some((m, n.checked_add(l)?)).filter(|_| m == k),
            (Operation::Diag, &[(m, 1)]) => Some((m, m)),
            (Operation::Diag, &[(m, _)]) => Some((m, 1)),
            (Operation::Reshape { rows, cols }, &[a]) => (cells(a)? == cells((rows, cols))?).then_some((rows, cols)),
            _ => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A tree of operations over numbered leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// The matrix of this number.
    Leaf(usize),
    /// An operation on expressions.
    Apply(Operation, Vec<Expression>),
}

/// Where an s-expression is wrong, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError(String);

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SyntaxError {}

/// Deeper expressions are refused: evaluation is recursive.
const MAX_DEPTH: usize = 1000;

impl Expression {
    /// Reads an s-expression such as `(mm A (reshape B 30 20))` and returns it with the names of its leaves: leaf `i` is the
    /// `i`-th name, in the order of first mention.
    ///
    /// # Errors
    /// Unbalanced parentheses, an unknown operation, a wrong number of operands, nesting deeper than 1000.
    pub fn parse(text: &str) -> Result<(Expression, Vec<String>), SyntaxError> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_whitespace();
        let mut names = Vec::new();
        let expression = parse_operand(&mut words, &mut names, 0)?;
        match words.next() {
            None => Ok((expression, names)),
            Some(word) => Err(SyntaxError(format!("`{word}` after the end of the expression"))),
        }
    }

    /// The shape of the value, given those of the leaves.
    ///
    /// # Errors
    /// [`Refusal::Shapes`] for operands that do not conform, [`Refusal::NoLeaf`] for a leaf that is not given.
    pub fn shape(&self, leaves: &[Shape]) -> Result<Shape, Refusal> {
        let shape = self.evaluate(leaves, &mut |op, operands| {
            let operands: Vec<Shape> = operands.iter().map(|shape| **shape).collect();
            op.shape(&operands).ok_or(Refusal::Shapes(op, operands))
        })?;
        Ok(*shape)
    }

    /// Folds the tree from its leaves, given their values.
    ///
    /// # Errors
    /// The first error of `apply`, or [`Refusal::NoLeaf`].
    pub fn evaluate<'s, T: Clone>(
        &self,
        leaves: &'s [T],
        apply: &mut impl FnMut(Operation, &[&T]) -> Result<T, Refusal>,
    ) -> Result<Cow<'s, T>, Refusal> {
        match self {
            Expression::Leaf(i) => leaves.get(*i).map(Cow::Borrowed).ok_or(Refusal::NoLeaf(*i)),
            Expression::Apply(op, operands) => {
                let values: Result<Vec<Cow<'s, T>>, Refusal> =
                    operands.iter().map(|operand| operand.evaluate(leaves, apply)).collect();
                let values = values?;
                let values: Vec<&T> = values.iter().map(|value| &**value).collect();
                apply(*op, &values).map(Cow::Owned)
            }
        }
    }
}

fn parse_operand<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    names: &mut Vec<String>,
    depth: usize,
) -> Result<Expression, SyntaxError> {
    let unfinished = || SyntaxError("the expression ends too early".to_string());
    let word = words.next().ok_or_else(unfinished)?;
    if word == ")" {
        return Err(SyntaxError("`)` where an operand should be".to_string()));
    }
    if word != "(" {
        let known = names.iter().position(|name| name == word);
        return Ok(Expression::Leaf(known.unwrap_or_else(|| {
            names.push(word.to_string());
            names.len() - 1
        })));
    }
    if depth == MAX_DEPTH {
        return Err(SyntaxError(format!("more than {MAX_DEPTH} nested operations")));
    }
    let name = words.next().ok_or_else(unfinished)?;
    let row = OPERATIONS.iter().find(|row| row.0 == name);
    let &(_, mut op, arity) = row.ok_or_else(|| SyntaxError(format!("unknown operation `{name}`")))?;
    let operands: Result<Vec<_>, _> = (0..arity).map(|_| parse_operand(words, names, depth + 1)).collect();
    if let Operation::Reshape { rows, cols } = &mut op {
        for size in [rows, cols] {
            let word = words.next().ok_or_else(unfinished)?;
            *size = word.parse().map_err(|_| SyntaxError(format!("`{word}` is no number of rows or columns")))?;
        }
    }
    match words.next() {
        Some(")") => Ok(Expression::Apply(op, operands?)),
        _ => {
            Err(operands.err().unwrap_or_else(|| SyntaxError(format!("`)` is missing after the operands of `{name}`"))))
        }
    }
}
