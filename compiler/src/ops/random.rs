//! The meaning of `rand`: each cell is a function of the seed and its position.
//!
//! Random bits are those of Philox4x32-10, a bijection of a counter under a key (Salmon, Moraes, Dror, Shaw: Parallel
//! random numbers: as easy as 1, 2, 3; SC 2011, section 3.3). The key is the seed. The counter holds the row (64 bits),
//! a block of columns (48 bits), the purpose of the bits (8 bits) and, for rejection, the attempt (8 bits).

use std::collections::HashMap;

use lac_grammar::Diagnostic;

use super::Scalar;

/// The distribution of the nonzero cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pdf {
    /// Evenly in [min, max).
    Uniform,
    /// With mean 0 and variance 1, whatever min and max are.
    Normal,
    /// Counts with mean `lambda`.
    Poisson { lambda: f64 },
}

impl Pdf {
    /// By its name; "CB_" says that values depend on their places alone, as all do here.
    pub fn named(name: &str, lambda: f64) -> Option<Pdf> {
        match name.strip_prefix("CB_").map(str::to_lowercase).as_deref().unwrap_or(name) {
            "uniform" => Some(Pdf::Uniform),
            "normal" => Some(Pdf::Normal),
            "poisson" => Some(Pdf::Poisson { lambda }),
            _ => None,
        }
    }
}

/// A random rows x cols matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandSpec {
    pub rows: usize,
    pub cols: usize,
    pub min: f64,
    pub max: f64,
    /// The probability of a cell to be drawn from the distribution rather than 0.
    pub sparsity: f64,
    pub pdf: Pdf,
    pub seed: u64,
}

/// What random bits are for: different purposes never share any.
#[derive(Clone, Copy)]
enum Purpose {
    Values = 0,
    Gaps = 1,
    Rejection = 2,
}

impl RandSpec {
    /// E0215 if the arguments make no distribution.
    pub fn check(&self) -> Result<(), Box<Diagnostic>> {
        let fail = |message: String| Err(Box::new(Diagnostic::error("E0215", message)));
        if !(0.0..=1.0).contains(&self.sparsity) {
            return fail(format!("the sparsity of `rand` must be between 0 and 1, not {}", self.sparsity));
        }
        if !(self.max - self.min).is_finite() || self.min > self.max {
            return fail(format!("`rand` needs finite min <= max, not {} and {}", self.min, self.max));
        }
        match self.pdf {
            // Beyond 2^52 not every count is a double.
            Pdf::Poisson { lambda } if !(lambda > 0.0 && lambda <= 4.0e15) => {
                fail(format!("the lambda of a Poisson distribution must be above 0 and at most 4e15, not {lambda}"))
            }
            _ => Ok(()),
        }
    }

    /// Nothing but zeros can come of it.
    pub fn is_zero(&self) -> bool {
        self.sparsity == 0.0 || self.pdf == Pdf::Uniform && self.min == 0.0 && self.max == 0.0
    }

    /// The value of a cell (0-based), if it is drawn.
    pub fn cell(&self, row: u64, col: u64) -> f64 {
        let mut out = [0.0];
        self.fill_row(row, col, &mut out);
        out[0]
    }

    /// The values of consecutive cells of a row from a column on, as if all are drawn.
    pub fn fill_row(&self, row: u64, col: u64, out: &mut [f64]) {
        match self.pdf {
            Pdf::Uniform if self.min == self.max => out.fill(self.min),
            Pdf::Uniform => {
                let width = self.max - self.min;
                // The product may round up to the excluded max.
                let largest = self.max.next_down();
                self.fill_pairs(row, col, out, |u| u.map(|u| (self.min + u * width).min(largest)));
            }
            Pdf::Normal => self.fill_pairs(row, col, out, box_muller),
            Pdf::Poisson { lambda } => {
                for (j, x) in (col..).zip(out) {
                    *x = self.poisson(lambda, row, j);
                }
            }
        }
    }

    /// Two neighbours, the first at an even column, are a function of two uniform numbers.
    fn fill_pairs(&self, row: u64, col: u64, out: &mut [f64], pair: impl Fn([f64; 2]) -> [f64; 2]) {
        let at = |block| pair(self.uniform(row, block, Purpose::Values, 0));
        let (first, rest) = out.split_at_mut(out.len().min((col % 2) as usize));
        for x in first {
            *x = at(col / 2)[1];
        }
        for (block, out) in (col.div_ceil(2)..).zip(rest.chunks_mut(2)) {
            out.copy_from_slice(&at(block)[..out.len()]);
        }
    }

