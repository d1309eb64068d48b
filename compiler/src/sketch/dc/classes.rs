//! Slices (rows or columns) with similar counts, put together.

use super::super::counts::{BLOCK, Counts};

/// The class of slices that hold nothing.
pub(in super::super) const EMPTY: u8 = 0;
/// The class of slices that were taken out of a factor, because their only nonzero is accounted for elsewhere.
pub(in super::super) const SINGLE: u8 = 1;

/// Slices in at most 254 classes of equal or similar counts, ascending; the first two are [`EMPTY`] and [`SINGLE`].
#[derive(Clone, Debug)]
pub(in super::super) struct Classes {
    /// Mean count of each class.
    pub mean: Vec<f64>,
    /// Number of slices in each class.
    pub size: Vec<f64>,
    slices: Slices,
    /// See [`Slices::keys`].
    class_of_key: Vec<u8>,
}

/// The slices that are put into classes.
#[derive(Clone, Debug)]
pub(in super::super) struct Slices {
    pub len: u64,
    pub counts: Counts,
    /// The largest of them.
    pub most: f64,
    pub without: Without,
}

/// What is taken out of slices, because it is accounted for elsewhere.
#[derive(Clone, Debug)]
pub(in super::super) enum Without {
    Nothing,
    /// Slices of one nonzero.
    Singles,
    /// Some nonzeros of each slice.
    Part(Counts),
}

impl Slices {
    /// Looks at the keys of the slices, a block at a time: small numbers that tell which class a slice belongs to. Says how
    /// many slices each stands for.
    fn keys(&self, mut look: impl FnMut(&[u16])) -> f64 {
        if let Some(left) = self.uniform() {
            look(&[key_of_uniform(left)]);
            return self.len as f64;
        }
        let (mut keys, taken) = ([0; BLOCK], self.taken());
        if let Some((counts, part)) = self.whole() {
            for (at, counts) in counts.chunks(BLOCK).enumerate() {
                let keys = &mut keys[..counts.len()];
                let keyed = keys.iter_mut().zip(counts);
                match (&self.without, part) {
                    (Without::Singles, _) => keyed.for_each(|(key, &c)| *key = if c == 1 { taken } else { c }),
                    (_, None) => keys.copy_from_slice(counts),
                    (_, Some(part)) => {
                        let part = &part[at * BLOCK..];
                        keyed.zip(part).for_each(|((key, &c), &part)| *key = c.saturating_sub(part));
                    }
                }
                look(keys);
            }
            return 1.0;
        }
        let (part, singles) = self.taken_out();
        Counts::blocks([&self.counts, &part], self.len, |[counts, part]| {
            let keys = &mut keys[..counts.len()];
            for ((key, &c), &part) in keys.iter_mut().zip(counts).zip(part) {
                *key = if singles && c == 1.0 { taken } else { bin(c - part) };
            }
            look(keys);
        })
    }

    /// What is taken out of each slice, and whether slices of one nonzero are.
    fn taken_out(&self) -> (Counts, bool) {
        match &self.without {
            Without::Part(part) => (part.clone(), false),
            without => (Counts::Uniform(0.0), matches!(without, Without::Singles)),
        }
    }

    /// What is left of every slice, if that is the same.
    fn uniform(&self) -> Option<f64> {
        let Counts::Uniform(count) = self.counts else { return None };
        match self.without {
            Without::Singles if count == 1.0 => Some(f64::NEG_INFINITY),
            Without::Nothing | Without::Singles => Some(count),
            Without::Part(Counts::Uniform(part)) => Some(count - part),
            Without::Part(_) => None,
        }
    }

    /// The counts and what is taken out of them, if these are small whole numbers: they are keys themselves.
    fn whole(&self) -> Option<(&[u16], Option<&[u16]>)> {
        let counts = self.counts.shorts().filter(|_| self.most < WHOLE)?;
        match &self.without {
            Without::Part(Counts::Uniform(0.0)) | Without::Nothing | Without::Singles => Some((counts, None)),
            Without::Part(part) => Some((counts, Some(part.shorts()?))),
        }
    }

    /// The key of slices that were taken out: the largest.
    fn taken(&self) -> u16 {
        if self.whole().is_some() { self.most as u16 + 1 } else { BINS as u16 }
    }
}

/// The keys of uniform slices: nothing is left, something, or they were taken out.
fn key_of_uniform(left: f64) -> u16 {
    match left {
        f64::NEG_INFINITY => 2,
        left => u16::from(left > 0.0),
    }
}

