//! The session to type into.

mod helper;
mod show;

use std::fs;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use lac::explain::Depth;
use lac::{Diagnostics, Session};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use super::exit::Exit;
use super::screen::Screen;
use super::signals::{self, Running};
use super::{defect, output};
use helper::Helper;

/// What begins with a colon: its name, what follows it, what it does.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    (":help", "[NAME]", "this list, or what an operator does"),
    (":vars", "", "the variables, their shapes and sizes"),
    (":plan", "EXPRESSION", "how it would be computed"),
    (":quit", "", "leave; so does Ctrl-D"),
];

/// Reads entries and runs them until the end of the input.
pub fn run(session: Session, screen: &Screen) -> Exit {
    let running = Running::default();
    signals::stop_entry(session.context().clone(), running.clone());
    let config = Config::builder().history_ignore_space(true).max_history_size(10_000);
    let editor = config.and_then(|c| Editor::<Helper, FileHistory>::with_config(c.build()));
    let mut editor = match editor {
        Ok(editor) => editor,
        Err(e) => return unreadable(&e),
    };
    editor.set_helper(Some(Helper::default()));
    let history = history_file().filter(|_| io::stdin().is_terminal());
    if let Some(file) = &history {
        // The first session has none.
        let _ = editor.load_history(file);
        screen.err(&format!("lac {}, :help for help, Ctrl-D to leave\n", env!("CARGO_PKG_VERSION")));
    }
    let mut repl = Repl { session, screen, entries: 0 };
    loop {
        screen.finish();
        if let Some(helper) = editor.helper_mut() {
            helper.know(&repl.session);
        }
        match editor.readline("lac> ") {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                let _ = editor.add_history_entry(text.as_str());
                if let Some(file) = &history {
                    // Without a history file the history lasts as long as the session.
                    let _ = editor.append_history(file);
                }
                running.set(true);
                let next = repl.enter(&text);
                running.set(false);
                if next == Next::Quit {
                    return Exit::Success;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Exit::Success,
            Err(e) => return unreadable(&e),
        }
    }
}

fn unreadable(error: &ReadlineError) -> Exit {
    output::to_stderr(&format!("lac: cannot read what is typed: {error}\n"));
    Exit::Files
}

/// In the folder for what programs remember of their past.
fn history_file() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")))?;
    let folder = state.join("lac");
    fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

struct Repl<'a> {
    session: Session,
    screen: &'a Screen,
    entries: usize,
}

#[derive(PartialEq)]
enum Next {
    Read,
    Quit,
}

impl Repl<'_> {
    /// Runs what was typed. Nothing but `:quit` ends the session.
    fn enter(&mut self, text: &str) -> Next {
        self.entries += 1;
        let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        if word == ":quit" || word == ":q" {
            return Next::Quit;
        }
        let done = defect::caught(|| match word {
            ":help" if rest.trim().is_empty() => self.screen.out(&help()),
            ":help" => match super::help::of(rest.trim()) {
                Ok(text) => self.screen.out(&text),
                Err(text) => self.screen.err(&text),
            },
            ":vars" => self.screen.out(&show::variables(&self.session)),
            ":plan" => self.plan(rest.trim()),
            _ if word.starts_with(':') => {
                self.screen.err(&format!("there is no command `{word}`; :help lists them\n"));
            }
            _ => self.run(text),
        });
        self.screen.finish();
        if let Err(report) = done {
            self.screen.err(&report);
        }
        Next::Read
    }

    fn run(&mut self, text: &str) {
        // A request to stop that came too late for the last entry is not meant for this one.
        self.session.context().take_interrupt();
        let found = self.session.run_named(&self.name(), text).unwrap_or_else(|errors| errors);
        for value in self.session.take_answers() {
            self.screen.out(&show::value(&value));
        }
        self.finish(&found);
    }

    fn plan(&mut self, text: &str) {
        match self.session.explain(&self.name(), text) {
            Ok(explanation) => self.screen.out(&explanation.text(Depth::Plan)),
            Err(found) => self.finish(&found),
        }
    }

    fn finish(&self, found: &Diagnostics) {
        self.screen.finish();
        self.screen.diagnostics(found);
    }

    /// For diagnostics.
    fn name(&self) -> String {
        format!("entry {}", self.entries)
    }
}

fn help() -> String {
    let mut text = String::from("Type statements, or expressions to see their values.\n");
    for (name, what, meaning) in COMMANDS {
        text.push_str(&format!("  {:18} {meaning}\n", format!("{name} {what}")));
    }
    text + "Tab completes names and files; Ctrl-C stops what runs. `lac help` lists the functions.\n"
}
