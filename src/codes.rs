//! The codes of diagnostics: one row each, in the Markdown files beside this one. `lac explain E0203` prints a row, the index
//! is made of them, and the tests run their examples.

/// A kind of diagnostic: what it means, a script that shows it, what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub code: &'static str,
    pub title: &'static str,
    /// Markdown. A `dml` block is a whole script; `input NAME` blocks are files that it needs beside it.
    pub body: &'static str,
}

/// One file a layer, in the order of the hundreds of codes.
const LAYERS: &[&str] = &[
    include_str!("codes/syntax.md"),
    include_str!("codes/names.md"),
    include_str!("codes/shapes.md"),
    include_str!("codes/files.md"),
    include_str!("codes/runs.md"),
    include_str!("codes/limits.md"),
];

/// All pages: by layer, errors before warnings.
pub fn pages() -> impl Iterator<Item = Page> {
    LAYERS.iter().flat_map(|layer| layer.split("\n## ").skip(1)).filter_map(|row| {
        let (heading, body) = row.split_once('\n')?;
        let (code, title) = heading.split_once(' ')?;
        Some(Page { code, title, body: body.trim_end() })
    })
}

/// The page of a code.
pub fn page(code: &str) -> Option<Page> {
    pages().find(|page| page.code.eq_ignore_ascii_case(code))
}

/// Whether a word looks like a code: `E0203`.
pub fn is_code(word: &str) -> bool {
    matches!(word.as_bytes(), [b'E' | b'W' | b'e' | b'w', digits @ ..] if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit))
}

impl Page {
    /// For a terminal: scripts indented, without fences.
    pub fn text(&self) -> String {
        let mut text = format!("{}: {}\n\n", self.code, self.title);
        let mut fenced = false;
        for line in self.body.lines() {
            match line.strip_prefix("```") {
                Some(info) => {
                    fenced = !fenced;
                    text.push('\n');
                    if let Some(name) = info.strip_prefix("input ") {
                        text.push_str(&format!("    # file {name}\n"));
                    }
                }
                None if fenced => text.push_str(&format!("    {line}\n")),
                None => text.push_str(&format!("{line}\n")),
            }
        }
        while text.ends_with("\n\n") {
            text.pop();
        }
        text.replace("\n\n\n", "\n\n")
    }
}
