//! Bitset: exact Boolean arithmetic, one bit a cell (section 2.2 of the MNC paper).

use std::ops::Range;

use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::Nnz;
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};

/// Exact, at rows * cols / 8 bytes for every result.
#[derive(Clone, Copy, Debug)]
pub struct Bitset {
    /// Bytes of the largest matrix allowed.
    pub max_bytes: u64,
}

impl Default for Bitset {
    /// 4 GiB: 185,000 x 185,000.
    fn default() -> Bitset {
        Bitset { max_bytes: 4 << 30 }
    }
}

/// Rows of 64-bit words; bits beyond the last column are 0.
#[derive(Clone, Debug)]
pub struct Bits {
    shape: Shape,
    words_per_row: usize,
    words: Vec<u64>,
}

impl Bits {
    fn row(&self, i: usize) -> &[u64] {
        &self.words[i * self.words_per_row..(i + 1) * self.words_per_row]
    }

    fn row_mut(&mut self, i: usize) -> &mut [u64] {
        &mut self.words[i * self.words_per_row..(i + 1) * self.words_per_row]
    }

    fn set(&mut self, i: usize, j: usize) {
        self.words[i * self.words_per_row + j / 64] |= 1 << (j % 64);
    }

    fn is_set(&self, i: usize, j: usize) -> bool {
        self.words[i * self.words_per_row + j / 64] >> (j % 64) & 1 == 1
    }

    /// Columns of the nonzeros of row `i`, ascending.
    fn columns(&self, i: usize) -> impl Iterator<Item = usize> {
        self.row(i).iter().enumerate().flat_map(|(w, &word)| {
            let rest = std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)));
            rest.take_while(|&rest| rest != 0).map(move |rest| w * 64 + rest.trailing_zeros() as usize)
        })
    }

    /// Every cell that is set, in row-major order.
    fn cells(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.shape.0).flat_map(|i| self.columns(i).map(move |j| (i, j)))
    }

    /// Each word of both.
    fn zip(&self, b: &Bits, f: impl Fn(u64, u64) -> u64) -> Bits {
        let words = self.words.iter().zip(&b.words).map(|(&x, &y)| f(x, y)).collect();
        Bits { shape: self.shape, words_per_row: self.words_per_row, words }
    }
}

/// From the first word that is not 0 to the last: of a row of a diagonal matrix one word, not all.
fn span(row: &[u64]) -> Range<usize> {
    let start = row.iter().position(|&word| word != 0).unwrap_or(row.len());
    let end = row.iter().rposition(|&word| word != 0).map_or(start, |last| last + 1);
    start..end
}

impl Bitset {
    fn empty(&self, shape: Shape) -> Result<Bits, Refusal> {
        let words_per_row = shape.1.div_ceil(64);
        let words = shape.0.saturating_mul(words_per_row);
        let needed = (words as u64).saturating_mul(8);
        if needed > self.max_bytes {
            return Err(Refusal::TooLarge { needed, limit: self.max_bytes });
        }
        Ok(Bits { shape, words_per_row, words: vec![0; words] })
    }

    /// The cells of `a`, moved.
    fn moved(&self, shape: Shape, a: &Bits, place: impl Fn(usize, usize) -> (usize, usize)) -> Result<Bits, Refusal> {
        let mut result = self.empty(shape)?;
        a.cells().map(|(i, j)| place(i, j)).for_each(|(i, j)| result.set(i, j));
        Ok(result)
    }

    fn matmul(&self, a: &Bits, b: &Bits) -> Result<Bits, Refusal> {
        let mut result = self.empty((a.shape.0, b.shape.1))?;
        let spans: Vec<Range<usize>> = (0..b.shape.0).map(|k| span(b.row(k))).collect();
        for i in 0..a.shape.0 {
            let row = result.row_mut(i);
            for k in a.columns(i) {
                let span = spans[k].clone();
                row[span.clone()].iter_mut().zip(&b.row(k)[span]).for_each(|(word, &other)| *word |= other);
            }
        }
        Ok(result)
    }

    fn complement(&self, a: &Bits) -> Result<Bits, Refusal> {
        let mut result = self.empty(a.shape)?;
        result.words.iter_mut().zip(&a.words).for_each(|(word, &other)| *word = !other);
        let used = a.shape.1 % 64;
        if used > 0 {
            let padding = u64::MAX << used;
            result.words.chunks_exact_mut(a.words_per_row).for_each(|row| row[a.words_per_row - 1] &= !padding);
        }
        Ok(result)
    }
}

impl<'a> Estimator<'a> for Bitset {
    type Synopsis = Bits;

    fn name(&self) -> String {
        "bitset".to_string()
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Bits, Refusal> {
        let mut bits = self.empty(pattern.shape())?;
        for (i, row) in pattern.iter().enumerate() {
            row.iter().for_each(|&j| bits.set(i, j as usize));
        }
        Ok(bits)
    }

    fn apply(&self, op: Operation, operands: &[&Bits]) -> Result<Bits, Refusal> {
        let a = operands[0];
        let b = operands.get(1).copied().unwrap_or(a);
        let (m, n) = a.shape;
        match op {
            Operation::MatMul => self.matmul(a, b),
            Operation::Add => Ok(a.zip(b, |x, y| x | y)),
            Operation::Mul => Ok(a.zip(b, |x, y| x & y)),
            Operation::NotZero => Ok(a.clone()),
            Operation::IsZero => self.complement(a),
            Operation::Transpose => self.moved((n, m), a, |i, j| (j, i)),
            Operation::RowBind => {
                let mut result = a.clone();
                result.words.extend_from_slice(&b.words);
                result.shape.0 += b.shape.0;
                Ok(result)
            }
            Operation::ColBind => {
                let mut result = self.moved((m, n + b.shape.1), a, |i, j| (i, j))?;
                b.cells().for_each(|(i, j)| result.set(i, n + j));
                Ok(result)
            }
            Operation::Diag if n == 1 => self.moved((m, m), a, |i, _| (i, i)),
            Operation::Diag => {
                let mut result = self.empty((m, 1))?;
                (0..m.min(n)).filter(|&i| a.is_set(i, i)).for_each(|i| result.set(i, 0));
                Ok(result)
            }
            Operation::Reshape { rows, cols } => self.moved((rows, cols), a, |i, j| {
                let cell = i * n + j;
                (cell / cols, cell % cols)
            }),
        }
    }

    fn nnz(&self, synopsis: &Bits) -> Nnz {
        Nnz::exact(synopsis.words.iter().map(|word| u64::from(word.count_ones())).sum())
    }

    fn bytes(&self, synopsis: &Bits) -> u64 {
        size_of_val(&*synopsis.words) as u64
    }
}
