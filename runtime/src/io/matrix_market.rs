//! Matrix Market files: coordinate and array; real, integer, pattern; general, symmetric, skew-symmetric.
//!
//! Beyond the definition of the format (<https://math.nist.gov/MatrixMarket/formats.html>), as SciPy: a cell given
//! twice is the sum, comments and blank lines may stand anywhere, and entries of a symmetric matrix above the diagonal
//! are mirrored too (with a warning). A banner with one `%`, as some programs write it, is as good.

use lac_grammar::Diagnostic;

use super::Metadata;
use super::error::{LineError, about, count, quoted};
use super::scan::{self, fields, line_end, number, value_of};
use super::source::{Chunk, Source};
use super::triplets::{Builder, Entries, cell, mirrored};
use crate::kernel::simd::{Kernel, dispatch};
use crate::{Dense, Matrix, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// `i j value` a line.
    Coordinate,
    /// All values, column by column.
    Array,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symmetry {
    General,
    Symmetric,
    Skew,
}

/// What stands before the entries.
#[derive(Clone, Copy, Debug)]
struct Header {
    layout: Layout,
    pattern: bool,
    symmetry: Symmetry,
    rows: u64,
    cols: u64,
    /// Entries that follow.
    entries: u64,
}

/// The shape and, where it is bounded, the number of nonzeros, from the header alone.
pub(super) fn metadata(mut source: Source, told: &Metadata) -> Result<Metadata> {
    let header = header(&mut source)?;
    told.check(source.path(), header.rows, header.cols)?;
    let both_sides = if header.symmetry == Symmetry::General { 1 } else { 2 };
    let cells = header.rows.saturating_mul(header.cols);
    let nnz = told.nnz.or(Some(header.entries.saturating_mul(both_sides).min(cells)));
    Ok(Metadata { rows: Some(header.rows), cols: Some(header.cols), nnz, ..told.clone() })
}

pub(super) fn read(mut source: Source, told: &Metadata) -> Result<(Matrix, Vec<Diagnostic>)> {
    let header = header(&mut source)?;
    told.check(source.path(), header.rows, header.cols)?;
    match header.layout {
        Layout::Coordinate => coordinate(source, header),
        Layout::Array => array(source, header).map(|matrix| (matrix, vec![])),
    }
}

fn header(source: &mut Source) -> Result<Header> {
    let path = source.path().to_owned();
    let banner = source.next_line()?.unwrap_or_default();
    let words: Vec<String> = fields(&banner).map(|(_, w)| String::from_utf8_lossy(w).to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ["%%matrixmarket" | "%matrixmarket", "matrix", layout, field, symmetry] = words[..] else {
        let message = format!("a Matrix Market file begins with a banner, not with {}", quoted(&banner));
        let help =
            "the banner reads: %%MatrixMarket matrix coordinate real general; if the file has another format, say so";
        return Err(LineError::new("E0405", 0, 1, message).help(help).in_file(&path, 0));
    };
    let unsupported = |what: &str, names: &str| {
        let message = format!("\"{what}\" matrices are not supported");
        LineError::new("E0404", 0, 1, message).help(format!("supported are {names}")).in_file(&path, 0)
    };
    let layout = match layout {
        "coordinate" => Layout::Coordinate,
        "array" => Layout::Array,
        other => return Err(unsupported(other, "coordinate and array")),
    };
    let pattern = match field {
        "real" | "integer" | "double" => false,
        "pattern" if layout == Layout::Coordinate => true,
        other => return Err(unsupported(other, "real, integer and (with coordinate) pattern")),
    };
    let symmetry = match symmetry {
        "general" => Symmetry::General,
        "symmetric" => Symmetry::Symmetric,
        "skew-symmetric" if !pattern => Symmetry::Skew,
        other => return Err(unsupported(other, "general, symmetric and (with values) skew-symmetric")),
    };
    let (rows, cols, entries) = sizes(source, layout, symmetry)?;
    Ok(Header { layout, pattern, symmetry, rows, cols, entries })
}

/// The line of sizes: rows, columns, and for coordinate the number of entries.
fn sizes(source: &mut Source, layout: Layout, symmetry: Symmetry) -> Result<(u64, u64, u64)> {
    let path = source.path().to_owned();
    let line = loop {
        match source.next_line()? {
            None => return Err(Box::new(about("E0405", &path, "the file ends before the line of sizes"))),
            Some(line) if is_comment(&line) => {}
            Some(line) => break line,
        }
    };
    let fail = |column, message: String| LineError::new("E0405", 0, column, message).in_file(&path, source.line() - 1);
    let mut sizes = vec![];
    for (column, field) in fields(&line) {
        let size = scan::whole_integer(field);
        sizes.push(size.ok_or_else(|| fail(column, format!("a size is expected, not {}", quoted(field))))?);
    }
    let (rows, cols, entries) = match (layout, &sizes[..]) {
        (Layout::Coordinate, &[rows, cols, entries]) => (rows, cols, Some(entries)),
        (Layout::Array, &[rows, cols]) => (rows, cols, None),
        (Layout::Coordinate, _) => return Err(fail(1, "the sizes are expected: rows, columns, entries".into())),
        (Layout::Array, _) => return Err(fail(1, "the sizes are expected: rows, columns".into())),
    };
    if symmetry != Symmetry::General && rows != cols {
        return Err(fail(1, format!("a symmetric matrix cannot be {rows} x {cols}")));
    }
    super::check_size(&path, rows, cols)?;
    let entries = entries.unwrap_or_else(|| match symmetry {
        Symmetry::General => rows.saturating_mul(cols),
        Symmetry::Symmetric => rows.saturating_mul(rows + 1) / 2,
        Symmetry::Skew => rows.saturating_mul(rows.saturating_sub(1)) / 2,
    });
    Ok((rows, cols, entries))
}

/// A comment or a blank line.
fn is_comment(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), None | Some(b'%'))
}

