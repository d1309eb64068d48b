//! Random expressions of all operators of the table: whatever inference is certain of is true.
//!
//! An expression applies random rows to matrices that are drawn, or computed before. Leaves are known more or less well. Of
//! every result all claims are checked: shape, `finite`, values, and of the sketch bounds, exact counts, structure.
//!
//! Claims of a sketch speak of patterns where nothing cancels, and 0 * NaN is 0 (see `sketch`): for the few operators that
//! this concerns the Boolean result of the operands' true patterns stands for the numeric one, which must lie within it while
//! the operands are finite. A result that differs from it is used no further. All other claims hold literally.

use super::TestWorld;
use crate::facts::{Facts, MatrixFacts, Values};
use crate::ops::infer::table;
use crate::ops::{Aggregate, Binary, Cumulative, Direction, Effect, Op, Row, Scalar};
use crate::reference::sample::{Source, arguments};
use crate::reference::{Dense, Value, facts_of};
use crate::sketch::tests::pattern::Pattern;
use crate::sketch::tests::soundness;
use crate::sketch::{Nnz, Sketch};

const EXPRESSIONS: u32 = 120_000;
const DEPTH: usize = 4;

/// A value with what is known of it.
#[derive(Clone, Debug)]
struct Node {
    value: Value,
    facts: Facts,
}

#[test]
fn what_is_certain_is_true_of_every_expression() {
    let rows: Vec<&Row> = crate::ops::table().iter().filter(|row| row.effect != Effect::World).collect();
    let mut checked = vec![0u32; rows.len()];
    for key in 0..EXPRESSIONS {
        expression(&rows, &mut Source::new(key), &mut checked);
    }
    for (row, checked) in rows.iter().zip(&checked) {
        assert!(*checked > 200 || !gives_matrices(row.op), "{}: {checked} results were checked", row.name);
    }
}

/// Rows whose results are never matrices, or that take frames alone, are there to be called with them.
fn gives_matrices(op: Op) -> bool {
    op.group().name != "frames"
        && !matches!(
            op,
            Op::Aggregate(_, Direction::All)
                | Op::NRow
                | Op::NCol
                | Op::Length
                | Op::AsScalar
                | Op::AsInteger
                | Op::AsDouble
                | Op::AsLogical
                | Op::ToString
                | Op::Format
                | Op::List
                | Op::AsList
                | Op::Remove
                | Op::Item
                | Op::Element
                | Op::Time
                | Op::Determinant
                | Op::Median
                | Op::Moment
                | Op::Covariance
                | Op::Contains
                | Op::InterQuartileMean
                | Op::Eigen
                | Op::Svd
                | Op::Qr
                | Op::Lu
                | Op::Lstm
                | Op::LstmBackward
                | Op::BatchNorm
                | Op::BatchNormBackward
                | Op::Fourier(_)
                | Op::RowClassMeet
                | Op::CountDistinct(Direction::All)
        )
}

fn expression(rows: &[&Row], source: &mut Source, checked: &mut [u32]) {
    let counts = source.one_in(3);
    let mut nodes: Vec<Node> = Vec::new();
    for _ in 0..1 + source.below(DEPTH) {
        let r = source.below(rows.len());
        let args = operands(rows[r], source, &mut nodes, counts);
        let Some(node) = applied(rows[r], &args, &nodes) else { continue };
        checked[r] += 1;
        let trace =
            || format!("{} of {:?}", rows[r].name, args.iter().map(|a| a.map(|a| &nodes[a])).collect::<Vec<_>>());
        let claimed = check(rows[r].op, &args, &nodes, &node, &trace);
        if claimed && is_moderate(&node.value) {
            nodes.extend(join(&nodes, &node, source));
            nodes.push(node);
        }
    }
}

/// Arguments of a row: such that fit it, of which matrices are, where the shape allows, results computed before.
fn operands(row: &Row, source: &mut Source, nodes: &mut Vec<Node>, counts: bool) -> Vec<Option<usize>> {
    let mut values = arguments(row, source);
    for _ in 0..6 {
        let is_known = |v: &&Value| matches!(v, Value::Matrix(_)) && nodes.iter().any(|n| can_stand_for(v, &n.value));
        if values.iter().flatten().any(|v| is_known(&v)) {
            break;
        }
        values = arguments(row, source);
    }
    let mut known = |value: Value| {
        let fitting: Vec<usize> = (0..nodes.len()).filter(|&i| can_stand_for(&value, &nodes[i].value)).collect();
        if !fitting.is_empty() && !source.one_in(4) {
            return source.pick(&fitting);
        }
        let value = if counts { counted(value) } else { value };
        let leaf = Node { facts: knowledge(&value, source), value };
        if let (true, Some(twin)) = (source.one_in(4), twin(&leaf, source)) {
            nodes.extend(join(&[twin], &leaf, source));
        }
        nodes.push(leaf);
        nodes.len() - 1
    };
    values.into_iter().map(|value| value.map(&mut known)).collect()
}

