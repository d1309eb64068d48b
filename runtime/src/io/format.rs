//! Which format a file has.

use std::path::Path;

use lac_grammar::Diagnostic;
use lac_grammar::diagnostic::did_you_mean;

use super::scan;

/// The file formats that are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Matrix Market, coordinate and array.
    MatrixMarket,
    Csv,
    /// A label and `index:value` pairs a line.
    Libsvm,
    /// `i j value` a line.
    Text,
    /// Blocks of cells in sequence files.
    Binary,
}

struct Row {
    format: Format,
    /// As scripts and `.mtd` files name it; the first is written.
    names: &'static [&'static str],
    extensions: &'static [&'static str],
}

const FORMATS: [Row; 5] = [
    Row { format: Format::MatrixMarket, names: &["mm", "matrixmarket"], extensions: &["mtx", "mm"] },
    Row { format: Format::Csv, names: &["csv"], extensions: &["csv", "tsv"] },
    Row { format: Format::Libsvm, names: &["libsvm"], extensions: &["libsvm", "svm", "svmlight"] },
    Row { format: Format::Text, names: &["text", "textcell"], extensions: &["ijv", "cells"] },
    Row { format: Format::Binary, names: &["binary"], extensions: &[] },
];

/// Formats that other systems have and `lac` does not.
const FOREIGN: [&str; 10] =
    ["compressed", "proto", "hdf5", "cog", "parquet", "delta", "federated", "jsonl", "json", "npy"];

impl Format {
    /// The name in scripts and `.mtd` files.
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|row| row.format == self).map_or("", |row| row.names[0])
    }

    /// By its name, in small or capital letters.
    pub fn from_name(name: &str) -> crate::Result<Format> {
        let small = name.to_lowercase();
        if let Some(row) = FORMATS.iter().find(|row| row.names.contains(&small.as_str())) {
            return Ok(row.format);
        }
        let message = match FOREIGN.contains(&small.as_str()) {
            true => format!("the format \"{name}\" is not supported"),
            false => format!("there is no format \"{name}\""),
        };
        let names = FORMATS.map(|row| row.names[0]);
        Err(Box::new(Diagnostic::error("E0404", message).help(match did_you_mean(&small, names) {
            Some(similar) => format!("did you mean \"{similar}\"?"),
            None => format!("the formats are {}", names.join(", ")),
        })))
    }

    /// By the extension, the one before `.gz` if there are two.
    pub fn from_extension(path: &Path) -> Option<Format> {
        let extension = |path: &Path| path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let mut last = extension(path)?;
        if last == "gz" {
            last = extension(Path::new(path.file_stem()?))?;
        }
        FORMATS.iter().find(|row| row.extensions.contains(&last.as_str())).map(|row| row.format)
    }

    /// By the first lines of the text: a banner, `index:value` pairs, a separator, or three fields between blanks of
    /// which two are indices.
    pub(super) fn from_content(text: &[u8]) -> Format {
        let begins = |word: &[u8]| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if begins(b"%%matrixmarket") || begins(b"%matrixmarket") {
            return Format::MatrixMarket;
        }
        let line = text.split(|&b| b == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let fields: Vec<&[u8]> = scan::fields(line).map(|(_, field)| field).collect();
        let is_pair = |field: &[u8]| match field.iter().position(|&b| b == b':') {
            Some(colon) => scan::whole_integer(&field[..colon]).is_some(),
            None => false,
        };
        if fields.len() > 1 && fields[1..].iter().all(|field| is_pair(field)) {
            return Format::Libsvm;
        }
        let is_index = |field: &[u8]| scan::whole_integer(field).is_some_and(|i| i > 0);
        match fields[..] {
            [i, j, _] if is_index(i) && is_index(j) => Format::Text,
            _ => Format::Csv,
        }
    }
}