/// Whole numbers below this are keys.
const WHOLE: f64 = 16_384.0;

impl Slices {
    /// Of each key, how many slices have it and the sum of their counts.
    fn tally(&self) -> (Vec<f64>, Vec<f64>) {
        // neighbours often have the same key: in turn they count in two tables, and none waits for the other
        let mut size = vec![[0u32; 2]; self.taken() as usize + 1];
        let times = self.keys(|keys| {
            let (pairs, rest) = keys.as_chunks::<2>();
            pairs.iter().for_each(|pair| (0..2).for_each(|k| size[pair[k] as usize][k] += 1));
            rest.iter().for_each(|&key| size[key as usize][0] += 1);
        });
        let size: Vec<f64> = size.iter().map(|[a, b]| f64::from(a + b) * times).collect();
        if self.whole().is_some() {
            let sum = size.iter().enumerate().map(|(key, size)| key as f64 * size).collect();
            return (size, sum);
        }
        let mut sum = vec![0.0; size.len()];
        let (part, singles) = self.taken_out();
        let times = Counts::blocks([&self.counts, &part], self.len, |[counts, part]| {
            let left = counts.iter().zip(part).filter(|(c, _)| !(singles && **c == 1.0)).map(|(c, part)| c - part);
            left.for_each(|left| sum[bin(left) as usize] += left);
        });
        sum.iter_mut().for_each(|sum| *sum *= times);
        (size, sum)
    }
}

/// Bins to an octave of the logarithmic scale, as a power of 2: integers up to 16 have bins of their own.
const FINE: u32 = 3;
/// Counts below 2^-64 are as good as none; none is 2^64 or more.
const LEAST_EXPONENT: u64 = 1023 - 64;
const BINS: usize = 128 << FINE;

/// The bin of a count: of a positive one by its exponent and the first bits of its mantissa.
#[inline(always)]
fn bin(count: f64) -> u16 {
    let at = (count.to_bits() >> (52 - FINE)).saturating_sub(LEAST_EXPONENT << FINE) + 1;
    if count > 0.0 { at.min(BINS as u64 - 1) as u16 } else { 0 }
}

impl Classes {
    /// At most `limit` classes of the slices that hold something.
    pub fn new(slices: Slices, limit: usize) -> Classes {
        match slices.uniform() {
            Some(left) => Classes::of_uniform(slices, left),
            None => Classes::of_several(slices, limit),
        }
    }

    fn of_uniform(slices: Slices, left: f64) -> Classes {
        const REST: u8 = SINGLE + 1;
        let class_of_key = vec![EMPTY, REST, SINGLE];
        let mut size = vec![0.0; 3];
        size[class_of_key[key_of_uniform(left) as usize] as usize] = slices.len as f64;
        Classes { mean: vec![0.0, 0.0, left.max(0.0)], size, slices, class_of_key }
    }

    fn of_several(slices: Slices, limit: usize) -> Classes {
        let (size_of_key, sum_of_key) = slices.tally();
        let (whole, taken) = (slices.whole().is_some(), size_of_key.len() - 1);
        let bin_of_key = |key: usize| if whole { bin(key as f64) as usize } else { key };
        let mut size = vec![0.0; BINS];
        (1..taken).for_each(|key| size[bin_of_key(key)] += size_of_key[key]);
        let (class_of_bin, number) = merged(&size, limit);
        let class = |key: usize| match key {
            0 => EMPTY,
            key if key == taken => SINGLE,
            key => class_of_bin[bin_of_key(key)],
        };
        let class_of_key: Vec<u8> = (0..=taken).map(class).collect();
        let (mut classes_size, mut mean) = (vec![0.0; number], vec![0.0; number]);
        for (key, &class) in class_of_key.iter().enumerate() {
            classes_size[class as usize] += size_of_key[key];
            mean[class as usize] += if class > SINGLE { sum_of_key[key] } else { 0.0 };
        }
        mean.iter_mut().zip(&classes_size).for_each(|(mean, &size)| *mean /= f64::max(size, 1.0));
        Classes { mean, size: classes_size, slices, class_of_key }
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        self.mean.len()
    }

    /// A value per class, for each slice.
    fn each<T: Copy>(&self, value: impl Fn(u8) -> T) -> Vec<T> {
        let value: Vec<T> = self.class_of_key.iter().map(|&class| value(class)).collect();
        let mut each = Vec::with_capacity(self.slices.len as usize);
        self.slices.keys(|keys| each.extend(keys.iter().map(|&key| value[key as usize])));
        // uniform counts are looked at once
        if let Some(&first) = each.first() {
            each.resize(self.slices.len as usize, first);
        }
        each
    }

