//! What products of a matrix with itself are known to have: the part of a pattern's structure that no counts express.
//!
//! Rows of a graph's neighbours overlap far more than rows at random, and how much more is a property of the graph. Where a
//! leaf is at hand, probes count its powers and its products with its transpose once ([`Walks::of`]); the sketch keeps these
//! five numbers. When a product continues a walk over the same leaf, as in P G G G or t(X) X, the expected number of hits on
//! each cell is multiplied by the factor that makes the degree classes agree with what was counted.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::estimator::Refusal;
use super::mnc::Sketch;
use super::operation::{Expression, Operation};
use super::probe::{self, LeafRows};

/// Numbers of nonzeros of products of a matrix G with itself and its transpose, counted or estimated by probes; `None` where
/// the product does not exist or was not probed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Walks {
    /// Of G G, G G G, G G G G.
    pub powers: [Option<f64>; 3],
    /// Of G t(G).
    pub outer: Option<f64>,
    /// Of t(G) G.
    pub inner: Option<f64>,
}

impl Walks {
    /// The five numbers: of G G, G G G, G G G G, G t(G), t(G) G.
    pub fn counts(&self) -> [Option<f64>; 5] {
        let [second, third, fourth] = self.powers;
        [second, third, fourth, self.outer, self.inner]
    }

    /// From [`Walks::counts`].
    pub fn from_counts([second, third, fourth, outer, inner]: [Option<f64>; 5]) -> Walks {
        Walks { powers: [second, third, fourth], outer, inner }
    }

    /// Probes a leaf; some passes over its nonzeros.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`] beyond the effort's limit.
    pub fn of(leaf: &dyn LeafRows, effort: probe::Effort) -> Result<Walks, Refusal> {
        let product = |a, b| Expression::Apply(Operation::MatMul, vec![a, b]);
        let g = || Expression::Leaf(0);
        let t = || Expression::Apply(Operation::Transpose, vec![g()]);
        let count = |expression| probe::probe(&expression, &[leaf], effort).map(|probed| Some(probed.estimate));
        let mut walks =
            Walks { outer: count(product(g(), t()))?, inner: count(product(t(), g()))?, ..Walks::default() };
        let (rows, cols) = leaf.shape();
        if rows == cols {
            let mut power = g();
            for nnz in &mut walks.powers {
                power = product(power, g());
                *nnz = count(power.clone())?;
            }
        }
        Ok(walks)
    }
}

/// Steps of the longest walk that can be continued by a step that was counted.
const LONGEST: usize = 3;

/// A leaf with its walks, and the factors that follow.
struct Leaf {
    walks: Walks,
    /// The leaf's sketch, without walks.
    sketch: Sketch,
    spreads: OnceLock<Spreads>,
}

/// Factors on the expected number of hits; 1 where nothing is known.
struct Spreads {
    /// Of the product of a walk of a + 1 steps along G and one of b + 1.
    powers: [[f64; LONGEST]; LONGEST],
    outer: f64,
    inner: f64,
}

impl Leaf {
    fn spreads(&self) -> &Spreads {
        self.spreads.get_or_init(|| {
            let (g, t) = (&self.sketch, &self.sketch.transpose());
            let mut powers = [[1.0; LONGEST]; LONGEST];
            let mut sketches = vec![g.clone()];
            for (steps, counted) in self.walks.powers.iter().enumerate() {
                let Some(counted) = counted else { break };
                for a in 0..=steps {
                    powers[a][steps - a] = sketches[a].spread_for(&sketches[steps - a], *counted);
                }
                sketches.push(sketches[steps].matmul_spread(g, powers[steps][0]));
            }
            let pair = |a: &Sketch, b: &Sketch, counted: Option<f64>| counted.map_or(1.0, |n| a.spread_for(b, n));
            Spreads { powers, outer: pair(g, t, self.walks.outer), inner: pair(t, g, self.walks.inner) }
        })
    }
}

