//! What is run: entries, and the files they find. As text a case is kept with the seeds.

use std::fs;
use std::path::Path;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// One script; or several entries of one interactive session.
    pub entries: Vec<String>,
    pub files: Vec<(String, Vec<u8>)>,
}

const MARK: &str = "==== ";

impl Case {
    pub fn of_script(script: impl Into<String>) -> Case {
        Case { entries: vec![script.into()], files: vec![] }
    }

    pub fn is_interactive(&self) -> bool {
        self.entries.len() > 1
    }

    /// Every part begins with a line that tells what it is; bytes of files are escaped, a line of text each.
    pub fn text(&self) -> String {
        let mut text: String = self.entries.iter().map(|e| format!("{MARK}entry\n{e}\n")).collect();
        for (name, bytes) in &self.files {
            let lines: String =
                bytes.split_inclusive(|&b| b == b'\n').map(|l| format!("{}\n", l.escape_ascii())).collect();
            text.push_str(&format!("{MARK}file {name}\n{lines}"));
        }
        text
    }

    pub fn from_text(text: &str) -> Case {
        let mut case = Case::default();
        let text = format!("\n{text}");
        for part in text.split(&format!("\n{MARK}")).skip(1) {
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            match head.strip_prefix("file ") {
                Some(name) => case.files.push((name.to_string(), unescaped(&body.replace('\n', "")))),
                None => case.entries.push(body.to_string()),
            }
        }
        // Only the end of the whole text has a newline that no mark follows.
        if let (Some(last), true) = (case.entries.last_mut(), case.files.is_empty()) {
            last.truncate(last.strip_suffix('\n').unwrap_or(last).len());
        }
        case
    }

    /// Puts the files into a folder, in place of all that earlier runs left there.
    pub fn lay_out(&self, folder: &Path) {
        clear(folder);
        for (name, bytes) in &self.files {
            fs::write(folder.join(name), bytes).expect("the folder of the fuzzer is writable");
        }
    }
}

/// Removes what lies in a folder.
pub fn clear(folder: &Path) {
    for path in fs::read_dir(folder).expect("the folder of the fuzzer").filter_map(|entry| Some(entry.ok()?.path())) {
        // What cannot be removed does no harm.
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}

/// The bytes that `escape_ascii` wrote.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = vec![];
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        bytes.push(match (b, if b == b'\\' { rest.next() } else { None }) {
            (_, Some(b'n')) => b'\n',
            (_, Some(b't')) => b'\t',
            (_, Some(b'r')) => b'\r',
            (_, Some(b'x')) => [rest.next(), rest.next()].iter().flatten().fold(0, |n, &digit| n * 16 + hex(digit)),
            (_, Some(other)) => other,
            (b, None) => b,
        });
    }
    bytes
}

fn hex(digit: u8) -> u8 {
    (digit as char).to_digit(16).unwrap_or(0) as u8
}

#[test]
fn cases_read_back() {
    let files = vec![("a.csv".to_string(), b"1,2\r\n\xff\"\\3".to_vec()), ("b.mtx".to_string(), vec![])];
    let entries = vec!["x = 1\n\n".to_string(), String::new(), "print('é')".to_string()];
    for case in [Case { entries: entries.clone(), files }, Case { entries, files: vec![] }, Case::of_script("x")] {
        assert_eq!(Case::from_text(&case.text()), case);
    }
}
