//! Every row of the operator table against its meaning: generated arguments in every format, through the step executor.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{FORMATS, Make, Random, check_facts};
use lac_compiler::list::List;
use lac_compiler::ops::{Aggregate, Cumulative, Effect, Mismatch, Op, Row, Scalar, table};
use lac_compiler::plan::{Action, Format};
use lac_compiler::reference::sample::{Source, arguments};
use lac_compiler::reference::{self, Value as Meaning, World};
use lac_runtime::exec::{Engine, Host, Interpreter, Settings, Value, from_reference, to_reference};
use lac_runtime::{Context, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};

const SMALL_CALLS: u32 = 300;
const LARGE_CALLS: u32 = 2;

#[test]
fn operators_mean_what_the_reference_says() {
    let pools = [1, 2, 3].map(|n| ThreadPoolBuilder::new().num_threads(n).build().expect("a pool"));
    let check_row = |r: usize, row: &Row| {
        for call in 0..SMALL_CALLS {
            let key = r as u32 * SMALL_CALLS + call;
            check(row, &mut Source::new(key), &pools[key as usize % 3..][..1]);
        }
        for call in 0..LARGE_CALLS {
            check(row, &mut Source::large(r as u32 * LARGE_CALLS + call), &pools);
        }
    };
    // All rows that fail, not only the first.
    let fails = |(r, row): &(usize, &Row)| catch_unwind(AssertUnwindSafe(|| check_row(*r, row))).is_err();
    let rows = table().iter().enumerate().filter(|(_, row)| !is_outside(row));
    let failed: Vec<&str> = rows.filter(fails).map(|(_, row)| row.name).collect();
    assert!(failed.is_empty(), "operators that fail: {failed:?}");
}

/// Files and the clock have tests of their own.
fn is_outside(row: &Row) -> bool {
    matches!(row.op, Op::Time) || (row.effect == Effect::World && !matches!(row.op, Op::Print | Op::Stop | Op::Assert))
}

/// One call, in some choices of formats, on every pool: with the same bits.
fn check(row: &Row, source: &mut Source, pools: &[ThreadPool]) {
    let mut meanings = arguments(row, source);
    if row.op == Op::Rand && !has_seed(&meanings) {
        meanings[7] = Some(Meaning::Scalar(Scalar::Int(11)));
    }
    let args: Vec<Option<&Meaning>> = meanings.iter().map(Option::as_ref).collect();
    let mut world = Printed::default();
    let expected = reference::evaluate(row.op, &args, &mut world);
    if expected.as_ref().is_err_and(|e| e.code == "E0601") {
        return;
    }
    let scale = expected.is_ok().then(|| scale(row.op, &args)).flatten();
    for round in 0..if pools.len() > 1 { 2 } else { FORMATS.len() } {
        let values: Vec<Option<Value>> =
            meanings.iter().map(|m| Some(stored(m.as_ref()?, (round + source.below(2)) % 3))).collect();
        let mut found: Vec<(Result<Vec<Value>>, String)> =
            pools.iter().map(|pool| pool.install(|| apply(Action::Apply(row.op), values.clone()))).collect();
        let what = || format!("{} of {}", row.name, short(&values));
        let (first, printed) = found.pop().expect("a pool");
        for (other, _) in &found {
            same_bits(&first, other, &what());
        }
        match (&expected, &first) {
            (Err(e), Err(d)) => assert_eq!(e.code, d.code, "{}: {} but {}", what(), e.message, d.message),
            (Ok(_), Ok(results)) if row.effect == Effect::World => {
                assert!(results.is_empty());
                assert_eq!(printed, world.0, "{}", what());
            }
            (Ok(Meaning::Several(expected)), Ok(results)) => {
                assert_eq!(expected.len(), results.len(), "{}", what());
                expected.iter().zip(results).for_each(|(e, r)| equal(row.op, e, r, None, &what()));
            }
            (Ok(expected), Ok(results)) => equal(row.op, expected, &results[0], scale.as_ref(), &what()),
            (Ok(_), Err(d)) => panic!("{} fails: {} {}", what(), d.code, d.message),
            (Err(e), Ok(results)) => panic!("{} is {results:?}, not {}: {}", what(), e.code, e.message),
        }
    }
}

/// A value as the runtime holds it.
fn stored(meaning: &Meaning, format: usize) -> Value {
    match meaning {
        Meaning::Matrix(m) => {
            let dense = lac_runtime::Dense::new(m.rows, m.cols, m.values.clone());
            Value::Matrix(common::store(dense, FORMATS[format], &mut Random(format as u64)))
        }
        other => from_reference(other),
    }
}

