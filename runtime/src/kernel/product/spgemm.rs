//! CSR times CSR by Gustavson's row-wise algorithm: row i of C is the sum of the rows of B that row i of A names.
//! A symbolic pass counts the values of every row, so that the numeric pass fills arrays of the exact size.

use std::ops::Range;
use std::sync::Mutex;

use super::{Operand, OutputFormat};
use crate::kernel::build::{reserve_csr, zeroed};
use crate::kernel::simd::prefetch;
use crate::kernel::split::{balanced, cut, facts, fill_rows, for_each};
use crate::{Context, Csr, Dense, Facts, Matrix, Result, Storage};

/// op(A) op(B), both CSR.
pub(super) fn product(a: Operand, b: Operand, out: OutputFormat, ctx: &Context) -> Result<Matrix> {
    let (Storage::Csr(x), Storage::Csr(y)) = (a.matrix.storage(), b.matrix.storage()) else {
        unreachable!("CSR operands")
    };
    let (a, b) = (a.by_rows(x, ctx)?, b.by_rows(y, ctx)?);
    let (m, n) = (a.rows(), b.cols());
    ctx.reserve(16 * (m as u64 + 1), || format!("the row counts of a sparse {m} x {n} product"))?;
    let terms = terms_before_rows(&a, &b);
    if out == OutputFormat::Dense {
        return dense(&a, &b, &terms, ctx);
    }
    let pool = Pool::default();
    let indptr = symbolic(&a, &b, &terms, &pool);
    let stored = indptr[m];
    if out == OutputFormat::Natural && stored as u128 * 3 > m as u128 * n as u128 {
        return dense(&a, &b, &terms, ctx);
    }
    reserve_csr(m, n, stored, ctx)?;
    numeric(&a, &b, &terms, indptr, &pool)
}

/// The multiply-adds of the rows of A before each.
fn terms_before_rows(a: &Csr, b: &Csr) -> Vec<usize> {
    let mut terms = vec![0usize; a.rows() + 1];
    let ranges = balanced(a.rows(), |i| a.indptr()[i] + i);
    let pieces = cut(&mut terms[1..], &ranges, |i| i);
    let lengths = b.indptr();
    for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, piece)| {
        for (terms, i) in piece.iter_mut().zip(range) {
            *terms = a.row(i).0.iter().map(|&k| lengths[k as usize + 1] - lengths[k as usize]).sum();
        }
        Facts::EMPTY
    });
    for i in 0..a.rows() {
        terms[i + 1] += terms[i];
    }
    terms
}

/// Straight into the rows of a dense result.
fn dense(a: &Csr, b: &Csr, terms: &[usize], ctx: &Context) -> Result<Matrix> {
    let (m, n) = (a.rows(), b.cols());
    let mut c = zeroed(m, n, ctx)?;
    let facts = fill_rows(
        &mut c,
        m,
        n,
        |i| terms[i] + i * n,
        |range, piece| {
            for (row, i) in piece.chunks_exact_mut(n).zip(range) {
                for_each_term(a, b, i, |j, x| row[j as usize] += x);
            }
        },
    );
    Ok(Matrix::with_facts(Dense::new(m, n, c), facts))
}

/// Calls `f` with the column and the value of every term of row i of C.
#[inline(always)]
fn for_each_term(a: &Csr, b: &Csr, i: usize, mut f: impl FnMut(u32, f64)) {
    for p in a.indptr()[i]..a.indptr()[i + 1] {
        prefetch_row::<true>(a, b, p);
        let x = a.values()[p];
        let (columns, values) = b.row(a.indices()[p] as usize);
        for (&j, &y) in columns.iter().zip(values) {
            f(j, x * y);
        }
    }
}

/// Calls `f` with the column of every term of row i of C.
#[inline(always)]
fn for_each_column(a: &Csr, b: &Csr, i: usize, mut f: impl FnMut(u32)) {
    for p in a.indptr()[i]..a.indptr()[i + 1] {
        prefetch_row::<false>(a, b, p);
        b.row(a.indices()[p] as usize).0.iter().for_each(|&j| f(j));
    }
}

/// Stored values of A from asking for the begin of a row of B to reading it. Rows of B lie anywhere in memory: asking
/// ahead takes some 40 % off a product of matrices with 10 values a row that do not fit the L2 cache.
const AHEAD: usize = 6;

#[inline(always)]
fn prefetch_row<const VALUES: bool>(a: &Csr, b: &Csr, p: usize) {
    if let Some(&k) = a.indices().get(p + 2 * AHEAD) {
        prefetch(b.indptr(), k as usize);
    }
    if let Some(&k) = a.indices().get(p + AHEAD) {
        let begin = b.indptr()[k as usize];
        prefetch(b.indices(), begin);
        if VALUES {
            prefetch(b.values(), begin);
            prefetch(b.values(), begin + 8);
        }
    }
}

