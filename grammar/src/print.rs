//! A tree back to text: DML with the fewest parentheses (but around a `!` within a tighter operator), one statement a line,
//! two spaces a level. Reading the text again gives the same tree, up to spans.

use crate::ast::*;
use std::fmt::{self, Display, Formatter, Write};

/// Precedence of the prefix operators and of what needs no parentheses; between those of [`BinaryOp::TABLE`].
const NOT: u8 = 3;
const SIGN: u8 = 9;
const POSTFIX: u8 = 11;

impl Display for Script {
    /// Functions first, then the statements.
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        self.functions.iter().try_for_each(|function| write!(f, "{function}"))?;
        block(f, &self.statements, 0)
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{} = function({})", self.name, Commas(&self.parameters))?;
        if !self.results.is_empty() {
            write!(f, " return ({})", Commas(&self.results))?;
        }
        f.write_str(" {\n")?;
        block(f, &self.body, 1)?;
        f.write_str("}\n")
    }
}

impl Display for Parameter {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{} {}", self.ty, self.name)?;
        match &self.default {
            Some(default) => write!(f, " = {default}"),
            None => Ok(()),
        }
    }
}

impl Display for Type {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Type::Scalar(value) => write!(f, "{value}"),
            Type::Matrix(value) => write!(f, "matrix[{value}]"),
            Type::Frame(value) => write!(f, "frame[{value}]"),
            Type::List(value) => write!(f, "list[{value}]"),
        }
    }
}

impl Display for ValueType {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(match self {
            ValueType::Int => "int",
            ValueType::Double => "double",
            ValueType::Boolean => "boolean",
            ValueType::String => "string",
            ValueType::Unknown => "unknown",
        })
    }
}

impl Display for Ident {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(&self.name)
    }
}

// ---- statements

fn indent(f: &mut Formatter, level: usize) -> fmt::Result {
    (0..level).try_for_each(|_| f.write_str("  "))
}

/// One statement a line, with a `;` where the next line would be read as its continuation.
fn block(f: &mut Formatter, statements: &[Stmt], level: usize) -> fmt::Result {
    for (i, stmt) in statements.iter().enumerate() {
        indent(f, level)?;
        statement(f, stmt, level)?;
        let next = statements.get(i + 1);
        f.write_str(if next.is_some_and(|next| continues(stmt, next)) { ";\n" } else { "\n" })?;
    }
    Ok(())
}

/// Whether `next` begins with a sign or a bracket that would be read as a part of `stmt`.
fn continues(stmt: &Stmt, next: &Stmt) -> bool {
    match &next.kind {
        StmtKind::MultiAssign { .. } => matches!(stmt.kind, StmtKind::Expr(_)),
        StmtKind::Expr(value) => begins_with_mark(value),
        _ => false,
    }
}

/// Whether an expression is written with a sign or bracket in front.
fn begins_with_mark(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Unary(op, _) => *op != UnaryOp::Not,
        ExprKind::Binary(op, left, _) => {
            let least = if *op == BinaryOp::Power { POSTFIX } else { op.precedence() };
            precedence(left) < least || begins_with_mark(left)
        }
        ExprKind::Index { base, .. } => precedence(base) < POSTFIX || begins_with_mark(base),
        ExprKind::Range(from, ..) => begins_with_mark(from),
        ExprKind::List(_) | ExprKind::Matrix(_) => true,
        _ => precedence(value) == SIGN,
    }
}

impl Display for Stmt {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        statement(f, self, 0)
    }
}

fn statement(f: &mut Formatter, stmt: &Stmt, level: usize) -> fmt::Result {
    match &stmt.kind {
        StmtKind::Source { path, namespace } => write!(f, "source({}) as {namespace}", Quoted(path)),
        StmtKind::SetWd { path } => write!(f, "setwd({})", Quoted(path)),
        StmtKind::Assign { target, value } => write!(f, "{target} = {value}"),
        StmtKind::Accumulate { target, value } => write!(f, "{target} += {value}"),
        StmtKind::MultiAssign { targets, value } => write!(f, "[{}] = {value}", Commas(targets)),
        StmtKind::Expr(value) => write!(f, "{value}"),
        StmtKind::If { condition, then, otherwise } => branch(f, condition, then, otherwise, level),
        StmtKind::While { condition, body } => {
            write!(f, "while ({condition}) ")?;
            braces(f, body, level)
        }
        StmtKind::For { variable, range, parallel, body } => {
            let word = if parallel.is_some() { "parfor" } else { "for" };
            write!(f, "{word} ({variable} in {range}")?;
            parallel.iter().flatten().try_for_each(|option| write!(f, ", {option}"))?;
            f.write_str(") ")?;
            braces(f, body, level)
        }
        StmtKind::Break => f.write_str("break"),
        StmtKind::Next => f.write_str("next"),
        StmtKind::Return(values) if values.is_empty() => f.write_str("return"),
        StmtKind::Return(values) => write!(f, "return ({})", Commas(values)),
    }
}

