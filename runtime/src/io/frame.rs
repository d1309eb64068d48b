//! Frames in files: CSV whose fields are texts, or of the types that a schema names.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use lac_compiler::frame::{self, Column, Frame, cell_number, type_name, types_of};
use lac_compiler::ops::{Mismatch, Scalar, ScalarType};
use lac_grammar::Diagnostic;

use super::csv::separator_byte;
use super::error::{self, LineError, about, count, quoted};
use super::output::Output;
use super::scan::{is_blank, line_end};
use super::source::{Chunk, Recycle};
use super::write::{described, gzip, now};
use super::{Format, Metadata, ReadOptions, WriteOptions, mtd};
use crate::{Context, Result};

/// Whether the `.mtd` file beside a file says that it holds a frame.
pub fn is_frame(path: &Path) -> Result<bool> {
    Ok(mtd::load(path)?.is_some_and(|m| m.data_type.as_deref() == Some("frame")))
}

/// The fields of some lines, row by row.
#[derive(Default)]
struct Fields {
    cells: Vec<Option<Arc<str>>>,
    /// The texts that came so far, to be shared.
    seen: HashSet<Arc<str>>,
}

impl Recycle for Fields {
    fn clear(&mut self) {
        self.cells.clear();
    }
}

/// Texts that are shared by their cells: more differ too much.
const SHARED: usize = 1 << 12;

impl Fields {
    fn push(&mut self, text: &str) {
        let cell = match self.seen.get(text) {
            Some(known) => known.clone(),
            None => {
                let cell: Arc<str> = text.into();
                if self.seen.len() < SHARED {
                    self.seen.insert(cell.clone());
                }
                cell
            }
        };
        self.cells.push(Some(cell));
    }
}

/// Reads a frame from a CSV, text or binary file. Empty fields are missing cells, `""` is a text without a character.
///
/// Errors: as for matrices; E0406 for a field that is not of its column's type, E0412 for a schema of another length.
pub fn read_frame(path: &Path, options: &ReadOptions, context: &Context) -> Result<Frame> {
    if super::binary::is_binary(path, options)? {
        let told = mtd::merge(path, mtd::load(path)?, options)?;
        let frame = super::binary::read_frame(path, context)?;
        told.check(path, frame.rows() as u64, frame.cols() as u64)?;
        return Ok(frame);
    }
    let asked = options.format.or(mtd::load(path)?.and_then(|told| told.format));
    match asked {
        None | Some(Format::Csv) => {}
        Some(Format::Text) => {
            let (told, shape, cells) = super::frame_cells::read(path, options, context)?;
            return typed(path, &told, None, shape, &cells);
        }
        Some(format) => {
            let message =
                format!("frames are read from CSV, text and binary files, not from the format {}", format.name());
            return Err(Box::new(about("E0404", path, message)));
        }
    }
    let csv = ReadOptions { format: Some(Format::Csv), ..options.clone() };
    let (mut source, _, told) = super::open(path, &csv, context)?;
    let sep = separator(path, told.sep.as_deref())?;
    let mut names: Option<Vec<Arc<str>>> = None;
    if told.header == Some(true) {
        let line = source.next_line()?.unwrap_or_default();
        let text = String::from_utf8_lossy(&line);
        names = Some(split(text.trim_end_matches('\r'), sep).map(|(_, f)| f.text().trim().into()).collect());
    }
    let cols = match (&names, source.peek()?) {
        (Some(names), _) => names.len(),
        (None, Some(chunk)) => {
            let text = chunk.text();
            split(&String::from_utf8_lossy(&text[..line_end(text, 0, text.len())]), sep).count()
        }
        (None, None) => told.cols.unwrap_or(0) as usize,
    };
    super::check_size(path, 0, cols as u64)?;
    let missing = &told.na_strings;
    let mut cells: Vec<Option<Arc<str>>> = vec![];
    source.parse(
        |chunk, found| fields(chunk, sep, cols, missing, found),
        |found: &Fields| {
            let bytes = 40 * (cells.len() + found.cells.len()) as u64;
            context.reserve(bytes, || format!("a frame of {} or more", count(bytes / 40, "cell")))?;
            cells.extend_from_slice(&found.cells);
            Ok(())
        },
    )?;
    let found = cells.len().checked_div(cols).unwrap_or(0);
    typed(path, &told, names, (found, cols), &cells)
}

