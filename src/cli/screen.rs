//! What a running script shows: its output, warnings and how far it is.

use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lac::{Diagnostic, Diagnostics, Host, Sources};

use super::args::{Options, When};
use super::output::{Output, to_stderr};
use super::progress::Progress;

/// The terminal of this process, or the pipes and files in its place. Clones are the same screen.
#[derive(Clone)]
pub struct Screen {
    parts: Arc<Mutex<Parts>>,
    pub color: bool,
    quiet: bool,
}

struct Parts {
    output: Output,
    progress: Option<Progress>,
}

impl Screen {
    pub fn new(options: &Options) -> Screen {
        let terminal = io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb");
        let color = match options.color {
            When::Always => true,
            When::Never => false,
            When::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        let progress = (terminal && !options.quiet).then(Progress::default);
        let parts = Parts { output: Output::new(), progress };
        Screen { parts: Arc::new(Mutex::new(parts)), color, quiet: options.quiet }
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To standard output, as it is.
    pub fn out(&self, text: &str) {
        let Parts { output, progress } = &mut *self.parts();
        match progress {
            Some(progress) if output.terminal => progress.aside(|| output.write(text)),
            _ => output.write(text),
        }
    }

    /// To standard error, after what was printed before.
    pub fn err(&self, text: &str) {
        let Parts { output, progress } = &mut *self.parts();
        output.flush();
        match progress {
            Some(progress) => progress.aside(|| to_stderr(text)),
            None => to_stderr(text),
        }
    }

    /// Errors, and warnings if they are wanted.
    pub fn diagnostics(&self, found: &Diagnostics) {
        let list: Vec<Diagnostic> = found.list.iter().filter(|d| d.is_error() || !self.quiet).cloned().collect();
        if !list.is_empty() {
            self.err(&Diagnostics { list, sources: found.sources.clone() }.render(self.color));
        }
    }

    /// One without a place.
    pub fn diagnostic(&self, diagnostic: Diagnostic) {
        self.diagnostics(&Diagnostics { list: vec![diagnostic], sources: Sources::default() });
    }

    /// After a run: nothing is held back and no progress is left standing.
    pub fn finish(&self) {
        let mut parts = self.parts();
        parts.progress.as_mut().map(Progress::clear);
        parts.output.flush();
    }
}

impl Host for Screen {
    fn print(&mut self, line: &str) {
        self.out(&format!("{line}\n"));
    }

    fn round(&mut self, done: u64, total: Option<u64>) {
        if let Some(progress) = &mut self.parts().progress {
            progress.round(done, total);
        }
    }

    fn end_loop(&mut self) {
        if let Some(progress) = &mut self.parts().progress {
            progress.end_loop();
        }
    }

    fn reading(&mut self, path: &str) -> Option<Box<dyn Fn(u64, u64) + Sync + Send>> {
        self.parts().progress.as_mut().map(|p| p.reading(path))
    }

    fn warn(&mut self, warning: Diagnostic) {
        self.diagnostic(warning);
    }
}
