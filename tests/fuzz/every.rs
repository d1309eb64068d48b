//! Every builtin in every kind of case, through all engines: the rows of the table with arguments of their generators, and what
//! is composed of rows. What is wrong ends with a code, never in a panic.

use lac::compiler::ops::{BLOCK_CALLS, Binary, Default, EXPANSIONS, Effect, Op, Row};
use lac::compiler::reference::sample::{Source, arguments};
use lac::compiler::reference::{Dense, Value};

use crate::case::Case;
use crate::grammar::literals;
use crate::grammar::operators::rows;
use crate::oracle::judge;
use crate::{alone, findings, watch};

/// What the matrices of a call are like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Normal,
    Sparse,
    /// Some have no cells.
    Empty,
    Single,
    NotFinite,
}

const KINDS: [Kind; 5] = [Kind::Normal, Kind::Sparse, Kind::Empty, Kind::Single, Kind::NotFinite];
const CALLS_OF_A_KIND: usize = 3;
const DRAWS: u32 = 400;

/// What stands in the place of an argument and mostly does not fit.
const WRONG: [&str; 4] = ["\"a\"", "list(1, \"b\")", "frame(\"x\", rows=2, cols=3)", "matrix(1, rows=7, cols=3)"];

/// Calls of what is no row, of matrices A and B of the same shape, and a column v.
const COMPOSED: &[(&str, &str)] = &[
    ("mean", "r = mean(A, B)"),
    ("avg", "r = avg(A, B)"),
    ("ppred", "r = ppred(A, B, \">=\")"),
    ("setNames", "r = setNames(as.frame(v), list(\"n\"))"),
    ("einsum", "r = einsum(\"ij,kj->ik\", A, B); s = einsum(\"ij->\", A)"),
    ("compress", "r = sum(compress(A))"),
    ("decompress", "r = decompress(compress(A))"),
    ("local", "r = local(A) + B"),
    ("eval", "r = eval(\"colSums\", A)"),
    (
        "evalList",
        "f = function(matrix[double] X) return (double a, matrix[double] b) { a = sum(X); b = t(X) }\nr = evalList(\"f\", list(A))",
    ),
    ("exists", "r = exists(A); s = exists(\"none\")"),
    ("ifdef", "r = ifdef($none, A)"),
    ("apply", "r = apply(A, 1, x -> sum(x)); s = apply(A, 2, x -> x * 2)"),
    ("rexpand", "r = rexpand(target=v, max=4); s = rexpand(target=v, dir=\"rows\")"),
    (
        "paramserv",
        "g = function(list[unknown] model, list[unknown] hyperparams, matrix[double] features, matrix[double] labels) return (list[unknown] gradients) { gradients = list(t(features) %*% labels) }\nu = function(list[unknown] model, list[unknown] hyperparams, list[unknown] gradients) return (list[unknown] model) { model = list(as.matrix(model[1]) - 0.1 * as.matrix(gradients[1])) }\nr = paramserv(model=list(matrix(0, ncol(A), 1)), features=A, labels=v, upd=\"g\", agg=\"u\", epochs=2, batchsize=2, hyperparams=list(rate=0.1))",
    ),
    ("map", "r = map(A, x -> sum(x))"),
    ("min", "r = min(A, B, 1); s = max(B, 2, A, A)"),
    ("index", "r = A[1:, ]; s = A[-1, ]; q = A[v > 1, ]; p = A[nrow(A):1:-1, ]; o = A[[1, 1], ]"),
    ("assign", "A[1:, ] = 7; B[-1, ] = 0; v[v > 1, ] = 5; r = A + B"),
    (
        "loops",
        "r = 0\nfor (x in A) { if (sum(x) > 1) next; r = r + nrow(x) }\nparfor (i in 1:nrow(A), check=0) { v[i, 1] = i }",
    ),
    ("solve", "r = solve(t(A) %*% A + diag(matrix(1, ncol(A), 1)), t(A) %*% B)"),
    ("broadcast", "r = v + t(v); s = v * A; q = colSums(A) / B"),
];

