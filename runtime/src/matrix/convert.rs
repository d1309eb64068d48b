//! Conversions between the formats, and the transpose.

use super::{Csr, Dense};
use crate::Facts;
use crate::kernel::split::{balanced, balanced_for, cut, fill_each_row, fill_rows, for_each};

impl Csr {
    pub fn to_dense(&self) -> Dense {
        let (rows, cols) = (self.rows(), self.cols());
        let mut values = vec![0.0; rows * cols];
        fill_each_row(&mut values, rows, cols, |i, out| {
            let (columns, row) = self.row(i);
            for (&j, &x) in columns.iter().zip(row) {
                out[j as usize] = x;
            }
        });
        Dense::new(rows, cols, values)
    }

    /// Without stored zeros. Counts first, so that no more is allocated than is stored.
    pub fn from_dense(d: &Dense) -> Csr {
        let (rows, cols) = (d.rows(), d.cols());
        let mut indptr = vec![0usize; rows + 1];
        let ranges = balanced(rows, |i| i * cols);
        let counts = cut(&mut indptr[1..], &ranges, |i| i);
        for_each(ranges.iter().cloned().zip(counts).collect(), |(range, counts)| {
            for (count, i) in counts.iter_mut().zip(range) {
                *count = d.row(i).iter().map(|&x| usize::from(x != 0.0)).sum();
            }
            Facts::EMPTY
        });
        for i in 0..rows {
            indptr[i + 1] += indptr[i];
        }
        let (mut indices, mut values) = (vec![0u32; indptr[rows]], vec![0.0; indptr[rows]]);
        let pieces =
            cut(&mut indices, &ranges, |i| indptr[i]).into_iter().zip(cut(&mut values, &ranges, |i| indptr[i]));
        for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, (indices, values))| {
            let stored = range.flat_map(|i| d.row(i).iter().enumerate()).filter(|(_, x)| **x != 0.0);
            for ((j, &x), (index, value)) in stored.zip(indices.iter_mut().zip(values)) {
                *index = j as u32;
                *value = x;
            }
            Facts::EMPTY
        });
        Csr::new(rows, cols, indptr, indices, values)
    }

    /// Counting sort by column: O(stored + rows + cols). Each thread moves the values of a range of columns.
    pub fn transpose(&self) -> Csr {
        let (rows, cols) = (self.rows(), self.cols());
        let mut indptr = vec![0usize; cols + 1];
        for &j in self.indices() {
            indptr[j as usize + 1] += 1;
        }
        for j in 0..cols {
            indptr[j + 1] += indptr[j];
        }
        let (mut indices, mut values) = (vec![0u32; self.stored()], vec![0.0; self.stored()]);
        // Every range reads all row offsets, so there are no more ranges than threads.
        let threads = rayon::current_num_threads().min(8);
        let ranges = balanced_for(cols, threads, |j| indptr[j] + j);
        let pieces =
            cut(&mut indices, &ranges, |j| indptr[j]).into_iter().zip(cut(&mut values, &ranges, |j| indptr[j]));
        for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, (indices, values))| {
            let first = indptr[range.start];
            let mut next: Vec<usize> = indptr[range.clone()].iter().map(|p| p - first).collect();
            for i in 0..rows {
                let (columns, row) = self.row(i);
                let (begin, end) = if range.len() == cols {
                    (0, columns.len())
                } else {
                    let begin = columns.partition_point(|&j| (j as usize) < range.start);
                    (begin, begin + columns[begin..].partition_point(|&j| (j as usize) < range.end))
                };
                for (&j, &x) in columns[begin..end].iter().zip(&row[begin..end]) {
                    let at = &mut next[j as usize - range.start];
                    indices[*at] = i as u32;
                    values[*at] = x;
                    *at += 1;
                }
            }
            Facts::EMPTY
        });
        Csr::new(cols, rows, indptr, indices, values)
    }
}

impl Dense {
    /// Tile by tile, so that both sides stay in cache.
    pub fn transpose(&self) -> Dense {
        let mut values = vec![0.0; self.values().len()];
        transpose_into(self.values(), self.rows(), self.cols(), &mut values);
        Dense::new(self.cols(), self.rows(), values)
    }
}

/// Writes the transpose of the row-major rows x cols `values`.
pub(crate) fn transpose_into(values: &[f64], rows: usize, cols: usize, out: &mut [f64]) {
    const TILE: usize = 32;
    if rows <= 1 || cols <= 1 {
        out.copy_from_slice(values);
        return;
    }
    fill_rows(
        out,
        cols,
        rows,
        |j| j * rows,
        |range, piece| {
            for j0 in range.clone().step_by(TILE) {
                for i0 in (0..rows).step_by(TILE) {
                    for j in j0..(j0 + TILE).min(range.end) {
                        let row = &mut piece[(j - range.start) * rows..][..rows];
                        for i in i0..(i0 + TILE).min(rows) {
                            row[i] = values[i * cols + j];
                        }
                    }
                }
            }
        },
    );
}
