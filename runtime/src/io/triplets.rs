//! Entries (row, column, value) in the order of a file, made to a CSR matrix.
//!
//! Most files are sorted by row or by column. What is sorted by row is CSR as soon as its rows are counted; what is
//! sorted by column is the CSR form of the transpose. Only what is neither is bucketed by row and sorted within rows.
//! Entries of the same cell are summed in the order of the file, as SciPy does.

use lac_compiler::sketch::{ColumnsMet, Sketch};

use super::scan::Stops;
use super::source::Recycle;
use crate::{Context, Csr, Facts, Result};

/// A cell in one word, 0-based: the row in the high half, the column in the low half. Ordered by row, then column.
#[inline(always)]
pub(super) fn cell(row: u64, col: u64) -> u64 {
    row << 32 | col
}

fn row(cell: u64) -> u32 {
    (cell >> 32) as u32
}

fn col(cell: u64) -> u32 {
    cell as u32
}

/// Entries of a chunk of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// See [`cell`].
    pub cells: Vec<u64>,
    /// Empty if all are 1.
    pub values: Vec<f64>,
    /// Of the text that is parsed.
    pub stops: Stops,
}

impl Recycle for Entries {
    /// Its entries are written over: they need no clearing.
    fn clear(&mut self) {}
}

impl Entries {
    /// The number of rows and of columns that hold all entries.
    pub fn extent(&self) -> (u64, u64) {
        let most = |of: fn(u64) -> u32| self.cells.iter().map(|&c| u64::from(of(c)) + 1).max().unwrap_or(0);
        (most(row), most(col))
    }

    /// The number of entries above the diagonal.
    pub fn above_diagonal(&self) -> u64 {
        self.cells.iter().filter(|&&c| row(c) < col(c)).count() as u64
    }
}

/// By what the entries so far are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The major index is the row.
    Rows,
    /// The major index is the column.
    Cols,
    /// All rows are kept.
    Any,
}

/// A matrix, its facts, and its sketch if it was made on the way.
pub(super) type Read = (Csr, Facts, Option<Sketch>);

/// Collects the entries of a matrix whose shape is known.
#[derive(Debug)]
pub(super) struct Builder {
    rows: usize,
    cols: usize,
    pattern: bool,
    order: Order,
    /// `starts[i + 1]` counts the entries of major index i; none for [`Order::Any`].
    starts: Vec<usize>,
    /// The rows of the entries, for [`Order::Any`].
    row_of: Vec<u32>,
    /// The other indices of the entries.
    minor: Vec<u32>,
    values: Vec<f64>,
    /// Of the values, while no cell is given twice.
    facts: Facts,
    last: u64,
    /// The columns have not fallen so far.
    cols_rise: bool,
    /// Each entry is behind the one before it: no row needs sorting, no cell is given twice.
    strict: bool,
    /// The minor indices met, for the sketch, while the entries are strictly behind each other.
    met: Option<ColumnsMet>,
}

/// The most indices that are counted while a file is read.
const MOST_MET: usize = 1 << 28;

/// For minor and major indices below these, if there is room to count them.
fn met(minor: usize, major: usize, context: &Context) -> Option<ColumnsMet> {
    let fits = minor.max(major) <= MOST_MET && context.reserve(8 * minor as u64, String::new).is_ok();
    fits.then(|| ColumnsMet::new(minor as u64))
}

/// Whether each pair of neighbours is in order. Without an early exit this is a vector loop.
fn sorted<T: Copy>(items: &[T], in_order: impl Fn(T, T) -> bool) -> bool {
    items.windows(2).fold(true, |so_far, w| so_far & in_order(w[0], w[1]))
}

impl Builder {
    /// Takes memory for the row offsets only, if the budget allows.
    pub fn new(rows: usize, cols: usize, pattern: bool, context: &Context) -> Result<Builder> {
        let bytes = (rows as u64 + 1).saturating_mul(8);
        context.reserve(bytes, || format!("the row offsets of a {rows} x {cols} matrix"))?;
        Ok(Builder {
            rows,
            cols,
            pattern,
            order: Order::Rows,
            starts: vec![0; rows + 1],
            row_of: vec![],
            minor: vec![],
            values: vec![],
            facts: Facts::EMPTY,
            last: 0,
            cols_rise: true,
            strict: true,
            met: met(cols, rows, context),
        })
    }

