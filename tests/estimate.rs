//! `lac sketch` and `lac estimate`, as a library and from the outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lac::compiler::ops::Scalar;
use lac::compiler::sketch::{Nnz, SketchFile};
use lac::estimate::{self, Answer, Given, Question};
use lac::{Context, Dense, Diagnostics, Matrix, Session};

/// Small integers above 0, most of them 0: nothing cancels.
fn matrix(rows: usize, cols: usize, seed: usize) -> Matrix {
    let value = |t: usize| [0.0, 2.0, 0.0, 1.0, 0.0, 0.0, 3.0][(t * t * 5 + t * seed + seed) % 7];
    Matrix::new(Dense::new(rows, cols, (0..rows * cols).map(value).collect())).to_csr()
}

fn given() -> Vec<(String, Given)> {
    let matrices = [("A", matrix(6, 6, 1)), ("B", matrix(6, 6, 3)), ("v", matrix(6, 1, 2)), ("Z", Matrix::zeros(6, 6))];
    let scalars = [("k", Scalar::Int(3)), ("none", Scalar::Int(0))];
    let matrices = matrices.into_iter().map(|(name, m)| (name.to_string(), Given::Matrix(m)));
    matrices.chain(scalars.into_iter().map(|(name, s)| (name.to_string(), Given::Scalar(s)))).collect()
}

fn ask(expression: &str, estimator: &str, given: &[(String, Given)]) -> Result<Answer, Diagnostics> {
    let question = Question { expression, given, estimator, exact: false, seed: 1 };
    estimate::estimate(&question, &Context::unlimited())
}

/// The number of nonzeros that a script counts.
fn truth(expression: &str) -> u64 {
    let mut session = Session::new();
    for (name, given) in given() {
        match given {
            Given::Matrix(m) => session.bind(name, m),
            Given::Scalar(s) => session.bind(name, lac::Value::Scalar(s)),
            Given::Sketch(_) => {}
        }
    }
    session.run(&format!("n = sum(({expression}) != 0)")).unwrap_or_else(|e| panic!("{expression}: {e}"));
    session.number("n").expect("a number") as u64
}

const PATTERNS: &[&str] = &[
    "A",
    "A %*% t(B)",
    "A %*% B %*% A",
    "A + B",
    "A - 0.3 * B",
    "A * B",
    "A != 0",
    "A == 0",
    "0 != A",
    "!A",
    "A & B",
    "A | B",
    "rbind(A, B, A)",
    "cbind(A, v, B)",
    "diag(v)",
    "diag(A)",
    "diag(A %*% B)",
    "matrix(A, 4, 9)",
    "matrix(A, rows=9, cols=4, byrow=FALSE)",
    "abs(-A) ^ 2 / 3",
    "sqrt(A) * (0 + B)",
    "(A + Z) %*% B",
    "Z %*% A",
    "A %*% (k * B)",
    "A %*% rand(rows=6, cols=3, seed=7, sparsity=0.4)",
    "A %*% matrix(1, 6, 2)",
    "matrix(\"1 0 2 0 0 3\", 1, 6) %*% A",
];

/// What is an expression over patterns is counted exactly, and every estimator has an answer or says why not.
#[test]
fn expressions_of_patterns() {
    let given = given();
    for expression in PATTERNS {
        let exact = ask(expression, "exact", &given).unwrap_or_else(|e| panic!("{expression}: {e}"));
        assert_eq!(exact.nnz, Nnz::exact(truth(expression)), "{expression}");
        for estimator in estimate::estimators().filter(|name| !["default", "walks"].contains(name)) {
            match ask(expression, estimator, &given) {
                Ok(answer) => {
                    let (nnz, count) = (answer.nnz, exact.nnz.lower);
                    assert!(nnz.lower <= count && count <= nnz.upper, "{estimator} of {expression}: {nnz:?}, {count}");
                    assert_eq!((answer.rows, answer.cols), (exact.rows, exact.cols));
                }
                Err(why) => assert_eq!(why.list[0].code, "E0231", "{estimator} of {expression}: {why}"),
            }
        }
    }
}

