//! What helps while typing: completion, and another line where an entry is not at its end.

use lac::Session;
use lac::compiler::ops::{self, BLOCK_CALLS, EXPANSIONS, Syntax};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Result};

use super::COMMANDS;

const KEYWORDS: &[&str] = &[
    "else", "FALSE", "for", "function", "if", "in", "Inf", "NaN", "parfor", "PI", "return", "setwd", "source", "TRUE",
    "while",
];

#[derive(Default)]
pub struct Helper {
    files: FilenameCompleter,
    /// Variables and functions of the session.
    names: Vec<String>,
}

impl Helper {
    /// To be called when a session has changed.
    pub fn know(&mut self, session: &Session) {
        self.names = session.variables().map(|(name, _)| name).chain(session.functions()).map(String::from).collect();
    }

    /// The names that go on from the beginning of a word, sorted.
    fn candidates(&self, word: &str) -> Vec<String> {
        let builtins = ops::table().iter().filter(|row| row.syntax == Syntax::Call);
        let builtins = builtins.flat_map(|row| row.aliases.iter().copied().chain([row.name]));
        let builtins = builtins.chain(EXPANSIONS.iter().flat_map(|e| e.names.iter().copied()));
        let builtins = builtins.chain(BLOCK_CALLS.iter().map(|c| c.name));
        let commands = COMMANDS.iter().map(|(name, ..)| *name);
        let all = self.names.iter().map(String::as_str).chain(builtins).chain(KEYWORDS.iter().copied()).chain(commands);
        let mut found: Vec<String> = all.filter(|name| name.starts_with(word)).map(String::from).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Where the word before the cursor begins.
fn word_start(before: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let start = before.rfind(|c| !part(c)).map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    if before[..start].trim_start() == ":" { start - 1 } else { start }
}

/// Whether a string literal is open.
fn in_string(before: &str) -> bool {
    let mut open = None;
    let mut chars = before.chars();
    while let Some(c) = chars.next() {
        match open {
            Some(_) if c == '\\' => drop(chars.next()),
            Some(quote) if c == quote => open = None,
            None if c == '"' || c == '\'' => open = Some(c),
            _ => {}
        }
    }
    open.is_some()
}

impl Completer for Helper {
    type Candidate = Pair;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> Result<(usize, Vec<Pair>)> {
        let before = &line[..pos];
        if in_string(before) {
            return self.files.complete_path(line, pos);
        }
        let start = word_start(before);
        if start == pos {
            return Ok((start, vec![]));
        }
        let pair = |name: String| Pair { display: name.clone(), replacement: name };
        Ok((start, self.candidates(&before[start..]).into_iter().map(pair).collect()))
    }
}

impl Validator for Helper {
    fn validate(&self, ctx: &mut ValidationContext) -> Result<ValidationResult> {
        let text = ctx.input();
        let command = text.trim_start().starts_with(':');
        Ok(match !command && lac_grammar::is_incomplete(text) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

impl Hinter for Helper {
    type Hint = String;
}

impl Highlighter for Helper {}

impl rustyline::Helper for Helper {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_completed() {
        let mut session = Session::new();
        session.run("rowCount = 3\nrowing = function(int n) return (int m) { m = n }").expect("a sound script");
        let mut helper = Helper::default();
        helper.know(&session);
        let history = rustyline::history::DefaultHistory::new();
        let complete = |line: &str| {
            let (start, found) = helper.complete(line, line.len(), &Context::new(&history)).expect("no error");
            (start, found.into_iter().map(|p| p.replacement).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(complete("x = 1 + rowIndexMa"), (8, "rowIndexMax".into()));
        assert_eq!(complete("y = rowCou"), (4, "rowCount rowCountDistinct rowCountDistinctApprox".into()));
        assert_eq!(complete("(rowing"), (1, "rowing".into()));
        assert_eq!(complete("whi"), (0, "while".into()));
        assert_eq!(complete(":pl"), (0, ":plan".into()));
        assert_eq!(complete("x = "), (4, String::new()));
        assert_eq!(complete("ä+whil"), (3, "while".into()));
        assert_eq!(complete("X = read(\"src/cli/rep"), (10, "src/cli/repl/".into()));
    }

    #[test]
    fn strings_are_seen() {
        for (text, expected) in
            [("\"a", true), ("\"a\" + 'b", true), ("\"it's\"", false), ("\"\\\"", true), ("x", false)]
        {
            assert_eq!(in_string(text), expected, "{text}");
        }
    }
}