    /// Makes no sketch: what is collected is not the whole matrix.
    pub fn without_sketch(self) -> Builder {
        Builder { met: None, ..self }
    }

    pub fn stored(&self) -> usize {
        self.minor.len()
    }

    /// Appends entries that lie within the shape.
    pub fn append(&mut self, entries: &Entries, context: &Context) -> Result<()> {
        let Entries { cells, values, .. } = entries;
        let (Some(&first), Some(&last)) = (cells.first(), cells.last()) else { return Ok(()) };
        self.reserve(cells.len(), context)?;
        self.cols_rise = self.cols_rise && col(self.last) <= col(first) && sorted(cells, |a, b| col(a) <= col(b));
        let behind = self.minor.is_empty() || self.last < first;
        let by_row = self.order == Order::Rows && behind && sorted(cells, |a, b| a < b);
        if !by_row {
            self.append_out_of_order(cells, context)?;
        }
        match self.order {
            Order::Any => self.row_of.extend(cells.iter().map(|&c| row(c))),
            Order::Rows => count(&mut self.starts, cells, row),
            Order::Cols => count(&mut self.starts, cells, col),
        }
        match self.order {
            Order::Cols => self.minor.extend(cells.iter().map(|&c| row(c))),
            _ => self.minor.extend(cells.iter().map(|&c| col(c))),
        }
        match &mut self.met {
            Some(met) if self.strict && self.order == Order::Rows => {
                met.extend(cells.iter().map(|&c| (row(c), col(c))))
            }
            Some(met) if self.strict && self.order == Order::Cols => {
                met.extend(cells.iter().map(|&c| (col(c), row(c))))
            }
            met => *met = None,
        }
        self.values.extend_from_slice(values);
        self.facts = self.facts.and(match self.pattern {
            true => Facts { nnz: cells.len() as u64, finite: true },
            false => Facts::of(values),
        });
        self.last = last;
        Ok(())
    }

    /// Finds the order that the entries still have with some that are not strictly behind by row and column.
    fn append_out_of_order(&mut self, cells: &[u64], context: &Context) -> Result<()> {
        let rows_rise = row(self.last) <= row(cells[0]) && sorted(cells, |a, b| row(a) <= row(b));
        match self.order {
            Order::Rows if !rows_rise => self.leave_row_order(context)?,
            Order::Cols if !self.cols_rise => self.leave_column_order(),
            _ => {}
        }
        // Half a turn makes the column the high half.
        let behind = self.minor.is_empty() || self.last.rotate_left(32) < cells[0].rotate_left(32);
        self.strict = self.strict
            && self.order == Order::Cols
            && behind
            && sorted(cells, |a, b| a.rotate_left(32) < b.rotate_left(32));
        Ok(())
    }

    /// Asks for the memory that the entries so far and `more` will take as a matrix.
    fn reserve(&self, more: usize, context: &Context) -> Result<()> {
        let entries = (self.minor.len() + more) as u64;
        let offsets = 8 * (self.starts.len() as u64 + if self.order == Order::Rows { 0 } else { self.rows as u64 });
        let per_entry = if self.order == Order::Rows { 12 } else { 28 };
        context.reserve(offsets + per_entry * entries, || format!("a sparse matrix of {entries} entries or more"))
    }

    /// The rows have fallen: goes on by column if the columns have not.
    fn leave_row_order(&mut self, context: &Context) -> Result<()> {
        let rows = expand(self.starts[1..].iter().copied());
        if !self.cols_rise {
            self.row_of = rows;
            self.starts = vec![];
            self.order = Order::Any;
            return Ok(());
        }
        let cols = std::mem::replace(&mut self.minor, rows);
        let bytes = (self.cols as u64 + 1).saturating_mul(8);
        context.reserve(bytes, || format!("the column offsets of a {} x {} matrix", self.rows, self.cols))?;
        self.starts = vec![0; self.cols + 1];
        for &j in &cols {
            self.starts[j as usize + 1] += 1;
        }
        self.met = self.met.take().and_then(|_| met(self.rows, self.cols, context));
        let entries = || cols.iter().copied().zip(self.minor.iter().copied());
        self.met.iter_mut().for_each(|met| met.extend(entries()));
        self.strict = cols.windows(2).zip(self.minor.windows(2)).all(|(j, i)| (j[0], i[0]) < (j[1], i[1]));
        self.order = Order::Cols;
        Ok(())
    }

