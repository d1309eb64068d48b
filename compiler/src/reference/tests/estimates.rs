//! Estimates against the mean of true counts over random operands: the rules that section 3.4 of the specification proposes.
//!
//! An estimate is judged where its assumptions hold (patterns independent given their counts, values spread evenly over a
//! known range), by the relative error of the mean over many draws.

use super::TestWorld;
use crate::facts::{Facts, Values};
use crate::ops::infer::table;
use crate::ops::random::philox;
use crate::ops::{Aggregate, Binary, Cumulative, Direction, Op, Scalar, Unary};
use crate::reference::{Dense, Value};
use crate::sketch::Sketch;

const DRAWS: u32 = 150;
const ROWS: usize = 40;
const COLS: usize = 30;

/// A value with what is known of it.
struct Node {
    value: Value,
    facts: Facts,
}

struct Random {
    key: u32,
    drawn: u32,
}

impl Random {
    fn unit(&mut self) -> f64 {
        self.drawn += 1;
        f64::from(philox([self.drawn, 0, 0, 0], [self.key, 3])[0]) / f64::from(u32::MAX)
    }

    /// A matrix whose cells are nonzero with this mean probability, twice as likely in some rows and columns as in others, with
    /// values spread over a range.
    fn matrix(&mut self, rows: usize, cols: usize, density: f64, values: Values) -> Node {
        let mut weights = |n: usize| -> Vec<f64> { (0..n).map(|_| 2.0 / 3.0 * (1.0 + self.unit())).collect() };
        let (by_row, by_col) = (weights(rows), weights(cols));
        let mut value = |i: usize, j: usize| {
            if self.unit() >= density * by_row[i] * by_col[j] {
                return 0.0;
            }
            let (low, high) = (values.min(), values.max());
            match values.is_integer() {
                true => (low + (self.unit() * (high - low + 1.0)).floor()).min(high),
                false => low + self.unit() * (high - low),
            }
        };
        let m = Dense::from_fn(rows, cols, &mut value).expect("small");
        let sketch = Sketch::from_dense(rows as u64, cols as u64, &m.values);
        Node { facts: Facts::valued(sketch, true, values), value: Value::Matrix(m) }
    }

    /// What other cases draw from.
    fn counts(&mut self, density: f64) -> Node {
        self.matrix(ROWS, COLS, density, Values::new(1.0, 8.0, true))
    }

    fn signed(&mut self, density: f64) -> Node {
        self.matrix(ROWS, COLS, density, Values::new(-1.0, 1.0, false))
    }
}

fn number(x: f64) -> Node {
    Node { value: Value::Scalar(Scalar::Double(x)), facts: Facts::literal(Scalar::Double(x)) }
}

/// A scalar of which only the type is known.
fn hidden(x: f64) -> Node {
    Node { facts: number(x).facts.widen(), ..number(x) }
}

fn apply(op: Op, args: &[&Node]) -> Node {
    apply_to(op, &args.iter().map(|node| Some(*node)).collect::<Vec<_>>())
}

/// With absent arguments.
fn apply_to(op: Op, args: &[Option<&Node>]) -> Node {
    let mut known: Vec<Option<&Facts>> = args.iter().map(|a| a.map(|node| &node.facts)).collect();
    let mut values: Vec<Option<&Value>> = args.iter().map(|a| a.map(|node| &node.value)).collect();
    known.resize(op.row().parameters.len().max(args.len()), None);
    values.resize(known.len(), None);
    let same = matches!(args, [Some(i), Some(j), ..] if std::ptr::eq(*i, *j));
    let inferred = match op {
        Op::Table => table::infer(op, &known, table::Pairs { same, ..table::Pairs::default() }),
        _ => (op.row().infer)(op, &known),
    };
    let facts = inferred.expect("operands that fit");
    Node { facts, value: (op.row().evaluate)(op, &values, &mut TestWorld::default()).expect("a value") }
}

fn text(text: &str) -> Node {
    Node { value: Value::Scalar(Scalar::from(text)), facts: Facts::literal(Scalar::from(text)) }
}

fn truth(value: bool) -> Node {
    Node { value: Value::Scalar(Scalar::Bool(value)), facts: Facts::literal(Scalar::Bool(value)) }
}

fn binary(f: Binary, a: &Node, b: &Node) -> Node {
    apply(Op::Binary(f), &[a, b])
}

fn unary(f: Unary, a: &Node) -> Node {
    apply(Op::Unary(f), &[a])
}

fn rows_of(f: Aggregate, a: &Node) -> Node {
    apply(Op::Aggregate(f, Direction::Row), &[a])
}

fn columns_of(f: Aggregate, a: &Node) -> Node {
    apply(Op::Aggregate(f, Direction::Col), &[a])
}