    /// The nonzeros of a row with ascending 0-based columns: O(nnz).
    ///
    /// The gaps between drawn cells are geometric, ⌊ln u / ln(1 - sparsity)⌋; the value of a drawn cell does not depend
    /// on the sparsity.
    pub fn row_nonzeros(&self, row: u64) -> impl Iterator<Item = (u64, f64)> + '_ {
        let cols = self.cols as u64;
        let log_skip = (-self.sparsity).ln_1p();
        let (mut next, mut draw) = (0u64, 0u64);
        let mut pair = [0.0; 2];
        std::iter::from_fn(move || {
            if self.sparsity == 0.0 {
                return None;
            }
            if self.sparsity < 1.0 {
                if draw % 2 == 0 {
                    pair = self.uniform(row, draw / 2, Purpose::Gaps, 0);
                }
                // 1 - u is in (0, 1]; a gap beyond u64 saturates.
                let gap = ((1.0 - pair[(draw % 2) as usize]).ln() / log_skip) as u64;
                next = next.saturating_add(gap);
                draw += 1;
            }
            let col = next;
            next = next.saturating_add(1);
            (col < cols).then(|| (col, self.cell(row, col)))
        })
        .filter(|(_, x)| *x != 0.0)
    }

    /// Poisson counts: by inversion for small means, else by transformed rejection (Hörmann: The transformed rejection
    /// method for generating Poisson random variables; 1993, algorithm PTRS).
    fn poisson(&self, lambda: f64, row: u64, col: u64) -> f64 {
        if lambda < 10.0 {
            let [u, _] = self.uniform(row, col, Purpose::Rejection, 0);
            let (mut k, mut p) = (0.0, (-lambda).exp());
            let mut cumulated = p;
            while u >= cumulated && p > 0.0 {
                k += 1.0;
                p *= lambda / k;
                cumulated += p;
            }
            return k;
        }
        let b = 0.931 + 2.53 * lambda.sqrt();
        let a = -0.059 + 0.02483 * b;
        let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
        let accept_at_once = 0.9277 - 3.6224 / (b - 2.0);
        for attempt in 0..=u8::MAX {
            let [u, v] = self.uniform(row, col, Purpose::Rejection, attempt);
            let (u, v) = (u - 0.5, 1.0 - v);
            let us = 0.5 - u.abs();
            let k = ((2.0 * a / us + b) * u + lambda + 0.43).floor();
            if us >= 0.07 && v <= accept_at_once {
                return k;
            }
            if k < 0.0 || us < 0.013 && v > us {
                continue;
            }
            let density = k * lambda.ln() - lambda - ln_factorial(k);
            if (v * inverse_alpha / (a / (us * us) + b)).ln() <= density {
                return k;
            }
        }
        // An attempt fails with probability below 1/3; 256 of them never all do.
        lambda.floor()
    }

    /// Two numbers in [0, 1), multiples of 2^-53.
    fn uniform(&self, row: u64, block: u64, purpose: Purpose, attempt: u8) -> [f64; 2] {
        let high = (block >> 32) as u32 & 0xFFFF | (purpose as u32) << 16 | u32::from(attempt) << 24;
        let counter = [block as u32, high, row as u32, (row >> 32) as u32];
        let [a, b, c, d] = philox(counter, [self.seed as u32, (self.seed >> 32) as u32]);
        [(a, b), (c, d)].map(|(low, high)| {
            let bits = u64::from(high) << 32 | u64::from(low);
            (bits >> 11) as f64 * (-53f64).exp2()
        })
    }
}

/// Two independent normal numbers from two uniform ones.
fn box_muller([u, v]: [f64; 2]) -> [f64; 2] {
    let radius = (-2.0 * (1.0 - u).ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * v).sin_cos();
    [radius * cos, radius * sin]
}

/// Ten rounds of Philox4x32.
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(counter[0]) * 0xD251_1F53;
        let b = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [(b >> 32) as u32 ^ counter[1] ^ key[0], b as u32, (a >> 32) as u32 ^ counter[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// ln k!, by Stirling's series from 10 on.
fn ln_factorial(k: f64) -> f64 {
    if k < 10.0 {
        return (2..=k as u64).map(|i| i as f64).product::<f64>().ln();
    }
    let n = k + 1.0;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * n * n)) / (n * n)) / n;
    (n - 0.5) * n.ln() - n + 0.5 * std::f64::consts::TAU.ln() + series
}

