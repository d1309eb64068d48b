//! Convolution and pooling of images: a row of a matrix is an image of C channels, each with H rows of W cells. All functions
//! are plain loops over rows of images, each in one order of operations: meaning and kernel at once.

/// A window that moves over an image. Beyond the edges, where `padding` lets it reach, there are no cells: they add nothing to
/// sums and are not looked at for a maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub images: usize,
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    /// Filters of a convolution.
    pub filters: usize,
    /// Rows and columns of the window.
    pub size: [usize; 2],
    pub stride: [usize; 2],
    pub padding: [usize; 2],
}

impl Window {
    /// Rows and columns of places of the window; `None` if it is larger than the padded image.
    pub fn places(&self) -> Option<[usize; 2]> {
        let along = |extent: usize, k: usize| {
            let room = (extent + 2 * self.padding[k]).checked_sub(self.size[k])?;
            Some(room / self.stride[k] + 1)
        };
        Some([along(self.height, 0)?, along(self.width, 1)?])
    }

    fn number(&self) -> usize {
        self.places().map_or(0, |[p, q]| p * q)
    }

    /// Cells of a channel.
    fn area(&self) -> usize {
        self.height * self.width
    }

    /// Cells of the window in one channel.
    fn taps(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// The cells under the window at a place: number in the window, and in the channel.
    fn under(&self, place: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (window, q) = (*self, self.places().map_or(1, |[_, q]| q));
        let corner = [place / q * self.stride[0], place % q * self.stride[1]];
        (0..self.taps()).filter_map(move |tap| {
            let at = [tap / window.size[1], tap % window.size[1]];
            let row = (corner[0] + at[0]).checked_sub(window.padding[0]).filter(|i| *i < window.height)?;
            let col = (corner[1] + at[1]).checked_sub(window.padding[1]).filter(|j| *j < window.width)?;
            Some((tap, row * window.width + col))
        })
    }

    /// out[k, place] = sum over channels and taps of image * filter k.
    pub fn convolve(&self, image: &[f64], filters: &[f64], out: &mut [f64]) {
        let (places, size) = (self.number(), self.channels * self.taps());
        for (k, out) in out.chunks_exact_mut(places.max(1)).enumerate() {
            let filter = &filters[k * size..(k + 1) * size];
            for (place, out) in out.iter_mut().enumerate() {
                *out = 0.0;
                for (plane, weights) in image.chunks_exact(self.area()).zip(filter.chunks_exact(self.taps())) {
                    self.under(place).for_each(|(tap, cell)| *out += plane[cell] * weights[tap]);
                }
            }
        }
    }

    /// The derivative of [`Window::convolve`] by the image, of those of its results.
    pub fn convolve_back(&self, errors: &[f64], filters: &[f64], out: &mut [f64]) {
        let (places, size) = (self.number(), self.channels * self.taps());
        out.fill(0.0);
        for (k, errors) in errors.chunks_exact(places.max(1)).enumerate() {
            let filter = &filters[k * size..(k + 1) * size];
            for (place, error) in errors.iter().enumerate() {
                for (plane, weights) in out.chunks_exact_mut(self.area()).zip(filter.chunks_exact(self.taps())) {
                    self.under(place).for_each(|(tap, cell)| plane[cell] += error * weights[tap]);
                }
            }
        }
    }

    /// The derivative by filter k, over all images and the derivatives of their results.
    pub fn convolve_filter(&self, k: usize, images: &[f64], errors: &[f64], out: &mut [f64]) {
        let places = self.number();
        out.fill(0.0);
        let images = images.chunks_exact(self.channels * self.area());
        for (image, errors) in images.zip(errors.chunks_exact((self.filters * places).max(1))) {
            for (place, error) in errors[k * places..(k + 1) * places].iter().enumerate() {
                for (plane, weights) in image.chunks_exact(self.area()).zip(out.chunks_exact_mut(self.taps())) {
                    self.under(place).for_each(|(tap, cell)| weights[tap] += error * plane[cell]);
                }
            }
        }
    }

    /// The largest cell under the window at each place of each channel, or the mean of all its taps.
    pub fn pool(&self, largest: bool, image: &[f64], out: &mut [f64]) {
        let share = self.taps() as f64;
        for (plane, out) in image.chunks_exact(self.area()).zip(out.chunks_exact_mut(self.number().max(1))) {
            for (place, out) in out.iter_mut().enumerate() {
                let cells = self.under(place).map(|(_, cell)| plane[cell]);
                *out = match largest {
                    true => cells.fold(f64::NEG_INFINITY, |m, x| if x > m || x.is_nan() { x } else { m }),
                    false => cells.fold(0.0, |s, x| s + x) / share,
                };
            }
        }
    }

    /// The derivative of [`Window::pool`] by the image: that of a maximum belongs to the first cell that is largest.
    pub fn pool_back(&self, largest: bool, image: &[f64], errors: &[f64], out: &mut [f64]) {
        let share = self.taps() as f64;
        out.fill(0.0);
        let planes = image.chunks_exact(self.area()).zip(out.chunks_exact_mut(self.area()));
        for ((plane, out), errors) in planes.zip(errors.chunks_exact(self.number().max(1))) {
            for (place, error) in errors.iter().enumerate() {
                if largest {
                    let first = self.under(place).map(|(_, cell)| cell);
                    let best = first.reduce(|best, cell| if plane[cell] > plane[best] { cell } else { best });
                    best.into_iter().for_each(|cell| out[cell] += error);
                } else {
                    self.under(place).for_each(|(_, cell)| out[cell] += error / share);
                }
            }
        }
    }
}
