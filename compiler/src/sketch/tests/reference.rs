//! Agreement with reference values: the estimator of record, the compatible mode, and the rivals.

use super::cases::{Case, cases, relative_error};
use crate::sketch::probe::{Effort, Tiered};
use crate::sketch::rivals::{
    Bitset, DensityMap, Exact, Hash, LayeredGraph, MetaAc, MetaWc, Mnc, Propagation, RowWise, Sampling,
};
use crate::sketch::{AnyEstimator, Estimator, Sketch, Walks};

/// Asserts that no case fails, and shows all that do.
fn check(fails: impl Fn(&Case) -> Vec<String>) {
    let failures: Vec<String> = cases()
        .iter()
        .flat_map(|case| fails(case).into_iter().map(|failure| format!("{}: {failure}", case.name)).collect::<Vec<_>>())
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Relative errors of the published MNC by its reference values, of ours, and of ours with walks, on a case.
fn errors(case: &Case) -> [f64; 3] {
    let mnc = case.expected["mnc_det"]["MNC"].as_f64().unwrap();
    let leaves: Vec<Sketch> = case
        .leaves
        .iter()
        .map(|leaf| {
            let walks = Walks::of(&leaf.pattern(), Effort::default()).unwrap();
            let sketch = Estimator::leaf(&Propagation, leaf.pattern()).unwrap();
            sketch.with_walks(walks)
        })
        .collect();
    let root = case.expression.evaluate(&leaves, &mut |op, operands| Propagation.apply(op, operands)).unwrap();
    let ours = case.estimate(&Propagation).unwrap();
    for nnz in [ours, root.nnz()] {
        assert!(nnz.lower as f64 <= case.truth && case.truth <= nnz.upper as f64, "{}: {nnz:?}", case.name);
    }
    [mnc, ours.estimate, root.nnz().estimate].map(|estimate| relative_error(estimate, case.truth))
}

#[test]
fn nowhere_much_worse_than_the_published_sketch() {
    check(|case| {
        let [mnc, ours, walks] = errors(case);
        let fails = !ours.is_finite() || ours > 1.1 * mnc || walks > 1.1 * mnc;
        let line = format!("reference {mnc:.3}, ours {ours:.3}, with walks {walks:.3}");
        fails.then_some(line).into_iter().collect()
    });
}

/// With the leaves at hand every case is small enough to be counted.
#[test]
fn the_default_looks_at_the_leaves() {
    check(|case| {
        let nnz = case.estimate(&Tiered::default()).unwrap();
        let fails = !nnz.is_exact() || nnz.lower as f64 != case.truth;
        fails.then(|| format!("{nnz:?}, truth {}", case.truth)).into_iter().collect()
    });
}

#[test]
fn exact_estimators_tell_the_truth() {
    check(|case| {
        let estimators: [&dyn AnyEstimator; 2] = [&Bitset::default(), &Exact::default()];
        let wrong = |estimator: &&dyn AnyEstimator| {
            let nnz = case.estimate(*estimator).unwrap();
            (nnz.lower as f64 != case.truth || !nnz.is_exact())
                .then(|| format!("{} {nnz:?}, truth {}", estimator.name(), case.truth))
        };
        estimators.iter().filter_map(wrong).collect()
    });
}

#[test]
fn compatible_mode_reproduces_the_java_code() {
    check(|case| {
        let variants = [("MNC", true), ("MNCbasic", false)];
        let wrong = |(name, extended): (&str, bool)| {
            let expected = case.expected["mnc_det"][name].as_f64().unwrap();
            let ours = case.estimate(&Mnc { extended, java: true }).unwrap().estimate;
            ((ours - expected).abs() > 1e-6 * expected).then(|| format!("{name} {ours}, expected {expected}"))
        };
        variants.into_iter().filter_map(wrong).collect()
    });
}

#[test]
fn published_mnc_is_as_good_as_the_java_code() {
    check(|case| {
        let java = case.expected["mnc_det"]["MNC"].as_f64().unwrap();
        let ours = case.estimate(&Mnc { extended: true, java: false }).unwrap().estimate;
        let (ours, theirs) = (relative_error(ours, case.truth), relative_error(java, case.truth));
        (ours > 1.1 * theirs).then(|| format!("{ours:.3}, reference {theirs:.3}")).into_iter().collect()
    });
}

/// Here the reference's metadata estimators multiply with the shape from before reshaping, and exceed the number of cells.
const RESHAPED_FACTORS: [&str; 2] = ["u_reshape_1N_mm", "u_reshape_N1_mm"];

/// Estimators without randomness, by their names in the reference.
fn deterministic() -> [(&'static str, Box<dyn AnyEstimator>); 5] {
    [
        ("MetaAC", Box::new(MetaAc)),
        ("MetaWC", Box::new(MetaWc)),
        ("DMap256", Box::new(DensityMap { block: 256 })),
        ("DMap32", Box::new(DensityMap { block: 32 })),
        ("RowWise", Box::new(RowWise)),
    ]
}

#[test]
fn deterministic_rivals_agree() {
    check(|case| {
        let mut failures = Vec::new();
        for (name, estimator) in deterministic() {
            let block = name.trim_start_matches("DMap");
            let formula = case.expected["dmap_formula"][block].as_f64();
            let java = case.expected["java_dag"][name]["nnz"].as_f64().filter(|_| !case.is_quirk(name));
            let Some(expected) = formula.or(java) else { continue };
            let ours = case.estimate(estimator.as_ref()).map(|nnz| nnz.estimate);
            let agrees = |ours: f64| (ours - expected).abs() <= (1e-6 * expected).max(1.0);
            let keeps_old_shape = name.starts_with("Meta") && RESHAPED_FACTORS.contains(&case.name.as_str());
            if !(keeps_old_shape || ours.as_ref().is_ok_and(|&ours| agrees(ours))) {
                failures.push(format!("{name} {ours:?}, expected {expected}"));
            }
        }
        failures
    });
}

/// Random estimators, by their names in the reference and the kind of call.
fn random(seed: u64) -> [(&'static str, &'static str, Box<dyn AnyEstimator>); 4] {
    let sampling = |extended| Box::new(Sampling { fraction: 0.05, extended, seed });
    [
        ("LGraph32", "java_dag", Box::new(LayeredGraph { rounds: 32, seed })),
        ("LGraph32", "java_single", Box::new(LayeredGraph { rounds: 32, seed })),
        ("Sample5", "java_single", sampling(false)),
        ("Sample5ext", "java_single", sampling(true)),
    ]
}

#[test]
fn random_rivals_agree_on_average() {
    const SEEDS: u64 = 60;
    check(|case| {
        let mut failures = Vec::new();
        let mut sums = [0.0; 4];
        for seed in 0..SEEDS {
            for (sum, (.., estimator)) in sums.iter_mut().zip(random(seed)) {
                *sum += case.estimate(estimator.as_ref()).map_or(f64::NAN, |nnz| nnz.estimate);
            }
        }
        for (sum, (name, call, _)) in sums.iter().zip(random(0)) {
            let number = |key: &str| case.expected[call][name][key].as_f64();
            let random = number("mean").zip(number("std")).zip(number("n"));
            let Some(((mean, std), n)) = random.or_else(|| Some(((number("nnz")?, 0.0), 1.0))) else { continue };
            let ours = sum / SEEDS as f64;
            let tolerance = 4.0 * std * (1.0 / n + 1.0 / SEEDS as f64).sqrt() + 1.0;
            let agrees = (ours - mean).abs() <= tolerance.max(1e-6 * mean);
            // ours never exceed the number of cells
            let cells = case.expected["rows"].as_f64().unwrap() * case.expected["cols"].as_f64().unwrap();
            let is_clamped = mean + 3.0 * std > cells && case.truth <= ours * 1.15;
            if !(agrees || is_clamped || case.is_quirk(name)) {
                failures.push(format!("{name} {ours} on average, expected {mean} +- {tolerance}"));
            }
        }
        failures
    });
}

/// Without sampling, fewer distinct cells than hash values kept are counted, and more are estimated within 5 % or so.
#[test]
fn hash_estimates_distinct_cells() {
    check(|case| {
        let hash = Hash { fraction: 1.0, ..Hash::default() };
        let Ok(nnz) = case.estimate(&hash) else { return Vec::new() };
        let allowed = if case.truth < hash.smallest as f64 { 1.0 } else { 1.15 };
        let wrong = relative_error(nnz.estimate, case.truth) > allowed;
        wrong.then(|| format!("hash {nnz:?}, truth {}", case.truth)).into_iter().collect()
    });
}
