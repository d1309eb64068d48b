//! Matrices in binary blocks, as SystemDS writes them with `format="binary"`: a sequence file of Hadoop whose records are
//! an index (row and column of a block, from 1) and a block. All numbers are big endian.
//!
//! | part | bytes |
//! |---|---|
//! | head | `SEQ` 6, the names of two classes, two bytes for compression, pairs of metadata, a mark of 16 bytes |
//! | mark | -1 and the mark again, between records |
//! | record | its length, that of the key (16), row and column of the block, rows, columns, the kind of the block, cells |
//!
//! | kind | cells |
//! |---|---|
//! | 0 | none: all are 0 |
//! | 1 | their number; row, column, value of each (row and value, where the block has one column) |
//! | 2 | their number; for each row its number, column and value of each |
//! | 3 | every value, by rows |

use std::path::Path;

use lac_grammar::Diagnostic;

use super::error::{self, about};
use super::output::Output;
use super::triplets::{Builder, Entries, cell};
use super::{Metadata, check_size, is_dense, stored_well};
use crate::{Context, Dense, Matrix, Result, Storage};

const MAGIC: &[u8] = b"SEQ\x06";
const KEY: &[u8] = b"org.apache.sysds.runtime.matrix.data.MatrixIndexes";
const VALUE: &[u8] = b"org.apache.sysds.runtime.matrix.data.MatrixBlock";
/// Between the records of a file; any 16 bytes that are not a record's length would do.
const MARK: [u8; 16] = *b"lac:block:blocks";
/// Rows and columns of a block that is not the last.
const SIDE: usize = 1000;
/// A mark follows the first record that ends so far behind the last one.
const APART: usize = 2000;

/// Whether a file begins like a sequence file.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Bytes still to be read. `None` says that there are too few.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.array::<1>()?[0])
    }

    /// A count or an index: not negative.
    fn count(&mut self) -> Option<usize> {
        i32::from_be_bytes(self.array()?).try_into().ok()
    }

    fn long(&mut self) -> Option<u64> {
        i64::from_be_bytes(self.array()?).try_into().ok()
    }

    fn value(&mut self) -> Option<f64> {
        self.array().map(f64::from_be_bytes)
    }

    /// A text behind its length; lengths of up to 127 take one byte.
    fn text(&mut self) -> Option<&'a [u8]> {
        let length = match self.byte()? {
            short @ 0..=127 => usize::from(short),
            // -113 to -116 say that one to four bytes of length follow.
            long @ 0x8c..=0x8f => {
                let bytes = self.take(usize::from(0x90 - long))?;
                bytes.iter().fold(0, |n, &b| n << 8 | usize::from(b))
            }
            _ => return None,
        };
        self.take(length)
    }
}

/// A block of a file.
struct Block<'a> {
    /// From 0.
    row: u64,
    col: u64,
    rows: usize,
    cols: usize,
    kind: u8,
    cells: Bytes<'a>,
}

