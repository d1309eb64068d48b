//! Degree classes on graphs whose degrees vary: section 7.4 of the specification in small.

use proptest::prelude::*;

use super::cases::relative_error;
use crate::sketch::rivals::{Exact, Mnc, Propagation};
use crate::sketch::{AnyEstimator, Expression, Pattern};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
}

struct Graph {
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Graph {
    fn new(n: usize, mut edges: Vec<(usize, usize)>) -> Graph {
        edges.sort_unstable();
        edges.dedup();
        let mut indptr = vec![0; n + 1];
        edges.iter().for_each(|edge| indptr[edge.0 + 1] += 1);
        (0..n).for_each(|i| indptr[i + 1] += indptr[i]);
        Graph { rows: n, cols: n, indptr, indices: edges.into_iter().map(|edge| edge.1 as u32).collect() }
    }

    fn pattern(&self) -> Pattern<'_> {
        Pattern::new(self.rows, self.cols, &self.indptr, &self.indices).unwrap()
    }
}

/// Ends of edges are drawn with probabilities falling as rank^-power (Chung and Lu); in another order for columns if
/// not `ordered`.
fn power_law(n: usize, edges: usize, power: f64, ordered: bool, seed: u64) -> Graph {
    let mut random = Random(seed);
    let mut sums = vec![0.0];
    (0..n).for_each(|i| sums.push(sums[i] + ((i + 1) as f64).powf(-power)));
    let mut end = || {
        let at = random.unit() * sums[n];
        sums.partition_point(|&sum| sum <= at) - 1
    };
    let place = |j: usize| if ordered { j } else { j * 389 % n };
    Graph::new(n, (0..edges).map(|_| (end(), place(end()))).collect())
}

/// Each edge falls into a quadrant, again and again (Chakrabarti, Zhan and Faloutsos).
fn rmat(levels: u32, edges: usize, seed: u64) -> Graph {
    let mut random = Random(seed);
    let mut edge = || {
        (0..levels).fold((0, 0), |(i, j), _| {
            let at = random.unit();
            (2 * i + usize::from(at >= 0.76), 2 * j + usize::from((0.57..0.76).contains(&at) || at >= 0.95))
        })
    };
    Graph::new(1 << levels, (0..edges).map(|_| edge()).collect())
}

fn uniform(n: usize, edges: usize, seed: u64) -> Graph {
    let mut random = Random(seed);
    Graph::new(n, (0..edges).map(|_| (random.below(n), random.below(n))).collect())
}

fn error(graph: Pattern<'_>, expression: &Expression, estimator: &dyn AnyEstimator) -> f64 {
    let estimate = |estimator: &dyn AnyEstimator| estimator.sketch(&[graph]).unwrap().estimate(expression).unwrap();
    let (nnz, truth) = (estimate(estimator), estimate(&Exact::default()).estimate);
    assert!(nnz.lower as f64 <= truth && truth <= nnz.upper as f64, "{nnz:?}, truth {truth}");
    relative_error(nnz.estimate, truth)
}

#[test]
fn graphs_without_clusters() {
    let graphs = [
        ("uniform", uniform(2000, 10_000, 1)),
        ("power law", power_law(2000, 12_000, 0.6, true, 2)),
        ("power law, independent", power_law(2000, 12_000, 0.6, false, 3)),
        ("rmat", rmat(11, 12_000, 4)),
    ];
    let published = Mnc { extended: true, java: false };
    let (mut logs, mut count) = ([0.0; 2], 0.0);
    for (name, graph) in &graphs {
        for (text, allowed) in [
            ("(mm G (t G))", 1.2_f64),
            ("(mm G G)", 1.1),
            ("(mm (mm G G) G)", 1.35),
            ("(mm G (mm G G))", 1.35),
            ("(mul G (t G))", 1.5),
            ("(mul (mm G G) (mm G (t G)))", 1.5),
        ] {
            let (expression, _) = Expression::parse(text).unwrap();
            let classes = error(graph.pattern(), &expression, &Propagation);
            let mnc = error(graph.pattern(), &expression, &published);
            assert!(classes <= allowed.max(mnc), "{name} {text}: {classes}, published {mnc}");
            logs[0] += classes.ln();
            logs[1] += mnc.ln();
            count += 1.0;
        }
    }
    let [classes, mnc] = logs.map(|log: f64| (log / count).exp());
    assert!(classes < 0.75 * mnc, "geometric mean {classes}, published {mnc}");
}

/// A pattern whose cells are nonzero with a probability that varies by row and by column, and is sometimes 0 or 1.
fn irregular(rows: usize, cols: usize, seed: u64) -> Graph {
    let mut random = Random(seed);
    let mut weights =
        |len: usize| -> Vec<f64> { (0..len).map(|_| [0.0, 0.03, 0.2, 0.5, 1.0, 2.0][random.below(6)]).collect() };
    let (by_row, by_col) = (weights(rows), weights(cols));
    let cells = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j)));
    let edges = cells.filter(|&(i, j)| random.unit() < by_row[i] * by_col[j]).collect();
    Graph { cols, ..Graph::new(rows, edges) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn estimates_are_possible((m, n, l) in (1usize..20, 64usize..80, 1usize..20), seed in any::<u64>()) {
        let leaves = [irregular(m, n, seed), irregular(n, l, seed ^ 1), irregular(m, l, seed ^ 2)];
        let leaves = leaves.each_ref().map(Graph::pattern);
        for text in [
            "(mm A B)",
            "(mm (mm A B) (mm (t B) (t A)))",
            "(mm A (mm (t A) (mm A B)))",
            "(mul (mm A B) C)",
            "(mm (t A) (add (mm A B) C))",
        ] {
            let (expression, _) = Expression::parse(text).unwrap();
            check(&leaves, &expression)?;
        }
    }
}

fn check(leaves: &[Pattern<'_>], expression: &Expression) -> Result<(), TestCaseError> {
    let nnz = Propagation.sketch(leaves).unwrap().estimate(expression).unwrap();
    let truth = Exact::default().sketch(leaves).unwrap().estimate(expression).unwrap().upper;
    prop_assert!(nnz.lower <= truth && truth <= nnz.upper && nnz.estimate.is_finite(), "{nnz:?}, truth {truth}");
    Ok(())
}