fn branch(f: &mut Formatter, condition: &Expr, then: &Block, otherwise: &Block, level: usize) -> fmt::Result {
    write!(f, "if ({condition}) ")?;
    braces(f, then, level)?;
    match &otherwise[..] {
        [] => Ok(()),
        [Stmt { kind: StmtKind::If { condition, then, otherwise }, .. }] => {
            f.write_str(" else ")?;
            branch(f, condition, then, otherwise, level)
        }
        _ => {
            f.write_str(" else ")?;
            braces(f, otherwise, level)
        }
    }
}

fn braces(f: &mut Formatter, body: &Block, level: usize) -> fmt::Result {
    f.write_str("{\n")?;
    block(f, body, level + 1)?;
    indent(f, level)?;
    f.write_char('}')
}

impl Display for Target {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{}", self.name)?;
        match &self.index {
            Some(index) => write!(f, "[{}]", Commas(index)),
            None => Ok(()),
        }
    }
}

// ---- expressions

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match &self.kind {
            ExprKind::Int(value) => write!(f, "{value}"),
            ExprKind::Double(value) => double(f, *value),
            ExprKind::Bool(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
            ExprKind::String(value) => write!(f, "{}", Quoted(value)),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::CommandLine(name) => write!(f, "${name}"),
            ExprKind::Unary(op, operand) => {
                f.write_str(op.symbol())?;
                operand_of(f, operand, precedence(self))
            }
            ExprKind::Binary(op, left, right) => binary(f, *op, left, right),
            ExprKind::Call(call) => write!(f, "{call}"),
            ExprKind::Index { base, index } => {
                operand_of(f, base, POSTFIX)?;
                write!(f, "[{}]", Commas(index))
            }
            ExprKind::Range(from, to, step) => range(f, Some(from), Some(to), step.as_deref()),
            ExprKind::List(items) => write!(f, "[{}]", Commas(items)),
            ExprKind::Matrix(rows) => {
                f.write_char('[')?;
                for (i, row) in rows.iter().enumerate() {
                    write!(f, "{}{}", if i > 0 { "; " } else { "" }, Commas(row))?;
                }
                f.write_char(']')
            }
            ExprKind::Lambda(parameter, body) => write!(f, "{parameter} -> {body}"),
            ExprKind::Error => f.write_str("<error>"),
        }
    }
}

fn binary(f: &mut Formatter, op: BinaryOp, left: &Expr, right: &Expr) -> fmt::Result {
    let level = op.precedence();
    if op == BinaryOp::Power {
        operand_of(f, left, POSTFIX)?;
        f.write_char('^')?;
        return operand_of(f, right, SIGN);
    }
    operand_of(f, left, level)?;
    write!(f, " {} ", op.symbol())?;
    operand_of(f, right, level + 1)
}

/// An operand where an expression of at least precedence `least` can stand.
fn operand_of(f: &mut Formatter, operand: &Expr, least: u8) -> fmt::Result {
    if precedence(operand) < least { write!(f, "({operand})") } else { write!(f, "{operand}") }
}

fn precedence(e: &Expr) -> u8 {
    match &e.kind {
        ExprKind::Binary(op, ..) => op.precedence(),
        ExprKind::Unary(UnaryOp::Not, _) => NOT,
        ExprKind::Unary(..) => SIGN,
        ExprKind::Int(value) if *value < 0 => SIGN,
        ExprKind::Double(value) if value.is_sign_negative() => SIGN,
        ExprKind::Range(..) => 0,
        _ => POSTFIX,
    }
}

/// The shortest decimals that read back as the same double; always with a point or an exponent.
fn double(f: &mut Formatter, value: f64) -> fmt::Result {
    if value.is_nan() {
        f.write_str("NaN")
    } else if value.is_infinite() {
        f.write_str(if value > 0.0 { "Inf" } else { "-Inf" })
    } else {
        write!(f, "{value:?}")
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}::")?;
        }
        write!(f, "{}({})", self.name, Commas(&self.arguments))
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}=")?;
        }
        write!(f, "{}", self.value)
    }
}

impl Display for Index {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Index::All(_) => Ok(()),
            Index::At(at) => write!(f, "{at}"),
            Index::Range(written) => range(f, written.from.as_ref(), written.to.as_ref(), written.step.as_ref()),
        }
    }
}

fn range(f: &mut Formatter, from: Option<&Expr>, to: Option<&Expr>, step: Option<&Expr>) -> fmt::Result {
    let written = |f: &mut Formatter, end: Option<&Expr>| end.map_or(Ok(()), |end| write!(f, "{end}"));
    written(f, from)?;
    f.write_str(":")?;
    written(f, to)?;
    // `a::f(x)` would be a call
    if from.is_some() && to.is_none() && step.is_some() {
        f.write_str(" ")?;
    }
    step.map_or(Ok(()), |step| write!(f, ":{step}"))
}

struct Commas<'a, T>(&'a [T]);

impl<T: Display> Display for Commas<'_, T> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

/// A string literal.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                '\u{8}' => f.write_str("\\b")?,
                '\u{c}' => f.write_str("\\f")?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}
