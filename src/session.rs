//! A session: variables and functions that live from script to script.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lac_compiler::frame::Frame;
use lac_compiler::hop::Built;
use lac_compiler::ops::Scalar;
use lac_compiler::program::analyze::Place;
use lac_compiler::program::lint::{self, Densify, Levels, Lint};
use lac_compiler::program::{self, Arguments, Binding, Environment, Options, Program, Var};
use lac_grammar::{Diagnostic, FileId, ast};
use lac_runtime::exec::{Engine, Host, Interpreter, Settings, Stats, Value};
use lac_runtime::{Context, Csr, Dense, Matrix, Storage};

use crate::answers;
use crate::catalog::Files;
use crate::explain::{Explainer, Explanation};
use crate::library::{Disk, Shelf};
use crate::render::{Diagnostics, Sources};

/// Runs scripts one after the other over the same variables.
pub struct Session {
    settings: Settings,
    arguments: Arguments,
    host: Box<dyn Host + Send>,
    sources: Sources,
    variables: BTreeMap<String, Value>,
    functions: Vec<ast::Function>,
    /// The `source` and `setwd` statements of earlier scripts, whose namespaces later ones may use.
    links: Vec<ast::Stmt>,
    stats: Stats,
    keep: bool,
    interactive: bool,
    lints: Levels,
    answers: Vec<Value>,
    folder: PathBuf,
    libraries: Vec<PathBuf>,
}

/// How a session is to be.
pub struct Builder {
    memory: u64,
    engine: Engine,
    stats: bool,
    seed: Option<u64>,
    arguments: Arguments,
    host: Box<dyn Host + Send>,
    keep: bool,
    interactive: bool,
    lints: Levels,
    libraries: Vec<PathBuf>,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            memory: u64::MAX,
            engine: Engine::default(),
            stats: false,
            seed: None,
            arguments: Arguments::new(),
            host: Box::new(lac_runtime::exec::Silent),
            keep: true,
            interactive: false,
            lints: Levels::default(),
            libraries: vec![],
        }
    }
}

impl Builder {
    /// Bytes that matrices may take.
    pub fn memory(mut self, bytes: u64) -> Builder {
        self.memory = bytes;
        self
    }

    pub fn engine(mut self, engine: Engine) -> Builder {
        self.engine = engine;
        self
    }

    /// Collect time, nonzeros and bytes per operator.
    pub fn stats(mut self, collect: bool) -> Builder {
        self.stats = collect;
        self
    }

    /// Seeds `rand` where a script gives no seed; without it each session differs.
    pub fn seed(mut self, seed: u64) -> Builder {
        self.seed = Some(seed);
        self
    }

    /// What scripts see as `$name`, and as `$1` under the name `1`.
    pub fn arguments(mut self, arguments: Arguments) -> Builder {
        self.arguments = arguments;
        self
    }

    /// Who gets what scripts print.
    pub fn host(mut self, host: impl Host + Send + 'static) -> Builder {
        self.host = Box::new(host);
        self
    }

    /// Forget variables as soon as a script does not need them: for a single script, whose memory is then reused.
    pub fn forget(mut self) -> Builder {
        self.keep = false;
        self
    }

    /// For entries that a user types: the values of expressions that stand alone are kept as answers.
    pub fn interactive(mut self) -> Builder {
        self.interactive = true;
        self
    }

    /// What becomes of what lints find; all warn if it is not said.
    pub fn lints(mut self, levels: Levels) -> Builder {
        self.lints = levels;
        self
    }

    /// A folder of functions: a script that calls an `f` nobody else defines calls the function `f`, or `m_f`, of
    /// its file `f.dml`. The script's own folder is asked first, then those given so, in order.
    pub fn library(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.libraries.push(folder.into());
        self
    }

    pub fn build(self) -> Session {
        let clock =
            || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
        let settings = Settings {
            engine: self.engine,
            context: Context::new(self.memory),
            stats: self.stats,
            seed: self.seed.unwrap_or_else(clock),
            library: None,
        };
        Session {
            settings,
            arguments: self.arguments,
            host: self.host,
            sources: Sources::default(),
            variables: BTreeMap::new(),
            functions: vec![],
            links: vec![],
            stats: Stats::default(),
            keep: self.keep,
            interactive: self.interactive,
            lints: self.lints,
            answers: vec![],
            folder: PathBuf::new(),
            libraries: self.libraries,
        }
    }
}