/// Where values decide, the default answers, others name the operator, and the truth is computed.
#[test]
fn expressions_of_values() {
    let given = given();
    for (expression, operator) in [
        ("exp(A)", "`exp`"),
        ("A > 1", "`>`"),
        ("A == 2", "`==`"),
        ("rowSums(A)", "`rowSums`"),
        ("A[1:2, ]", "`index`"),
        ("rev(A)", "`rev`"),
        ("A + v", "a vector is repeated"),
        ("A + 1", "`+`"),
        ("none * A", "`*`"),
        ("A %*% round(B / 2)", "`round`"),
    ] {
        let question = Question { expression, given: &given, estimator: "default", exact: true, seed: 1 };
        let answer =
            estimate::estimate(&question, &Context::unlimited()).unwrap_or_else(|e| panic!("{expression}: {e}"));
        let count = truth(expression);
        assert_eq!(answer.truth, Some(count), "{expression}");
        assert!(answer.nnz.lower <= count && count <= answer.nnz.upper, "{expression}: {:?}, {count}", answer.nnz);
        let refused = ask(expression, "mnc", &given).expect_err(expression);
        assert_eq!(refused.list[0].code, "E0231", "{refused}");
        assert!(refused.list[0].message.contains(operator), "{refused}");
    }
}

/// Sketches in place of matrices: the same answers, from those that need no data. The default looks at data where it can, and
/// walks need to have been probed: their answers may be better with data.
#[test]
fn sketches_in_place_of_data() {
    let sketch = |given: Given| match given {
        Given::Matrix(m) => Given::Sketch(SketchFile { sketch: m.full_sketch(), finite: true, stamp: None }),
        other => other,
    };
    let (data, sketches) =
        (given(), given().into_iter().map(|(name, given)| (name, sketch(given))).collect::<Vec<_>>());
    for expression in PATTERNS.iter().filter(|e| !e.contains("rand") && !e.contains("\"")) {
        for estimator in estimate::estimators().filter(|name| !["default", "walks"].contains(name)) {
            match ask(expression, estimator, &sketches) {
                Ok(answer) => {
                    assert!(!estimate::needs_data(estimator), "{estimator}");
                    assert_eq!(
                        answer.nnz,
                        ask(expression, estimator, &data).unwrap().nnz,
                        "{estimator} of {expression}"
                    );
                }
                Err(why) => {
                    assert!(estimate::needs_data(estimator), "{estimator} of {expression}: {why}");
                    assert_eq!(why.list[0].code, "E0232", "{why}");
                }
            }
        }
    }
    let question = Question { expression: "A", given: &sketches, estimator: "default", exact: true, seed: 1 };
    let why = estimate::estimate(&question, &Context::unlimited()).expect_err("no data to count");
    assert!(why.list[0].message.contains("only the sketch of `A`"), "{why}");
}

#[test]
fn limits_are_kept() {
    let given = given();
    let question = Question { expression: "A %*% B", given: &given, estimator: "default", exact: true, seed: 1 };
    let why = estimate::estimate(&question, &Context::new(100)).expect_err("a small budget");
    assert_eq!(why.list[0].code, "E0601", "{why}");
}

// From here on from the outside.

const A: &str = "%%MatrixMarket matrix coordinate real general\n3 4 4\n1 1 2\n1 3 1\n3 3 -1\n2 3 5\n";
const B: &str = "1,0,0,2\n0,0,3,0\n";

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("estimate").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("the temporary folder is writable");
    fs::write(path.join("a.mtx"), A).expect("the temporary folder is writable");
    fs::write(path.join("b.csv"), B).expect("the temporary folder is writable");
    path
}

