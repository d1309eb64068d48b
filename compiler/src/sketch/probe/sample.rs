//! Which rows are probed, and what their sizes say of all: sampling in proportion to the weights.
//!
//! Rows that would be drawn more than once are taken for certain and count as themselves; from the others every draw stands
//! for an equal part of the weight that is left (systematic sampling, Madow 1949). With c_i the true size of a row and w_i its
//! weight, nnz = sum over certain rows of c_i + W/T * sum over drawn rows of c_i / w_i, without bias (Hansen and Hurwitz 1943).

/// Rows to probe.
pub(super) struct Sample {
    /// The rows taken for certain, then the rows drawn; without repetition.
    pub rows: Vec<usize>,
    /// How many of them are certain.
    pub certain: usize,
    /// The weight that the drawn rows stand for.
    rest: f64,
    weights: Vec<f64>,
}

/// A total with its standard error; 0 if it is exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Total {
    pub value: f64,
    pub error: f64,
}

impl Sample {
    /// At most `size` rows of positive weight; all of them if they are no more. `offset` in [0, 1) moves the draws.
    pub fn new(weights: &[f64], size: usize, offset: f64) -> Sample {
        let mut order: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0.0).collect();
        if order.len() <= size {
            return Sample { certain: order.len(), rows: order, rest: 0.0, weights: Vec::new() };
        }
        // the heaviest come first; only `size` of them can be certain
        let heavier = |&i: &usize, &j: &usize| weights[j].total_cmp(&weights[i]).then(i.cmp(&j));
        order.select_nth_unstable_by(size, heavier);
        let mut heavy = order[..size].to_vec();
        heavy.sort_unstable_by(heavier);
        let total: f64 = order.iter().map(|&i| weights[i]).sum();
        let (mut certain, mut rest) = (0, total);
        while certain < size && weights[heavy[certain]] * (size - certain) as f64 >= rest {
            rest -= weights[heavy[certain]];
            certain += 1;
        }
        let mut rows = heavy[..certain].to_vec();
        let draws = size - certain;
        let is_certain: std::collections::HashSet<usize> = rows.iter().copied().collect();
        let (step, mut passed, mut next) = (rest / draws as f64, 0.0, offset * rest / draws as f64);
        for (i, &weight) in weights.iter().enumerate() {
            if weight <= 0.0 || is_certain.contains(&i) {
                continue;
            }
            passed += weight;
            if passed > next && rows.len() < size {
                rows.push(i);
                next += step;
            }
        }
        let weights = rows.iter().map(|&i| weights[i]).collect();
        Sample { rows, certain, rest, weights }
    }

    /// The estimated sum over all rows, given the true sizes of the first rows of the sample in its order.
    pub fn total(&self, sizes: &[f64]) -> Total {
        let sure: f64 = sizes[..self.certain].iter().sum();
        let drawn = sizes.len() - self.certain;
        if drawn == 0 {
            return Total { value: sure, error: 0.0 };
        }
        let ratios =
            || sizes[self.certain..].iter().zip(&self.weights[self.certain..]).map(|(size, weight)| size / weight);
        let mean = ratios().sum::<f64>() / drawn as f64;
        let spread = ratios().map(|ratio| (ratio - mean).powi(2)).sum::<f64>();
        let deviation = (spread / (drawn as f64 - 1.0).max(1.0) / drawn as f64).sqrt();
        // one draw says nothing of its error
        let error = if drawn == 1 { mean } else { deviation };
        Total { value: sure + self.rest * mean, error: self.rest * error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_are_counted() {
        let sample = Sample::new(&[1.0, 0.0, 3.0], 4, 0.5);
        assert_eq!(sample.rows, [0, 2]);
        assert_eq!(sample.total(&[1.0, 2.0]), Total { value: 3.0, error: 0.0 });
    }

    /// With weights that are the sizes, any sample gives the total exactly; hubs are taken for certain.
    #[test]
    fn proportional_weights_leave_no_error() {
        let weights: Vec<f64> = (1..1000).map(|i| 1e4 / f64::from(i)).collect();
        for offset in [0.0, 0.3, 0.99] {
            let sample = Sample::new(&weights, 64, offset);
            assert_eq!(sample.rows.len(), 64);
            assert!(sample.certain > 5 && sample.rows[..5] == [0, 1, 2, 3, 4]);
            let sizes: Vec<f64> = sample.rows.iter().map(|&i| weights[i]).collect();
            let total = sample.total(&sizes);
            let truth: f64 = weights.iter().sum();
            assert!((total.value - truth).abs() < 1e-9 * truth && total.error < 1e-9 * truth, "{total:?} {truth}");
        }
    }

    /// Unbiased: over all offsets, every row is drawn in proportion to its weight.
    #[test]
    fn the_mean_over_offsets_is_the_truth() {
        let weights: Vec<f64> = (0..200).map(|i| 1.0 + f64::from(i * 7 % 13)).collect();
        let sizes: Vec<f64> = (0..200).map(|i| f64::from(i * 5 % 11)).collect();
        let offsets = 2000;
        let mean: f64 = (0..offsets)
            .map(|k| {
                let sample = Sample::new(&weights, 16, (f64::from(k) + 0.5) / f64::from(offsets));
                sample.total(&sample.rows.iter().map(|&i| sizes[i]).collect::<Vec<_>>()).value
            })
            .sum::<f64>()
            / f64::from(offsets);
        let truth: f64 = sizes.iter().sum();
        assert!((mean / truth - 1.0).abs() < 0.01, "{mean} {truth}");
    }
}
