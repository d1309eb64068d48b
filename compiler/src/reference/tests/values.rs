//! Values computed by hand.

use super::{TestWorld, double, empty, int, matrix, string};
use crate::ops::{Mismatch, Op, Row, Scalar, named, table};
use crate::reference::{Value, evaluate};

/// The row that a call with so many arguments means.
fn row(name: &str, arguments: usize) -> &'static Row {
    let rows: Vec<&Row> = named(name).chain(table().iter().filter(|r| r.name == name)).collect();
    let exact = rows.iter().find(|r| r.parameters.len() == arguments);
    exact.or_else(|| rows.first()).unwrap_or_else(|| panic!("no operator {name}"))
}

fn call(name: &str, args: &[Value], world: &mut TestWorld) -> Result<Value, Mismatch> {
    let row = row(name, args.len());
    let mut args: Vec<Option<&Value>> = args.iter().map(|v| (*v != Value::Nothing).then_some(v)).collect();
    args.resize(args.len().max(row.parameters.len()), None);
    evaluate(row.op, &args, world)
}

fn value(name: &str, args: &[Value]) -> Value {
    call(name, args, &mut TestWorld::default()).unwrap_or_else(|e| panic!("{name}{args:?}: {e:?}"))
}

/// Equal cell by cell, a NaN to a NaN, 0 to -0.
fn check(name: &str, args: &[Value], expected: Value) {
    let actual = value(name, args);
    let same = |x: f64, y: f64| x == y || x.is_nan() && y.is_nan() || (x - y).abs() <= 1e-12 * y.abs();
    let equal = match (&actual, &expected) {
        (Value::Matrix(a), Value::Matrix(b)) => {
            (a.rows, a.cols) == (b.rows, b.cols) && a.values.iter().zip(&b.values).all(|(x, y)| same(*x, *y))
        }
        (Value::Scalar(Scalar::Double(x)), Value::Scalar(Scalar::Double(y))) => same(*x, *y),
        (a, b) => a == b,
    };
    assert!(equal, "{name}{args:?} is {actual:?}, not {expected:?}");
}

fn error(name: &str, args: &[Value]) -> &'static str {
    match call(name, args, &mut TestWorld::default()) {
        Ok(value) => panic!("{name}{args:?} is {value:?}"),
        Err(mismatch) => mismatch.code,
    }
}

const NONE: Value = Value::Nothing;
const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

#[test]
fn aggregates() {
    let x = matrix("1 -2 3; 4 0 -6");
    for (name, expected) in [
        ("sum", double(0.0)),
        ("sumSq", double(66.0)),
        ("mean", double(0.0)),
        ("min", double(-6.0)),
        ("max", double(4.0)),
        ("prod", double(0.0)),
        ("var", double(13.2)),
        ("sd", double(13.2f64.sqrt())),
        ("rowSums", matrix("2; -2")),
        ("colSums", matrix("5 -2 -3")),
        ("rowMeans", matrix("0.6666666666666666; -0.6666666666666666")),
        ("colMeans", matrix("2.5 -1 -1.5")),
        ("rowMins", matrix("-2; -6")),
        ("colMaxs", matrix("4 0 3")),
        ("rowProds", matrix("-6; 0")),
        ("colVars", matrix("4.5 2 40.5")),
        ("rowIndexMax", matrix("3; 1")),
        ("rowIndexMin", matrix("2; 3")),
        ("cumsum", matrix("1 -2 3; 5 -2 -3")),
        ("cumprod", matrix("1 -2 3; 4 0 -18")),
        ("cummin", matrix("1 -2 3; 1 -2 -6")),
        ("cummax", matrix("1 -2 3; 4 0 3")),
    ] {
        check(name, std::slice::from_ref(&x), expected);
    }
    check("trace", &[matrix("1 2; 3 4")], double(5.0));
    assert_eq!(error("trace", &[x]), "E0303");
}

