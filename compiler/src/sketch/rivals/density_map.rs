//! Density map: the density of each b x b block (SpMachO; section 2.2 of the MNC paper).
//!
//! Within a block nonzeros lie anywhere with equal probability; blocks at the lower and right edge have their true sizes.

use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::{Nnz, cells};
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};
use super::meta::any_of;

/// Densities of `block` x `block` cells.
#[derive(Clone, Copy, Debug)]
pub struct DensityMap {
    /// Rows and columns of a block, at least 1.
    pub block: usize,
}

impl Default for DensityMap {
    /// The paper's blocks.
    fn default() -> DensityMap {
        DensityMap { block: 256 }
    }
}

/// Densities of the blocks, in row-major order.
#[derive(Clone, Debug)]
pub struct Map {
    shape: Shape,
    block: usize,
    density: Vec<f64>,
}

/// More blocks than this are refused: 8 GiB.
const MAX_BLOCKS: usize = 1 << 30;

impl Map {
    fn new(shape: Shape, block: usize, density: impl Fn(usize, usize) -> f64) -> Result<Map, Refusal> {
        let (down, across) = (shape.0.div_ceil(block), shape.1.div_ceil(block));
        let blocks = down.saturating_mul(across);
        if blocks > MAX_BLOCKS {
            return Err(Refusal::TooLarge { needed: (blocks as u64).saturating_mul(8), limit: MAX_BLOCKS as u64 * 8 });
        }
        let density = (0..blocks).map(|t| density(t / across, t % across)).collect();
        Ok(Map { shape, block, density })
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.density[i * self.shape.1.div_ceil(self.block) + j]
    }

    /// Rows of block row `i`.
    fn height(&self, i: usize) -> f64 {
        self.block.min(self.shape.0 - i * self.block) as f64
    }

    /// Columns of block column `j`.
    fn breadth(&self, j: usize) -> f64 {
        self.block.min(self.shape.1 - j * self.block) as f64
    }

    fn total(&self) -> f64 {
        let across = self.shape.1.div_ceil(self.block);
        self.density.iter().enumerate().map(|(t, s)| s * self.height(t / across) * self.breadth(t % across)).sum()
    }

    /// Expected nonzeros in a block row of `self`, in the rows from `rows.0` up to `rows.1`.
    fn rows_within(&self, rows: (usize, usize), j: usize) -> f64 {
        let blocks = rows.0 / self.block..rows.1.div_ceil(self.block);
        let part = |i: usize| {
            let (start, end) = (rows.0.max(i * self.block), rows.1.min((i + 1) * self.block));
            self.at(i, j) * (end - start) as f64
        };
        blocks.map(part).sum::<f64>() * self.breadth(j)
    }

    /// C_ij = 1 - prod over k of (1 - A_ik B_kj)^(size of k).
    fn matmul(&self, b: &Map) -> Result<Map, Refusal> {
        let inner = self.shape.1.div_ceil(self.block);
        Map::new((self.shape.0, b.shape.1), self.block, |i, j| {
            (0..inner).fold(0.0, |s, k| {
                let both = self.at(i, k) * b.at(k, j);
                let hit = if both > 0.0 { any_of(both, self.breadth(k)) } else { 0.0 };
                s + hit - s * hit
            })
        })
    }

    /// A above B; where B does not begin with a block, the blocks of the result average over those that they meet.
    fn rbind(&self, b: &Map) -> Result<Map, Refusal> {
        let (block, above) = (self.block, self.shape.0);
        let rows = above + b.shape.0;
        Map::new((rows, self.shape.1), block, |i, j| {
            let (start, end) = (i * block, rows.min((i + 1) * block));
            let upper = if start < above { self.rows_within((start, end.min(above)), j) } else { 0.0 };
            let lower = if end > above { b.rows_within((start.max(above) - above, end - above), j) } else { 0.0 };
            (upper + lower) / ((end - start) as f64 * self.breadth(j))
        })
    }

    fn transpose(&self) -> Result<Map, Refusal> {
        Map::new((self.shape.1, self.shape.0), self.block, |i, j| self.at(j, i))
    }

    fn diag(&self) -> Result<Map, Refusal> {
        let (m, n) = self.shape;
        if n == 1 {
            let on_diagonal = |i: usize, j: usize| if i == j { self.at(i, 0) / self.height(i) } else { 0.0 };
            return Map::new((m, m), self.block, on_diagonal);
        }
        let across = n.div_ceil(self.block);
        Map::new((m, 1), self.block, |i, _| {
            if i < across { self.at(i, i) * self.breadth(i).min(self.height(i)) / self.height(i) } else { 0.0 }
        })
    }
}

impl<'a> Estimator<'a> for DensityMap {
    type Synopsis = Map;

    fn name(&self) -> String {
        format!("dmap({})", self.block)
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Map, Refusal> {
        let mut map = Map::new(pattern.shape(), self.block.max(1), |_, _| 0.0)?;
        let across = map.shape.1.div_ceil(map.block);
        for (i, row) in pattern.iter().enumerate() {
            let blocks = &mut map.density[i / map.block * across..];
            row.iter().for_each(|&j| blocks[j as usize / map.block] += 1.0);
        }
        for t in 0..map.density.len() {
            map.density[t] /= map.height(t / across) * map.breadth(t % across);
        }
        Ok(map)
    }

    fn apply(&self, op: Operation, operands: &[&Map]) -> Result<Map, Refusal> {
        let a = operands[0];
        let b = operands.get(1).copied().unwrap_or(a);
        match op {
            Operation::MatMul => a.matmul(b),
            Operation::Add => Map::new(a.shape, a.block, |i, j| a.at(i, j) + b.at(i, j) - a.at(i, j) * b.at(i, j)),
            Operation::Mul => Map::new(a.shape, a.block, |i, j| a.at(i, j) * b.at(i, j)),
            Operation::NotZero => Ok(a.clone()),
            Operation::IsZero => Map::new(a.shape, a.block, |i, j| 1.0 - a.at(i, j)),
            Operation::Transpose => a.transpose(),
            Operation::RowBind => a.rbind(b),
            Operation::ColBind => a.transpose()?.rbind(&b.transpose()?)?.transpose(),
            Operation::Diag => a.diag(),
            // which blocks the cells go to is lost: the average everywhere
            Operation::Reshape { rows, cols } => {
                let mean = a.total() / (rows as f64 * cols as f64);
                Map::new((rows, cols), a.block, |_, _| mean)
            }
        }
    }

    fn nnz(&self, synopsis: &Map) -> Nnz {
        let (rows, cols) = synopsis.shape;
        Nnz::estimated(synopsis.total(), cells(rows as u64, cols as u64))
    }

    fn bytes(&self, synopsis: &Map) -> u64 {
        size_of_val(&*synopsis.density) as u64
    }
}
