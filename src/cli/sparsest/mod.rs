//! `lac sparsest`: the benchmark of sparsity estimators of the MNC paper (Sommer et al., SIGMOD 2019, section 5).
//!
//! Beside its cases ([`cases`], over the matrices of [`leaves`]) it measures time over sparsity ([`sweep`]) and what the plans of
//! product chains cost that each estimator finds ([`chains`]).

mod cases;
mod chains;
mod chart;
mod generate;
mod json;
mod leaves;
mod measure;
mod real;
mod svg;
mod sweep;
mod table;

use std::path::PathBuf;

use lac::compiler::sketch::AnyEstimator;
use lac::compiler::sketch::rivals::{self, Exact};
use lac::{Context, Diagnostic};
use lac_grammar::diagnostic::did_you_mean;

use super::args::Options;
use super::exit::Exit;
use super::screen::Screen;
use super::signals;
use cases::Case;
use leaves::Library;
use measure::Measured;

/// What to run, on what, and how to show it.
#[derive(clap::Args, Clone, Debug)]
#[command(after_long_help = SCHEMA, next_help_heading = "What to measure")]
pub struct Args {
    /// Only these, by number or the beginning of it: B1, B2.4, "B3.2 XS", time, chains
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    case: Vec<String>,

    /// Size of the matrices that are made up: 1 is 100,000 rows
    #[arg(long, value_name = "S", default_value_t = 0.2, value_parser = scale)]
    scale: f64,

    /// Folder with the real matrices of B2 and B3
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Only these estimators; all but `exact` and those with quirks if not given
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = estimator)]
    estimators: Vec<String>,

    /// One JSON document on standard output
    #[arg(long)]
    json: bool,

    /// Draw charts into this folder
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
}

const SCHEMA: &str = "\
The document of --json:
  scale, seed
  cases[]       one for each case and estimator: case, expression, leaves[] {name, rows, cols, nnz}, rows, cols,
                nnz_true (absent if too large to count), seconds_true, estimator, and either
                  refused: why there is no estimate, or
                  nnz {lower, estimate, upper}, error (1 is right; null is infinite), seconds {construction, estimation},
                  bytes (of the synopses of the leaves)
  time          n, points[]: sparsity, and the rest as in cases
  chains        chains, factors, orders, planners[]: estimator, seconds (a chain), and ratios[] (true cost of the plan over
                the cheapest one's) or refused
Parts that did not run are absent.";

fn scale(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(scale) if (0.0001..=10.0).contains(&scale) => Ok(scale),
        _ => Err("a number from 0.0001 to 10 is needed".into()),
    }
}

fn estimator(name: &str) -> Result<String, String> {
    if rivals::by_name(name).is_some() {
        return Ok(name.to_string());
    }
    let near = did_you_mean(name, rivals::names()).map(|near| format!("; did you mean `{near}`?"));
    let all: Vec<&str> = rivals::names().collect();
    Err(format!("there are {}{}", all.join(", "), near.unwrap_or_default()))
}

/// Rows of the largest matrices that are made up, at scale 1.
const ROWS: f64 = 1e5;
/// Rows of the matrices of the study of time, at scale 1: the 20K of the paper.
const SWEPT_ROWS: f64 = 2e4;
/// If no seed is given, results are the same in every run.
const SEED: u64 = 1;
/// The part of the memory that the exact operands of a truth may take.
const FOR_TRUTH: u64 = 4;

/// The name of the study of time and that of chains, beside those of the cases.
const TIME: &str = "time";
const CHAINS: &str = "chains";

/// What was measured.
#[derive(Default)]
pub struct Report {
    scale: f64,
    seed: u64,
    cases: Vec<Measured>,
    time: Option<sweep::Sweep>,
    chains: Option<chains::Study>,
}

/// Runs what was asked for.
pub fn run(args: &Args, options: &Options, screen: &Screen) -> Exit {
    signals::end_at_once();
    let (chosen, unknown) = choose(&args.case);
    if let Some(unknown) = unknown {
        screen.err(&format!("lac: there is no case `{unknown}`: cases are B1 to B3.5, {TIME} and {CHAINS}\n"));
        return Exit::Usage;
    }
    match measure_all(args, options, &chosen, screen) {
        Ok(exit) => exit,
        Err(error) => fail(*error, screen),
    }
}

fn fail(error: Diagnostic, screen: &Screen) -> Exit {
    let found = lac::Diagnostics { list: vec![error], sources: lac::Sources::default() };
    screen.diagnostics(&found);
    Exit::of(&found)
}

/// What runs.
struct Chosen {
    cases: Vec<Case>,
    time: bool,
    chains: bool,
}

/// What the beginnings of numbers name, everything if none is given, and a beginning that names nothing.
fn choose(asked: &[String]) -> (Chosen, Option<&String>) {
    let begins = |name: &str, asked: &String| name.to_lowercase().starts_with(&asked.trim().to_lowercase());
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|asked| begins(name, asked));
    let all = cases::all();
    let known = |asked: &String| all.iter().map(|case| &*case.id).chain([TIME, CHAINS]).any(|name| begins(name, asked));
    let unknown = asked.iter().find(|asked| asked.is_empty() || !known(asked));
    let chosen = Chosen {
        time: is_asked(TIME),
        chains: is_asked(CHAINS),
        cases: all.iter().filter(|case| is_asked(&case.id)).cloned().collect(),
    };
    (chosen, unknown)
}

fn measure_all(args: &Args, options: &Options, chosen: &Chosen, screen: &Screen) -> Result<Exit, Box<Diagnostic>> {
    let show = |text: String| {
        if !args.json {
            screen.out(&text)
        }
    };
    // the exact answer stands beside every estimate, and quirks are not compared: they must be asked for
    let names: Vec<&str> = match &args.estimators[..] {
        [] => rivals::names().filter(|name| *name != "exact" && !name.ends_with("-java")).collect(),
        names => names.iter().map(|name| &**name).collect(),
    };
    let estimators: Vec<Box<dyn AnyEstimator>> = names.into_iter().filter_map(rivals::by_name).collect();
    let memory = options.mem.bytes();
    let exact = Exact { max_bytes: Exact::default().max_bytes.min(memory / FOR_TRUTH) };
    let seed = options.seed.unwrap_or(SEED);
    let rows = |at_one: f64| ((at_one * args.scale) as usize).max(10);
    let mut library = Library::new(rows(ROWS), seed, args.data.clone(), Context::new(memory));
    let mut report = Report { scale: args.scale, seed, ..Report::default() };
    show(table::head(&report, library.n));

    let (possible, missing): (Vec<&Case>, Vec<&Case>) =
        chosen.cases.iter().partition(|case| library.has_data() || case.files().is_empty());
    for case in possible {
        let measured = measure::measure(case, &mut library, &estimators, exact)?;
        show(table::case(&measured));
        report.cases.push(measured);
    }
    if chosen.time {
        report.time = Some(sweep::sweep(rows(SWEPT_ROWS), seed, &estimators, exact));
    }
    if chosen.chains {
        let refused = |refusal| Box::new(Diagnostic::error("E0601", format!("the study of chains: {refusal}")));
        report.chains = Some(chains::study(chains::SIZE, seed, &estimators).map_err(refused)?);
    }
    show(table::summary(&report));
    if args.json {
        screen.out(&format!("{:#}\n", json::document(&report)));
    }
    if let Some(folder) = &args.svg {
        chart::write_all(&report, folder)?;
    }
    if !missing.is_empty() {
        screen.err(&table::missing(&missing));
    }
    Ok(Exit::Success)
}
