//! Diagnostics as text: the source line, the place, the reason, the way out.

use std::fmt;
use std::sync::Arc;

use ariadne::{Color, Config, Label, Report, ReportKind};
use lac_grammar::{Diagnostic, FileId, Severity};

/// The texts that spans point into, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<(String, Arc<str>)>,
}

impl Sources {
    /// Adds a text under a name; its id is for the parser.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.files.push((name.into(), text.into()));
        FileId(self.files.len() as u32 - 1)
    }

    pub fn text(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", |(_, text)| text)
    }

    pub fn name(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("?", |(name, _)| name)
    }

    /// The 1-based line of a byte.
    pub fn line(&self, file: FileId, byte: u32) -> usize {
        let text = self.text(file).as_bytes();
        text[..text.len().min(byte as usize)].iter().filter(|b| **b == b'\n').count() + 1
    }
}

/// Errors and warnings with the texts they speak of.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    pub list: Vec<Diagnostic>,
    pub sources: Sources,
}

impl Diagnostics {
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// As text for people, with the source lines; colored for a terminal.
    pub fn render(&self, color: bool) -> String {
        self.list.iter().map(|d| render(d, &self.sources, color)).collect::<Vec<_>>().join("\n")
    }
}

/// Without colors.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// The files of a report, as ariadne asks for them.
struct Cache<'a> {
    sources: &'a Sources,
    opened: Vec<Option<ariadne::Source<&'a str>>>,
}

impl<'a> ariadne::Cache<FileId> for Cache<'a> {
    type Storage = &'a str;

    fn fetch(&mut self, id: &FileId) -> Result<&ariadne::Source<&'a str>, impl fmt::Debug> {
        let i = id.0 as usize;
        if self.opened.len() <= i {
            self.opened.resize_with(i + 1, || None);
        }
        let sources = self.sources;
        Ok::<_, String>(self.opened[i].get_or_insert_with(|| ariadne::Source::from(sources.text(*id))))
    }

    fn display<'b>(&self, id: &'b FileId) -> Option<impl fmt::Display + 'b> {
        Some(self.sources.name(*id).to_string())
    }
}

/// One diagnostic as text.
pub fn render(d: &Diagnostic, sources: &Sources, color: bool) -> String {
    let (kind, tint) = match d.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
    };
    let Some(first) = d.labels.first() else { return plain(d) };
    let range = |span: lac_grammar::Span| (span.file, span.start as usize..span.end as usize);
    let mut report = Report::build(kind, range(first.span))
        .with_config(Config::default().with_color(color).with_index_type(ariadne::IndexType::Byte))
        .with_code(d.code)
        .with_message(&d.message);
    for (i, label) in d.labels.iter().enumerate() {
        let shade = if i == 0 { tint } else { Color::Blue };
        report = report.with_label(Label::new(range(label.span)).with_message(&label.text).with_color(shade));
    }
    for note in &d.notes {
        report = report.with_note(note);
    }
    if let Some(help) = &d.help {
        report = report.with_help(help);
    }
    let mut text = Vec::new();
    let cache = Cache { sources, opened: vec![] };
    match report.finish().write(cache, &mut text) {
        Ok(()) => String::from_utf8_lossy(&text).into_owned(),
        Err(_) => plain(d),
    }
}

/// Without a place.
fn plain(d: &Diagnostic) -> String {
    let severity = if d.is_error() { "Error" } else { "Warning" };
    let mut text = format!("[{}] {severity}: {}\n", d.code, d.message);
    for note in &d.notes {
        text.push_str(&format!("  Note: {note}\n"));
    }
    if let Some(help) = &d.help {
        text.push_str(&format!("  Help: {help}\n"));
    }
    text
}
