//! One axis of a sketch: the counts of all rows, or of all columns, and what is certain about them.

use super::counts::{Count, Counts, Found};
use super::nnz::{Nnz, ceil_bound, floor_bound};

/// The slices along one axis: `len` rows of `width` cells each (or columns, with the words exchanged).
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    len: u64,
    width: u64,
    counts: Counts,
    exact: bool,
    /// Of each slice, the nonzeros that are alone in their slice across (`her`, `hec`); only kept for exact counts.
    pub(super) alone: Option<Counts>,
    pub(super) limits: Limits,
    sum: f64,
    max: f64,
    nonempty: f64,
    ones: u64,
    full: u64,
}

/// True bounds on the counts of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// No slice has fewer nonzeros.
    pub(super) min: u64,
    /// No slice has more nonzeros.
    pub(super) max: u64,
    /// At least this many slices are not empty.
    pub(super) nonempty_lower: u64,
    /// At most this many slices are not empty.
    pub(super) nonempty_upper: u64,
}

impl Limits {
    /// What the shape says.
    pub(super) fn any(len: u64, width: u64) -> Limits {
        Limits { min: 0, max: width, nonempty_lower: 0, nonempty_upper: len }
    }

    /// What two sources say together.
    pub(super) fn intersect(self, other: Limits) -> Limits {
        Limits {
            min: self.min.max(other.min),
            max: self.max.min(other.max),
            nonempty_lower: self.nonempty_lower.max(other.nonempty_lower),
            nonempty_upper: self.nonempty_upper.min(other.nonempty_upper),
        }
    }
}

/// What a pass over true counts finds, in independent lanes that the compiler computes at once.
#[derive(Default)]
struct Summary {
    min: [f64; LANES],
    max: [f64; LANES],
    sum: [f64; LANES],
    /// Numbers of slices.
    nonempty: [f64; LANES],
    ones: [f64; LANES],
    full: [f64; LANES],
}

const LANES: usize = 4;

impl Summary {
    fn of(counts: &Counts, len: u64, all: f64) -> Summary {
        let mut summary = Summary { min: [all; LANES], ..Summary::default() };
        Counts::blocks([counts], len, |[c]| {
            let (chunks, rest) = c.as_chunks::<LANES>();
            for chunk in chunks {
                (0..LANES).for_each(|i| summary.add(i, chunk[i], all));
            }
            rest.iter().enumerate().for_each(|(i, &c)| summary.add(i, c, all));
        });
        summary
    }

    #[inline(always)]
    fn add(&mut self, i: usize, c: f64, all: f64) {
        let number = |is: bool| if is { 1.0 } else { 0.0 };
        self.min[i] = if c < self.min[i] { c } else { self.min[i] };
        self.max[i] = if c > self.max[i] { c } else { self.max[i] };
        self.sum[i] += c;
        self.nonempty[i] += number(c > 0.0);
        self.ones[i] += number(c == 1.0);
        self.full[i] += number(c == all);
    }
}

impl Axis {
    /// True counts of slices of `width` cells, in a type that can tell them all.
    pub(super) fn counted<C: Count>(width: u64, counts: Vec<C>) -> Axis {
        // within a block the numbers of slices fit the type of the counts
        let found = counts.chunks(1 << 12).map(|block| C::found(block, width)).reduce(Found::and).unwrap_or_default();
        let Found { min, max, sum, nonempty, ones, full } = found;
        let len = counts.len() as u64;
        let counts = match min == max {
            true => Counts::Uniform(max as f64),
            false => Counts::Explicit(C::written(counts).into()),
        };
        let limits = Limits { min, max, nonempty_lower: nonempty, nonempty_upper: nonempty };
        let (sum, max, nonempty) = (sum as f64, max as f64, nonempty as f64);
        Axis { len, width, counts, exact: true, alone: None, limits, sum, max, nonempty, ones, full }
    }

