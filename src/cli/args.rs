//! The command line as typed: what is `lac`'s, and what is the script's.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use lac::Arguments;
use lac::compiler::program::lint::{Level, Levels, Lint};

use super::exit::{Exit, MEANINGS};
use super::input::Input;
use super::memory::Budget;
use super::output::to_stderr;

/// What the user asks for.
pub struct Request {
    pub command: Command,
    pub options: Options,
    /// None: the REPL on a terminal, else the script is standard input.
    pub input: Option<Input>,
    /// For the script.
    pub arguments: Arguments,
}

/// A command line that is wrong, or that asks for help.
pub struct Usage {
    text: String,
    exit: Exit,
}

impl Usage {
    fn wrong(text: impl std::fmt::Display) -> Usage {
        Usage { text: format!("lac: {text}\nTry `lac --help`.\n"), exit: Exit::Usage }
    }

    pub fn show(self) -> Exit {
        if self.exit == Exit::Success {
            let mut output = super::output::Output::new();
            output.write(&self.text);
            output.flush();
        } else {
            to_stderr(&self.text);
        }
        self.exit
    }
}

impl From<clap::Error> for Usage {
    fn from(error: clap::Error) -> Usage {
        Usage { text: error.to_string(), exit: if error.use_stderr() { Exit::Usage } else { Exit::Success } }
    }
}

#[derive(Parser)]
#[command(name = "lac", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(about = "Runs DML, a language of linear algebra, with plans made for the sparsity of the data")]
#[command(after_long_help = after_help(), after_help = "More, with examples and exit codes: lac --help")]
#[command(override_usage = "lac [OPTIONS] [SCRIPT] [-nvargs NAME=VALUE...] [-args VALUE...]\n       \
          lac [OPTIONS] COMMAND ...")]
struct Line {
    /// The script; `-` is standard input. Without one: a session to type into, or on a pipe the script itself
    script: Option<PathBuf>,

    #[command(flatten)]
    options: Options,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Run this text as the script; several are lines of one
    #[arg(short, long, short_alias = 's', value_name = "TEXT", global = true, allow_hyphen_values = true)]
    pub eval: Vec<String>,

    /// The script, as an option
    #[arg(short = 'f', long = "file", value_name = "SCRIPT", global = true, hide = true)]
    file: Option<PathBuf>,

    /// After the script, if there is one: a session to type into, also where it comes through a pipe
    #[arg(short, long, global = true)]
    pub interactive: bool,

    /// After the run: time, nonzeros and bytes per operator, heaviest first
    #[arg(long, global = true)]
    pub stats: bool,

    /// Before the run: the plan, as `lac explain` shows it
    #[arg(long, global = true)]
    pub explain: bool,

    /// A folder of functions: a call of an unknown `f` runs the function of its `f.dml`. The script's own folder is asked
    /// first, then each DIR, then those of the variable LAC_PATH
    #[arg(long, value_name = "DIR", global = true)]
    pub lib: Vec<PathBuf>,

    /// Memory for matrices: 8G, 512M, bytes, or a part of the machine's
    #[arg(long, value_name = "SIZE", default_value = "80%", global = true)]
    pub mem: Budget,

    /// Threads; as many as the machine has if not given
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Makes random numbers the same in every run, where the script gives no seed itself
    #[arg(long, value_name = "N", global = true)]
    pub seed: Option<u64>,

    /// Run the operators as written
    #[arg(long, global = true)]
    pub no_optimize: bool,

    /// Run by the reference semantics: dense and slow
    #[arg(long, global = true, hide = true, conflicts_with = "no_optimize")]
    pub reference: bool,

    /// Warn of what a lint finds: densify, unused, shadow, always-false. All do to begin with
    #[arg(long, value_name = "LINT", global = true, value_parser = lints())]
    warn: Vec<String>,

    /// Make an error of what a lint finds
    #[arg(long, value_name = "LINT", global = true, value_parser = lints())]
    deny: Vec<String>,

    /// Say nothing of what a lint finds; `--warn` goes before it, `--deny` before both
    #[arg(long, value_name = "LINT", global = true, value_parser = lints())]
    allow: Vec<String>,

    /// Colors in messages
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: When,

    /// No warnings and no progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

impl Options {
    /// The folders of libraries: those given, then those of `LAC_PATH`.
    pub fn libraries(&self) -> Vec<PathBuf> {
        let path = std::env::var_os("LAC_PATH").unwrap_or_default();
        let more = std::env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty());
        self.lib.iter().cloned().chain(more).collect()
    }

