//! What the exit code of `lac` says.

use std::process::ExitCode;

use lac::Diagnostics;

/// Why `lac` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success = 0,
    Failed = 1,
    Wrong = 2,
    Files = 3,
    Limit = 4,
    Usage = 64,
    Defect = 70,
    Interrupted = 130,
    ClosedPipe = 141,
}

/// What `--help` says of them.
pub const MEANINGS: &[(Exit, &str)] = &[
    (Exit::Success, "success"),
    (Exit::Failed, "the script failed: an error at run time, `stop`"),
    (Exit::Wrong, "the script is wrong: syntax, names, types, shapes"),
    (Exit::Files, "a file could not be read or written"),
    (Exit::Limit, "a limit was exceeded: the memory budget, the size of a matrix, the depth of calls"),
    (Exit::Usage, "wrong usage of the command line"),
    (Exit::Defect, "a defect of lac"),
    (Exit::Interrupted, "interrupted"),
    (Exit::ClosedPipe, "who read the output stopped reading it"),
];

/// By the beginning of the code of an error; the longest that fits decides.
const BY_CODE: &[(&str, Exit)] = &[
    ("E0500", Exit::Interrupted),
    ("E01", Exit::Wrong),
    ("E02", Exit::Wrong),
    ("E03", Exit::Wrong),
    ("E04", Exit::Files),
    ("E05", Exit::Failed),
    ("E06", Exit::Limit),
    // A warning that is denied.
    ("W", Exit::Wrong),
];

impl Exit {
    /// Of the first error, if there is one.
    pub fn of(found: &Diagnostics) -> Exit {
        match found.list.iter().find(|d| d.is_error()) {
            None => Exit::Success,
            Some(d) => BY_CODE.iter().find(|(prefix, _)| d.code.starts_with(prefix)).map_or(Exit::Failed, |(_, e)| *e),
        }
    }

    /// Ends the process here and now: for signal handlers and closed pipes. No half-written file stays.
    pub fn now(self) -> ! {
        lac::runtime::io::remove_unfinished();
        std::process::exit(self as i32)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(codes: &[&'static str]) -> Exit {
        let list = codes
            .iter()
            .map(|c| match c.starts_with('W') {
                true => lac::Diagnostic::warning(c, ""),
                false => lac::Diagnostic::error(c, ""),
            })
            .collect();
        Exit::of(&Diagnostics { list, sources: lac::Sources::default() })
    }

    #[test]
    fn the_first_error_decides() {
        for (codes, expected) in [
            (&[][..], Exit::Success),
            (&["W0201"], Exit::Success),
            (&["W0201", "E0101", "E0401"], Exit::Wrong),
            (&["E0301"], Exit::Wrong),
            (&["E0410"], Exit::Files),
            (&["E0500"], Exit::Interrupted),
            (&["E0501"], Exit::Failed),
            (&["E0601"], Exit::Limit),
        ] {
            assert_eq!(exit(codes), expected, "{codes:?}");
        }
    }
}
