//! Hash: the number of distinct output cells by their smallest hash values (Amossen, Campagna and Pagh, "Better size
//! estimation for sparse matrix products", Algorithmica 69, 2014, sections 2 and 3).
//!
//! The hash of cell (i, j) is h1(i) - h2(j) modulo 1. Outer product k holds the cells of column k of A with row k of B; with
//! the rows sorted by h1, those whose hash with column j is below a threshold follow each other from h2(j) on. If the K-th
//! smallest hash is v, about K / v cells are distinct.

use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::Nnz;
use super::super::operation::Operation;
use super::super::pattern::{Pattern, Shape};
use super::meta::Metadata;
use super::random::{mix, sample};

/// Distinct cells of a product of two leaves.
#[derive(Clone, Copy, Debug)]
pub struct Hash {
    /// K, the number of smallest hash values kept: the error is about 1/√K.
    pub smallest: usize,
    /// Independent runs, of which the median is taken.
    pub runs: usize,
    /// The part of the rows and of the columns that is looked at, in (0, 1].
    pub fraction: f64,
    /// Chooses the hash functions and the samples.
    pub seed: u64,
}

impl Default for Hash {
    /// An error of 5 % with probability 7/8, on a tenth of the rows and columns.
    fn default() -> Hash {
        Hash { smallest: 400, runs: 3, fraction: 0.1, seed: 0 }
    }
}

/// A leaf, or what is known of a product.
#[derive(Clone, Copy, Debug)]
pub enum Cells<'a> {
    /// A given matrix.
    Leaf(Pattern<'a>),
    /// A result, of which only the number of nonzeros is known.
    Result(Metadata),
}

/// What distinguishes the random choices of a run.
const ROW_SAMPLE: u64 = 0;
const COLUMN_SAMPLE: u64 = 1;
const ROW_HASH: u64 = 2;
const COLUMN_HASH: u64 = 3;

impl Hash {
    fn run(&self, a: Pattern<'_>, b: Pattern<'_>, seed: u64) -> f64 {
        let purpose = |purpose: u64| mix(seed, purpose);
        let rows = sample(purpose(ROW_SAMPLE), a.rows(), self.fraction);
        let cols = sample(purpose(COLUMN_SAMPLE), b.cols(), self.fraction);
        if rows.is_empty() || cols.is_empty() {
            return 0.0;
        }
        let outer = columns(a, &rows, purpose(ROW_HASH));
        let mut hash_of_column = vec![None; b.cols()];
        cols.iter().for_each(|&j| hash_of_column[j] = Some(mix(purpose(COLUMN_HASH), j as u64)));
        let mut smallest = Smallest::new(self.smallest.max(1));
        for (k, row) in b.iter().enumerate() {
            let hashes = &outer.hashes[outer.starts[k]..outer.starts[k + 1]];
            for start in row.iter().filter_map(|&j| hash_of_column[j as usize]) {
                smallest.add_differences(hashes, start);
            }
        }
        let all = a.rows() as f64 * b.cols() as f64;
        smallest.distinct() * (all / (rows.len() as f64 * cols.len() as f64))
    }
}

/// For each column of a matrix, the hashes of the sampled rows with a nonzero there, ascending.
struct Columns {
    starts: Vec<usize>,
    hashes: Vec<u64>,
}

fn columns(a: Pattern<'_>, rows: &[usize], seed: u64) -> Columns {
    let mut hashed: Vec<(u64, usize)> = rows.iter().map(|&i| (mix(seed, i as u64), i)).collect();
    hashed.sort_unstable();
    let mut starts = vec![0; a.cols() + 1];
    for &j in rows.iter().flat_map(|&i| a.row(i)) {
        starts[j as usize + 1] += 1;
    }
    for j in 0..a.cols() {
        starts[j + 1] += starts[j];
    }
    let mut next = starts.clone();
    let mut hashes = vec![0; starts[a.cols()]];
    for (hash, i) in hashed {
        for &j in a.row(i) {
            hashes[next[j as usize]] = hash;
            next[j as usize] += 1;
        }
    }
    Columns { starts, hashes }
}

/// The K smallest of many hash values, as fractions of 2^64.
struct Smallest {
    wanted: usize,
    /// Up to twice as many as wanted, with duplicates; the first ones sorted and distinct.
    kept: Vec<u64>,
    /// No value at or above this is among the K smallest.
    below: u64,
}

impl Smallest {
    fn new(wanted: usize) -> Smallest {
        Smallest { wanted, kept: Vec::new(), below: u64::MAX }
    }

    /// Adds h - start modulo 2^64 for each of the ascending `hashes`, in ascending order as far as it matters.
    fn add_differences(&mut self, hashes: &[u64], start: u64) {
        let first = hashes.partition_point(|&hash| hash < start);
        for hash in hashes[first..].iter().chain(&hashes[..first]) {
            let difference = hash.wrapping_sub(start);
            if difference >= self.below {
                return;
            }
            self.kept.push(difference);
            if self.kept.len() >= 2 * self.wanted {
                self.shrink();
            }
        }
    }

    fn shrink(&mut self) {
        self.kept.sort_unstable();
        self.kept.dedup();
        self.kept.truncate(self.wanted);
        if self.kept.len() == self.wanted {
            self.below = self.kept[self.wanted - 1];
        }
    }

    /// The number of distinct values: counted if fewer than K, else K / v_K.
    fn distinct(mut self) -> f64 {
        self.shrink();
        if self.kept.len() < self.wanted {
            return self.kept.len() as f64;
        }
        self.wanted as f64 / (self.below as f64 + 1.0) * 2.0_f64.powi(64)
    }
}

impl<'a> Estimator<'a> for Hash {
    type Synopsis = Cells<'a>;

    fn name(&self) -> String {
        format!("hash({}%)", self.fraction * 100.0)
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Cells<'a>, Refusal> {
        Ok(Cells::Leaf(pattern))
    }

    /// Products of two leaves only.
    fn apply(&self, op: Operation, operands: &[&Cells<'a>]) -> Result<Cells<'a>, Refusal> {
        let (Operation::MatMul, &[&Cells::Leaf(a), &Cells::Leaf(b)]) = (op, operands) else {
            return Err(Refusal::Unsupported(op));
        };
        let mut runs: Vec<f64> = (0..self.runs.max(1)).map(|run| self.run(a, b, mix(self.seed, run as u64))).collect();
        runs.sort_unstable_by(f64::total_cmp);
        let shape: Shape = (a.rows(), b.cols());
        Ok(Cells::Result(Metadata::new(shape, runs[runs.len() / 2])))
    }

    fn nnz(&self, synopsis: &Cells<'_>) -> Nnz {
        match synopsis {
            Cells::Leaf(pattern) => Nnz::exact(pattern.nnz() as u64),
            Cells::Result(metadata) => metadata.total(),
        }
    }

    /// The leaf itself, and K hash values.
    fn bytes(&self, synopsis: &Cells<'_>) -> u64 {
        let kept = (2 * self.smallest * size_of::<u64>()) as u64;
        match synopsis {
            Cells::Leaf(pattern) => kept + (pattern.nnz() * size_of::<u32>()) as u64,
            Cells::Result(_) => size_of::<Metadata>() as u64,
        }
    }
}
