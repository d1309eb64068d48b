//! Functions of cells as `map` takes them: `x -> x.toLowerCase().trim()`, `(x, y) -> x.length() + y.length()`. A small
//! language of texts, numbers and truth values with methods, `?:` and arrays.

mod date;
mod eval;
mod functions;
mod number;
mod parse;
mod pattern;
mod stem;

use std::sync::Arc;

use crate::ops::Mismatch;

pub use pattern::Pattern;

/// A function of one cell, of two, or of the cells of a row.
#[derive(Clone, Debug)]
pub struct Lambda {
    parameters: Vec<String>,
    body: Expr,
}

/// A value within a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    Missing,
    Bool(bool),
    Int(i64),
    Double(f64),
    Char(char),
    Text(Arc<str>),
    Array(Vec<Val>),
    /// A constant pattern, ready to search with.
    Pattern(Pattern),
}

#[derive(Clone, Debug)]
enum Expr {
    Value(Val),
    /// A parameter, by its place.
    Name(usize),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Sign, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    Item(Box<Expr>, Box<Expr>),
    Array(Vec<Expr>),
    Length(Box<Expr>),
    Method(functions::Method, Box<Expr>, Vec<Expr>),
    Function(functions::Function, Vec<Expr>),
    Cast(Kind, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Int,
    Double,
    Char,
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sign {
    Or,
    And,
    Xor,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Lambda {
    /// # Errors
    /// E0517, with the place in the text.
    pub fn parse(text: &str) -> Result<Lambda, Mismatch> {
        parse::lambda(text)
    }

    /// The number of its parameters.
    pub fn arity(&self) -> usize {
        self.parameters.len()
    }

    /// Its value for these arguments.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn call(&self, arguments: &[Val]) -> Result<Val, String> {
        eval::value(&self.body, arguments)
    }
}

impl Val {
    pub fn text(text: &str) -> Val {
        Val::Text(text.into())
    }

    /// As a cell of a frame; missing stays missing.
    pub fn into_cell(self) -> Option<Arc<str>> {
        match self {
            Val::Missing => None,
            Val::Text(text) => Some(text),
            other => Some(other.show().into()),
        }
    }

    /// As `+` appends it to a text.
    fn show(&self) -> String {
        match self {
            Val::Missing => "null".into(),
            Val::Bool(b) => b.to_string(),
            Val::Int(i) => i.to_string(),
            Val::Double(x) => number::show(*x),
            Val::Char(c) => c.to_string(),
            Val::Text(t) => t.to_string(),
            Val::Pattern(_) => String::new(),
            Val::Array(items) => {
                let items: Vec<String> = items.iter().map(Val::show).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Val::Missing => "a missing cell",
            Val::Bool(_) => "a truth value",
            Val::Int(_) => "a whole number",
            Val::Double(_) => "a number",
            Val::Char(_) => "a character",
            Val::Text(_) | Val::Pattern(_) => "a text",
            Val::Array(_) => "an array",
        }
    }
}
