//! Sketches of given matrices: from their data, their counts or their metadata.

use super::axis::{Axis, Limits};
use super::counts::{Count, Counts};
use super::mnc::Sketch;
use super::nnz::{Nnz, cells};
use super::rule::{Rule, Why};

impl Sketch {
    /// Sketch of a CSR matrix, with the extended counts. Explicit zeros are not counted; NaN is a nonzero.
    ///
    /// Row `i` has the columns `indices[indptr[i]..indptr[i + 1]]`, in any order but without duplicates. O(nnz + rows + cols).
    ///
    /// # Panics
    /// If the arrays are not a CSR matrix of this shape.
    pub fn from_csr(rows: u64, cols: u64, indptr: &[usize], indices: &[u32], values: &[f64]) -> Sketch {
        from_nonzeros(rows, cols, indptr, indices, &|p| values[p] != 0.0, MAX_PART)
    }

    /// Sketch of a CSR pattern: as [`Sketch::from_csr`] without explicit zeros.
    pub fn from_csr_pattern(rows: u64, cols: u64, indptr: &[usize], indices: &[u32]) -> Sketch {
        assert_eq!(indptr.len() as u64, rows + 1, "one row pointer per row, and the end");
        if rows >= u64::from(MANY) {
            return from_nonzeros(rows, cols, indptr, indices, &|_| true, MAX_PART);
        }
        let mut columns = ColumnsMet::new(cols);
        let (mut row_of, mut begin, mut row) = ([0u32; 1 << 12], indptr[0], 0);
        for indices in indices[begin..indptr[rows as usize]].chunks(row_of.len()) {
            // Rows are often short, and a loop over each of them costs more than its work: their ends are counted where they are,
            // and the sums of these are the rows of the nonzeros.
            let (first, end) = (row as u32, begin + indices.len());
            row_of.fill(0);
            let ends = indptr[row + 1..].iter().take_while(|row_end| **row_end < end);
            row += ends.map(|row_end| row_of[row_end - begin] += 1).count();
            columns.extend(row_of.iter().zip(indices).scan(first, |i, (ends, &j)| {
                *i += ends;
                Some((*i, j))
            }));
            begin = end;
        }
        columns.sketch(rows, indptr, indices)
    }

    /// Sketch of a CSR pattern that is its own transpose: what is known of a row is known of its column. O(n), and of the nonzeros
    /// only those are looked at that are alone in their row.
    ///
    /// # Panics
    /// If the arrays are not a CSR matrix of this shape.
    pub fn from_symmetric_pattern(n: u64, indptr: &[usize], indices: &[u32]) -> Sketch {
        match n < u64::from(MANY) && !any_row_of(indptr, u16::LIMIT) {
            true => symmetric::<u16>(n, indptr, indices),
            false => Sketch::from_csr_pattern(n, n, indptr, indices),
        }
    }

    /// Sketch of a CSC matrix, with the extended counts: column `j` has the rows `indices[indptr[j]..indptr[j + 1]]`, in any
    /// order but without duplicates. Explicit zeros are not counted; NaN is a nonzero. O(nnz + rows + cols).
    ///
    /// # Panics
    /// If the arrays are not a CSC matrix of this shape.
    pub fn from_csc(rows: u64, cols: u64, indptr: &[usize], indices: &[u32], values: &[f64]) -> Sketch {
        Sketch::from_csr(cols, rows, indptr, indices, values).transpose()
    }

