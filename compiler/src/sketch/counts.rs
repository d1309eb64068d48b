//! Nonzeros per row or per column: one number for all, or one each.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A uniform vector longer than this is never written out; a result that would need it becomes uniform.
pub const MAX_EXPLICIT: u64 = 1 << 26;

/// Nonzeros of each slice (row or column) along an axis.
#[derive(Clone, Debug)]
pub enum Counts {
    /// Every slice has this (expected) count; O(1) whatever the length.
    Uniform(f64),
    /// One (expected) count per slice.
    Explicit(Arc<Written>),
}

/// Counts one by one. True ones are whole numbers and mostly small: memory that is touched for the first time costs more than
/// the counting, so they take few bytes.
#[derive(Clone, Debug)]
pub enum Written {
    Shorts(Vec<u16>),
    Words(Vec<u32>),
    Floats(Vec<f64>),
}

/// Applies an expression to the vector of a [`Written`], whatever its type.
macro_rules! each_width {
    ($written:expr, $v:ident => $result:expr) => {
        match $written {
            Written::Shorts($v) => $result,
            Written::Words($v) => $result,
            Written::Floats($v) => $result,
        }
    };
}

impl Written {
    pub fn len(&self) -> usize {
        each_width!(self, v => v.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of the counts.
    pub fn bytes(&self) -> usize {
        each_width!(self, v => size_of_val(v.as_slice()))
    }

    fn get(&self, i: usize) -> f64 {
        match self {
            Written::Floats(v) => v[i],
            Written::Shorts(v) => f64::from(v[i]),
            Written::Words(v) => f64::from(v[i]),
        }
    }

    /// The counts of a range: themselves, or converted into a buffer.
    fn block<'a>(&'a self, range: Range<usize>, buffer: &'a mut [f64; BLOCK]) -> &'a [f64] {
        fn widen<'a, T: Copy + Into<f64>>(counts: &[T], buffer: &'a mut [f64; BLOCK]) -> &'a [f64] {
            let buffer = &mut buffer[..counts.len()];
            buffer.iter_mut().zip(counts).for_each(|(b, &c)| *b = c.into());
            buffer
        }
        match self {
            Written::Floats(v) => &v[range],
            Written::Shorts(v) => widen(&v[range], buffer),
            Written::Words(v) => widen(&v[range], buffer),
        }
    }

    fn to_floats(&self) -> Vec<f64> {
        match self {
            Written::Floats(v) => v.clone(),
            Written::Shorts(v) => v.iter().map(|&c| f64::from(c)).collect(),
            Written::Words(v) => v.iter().map(|&c| f64::from(c)).collect(),
        }
    }

    /// The same numbers in another order or number.
    fn rearranged(&self, range: Range<usize>, reversed: bool) -> Written {
        fn of<T: Copy>(v: &[T], reversed: bool) -> Vec<T> {
            if reversed { v.iter().rev().copied().collect() } else { v.to_vec() }
        }
        match self {
            Written::Shorts(v) => Written::Shorts(of(&v[range], reversed)),
            Written::Words(v) => Written::Words(of(&v[range], reversed)),
            Written::Floats(v) => Written::Floats(of(&v[range], reversed)),
        }
    }
}

/// A type of true counts.
pub(super) trait Count: Copy + Default + PartialEq + Into<u32> + Send + Sync {
    /// Counts from here on need a wider type.
    const LIMIT: u32;
    /// One more, up to the limit.
    fn next(self) -> Self;
    /// A count up to the limit.
    fn of(count: u32) -> Self;
    fn written(counts: Vec<Self>) -> Written;
    /// What at most 2^14 counts of slices of `width` cells say together, of loops that are vector instructions.
    fn found(counts: &[Self], width: u64) -> Found;
}

/// What true counts say together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub min: u64,
    pub max: u64,
    pub sum: u64,
    /// Numbers of slices.
    pub nonempty: u64,
    pub ones: u64,
    pub full: u64,
}

impl Found {
    /// Of two parts of an axis.
    pub fn and(self, other: Found) -> Found {
        Found {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            sum: self.sum + other.sum,
            nonempty: self.nonempty + other.nonempty,
            ones: self.ones + other.ones,
            full: self.full + other.full,
        }
    }
}

