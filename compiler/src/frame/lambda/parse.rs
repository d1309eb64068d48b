//! From the text of a function to its expression.

use super::functions::{Function, METHODS, Method};
use super::{Expr, Kind, Lambda, Sign, Val};
use crate::ops::Mismatch;
use lac_grammar::diagnostic::did_you_mean;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Char(char),
    Int(i64),
    Double(f64),
    Sign(&'static str),
}

/// Longer ones first.
const SIGNS: &[&str] = &[
    "->", "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")", "[", "]",
    "{", "}", ",", ".", "&", "|", "^", ";", "=",
];

pub(super) fn lambda(text: &str) -> Result<Lambda, Mismatch> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0, parameters: vec![] };
    let parameters = parser.parameters()?;
    parser.parameters = parameters;
    if parser.takes("{") {
        return Err(parser.wrong("a block `{ ... }` is not supported: write one expression"));
    }
    let body = parser.expression()?;
    match parser.tokens.get(parser.at) {
        None => Ok(Lambda { parameters: parser.parameters, body }),
        Some(_) => Err(parser.wrong("nothing more is expected here")),
    }
}

fn wrong(text: &str, at: usize, what: &str) -> Mismatch {
    let column = text[..at.min(text.len())].chars().count() + 1;
    Mismatch::new("E0517", format!("the function \"{text}\": column {column}: {what}"))
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Mismatch> {
    let mut tokens = vec![];
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let rest = &text[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let token = if c.is_alphabetic() || c == '_' || c == '$' {
            let n = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            at += n;
            Token::Name(rest[..n].to_string())
        } else if c.is_ascii_digit() {
            let n = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            let mut digits = &rest[..n];
            // `1.e()` has no point of a number
            if digits.ends_with('.') {
                digits = &digits[..n - 1];
            }
            at += digits.len();
            if text[at..].starts_with(['L', 'l', 'd', 'D', 'f', 'F']) {
                at += 1;
            }
            match digits.parse::<i64>() {
                Ok(i) => Token::Int(i),
                Err(_) => Token::Double(digits.parse().map_err(|_| wrong(text, start, "this is no number"))?),
            }
        } else if c == '"' || c == '\'' {
            let (content, n) = quoted(rest, c).ok_or_else(|| wrong(text, start, "a text has no end"))?;
            at += n;
            let mut chars = content.chars();
            match (c, chars.next(), chars.next()) {
                ('\'', Some(one), None) => Token::Char(one),
                _ => Token::Text(content),
            }
        } else {
            let sign = SIGNS.iter().find(|s| rest.starts_with(**s));
            let sign = sign.ok_or_else(|| wrong(text, start, &format!("`{c}` has no meaning here")))?;
            at += sign.len();
            Token::Sign(sign)
        };
        tokens.push((start, token));
    }
    Ok(tokens)
}

/// A text in quotes, and the bytes it takes.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut content = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Some((content, at + 1)),
            '\\' => match chars.next()?.1 {
                'n' => content.push('\n'),
                't' => content.push('\t'),
                'r' => content.push('\r'),
                c @ ('"' | '\'' | '\\') => content.push(c),
                // The backslash of a pattern, which one level of quotes has taken already.
                c => content.extend(['\\', c]),
            },
            c => content.push(c),
        }
    }
    None
}

/// Expressions within expressions.
const DEEPEST: usize = 100;

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
    parameters: Vec<String>,
}