    /// Sketch of a matrix given as triplets in any order, with the extended counts. Cells given several times count once, if
    /// one of their values is not 0 (that they cancel is not looked for); NaN is a nonzero.
    /// O(rows + cols + t log t) for rows of t triplets, with 8 bytes a row and 4 a triplet of memory.
    ///
    /// ```
    /// use lac_compiler::sketch::{Nnz, Sketch};
    /// let edges = Sketch::from_coo(3, 3, &[2, 0, 2, 2], &[0, 1, 0, 1], &[1.0, 1.0, 0.5, 0.0]);
    /// assert_eq!(edges.nnz(), Nnz::exact(2));
    /// ```
    ///
    /// # Panics
    /// If the arrays differ in their lengths or an index leaves the matrix.
    pub fn from_coo(rows: u64, cols: u64, row_indices: &[u32], col_indices: &[u32], values: &[f64]) -> Sketch {
        let length = values.len();
        assert_eq!((row_indices.len(), col_indices.len()), (length, length), "a row and a column for each value");
        let nonzeros = || (0..length).filter(|&p| values[p] != 0.0).map(|p| (row_indices[p] as usize, col_indices[p]));
        let mut ends = vec![0usize; rows as usize + 1];
        nonzeros().for_each(|(i, _)| ends[i] += 1);
        // first the number of each row's triplets, then where they begin, then, when all are placed, where they end
        let mut begin = 0;
        for end in &mut ends {
            (begin, *end) = (begin + *end, begin);
        }
        let mut indices = vec![0u32; begin];
        for (i, j) in nonzeros() {
            indices[ends[i]] = j;
            ends[i] += 1;
        }
        let (mut indptr, mut from, mut kept) = (vec![0usize; rows as usize + 1], 0, 0);
        for i in 0..rows as usize {
            indices[from..ends[i]].sort_unstable();
            for p in from..ends[i] {
                if p == from || indices[p] != indices[p - 1] {
                    // never ahead of p, so the comparison with p - 1 sees what was sorted
                    indices[kept] = indices[p];
                    kept += 1;
                }
            }
            (from, indptr[i + 1]) = (ends[i], kept);
        }
        Sketch::from_csr_pattern(rows, cols, &indptr, &indices[..kept])
    }

    /// Sketch of a dense matrix in row-major order, with the extended counts. O(rows * cols).
    ///
    /// # Panics
    /// If there are not `rows * cols` values.
    pub fn from_dense(rows: u64, cols: u64, values: &[f64]) -> Sketch {
        assert_eq!(cells(rows, cols), values.len() as u64, "one value per cell");
        // There may be any number of rows without cells.
        if values.is_empty() && rows != cols {
            return Sketch::empty(rows, cols);
        }
        let (m, n) = (rows as usize, cols as usize);
        let (mut hr, mut hc) = (vec![0.0; m], vec![0.0; n]);
        let mut diagonal = m == n;
        for (i, row) in values.chunks_exact(n.max(1)).enumerate() {
            for (j, &value) in row.iter().enumerate() {
                let nonzero = value != 0.0;
                hr[i] += f64::from(u8::from(nonzero));
                hc[j] += f64::from(u8::from(nonzero));
                diagonal &= !nonzero | (i == j);
            }
        }
        let alone = is_extended(&hr, &hc).then(|| {
            let (mut her, mut hec) = (vec![0.0; m], vec![0.0; n]);
            for (i, row) in values.chunks_exact(n.max(1)).enumerate() {
                for (j, _) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                    her[i] += f64::from(u8::from(hc[j] == 1.0));
                    hec[j] += f64::from(u8::from(hr[i] == 1.0));
                }
            }
            (her, hec)
        });
        leaf(rows, cols, hr, hc, alone, diagonal)
    }

    /// Sketch of a matrix whose counts are known.
    ///
    /// # Panics
    /// If the vectors do not have the shape's lengths.
    pub fn from_counts(rows: u64, cols: u64, row_counts: Vec<f64>, col_counts: Vec<f64>) -> Sketch {
        assert_eq!((row_counts.len() as u64, col_counts.len() as u64), (rows, cols), "one count per row and column");
        leaf(rows, cols, row_counts, col_counts, None, false)
    }

    /// Sketch from metadata alone: O(1).
    pub fn uniform(rows: u64, cols: u64, nnz: Nnz) -> Sketch {
        let nnz = nnz.clamp(0, cells(rows, cols));
        let share = |len: u64| Counts::Uniform(if len == 0 { 0.0 } else { nnz.estimate / len as f64 });
        let by_row = Axis::estimated(rows, cols, share(rows), Limits::any(rows, cols));
        let by_col = Axis::estimated(cols, rows, share(cols), Limits::any(cols, rows));
        Sketch::assemble(nnz, by_row, by_col, false)
    }

    /// Every cell is nonzero: O(1).
    pub fn dense(rows: u64, cols: u64) -> Sketch {
        let nnz = Nnz::exact(cells(rows, cols));
        Sketch::assemble(nnz, Axis::full(rows, cols), Axis::full(cols, rows), false)
    }

    /// Every cell is zero: O(1).
    pub fn empty(rows: u64, cols: u64) -> Sketch {
        Sketch::assemble(Nnz::exact(0), Axis::empty(rows, cols), Axis::empty(cols, rows), false)
    }

    /// The `n` x `n` identity: O(1).
    pub fn identity(n: u64) -> Sketch {
        let ones = Axis::exact(n, n, Counts::Uniform(1.0));
        Sketch::assemble(Nnz::exact(n), ones.clone(), ones, true)
    }

    /// A diagonal matrix with nonzeros where `mask` is true.
    pub fn diagonal(mask: &[bool]) -> Sketch {
        let n = mask.len() as u64;
        let axis = Axis::exact(n, n, mask.iter().map(|&set| f64::from(u8::from(set))).collect::<Vec<_>>().into());
        Sketch::assemble(axis.nnz(), axis.clone(), axis, true)
    }

    /// A permutation matrix, of which no more is known: O(1).
    pub fn permutation(n: u64) -> Sketch {
        let ones = Axis::exact(n, n, Counts::Uniform(1.0));
        Sketch::assemble(Nnz::exact(n), ones.clone(), ones, false)
    }

    /// Exactly one nonzero per row, in any column, as of a selection or a one-hot encoding: O(1).
    ///
    /// # Panics
    /// If there are rows but no column.
    pub fn one_per_row(rows: u64, cols: u64) -> Sketch {
        assert!(rows == 0 || cols > 0, "a row without cells has no nonzero");
        let share = Counts::Uniform(if cols == 0 { 0.0 } else { rows as f64 / cols as f64 });
        let by_col = Axis::estimated(cols, rows, share, Limits::any(cols, rows));
        Sketch::assemble(Nnz::exact(rows), Axis::exact(rows, cols, Counts::Uniform(1.0)), by_col, false)
    }
}

