//! The command line: arguments to sessions, results to standard output, everything else to standard error.
//!
//! Only this folder prints, exits, looks at the terminal and handles signals.

mod args;
mod columns;
mod commands;
mod defect;
mod estimate;
mod exit;
mod fmt;
mod help;
mod input;
mod memory;
mod output;
mod progress;
mod repl;
mod screen;
mod signals;
mod sketch;
mod sparsest;
mod statements;
mod stats;

use std::process::ExitCode;

use exit::Exit;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let done = defect::caught(|| match args::parse(std::env::args_os().collect()) {
        Ok(request) => commands::run(request),
        Err(usage) => usage.show(),
    });
    let exit = done.unwrap_or_else(|report| {
        output::to_stderr(&report);
        Exit::Defect
    });
    exit.into()
}
