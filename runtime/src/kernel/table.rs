//! Contingency tables.

use lac_compiler::reference::table::MOST;
use lac_grammar::Diagnostic;

use super::build::{compact, reserve_csr, zeroed};
use super::cellwise_source::{Operand, Source, buffer};
use super::split::CHUNK;
use crate::{Context, Dense, Facts, Matrix, Result};

/// Cell (i, j) is the sum of the weights of the pairs (i, j), in their order. Fractions of i and j are dropped; a pair with a
/// NaN or beyond a given dimension counts nowhere; a dimension not given is the largest number there is.
///
/// The result is sparse unless it has hardly more cells than there are pairs.
///
/// # Errors
/// E0501 if a row or column is less than 1, or decides a dimension that no matrix has; E0601 without memory; E0602 for
/// more than 2^32 rows or columns.
pub fn table(
    i: &Matrix,
    j: Operand,
    weights: Operand,
    (rows, cols): (Option<usize>, Option<usize>),
    ctx: &Context,
) -> Result<Matrix> {
    let pairs = Pairs::collect(i, j, weights, (rows, cols), ctx)?;
    let (rows, cols) = (dimension(rows, pairs.largest.0)?, dimension(cols, pairs.largest.1)?);
    pairs.finish(rows, cols, ctx)
}

fn dimension(given: Option<usize>, largest: f64) -> Result<usize> {
    match given {
        Some(n) => Ok(n),
        None if largest < MOST => Ok(largest as usize),
        None => Err(Box::new(Diagnostic::error(
            "E0501",
            format!("`table` can not make a matrix of {largest} rows or columns"),
        ))),
    }
}

/// The pairs that count, 0-based, with their weights, and the largest numbers of all pairs.
pub(super) struct Pairs {
    places: Vec<(u32, u32)>,
    weights: Vec<f64>,
    largest: (f64, f64),
}

impl Pairs {
    pub fn with_capacity(most: usize) -> Pairs {
        Pairs { places: Vec::with_capacity(most), weights: Vec::with_capacity(most), largest: (0.0, 0.0) }
    }

    pub fn push(&mut self, place: (u32, u32), weight: f64) {
        self.places.push(place);
        self.weights.push(weight);
    }

    /// The sums of the weights at each place, in the smaller format.
    pub fn finish(&self, rows: usize, cols: usize, ctx: &Context) -> Result<Matrix> {
        let cells = rows as u128 * cols as u128;
        if cells * 8 <= self.places.len() as u128 * 12 + rows as u128 * 8 {
            self.dense(rows, cols, ctx)
        } else {
            self.sparse(rows, cols, ctx)
        }
    }

    fn collect(
        i: &Matrix,
        j: Operand,
        weights: Operand,
        (rows, cols): (Option<usize>, Option<usize>),
        ctx: &Context,
    ) -> Result<Pairs> {
        let shape = i.shape();
        let cells = shape.0 * shape.1;
        // A row number of 0 is an error: no more pairs count than there are nonzeros.
        let most = i.nnz() as usize;
        ctx.reserve(most as u64 * 16, || format!("a table of {most} pairs"))?;
        let source = |operand| Source::new(operand, shape, ctx);
        let sources = [source(Operand::Matrix(i))?, source(j)?, source(weights)?];
        let mut pairs = Pairs::with_capacity(most);
        let limit = |given: Option<usize>| given.map_or(f64::INFINITY, |n| n as f64);
        let limits = (limit(rows), limit(cols));
        let mut buffers = [buffer(), buffer(), buffer()];
        for start in (0..cells).step_by(CHUNK) {
            let len = CHUNK.min(cells - start);
            let [a, b, c] = &mut buffers;
            let i = sources[0].read(shape.1, start, &mut a[..len]);
            let j = sources[1].read(shape.1, start, &mut b[..len]);
            let w = sources[2].read(shape.1, start, &mut c[..len]);
            for ((&i, &j), &w) in i.iter().zip(j).zip(w) {
                pairs.add(i.trunc(), j.trunc(), w, limits)?;
            }
        }
        Ok(pairs)
    }

    fn add(&mut self, i: f64, j: f64, w: f64, limits: (f64, f64)) -> Result<()> {
        self.largest = (self.largest.0.max(i), self.largest.1.max(j));
        if i.is_nan() || j.is_nan() || w.is_nan() {
            return Ok(());
        }
        if i < 1.0 || j < 1.0 {
            let (what, which) = if i < 1.0 { ("rows", i) } else { ("columns", j) };
            let error =
                Diagnostic::error("E0501", format!("`table` counts {what} from 1: there is none of number {which}"));
            return Err(Box::new(error.help("`replace(target=.., pattern=0, replacement=NaN)` leaves such pairs out")));
        }
        if i <= limits.0 && j <= limits.1 {
            let place = |x: f64| if x <= 4_294_967_296.0 { Some((x as u64 - 1) as u32) } else { None };
            let (Some(i), Some(j)) = (place(i), place(j)) else {
                let (largest, _) = if i > j { (i, j) } else { (j, i) };
                if largest >= MOST {
                    // Said when the size of the result is asked for.
                    return Ok(());
                }
                let error = Diagnostic::error("E0602", format!("a table of {largest} rows or columns"));
                return Err(Box::new(error.note("a table has at most 4294967296 rows and columns")));
            };
            self.push((i, j), w);
        }
        Ok(())
    }

    fn dense(&self, rows: usize, cols: usize, ctx: &Context) -> Result<Matrix> {
        let mut values = zeroed(rows, cols, ctx)?;
        for (&(i, j), w) in self.places.iter().zip(&self.weights) {
            values[i as usize * cols + j as usize] += w;
        }
        Ok(Matrix::new(Dense::new(rows, cols, values)))
    }

    /// Counting sort by row; within a row a stable sort by column brings equal places together.
    fn sparse(&self, rows: usize, cols: usize, ctx: &Context) -> Result<Matrix> {
        reserve_csr(rows, cols, 2 * self.places.len(), ctx)?;
        let mut next = vec![0usize; rows + 1];
        for &(i, _) in &self.places {
            next[i as usize + 1] += 1;
        }
        for i in 0..rows {
            next[i + 1] += next[i];
        }
        let mut sorted = vec![(0u32, 0.0); self.places.len()];
        for (&(i, j), &w) in self.places.iter().zip(&self.weights) {
            let at = &mut next[i as usize];
            sorted[*at] = (j, w);
            *at += 1;
        }
        let mut indptr = Vec::with_capacity(rows + 1);
        let (mut indices, mut values): (Vec<u32>, Vec<f64>) = (Vec::new(), Vec::new());
        indptr.push(0);
        let mut begin = 0;
        // Each offset has moved to where the next row begins.
        for &end in &next[..rows] {
            let row = &mut sorted[begin..end];
            row.sort_by_key(|(j, _)| *j);
            let first = values.len();
            for &(j, w) in row.iter() {
                match indices[first..].last() {
                    Some(&last) if last == j => *values.last_mut().expect("a value for each column") += w,
                    _ => {
                        indices.push(j);
                        // As a sum that begins with 0.
                        values.push(0.0 + w);
                    }
                }
            }
            indptr.push(values.len());
            begin = end;
        }
        let facts = Facts::of(&values);
        Ok(compact(rows, cols, indptr, indices, values, facts))
    }
}
