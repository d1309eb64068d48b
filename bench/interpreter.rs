//! What the interpreter adds to the work itself: nanoseconds an operation, the median of several runs.
//!
//! `cargo run --release --example interpreter-bench` prints a line for each case; a word selects the cases that have it
//! in their name.

use std::time::Instant;

use lac::Session;

/// A script whose loop runs `ROUNDS` times, and how many operations a round does.
struct Case {
    name: &'static str,
    before: &'static str,
    round: &'static str,
    /// So that the loop is not for nothing.
    after: &'static str,
    operations: u32,
    /// Nanoseconds an operation may take.
    limit: f64,
}

const ROUNDS: u32 = 200_000;
const RUNS: usize = 7;

const CASES: &[Case] = &[
    Case {
        name: "scalar: s = s + i * 2",
        before: "s = 0",
        round: "s = s + i * 2",
        after: "print(s)",
        operations: 2,
        limit: 100.0,
    },
    Case {
        name: "scalar: ten operations",
        before: "s = 0.5; u = 1",
        round: "s = (s * 3 + i) / 7 - 1; if (s > 100) { s = s - 100 }; u = min(u + 1, 5) * 2 %% 7",
        after: "print(s)",
        operations: 10,
        limit: 100.0,
    },
    Case {
        name: "scalar: while with a condition",
        before: "s = 0; k = 0",
        round: "while (k < i) { k = k + 1; s = s + k }",
        after: "print(s)",
        operations: 3,
        limit: 100.0,
    },
    Case {
        name: "scalar: functions of the table",
        before: "s = 1.5",
        round: "s = sqrt(abs(s)) + floor(s) %% 3 + exp(0.1 * s)",
        after: "print(s)",
        operations: 8,
        limit: 100.0,
    },
    Case {
        name: "scalar: a cell out",
        before: "s = 0; X = matrix(1, 10, 10)",
        round: "s = s + as.scalar(X[3, 4])",
        after: "print(s)",
        operations: 3,
        limit: 1000.0,
    },
    Case {
        name: "scalar: a cell in",
        before: "X = matrix(1, 10, 10)",
        round: "X[3, 4] = i",
        after: "print(sum(X))",
        operations: 1,
        limit: 1000.0,
    },
    Case {
        name: "call: empty function",
        before: "f = function() { }",
        round: "f()",
        after: "",
        operations: 1,
        limit: 1000.0,
    },
    Case {
        name: "call: scalar function",
        before: "f = function(double x) return (double y) { y = x }\ns = 0.0",
        round: "s = f(s)",
        after: "print(s)",
        operations: 1,
        limit: 1000.0,
    },
    Case {
        name: "call: matrix function",
        before: "f = function(matrix[double] X) return (matrix[double] Y) { Y = X }\nA = matrix(1, 10, 10)",
        round: "A = f(A)",
        after: "print(sum(A))",
        operations: 1,
        limit: 1000.0,
    },
    Case {
        name: "10 x 10: X = X * 2 + 1",
        before: "X = matrix(1, 10, 10)",
        round: "X = X * 0.5 + 1",
        after: "print(sum(X))",
        operations: 2,
        limit: 1000.0,
    },
    Case {
        name: "10 x 10: Z = X * Y + X",
        before: "X = matrix(1, 10, 10); Y = matrix(2, 10, 10); Z = X",
        round: "Z = X * Y + X",
        after: "print(sum(Z))",
        operations: 2,
        limit: 1000.0,
    },
    Case {
        name: "10 x 10: product",
        before: "X = matrix(0.1, 10, 10); Y = X",
        round: "Y = X %*% Y",
        after: "print(sum(Y))",
        operations: 1,
        limit: 2000.0,
    },
    Case {
        name: "10 x 10: sum",
        before: "X = matrix(0.1, 10, 10); s = 0",
        round: "s = s + sum(X)",
        after: "print(s)",
        operations: 2,
        limit: 1000.0,
    },
];

/// Loops whose rounds are apart.
const APART: &[(&str, &str)] = &[
    ("scalars", "x = i; for (k in 1:20000) { x = x * 0.5 + k }; R[i, 1] = x"),
    ("30 x 30", "A = matrix(i / 100, 30, 30); for (k in 1:200) { A = A %*% A / 100 + 1 }; R[i, 1] = sum(A)"),
    ("one row each, 10 us", "x = X[i %% 100 + 1, ]; for (k in 1:20) { x = x * 0.5 + 1 }; R[i, 1] = sum(x)"),
    ("one row each, 1 us", "R[i, 1] = sum(X[i %% 100 + 1, ])"),
];

fn seconds(script: &str) -> f64 {
    let run = || {
        let mut session = Session::builder().forget().seed(1).build();
        let begin = Instant::now();
        if let Err(found) = session.run(script) {
            panic!("{script}: {found}");
        }
        begin.elapsed().as_secs_f64()
    };
    median((0..RUNS).map(|_| run()).collect())
}

fn nanoseconds(case: &Case) -> f64 {
    let script = format!("{}\nfor (i in 1:{ROUNDS}) {{ {} }}\n{}", case.before, case.round, case.after);
    seconds(&script) * 1e9 / f64::from(ROUNDS) / f64::from(case.operations)
}

/// How much faster `parfor` is than `for`.
fn apart() {
    println!("{:<36} {:>10} {:>10} {:>8}", "parfor", "for ms", "parfor ms", "gain");
    for (name, body) in APART {
        let n = if name.starts_with("one row") { 20_000 } else { 100 };
        let time = |word: &str| {
            let begin = format!("R = matrix(0, {n}, 1); X = rand(rows=100, cols=10, seed=1)");
            1e3 * seconds(&format!("{begin}\n{word} (i in 1:{n}) {{ {body} }}\nprint(sum(R))"))
        };
        let (one, many) = (time("for"), time("parfor"));
        println!("{name:<36} {one:>10.1} {many:>10.1} {:>7.2}x", one / many);
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Milliseconds of checking a script of 1,000 lines.
fn check() -> f64 {
    let mut script =
        String::from("X = rand(rows = 100, cols = 20, seed = 1)\ny = rand(rows = 100, cols = 1, seed = 2)\n");
    for k in 0..142 {
        script += &format!(
            "f{k} = function(matrix[double] A, double r) return (matrix[double] B) {{\n  B = A * r + {k}\n}}\n\
             w{k} = t(X) %*% (X %*% t(X) %*% y) / {k}.5\nif (sum(w{k}) > {k}) {{\n  X = f{k}(X, {k})\n}}\n"
        );
    }
    let run = || {
        let mut session = Session::builder().forget().build();
        let begin = Instant::now();
        let found = session.check("script.dml", &script);
        assert!(!found.has_errors(), "{found}");
        begin.elapsed().as_secs_f64() * 1e3
    };
    median((0..RUNS).map(|_| run()).collect())
}

fn main() {
    let word = std::env::args().nth(1).unwrap_or_default();
    println!("{:<36} {:>10} {:>8}", "case", "ns", "limit");
    for case in CASES.iter().filter(|c| c.name.contains(&word)) {
        println!("{:<36} {:>10.1} {:>8.0}", case.name, nanoseconds(case), case.limit);
    }
    if "parfor".contains(&word) {
        apart();
    }
    if "check".contains(&word) {
        println!("{:<36} {:>10.1} ms {:>5} ms", "check of about 1,000 lines", check(), 20);
    }
}
