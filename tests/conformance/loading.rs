//! Whether a script of the library loads: everything that its function calls is there and fits, for any arguments of the
//! types it declares.

use std::path::Path;

use lac::Session;
use lac_grammar::{FileId, ast};

/// What is wrong with it, if anything is.
pub fn problem(folder: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.dml"))).expect("the script is there");
    let script = lac_grammar::parse(FileId(0), &text).script;
    let is_called = |f: &&ast::Function| f.name.name.split_once('_').is_some_and(|(_, rest)| rest == name);
    let Some(function) = script.functions.iter().find(is_called) else {
        return Some("it defines no function of its name".into());
    };
    let found = Session::builder().library(folder).build().check("caller", &caller(name, function));
    let errors = found.list.iter().filter(|d| d.is_error());
    let messages: Vec<String> = errors.map(|d| format!("   {} {}", d.code, d.message)).collect();
    (!messages.is_empty()).then(|| messages.join("\n"))
}

/// A function that passes its parameters on.
fn caller(name: &str, function: &ast::Function) -> String {
    let required: Vec<&ast::Parameter> = function.parameters.iter().filter(|p| p.default.is_none()).collect();
    let declared: Vec<String> = required.iter().map(|p| format!("{} {}", ty(p.ty), p.name.name)).collect();
    let passed: Vec<String> = required.iter().map(|p| format!("{0}={0}", p.name.name)).collect();
    let results: Vec<String> = function.results.iter().map(|r| format!("_{}", r.name.name)).collect();
    let assigned = if results.is_empty() { String::new() } else { format!("[{}] = ", results.join(", ")) };
    format!("caller = function({}) {{ {assigned}{name}({}) }}", declared.join(", "), passed.join(", "))
}

fn ty(ty: ast::Type) -> String {
    let value = |v: ast::ValueType| format!("{v:?}").to_lowercase();
    match ty {
        ast::Type::Matrix(v) => format!("matrix[{}]", value(v)),
        ast::Type::Frame(v) => format!("frame[{}]", value(v)),
        ast::Type::List(v) => format!("list[{}]", value(v)),
        ast::Type::Scalar(v) => value(v),
    }
}
