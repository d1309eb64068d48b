//! Files of matrices: Matrix Market, CSV, LIBSVM, text cells, which may be gzip'd, and binary blocks; each may have a
//! `.mtd` file beside it.
//!
//! A file is read in one pass: one thread decompresses, the others parse chunks that end at line ends. No size that a
//! header states is believed: memory is asked for as entries come, and only offsets of rows and columns, within the
//! budget, before. Errors name file, line and column; `error` lists the codes.
//!
//! A file is written beside its place and renamed when it is whole: a failed or killed run leaves the old file or none.

mod binary;
mod cells;
mod csv;
mod error;
mod format;
mod frame;
mod frame_cells;
mod libsvm;
mod list;
mod matrix_market;
mod mtd;
mod output;
mod scalar;
mod scan;
mod sketch;
mod source;
#[cfg(test)]
mod tests;
mod triplets;
mod write;

pub use error::cannot_open;
pub use format::Format;
pub use frame::{frame_shape, is_frame, read_frame, write_frame};
pub use list::{create_list, is_list, list_files};
pub use mtd::Metadata;
pub use output::{remove_unfinished, write_whole};
pub use scalar::{is_scalar, read_scalar, write_scalar};
pub use sketch::{add_walks, is_sketch, read_sketch, sketch_beside, sketch_of, sketch_path, stamp, write_sketch};
pub use write::{WriteOptions, write};

use std::path::Path;
use std::sync::Arc;

use lac_grammar::Diagnostic;

use crate::{Context, Dense, Facts, Matrix, Result};
use source::Source;

/// How a file is to be read. What is not said is taken from its `.mtd` file, its name or its content; what is said
/// must agree with its `.mtd` file.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    pub format: Option<Format>,
    pub rows: Option<u64>,
    /// Of a LIBSVM file: with the label for [`read`], without it for [`read_libsvm`].
    pub cols: Option<u64>,
    /// CSV: the first line holds the names of columns.
    pub header: Option<bool>,
    /// CSV: one ASCII character.
    pub sep: Option<String>,
    /// CSV: empty fields are `default`; without `fill` and `default` they are NaN.
    pub fill: Option<bool>,
    /// CSV: the value of empty fields, 0 if only `fill` is said.
    pub default: Option<f64>,
    /// CSV: fields that are read as NaN, beside `NA` and `NaN`.
    pub na_strings: Vec<String>,
    /// Frames: the types of the columns, with commas.
    pub schema: Option<String>,
    pub progress: Option<Progress>,
}

/// Is told how many bytes of a file are done, and of how many.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(u64, u64) + Send + Sync>);

impl Progress {
    pub fn new(report: impl Fn(u64, u64) + Send + Sync + 'static) -> Progress {
        Progress(Arc::new(report))
    }