    fn leave_column_order(&mut self) {
        let cols = expand(self.starts[1..].iter().copied());
        self.row_of = std::mem::replace(&mut self.minor, cols);
        self.starts = vec![];
        self.order = Order::Any;
    }

    /// What was collected.
    pub fn finish(mut self, context: &Context) -> Result<Read> {
        self.reserve(0, context)?;
        accumulate(&mut self.starts);
        let met = self.met.take();
        let sketch = self.sketch(met);
        if self.pattern && !self.strict {
            self.values = vec![1.0; self.minor.len()];
        }
        let (rows, cols, strict) = (self.rows, self.cols, self.strict);
        let (mut starts, mut indices, mut values) = match self.order {
            Order::Rows => (self.starts, self.minor, self.values),
            Order::Cols => {
                let cols = expand(self.starts.windows(2).map(|col| col[1] - col[0]));
                bucket(rows, &self.minor, &cols, &self.values)
            }
            Order::Any => bucket(rows, &self.row_of, &self.minor, &self.values),
        };
        if !strict {
            sort_rows(&starts, &mut indices, &mut values);
            sum_duplicates(&mut starts, &mut indices, &mut values);
        }
        if self.pattern && strict {
            values = vec![1.0; indices.len()];
        }
        let facts = if strict { self.facts } else { Facts::of(&values) };
        Ok((Csr::new(rows, cols, starts, indices, values), facts, sketch))
    }

    /// Of the pattern, where all that is stored is not 0 and there is more of it than there are rows and columns.
    fn sketch(&self, met: Option<ColumnsMet>) -> Option<Sketch> {
        let pays = self.facts.nnz == self.minor.len() as u64 && (self.rows + self.cols) / 4 <= self.minor.len();
        let met = met.filter(|_| self.strict && pays)?;
        let sketch = met.sketch(self.starts.len() as u64 - 1, &self.starts, &self.minor);
        Some(if self.order == Order::Cols { sketch.transpose() } else { sketch })
    }
}

/// Counts the entries of each major index, run by run.
fn count(counts: &mut [usize], cells: &[u64], major: fn(u64) -> u32) {
    for run in cells.chunk_by(|&a, &b| major(a) == major(b)) {
        counts[major(run[0]) as usize + 1] += run.len();
    }
}

/// The major index of each entry, from the number of entries of each.
fn expand(counts: impl Iterator<Item = usize> + Clone) -> Vec<u32> {
    let mut major = Vec::with_capacity(counts.clone().sum());
    for (i, n) in counts.enumerate() {
        major.resize(major.len() + n, i as u32);
    }
    major
}

fn accumulate(counts: &mut [usize]) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}

/// Stable counting sort of entries by row. `values` may be empty.
fn bucket(rows: usize, row_of: &[u32], cols: &[u32], values: &[f64]) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
    let mut starts = vec![0usize; rows + 1];
    for &i in row_of {
        starts[i as usize + 1] += 1;
    }
    accumulate(&mut starts);
    let mut next = starts.clone();
    let mut indices = vec![0u32; cols.len()];
    let mut sorted = vec![0.0; values.len()];
    for (k, (&i, &j)) in row_of.iter().zip(cols).enumerate() {
        let at = &mut next[i as usize];
        indices[*at] = j;
        if let Some(value) = values.get(k) {
            sorted[*at] = *value;
        }
        *at += 1;
    }
    (starts, indices, sorted)
}

