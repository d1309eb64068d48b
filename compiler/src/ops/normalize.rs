//! Normalization of images over a batch, channel by channel: meaning and kernel at once.
//!
//! ```text
//! y = gamma (x - mean) / sqrt(var + epsilon) + beta
//! ```
//! where mean and var, without Bessel's correction, are those of all cells of a channel in all images.

/// Rows of images, each with its channels one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    pub channels: usize,
    /// Cells of a channel of an image.
    pub area: usize,
}

/// The mean of a channel and 1 / sqrt(var + epsilon).
#[derive(Clone, Copy)]
pub struct Moments<'a> {
    pub mean: &'a [f64],
    pub scale: &'a [f64],
}

pub struct Gradients {
    pub x: Vec<f64>,
    pub gamma: Vec<f64>,
    pub beta: Vec<f64>,
}

impl Batch {
    /// The channel of each cell, row by row.
    fn channel_of(&self, cell: usize) -> usize {
        cell / self.area.max(1) % self.channels.max(1)
    }

    /// For each channel the sum of a function of its cells.
    fn sums(&self, cells: &[f64], f: impl Fn(usize, f64) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.channels];
        for (at, x) in cells.iter().enumerate() {
            sums[self.channel_of(at)] += f(at, *x);
        }
        sums
    }

    /// Mean and variance of each channel.
    pub fn moments(&self, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let number = x.len() as f64 / self.channels as f64;
        let shares = |sums: Vec<f64>| -> Vec<f64> { sums.into_iter().map(|s| s / number).collect() };
        let mean = shares(self.sums(x, |_, x| x));
        let squares = self.sums(x, |at, x| (x - mean[self.channel_of(at)]).powi(2));
        let variance = shares(squares);
        (mean, variance)
    }

    pub fn normalize(&self, x: &[f64], by: Moments, gamma: &[f64], beta: &[f64]) -> Vec<f64> {
        let cell = |(at, x): (usize, &f64)| {
            let c = self.channel_of(at);
            (x - by.mean[c]) * by.scale[c] * gamma[c] + beta[c]
        };
        x.iter().enumerate().map(cell).collect()
    }

    /// With n cells in a channel and y = (x - mean) scale: dx = gamma scale (e - sum(e) / n - y sum(e y) / n).
    pub fn gradients(&self, x: &[f64], errors: &[f64], by: Moments, gamma: &[f64]) -> Gradients {
        let number = x.len() as f64 / self.channels as f64;
        let normal = |at: usize| {
            let c = self.channel_of(at);
            (x[at] - by.mean[c]) * by.scale[c]
        };
        let beta = self.sums(errors, |_, e| e);
        let slope = self.sums(errors, |at, e| e * normal(at));
        let cell = |(at, e): (usize, &f64)| {
            let c = self.channel_of(at);
            gamma[c] * by.scale[c] * (e - beta[c] / number - normal(at) * (slope[c] / number))
        };
        Gradients { x: errors.iter().enumerate().map(cell).collect(), gamma: slope, beta }
    }
}
