//! Writing matrices. Blocks of rows are formatted (and compressed) in parallel and written in order.
//!
//! Numbers are the shortest text that is read back as the same value, integers without `.0`; NaN is `NaN`, infinity
//! `Infinity`, which Java, Python, C and this crate all read.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use lac_grammar::Diagnostic;
use rayon::prelude::*;

use super::error::about;
use super::output::Output;
use super::{Format, Metadata, mtd};
use crate::{Context, Matrix, Result, Storage};

/// How a matrix is to be written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// By the extension of the name if not said; else text cells, as in SystemDS.
    pub format: Option<Format>,
    /// CSV: a first line of names `C1`, `C2`, ...
    pub header: bool,
    /// CSV: `,` if not said.
    pub sep: Option<String>,
    /// CSV: cells of 0 are left empty, unless there is one column only: a line would be blank.
    pub sparse: bool,
    /// For the `.mtd` file.
    pub description: Option<String>,
    /// For the `.mtd` file.
    pub author: Option<String>,
}

/// Writes a matrix and its `.mtd` file; compressed if the name ends in `.gz`.
///
/// Matrix Market files are written as coordinate real general, as SystemDS does; LIBSVM files take the last column as
/// the label and count from 1.
///
/// Errors: E0404 for what the format does not hold, E0414 if the file cannot be written, E0500 if interrupted. The file
/// that was there before is then untouched.
pub fn write(matrix: &Matrix, path: &Path, options: &WriteOptions, context: &Context) -> Result<()> {
    let format = options.format.or_else(|| Format::from_extension(path)).unwrap_or(Format::Text);
    let sep = separator(path, options, format)?;
    let sparse = options.sparse && matrix.cols() > 1;
    if format == Format::Libsvm && matrix.cols() == 0 {
        return Err(Box::new(about("E0404", path, "a LIBSVM file needs a column of labels; the matrix has no column")));
    }
    if format == Format::Binary {
        return described(super::binary::write(matrix, path, context)?, path, &metadata(matrix, format, sep, options));
    }
    let mut data = Output::create(path)?;
    let compress = path.extension().is_some_and(|e| e == "gz");
    let head = match format {
        Format::MatrixMarket => super::matrix_market::header_of(matrix),
        Format::Csv if options.header => names(matrix.cols(), sep),
        _ => String::new(),
    };
    let pack = |text: Vec<u8>| if compress { gzip(&text) } else { text };
    data.write(&pack(head.into_bytes()))?;
    let row = |i: usize, text: &mut Vec<u8>| match format {
        Format::MatrixMarket | Format::Text => coordinate_row(matrix, i, text),
        Format::Csv => csv_row(matrix, i, sep, sparse, text),
        Format::Libsvm => libsvm_row(matrix, i, text),
        Format::Binary => {}
    };
    in_blocks(matrix, context, row, pack, &mut data)?;
    described(data, path, &metadata(matrix, format, sep, options))
}

/// Finishes a file and the `.mtd` file beside it.
pub(super) fn described(data: Output, path: &Path, metadata: &Metadata) -> Result<()> {
    let mut description = Output::create(&mtd::beside(path))?;
    description.write(metadata.to_json().as_bytes())?;
    data.finish()?;
    description.finish()
}

fn separator(path: &Path, options: &WriteOptions, format: Format) -> Result<u8> {
    let told = options.sep.as_deref().unwrap_or(",");
    match super::csv::separator_byte(told) {
        Some(byte) => Ok(byte),
        None if format != Format::Csv => Ok(b','),
        None => Err(Box::new(about("E0404", path, format!("\"{}\" cannot be a separator", told.escape_debug())))),
    }
}

fn metadata(matrix: &Matrix, format: Format, sep: u8, options: &WriteOptions) -> Metadata {
    let csv = format == Format::Csv;
    Metadata {
        format: Some(format),
        rows: Some(matrix.rows() as u64),
        cols: Some(matrix.cols() as u64),
        nnz: Some(matrix.nnz()),
        header: csv.then_some(options.header),
        sep: csv.then(|| char::from(sep).to_string()),
        fill: (csv && options.sparse).then_some(true),
        default: (csv && options.sparse).then_some(0.0),
        block: (format == Format::Binary).then_some(super::binary::BLOCK as u64),
        data_type: Some("matrix".into()),
        value_type: Some("double".into()),
        description: options.description.clone(),
        author: options.author.clone(),
        created: Some(now()),
        ..Metadata::default()
    }
}