/// A sample without repetition writes out the whole range if it is at most so many times as large.
pub const MOST_PER_NUMBER: u64 = 8;

/// The numbers of `sample(range, size, replace, seed)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    range: u64,
    size: usize,
    replace: bool,
    seed: u64,
}

impl Draw {
    /// From the arguments as they are written: a number in the place of `replace` is the seed; a seed of -1 is to be `fresh`.
    ///
    /// # Errors
    /// E0215 if that many can not be drawn, or the seed is no whole number.
    pub fn new(
        range: f64,
        size: usize,
        replace: Option<Scalar>,
        seed: Option<Scalar>,
        fresh: impl FnOnce() -> u64,
    ) -> Result<Draw, Box<Diagnostic>> {
        let fail = |message: String| Err(Box::new(Diagnostic::error("E0215", message)));
        let unseeded = seed.as_ref().is_none_or(|s| s.as_i64() == Some(-1));
        let (replace, seed) = match replace {
            Some(given @ (Scalar::Int(_) | Scalar::Double(_))) if unseeded => (false, Some(given)),
            given => (given.as_ref().and_then(Scalar::as_bool).unwrap_or(false), seed),
        };
        let seed = match seed.map_or(Some(-1), |s| s.as_i64()) {
            Some(-1) => fresh(),
            Some(seed) => seed as u64,
            None => return fail("a seed is a whole number".into()),
        };
        // Up to 2^53 doubles count.
        if !(0.0..9.0e15).contains(&range) || range < 1.0 && size > 0 {
            return fail(format!("`sample` draws from the numbers 1 to {range}"));
        }
        let range = range as u64;
        if !replace && size as u64 > range {
            return fail(format!("{size} of {range} numbers can not be drawn without repetition"));
        }
        Ok(Draw { range, size, replace, seed })
    }

    /// Without repetition by the shuffle of Fisher and Yates: number i is drawn from those that are left.
    pub fn numbers(&self) -> Vec<f64> {
        if self.replace {
            (0..self.size).map(|i| (self.below(i, self.range) + 1) as f64).collect()
        } else if self.range <= MOST_PER_NUMBER * self.size as u64 {
            self.shuffled()
        } else {
            self.exchanged()
        }
    }

    /// The i-th random number below n.
    fn below(&self, i: usize, n: u64) -> u64 {
        let (rows, seed) = (self.size, self.seed);
        let unit = RandSpec { rows, cols: 1, min: 0.0, max: 1.0, sparsity: 1.0, pdf: Pdf::Uniform, seed };
        ((unit.cell(i as u64, 0) * n as f64) as u64).min(n - 1)
    }

    /// The beginning of the whole range, shuffled.
    fn shuffled(&self) -> Vec<f64> {
        let mut left: Vec<u64> = (1..=self.range).collect();
        (0..self.size).for_each(|i| left.swap(i, i + self.below(i, self.range - i as u64) as usize));
        left[..self.size].iter().map(|&number| number as f64).collect()
    }

    /// The same, where of the range only the places that were exchanged are kept.
    fn exchanged(&self) -> Vec<f64> {
        let mut moved: HashMap<u64, u64> = HashMap::new();
        let mut draw = |i: u64| {
            let place = i + self.below(i as usize, self.range - i);
            let number = moved.get(&place).copied().unwrap_or(place);
            // The number that stood at place i takes the place of the drawn one.
            let first = moved.remove(&i).unwrap_or(i);
            if place != i {
                moved.insert(place, first);
            }
            (number + 1) as f64
        };
        (0..self.size as u64).map(&mut draw).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Draw, Pdf, RandSpec, ln_factorial, philox};

    const SPEC: RandSpec =
        RandSpec { rows: 200, cols: 501, min: -1.0, max: 3.0, sparsity: 1.0, pdf: Pdf::Uniform, seed: 7 };

    #[test]
    fn samples_are_shuffles() {
        for (range, size) in [(1, 1), (7, 7), (100, 13), (100, 0), (5000, 4000)] {
            let draw = Draw { range, size, replace: false, seed: 3 };
            let numbers = draw.shuffled();
            assert_eq!(numbers, draw.exchanged());
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            assert!(sorted.windows(2).all(|w| w[0] < w[1]), "each once");
            assert!(sorted.iter().all(|&x| x >= 1.0 && x <= range as f64 && x.fract() == 0.0));
        }
        // Every number is as likely as the others to come first.
        let first = |seed| Draw { range: 10, size: 1, replace: false, seed }.numbers()[0];
        let mut counts = [0; 10];
        (0..10_000).for_each(|seed| counts[first(seed) as usize - 1] += 1);
        assert!(counts.iter().all(|c| (850..1150).contains(c)), "{counts:?}");
    }

