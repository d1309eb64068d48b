//! The long short-term memory, a recurrent layer: meaning and kernel at once.
//!
//! With z = [x_t, h_(t-1)] W + b, cut into four blocks of as many columns as there are neurons,
//!
//! ```text
//! i, f, o = sigmoid(z_1), sigmoid(z_2), sigmoid(z_3)    g = tanh(z_4)
//! c_t = f c_(t-1) + i g                                 h_t = o tanh(c_t)
//! ```

/// Row n of the inputs holds a sequence: the features of its first step, then those of the second, ...
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lstm {
    pub sequences: usize,
    pub steps: usize,
    pub features: usize,
    pub neurons: usize,
}

/// What does not change from step to step.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    pub x: &'a [f64],
    /// (features + neurons) x 4 neurons.
    pub weights: &'a [f64],
    pub bias: &'a [f64],
    /// Outputs and states before the first step.
    pub output: &'a [f64],
    pub state: &'a [f64],
}

/// Outputs, states and gates (i, f, o, g) of all steps, each a row.
pub struct Steps {
    pub outputs: Vec<f64>,
    pub states: Vec<f64>,
    pub gates: Vec<f64>,
}

/// Derivatives by what stands in [`Inputs`].
pub struct Gradients {
    pub x: Vec<f64>,
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
    pub output: Vec<f64>,
    pub state: Vec<f64>,
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// y += a x
fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).fold(0.0, |s, (x, y)| s + x * y)
}

impl Lstm {
    /// Cells of a row of outputs or states of one step.
    fn row(&self) -> usize {
        self.sequences * self.neurons
    }

    /// Cells of everything that a run makes.
    pub fn cells(&self) -> usize {
        self.steps * (6 * self.row() + self.sequences * self.features)
    }

    /// Where the features of a sequence at a step begin in X.
    fn features_at(&self, sequence: usize, step: usize) -> usize {
        (sequence * self.steps + step) * self.features
    }

    pub fn run(&self, inputs: Inputs) -> Steps {
        let (m, row) = (self.neurons, self.row());
        let width = 4 * m;
        let mut made = Steps {
            outputs: vec![0.0; self.steps * row],
            states: vec![0.0; self.steps * row],
            gates: vec![0.0; self.steps * 4 * row],
        };
        for step in 0..self.steps {
            for n in 0..self.sequences {
                let at = step * row + n * m;
                let z = &mut made.gates[4 * at..4 * at + width];
                z.copy_from_slice(inputs.bias);
                let from = self.features_at(n, step);
                let before = if step > 0 { &made.outputs[at - row..][..m] } else { &inputs.output[n * m..][..m] };
                let operands = inputs.x[from..from + self.features].iter().chain(before);
                for (a, weights) in operands.zip(inputs.weights.chunks_exact(width.max(1))) {
                    add_scaled(z, *a, weights);
                }
                z[..3 * m].iter_mut().for_each(|z| *z = sigmoid(*z));
                z[3 * m..].iter_mut().for_each(|z| *z = z.tanh());
                for k in 0..m {
                    let c = if step > 0 { made.states[at - row + k] } else { inputs.state[n * m + k] };
                    let c = z[m + k] * c + z[k] * z[3 * m + k];
                    made.states[at + k] = c;
                    made.outputs[at + k] = z[2 * m + k] * c.tanh();
                }
            }
        }
        made
    }

    /// The outputs of all steps, a row for each sequence, or those of the last step alone.
    pub fn outputs(&self, made: &Steps, all: bool) -> Vec<f64> {
        let (m, row) = (self.neurons, self.row());
        if !all {
            return self.last(&made.outputs).to_vec();
        }
        let cells = |n: usize| (0..self.steps).flat_map(move |t| (0..m).map(move |k| t * row + n * m + k));
        (0..self.sequences).flat_map(cells).map(|at| made.outputs[at]).collect()
    }

    /// The last of the rows of steps.
    pub fn last<'a>(&self, rows: &'a [f64]) -> &'a [f64] {
        &rows[self.steps.saturating_sub(1) * self.row()..]
    }

    /// From the derivatives by the outputs (of all steps, or of the last) and by the last state.
    pub fn gradients(
        &self,
        inputs: Inputs,
        made: &Steps,
        errors: &[f64],
        all: bool,
        state_errors: &[f64],
    ) -> Gradients {
        let (m, d, row) = (self.neurons, self.features, self.row());
        let width = 4 * m;
        let mut by = Gradients {
            x: vec![0.0; inputs.x.len()],
            weights: vec![0.0; inputs.weights.len()],
            bias: vec![0.0; width],
            output: vec![0.0; row],
            state: state_errors.to_vec(),
        };
        let mut dz = vec![0.0; width];
        for step in (0..self.steps).rev() {
            for n in 0..self.sequences {
                let at = step * row + n * m;
                let gates = &made.gates[4 * at..4 * at + width];
                for k in 0..m {
                    let [i, f, o, g] = [0, 1, 2, 3].map(|block| gates[block * m + k]);
                    let before = if step > 0 { made.states[at - row + k] } else { inputs.state[n * m + k] };
                    let squashed = made.states[at + k].tanh();
                    let given = match (all, step + 1 == self.steps) {
                        (true, _) => errors[(n * self.steps + step) * m + k],
                        (false, true) => errors[n * m + k],
                        (false, false) => 0.0,
                    };
                    let dh = by.output[n * m + k] + given;
                    let dc = by.state[n * m + k] + o * (1.0 - squashed * squashed) * dh;
                    dz[k] = i * (1.0 - i) * g * dc;
                    dz[m + k] = f * (1.0 - f) * before * dc;
                    dz[2 * m + k] = o * (1.0 - o) * squashed * dh;
                    dz[3 * m + k] = (1.0 - g * g) * i * dc;
                    by.state[n * m + k] = f * dc;
                }
                add_scaled(&mut by.bias, 1.0, &dz);
                let from = self.features_at(n, step);
                for j in 0..d {
                    add_scaled(&mut by.weights[j * width..(j + 1) * width], inputs.x[from + j], &dz);
                    by.x[from + j] = dot(&dz, &inputs.weights[j * width..(j + 1) * width]);
                }
                for k in 0..m {
                    let before = if step > 0 { made.outputs[at - row + k] } else { inputs.output[n * m + k] };
                    let weights = (d + k) * width..(d + k + 1) * width;
                    add_scaled(&mut by.weights[weights.clone()], before, &dz);
                    by.output[n * m + k] = dot(&dz, &inputs.weights[weights]);
                }
            }
        }
        by
    }
}
