//! Blocks of matrices: empty, dense, by rows, or, where rows have less than a nonzero each, by cells.

use std::ops::Range;
use std::path::Path;

use lac_grammar::Diagnostic;

use super::{BLOCK, Bytes, Content, Writer};
use crate::io::error::about;
use crate::io::{Metadata, ReadOptions, check_size, is_dense, mtd};
use crate::{Context, Csr, Dense, Matrix, Result, Storage};

const KEY: &str = "org.apache.sysds.runtime.matrix.data.MatrixIndexes";
const VALUE: &str = "org.apache.sysds.runtime.matrix.data.MatrixBlock";

/// How a block is stored: the byte after its size.
const EMPTY: u8 = 0;
const CELLS: u8 = 1;
const ROWS: u8 = 2;
const DENSE: u8 = 3;

pub fn write(matrix: &Matrix, path: &Path, context: &Context) -> Result<crate::io::output::Output> {
    let mut writer = Writer::create(path, KEY, VALUE)?;
    let (rows, cols) = matrix.shape();
    for i in (0..rows).step_by(BLOCK) {
        if context.take_interrupt() {
            return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was written")));
        }
        for j in (0..cols).step_by(BLOCK) {
            let key = [i, j].map(|x| ((x / BLOCK + 1) as u64).to_be_bytes()).concat();
            let block = block(matrix, i..(i + BLOCK).min(rows), j..(j + BLOCK).min(cols));
            writer.record(&key, &block)?;
        }
    }
    Ok(writer.output)
}

/// The nonzeros of a row in some columns, which are counted from the first of these.
fn nonzeros(matrix: &Matrix, i: usize, cols: &Range<usize>, mut f: impl FnMut(usize, f64)) {
    match matrix.storage() {
        Storage::Dense(d) => {
            let cells = d.row(i)[cols.clone()].iter().enumerate();
            cells.filter(|(_, x)| **x != 0.0).for_each(|(j, &x)| f(j, x));
        }
        Storage::Csr(s) => {
            let (columns, values) = s.row(i);
            let first = columns.partition_point(|&j| (j as usize) < cols.start);
            let entries = columns[first..].iter().zip(&values[first..]);
            let within = entries.take_while(|(j, _)| (**j as usize) < cols.end).filter(|(_, x)| **x != 0.0);
            within.for_each(|(&j, &x)| f(j as usize - cols.start, x));
        }
    }
}

fn block(matrix: &Matrix, rows: Range<usize>, cols: Range<usize>) -> Vec<u8> {
    let mut nnz = 0;
    rows.clone().for_each(|i| nonzeros(matrix, i, &cols, |_, _| nnz += 1));
    let vector = cols.len() == 1;
    let sizes = [
        (CELLS, nnz * if vector { 12 } else { 16 }),
        (ROWS, 4 * rows.len() + 12 * nnz),
        (DENSE, 8 * rows.len() * cols.len()),
    ];
    let smallest = sizes.into_iter().filter(|(kind, _)| !(vector && *kind == ROWS)).min_by_key(|(_, size)| *size);
    let (kind, size) = if nnz == 0 { (EMPTY, 0) } else { smallest.unwrap_or(sizes[2]) };
    let mut bytes = Vec::with_capacity(size + 13);
    let int = |bytes: &mut Vec<u8>, n: usize| bytes.extend_from_slice(&(n as u32).to_be_bytes());
    int(&mut bytes, rows.len());
    int(&mut bytes, cols.len());
    bytes.push(kind);
    if kind == CELLS || kind == ROWS {
        int(&mut bytes, nnz);
    }
    for (k, i) in rows.enumerate() {
        match kind {
            CELLS => nonzeros(matrix, i, &cols, |j, x| {
                int(&mut bytes, k);
                if !vector {
                    int(&mut bytes, j);
                }
                bytes.extend_from_slice(&x.to_be_bytes());
            }),
            ROWS => {
                let mut count = 0;
                nonzeros(matrix, i, &cols, |_, _| count += 1);
                int(&mut bytes, count);
                nonzeros(matrix, i, &cols, |j, x| {
                    int(&mut bytes, j);
                    bytes.extend_from_slice(&x.to_be_bytes());
                });
            }
            DENSE => cols.clone().for_each(|j| bytes.extend_from_slice(&matrix.get(i, j).to_be_bytes())),
            _ => {}
        }
    }
    bytes
}

/// A block as it lies in a file.
struct Block<'a> {
    /// Its place among the cells of the matrix.
    first: (usize, usize),
    rows: usize,
    cols: usize,
    kind: u8,
    cells: Bytes<'a>,
}

