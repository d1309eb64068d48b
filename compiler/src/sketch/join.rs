//! Where control flow meets: the value of one branch or the other.

use super::axis::{Axis, Limits};
use super::identity::Identity;
use super::mnc::Sketch;
use super::nnz::Nnz;

impl Sketch {
    /// A matrix that is either `self` or `b`, of the same shape: bounds that hold for both and the mean of the estimates.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn join(&self, b: &Sketch) -> Sketch {
        assert_eq!((self.rows(), self.cols()), (b.rows(), b.cols()), "branches of one shape");
        if self.identity.is(&b.identity) {
            return self.clone();
        }
        if self == b {
            // what is said of the one holds for the other, which is not the same pattern for that
            return Sketch { identity: Identity::default(), ..self.clone() };
        }
        let (x, y) = (self.nnz, b.nnz);
        let nnz = Nnz::new(x.lower.min(y.lower), (x.estimate + y.estimate) / 2.0, x.upper.max(y.upper));
        let by_row = either(&self.by_row, &b.by_row);
        let by_col = either(&self.by_col, &b.by_col);
        let mut either = Sketch::assemble(nnz, by_row, by_col, self.diagonal && b.diagonal);
        match () {
            _ if self.is_within(b) => either.identity = Identity::narrowed(&[&b.identity]),
            _ if b.is_within(self) => either.identity = Identity::narrowed(&[&self.identity]),
            _ => {}
        }
        either
    }
}

/// Slice by slice: the smaller lower bound, the mean, the larger upper bound.
fn either(a: &Axis, b: &Axis) -> Axis {
    let (p, q) = (a.limits, b.limits);
    let lower = a.lower().zip(&b.lower(), f64::min);
    let upper = a.upper().zip(&b.upper(), f64::max);
    let mean = a.counts().zip(b.counts(), |x, y| (x + y) / 2.0);
    let mut axis = Axis::between(a.len(), a.width(), &lower, &mean, &upper);
    axis.limit(Limits {
        min: p.min.min(q.min),
        max: p.max.max(q.max),
        nonempty_lower: p.nonempty_lower.min(q.nonempty_lower),
        nonempty_upper: p.nonempty_upper.max(q.nonempty_upper),
    });
    axis
}