/// The frame of texts, row by row, with the types and names that are told.
fn typed(
    path: &Path,
    told: &Metadata,
    names: Option<Vec<Arc<str>>>,
    (found, cols): (usize, usize),
    cells: &[Option<Arc<str>>],
) -> Result<Frame> {
    let missing = &told.na_strings;
    told.check(path, found as u64, cols as u64)?;
    let types = match &told.schema {
        Some(schema) => types_of(schema).map_err(|m| located(path, m))?,
        None => vec![ScalarType::Str],
    };
    if types.len() > 1 && types.len() != cols || types.is_empty() {
        let message = format!("a schema of {} for {}", count(types.len() as u64, "type"), count(cols as u64, "column"));
        return Err(Box::new(
            about("E0412", path, message).help("a schema has a type for each column, or one for all"),
        ));
    }
    let names = names.unwrap_or_else(|| match told.names.len() == cols {
        true => told.names.iter().map(|n| n.as_str().into()).collect(),
        false => frame::default_names(cols),
    });
    let header = usize::from(told.header == Some(true));
    let column = |j: usize| {
        let at = |i: usize| cells[i * cols + j].clone();
        column(found, at, types[j.min(types.len() - 1)], missing).map_err(|(i, text)| {
            let ty = type_name(types[j.min(types.len() - 1)]);
            let place = format!("row {}, column {} ({})", i + 1, j + 1, names[j]);
            let message = format!("line {}: {} is no {ty} ({place})", i + 1 + header, quoted(text.as_bytes()));
            Box::new(about("E0406", path, message).help("correct the schema, or name missing values with naStrings"))
        })
    };
    let columns = (0..cols).map(column).collect::<Result<Vec<Column>>>()?;
    Ok(Frame::new(found, names, columns))
}

fn located(path: &Path, m: Mismatch) -> Box<Diagnostic> {
    let error = about("E0411", path, m.message);
    Box::new(match m.help {
        Some(help) => error.help(help),
        None => error,
    })
}

fn separator(path: &Path, told: Option<&str>) -> Result<char> {
    let told = told.unwrap_or(",");
    separator_byte(told).map(char::from).ok_or_else(|| {
        let error = about("E0404", path, format!("{} cannot be a separator", quoted(told.as_bytes())));
        Box::new(error.help("a separator is one ASCII character, for example \",\" or \";\""))
    })
}

/// The cells of a column in its type; the row and text of the first that is not of it.
fn column(
    n: usize,
    at: impl Fn(usize) -> Option<Arc<str>>,
    ty: ScalarType,
    missing: &[String],
) -> std::result::Result<Column, (usize, Arc<str>)> {
    if ty == ScalarType::Str {
        return Ok(Column::Text((0..n).map(at).collect()));
    }
    let is_missing = |text: &str| text.trim().is_empty() || missing.iter().any(|m| m == text);
    let cell = |i: usize| match at(i) {
        Some(text) if !is_missing(&text) => {
            let number = cell_number(&text).ok_or_else(|| (i, text.clone()))?;
            let cell = if number.is_nan() { None } else { Some(Scalar::Double(number).cast(ty).ok_or((i, text))?) };
            Ok(cell)
        }
        _ => Ok(None),
    };
    let cells: Vec<Option<Scalar>> = (0..n).map(cell).collect::<std::result::Result<_, _>>()?;
    Ok(Column::collect(ty, n, |i| cells[i].clone()))
}

/// A field: as it stands, or what its quotes hold.
enum Field<'a> {
    Plain(&'a str),
    Quoted(String),
}

impl Field<'_> {
    fn text(&self) -> &str {
        match self {
            Field::Plain(text) => text,
            Field::Quoted(text) => text,
        }
    }
}

/// The fields of a line, each with its column from 1; quotes around a field go, two within are one (RFC 4180).
fn split(line: &str, sep: char) -> impl Iterator<Item = (usize, Field<'_>)> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let mut inside = false;
        let end = line[start..].find(|c| {
            inside ^= c == '"';
            !inside && c == sep
        });
        next = end.map(|end| start + end + sep.len_utf8());
        let field = &line[start..end.map_or(line.len(), |end| start + end)];
        let inner = field.trim().strip_prefix('"').and_then(|f| f.strip_suffix('"'));
        let field = match inner {
            Some(inner) if field.trim().len() > 1 => Field::Quoted(inner.replace("\"\"", "\"")),
            _ => Field::Plain(field),
        };
        Some((start + 1, field))
    })
}