fn has_seed(args: &[Option<Meaning>]) -> bool {
    matches!(args[7], Some(Meaning::Scalar(Scalar::Int(seed))) if seed != -1)
}

fn apply(action: Action, values: Vec<Option<Value>>) -> (Result<Vec<Value>>, String) {
    let mut printed = Printed::default();
    let settings =
        Settings { engine: Engine::Planned, context: Context::unlimited(), stats: false, seed: 1, library: None };
    let results = Interpreter::new(settings, &mut printed).apply(action, values);
    (results, printed.0)
}

fn same_bits(a: &Result<Vec<Value>>, b: &Result<Vec<Value>>, what: &str) {
    match (a, b) {
        (Ok(a), Ok(b)) => {
            for (a, b) in a.iter().zip(b) {
                match (a, b) {
                    (Value::Matrix(a), Value::Matrix(b)) => {
                        assert_eq!(a.shape(), b.shape());
                        assert!(common::bits(a) == common::bits(b), "{what} depends on the number of threads");
                    }
                    (Value::List(_), Value::List(_)) => {}
                    (Value::Scalar(a), Value::Scalar(b)) => assert_eq!(a, b, "{what} depends on the number of threads"),
                    (Value::Frame(a), Value::Frame(b)) => assert_eq!(format!("{a:?}"), format!("{b:?}"), "{what}"),
                    _ => panic!("{what}: {a:?} or {b:?}"),
                }
            }
        }
        (Err(a), Err(b)) => assert_eq!(a.code, b.code, "{what}"),
        _ => panic!("{what}: {a:?} or {b:?}"),
    }
}

/// The same result of an operator on absolute values: what rounding errors are relative to. `None` where there is no
/// rounding that depends on the order of anything.
fn scale(op: Op, args: &[Option<&Meaning>]) -> Option<Meaning> {
    let op = match op {
        Op::Aggregate(Aggregate::Var | Aggregate::Sd, direction) => Op::Aggregate(Aggregate::SumSq, direction),
        Op::MatMul | Op::Cumulative(Cumulative::Sum | Cumulative::Prod) => op,
        Op::Aggregate(f, _) if !matches!(f, Aggregate::IndexMax | Aggregate::IndexMin) => op,
        _ => return None,
    };
    let absolute = |v: &Meaning| match v {
        Meaning::Matrix(m) => {
            Meaning::Matrix(reference::Dense::new(m.rows, m.cols, m.values.iter().map(|x| x.abs()).collect()))
        }
        other => other.clone(),
    };
    let args: Vec<Option<Meaning>> = args.iter().map(|a| a.map(absolute)).collect();
    let args: Vec<Option<&Meaning>> = args.iter().map(Option::as_ref).collect();
    Some(reference::evaluate(op, &args, &mut Printed::default()).expect("as with the signs"))
}

fn equal(op: Op, expected: &Meaning, found: &Value, scale: Option<&Meaning>, what: &str) {
    let squared = matches!(op, Op::Aggregate(Aggregate::Sd, _));
    let same = |x: f64, y: f64, scale: f64| {
        let (x, y) = if squared { (x * x, y * y) } else { (x, y) };
        x == y || x.is_nan() && y.is_nan() || (x - y).abs() <= 1e-12 * scale
    };
    if let Value::Matrix(m) = found {
        check_facts(m);
    }
    match (expected, &to_reference(found)) {
        (Meaning::Scalar(Scalar::Double(x)), Meaning::Scalar(Scalar::Double(y))) => {
            let scale = match scale {
                Some(Meaning::Scalar(s)) => s.as_f64().unwrap_or(0.0),
                _ => 0.0,
            };
            assert!(same(*x, *y, scale), "{what} is {y}, not {x}");
        }
        (Meaning::Scalar(x), Meaning::Scalar(y)) => assert_eq!(x, y, "{what}"),
        (Meaning::Matrix(x), Meaning::Matrix(y)) => {
            assert_eq!((x.rows, x.cols), (y.rows, y.cols), "{what}");
            for (k, (a, b)) in x.values.iter().zip(&y.values).enumerate() {
                let scale = match scale {
                    Some(Meaning::Matrix(s)) => s.values[k],
                    _ => 0.0,
                };
                let at = (k / x.cols, k % x.cols);
                assert!(same(*a, *b, scale), "{what}: cell {at:?} is {b}, not {a}");
            }
        }
        (Meaning::List(x), Meaning::List(y)) => {
            let names = |l: &List<Meaning>| l.items().iter().map(|i| i.name.clone()).collect::<Vec<_>>();
            assert_eq!(names(x), names(y), "{what}");
            x.values().zip(y.values()).for_each(|(x, y)| equal(op, x, &from_reference(y), None, what));
        }
        // One NaN is as good as another.
        (Meaning::Frame(x), Meaning::Frame(y)) => assert_eq!(format!("{x:?}"), format!("{y:?}"), "{what}"),
        (x, y) => panic!("{what} is {y:?}, not {x:?}"),
    }
}