impl Default for Session {
    fn default() -> Session {
        Builder::default().build()
    }
}

/// A script that is ready: checked, with the variables it begins with.
struct Ready {
    program: Arc<Program>,
    diagnostics: Vec<Diagnostic>,
    /// Of sketches beside files that are not theirs. A run says it itself when it reads them.
    stale: Vec<Diagnostic>,
}

/// Scripts run on a stack of this size, so that functions may call themselves some thousand times.
const STACK: usize = 1 << 30;

impl Session {
    /// With an unlimited memory budget and without output.
    pub fn new() -> Session {
        Session::default()
    }

    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Runs a script. Warnings are given back; an error ends the script, what it had assigned before stays.
    pub fn run(&mut self, script: &str) -> Result<Diagnostics, Diagnostics> {
        self.run_named("script", script)
    }

    /// Runs a script under the name that its diagnostics show.
    pub fn run_named(&mut self, name: &str, script: &str) -> Result<Diagnostics, Diagnostics> {
        let file = self.sources.add(name, script);
        on_large_stack(|| self.run_source(file))
    }

    fn run_source(&mut self, file: FileId) -> Result<Diagnostics, Diagnostics> {
        let ready = self.prepare(file, None);
        let mut found = self.report(ready.diagnostics);
        if found.has_errors() {
            return Err(found);
        }
        let program = ready.program;
        let mut frame = vec![None; program.main.names.len()];
        for (name, value) in &self.variables {
            if let Some(i) = program.main.names.iter().position(|n| n == name) {
                frame[i] = Some(value.clone());
            }
        }
        let shelf = Shelf::new(self.sources.clone(), &self.folder, file, &self.libraries, program.blocks);
        let shelf = Arc::new(shelf);
        let settings = Settings { library: Some(shelf.clone()), ..self.settings.clone() };
        let mut interpreter = Interpreter::new(settings, self.host.as_mut());
        interpreter.stats = std::mem::take(&mut self.stats);
        let done = interpreter.run(&program, &mut frame);
        self.stats = interpreter.stats;
        self.sources = shelf.sources();
        found.sources = self.sources.clone();
        self.settings.seed = self.settings.seed.wrapping_add(1);
        let mut answers = BTreeMap::new();
        for (name, value) in program.main.names.iter().zip(frame) {
            let Some(value) = value.filter(|_| !name.starts_with('%')) else { continue };
            match answers::number(name) {
                Some(number) => drop(answers.insert(number, value)),
                None => drop(self.variables.insert(name.clone(), value)),
            }
        }
        self.answers.extend(answers.into_values());
        match done {
            Ok(()) => Ok(found),
            Err(e) => {
                found.list.push(*e);
                Err(found)
            }
        }
    }

    /// Parses, lowers and checks a source; a REPL's functions are remembered.
    fn prepare(&mut self, file: FileId, explainer: Option<&mut Explainer>) -> Ready {
        let mut parsed = lac_grammar::parse(file, self.sources.text(file));
        let mut diagnostics = parsed.diagnostics;
        let whole = !diagnostics.iter().any(Diagnostic::is_error);
        let told = diagnostics.len();
        let hints = if whole { lint::lint(&parsed.script, !self.keep && !self.interactive) } else { vec![] };
        for f in &self.functions {
            if !parsed.script.functions.iter().any(|g| g.name.name == f.name.name) {
                parsed.script.functions.push(f.clone());
            }
        }
        let known = parsed.script.functions.clone();
        if self.interactive {
            answers::name(&mut parsed.script, &known);
        }
        let links = self.link(&mut parsed.script);
        let options = Options {
            arguments: self.arguments.clone(),
            given: self.variables.keys().cloned().collect(),
            keep: self.keep,
            first_block: 0,
        };
        let mut loader = Disk::new(&mut self.sources, &self.folder, file, &self.libraries);
        let program = program::lower(parsed.script, &options, &mut loader, &mut diagnostics);
        let mut stale = vec![];
        // A tree that the parser had to mend is not worth checking further.
        if whole {
            let mut given = Environment::new();
            for (i, name) in program.main.names.iter().enumerate() {
                if let Some(value) = self.variables.get(name) {
                    let facts = if explainer.is_some() { value.facts() } else { value.metadata() };
                    given.insert(Var(i as u32), Binding::certain(facts));
                }
            }
            let catalog = Files::new(self.settings.context.clone(), explainer.is_some());
            let sound = !diagnostics.iter().any(Diagnostic::is_error);
            let mut observers = Observers { explainer, densify: self.densify() };
            let observer = sound.then_some(&mut observers as &mut dyn program::Observer);
            diagnostics.extend(program::analyze(&program, given, &catalog, observer).diagnostics);
            diagnostics.extend(observers.densify.finish());
            // First things first: where there is an error much else looks odd.
            if !diagnostics.iter().any(Diagnostic::is_error) {
                diagnostics.extend(hints);
            }
            stale = catalog.into_warnings();
        } else {
            // What a mended tree is warned of was not written.
            let mut place = 0;
            diagnostics.retain(|d| {
                place += 1;
                place <= told || d.is_error()
            });
        }
        self.lints.apply(&mut diagnostics);
        if !diagnostics.iter().any(Diagnostic::is_error) {
            (self.functions, self.links) = (known, links);
        }
        Ready { program: Arc::new(program), diagnostics, stale }
    }