#[test]
fn aggregates_of_nothing_and_of_one_cell() {
    for (name, of_none, of_one) in [
        ("sum", 0.0, 5.0),
        ("prod", 1.0, 5.0),
        ("min", INF, 5.0),
        ("max", -INF, 5.0),
        ("mean", NAN, 5.0),
        ("var", NAN, 0.0),
        ("sd", NAN, 0.0),
    ] {
        check(name, &[empty(0, 3)], double(of_none));
        check(name, &[matrix("5")], double(of_one));
    }
    check("rowMaxs", &[empty(2, 0)], matrix("-Inf; -Inf"));
    check("colMeans", &[empty(0, 2)], matrix("NaN NaN"));
    check("rowIndexMax", &[empty(2, 0)], matrix("0; 0"));
    check("rowSums", &[empty(0, 2)], empty(0, 1));
}

#[test]
fn nan_and_infinity() {
    check("rowIndexMax", &[matrix("NaN 1 1; NaN NaN NaN; -Inf NaN -Inf; 2 0 2")], matrix("3; 1; 3; 3"));
    check("rowIndexMin", &[matrix("NaN 1 1; NaN NaN NaN; Inf NaN Inf; 0 -0 2")], matrix("3; 1; 3; 2"));
    check("rowMins", &[matrix("1 NaN; Inf 2")], matrix("NaN; 2"));
    check("cummax", &[matrix("1; NaN; 2")], matrix("1; NaN; NaN"));
    check("%*%", &[matrix("0 1"), matrix("NaN; 1")], matrix("NaN"));
    check("%*%", &[matrix("0 1"), matrix("Inf; 1")], matrix("NaN"));
    check("*", &[matrix("0 2"), double(INF)], matrix("NaN Inf"));
    check("/", &[matrix("0 2 -1"), int(0)], matrix("NaN Inf -Inf"));
    check("is.nan", &[matrix("NaN 0 Inf")], matrix("1 0 0"));
    check("!", &[matrix("NaN 0 2")], matrix("0 1 0"));
}

#[test]
fn broadcasting() {
    let (x, row, col) = (matrix("1 2; 3 4"), matrix("10 20"), matrix("100; 200"));
    check("+", &[x.clone(), row.clone()], matrix("11 22; 13 24"));
    check("-", &[row.clone(), x.clone()], matrix("9 18; 7 16"));
    check("+", &[col.clone(), x.clone()], matrix("101 102; 203 204"));
    check("+", &[col.clone(), row.clone()], matrix("110 120; 210 220"));
    check("*", &[matrix("3"), x.clone()], matrix("3 6; 9 12"));
    check("-", &[int(1), x.clone()], matrix("0 -1; -2 -3"));
    check("outer", &[col, row, string("-")], matrix("90 80; 190 180"));
    check("min", &[x.clone(), int(2), matrix("5 0")], matrix("1 0; 2 0"));
    check("+", &[empty(0, 2), matrix("1 2")], empty(0, 2));
    assert_eq!(error("+", &[x.clone(), matrix("1 2 3")]), "E0301");
    assert_eq!(error("+", &[x, string("a")]), "E0211");
    check("ifelse", &[matrix("1 0; NaN 0"), int(7), matrix("8 9")], matrix("7 9; 7 9"));
    check("ifelse", &[Value::Scalar(Scalar::Bool(false)), string("a"), string("b")], string("b"));
    assert_eq!(error("ifelse", &[string("a"), int(1), int(2)]), "E0211");
}

