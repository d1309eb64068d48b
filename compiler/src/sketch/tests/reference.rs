//! The reduced-scale SparsEst cases: expressions over given patterns with their true nnz and what a reference MNC answers.
//! They lie in a folder `shared/sparsest` beside the repository; without it this test says so and passes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::sketch::Sketch;

/// Cases where we depart from the reference, and why; all others must agree with it.
const DEPARTURES: [(&str, &str); 10] = [
    ("B2.3_corefG", "a transposed leaf keeps its extended counts"),
    ("B3.3_GGG_email", "propagated counts are capped"),
    ("B3.3_PGG", "propagated counts are capped"),
    ("chain_left", "expected nonempty rows are sums of probabilities, not of min(1, count)"),
    ("chain_right", "expected nonempty rows are sums of probabilities, not of min(1, count)"),
    ("u_add_empty", "adding nothing changes nothing"),
    ("u_diag", "the diagonal has as many nonzeros as expected there, not all"),
    ("u_fakediag", "one index per row is no diagonal"),
    ("u_reshape_1N_mm", "expected counts of a reshaped matrix are not truncated"),
    ("u_reshape_N1_mm", "expected counts of a reshaped matrix are not truncated"),
];

fn folder() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|dir| dir.join("shared/sparsest")).find(|dir| dir.join("expected.json").is_file())
}

/// The leaf sketch of a coordinate pattern file.
fn leaf(path: &Path) -> Sketch {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().filter(|line| !line.starts_with('%')).map(|line| {
        let numbers: Vec<u64> = line.split_whitespace().take(3).map(|word| word.parse().unwrap()).collect();
        numbers
    });
    let size = lines.next().unwrap();
    let mut cells: Vec<(u64, u32)> = lines.map(|at| (at[0] - 1, at[1] as u32 - 1)).collect();
    cells.sort_unstable();
    let mut indptr = vec![0; size[0] as usize + 1];
    cells.iter().for_each(|cell| indptr[cell.0 as usize + 1] += 1);
    (0..size[0] as usize).for_each(|i| indptr[i + 1] += indptr[i]);
    let indices: Vec<u32> = cells.iter().map(|cell| cell.1).collect();
    Sketch::from_csr_pattern(size[0], size[1], &indptr, &indices)
}

/// Evaluates an s-expression, consuming its words.
fn evaluate<'a>(words: &mut impl Iterator<Item = &'a str>, leaves: &mut dyn FnMut(&str) -> Sketch) -> Sketch {
    let word = words.next().expect("an operand");
    if word != "(" {
        return leaves(word);
    }
    let op = words.next().expect("an operation");
    let a = evaluate(words, leaves);
    let result = match op {
        "mm" => a.matmul(&evaluate(words, leaves)),
        "add" => a.add(&evaluate(words, leaves)),
        "mul" => a.mul(&evaluate(words, leaves)),
        "rbind" => a.rbind(&evaluate(words, leaves)),
        "cbind" => a.cbind(&evaluate(words, leaves)),
        "t" => a.transpose(),
        "neq0" => a.not_zero(),
        "eq0" => a.is_zero(),
        "diag" if a.cols() == 1 => a.diag_to_matrix(),
        "diag" => a.diag_of_matrix(),
        "reshape" => {
            let mut number = || words.next().unwrap().parse().unwrap();
            a.reshape(number(), number(), true)
        }
        _ => panic!("unknown operation {op}"),
    };
    assert_eq!(words.next(), Some(")"));
    result
}

/// max(x, y) / min(x, y): 1 if both are 0, infinite if one is.
fn relative_error(x: f64, y: f64) -> f64 {
    if x == y { 1.0 } else { x.max(y) / x.min(y) }
}

#[test]
fn sparsest_cases() {
    let Some(folder) = folder() else {
        eprintln!("skipped: there is no folder shared/sparsest beside the repository");
        return;
    };
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let mut cache = HashMap::new();
    let mut leaves = |name: &str| {
        let load = || leaf(&folder.join("cases").join(format!("{name}.mtx")));
        cache.entry(name.to_string()).or_insert_with(load).clone()
    };
    let mut failures = Vec::new();
    for (name, case) in expected["cases"].as_object().unwrap() {
        let text = case["expr"].as_str().unwrap().replace('(', "( ").replace(')', " )");
        let sketch = evaluate(&mut text.split_whitespace(), &mut leaves);
        let truth = case["truth_nnz"].as_f64().unwrap();
        let mnc = case["mnc_det"]["MNC"].as_f64().unwrap();
        let nnz = sketch.nnz();
        let (ours, theirs) = (relative_error(nnz.estimate, truth), relative_error(mnc, truth));
        // the reference truncates some sums
        let agrees = (nnz.estimate - mnc).abs() <= (1e-6 * mnc).max(1.0);
        let line = format!("{name}: truth {truth}, reference {mnc} ({theirs:.3}), ours {nnz:?} ({ours:.3})");
        let sound = nnz.lower as f64 <= truth && truth <= nnz.upper as f64;
        let departs = DEPARTURES.iter().any(|(case, _)| case == name);
        if !sound || ours > 1.1 * theirs || !(agrees || departs) {
            failures.push(line);
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
