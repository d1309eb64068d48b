//! Ctrl-C, and the wish of the system that the process ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lac::Context;

use super::exit::Exit;

/// From now on the process ends at once, without half-written files.
pub fn end_at_once() {
    // Without a handler the system ends the process: only unfinished files would stay.
    let _ = ctrlc::set_handler(|| Exit::Interrupted.now());
}

/// Whether an entry of the REPL runs now.
#[derive(Clone, Default)]
pub struct Running(Arc<AtomicBool>);

impl Running {
    pub fn set(&self, running: bool) {
        self.0.store(running, Ordering::Relaxed);
    }
}

/// From now on a running entry of the REPL is stopped. If it does not heed the first request, or if none runs, the
/// process ends.
pub fn stop_entry(context: Context, running: Running) {
    let _ = ctrlc::set_handler(move || {
        if !running.0.load(Ordering::Relaxed) || context.take_interrupt() {
            Exit::Interrupted.now();
        }
        context.interrupt();
    });
}