fn check_entries(source_path: &std::path::Path, header: &Header, found: u64, lines: u64) -> Result<()> {
    if found == header.entries {
        return Ok(());
    }
    let promised = count(header.entries, "entry");
    let message = match found < header.entries {
        true => format!("the header promises {promised}, the file ends after {found} (line {lines})"),
        false => format!("the header promises {promised}, the file has {found}"),
    };
    let help = match found < header.entries {
        true => "the file is truncated, or its header is wrong",
        false => "the header is wrong, or two files were joined",
    };
    Err(Box::new(about("E0408", source_path, message).help(help)))
}

fn coordinate(source: Source, header: Header) -> Result<(Matrix, Vec<Diagnostic>)> {
    let (path, context) = (source.path().to_owned(), source.context().clone());
    let mut builder = Builder::new(header.rows as usize, header.cols as usize, header.pattern, &context)?;
    if header.symmetry != Symmetry::General {
        builder = builder.without_sketch();
    }
    let mut above = 0u64;
    let parse = |chunk: &Chunk, found: &mut Entries| match (header.pattern, header.symmetry) {
        (true, _) => entries::<false, false>(chunk, &header, found),
        (false, Symmetry::Skew) => entries::<true, true>(chunk, &header, found),
        (false, _) => entries::<true, false>(chunk, &header, found),
    };
    let lines = source.parse(parse, |entries| {
        if header.symmetry != Symmetry::General {
            above += entries.above_diagonal();
        }
        builder.append(entries, &context)
    })?;
    check_entries(&path, &header, builder.stored() as u64, lines)?;
    let read = builder.finish(&context)?;
    let read = match header.symmetry {
        Symmetry::General => read,
        Symmetry::Symmetric => mirrored(&read.0, 1.0, &context)?,
        Symmetry::Skew => mirrored(&read.0, -1.0, &context)?,
    };
    let warning = (above > 0).then(|| {
        let message = format!("{} above the diagonal of a symmetric matrix; mirrored too", count(above, "entry"));
        Diagnostic::warning("W0403", format!("{}: {message}", path.display()))
            .note("the format has only entries on and below the diagonal; a cell given on both sides is summed")
    });
    Ok((super::stored_well(read, &context), warning.into_iter().collect()))
}

/// The entries of a chunk; with `VALUES`, a value behind each pair of indices.
fn entries<const VALUES: bool, const SKEW: bool>(
    chunk: &Chunk,
    header: &Header,
    found: &mut Entries,
) -> std::result::Result<u64, Box<LineError>> {
    let inside = |i: u64, j: u64| i < header.rows && j < header.cols && !(SKEW && i == j);
    let unusual = |line: &[u8], number_of_line| {
        if is_comment(line) {
            return Ok(None);
        }
        let (i, j, x) = entry(line, number_of_line, (header.rows, header.cols), VALUES)?;
        if SKEW && i == j && x != 0.0 {
            let message = format!("({0}, {0}) is on the diagonal, which is 0 in a skew-symmetric matrix", i + 1);
            return Err(LineError::new("E0406", number_of_line, 1, message));
        }
        Ok(Some((i, j, x)))
    };
    dispatch(EachLine::<_, _, VALUES> { chunk, found, inside, unusual })
}

