//! Blocks of rows of frames. Of each column: its type, name and cells.

use std::path::Path;
use std::sync::Arc;

use lac_compiler::frame::{Column, Frame};
use lac_compiler::ops::ScalarType;
use lac_grammar::Diagnostic;

use super::{BLOCK, Bytes, Content, Writer};
use crate::io::error::{about, quoted};
use crate::{Context, Result};

const KEY: &str = "org.apache.hadoop.io.LongWritable";
const VALUE: &str = "org.apache.sysds.runtime.frame.data.FrameBlock";

/// The byte of the type of a column, and that of how its cells are stored.
fn codes(ty: ScalarType) -> [u8; 2] {
    match ty {
        ScalarType::Double => [4, 6],
        ScalarType::Int => [6, 4],
        ScalarType::Bool => [7, 1],
        ScalarType::Str => [8, 0],
    }
}

pub fn write_frame(f: &Frame, path: &Path, context: &Context) -> Result<crate::io::output::Output> {
    let mut writer = Writer::create(path, KEY, VALUE)?;
    for first in (0..f.rows()).step_by(BLOCK) {
        if context.take_interrupt() {
            return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was written")));
        }
        let rows = first..(first + BLOCK).min(f.rows());
        let mut bytes = [rows.len(), f.cols()].map(|n| (n as u32).to_be_bytes()).concat();
        // Names are not the default ones.
        bytes.push(0);
        for (name, column) in f.names().iter().zip(f.columns()) {
            let [ty, kind] = codes(column.ty());
            bytes.push(ty);
            text(name, path, &mut bytes)?;
            // Distinct values are not counted, no value stands for missing ones.
            bytes.extend_from_slice(&(-1i64).to_be_bytes());
            bytes.extend_from_slice(&[0, 0, kind]);
            match &**column {
                Column::Double(v) => v[rows.clone()].iter().for_each(|x| bytes.extend_from_slice(&x.to_be_bytes())),
                Column::Int(v) => v[rows.clone()].iter().for_each(|x| bytes.extend_from_slice(&x.to_be_bytes())),
                Column::Bool(v) => v[rows.clone()].iter().for_each(|&x| bytes.push(u8::from(x))),
                Column::Text(v) => {
                    // What the texts take in memory is not told.
                    bytes.extend_from_slice(&0u64.to_be_bytes());
                    for cell in &v[rows.clone()] {
                        text(cell.as_deref().unwrap_or_default(), path, &mut bytes)?;
                    }
                }
            }
        }
        writer.record(&(first as u64 + 1).to_be_bytes(), &bytes)?;
    }
    Ok(writer.output)
}

/// A text as Java writes it: a length of two bytes, and each UTF-16 unit in up to three, never the byte 0.
fn text(s: &str, path: &Path, bytes: &mut Vec<u8>) -> Result<()> {
    let mut units = vec![];
    for unit in s.encode_utf16() {
        match unit {
            1..0x80 => units.push(unit as u8),
            0 | 0x80..0x800 => units.extend([0xc0 | (unit >> 6) as u8, 0x80 | (unit & 0x3f) as u8]),
            _ => units.extend([0xe0 | (unit >> 12) as u8, 0x80 | (unit >> 6 & 0x3f) as u8, 0x80 | (unit & 0x3f) as u8]),
        }
    }
    let length = u16::try_from(units.len()).map_err(|_| {
        let message = format!("{} is longer than the 65535 bytes of a text in a binary file", quoted(s.as_bytes()));
        about("E0404", path, message).help("write the frame as CSV")
    })?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&units);
    Ok(())
}

