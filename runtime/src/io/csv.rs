//! Numbers between separators, a row a line, with or without names of columns.

use lac_grammar::Diagnostic;

use super::Metadata;
use super::error::{LineError, count, quoted};
use super::scan::{is_blank, line_end, number, whole_number};
use super::source::{Chunk, Recycle, Source};
use crate::{Dense, Matrix, Result};

/// How the fields of a file are told apart and read.
struct Dialect {
    /// A blank stands for any number of them.
    sep: u8,
    cols: usize,
    /// The value of an empty field; `None` if it is an error.
    empty: Option<f64>,
    na_strings: Vec<String>,
}

/// The values of some rows, and how many of them were missing.
#[derive(Default)]
struct Rows {
    values: Vec<f64>,
    missing: u64,
}

impl Recycle for Rows {
    fn clear(&mut self) {
        self.values.clear();
        self.missing = 0;
    }
}

pub(super) fn read(mut source: Source, told: &Metadata) -> Result<(Matrix, Vec<Diagnostic>)> {
    let (path, context) = (source.path().to_owned(), source.context().clone());
    let sep = separator(&mut source, told)?;
    let (cols, header_lines) = first_row(&mut source, told, sep)?;
    for _ in 0..header_lines {
        source.next_line()?;
    }
    super::check_size(&path, 0, cols as u64)?;
    // As in SystemDS, `fill` or `default` give empty fields a value, 0 if none is said.
    let empty = match (told.fill, told.default) {
        (Some(false), _) => None,
        (None, None) => Some(f64::NAN),
        (_, default) => Some(default.unwrap_or(0.0)),
    };
    let dialect = Dialect { sep, cols, empty, na_strings: told.na_strings.clone() };
    let mut values: Vec<f64> = vec![];
    let mut missing = 0;
    source.parse(
        |chunk, found| rows(chunk, &dialect, found),
        |rows: &Rows| {
            missing += rows.missing;
            let bytes = 8 * (values.len() + rows.values.len()) as u64;
            context.reserve(bytes, || format!("a dense matrix of {} or more", count(bytes / 8, "value")))?;
            values.extend_from_slice(&rows.values);
            Ok(())
        },
    )?;
    let rows = values.len() / cols;
    told.check(&path, rows as u64, cols as u64)?;
    // Who names missing values knows of them.
    let warning = (missing > 0 && told.na_strings.is_empty()).then(|| {
        let message = format!("{}: {} read as NaN", path.display(), count(missing, "missing value"));
        Diagnostic::warning("W0401", message).help("fill=TRUE reads empty fields as 0, default=x as x")
    });
    Ok((super::dense_stored_well(Dense::new(rows, cols, values)), warning.into_iter().collect()))
}

/// The separator told, or else the one of `, ; tab |` that the first line has most often, or else blanks.
fn separator(source: &mut Source, told: &Metadata) -> Result<u8> {
    if let Some(sep) = &told.sep {
        return separator_byte(sep).ok_or_else(|| {
            let error = Diagnostic::error("E0404", format!("{} cannot be a separator", quoted(sep.as_bytes())));
            Box::new(error.help("a separator is one ASCII character that no number has, for example \",\" or \";\""))
        });
    }
    skip_blank_lines(source, b'\t')?;
    let Some(chunk) = source.peek()? else { return Ok(b',') };
    let text = chunk.text();
    let line = unquoted(&text[..header_end(text)]);
    let often = |sep: u8| line.iter().filter(|&&b| b == sep).count();
    let mut best = (0, b' ');
    for sep in [b',', b';', b'\t', b'|'] {
        if often(sep) > best.0 {
            best = (often(sep), sep);
        }
    }
    Ok(best.1)
}

/// A separator as it is told: one ASCII character that no number has, or `\t` spelled out.
pub(super) fn separator_byte(sep: &str) -> Option<u8> {
    match sep.as_bytes() {
        b"\\t" => Some(b'\t'),
        [b'.' | b'-' | b'+' | b'"' | b'\n' | b'\r'] => None,
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => Some(*byte),
        _ => None,
    }
}

/// Nothing but blanks; a separator makes fields, if empty ones.
fn is_blank_line(line: &[u8], sep: u8) -> bool {
    line.iter().all(|&b| is_blank(b) && (b != sep || sep == b' '))
}

fn skip_blank_lines(source: &mut Source, sep: u8) -> Result<()> {
    while let Some(chunk) = source.peek()? {
        let text = chunk.text();
        if !is_blank_line(&text[..line_end(text, 0, text.len())], sep) {
            break;
        }
        source.next_line()?;
    }
    Ok(())
}

/// The end of the first line; a newline between quotes does not end it.
fn header_end(text: &[u8]) -> usize {
    let mut inside = false;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'"' => inside = !inside,
            b'\n' if !inside => return at,
            _ => {}
        }
    }
    line_end(text, 0, text.len())
}

/// What stands outside of quotes.
fn unquoted(line: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let outside = |&byte: &u8| {
        inside ^= byte == b'"';
        !inside
    };
    line.iter().copied().filter(outside).collect()
}

