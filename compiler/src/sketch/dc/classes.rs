//! Slices (rows or columns) with similar counts, put together.

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
    /// The class of each slice.
    pub of: Vec<u8>,
}

/// Bins to an octave of the logarithmic scale, as a power of 2: integers up to 16 have bins of their own.
const FINE: u32 = 3;
/// Counts below 2^-64 are as good as none; none is 2^64 or more.
const LEAST_EXPONENT: u64 = 1023 - 64;
const BINS: usize = 128 << FINE;

/// The bin of a positive count: its exponent and the first bits of its mantissa.
fn bin(count: f64) -> usize {
    let at = (count.to_bits() >> (52 - FINE)).saturating_sub(LEAST_EXPONENT << FINE);
    (at as usize).min(BINS - 1)
}

impl Classes {
    /// At most `limit` classes of the positive ones among `counts`; a count of [`f64::NEG_INFINITY`] stands for a slice that
    /// was taken out.
    pub fn new(counts: impl ExactSizeIterator<Item = f64> + Clone, limit: usize) -> Classes {
        let (mut size, mut sum) = (vec![0.0; BINS], vec![0.0; BINS]);
        let (mut empty, mut single) = (0.0, 0.0);
        for count in counts.clone() {
            if count > 0.0 {
                let bin = bin(count);
                size[bin] += 1.0;
                sum[bin] += count;
            } else if count == f64::NEG_INFINITY {
                single += 1.0;
            } else {
                empty += 1.0;
            }
        }
        let (class_of_bin, number) = merged(&size, limit);
        let mut classes = Classes { mean: vec![0.0; number], size: vec![0.0; number], of: Vec::new() };
        (classes.size[EMPTY as usize], classes.size[SINGLE as usize]) = (empty, single);
        for (bin, &class) in class_of_bin.iter().enumerate().filter(|&(bin, _)| size[bin] > 0.0) {
            classes.size[class as usize] += size[bin];
            classes.mean[class as usize] += sum[bin];
        }
        classes.mean.iter_mut().zip(&classes.size).for_each(|(mean, &size): (&mut f64, &f64)| *mean /= size.max(1.0));
        let class = |count: f64| match count {
            count if count > 0.0 => class_of_bin[bin(count)],
            f64::NEG_INFINITY => SINGLE,
            _ => EMPTY,
        };
        classes.of = counts.map(class).collect();
        classes
    }

    /// Number of classes.
    pub fn len(&self) -> usize {
        self.mean.len()
    }

    /// A value per class, for each slice.
    pub fn spread(&self, values: &[f64]) -> Vec<f64> {
        self.of.iter().map(|&class| values[class as usize]).collect()
    }

    /// The classes of slices that are in class `i` here and `j` there, as `(i, j, how many)`.
    pub fn joint(&self, other: &Classes) -> Vec<(usize, usize, f64)> {
        let breadth = other.len();
        let at = |(&i, &j): (&u8, &u8)| i as usize * breadth + j as usize;
        // neighbours are often in the same class: in turn they count in four tables, and none waits for the other
        let mut size = vec![[0u32; 4]; self.len() * breadth];
        let (left, right) = (self.of.as_chunks::<4>(), other.of.as_chunks::<4>());
        for (left, right) in left.0.iter().zip(right.0) {
            (0..4).for_each(|k| size[at((&left[k], &right[k]))][k] += 1);
        }
        left.1.iter().zip(right.1).for_each(|pair| size[at(pair)][0] += 1);
        let sizes = size.into_iter().map(|parts| parts.map(f64::from).iter().sum());
        let cells = sizes.enumerate().filter(|(_, size)| *size > 0.0);
        cells.map(|(at, size)| (at / breadth, at % breadth, size)).collect()
    }
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

    #[test]
    fn small_integers_have_classes_of_their_own() {
        let counts = [3.0, 0.0, 1.0, 16.0, 3.0, f64::NEG_INFINITY, 2.0];
        let classes = Classes::new(counts.into_iter(), 16);
        assert_eq!(classes.mean, [0.0, 0.0, 1.0, 2.0, 3.0, 16.0]);
        assert_eq!(classes.size, [1.0, 1.0, 1.0, 1.0, 2.0, 1.0]);
        assert_eq!(classes.of, [4, EMPTY, 2, 5, 4, SINGLE, 3]);
    }

    #[test]
    fn many_counts_are_few_classes_with_the_same_total() {
        let counts: Vec<f64> = (1..5000).map(|i| f64::from(i).powf(1.5) * 1e-4).collect();
        let classes = Classes::new(counts.iter().copied(), 24);
        assert!((20..=26).contains(&classes.len()));
        let total: f64 = classes.mean.iter().zip(&classes.size).map(|(mean, size)| mean * size).sum();
        assert!((total / counts.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(classes.mean[2..].is_sorted() && classes.of.is_sorted());
    }

    #[test]
    fn extremes_have_a_class() {
        let classes = Classes::new([f64::MIN_POSITIVE, 1e18, f64::NAN].into_iter(), 4);
        assert_eq!(classes.size, [1.0, 0.0, 1.0, 1.0]);
    }
}
