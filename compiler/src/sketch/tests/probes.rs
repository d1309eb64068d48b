//! Probes: exact where all rows are counted, close where some are, whatever the leaves and the expression are.

use super::cases::relative_error;
use super::graphs::{Graph, power_law, uniform};
use crate::sketch::probe::{Effort, LeafRows, combine, probe};
use crate::sketch::rivals::Exact;
use crate::sketch::{AnyEstimator, Expression, Nnz, Pattern, Rule, Sketch, Walks};

fn truth(expression: &Expression, leaves: &[Pattern<'_>]) -> f64 {
    Exact::default().sketch(leaves).unwrap().estimate(expression).unwrap().estimate
}

fn probed(expression: &Expression, leaves: &[Pattern<'_>], effort: Effort) -> crate::sketch::probe::Probed {
    let leaves: Vec<&dyn LeafRows> = leaves.iter().map(|leaf| leaf as &dyn LeafRows).collect();
    probe(expression, &leaves, effort).unwrap()
}

/// Squares of a ring road, where neighbours share neighbours: counts alone are off by factors.
fn road(n: usize) -> Graph {
    let ends = |i: usize| [1, 2, n - 1, n - 2].map(|step| (i, (i + step) % n));
    Graph::new(n, (0..n).flat_map(ends).collect())
}

/// More rows than go together: all are counted if that is little work, in several passes.
#[test]
fn little_work_is_done() {
    let (a, b) = (uniform(700, 2000, 1), power_law(700, 3000, 0.7, false, 2));
    let leaves = [a.pattern(), b.pattern()];
    for text in [
        "(mm A B)",
        "(mm (t A) (mm B (t B)))",
        "(mul (mm A B) (t (mm B A)))",
        "(mm A (mul A (t B)))",
        "(mm A (eq0 B))",
        "(mm (reshape A 1400 350) (reshape B 350 1400))",
        "(mm (t (reshape A 1400 350)) (reshape B 1400 350))",
        "(rbind (mm A B) (eq0 (mm B A)))",
        "(mm (cbind A B) (rbind B A))",
        "(mm (t (rbind A B)) (t (cbind (t B) (t A))))",
        "(diag (mm A B))",
        "(mm (t (diag (mm A B))) A)",
        "(mm (diag (diag (add A B))) B)",
        "(add (mm A A) (neq0 B))",
    ] {
        let (expression, _) = Expression::parse(text).unwrap();
        let found = probed(&expression, &leaves, Effort::default());
        assert_eq!((found.estimate, found.error), (truth(&expression, &leaves), 0.0), "{text}");
    }
}

/// A sample of 256 rows and more tells the number within a few percent, and its own error.
#[test]
fn samples_are_close() {
    let effort = Effort { exhaustive: 0, ..Effort::default() };
    let graphs = [
        ("uniform", uniform(3000, 12_000, 1)),
        ("power law", power_law(3000, 15_000, 0.7, true, 2)),
        ("road", road(3000)),
    ];
    for (name, graph) in &graphs {
        for text in ["(mm G G)", "(mm (mm G G) G)", "(mm G (t G))", "(mul (mm G G) G)"] {
            let (expression, _) = Expression::parse(text).unwrap();
            let truth = truth(&expression, &[graph.pattern()]);
            let found = probed(&expression, &[graph.pattern()], effort);
            let error = relative_error(found.estimate, truth);
            assert!(error < 1.15, "{name} {text}: {error}, {found:?}, truth {truth}");
            assert!(found.lower as f64 <= truth && truth <= found.upper as f64, "{name} {text}: {found:?}, {truth}");
            assert!((found.estimate - truth).abs() <= 5.0 * found.error, "{name} {text}: {found:?}, truth {truth}");
        }
    }
}

#[test]
fn work_has_a_limit() {
    let graph = uniform(1000, 10_000, 1);
    let (expression, _) = Expression::parse("(mm G G)").unwrap();
    let leaf = graph.pattern();
    assert!(probe(&expression, &[&leaf], Effort { limit: 100, ..Effort::default() }).is_err());
}

#[test]
fn an_exact_count_is_the_answer_and_a_sample_is_weighed() {
    let known = Nnz::new(10, 40.0, 1000);
    let probed =
        |estimate, error| crate::sketch::probe::Probed { estimate, error, lower: 20, upper: 800, rows: 1, work: 1 };
    let counted = combine(known, 0.5, probed(90.0, 0.0));
    assert_eq!((counted, counted.why.estimate), (Nnz::exact(90), Rule::AllRows));
    let sampled = combine(known, 0.5, probed(90.0, 1.0));
    assert!((89.0..90.0).contains(&sampled.estimate) && sampled.why.estimate == Rule::Probes);
    assert_eq!((sampled.lower, sampled.upper), (20, 800));
    assert_eq!((sampled.why.lower, sampled.why.upper), (Rule::LeafRows, Rule::LeafRows));
    // a probe that is as uncertain as the sketch weighs as much
    let even = combine(known, 0.5, probed(90.0, 45.0));
    assert!((even.estimate - 60.0).abs() < 1e-9);
}

/// Walks: the sketch of a road alone, and with what was counted of its powers.
#[test]
fn walks_tell_of_clusters() {
    let graph = road(2000);
    let leaf = graph.pattern();
    let walks = Walks::of(&leaf, Effort::default()).unwrap();
    assert_eq!(walks.powers, [Some(18_000.0), Some(26_000.0), Some(34_000.0)]);
    assert_eq!((walks.outer, walks.inner), (Some(18_000.0), Some(18_000.0)));
    let (indptr, indices) = leaf.arrays();
    let plain = Sketch::from_csr_pattern(2000, 2000, indptr, indices);
    let sketch = plain.with_walks(walks);
    assert_eq!(sketch.walks(), Some(walks));
    let close = |found: &Sketch, truth: f64| {
        let error = relative_error(found.nnz().estimate, truth);
        assert!(error < 1.01, "{found:?}, truth {truth}");
        assert_eq!(found.nnz().why.estimate, Rule::Walks);
    };
    let (square, t) = (sketch.matmul(&sketch), sketch.transpose());
    close(&square, 18_000.0);
    close(&square.matmul(&sketch), 26_000.0);
    close(&sketch.matmul(&square), 26_000.0);
    close(&square.matmul(&square), 34_000.0);
    close(&t.matmul(&t), 18_000.0);
    close(&t.matmul(&sketch), 18_000.0);
    close(&sketch.matmul(&t), 18_000.0);
    // without them, and with another leaf, counts are all there is
    let other = plain.with_walks(walks);
    for (a, b) in [(&plain, &plain), (&sketch, &other)] {
        assert!(relative_error(a.matmul(b).nnz().estimate, 18_000.0) > 1.5);
    }
}
