//! A thread that watches over the work: it interrupts what takes long, and ends the process when that does not help or when
//! memory runs out. The case is on disk by then.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

use lac::Context;

/// A run that takes longer is interrupted.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 4 } else { 2 });
/// What does not end is a finding.
const HANG: Duration = Duration::from_secs(15);
/// So are bytes of memory beyond those at the start; values may take [`BUDGET`].
const MEMORY: u64 = 1200 << 20;
/// Bytes that matrices may take.
pub const BUDGET: u64 = 64 << 20;

struct Watched {
    since: Option<Instant>,
    what: &'static str,
    context: Option<Context>,
    panics: Vec<String>,
    case: PathBuf,
}

static WATCHED: Mutex<Watched> =
    Mutex::new(Watched { since: None, what: "", context: None, panics: vec![], case: PathBuf::new() });

fn watched() -> std::sync::MutexGuard<'static, Watched> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does some work under the watch.
///
/// # Errors
/// The first panic of any thread, though it may have been caught.
pub fn watch<T>(what: &'static str, context: Option<&Context>, work: impl FnOnce() -> T) -> Result<T, String> {
    static START: Once = Once::new();
    START.call_once(start);
    {
        let mut w = watched();
        (w.since, w.what, w.context) = (Some(Instant::now()), what, context.cloned());
        w.panics.clear();
    }
    let done = catch_unwind(AssertUnwindSafe(work));
    let mut w = watched();
    w.since = None;
    let first = w.panics.drain(..).next();
    match (done, first) {
        (Ok(value), None) => Ok(value),
        (_, panic) => Err(panic.unwrap_or_else(|| "a panic that no hook has seen".into())),
    }
}

/// Where cases are kept that the process may not survive.
pub fn keep_in(path: &Path) {
    watched().case = path.to_path_buf();
}

/// Writes a case to disk before it runs.
pub fn keep(text: &str) {
    std::fs::write(&watched().case, text).expect("the folder of findings is writable");
}

fn start() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let mut w = watched();
        if w.since.is_none() {
            drop(w);
            return before(info);
        }
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        w.panics.push(format!("{place}: {}", info.payload_as_str().unwrap_or_default()));
    }));
    std::thread::spawn(|| {
        let base = resident();
        loop {
            std::thread::sleep(Duration::from_millis(50));
            look(base);
        }
    });
}

fn look(base: u64) {
    let w = watched();
    let Some(time) = w.since.map(|since| since.elapsed()) else { return };
    if time > PATIENCE
        && let Some(context) = &w.context
    {
        context.interrupt();
    }
    let memory = resident().saturating_sub(base);
    if time > HANG || memory > MEMORY {
        eprintln!("{}: {time:?}, {} MiB more than at the start, case {}", w.what, memory >> 20, w.case.display());
        std::process::exit(3);
    }
}

/// Bytes of memory the process holds; 0 where nobody tells.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split(' ').nth(1)?.parse().ok()).map_or(0, |pages: u64| pages * 4096)
}
