//! LIBSVM files: a label and `index:value` pairs a line.
//!
//! Indices count from 0 if index 0 occurs, else from 1. Pairs may stand in any order; `qid:` fields and what follows
//! `#` are skipped.

use std::path::Path;

use lac_grammar::Diagnostic;

use super::Metadata;
use super::error::{LineError, quoted};
use super::scan::{digits, fields, line_end, number, whole_integer, whole_number};
use super::source::{Chunk, Recycle, Source};
use super::triplets::sort_distinct;
use crate::{Csr, Dense, Matrix, Result};

/// Leaves a column for the label.
const LARGEST_INDEX: u64 = u32::MAX as u64 - 1;

/// Lines of a file: indices as they stand there, strictly ascending within a line.
#[derive(Default)]
struct Lines {
    labels: Vec<f64>,
    starts: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
}

impl Recycle for Lines {
    fn clear(&mut self) {
        self.labels.clear();
        self.starts.clear();
        self.starts.push(0);
        self.indices.clear();
        self.values.clear();
    }
}

impl Lines {
    fn append(&mut self, other: &Lines) {
        let stored = self.indices.len();
        self.starts.extend(other.starts[1..].iter().map(|start| stored + start));
        self.labels.extend_from_slice(&other.labels);
        self.indices.extend_from_slice(&other.indices);
        self.values.extend_from_slice(&other.values);
    }

    fn bytes(&self) -> u64 {
        16 * self.labels.len() as u64 + 12 * self.indices.len() as u64
    }
}

/// The features and the labels of a file.
pub(super) struct Examples {
    pub x: Csr,
    pub y: Vec<f64>,
    pub base: u32,
    pub notes: Vec<Diagnostic>,
}

/// `cols` counts the features, without the label.
pub(super) fn read(source: Source, rows: Option<u64>, cols: Option<u64>) -> Result<Examples> {
    let (path, context) = (source.path().to_owned(), source.context().clone());
    super::check_size(&path, rows.unwrap_or(0), cols.unwrap_or(0).saturating_add(1))?;
    let mut all = Lines { starts: vec![0], ..Lines::default() };
    source.parse(lines, |chunk: &Lines| {
        let bytes = all.bytes() + chunk.bytes();
        context.reserve(2 * bytes, || format!("the examples of {}", path.display()))?;
        all.append(chunk);
        Ok(())
    })?;
    let Lines { labels, starts, mut indices, values } = all;
    let base = u32::from(!indices.contains(&0));
    indices.iter_mut().for_each(|j| *j -= base);
    let found = indices.iter().max().map_or(0, |&j| u64::from(j) + 1);
    let told = Metadata { rows, cols, ..Metadata::default() };
    let cols = match cols {
        Some(cols) if found <= cols => cols,
        _ => found,
    };
    told.check(&path, labels.len() as u64, cols)?;
    let notes = match base {
        0 => vec![zero_based(&path)],
        _ => vec![],
    };
    Ok(Examples { x: Csr::new(labels.len(), cols as usize, starts, indices, values), y: labels, base, notes })
}

fn zero_based(path: &Path) -> Diagnostic {
    let message = format!("{}: the indices count from 0: index 0 is column 1", path.display());
    Diagnostic::warning("W0402", message).note("LIBSVM files commonly count from 1")
}

/// As SystemDS reads: the label is the last column.
pub(super) fn with_label(examples: &Examples) -> Csr {
    let x = &examples.x;
    let stored = x.stored() + x.rows();
    let mut starts = Vec::with_capacity(x.rows() + 1);
    let (mut indices, mut values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
    starts.push(0);
    for (i, &label) in examples.y.iter().enumerate() {
        let (columns, row) = x.row(i);
        indices.extend_from_slice(columns);
        values.extend_from_slice(row);
        if label != 0.0 {
            indices.push(x.cols() as u32);
            values.push(label);
        }
        starts.push(indices.len());
    }
    Csr::new(x.rows(), x.cols() + 1, starts, indices, values)
}

pub(super) fn labels(y: Vec<f64>) -> Matrix {
    Matrix::new(Dense::new(y.len(), 1, y))
}

fn lines(chunk: &Chunk, found: &mut Lines) -> std::result::Result<u64, Box<LineError>> {
    let (bytes, end) = (chunk.bytes(), chunk.len());
    // Lines without an example are not counted as rows; errors found after all rows need their lines.
    let mut line_of = vec![];
    let (mut at, mut lines) = (0, 0);
    while at < end {
        let before = found.indices.len();
        at = match plain_line(bytes, at, found) {
            Some(next) => next,
            None => {
                found.indices.truncate(before);
                found.values.truncate(before);
                let newline = line_end(bytes, at, end);
                any_line(&bytes[at..newline], lines, found)?;
                newline + 1
            }
        };
        if found.labels.len() > line_of.len() {
            line_of.push(lines);
            found.starts.push(found.indices.len());
        }
        lines += 1;
    }
    sort_distinct(&found.starts, &mut found.indices, &mut found.values)
        .map_err(|(row, index)| LineError::new("E0413", line_of[row], 1, format!("index {index} is given twice")))?;
    Ok(lines)
}

/// A line of a label and pairs with single blanks between them. `None` if there is anything else.
fn plain_line(bytes: &[u8], at: usize, found: &mut Lines) -> Option<usize> {
    let (label, mut at) = number(bytes, at)?;
    loop {
        if bytes[at] == b' ' {
            at += 1;
        }
        if bytes[at] == b'\n' {
            found.labels.push(label);
            return Some(at + 1);
        }
        let (n, index) = digits(bytes, at);
        if n == 0 || n == 8 || bytes[at + n] != b':' || bytes[at - 1] != b' ' {
            return None;
        }
        let (value, next) = number(bytes, at + n + 1)?;
        found.indices.push(index as u32);
        found.values.push(value);
        at = next;
    }
}

fn any_line(line: &[u8], lines: u64, found: &mut Lines) -> std::result::Result<(), Box<LineError>> {
    let fail = |code, column, message: String| LineError::new(code, lines, column, message);
    let line = line.split(|&b| b == b'#').next().unwrap_or_default();
    let mut fields = fields(line);
    let Some((column, text)) = fields.next() else { return Ok(()) };
    let label = whole_number(text)
        .ok_or_else(|| fail("E0406", column, format!("a label is expected, not {}", quoted(text))))?;
    for (column, field) in fields {
        if field.starts_with(b"qid:") {
            continue;
        }
        let colon = field.iter().position(|&b| b == b':');
        let pair = colon.map(|at| (&field[..at], at + 1, &field[at + 1..]));
        let Some((index, skipped, value)) = pair else {
            return Err(fail("E0406", column, format!("index:value is expected, not {}", quoted(field))));
        };
        let index = whole_integer(index)
            .ok_or_else(|| fail("E0406", column, format!("an index is expected, not {}", quoted(index))))?;
        if index > LARGEST_INDEX {
            return Err(fail(
                "E0602",
                column,
                format!("index {index} is beyond the largest supported, {LARGEST_INDEX}"),
            ));
        }
        let value = whole_number(value)
            .ok_or_else(|| fail("E0406", column + skipped, format!("a number is expected, not {}", quoted(value))))?;
        found.indices.push(index as u32);
        found.values.push(value);
    }
    found.labels.push(label);
    Ok(())
}
