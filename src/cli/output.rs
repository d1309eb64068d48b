//! Standard output and standard error, in the right order.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::time::{Duration, Instant};

use super::exit::Exit;

/// What is printed into a pipe or file may wait so long for the next line before it is passed on.
const PATIENCE: Duration = Duration::from_millis(100);

/// Buffered standard output. When its reader is gone the process ends quietly.
pub struct Output {
    out: BufWriter<Stdout>,
    /// A person reads it: every line at once.
    pub terminal: bool,
    flushed: Instant,
}

impl Output {
    pub fn new() -> Output {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        Output { out: BufWriter::with_capacity(1 << 16, stdout), terminal, flushed: Instant::now() }
    }

    /// Text as it is.
    pub fn write(&mut self, text: &str) {
        checked(self.out.write_all(text.as_bytes()));
        if self.terminal || self.flushed.elapsed() > PATIENCE {
            self.flush();
        }
    }

    /// To be called before anything is written to standard error, and at the end.
    pub fn flush(&mut self) {
        checked(self.out.flush());
        self.flushed = Instant::now();
    }
}

fn checked(result: io::Result<()>) {
    match result {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Exit::ClosedPipe.now(),
        Err(e) => {
            to_stderr(&format!("lac: cannot write the output: {e}\n"));
            Exit::Files.now()
        }
    }
}

/// Text to standard error. That nobody reads it is no reason to stop.
pub fn to_stderr(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