/// Finds the entries of a chunk, with `VALUES` a value behind each pair of indices; returns the number of lines.
pub(super) struct EachLine<'a, Inside, Unusual, const VALUES: bool> {
    pub chunk: &'a Chunk,
    pub found: &'a mut Entries,
    /// Whether 0-based indices lie within the matrix.
    pub inside: Inside,
    /// Is given each line that is not spelled as nearly all are or not `inside`, and its number.
    pub unusual: Unusual,
}

type LineResult<T> = std::result::Result<T, Box<LineError>>;

impl<Inside, Unusual, const VALUES: bool> Kernel for EachLine<'_, Inside, Unusual, VALUES>
where
    Inside: Fn(u64, u64) -> bool,
    Unusual: Fn(&[u8], u64) -> LineResult<Option<(u64, u64, f64)>>,
{
    type Output = LineResult<u64>;

    #[inline(always)]
    fn run(self) -> LineResult<u64> {
        let EachLine { chunk, found: Entries { cells, values, stops }, inside, unusual } = self;
        let (bytes, end) = (chunk.bytes(), chunk.len());
        let mut stops = stops.find(bytes);
        // A line has as many stops as it has fields, or more.
        let most = stops.len() / if VALUES { 3 } else { 2 } + 1;
        cells.resize(most, 0);
        values.resize(if VALUES { most } else { 0 }, 0.0);
        let (cells_out, values_out) = (&mut cells[..most], &mut values[..if VALUES { most } else { 0 }]);
        let (mut at, mut kept, mut without) = (0, 0, 0);
        while at < end {
            let (i, j, x);
            if let Some((row, col, value, used)) = usual_entry::<VALUES>(bytes, at, stops)
                && inside(row, col)
            {
                (i, j, x) = (row, col, value);
                at = stops[used - 1] as usize + 1;
                stops = &stops[used..];
            } else {
                let newline = line_end(bytes, at, end);
                let entry = unusual(&bytes[at..newline], (kept + without) as u64)?;
                at = newline + 1;
                stops = behind(stops, at);
                let Some(entry) = entry else {
                    without += 1;
                    continue;
                };
                (i, j, x) = entry;
            }
            cells_out[kept] = cell(i, j);
            if VALUES {
                values_out[kept] = x;
            }
            kept += 1;
        }
        cells.truncate(kept);
        values.truncate(kept);
        Ok((kept + without) as u64)
    }
}

/// The stops from a place on.
#[cold]
fn behind(stops: &[u32], at: usize) -> &[u32] {
    &stops[stops.iter().take_while(|&&stop| (stop as usize) < at).count()..]
}

/// The 0-based indices and the value of a line `i j` or, with `VALUES`, `i j value`, and how many of the `stops` from
/// its beginning are its own, the last being its newline.
///
/// `None` unless the line is spelled as nearly all are: single blanks, indices of at most 8 digits. An index 0 gives
/// 2^64 - 1.
#[inline(always)]
fn usual_entry<const VALUES: bool>(bytes: &[u8], at: usize, stops: &[u32]) -> Option<(u64, u64, f64, usize)> {
    let stops_of_line: &[u32; 3] = stops.first_chunk()?;
    // Indices and short values lie within 27 bytes: nothing else is to be checked when one of them is looked at.
    let line: &[u8; 64] = bytes.get(at..)?.first_chunk()?;
    let [behind_row, behind_column, behind_value] = stops_of_line.map(|stop| (stop as usize).wrapping_sub(at));
    let is_short = |length: usize| length.wrapping_sub(1) < 8;
    let (n, m) = (behind_row, behind_column.wrapping_sub(behind_row + 1));
    if !is_short(n) || !is_short(m) || line[n] != b' ' {
        return None;
    }
    let behind_column = n + 1 + m;
    let i = value_of(line, 0, n).wrapping_sub(1);
    let j = value_of(line, n + 1, m).wrapping_sub(1);
    if !VALUES {
        return (line[behind_column] == b'\n').then_some((i, j, 1.0, 2));
    }
    if line[behind_column] != b' ' {
        return None;
    }
    let length = behind_value.wrapping_sub(behind_column + 1);
    if is_short(length) && line[behind_column + 1 + length] == b'\n' {
        return Some((i, j, value_of(line, behind_column + 1, length) as f64, 3));
    }
    let (value, used) = usual_number(bytes, at + behind_column + 1, &stops[2..])?;
    Some((i, j, value, used + 2))
}

/// The number that stands at `at` and ends its line, and how many of the `stops` it and the newline take.
#[inline(never)]
fn usual_number(bytes: &[u8], at: usize, stops: &[u32]) -> Option<(f64, usize)> {
    if let Some(decimal) = scan::decimal_line(bytes, at, stops) {
        return Some(decimal);
    }
    let (value, end) = number(bytes, at)?;
    let inner = stops.iter().take_while(|&&stop| (stop as usize) < end).count();
    (stops.get(inner) == Some(&(end as u32)) && bytes[end] == b'\n').then_some((value, inner + 1))
}

