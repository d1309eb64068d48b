//! MNC as published, MNC basic, and MNC with the defects of its Java implementation.
//!
//! The estimator of record is [`Sketch`](super::super::Sketch); this one follows sections 3.1 to 3.3 of the paper to the letter,
//! with expected counts in place of random rounding, so that the two can be compared.

use super::super::estimator::{Estimator, Refusal};
use super::super::nnz::{Nnz, cells};
use super::super::operation::Operation;
use super::super::pattern::Pattern;
use super::super::{Axis, Counts, MAX_EXPLICIT, Sketch, Structure};

/// The published sketch.
#[derive(Clone, Copy, Debug)]
pub struct Mnc {
    /// Whether the extended counts and the bounds are used; without them it is MNC basic.
    pub extended: bool,
    /// Reproduce Apache SystemDS 3.4 with its random rounding replaced by its expectation. It differs from the paper:
    /// a derived sketch has -1 rows with one nonzero and -1 rows more than half full; approximate parts of a sum are truncated;
    /// cell-wise counts are rounded; one index per row makes a diagonal; sums with an empty operand are empty; reshaped counts
    /// are divided and truncated, in the wrong order; the diagonal of a matrix is full.
    pub java: bool,
}

/// Counts of rows or of columns.
#[derive(Clone, Debug)]
struct Slices {
    counts: Vec<f64>,
    /// Of each slice, the nonzeros that are alone in their slice across (`her`, `hec`).
    alone: Option<Vec<f64>>,
    /// Slices with one nonzero, and those more than half full.
    ones: f64,
    half: f64,
}

impl Slices {
    fn derived(counts: Vec<f64>, java: bool) -> Slices {
        let unknown = if java { -1.0 } else { 0.0 };
        Slices { counts, alone: None, ones: unknown, half: unknown }
    }

    fn leaf(counts: Vec<f64>, width: usize, alone: Option<Vec<f64>>) -> Slices {
        let number = |of: &dyn Fn(f64) -> bool| counts.iter().filter(|&&c| of(c)).count() as f64;
        let (ones, half) = (number(&|c| c == 1.0), number(&|c| c > (width / 2) as f64));
        Slices { counts, alone, ones, half }
    }

    fn max(&self) -> f64 {
        self.counts.iter().copied().fold(0.0, f64::max)
    }

    fn sum(&self) -> f64 {
        self.counts.iter().sum()
    }

    /// Expected number of slices that are not empty.
    fn nonempty(&self) -> f64 {
        self.counts.iter().map(|&c| c.min(1.0)).sum()
    }

    fn alone(&self, k: usize) -> f64 {
        self.alone.as_ref().map_or(0.0, |alone| alone[k])
    }

    fn len(&self) -> f64 {
        self.counts.len() as f64
    }
}

/// The counts of a matrix.
#[derive(Clone, Debug)]
pub struct Histogram {
    rows: Slices,
    cols: Slices,
    /// Whether it is a diagonal matrix without zeros on the diagonal.
    diagonal: bool,
    nnz: f64,
}

impl Mnc {
    fn derived(self, rows: Vec<f64>, cols: Vec<f64>) -> Histogram {
        let (rows, cols) = (Slices::derived(rows, self.java), Slices::derived(cols, self.java));
        let nnz = if rows.counts.len() < cols.counts.len() { rows.sum() } else { cols.sum() };
        Histogram { rows, cols, diagonal: false, nnz }
    }

    fn is_diagonal(self, pattern: Pattern<'_>) -> bool {
        let (m, n) = pattern.shape();
        let as_many = m == n && pattern.nnz() == m;
        // the Java code looks at the first index of each row that has one, in a matrix sparse enough to be stored so
        let first_only = self.java && n > 1 && (pattern.nnz() as f64) < 0.4 * (m as f64 * n as f64);
        let is_own = |(i, row): (usize, &[u32])| match row {
            [] => first_only,
            [first] => *first as usize == i,
            [first, ..] => first_only && *first as usize == i,
        };
        as_many && pattern.iter().enumerate().all(is_own)
    }

