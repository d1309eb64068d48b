//! Folds of cells into one value, in an order that depends on their number only.
//!
//! Sixteen interleaved accumulators over blocks, the blocks joined as a balanced tree: n values are summed with an
//! error of O(log n) roundings rather than O(n) (Higham, Accuracy and Stability of Numerical Algorithms, 4.2).

use super::split::{PARALLEL, tree};

/// What is folded: the join of the terms of all cells. `join` is associative up to rounding, with the neutral START.
pub(super) trait Fold: Copy + Send + Sync {
    const START: f64;
    /// What a cell contributes; `lane` tells the column where columns are folded, and is 0 elsewhere.
    fn term(self, lane: usize, x: f64) -> f64;
    fn join(self, a: f64, b: f64) -> f64;
}

macro_rules! folds {
    ($($(#[$doc:meta])* $name:ident $start:expr, |$x:ident| $term:expr, |$a:ident, $b:ident| $join:expr;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name;
        impl Fold for $name {
            const START: f64 = $start;
            #[inline(always)]
            fn term(self, _: usize, $x: f64) -> f64 { $term }
            #[inline(always)]
            fn join(self, $a: f64, $b: f64) -> f64 { $join }
        }
    )* };
}

folds! {
    Sum 0.0, |x| x, |a, b| a + b;
    SumSq 0.0, |x| x * x, |a, b| a + b;
    /// NaN if any is: the comparison is false once `a` is NaN.
    Min f64::INFINITY, |x| x, |a, b| if (b < a) | b.is_nan() { b } else { a };
    Max f64::NEG_INFINITY, |x| x, |a, b| if (b > a) | b.is_nan() { b } else { a };
    /// Of the cells that are not NaN.
    Largest f64::NEG_INFINITY, |x| x, |a, b| if b > a { b } else { a };
    Smallest f64::INFINITY, |x| x, |a, b| if b < a { b } else { a };
    /// Of the cells that are not 0; see [`product`].
    Product 1.0, |x| if x == 0.0 { 1.0 } else { x }, |a, b| a * b;
    Nonzeros 0.0, |x| f64::from(u8::from(x != 0.0)), |a, b| a + b;
    /// 0, or NaN if a cell is NaN or infinite.
    Taint 0.0, |x| x * 0.0, |a, b| a + b;
}

/// The squares of the distances from a mean.
#[derive(Clone, Copy)]
pub(super) struct Deviation<'a>(pub &'a [f64]);

impl Fold for Deviation<'_> {
    const START: f64 = 0.0;
    #[inline(always)]
    fn term(self, lane: usize, x: f64) -> f64 {
        let d = x - self.0[lane];
        d * d
    }
    #[inline(always)]
    fn join(self, a: f64, b: f64) -> f64 {
        a + b
    }
}

/// A product does not depend on where its zeros stand: it is 0, or 0 * Inf = NaN, even if the other cells overflow.
pub(super) fn product(nonzeros: f64, zeros: f64, taint: f64) -> f64 {
    if zeros > 0.0 { taint } else { nonzeros }
}

/// The sample variance from the sum of squared deviations of n values: 0 for one value, NaN for none.
pub(super) fn variance(squares: f64, n: f64) -> f64 {
    if n == 0.0 { f64::NAN } else { squares / (n - 1.0).max(1.0) }
}

const LANES: usize = 16;
const BLOCK: usize = 2048;

/// The fold of some cells.
pub(super) fn fold<F: Fold>(f: F, values: &[f64]) -> f64 {
    let leaf = |range| fold_block(f, &values[range]);
    tree(0..values.len(), BLOCK, PARALLEL, &leaf, &|a, b| f.join(a, b))
}

fn fold_block<F: Fold>(f: F, values: &[f64]) -> f64 {
    if values.len() < LANES {
        return values.iter().fold(F::START, |a, &x| f.join(a, f.term(0, x)));
    }
    let mut lanes = [F::START; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = f.join(*lane, f.term(0, x));
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = f.join(*lane, f.term(0, x));
    }
    let mut width = LANES / 2;
    while width > 0 {
        for k in 0..width {
            lanes[k] = f.join(lanes[k], lanes[k + width]);
        }
        width /= 2;
    }
    lanes[0]
}