/// How the terms of a row are added up.
enum Accumulator {
    /// The row is a multiple of one row of B.
    Scale,
    /// A dense row with a bitmap of the columns hit, scanned in order.
    Bitmap,
    /// A hash table of the columns hit, sorted in the end.
    Hash,
}

/// Columns up to which a dense row of values (4 MiB) is not far beyond the L2 cache.
const DENSE_ROW: usize = 1 << 19;

/// Hashing and sorting wins on rows that hit few of very many columns.
fn accumulator(a: &Csr, i: usize, terms: usize, cols: usize) -> Accumulator {
    if a.indptr()[i + 1] - a.indptr()[i] <= 1 {
        Accumulator::Scale
    } else if cols > DENSE_ROW && terms.saturating_mul(64) < cols {
        Accumulator::Hash
    } else {
        Accumulator::Bitmap
    }
}

/// The row offsets of C.
fn symbolic(a: &Csr, b: &Csr, terms: &[usize], pool: &Pool) -> Vec<usize> {
    let mut indptr = vec![0usize; a.rows() + 1];
    let ranges = balanced(a.rows(), |i| terms[i] + i);
    let pieces = cut(&mut indptr[1..], &ranges, |i| i);
    for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, counts)| {
        pool.with(|space| {
            for (count, i) in counts.iter_mut().zip(range) {
                let row_terms = terms[i + 1] - terms[i];
                *count = match accumulator(a, i, row_terms, b.cols()) {
                    Accumulator::Scale => row_terms,
                    Accumulator::Bitmap => space.bitmap(b.cols()).count(a, b, i, row_terms),
                    Accumulator::Hash => {
                        space.hash.clear(row_terms);
                        for_each_column(a, b, i, |j| {
                            space.hash.slot(j);
                        });
                        space.hash.keys.len()
                    }
                };
            }
        });
        Facts::EMPTY
    });
    for i in 0..a.rows() {
        indptr[i + 1] += indptr[i];
    }
    indptr
}

fn numeric(a: &Csr, b: &Csr, terms: &[usize], indptr: Vec<usize>, pool: &Pool) -> Result<Matrix> {
    let (m, n) = (a.rows(), b.cols());
    let (mut indices, mut values) = (vec![0u32; indptr[m]], vec![0.0; indptr[m]]);
    let ranges = balanced(m, |i| terms[i] + i);
    let pieces = cut(&mut indices, &ranges, |i| indptr[i]).into_iter().zip(cut(&mut values, &ranges, |i| indptr[i]));
    for_each(ranges.iter().cloned().zip(pieces).collect(), |(range, (indices, values))| {
        pool.with(|space| rows(a, b, terms, &indptr, range, indices, values, space));
        Facts::EMPTY
    });
    let facts = facts(&values);
    Ok(Matrix::with_facts(Csr::new(m, n, indptr, indices, values), facts))
}

#[expect(clippy::too_many_arguments, reason = "the parts of two matrices and of a third in the making")]
fn rows(
    a: &Csr,
    b: &Csr,
    terms: &[usize],
    indptr: &[usize],
    range: Range<usize>,
    indices: &mut [u32],
    values: &mut [f64],
    space: &mut Workspace,
) {
    let first = indptr[range.start];
    for i in range {
        let here = indptr[i] - first..indptr[i + 1] - first;
        let (indices, values) = (&mut indices[here.clone()], &mut values[here]);
        let row_terms = terms[i + 1] - terms[i];
        match accumulator(a, i, row_terms, b.cols()) {
            Accumulator::Scale => {
                let mut at = 0;
                for_each_term(a, b, i, |j, x| {
                    indices[at] = j;
                    values[at] = 0.0 + x;
                    at += 1;
                });
            }
            Accumulator::Bitmap => space.bitmap(b.cols()).sum(a, b, i, row_terms, indices, values),
            Accumulator::Hash => space.hash.sum(a, b, i, row_terms, indices, values),
        }
    }
}

/// What a thread needs to add up rows. All is zero between rows.
#[derive(Default)]
struct Workspace {
    bitmap: Bitmap,
    hash: Hash,
}

impl Workspace {
    fn bitmap(&mut self, cols: usize) -> &mut Bitmap {
        if self.bitmap.cols < cols {
            self.bitmap = Bitmap::new(cols);
        }
        &mut self.bitmap
    }
}

/// The workspaces that no thread uses at the moment.
#[derive(Default)]
struct Pool(Mutex<Vec<Workspace>>);

impl Pool {
    fn with(&self, f: impl FnOnce(&mut Workspace)) {
        let idle = self.0.lock().expect("no thread panics with the lock").pop();
        let mut space = idle.unwrap_or_default();
        f(&mut space);
        self.0.lock().expect("no thread panics with the lock").push(space);
    }
}