    /// Vectors published with the generator.
    #[test]
    fn known_answers() {
        let ones = u32::MAX;
        for (counter, key, expected) in [
            ([0; 4], [0; 2], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]),
            ([ones; 4], [ones; 2], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]),
            (
                [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
                [0xa4093822, 0x299f31d0],
                [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
            ),
        ] {
            assert_eq!(philox(counter, key), expected);
        }
    }

    fn moments(spec: &RandSpec) -> (f64, f64, usize) {
        let values: Vec<f64> = (0..spec.rows as u64).flat_map(|i| spec.row_nonzeros(i)).map(|(_, x)| x).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n, values.len())
    }

    #[test]
    fn moments_are_those_of_the_distribution() {
        for (pdf, mean, variance) in [(Pdf::Uniform, 1.0, 4.0 / 3.0), (Pdf::Normal, 0.0, 1.0)] {
            for sparsity in [1.0, 0.3] {
                let spec = RandSpec { pdf, sparsity, ..SPEC };
                let (m, v, n) = moments(&spec);
                let expected = 100_200.0 * sparsity;
                assert!((m - mean).abs() < 0.02 && (v - variance).abs() < 0.03, "{spec:?}: {m} {v}");
                assert!((n as f64 - expected).abs() <= 5.0 * (expected * (1.0 - sparsity)).sqrt(), "{spec:?}: {n}");
            }
        }
    }

    #[test]
    fn poisson_counts() {
        for lambda in [0.1, 3.0, 9.9, 10.1, 200.0, 1e6] {
            let spec = RandSpec { pdf: Pdf::Poisson { lambda }, ..SPEC };
            let n = (spec.rows * spec.cols) as f64;
            let cells: Vec<f64> = (0..200).flat_map(|i| (0..501).map(move |j| spec.cell(i, j))).collect();
            let mean = cells.iter().sum::<f64>() / n;
            let variance = cells.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
            assert!((mean - lambda).abs() < 5.0 * (lambda / n).sqrt(), "{lambda}: mean {mean}");
            assert!((variance / lambda - 1.0).abs() < 0.05, "{lambda}: variance {variance}");
            assert!(cells.iter().all(|x| *x >= 0.0 && x.fract() == 0.0));
        }
    }

    /// A cell is the same alone, within a run of cells, and among the nonzeros of any sparsity.
    #[test]
    fn cells_do_not_depend_on_their_company() {
        for pdf in [Pdf::Uniform, Pdf::Normal, Pdf::Poisson { lambda: 4.0 }] {
            let spec = RandSpec { pdf, sparsity: 0.4, ..SPEC };
            let mut run = [0.0; 40];
            for begin in [0, 1, 6] {
                spec.fill_row(3, begin, &mut run);
                assert!((begin..).zip(run).all(|(j, x)| x == spec.cell(3, j)));
            }
            assert!(spec.row_nonzeros(3).all(|(j, x)| x == spec.cell(3, j) && j < 501));
        }
    }

    #[test]
    fn each_seed_and_row_has_its_own_numbers() {
        let other = RandSpec { seed: 8, ..SPEC };
        assert_ne!(SPEC.cell(0, 0), other.cell(0, 0));
        assert_ne!(SPEC.cell(0, 0), SPEC.cell(1, 0));
        assert_ne!(SPEC.cell(0, 0), SPEC.cell(0, 1));
    }

    #[test]
    fn stirling_meets_the_product() {
        let exact: f64 = (2..=20).map(|i| f64::from(i).ln()).sum();
        assert!((ln_factorial(20.0) - exact).abs() < 1e-9);
    }

    #[test]
    fn arguments_are_checked() {
        assert!(SPEC.check().is_ok());
        for bad in [
            RandSpec { sparsity: -0.1, ..SPEC },
            RandSpec { sparsity: f64::NAN, ..SPEC },
            RandSpec { min: 4.0, ..SPEC },
            RandSpec { max: f64::INFINITY, ..SPEC },
            RandSpec { pdf: Pdf::Poisson { lambda: 0.0 }, ..SPEC },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