/// What one pass over the nonzeros remembers of a column.
#[derive(Clone, Copy, Default)]
struct Column {
    count: u32,
    /// The last row with a nonzero here.
    row: u32,
}

/// More rows than this are sketched in parts, so that 32 bits suffice within one: half the memory to scatter into.
pub(super) const MAX_PART: u64 = u32::MAX as u64;

pub(super) fn from_nonzeros(
    rows: u64,
    cols: u64,
    indptr: &[usize],
    indices: &[u32],
    nonzero: &impl Fn(usize) -> bool,
    max_part: u64,
) -> Sketch {
    assert_eq!(indptr.len() as u64, rows + 1, "one row pointer per row, and the end");
    if rows <= max_part {
        return from_part(rows, cols, indptr, indices, nonzero);
    }
    let part = |first: u64| {
        let rows = max_part.min(rows - first);
        from_part(rows, cols, &indptr[first as usize..=(first + rows) as usize], indices, nonzero)
    };
    let parts: Vec<Sketch> = (0..rows).step_by(max_part as usize).map(part).collect();
    Sketch::merge_rows(&parts)
}

/// What is known of a column while its nonzeros are met: 0; or 1 more than the row of its only nonzero; or `MANY` and how
/// many there are.
type Met = u32;
const MANY: Met = 1 << 31;

/// The columns of a pattern while its nonzeros are met, so that the pass that reads or produces a matrix makes its sketch on the way.
///
/// ```
/// use lac_compiler::sketch::ColumnsMet;
///
/// let mut columns = ColumnsMet::new(3);
/// columns.extend([(0, 0), (0, 2)]);
/// columns.extend([(1, 2)]);
/// assert_eq!(columns.sketch(2, &[0, 2, 3], &[0, 2, 2]).nnz().estimate, 3.0);
/// ```
#[derive(Clone, Debug)]
pub struct ColumnsMet {
    columns: Vec<Met>,
}

