//! `lac sparsest` from the outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn lac(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lac")).arg("sparsest").args(words).output().expect("lac starts")
}

fn succeeds(words: &[&str]) -> String {
    let output = lac(words);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {stderr}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn json(words: &[&str]) -> Value {
    serde_json::from_str(&succeeds(&[words, &["--json"]].concat())).expect("output is JSON")
}

/// The answer of an estimator to the case that begins so.
fn answer<'a>(document: &'a Value, case: &str, estimator: &str) -> &'a Value {
    let is_it = |row: &&Value| {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        text("case").starts_with(case) && text("estimator").split('(').next() == Some(estimator)
    };
    let rows = document["cases"].as_array().expect("cases are a list");
    rows.iter().find(is_it).unwrap_or_else(|| panic!("{case}: nothing of {estimator}"))
}

/// The errors that formulas predict, with n rows, blocks of b, one known word in a thousand, and data of sparsity s.
#[test]
fn errors_of_structured_matrices_have_closed_forms() {
    let document = json(&["--case", "B1", "--scale", "0.02"]);
    let (n, b, known): (f64, f64, f64) = (2000.0, 256.0, 1e-3);
    let truth = answer(&document, "B1.2", "mnc");
    let s = truth["nnz_true"].as_f64().unwrap() / (n * 2000.0);
    assert!((s / 0.01 - 1.0).abs() < 0.05, "sparsity {s}");
    let once = 1.0 - (-1.0f64).exp();
    let rows: &[(&str, &str, f64)] = &[
        ("B1.1", "meta-wc", 1.0 / known),
        ("B1.1", "meta-ac", once / known),
        ("B1.2", "meta-wc", 1.0 / s),
        ("B1.2", "meta-ac", s / (1.0 - (-s).exp())),
        ("B1.2", "dmap", s / (1.0 - (1.0 - s / b).powf(b))),
        ("B1.3", "meta-wc", 1.0 / s),
        ("B1.3", "meta-ac", s / (1.0 - (-s).exp())),
        ("B1.4", "meta-wc", 1.0),
        ("B1.4", "meta-ac", n),
        ("B1.4", "dmap", b),
        ("B1.5", "meta-wc", n * n),
        ("B1.5", "meta-ac", n),
        ("B1.5", "mnc-basic", n),
    ];
    for (case, estimator, expected) in rows {
        let error = answer(&document, case, estimator)["error"].as_f64().expect("it is finite");
        assert!((error / expected - 1.0).abs() < 0.01, "{case} {estimator}: {error}, not {expected}");
    }
    for case in ["B1.1", "B1.2", "B1.3", "B1.4", "B1.5"] {
        for estimator in ["default", "mnc", "dc", "bitset"] {
            let error = answer(&document, case, estimator)["error"].as_f64().expect("it is finite");
            assert!((error - 1.0).abs() < 1e-6, "{case} {estimator}: {error}");
        }
    }
}

#[test]
fn answers_are_documented_objects() {
    let document = json(&["--case", "B1.4,time", "--scale", "0.005", "--estimators", "mnc,hash", "--seed", "7"]);
    assert_eq!((&document["scale"], &document["seed"]), (&Value::from(0.005), &Value::from(7)));
    assert!(document.get("chains").is_none(), "chains were not asked for");
    let mnc = answer(&document, "B1.4", "mnc");
    assert_eq!(mnc["expression"], "(mm Column Row)");
    assert_eq!(mnc["leaves"][1], serde_json::json!({"name": "Row", "rows": 500, "cols": 500, "nnz": 500}));
    assert_eq!([&mnc["rows"], &mnc["cols"], &mnc["nnz_true"]], [500, 500, 250_000].map(Value::from).each_ref());
    for key in ["/nnz/lower", "/nnz/estimate", "/nnz/upper", "/error", "/seconds/construction", "/bytes"] {
        assert!(mnc.pointer(key).is_some_and(Value::is_number), "{key} in {mnc}");
    }
    let points = document["time"]["points"].as_array().expect("points are a list");
    assert_eq!(points.len(), 16, "eight sparsities, two estimators");
    assert!(points.iter().all(|point| point["sparsity"].is_number() && point["seconds"].is_object()), "{points:?}");
    // the same again, but for the time it takes
    let again = json(&["--case", "B1.4", "--scale", "0.005", "--estimators", "hash", "--seed", "7"]);
    assert_eq!(answer(&again, "B1.4", "hash")["nnz"], answer(&document, "B1.4", "hash")["nnz"]);
}