/// An expression over random operands, its name and the relative error that its estimate may have in the mean.
type Case = (&'static str, f64, fn(&mut Random) -> Node);

const CASES: &[Case] = &[
    ("X * Y", 1.03, |r| binary(Binary::Multiply, &r.counts(0.3), &r.counts(0.2))),
    ("X + Y", 1.02, |r| binary(Binary::Add, &r.counts(0.3), &r.counts(0.2))),
    ("X - Y", 1.03, |r| binary(Binary::Subtract, &r.signed(0.3), &r.signed(0.2))),
    ("xor(X, Y)", 1.03, |r| binary(Binary::Xor, &r.counts(0.3), &r.counts(0.4))),
    ("X * v", 1.01, |r| {
        let v = r.matrix(ROWS, 1, 0.4, Values::ONE);
        binary(Binary::Multiply, &r.counts(0.3), &v)
    }),
    ("X + v", 1.01, |r| {
        let v = r.matrix(1, COLS, 0.4, Values::ONE);
        binary(Binary::Add, &r.counts(0.3), &v)
    }),
    ("X > 5", 1.05, |r| binary(Binary::Greater, &r.counts(0.3), &number(5.0))),
    ("X < 3", 1.02, |r| binary(Binary::Less, &r.counts(0.3), &number(3.0))),
    ("X == 3", 1.08, |r| binary(Binary::Equal, &r.counts(0.3), &number(3.0))),
    ("X != 3", 1.02, |r| binary(Binary::NotEqual, &r.counts(0.3), &number(3.0))),
    ("X > 0 of signed", 1.05, |r| binary(Binary::Greater, &r.signed(0.4), &number(0.0))),
    ("X >= -0.5 of signed", 1.02, |r| binary(Binary::GreaterEqual, &r.signed(0.4), &number(-0.5))),
    ("X * (X > 5)", 1.05, |r| {
        let x = r.counts(0.3);
        binary(Binary::Multiply, &x, &binary(Binary::Greater, &x, &number(5.0)))
    }),
    ("X * X", 1.0, |r| {
        let x = r.signed(0.3);
        binary(Binary::Multiply, &x, &x)
    }),
    ("X - X", 1.0, |r| {
        let x = r.signed(0.3);
        binary(Binary::Subtract, &x, &x)
    }),
    ("abs(X) * X + X * 2", 1.0, |r| {
        let x = r.counts(0.3);
        let left = binary(Binary::Multiply, &unary(Unary::Abs, &x), &x);
        binary(Binary::Add, &left, &binary(Binary::Multiply, &x, &number(2.0)))
    }),
    ("X > Y", 1.04, |r| binary(Binary::Greater, &r.counts(0.5), &r.counts(0.4))),
    ("X == Y", 1.03, |r| binary(Binary::Equal, &r.counts(0.5), &r.counts(0.4))),
    ("min(X, Y) of signed", 1.04, |r| binary(Binary::Min, &r.signed(0.5), &r.signed(0.4))),
    ("max(X, Y) of positive", 1.02, |r| binary(Binary::Max, &r.counts(0.3), &r.counts(0.4))),
    ("min(X, Y) of positive", 1.03, |r| binary(Binary::Min, &r.counts(0.3), &r.counts(0.4))),
    ("max(X, 0) of signed", 1.05, |r| binary(Binary::Max, &r.signed(0.5), &number(0.0))),
    ("X %% 3", 1.05, |r| binary(Binary::Modulus, &r.counts(0.5), &number(3.0))),
    ("X %/% 4", 1.05, |r| binary(Binary::IntDivide, &r.counts(0.5), &number(4.0))),
    ("round(X) of signed", 1.05, |r| unary(Unary::Round, &r.signed(0.5))),
    ("floor(X) of signed", 1.05, |r| unary(Unary::Floor, &r.signed(0.5))),
    ("X / 3", 1.0, |r| binary(Binary::Divide, &r.counts(0.3), &number(3.0))),
    ("X / Y", 1.03, |r| binary(Binary::Divide, &r.counts(0.3), &r.counts(0.9))),
    ("X * s", 1.0, |r| binary(Binary::Multiply, &r.counts(0.3), &hidden(2.0))),
    ("ifelse(X > 5, Y, Z)", 1.04, |r| {
        let test = binary(Binary::Greater, &r.counts(0.9), &number(5.0));
        apply(Op::IfElse, &[&test, &r.counts(0.3), &r.counts(0.6)])
    }),
    ("ifelse(X > 5, X, 0)", 1.06, |r| {
        let x = r.counts(0.4);
        apply(Op::IfElse, &[&binary(Binary::Greater, &x, &number(5.0)), &x, &number(0.0)])
    }),
    ("rowSums(X)", 1.0, |r| rows_of(Aggregate::Sum, &r.counts(0.03))),
    // True counts of X and Y make the intersection vary less than the cells of its expected count would.
    ("rowSums(X * Y)", 1.1, |r| rows_of(Aggregate::Sum, &binary(Binary::Multiply, &r.counts(0.2), &r.counts(0.2)))),
    ("colMaxs(X > 7)", 1.06, |r| columns_of(Aggregate::Max, &binary(Binary::Greater, &r.counts(0.2), &number(7.0)))),
    ("rowMins(X)", 1.0, |r| rows_of(Aggregate::Min, &r.matrix(ROWS, 3, 0.6, Values::ONE))),
    ("rowMins(X + Y)", 1.25, |r| {
        let (x, y) = (r.matrix(ROWS, 3, 0.5, Values::ONE), r.matrix(ROWS, 3, 0.5, Values::ONE));
        rows_of(Aggregate::Min, &binary(Binary::Add, &x, &y))
    }),
    ("rowProds(X)", 1.0, |r| rows_of(Aggregate::Prod, &r.matrix(ROWS, 3, 0.6, Values::new(1.0, 4.0, true)))),
    ("rowVars(X)", 1.01, |r| rows_of(Aggregate::Var, &r.counts(0.05))),
    ("cumsum(X)", 1.05, |r| apply(Op::Cumulative(Cumulative::Sum), &[&r.counts(0.05)])),
    ("cummax(X) of positive", 1.05, |r| apply(Op::Cumulative(Cumulative::Max), &[&r.counts(0.05)])),
    ("cumprod(X)", 1.08, |r| {
        apply(Op::Cumulative(Cumulative::Prod), &[&r.matrix(ROWS, COLS, 0.5, Values::new(1.0, 2.0, true))])
    }),
    ("cummin(X) of positive", 1.08, |r| apply(Op::Cumulative(Cumulative::Min), &[&r.counts(0.5)])),
    ("X[a:b, c:d]", 1.04, |r| {
        let bounds = [7.0, 19.0, 3.0, 20.0].map(number);
        apply(Op::RightIndex, &[&r.counts(0.2), &bounds[0], &bounds[1], &bounds[2], &bounds[3]])
    }),
    ("X[i, ] of an unknown row", 1.06, |r| {
        let (at, from, to) = (hidden(7.0), number(1.0), number(COLS as f64));
        apply(Op::RightIndex, &[&r.counts(0.2), &at, &at, &from, &to])
    }),
    ("X[i, j] = Y at an unknown place", 1.04, |r| {
        let (at, from, to) = (hidden(7.0), number(1.0), number(COLS as f64));
        let part = r.matrix(1, COLS, 0.6, Values::ONE);
        apply(Op::LeftIndex, &[&r.counts(0.2), &part, &at, &at, &from, &to])
    }),
    ("X[a:b, c:d] = Y", 1.04, |r| {
        let bounds = [11.0, 30.0, 6.0, 25.0].map(number);
        let part = r.matrix(20, 20, 0.6, Values::ONE);
        apply(Op::LeftIndex, &[&r.counts(0.2), &part, &bounds[0], &bounds[1], &bounds[2], &bounds[3]])
    }),
    ("diag(X)", 1.1, |r| apply(Op::Diag, &[&r.matrix(ROWS, ROWS, 0.2, Values::ONE)])),
    ("rowSums(matrix(X, 60, 20))", 1.25, |r| {
        let reshaped = apply(Op::Matrix, &[&r.counts(0.04), &number(60.0), &number(20.0)]);
        rows_of(Aggregate::Sum, &reshaped)
    }),
    ("matrix(X, 60, 20)[3:31, 2:9]", 1.04, |r| {
        let reshaped = apply(Op::Matrix, &[&r.counts(0.2), &number(60.0), &number(20.0)]);
        let bounds = [3.0, 31.0, 2.0, 9.0].map(number);
        apply(Op::RightIndex, &[&reshaped, &bounds[0], &bounds[1], &bounds[2], &bounds[3]])
    }),
    ("colSums(matrix(X, 25, 48))", 1.06, |r| {
        let reshaped = apply(Op::Matrix, &[&r.counts(0.04), &number(25.0), &number(48.0)]);
        columns_of(Aggregate::Sum, &reshaped)
    }),
    ("seq(-4, 5)", 1.0, |_| apply(Op::Seq, &[&number(-4.0), &number(5.0), &number(1.0)])),
    ("rand of a Poisson distribution", 1.05, |r| {
        let (size, seed) = (number(30.0), Scalar::Int(i64::from(r.key)));
        let seed = Node { value: Value::Scalar(seed.clone()), facts: Facts::literal(seed) };
        let (low, high) = (number(0.0), number(1.0));
        let args = [&size, &size, &low, &high, &number(0.5), &text("poisson"), &number(0.7), &seed];
        apply(Op::Rand, &args)
    }),
    ("outer(u, v, \">\")", 1.06, |r| {
        let (u, v) = (r.matrix(ROWS, 1, 0.5, Values::new(1.0, 8.0, true)), r.matrix(1, COLS, 0.5, Values::ONE));
        apply(Op::Outer, &[&u, &v, &text(">")])
    }),
    // Places that meet each cell as often as any other.
    ("table(i, j)", 1.02, |r| {
        let (size, mut place) = (number(20.0), || r.matrix(300, 1, 9.0, Values::new(1.0, 20.0, true)));
        apply_to(Op::Table, &[Some(&place()), Some(&place()), None, Some(&size), Some(&size), None])
    }),
    ("table(i, i)", 1.02, |r| {
        let (size, i) = (number(60.0), r.matrix(80, 1, 9.0, Values::new(1.0, 60.0, true)));
        apply_to(Op::Table, &[Some(&i), Some(&i), None, Some(&size), Some(&size), None])
    }),
    ("aggregate(X, groups, sum)", 1.05, |r| {
        let groups = r.matrix(ROWS, 1, 9.0, Values::new(1.0, 10.0, true));
        let (x, f, rows) = (r.counts(0.1), text("sum"), number(10.0));
        apply_to(Op::Grouped, &[Some(&x), Some(&groups), Some(&f), None, None, Some(&rows)])
    }),
    ("lower.tri(X, values)", 1.02, |r| apply(Op::LowerTri, &[&r.counts(0.3), &truth(true), &truth(true)])),
    ("upper.tri(X)", 1.0, |r| apply(Op::UpperTri, &[&r.counts(0.3), &truth(false), &truth(false)])),
    ("order(X)[a:b, ]", 1.06, |r| {
        // by a column that tells nothing of the others
        let key = r.matrix(ROWS, 1, 9.0, Values::new(1.0, 2.0, false));
        let x = apply(Op::CBind, &[&key, &r.counts(0.2)]);
        let sorted = apply(Op::Order, &[&x, &number(1.0), &truth(false), &truth(false)]);
        let bounds = [7.0, 19.0, 2.0, 30.0].map(number);
        apply(Op::RightIndex, &[&sorted, &bounds[0], &bounds[1], &bounds[2], &bounds[3]])
    }),
    ("roll(X, 3)[a:b, ]", 1.06, |r| {
        let rolled = apply(Op::Roll, &[&r.counts(0.2), &number(3.0)]);
        let bounds = [7.0, 19.0, 2.0, 30.0].map(number);
        apply(Op::RightIndex, &[&rolled, &bounds[0], &bounds[1], &bounds[2], &bounds[3]])
    }),
    ("rowcumsum(X)", 1.05, |r| apply(Op::RowCumSum, &[&r.counts(0.05)])),
    ("replace(X, 3, 0)", 1.08, |r| apply(Op::Replace, &[&r.counts(0.3), &number(3.0), &number(0.0)])),
    ("solve(D, B)", 1.0, |r| {
        let d = apply(Op::Diag, &[&r.matrix(ROWS, 1, 9.0, Values::new(1.0, 2.0, false))]);
        apply(Op::Solve, &[&d, &r.counts(0.2)])
    }),
    ("cholesky(A)", 1.0, |r| {
        let x = r.matrix(ROWS, ROWS, 0.9, Values::new(1.0, 2.0, false));
        let square = apply(Op::MatMul, &[&x, &apply(Op::Transpose, &[&x])]);
        apply(Op::Cholesky, &[&square])
    }),
];

#[test]
fn estimates_are_means() {
    let mut wrong = Vec::new();
    for &(name, allowed, case) in CASES {
        let (mut estimate, mut truth) = (0.0, 0.0);
        for key in 0..DRAWS {
            let node = case(&mut Random { key, drawn: 0 });
            let (Value::Matrix(m), Some(nnz)) = (&node.value, node.facts.nnz()) else { panic!("{name}") };
            let count = m.values.iter().filter(|x| **x != 0.0).count() as f64;
            assert!(nnz.lower as f64 <= count && count <= nnz.upper as f64, "{name}: {count}, {nnz:?}");
            estimate += nnz.estimate / f64::from(DRAWS);
            truth += count / f64::from(DRAWS);
        }
        let error = if estimate == truth { 1.0 } else { estimate.max(truth) / estimate.min(truth) };
        // the noise of the mean of counts that vary like a Poisson number
        let noise = 1.0 + 3.0 / (truth * f64::from(DRAWS)).sqrt().max(1.0);
        let limit = if allowed > 1.0 { allowed.max(noise) } else { 1.0 + 1e-9 };
        if error > limit {
            wrong.push(format!("{name}: estimated {estimate:.2}, truly {truth:.2}: {error:.3}, not {allowed}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
