//! The exact answer: Boolean arithmetic on patterns kept as sorted rows.
//!
//! For tests, for `--exact`, and wherever the work is small enough to be done rather than estimated.

use std::borrow::Cow;

use super::estimator::{Estimator, Refusal};
use super::nnz::{Nnz, cells};
use super::operation::{Expression, Operation};
use super::pattern::{Pattern, Shape};

/// Evaluates expressions exactly, as long as no result takes more than `max_bytes`.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    /// Bytes of the largest intermediate result allowed.
    pub max_bytes: u64,
}

impl Default for Exact {
    /// 4 GiB: a billion nonzeros.
    fn default() -> Exact {
        Exact { max_bytes: 4 << 30 }
    }
}

/// A pattern that owns its arrays or borrows a leaf's.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    rows: usize,
    cols: usize,
    indptr: Cow<'a, [usize]>,
    indices: Cow<'a, [u32]>,
}

impl<'a> From<Pattern<'a>> for Rows<'a> {
    fn from(pattern: Pattern<'a>) -> Rows<'a> {
        let ((rows, cols), (indptr, indices)) = (pattern.shape(), pattern.arrays());
        Rows { rows, cols, indptr: Cow::Borrowed(indptr), indices: Cow::Borrowed(indices) }
    }
}

impl Rows<'_> {
    /// The pattern.
    pub fn pattern(&self) -> Pattern<'_> {
        Pattern::trusted(self.rows, self.cols, &self.indptr, &self.indices)
    }
}

impl Exact {
    /// The exact result of an operation on conforming operands.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`].
    pub fn evaluate(&self, op: Operation, operands: &[Pattern<'_>]) -> Result<Rows<'static>, Refusal> {
        let (a, b) = (operands[0], operands.get(1).copied().unwrap_or(operands[0]));
        match op {
            Operation::MatMul => self.matmul(a, b),
            Operation::Add => self.by_row(a.rows(), a.cols(), |i, row| union(a.row(i), b.row(i), row)),
            Operation::Mul => self.by_row(a.rows(), a.cols(), |i, row| intersection(a.row(i), b.row(i), row)),
            Operation::NotZero => self.by_row(a.rows(), a.cols(), |i, row| row.extend_from_slice(a.row(i))),
            Operation::IsZero => {
                self.by_row(a.rows(), a.cols(), |i, row| complement(a.row(i), to_index(a.cols()), row))
            }
            Operation::Transpose => self.transpose(a),
            Operation::RowBind => self.by_row(a.rows() + b.rows(), a.cols(), |i, row| {
                let source = if i < a.rows() { a.row(i) } else { b.row(i - a.rows()) };
                row.extend_from_slice(source);
            }),
            Operation::ColBind => {
                let offset = to_index(a.cols());
                self.by_row(a.rows(), a.cols() + b.cols(), |i, row| {
                    row.extend_from_slice(a.row(i));
                    row.extend(b.row(i).iter().map(|&j| j + offset));
                })
            }
            Operation::Diag if a.cols() == 1 => self.by_row(a.rows(), a.rows(), |i, row| {
                row.extend(a.row(i).iter().map(|_| to_index(i)));
            }),
            Operation::Diag => self.by_row(a.rows(), 1, |i, row| {
                row.extend(a.row(i).binary_search(&to_index(i)).ok().map(|_| 0));
            }),
            Operation::Reshape { rows, cols } => self.reshape(a, rows, cols),
        }
    }

    fn check(&self, needed: usize) -> Result<(), Refusal> {
        let needed = needed as u64;
        if needed > self.max_bytes { Err(Refusal::TooLarge { needed, limit: self.max_bytes }) } else { Ok(()) }
    }

    /// A column number must fit 32 bits, and there is a row pointer for every row.
    fn check_shape(&self, rows: usize, cols: usize) -> Result<(), Refusal> {
        if cols > u32::MAX as usize {
            return Err(Refusal::TooLarge { needed: cols as u64, limit: u64::from(u32::MAX) });
        }
        self.check(rows.saturating_mul(size_of::<usize>()))
    }

    /// Builds the result row by row: `fill(i, indices)` appends the columns of row `i`, ascending.
    fn by_row(
        &self,
        rows: usize,
        cols: usize,
        mut fill: impl FnMut(usize, &mut Vec<u32>),
    ) -> Result<Rows<'static>, Refusal> {
        self.check_shape(rows, cols)?;
        let (mut indptr, mut indices) = (Vec::with_capacity(rows + 1), Vec::new());
        indptr.push(0);
        for i in 0..rows {
            fill(i, &mut indices);
            self.check(indices.len().saturating_mul(size_of::<u32>()))?;
            indptr.push(indices.len());
        }
        Ok(Rows { rows, cols, indptr: indptr.into(), indices: indices.into() })
    }

    /// Row i of AB is the union of the rows k of B with k in row i of A.
    fn matmul(&self, a: Pattern<'_>, b: Pattern<'_>) -> Result<Rows<'static>, Refusal> {
        self.check_shape(a.rows(), b.cols())?;
        let mut union = Union::of(b);
        let mut last = 0;
        self.by_row(a.rows(), b.cols(), |i, indices| {
            let start = indices.len();
            if i > 0 && a.row(i) == a.row(i - 1) {
                indices.extend_from_within(last..);
            } else {
                union.each(a.row(i), |j| indices.push(j));
                if indices.len() - start > b.cols() / 16 {
                    indices.truncate(start);
                    indices.extend(union.ascending());
                } else {
                    indices[start..].sort_unstable();
                }
            }
            last = start;
        })
    }