impl<'a> Block<'a> {
    fn parse(mut key: Bytes<'a>, mut value: Bytes<'a>, side: usize) -> Result<Block<'a>> {
        let first = |n: u64| usize::try_from(n).ok()?.checked_sub(1)?.checked_mul(side);
        let first = first(key.u64()?).zip(first(key.u64()?)).ok_or_else(|| key.damaged())?;
        let (rows, cols, kind) = (value.u32()? as usize, value.u32()? as usize, value.u8()?);
        if rows > side || cols > side || kind > DENSE {
            return Err(value.damaged());
        }
        Ok(Block { first, rows, cols, kind, cells: value })
    }

    fn nonzeros(&self) -> Result<u64> {
        let mut cells = self.cells;
        match self.kind {
            EMPTY => Ok(0),
            DENSE => Ok((self.rows * self.cols) as u64),
            CELLS => cells.u32().map(u64::from),
            _ => self.count(&mut cells),
        }
    }

    /// Blocks that are larger than this count in 8 bytes.
    fn count(&self, cells: &mut Bytes) -> Result<u64> {
        if (self.rows * self.cols) as u64 > i32::MAX as u64 { cells.u64() } else { cells.u32().map(u64::from) }
    }

    /// Its entries, each with row and column in the matrix.
    fn each(&self, mut f: impl FnMut(usize, usize, f64)) -> Result<()> {
        let mut cells = self.cells;
        let (r, c) = self.first;
        let mut put = |i: usize, j: usize, x: f64| match i < self.rows && j < self.cols {
            true => {
                f(r + i, c + j, x);
                Ok(())
            }
            false => Err(self.cells.damaged()),
        };
        match self.kind {
            EMPTY => {}
            DENSE => {
                for k in 0..self.rows * self.cols {
                    let x = cells.f64()?;
                    if x != 0.0 {
                        put(k / self.cols, k % self.cols, x)?;
                    }
                }
            }
            CELLS => {
                for _ in 0..cells.u32()? {
                    let i = cells.u32()? as usize;
                    let j = if self.cols == 1 { 0 } else { cells.u32()? as usize };
                    put(i, j, cells.f64()?)?;
                }
            }
            _ => {
                self.count(&mut cells)?;
                for i in 0..self.rows {
                    for _ in 0..cells.u32()? {
                        let j = cells.u32()? as usize;
                        put(i, j, cells.f64()?)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The matrix of a binary file, and what is told of it.
pub fn read(path: &Path, options: &ReadOptions, context: &Context) -> Result<(Matrix, Metadata)> {
    let told = mtd::merge(path, mtd::load(path)?, options)?;
    let content = Content::read(path, context)?;
    let side = told.block.map_or(BLOCK, |side| side as usize);
    let mut blocks = vec![];
    for [key, value] in content.records(VALUE)? {
        blocks.push(Block::parse(key, value, side)?);
    }
    blocks.sort_by_key(|block| block.first);
    let extent = |f: fn(&Block) -> usize| blocks.iter().map(f).max().unwrap_or(0);
    let (found_rows, found_cols) = (extent(|b| b.first.0 + b.rows), extent(|b| b.first.1 + b.cols));
    let rows = told.rows.map_or(found_rows, |n| n as usize);
    let cols = told.cols.map_or(found_cols, |n| n as usize);
    if found_rows > rows || found_cols > cols {
        let message = format!("the blocks reach to cell [{found_rows}, {found_cols}] of a {rows} x {cols} matrix");
        return Err(Box::new(about("E0407", path, message).help("correct the arguments or the .mtd file")));
    }
    check_size(path, rows as u64, cols as u64)?;
    let mut nnz = 0;
    for block in &blocks {
        nnz += block.nonzeros()?;
    }
    let matrix = match is_dense(nnz, rows, cols) && context.reserve_dense(rows, cols).is_ok() {
        true => dense(&blocks, rows, cols)?,
        false => sparse(path, &blocks, rows, cols, context)?,
    };
    Ok((matrix, told))
}

fn dense(blocks: &[Block], rows: usize, cols: usize) -> Result<Matrix> {
    let mut values = vec![0.0; rows * cols];
    for block in blocks {
        block.each(|i, j, x| values[i * cols + j] = x)?;
    }
    Ok(Matrix::new(Dense::new(rows, cols, values)))
}

/// Blocks in order give the columns of each row in order.
fn sparse(path: &Path, blocks: &[Block], rows: usize, cols: usize, context: &Context) -> Result<Matrix> {
    context.reserve(8 * (rows as u64 + 1), || format!("the row offsets of a {rows} x {cols} matrix"))?;
    let mut offsets = vec![0; rows + 1];
    for block in blocks {
        block.each(|i, _, _| offsets[i + 1] += 1)?;
    }
    for i in 0..rows {
        offsets[i + 1] += offsets[i];
    }
    let stored = offsets[rows];
    context.reserve(12 * stored as u64, || format!("{stored} nonzeros of a {rows} x {cols} matrix"))?;
    let (mut columns, mut values, mut next) = (vec![0; stored], vec![0.0; stored], offsets.clone());
    for block in blocks {
        block.each(|i, j, x| {
            (columns[next[i]], values[next[i]]) = (j as u32, x);
            next[i] += 1;
        })?;
    }
    let csr = Csr::try_new(rows, cols, offsets, columns, values).map_err(|why| about("E0406", path, why))?;
    Ok(Matrix::new(csr))
}