    /// Counts that are true.
    pub(super) fn exact(len: u64, width: u64, counts: Counts) -> Axis {
        let all = width as f64;
        let found = Summary::of(&counts, len, all);
        let (min, max) = (found.min.into_iter().fold(all, f64::min), found.max.into_iter().fold(0.0, f64::max));
        let times = if matches!(counts, Counts::Uniform(_)) { len } else { 1 };
        let sum = found.sum.iter().sum::<f64>() * times as f64;
        let slices = |lanes: [f64; LANES]| lanes.iter().sum::<f64>() as u64 * times;
        let [nonempty, ones, full] = [found.nonempty, found.ones, found.full].map(slices);
        let limits =
            Limits { min: min.min(max) as u64, max: max as u64, nonempty_lower: nonempty, nonempty_upper: nonempty };
        Axis { len, width, counts, exact: true, alone: None, limits, sum, max, nonempty: nonempty as f64, ones, full }
    }

    /// Expected counts, of which only `limits` are certain.
    pub(super) fn estimated(len: u64, width: u64, counts: Counts, limits: Limits) -> Axis {
        let limits = limits.intersect(Limits::any(len, width));
        let (mut max, mut nonempty, mut sum) = (0.0, 0.0, 0.0);
        let times = Counts::blocks([&counts], len, |[block]| {
            for &c in block {
                max = if c > max { c } else { max };
                sum += c;
                nonempty += probability_nonempty(c, width as f64);
            }
        });
        sum *= times;
        nonempty *= times;
        let mut axis =
            Axis { len, width, counts, exact: false, alone: None, limits, sum, max, nonempty, ones: 0, full: 0 };
        axis.settle();
        axis
    }

    /// Expected counts with their summaries (sum, largest, expected number of slices with nonzeros), as they were kept.
    pub(super) fn restored(len: u64, width: u64, counts: Counts, limits: Limits, summaries: [f64; 3]) -> Axis {
        let [sum, max, nonempty] = summaries;
        Axis { len, width, counts, exact: false, alone: None, limits, sum, max, nonempty, ones: 0, full: 0 }
    }

    /// Expected counts, moved between true bounds of each slice; exact if these meet everywhere.
    pub(super) fn between(len: u64, width: u64, lower: &Counts, counts: &Counts, upper: &Counts) -> Axis {
        Axis::within(len, width, lower, counts.zip(lower, f64::max).zip(upper, f64::min), upper)
    }

    /// Expected counts that lie between true bounds of each slice; exact if these meet everywhere.
    pub(super) fn within(len: u64, width: u64, lower: &Counts, counts: Counts, upper: &Counts) -> Axis {
        let (mut min, mut max, mut nonempty_lower, mut nonempty_upper) = (f64::INFINITY, 0.0_f64, 0u64, 0u64);
        let mut open = false;
        let times = Counts::blocks([lower, upper], len, |[low, high]| {
            for (&l, &u) in low.iter().zip(high) {
                open |= l < u;
                min = if l < min { l } else { min };
                max = if u > max { u } else { max };
                nonempty_lower += u64::from(l > 0.0);
                nonempty_upper += u64::from(u > 0.0);
            }
        });
        if !open {
            return Axis::exact(len, width, lower.clone());
        }
        let times = times as u64;
        let limits = Limits {
            min: min as u64,
            max: max as u64,
            nonempty_lower: nonempty_lower.saturating_mul(times),
            nonempty_upper: nonempty_upper.saturating_mul(times),
        };
        Axis::estimated(len, width, counts, limits)
    }

    /// All slices empty.
    pub(super) fn empty(len: u64, width: u64) -> Axis {
        Axis::exact(len, width, Counts::Uniform(0.0))
    }

    /// All slices full.
    pub(super) fn full(len: u64, width: u64) -> Axis {
        Axis::exact(len, width, Counts::Uniform(width as f64))
    }

