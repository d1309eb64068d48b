//! Errors about files. Their codes:
//!
//! | code | what |
//! |---|---|
//! | E0401 | no such file |
//! | E0402 | the file cannot be opened or read |
//! | E0403 | the file is empty |
//! | E0404 | the format is unknown, not supported, or does not allow what is asked |
//! | E0405 | a malformed header |
//! | E0406 | a malformed line or number |
//! | E0407 | an index outside of the matrix |
//! | E0408 | fewer or more entries than promised |
//! | E0409 | a row of another length than the first |
//! | E0410 | truncated or corrupt gzip data |
//! | E0411 | a malformed `.mtd` file |
//! | E0412 | file, metadata and arguments disagree |
//! | E0413 | a cell given twice where that is not allowed |
//! | E0414 | the file cannot be written |
//! | E0415 | no sketch file, one of a later version, or damaged |
//! | E0500 | interrupted |
//! | E0602 | more rows or columns than the format of `lac` holds |
//! | W0401 | missing values |
//! | W0402 | the base of the indices of a LIBSVM file |
//! | W0403 | entries above the diagonal of a symmetric file |
//! | W0404 | a sketch that is not of the data beside it |

use std::io;
use std::path::Path;

use lac_grammar::Diagnostic;
pub(super) use lac_grammar::diagnostic::count;
use lac_grammar::diagnostic::did_you_mean;

/// What is wrong with a line of a chunk of text, before the number of that line in its file is known.
#[derive(Debug)]
pub(super) struct LineError {
    pub code: &'static str,
    /// Lines of the chunk before this one.
    pub line: u64,
    /// From 1, in bytes.
    pub column: usize,
    pub message: String,
    pub help: Option<String>,
}

impl LineError {
    pub fn new(code: &'static str, line: u64, column: usize, message: impl Into<String>) -> Box<LineError> {
        Box::new(LineError { code, line, column, message: message.into(), help: None })
    }

    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<LineError> {
        self.help = Some(help.into());
        self
    }

    /// With `before` lines of the file before the chunk.
    pub fn in_file(self, path: &Path, before: u64) -> Box<Diagnostic> {
        let place = format!("{}:{}:{}", path.display(), before + self.line + 1, self.column);
        let error = Diagnostic::error(self.code, format!("{place}: {}", self.message));
        Box::new(match self.help {
            Some(help) => error.help(help),
            None => error,
        })
    }
}

/// An error about a whole file.
pub(super) fn about(code: &'static str, path: &Path, message: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(code, format!("{}: {message}", path.display()))
}

/// Text of a file as it may stand in a message: at most 40 characters, nothing unprintable.
pub(super) fn quoted(text: &[u8]) -> String {
    const SHOWN: usize = 40;
    let text = String::from_utf8_lossy(&text[..text.len().min(4 * SHOWN + 1)]);
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    format!("\"{shown}\"")
}

/// Why a file cannot be opened: E0401 or E0402. A name like one of its folder is suggested.
pub fn cannot_open(path: &Path, error: &io::Error) -> Box<Diagnostic> {
    if error.kind() != io::ErrorKind::NotFound {
        return Box::new(about("E0402", path, format!("cannot be opened: {error}")));
    }
    let diagnostic = about("E0401", path, "there is no such file");
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let Ok(entries) = folder.read_dir() else {
        return Box::new(diagnostic.help(format!("there is no folder {} either", folder.display())));
    };
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    // A folder may be huge; a slip of the pen is looked for among some thousands of names.
    let names: Vec<String> =
        entries.take(10_000).flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    let compressed = format!("{wanted}.gz");
    let similar = match names.iter().find(|name| **name == compressed) {
        Some(name) => Some(name.as_str()),
        None => did_you_mean(&wanted, names.iter().map(String::as_str)),
    };
    Box::new(match similar {
        Some(name) => diagnostic.help(format!("did you mean {}?", path.with_file_name(name).display())),
        None => diagnostic,
    })
}

/// Why reading stopped in the middle of a file.
pub(super) fn reading(path: &Path, gzip: bool, error: &io::Error) -> Box<Diagnostic> {
    Box::new(match error.kind() {
        io::ErrorKind::UnexpectedEof if gzip => {
            about("E0410", path, "the gzip data end too early: the file is truncated")
                .help("fetch or write the file again")
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData if gzip => {
            about("E0410", path, format!("the gzip data are corrupt ({error})")).help("fetch or write the file again")
        }
        io::ErrorKind::OutOfMemory => about("E0601", path, error),
        _ => about("E0402", path, format!("cannot be read: {error}")),
    })
}