    /// Expected number of nonzeros of AB.
    fn product(self, a: &Histogram, b: &Histogram) -> f64 {
        let truncated = |x: f64| if self.java { x.trunc() } else { x };
        let (x, y) = (&a.cols, &b.rows);
        let inner = || x.counts.iter().zip(&y.counts).enumerate();
        let mut nnz = if a.rows.max() <= 1.0 || b.cols.max() <= 1.0 {
            inner().map(|(_, (x, y))| x * y).sum()
        } else {
            let alone = x.alone.is_some() || y.alone.is_some();
            let (ones_a, ones_b) = if alone { (a.rows.ones, b.cols.ones) } else { (0.0, 0.0) };
            let (rows, cols) =
                if self.extended { (a.rows.nonempty(), b.cols.nonempty()) } else { (a.rows.len(), b.cols.len()) };
            let open = (rows - ones_a) * (cols - ones_b);
            let (mut certain, mut hit) = (0.0, 0.0);
            for (k, (&count_a, &count_b)) in inner() {
                let (e, f) = (x.alone(k), y.alone(k));
                certain += e * count_b + (count_a - e) * f;
                let q = if open > 0.0 { (count_a - e) * (count_b - f) / open } else { 0.0 };
                let q = if self.java { q } else { q.min(1.0) };
                // in this order the Java code rounds
                hit = hit + q - hit * q;
            }
            certain + truncated(hit * open)
        };
        if self.extended {
            nnz = nnz.max(a.rows.half * b.cols.half);
        }
        nnz.min(a.rows.len() * b.cols.len())
    }

    fn matmul(self, a: &Histogram, b: &Histogram) -> Histogram {
        let nnz = self.product(a, b);
        if a.diagonal {
            return b.clone();
        }
        if b.diagonal {
            return a.clone();
        }
        let scaled = |counts: &[f64], total: f64| {
            let scale = if total > 0.0 { nnz / total } else { 0.0 };
            counts.iter().map(|c| c * scale).collect()
        };
        self.derived(scaled(&a.rows.counts, a.nnz), scaled(&b.cols.counts, b.nnz))
    }

    /// Counts of a cell-wise operation: `rule(x, y, both)`, where `both` nonzeros of the slice are expected in both.
    fn cellwise(self, a: &Histogram, b: &Histogram, rule: impl Fn(f64, f64, f64) -> f64) -> Histogram {
        let pairs = a.nnz * b.nnz;
        if self.java && pairs == 0.0 {
            return self.derived(vec![0.0; a.rows.counts.len()], vec![0.0; a.cols.counts.len()]);
        }
        let meeting = |x: &Slices, y: &Slices| {
            let sum: f64 = x.counts.iter().zip(&y.counts).map(|(x, y)| x * y).sum();
            if pairs > 0.0 { sum / pairs } else { 0.0 }
        };
        let slices = |x: &Slices, y: &Slices, lambda: f64| -> Vec<f64> {
            let combined = x.counts.iter().zip(&y.counts).map(|(&x, &y)| rule(x, y, x * y * lambda));
            combined.map(|c| if self.java { c.round() } else { c }).collect()
        };
        let (across_cols, across_rows) = (meeting(&a.cols, &b.cols), meeting(&a.rows, &b.rows));
        self.derived(slices(&a.rows, &b.rows, across_cols), slices(&a.cols, &b.cols, across_rows))
    }

    fn transpose(self, a: &Histogram) -> Histogram {
        let mut result = Histogram { rows: a.cols.clone(), cols: a.rows.clone(), ..a.clone() };
        if self.java {
            for slices in [&mut result.rows, &mut result.cols] {
                (slices.ones, slices.half) = (-1.0, -1.0);
            }
        }
        result
    }

