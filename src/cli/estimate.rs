//! `lac estimate`: how many nonzeros an expression would have.

use std::path::Path;
use std::time::{Duration, Instant};

use lac::compiler::ops::{self, Op, Scalar};
use lac::compiler::plan::{human_bytes, seconds};
use lac::estimate::{self, Answer, Given, Question};
use lac::runtime::io::{self, Progress, ReadOptions};
use lac::{Context, Diagnostic, Host};
use serde_json::{Value, json};

use super::args::{self, Options};
use super::commands::fail;
use super::exit::Exit;
use super::screen::Screen;
use super::signals;

/// Loads what the names stand for, asks and shows the answer.
pub fn run(args: &args::Estimate, options: &Options, screen: &Screen) -> Exit {
    signals::end_at_once();
    let context = Context::new(options.mem.bytes());
    let loader = Loader { args, context: &context, screen };
    let begin = Instant::now();
    let given = match loader.all() {
        Ok(given) => given,
        Err(error) => return fail(screen, error),
    };
    let reading = begin.elapsed();
    unused(args, screen);
    let question = Question {
        expression: &args.expression,
        given: &given,
        estimator: &args.estimator,
        exact: args.exact,
        seed: options.seed.unwrap_or(0),
    };
    match estimate::estimate(&question, &context) {
        Ok(answer) => {
            screen.out(&match args.json {
                true => format!("{}\n", json(args, &answer, reading)),
                false => text(args, &answer, reading),
            });
            Exit::Success
        }
        Err(found) => {
            screen.diagnostics(&found);
            Exit::of(&found)
        }
    }
}

/// The names in an expression, and what else is made of letters.
fn words(expression: &str) -> Vec<&str> {
    expression.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).collect()
}

/// A name that is given and not used may be a slip.
fn unused(args: &args::Estimate, screen: &Screen) {
    let words = words(&args.expression);
    for (name, _) in args.given.iter().filter(|(name, _)| !words.contains(&name.as_str())) {
        screen.diagnostic(Diagnostic::warning("W0203", format!("`{name}` does not occur in the expression")));
    }
}

struct Loader<'a> {
    args: &'a args::Estimate,
    context: &'a Context,
    screen: &'a Screen,
}

impl Loader<'_> {
    fn all(&self) -> Result<Vec<(String, Given)>, Diagnostic> {
        let reads = |word: &&str| ops::named(word).any(|row| matches!(row.op, Op::Read | Op::ReadLibsvm));
        if self.args.sketches_only && words(&self.args.expression).iter().any(reads) {
            let error = Diagnostic::error("E0232", "with `--sketches-only` no data are read within the expression");
            return Err(error.help("give the matrix a name: NAME=FILE"));
        }
        self.args.given.iter().map(|(name, value)| Ok((name.clone(), self.load(value)?))).collect()
    }

    /// A number, a truth value, a text in quotes, a sketch, a matrix with a sketch beside it, a matrix.
    fn load(&self, value: &str) -> Result<Given, Diagnostic> {
        if let Some(scalar) = scalar(value) {
            return Ok(Given::Scalar(scalar));
        }
        let path = Path::new(value);
        if io::is_sketch(path) {
            return io::read_sketch(path).map(Given::Sketch).map_err(|e| *e);
        }
        let needs_data = self.args.exact || estimate::needs_data(&self.args.estimator);
        if self.args.sketches_only || !needs_data {
            match io::sketch_beside(path, &ReadOptions::default()) {
                Some(Ok(file)) => return Ok(Given::Sketch(file)),
                Some(Err(stale)) => self.screen.diagnostic(*stale),
                None => {}
            }
        }
        if self.args.sketches_only {
            let error = Diagnostic::error("E0415", format!("{value}: there is no sketch of it"));
            return Err(match std::fs::metadata(path) {
                Ok(_) => error.help(format!("make one with `lac sketch {value}`, or leave `--sketches-only` away")),
                Err(e) => *io::cannot_open(path, &e),
            });
        }
        let progress = self.screen.clone().reading(value).map(Progress::new);
        let read = io::read(path, &ReadOptions { progress, ..ReadOptions::default() }, self.context).map_err(|e| *e)?;
        for note in read.notes {
            self.screen.diagnostic(note);
        }
        Ok(Given::Matrix(read.matrix))
    }
}

fn scalar(text: &str) -> Option<Scalar> {
    let quoted = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    match text {
        "TRUE" => Some(Scalar::Bool(true)),
        "FALSE" => Some(Scalar::Bool(false)),
        _ => quoted
            .map(Scalar::from)
            .or_else(|| text.parse().ok().map(Scalar::Int))
            .or_else(|| text.parse().ok().map(Scalar::Double)),
    }
}

fn text(args: &args::Estimate, answer: &Answer, reading: Duration) -> String {
    let (csr, csr_upper) = answer.csr();
    let why = answer.nnz.why;
    let mut lines = vec![
        // what is known of the number of nonzeros: a line each
        ("lower", format!("{:<14}{}", answer.nnz.lower, why.lower.describe())),
        ("estimate", format!("{:<14}{}", rounded(answer.nnz.estimate), why.estimate.describe())),
        ("upper", format!("{:<14}{}", answer.nnz.upper, why.upper.describe())),
        ("density", format!("{:.4e}", answer.density())),
        ("dense", human_bytes(answer.dense())),
        ("csr", format!("{}, at most {}", human_bytes(csr), human_bytes(csr_upper))),
    ];
    if let (Some(truth), Some(error)) = (answer.truth, answer.error()) {
        lines.push(("exact", format!("{truth}, relative error {error:.4}")));
    }
    let time = |t: Duration| seconds(t.as_secs_f64());
    let (sketching, estimating) = (time(answer.sketching), time(answer.estimating));
    let counting = if args.exact { format!(", counting {}", time(answer.counting)) } else { String::new() };
    lines.push(("time", format!("reading {}, sketches {sketching}, estimate {estimating}{counting}", time(reading))));
    let mut text = format!("{}: {} x {}\n", args.expression, answer.rows, answer.cols);
    for (what, value) in lines {
        text += &format!("  {what:<9}{value}\n");
    }
    text
}

/// An expected number: its fraction says something only where there are few.
fn rounded(x: f64) -> String {
    if x >= 1000.0 || x.fract() == 0.0 { format!("{x:.0}") } else { format!("{x:.3}") }
}

fn json(args: &args::Estimate, answer: &Answer, reading: Duration) -> Value {
    let (csr, csr_upper) = answer.csr();
    let nnz = answer.nnz;
    json!({
        "rows": answer.rows,
        "cols": answer.cols,
        "nnz": { "lower": nnz.lower, "estimate": nnz.estimate, "upper": nnz.upper },
        "why": {
            "lower": nnz.why.lower.describe(),
            "estimate": nnz.why.estimate.describe(),
            "upper": nnz.why.upper.describe(),
        },
        "exact": answer.truth,
        "error": answer.error().filter(|error| error.is_finite()),
        "density": answer.density(),
        "bytes": { "dense": answer.dense(), "csr": csr, "csr_upper": csr_upper },
        "estimator": args.estimator,
        "seconds": {
            "read": reading.as_secs_f64(),
            "sketch": answer.sketching.as_secs_f64(),
            "estimate": answer.estimating.as_secs_f64(),
            "exact": args.exact.then_some(answer.counting.as_secs_f64()),
        },
    })
}