/// Equal scalars are one node, as in a DAG: rules may see that.
fn can_stand_for(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Matrix(a), Value::Matrix(b)) => (a.rows, a.cols) == (b.rows, b.cols),
        (Value::Scalar(a), Value::Scalar(b)) => a == b,
        _ => false,
    }
}

/// Another matrix of the same numbers, of which as much may be known.
fn twin(node: &Node, source: &mut Source) -> Option<Node> {
    let Value::Matrix(m) = &node.value else { return None };
    let value = Value::Matrix(Dense::new(m.rows, m.cols, m.values.iter().rev().copied().collect()));
    Some(Node { facts: knowledge(&value, source), value })
}

/// Small positive integers in place of nonzeros: nothing cancels.
fn counted(value: Value) -> Value {
    let count = |x: f64| {
        if x == 0.0 {
            0.0
        } else if x.is_finite() {
            1.0 + (x.abs() * 4.0).floor() % 5.0
        } else {
            2.0
        }
    };
    match value {
        Value::Matrix(m) => Value::Matrix(Dense::new(m.rows, m.cols, m.values.into_iter().map(count).collect())),
        other => other,
    }
}

/// True facts, with more or less knowledge.
fn knowledge(value: &Value, source: &mut Source) -> Facts {
    let Value::Matrix(m) = value else {
        let facts = facts_of(value);
        return if source.one_in(4) { facts.widen() } else { facts };
    };
    let p = pattern(m);
    let (rows, cols, nnz) = (m.rows as u64, m.cols as u64, p.nnz());
    let sketch = match source.below(6) {
        0 => Sketch::uniform(rows, cols, Nnz::unknown(rows * cols)),
        1 => Sketch::uniform(rows, cols, Nnz::exact(nnz)),
        2 => Sketch::uniform(rows, cols, Nnz::new(nnz.saturating_sub(1), 3.0, nnz + 2)),
        3 => Sketch::from_counts(rows, cols, p.row_counts(), p.col_counts()),
        _ => Sketch::from_dense(rows, cols, &m.values),
    };
    let values = match source.below(3) {
        0 => Values::UNKNOWN,
        1 => Values::of(&m.values).join(Values::ONE),
        _ => Values::of(&m.values),
    };
    Facts::valued(sketch, m.is_finite() && !source.one_in(3), values)
}

fn pattern(m: &Dense) -> Pattern {
    Pattern::new(m.rows, m.cols, |i, j| m.at(i, j) != 0.0)
}

/// The value and the facts of a call, if there is a value.
fn applied(row: &Row, args: &[Option<usize>], nodes: &[Node]) -> Option<Node> {
    let values: Vec<Option<&Value>> = args.iter().map(|a| a.map(|i| &nodes[i].value)).collect();
    let full: Vec<Option<Facts>> = values.iter().map(|v| v.map(facts_of)).collect();
    let full: Vec<Option<&Facts>> = full.iter().map(Option::as_ref).collect();
    (row.infer)(row.op, &full).ok()?;
    let value = (row.evaluate)(row.op, &values, &mut TestWorld::default()).ok()?;
    let facts: Vec<Option<&Facts>> = args.iter().map(|a| a.map(|i| &nodes[i].facts)).collect();
    let inferred = match row.op {
        Op::Table => table::infer(row.op, &facts, pairs(args, nodes)),
        _ => (row.infer)(row.op, &facts),
    };
    let facts = inferred.unwrap_or_else(|e| panic!("{} fails for what is not known: {e:?}\n{facts:#?}", row.name));
    matches!(value, Value::Matrix(_)).then_some(Node { value, facts })
}

/// What a DAG may know of the places of a table.
fn pairs(args: &[Option<usize>], nodes: &[Node]) -> table::Pairs {
    let counts = |k: usize| match args[k].map(|i| &nodes[i].value) {
        Some(Value::Matrix(m)) => m.cols == 1 && m.values.iter().enumerate().all(|(k, &x)| x == (k + 1) as f64),
        _ => false,
    };
    table::Pairs { rows_count: counts(0), cols_count: counts(1), same: args[0] == args[1] }
}

