//! Lints: warnings about what is legal and most likely not meant. Each has a name by which it is allowed or denied.

mod comparison;
mod densify;
mod names;
mod walk;

use lac_grammar::{Diagnostic, Severity, ast};

pub use densify::Densify;

/// What becomes of what a lint finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    Allow,
    #[default]
    Warn,
    /// It is an error.
    Deny,
}

/// A kind of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lint {
    Densify,
    Unused,
    Shadow,
    AlwaysFalse,
}

impl Lint {
    pub const ALL: [Lint; 4] = [Lint::Densify, Lint::Unused, Lint::Shadow, Lint::AlwaysFalse];

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Lint::Densify => "densify",
            Lint::Unused => "unused",
            Lint::Shadow => "shadow",
            Lint::AlwaysFalse => "always-false",
        }
    }

    /// Of what it finds.
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Lint::Densify => &["W0601"],
            Lint::Unused => &["W0201", "W0204"],
            Lint::Shadow => &["W0205"],
            Lint::AlwaysFalse => &["W0206", "W0208"],
        }
    }
}

/// The level of each lint: to begin with all warn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Levels([Level; Lint::ALL.len()]);

impl Levels {
    pub fn set(&mut self, lint: Lint, level: Level) {
        self.0[lint as usize] = level;
    }

    pub fn get(&self, lint: Lint) -> Level {
        self.0[lint as usize]
    }

    /// Leaves out what is allowed, makes errors of what is denied.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|d| {
            let Some(lint) = Lint::ALL.into_iter().find(|l| l.codes().contains(&d.code)) else { return true };
            match self.get(lint) {
                Level::Allow => return false,
                Level::Warn => {}
                Level::Deny => {
                    d.severity = Severity::Error;
                    d.notes.push(format!("`{}` is denied", lint.name()));
                }
            }
            true
        });
    }
}

/// What the text of a script alone tells. `forgotten`: nobody asks for its variables when it has ended.
///
/// The tree is free of errors. Functions of other files are theirs to look at.
pub fn lint(script: &ast::Script, forgotten: bool) -> Vec<Diagnostic> {
    let mut found = vec![];
    names::script(script, forgotten, &mut found);
    comparison::script(script, &mut found);
    found.sort_by_key(Diagnostic::place);
    found
}