impl ColumnsMet {
    /// Of a matrix of so many columns: 4 bytes each, touched where there is a nonzero.
    pub fn new(cols: u64) -> ColumnsMet {
        ColumnsMet { columns: vec![0; cols as usize] }
    }

    /// The row and the column of further nonzeros, in any order, with rows below 2^31.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn extend(&mut self, nonzeros: impl IntoIterator<Item = (u32, u32)>) {
        for (i, j) in nonzeros {
            let column = &mut self.columns[j as usize];
            let met = *column;
            let again = if met < MANY { MANY + 2 } else { met + 1 };
            *column = if met == 0 { i + 1 } else { again };
        }
    }

    /// The sketch of the pattern, all whose nonzeros have been met: as [`Sketch::from_csr_pattern`].
    ///
    /// # Panics
    /// If the arrays are not a CSR matrix of this shape and of these nonzeros.
    pub fn sketch(self, rows: u64, indptr: &[usize], indices: &[u32]) -> Sketch {
        let cols = self.columns.len() as u64;
        assert_eq!(indptr.len() as u64, rows + 1, "one row pointer per row, and the end");
        let wide = self.columns.iter().fold(0, |most, &met| most.max(met)) >= MANY + u16::LIMIT;
        match wide || any_row_of(indptr, u16::LIMIT) {
            false => general::<u16>(cols, self.columns, indptr, indices),
            true => general::<u32>(cols, self.columns, indptr, indices),
        }
    }
}

/// Whether a row has so many nonzeros. Where a block of rows has fewer, none of its rows is looked at.
fn any_row_of(indptr: &[usize], count: u32) -> bool {
    let ends = |block: &[usize]| block.last().zip(block.first()).map_or(0, |(end, begin)| end - begin);
    let blocks = (0..indptr.len()).step_by(64).map(|i| &indptr[i..indptr.len().min(i + 65)]);
    let mut large = blocks.filter(|block| ends(block) >= count as usize);
    large.any(|block| block.windows(2).any(|row| ends(row) >= count as usize))
}

/// With counts that a type can tell. Memory that is touched for the first time costs more than the counting: there is little of it.
fn general<C: Count>(cols: u64, columns: Vec<Met>, indptr: &[usize], indices: &[u32]) -> Sketch {
    let count = |met: Met| if met < MANY { met.min(1) } else { met - MANY };
    let hc: Vec<C> = columns.iter().map(|&met| C::of(count(met))).collect();
    let rows = indptr.len() - 1;
    let mut her = vec![C::default(); rows];
    singles(&hc, |j| {
        let alone = &mut her[(columns[j] - 1) as usize];
        *alone = alone.next();
    });
    drop(columns);
    let (by_row, hec, diagonal) = counted_rows(cols, indptr, indices);
    counted(by_row, Axis::counted(rows as u64, hc), [her, hec].map(|alone| C::written(alone).into()), diagonal)
}

/// As [`general`], for a pattern that is its own transpose.
fn symmetric<C: Count>(n: u64, indptr: &[usize], indices: &[u32]) -> Sketch {
    let (axis, alone, diagonal) = counted_rows::<C>(n, indptr, indices);
    // the nonzeros of a column that are alone in their row are those of a row that are alone in their column
    let alone = Counts::from(C::written(alone));
    counted(axis.clone(), axis, [alone.clone(), alone], diagonal)
}