/// Checks the claims about a result; whether it may be an operand.
fn check(op: Op, args: &[Option<usize>], nodes: &[Node], node: &Node, trace: &dyn Fn() -> String) -> bool {
    let Value::Matrix(m) = &node.value else { unreachable!("a matrix") };
    let Facts::Matrix(facts) = &node.facts else { return false };
    let says = |what: &str| panic!("{what}: {m:?}\n{facts:?}\n{}", trace());
    if facts.rows.is_some_and(|r| r != m.rows as u64) || facts.cols.is_some_and(|c| c != m.cols as u64) {
        says("another shape");
    }
    if facts.finite && !m.is_finite() {
        says("not finite");
    }
    if facts.values.counterexample(&m.values).is_some() {
        says("another value");
    }
    let Some(sketch) = &facts.sketch else { return false };
    let numeric = pattern(m);
    let operands: Vec<Option<&Node>> = args.iter().map(|a| a.map(|i| &nodes[i])).collect();
    let claimed = boolean(op, &operands);
    let (claimed, cancels) = (claimed.as_ref().unwrap_or(&numeric), claimed.is_some());
    if std::panic::catch_unwind(|| soundness::check(claimed, sketch)).is_err() {
        says(&format!("a false claim of the sketch about {claimed:?}"));
    }
    if cancels
        && operands.iter().flatten().all(|node| finite(&node.value))
        && numeric.zip(claimed, |x, y| x && !y).nnz() > 0
    {
        says("nonzeros beyond the Boolean result");
    }
    numeric == *claimed
}

fn finite(value: &Value) -> bool {
    match value {
        Value::Scalar(s) => s.as_f64().is_none_or(f64::is_finite),
        Value::Matrix(m) => m.is_finite(),
        _ => true,
    }
}

/// The Boolean result of operators that may cancel, or that take 0 * NaN for 0; `None` where claims are literal.
fn boolean(op: Op, args: &[Option<&Node>]) -> Option<Pattern> {
    let of = |i: usize| match args[i].map(|node| &node.value) {
        Some(Value::Matrix(m)) => pattern(m),
        Some(Value::Scalar(s)) => Pattern::new(1, 1, |_, _| s.as_f64() != Some(0.0)),
        _ => unreachable!("an operand"),
    };
    let product = || {
        let (a, b) = (of(0), of(1));
        // whose value is known: what it makes of zeros is too
        let scalar = |i: usize| args[i].is_some_and(|node| node.facts.value().is_some());
        (!scalar(0) && !scalar(1)).then(|| a.zip(&b, |x, y| x && y))
    };
    match op {
        Op::MatMul => Some(of(0).matmul(&of(1))),
        Op::Binary(Binary::Multiply) => product(),
        Op::Outer => match args[2].map(|node| &node.value) {
            Some(Value::Scalar(Scalar::Str(name))) if &**name == "*" => product(),
            _ => None,
        },
        Op::Aggregate(Aggregate::Sum, Direction::Row) => Some(of(0).row_agg()),
        Op::Aggregate(Aggregate::Sum, Direction::Col) => Some(of(0).transpose().row_agg().transpose()),
        Op::Aggregate(Aggregate::Mean, Direction::Row) if of(0).cols > 0 => Some(of(0).row_agg()),
        Op::Aggregate(Aggregate::Mean, Direction::Col) if of(0).rows > 0 => {
            Some(of(0).transpose().row_agg().transpose())
        }
        Op::Cumulative(Cumulative::Sum) => Some(of(0).cumsum()),
        Op::RowCumSum => Some(of(0).transpose().cumsum().transpose()),
        _ => None,
    }
}

/// Neither near to overflow nor to underflow, which sketches suppose not to happen.
fn is_moderate(value: &Value) -> bool {
    let Value::Matrix(m) = value else { return true };
    m.values.iter().all(|x| *x == 0.0 || !x.is_finite() || (1e-8..1e8).contains(&x.abs())) && m.rows.max(m.cols) <= 12
}

/// What control flow knows where it meets, of one value or the other.
fn join(nodes: &[Node], node: &Node, source: &mut Source) -> Option<Node> {
    let other = nodes.iter().find(|other| can_stand_for(&other.value, &node.value))?;
    let facts = node.facts.join(&other.facts);
    let value = source.pick(&[&node.value, &other.value]).clone();
    if let (Facts::Matrix(MatrixFacts { sketch: Some(sketch), values, finite, .. }), Value::Matrix(m)) =
        (&facts, &value)
    {
        soundness::check(&pattern(m), sketch);
        assert!(values.counterexample(&m.values).is_none() && (!finite || m.is_finite()), "{node:#?}\n{other:#?}");
    }
    Some(Node { value, facts })
}
