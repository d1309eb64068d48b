//! Calls of the builtins, drawn from the table of operators: a row that is added joins by itself.

use lac::compiler::ops::{Binary, Default, Effect, Op, Parameter, Row, Scalar, Syntax, Unary, table};
use lac::compiler::reference::Value;
use lac::compiler::reference::sample::{Source, arguments};

use super::Maker;
use super::literals::{self, TEXTS};

/// Rows that are called by name. The clock gives no value that could be compared.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    table().iter().filter(|row| row.syntax == Syntax::Call && row.op != Op::Time)
}

/// Functions of a matrix or a scalar, cell by cell.
pub fn cellwise() -> Vec<&'static str> {
    let grammar = |f: &&Unary| Op::Unary(**f).row().syntax == Syntax::Call;
    Unary::ALL.iter().filter(grammar).map(|f| f.name()).collect()
}

/// `x + y`, or `xor(x, y)`.
pub fn binary(f: Binary, x: &str, y: &str) -> String {
    match Op::Binary(f).row().syntax {
        Syntax::Call => format!("{}({x}, {y})", f.name()),
        Syntax::Grammar => format!("({x} {} {y})", f.name()),
    }
}

impl Maker {
    /// A statement that calls a builtin with arguments that mostly fit.
    pub fn call(&mut self) -> String {
        let rows: Vec<&Row> = rows().collect();
        let row = self.random.pick(&rows);
        let call = self.call_of(row);
        let results = row.op.results();
        if !results.is_empty() && !self.random.one_in(12) {
            let names: Vec<String> = results.iter().map(|_| self.target()).collect();
            return format!("[{}] = {call}", names.join(", "));
        }
        match row.effect {
            Effect::World if !row.op.reads() => call,
            _ => format!("{} = {call}", self.target()),
        }
    }

    fn call_of(&mut self, row: &Row) -> String {
        let values = arguments(row, &mut Source::new(self.random.bits()));
        let mut written: Vec<String> = vec![];
        let mut is_named = false;
        for (i, value) in values.iter().enumerate() {
            let Some(parameter) = row.parameters.get(i) else {
                written.extend(value.as_ref().filter(|_| !is_named).map(|v| self.argument(v)));
                continue;
            };
            let text = match value {
                Some(value) => Some(self.argument(value)),
                None => self.random.one_in(8).then(|| self.option(parameter)),
            };
            is_named |= text.is_none() || parameter.default != Default::Required && self.random.one_in(3);
            let has_name = !parameter.name.contains('[');
            written.extend(text.map(|t| if is_named && has_name { format!("{}={t}", parameter.name) } else { t }));
        }
        if self.random.one_in(30) {
            let at = self.random.below(written.len() + 1);
            let wild = self.anything(1);
            if at < written.len() { written[at] = wild } else { written.push(wild) }
        }
        let names: Vec<&str> = [row.name].into_iter().chain(row.aliases.iter().copied()).collect();
        let name = self.random.pick(&names);
        let by_name = self.random.one_in(12) && row.effect == Effect::Pure && row.op.results().is_empty();
        match by_name {
            true => format!("eval({})", [vec![literals::quoted(name)], written].concat().join(", ")),
            false => format!("{name}({})", written.join(", ")),
        }
    }

    /// The value as it is written, or an expression of its kind and shape.
    fn argument(&mut self, value: &Value) -> String {
        match value {
            Value::Matrix(m) if self.random.one_in(3) => self.matrix(m.rows, m.cols, 1),
            Value::Scalar(Scalar::Double(_)) if self.random.one_in(6) => self.number(1),
            Value::Scalar(Scalar::Bool(_)) if self.random.one_in(6) => self.truth(1),
            Value::Scalar(Scalar::Int(i)) if self.random.one_in(6) => format!("(1 + {})", i.saturating_sub(1)),
            Value::Scalar(_) if self.random.one_in(40) => self.number(0),
            Value::Frame(_) if self.random.one_in(6) => self.frame(),
            value => literals::value(value),
        }
    }

    /// A value for a parameter that could do without, by the type of its default.
    fn option(&mut self, parameter: &Parameter) -> String {
        match parameter.default {
            Default::Bool(_) => self.truth(0),
            Default::Int(_) | Default::Double(_) => self.number(0),
            Default::Str(_) => self.random.pick(TEXTS).to_string(),
            Default::Required | Default::Absent => self.anything(0),
        }
    }
}