    /// What becomes of what lints find.
    pub fn lints(&self) -> Levels {
        let mut levels = Levels::default();
        for (names, level) in [(&self.allow, Level::Allow), (&self.warn, Level::Warn), (&self.deny, Level::Deny)] {
            for lint in Lint::ALL.into_iter().filter(|lint| names.iter().any(|n| n == lint.name())) {
                levels.set(lint, level);
            }
        }
        levels
    }
}

fn lints() -> clap::builder::PossibleValuesParser {
    Lint::ALL.map(Lint::name).into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Run a script: what `lac SCRIPT` does
    Run { script: Option<PathBuf> },
    /// Say what is wrong with a script without running it
    Check { script: Option<PathBuf> },
    /// Show the plan of a script without running it, or say what a code like E0203 means
    Explain {
        #[arg(value_name = "SCRIPT|CODE")]
        script: Option<PathBuf>,
        /// List the codes of errors and warnings
        #[arg(long, group = "what")]
        codes: bool,
        /// Only the DAGs of operators, as written
        #[arg(long, group = "what")]
        hops: bool,
        /// Only the plans: what runs, in which format, at what cost
        #[arg(long, group = "what")]
        plan: bool,
        /// Everything, for programs
        #[arg(long, group = "what")]
        json: bool,
    },
    /// Keep the sketches of matrices beside their files, or show those that are kept
    Sketch(Sketch),
    /// Say how many nonzeros an expression would have, without computing it
    Estimate(Estimate),
    /// Run SparsEst, the benchmark of sparsity estimators
    Sparsest(super::sparsest::Args),
    /// Bring scripts into the one style
    Fmt(super::fmt::Fmt),
    /// Say what an operator or builtin function does
    Help {
        /// A name, or the name of a group; the groups if not given
        name: Option<String>,
    },
    /// List the operators and builtin functions
    Ops,
    /// Print a completion script for a shell
    Completions { shell: Shell },
}

#[derive(Args, Clone, Debug)]
pub struct Sketch {
    /// Matrices in any format that `read` knows; of sketches (.mnc) a summary is shown
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the sketch goes; beside the data, as FILE.mnc, if not given
    #[arg(short, long, value_name = "FILE.mnc")]
    pub output: Option<PathBuf>,
    /// The files are parts of one matrix, in order: one sketch is made of all
    #[arg(long, value_name = "BY", num_args = 0..=1, require_equals = true, default_missing_value = "rows", requires = "output")]
    pub merge: Option<By>,
    /// A JSON object a line, for programs
    #[arg(long)]
    pub json: bool,
}

/// How parts of a matrix lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    Rows,
    Columns,
}

#[derive(Args, Clone, Debug)]
pub struct Estimate {
    /// The expression: 'A %*% t(B)'
    pub expression: String,
    /// What its names stand for: files of matrices, sketches (.mnc), numbers
    #[arg(value_name = "NAME=FILE", value_parser = given)]
    pub given: Vec<(String, String)>,
    /// Who estimates; all but `default` know patterns only
    #[arg(long, value_name = "NAME", default_value = lac::estimate::DEFAULT, value_parser = estimators())]
    pub estimator: String,
    /// Open no data: files are sketches, or have one beside them
    #[arg(long, conflicts_with = "exact")]
    pub sketches_only: bool,
    /// Count the truth, too, and compare
    #[arg(long)]
    pub exact: bool,
    /// For programs
    #[arg(long)]
    pub json: bool,
}

fn estimators() -> clap::builder::PossibleValuesParser {
    lac::estimate::estimators().collect::<Vec<_>>().into()
}

fn given(word: &str) -> Result<(String, String), String> {
    match word.split_once('=') {
        Some((name, value)) if is_name(name) && !value.is_empty() => Ok((name.to_string(), value.to_string())),
        _ => Err("write it as NAME=FILE or NAME=NUMBER".to_string()),
    }
}

/// The names of commands: a script that is not found may be a slip of one.
pub const COMMANDS: &[&str] =
    &["run", "check", "explain", "sketch", "estimate", "sparsest", "fmt", "help", "ops", "completions"];

impl Command {
    fn script(&mut self) -> Option<PathBuf> {
        match self {
            Command::Run { script } | Command::Check { script } | Command::Explain { script, .. } => script.take(),
            _ => None,
        }
    }

