//! Variables that nobody reads, and names that hide a builtin.

use std::collections::{BTreeMap, BTreeSet};

use lac_grammar::ast::{ExprKind, Function, Ident, Script, Stmt, StmtKind};
use lac_grammar::{Diagnostic, Span};

use super::walk::{self, Item};
use crate::ops::{self, Syntax};

pub fn script(script: &Script, forgotten: bool, found: &mut Vec<Diagnostic>) {
    for f in &script.functions {
        if is_builtin(&f.name.name) {
            found.push(hides(&f.name, "this function is called instead"));
        }
        function(f, found);
    }
    let names = Names::of(&script.statements);
    names.shadows(found);
    if forgotten {
        names.unread(found);
    }
}

fn function(f: &Function, found: &mut Vec<Diagnostic>) {
    let mut names = Names::of(&f.body);
    names.read.extend(f.results.iter().map(|r| r.name.name.as_str()));
    // A parameter has its name for the caller.
    names.shadows(found);
    names.unread(found);
}

/// The names of a scope.
#[derive(Default)]
struct Names<'a> {
    /// Assigned as a whole, with the first place. Only these can be for nothing: a loop needs its variable, a call with several
    /// results gives them all.
    assigned: BTreeMap<&'a str, Span>,
    read: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(statements: &'a [Stmt]) -> Names<'a> {
        let mut names = Names::default();
        walk::block(statements, &mut |item| names.item(item));
        names
    }

    fn item(&mut self, item: Item<'a>) {
        match item {
            Item::Stmt(Stmt { kind: StmtKind::Assign { target, .. }, .. }) if target.index.is_none() => {
                self.assigned.entry(&target.name.name).or_insert(target.name.span);
            }
            // The rest of the matrix, or the sum so far, is read.
            Item::Stmt(Stmt {
                kind: StmtKind::Assign { target, .. } | StmtKind::Accumulate { target, .. }, ..
            }) => {
                self.read.insert(&target.name.name);
            }
            Item::Stmt(_) => {}
            Item::Expr(e) => match &e.kind {
                // A string may name a variable, as in `exists("x")`.
                ExprKind::Name(name) | ExprKind::String(name) => {
                    self.read.insert(name);
                }
                _ => {}
            },
        }
    }

    /// A name that begins with `_` says that it is not read.
    fn unread(&self, found: &mut Vec<Diagnostic>) {
        for (name, span) in &self.assigned {
            if !self.read.contains(name) && !name.starts_with('_') {
                found.push(
                    Diagnostic::warning("W0204", format!("the variable `{name}` is never read"))
                        .at(*span, "assigned for nothing")
                        .help("use it, take it away, or begin its name with `_`"),
                );
            }
        }
    }

    fn shadows(&self, found: &mut Vec<Diagnostic>) {
        for (name, span) in &self.assigned {
            if is_builtin(name) {
                let ident = Ident { span: *span, name: name.to_string() };
                found.push(hides(&ident, "a call of it still means the builtin"));
            }
        }
    }
}

fn is_builtin(name: &str) -> bool {
    ops::named(name).any(|row| row.syntax == Syntax::Call)
}

fn hides(name: &Ident, consequence: &str) -> Diagnostic {
    Diagnostic::warning("W0205", format!("`{}` has the name of a builtin function", name.name))
        .at(name.span, consequence)
        .help("choose another name")
}
