//! The pattern of a value as an expression over the patterns of others, as far as the operators decide it by pattern alone:
//! what estimators that know no values can be asked.

use std::fmt;

use super::dag::{Dag, HopId, Kind};
use crate::facts::{Facts, MatrixFacts};
use crate::ops::{Binary, Op, Pattern, Scalar, Unary};
use crate::sketch::{Expression, Operation};
use lac_grammar::Span;

/// Why a value has no such expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The operator, as `explain` shows it.
    pub operator: &'static str,
    /// Where it was written.
    pub span: Span,
    why: &'static str,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no operation on patterns: {}", self.operator, self.why)
    }
}

impl std::error::Error for Unsupported {}

const VALUES: &str = "which cells of the result are 0 depends on values";
const BROADCAST: &str = "a vector is repeated to the shape of the other operand";
const SHAPE: &str = "the shapes are not known";
const PLACE: &str = "estimators from the literature have no rule for it";
const LARGE: &str = "the expression is too large to be written as a tree";

/// A tree of more operations, or of more of them within each other, is refused: shared values are repeated in it.
const MAX_NODES: usize = 10_000;
const MAX_DEPTH: usize = 1000;

impl Expression {
    /// The pattern of `root` as an expression over leaves: inputs, and matrices made from scalars (`rand`, `matrix`, `seq`).
    /// Leaf `i` of the expression is the `i`-th of the returned nodes.
    ///
    /// Operators that keep the pattern (`abs`, `2 * A`, `A^2`) leave no trace. As in all sketches, values neither cancel nor
    /// underflow: `A - B` is a union.
    ///
    /// ```
    /// use lac_compiler::hop;
    /// use lac_compiler::program::Scope;
    /// use lac_compiler::sketch::Expression;
    ///
    /// let text = "%0 = input A : matrix 3 x 4\n%1 = abs %0 : matrix 3 x 4\n%2 = t %0 : matrix 4 x 3\n\
    ///     %3 = %*% %1 %2 : matrix 3 x 3\nB = %3\n";
    /// let dag = hop::parse(text, &mut Scope::default())?;
    /// let (expression, leaves) = Expression::from_dag(&dag, dag.outputs[0].hop())?;
    /// assert_eq!(expression, Expression::parse("(mm A (t A))")?.0);
    /// assert_eq!(leaves.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first operator that is none on patterns.
    pub fn from_dag(dag: &Dag, root: HopId) -> Result<(Expression, Vec<HopId>), Unsupported> {
        let mut translation = Translation { dag, leaves: vec![], nodes: 0 };
        let expression = translation.node(root, 0)?;
        Ok((expression, translation.leaves))
    }
}

struct Translation<'a> {
    dag: &'a Dag,
    leaves: Vec<HopId>,
    nodes: usize,
}

