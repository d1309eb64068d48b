//! Whether an index of one use of a variable meets that of another in a different round.

use super::bounds::Interval;
use super::poly::{Poly, Symbol};
use super::{Rounds, Use, UseKind};

impl Rounds<'_> {
    /// Whether two uses in different rounds are apart in a dimension.
    pub(super) fn apart(&self, pair: [&Use; 2], dimension: usize) -> bool {
        let places = pair.map(|u| self.place(u, dimension));
        matches!(places, [Some(a), Some(b)] if self.never_meet(&a, &b).unwrap_or(false))
    }

    fn place(&self, u: &Use, dimension: usize) -> Option<Interval> {
        let (UseKind::WritePart(bounds) | UseKind::ReadPart(bounds)) = u.kind else { return None };
        let (from, to) = (bounds.get(2 * dimension)?.as_ref()?, bounds.get(2 * dimension + 1)?.as_ref()?);
        let (low, high) = (self.assigned.bounds(from)?, self.assigned.bounds(to)?);
        let place = Interval { low: low.low, high: high.high };
        // A vector of positions may have any length.
        if let Some(at) = place.exact() {
            let scalar = |s: Symbol| match s {
                Symbol::Var(v) => v == self.variable || self.scalars.contains(&v),
                _ => true,
            };
            at.symbols().all(scalar).then_some(())?;
        }
        Some(place)
    }

    fn never_meet(&self, a: &Interval, b: &Interval) -> Option<bool> {
        if self.assigned.contains(self.variable) {
            return Some(false);
        }
        if self.is_whole() && self.never_equal(a, b).unwrap_or(false) || self.ranges_apart(a, b) {
            return Some(true);
        }
        let step = match &self.range.step {
            None => Poly::constant(1),
            Some(step) => self.assigned.computed(step, 4)?.exact()?.clone(),
        };
        let i = self.counter();
        let slopes = a.low.iter().filter_map(|l| Some(l.linear_in(i)?.0));
        Some(slopes.into_iter().any(|slope| {
            let offsets = |bounds: &[Poly]| -> Vec<Poly> {
                let linear = bounds.iter().filter_map(|b| b.linear_in(i));
                linear.filter(|(a, _)| *a == slope).map(|(_, b)| b).collect()
            };
            let Some(width) = stride(&slope, &step) else { return false };
            let (lows, highs): (Vec<_>, Vec<_>) =
                [a, b].map(|p| (offsets(&p.low), offsets(&p.high))).into_iter().unzip();
            highs.iter().all(|high| lows.iter().all(|low| some_narrower(low, high, &width)))
        }))
    }

    /// `a:b` runs over whole numbers; `seq` does if it begins at one and its step is one.
    fn is_whole(&self) -> bool {
        let value = |c| self.assigned.computed(c, 4).and_then(|i| i.value());
        let Some(step) = &self.range.step else { return true };
        value(step).is_some() && value(&self.range.from).is_some()
    }

    fn counter(&self) -> Symbol {
        Symbol::Var(self.variable)
    }

    /// a i + b = c j + d has no solution in whole numbers: gcd(a, c) does not divide d - b.
    fn never_equal(&self, a: &Interval, b: &Interval) -> Option<bool> {
        let linear = |place: &Interval| {
            let (slope, offset) = place.exact()?.linear_in(self.counter())?;
            Some((slope.value()?, offset))
        };
        let ((a, b), (c, d)) = (linear(a)?, linear(b)?);
        let (divisor, difference) = (gcd(a, c), d.minus(&b)?.value()?);
        Some(if divisor == 0 { difference != 0 } else { difference % divisor != 0 })
    }

    /// What one of them covers in all rounds ends before the other begins.
    fn ranges_apart(&self, a: &Interval, b: &Interval) -> bool {
        let ends = self.assigned.counter(self.range).and_then(|c| Some([single(&c.low)?, single(&c.high)?]));
        let over = |bounds: &[Poly], lowest: bool| -> Vec<Poly> {
            bounds.iter().filter_map(|p| self.extreme(p, ends, lowest)).collect()
        };
        let before = |first: &Interval, second: &Interval| {
            let (highs, lows) = (over(&first.high, false), over(&second.low, true));
            let gap = |high: &Poly, low: &Poly| low.minus(high)?.value();
            highs.iter().any(|h| lows.iter().any(|l| gap(h, l).is_some_and(|n| n >= 1)))
        };
        before(a, b) || before(b, a)
    }

    /// The lowest or highest value of a bound when the counter goes between two ends.
    fn extreme(&self, bound: &Poly, ends: Option<[i64; 2]>, lowest: bool) -> Option<Poly> {
        let (slope, offset) = bound.linear_in(self.counter())?;
        let slope = slope.value()?;
        if slope == 0 {
            return Some(offset);
        }
        let [low, high] = ends?;
        let at = if (slope > 0) == lowest { low } else { high };
        offset.plus(&Poly::constant(slope.checked_mul(at)?))
    }
}

fn single(bounds: &[Poly]) -> Option<i64> {
    bounds.iter().find_map(Poly::value)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.saturating_abs() } else { gcd(b, a.wrapping_rem(b)) }
}

/// |slope step|; if it has symbols the slope step itself, which is positive where a range that is narrower has a place at all.
fn stride(slope: &Poly, step: &Poly) -> Option<Poly> {
    let stride = slope.times(step)?;
    match stride.value() {
        Some(n) => Some(Poly::constant(n.checked_abs()?)),
        None => Some(stride),
    }
}

/// high - low < width for some of the bounds.
fn some_narrower(low: &[Poly], high: &[Poly], width: &Poly) -> bool {
    let narrower = |l: &Poly, h: &Poly| width.minus(&h.minus(l)?)?.value();
    high.iter().any(|h| low.iter().any(|l| narrower(l, h).is_some_and(|n| n >= 1)))
}
