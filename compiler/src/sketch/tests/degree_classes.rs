//! Degree classes on graphs whose degrees vary: section 7.4 of the specification in small.

use proptest::prelude::*;

use super::cases::relative_error;
use super::graphs::{Graph, Random, power_law, rmat, uniform};
use crate::sketch::rivals::{Exact, Mnc, Propagation};
use crate::sketch::{AnyEstimator, Expression, Pattern};

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
