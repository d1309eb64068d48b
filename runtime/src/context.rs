//! What a kernel may use: memory, and the right to be stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use lac_compiler::plan::human_bytes;
use lac_grammar::Diagnostic;

/// The result of what may fail for a reason the user must know. The place is added by the interpreter.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// Limits shared by the kernels of a session.
#[derive(Clone, Debug)]
pub struct Context {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Bytes that matrices may take in all.
    limit: u64,
    /// Bytes that live values take now, kept by the interpreters.
    live: AtomicU64,
    interrupted: AtomicBool,
}

impl Context {
    pub fn new(limit: u64) -> Context {
        Context { shared: Arc::new(Shared { limit, live: AtomicU64::new(0), interrupted: AtomicBool::new(false) }) }
    }

    /// Without a memory limit.
    pub fn unlimited() -> Context {
        Context::new(u64::MAX)
    }

    pub fn limit(&self) -> u64 {
        self.shared.limit
    }

    /// The values of one of the threads that share the limit take so many bytes, no longer as many as before.
    pub fn live_changes(&self, before: u64, now: u64) {
        self.shared.live.fetch_add(now.wrapping_sub(before), Ordering::Relaxed);
    }

    /// Asks for memory before it is allocated: `what` (for example "the dense 1000000 x 1000000 result") is named in
    /// the error if it does not fit the budget.
    pub fn reserve(&self, bytes: u64, what: impl FnOnce() -> String) -> Result<()> {
        let live = self.shared.live.load(Ordering::Relaxed);
        if live.saturating_add(bytes) <= self.shared.limit {
            return Ok(());
        }
        Err(Box::new(
            Diagnostic::error("E0601", format!("{} needs {}", what(), human_bytes(bytes)))
                .note(format!("{} are in use of a budget of {}", human_bytes(live), human_bytes(self.shared.limit)))
                .help("give more with --mem, or keep the matrix sparse"),
        ))
    }

    /// Bytes of a dense rows x cols matrix, checked against the budget.
    pub fn reserve_dense(&self, rows: usize, cols: usize) -> Result<()> {
        let bytes = (rows as u64).saturating_mul(cols as u64).saturating_mul(8);
        self.reserve(bytes, || format!("a dense {rows} x {cols} matrix"))
    }

    /// Asks all running work to stop soon.
    pub fn interrupt(&self) {
        self.shared.interrupted.store(true, Ordering::Relaxed);
    }

    /// To be asked between operators and in long loops. Clears the request.
    pub fn take_interrupt(&self) -> bool {
        self.shared.interrupted.load(Ordering::Relaxed) && self.shared.interrupted.swap(false, Ordering::Relaxed)
    }
}
