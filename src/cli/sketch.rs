//! `lac sketch`: makes sketch files, merges and shows them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use lac::compiler::plan::{human_bytes, seconds};
use lac::compiler::sketch::{Axis, Sketch, SketchFile};
use lac::runtime::io::{self, Progress, ReadOptions};
use lac::{Context, Diagnostic, Host};
use serde_json::{Value, json};

use super::args::{self, By, Options};
use super::commands::fail;
use super::exit::Exit;
use super::screen::Screen;
use super::signals;

/// Does what was asked for with every file; the first error decides how it ends.
pub fn run(args: &args::Sketch, options: &Options, screen: &Screen) -> Exit {
    signals::end_at_once();
    let context = Context::new(options.mem.bytes());
    let load = |path: &PathBuf| Made::load(path, &context, screen);
    let made: Vec<Result<Made, Diagnostic>> = match args.merge {
        None => args.files.iter().map(load).collect(),
        Some(by) => {
            let parts: Result<Vec<Made>, Diagnostic> = args.files.iter().map(load).collect();
            vec![parts.and_then(|parts| merged(parts, by))]
        }
    };
    let mut exit = Exit::Success;
    for made in made {
        let done = made.and_then(|mut made| {
            made.keep(args.output.as_deref())?;
            screen.out(&if args.json { format!("{}\n", made.json()) } else { made.text() });
            Ok(())
        });
        if let Err(error) = done {
            let failed = fail(screen, error);
            exit = if exit == Exit::Success { failed } else { exit };
        }
    }
    exit
}

/// A sketch, and what became of it.
struct Made {
    /// What it is the sketch of, or of what it was merged.
    name: String,
    file: SketchFile,
    /// The data it was made from: its place is beside them.
    data: Option<PathBuf>,
    kept: Option<(PathBuf, u64)>,
    reading: f64,
    sketching: f64,
    /// For probing products with itself.
    walking: f64,
}

impl Made {
    fn load(path: &Path, context: &Context, screen: &Screen) -> Result<Made, Diagnostic> {
        let name = path.display().to_string();
        let begin = Instant::now();
        let reading = |begin: Instant| begin.elapsed().as_secs_f64();
        if io::is_sketch(path) {
            let file = io::read_sketch(path).map_err(|e| *e)?;
            return Ok(Made {
                name,
                file,
                data: None,
                kept: None,
                reading: reading(begin),
                sketching: 0.0,
                walking: 0.0,
            });
        }
        let options =
            ReadOptions { progress: screen.clone().reading(&name).map(Progress::new), ..ReadOptions::default() };
        // Before the data are read: a change while they are makes the sketch stale.
        let stamp = io::stamp(path).map_err(|e| *e)?;
        let read = io::read(path, &options, context).map_err(|e| *e)?;
        for note in read.notes {
            screen.diagnostic(note);
        }
        let reading = reading(begin);
        let begin = Instant::now();
        let mut file = io::sketch_of(&read.matrix, stamp);
        let sketching = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        io::add_walks(&mut file, &read.matrix);
        let walking = begin.elapsed().as_secs_f64();
        Ok(Made { name, file, data: Some(path.to_path_buf()), kept: None, reading, sketching, walking })
    }

    /// Writes it where it was asked for, or beside its data; a sketch that was only shown stays where it is.
    fn keep(&mut self, output: Option<&Path>) -> Result<(), Diagnostic> {
        let beside = || self.data.as_deref().map(io::sketch_path);
        if let Some(path) = output.map(Path::to_path_buf).or_else(beside) {
            let bytes = io::write_sketch(&self.file, &path).map_err(|e| *e)?;
            self.kept = Some((path, bytes));
        }
        Ok(())
    }

    fn text(&self) -> String {
        let sketch = &self.file.sketch;
        let (rows, cols, nnz) = (sketch.rows(), sketch.cols(), sketch.nnz());
        let count = match nnz.is_exact() {
            true => nnz.lower.to_string(),
            false => format!("{} ({} to {})", nnz.estimate, nnz.lower, nnz.upper),
        };
        let mut text = format!("{}: {rows} x {cols}, nnz {count}, density {:.3e}\n", self.name, sketch.density());
        for (what, axis) in [("row", sketch.by_row()), ("column", sketch.by_col())] {
            let about = if axis.is_exact() { "" } else { "about " };
            text += &format!("  nonzeros per {what}: {about}{} at most, {about}{} empty\n", axis.max(), empty(axis));
        }
        if let Some((path, bytes)) = &self.kept {
            let [read, sketched, walked] = [self.reading, self.sketching, self.walking].map(seconds);
            let times = format!("read in {read}, sketched in {sketched}, powers probed in {walked}");
            text += &format!("  {}: {}; {times}\n", path.display(), human_bytes(*bytes));
        }
        text
    }

    fn json(&self) -> Value {
        let sketch = &self.file.sketch;
        let nnz = sketch.nnz();
        let axis = |axis: &Axis| json!({ "max": axis.max(), "empty": empty(axis), "exact": axis.is_exact() });
        json!({
            "name": self.name,
            "rows": sketch.rows(),
            "cols": sketch.cols(),
            "nnz": { "lower": nnz.lower, "estimate": nnz.estimate, "upper": nnz.upper },
            "by_row": axis(sketch.by_row()),
            "by_col": axis(sketch.by_col()),
            "file": self.kept.as_ref().map(|(path, _)| path.display().to_string()),
            "bytes": self.kept.as_ref().map(|(_, bytes)| bytes),
            "seconds": { "read": self.reading, "sketch": self.sketching, "walks": self.walking },
        })
    }
}

/// Slices without nonzeros, expected ones if the counts are.
fn empty(axis: &Axis) -> f64 {
    axis.len() as f64 - axis.nonempty()
}

/// One sketch of all parts. It bears no stamp: no single file is what it is of.
fn merged(parts: Vec<Made>, by: By) -> Result<Made, Diagnostic> {
    let (across, what): (fn(&Sketch) -> u64, _) = match by {
        By::Rows => (Sketch::cols, "columns"),
        By::Columns => (Sketch::rows, "rows"),
    };
    let first = &parts[0];
    let width = across(&first.file.sketch);
    if let Some(other) = parts.iter().find(|part| across(&part.file.sketch) != width) {
        let found = across(&other.file.sketch);
        let message = format!("{} has {found} {what}, {} has {width}", other.name, first.name);
        return Err(Diagnostic::error("E0412", message).help("parts of one matrix agree in them"));
    }
    let sketches: Vec<Sketch> = parts.iter().map(|part| part.file.sketch.clone()).collect();
    let begin = Instant::now();
    let sketch = match by {
        By::Rows => Sketch::merge_rows(&sketches),
        By::Columns => Sketch::merge_cols(&sketches),
    };
    let merging = begin.elapsed().as_secs_f64();
    let sum = |of: fn(&Made) -> f64| parts.iter().map(of).sum::<f64>();
    Ok(Made {
        name: format!("{} and {} more", first.name, parts.len() - 1),
        file: SketchFile { sketch, finite: parts.iter().all(|part| part.file.finite), stamp: None },
        data: None,
        kept: None,
        reading: sum(|part| part.reading),
        sketching: sum(|part| part.sketching) + merging,
        walking: 0.0,
    })
}
