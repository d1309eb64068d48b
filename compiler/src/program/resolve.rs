//! Which builtin a call means, and which argument belongs to which parameter.

use lac_grammar::ast::{self, ExprKind};
use lac_grammar::{
    Diagnostic, Span,
    diagnostic::{count, did_you_mean},
};

use super::foreign;
use super::functions::Shelves;
use crate::ops::{Default, EXPANSIONS, Fourier, Op, Parameter, Row, Syntax, callable, table};

const NO_TENSORS: [&str; 2] = [
    "values have two dimensions",
    "keep a tensor of a x b x c as a matrix of a rows and b * c columns, as `conv2d` does",
];

/// Names of the language that this version has no row for: what it can not do, and what to write instead.
const ELSEWHERE: &[(&str, [&str; 2])] = &[
    ("autoDiff", ["there are no derivatives of programs", "write the gradient down"]),
    ("federated", ["data lie on this machine", "`rbind` or `cbind` what `read` gives for each part"]),
    ("lineage", ["how a value came about is not kept", "`lac explain script.dml` shows the operators and the plan"]),
    ("quantize_compress", ["values are not rounded", "write `compress(round(X * s) / s)`"]),
    ("sql", ["databases are not asked", "`read` a csv file that holds the result of the query"]),
    ("tensor", NO_TENSORS),
];

fn elsewhere(what: &str, span: Span, [why, instead]: [&str; 2]) -> Diagnostic {
    Diagnostic::error("E0204", format!("{what} is not in this version of lac")).at(span, why).help(instead)
}

/// Whether a name is the language's own.
pub(super) fn is_builtin(name: &str) -> bool {
    ["ifdef", "eval", "evalList", "exists"].contains(&name)
        || callable(name).next().is_some()
        || EXPANSIONS.iter().any(|e| e.names.contains(&name))
}

/// The row that a call by name means: by the name, and where rows share it, by the number of arguments.
pub(super) fn builtin(call: &ast::Call) -> Option<&'static Row> {
    let count = call.arguments.len();
    callable(&call.name.name).find(|r| r.fits(count)).or(callable(&call.name.name).next())
}

/// E0203 or E0204: nobody defines what is called.
pub(super) fn unknown<'a>(
    call: &ast::Call,
    functions: impl Iterator<Item = &'a str>,
    shelves: &'a Shelves,
) -> Diagnostic {
    let name = call.name.name.as_str();
    if let Some((_, why)) = ELSEWHERE.iter().find(|(other, _)| *other == name) {
        return elsewhere(&format!("`{name}`"), call.name.span, *why);
    }
    let builtins =
        table().iter().filter(|r| r.syntax == Syntax::Call).flat_map(|r| r.aliases.iter().copied().chain([r.name]));
    let builtins = builtins.chain(EXPANSIONS.iter().flat_map(|e| e.names.iter().copied()));
    let all = builtins.chain(functions).chain(shelves.functions.iter().map(String::as_str));
    let error = Diagnostic::error("E0203", format!("there is no function `{name}`"));
    let near = || did_you_mean(name, all).map(|near| format!("did you mean `{near}`?"));
    let error = match foreign::function(name).or_else(near) {
        Some(help) => error.at(call.name.span, "not known").help(help),
        None => error
            .at(call.name.span, "neither a builtin nor defined in this file")
            .help("functions of other files are called as `namespace::name(...)` after `source(...) as namespace`"),
    };
    match &shelves.folders[..] {
        [] => error,
        folders => error.note(format!("no `{name}.dml` that defines it lies in {}", folders.join(", "))),
    }
}

/// The arguments in the order of the row's parameters; `None` where the default is to be taken.
pub(super) fn bind<'a>(row: &Row, call: &'a ast::Call) -> Result<Vec<Option<&'a ast::Expr>>, Box<Diagnostic>> {
    positional_first(call)?;
    let mut bound: Vec<Option<&ast::Expr>> = vec![None; row.parameters.len()];
    let unnamed = call.arguments.iter().filter(|a| a.name.is_none()).count();
    let mut position = 0;
    for argument in &call.arguments {
        // table(A, B, rows, cols) leaves out the weights, stft(X, windowSize, overlap) the imaginary part.
        let left_out = match (row.op, unnamed) {
            (Op::Table, 4) => Some(2),
            (Op::Fourier(Fourier::Frames), 3) => Some(1),
            _ => None,
        };
        if argument.name.is_none() && left_out == Some(position) {
            position += 1;
        }
        if let Some(first) = listed(row, argument, position) {
            let ExprKind::List(items) = &argument.value.kind else { return Err(no_list(row, argument, first)) };
            position += if argument.name.is_none() { items.len() } else { 0 };
            spread(row, items, first, argument.value.span, &mut bound)?;
            continue;
        }
        let i = match &argument.name {
            Some(name) => match row.place(&name.name) {
                Some(i) => i,
                // ifelse(a, b, n = c): the names of these are free.
                None if row.op == Op::IfElse => {
                    position += 1;
                    position - 1
                }
                None if forgotten(row, &name.name).is_some() => continue,
                None => return Err(unknown_parameter(row, name)),
            },
            None => {
                position += 1;
                position - 1
            }
        };
        if i >= bound.len() {
            if row.variadic {
                bound.push(Some(&argument.value));
                continue;
            }
            return Err(Box::new(
                Diagnostic::error(
                    "E0205",
                    format!("`{}` takes at most {}", row.name, count(row.parameters.len() as u64, "argument")),
                )
                .at(argument.value.span, "one too many")
                .note(row.signature()),
            ));
        }
        if let Some(before) = bound[i].replace(&argument.value) {
            let error = given_twice(row.parameters[i].name, argument.value.span);
            return Err(Box::new(error.at(before.span, "first given here")));
        }
    }
    for (p, b) in row.parameters.iter().zip(&bound) {
        if p.default == Default::Required && b.is_none() {
            return Err(Box::new(
                Diagnostic::error("E0205", format!("`{}` needs the argument `{}`", row.name, row.lacking(p.name)))
                    .at(call.name.span, "called here")
                    .note(row.signature()),
            ));
        }
    }
    Ok(bound)
}

