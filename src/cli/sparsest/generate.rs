//! Patterns made up by a rule and a seed: a cell depends on the seed and its position only.

use lac::compiler::ops::random::{Pdf, RandSpec};
use lac::compiler::sketch::Pattern;

/// CSR arrays of a pattern; the columns of a row ascend.
#[derive(Clone, Debug)]
pub struct Cells {
    pub rows: usize,
    pub cols: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Cells {
    /// `fill(i, indices)` appends the columns of row `i`, ascending.
    pub fn by_row(rows: usize, cols: usize, mut fill: impl FnMut(usize, &mut Vec<u32>)) -> Cells {
        let (mut indptr, mut indices) = (vec![0], Vec::new());
        for i in 0..rows {
            fill(i, &mut indices);
            indptr.push(indices.len());
        }
        Cells { rows, cols, indptr, indices }
    }

    /// One nonzero in each row: in row `i` at column `places[i]`.
    pub fn select(cols: usize, places: &[usize]) -> Cells {
        Cells::by_row(places.len(), cols, |i, row| row.push(places[i] as u32))
    }

    /// The same columns in every row.
    pub fn alike(rows: usize, cols: usize, columns: &[u32]) -> Cells {
        Cells::by_row(rows, cols, |_, row| row.extend_from_slice(columns))
    }

    pub fn dense(rows: usize, cols: usize) -> Cells {
        Cells::alike(rows, cols, &(0..cols as u32).collect::<Vec<u32>>())
    }

    /// Every cell is nonzero with this probability.
    pub fn uniform(rows: usize, cols: usize, sparsity: f64, seed: u64) -> Cells {
        let spec = RandSpec { rows, cols, min: 1.0, max: 1.0, sparsity, pdf: Pdf::Uniform, seed };
        Cells::by_row(rows, cols, |i, row| row.extend(spec.row_nonzeros(i as u64).map(|(j, _)| j as u32)))
    }

    /// Cell (i, j) is nonzero with probability min(1, c a_i b_j), where a and b are `1/√rank` of a random ranking, and c
    /// makes this density of it where nothing is cut off.
    pub fn power_law(rows: usize, cols: usize, density: f64, seed: u64) -> Cells {
        let weights = |n: usize, seed: u64| -> Vec<f64> {
            shuffled(n, seed).into_iter().map(|rank| 1.0 / (rank as f64 + 1.0).sqrt()).collect()
        };
        let (a, b) = (weights(rows, seed), weights(cols, seed ^ 1));
        let total = a.iter().sum::<f64>() * b.iter().sum::<f64>();
        let scale = density * rows as f64 * cols as f64 / total;
        let draw = Draw::new(cols, seed ^ 2);
        Cells::by_row(rows, cols, |i, row| {
            let draws = draw.row(i);
            row.extend((0..cols).filter(|&j| draws[j] < scale * a[i] * b[j]).map(|j| j as u32));
        })
    }

    /// The first `cols` columns.
    pub fn columns(&self, cols: usize) -> Cells {
        Cells::by_row(self.rows, cols, |i, row| row.extend(self.row(i).iter().filter(|&&j| (j as usize) < cols)))
    }

    /// The pattern.
    pub fn pattern(&self) -> Pattern<'_> {
        Pattern::new(self.rows, self.cols, &self.indptr, &self.indices).expect("rows are made in order")
    }

    pub fn row(&self, i: usize) -> &[u32] {
        &self.indices[self.indptr[i]..self.indptr[i + 1]]
    }
}

/// Numbers in [0, 1), one for each cell.
pub struct Draw(RandSpec);

impl Draw {
    pub fn new(cols: usize, seed: u64) -> Draw {
        Draw(RandSpec { rows: 1, cols, min: 0.0, max: 1.0, sparsity: 1.0, pdf: Pdf::Uniform, seed })
    }

    pub fn row(&self, i: usize) -> Vec<f64> {
        let mut out = vec![0.0; self.0.cols];
        self.0.fill_row(i as u64, 0, &mut out);
        out
    }
}

/// The numbers from 0 to n - 1 in random order.
pub fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let keys = Draw::new(n, seed).row(0);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| keys[i].total_cmp(&keys[j]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_as_asked() {
        let uniform = Cells::uniform(300, 400, 0.1, 1);
        let part = uniform.pattern().nnz() as f64 / 12_000.0;
        assert!((part - 1.0).abs() < 0.05, "{part}");
        let law = Cells::power_law(300, 400, 0.02, 1);
        let part = law.pattern().nnz() as f64 / 2_400.0;
        assert!((part - 1.0).abs() < 0.1, "{part}");
        let longest = (0..300).map(|i| law.row(i).len()).max();
        assert!(longest > Some(50), "{longest:?} in the longest row of 8 on average");
        let mut order = shuffled(1000, 3);
        assert_ne!(order, shuffled(1000, 4));
        order.sort_unstable();
        assert!(order.iter().enumerate().all(|(i, &j)| i == j));
        assert_eq!(Cells::select(5, &[3, 3]).pattern().col_counts(), [0, 0, 0, 2, 0]);
    }
}
