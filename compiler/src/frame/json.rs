//! JSON as transform specifications are written: strings may stand without quotes (`{ids:true, recode:[name]}`) or in single
//! ones.

use crate::ops::Mismatch;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    /// In the order of the text.
    Object(Vec<(String, Json)>),
}

/// Values within values.
const DEEPEST: usize = 64;

impl Json {
    /// # Errors
    /// E0514, with the place in the text.
    pub fn parse(text: &str) -> Result<Json, Mismatch> {
        let mut reader = Reader { text, at: 0, depth: 0 };
        let value = reader.value()?;
        reader.blanks();
        match reader.peek() {
            None => Ok(value),
            Some(c) => Err(reader.wrong(&format!("nothing more is expected, not `{c}`"))),
        }
    }

    /// What it is, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a truth value",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        }
    }

    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(fields) => fields.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// A number, also one written as a string.
    pub fn number(&self) -> Option<f64> {
        match self {
            Json::Number(x) => Some(*x),
            Json::Text(t) => t.trim().parse().ok(),
            _ => None,
        }
    }

    /// A single value as text.
    pub fn text(&self) -> Option<String> {
        match self {
            Json::Text(t) => Some(t.clone()),
            Json::Number(x) if x.fract() == 0.0 && x.abs() < 1e15 => Some(format!("{x:.0}")),
            Json::Number(x) => Some(crate::ops::format_double(*x)),
            Json::Bool(b) => Some(b.to_string()),
            _ => None,
        }
    }

    pub fn truth(&self) -> Option<bool> {
        match self {
            Json::Bool(b) => Some(*b),
            Json::Text(t) => t.to_lowercase().parse().ok(),
            _ => None,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    fn wrong(&self, what: &str) -> Mismatch {
        let before = &self.text[..self.at];
        let (line, column) =
            (before.matches('\n').count() + 1, before.chars().rev().take_while(|c| *c != '\n').count() + 1);
        let place = if line > 1 { format!("line {line}, column {column}") } else { format!("column {column}") };
        Mismatch::new("E0514", format!("the specification is no JSON: {place}: {what}"))
    }

    fn value(&mut self) -> Result<Json, Mismatch> {
        self.blanks();
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("values are nested too deeply"));
        }
        let value = match self.peek() {
            None => return Err(self.wrong("a value is expected, and the text ends")),
            Some('{') => self.object()?,
            Some('[') => self.array()?,
            Some('"' | '\'') => Json::Text(self.quoted()?),
            Some(_) => self.word()?,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Json, Mismatch> {
        self.next();
        let mut fields: Vec<(String, Json)> = vec![];
        loop {
            self.blanks();
            if self.peek() == Some('}') {
                self.next();
                return Ok(Json::Object(fields));
            }
            let key = match self.peek() {
                Some('"' | '\'') => self.quoted()?,
                _ => self.plain(),
            };
            if key.is_empty() {
                return Err(self.wrong("the name of a field is expected"));
            }
            if fields.iter().any(|(k, _)| *k == key) {
                return Err(self.wrong(&format!("\"{key}\" stands here a second time")));
            }
            self.blanks();
            if !matches!(self.peek(), Some(':' | '=')) {
                return Err(self.wrong(&format!("`:` is expected after \"{key}\"")));
            }
            self.next();
            let value = self.value()?;
            fields.push((key, value));
            self.separator('}')?;
        }
    }

    fn array(&mut self) -> Result<Json, Mismatch> {
        self.next();
        let mut items = vec![];
        loop {
            self.blanks();
            if self.peek() == Some(']') {
                self.next();
                return Ok(Json::Array(items));
            }
            items.push(self.value()?);
            self.separator(']')?;
        }
    }

    /// A comma, or what ends the list.
    fn separator(&mut self, end: char) -> Result<(), Mismatch> {
        self.blanks();
        match self.peek() {
            Some(',' | ';') => {
                self.next();
                Ok(())
            }
            Some(c) if c == end => Ok(()),
            Some(c) => Err(self.wrong(&format!("`,` or `{end}` is expected, not `{c}`"))),
            None => Err(self.wrong(&format!("`{end}` is missing at the end"))),
        }
    }

    fn quoted(&mut self) -> Result<String, Mismatch> {
        let quote = self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.wrong("a string has no end")),
                c if c == quote => return Ok(text),
                Some('\\') => match self.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('u') => {
                        let digits: String = self.text[self.at..].chars().take(4).collect();
                        let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                        text.push(code.ok_or_else(|| self.wrong("`\\u` needs four hexadecimal digits"))?);
                        self.at += digits.len();
                    }
                    Some(c) => text.push(c),
                    None => return Err(self.wrong("a string has no end")),
                },
                Some(c) => text.push(c),
            }
        }
    }

    /// What stands without quotes.
    fn plain(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| !"{}[]:,;\"'=".contains(c)) {
            self.next();
        }
        self.text[start..self.at].trim().to_string()
    }

    fn word(&mut self) -> Result<Json, Mismatch> {
        let word = self.plain();
        Ok(match &*word {
            "" => return Err(self.wrong(&format!("a value is expected, not `{}`", self.peek().unwrap_or(' ')))),
            "null" => Json::Null,
            "true" | "TRUE" => Json::Bool(true),
            "false" | "FALSE" => Json::Bool(false),
            _ => match word.parse::<f64>() {
                Ok(x) if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Json::Number(x),
                _ => Json::Text(word),
            },
        })
    }
}