macro_rules! count_type {
    ($t:ty, $variant:ident) => {
        impl Count for $t {
            const LIMIT: u32 = <$t>::MAX as u32;
            fn next(self) -> Self {
                self.saturating_add(1)
            }
            fn of(count: u32) -> Self {
                count.min(Self::LIMIT) as $t
            }
            fn written(counts: Vec<Self>) -> Written {
                Written::$variant(counts)
            }
            fn found(counts: &[$t], width: u64) -> Found {
                let number = |is: fn($t, $t) -> bool, other: $t| {
                    u64::from(counts.iter().map(|&count| <$t>::from(is(count, other))).sum::<$t>())
                };
                Found {
                    min: counts.iter().fold(<$t>::MAX, |min, &count| min.min(count)).into(),
                    max: counts.iter().fold(0, |max, &count| max.max(count)).into(),
                    sum: counts.iter().map(|&count| u64::from(count)).sum(),
                    nonempty: number(|count, zero| count > zero, 0),
                    ones: number(|count, one| count == one, 1),
                    // no count reaches the limit
                    full: number(|count, all| count == all, width.min(<$t>::MAX.into()) as $t),
                }
            }
        }
    };
}

count_type!(u16, Shorts);
count_type!(u32, Words);

impl From<Written> for Counts {
    /// A vector of equal values becomes uniform.
    fn from(counts: Written) -> Counts {
        let uniform = each_width!(&counts, v => v.iter().all(|c| *c == v[0]));
        match uniform {
            true if counts.is_empty() => Counts::Uniform(0.0),
            true => Counts::Uniform(counts.get(0)),
            false => Counts::Explicit(Arc::new(counts)),
        }
    }
}

impl From<Vec<f64>> for Counts {
    /// A vector of equal values becomes uniform.
    fn from(counts: Vec<f64>) -> Counts {
        Written::Floats(counts).into()
    }
}

impl PartialEq for Counts {
    /// The same numbers, however they are written.
    fn eq(&self, other: &Counts) -> bool {
        match (self, other) {
            (Counts::Uniform(a), Counts::Uniform(b)) => a == b,
            (Counts::Explicit(a), Counts::Explicit(b)) => {
                a.len() == b.len() && (0..a.len()).all(|i| a.get(i) == b.get(i))
            }
            _ => false,
        }
    }
}

/// Slices that are looked at together.
pub(super) const BLOCK: usize = 512;

impl Counts {
    /// Count of slice `i`.
    pub fn get(&self, i: usize) -> f64 {
        match self {
            Counts::Uniform(c) => *c,
            Counts::Explicit(v) => v.get(i),
        }
    }

    /// The counts, if they are written in two bytes each.
    pub(super) fn shorts(&self) -> Option<&[u16]> {
        match self {
            Counts::Explicit(written) => match &**written {
                Written::Shorts(shorts) => Some(shorts),
                _ => None,
            },
            Counts::Uniform(_) => None,
        }
    }

    /// Sum over `len` slices.
    pub fn sum(&self, len: u64) -> f64 {
        let mut lanes = [0.0; 8];
        let times = Counts::blocks([self], len, |[c]| {
            let (chunks, rest) = c.as_chunks::<8>();
            chunks.iter().for_each(|chunk| lanes.iter_mut().zip(chunk).for_each(|(lane, c)| *lane += c));
            lanes.iter_mut().zip(rest).for_each(|(lane, c)| *lane += c);
        });
        lanes.iter().sum::<f64>() * times
    }

    /// `f` of each count.
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Counts {
        match self {
            Counts::Uniform(c) => Counts::Uniform(f(*c)),
            Counts::Explicit(v) => {
                let mut mapped = Vec::with_capacity(v.len());
                Counts::blocks([self], v.len() as u64, |[c]| mapped.extend(c.iter().map(|&c| f(c))));
                Counts::Explicit(Arc::new(Written::Floats(mapped)))
            }
        }
    }

    /// `f` of the counts of both for each slice.
    pub fn zip(&self, other: &Counts, f: impl Fn(f64, f64) -> f64) -> Counts {
        let len = match (self, other) {
            (Counts::Uniform(a), Counts::Uniform(b)) => return Counts::Uniform(f(*a, *b)),
            (Counts::Explicit(a), Counts::Explicit(b)) => a.len().min(b.len()),
            (Counts::Explicit(v), _) | (_, Counts::Explicit(v)) => v.len(),
        };
        let mut mapped = Vec::with_capacity(len);
        Counts::blocks([self, other], len as u64, |[a, b]| mapped.extend(a.iter().zip(b).map(|(&a, &b)| f(a, b))));
        Counts::Explicit(Arc::new(Written::Floats(mapped)))
    }