/// The first of the parameters `stride[1]`, `stride[2]` that an argument `stride = [2, 1]` stands for.
fn listed(row: &Row, argument: &ast::Argument, position: usize) -> Option<usize> {
    match &argument.name {
        Some(name) => row.parameters.iter().position(|p| p.name.strip_suffix("[1]") == Some(&name.name)),
        None => row.parameters.get(position).filter(|p| p.name.ends_with("[1]")).map(|_| position),
    }
}

/// The name of a list that a parameter is an item of.
fn list_name(p: &Parameter) -> Option<&str> {
    p.name.strip_suffix(']')?.split_once('[').map(|(name, _)| name)
}

fn no_list(row: &Row, argument: &ast::Argument, first: usize) -> Box<Diagnostic> {
    let name = list_name(&row.parameters[first]).unwrap_or_default();
    Box::new(
        Diagnostic::error("E0205", format!("`{name}` of `{}` is a list of sizes", row.name))
            .at(argument.value.span, format!("write `{name} = [...]`"))
            .note(row.signature()),
    )
}

/// The items of a list, each in the place of its parameter.
fn spread<'a>(
    row: &Row,
    items: &'a [ast::Expr],
    first: usize,
    span: Span,
    bound: &mut [Option<&'a ast::Expr>],
) -> Result<(), Box<Diagnostic>> {
    let name = list_name(&row.parameters[first]);
    let length = row.parameters[first..].iter().take_while(|p| list_name(p) == name).count();
    let name = name.unwrap_or_default();
    if items.len() != length {
        let message = format!("`{name}` of `{}` has {length} sizes, not {}", row.name, items.len());
        return Err(Box::new(Diagnostic::error("E0205", message).at(span, "this list").note(row.signature())));
    }
    for (slot, item) in bound[first..].iter_mut().zip(items) {
        if let Some(before) = slot.replace(item) {
            return Err(Box::new(given_twice(name, item.span).at(before.span, "first given here")));
        }
    }
    Ok(())
}

pub(super) fn given_twice(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0206", format!("the argument `{name}` is given twice")).at(span, "given again")
}

/// An argument without a name has its place by counting, which ends at the first one with a name.
fn positional_first(call: &ast::Call) -> Result<(), Box<Diagnostic>> {
    let named = call.arguments.iter().position(|a| a.name.is_some()).unwrap_or(call.arguments.len());
    match call.arguments[named..].iter().find(|a| a.name.is_none()) {
        None => Ok(()),
        Some(a) => Err(Box::new(
            Diagnostic::error("E0206", "an argument without a name follows one with a name")
                .at(a.value.span, "which parameter is this for?")
                .help("write the arguments without names first, or give this one a name"),
        )),
    }
}

/// Arguments that SystemDS takes and does nothing with, and what to write instead.
const FORGOTTEN: &[(Op, &str, &str)] = &[(Op::Conv2d, "bias", "`bias_add(X, b)` adds a bias to each channel")];

fn forgotten(row: &Row, name: &str) -> Option<&'static str> {
    FORGOTTEN.iter().find(|(op, argument, _)| *op == row.op && *argument == name).map(|(.., instead)| *instead)
}

/// Warnings about arguments of a builtin without effect.
pub(super) fn without_effect(row: &Row, call: &ast::Call) -> impl Iterator<Item = Diagnostic> {
    let names = call.arguments.iter().filter_map(|a| a.name.as_ref());
    names.filter_map(|n| {
        let instead = forgotten(row, &n.name)?;
        let warning = Diagnostic::warning("W0209", format!("`{}` does nothing with `{}`", row.name, n.name));
        Some(warning.at(n.span, "without effect").help(instead))
    })
}

fn unknown_parameter(row: &Row, name: &ast::Ident) -> Box<Diagnostic> {
    if row.op == Op::Rand && name.name == "dims" {
        return Box::new(elsewhere("`rand` of tensors", name.span, NO_TENSORS));
    }
    let error = Diagnostic::error("E0206", format!("`{}` has no parameter `{}`", row.name, name.name))
        .at(name.span, "not a parameter")
        .note(row.signature());
    Box::new(match did_you_mean(&name.name, row.parameters.iter().map(|p| p.name)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    })
}

/// The operator of a binary sign.
pub(super) fn binary(op: ast::BinaryOp) -> Option<Op> {
    use crate::ops::Binary::*;
    use ast::BinaryOp as B;
    Some(Op::Binary(match op {
        B::Power => Power,
        B::MatMul => return Some(Op::MatMul),
        B::Modulus => Modulus,
        B::IntDivide => IntDivide,
        B::Multiply => Multiply,
        B::Divide => Divide,
        B::Add => Add,
        B::Subtract => Subtract,
        B::Less => Less,
        B::LessEqual => LessEqual,
        B::Greater => Greater,
        B::GreaterEqual => GreaterEqual,
        B::Equal => Equal,
        B::NotEqual => NotEqual,
        B::And => And,
        B::Or => Or,
        B::AndAnd | B::OrOr => return None,
    }))
}
