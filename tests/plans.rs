//! What plans are, and when they are made again.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lac::compiler::build::{Builder, Held};
use lac::compiler::facts::Facts;
use lac::compiler::plan::{Action, Format};
use lac::compiler::sketch::probe::LeafRows;
use lac::compiler::sketch::{Nnz, Sketch};
use lac::explain::Depth;
use lac::{Csr, Matrix, Session};

/// The number of plans that a script makes.
fn planned(script: &str) -> u64 {
    let mut session = Session::builder().seed(1).build();
    session.run(script).unwrap_or_else(|e| panic!("{}", e.render(false)));
    session.stats().planned
}

#[test]
fn a_loop_of_constant_shapes_is_planned_once() {
    let script = |rounds| {
        format!(
            "X = rand(rows=50, cols=20, seed=1)\nw = matrix(0.1, 20, 1)\n\
             for (i in 1:{rounds}) {{\n  w = w - 0.001 * (t(X) %*% (X %*% w)) + i\n}}"
        )
    };
    assert_eq!(planned(&script(100)), planned(&script(2)));
}

/// The values of scalars decide shapes in each round: after a few plans one is made that holds for all.
#[test]
fn a_loop_of_changing_shapes_is_planned_a_few_times() {
    let script = |rounds| {
        format!("X = rand(rows=300, cols=3, seed=1)\ns = 0\nfor (i in 1:{rounds}) {{\n  s = s + sum(X[1:i, ])\n}}")
    };
    let (few, many) = (planned(&script(10)), planned(&script(250)));
    assert!(many <= few + 2, "{few} plans for 10 rounds, {many} for 250");
}

#[test]
fn a_vector_filled_cell_by_cell_is_changed_in_place() {
    // Copies would take 200,000 * 1.6 MB: minutes.
    let scripts = [
        "v = matrix(0, 1, 200000)\nfor (i in 1:200000) {\n  v[1, i] = i\n}\ns = sum(v)",
        "v = matrix(1, 1, 200000)\nfor (i in 1:200000) {\n  v[1, i] = i\n}\ns = sum(v)",
        "v = matrix(1, 200000, 1)\nw = v\nfor (i in 1:200000) {\n  v[i, 1] = i\n}\ns = sum(v) + sum(w) - 200000",
    ];
    for script in scripts {
        let mut session = Session::new();
        let begin = Instant::now();
        session.run(script).unwrap_or_else(|e| panic!("{}", e.render(false)));
        assert_eq!(session.number("s").unwrap_or(0.0), 200_000.0 * 200_001.0 / 2.0, "{script}");
        // A second on an idle machine.
        assert!(begin.elapsed() < Duration::from_secs(10), "{script}: {:?}", begin.elapsed());
    }
}

/// All shapes are equal: only the sketches tell which end of a chain is the small one.
#[test]
fn chains_are_ordered_by_sketches_not_shapes() {
    let n = 20_000;
    let chain = |left: u64, right: u64| {
        let b = Builder::new();
        let sparse = |name: &str, nnz: u64| b.sketched(name, Sketch::uniform(n, n, Nnz::exact(nnz)));
        let (a, c, d) = (sparse("A", left), sparse("C", 2_000_000), sparse("D", right));
        let optimized = b.optimize(&[("P", b.matmul(b.matmul(a, c), d))]).expect("the shapes fit");
        let first = optimized.operation(&optimized.plan.steps[0]);
        (first, optimized.plan.steps.iter().any(|s| s.reason.as_ref().is_some_and(|r| r.contains("order"))))
    };
    assert_eq!(chain(2_000_000, 100), ("C %*% D".into(), true));
    assert_eq!(chain(100, 2_000_000), ("A %*% C".into(), false));
}

/// A name for a part of a chain, which nobody reads later, is no reason to compute that part.
#[test]
fn chains_run_through_variables_that_end() {
    let explain = |last: &str| {
        let mut session = Session::builder().forget().build();
        let script = format!(
            "X = rand(rows=3000, cols=300, seed=1)\nv = rand(rows=300, cols=1, seed=2)\n\
             G = t(X) %*% X\ny = G %*% v\nprint(sum(y))\n{last}"
        );
        session.explain("script", &script).unwrap_or_else(|e| panic!("{}", e.render(false))).text(Depth::Plan)
    };
    assert!(explain("").contains("s0 %*% s1"), "{}", explain(""));
    assert!(explain("print(sum(G))").contains("t(s0) %*% s0"), "{}", explain("print(sum(G))"));
}