fn fields(
    chunk: &Chunk,
    sep: char,
    cols: usize,
    missing: &[String],
    found: &mut Fields,
) -> std::result::Result<u64, Box<LineError>> {
    let (bytes, end) = (chunk.text(), chunk.len());
    let (mut at, mut lines) = (0, 0);
    while at < end {
        let newline = line_end(bytes, at, end);
        let line = &bytes[at..newline];
        at = newline + 1;
        lines += 1;
        if line.iter().all(|&b| is_blank(b)) && (cols > 1 || line == b"\r") {
            continue;
        }
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
        let mut n = 0;
        for (column, field) in split(&line, sep) {
            n += 1;
            if n > cols {
                let fields = count(split(&line, sep).count() as u64, "field");
                let message = format!("the row has {fields}, the first row has {cols}");
                return Err(LineError::new("E0409", lines - 1, column, message)
                    .help("a field with the separator in it stands in quotes"));
            }
            match field {
                Field::Plain("") => found.cells.push(None),
                field if missing.iter().any(|m| m == field.text()) => found.cells.push(None),
                field => found.push(field.text()),
            }
        }
        if n < cols {
            let message = format!("the row has {}, the first row has {cols}", count(n as u64, "field"));
            return Err(LineError::new("E0409", lines - 1, line.len() + 1, message));
        }
    }
    Ok(lines)
}

/// Writes a frame as CSV or binary, and its `.mtd` file with the types and names of its columns.
///
/// Errors: E0404 for another format, E0414 if the file cannot be written.
pub fn write_frame(f: &Frame, path: &Path, options: &WriteOptions, context: &Context) -> Result<()> {
    let format = options.format.or_else(|| Format::from_extension(path)).unwrap_or(Format::Csv);
    if !matches!(format, Format::Csv | Format::Text | Format::Binary) {
        let message = format!("a frame is written as CSV, text or binary, not in the format {}", format.name());
        return Err(Box::new(about("E0404", path, message).help("write(F, file, format=\"csv\")")));
    }
    let types: Vec<&str> = f.columns().iter().map(|c| type_name(c.ty())).collect();
    let metadata = Metadata {
        format: Some(format),
        rows: Some(f.rows() as u64),
        cols: Some(f.cols() as u64),
        data_type: Some("frame".into()),
        schema: Some(types.join(",")),
        description: options.description.clone(),
        author: options.author.clone(),
        created: Some(now()),
        ..Metadata::default()
    };
    if format == Format::Binary {
        return described(super::binary::write_frame(f, path, context)?, path, &metadata);
    }
    // Names that the file does not tell.
    let own = !options.header && *f.names() != *frame::default_names(f.cols());
    let names = if own { f.names().iter().map(|n| n.to_string()).collect() } else { vec![] };
    let metadata = Metadata { names, ..metadata };
    if format == Format::Text {
        return described(super::frame_cells::write(f, path, context)?, path, &metadata);
    }
    let sep = separator(path, options.sep.as_deref())?;
    let mut text = String::new();
    if options.header {
        for (j, name) in f.names().iter().enumerate() {
            push(&mut text, j, sep, Some(name));
        }
        text.push('\n');
    }
    let mut data = Output::create(path)?;
    let compress = path.extension().is_some_and(|e| e == "gz");
    let pack = |text: &str| if compress { gzip(text.as_bytes()) } else { text.as_bytes().to_vec() };
    for i in 0..f.rows() {
        for j in 0..f.cols() {
            push(&mut text, j, sep, f.text(i, j).as_deref());
        }
        text.push('\n');
        if text.len() > 1 << 20 {
            if context.take_interrupt() {
                return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was written")));
            }
            data.write(&pack(&text))?;
            text.clear();
        }
    }
    data.write(&pack(&text))?;
    let metadata = Metadata { header: Some(options.header), sep: Some(sep.to_string()), ..metadata };
    described(data, path, &metadata)
}

/// A field; in quotes if it has the separator, a quote, a line end, or nothing.
fn push(text: &mut String, j: usize, sep: char, cell: Option<&str>) {
    if j > 0 {
        text.push(sep);
    }
    let Some(cell) = cell else { return };
    let special = |c: char| c == sep || c == '"' || c == '\n' || c == '\r';
    if cell.is_empty() || cell.contains(special) || cell.trim().len() != cell.len() {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// The shape of a frame that its `.mtd` file and the arguments tell.
pub fn frame_shape(path: &Path, options: &ReadOptions) -> Result<(Option<u64>, Option<u64>)> {
    let told = mtd::merge(path, mtd::load(path)?, options)?;
    if !path.exists() {
        return Err(error::cannot_open(path, &std::io::ErrorKind::NotFound.into()));
    }
    let types = told.schema.as_deref().map_or(0, |s| s.split(',').filter(|t| !t.trim().is_empty()).count() as u64);
    Ok((told.rows, told.cols.or((types > 1).then_some(types))))
}