impl Translation<'_> {
    fn node(&mut self, id: HopId, depth: usize) -> Result<Expression, Unsupported> {
        let Kind::Apply(op) = self.dag.hop(id).kind else { return Ok(self.leaf(id)) };
        let operands: Vec<HopId> = self.dag.operands(id).into_iter().flatten().collect();
        if !operands.iter().any(|&o| self.facts(o).is_matrix()) {
            return Ok(self.leaf(id));
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES || depth > MAX_DEPTH {
            return Err(self.refuse(id, LARGE));
        }
        let mut operand = |i: usize| self.node(operands[i], depth + 1);
        match op {
            Op::MatMul => Ok(apply(Operation::MatMul, [operand(0)?, operand(1)?])),
            Op::Transpose => Ok(apply(Operation::Transpose, [operand(0)?])),
            Op::Diag => Ok(apply(Operation::Diag, [operand(0)?])),
            Op::RBind | Op::CBind => {
                let bind = if op == Op::RBind { Operation::RowBind } else { Operation::ColBind };
                let mut whole = operand(0)?;
                for i in 1..operands.len() {
                    whole = apply(bind, [whole, operand(i)?]);
                }
                Ok(whole)
            }
            Op::Unary(f) => self.unary(id, f, operands[0], depth),
            Op::Binary(f) if operands.len() == 2 => self.binary(id, f, [operands[0], operands[1]], depth),
            Op::Matrix => self.reshape(id, &operands, depth),
            Op::Reverse | Op::RightIndex | Op::LeftIndex => Err(self.refuse(id, PLACE)),
            _ => Err(self.refuse(id, VALUES)),
        }
    }

    fn leaf(&mut self, id: HopId) -> Expression {
        let known = self.leaves.iter().position(|leaf| *leaf == id);
        Expression::Leaf(known.unwrap_or_else(|| {
            self.leaves.push(id);
            self.leaves.len() - 1
        }))
    }

    fn unary(&mut self, id: HopId, f: Unary, operand: HopId, depth: usize) -> Result<Expression, Unsupported> {
        match f.pattern() {
            Pattern::Same => self.node(operand, depth + 1),
            Pattern::Complement => Ok(apply(Operation::IsZero, [self.node(operand, depth + 1)?])),
            Pattern::Within | Pattern::Dense => Err(self.refuse(id, VALUES)),
        }
    }

    fn binary(&mut self, id: HopId, f: Binary, operands: [HopId; 2], depth: usize) -> Result<Expression, Unsupported> {
        let dag = self.dag;
        let matrices = operands.map(|o| dag.hop(o).facts.as_matrix());
        let (matrix, scalar, first) = match matrices {
            [Some(a), Some(b)] if f == Binary::Multiply && shape(a) != shape(b) => {
                return self.scaled(id, [(operands[0], a), (operands[1], b)], depth);
            }
            [Some(a), Some(b)] => {
                if shape(a).is_none() || shape(a) != shape(b) {
                    return Err(
                        self.refuse(id, if shape(a).is_some() && shape(b).is_some() { BROADCAST } else { SHAPE })
                    );
                }
                let op = match f {
                    Binary::Add | Binary::Subtract | Binary::Or => Operation::Add,
                    Binary::Multiply | Binary::And => Operation::Mul,
                    _ => return Err(self.refuse(id, VALUES)),
                };
                return Ok(apply(op, [self.node(operands[0], depth + 1)?, self.node(operands[1], depth + 1)?]));
            }
            [Some(_), None] => (operands[0], operands[1], true),
            _ => (operands[1], operands[0], false),
        };
        let value = self.facts(scalar).value().and_then(Scalar::as_f64);
        match with_scalar(f, value.ok_or_else(|| self.refuse(id, VALUES))?, first) {
            Some(None) => self.node(matrix, depth + 1),
            Some(Some(op)) => Ok(apply(op, [self.node(matrix, depth + 1)?])),
            None => Err(self.refuse(id, VALUES)),
        }
    }

    /// A matrix times a vector, repeated: diag(v) A for a column, A diag(t(v)) for a row.
    fn scaled(
        &mut self,
        id: HopId,
        [(a, x), (b, y)]: [(HopId, &MatrixFacts); 2],
        depth: usize,
    ) -> Result<Expression, Unsupported> {
        let (Some(p), Some(q)) = (shape(x), shape(y)) else { return Err(self.refuse(id, SHAPE)) };
        let ((matrix, to), (vector, from)) = if p.0 * p.1 >= q.0 * q.1 { ((a, p), (b, q)) } else { ((b, q), (a, p)) };
        let (of, by) = (self.node(matrix, depth + 1)?, self.node(vector, depth + 1)?);
        match from {
            (rows, 1) if rows == to.0 => Ok(apply(Operation::MatMul, [apply(Operation::Diag, [by]), of])),
            (1, cols) if cols == to.1 => {
                let column = apply(Operation::Transpose, [by]);
                Ok(apply(Operation::MatMul, [of, apply(Operation::Diag, [column])]))
            }
            _ => Err(self.refuse(id, BROADCAST)),
        }
    }

    /// `matrix(A, rows, cols, byrow)`. By columns it is t(reshape(t(A))).
    fn reshape(&mut self, id: HopId, operands: &[HopId], depth: usize) -> Result<Expression, Unsupported> {
        let by_row = match operands.get(3).map(|&o| self.facts(o).value().and_then(Scalar::as_bool)) {
            None => true,
            Some(Some(by_row)) => by_row,
            Some(None) => return Err(self.refuse(id, VALUES)),
        };
        let to = self.facts(id).as_matrix().and_then(shape).ok_or_else(|| self.refuse(id, SHAPE))?;
        let a = self.node(operands[0], depth + 1)?;
        let ((rows, cols), t) = (to, |a| apply(Operation::Transpose, [a]));
        Ok(match by_row {
            true => apply(Operation::Reshape { rows, cols }, [a]),
            false => t(apply(Operation::Reshape { rows: cols, cols: rows }, [t(a)])),
        })
    }

    fn facts(&self, id: HopId) -> &Facts {
        &self.dag.hop(id).facts
    }

    fn refuse(&self, id: HopId, why: &'static str) -> Unsupported {
        let hop = self.dag.hop(id);
        let operator = match hop.kind {
            Kind::Apply(op) => op.row().name,
            _ => "input",
        };
        Unsupported { operator, span: hop.span, why }
    }
}

/// What x -> f(x, v), or x -> f(v, x) if the matrix is not the first operand, does to a pattern: keep it (`Some(None)`), or an
/// operation; `None` if that depends on values.
fn with_scalar(f: Binary, v: f64, first: bool) -> Option<Option<Operation>> {
    let keeps = match f {
        Binary::Multiply => v.is_finite() && v != 0.0,
        Binary::Divide => first && v.is_finite() && v != 0.0,
        Binary::Power => first && v > 0.0,
        Binary::Add | Binary::Or => v == 0.0,
        Binary::Subtract => v == 0.0,
        Binary::And => v != 0.0,
        _ => false,
    };
    match f {
        _ if keeps => Some(None),
        Binary::NotEqual if v == 0.0 => Some(Some(Operation::NotZero)),
        Binary::Equal if v == 0.0 => Some(Some(Operation::IsZero)),
        _ => None,
    }
}

fn shape(m: &MatrixFacts) -> Option<(usize, usize)> {
    Some((m.rows?.try_into().ok()?, m.cols?.try_into().ok()?))
}

fn apply<const N: usize>(op: Operation, operands: [Expression; N]) -> Expression {
    Expression::Apply(op, operands.into())
}
