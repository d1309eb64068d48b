//! Where a script comes from.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use lac::Diagnostic;
use lac_grammar::diagnostic::did_you_mean;

use super::args;

/// A script to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    File(PathBuf),
    Stdin,
    /// Given with `-e`.
    Text(String),
}

/// Its name for diagnostics and its text.
pub struct Script {
    pub name: String,
    pub text: String,
}

impl Input {
    /// `-` is standard input.
    pub fn path(path: PathBuf) -> Input {
        if path.as_os_str() == "-" { Input::Stdin } else { Input::File(path) }
    }

    pub fn load(&self) -> Result<Script, Diagnostic> {
        let (name, bytes) = match self {
            Input::Text(text) => return Ok(Script { name: "-e".into(), text: text.clone() }),
            Input::File(path) => (path.display().to_string(), fs::read(path).map_err(|e| cannot_open(path, &e))?),
            Input::Stdin => {
                let mut bytes = vec![];
                let read = io::stdin().lock().read_to_end(&mut bytes);
                read.map_err(|e| Diagnostic::error("E0402", format!("standard input cannot be read: {e}")))?;
                ("stdin".to_string(), bytes)
            }
        };
        let text = String::from_utf8(bytes).map_err(|e| not_text(&name, e.as_bytes(), e.utf8_error().valid_up_to()))?;
        // Some editors begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text);
        Ok(Script { name, text })
    }
}

fn cannot_open(path: &Path, error: &io::Error) -> Diagnostic {
    if path.is_dir() {
        return Diagnostic::error("E0402", format!("{}: this is a folder, not a script", path.display()));
    }
    let found = *lac::runtime::io::cannot_open(path, error);
    let extended = path.with_added_extension("dml");
    if extended.is_file() {
        return found.help(format!("did you mean {}?", extended.display()));
    }
    match did_you_mean(&path.to_string_lossy(), args::COMMANDS.iter().copied()) {
        Some(command) if found.code == "E0401" => found.help(format!("did you mean `lac {command}`?")),
        _ => found,
    }
}

/// `at` is the first byte that is not UTF-8.
fn not_text(name: &str, bytes: &[u8], at: usize) -> Diagnostic {
    let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
    let begin = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let column = at - begin + 1;
    let error = Diagnostic::error("E0402", format!("{name}:{line}:{column}: this is not UTF-8 text"));
    match bytes {
        [0x1f, 0x8b, ..] => error.help("it is compressed: a script is plain text"),
        _ => error
            .note(format!("the byte 0x{:02x} stands here", bytes[at]))
            .help("save it in UTF-8, or is it data, not a script?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_byte_has_a_place() {
        let bytes = b"x = 1\ny = \"\xff\"";
        let error = not_text("a.dml", bytes, 11);
        assert_eq!(error.message, "a.dml:2:6: this is not UTF-8 text");
        assert_eq!(error.notes, ["the byte 0xff stands here"]);
    }
}