/// Products as plans have them: transposes folded in, the result in a format.
#[test]
fn products_fold_transposes() {
    let formats = [None, Some(Format::Dense), Some(Format::Csr)];
    let mut source = Source::new(3);
    for call in 0..3000u64 {
        let (m, k, n) = (source.below(6), source.below(6), source.below(6));
        let make = |salt| Make {
            format: FORMATS[(call as usize + salt) % 3],
            density: [0.2, 1.0][(call as usize / 3) % 2],
            special: [0.0, 0.1][(call as usize / 7) % 2],
            seed: call + salt as u64 * 1_000_003,
        };
        let (left_transposed, right_transposed) = (call & 1 == 1, call & 2 == 2);
        let a = if left_transposed { make(1).matrix(k, m) } else { make(1).matrix(m, k) };
        let b = if right_transposed { make(2).matrix(n, k) } else { make(2).matrix(k, n) };
        let turned = |m: &lac_runtime::Matrix, turn: bool| {
            let value = to_reference(&Value::Matrix(m.clone()));
            let turned = || reference::evaluate(Op::Transpose, &[Some(&value)], &mut Printed::default()).unwrap();
            if turn { turned() } else { value.clone() }
        };
        let (x, y) = (turned(&a, left_transposed), turned(&b, right_transposed));
        let args = [Some(&x), Some(&y)];
        let expected = reference::evaluate(Op::MatMul, &args, &mut Printed::default()).unwrap();
        let format = formats[source.below(3)];
        let action = Action::Product { left_transposed, right_transposed, format };
        let (found, _) = apply(action, vec![Some(Value::Matrix(a)), Some(Value::Matrix(b))]);
        let what = format!("{action:?} of {x:?} and {y:?}");
        let found = found.unwrap_or_else(|e| panic!("{what}: {e}"));
        equal(Op::MatMul, &expected, &found[0], scale(Op::MatMul, &args).as_ref(), &what);
        if let Some(format) = format {
            assert_eq!(found[0].format(), Some(format), "{what}");
        }
    }
}

/// A conversion changes the format and nothing else; where it would double the bytes it is left out.
#[test]
fn conversions_keep_the_values() {
    for (seed, format) in FORMATS.into_iter().enumerate() {
        for (rows, cols) in [(0, 3), (3, 0), (1, 1), (7, 5), (400, 300)] {
            let m = Make { format, density: 0.5, special: 0.05, seed: seed as u64 }.matrix(rows, cols);
            for to in [Format::Dense, Format::Csr] {
                let (found, _) = apply(Action::Convert(to), vec![Some(Value::Matrix(m.clone()))]);
                let found = found.unwrap();
                // Half full: neither format is twice as large as the other, but for the offsets of a matrix without cells.
                if rows * cols > 0 {
                    assert_eq!(found[0].format(), Some(to));
                }
                equal(Op::AsMatrix, &to_reference(&Value::Matrix(m.clone())), &found[0], None, "a conversion");
            }
        }
    }
    let sparse = Make { format: FORMATS[1], density: 0.01, special: 0.0, seed: 1 }.matrix(400, 300);
    let (found, _) = apply(Action::Convert(Format::Dense), vec![Some(Value::Matrix(sparse))]);
    assert_eq!(found.unwrap()[0].format(), Some(Format::Csr));
}

fn short(values: &[Option<Value>]) -> String {
    let mut text = format!("{values:?}");
    if text.len() > 1500 {
        text = values.iter().map(|v| v.as_ref().map_or("_".into(), Value::describe)).collect::<Vec<_>>().join(", ");
    }
    text
}

/// What is printed; there are no files and no clock.
#[derive(Default)]
struct Printed(String);

impl Host for Printed {
    fn print(&mut self, line: &str) {
        self.0 += line;
    }
}

impl World for Printed {
    fn print(&mut self, line: &str) {
        self.0 += line;
    }

    fn read(&mut self, _: Op, _: &[Option<&Meaning>]) -> std::result::Result<Meaning, Mismatch> {
        unreachable!("nothing is read")
    }

    fn write(&mut self, _: &[Option<&Meaning>]) -> std::result::Result<(), Mismatch> {
        unreachable!("nothing is written")
    }

    fn time(&mut self) -> i64 {
        0
    }

    fn seed(&mut self) -> u64 {
        0
    }
}