    fn report(&self, done: u64, total: u64) {
        (self.0)(done, total);
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}

/// A matrix read, and what is to be said of the reading.
#[derive(Debug)]
pub struct Read {
    pub matrix: Matrix,
    pub format: Format,
    /// Warnings.
    pub notes: Vec<Diagnostic>,
    /// With the shape and the number of nonzeros of the matrix.
    pub metadata: Metadata,
}

/// Features and labels of a LIBSVM file.
#[derive(Debug)]
pub struct Examples {
    /// One row an example.
    pub x: Matrix,
    /// A column of labels.
    pub y: Matrix,
    /// Warnings.
    pub notes: Vec<Diagnostic>,
}

/// Reads a matrix.
///
/// Stored dense if 3 in 10 values are nonzero or it has one column, else as CSR.
///
/// Errors: E0401 to E0413 for what is wrong with the file, E0500 if interrupted, E0601 beyond the memory budget, E0602
/// for more than 2^32 rows or columns.
pub fn read(path: &Path, options: &ReadOptions, context: &Context) -> Result<Read> {
    if binary::is_binary(path, options)? {
        let (matrix, told) = binary::read(path, options, context)?;
        return whole(path, matrix, Format::Binary, told, vec![]);
    }
    let (mut source, format, told) = open(path, options, context)?;
    let mut base = None;
    let (matrix, notes) = match format {
        _ if source.is_blank()? => (nothing(path, format, &told, context)?, vec![]),
        Format::MatrixMarket => matrix_market::read(source, &told)?,
        Format::Csv => csv::read(source, &told)?,
        Format::Text => cells::read(source, &told)?,
        // A file that is told to be binary was read before.
        Format::Binary => return Err(Box::new(error::about("E0404", path, "binary files are not compressed"))),
        Format::Libsvm => {
            let features = features(path, told.cols)?;
            let examples = libsvm::read(source, told.rows, features)?;
            base = Some(examples.base);
            let csr = libsvm::with_label(&examples);
            let facts = Facts::of(csr.values());
            (stored_well((csr, facts, None), context), examples.notes)
        }
    };
    whole(path, matrix, format, Metadata { index_base: base, ..told }, notes)
}

/// What was read, if it is what was told.
fn whole(path: &Path, matrix: Matrix, format: Format, told: Metadata, notes: Vec<Diagnostic>) -> Result<Read> {
    if let Some(nnz) = told.nnz.filter(|&nnz| nnz != matrix.nnz()) {
        let message = format!("the file has {}, not the {nnz} told", error::count(matrix.nnz(), "nonzero"));
        let help = "correct the .mtd file, or see whether the file is whole";
        return Err(Box::new(error::about("E0412", path, message).help(help)));
    }
    let (rows, cols) = (Some(matrix.rows() as u64), Some(matrix.cols() as u64));
    let metadata = Metadata { rows, cols, nnz: Some(matrix.nnz()), format: Some(format), ..told };
    Ok(Read { matrix, format, notes, metadata })
}

/// Reads a LIBSVM file as features and labels.
pub fn read_libsvm(path: &Path, options: &ReadOptions, context: &Context) -> Result<Examples> {
    let asked = ReadOptions { format: Some(Format::Libsvm), cols: None, ..options.clone() };
    let (mut source, _, told) = open(path, &asked, context)?;
    if source.is_blank()? {
        return Err(Box::new(error::about("E0403", path, "the file is empty")));
    }
    let told_features = features(path, told.cols)?;
    if let (Some(told), Some(asked)) = (told_features, options.cols)
        && told != asked
    {
        let message = format!("read with {asked} features, but its .mtd file says {told} and a label");
        return Err(Box::new(error::about("E0412", path, message)));
    }
    let examples = libsvm::read(source, told.rows, options.cols.or(told_features))?;
    let facts = Facts::of(examples.x.values());
    let x = stored_well((examples.x, facts, None), context);
    Ok(Examples { x, y: libsvm::labels(examples.y), notes: examples.notes })
}

/// What is known of a file without reading its body: from its `.mtd` file, its header, its name.
pub fn metadata(path: &Path, options: &ReadOptions, context: &Context) -> Result<Metadata> {
    if binary::is_binary(path, options)? {
        return mtd::merge(path, mtd::load(path)?, options);
    }
    let (source, format, told) = open(path, options, context)?;
    match format {
        Format::MatrixMarket => matrix_market::metadata(source, &told),
        _ => Ok(told),
    }
}

/// Opens a file and finds out its format.
fn open(path: &Path, options: &ReadOptions, context: &Context) -> Result<(Source, Format, Metadata)> {
    let mut source = Source::open(path, options.progress.clone(), context)?;
    let mut told = mtd::merge(path, mtd::load(path)?, options)?;
    if told.format.is_none() && is_sketch(path) {
        let error = error::about("E0404", path, "this is the sketch of a matrix, without its values");
        return Err(Box::new(error.help("`lac estimate` works with sketches; `read` needs the data")));
    }
    let format = match told.format.or_else(|| Format::from_extension(path)) {
        Some(format) => format,
        None => source.peek()?.map_or(Format::Csv, |chunk| Format::from_content(chunk.text())),
    };
    told.format = Some(format);
    Ok((source, format, told))
}

/// The matrix of a file without text: a matrix without cells, or without cells that are not 0, if its shape is told.
fn nothing(path: &Path, format: Format, told: &Metadata, context: &Context) -> Result<Matrix> {
    match (told.rows, told.cols) {
        (Some(rows), Some(cols)) if rows == 0 || cols == 0 || format == Format::Text => {
            check_size(path, rows, cols)?;
            context.reserve(8 * (rows + 1), || format!("the row offsets of a {rows} x {cols} matrix"))?;
            Ok(Matrix::zeros(rows as usize, cols as usize))
        }
        _ => Err(Box::new(error::about("E0403", path, "the file is empty"))),
    }
}

/// The features of a LIBSVM file told to have some columns: all but the label.
fn features(path: &Path, cols: Option<u64>) -> Result<Option<u64>> {
    match cols {
        Some(0) => Err(Box::new(error::about("E0412", path, "a LIBSVM file has at least 1 column, that of the label"))),
        cols => Ok(cols.map(|cols| cols - 1)),
    }
}

/// The most rows or columns: indices are kept in 32 bits.
const LARGEST: u64 = 1 << 32;

fn check_size(path: &Path, rows: u64, cols: u64) -> Result<()> {
    for (what, size) in [("rows", rows), ("columns", cols)] {
        if size > LARGEST {
            let message = format!("{size} {what} are more than the 2^32 that can be read");
            return Err(Box::new(error::about("E0602", path, message)));
        }
    }
    Ok(())
}

/// From this share of nonzeros on, a matrix is stored dense.
const DENSE_FROM: f64 = 0.3;

fn is_dense(nnz: u64, rows: usize, cols: usize) -> bool {
    cols == 1 || nnz as f64 >= DENSE_FROM * (rows as f64 * cols as f64)
}

/// In the storage that its density asks for, if the budget allows.
fn stored_well((csr, facts, sketch): triplets::Read, context: &Context) -> Matrix {
    let matrix = Matrix::sketched(csr, facts, sketch);
    let (rows, cols) = matrix.shape();
    let dense = is_dense(matrix.nnz(), rows, cols) && rows > 0 && cols > 0;
    if dense && context.reserve_dense(rows, cols).is_ok() { matrix.to_dense() } else { matrix }
}

fn dense_stored_well(dense: Dense) -> Matrix {
    let matrix = Matrix::new(dense);
    if is_dense(matrix.nnz(), matrix.rows(), matrix.cols()) { matrix } else { matrix.to_csr() }
}