/// A walk along a leaf: `length` factors in a row that are the leaf, or all its transpose.
#[derive(Clone)]
struct Walk {
    leaf: Arc<Leaf>,
    transposed: bool,
    length: usize,
}

impl Walk {
    fn joins(&self, next: &Walk) -> bool {
        Arc::ptr_eq(&self.leaf, &next.leaf)
    }

    fn continues(&self, next: &Walk) -> bool {
        self.joins(next) && self.transposed == next.transposed
    }

    fn extended(&self, by: &Walk) -> Walk {
        Walk { length: self.length + by.length, ..self.clone() }
    }
}

/// Which walks a matrix begins and ends with: its rows are walks onwards from its first factors, its columns are where walks
/// along its last factors arrive. It is no part of the pattern: equality and the textual form do without it.
#[derive(Clone, Default)]
pub(super) struct Lineage {
    begins: Option<Walk>,
    ends: Option<Walk>,
    /// The matrix is one walk from begin to end.
    whole: bool,
}

impl Lineage {
    /// That of a leaf.
    fn leaf(sketch: Sketch, walks: Walks) -> Lineage {
        let leaf = Arc::new(Leaf { walks, sketch, spreads: OnceLock::new() });
        let walk = Walk { leaf, transposed: false, length: 1 };
        Lineage { begins: Some(walk.clone()), ends: Some(walk), whole: true }
    }

    pub fn transposed(&self) -> Lineage {
        let flip = |walk: &Option<Walk>| walk.clone().map(|walk| Walk { transposed: !walk.transposed, ..walk });
        Lineage { begins: flip(&self.ends), ends: flip(&self.begins), whole: self.whole }
    }

    /// That of a product.
    pub fn product(&self, b: &Lineage) -> Lineage {
        let joint = self.ends.as_ref().zip(b.begins.as_ref()).filter(|(end, begin)| end.continues(begin));
        let begins = match (&joint, self.whole) {
            (Some((_, begin)), true) => self.begins.as_ref().map(|walk| walk.extended(begin)),
            _ => self.begins.clone(),
        };
        let ends = match (&joint, b.whole) {
            (Some((end, _)), true) => b.ends.as_ref().map(|walk| walk.extended(end)),
            _ => b.ends.clone(),
        };
        Lineage { begins, ends, whole: self.whole && b.whole && joint.is_some() }
    }

    /// The factor on the expected hits of a product with `b`.
    pub fn spread(&self, b: &Lineage) -> f64 {
        let Some((end, begin)) = self.ends.as_ref().zip(b.begins.as_ref()).filter(|(end, begin)| end.joins(begin))
        else {
            return 1.0;
        };
        let spreads = end.leaf.spreads();
        match (end.transposed, begin.transposed) {
            (false, true) => spreads.outer,
            (true, false) => spreads.inner,
            // a longer walk is as the longest that was counted
            _ => {
                let b = begin.length.min(LONGEST);
                spreads.powers[end.length.min(LONGEST + 1 - b) - 1][b - 1]
            }
        }
    }

    /// The leaf's walks, if this is one.
    fn walks(&self) -> Option<Walks> {
        let leaf = self.begins.as_ref().filter(|walk| self.whole && walk.length == 1 && !walk.transposed)?;
        Some(leaf.leaf.walks)
    }
}

impl PartialEq for Lineage {
    fn eq(&self, _: &Lineage) -> bool {
        true
    }
}

impl fmt::Debug for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl Sketch {
    /// The sketch of a leaf whose products with itself were counted.
    #[must_use]
    pub fn with_walks(&self, walks: Walks) -> Sketch {
        let plain = Sketch { lineage: Lineage::default(), ..self.clone() };
        Sketch { lineage: Lineage::leaf(plain.clone(), walks), ..plain }
    }

    /// What was counted of a leaf's products with itself.
    pub fn walks(&self) -> Option<Walks> {
        self.lineage.walks()
    }
}
