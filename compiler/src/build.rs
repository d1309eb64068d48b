//! Expressions built by a program rather than written as text: inputs with shapes or sketches, operators, a plan.
//!
//! ```
//! use lac_compiler::build::Builder;
//! use lac_compiler::sketch::{Nnz, Sketch};
//!
//! let b = Builder::new();
//! let x = b.sketched("X", Sketch::uniform(1 << 33, 1000, Nnz::exact(1 << 37)));
//! let v = b.input("v", 1000, 1);
//! let y = b.matmul(b.matmul(b.t(x), x), v);
//! let optimized = b.optimize(&[("y", y)]).unwrap();
//! // The vector goes first, and the transpose is never made: t(X) %*% (X %*% v).
//! let steps: Vec<String> = optimized.plan.steps.iter().map(|s| optimized.operation(s)).collect();
//! assert_eq!(steps, ["X %*% v", "t(X) %*% s2"]);
//! ```

use std::cell::RefCell;
use std::collections::HashMap;

use lac_grammar::{Diagnostic, Span};

use crate::facts::Facts;
use crate::hop::{self, Surroundings};
use crate::ops::{Aggregate, Binary, Direction, Op, Scalar};
use crate::plan::{self, Format, Plan, PlanOptions, Step, Values};
use crate::program::ir::{Basic, BlockId, Expr, Scope, Statement, StatementKind, Var};
use crate::sketch::Sketch;
use crate::sketch::probe::LeafRows;

/// A value of an expression: a handle of the [`Builder`] that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value(Var);

/// Owns the expressions that are built. Nothing is checked before [`Builder::optimize`].
#[derive(Default)]
pub struct Builder {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    scope: Scope,
    inputs: HashMap<Var, Facts>,
    statements: Vec<Statement>,
}

/// A plan and what explains it.
#[derive(Clone, Debug)]
pub struct Optimized {
    pub plan: Plan,
    /// The names of the variables of the plan.
    pub names: Scope,
    /// The HOP DAG as it was built, in its textual form.
    pub hops: String,
}

impl Builder {
    pub fn new() -> Builder {
        Builder::default()
    }

    /// An input matrix of which only the shape is known.
    pub fn input(&self, name: &str, rows: u64, cols: u64) -> Value {
        self.input_with(name, Facts::matrix(Some(rows), Some(cols)))
    }

    /// An input matrix with the sketch of its nonzeros, all of them finite.
    pub fn sketched(&self, name: &str, sketch: Sketch) -> Value {
        self.input_with(name, Facts::sketched(sketch, true))
    }

    /// An input of which some facts are known: a scalar, a matrix with an unknown dimension. The last facts given for a
    /// name count.
    pub fn input_with(&self, name: &str, facts: Facts) -> Value {
        let mut state = self.state.borrow_mut();
        let var = state.scope.var(name);
        state.inputs.insert(var, facts);
        Value(var)
    }

    pub fn literal(&self, value: impl Into<Scalar>) -> Value {
        self.bind(Expr::literal(value, Span::default()))
    }

    /// Any operator of the table, with its arguments in the order of its row's parameters; those at the end may be left
    /// out.
    pub fn apply(&self, op: Op, arguments: &[Value]) -> Value {
        let missing = op.row().parameters.len().saturating_sub(arguments.len());
        let given = arguments.iter().map(|v| Some(Expr::var(v.0, Span::default())));
        self.bind(Expr::apply(op, given.chain(std::iter::repeat_n(None, missing)).collect(), Span::default()))
    }

    fn bind(&self, value: Expr) -> Value {
        let mut state = self.state.borrow_mut();
        let var = Var(state.scope.names.len() as u32);
        let name = format!("%{}", var.0);
        state.scope.names.push(name);
        state.statements.push(Statement { span: Span::default(), kind: StatementKind::Assign(var, value) });
        Value(var)
    }

    /// The matrix product.
    pub fn matmul(&self, a: Value, b: Value) -> Value {
        self.apply(Op::MatMul, &[a, b])
    }

    /// The transpose.
    pub fn t(&self, a: Value) -> Value {
        self.apply(Op::Transpose, &[a])
    }

    /// A cell-wise function of two matrices or scalars.
    pub fn binary(&self, f: Binary, a: Value, b: Value) -> Value {
        self.apply(Op::Binary(f), &[a, b])
    }