impl Bytes<'_> {
    fn text(&mut self) -> Result<String> {
        let length = self.u16()?;
        let mut bytes = self.take(length as usize)?.iter().map(|&b| u16::from(b));
        let mut units = vec![];
        while let Some(b) = bytes.next() {
            let mut more = || bytes.next().map_or(0, |b| b & 0x3f);
            units.push(match b {
                0..0x80 => b,
                0x80..0xe0 => (b & 0x1f) << 6 | more(),
                _ => (b & 0xf) << 12 | more() << 6 | more(),
            });
        }
        Ok(String::from_utf16_lossy(&units))
    }

    /// So many cells of a column.
    fn column(&mut self, n: usize) -> Result<Column> {
        let kind = self.u8()?;
        // No cell takes less than a byte: a bit of eight.
        if n > 8 * self.rest.len() {
            return Err(self.damaged());
        }
        Ok(match kind {
            0 => {
                self.u64()?;
                let cell = |_| self.text().map(|t| (!t.is_empty()).then(|| Arc::from(t.as_str())));
                Column::Text((0..n).map(cell).collect::<Result<_>>()?)
            }
            1 => Column::Bool(self.take(n)?.iter().map(|&b| b != 0).collect()),
            2 => {
                self.u32()?;
                let words = self.u32()?;
                let words = (0..words).map(|_| self.u64()).collect::<Result<Vec<u64>>>()?;
                let bit = |i: usize| words.get(i / 64).is_some_and(|word| word >> (i % 64) & 1 == 1);
                Column::Bool((0..n).map(bit).collect())
            }
            3 => Column::Int((0..n).map(|_| Ok(i64::from(self.u32()? as i32))).collect::<Result<_>>()?),
            4 => Column::Int((0..n).map(|_| Ok(self.u64()? as i64)).collect::<Result<_>>()?),
            5 => Column::Double((0..n).map(|_| Ok(f64::from(f32::from_bits(self.u32()?)))).collect::<Result<_>>()?),
            6 => Column::Double((0..n).map(|_| self.f64()).collect::<Result<_>>()?),
            _ => {
                let error = about("E0404", self.path, "a column is stored in a way that is not supported");
                return Err(Box::new(error.help("write the frame as CSV")));
            }
        })
    }
}

pub fn read_frame(path: &Path, context: &Context) -> Result<Frame> {
    let content = Content::read(path, context)?;
    let mut blocks = vec![];
    for [mut key, value] in content.records(VALUE)? {
        blocks.push((key.u64()?, value));
    }
    blocks.sort_by_key(|(first, _)| *first);
    let (mut names, mut columns): (Vec<Arc<str>>, Vec<Column>) = (vec![], vec![]);
    let mut rows = 0;
    for (b, (_, mut bytes)) in blocks.into_iter().enumerate() {
        let (n, cols) = (bytes.u32()? as usize, bytes.u32()? as usize);
        context.reserve(40 * (rows + n) as u64 * cols as u64, || format!("a frame of {cols} columns"))?;
        let unnamed = bytes.u8()? != 0;
        for j in 0..cols {
            bytes.u8()?;
            let name = if unnamed { format!("C{}", j + 1) } else { bytes.text()? };
            if !unnamed {
                bytes.u64()?;
                bytes.text()?;
            }
            let cells = bytes.column(n)?;
            if b == 0 {
                names.push(name.into());
                columns.push(cells);
            } else if !columns.get_mut(j).is_some_and(|column| append(column, cells)) {
                return Err(bytes.damaged());
            }
        }
        rows += n;
    }
    if columns.iter().any(|c| c.len() != rows) {
        return Err(Box::new(about("E0408", path, "the blocks of the frame differ in their columns")));
    }
    Ok(Frame::new(rows, names, columns))
}

/// Adds cells of the same type.
fn append(column: &mut Column, cells: Column) -> bool {
    match (column, cells) {
        (Column::Text(a), Column::Text(b)) => a.extend(b),
        (Column::Double(a), Column::Double(b)) => a.extend(b),
        (Column::Int(a), Column::Int(b)) => a.extend(b),
        (Column::Bool(a), Column::Bool(b)) => a.extend(b),
        _ => return false,
    }
    true
}