/// A dense row of sums; bit j of `hit` is set if column j is hit, bit w of `words` if word w of `hit` is not 0.
#[derive(Default)]
struct Bitmap {
    cols: usize,
    sums: Vec<f64>,
    hit: Vec<u64>,
    words: Vec<u64>,
}

impl Bitmap {
    fn new(cols: usize) -> Bitmap {
        let words = cols.div_ceil(64);
        Bitmap { cols, sums: vec![], hit: vec![0; words], words: vec![0; words.div_ceil(64)] }
    }

    /// The number of columns of row i of C.
    fn count(&mut self, a: &Csr, b: &Csr, i: usize, terms: usize) -> usize {
        let mut count = 0;
        if self.is_dense(terms) {
            for_each_column(a, b, i, |j| self.hit[j as usize / 64] |= 1 << (j % 64));
            for word in &mut self.hit {
                count += std::mem::take(word).count_ones() as usize;
            }
        } else {
            for_each_column(a, b, i, |j| {
                self.hit[j as usize / 64] |= 1 << (j % 64);
                self.words[j as usize / 4096] |= 1 << (j / 64 % 64);
            });
            for_each_bit(&mut self.words, |w| count += std::mem::take(&mut self.hit[w]).count_ones() as usize);
        }
        count
    }

    /// The columns and the values of row i of C.
    fn sum(&mut self, a: &Csr, b: &Csr, i: usize, terms: usize, indices: &mut [u32], values: &mut [f64]) {
        if self.sums.is_empty() {
            self.sums = vec![0.0; self.cols];
        }
        let dense = self.is_dense(terms);
        let Bitmap { sums, hit, words, .. } = self;
        let mut out = indices.iter_mut().zip(values);
        let mut take = |sums: &mut [f64], j: usize| {
            let (index, value) = out.next().expect("as many columns as were counted");
            *index = j as u32;
            *value = std::mem::take(&mut sums[j]);
        };
        if dense {
            for_each_term(a, b, i, |j, x| {
                sums[j as usize] += x;
                hit[j as usize / 64] |= 1 << (j % 64);
            });
            for_each_bit(hit, |j| take(sums, j));
        } else {
            for_each_term(a, b, i, |j, x| {
                sums[j as usize] += x;
                hit[j as usize / 64] |= 1 << (j % 64);
                words[j as usize / 4096] |= 1 << (j / 64 % 64);
            });
            for_each_bit(words, |w| for_each_bit(&mut hit[w..=w], |j| take(sums, 64 * w + j)));
        }
    }

    /// Scanning all words of `hit` costs less than keeping `words`.
    fn is_dense(&self, terms: usize) -> bool {
        terms > self.hit.len()
    }
}

/// The set bits in ascending order, which it clears.
#[inline(always)]
fn for_each_bit(words: &mut [u64], mut f: impl FnMut(usize)) {
    for (w, word) in words.iter_mut().enumerate() {
        let mut rest = std::mem::take(word);
        while rest != 0 {
            f(64 * w + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// Open addressing with linear probing; `keys` and `sums` in the order of their first hits.
#[derive(Default)]
struct Hash {
    /// A power of two, at least twice the keys: 0 or 1 + the position of the key.
    table: Vec<u32>,
    shift: u32,
    keys: Vec<u32>,
    sums: Vec<f64>,
    order: Vec<u64>,
}

impl Hash {
    /// Makes room for so many keys.
    fn clear(&mut self, keys: usize) {
        let size = (2 * keys).next_power_of_two().max(16);
        self.table.clear();
        self.table.resize(size, 0);
        self.shift = 64 - size.trailing_zeros();
        self.keys.clear();
        self.sums.clear();
    }

    /// The position of a key, new or not.
    #[inline(always)]
    fn slot(&mut self, key: u32) -> usize {
        let mask = self.table.len() - 1;
        // Fibonacci hashing: 2^64 / golden ratio.
        let mut at = ((key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize;
        loop {
            let entry = self.table[at & mask];
            if entry == 0 {
                self.keys.push(key);
                self.table[at & mask] = self.keys.len() as u32;
                return self.keys.len() - 1;
            }
            if self.keys[entry as usize - 1] == key {
                return entry as usize - 1;
            }
            at += 1;
        }
    }

    fn sum(&mut self, a: &Csr, b: &Csr, i: usize, terms: usize, indices: &mut [u32], values: &mut [f64]) {
        self.clear(terms);
        for_each_term(a, b, i, |j, x| {
            let at = self.slot(j);
            if at == self.sums.len() {
                self.sums.push(0.0);
            }
            self.sums[at] += x;
        });
        self.order.clear();
        self.order.extend(self.keys.iter().enumerate().map(|(at, &key)| u64::from(key) << 32 | at as u64));
        self.order.sort_unstable();
        for (&entry, (index, value)) in self.order.iter().zip(indices.iter_mut().zip(values)) {
            *index = (entry >> 32) as u32;
            *value = self.sums[entry as u32 as usize];
        }
    }
}
