//! The shape of a row of the operator table.

use super::{Op, infer::Infer};
use crate::reference::Evaluate;

/// Everything `lac` knows of an operator that is not specific to a format or a device.
pub struct Row {
    pub op: Op,
    /// Its name in the language, in `explain` and in the textual form of a DAG.
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    /// How it is written: as a call, or by the grammar.
    pub syntax: Syntax,
    pub parameters: &'static [Parameter],
    /// More arguments than parameters may follow, of the kind of the last one.
    pub variadic: bool,
    /// Type, shape, nonzeros and facts of the result from those of the arguments.
    pub infer: Infer,
    /// The meaning: the result from the arguments, dense, plain and slow.
    pub evaluate: Evaluate,
    pub effect: Effect,
    /// One sentence for the user.
    pub doc: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `name(arguments)`
    Call,
    /// By a sign or brackets of the grammar; not callable by name.
    Grammar,
}

/// What an operator does beside giving a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: equal arguments give equal values.
    Pure,
    /// Its value differs from call to call.
    Fresh,
    /// The world sees it: it happens exactly once, in the order of the text.
    World,
}

pub struct Parameter {
    pub name: &'static str,
    pub default: Default,
    /// Its value (not only its type) decides the shape of the result.
    pub shapes: bool,
    /// It takes a list as it is; elsewhere a list of one value stands for its value.
    pub lists: bool,
}

/// What stands for an argument that is not given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    Required,
    /// The operator does without.
    Absent,
    Bool(bool),
    Int(i64),
    Double(f64),
    Str(&'static str),
}

impl Default {
    /// As it is written; nothing where there is none.
    pub fn text(self) -> String {
        match self {
            Default::Required | Default::Absent => String::new(),
            Default::Bool(b) => if b { "TRUE" } else { "FALSE" }.to_string(),
            Default::Int(i) => i.to_string(),
            Default::Double(d) => format!("{d:?}"),
            Default::Str(s) => format!("{s:?}"),
        }
    }
}

impl Row {
    /// The parameter an argument in this position belongs to.
    pub fn parameter(&self, position: usize) -> &Parameter {
        &self.parameters[position.min(self.parameters.len() - 1)]
    }

    /// The parameter of a name; `target` is what the language calls the first argument of many builtins, `odim1` the rows of a
    /// table.
    pub fn place(&self, name: &str) -> Option<usize> {
        let meant = match name {
            "target" => "X",
            "odim1" => "rows",
            "odim2" => "cols",
            // log(X, base)
            "base" => "y",
            name => name,
        };
        self.parameters.iter().position(|p| p.name == name || p.name == meant)
    }

    /// Whether it can be called with so many arguments.
    pub fn fits(&self, count: usize) -> bool {
        let required = self.parameters.iter().filter(|p| p.default == Default::Required).count();
        (required..=self.parameters.len()).contains(&count) || (self.variadic && count >= required)
    }

    /// Whether the parameter stands behind weights, in whose place it comes if there are none.
    fn follows_weights(&self, name: &str) -> bool {
        let weights = self.parameters.iter().position(|p| p.name == "weights" && p.default == Default::Required);
        weights.is_some_and(|i| self.parameters.get(i + 1).is_some_and(|p| p.name == name))
    }

    /// The parameter that a call lacks, if the one of this name has no argument.
    pub fn lacking(&self, name: &'static str) -> &'static str {
        self.parameters.iter().map(|p| p.name).find(|n| name == "weights" && self.follows_weights(n)).unwrap_or(name)
    }

    /// How it is called: `rand(rows = 1, cols = 1, ...)`.
    pub fn signature(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for p in self.parameters {
            // items of a list are shown by its name
            if let Some((list, item)) = p.name.split_once('[') {
                let optional = p.default != Default::Required;
                parts.extend((item == "1]").then(|| if optional { format!("[{list}]") } else { list.to_string() }));
                continue;
            }
            parts.push(match p.default {
                // quantile(X, p) and quantile(X, weights, p)
                Default::Required if p.name == "weights" => "[weights]".to_string(),
                Default::Absent if self.follows_weights(p.name) => p.name.to_string(),
                Default::Required => p.name.to_string(),
                Default::Absent => format!("[{}]", p.name),
                default => format!("{} = {}", p.name, default.text()),
            });
        }
        if self.variadic {
            parts.push("...".into());
        }
        format!("{}({})", self.name, parts.join(", "))
    }
}