/// The counts of rows, of each column the nonzeros that are alone in their row, and whether no nonzero is beside the diagonal and
/// no two are in a row.
fn counted_rows<C: Count>(cols: u64, indptr: &[usize], indices: &[u32]) -> (Axis, Vec<C>, bool) {
    let hr: Vec<C> = indptr.windows(2).map(|row| C::of((row[1] - row[0]) as u32)).collect();
    let (mut hec, mut diagonal) = (vec![C::default(); cols as usize], hr.len() as u64 == cols);
    singles(&hr, |i| {
        let j = indices[indptr[i]] as usize;
        hec[j] = hec[j].next();
        diagonal &= i == j;
    });
    let by_row = Axis::counted(cols, hr);
    diagonal &= by_row.limits.max <= 1;
    (by_row, hec, diagonal)
}

/// Calls `each` with the places of all ones. They are listed without a branch, which no processor could foresee.
fn singles<C: Count>(counts: &[C], mut each: impl FnMut(usize)) {
    let mut places = [0u8; 256];
    for (block, counts) in counts.chunks(places.len()).enumerate() {
        let mut found = 0;
        for (place, &count) in counts.iter().enumerate() {
            places[found % 256] = place as u8;
            found += usize::from(count == C::of(1));
        }
        places[..found].iter().for_each(|&place| each(256 * block + usize::from(place)));
    }
}

/// With the extended counts where they can say more than the others: neither at most one nonzero everywhere nor all cells full.
fn counted(mut by_row: Axis, mut by_col: Axis, [her, hec]: [Counts; 2], diagonal: bool) -> Sketch {
    if by_row.limits.max.max(by_col.limits.max) > 1 && by_row.limits.min < by_row.width() {
        (by_row.alone, by_col.alone) = (Some(her), Some(hec));
    }
    Sketch::assemble(by_row.nnz().because(Why::all(Rule::Counted)), by_row, by_col, diagonal)
}

fn from_part(rows: u64, cols: u64, indptr: &[usize], indices: &[u32], nonzero: &impl Fn(usize) -> bool) -> Sketch {
    let (m, n) = (rows as usize, cols as usize);
    let mut columns = vec![Column::default(); n];
    let mut hr = Vec::with_capacity(m);
    // columns of nonzeros that are alone in their row
    let mut single = Vec::new();
    let mut diagonal = rows == cols;
    for i in 0..m {
        let (mut count, mut last) = (0u64, 0usize);
        let start = indptr[i];
        for (offset, &j) in indices[start..indptr[i + 1]].iter().enumerate() {
            if nonzero(start + offset) {
                (count, last) = (count + 1, j as usize);
                let column = &mut columns[last];
                (column.count, column.row) = (column.count + 1, i as u32);
            }
        }
        diagonal &= count == 0 || count == 1 && last == i;
        if count == 1 {
            single.push(last);
        }
        hr.push(count as f64);
    }
    let hc: Vec<f64> = columns.iter().map(|column| f64::from(column.count)).collect();
    let alone = is_extended(&hr, &hc).then(|| {
        let (mut her, mut hec) = (vec![0.0; m], vec![0.0; n]);
        single.iter().for_each(|&j| hec[j] += 1.0);
        columns.iter().filter(|column| column.count == 1).for_each(|column| her[column.row as usize] += 1.0);
        (her, hec)
    });
    leaf(rows, cols, hr, hc, alone, diagonal)
}

/// Whether the extended counts can say more than the others: neither at most one nonzero everywhere nor all cells full.
fn is_extended(hr: &[f64], hc: &[f64]) -> bool {
    let several = |counts: &[f64]| counts.iter().any(|&count| count > 1.0);
    (several(hr) || several(hc)) && hr.iter().any(|&count| count < hc.len() as f64)
}

type Alone = Option<(Vec<f64>, Vec<f64>)>;

fn leaf(rows: u64, cols: u64, hr: Vec<f64>, hc: Vec<f64>, alone: Alone, diagonal: bool) -> Sketch {
    let mut by_row = Axis::exact(rows, cols, hr.into());
    let mut by_col = Axis::exact(cols, rows, hc.into());
    if let Some((her, hec)) = alone {
        (by_row.alone, by_col.alone) = (Some(her.into()), Some(hec.into()));
    }
    Sketch::assemble(by_row.nnz().because(Why::all(Rule::Counted)), by_row, by_col, diagonal)
}