/// Exit code, standard output, standard error.
fn lac(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lac"));
    command.current_dir(folder).stdin(Stdio::null()).env("NO_COLOR", "1").args(words);
    let output = command.output().expect("lac starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("it ends"), text(&output.stdout), text(&output.stderr))
}

/// Words, exit code, parts of standard output, a part of standard error (nothing: it is empty).
type Row<'a> = (&'a [&'a str], i32, &'a [&'a str], &'a str);

fn check(folder: &Path, rows: &[Row]) {
    for (words, code, parts, stderr) in rows {
        let (found, out, err) = lac(folder, words);
        assert_eq!(found, *code, "{words:?}: {err}");
        parts.iter().for_each(|part| assert!(out.contains(part), "{words:?}: {part} is not in\n{out}"));
        assert!(err.contains(stderr) && err.is_empty() == stderr.is_empty(), "{words:?}: {err}");
    }
}

#[test]
fn sketch_files_are_made_shown_and_merged() {
    let folder = folder("sketches");
    check(
        &folder,
        &[
            (&["sketch", "a.mtx", "b.csv"], 0, &["a.mtx: 3 x 4, nnz 4,", "row: 2 at most, 0 empty", "b.csv.mnc: "], ""),
            (&["sketch", "a.mtx.mnc"], 0, &["a.mtx.mnc: 3 x 4, nnz 4,", "column: 3 at most, 2 empty"], ""),
            (&["sketch", "a.mtx", "-o", "of a.mnc", "--json"], 0, &["\"file\":\"of a.mnc\"", "\"lower\":4"], ""),
            (&["sketch", "--merge", "a.mtx.mnc", "b.csv", "-o", "ab.mnc"], 0, &["5 x 4, nnz 7", "ab.mnc: "], ""),
            (&["sketch", "--merge=columns", "a.mtx", "a.mtx", "-o", "aa.mnc"], 0, &["3 x 8, nnz 8"], ""),
            (&["sketch", "--merge=columns", "a.mtx", "b.csv", "-o", "c.mnc"], 3, &[], "E0412"),
            (&["sketch", "none.mtx", "a.mtx"], 3, &["a.mtx: 3 x 4"], "none.mtx: there is no such file"),
            (&["sketch", "a.mtx", "b.csv", "-o", "c.mnc"], 64, &[], "--merge"),
            (&["sketch", "a.mtx", "-o", "none/a.mnc"], 3, &[], "E0414"),
        ],
    );
    fs::write(folder.join("broken.mnc"), &fs::read(folder.join("ab.mnc")).unwrap()[..50]).unwrap();
    check(&folder, &[(&["sketch", "broken.mnc"], 3, &[], "truncated or damaged")]);
    assert!(!folder.join("c.mnc").exists());
}

#[test]
fn estimates_are_shown() {
    let folder = folder("estimates");
    let json = |words: &[&str]| -> serde_json::Value {
        let (code, out, err) = lac(&folder, words);
        assert_eq!(code, 0, "{words:?}: {err}");
        serde_json::from_str(&out).expect("JSON")
    };
    let product = ["estimate", "A %*% t(B)", "A=a.mtx", "B=b.csv"];
    check(
        &folder,
        &[
            (
                &product,
                0,
                &["A %*% t(B): 3 x 2\n", "\n  lower ", "\n  estimate ", "\n  upper ", "\n  csr ", "\n  time "],
                "",
            ),
            (&[&product[..], &["--exact"]].concat(), 0, &["\n  exact    4, relative error "], ""),
            (&["estimate", "A * k", "A=a.mtx", "k=2", "B=b.csv"], 0, &["3 x 4"], "`B` does not occur"),
            (&["estimate", "A %*% C", "A=a.mtx"], 2, &[], "C=FILE"),
            (&["estimate", "A %*% Ab", "A=a.mtx", "Aa=a.mtx"], 2, &[], "did you mean `A`?"),
            (&["estimate", "A %*%", "A=a.mtx"], 2, &[], "E01"),
            (&["estimate", "A %*% A", "A=a.mtx"], 2, &[], "E0302"),
            (&["estimate", "sum(A)", "A=a.mtx"], 2, &[], "E0230"),
            (&["estimate", "A", "A=b.mtx"], 3, &[], "did you mean a.mtx?"),
            (&["estimate", "A", "A=a.mtx", "--sketches-only"], 3, &[], "lac sketch a.mtx"),
            (&["estimate", "t(read(\"a.mtx\"))"], 0, &["4 x 3"], ""),
            (&["estimate", "t(read(\"a.mtx\"))", "--sketches-only"], 2, &[], "E0232"),
            (&["estimate", "A", "A=a.mtx", "--estimator", "mmc"], 64, &[], "mnc"),
            (&["estimate", "A", "a.mtx"], 64, &[], "NAME=FILE"),
        ],
    );
    let answer = json(&[&product[..], &["--json", "--exact"]].concat());
    assert_eq!((&answer["rows"], &answer["cols"], &answer["exact"]), (&3.into(), &2.into(), &4.into()));
    for time in ["sketch", "estimate"] {
        assert!(answer["seconds"][time].as_f64().is_some_and(|s| s >= 0.0), "{answer}");
    }
    let answer = json(&["estimate", "A != 0", "A=a.mtx", "--json"]);
    assert!(answer["exact"].is_null());
    assert_eq!(answer["nnz"], serde_json::json!({ "lower": 4, "estimate": 4.0, "upper": 4 }));

    // A sketch is enough for some: the data may be gone.
    assert_eq!(lac(&folder, &["sketch", "a.mtx"]).0, 0);
    fs::rename(folder.join("a.mtx.mnc"), folder.join("A.mnc")).unwrap();
    check(
        &folder,
        &[
            (&["estimate", "A %*% t(A)", "A=A.mnc", "--sketches-only"], 0, &["3 x 3"], ""),
            (&["estimate", "A %*% t(A)", "A=A.mnc", "--estimator", "dc"], 0, &["3 x 3"], ""),
            (&["estimate", "A %*% t(A)", "A=A.mnc", "--estimator", "bitset"], 2, &[], "give the data of `A`"),
            (&["estimate", "A %*% t(A)", "A=A.mnc", "--exact"], 2, &[], "only the sketch of `A`"),
        ],
    );
}

/// Check, explain and runs look for a sketch beside the data; one of other data is ignored with a warning.
#[test]
fn sketches_beside_data_are_used() {
    let folder = folder("beside");
    let script = ["-e", "X = read(\"a.mtx\")", "-e", "Y = X %*% t(X)", "-e", "print(sum(Y))"];
    let with = |command: &'static str| [&[command][..], &script].concat();
    assert_eq!(lac(&folder, &["sketch", "a.mtx", "-o", "a.mnc"]).0, 0);
    let exact = "matrix 3 x 4, nnz 4 4 4";
    check(
        &folder,
        &[(&with("check"), 0, &[], ""), (&with("explain"), 0, &[exact], ""), (&with("run"), 0, &["29.0\n"], "")],
    );

    fs::write(folder.join("a.mtx"), A.replace("2 3 5", "2 3 6")).unwrap();
    check(
        &folder,
        &[
            (&with("check"), 0, &[], "a.mnc is ignored"),
            (&with("explain"), 0, &["X %*% t(X)"], "lac sketch a.mtx -o a.mnc"),
            (&with("run"), 0, &["40.0\n"], "W0404"),
            (&["--quiet", "estimate", "X", "X=a.mtx"], 0, &["3 x 4"], ""),
            (&["estimate", "X", "X=a.mtx", "--sketches-only"], 3, &[], "W0404"),
            (&["sketch", "a.mtx", "-o", "a.mnc"], 0, &[], ""),
            (&with("check"), 0, &[], ""),
            (&["estimate", "X", "X=a.mtx", "--sketches-only"], 0, &["3 x 4"], ""),
        ],
    );
}

/// Plans are made before the data are read: here these are no matrix at all.
#[test]
fn plans_do_not_read_the_data() {
    let folder = folder("unread");
    let data = folder.join("a.mtx");
    let m = matrix(50, 40, 1);
    fs::write(&data, "no matrix").unwrap();
    let file = lac::runtime::io::sketch_of(&m, lac::runtime::io::stamp(&data).unwrap());
    lac::runtime::io::write_sketch(&file, &folder.join("a.mtx.mnc")).unwrap();
    let nnz = m.nnz();
    let known = format!("matrix 50 x 40, nnz {nnz} {nnz} {nnz}, finite");
    check(
        &folder,
        &[
            (&["explain", "-e", "print(sum(read(\"a.mtx\")))"], 0, &[&known], ""),
            (&["estimate", "t(X)", "X=a.mtx", "--sketches-only"], 0, &["40 x 50"], ""),
            (&["-e", "print(sum(read(\"a.mtx\")))"], 3, &[], "a.mtx"),
            (&["-e", "print(sum(read(\"a.mtx.mnc\")))"], 3, &[], "without its values"),
        ],
    );
}

/// A shape that only the sketch tells: `check` finds what would go wrong without reading the data.
#[test]
fn a_sketch_tells_the_shape() {
    let folder = folder("shape");
    let script = ["check", "-e", "X = read(\"b.csv\")", "-e", "print(sum(X %*% X))"];
    check(&folder, &[(&script, 0, &[], "")]);
    assert_eq!(lac(&folder, &["sketch", "b.csv"]).0, 0);
    check(&folder, &[(&script, 2, &[], "E0302")]);
}
