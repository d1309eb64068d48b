//! A panic is a defect of `lac`: the user gets a request to report it in place of a backtrace.

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use super::exit::Exit;

/// Runs the whole program. `words` are the command line, for the report.
pub fn reported(words: Vec<OsString>, work: impl FnOnce() -> Exit) -> Exit {
    let seen = Arc::new(Mutex::new(None));
    let first = seen.clone();
    panic::set_hook(Box::new(move |info| {
        let what = info.payload_as_str().unwrap_or("a panic without a message");
        let place = info.location().map_or("an unknown place".to_string(), |l| format!("{}:{}", l.file(), l.line()));
        // The first panic is the cause; others may follow from it.
        first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(format!("{what} ({place})"));
    }));
    match panic::catch_unwind(AssertUnwindSafe(work)) {
        Ok(exit) => exit,
        Err(_) => {
            lac::runtime::io::remove_unfinished();
            let what = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
            super::output::to_stderr(&report(&words, what.as_deref().unwrap_or("unknown")));
            Exit::Defect
        }
    }
}

fn report(words: &[OsString], what: &str) -> String {
    let line: Vec<String> = words.iter().map(|w| w.to_string_lossy().into_owned()).collect();
    format!(
        "lac has a defect: {what}\n  \
         The script is not to blame. Please report this with the script, its data if they are small, and these lines:\n  \
         lac {}, {} {}\n  {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        line.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_to_send() {
        let text = report(&["lac".into(), "a.dml".into()], "index out of bounds (x.rs:1)");
        for part in ["lac has a defect: index out of bounds (x.rs:1)", "Please report", "lac a.dml"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