/// An entry in any legal spelling, with 0-based indices; or what is wrong with it.
pub(super) fn entry(
    line: &[u8],
    number_of_line: u64,
    shape: (u64, u64),
    with_value: bool,
) -> std::result::Result<(u64, u64, f64), Box<LineError>> {
    let fail = |code, column, message: String| LineError::new(code, number_of_line, column, message);
    let mut fields = fields(line);
    let expected = if with_value { "a row, a column and a value" } else { "a row and a column" };
    let mut field = || {
        fields.next().ok_or_else(|| {
            fail("E0406", line.len() + 1, format!("{expected} are expected, the line is {}", quoted(line)))
        })
    };
    let mut index = |what: &str, bound: u64| {
        let (column, text) = field()?;
        let index = scan::whole_integer(text)
            .ok_or_else(|| fail("E0406", column, format!("a {what} index is expected, not {}", quoted(text))))?;
        match bound {
            _ if index == 0 => Err(fail("E0407", column, format!("the {what} index is 0; they count from 1"))),
            _ if index > bound => {
                let size = count(bound, what);
                Err(fail("E0407", column, format!("{what} {index} is outside of the matrix, which has {size}")))
            }
            _ if index > super::LARGEST => {
                Err(fail("E0602", column, format!("{what} {index} is beyond the largest supported index, 2^32")))
            }
            _ => Ok(index - 1),
        }
    };
    let i = index("row", shape.0)?;
    let j = index("column", shape.1)?;
    let mut value = 1.0;
    if with_value {
        let (column, text) = field()?;
        value = scan::whole_number(text)
            .ok_or_else(|| fail("E0406", column, format!("a number is expected, not {}", quoted(text))))?;
    }
    match fields.next() {
        None => Ok((i, j, value)),
        Some((column, text)) => {
            Err(fail("E0406", column, format!("{expected} are expected, but {} follows", quoted(text))))
        }
    }
}

fn array(source: Source, header: Header) -> Result<Matrix> {
    let (path, context) = (source.path().to_owned(), source.context().clone());
    let (rows, cols) = (header.rows as usize, header.cols as usize);
    let mut values: Vec<f64> = vec![];
    let lines = source.parse(array_values, |chunk: &Vec<f64>| {
        values.extend_from_slice(chunk);
        context.reserve(16 * values.len() as u64, || format!("a dense matrix of {} values or more", values.len()))
    })?;
    check_entries(&path, &header, values.len() as u64, lines)?;
    context.reserve_dense(rows, cols)?;
    let mut dense = vec![0.0; rows * cols];
    let mut next = values.into_iter();
    for j in 0..cols {
        let first = match header.symmetry {
            Symmetry::General => 0,
            Symmetry::Symmetric => j,
            Symmetry::Skew => j + 1,
        };
        for (i, x) in (first..rows).zip(&mut next) {
            dense[i * cols + j] = x;
            match header.symmetry {
                Symmetry::General => {}
                Symmetry::Symmetric => dense[j * cols + i] = x,
                Symmetry::Skew => dense[j * cols + i] = -x,
            }
        }
    }
    Ok(super::dense_stored_well(Dense::new(rows, cols, dense)))
}

fn array_values(chunk: &Chunk, values: &mut Vec<f64>) -> std::result::Result<u64, Box<LineError>> {
    let (bytes, end) = (chunk.bytes(), chunk.len());
    values.reserve(end / 4);
    let (mut at, mut lines) = (0, 0);
    while at < end {
        match number(bytes, at) {
            Some((x, next)) if bytes.get(next) == Some(&b'\n') => {
                values.push(x);
                at = next + 1;
            }
            _ => {
                let newline = line_end(bytes, at, end);
                let line = &bytes[at..newline];
                if !is_comment(line) {
                    for (column, field) in fields(line) {
                        let fail = || format!("a number is expected, not {}", quoted(field));
                        values.push(
                            scan::whole_number(field).ok_or_else(|| LineError::new("E0406", lines, column, fail()))?,
                        );
                    }
                }
                at = newline + 1;
            }
        }
        lines += 1;
    }
    Ok(lines)
}

/// What stands before the entries of a matrix written as coordinate real general.
pub(super) fn header_of(matrix: &Matrix) -> String {
    format!("%%MatrixMarket matrix coordinate real general\n{} {} {}\n", matrix.rows(), matrix.cols(), matrix.nnz())
}