impl Block<'_> {
    /// Of the cells that are stored.
    fn stored(&self) -> Option<usize> {
        match self.kind {
            0 => Some(0),
            3 => self.rows.checked_mul(self.cols),
            _ => Bytes(self.cells.0).count(),
        }
    }

    /// Calls `put` with row and column within the block, and value, of every cell that is stored.
    fn each(&self, mut put: impl FnMut(usize, usize, f64)) -> Option<()> {
        let mut cells = self.cells;
        match self.kind {
            0 => {}
            1 => {
                for _ in 0..cells.count()? {
                    let row = cells.count()?;
                    let col = if self.cols > 1 { cells.count()? } else { 0 };
                    put(row, col, cells.value()?);
                }
            }
            2 => {
                cells.count()?;
                for row in 0..self.rows {
                    for _ in 0..cells.count()? {
                        let col = cells.count()?;
                        put(row, col, cells.value()?);
                    }
                }
            }
            3 => {
                for row in 0..self.rows {
                    for col in 0..self.cols {
                        put(row, col, cells.value()?);
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }
}

/// Reads a file. Every size in it is held against the bytes that are there before memory is asked for.
pub(super) fn read(path: &Path, told: &Metadata, context: &Context) -> Result<Matrix> {
    let length = std::fs::metadata(path).map_err(|e| error::cannot_open(path, &e))?.len();
    context.reserve(length, || format!("the {length} bytes of {}", path.display()))?;
    let bytes = std::fs::read(path).map_err(|e| error::cannot_open(path, &e))?;
    let blocks = blocks(path, &bytes, context)?;
    let (rows, cols, side) = shape(&blocks, told);
    told.check(path, rows, cols)?;
    check_size(path, rows, cols)?;
    let stored: Option<Vec<usize>> = blocks.iter().map(Block::stored).collect();
    let nnz: u64 = stored.ok_or_else(|| damaged(path))?.iter().map(|&n| n as u64).sum();
    // What is said to be stored takes eight bytes a cell at the least.
    if nnz > length / 8 {
        return Err(damaged(path));
    }
    let (rows, cols) = (rows as usize, cols as usize);
    let matrix = match is_dense(nnz, rows, cols) && rows > 0 && cols > 0 {
        true => {
            context.reserve_dense(rows, cols)?;
            let mut dense = Dense::zeros(rows, cols);
            for block in &blocks {
                let values = dense.values_mut();
                place(path, block, side, rows, cols, |i, j, x| values[i * cols + j] = x)?;
            }
            Matrix::new(dense)
        }
        false => {
            let mut builder = Builder::new(rows, cols, false, context)?;
            let mut entries = Entries::default();
            for block in &blocks {
                entries.cells.clear();
                entries.values.clear();
                place(path, block, side, rows, cols, |i, j, x| {
                    if x != 0.0 {
                        entries.cells.push(cell(i as u64, j as u64));
                        entries.values.push(x);
                    }
                })?;
                builder.append(&entries, context)?;
            }
            stored_well(builder.finish(context)?, context)
        }
    };
    Ok(matrix)
}

fn damaged(path: &Path) -> Box<Diagnostic> {
    let message = "the file ends within a block, or the lengths of a block contradict each other";
    Box::new(about("E0408", path, message).help("see whether the file is whole"))
}

/// The blocks of a file.
fn blocks<'a>(path: &Path, bytes: &'a [u8], context: &Context) -> Result<Vec<Block<'a>>> {
    let mut rest = Bytes(bytes);
    let mark = head(path, &mut rest)?;
    let mut blocks = vec![];
    while !rest.0.is_empty() {
        if context.take_interrupt() {
            return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was read")));
        }
        let Some(length) = rest.array().map(i32::from_be_bytes) else { return Err(damaged(path)) };
        if length == -1 {
            if rest.take(16) != Some(&mark) {
                return Err(damaged(path));
            }
            continue;
        }
        let record = usize::try_from(length).ok().and_then(|n| {
            let key = rest.count()?;
            Some((key, rest.take(n)?))
        });
        let Some(block) = record.and_then(|(key, record)| block(key, record)) else { return Err(damaged(path)) };
        blocks.push(block);
    }
    Ok(blocks)
}

fn head(path: &Path, rest: &mut Bytes) -> Result<[u8; 16]> {
    let wrong = |message: &str| {
        Box::new(about("E0405", path, message).help("the format \"binary\" is that of SystemDS: blocks of a matrix"))
    };
    if rest.take(MAGIC.len()) != Some(MAGIC) {
        return Err(wrong("this is no file of binary blocks"));
    }
    let (key, value) = (rest.text(), rest.text());
    let class = |text: Option<&[u8]>, name: &str| text.is_some_and(|t| t.ends_with(name.as_bytes()));
    if !class(key, ".MatrixIndexes") || !class(value, ".MatrixBlock") {
        let found = String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
        return Err(wrong(&format!("the file holds \"{found}\", not blocks of a matrix")));
    }
    if rest.take(2) != Some(&[0, 0]) {
        return Err(Box::new(about("E0404", path, "the blocks are compressed, which is not supported")));
    }
    let pairs = rest.count().ok_or_else(|| damaged(path))?;
    for _ in 0..2 * pairs {
        rest.text().ok_or_else(|| damaged(path))?;
    }
    rest.array().ok_or_else(|| damaged(path))
}

fn block(key: usize, record: &[u8]) -> Option<Block<'_>> {
    let mut bytes = Bytes(record);
    if key != 16 {
        return None;
    }
    let (row, col) = (bytes.long()?.checked_sub(1)?, bytes.long()?.checked_sub(1)?);
    let (rows, cols, kind) = (bytes.count()?, bytes.count()?, bytes.byte()?);
    Some(Block { row, col, rows, cols, kind, cells: bytes })
}

/// Rows, columns, and the rows and columns of a block that is not the last.
fn shape(blocks: &[Block], told: &Metadata) -> (u64, u64, (u64, u64)) {
    let side = |index: fn(&Block) -> u64, size: fn(&Block) -> usize| {
        let last = blocks.iter().map(index).max().unwrap_or(0);
        let side = blocks.iter().map(|b| size(b) as u64).max().unwrap_or(0);
        let end = blocks.iter().filter(|b| index(b) == last).map(|b| size(b) as u64).max().unwrap_or(0);
        (side, last.saturating_mul(side).saturating_add(end))
    };
    let (height, rows) = side(|b| b.row, |b| b.rows);
    let (width, cols) = side(|b| b.col, |b| b.cols);
    match (blocks.is_empty(), told.rows, told.cols) {
        (true, Some(rows), Some(cols)) => (rows, cols, (height, width)),
        _ => (rows, cols, (height, width)),
    }
}