    fn rbind(self, a: &Histogram, b: &Histogram) -> Histogram {
        let cols = a.cols.counts.iter().zip(&b.cols.counts).map(|(x, y)| x + y).collect();
        self.derived([&a.rows.counts[..], &b.rows.counts[..]].concat(), cols)
    }

    fn diag(self, a: &Histogram) -> Histogram {
        if a.cols.counts.len() == 1 {
            let entries = a.rows.counts.clone();
            let diagonal = entries.iter().all(|&c| c > 0.0);
            return Histogram { diagonal, ..self.derived(entries.clone(), entries) };
        }
        let m = a.rows.counts.len();
        if self.java {
            let full = a.nnz.min(m as f64);
            return self.derived(vec![full / m as f64; m], vec![full]);
        }
        let pairs = a.rows.counts.iter().zip(&a.cols.counts);
        let mut entries: Vec<f64> =
            pairs.map(|(r, c)| if a.nnz > 0.0 { (r * c / a.nnz).min(1.0) } else { 0.0 }).collect();
        entries.resize(m, 0.0);
        let sum = entries.iter().sum();
        self.derived(entries, vec![sum])
    }

    /// Rows cut into equal parts, or joined; anything else is uniform here and unknown to the Java code.
    fn reshape(self, a: &Histogram, rows: usize, cols: usize) -> Option<Histogram> {
        let (m, n) = (a.rows.counts.len(), a.cols.counts.len());
        if (rows, cols) == (m, n) {
            return Some(a.clone());
        }
        if rows == 0 || cols == 0 {
            return Some(self.derived(vec![0.0; rows], vec![0.0; cols]));
        }
        let part = |x: f64, parts: usize| (x / parts as f64).trunc();
        let weight = |x: f64| if a.nnz > 0.0 { x / a.nnz } else { 0.0 };
        let (row_counts, col_counts): (Vec<f64>, Vec<f64>) = if m > 0 && rows.is_multiple_of(m) {
            let parts = rows / m;
            let segments: Vec<f64> = a.cols.counts.chunks(cols).map(|segment| weight(segment.iter().sum())).collect();
            let row = |i: usize| match self.java {
                true => part(a.rows.counts[i / parts], parts),
                false => (a.rows.counts[i / parts] * segments[i % parts]).min(cols as f64),
            };
            let col = |j: usize| (0..parts).map(|q| a.cols.counts[q * cols + j]).sum();
            ((0..rows).map(row).collect(), (0..cols).map(col).collect())
        } else if m.is_multiple_of(rows) {
            let parts = m / rows;
            let place = |q: usize| weight((0..rows).map(|i| a.rows.counts[i * parts + q]).sum());
            let places: Vec<f64> = (0..parts).map(place).collect();
            let row = |i: usize| a.rows.counts[i * parts..(i + 1) * parts].iter().sum();
            let col = |j: usize| match self.java {
                true => part(a.cols.counts[j / parts], parts),
                false => (a.cols.counts[j % n] * places[j / n]).min(rows as f64),
            };
            ((0..rows).map(row).collect(), (0..cols).map(col).collect())
        } else if self.java {
            return None;
        } else {
            (vec![a.nnz / rows as f64; rows], vec![a.nnz / cols as f64; cols])
        };
        Some(self.derived(row_counts, col_counts))
    }
}

impl<'a> Estimator<'a> for Mnc {
    type Synopsis = Histogram;

    fn name(&self) -> String {
        let variant = if self.extended { "mnc" } else { "mnc-basic" };
        format!("{variant}{}", if self.java { "-java" } else { "" })
    }