    /// Looks for matrices of a size that is worth a word: a tenth of the budget, 1 GiB at most.
    fn densify(&self) -> Densify {
        let limit = (self.settings.context.limit() / 10).min(1 << 30);
        Densify::new(limit, self.settings.engine == Engine::Planned)
    }

    /// Puts the links of earlier scripts before a script that does not replace them. Returns the links it leaves.
    fn link(&self, script: &mut ast::Script) -> Vec<ast::Stmt> {
        let namespace = |s: &ast::Stmt| match &s.kind {
            ast::StmtKind::Source { namespace, .. } => Some(namespace.name.clone()),
            _ => None,
        };
        let new: Vec<String> = script.statements.iter().filter_map(namespace).collect();
        let old = self.links.iter().filter(|s| namespace(s).is_none_or(|n| !new.contains(&n)));
        script.statements.splice(0..0, old.cloned());
        let link = |s: &&ast::Stmt| matches!(s.kind, ast::StmtKind::Source { .. } | ast::StmtKind::SetWd { .. });
        script.statements.iter().filter(link).cloned().collect()
    }

    /// Everything that is known to be wrong with a script, without running it.
    pub fn check(&mut self, name: &str, script: &str) -> Diagnostics {
        let file = self.sources.add(name, script);
        let ready = on_large_stack(|| self.prepare(file, None));
        self.report([ready.diagnostics, ready.stale].concat())
    }

    /// The plan of a script, made from the metadata and sketches of its files without running it.
    pub fn explain(&mut self, name: &str, script: &str) -> Result<Explanation, Diagnostics> {
        let file = self.sources.add(name, script);
        let optimize = self.settings.engine == Engine::Planned;
        let (ready, explainer) = on_large_stack(|| {
            let mut explainer = Explainer::new(optimize);
            (self.prepare(file, Some(&mut explainer)), explainer)
        });
        let found = self.report(ready.diagnostics);
        if found.has_errors() {
            return Err(found);
        }
        // Of the other warnings a plan says nothing.
        let grown = found.list.into_iter().filter(|d| Lint::Densify.codes().contains(&d.code));
        let stale = self.report(grown.chain(ready.stale).collect());
        Ok(explainer.finish(stale, self.settings.context.limit()))
    }

    fn report(&self, list: Vec<Diagnostic>) -> Diagnostics {
        Diagnostics { list, sources: self.sources.clone() }
    }

    fn missing(&self, name: &str, what: &str) -> Diagnostics {
        let message = match self.variables.get(name) {
            Some(value) => format!("`{name}` is a {}, not {what}", value.describe()),
            None => format!("there is no variable `{name}`"),
        };
        self.report(vec![Diagnostic::error("E0201", message)])
    }

    /// Gives a variable a value.
    pub fn bind(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.variables.insert(name.into(), value.into());
    }

    /// Gives a variable a dense matrix, row by row.
    pub fn bind_dense(&mut self, name: &str, rows: usize, cols: usize, values: &[f64]) -> Result<(), Diagnostics> {
        if rows.checked_mul(cols) != Some(values.len()) {
            let message = format!("a {rows} x {cols} matrix does not have {} values", values.len());
            return Err(self.report(vec![Diagnostic::error("E0304", message)]));
        }
        self.bind(name, Matrix::new(Dense::new(rows, cols, values.to_vec())));
        Ok(())
    }

