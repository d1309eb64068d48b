//! Patterns of texts. Classes are those of ASCII, and have their names with `\p`: `\p{Alnum}`.

use regex::{Regex, RegexBuilder};

/// A pattern ready to search with.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

const CLASSES: &[(&str, &str)] = &[
    ("Alnum", "0-9A-Za-z"),
    ("Alpha", "A-Za-z"),
    ("IsAlphabetic", "A-Za-z"),
    ("Digit", "0-9"),
    ("IsDigit", "0-9"),
    ("Lower", "a-z"),
    ("Upper", "A-Z"),
    ("Space", " \\t\\n\\x0B\\f\\r"),
    ("Blank", " \\t"),
    ("Punct", "!-/:-@\\[-`{-~"),
    ("IsPunctuation", "!-/:-@\\[-`{-~"),
    ("ASCII", "\\x00-\\x7F"),
    ("XDigit", "0-9A-Fa-f"),
    ("Graph", "!-~"),
    ("Print", " -~"),
    ("Cntrl", "\\x00-\\x1F\\x7F"),
    ("L", "A-Za-z\\xAA\\xB5\\xBA\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\x{2AF}\\x{370}-\\x{3FF}\\x{400}-\\x{481}"),
];

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Pattern {
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Pattern, String> {
        Pattern::of(text, &translated(text)?)
    }

    /// That texts must match as a whole.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn whole(text: &str) -> Result<Pattern, String> {
        Pattern::of(text, &format!("^(?:{})$", translated(text)?))
    }

    fn of(text: &str, translated: &str) -> Result<Pattern, String> {
        let built = RegexBuilder::new(translated).size_limit(1 << 22).build();
        built.map(Pattern).map_err(|e| {
            let why = e.to_string();
            format!(
                "\"{text}\" is no pattern: {}",
                why.lines().last().unwrap_or_default().trim_start_matches("error: ")
            )
        })
    }

    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    pub fn replace_all(&self, text: &str, by: &str) -> String {
        self.0.replace_all(text, replacement(by)).into_owned()
    }

    pub fn replace_first(&self, text: &str, by: &str) -> String {
        self.0.replace(text, replacement(by)).into_owned()
    }

    /// What stands between the matches, each with its byte; empty ones at the end are left out, unless a limit is given.
    pub fn split<'t>(&self, text: &'t str, limit: i64) -> Vec<(usize, &'t str)> {
        let mut parts = vec![];
        let mut from = 0;
        for found in self.0.find_iter(text) {
            if limit > 0 && parts.len() as i64 + 1 >= limit {
                break;
            }
            // A match of nothing at the begin splits nothing off.
            if found.end() == 0 || found.is_empty() && found.start() >= text.len() {
                continue;
            }
            parts.push((from, &text[from..found.start()]));
            from = found.end();
        }
        parts.push((from, &text[from..]));
        if limit == 0 {
            while parts.len() > 1 && parts.last().is_some_and(|(_, part)| part.is_empty()) {
                parts.pop();
            }
        }
        parts
    }
}

/// `$1` ends where its digits do.
fn replacement(by: &str) -> String {
    let mut text = String::new();
    let mut chars = by.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('$') => text.push_str("$$"),
                Some(c) => text.push(c),
                None => {}
            },
            '$' => {
                let mut group = String::new();
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    group.push(digit);
                }
                text.push_str(&format!("${{{group}}}"));
            }
            c => text.push(c),
        }
    }
    text
}

/// Classes of letters are of ASCII: `\w` is `[0-9A-Za-z_]`.
fn translated(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('s') => out.push_str("[ \\t\\n\\x0B\\f\\r]"),
            Some('S') => out.push_str("[^ \\t\\n\\x0B\\f\\r]"),
            Some('b') => out.push_str("(?-u:\\b)"),
            Some(p @ ('p' | 'P')) => {
                let rest = chars.as_str();
                let end = rest.find('}').filter(|_| rest.starts_with('{'));
                let name = end.map_or("", |end| &rest[1..end]);
                let class = CLASSES.iter().find(|(known, _)| *known == name);
                let (_, class) = class.ok_or_else(|| format!("a pattern knows no class `\\{p}{{{name}}}`"))?;
                out.push_str(&format!("[{}{class}]", if p == 'P' { "^" } else { "" }));
                chars = rest[end.unwrap_or(0) + 1..].chars();
            }
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    Ok(out)
}
