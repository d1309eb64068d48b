//! Nonzeros per row or per column: one number for all, or one each.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A uniform vector longer than this is never written out; a result that would need it becomes uniform.
pub const MAX_EXPLICIT: u64 = 1 << 26;

/// Nonzeros of each slice (row or column) along an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Counts {
    /// Every slice has this (expected) count; O(1) whatever the length.
    Uniform(f64),
    /// One (expected) count per slice.
    Explicit(Arc<Vec<f64>>),
}

impl From<Vec<f64>> for Counts {
    /// A vector of equal values becomes uniform.
    fn from(counts: Vec<f64>) -> Counts {
        match counts.first() {
            None => Counts::Uniform(0.0),
            Some(&first) if counts.iter().all(|&c| c == first) => Counts::Uniform(first),
            Some(_) => Counts::Explicit(Arc::new(counts)),
        }
    }
}

impl Counts {
    /// Count of slice `i`.
    pub fn get(&self, i: usize) -> f64 {
        match self {
            Counts::Uniform(c) => *c,
            Counts::Explicit(v) => v[i],
        }
    }

    /// Sum over `len` slices.
    pub fn sum(&self, len: u64) -> f64 {
        match self {
            Counts::Uniform(c) => c * len as f64,
            Counts::Explicit(v) => v.iter().sum(),
        }
    }

    /// `f` of each count.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Counts {
        match self {
            Counts::Uniform(c) => Counts::Uniform(f(*c)),
            Counts::Explicit(v) => Counts::Explicit(Arc::new(v.iter().map(|&c| f(c)).collect())),
        }
    }

    /// `f` of the counts of both for each slice.
    pub fn zip(&self, other: &Counts, f: impl Fn(f64, f64) -> f64) -> Counts {
        match (self, other) {
            (Counts::Uniform(a), Counts::Uniform(b)) => Counts::Uniform(f(*a, *b)),
            (Counts::Uniform(a), Counts::Explicit(b)) => {
                Counts::Explicit(Arc::new(b.iter().map(|&b| f(*a, b)).collect()))
            }
            (Counts::Explicit(a), Counts::Uniform(b)) => {
                Counts::Explicit(Arc::new(a.iter().map(|&a| f(a, *b)).collect()))
            }
            (Counts::Explicit(a), Counts::Explicit(b)) => {
                Counts::Explicit(Arc::new(a.iter().zip(b.iter()).map(|(&a, &b)| f(a, b)).collect()))
            }
        }
    }

    /// The slices of `range`.
    pub fn range(&self, range: Range<u64>) -> Counts {
        match self {
            Counts::Uniform(c) => Counts::Uniform(*c),
            Counts::Explicit(v) => v[range.start as usize..range.end as usize].to_vec().into(),
        }
    }

    /// The slices in the opposite order.
    pub fn reversed(&self) -> Counts {
        match self {
            Counts::Uniform(c) => Counts::Uniform(*c),
            Counts::Explicit(v) => Counts::Explicit(Arc::new(v.iter().rev().copied().collect())),
        }
    }

    /// The counts as a slice of `len`.
    pub(super) fn written_out(&self, len: u64) -> Cow<'_, [f64]> {
        match self {
            Counts::Uniform(c) => Cow::Owned(vec![*c; len as usize]),
            Counts::Explicit(v) => Cow::Borrowed(v),
        }
    }

    /// All of `counts` side by side, each slice standing for `multiplicity` slices: O(1) if all are uniform.
    pub(super) fn aligned<const N: usize>(counts: [&Counts; N], len: u64) -> Aligned<'_, N> {
        let uniform = counts.iter().all(|c| matches!(c, Counts::Uniform(_)));
        let written = if uniform { len.min(1) } else { len };
        let multiplicity = if uniform { len as f64 } else { 1.0 };
        Aligned { counts: counts.map(|c| c.written_out(written)), multiplicity }
    }

    /// The parts one after the other, given with their lengths; `None` if that cannot be written out.
    pub(super) fn concat(parts: &[(&Counts, u64)]) -> Option<Counts> {
        let parts: Vec<_> = parts.iter().filter(|(_, len)| *len > 0).collect();
        let Some((first, _)) = parts.first() else { return Some(Counts::Uniform(0.0)) };
        if matches!(first, Counts::Uniform(_)) && parts.iter().all(|(c, _)| c == first) {
            return Some((*first).clone());
        }
        if parts.iter().map(|(_, len)| len).sum::<u64>() > MAX_EXPLICIT {
            return None;
        }
        let mut all = Vec::new();
        for (counts, len) in parts {
            match counts {
                Counts::Uniform(c) => all.extend(std::iter::repeat_n(*c, *len as usize)),
                Counts::Explicit(v) => all.extend_from_slice(v),
            }
        }
        Some(all.into())
    }

    /// Counts near `self`, between `lower` and `upper` slice by slice, that sum to `target` as nearly as those let them:
    /// up to four sweeps of scaling what is free and clipping what leaves its bounds (section 3.1).
    pub(super) fn fitted(&self, lower: &Counts, upper: &Counts, target: f64, len: u64) -> Counts {
        let aligned = Counts::aligned([self, lower, upper], len);
        let [start, lower, upper] = &aligned.counts;
        let mut fitted: Vec<f64> =
            start.iter().zip(lower.iter().zip(upper.iter())).map(|(&c, (&l, &u))| c.max(l).min(u)).collect();
        let target = target / aligned.multiplicity;
        for _ in 0..4 {
            let total: f64 = fitted.iter().sum();
            if (total - target).abs() <= 1e-9 * target {
                break;
            }
            let grow = total < target;
            let free = |c: f64, l: f64, u: f64| if grow { c < u } else { c > l };
            let mut movable = 0.0;
            for ((&c, &l), &u) in fitted.iter().zip(lower.iter()).zip(upper.iter()) {
                movable += if free(c, l, u) { c } else { 0.0 };
            }
            if movable <= 0.0 {
                break;
            }
            let scale = ((target - (total - movable)) / movable).max(0.0);
            for ((c, &l), &u) in fitted.iter_mut().zip(lower.iter()).zip(upper.iter()) {
                if free(*c, l, u) {
                    *c = (*c * scale).max(l).min(u);
                }
            }
        }
        fitted.into()
    }
}

/// See [`Counts::aligned`].
pub(super) struct Aligned<'a, const N: usize> {
    pub(super) counts: [Cow<'a, [f64]>; N],
    pub(super) multiplicity: f64,
}
