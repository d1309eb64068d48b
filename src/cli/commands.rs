//! What each command does.

use std::io::{self, IsTerminal};

use clap_complete::Shell;
use lac::compiler::ops::{self, Syntax};
use lac::explain::Depth;
use lac::{Engine, Session};

use super::args::{self, Command, Options, Request};
use super::exit::Exit;
use super::input::{Input, Script};
use super::screen::Screen;
use super::{estimate, fmt, help, repl, signals, sketch, sparsest, stats};

/// Does what was asked for.
pub fn run(request: Request) -> Exit {
    let screen = Screen::new(&request.options);
    if let Some(n) = request.options.threads {
        // The pool is the process's own and not yet in use.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(n.into()).build_global();
    }
    let exit = match &request.command {
        Command::Sparsest(args) => sparsest::run(args, &request.options, &screen),
        Command::Fmt(args) => fmt::run(args, request.input.as_ref(), &screen),
        Command::Help { name } => help(name.as_deref(), &screen),
        Command::Ops => {
            screen.out(&operators());
            Exit::Success
        }
        Command::Completions { shell } => {
            screen.out(&completions(*shell));
            Exit::Success
        }
        Command::Sketch(args) => sketch::run(args, &request.options, &screen),
        Command::Estimate(args) => estimate::run(args, &request.options, &screen),
        _ => with_script(&request, &screen),
    };
    screen.finish();
    exit
}

fn help(name: Option<&str>, screen: &Screen) -> Exit {
    match name.map_or_else(|| Ok(help::groups()), help::of) {
        Ok(text) => {
            screen.out(&text);
            Exit::Success
        }
        Err(text) => {
            screen.err(&text);
            Exit::Wrong
        }
    }
}

/// The page of a code or the index, if that is asked for. A file of the name of a code is a script.
fn codes(request: &Request, screen: &Screen) -> Option<Exit> {
    let Command::Explain { codes, .. } = request.command else { return None };
    if codes {
        lac::codes::pages().for_each(|page| screen.out(&format!("{}  {}\n", page.code, page.title)));
        return Some(Exit::Success);
    }
    let Some(Input::File(path)) = &request.input else { return None };
    let word = path.to_str().filter(|word| lac::codes::is_code(word) && !path.exists())?;
    Some(match lac::codes::page(word) {
        Some(page) => {
            screen.out(&page.text());
            Exit::Success
        }
        None => {
            screen.err(&format!("there is no code {word}; `lac explain --codes` lists them\n"));
            Exit::Wrong
        }
    })
}

fn with_script(request: &Request, screen: &Screen) -> Exit {
    if let Some(exit) = codes(request, screen) {
        return exit;
    }
    let typed = request.options.interactive || request.input.is_none() && io::stdin().is_terminal();
    if typed && matches!(request.command, Command::Run { .. }) {
        return interact(request, screen);
    }
    let script = match request.input.as_ref().unwrap_or(&Input::Stdin).load() {
        Ok(script) => script,
        Err(error) => return fail(screen, error),
    };
    signals::end_at_once();
    match request.command {
        Command::Check { .. } => check(request, &script, screen),
        Command::Explain { hops, plan, json, .. } => {
            let depth = match (hops, plan) {
                (true, _) => Depth::Hops,
                (_, true) => Depth::Plan,
                _ => Depth::Both,
            };
            explain(
                request,
                &script,
                screen,
                |text| screen.out(text),
                |e| match json {
                    true => format!("{:#}\n", e.json()),
                    false => e.text(depth),
                },
            )
        }
        _ => execute(request, &script, screen),
    }
}

pub(super) fn fail(screen: &Screen, error: lac::Diagnostic) -> Exit {
    let found = lac::Diagnostics { list: vec![error], sources: lac::Sources::default() };
    screen.diagnostics(&found);
    Exit::of(&found)
}

/// Runs the script, if there is one, then what is typed.
fn interact(request: &Request, screen: &Screen) -> Exit {
    let mut session = builder(request, screen).interactive().build();
    if let Some(input) = &request.input {
        let script = match input.load() {
            Ok(script) => script,
            Err(error) => return fail(screen, error),
        };
        let found = session.run_named(&script.name, &script.text).unwrap_or_else(|errors| errors);
        session.take_answers();
        screen.diagnostics(&found);
    }
    repl::run(session, screen)
}

/// A session as the options want it.
fn builder(request: &Request, screen: &Screen) -> lac::Builder {
    let Options { mem, seed, stats, no_optimize, reference, .. } = request.options;
    let engine = match (no_optimize, reference) {
        (_, true) => Engine::Reference,
        (true, _) => Engine::Unoptimized,
        _ => Engine::Planned,
    };
    let builder = Session::builder()
        .memory(mem.bytes())
        .engine(engine)
        .stats(stats)
        .arguments(request.arguments.clone())
        .lints(request.options.lints())
        .host(screen.clone());
    let builder = request.options.libraries().into_iter().fold(builder, lac::Builder::library);
    match seed {
        Some(seed) => builder.seed(seed),
        None => builder,
    }
}

fn session(request: &Request, screen: &Screen) -> Session {
    builder(request, screen).build()
}

fn execute(request: &Request, script: &Script, screen: &Screen) -> Exit {
    if request.options.explain {
        let exit = explain(request, script, screen, |text| screen.err(text), |e| e.text(Depth::Both));
        if exit != Exit::Success {
            return exit;
        }
    }
    let mut session = builder(request, screen).forget().build();
    let begin = std::time::Instant::now();
    let (found, exit) = match session.run_named(&script.name, &script.text) {
        Ok(found) => (found, Exit::Success),
        Err(found) => {
            let exit = Exit::of(&found);
            (found, exit)
        }
    };
    let total = begin.elapsed();
    screen.finish();
    screen.diagnostics(&found);
    if request.options.stats {
        screen.err(&stats::table(session.stats(), session.sources(), total));
    }
    // The process is about to end: its memory goes back all at once.
    std::mem::forget(session);
    exit
}

fn check(request: &Request, script: &Script, screen: &Screen) -> Exit {
    let found = builder(request, screen).forget().build().check(&script.name, &script.text);
    screen.diagnostics(&found);
    Exit::of(&found)
}

fn explain(
    request: &Request,
    script: &Script,
    screen: &Screen,
    show: impl Fn(&str),
    text: impl Fn(&lac::explain::Explanation) -> String,
) -> Exit {
    match session(request, screen).explain(&script.name, &script.text) {
        Ok(explanation) => {
            // A run says it when it reads the file.
            if matches!(request.command, Command::Explain { .. }) {
                screen.diagnostics(explanation.warnings());
            }
            show(&text(&explanation));
            Exit::Success
        }
        Err(found) => {
            screen.diagnostics(&found);
            Exit::of(&found)
        }
    }
}

/// The operator table: signatures and what they mean.
fn operators() -> String {
    let mut text = String::new();
    for row in ops::table() {
        let usage = match row.syntax {
            Syntax::Call => row.signature(),
            Syntax::Grammar => row.name.to_string(),
        };
        let aliases = match row.aliases {
            [] => String::new(),
            names => format!(" Also: {}.", names.join(", ")),
        };
        text.push_str(&format!("{usage}\n    {}{aliases}\n", row.doc));
    }
    text
}

fn completions(shell: Shell) -> String {
    let mut text = vec![];
    clap_complete::generate(shell, &mut args::definition(), "lac", &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
