//! Cases where the estimate must be the truth.

use super::pattern::Pattern;
use crate::sketch::leaf::from_nonzeros;
use crate::sketch::{Nnz, Sketch, Structure};

fn scattered(rows: usize, cols: usize, every: usize) -> Pattern {
    Pattern::new(rows, cols, |i, j| (i * 7 + j * j * 3 + i * j) % every == 0)
}

fn one_per_row(rows: usize, cols: usize) -> Pattern {
    Pattern::new(rows, cols, |i, j| (i * 5 + 2) % cols == j)
}

/// (name, A, B): the product of whose sketches is exact.
fn exact_products() -> Vec<(&'static str, Pattern, Pattern)> {
    let general = scattered(9, 8, 4);
    let full_row = Pattern::new(6, 9, |i, j| i == 2 || j == i);
    vec![
        ("selection", one_per_row(7, 9), general.clone()),
        ("one per column", general.clone(), one_per_row(5, 8).transpose()),
        ("some rows empty", Pattern::new(7, 9, |i, j| i % 2 == 0 && j == i), general.clone()),
        ("diagonal", Pattern::new(9, 9, |i, j| i == j), general.clone()),
        ("diagonal with zeros", Pattern::new(9, 9, |i, j| i == j && i != 4), general.clone()),
        ("outer product", Pattern::new(6, 5, |_, j| j == 3), Pattern::new(5, 7, |i, _| i == 3)),
        ("inner product", Pattern::new(6, 5, |i, _| i == 3), Pattern::new(5, 7, |_, j| j == 2)),
        ("dense right", general.clone(), Pattern::new(8, 3, |_, _| true)),
        ("dense left", Pattern::new(4, 9, |_, _| true), general.clone()),
        ("empty", Pattern::new(4, 9, |_, _| false), general.clone()),
        ("no inner position", Pattern::new(4, 0, |_, _| false), Pattern::new(0, 3, |_, _| false)),
        ("full row, else single", full_row, general.clone()),
        ("disjoint supports", Pattern::new(5, 6, |_, j| j < 3), Pattern::new(6, 5, |i, _| i >= 3)),
        ("more than half each", Pattern::new(9, 7, |i, j| (i + j) % 7 > 2), Pattern::new(7, 8, |i, j| (i + j) % 7 > 2)),
        ("rectangles", Pattern::new(6, 6, |i, j| i > 3 && j < 4), Pattern::new(6, 5, |i, j| i > 2 && j != 1)),
    ]
}

#[test]
fn products_that_are_exact() {
    for (name, a, b) in exact_products() {
        for (x, y) in [(&a, &b), (&b.transpose(), &a.transpose())] {
            let product = x.sketch(false).matmul(&y.sketch(false));
            assert_eq!(product.nnz(), Nnz::exact(x.matmul(y).nnz()), "{name}");
        }
    }
}

#[test]
fn flops_are_the_scalar_multiplications() {
    let (a, b) = (scattered(9, 8, 3), scattered(8, 5, 3));
    let count =
        (0..8).map(|k| (0..9).filter(|&i| a.at(i, k)).count() * (0..5).filter(|&j| b.at(k, j)).count()).sum::<usize>();
    assert_eq!(a.sketch(false).matmul_flops(&b.sketch(false)), count as f64);
}

#[test]
fn cellwise_operations_that_are_exact() {
    let a = scattered(6, 7, 3);
    let row_mask = Pattern::new(6, 7, |i, _| i % 2 == 1);
    let col_mask = Pattern::new(6, 7, |_, j| j > 4);
    let column = Pattern::new(6, 1, |i, _| i % 3 == 1);
    let row = Pattern::new(1, 7, |_, j| j % 2 == 1);
    let nothing = Pattern::new(6, 7, |_, _| false);
    for b in [&row_mask, &col_mask, &column, &row, &nothing] {
        let (x, y) = (a.sketch(false), b.sketch(false));
        assert_eq!(x.mul(&y).nnz(), Nnz::exact(a.zip(b, |x, y| x && y).nnz()), "* {b:?}");
        assert_eq!(y.add(&x).nnz(), Nnz::exact(a.zip(b, |x, y| x || y).nnz()), "+ {b:?}");
    }
    let crossed = row_mask.sketch(false).mul(&col_mask.sketch(false));
    assert_eq!((crossed.nnz(), crossed.structure()), (Nnz::exact(6), Structure::Rectangle));
    assert_eq!(a.sketch(false).is_zero().is_zero(), {
        let counts = a.sketch(false);
        Sketch::from_counts(6, 7, a.row_counts(), a.col_counts())
            .mul(&Sketch::dense(6, 7))
            .add(&counts.mul(&Sketch::empty(6, 7)))
    });
}

#[test]
fn a_permutation_keeps_the_columns() {
    let a = scattered(8, 6, 4).sketch(false);
    let permuted = Sketch::permutation(8).matmul(&a);
    assert_eq!(permuted.nnz(), a.nnz());
    assert_eq!(permuted.by_col().counts(), a.by_col().counts());
    // and with it a following selection of columns is exact
    let columns = one_per_row(3, 6).transpose();
    assert_eq!(permuted.matmul(&columns.sketch(false)).nnz(), a.matmul(&columns.sketch(false)).nnz());
}

#[test]
fn standardization_is_dense() {
    // a column of ones and, in the shift-and-scale matrix, a row of shifts
    let x = Pattern::new(9, 6, |i, j| j == 5 || (i + 2 * j) % 5 == 0);
    let s = Pattern::new(6, 6, |i, j| i == j || i == 5);
    let product = x.sketch(false).matmul(&s.sketch(false));
    assert!((product.nnz().estimate - 54.0).abs() < 1e-9, "{:?}", product.nnz());
}

#[test]
fn parts_of_the_rows_make_the_whole() {
    let a = scattered(11, 6, 4);
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    for i in 0..a.rows {
        indices.extend((0..a.cols).filter(|&j| a.at(i, j)).map(|j| j as u32));
        indptr.push(indices.len());
    }
    let whole = a.sketch(false);
    for part in 1..=11 {
        let sketch = from_nonzeros(11, 6, &indptr, &indices, &|_| true, part);
        assert_eq!(sketch.by_row().counts(), whole.by_row().counts());
        assert_eq!(sketch.by_col().counts(), whole.by_col().counts());
        assert_eq!(sketch.alone_by_col(), whole.alone_by_col());
    }
}
