//! Contingency tables `table(i, j, w)`: how many cells the pairs of two vectors meet.

use super::axis::{Axis, Limits};
use super::counts::{Counts, MAX_EXPLICIT};
use super::mnc::Sketch;
use super::nnz::{Nnz, cells};

/// What is known of the slices that pairs fall into, along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Nothing.
    Any,
    /// Pair k falls into slice k: no two pairs meet (`seq(1, n)`).
    Each,
    /// All pairs fall into one slice (a scalar).
    One,
}

impl Sketch {
    /// The rows x cols table of at most `pairs` pairs with nonzero weights. Pairs beyond its borders are left out, so that
    /// nothing is certain from below.
    ///
    /// The expected number of cells met is that of throwing the pairs at random into R x C cells (section 3.4 with
    /// uniform frequencies): R C (1 - exp(-pairs / (R C))).
    pub fn table(rows: u64, cols: u64, pairs: u64, by_row: Spread, by_col: Spread) -> Sketch {
        let within = |spread, len: u64| match spread {
            Spread::Any => len,
            Spread::Each => len.min(pairs),
            Spread::One => len.min(1),
        };
        let (height, breadth) = (within(by_row, rows), within(by_col, cols));
        let most = match (by_row, by_col) {
            (Spread::Each, _) => height,
            (_, Spread::Each) => breadth,
            _ => cells(height, breadth),
        };
        let upper = pairs.min(most).min(cells(rows, cols));
        let room = height as f64 * breadth as f64;
        let expected = match (by_row, by_col) {
            (Spread::Each, _) | (_, Spread::Each) => upper as f64,
            _ if room == 0.0 => 0.0,
            _ => -room * (-(pairs as f64) / room).exp_m1(),
        };
        let nnz = Nnz::new(0, expected, upper);
        let axis = |len: u64, width: u64, spread, nonempty: u64, across| {
            let share = if len == 0 { 0.0 } else { nnz.estimate / len as f64 };
            // A slice has at most one cell if each pair has a slice, or if all pairs are in one slice across.
            let max = if spread == Spread::Each || across == Spread::One { width.min(1) } else { width.min(pairs) };
            let limits = Limits { min: 0, max, nonempty_lower: 0, nonempty_upper: nonempty };
            Axis::estimated(len, width, Counts::Uniform(share), limits)
        };
        let by_rows = axis(rows, cols, by_row, height, by_col);
        let by_cols = axis(cols, rows, by_col, breadth, by_row);
        Sketch::assemble(nnz, by_rows, by_cols, false)
    }

    /// The table of pairs (1, j), (2, j'), .. that all have a column within it and a weight that is not 0: each row has one
    /// nonzero as long as there are pairs.
    pub fn selection(rows: u64, cols: u64, pairs: u64, by_col: Spread) -> Sketch {
        let kept = rows.min(pairs);
        let counts = match kept {
            _ if kept == rows => Counts::Uniform(1.0),
            0 => Counts::Uniform(0.0),
            _ if rows <= MAX_EXPLICIT => (0..rows).map(|i| f64::from(u8::from(i < kept))).collect::<Vec<_>>().into(),
            _ => return Sketch::table(rows, cols, pairs, Spread::Each, by_col),
        };
        let met = if by_col == Spread::One { cols.min(1) } else { cols };
        let share = if cols == 0 { 0.0 } else { kept as f64 / cols as f64 };
        let limits = Limits { nonempty_upper: met, ..Limits::any(cols, rows) };
        let by_col = Axis::estimated(cols, rows, Counts::Uniform(share), limits);
        Sketch::assemble(Nnz::exact(kept), Axis::exact(rows, cols, counts), by_col, false)
    }

    /// The n x n table of a vector with itself: nonzero on the diagonal alone.
    pub fn diagonal_table(n: u64, pairs: u64) -> Sketch {
        let upper = n.min(pairs);
        let expected = if n == 0 { 0.0 } else { -(n as f64) * (-(pairs as f64) / n as f64).exp_m1() };
        let limits = Limits { min: 0, max: n.min(1), nonempty_lower: 0, nonempty_upper: upper };
        let share = if n == 0 { 0.0 } else { expected.min(upper as f64) / n as f64 };
        let axis = Axis::estimated(n, n, Counts::Uniform(share), limits);
        Sketch::assemble(Nnz::new(0, expected, upper), axis.clone(), axis, true)
    }
}