    fn leaf(&self, pattern: Pattern<'a>) -> Result<Histogram, Refusal> {
        let (m, n) = pattern.shape();
        let (by_row, by_col) = (pattern.row_counts(), pattern.col_counts());
        let max = by_row.iter().chain(&by_col).copied().max().unwrap_or(0);
        let is_full = cells(m as u64, n as u64) == pattern.nnz() as u64;
        let alone = (self.extended && max > 1 && !is_full).then(|| {
            let (mut her, mut hec) = (vec![0.0; m], vec![0.0; n]);
            for (i, row) in pattern.iter().enumerate() {
                her[i] = row.iter().filter(|&&j| by_col[j as usize] == 1).count() as f64;
                if let &[j] = row {
                    hec[j as usize] += 1.0;
                }
            }
            (her, hec)
        });
        let (her, hec) = alone.unzip();
        let counts = |counts: Vec<u32>| counts.into_iter().map(f64::from).collect();
        Ok(Histogram {
            rows: Slices::leaf(counts(by_row), n, her),
            cols: Slices::leaf(counts(by_col), m, hec),
            diagonal: self.is_diagonal(pattern),
            nnz: pattern.nnz() as f64,
        })
    }

    /// What merged parts do not know of each other, the nonzeros alone in a column, is left out.
    fn leaf_of_sketch(&self, sketch: &Sketch) -> Result<Histogram, Refusal> {
        let known = [sketch.by_row(), sketch.by_col()].iter().all(|axis| axis.is_exact() && axis.len() <= MAX_EXPLICIT);
        if self.java || !known {
            return Err(Refusal::NeedsData);
        }
        let slices = |axis: &Axis| {
            let written = |counts: &Counts| counts.written_out(axis.len()).into_owned();
            let alone = axis.alone.as_ref().filter(|_| self.extended).map(written);
            Slices::leaf(written(axis.counts()), axis.width() as usize, alone)
        };
        let (m, n) = (sketch.rows(), sketch.cols());
        let diagonal = sketch.structure() == Structure::Diagonal || m == 1 && n == 1;
        Ok(Histogram {
            rows: slices(sketch.by_row()),
            cols: slices(sketch.by_col()),
            diagonal: diagonal && sketch.nnz() == Nnz::exact(m),
            nnz: sketch.nnz().estimate,
        })
    }

    fn apply(&self, op: Operation, operands: &[&Histogram]) -> Result<Histogram, Refusal> {
        let a = operands[0];
        let b = operands.get(1).copied().unwrap_or(a);
        let complement = |x: &Slices, width: f64| x.counts.iter().map(|c| width - c).collect();
        Ok(match op {
            Operation::MatMul => self.matmul(a, b),
            Operation::Add => self.cellwise(a, b, |x, y, both| x + y - both),
            Operation::Mul => self.cellwise(a, b, |_, _, both| both),
            Operation::NotZero => a.clone(),
            Operation::IsZero => self.derived(complement(&a.rows, a.cols.len()), complement(&a.cols, a.rows.len())),
            Operation::Transpose => self.transpose(a),
            Operation::RowBind => self.rbind(a, b),
            Operation::ColBind => self.transpose(&self.rbind(&self.transpose(a), &self.transpose(b))),
            Operation::Diag => self.diag(a),
            Operation::Reshape { rows, cols } => {
                let result = self.reshape(a, rows, cols).ok_or(Refusal::Unsupported(op))?;
                // the total is known whatever became of the counts
                return Ok(Histogram { nnz: a.nnz, ..result });
            }
        })
    }

    fn nnz(&self, synopsis: &Histogram) -> Nnz {
        let (m, n) = (synopsis.rows.counts.len(), synopsis.cols.counts.len());
        Nnz::estimated(synopsis.nnz, cells(m as u64, n as u64))
    }

    /// 32-bit counts, as of leaves.
    fn bytes(&self, synopsis: &Histogram) -> u64 {
        let slices = |slices: &Slices| slices.counts.len() + slices.alone.as_ref().map_or(0, Vec::len);
        (4 * (slices(&synopsis.rows) + slices(&synopsis.cols))) as u64
    }

    fn flops(&self, left: &Histogram, right: &Histogram) -> Option<f64> {
        Some(left.cols.counts.iter().zip(&right.rows.counts).map(|(x, y)| x * y).sum())
    }
}