#[test]
fn tables_are_text_in_columns() {
    let table = succeeds(&["--case", "B1.3,B1.5", "--scale", "0.001", "--estimators", "mnc,exact"]);
    let words: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(words.iter().any(|line| line.starts_with(&["B1.5", "Inner", "(mm", "Row", "Column)"])), "{table}");
    assert!(table.contains("matrices that are made up have n = 100 rows; seed 1"), "{table}");
    assert!(table.contains("true sparsity 1.0000e-4, 1 nonzero, counted in"), "{table}");
    assert!(words.contains(&vec!["mnc", "2", "of", "2", "1.000", "1.000"]), "{table}");
}

#[test]
fn wrong_words_and_missing_data() {
    for (words, code, message) in [
        (&["--case", "B4"][..], 64, "there is no case `B4`"),
        (&["--case", ""], 64, "there is no case ``"),
        (&["--estimators", "mncs"], 64, "did you mean `mnc`?"),
        (&["--scale", "0"], 64, "from 0.0001 to 10"),
        (
            &["--case", "B2.2,B3.3"],
            0,
            "not run: B2.2, B3.3. They need --data DIR, a folder with\n  graph/cit-hepph.mtx.gz\n",
        ),
        (&["--case", "B2.2", "--data", "no-such-folder"], 3, "no-such-folder"),
    ] {
        let output = lac(words);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {stderr}");
        assert!(stderr.contains(message), "{words:?}: {stderr}");
    }
}

/// Every tag that opens closes, attributes are quoted, and nothing else is written with angles.
fn check_xml(text: &str) {
    let mut open = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, content) = part.split_once('>').unwrap_or_else(|| panic!("`<{part}` does not end"));
        assert!(!content.contains('>'), "`>` in {content}");
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
        assert!(!tag.contains("NaN") && !tag.contains("inf"), "{tag}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "in {text}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    let entities =
        text.split('&').skip(1).all(|rest| ["amp;", "lt;", "gt;", "quot;"].iter().any(|e| rest.starts_with(e)));
    assert!(entities, "a bare & in {text}");
}

#[test]
fn charts_are_whole_files() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sparsest/charts");
    let _ = fs::remove_dir_all(&folder);
    let words = ["--case", "B1,time", "--scale", "0.003", "--svg", folder.to_str().expect("the path is UTF-8")];
    succeeds(&words);
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder is made")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["errors-b1.svg", "time-construction.svg", "time-estimation.svg"]);
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).expect("the file is text");
        check_xml(&text);
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{name}");
        for part in ["lgraph(32)", "class=\"title\"", if name.starts_with("errors") { "∞" } else { "seconds" }] {
            assert!(text.contains(part), "{name}: {part}");
        }
    }
}

fn data() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("LAC_DATA").map_or_else(beside, PathBuf::from);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("skipped: there is no {}", folder.display());
    None
}

/// Counts of SciPy 1.17.
#[test]
fn truths_of_real_cases() {
    let Some(folder) = data() else { return };
    let folder = folder.to_str().expect("the path is UTF-8");
    let document = json(&["--case", "B2.2,B2.4,B3.3", "--data", folder, "--estimators", "mnc,bitset,meta-ac"]);
    for (case, nnz) in [
        ("B2.2", 97_519),
        ("B2.4", 30_492_154),
        ("B3.3 PG", 24_438),
        ("B3.3 PGG", 191_395),
        ("B3.3 PGGG", 670_711),
        ("B3.3 PGGGG", 1_352_639),
    ] {
        let rows = document["cases"].as_array().expect("cases are a list");
        let rows: Vec<&Value> = rows
            .iter()
            .filter(|row| row["case"].as_str().is_some_and(|id| id == case || id.starts_with(&format!("{case} "))))
            .collect();
        assert_eq!(rows.len(), 3, "{case}");
        assert!(rows.iter().all(|row| row["nnz_true"] == nnz), "{case}: {rows:?}");
        let bitset = rows.iter().find(|row| row["estimator"] == "bitset").expect("it was asked for");
        assert_eq!(bitset["error"], 1.0, "{case}");
    }
}
