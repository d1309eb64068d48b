//! Real files, where they are at hand.

use std::path::PathBuf;

use super::super::{ReadOptions, read_libsvm};
use super::read;
use crate::Context;

fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: there is no {}", path.display());
    None
}

#[test]
fn sizes_are_those_published() {
    for (name, rows, cols, nnz) in [
        ("graph/facebook-combined.mtx.gz", 4_039, 4_039, 176_468),
        ("graph/usroads.mtx.gz", 129_164, 129_164, 330_870),
        ("mesh/bcsstk16.mtx.gz", 4_884, 4_884, 290_378),
        ("image/mnist-train-labels.csv.gz", 60_000, 1, 54_077),
        ("table/covtype10k.csv.gz", 10_000, 55, 127_519),
        ("libsvm/mushrooms.libsvm.gz", 8_124, 113, 170_604 + 8_124),
    ] {
        let Some(path) = shared(name) else { continue };
        let matrix = read(&path).map_err(|e| e.to_string()).unwrap().matrix;
        assert_eq!((matrix.rows(), matrix.cols(), matrix.nnz()), (rows, cols, nnz), "{name}");
    }
}

#[test]
fn a_stiffness_matrix_is_symmetric() {
    let Some(path) = shared("mesh/bcsstk16.mtx.gz") else { return };
    let matrix = read(&path).unwrap().matrix;
    assert_eq!(matrix.get(0, 0), 285_559_874.919_5);
    assert_eq!(
        matrix.csr_transpose().map(|t| t.values().to_vec()),
        match matrix.storage() {
            crate::Storage::Csr(csr) => Some(csr.values().to_vec()),
            crate::Storage::Dense(_) => None,
        }
    );
}

#[test]
fn examples_and_labels() {
    let Some(path) = shared("libsvm/a9a.libsvm.gz") else { return };
    let examples = read_libsvm(&path, &ReadOptions::default(), &Context::unlimited()).unwrap();
    assert_eq!((examples.x.shape(), examples.x.nnz()), ((32_561, 123), 451_592));
    assert_eq!((examples.y.shape(), examples.y.nnz()), ((32_561, 1), 32_561));
}