    /// The same slices in another order.
    pub(super) fn reordered(&self, reorder: impl Fn(&Counts) -> Counts) -> Axis {
        Axis { counts: reorder(&self.counts), alone: self.alone.as_ref().map(reorder), ..self.clone() }
    }

    /// Takes over what else is known; exact counts know it already.
    pub(super) fn limit(&mut self, limits: Limits) {
        if !self.exact {
            self.limits = self.limits.intersect(limits);
            self.settle();
        }
    }

    /// Moves the estimated summaries into their bounds, and recognises counts that are certain after all.
    fn settle(&mut self) {
        let limits = &mut self.limits;
        if limits.min > 0 {
            limits.nonempty_lower = self.len;
        }
        if limits.min >= limits.max {
            *self = Axis::exact(self.len, self.width, Counts::Uniform(limits.min as f64));
            return;
        }
        let (least, most) = (limits.min as f64, limits.max as f64);
        if limits.min > 0 || self.max > most {
            self.counts = self.counts.map(|c| c.clamp(least, most));
            self.sum = self.counts.sum(self.len);
            self.max = self.max.clamp(least, most);
        }
        let (low, high) = (limits.nonempty_lower as f64, limits.nonempty_upper as f64);
        self.nonempty = self.nonempty.min(high).max(low);
    }

    /// Number of slices.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is no slice.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Cells of a slice.
    pub fn width(&self) -> u64 {
        self.width
    }

    /// Nonzeros of each slice, expected ones unless [`Axis::is_exact`].
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether the counts are true.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// Sum of the counts.
    pub(super) fn sum(&self) -> f64 {
        self.sum
    }

    /// Largest count (`max_r`, `max_c`).
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Number of slices that are not empty (`ne_r`, `ne_c`); of expected counts, the sum of the probabilities.
    pub fn nonempty(&self) -> f64 {
        self.nonempty
    }

    /// Number of slices with one nonzero, 0 if the counts are not exact.
    pub fn ones(&self) -> u64 {
        self.ones
    }

    /// Number of full slices, 0 if the counts are not exact.
    pub fn full_slices(&self) -> u64 {
        self.full
    }

    /// No slice has fewer nonzeros than its entry here.
    pub(super) fn lower(&self) -> Counts {
        if self.exact { self.counts.clone() } else { Counts::Uniform(self.limits.min as f64) }
    }

    /// No slice has more nonzeros than its entry here.
    pub(super) fn upper(&self) -> Counts {
        if self.exact { self.counts.clone() } else { Counts::Uniform(self.limits.max as f64) }
    }

    /// The number of nonzeros as this axis alone knows it.
    pub(super) fn nnz(&self) -> Nnz {
        let sum = self.sum;
        if self.exact {
            return Nnz::new(floor_bound(sum), sum, ceil_bound(sum));
        }
        let limits = self.limits;
        let lower = limits.nonempty_lower.max(self.len.saturating_mul(limits.min));
        Nnz::new(lower, sum, limits.nonempty_upper.saturating_mul(limits.max))
    }

    /// The probability that each slice is not empty, in {0, 1} for exact counts.
    pub(super) fn nonempty_probability(&self) -> Counts {
        if self.exact {
            return self.counts.map(|c| f64::from(u8::from(c > 0.0)));
        }
        let width = self.width as f64;
        self.counts.map(|c| probability_nonempty(c, width))
    }
}

/// P(a slice of `width` cells is not empty) if `count` nonzeros are expected: 1 - (1 - count/width)^width.
pub(super) fn probability_nonempty(count: f64, width: f64) -> f64 {
    let density = count / width;
    if count <= 0.0 {
        0.0
    } else if count > 40.0 {
        // (1 - count/width)^width <= e^-count is less than what a double next to 1 can tell
        1.0
    } else if density < 1e-3 {
        -(-count).exp_m1()
    } else if density >= 1.0 {
        1.0
    } else {
        -(width * (-density).ln_1p()).exp_m1()
    }
}