#[test]
fn scalars() {
    check("+", &[string("n = "), double(1e10)], string("n = 1.0E10"));
    check("%/%", &[int(-7), int(2)], int(-3));
    check("%%", &[int(-7), int(3)], int(-1));
    check("/", &[int(1), int(2)], double(0.5));
    check("^", &[int(2), int(3)], double(8.0));
    check("min", &[int(3), int(1), int(2)], int(1));
    check("as.integer", &[matrix("-2.7")], int(-2));
    check("as.double", &[string("1e3")], double(1000.0));
    check("as.logical", &[int(2)], Value::Scalar(Scalar::Bool(true)));
    check("as.scalar", &[matrix("4")], double(4.0));
    check("as.matrix", &[int(4)], matrix("4"));
    check("nrow", &[empty(0, 3)], int(0));
    check("length", &[matrix("1 2; 3 4")], int(4));
    for (name, args, code) in [
        ("%/%", vec![int(1), int(0)], "E0504"),
        ("+", vec![int(i64::MAX), int(1)], "E0505"),
        ("*", vec![string("a"), int(1)], "E0211"),
        ("as.integer", vec![double(NAN)], "E0503"),
        ("as.integer", vec![matrix("NaN")], "E0503"),
        ("as.scalar", vec![matrix("1 2")], "E0308"),
        ("as.matrix", vec![string("a")], "E0211"),
        ("t", vec![int(1)], "E0210"),
    ] {
        assert_eq!(error(name, &args), code, "{name}{args:?}");
    }
}

#[test]
fn reorganizations() {
    let x = matrix("1 2 3; 4 5 6");
    check("t", std::slice::from_ref(&x), matrix("1 4; 2 5; 3 6"));
    check("rev", std::slice::from_ref(&x), matrix("4 5 6; 1 2 3"));
    check("diag", &[matrix("1; 2")], matrix("1 0; 0 2"));
    check("diag", &[matrix("1 2; 3 4")], matrix("1; 4"));
    check("cbind", &[matrix("1; 2"), x.clone(), empty(2, 0)], matrix("1 1 2 3; 2 4 5 6"));
    check("rbind", &[matrix("7 8 9"), x.clone()], matrix("7 8 9; 1 2 3; 4 5 6"));
    check("matrix", &[x.clone(), int(3), int(2)], matrix("1 2; 3 4; 5 6"));
    check("matrix", &[x.clone(), int(3), int(2), int(0)], matrix("1 5; 4 3; 2 6"));
    check("matrix", &[string("1 2.5\n-3"), int(1), int(3)], matrix("1 2.5 -3"));
    check("matrix", &[int(7), double(1.9), int(2)], matrix("7 7"));
    check("%*%", &[x.clone(), matrix("1; 0; -1")], matrix("-2; -2"));
    check("%*%", &[empty(2, 0), empty(0, 2)], matrix("0 0; 0 0"));
    for (name, args, code) in [
        ("%*%", vec![x.clone(), x.clone()], "E0302"),
        ("diag", vec![x.clone()], "E0303"),
        ("matrix", vec![x.clone(), int(2), int(2)], "E0304"),
        ("matrix", vec![string("1 x"), int(1), int(2)], "E0214"),
        ("matrix", vec![int(0), int(1 << 40), int(1 << 40)], "E0601"),
        ("matrix", vec![int(0), double(NAN), int(1)], "E0307"),
        ("matrix", vec![int(0), int(1 << 40), int(0)], "E0601"),
        ("cbind", vec![x.clone(), matrix("1")], "E0305"),
    ] {
        assert_eq!(error(name, &args), code, "{name}{args:?}");
    }
}

#[test]
fn indexing() {
    let x = matrix("1 2 3; 4 5 6");
    let bounds = |b: [f64; 4]| b.map(|v| if v == 0.0 { NONE } else { double(v) });
    let read = |b: [f64; 4]| [vec![x.clone()], bounds(b).to_vec()].concat();
    let write = |y: Value, b: [f64; 4]| [vec![x.clone(), y], bounds(b).to_vec()].concat();
    check("index", &read([0.0; 4]), x.clone());
    check("index", &read([2.0, 2.0, 0.0, 0.0]), matrix("4 5 6"));
    check("index", &read([1.0, 2.0, 2.9, 3.5]), matrix("2 3; 5 6"));
    check("assign", &write(double(9.0), [2.0, 2.0, 3.0, 3.0]), matrix("1 2 3; 4 5 9"));
    check("assign", &write(double(0.0), [0.0, 0.0, 1.0, 2.0]), matrix("0 0 3; 0 0 6"));
    check("assign", &write(matrix("7 8"), [1.0, 1.0, 2.0, 3.0]), matrix("1 7 8; 4 5 6"));
    for b in [[3.0, 3.0, 1.0, 1.0], [2.0, 1.0, 1.0, 1.0], [NAN, NAN, 1.0, 1.0], [0.5, 1.0, 1.0, 1.0]] {
        assert_eq!(error("index", &read(b)), "E0501", "{b:?}");
        assert_eq!(error("assign", &write(double(1.0), b)), "E0501", "{b:?}");
    }
    assert_eq!(error("assign", &write(matrix("7 8"), [1.0, 1.0, 1.0, 3.0])), "E0306");
}

