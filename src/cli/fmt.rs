//! `lac fmt`: scripts in the one style.

use std::path::PathBuf;

use clap::Args;
use lac::{Diagnostics, Sources};

use super::commands::fail;
use super::exit::Exit;
use super::input::{Input, Script};
use super::screen::Screen;

#[derive(Args, Clone, Debug)]
pub struct Fmt {
    /// Scripts to bring into the style; `-` is standard input, which goes to standard output
    #[arg(value_name = "FILES", required_unless_present_any = ["stdin", "eval"])]
    files: Vec<PathBuf>,
    /// Only name the scripts that are not in the style, and fail if there is one
    #[arg(long)]
    check: bool,
    /// Standard input to standard output, as `-`
    #[arg(long, conflicts_with = "files")]
    stdin: bool,
}

/// Formats all that can be formatted. The first failure is the exit code.
pub fn run(args: &Fmt, eval: Option<&Input>, screen: &Screen) -> Exit {
    let stdin = args.stdin.then_some(Input::Stdin);
    let inputs = args.files.iter().cloned().map(Input::path).chain(stdin).chain(eval.cloned());
    let exits: Vec<Exit> = inputs.map(|input| one(&input, args.check, screen)).collect();
    exits.into_iter().find(|exit| *exit != Exit::Success).unwrap_or(Exit::Success)
}

fn one(input: &Input, check: bool, screen: &Screen) -> Exit {
    let Script { name, text } = match input.load() {
        Ok(script) => script,
        Err(error) => return fail(screen, error),
    };
    let mut sources = Sources::default();
    let file = sources.add(&name, text.as_str());
    let formatted = match lac_grammar::format(file, &text) {
        Ok(formatted) => formatted,
        Err(list) => {
            let found = Diagnostics { list, sources };
            screen.diagnostics(&found);
            screen.err(&format!("{name} is left as it is\n"));
            return Exit::of(&found);
        }
    };
    match input {
        _ if check && formatted == text => Exit::Success,
        _ if check => {
            screen.out(&format!("{name}\n"));
            Exit::Failed
        }
        Input::File(path) if formatted != text => match lac::runtime::io::write_whole(path, formatted.as_bytes()) {
            Ok(()) => Exit::Success,
            Err(error) => fail(screen, *error),
        },
        Input::File(_) => Exit::Success,
        _ => {
            screen.out(&formatted);
            Exit::Success
        }
    }
}