/// Calls `put` with row and column in the matrix, and value, of every cell of a block.
fn place(
    path: &Path,
    block: &Block,
    (height, width): (u64, u64),
    rows: usize,
    cols: usize,
    mut put: impl FnMut(usize, usize, f64),
) -> Result<()> {
    let (top, left) = ((block.row * height) as usize, (block.col * width) as usize);
    let mut outside = false;
    let whole = block.each(|i, j, x| {
        let (i, j) = (top + i, left + j);
        if i < rows && j < cols { put(i, j, x) } else { outside = true }
    });
    match whole {
        None => Err(damaged(path)),
        Some(()) if outside => {
            let message = format!("a cell of block {}, {} lies outside of the matrix", block.row + 1, block.col + 1);
            Err(Box::new(about("E0407", path, message)))
        }
        Some(()) => Ok(()),
    }
}

/// Writes the blocks of a matrix.
pub(super) fn write(m: &Matrix, data: &mut Output, context: &Context) -> Result<()> {
    let mut bytes = MAGIC.to_vec();
    for class in [KEY, VALUE] {
        bytes.push(class.len() as u8);
        bytes.extend_from_slice(class);
    }
    bytes.extend_from_slice(&[0; 6]);
    bytes.extend_from_slice(&MARK);
    let mut since = 0;
    for top in (0..m.rows()).step_by(SIDE) {
        for left in (0..m.cols()).step_by(SIDE) {
            if context.take_interrupt() {
                return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was written")));
            }
            if since >= APART {
                bytes.extend_from_slice(&(-1i32).to_be_bytes());
                bytes.extend_from_slice(&MARK);
                since = 0;
            }
            let before = bytes.len();
            record(m, top, left, &mut bytes);
            since += bytes.len() - before;
            data.write(&bytes)?;
            bytes.clear();
        }
    }
    data.write(&bytes)
}

/// Appends the record of the block that begins at a row and a column.
fn record(m: &Matrix, top: usize, left: usize, bytes: &mut Vec<u8>) {
    let (rows, cols) = (SIDE.min(m.rows() - top), SIDE.min(m.cols() - left));
    let start = bytes.len();
    // The length, known at the end.
    bytes.extend_from_slice(&[0; 4]);
    put_count(16, bytes);
    for index in [top, left] {
        bytes.extend_from_slice(&((index / SIDE + 1) as u64).to_be_bytes());
    }
    put_count(rows, bytes);
    put_count(cols, bytes);
    match m.storage() {
        Storage::Dense(d) => {
            let rows: Vec<Vec<(usize, f64)>> = (top..top + rows)
                .map(|i| d.row(i)[left..left + cols].iter().copied().enumerate().filter(|&(_, x)| x != 0.0).collect())
                .collect();
            put_cells(&rows, cols, bytes);
        }
        Storage::Csr(s) => {
            let within = |i: usize| {
                let (at, values) = s.row(i);
                let from = at.partition_point(|&j| (j as usize) < left);
                let to = at.partition_point(|&j| (j as usize) < left + cols);
                (from..to).map(|k| (at[k] as usize - left, values[k])).filter(|&(_, x)| x != 0.0).collect()
            };
            let rows: Vec<Vec<(usize, f64)>> = (top..top + rows).map(within).collect();
            put_cells(&rows, cols, bytes);
        }
    }
    let length = (bytes.len() - start - 8) as u32;
    bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
}

fn put_count(n: usize, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(n as u32).to_be_bytes());
}

/// In the kind that takes fewer bytes.
fn put_cells(rows: &[Vec<(usize, f64)>], cols: usize, bytes: &mut Vec<u8>) {
    let nnz: usize = rows.iter().map(Vec::len).sum();
    if nnz == 0 {
        return bytes.push(0);
    }
    if 4 + 4 * rows.len() + 12 * nnz >= 8 * rows.len() * cols {
        bytes.push(3);
        let mut line = vec![0.0; cols];
        for row in rows {
            line.fill(0.0);
            row.iter().for_each(|&(j, x)| line[j] = x);
            line.iter().for_each(|x| bytes.extend_from_slice(&x.to_be_bytes()));
        }
        return;
    }
    bytes.push(2);
    put_count(nnz, bytes);
    for row in rows {
        put_count(row.len(), bytes);
        for &(j, x) in row {
            put_count(j, bytes);
            bytes.extend_from_slice(&x.to_be_bytes());
        }
    }
}
