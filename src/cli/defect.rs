//! A panic is a defect of `lac`: the user gets a request to report it in place of a backtrace.

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

/// Does some work; if it panics, gives a report for the user.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let seen = Arc::new(Mutex::new(None));
    let first = seen.clone();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let what = info.payload_as_str().unwrap_or("a panic without a message");
        let place = info.location().map_or("an unknown place".to_string(), |l| format!("{}:{}", l.file(), l.line()));
        // The first panic is the cause; others may follow from it.
        first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(format!("{what} ({place})"));
    }));
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(before);
    done.map_err(|_| {
        lac::runtime::io::remove_unfinished();
        let what = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        report(std::env::args_os(), what.as_deref().unwrap_or("an unknown panic"))
    })
}

/// With the command line.
fn report(words: impl Iterator<Item = OsString>, what: &str) -> String {
    let words: Vec<String> = words.map(|w| w.to_string_lossy().into_owned()).collect();
    format!(
        "lac has a defect: {what}\n  \
         The script is not to blame. Please report this with the script, its data if they are small, and these lines:\n  \
         lac {}, {} {}\n  {}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        words.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_report() {
        assert_eq!(caught(|| 1), Ok(1));
        let text = caught(|| panic!("no {}", "row")).expect_err("it panics");
        for part in ["lac has a defect: no row (", "defect.rs:", "Please report"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
