//! `lac help`: what the operator table says of an operator, as text.

use std::fmt::Write;

use lac::compiler::ops::group::GROUPS;
use lac::compiler::ops::{self, BLOCK_CALLS, EXPANSIONS, Effect, Expansion, Parameter, Row, Syntax};
use lac::compiler::program::foreign_function;
use lac_grammar::diagnostic::did_you_mean;

use super::args;
use super::statements::STATEMENTS;

/// The groups and their operators.
pub fn groups() -> String {
    let mut text = String::new();
    for group in GROUPS {
        let mut names: Vec<&str> = members(group.name).map(|row| row.name).collect();
        names.dedup();
        if !names.is_empty() {
            let _ = writeln!(text, "{}: {}\n{}", group.name, group.title, wrapped(&names.join(" ")));
        }
    }
    let expanded: Vec<&str> = EXPANSIONS.iter().map(|e| e.names[0]).collect();
    let _ = writeln!(text, "written out: calls that stand for other operators\n{}", wrapped(&expanded.join(" ")));
    let calls: Vec<&str> = BLOCK_CALLS.iter().map(|c| c.name).collect();
    let _ = writeln!(
        text,
        "control: calls that become loops, branches and calls of functions\n{}",
        wrapped(&calls.join(" "))
    );
    let statements: Vec<&str> = STATEMENTS.iter().map(|(names, ..)| names[0]).collect();
    let _ = writeln!(text, "statements and signs\n{}", wrapped(&statements.join(" ")));
    text + "`lac help NAME` tells of an operator or a group, `lac help COMMAND` of a command.\n"
}

fn members(group: &str) -> impl Iterator<Item = &'static Row> + use<'_> {
    ops::table().iter().filter(move |row| row.op.group().name == group)
}

/// What there is to say of a name.
///
/// # Errors
/// That there is no such name, and which one may be meant.
pub fn of(name: &str) -> Result<String, String> {
    let expansions = EXPANSIONS.iter().filter(|e| e.names.contains(&name));
    let calls = BLOCK_CALLS.iter().filter(|c| c.name == name);
    let calls = calls.map(|c| format!("{}\n\n{}", c.signature, wrapped(c.doc)));
    let statements = STATEMENTS.iter().filter(|(names, ..)| names.contains(&name));
    let statements = statements.map(|(_, form, doc)| format!("{form}\n\n{}", wrapped(doc)));
    let rows = ops::named(name).map(operator).chain(expansions.map(expansion)).chain(calls).chain(statements);
    let rows: Vec<String> = rows.collect();
    if !rows.is_empty() {
        return Ok(rows.join("\n"));
    }
    let grouped: Vec<String> = members(name).map(line).collect();
    if !grouped.is_empty() {
        return Ok(grouped.concat());
    }
    if let Some(command) = args::definition().find_subcommand_mut(name) {
        return Ok(command.render_help().to_string());
    }
    if let Some(help) = foreign_function(name) {
        return Err(format!("`{name}` is not a name here: {help}\n"));
    }
    let names = ops::table().iter().flat_map(|row| row.aliases.iter().copied().chain([row.name]));
    let all = names
        .chain(EXPANSIONS.iter().flat_map(|e| e.names.iter().copied()))
        .chain(BLOCK_CALLS.iter().map(|c| c.name))
        .chain(GROUPS.iter().map(|g| g.name))
        .chain(args::COMMANDS.iter().copied());
    let hint = did_you_mean(name, all).map_or("`lac help` lists all".into(), |near| format!("did you mean `{near}`?"));
    Err(format!("there is no operator, group or command `{name}`: {hint}\n"))
}

fn expansion(e: &Expansion) -> String {
    format!("{}\n\n{}\n  It is written out before the plan is made.\n", e.signature, wrapped(e.doc))
}

fn usage(row: &Row) -> String {
    match (row.syntax, row.parameters) {
        (Syntax::Call, _) => row.signature(),
        (Syntax::Grammar, [x, y]) => format!("{} {} {}", x.name, row.name, y.name),
        (Syntax::Grammar, [x]) => format!("{}{}", row.name, x.name),
        (Syntax::Grammar, _) => row.name.to_string(),
    }
}

/// In a list.
fn line(row: &Row) -> String {
    format!("{}\n{}", usage(row), wrapped(row.doc))
}

/// On its own.
fn operator(row: &Row) -> String {
    let mut text = format!("{}\n\n{}", usage(row), wrapped(row.doc));
    if row.parameters.iter().any(|p| p.shapes || p.default != ops::Default::Required) {
        text.push('\n');
        let width = row.parameters.iter().map(|p| p.name.len()).max().unwrap_or(0);
        for p in row.parameters {
            let _ = writeln!(text, "  {:width$}  {}", p.name, parameter(p));
        }
    }
    let facts = facts(row);
    if !facts.is_empty() {
        text.push('\n');
    }
    text + &facts.concat()
}

fn parameter(p: &Parameter) -> String {
    let default = match p.default {
        ops::Default::Required => "required".to_string(),
        ops::Default::Absent => "optional".to_string(),
        default => format!("{} if not given", default.text()),
    };
    if p.shapes { format!("{default}; decides the shape of the result") } else { default }
}

/// What the row says beside signature and sentence.
fn facts(row: &Row) -> Vec<String> {
    let mut facts = vec![];
    if !row.aliases.is_empty() {
        facts.push(format!("  Also called {}.\n", row.aliases.join(", ")));
    }
    if row.variadic {
        facts.push("  More arguments may follow.\n".into());
    }
    match row.effect {
        Effect::Pure => {}
        Effect::Fresh => facts.push("  Its value differs from call to call.\n".into()),
        Effect::World => facts.push("  It happens exactly once, in the order of the text.\n".into()),
    }
    if row.op.sized_by_data(|_| false) {
        facts.push("  Only the data tells the size of its result.\n".into());
    }
    facts.push(format!("  Group: {}.\n", row.op.group().name));
    facts
}

/// Indented, at most 80 columns wide, with its line end.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        if column > 0 && column + word.len() >= 80 {
            out.push('\n');
            column = 0;
        }
        out.push_str(if column == 0 { "    " } else { " " });
        column += word.len() + if column == 0 { 4 } else { 1 };
        out.push_str(word);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_page() {
        for row in ops::table() {
            for name in row.aliases.iter().chain([&row.name]) {
                let page = of(name).unwrap_or_else(|e| panic!("{e}"));
                assert!(page.contains(row.doc.split(' ').next().unwrap_or_default()), "{name}: {page}");
            }
        }
    }

    #[test]
    fn every_row_is_in_a_listed_group() {
        let listed = groups();
        for row in ops::table() {
            assert!(listed.contains(row.name), "{}", row.name);
        }
    }
}