/// Sorts the entries of each row by column; entries of a cell stay in their order.
fn sort_rows(starts: &[usize], indices: &mut [u32], values: &mut [f64]) {
    /// Fewer entries are sorted faster than another thread is woken.
    const ALONE: usize = 1 << 14;
    let rows = starts.len() - 1;
    if rows > 1 && indices.len() > ALONE {
        let middle = starts[0] + indices.len() / 2;
        let cut = starts.partition_point(|&start| start < middle).clamp(1, rows - 1);
        let (left, right) = indices.split_at_mut(starts[cut] - starts[0]);
        let (left_values, right_values) = values.split_at_mut(starts[cut] - starts[0]);
        rayon::join(
            || sort_rows(&starts[..=cut], left, left_values),
            || sort_rows(&starts[cut..], right, right_values),
        );
        return;
    }
    let mut scratch: Vec<(u32, f64)> = vec![];
    for row in starts.windows(2) {
        let range = row[0] - starts[0]..row[1] - starts[0];
        let (indices, values) = (&mut indices[range.clone()], &mut values[range]);
        if sorted(indices, |a, b| a <= b) {
            continue;
        }
        scratch.clear();
        scratch.extend(indices.iter().copied().zip(values.iter().copied()));
        scratch.sort_by_key(|&(j, _)| j);
        for (k, &(j, x)) in scratch.iter().enumerate() {
            (indices[k], values[k]) = (j, x);
        }
    }
}

/// Of rows sorted by column.
fn sum_duplicates(starts: &mut [usize], indices: &mut Vec<u32>, values: &mut Vec<f64>) {
    let (mut kept, mut begin) = (0, 0);
    for i in 0..starts.len() - 1 {
        let end = starts[i + 1];
        let row = kept;
        for k in begin..end {
            if kept > row && indices[kept - 1] == indices[k] {
                values[kept - 1] += values[k];
            } else {
                (indices[kept], values[kept]) = (indices[k], values[k]);
                kept += 1;
            }
        }
        begin = end;
        starts[i + 1] = kept;
    }
    indices.truncate(kept);
    values.truncate(kept);
}

/// A + A' without the diagonal of A' (or A - A' for `sign` = -1): the whole of a symmetric matrix of which the part
/// below the diagonal is given. A cell given on both sides is summed.
pub(super) fn mirrored(a: &Csr, sign: f64, context: &Context) -> Result<Read> {
    let stored = 2 * a.stored();
    context.reserve(24 * a.rows() as u64 + 12 * 2 * stored as u64, || {
        format!("a symmetric matrix of up to {stored} entries")
    })?;
    let t = a.transpose();
    let mut starts = Vec::with_capacity(a.rows() + 1);
    let (mut indices, mut values) = (Vec::with_capacity(stored), Vec::with_capacity(stored));
    starts.push(0);
    for i in 0..a.rows() {
        let mut own = a.row(i).0.iter().copied().zip(a.row(i).1.iter().copied()).peekable();
        for (&j, &y) in t.row(i).0.iter().zip(t.row(i).1) {
            if j as usize == i {
                continue;
            }
            let mut x = sign * y;
            while let Some((k, z)) = own.next_if(|&(k, _)| k <= j) {
                if k == j {
                    x += z;
                } else {
                    indices.push(k);
                    values.push(z);
                }
            }
            indices.push(j);
            values.push(x);
        }
        for (k, z) in own {
            indices.push(k);
            values.push(z);
        }
        starts.push(indices.len());
    }
    let facts = Facts::of(&values);
    let sketch =
        (facts.nnz == indices.len() as u64).then(|| Sketch::from_symmetric_pattern(a.rows() as u64, &starts, &indices));
    Ok((Csr::new(a.rows(), a.rows(), starts, indices, values), facts, sketch))
}

/// As [`sort_rows`], for rows that must not hold a cell twice: gives the row and the column of the first that does.
pub(super) fn sort_distinct(
    starts: &[usize],
    indices: &mut [u32],
    values: &mut [f64],
) -> std::result::Result<(), (usize, u32)> {
    sort_rows(starts, indices, values);
    for (i, row) in starts.windows(2).enumerate() {
        if let Some(pair) = indices[row[0]..row[1]].windows(2).find(|w| w[0] == w[1]) {
            return Err((i, pair[0]));
        }
    }
    Ok(())
}
