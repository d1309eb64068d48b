//! What must hold of every case, whatever it does.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use lac::compiler::sketch::SketchFile;
use lac::explain::Depth;
use lac::{Diagnostics, Engine, Host, Session, Value, codes};
use lac_grammar::{FileId, format, parse};

use crate::agree;
use crate::case::Case;
use crate::watch::{BUDGET, watch};

/// What is wrong, in a word that is equal for equal causes, and with all that is known.
#[derive(Debug)]
pub struct Finding {
    pub key: String,
    pub detail: String,
}

fn finding(key: &str, detail: String) -> Finding {
    Finding { key: key.to_string(), detail }
}

/// A panic by its place.
fn panicked(what: &str, message: String) -> Finding {
    let place: Vec<&str> = message.splitn(3, ':').take(2).collect();
    finding(&format!("panic at {}", place.join(":")), format!("{what}: {message}"))
}

/// What is left of a run of all entries.
#[derive(Debug, Default)]
pub struct Outcome {
    pub codes: Vec<Option<&'static str>>,
    pub printed: Vec<String>,
    pub variables: Vec<(String, Value)>,
}

impl Outcome {
    /// A limit of memory, depth or time ended it: other engines have other limits.
    pub fn is_limited(&self) -> bool {
        self.codes.iter().flatten().any(|code| code.starts_with("E06") || *code == "E0500")
    }

    /// Matrices that the reference would write out take too long.
    fn is_large(&self) -> bool {
        let cells = |v: &Value| if let Value::Matrix(m) = v { m.rows().saturating_mul(m.cols()) } else { 0 };
        self.variables.iter().any(|(_, v)| cells(v) > 300_000)
    }
}

/// Checks everything; gives what the optimizing engine made of it.
pub fn judge(case: &Case) -> Result<Outcome, Finding> {
    for entry in &case.entries {
        watch("front", None, || front(entry)).map_err(|p| panicked("front", p))??;
    }
    for (_, bytes) in case.files.iter().filter(|(name, _)| name.ends_with(".mnc")) {
        watch("sketch", None, || SketchFile::from_bytes(bytes).is_ok()).map_err(|p| panicked("sketch", p))?;
    }
    plan(case)?;
    let planned = run(case, Engine::Planned)?;
    if planned.is_limited() || planned.is_large() || differs_by_nature(case) {
        return Ok(planned);
    }
    for engine in [Engine::Unoptimized, Engine::Reference] {
        let other = run(case, engine)?;
        if other.is_limited() {
            break;
        }
        if let Some(difference) = agree::difference(&planned, &other) {
            return Err(finding(&format!("{engine:?} {}", difference.0), difference.1));
        }
    }
    Ok(planned)
}

/// The clock differs, what happens after a run that failed in the middle of a statement, and the number of steps until what an
/// algorithm improves is as small as rounding.
fn differs_by_nature(case: &Case) -> bool {
    case.entries.iter().any(|e| ["time", "nnz_estimate", "paramserv", "$tol"].iter().any(|word| e.contains(word)))
}

/// A tree writes and reads back; formatting changes nothing but white space, and nothing when it is done again.
fn front(text: &str) -> Result<(), Finding> {
    let file = FileId(0);
    let parsed = parse(file, text);
    lac_grammar::is_incomplete(text);
    let _ = lac_grammar::parse_expr(file, text);
    if parsed.has_errors() {
        return Ok(());
    }
    let tree = parsed.script.to_string();
    let again = parse(file, &tree);
    // Braces that are not written are levels, too.
    if again.diagnostics.iter().any(|d| d.code == lac_grammar::code::TOO_DEEP) {
        return Ok(());
    }
    if again.has_errors() || again.script.to_string() != tree {
        return Err(finding("print", format!("the tree reads back as another one:\n{tree}\n{}", again.script)));
    }
    let Ok(pretty) = format(file, text) else {
        return Err(finding("fmt", "what parses is not formatted".into()));
    };
    if parse(file, &pretty).script.to_string() != tree {
        return Err(finding("fmt", format!("formatting changes the program to\n{pretty}")));
    }
    match format(file, &pretty) {
        Ok(twice) if twice == pretty => Ok(()),
        twice => Err(finding("fmt", format!("formatting twice gives {twice:?}, not\n{pretty:?}"))),
    }
}

/// A host that keeps the beginning of what is printed: a loop may never end.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<String>>);

const KEPT: usize = 1 << 20;

impl Printed {
    fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for Printed {
    fn print(&mut self, line: &str) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if text.len() < KEPT {
            text.push_str(line);
            text.push('\n');
        }
    }
}

fn session(case: &Case, engine: Engine, host: Printed) -> Session {
    let builder = Session::builder().engine(engine).seed(5).memory(BUDGET).host(host);
    if case.is_interactive() { builder.interactive().build() } else { builder.build() }
}

/// `check` and `explain` of the first entry.
fn plan(case: &Case) -> Result<(), Finding> {
    let Some(script) = case.entries.first() else { return Ok(()) };
    case.lay_out(Path::new("."));
    for engine in [Engine::Planned, Engine::Unoptimized] {
        let mut session = session(case, engine, Printed::default());
        let context = session.context().clone();
        let work = || {
            diagnosed(&session.check("script", script))?;
            match session.explain("script", script) {
                Ok(plan) => drop((plan.text(Depth::Both), plan.json().to_string())),
                Err(found) => diagnosed(&found)?,
            }
            Ok(())
        };
        watch("explain", Some(&context), work).map_err(|p| panicked("explain", p))??;
    }
    Ok(())
}

fn run(case: &Case, engine: Engine) -> Result<Outcome, Finding> {
    case.lay_out(Path::new("."));
    let host = Printed::default();
    let mut session = session(case, engine, host.clone());
    let mut outcome = Outcome::default();
    for entry in &case.entries {
        let context = session.context().clone();
        let work = || {
            let (error, found) = match session.run(entry) {
                Ok(found) => (None, found),
                Err(found) => (found.list.iter().find(|d| d.is_error()).map(|d| d.code), found),
            };
            session.take_answers().iter().for_each(|answer| drop(answer.describe()));
            diagnosed(&found).map(|()| error)
        };
        let name = match engine {
            Engine::Planned => "run",
            Engine::Unoptimized => "run --no-optimize",
            Engine::Reference => "run --reference",
        };
        outcome.codes.push(watch(name, Some(&context), work).map_err(|p| panicked(name, p))??);
        context.take_interrupt();
        outcome.printed.push(host.take());
    }
    outcome.variables = session.variables().map(|(name, value)| (name.to_string(), value.clone())).collect();
    Ok(outcome)
}

/// Every diagnostic has a page, says something, and points into its text.
fn diagnosed(found: &Diagnostics) -> Result<(), Finding> {
    for d in &found.list {
        let about = || format!("{}: {}", d.code, d.message);
        if codes::page(d.code).is_none() || d.message.is_empty() {
            return Err(finding(&format!("no page of {}", d.code), about()));
        }
        for label in &d.labels {
            let (start, end) = (label.span.start as usize, label.span.end as usize);
            if found.sources.text(label.span.file).get(start..end).is_none() {
                return Err(finding(&format!("span of {}", d.code), format!("{} at {start}..{end}", about())));
            }
        }
    }
    drop(found.to_string());
    Ok(())
}
