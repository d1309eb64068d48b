//! One run of a script in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::markdown::Case;

/// What a run left behind.
pub struct Outcome {
    pub stdout: String,
    /// Everything on standard error.
    pub diagnostics: String,
    pub success: bool,
    /// The exit status; none if a signal ended the process.
    pub code: Option<i32>,
    /// What `lac explain` printed, if the case expects something of it.
    pub explain: Option<String>,
    /// The number of nonzeros of each variable that the case asks for.
    pub nnz: Vec<(String, String)>,
    /// The content of each output file that the case names; none if there is no such file.
    pub outputs: Vec<Option<String>>,
}

impl Outcome {
    /// It neither crashed nor panicked (Rust's exit status of a panic is 101).
    pub fn ended_well(&self) -> bool {
        self.code.is_some_and(|code| code != 101) && !self.diagnostics.contains("panicked at")
    }

    /// Short enough to be read, whatever was printed.
    pub fn summary(&self) -> String {
        let text: String = self.diagnostics.chars().take(600).collect();
        format!("exit status {:?}; {text}", self.code)
    }
}

/// Marks the lines that report numbers of nonzeros after the script's own output.
const MARK: &str = "\u{1}nnz ";

/// Options that choose who computes; the first is what users get.
pub const ENGINES: [&str; 3] = ["", "--no-optimize", "--reference"];

/// Whether an engine can run a case: cases about plans and budgets are for the first one alone.
pub fn applies(case: &Case, engine: &str) -> bool {
    engine.is_empty() || case.script().words.is_empty() && case.block("explain").is_none()
}

pub fn run(case: &Case, engine: &str) -> Outcome {
    let folder = Folder::new();
    for input in case.all("input") {
        folder.write(&input.words[0], &input.body);
    }
    let names: Vec<&str> = case
        .all("nnz")
        .flat_map(|b| b.body.lines())
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .collect();
    let counts: String =
        names.iter().map(|name| format!("print(\"{MARK}{name} = \" + as.integer(sum({name} != 0)))\n")).collect();
    folder.write("script.dml", &format!("{}{counts}", case.script().body));

    let command: Vec<&str> = ["run", engine].into_iter().filter(|word| !word.is_empty()).collect();
    let output = folder.lac(&command, case);
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let (reports, shown): (Vec<&str>, Vec<&str>) = stdout.split_inclusive('\n').partition(|l| l.starts_with(MARK));
    let nnz = reports
        .iter()
        .filter_map(|line| line[MARK.len()..].trim_end().split_once(" = "))
        .map(|(name, n)| (name.to_string(), n.to_string()))
        .collect();
    let outputs = case.all("output").map(|b| fs::read_to_string(folder.0.join(&b.words[0])).ok()).collect();
    let explain =
        case.block("explain").map(|_| String::from_utf8_lossy(&folder.lac(&["explain"], case).stdout).into_owned());
    Outcome {
        stdout: shown.concat(),
        diagnostics: String::from_utf8_lossy(&output.stderr).into_owned(),
        success: output.status.success(),
        code: output.status.code(),
        explain,
        nnz,
        outputs,
    }
}

/// A folder that is removed when it is no longer needed.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("spec-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        Folder(path)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the temporary folder is writable");
        fs::write(path, text).expect("the temporary folder is writable");
    }

    fn lac(&self, command: &[&str], case: &Case) -> Output {
        let options = case.script().words.iter().flat_map(|word| match word.split_once('=') {
            Some((name, value)) => vec![format!("--{name}"), value.to_string()],
            None => vec![format!("--{word}")],
        });
        let args = case.block("args").map_or("", |b| b.body.as_str());
        Command::new(env!("CARGO_BIN_EXE_lac"))
            .args(command)
            .args(["--color", "never"])
            .args(options)
            .arg("script.dml")
            .args(args.split_whitespace())
            .current_dir(&self.0)
            .output()
            .expect("the binary starts")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind lies in the target folder and does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
