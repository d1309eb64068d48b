//! Runs every case of `tests/spec/*.md`. The format of a case is told in `tests/spec/README.md`.

mod support;

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use support::markdown::{Case, SpecFile};
use support::{expect, run};

/// Checks every case of a file at once and reports all that fail.
fn check(name: &str) {
    let path = directory().join(name);
    let mut file = SpecFile::read(&path).unwrap_or_else(|problem| panic!("{problem}"));
    let failures: Vec<expect::Failure> =
        file.cases.par_iter().enumerate().filter_map(|(index, case)| first_failure(index, case)).collect();
    if std::env::var_os("LAC_BLESS").is_some_and(|v| v != "0") {
        file.bless(&failures);
        std::fs::write(&path, file.text()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    if !failures.is_empty() {
        let report: String = failures.iter().map(|f| f.report(name, &file.cases[f.case])).collect();
        panic!("{} of {} cases of {name} fail\n{report}", failures.len(), file.cases.len());
    }
}

/// Every engine is asked until one fails.
fn first_failure(index: usize, case: &Case) -> Option<expect::Failure> {
    let engines = run::ENGINES.into_iter().filter(|engine| run::applies(case, engine));
    engines.into_iter().find_map(|engine| expect::check(index, case, engine, &run::run(case, engine)).err())
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec")
}

macro_rules! specs {
    ($($test:ident $file:literal)*) => {
        $(#[test] fn $test() { check($file); })*

        const FILES: &[&str] = &[$($file),*];
    };
}

specs! {
    aggregates "aggregates.md"
    apply "apply.md"
    binary "binary.md"
    binding "binding.md"
    broadcasting "broadcasting.md"
    builtins_bits_and_counts "builtins-bits-and-counts.md"
    builtins_distributions "builtins-distributions.md"
    builtins_factors "builtins-factors.md"
    builtins_images "builtins-images.md"
    builtins_layers "builtins-layers.md"
    builtins_transforms "builtins-transforms.md"
    calls "calls.md"
    cellwise "cellwise.md"
    command_line_arguments "command-line-arguments.md"
    control_flow "control-flow.md"
    defects "defects.md"
    empty "empty.md"
    errors_names "errors-names.md"
    errors_runtime "errors-runtime.md"
    errors_shapes "errors-shapes.md"
    errors_syntax "errors-syntax.md"
    estimates "estimates.md"
    eval "eval.md"
    files "files.md"
    frames "frames.md"
    functions "functions.md"
    indexing "indexing.md"
    jumps "jumps.md"
    laws "laws.md"
    libraries "libraries.md"
    limits "limits.md"
    lists "lists.md"
    literals "literals.md"
    map "map.md"
    matrices "matrices.md"
    nan_and_zeros "nan-and-zeros.md"
    paramserv "paramserv.md"
    parfor "parfor.md"
    plans "plans.md"
    printing "printing.md"
    products "products.md"
    promotion "promotion.md"
    scalars "scalars.md"
    selecting "selecting.md"
    selections "selections.md"
    short_circuit "short-circuit.md"
    statistics "statistics.md"
    systems "systems.md"
    tables "tables.md"
    tokenize "tokenize.md"
    transform "transform.md"
    warnings "warnings.md"
    written_out "written-out.md"
}

#[test]
fn every_file_is_listed() {
    let mut found: Vec<String> = std::fs::read_dir(directory())
        .expect("the specs are there")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md") && name != "README.md")
        .collect();
    found.sort();
    assert_eq!(found, FILES);
}

/// Ten thousand levels of any nesting end in a diagnostic, never in a crash.
#[test]
fn deep_nesting_is_an_error() {
    let n = 10_000;
    for (kind, source) in [
        ("parentheses", format!("x = {}1{}", "(".repeat(n), ")".repeat(n))),
        ("signs", format!("x = {}1", "-".repeat(n))),
        ("negations", format!("x = {}TRUE", "!".repeat(n))),
        ("powers", format!("x = 1{}", "^1".repeat(n))),
        ("blocks", format!("{}x = 1{}", "if (TRUE) {\n".repeat(n), "}".repeat(n))),
        ("sums", format!("x = 1{}", " + 1".repeat(n))),
        ("calls", format!("x = {}1{}", "abs(".repeat(n), ")".repeat(n))),
        ("indices", format!("X = matrix(1, 1, 1)\ny = {}1{}", "X[".repeat(n), ",1]".repeat(n))),
    ] {
        let outcome = run::run(&Case::of_source(&source), "");
        assert!(outcome.ended_well(), "{kind}: {}", outcome.summary());
        assert!(outcome.success || outcome.diagnostics.contains("E0"), "{kind}: no diagnostic: {}", outcome.summary());
    }
}

/// A sum is a tree as deep as it has terms: those that a person writes have their place.
#[test]
fn long_sums_are_no_limit() {
    let source = format!("x = 1\ny = x{}\nprint(y)", " + x".repeat(899));
    let outcome = run::run(&Case::of_source(&source), "");
    assert_eq!(outcome.stdout, "900\n", "{}", outcome.summary());
}