/// The number of columns, and the number of lines of their names: names are told of, or else most of the first fields
/// are no numbers.
fn first_row(source: &mut Source, told: &Metadata, sep: u8) -> Result<(usize, usize)> {
    skip_blank_lines(source, sep)?;
    let Some(chunk) = source.peek()? else { return Ok((1, 0)) };
    let text = chunk.text();
    let line = &text[..header_end(text)];
    let fields: Vec<&[u8]> = split(line, sep).map(|(_, field)| field).collect();
    let is_value = |field: &&[u8]| {
        let field = unwrap(field);
        field.is_empty() || is_missing(field, &told.na_strings) || whole_number(field).is_some()
    };
    let has_header =
        told.header.unwrap_or_else(|| 2 * fields.iter().filter(|field| is_value(field)).count() < fields.len());
    let lines = 1 + line.iter().filter(|&&b| b == b'\n').count();
    Ok((fields.len(), if has_header { lines } else { 0 }))
}

/// The fields of a line, blanks around them cut off, each with its column from 1.
fn split(line: &[u8], sep: u8) -> impl Iterator<Item = (usize, &[u8])> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = if sep == b' ' { line.trim_ascii_end() } else { line };
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let mut start = next?;
        if sep == b' ' {
            start += line[start..].iter().position(|&b| !is_blank(b))?;
        }
        let mut inside = false;
        let is_end = |&byte: &u8| {
            inside ^= byte == b'"';
            !inside && (byte == sep || sep == b' ' && is_blank(byte))
        };
        let end = line[start..].iter().position(is_end).map(|n| start + n);
        next = end.map(|end| end + 1);
        let field = &line[start..end.unwrap_or(line.len())];
        let blanks = field.len() - field.trim_ascii_start().len();
        Some((start + blanks + 1, field.trim_ascii()))
    })
}

/// Without the quotes around a field (RFC 4180).
fn unwrap(field: &[u8]) -> &[u8] {
    match field {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        _ => field,
    }
}

fn is_missing(field: &[u8], na_strings: &[String]) -> bool {
    field == b"NA" || na_strings.iter().any(|na| na.as_bytes() == field)
}

fn rows(chunk: &Chunk, dialect: &Dialect, found: &mut Rows) -> std::result::Result<u64, Box<LineError>> {
    let (bytes, end) = (chunk.bytes(), chunk.len());
    found.values.reserve(end / 2);
    let (mut at, mut lines) = (0, 0);
    // A missing value may be spelled as a number, for example -999.
    let simple = dialect.na_strings.is_empty();
    while at < end {
        let before = found.values.len();
        match plain_row(bytes, at, dialect, &mut found.values).filter(|_| simple) {
            Some(next) => at = next,
            None => {
                found.values.truncate(before);
                let newline = line_end(bytes, at, end);
                row(&bytes[at..newline], lines, dialect, found)?;
                at = newline + 1;
            }
        }
        lines += 1;
    }
    Ok(lines)
}

/// A row of finite numbers with nothing but separators between them: appends its values and gives the place of the
/// next row. `None` if there is anything else.
fn plain_row(bytes: &[u8], mut at: usize, dialect: &Dialect, values: &mut Vec<f64>) -> Option<usize> {
    for k in 1..=dialect.cols {
        let (value, next) = number(bytes, at)?;
        if value.is_nan() {
            return None;
        }
        values.push(value);
        let last = k == dialect.cols;
        if last && bytes[next] == b'\r' && bytes[next + 1] == b'\n' {
            return Some(next + 2);
        }
        if bytes[next] != if last { b'\n' } else { dialect.sep } {
            return None;
        }
        at = next + 1;
    }
    Some(at)
}

fn row(line: &[u8], lines: u64, dialect: &Dialect, found: &mut Rows) -> std::result::Result<(), Box<LineError>> {
    if is_blank_line(line, dialect.sep) {
        return Ok(());
    }
    let mut cells = 0;
    for (column, field) in split(line, dialect.sep) {
        cells += 1;
        if cells > dialect.cols {
            let message = format!(
                "the row has {}, the first row has {}",
                count(split(line, dialect.sep).count() as u64, "field"),
                dialect.cols
            );
            return Err(LineError::new("E0409", lines, column, message));
        }
        let value = value(unwrap(field), dialect)
            .map_err(|(message, help)| LineError::new("E0406", lines, column, message).help(help))?;
        found.missing += u64::from(value.is_nan());
        found.values.push(value);
    }
    if cells < dialect.cols {
        let message = format!("the row has {}, the first row has {}", count(cells as u64, "field"), dialect.cols);
        return Err(LineError::new("E0409", lines, line.len() + 1, message));
    }
    Ok(())
}

fn value(field: &[u8], dialect: &Dialect) -> std::result::Result<f64, (String, &'static str)> {
    if is_missing(field, &dialect.na_strings) {
        return Ok(f64::NAN);
    }
    if field.is_empty() {
        return dialect.empty.ok_or_else(|| ("the field is empty, and fill=FALSE".into(), "give a value with default"));
    }
    whole_number(field).ok_or_else(|| {
        (
            format!("a number is expected, not {}", quoted(field)),
            "data_type=\"frame\" reads columns of text; header=TRUE skips a first line, naStrings name missing values",
        )
    })
}
