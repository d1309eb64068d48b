//! The reduced-scale SparsEst cases: expressions over given patterns with their true nnz and what reference estimators answer.
//! They lie in a folder `shared/sparsest` beside the repository; without it tests on them say so and pass.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::sketch::{AnyEstimator, Expression, Pattern, Refusal};

/// CSR arrays of a leaf.
pub struct Leaf {
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Leaf {
    fn read(path: &Path) -> Leaf {
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines().filter(|line| !line.starts_with('%')).map(|line| {
            let numbers: Vec<usize> = line.split_whitespace().take(3).map(|word| word.parse().unwrap()).collect();
            numbers
        });
        let size = lines.next().unwrap();
        let mut cells: Vec<(usize, u32)> = lines.map(|at| (at[0] - 1, at[1] as u32 - 1)).collect();
        cells.sort_unstable();
        let mut indptr = vec![0; size[0] + 1];
        cells.iter().for_each(|cell| indptr[cell.0 + 1] += 1);
        (0..size[0]).for_each(|i| indptr[i + 1] += indptr[i]);
        let indices = cells.into_iter().map(|cell| cell.1).collect();
        Leaf { rows: size[0], cols: size[1], indptr, indices }
    }

    pub fn pattern(&self) -> Pattern<'_> {
        Pattern::new(self.rows, self.cols, &self.indptr, &self.indices).unwrap()
    }
}

/// A case of the reference.
pub struct Case {
    pub name: String,
    pub expression: Expression,
    pub leaves: Vec<Leaf>,
    pub truth: f64,
    /// Everything the reference says of it.
    pub expected: Value,
}

impl Case {
    /// The estimate of `estimator`.
    pub fn estimate(&self, estimator: &dyn AnyEstimator) -> Result<crate::sketch::Nnz, Refusal> {
        let leaves: Vec<Pattern<'_>> = self.leaves.iter().map(Leaf::pattern).collect();
        estimator.sketch(&leaves)?.estimate(&self.expression)
    }

    /// Whether a defect of the reference's estimator explains its answer.
    pub fn is_quirk(&self, estimator: &str) -> bool {
        let family = estimator.trim_end_matches(char::is_numeric);
        let quirks = self.expected["quirks"].as_array().unwrap();
        quirks.iter().map(|quirk| quirk.as_str().unwrap()).any(|quirk| quirk.contains(family) || quirk.contains("NaN"))
    }
}

fn folder() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|dir| dir.join("shared/sparsest")).find(|dir| dir.join("expected.json").is_file())
}

/// All cases; none if the folder is absent.
pub fn cases() -> Vec<Case> {
    let Some(folder) = folder() else {
        eprintln!("skipped: there is no folder shared/sparsest beside the repository");
        return Vec::new();
    };
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let case = |(name, case): (&String, &Value)| {
        let (expression, leaves) = Expression::parse(case["expr"].as_str().unwrap()).unwrap();
        let leaves = leaves.iter().map(|leaf| Leaf::read(&folder.join("cases").join(format!("{leaf}.mtx")))).collect();
        let truth = case["truth_nnz"].as_f64().unwrap();
        Case { name: name.clone(), expression, leaves, truth, expected: case.clone() }
    };
    expected["cases"].as_object().unwrap().iter().map(case).collect()
}

/// max(x, y) / min(x, y): 1 if both are 0, infinite if one is.
pub fn relative_error(x: f64, y: f64) -> f64 {
    if x == y { 1.0 } else { x.max(y) / x.min(y) }
}
