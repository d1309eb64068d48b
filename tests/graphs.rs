//! Powers of real graphs, where neighbours share neighbours: the published sketch is off by factors, sketches with walks by a
//! little, and looking at the leaves by percents. Skipped where the graphs are not at hand.

use std::path::PathBuf;

use lac::compiler::sketch::rivals::{self, Exact};
use lac::compiler::sketch::{Expression, Pattern};
use lac::runtime::Storage;
use lac::runtime::io::{self, ReadOptions};
use lac::{Context, Csr};

fn graph(name: &str) -> Option<Csr> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("LAC_DATA").map_or(beside, PathBuf::from);
    let path = folder.join("graph").join(name);
    if !path.exists() {
        eprintln!("skipped: there is no {}", path.display());
        return None;
    }
    let read = io::read(&path, &ReadOptions::default(), &Context::unlimited()).unwrap_or_else(|e| panic!("{e}"));
    match read.matrix.to_csr().into_storage() {
        Storage::Csr(csr) => Some(csr),
        Storage::Dense(_) => None,
    }
}

/// Selects the rows with the most nonzeros.
fn largest(g: &Csr, number: usize) -> (Vec<usize>, Vec<u32>) {
    let mut rows: Vec<usize> = (0..g.rows()).collect();
    rows.sort_by_key(|&i| std::cmp::Reverse(g.row(i).0.len()));
    ((0..=number).collect(), rows[..number].iter().map(|&i| i as u32).collect())
}

fn error(estimate: f64, truth: f64) -> f64 {
    if estimate == truth { 1.0 } else { estimate.max(truth) / estimate.min(truth) }
}

#[test]
fn powers_of_graphs() {
    let (mut logs, mut count) = ([0.0; 2], 0.0);
    for name in ["facebook-combined.mtx.gz", "cit-hepph.mtx.gz", "usroads.mtx.gz", "notredame-www.mtx.gz"] {
        let Some(g) = graph(name) else { return };
        let (indptr, indices) = largest(&g, 200);
        let leaf = Pattern::new(g.rows(), g.cols(), g.indptr(), g.indices()).unwrap();
        let selection = Pattern::new(200, g.rows(), &indptr, &indices).unwrap();
        for text in ["(mm G G)", "(mm (mm G G) G)", "(mm (mm (mm P G) G) G)"] {
            let (expression, names) = Expression::parse(text).unwrap();
            let leaves: Vec<Pattern> = names.iter().map(|n| if n == "G" { leaf } else { selection }).collect();
            let truth = Exact::default().count(&expression, &leaves).unwrap() as f64;
            let [mnc, walks, default] = ["mnc", "walks", "default"].map(|name| {
                let estimator = rivals::by_name(name).unwrap();
                let nnz = estimator.sketch(&leaves).unwrap().estimate(&expression).unwrap();
                assert!(
                    nnz.lower as f64 <= truth && truth <= nnz.upper as f64,
                    "{name} {text}: {nnz:?}, truth {truth}"
                );
                error(nnz.estimate, truth)
            });
            assert!(default <= 1.25, "{name} {text}: {default}");
            logs[0] += mnc.ln();
            logs[1] += walks.ln();
            count += 1.0;
        }
    }
    let [mnc, walks] = logs.map(|log: f64| (log / count).exp());
    assert!(walks <= 0.75 * mnc, "geometric means: published {mnc}, with walks {walks}");
}