    /// The number of nonzeros of AB, whose rows are not kept: a count for each column of B is all the memory.
    pub fn matmul_nnz(a: Pattern<'_>, b: Pattern<'_>) -> u64 {
        let mut union = Union::of(b);
        let (mut last, mut found, mut total) = (&[][..], 0, 0);
        for row in a.iter() {
            if row != last {
                found = 0;
                match row {
                    &[k] => found = b.row(k as usize).len() as u64,
                    ks => union.each(ks, |_| found += 1),
                }
                last = row;
            }
            total += found;
        }
        total
    }

    /// The number of nonzeros of an expression. Only operands are kept, not the result, whose number may go far beyond
    /// what `max_bytes` could hold.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] for an operand, [`Refusal::Shapes`], [`Refusal::NoLeaf`].
    pub fn count(&self, expression: &Expression, leaves: &[Pattern<'_>]) -> Result<u64, Refusal> {
        let shapes: Vec<Shape> = leaves.iter().map(|leaf| leaf.shape()).collect();
        expression.shape(&shapes)?;
        let leaves: Vec<Rows<'_>> = leaves.iter().map(|&leaf| leaf.into()).collect();
        self.count_rows(expression, &shapes, &leaves)
    }

    fn count_rows(&self, expression: &Expression, shapes: &[Shape], leaves: &[Rows<'_>]) -> Result<u64, Refusal> {
        let value = |e: &Expression| e.evaluate(leaves, &mut |op, operands| Estimator::apply(self, op, operands));
        let count = |e: &Expression| self.count_rows(e, shapes, leaves);
        let pair = |a: &Expression, b: &Expression| Ok::<_, Refusal>((value(a)?, value(b)?));
        match expression {
            Expression::Leaf(_) => Ok(value(expression)?.pattern().nnz() as u64),
            Expression::Apply(op, operands) => match (op, &operands[..]) {
                (Operation::MatMul, [a, b]) => {
                    let (a, b) = pair(a, b)?;
                    Ok(Exact::matmul_nnz(a.pattern(), b.pattern()))
                }
                (Operation::Mul, [a, b]) => {
                    let (a, b) = pair(a, b)?;
                    Ok(common(a.pattern(), b.pattern()))
                }
                (Operation::Add, [a, b]) => {
                    let (a, b) = pair(a, b)?;
                    let (a, b) = (a.pattern(), b.pattern());
                    Ok((a.nnz() + b.nnz()) as u64 - common(a, b))
                }
                (Operation::RowBind | Operation::ColBind, [a, b]) => Ok(count(a)? + count(b)?),
                (Operation::IsZero, [a]) => {
                    let (rows, cols) = a.shape(shapes)?;
                    Ok(cells(rows as u64, cols as u64) - count(a)?)
                }
                (Operation::NotZero | Operation::Transpose | Operation::Reshape { .. }, [a]) => count(a),
                (Operation::Diag, [a]) if a.shape(shapes)?.1 == 1 => count(a),
                _ => Ok(value(expression)?.pattern().nnz() as u64),
            },
        }
    }

    fn transpose(&self, a: Pattern<'_>) -> Result<Rows<'static>, Refusal> {
        self.check_shape(a.cols(), a.rows())?;
        let mut indptr = vec![0; a.cols() + 1];
        for (j, count) in a.col_counts().into_iter().enumerate() {
            indptr[j + 1] = indptr[j] + count as usize;
        }
        let mut next = indptr.clone();
        let mut indices = vec![0; a.nnz()];
        for (i, row) in a.iter().enumerate() {
            for &j in row {
                indices[next[j as usize]] = to_index(i);
                next[j as usize] += 1;
            }
        }
        Ok(Rows { rows: a.cols(), cols: a.rows(), indptr: indptr.into(), indices: indices.into() })
    }

    /// Cell (i, j) is the cell i n + j in row-major order.
    fn reshape(&self, a: Pattern<'_>, rows: usize, cols: usize) -> Result<Rows<'static>, Refusal> {
        self.check_shape(rows, cols)?;
        let mut indptr = vec![0; rows + 1];
        let mut indices = Vec::with_capacity(a.nnz());
        for (i, row) in a.iter().enumerate() {
            for &j in row {
                let cell = i * a.cols() + j as usize;
                indptr[cell / cols + 1] += 1;
                indices.push(to_index(cell % cols));
            }
        }
        for i in 0..rows {
            indptr[i + 1] += indptr[i];
        }
        Ok(Rows { rows, cols, indptr: indptr.into(), indices: indices.into() })
    }
}

/// Cells that are nonzero in both.
fn common(a: Pattern<'_>, b: Pattern<'_>) -> u64 {
    let mut row = Vec::new();
    let both = |(x, y)| {
        row.clear();
        intersection(x, y, &mut row);
        row.len() as u64
    };
    a.iter().zip(b.iter()).map(both).sum()
}

/// Unions of rows of a pattern.
struct Union<'b> {
    rows: Pattern<'b>,
    /// The last union, counted from 1, that has this column.
    seen: Vec<usize>,
    unions: usize,
    /// Columns that are not empty: a union that has them all is whole.
    nonempty: usize,
}

impl<'b> Union<'b> {
    fn of(rows: Pattern<'b>) -> Union<'b> {
        let mut seen = vec![0; rows.cols()];
        rows.iter().flatten().for_each(|&j| seen[j as usize] = 1);
        let nonempty = seen.iter().sum();
        Union { rows, seen, unions: 1, nonempty }
    }

    /// Tells `found` each column of the next union, that of the rows `ks`, once, in any order.
    fn each(&mut self, ks: &[u32], mut found: impl FnMut(u32)) {
        self.unions += 1;
        let mut missing = self.nonempty;
        for &k in ks {
            for &j in self.rows.row(k as usize) {
                if self.seen[j as usize] != self.unions {
                    self.seen[j as usize] = self.unions;
                    missing -= 1;
                    found(j);
                }
            }
            if missing == 0 {
                return;
            }
        }
    }

    /// The columns of the last union, ascending.
    fn ascending(&self) -> impl Iterator<Item = u32> {
        (0..to_index(self.seen.len())).filter(|&j| self.seen[j as usize] == self.unions)
    }
}

/// A column number of a pattern whose columns were checked to fit.
fn to_index(j: usize) -> u32 {
    j as u32
}

fn union(mut a: &[u32], mut b: &[u32], out: &mut Vec<u32>) {
    while let (Some(&x), Some(&y)) = (a.first(), b.first()) {
        out.push(x.min(y));
        a = &a[usize::from(x <= y)..];
        b = &b[usize::from(y <= x)..];
    }
    out.extend_from_slice(a);
    out.extend_from_slice(b);
}

fn intersection(mut a: &[u32], mut b: &[u32], out: &mut Vec<u32>) {
    while let (Some(&x), Some(&y)) = (a.first(), b.first()) {
        if x == y {
            out.push(x);
        }
        a = &a[usize::from(x <= y)..];
        b = &b[usize::from(y <= x)..];
    }
}

fn complement(row: &[u32], cols: u32, out: &mut Vec<u32>) {
    let mut from = 0;
    for &j in row {
        out.extend(from..j);
        from = j + 1;
    }
    out.extend(from..cols);
}

impl<'a> Estimator<'a> for Exact {
    type Synopsis = Rows<'a>;

    fn name(&self) -> String {
        "exact".to_string()
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Rows<'a>, Refusal> {
        Ok(pattern.into())
    }

    fn apply(&self, op: Operation, operands: &[&Rows<'a>]) -> Result<Rows<'a>, Refusal> {
        let operands: Vec<Pattern<'_>> = operands.iter().map(|rows| rows.pattern()).collect();
        self.evaluate(op, &operands)
    }

    fn nnz(&self, synopsis: &Rows<'_>) -> Nnz {
        Nnz::exact(synopsis.pattern().nnz() as u64)
    }

    fn bytes(&self, synopsis: &Rows<'_>) -> u64 {
        (size_of_val(&*synopsis.indptr) + size_of_val(&*synopsis.indices)) as u64
    }

    fn flops(&self, left: &Rows<'_>, right: &Rows<'_>) -> Option<f64> {
        let (a, b) = (left.pattern().col_counts(), right.pattern().row_counts());
        Some(a.iter().zip(&b).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum())
    }
}
