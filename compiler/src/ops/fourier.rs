//! Discrete Fourier transforms: meaning and kernel at once.
//!
//! X[k] = sum over j of x[j] w^(j k), with w = exp(-2 pi i / n); the inverse has the conjugate of w and a factor 1 / n.

use std::f64::consts::PI;

/// Real and imaginary parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Complex {
    pub re: Vec<f64>,
    pub im: Vec<f64>,
}

/// exp(-i angle)
fn turn(angle: f64) -> (f64, f64) {
    (angle.cos(), -angle.sin())
}

fn times(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

impl Complex {
    pub fn zeros(n: usize) -> Complex {
        Complex { re: vec![0.0; n], im: vec![0.0; n] }
    }

    pub fn len(&self) -> usize {
        self.re.len()
    }

    pub fn is_empty(&self) -> bool {
        self.re.is_empty()
    }

    fn at(&self, i: usize) -> (f64, f64) {
        (self.re[i], self.im[i])
    }

    fn set(&mut self, i: usize, (re, im): (f64, f64)) {
        (self.re[i], self.im[i]) = (re, im);
    }

    /// The transform of a vector, in place.
    pub fn transform(&mut self, inverse: bool) {
        // With real and imaginary parts exchanged the transform is the inverse, but for the factor.
        if inverse {
            std::mem::swap(&mut self.re, &mut self.im);
        }
        match self.len() {
            n if n.is_power_of_two() => self.butterflies(),
            0 => {}
            _ => self.chirp(),
        }
        if inverse {
            std::mem::swap(&mut self.re, &mut self.im);
            let n = self.len() as f64;
            self.re.iter_mut().chain(&mut self.im).for_each(|x| *x /= n);
        }
    }

    /// Cooley and Tukey, for a power of two.
    fn butterflies(&mut self) {
        let n = self.len();
        let bits = n.trailing_zeros();
        for i in 0..n {
            let j = if bits == 0 { 0 } else { i.reverse_bits() >> (usize::BITS - bits) };
            if i < j {
                self.re.swap(i, j);
                self.im.swap(i, j);
            }
        }
        let roots: Vec<(f64, f64)> = (0..n / 2).map(|k| turn(2.0 * PI * k as f64 / n as f64)).collect();
        let mut half = 1;
        while half < n {
            for start in (0..n).step_by(2 * half) {
                for k in 0..half {
                    let (a, b) = (self.at(start + k), self.at(start + half + k));
                    let b = times(roots[k * (n / (2 * half))], b);
                    self.set(start + k, (a.0 + b.0, a.1 + b.1));
                    self.set(start + half + k, (a.0 - b.0, a.1 - b.1));
                }
            }
            half *= 2;
        }
    }

    /// Bluestein, for any length: as j k = (j^2 + k^2 - (k - j)^2) / 2 it is a convolution, made by transforms of a power of two.
    fn chirp(&mut self) {
        let n = self.len();
        let size = (2 * n - 1).next_power_of_two();
        // j^2 modulo 2n keeps the angle small
        let chirp: Vec<(f64, f64)> =
            (0..n).map(|j| turn(PI * ((j as u128 * j as u128) % (2 * n as u128)) as f64 / n as f64)).collect();
        let (mut a, mut b) = (Complex::zeros(size), Complex::zeros(size));
        for (j, &c) in chirp.iter().enumerate() {
            a.set(j, times(self.at(j), c));
            let back = (c.0, -c.1);
            b.set(j, back);
            b.set((size - j) % size, back);
        }
        a.transform(false);
        b.transform(false);
        for k in 0..size {
            let product = times(a.at(k), b.at(k));
            a.set(k, product);
        }
        a.transform(true);
        for (k, &c) in chirp.iter().enumerate() {
            self.set(k, times(a.at(k), c));
        }
    }

    /// Each row of `cols` cells by itself.
    pub fn transform_rows(&mut self, cols: usize, inverse: bool) {
        for from in (0..self.len()).step_by(cols.max(1)) {
            let to = from + cols;
            let mut row = Complex { re: self.re[from..to].to_vec(), im: self.im[from..to].to_vec() };
            row.transform(inverse);
            self.re[from..to].copy_from_slice(&row.re);
            self.im[from..to].copy_from_slice(&row.im);
        }
    }

    /// Of a matrix in both directions.
    pub fn transform_matrix(&mut self, rows: usize, cols: usize, inverse: bool) {
        self.transform_rows(cols, inverse);
        for j in 0..cols {
            let take = |x: &[f64]| (0..rows).map(|i| x[i * cols + j]).collect();
            let mut col = Complex { re: take(&self.re), im: take(&self.im) };
            col.transform(inverse);
            (0..rows).for_each(|i| self.set(i * cols + j, col.at(i)));
        }
    }
}

/// Windows of so many cells that begin so many cells after each other, as many as it takes to see all of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frames {
    pub size: usize,
    pub overlap: usize,
}

impl Frames {
    /// How many frames a row has; `overlap` is smaller than `size`.
    pub fn count(&self, cols: usize) -> usize {
        cols.saturating_sub(self.overlap).div_ceil(self.size - self.overlap).max(usize::from(cols > 0))
    }

    /// The frames of each row side by side; cells beyond the end are 0.
    pub fn cut(&self, x: &[f64], rows: usize, cols: usize) -> Vec<f64> {
        let hop = self.size - self.overlap;
        let mut cut = Vec::with_capacity(rows * self.count(cols) * self.size);
        for i in 0..rows {
            for frame in 0..self.count(cols) {
                let cell = |k: usize| Some(frame * hop + k).filter(|j| *j < cols).map_or(0.0, |j| x[i * cols + j]);
                cut.extend((0..self.size).map(cell));
            }
        }
        cut
    }
}