impl Parser<'_> {
    fn wrong(&self, what: &str) -> Mismatch {
        wrong(self.text, self.tokens.get(self.at).map_or(self.text.len(), |t| t.0), what)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some((_, Token::Sign(s))) if *s == sign)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn needs(&mut self, sign: &str) -> Result<(), Mismatch> {
        if self.takes(sign) { Ok(()) } else { Err(self.wrong(&format!("`{sign}` is expected"))) }
    }

    fn name(&mut self) -> Option<String> {
        match self.tokens.get(self.at) {
            Some((_, Token::Name(name))) => {
                self.at += 1;
                Some(name.clone())
            }
            _ => None,
        }
    }

    /// `x ->` or `(x, y) ->`
    fn parameters(&mut self) -> Result<Vec<String>, Mismatch> {
        let mut names = vec![];
        let several = self.takes("(");
        loop {
            names.push(self.name().ok_or_else(|| self.wrong("a parameter is expected: `x -> ...`"))?);
            if !several || !self.takes(",") {
                break;
            }
        }
        if several {
            self.needs(")")?;
        }
        self.needs("->")?;
        Ok(names)
    }

    fn expression(&mut self) -> Result<Expr, Mismatch> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("expressions are nested too deeply"));
        }
        let test = self.binary(0)?;
        let value = if self.takes("?") {
            let yes = self.expression()?;
            self.needs(":")?;
            Expr::Choice(Box::new(test), Box::new(yes), Box::new(self.expression()?))
        } else {
            test
        };
        self.depth -= 1;
        Ok(value)
    }

    fn binary(&mut self, level: usize) -> Result<Expr, Mismatch> {
        use Sign::*;
        const LEVELS: &[&[(&str, Sign)]] = &[
            &[("||", Or)],
            &[("&&", And)],
            &[("|", Or)],
            &[("^", Xor)],
            &[("&", And)],
            &[("==", Equal), ("!=", NotEqual)],
            &[("<=", LessEqual), (">=", GreaterEqual), ("<", Less), (">", Greater)],
            &[("+", Add), ("-", Subtract)],
            &[("*", Multiply), ("/", Divide), ("%", Remainder)],
        ];
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, sign)) = signs.iter().find(|(text, _)| self.takes(text)) {
            left = Expr::Binary(*sign, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Mismatch> {
        if self.takes("!") {
            return Ok(Expr::Not(Box::new(self.nested()?)));
        }
        if self.takes("-") {
            return Ok(Expr::Negate(Box::new(self.nested()?)));
        }
        if self.takes("+") {
            return self.nested();
        }
        if let Some(kind) = self.cast() {
            return Ok(Expr::Cast(kind, Box::new(self.nested()?)));
        }
        let value = self.primary()?;
        self.postfix(value)
    }

    fn nested(&mut self) -> Result<Expr, Mismatch> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("expressions are nested too deeply"));
        }
        let value = self.unary();
        self.depth -= 1;
        value
    }

    /// `(int)`
    fn cast(&mut self) -> Option<Kind> {
        let [(_, Token::Sign("(")), (_, Token::Name(name)), (_, Token::Sign(")"))] =
            self.tokens.get(self.at..self.at + 3)?
        else {
            return None;
        };
        let kind = match name.as_str() {
            "int" | "long" | "Integer" | "Long" => Kind::Int,
            "double" | "float" | "Double" => Kind::Double,
            "char" => Kind::Char,
            "String" => Kind::Text,
            _ => return None,
        };
        self.at += 3;
        Some(kind)
    }

    fn postfix(&mut self, mut value: Expr) -> Result<Expr, Mismatch> {
        loop {
            if self.takes("[") {
                let index = self.expression()?;
                self.needs("]")?;
                value = Expr::Item(Box::new(value), Box::new(index));
            } else if self.takes(".") {
                let name = self.name().ok_or_else(|| self.wrong("the name of a method is expected"))?;
                if !self.is("(") {
                    if name != "length" {
                        return Err(self.wrong(&format!("a value has no field `{name}`")));
                    }
                    value = Expr::Length(Box::new(value));
                    continue;
                }
                let before = self.at - 1;
                let args = self.arguments()?;
                let method = METHODS.iter().find(|(n, ..)| *n == name);
                let Some((_, method, arities)) = method else {
                    self.at = before;
                    return Err(self.unknown("method", &name, METHODS.iter().map(|(n, ..)| *n)));
                };
                self.check(&name, args.len(), arities, before)?;
                let method = *method;
                let mut args = args;
                if let Some(Expr::Value(Val::Text(text))) = args.first() {
                    args[0] = Expr::Value(method.prepared(text).map_err(|why| self.wrong(&why))?);
                }
                value = Expr::Method(method, Box::new(value), args);
            } else {
                return Ok(value);
            }
        }
    }

    fn check(&mut self, name: &str, count: usize, arities: &[usize], at: usize) -> Result<(), Mismatch> {
        if arities.contains(&count) {
            return Ok(());
        }
        self.at = at;
        Err(self.wrong(&format!("`{name}` does not take {count} arguments")))
    }

    fn unknown(&self, what: &str, name: &str, known: impl Iterator<Item = &'static str>) -> Mismatch {
        let error = self.wrong(&format!("there is no {what} `{name}`"));
        match did_you_mean(name, known) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("`lac explain E0517` lists what a function can do"),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, Mismatch> {
        self.needs("(")?;
        self.list(")")
    }

    fn list(&mut self, end: &str) -> Result<Vec<Expr>, Mismatch> {
        let mut items = vec![];
        while !self.takes(end) {
            items.push(self.expression()?);
            if !self.is(end) {
                self.needs(",")?;
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Result<Expr, Mismatch> {
        let Some((_, token)) = self.tokens.get(self.at).cloned() else {
            return Err(self.wrong("a value is expected, and the text ends"));
        };
        self.at += 1;
        Ok(match token {
            Token::Int(i) => Expr::Value(Val::Int(i)),
            Token::Double(x) => Expr::Value(Val::Double(x)),
            Token::Text(t) => Expr::Value(Val::text(&t)),
            Token::Char(c) => Expr::Value(Val::Char(c)),
            Token::Sign("(") => {
                let inner = self.expression()?;
                self.needs(")")?;
                inner
            }
            Token::Name(name) => return self.named(&name),
            Token::Sign(sign) => {
                self.at -= 1;
                return Err(self.wrong(&format!("a value is expected, not `{sign}`")));
            }
        })
    }

    fn named(&mut self, name: &str) -> Result<Expr, Mismatch> {
        match name {
            "true" => return Ok(Expr::Value(Val::Bool(true))),
            "false" => return Ok(Expr::Value(Val::Bool(false))),
            "null" => return Ok(Expr::Value(Val::Missing)),
            "new" => {
                self.name();
                self.needs("[")?;
                self.needs("]")?;
                self.needs("{")?;
                return Ok(Expr::Array(self.list("}")?));
            }
            _ => {}
        }
        if let Some(place) = self.parameters.iter().position(|p| p == name) {
            return Ok(Expr::Name(place));
        }
        let before = self.at - 1;
        if !self.takes(".") {
            self.at = before;
            return Err(self.wrong(&format!("`{name}` is no parameter")));
        }
        let member = self.name().unwrap_or_default();
        let full = format!("{name}.{member}");
        match full.as_str() {
            "Math.PI" => return Ok(Expr::Value(Val::Double(std::f64::consts::PI))),
            "Math.E" => return Ok(Expr::Value(Val::Double(std::f64::consts::E))),
            "Double.NaN" => return Ok(Expr::Value(Val::Double(f64::NAN))),
            _ => {}
        }
        let Some((function, arities)) = Function::by_name(&full) else {
            self.at = before;
            return Err(self.unknown("function", &full, Function::names()));
        };
        let args = self.arguments()?;
        self.check(&full, args.len(), arities, before)?;
        Ok(Expr::Function(function, args))
    }
}

/// Kept beside the parser: the type of a method's row.
pub(super) type Row = (&'static str, Method, &'static [usize]);