#[test]
fn generators() {
    check("seq", &[int(1), int(3)], matrix("1; 2; 3"));
    check("seq", &[int(3), int(1)], matrix("3; 2; 1"));
    check("seq", &[int(0), int(5), int(2)], matrix("0; 2; 4"));
    check("seq", &[int(4), int(4)], matrix("4"));
    check("seq", &[double(INF), double(INF)], matrix("Inf"));
    assert_eq!(error("seq", &[int(1), int(3), int(-1)]), "E0502");
    assert_eq!(error("seq", &[int(1), double(INF)]), "E0502");
    assert_eq!(error("seq", &[int(0), double(1e300)]), "E0601");

    let uniform = [int(20), int(30), double(-1.0), double(2.0), double(0.5), string("uniform"), NONE, int(7)];
    let Value::Matrix(m) = value("rand", &uniform) else { panic!("a matrix") };
    let nonzeros = m.values.iter().filter(|v| **v != 0.0).count();
    assert!((200..400).contains(&nonzeros) && m.values.iter().all(|v| (-1.0..2.0).contains(v)), "{nonzeros}");
    assert_eq!(value("rand", &uniform), Value::Matrix(m), "equal seeds, equal matrices");
    let mut world = TestWorld::default();
    let mut fresh = || call("rand", &[int(3), int(3)], &mut world).unwrap();
    assert_ne!(fresh(), fresh(), "without a seed each call has its own");
    assert_eq!(error("rand", &[int(1), int(1), int(2), int(1)]), "E0215");
    assert_eq!(error("rand", &[int(1), int(1), NONE, NONE, int(2)]), "E0215");
    assert_eq!(error("rand", &[int(1), int(1), NONE, NONE, NONE, string("gamma")]), "E0213");
}

#[test]
fn the_world() {
    let mut world = TestWorld::default();
    call("print", &[double(1e10)], &mut world).unwrap();
    call("print", &[matrix("1 2")], &mut world).unwrap();
    call("print", &[string("%d rows, %.1f %%"), int(3), double(12.25)], &mut world).unwrap();
    assert_eq!(world.printed, ["1.0E10", "1.000 2.000\n", "3 rows, 12.3 %"]);
    check("toString", &[matrix("1 0; 0 2"), int(-1), int(1), int(0)], string("1\n0\n"));
    let sparse = [matrix("1 0; 0 2"), NONE, NONE, NONE, Value::Scalar(Scalar::Bool(true)), string(",")];
    check("toString", &sparse, string("1,1,1.000\n2,2,2.000\n"));
    check("toString", &[double(0.5)], string("0.5"));

    let stopped = call("stop", &[string("no data")], &mut world).unwrap_err();
    assert_eq!((stopped.code, stopped.message.as_str()), ("E0510", "no data"));
    assert_eq!(error("assert", &[Value::Scalar(Scalar::Bool(false))]), "E0511");
    assert_eq!(value("assert", &[int(1)]), Value::Nothing);
    assert_eq!(error("print", &[string("%d"), string("x")]), "E0506");
    assert_eq!(row("time", 0).op, Op::Time);
    let Value::Several(parts) = value("readLibsvm", &[string("a.svm")]) else { panic!("two results") };
    assert_eq!(parts.len(), 2);
}
