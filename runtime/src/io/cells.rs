//! Text cells: `i j value` a line, 1-based, in any order; cells not given are 0. The default format of SystemDS.

use lac_grammar::Diagnostic;

use super::Metadata;
use super::error::LineError;
use super::matrix_market::{EachLine, entry};
use super::scan::Stops;
use super::source::{Chunk, Source};
use super::triplets::{Builder, Entries};
use crate::kernel::simd::dispatch;
use crate::{Matrix, Result};

/// The shape is the one told; a size not told is the largest index of the file. A cell given twice is the sum.
pub(super) fn read(source: Source, told: &Metadata) -> Result<(Matrix, Vec<Diagnostic>)> {
    let (path, context) = (source.path().to_owned(), source.context().clone());
    super::check_size(&path, told.rows.unwrap_or(0), told.cols.unwrap_or(0))?;
    // The shape is known only after the last cell, so the chunks are kept as they are.
    let mut chunks: Vec<Entries> = vec![];
    let (mut rows, mut cols, mut stored) = (0, 0, 0);
    source.parse(
        |chunk, found| cells(chunk, told.rows, told.cols, found),
        |chunk: &Entries| {
            stored += chunk.cells.len() as u64;
            context.reserve(28 * stored, || format!("a sparse matrix of {stored} entries or more"))?;
            let (i, j) = chunk.extent();
            (rows, cols) = (rows.max(i), cols.max(j));
            chunks.push(Entries { stops: Stops::default(), ..chunk.clone() });
            Ok(())
        },
    )?;
    let (rows, cols) = (told.rows.unwrap_or(rows) as usize, told.cols.unwrap_or(cols) as usize);
    let mut builder = Builder::new(rows, cols, false, &context)?;
    for chunk in chunks {
        builder.append(&chunk, &context)?;
    }
    let read = builder.finish(&context)?;
    Ok((super::stored_well(read, &context), vec![]))
}

fn cells(
    chunk: &Chunk,
    rows: Option<u64>,
    cols: Option<u64>,
    found: &mut Entries,
) -> std::result::Result<u64, Box<LineError>> {
    let shape = (rows.unwrap_or(u64::MAX), cols.unwrap_or(u64::MAX));
    let inside = |i: u64, j: u64| i < shape.0.min(super::LARGEST) && j < shape.1.min(super::LARGEST);
    let unusual = |line: &[u8], number_of_line| match line.trim_ascii() {
        [] => Ok(None),
        _ => entry(line, number_of_line, shape, true).map(Some),
    };
    dispatch(EachLine::<_, _, true> { chunk, found, inside, unusual })
}