    /// Gives a variable a CSR matrix: row offsets, ascending columns, values.
    pub fn bind_csr(
        &mut self,
        name: &str,
        rows: usize,
        cols: usize,
        indptr: &[usize],
        indices: &[u32],
        values: &[f64],
    ) -> Result<(), Diagnostics> {
        match Csr::try_new(rows, cols, indptr.to_vec(), indices.to_vec(), values.to_vec()) {
            Ok(csr) => {
                self.bind(name, Matrix::new(csr));
                Ok(())
            }
            Err(why) => Err(self.report(vec![Diagnostic::error("E0309", format!("`{name}` is no CSR matrix: {why}"))])),
        }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }

    /// The variables and their values, by name.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The names of the functions that scripts have defined.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(|f| f.name.name.as_str())
    }

    /// A matrix variable.
    pub fn matrix(&self, name: &str) -> Result<&Matrix, Diagnostics> {
        match self.variables.get(name) {
            Some(Value::Matrix(m)) => Ok(m),
            _ => Err(self.missing(name, "a matrix")),
        }
    }

    /// A matrix variable as a dense matrix.
    pub fn dense(&self, name: &str) -> Result<Dense, Diagnostics> {
        match self.matrix(name)?.to_dense().into_storage() {
            Storage::Dense(d) => Ok(d),
            Storage::Csr(s) => Ok(s.to_dense()),
        }
    }

    /// A matrix variable as CSR.
    pub fn csr(&self, name: &str) -> Result<Csr, Diagnostics> {
        match self.matrix(name)?.to_csr().into_storage() {
            Storage::Csr(s) => Ok(s),
            Storage::Dense(d) => Ok(Csr::from_dense(&d)),
        }
    }

    /// A frame variable.
    ///
    /// ```
    /// use lac::{Column, Frame, Session};
    /// let mut session = Session::new();
    /// session.bind("F", Frame::unnamed(2, vec![Column::texts(["a", "b"]), Column::Int(vec![1, 2])]));
    /// session.run("G = F[2, ]").expect("it runs");
    /// assert_eq!(session.frame("G").expect("a frame").text(0, 0).as_deref(), Some("b"));
    /// ```
    pub fn frame(&self, name: &str) -> Result<&Frame, Diagnostics> {
        match self.get(name) {
            Some(Value::Frame(f)) => Ok(f),
            _ => Err(self.missing(name, "a frame")),
        }
    }

    /// A scalar variable.
    pub fn scalar(&self, name: &str) -> Result<&Scalar, Diagnostics> {
        match self.variables.get(name) {
            Some(Value::Scalar(s)) => Ok(s),
            _ => Err(self.missing(name, "a scalar")),
        }
    }

    /// A scalar variable as a number.
    pub fn number(&self, name: &str) -> Result<f64, Diagnostics> {
        self.scalar(name)?.as_f64().ok_or_else(|| self.missing(name, "a number"))
    }

    /// The values of the expressions that stood alone in the entries since the last call; see [`Builder::interactive`].
    pub fn take_answers(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.answers)
    }

    /// Where sourced files are looked for; the current folder if not set.
    pub fn set_folder(&mut self, folder: impl AsRef<Path>) {
        self.folder = folder.as_ref().to_path_buf();
    }

    /// Shared with running scripts: [`Context::interrupt`] stops them from another thread.
    pub fn context(&self) -> &Context {
        &self.settings.context
    }

    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    pub fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// All who watch an analysis.
struct Observers<'a> {
    explainer: Option<&'a mut Explainer>,
    densify: Densify,
}

impl program::Observer for Observers<'_> {
    fn block(&mut self, place: &Place, basic: &program::Basic, built: &Built) {
        if let Some(explainer) = &mut self.explainer {
            explainer.block(place, basic, built);
        }
        self.densify.block(place, basic, built);
    }
}

/// Runs on a thread with room for deep recursion of a script's functions. Its pages are taken only when used.
pub(crate) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        match thread.expect("the system starts a thread").join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// A host that keeps what is printed.
#[derive(Clone, Debug, Default)]
pub struct Capture(Arc<Mutex<String>>);

impl Capture {
    /// What was printed since the last call.
    pub fn take(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

impl Host for Capture {
    fn print(&mut self, line: &str) {
        let mut text = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        text.push_str(line);
        text.push('\n');
    }
}