    /// The class of each slice.
    pub fn of(&self) -> Vec<u8> {
        self.each(|class| class)
    }

    /// A value per class, for each slice.
    pub fn spread(&self, values: &[f64]) -> Vec<f64> {
        self.each(|class| values[class as usize])
    }
}

/// How many slices are in class `i` of one number of classes and in class `j` of another, as `(i, j, how many)`, given the
/// classes of each slice.
pub(in super::super) fn joint(left: (&[u8], usize), right: (&[u8], usize)) -> Vec<(usize, usize, f64)> {
    let breadth = right.1;
    let at = |(&i, &j): (&u8, &u8)| i as usize * breadth + j as usize;
    // neighbours are often in the same class: in turn they count in four tables, and none waits for the other
    let mut size = vec![[0u32; 4]; left.1 * breadth];
    let (left, right) = (left.0.as_chunks::<4>(), right.0.as_chunks::<4>());
    for (left, right) in left.0.iter().zip(right.0) {
        (0..4).for_each(|k| size[at((&left[k], &right[k]))][k] += 1);
    }
    left.1.iter().zip(right.1).for_each(|pair| size[at(pair)][0] += 1);
    let sizes = size.into_iter().map(|parts| parts.map(f64::from).iter().sum());
    let cells = sizes.enumerate().filter(|(_, size)| *size > 0.0);
    cells.map(|(at, size)| (at / breadth, at % breadth, size)).collect()
}

/// The class of each bin and the number of classes: a class for each occupied bin if they are at most `limit`, else equal
/// parts of the logarithmic scale.
fn merged(size: &[f64], limit: usize) -> (Vec<u8>, usize) {
    let occupied: Vec<usize> = (0..size.len()).filter(|&bin| size[bin] > 0.0).collect();
    let (first, last) = (occupied.first().copied().unwrap_or(0), occupied.last().copied().unwrap_or(0));
    let part = |bin: usize| match occupied.len() > limit {
        true => (bin - first) * limit / (last - first + 1),
        false => bin,
    };
    let (mut class_of_bin, mut class, mut previous) = (vec![EMPTY; size.len()], SINGLE, usize::MAX);
    for bin in occupied.iter().copied() {
        if part(bin) != previous {
            (previous, class) = (part(bin), class + 1);
        }
        class_of_bin[bin] = class;
    }
    (class_of_bin, class as usize + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::counts::Written;

    fn slices(counts: Vec<f64>, without: Without) -> Slices {
        Slices { len: counts.len() as u64, counts: counts.into(), most: f64::INFINITY, without }
    }

    #[test]
    fn small_integers_have_classes_of_their_own() {
        let whole = |counts| slices(counts, Without::Singles);
        let narrow =
            Slices { counts: Written::Shorts(vec![3, 0, 1, 16, 3, 2]).into(), most: 16.0, ..whole(vec![0.0; 6]) };
        for slices in [whole(vec![3.0, 0.0, 1.0, 16.0, 3.0, 2.0]), narrow] {
            let classes = Classes::new(slices, 16);
            assert_eq!(classes.mean, [0.0, 0.0, 2.0, 3.0, 16.0]);
            assert_eq!(classes.size, [1.0, 1.0, 1.0, 2.0, 1.0]);
            assert_eq!(classes.of(), [3, EMPTY, SINGLE, 4, 3, 2]);
        }
    }

    #[test]
    fn many_counts_are_few_classes_with_the_same_total() {
        let counts: Vec<f64> = (1..5000).map(|i| f64::from(i).powf(1.5) * 1e-4).collect();
        let classes = Classes::new(slices(counts.clone(), Without::Nothing), 24);
        assert!((20..=26).contains(&classes.len()));
        let total: f64 = classes.mean.iter().zip(&classes.size).map(|(mean, size)| mean * size).sum();
        assert!((total / counts.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(classes.mean[2..].is_sorted() && classes.of().is_sorted());
    }

    #[test]
    fn extremes_have_a_class() {
        let classes = Classes::new(slices(vec![f64::MIN_POSITIVE, 1e18, f64::NAN], Without::Nothing), 4);
        assert_eq!(classes.size, [1.0, 0.0, 1.0, 1.0]);
    }
}