    pub fn add(&self, a: Value, b: Value) -> Value {
        self.binary(Binary::Add, a, b)
    }

    pub fn sub(&self, a: Value, b: Value) -> Value {
        self.binary(Binary::Subtract, a, b)
    }

    /// The product cell by cell.
    pub fn mul(&self, a: Value, b: Value) -> Value {
        self.binary(Binary::Multiply, a, b)
    }

    pub fn div(&self, a: Value, b: Value) -> Value {
        self.binary(Binary::Divide, a, b)
    }

    pub fn sum(&self, a: Value) -> Value {
        self.apply(Op::Aggregate(Aggregate::Sum, Direction::All), &[a])
    }

    pub fn row_sums(&self, a: Value) -> Value {
        self.apply(Op::Aggregate(Aggregate::Sum, Direction::Row), &[a])
    }

    pub fn col_sums(&self, a: Value) -> Value {
        self.apply(Op::Aggregate(Aggregate::Sum, Direction::Col), &[a])
    }

    /// The plan that computes the outputs, under their names. Equal calls give equal plans.
    ///
    /// # Errors
    /// What is known to be wrong, with the shapes in it.
    pub fn optimize(&self, outputs: &[(&str, Value)]) -> Result<Optimized, Vec<Diagnostic>> {
        self.optimize_with(outputs, &(), PlanOptions::default())
    }

    /// As [`Builder::optimize`]; `held` says, by name, in which formats the inputs are and lets rows of them be probed.
    ///
    /// # Errors
    /// As [`Builder::optimize`].
    pub fn optimize_with(
        &self,
        outputs: &[(&str, Value)],
        held: &dyn Held,
        options: PlanOptions,
    ) -> Result<Optimized, Vec<Diagnostic>> {
        let state = self.state.borrow();
        let mut names = Scope { names: state.scope.names.clone(), body: vec![] };
        let mut statements = state.statements.clone();
        let mut live_out = Vec::new();
        for (name, value) in outputs {
            // Appended, so that an output may have the name of an input.
            let var = Var(names.names.len() as u32);
            names.names.push(name.to_string());
            let copy = StatementKind::Assign(var, Expr::var(value.0, Span::default()));
            statements.push(Statement { span: Span::default(), kind: copy });
            live_out.push(var);
        }
        let reads: Vec<Var> = (0..names.names.len() as u32).map(Var).filter(|v| state.inputs.contains_key(v)).collect();
        let basic = Basic { id: BlockId(0), statements, reads, live_out, ends: vec![], span: Span::default() };
        let built = hop::build(&basic, &names, &Inputs(&state.inputs));
        if built.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(built.diagnostics);
        }
        let hops = hop::print(&built.dag, &names);
        let plan = plan::plan(&basic, &names, built, &ByName { names: &names, held }, options);
        Ok(Optimized { plan, names, hops })
    }
}

/// What a host holds of its inputs when it asks for a plan.
pub trait Held {
    /// The format of an input's matrix, where that is known.
    fn format(&self, _: &str) -> Option<Format> {
        None
    }

    /// The rows of an input's pattern: where a decision hangs on a number of nonzeros that sketches leave open, some of them
    /// are asked for.
    fn rows(&self, _: &str) -> Option<&dyn LeafRows> {
        None
    }
}

/// Nothing is held.
impl Held for () {}

struct ByName<'a> {
    names: &'a Scope,
    held: &'a dyn Held,
}

impl Values for ByName<'_> {
    fn format(&self, var: Var) -> Option<Format> {
        self.held.format(self.names.name(var))
    }

    fn rows(&self, var: Var) -> Option<&dyn LeafRows> {
        self.held.rows(self.names.name(var))
    }
}

struct Inputs<'a>(&'a HashMap<Var, Facts>);

impl Surroundings for Inputs<'_> {
    fn variable(&self, var: Var) -> Option<Facts> {
        self.0.get(&var).cloned()
    }
}

impl Optimized {
    /// The plan as text; `limit` is the memory budget in bytes.
    pub fn explain(&self, limit: u64) -> String {
        plan::explain(&self.plan, &self.names, limit)
    }

    /// What a step computes: `t(X) %*% s3`.
    pub fn operation(&self, step: &Step) -> String {
        plan::operation(&self.plan, &self.names, step)
    }
}