/// Formats blocks of rows, as many at once as there are threads, and writes them in order.
fn in_blocks(
    matrix: &Matrix,
    context: &Context,
    row: impl Fn(usize, &mut Vec<u8>) + Sync,
    pack: impl Fn(Vec<u8>) -> Vec<u8> + Sync,
    data: &mut Output,
) -> Result<()> {
    /// Cells of a block: near a megabyte of text.
    const BLOCK: usize = 1 << 16;
    let per_row = match matrix.storage() {
        Storage::Dense(d) => d.cols(),
        Storage::Csr(s) => s.stored() / s.rows().max(1),
    };
    let block = (BLOCK / (per_row + 1)).max(1);
    let rows = matrix.rows();
    let threads = rayon::current_num_threads();
    for first in (0..rows).step_by(block * threads) {
        if context.take_interrupt() {
            return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was written")));
        }
        let format = |k: usize| {
            let begin = (first + k * block).min(rows);
            let range: Range<usize> = begin..(begin + block).min(rows);
            let mut text = vec![];
            range.for_each(|i| row(i, &mut text));
            if text.is_empty() { text } else { pack(text) }
        };
        let texts: Vec<Vec<u8>> = (0..threads).into_par_iter().map(format).collect();
        texts.iter().try_for_each(|text| data.write(text))?;
    }
    Ok(())
}

/// A gzip member of its own: members that follow one another are one file (RFC 1952 2.2).
pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::default());
    // A vector takes what is written to it.
    let written = encoder.write_all(text).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// The nonzeros of a row, in order.
fn nonzeros(matrix: &Matrix, i: usize, mut f: impl FnMut(usize, f64)) {
    match matrix.storage() {
        Storage::Dense(d) => d.row(i).iter().enumerate().filter(|(_, x)| **x != 0.0).for_each(|(j, &x)| f(j, x)),
        Storage::Csr(s) => {
            let (columns, values) = s.row(i);
            columns.iter().zip(values).filter(|(_, x)| **x != 0.0).for_each(|(&j, &x)| f(j as usize, x));
        }
    }
}

fn coordinate_row(matrix: &Matrix, i: usize, text: &mut Vec<u8>) {
    nonzeros(matrix, i, |j, x| {
        push_integer(i as u64 + 1, text);
        text.push(b' ');
        push_integer(j as u64 + 1, text);
        text.push(b' ');
        push_number(x, text);
        text.push(b'\n');
    });
}

fn csv_row(matrix: &Matrix, i: usize, sep: u8, sparse: bool, text: &mut Vec<u8>) {
    let mut next = 0;
    let zeros = |from: usize, to: usize, text: &mut Vec<u8>| {
        for j in from..to {
            if j > 0 {
                text.push(sep);
            }
            if !sparse {
                text.push(b'0');
            }
        }
    };
    nonzeros(matrix, i, |j, x| {
        zeros(next, j, text);
        if j > 0 {
            text.push(sep);
        }
        push_number(x, text);
        next = j + 1;
    });
    zeros(next, matrix.cols(), text);
    text.push(b'\n');
}

fn libsvm_row(matrix: &Matrix, i: usize, text: &mut Vec<u8>) {
    let last = matrix.cols() - 1;
    push_number(matrix.get(i, last), text);
    nonzeros(matrix, i, |j, x| {
        if j < last {
            text.push(b' ');
            push_integer(j as u64 + 1, text);
            text.push(b':');
            push_number(x, text);
        }
    });
    text.push(b'\n');
}

fn names(cols: usize, sep: u8) -> String {
    let names: Vec<String> = (1..=cols).map(|j| format!("C{j}")).collect();
    names.join(char::from(sep).encode_utf8(&mut [0; 4])) + "\n"
}

fn push_integer(mut n: u64, text: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    text.extend_from_slice(&digits[at..]);
}

fn push_number(x: f64, text: &mut Vec<u8>) {
    /// Below it all integers are exact, and their digits are the shortest text.
    const EXACT: f64 = 1e15;
    if x.is_nan() {
        text.extend_from_slice(b"NaN");
    } else if x.is_infinite() {
        text.extend_from_slice(if x > 0.0 { b"Infinity" } else { b"-Infinity" });
    } else if x == x.trunc() && x.abs() < EXACT {
        if x.is_sign_negative() {
            text.push(b'-');
        }
        push_integer(x.abs() as u64, text);
    } else {
        text.extend_from_slice(zmij::Buffer::new().format_finite(x).as_bytes());
    }
}

/// The date and time in UTC, as SystemDS spells it.
pub(super) fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// The Gregorian date of a day since 1970-01-01. Years begin in March here, so that the day of a leap year is the last.
fn date(day: u64) -> (u64, u64, u64) {
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (400 * era + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{date, push_number};

    #[test]
    fn dates() {
        for (day, expected) in
            [(0, (1970, 1, 1)), (11_016, (2000, 2, 29)), (20_089, (2025, 1, 1)), (19_782, (2024, 2, 29))]
        {
            assert_eq!(date(day), expected);
        }
    }

    #[test]
    fn numbers_are_short() {
        for (x, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (-3.0, "-3"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            let mut text = vec![];
            push_number(x, &mut text);
            let text = String::from_utf8(text).unwrap();
            assert_eq!(text, expected);
        }
    }
}
