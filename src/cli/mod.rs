//! The command line: arguments to sessions, results to standard output, everything else to standard error.
//!
//! Only this folder prints, exits, looks at the terminal and handles signals.

mod args;
mod commands;
mod defect;
mod exit;
mod input;
mod memory;
mod output;
mod progress;
mod repl;
mod screen;
mod signals;
mod stats;

use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    defect::reported(words.clone(), || match args::parse(words) {
        Ok(request) => commands::run(request),
        Err(usage) => usage.show(),
    })
    .into()
}