    /// Looks at all of `counts` side by side, a block of slices at a time, and says how many slices each of those stands
    /// for: one, unless all counts are uniform; then one is enough.
    pub(super) fn blocks<const N: usize>(counts: [&Counts; N], len: u64, mut look: impl FnMut([&[f64]; N])) -> f64 {
        let uniform = |c: &Counts| if let Counts::Uniform(c) = c { Some(*c) } else { None };
        if counts.iter().all(|c| uniform(c).is_some()) {
            if len > 0 {
                look(counts.map(uniform).each_ref().map(Option::as_slice));
            }
            return len as f64;
        }
        let written = len as usize;
        let mut buffers = [[0.0; BLOCK]; N];
        for (buffer, counts) in buffers.iter_mut().zip(counts) {
            if let Some(c) = uniform(counts) {
                buffer[..BLOCK.min(written)].fill(c);
            }
        }
        for start in (0..written).step_by(BLOCK) {
            let range = start..written.min(start + BLOCK);
            let mut buffers = buffers.iter_mut();
            look(counts.map(|c| {
                let buffer = buffers.next().expect("one for each");
                match c {
                    Counts::Uniform(_) => &buffer[..range.len()],
                    Counts::Explicit(v) => v.block(range.clone(), buffer),
                }
            }));
        }
        1.0
    }

    /// The slices of `range`.
    pub fn range(&self, range: Range<u64>) -> Counts {
        match self {
            Counts::Uniform(c) => Counts::Uniform(*c),
            Counts::Explicit(v) => v.rearranged(range.start as usize..range.end as usize, false).into(),
        }
    }

    /// The slices in the opposite order.
    pub fn reversed(&self) -> Counts {
        match self {
            Counts::Uniform(c) => Counts::Uniform(*c),
            Counts::Explicit(v) => Counts::Explicit(Arc::new(v.rearranged(0..v.len(), true))),
        }
    }

    /// The counts as a slice of `len`.
    pub(super) fn written_out(&self, len: u64) -> Cow<'_, [f64]> {
        match self {
            Counts::Uniform(c) => Cow::Owned(vec![*c; len as usize]),
            Counts::Explicit(v) => match &**v {
                Written::Floats(v) => Cow::Borrowed(v),
                narrow => Cow::Owned(narrow.to_floats()),
            },
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
                Counts::Explicit(v) => all.extend(v.to_floats()),
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
            let Free { total, can_grow, can_shrink } = Free::of(&fitted, lower, upper);
            if (total - target).abs() <= 1e-9 * target {
                break;
            }
            let grow = total < target;
            let movable = if grow { can_grow } else { can_shrink };
            if movable <= 0.0 {
                break;
            }
            let scale = ((target - (total - movable)) / movable).max(0.0);
            for ((c, &l), &u) in fitted.iter_mut().zip(lower.iter()).zip(upper.iter()) {
                let free = if grow { *c < u } else { *c > l };
                let scaled = *c * scale;
                let scaled = if scaled > l { scaled } else { l };
                let scaled = if scaled < u { scaled } else { u };
                *c = if free { scaled } else { *c };
            }
        }
        fitted.into()
    }
}

/// Sums of counts, of all and of those that lie off a bound.
struct Free {
    total: f64,
    can_grow: f64,
    can_shrink: f64,
}

impl Free {
    fn of(counts: &[f64], lower: &[f64], upper: &[f64]) -> Free {
        // independent partial sums, which the compiler computes at once
        let mut lanes = [[0.0; 4]; 3];
        let mut add = |i: usize, c: f64, l: f64, u: f64| {
            lanes[0][i] += c;
            lanes[1][i] += if c < u { c } else { 0.0 };
            lanes[2][i] += if c > l { c } else { 0.0 };
        };
        let (c, l, u) = (counts.as_chunks::<4>(), lower.as_chunks::<4>(), upper.as_chunks::<4>());
        for ((c, l), u) in c.0.iter().zip(l.0).zip(u.0) {
            (0..4).for_each(|i| add(i, c[i], l[i], u[i]));
        }
        c.1.iter().zip(l.1.iter().zip(u.1)).enumerate().for_each(|(i, (&c, (&l, &u)))| add(i, c, l, u));
        let [total, can_grow, can_shrink] = lanes.map(|lanes| lanes.iter().sum());
        Free { total, can_grow, can_shrink }
    }
}

/// See [`Counts::aligned`].
pub(super) struct Aligned<'a, const N: usize> {
    pub(super) counts: [Cow<'a, [f64]>; N],
    pub(super) multiplicity: f64,
}