/// Matrices of each kind: two of a shape and a column.
const OPERANDS: &[(Kind, &str)] = &[
    (Kind::Normal, "A = [1, 2; 3, -4; 5, 0.5]; B = [2, 2; 1, 3; 7, 1]; v = [1; 3; 2]"),
    (
        Kind::Sparse,
        "A = matrix(0, 6, 5); A[2, 3] = 2; B = matrix(0, 6, 5); B[5, 1] = -1; v = matrix(0, 6, 1); v[4, 1] = 2",
    ),
    (Kind::Empty, "A = matrix(0, 0, 3); B = A; v = matrix(0, 0, 1)"),
    (Kind::Empty, "A = matrix(0, 3, 0); B = A; v = matrix(1, 3, 1)"),
    (Kind::Single, "A = [2]; B = [3]; v = [1]"),
    (Kind::NotFinite, "A = [NaN, 2; 3, Inf; -Inf, 0]; B = [1, NaN; 0, 0; 2, Inf]; v = [1; NaN; 2]"),
];

#[test]
fn every_row_in_every_kind_of_case() {
    let _alone = alone();
    watch::keep_in(&findings().join(format!("every-{}.case", std::process::id())));
    let mut failed = vec![];
    for (r, row) in rows().enumerate() {
        let mut wrong = |what: &str, script: &str, why: String| failed.push(format!("{what} of {script}: {why}"));
        let mut sample = None;
        for kind in KINDS {
            let draws = (0..DRAWS).filter_map(|k| drawn(row, kind, r as u32 * DRAWS + k));
            let mut good = 0;
            for values in draws.take(CALLS_OF_A_KIND * 4) {
                let script = statement(row, &written(row, &values));
                match run(&script) {
                    Ok(None) => {
                        good += 1;
                        sample.get_or_insert(values);
                    }
                    Ok(Some(_)) => {}
                    Err(why) => wrong(&format!("{kind:?}"), &script, why),
                }
                if good == CALLS_OF_A_KIND {
                    break;
                }
            }
            if good == 0 && kind == Kind::Normal && !fails_here(row.op) {
                wrong("no call that succeeds", row.name, format!("{kind:?}"));
            }
        }
        for (script, expected) in sample.map(|values| mistakes(row, &written(row, &values))).unwrap_or_default() {
            match run(&script) {
                Ok(code) if expected.is_none_or(|e| code == Some(e)) => {}
                Ok(code) => wrong("a mistake", &script, format!("{code:?}, not {expected:?}")),
                Err(why) => wrong("a mistake", &script, why),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn what_is_composed_in_every_kind_of_case() {
    let _alone = alone();
    watch::keep_in(&findings().join(format!("every-{}.case", std::process::id())));
    let names = EXPANSIONS.iter().flat_map(|e| e.names).chain(BLOCK_CALLS.iter().map(|b| &b.name));
    let missing: Vec<_> = names.filter(|name| !COMPOSED.iter().any(|(n, _)| n == *name)).collect();
    assert!(missing.is_empty(), "no call of {missing:?}");
    let mut failed = vec![];
    for (name, call) in COMPOSED {
        for (kind, operands) in OPERANDS {
            let script = format!("{operands}\n{call}\n");
            match run(&script) {
                Ok(Some(code)) if *kind == Kind::Normal => failed.push(format!("{name}: {code} of {script}")),
                Ok(_) => {}
                Err(why) => failed.push(format!("{name}, {kind:?}: {why}\n{script}")),
            }
        }
        for wrong in WRONG {
            let script = format!("A = {wrong}; B = {wrong}; v = {wrong}\n{call}\n");
            failed.extend(run(&script).err().map(|why| format!("{name} of {wrong}: {why}\n{script}")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// It always ends the program, or needs files or metadata that stand in no literal.
fn fails_here(op: Op) -> bool {
    op == Op::Stop || op.reads() || matches!(op, Op::ReadLibsvm | Op::TransformDecode)
}

/// The code of the error that all engines end with.
fn run(script: &str) -> Result<Option<&'static str>, String> {
    let case = Case::of_script(script);
    watch::keep(&case.text());
    let outcome = judge(&case).map_err(|finding| format!("{} {}", finding.key, finding.detail))?;
    Ok(outcome.codes.into_iter().flatten().next())
}

/// Arguments of a kind, if this draw gives some.
fn drawn(row: &Row, kind: Kind, key: u32) -> Option<Vec<Option<Value>>> {
    let mut values = arguments(row, &mut Source::new(key));
    let mut matrices: Vec<&mut Dense> = values
        .iter_mut()
        .filter_map(|v| match v {
            Some(Value::Matrix(m)) => Some(m),
            _ => None,
        })
        .collect();
    let is_empty = |m: &&mut Dense| m.values.is_empty();
    let fits = match kind {
        Kind::Normal => matrices.iter().all(|m| !is_empty(m) && m.values.iter().all(|x| x.is_finite())),
        Kind::Empty => matrices.iter().any(is_empty),
        Kind::Sparse | Kind::NotFinite => matrices.iter().any(|m| !is_empty(m)),
        Kind::Single => !matrices.is_empty(),
    };
    for (k, m) in matrices.iter_mut().enumerate() {
        match kind {
            Kind::Sparse => {
                m.values.iter_mut().enumerate().filter(|(i, _)| (i + k) % 4 != 0).for_each(|(_, x)| *x = 0.0)
            }
            Kind::Single => **m = Dense::new(1, 1, vec![m.values.first().copied().unwrap_or(2.0)]),
            Kind::NotFinite => {
                let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
                let n = m.values.len().max(1);
                odd.iter()
                    .take(m.values.len())
                    .enumerate()
                    .for_each(|(i, x)| m.values[(key as usize + 2 * i) % n] = *x);
            }
            Kind::Normal | Kind::Empty => {}
        }
    }
    fits.then_some(values)
}

/// Arguments as they are written: by name behind one that is left out, those of a list of sizes in brackets.
fn written(row: &Row, values: &[Option<Value>]) -> Vec<String> {
    let mut texts: Vec<String> = vec![];
    let mut is_named = false;
    let mut i = 0;
    while i < values.len() {
        let Some(p) = row.parameters.get(i) else {
            texts.extend(values[i].as_ref().filter(|_| !is_named).map(literals::value));
            i += 1;
            continue;
        };
        if let Some((list, _)) = p.name.split_once('[') {
            let of_list = |p: &lac::compiler::ops::Parameter| p.name.split_once('[').is_some_and(|(l, _)| l == list);
            let length = row.parameters[i..].iter().take_while(|p| of_list(p)).count();
            let sizes: Vec<String> = values[i..i + length].iter().flatten().map(literals::value).collect();
            is_named = true;
            texts.extend((sizes.len() == length).then(|| format!("{list}=[{}]", sizes.join(", "))));
            i += length;
            continue;
        }
        match &values[i] {
            Some(value) if is_named => texts.push(format!("{}={}", p.name, literals::value(value))),
            Some(value) => texts.push(literals::value(value)),
            None => is_named = true,
        }
        i += 1;
    }
    texts
}

fn statement(row: &Row, arguments: &[String]) -> String {
    let call = format!("{}({})", row.name, arguments.join(", "));
    match row.op.results().len() {
        0 if row.effect == Effect::World && !row.op.reads() => call,
        0 => format!("r = {call}"),
        n => format!("[{}] = {call}", (0..n).map(|k| format!("r{k}")).collect::<Vec<_>>().join(", ")),
    }
}

/// Calls that are wrong, with the code that says so where it is one for all builtins.
fn mistakes(row: &Row, arguments: &[String]) -> Vec<(String, Option<&'static str>)> {
    let mut found = vec![];
    let required = row.parameters.iter().filter(|p| p.default == Default::Required).count();
    if required > 0 {
        found.push((statement(row, &[]), Some("E0205")));
    }
    let positional: Vec<String> = arguments.iter().filter(|a| !a.contains('=')).cloned().collect();
    if !row.variadic && positional.len() == arguments.len() {
        let too_many = vec!["1".to_string(); row.parameters.len() + 1 - positional.len().min(row.parameters.len())];
        found.push((statement(row, &[positional, too_many].concat()), None));
    }
    // Any name fits where names are free; `log(x, y)` shares its name with `log(X)`.
    if !matches!(row.op, Op::List | Op::IfElse | Op::Binary(Binary::LogBase)) {
        found.push((statement(row, &[arguments.to_vec(), vec!["no_such_name=1".into()]].concat()), Some("E0206")));
    }
    for i in 0..arguments.len() {
        for wrong in WRONG {
            let mut others = arguments.to_vec();
            let name = others[i]
                .split_once('=')
                .filter(|(n, _)| n.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '_'));
            others[i] = name.map_or(wrong.to_string(), |(name, _)| format!("{name}={wrong}"));
            found.push((statement(row, &others), None));
        }
    }
    found
}
