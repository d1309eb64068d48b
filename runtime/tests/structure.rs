//! Reorganizations, binds and indexing against their definitions cell by cell.

mod common;

use common::{FORMATS, Format, Make, Random, cells, check_cells, check_facts, make, size};
use lac_runtime::kernel::{
    cbind, diag, identity, left_index, left_index_scalar, rbind, reshape, rev, right_index, transpose,
};
use lac_runtime::{Context, Matrix, Storage};
use proptest::prelude::*;

/// The cells of a matrix given by a formula.
fn table(rows: usize, cols: usize, f: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j))).map(|(i, j)| f(i, j)).collect()
}

fn sub_range(size: usize, a: f64, b: f64) -> std::ops::Range<usize> {
    let (a, b) = ((a * (size + 1) as f64) as usize, (b * (size + 1) as f64) as usize);
    a.min(b)..a.max(b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn reorganizations(a in make(), m in size(), n in size()) {
        let ctx = Context::unlimited();
        let x = a.matrix(m, n);
        check_cells(&transpose(&x, &ctx).unwrap(), (n, m), &table(n, m, |i, j| x.get(j, i)));
        check_cells(&rev(&x, &ctx).unwrap(), (m, n), &table(m, n, |i, j| x.get(m - 1 - i, j)));
        let square = a.matrix(m, m);
        check_cells(&diag(&square, &ctx).unwrap(), (m, 1), &table(m, 1, |i, _| square.get(i, i)));
        let v = a.matrix(m, 1);
        if m != 1 {
            let expected = table(m, m, |i, j| if i == j { v.get(i, 0) } else { 0.0 });
            check_cells(&diag(&v, &ctx).unwrap(), (m, m), &expected);
        }
        check_cells(&x.to_dense(), (m, n), &cells(&x));
        check_cells(&x.to_csr(), (m, n), &cells(&x));
    }

    #[test]
    fn reshapes(a in make(), m in 1..9usize, n in 1..40usize) {
        let ctx = Context::unlimited();
        let x = a.matrix(m, n);
        for rows in (1..=m * n).filter(|r| (m * n) % r == 0) {
            let cols = m * n / rows;
            check_cells(&reshape(&x, rows, cols, true, &ctx).unwrap(), (rows, cols), &cells(&x));
            let by_column = |i: usize, j: usize| x.get((j * rows + i) % m, (j * rows + i) / m);
            check_cells(&reshape(&x, rows, cols, false, &ctx).unwrap(), (rows, cols), &table(rows, cols, by_column));
        }
    }

    #[test]
    fn binds(a in make(), b in make(), c in make(), m in size(), sizes in (size(), size(), size())) {
        let ctx = Context::unlimited();
        let sizes = [sizes.0, sizes.1, sizes.2];
        let total = sizes.iter().sum();
        let parts = |by_column: bool| {
            let part = |(make, size): (Make, usize)| if by_column { make.matrix(m, size) } else { make.matrix(size, m) };
            [a, b, c].into_iter().zip(sizes).map(part).collect::<Vec<Matrix>>()
        };
        let side = parts(true);
        let expected: Vec<f64> = (0..m)
            .flat_map(|i| side.iter().flat_map(move |p| (0..p.cols()).map(move |j| p.get(i, j))))
            .collect();
        check_cells(&cbind(&side, &ctx).unwrap(), (m, total), &expected);
        let below = parts(false);
        let expected: Vec<f64> = below.iter().flat_map(cells).collect();
        check_cells(&rbind(&below, &ctx).unwrap(), (total, m), &expected);
    }

    #[test]
    fn indexing(a in make(), b in make(), m in size(), n in size(), at in (0.0..1.0, 0.0..1.0, 0.0..1.0, 0.0..1.0), share: bool) {
        let ctx = Context::unlimited();
        let (rows, cols) = (sub_range(m, at.0, at.1), sub_range(n, at.2, at.3));
        let x = a.matrix(m, n);
        let before = cells(&x);
        let right = right_index(&x, rows.clone(), cols.clone(), &ctx).unwrap();
        let expected = table(rows.len(), cols.len(), |i, j| x.get(rows.start + i, cols.start + j));
        check_cells(&right, (rows.len(), cols.len()), &expected);
        let y = b.matrix(rows.len(), cols.len());
        let kept = share.then(|| x.clone());
        let expected = table(m, n, |i, j| {
            if rows.contains(&i) && cols.contains(&j) { y.get(i - rows.start, j - cols.start) } else { x.get(i, j) }
        });
        let left = left_index(x, rows, cols, &y, &ctx).unwrap();
        check_cells(&left, (m, n), &expected);
        if let Some(kept) = kept {
            check_cells(&kept, (m, n), &before);
        }
    }

    #[test]
    fn many_cells_one_after_another(a in make(), m in 1..20usize, n in 1..20usize, seed: u64) {
        let ctx = Context::unlimited();
        let mut x = a.matrix(m, n);
        let mut expected = cells(&x);
        let mut random = Random(seed);
        for _ in 0..100 {
            let (i, j) = ((random.next() * m as f64) as usize, (random.next() * n as f64) as usize);
            let value = [0.0, -0.0, f64::NAN, f64::INFINITY, 1.5, -2.0, 3.0, 4.0][(random.next() * 8.0) as usize];
            expected[i * n + j] = value;
            x = left_index_scalar(x, i, j, value, &ctx).unwrap();
            check_facts(&x);
        }
        check_cells(&x, (m, n), &expected);
    }
}

#[test]
fn large_conversions_and_binds() {
    let ctx = Context::unlimited();
    for format in FORMATS {
        let x = Make { format, density: 0.1, special: 0.001, seed: 4 }.matrix(700, 310);
        let expected = cells(&x);
        common::on_threads(3, || {
            let back = transpose(&transpose(&x, &ctx).unwrap(), &ctx).unwrap();
            check_cells(&back, x.shape(), &expected);
            check_cells(&x.to_dense().to_csr(), x.shape(), &expected);
            let right = right_index(&x, 0..700, 100..310, &ctx).unwrap();
            let left = right_index(&x, 0..700, 0..100, &ctx).unwrap();
            check_cells(&cbind(&[left.to_csr(), right.to_dense()], &ctx).unwrap(), x.shape(), &expected);
        });
    }
}

/// Zeros filled cell by cell become dense before insertion costs more than that.
#[test]
fn a_matrix_filled_cell_by_cell_becomes_dense() {
    let ctx = Context::unlimited();
    let mut x = Matrix::zeros(100, 100);
    let mut random = Random(1);
    let mut sparse_steps = 0;
    for _ in 0..10_000 {
        let (i, j) = ((random.next() * 100.0) as usize, (random.next() * 100.0) as usize);
        x = left_index_scalar(x, i, j, 1.0, &ctx).unwrap();
        sparse_steps += usize::from(matches!(x.storage(), Storage::Csr(_)));
    }
    assert!((50..1000).contains(&sparse_steps), "{sparse_steps}");
    check_facts(&x);
}

#[test]
fn errors_say_what_does_not_fit() {
    let ctx = Context::new(1 << 20);
    let zeros = Matrix::zeros;
    let x = Make { format: Format::Dense, density: 1.0, special: 0.0, seed: 1 }.matrix(5, 4);
    let rows: [(lac_runtime::Result<Matrix>, &str, &str); 12] = [
        (diag(&zeros(3, 2), &ctx), "E0303", "3 x 2"),
        (diag(&zeros(1, 3), &ctx), "E0303", "1 x 3"),
        (reshape(&zeros(3, 2), 4, 2, true, &ctx), "E0304", "4 x 2"),
        (cbind(&[zeros(3, 2), zeros(4, 2)], &ctx), "E0305", "4 x 2"),
        (rbind(&[zeros(3, 2), zeros(3, 3)], &ctx), "E0305", "3 x 3"),
        (right_index(&x, 2..6, 0..1, &ctx), "E0501", "[3:6, 1] is outside of a 5 x 4"),
        (left_index_scalar(x.clone(), 0, 4, 1.0, &ctx), "E0501", "[1, 5]"),
        (left_index(x.clone(), 0..2, 0..2, &zeros(2, 3), &ctx), "E0306", "a 2 x 3 matrix assigned to [1:2, 1:2]"),
        (left_index(x, 0..2, 3..5, &zeros(2, 2), &ctx), "E0501", "[1:2, 4:5]"),
        (identity(1 << 33, &ctx), "E0602", "columns"),
        (identity(1 << 20, &ctx), "E0601", "sparse"),
        (transpose(&zeros(1, 1 << 20), &ctx), "E0601", "sparse"),
    ];
    for (result, code, text) in rows {
        let error = result.unwrap_err();
        assert_eq!(error.code, code);
        assert!(error.message.contains(text), "{error}");
    }
}
