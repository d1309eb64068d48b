//! Sketch files beside data files: what `lac sketch` writes and `read` looks for.
//!
//! The sketch of `web.mtx.gz` is `web.mtx.gz.mnc`, `web.mtx.mnc` or `web.mnc`, the first of them that is there. It is used
//! if its stamp fits the data: their size and a checksum of their content and of their `.mtd` file. Of data of more than 1 MiB
//! 16 blocks of 64 KiB are looked at, from the first to the last. So every change of a compressed file is noticed (it ends
//! with a checksum of its content), and a change in place of a larger text file may not be; what is read is therefore compared
//! with the sketch before it is trusted with it ([`Matrix::attach_sketch`]). The time of a change is not looked at: copies
//! and archives do not keep it.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use lac_compiler::sketch::file::Checksum;
use lac_compiler::sketch::probe::Effort;
use lac_compiler::sketch::{SketchFile, Stamp, Walks};
use lac_grammar::Diagnostic;

use super::error::{self, about};
use super::output::Output;
use super::{Format, ReadOptions, mtd};
use crate::{Matrix, Result};

const EXTENSION: &str = "mnc";
const BLOCK: u64 = 64 << 10;
const BLOCKS: u64 = 16;

/// Whether a file is a sketch, by its name.
pub fn is_sketch(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(EXTENSION))
}

/// Where the sketch of a data file is written if nothing else is said.
pub fn sketch_path(data: &Path) -> PathBuf {
    data.with_added_extension(EXTENSION)
}

/// The names that the sketch of a data file may have, in the order in which they are looked for.
fn names(data: &Path) -> Vec<PathBuf> {
    let mut names = vec![sketch_path(data)];
    let mut rest = data.to_path_buf();
    if rest.extension().is_some_and(|extension| extension == "gz") {
        rest.set_extension("");
        names.push(sketch_path(&rest));
    }
    if Format::from_extension(&rest).is_some() {
        names.push(rest.with_extension(EXTENSION));
    }
    names
}

/// The stamp of a data file as it is now.
///
/// # Errors
/// E0401 and E0402 if it cannot be read.
pub fn stamp(data: &Path) -> Result<Stamp> {
    let failed = |e: &std::io::Error| error::cannot_open(data, e);
    let mut file = File::open(data).map_err(|e| failed(&e))?;
    let size = file.metadata().map_err(|e| failed(&e))?.len();
    let mut sum = Checksum::default();
    let mut block = Vec::new();
    let mut add = |from: u64, length: u64| {
        block.clear();
        file.seek(SeekFrom::Start(from)).and_then(|_| (&mut file).take(length).read_to_end(&mut block))?;
        sum.update(&block);
        Ok(())
    };
    if size <= BLOCK * BLOCKS {
        add(0, size).map_err(|e| failed(&e))?;
    } else {
        for k in 0..BLOCKS {
            add((size - BLOCK) / (BLOCKS - 1) * k, BLOCK).map_err(|e| failed(&e))?;
        }
        add(size - BLOCK, BLOCK).map_err(|e| failed(&e))?;
    }
    if let Ok(metadata) = fs::read(mtd::beside(data)) {
        sum.update(&metadata);
    }
    Ok(Stamp { size, hash: sum.value() })
}

/// Reads a sketch file.
///
/// # Errors
/// E0401 and E0402 if it cannot be read, E0415 if it is no sketch, of a later version, or damaged.
pub fn read_sketch(path: &Path) -> Result<SketchFile> {
    let bytes = fs::read(path).map_err(|e| error::cannot_open(path, &e))?;
    SketchFile::from_bytes(&bytes).map_err(|why| Box::new(about("E0415", path, why).help("make it with `lac sketch`")))
}

/// Writes a sketch file: as a whole, or not at all. Returns its bytes.
///
/// # Errors
/// E0414 if it cannot be written.
pub fn write_sketch(file: &SketchFile, path: &Path) -> Result<u64> {
    let bytes = file.to_bytes();
    let mut output = Output::create(path)?;
    output.write(&bytes)?;
    output.finish()?;
    Ok(bytes.len() as u64)
}

/// The sketch of a matrix, with the stamp that the data file had before it was read.
pub fn sketch_of(matrix: &Matrix, stamp: Stamp) -> SketchFile {
    SketchFile { sketch: matrix.full_sketch(), finite: matrix.is_finite(), stamp: Some(stamp) }
}

/// Adds what probes say of the matrix's products with itself: some passes over it, each of about two products with a vector.
/// A matrix too large to be probed is left with its counts.
pub fn add_walks(file: &mut SketchFile, matrix: &Matrix) {
    let effort = Effort { error: WALKS_ERROR, ..Effort::default() };
    if let Ok(walks) = Walks::of(matrix, effort) {
        file.sketch = file.sketch.with_walks(walks);
    }
}

/// The relative standard error of the counts of walks: they mend estimates that are off by factors.
const WALKS_ERROR: f64 = 0.1;

/// The sketch beside a data file that would be read so; `None` if there is none that says what these options read.
///
/// # Errors
/// A warning, W0404, if there is one that cannot be used: it is of other data, or damaged.
pub fn sketch_beside(data: &Path, options: &ReadOptions) -> Option<Result<SketchFile>> {
    let mut unfit = None;
    for path in names(data).into_iter().filter(|path| path.is_file()) {
        match fitting(&path, data) {
            Ok(file) => return says_what_is_read(&file, data, options).then_some(Ok(file)),
            Err(why) => unfit = unfit.or(Some((path, why))),
        }
    }
    let (path, why) = unfit?;
    let message = format!("{} is ignored: {why}", path.display());
    let help = format!("renew it with `lac sketch {} -o {}`, or remove it", data.display(), path.display());
    Some(Err(Box::new(Diagnostic::warning("W0404", message).help(help))))
}

fn fitting(path: &Path, data: &Path) -> std::result::Result<SketchFile, String> {
    let bytes = fs::read(path).map_err(|e| format!("it cannot be read: {e}"))?;
    let file = SketchFile::from_bytes(&bytes).map_err(|e| e.to_string())?;
    let now = stamp(data).map_err(|e| e.message)?;
    match file.stamp {
        Some(stamp) if stamp == now => Ok(file),
        Some(_) => Err(format!("it is not the sketch of {} as it is now", data.display())),
        None => Err(format!("it does not say that it is the sketch of {}", data.display())),
    }
}

/// A sketch is made with what the file's name and its `.mtd` file say; arguments of `read` may make another matrix of it.
fn says_what_is_read(file: &SketchFile, data: &Path, options: &ReadOptions) -> bool {
    let ReadOptions { format, rows, cols, header, sep, fill, default, na_strings, schema: _, progress: _ } = options;
    let usual = || mtd::load(data).ok().flatten().and_then(|m| m.format).or_else(|| Format::from_extension(data));
    header.is_none()
        && sep.is_none()
        && fill.is_none()
        && default.is_none()
        && na_strings.is_empty()
        && format.is_none_or(|format| usual() == Some(format))
        && rows.is_none_or(|rows| rows == file.sketch.rows())
        && cols.is_none_or(|cols| cols == file.sketch.cols())
}