    /// What its words say together.
    fn check(&self) -> Result<(), Usage> {
        match self {
            Command::Sketch(s) if s.output.is_some() && s.merge.is_none() && s.files.len() > 1 => Err(Usage::wrong(
                "several sketches do not go into one file: leave `-o` away, or `--merge` parts of one matrix",
            )),
            Command::Estimate(e) => {
                let again = |(i, (name, _)): &(usize, &(String, String))| e.given[..*i].iter().any(|(n, _)| n == name);
                match e.given.iter().enumerate().find(again) {
                    Some((_, (name, _))) => Err(Usage::wrong(format!("`{name}` is given twice"))),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  lac pagerank.dml                                  run a script
  lac pagerank.dml -nvargs G=web.mtx.gz tol=1e-9    with $G and $tol
  lac sum.dml -args data.csv 10                     with $1 and $2
  lac --stats --mem 8G pagerank.dml                 lac's own options stand before or after the script
  lac --lib scripts/builtin pagerank.dml            calls of an unknown f run the function of f.dml there
  lac -e 'print(sum(rand(rows=1000, cols=1000)))'   run a line
  lac explain pagerank.dml -nvargs G=web.mtx.gz     how would it be computed?
  lac check pagerank.dml                            is anything wrong with it?
  lac sketch web.mtx.gz                             keep its sketch, for plans before it is read
  lac estimate 'G %*% t(G)' G=web.mtx.gz            how many nonzeros would that have?
  lac fmt *.dml                                     bring scripts into the one style
  lac help order                                    what does `order` do?
  lac explain E0203                                 what does this error mean?
  lac                                               type, and see the answers

Results go to standard output, everything else to standard error.
What follows -nvargs or -args belongs to the script; both may be given.";

fn after_help() -> String {
    let mut text = format!("{EXAMPLES}\n\nExit codes:\n");
    for (exit, meaning) in MEANINGS {
        text.push_str(&format!("{:>5}  {meaning}\n", *exit as i32));
    }
    text.trim_end().to_string()
}

/// The definition of the command line, for completions.
pub fn definition() -> clap::Command {
    Line::command()
}

/// How users of SystemDS write options; read as ours.
const SYSTEMDS: &[(&str, &str)] = &[("-stats", "--stats"), ("-explain", "--explain"), ("-seed", "--seed")];

/// Reads the words of a command line, the name of the program first.
pub fn parse(words: Vec<OsString>) -> Result<Request, Usage> {
    let (own, arguments) = split(words)?;
    let own = own.into_iter().map(|w| match SYSTEMDS.iter().find(|(theirs, _)| w == *theirs) {
        Some((_, ours)) => OsString::from(ours),
        None => w,
    });
    let Line { script, options, command } = Line::try_parse_from(own)?;
    let mut command = command.unwrap_or(Command::Run { script: None });
    command.check()?;
    let paths: Vec<PathBuf> = [script, options.file.clone(), command.script()].into_iter().flatten().collect();
    let input = match (&paths[..], &options.eval[..]) {
        ([], []) => None,
        ([path], []) => Some(Input::path(path.clone())),
        ([], lines) => Some(Input::Text(lines.join("\n"))),
        ([path], _) => return Err(Usage::wrong(format!("there is a script, {}, and a text to run", path.display()))),
        ([first, second, ..], _) => {
            return Err(Usage::wrong(format!("two scripts: {} and {}", first.display(), second.display())));
        }
    };
    Ok(Request { command, options, input, arguments })
}

/// Cuts the words at `-nvargs` and `-args`: what comes before is ours, what follows is the script's.
fn split(words: Vec<OsString>) -> Result<(Vec<OsString>, Arguments), Usage> {
    enum Section {
        Ours,
        Named,
        Positional,
    }
    let (mut own, mut arguments) = (vec![], Arguments::new());
    let (mut section, mut position) = (Section::Ours, 0);
    for word in words {
        match word.to_str() {
            Some("-nvargs") => section = Section::Named,
            Some("-args") => section = Section::Positional,
            _ if matches!(section, Section::Ours) => own.push(word),
            None => return Err(Usage::wrong(format!("the argument {} is not UTF-8 text", word.display()))),
            Some(word) if matches!(section, Section::Positional) => {
                position += 1;
                arguments.insert(position.to_string(), word.to_string());
            }
            Some(word) => {
                let (name, value) = named(word)?;
                if arguments.insert(name.to_string(), value.to_string()).is_some() {
                    return Err(Usage::wrong(format!("the argument `{name}` is given twice")));
                }
            }
        }
    }
    Ok((own, arguments))
}

/// `name=value`; the value may hold anything.
fn named(word: &str) -> Result<(&str, &str), Usage> {
    let Some((name, value)) = word.split_once('=') else {
        let hint = if word.starts_with("--") { "; lac's own options stand before -nvargs" } else { "" };
        return Err(Usage::wrong(format!("`{word}` after -nvargs is not of the form name=value{hint}")));
    };
    match is_name(name) {
        true => Ok((name, value)),
        false => {
            Err(Usage::wrong(format!("`{name}` in `{word}` is not a name: letters, digits and `_`, a letter first")))
        }
    }
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    begins && letters.all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Result<Request, Usage> {
        parse(std::iter::once("lac").chain(line.split_whitespace()).map(OsString::from).collect())
    }

    #[test]
    fn the_definition_is_sound() {
        definition().debug_assert();
        let named: Vec<String> = definition().get_subcommands().map(|c| c.get_name().to_string()).collect();
        assert_eq!(named, COMMANDS);
    }

    #[test]
    fn words_find_their_owner() {
        let file = |name: &str| Some(Input::File(name.into()));
        for (line, input, arguments) in [
            ("", None, ""),
            ("-", Some(Input::Stdin), ""),
            ("a.dml", file("a.dml"), ""),
            ("run a.dml", file("a.dml"), ""),
            ("-f a.dml", file("a.dml"), ""),
            ("check --mem 1G a.dml", file("a.dml"), ""),
            ("--stats explain --json a.dml --seed 3", file("a.dml"), ""),
            ("a.dml -stats -explain -nvargs x=1", file("a.dml"), "x=1"),
            ("a.dml -nvargs x=1 y=a=b z=", file("a.dml"), "x=1 y=a=b z="),
            ("a.dml -args u --stats -nvargs v=2", file("a.dml"), "1=u 2=--stats v=2"),
            ("a.dml -nvargs v=2 -args u", file("a.dml"), "1=u v=2"),
            ("-e 1+1", Some(Input::Text("1+1".into())), ""),
            ("-s 1+1 -e -1", Some(Input::Text("1+1\n-1".into())), ""),
            ("sketch a.mtx b.mtx.gz", None, ""),
            ("sketch --merge a.mnc b.mnc -o c.mnc", None, ""),
            ("estimate A+k A=a.mtx k=3 --exact", None, ""),
            ("check -e 1+1 -args 5", Some(Input::Text("1+1".into())), "1=5"),
        ] {
            let request = request(line).unwrap_or_else(|u| panic!("{line}: {}", u.text));
            assert_eq!(request.input, input, "{line}");
            let mut given: Vec<String> = request.arguments.iter().map(|(k, v)| format!("{k}={v}")).collect();
            given.sort();
            assert_eq!(given.join(" "), arguments, "{line}");
        }
    }

    #[test]
    fn wrong_words_are_named() {
        for (line, part) in [
            ("a.dml b.dml", "b.dml"),
            ("a.dml -f b.dml", "two scripts: a.dml and b.dml"),
            ("a.dml -e 1", "there is a script, a.dml, and a text"),
            ("a.dml -nvargs x", "`x` after -nvargs is not of the form name=value"),
            ("a.dml -nvargs --stats", "lac's own options stand before -nvargs"),
            ("a.dml -nvargs =1", "is not a name"),
            ("a.dml -nvargs 1=1", "`1` in `1=1` is not a name"),
            ("a.dml -nvargs x=1 x=2", "`x` is given twice"),
            ("--mem 8X a.dml", "8X"),
            ("--mem 0 a.dml", "more than 0"),
            ("--threads 0 a.dml", "0"),
            ("--stat a.dml", "--stats"),
            ("explain --hops --json a.dml", "--json"),
            ("sketch", "FILE"),
            ("sketch a.mtx b.mtx -o c.mnc", "`--merge` parts of one matrix"),
            ("sketch --merge a.mnc b.mnc", "--output"),
            ("estimate A A=a.mtx A=b.mtx", "`A` is given twice"),
            ("estimate A a.mtx", "NAME=FILE"),
            ("estimate A --exact --sketches-only", "--exact"),
            ("estimate A --estimator nobody", "nobody"),
            ("--reference --no-optimize a.dml", "--no-optimize"),
        ] {
            let usage = request(line).err().unwrap_or_else(|| panic!("{line} is accepted"));
            assert_eq!(usage.exit, Exit::Usage, "{line}");
            assert!(usage.text.contains(part), "{line}: {}", usage.text);
        }
    }
}
