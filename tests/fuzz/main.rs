//! Random programs, and texts and files that are none, through everything a user can reach. Nothing panics, hangs or takes
//! memory without bound; engines agree; diagnostics have pages and places.
//!
//! `cargo test --test fuzz` replays the cases in `seeds/` and some hundred new ones. With `LAC_FUZZ=600` each mode goes on for
//! so many seconds from `LAC_FUZZ_SEED`. What fails is made small and kept in `target/fuzz/cases/`; the case that ended the process,
//! by a hang, memory or an abort, is left there as `MODE-PROCESS.case`.

mod agree;
mod bytes;
mod case;
mod corpus;
mod every;
mod grammar;
mod oracle;
mod random;
mod shrink;
mod watch;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use case::Case;
use corpus::Corpus;
use oracle::judge;
use random::Random;

/// A way to make cases of seeds.
#[derive(Clone, Copy)]
struct Mode {
    name: &'static str,
    make: fn(&mut Random, &Corpus) -> Case,
    /// Cases of each `cargo test`.
    usual: u64,
}

const GRAMMAR: Mode = Mode { name: "grammar", make: grammar::case, usual: 60 };
const BYTES: Mode = Mode { name: "bytes", make: bytes::case, usual: 120 };

/// The working folder and the watch belong to one case at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    static FOLDER: Once = Once::new();
    let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    FOLDER.call_once(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the target folder is writable");
        std::env::set_current_dir(folder).expect("the folder is there");
    });
    guard
}

fn findings() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("fuzz").join("cases");
    fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds")
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Cases of a mode, new ones as long as there is time.
fn fuzz(mode: Mode) {
    let _alone = alone();
    let corpus = Corpus::load();
    let seconds = setting("LAC_FUZZ").map(Duration::from_secs);
    let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
    let first = seconds.map_or(0, |_| setting("LAC_FUZZ_SEED").unwrap_or_else(clock));
    let start = Instant::now();
    let goes_on = |count: u64| seconds.map_or(count < mode.usual, |seconds| start.elapsed() < seconds);
    let (mut count, mut failed, mut ends) = (0, BTreeMap::new(), BTreeMap::new());
    while goes_on(count) {
        let seed = first.wrapping_add(count);
        count += 1;
        match one(mode, seed, &corpus, |key| failed.contains_key(key)) {
            Ok(code) => *ends.entry(code).or_insert(0) += 1,
            Err(key) => *failed.entry(key).or_insert(0) += 1,
        }
    }
    eprintln!("{}: {count} cases from seed {first}; how they ended: {ends:?}", mode.name);
    assert!(failed.is_empty(), "findings, kept in {}: {failed:#?}", findings().display());
}

/// The code that a case ended with; or what is wrong, once the case is kept, small if that is not yet known.
fn one(mode: Mode, seed: u64, corpus: &Corpus, is_known: impl Fn(&str) -> bool) -> Result<String, String> {
    let current = findings().join(format!("{}-{}.case", mode.name, std::process::id()));
    watch::keep_in(&current);
    let case = (mode.make)(&mut Random::new(seed), corpus);
    let done = check(&case).map_err(|key| {
        let fails = |case: &Case| check(case).is_err_and(|other| other == key);
        let small = if is_known(&key) { case } else { shrink::shrink(&case, fails) };
        let detail = judge(&small).map_or_else(|finding| finding.detail, |_| String::new());
        let path = findings().join(format!("{}-{seed}.case", mode.name));
        eprintln!("{} {seed}: {key}\n{detail}\n{}", mode.name, small.text());
        fs::write(path, small.text()).expect("the folder of findings is writable");
        key
    });
    let _ = fs::remove_file(current);
    done
}

fn check(case: &Case) -> Result<String, String> {
    watch::keep(&case.text());
    let outcome = judge(case).map_err(|finding| finding.key)?;
    Ok(outcome.codes.iter().flatten().next().unwrap_or(&"none").to_string())
}

#[test]
fn programs_of_the_grammar() {
    fuzz(GRAMMAR);
}

#[test]
fn bytes_and_tokens() {
    fuzz(BYTES);
}

/// `seeds.txt` has a mode and a number a line; whole cases are files beside it.
#[test]
fn kept_seeds() {
    let _alone = alone();
    let corpus = Corpus::load();
    let lines = fs::read_to_string(seeds().join("seeds.txt")).expect("there is a list of seeds");
    let mut failed = vec![];
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let (mode, seed) = line.split_once(' ').expect("a mode and a number");
        let mode = [GRAMMAR, BYTES].into_iter().find(|m| m.name == mode).expect("a mode");
        failed.extend(
            one(mode, seed.parse().expect("a number"), &corpus, |_| false).err().map(|key| format!("{line}: {key}")),
        );
    }
    let current = findings().join(format!("kept-{}.case", std::process::id()));
    watch::keep_in(&current);
    for (name, case) in corpus::kept() {
        failed.extend(check(&case).err().map(|key| format!("{name}: {key}")));
    }
    let _ = fs::remove_file(current);
    assert!(failed.is_empty(), "{failed:#?}");
}