#[test]
fn transposes_that_only_products_use_are_folded() {
    let mut session = Session::new();
    let script = "X = rand(rows=30, cols=20, seed=1)\nY = rand(rows=30, cols=5, seed=2)\n\
                  A = t(X) %*% Y\nB = t(Y) %*% X\nC = t(t(X) %*% Y)";
    let explanation = session.explain("script", script).unwrap_or_else(|e| panic!("{}", e.render(false)));
    let text = explanation.text(Depth::Plan);
    // Only that of the product is made, and it is a variable.
    let made: Vec<&str> = text.lines().filter(|l| l.trim_start().starts_with("t(") && !l.contains("%*%")).collect();
    assert!(made.len() == 1 && made[0].contains("= C"), "{text}");
    assert!(text.contains("t(s0) %*% s1") && text.contains("t(s1) %*% s0"), "{text}");
}

/// All inputs are in a format.
struct AllIn(Format);

impl Held for AllIn {
    fn format(&self, _: &str) -> Option<Format> {
        Some(self.0)
    }
}

/// Forty groups whose members know each other: counts of rows and columns expect a square that is half full, a look at its rows
/// says that it is not.
struct Groups(Matrix);

impl Groups {
    fn new() -> Groups {
        let member = |i: usize, k: usize| (i / 100 * 100 + (i * 7 + k * 3) % 100) as u32;
        let rows = (0..4000usize).map(|i| (0..60).map(|k| member(i, k)).collect::<BTreeSet<u32>>());
        let (mut indptr, mut indices) = (vec![0], vec![]);
        rows.for_each(|row| {
            indices.extend(row);
            indptr.push(indices.len());
        });
        let values = vec![1.0; indices.len()];
        Groups(Matrix::new(Csr::new(4000, 4000, indptr, indices, values)))
    }
}

impl Held for Groups {
    fn format(&self, _: &str) -> Option<Format> {
        Some(Format::Csr)
    }

    fn rows(&self, _: &str) -> Option<&dyn LeafRows> {
        Some(&self.0)
    }
}

#[test]
fn a_product_in_doubt_is_probed() {
    let groups = Groups::new();
    let b = Builder::new();
    let g = b.sketched("G", groups.0.sketch().clone());
    let square = |held: &dyn Held| {
        let optimized = b.optimize_with(&[("S", b.matmul(g, g))], held, Default::default()).expect("the shapes fit");
        let step = optimized.plan.steps[0].clone();
        (step.format, step.reason.unwrap_or_default())
    };
    assert_eq!(square(&AllIn(Format::Csr)), (Some(Format::Dense), String::new()));
    let (format, reason) = square(&groups);
    assert_eq!(format, Some(Format::Csr), "{reason}");
    assert!(reason.starts_with("rows of it were probed: 2.5 % of the cells are nonzero"), "{reason}");
}

#[test]
fn conversions_are_steps_with_a_reason_and_only_where_they_pay() {
    let plan = |nonzeros: u64, format: Format| {
        let b = Builder::new();
        let x = b.sketched("X", Sketch::uniform(2000, 2000, Nnz::exact(nonzeros)));
        // A dense result with few expected nonzeros, used three times.
        let kept = b.mul(x, x);
        let outputs = [("a", b.row_sums(kept)), ("b", b.col_sums(kept)), ("c", b.sum(b.matmul(kept, kept)))];
        let optimized = b.optimize_with(&outputs, &AllIn(format), Default::default()).expect("the shapes fit");
        let steps = optimized.plan.steps;
        steps.into_iter().filter(|s| matches!(s.action, Action::Convert(_))).collect::<Vec<_>>()
    };
    let to_csr = plan(4_000, Format::Dense);
    assert_eq!(to_csr.len(), 1);
    assert_eq!(to_csr[0].format, Some(Format::Csr));
    assert!(to_csr[0].reason.as_ref().is_some_and(|r| r.contains("expected to be nonzero")), "{to_csr:?}");
    assert!(plan(4_000, Format::Csr).is_empty());
    assert!(plan(3_900_000, Format::Dense).is_empty());
}

/// Shapes beyond any memory are planned in no time and no memory.
#[test]
fn metadata_scales() {
    let begin = Instant::now();
    let rows = 1u64 << 33;
    let b = Builder::new();
    let x = b.input("X", rows, 1 << 20);
    let y = b.input_with("Y", Facts::matrix(None, Some(7)));
    let mut v = b.input("v", 1 << 20, 1);
    for _ in 0..50 {
        v = b.add(b.matmul(b.t(x), b.matmul(x, v)), v);
    }
    let optimized = b.optimize(&[("v", v), ("g", b.matmul(b.t(y), y)), ("s", b.col_sums(x))]).expect("the shapes fit");
    assert!(optimized.explain(1 << 40).contains("8589934592 x 1"));
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}
