//! Whole programs on three engines: the reference semantics, plans of the operators as written, optimized plans.

mod generate;
mod numbers;
mod parallel;
mod smooth;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};

use generate::{Generator, Program};
use lac::{Capture, Engine, Session, Value};

const ENGINES: [Engine; 3] = [Engine::Reference, Engine::Unoptimized, Engine::Planned];

/// What is left of a run: the code of its error, what it printed, the variables it kept.
#[derive(Debug)]
struct Outcome {
    error: Option<&'static str>,
    printed: String,
    variables: Vec<(String, Value)>,
}

fn run(script: &str, engine: Engine, forget: bool) -> Outcome {
    let host = Capture::default();
    let builder = Session::builder().engine(engine).seed(5).host(host.clone());
    let mut session = if forget { builder.forget().build() } else { builder.build() };
    let error = session.run(script).err().map(|e| e.list[0].code);
    let variables = if forget { vec![] } else { session.variables().map(|(n, v)| (n.into(), v.clone())).collect() };
    Outcome { error, printed: host.take(), variables }
}

/// What differs between the engines, if anything does. A variable is compared within `tolerance` of its largest cell.
fn disagreement(script: &str, forget: bool, tolerance: f64) -> Option<String> {
    let [reference, others @ ..] = ENGINES.map(|e| (e, catch_unwind(AssertUnwindSafe(|| run(script, e, forget)))));
    let Ok(expected) = reference.1 else { return Some("the reference panics".into()) };
    for (engine, outcome) in others {
        let Ok(found) = outcome else { return Some(format!("{engine:?} panics")) };
        if expected.error != found.error {
            return Some(format!("{engine:?} ends with {:?}, not {:?}", found.error, expected.error));
        }
        if tolerance == 0.0 && expected.printed != found.printed {
            return Some(format!("{engine:?} prints\n{}not\n{}", found.printed, expected.printed));
        }
        if expected.error.is_some() {
            continue;
        }
        if expected.variables.len() != found.variables.len() {
            return Some(format!("{engine:?} keeps {} variables", found.variables.len()));
        }
        for ((name, a), (_, b)) in expected.variables.iter().zip(&found.variables) {
            if !agree(a, b, tolerance) {
                return Some(format!("{engine:?}: {name} is {}, not {}", shown(b), shown(a)));
            }
        }
    }
    None
}

fn cells(value: &Value) -> Vec<f64> {
    match value {
        Value::Scalar(s) => vec![s.as_f64().unwrap_or(0.0)],
        Value::Matrix(m) => (0..m.rows()).flat_map(|i| (0..m.cols()).map(move |j| m.get(i, j))).collect(),
        other => panic!("a {} has no numbers", other.describe()),
    }
}

fn agree(a: &Value, b: &Value, tolerance: f64) -> bool {
    if let (Value::Scalar(x), Value::Scalar(y)) = (a, b)
        && (x.ty() != y.ty() || x.as_f64().is_none())
    {
        return x == y;
    }
    let (x, y) = (cells(a), cells(b));
    let largest = x.iter().filter(|v| v.is_finite()).fold(1.0, |m: f64, v| m.max(v.abs()));
    let same = |x: &f64, y: &f64| x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= tolerance * largest;
    a.describe() == b.describe() && x.iter().zip(&y).all(|(x, y)| same(x, y))
}

fn shown(value: &Value) -> String {
    format!("{} {:?}", value.describe(), cells(value).iter().take(40).collect::<Vec<_>>())
}

/// Leaves out statements as long as the engines still disagree.
fn smallest(program: &Program, disagrees: impl Fn(&[String]) -> bool) -> Vec<String> {
    let mut statements = program.statements.clone();
    loop {
        let shorter = (0..statements.len()).rev().find_map(|i| {
            let mut fewer = statements.clone();
            fewer.remove(i);
            disagrees(&fewer).then_some(fewer)
        });
        match shorter {
            Some(fewer) => statements = fewer,
            None => return statements,
        }
    }
}

/// With every variable kept, or with all but some forgotten as soon as possible, so that values are changed in place.
fn script(program: &Program, statements: &[String], forget: bool) -> String {
    let mut text = format!("{}{}\n", program.functions, statements.join("\n"));
    if forget {
        for name in program.variables.iter().step_by(2) {
            text += &format!("print(\"{name} \" + toString({name}, decimal = 6))\n");
        }
    }
    text
}

fn check(program: &Program, forget: bool, tolerance: f64, name: &str) -> bool {
    let differs = |statements: &[String]| disagreement(&script(program, statements, forget), forget, tolerance);
    if differs(&program.statements).is_none() {
        return true;
    }
    // A variable that was left out is an error on every engine: it disagrees no more.
    let statements = smallest(program, |s| differs(s).is_some());
    let what = differs(&statements).unwrap_or_default();
    eprintln!("{name}: {what}\n{}", script(program, &statements, forget));
    false
}

/// Runs programs of these keys, on two threads, and names those that fail.
fn check_all(keys: std::ops::Range<u32>, make: impl Fn(u32) -> (Program, bool, f64) + Sync) {
    let half = |from: u32| {
        let keys = keys.clone().filter(move |k| k % 2 == from);
        let fails = |key: &u32| {
            let (program, forget, tolerance) = make(*key);
            !check(&program, forget, tolerance, &format!("program {key}"))
        };
        keys.filter(fails).take(5).collect::<Vec<u32>>()
    };
    let (mut failed, more) = std::thread::scope(|s| {
        let other = s.spawn(|| half(1));
        (half(0), other.join().expect("the checks do not panic"))
    });
    failed.extend(more);
    assert!(failed.is_empty(), "programs on which engines disagree: {failed:?}");
}

/// So many programs, or as many as `LAC_PROGRAMS` says.
fn programs(usual: u32) -> std::ops::Range<u32> {
    0..std::env::var("LAC_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

#[test]
fn exact_programs_agree_to_the_bit() {
    check_all(programs(1500), |key| (Generator::new(key).program(), key / 2 % 2 == 0, 0.0));
}

#[test]
fn programs_of_numbers_agree_to_the_bit() {
    check_all(programs(1500), |key| (numbers::program(key), key % 2 == 0, 0.0));
}

/// As `for`, on every engine: the same values, the same output, the same error. Seeds depend on places in the text.
#[test]
fn rounds_apart_compute_what_rounds_in_order_do() {
    let mut wrong = vec![];
    for key in programs(150) {
        let script = parallel::script(key);
        for engine in [Engine::Planned, Engine::Reference] {
            let [a, b] = ["   for", "parfor"].map(|word| run(&script.replace("LOOP", word), engine, false));
            let pairs = || a.variables.iter().zip(&b.variables);
            let values = a.variables.len() == b.variables.len() && pairs().all(|((_, x), (_, y))| agree(x, y, 0.0));
            let same = (a.error, &a.printed) == (b.error, &b.printed) && (a.error.is_some() || values);
            if !same {
                eprintln!("{engine:?} {key}: {:?} {:?}\n{script}", a.error, b.error);
                wrong.push(key);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Rounding differs with the order of sums and products, and nothing else does.
#[test]
fn smooth_programs_agree_up_to_rounding() {
    check_all(programs(600), |key| (smooth::program(key), false, 1e-9));
}
