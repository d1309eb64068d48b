//! Which patterns are known to be one and the same, or to lie one within the other.
//!
//! Equal subexpressions are one node of a DAG, so that `A * A`, `X * (X > 0)` or `abs(X) / X` meet sketches of one pattern:
//! the intersection of a pattern with one that lies within it is the latter, the union the former (section 3.4).

use std::fmt;
use std::sync::Arc;

/// The identity of a pattern. A clone means the same pattern; equality of sketches does not look at it.
#[derive(Clone, Default)]
pub(super) struct Identity {
    own: Arc<()>,
    /// Patterns that it lies within, the nearest first.
    within: Option<Arc<[Arc<()>]>>,
}

/// Patterns around a pattern that are remembered: enough for what an expression says of one operand.
const MOST: usize = 8;

impl Identity {
    /// Of another pattern, which lies within all of these.
    pub(super) fn narrowed(around: &[&Identity]) -> Identity {
        let nearest = around.iter().map(|outer| outer.own.clone());
        let farther = around.iter().flat_map(|outer| outer.within.iter().flat_map(|within| within.iter().cloned()));
        Identity { own: Arc::default(), within: Some(nearest.chain(farther).take(MOST).collect()) }
    }

    /// Whether both are known to be the same pattern.
    pub(super) fn is(&self, other: &Identity) -> bool {
        Arc::ptr_eq(&self.own, &other.own)
    }

    /// Whether this pattern is known to lie within the other, or to be the same.
    pub(super) fn is_within(&self, other: &Identity) -> bool {
        let around = self.within.iter().flat_map(|within| within.iter());
        self.is(other) || around.into_iter().any(|outer| Arc::ptr_eq(outer, &other.own))
    }
}

impl PartialEq for Identity {
    fn eq(&self, _: &Identity) -> bool {
        true
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}
