//! Frames as text cells: `i j text` a line, without the missing cells.

use std::path::Path;
use std::sync::Arc;

use lac_compiler::frame::Frame;
use lac_grammar::Diagnostic;

use super::error::{LineError, count};
use super::output::Output;
use super::{Format, Metadata, ReadOptions};
use crate::{Context, Result};

pub(super) fn write(f: &Frame, path: &Path, context: &Context) -> Result<Output> {
    let mut data = Output::create(path)?;
    let mut lines = String::new();
    for i in 0..f.rows() {
        for j in 0..f.cols() {
            if let Some(text) = f.text(i, j).filter(|_| f.get(i, j).is_some()) {
                lines.push_str(&format!("{} {} {}\n", i + 1, j + 1, text.replace(['\n', '\r'], " ")));
            }
        }
        if lines.len() > 1 << 20 || i + 1 == f.rows() {
            if context.take_interrupt() {
                return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was written")));
            }
            data.write(lines.as_bytes())?;
            lines.clear();
        }
    }
    Ok(data)
}

type Cells = Vec<Option<Arc<str>>>;

/// The cells row by row, with the shape that is told or that they reach to.
pub(super) fn read(path: &Path, options: &ReadOptions, context: &Context) -> Result<(Metadata, (usize, usize), Cells)> {
    let text = ReadOptions { format: Some(Format::Text), ..options.clone() };
    let (mut source, _, told) = super::open(path, &text, context)?;
    let mut found: Vec<(usize, usize, Arc<str>)> = vec![];
    let (mut rows, mut cols, mut number) = (told.rows.unwrap_or(0), told.cols.unwrap_or(0), 0);
    while let Some(line) = source.next_line()? {
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\n', '\r']);
        if !line.trim().is_empty() {
            let wrong = |code, message: &str| LineError::new(code, 0, 1, message).in_file(path, number);
            let mut fields = line.trim_start().splitn(3, ' ');
            let mut index = || fields.next().and_then(|field| field.parse::<u64>().ok()).filter(|&n| n > 0);
            let (Some(i), Some(j)) = (index(), index()) else {
                return Err(wrong("E0406", "a line is a row, a column and a text: `1 2 abc`"));
            };
            let outside = |n: u64, told: Option<u64>| told.is_some_and(|told| n > told);
            if outside(i, told.rows) || outside(j, told.cols) {
                return Err(wrong("E0407", &format!("there is no cell [{i}, {j}]")));
            }
            (rows, cols) = (rows.max(i), cols.max(j));
            let text = fields.next().unwrap_or_default();
            if !options.na_strings.iter().any(|missing| missing == text) {
                context.reserve(40 * found.len() as u64, || format!("a frame of {} or more", count(i, "row")))?;
                found.push((i as usize - 1, j as usize - 1, text.into()));
            }
        }
        number += 1;
    }
    super::check_size(path, rows, cols)?;
    let size = rows.saturating_mul(cols);
    context.reserve(size.saturating_mul(40), || format!("a frame {rows} x {cols}"))?;
    let mut cells: Cells = vec![None; size as usize];
    for (i, j, text) in found {
        cells[i * cols as usize + j] = Some(text);
    }
    Ok((told, (rows as usize, cols as usize), cells))
}
