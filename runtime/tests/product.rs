//! Products against three nested loops.

mod common;

use common::{FORMATS, Format, Make, bits, cells, check_facts, make, on_threads, size};
use lac_runtime::kernel::{OutputFormat, matmul, transpose, tsmm};
use lac_runtime::{Context, Matrix, Storage};
use proptest::prelude::*;

const OUTPUTS: [OutputFormat; 3] = [OutputFormat::Dense, OutputFormat::Csr, OutputFormat::Natural];

fn stored(m: &Matrix, transposed: bool) -> impl Fn(usize, usize) -> f64 {
    let (cells, cols) = (cells(m), m.cols());
    move |i, j| if transposed { cells[j * cols + i] } else { cells[i * cols + j] }
}

/// Each cell within 1e-12 of the sum of the magnitudes of its terms; NaN and Inf where the loops have them.
fn check_product(a: &Matrix, ta: bool, b: &Matrix, tb: bool, (m, k, n): (usize, usize, usize), c: &Matrix) {
    assert_eq!(c.shape(), (m, n));
    check_facts(c);
    let (x, y) = (stored(a, ta), stored(b, tb));
    for i in 0..m {
        for j in 0..n {
            let terms = (0..k).map(|l| x(i, l) * y(l, j));
            let (expected, scale) = terms.fold((0.0, 0.0), |(s, t): (f64, f64), x| (s + x, t + x.abs()));
            let found = c.get(i, j);
            let same = if expected.is_finite() { (found - expected).abs() <= 1e-12 * scale } else { false };
            assert!(
                same || found == expected || (found.is_nan() && expected.is_nan()),
                "cell ({i}, {j}) is {found} instead of {expected}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn equals_the_loops(
        a in make(), b in make(), ta: bool, tb: bool, out in 0..3usize, m in size(), k in size(), n in size(),
    ) {
        let ctx = Context::unlimited();
        let x = if ta { a.matrix(k, m) } else { a.matrix(m, k) };
        let y = if tb { b.matrix(n, k) } else { b.matrix(k, n) };
        let c = matmul(&x, ta, &y, tb, OUTPUTS[out], &ctx).unwrap();
        check_product(&x, ta, &y, tb, (m, k, n), &c);
        match OUTPUTS[out] {
            OutputFormat::Dense => assert!(matches!(c.storage(), Storage::Dense(_))),
            OutputFormat::Csr => assert!(matches!(c.storage(), Storage::Csr(_))),
            OutputFormat::Natural => {}
        }
    }

    #[test]
    fn square_of_a_matrix_equals_the_loops(a in make(), left: bool, out in 0..3usize, m in size(), n in size()) {
        let x = a.matrix(m, n);
        let c = tsmm(&x, left, OUTPUTS[out], &Context::unlimited()).unwrap();
        let (k, size) = if left { (m, n) } else { (n, m) };
        check_product(&x, left, &x, !left, (size, k, size), &c);
        for i in 0..size {
            for j in 0..i {
                assert!(c.get(i, j) == c.get(j, i) || c.get(i, j).is_nan() && c.get(j, i).is_nan());
            }
        }
    }
}

/// Shapes of products large enough to be split, with the density of the operands.
const LARGE: [(usize, usize, usize, f64); 7] = [
    (300, 200, 150, 1.0),
    (900, 700, 45, 0.05),
    (20, 300, 2100, 0.5),
    (1, 40_000, 3, 1.0),
    (7, 9000, 1, 1.0),
    (3000, 50, 1, 0.3),
    (2, 50, 5000, 1.0),
];

#[test]
fn bits_depend_on_neither_threads_nor_a_transpose_at_hand() {
    for (case, &(m, k, n, density)) in LARGE.iter().enumerate() {
        for (fa, fb) in [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(a, b)| (FORMATS[a], FORMATS[b])) {
            for (ta, tb) in [(false, false), (true, false), (false, true), (true, true)] {
                let a = Make { format: fa, density, special: 0.0, seed: case as u64 };
                let b = Make { format: fb, density, special: 0.0, seed: 99 + case as u64 };
                let product = |threads| {
                    on_threads(threads, || {
                        let x = if ta { a.matrix(k, m) } else { a.matrix(m, k) };
                        let y = if tb { b.matrix(n, k) } else { b.matrix(k, n) };
                        let ctx = Context::unlimited();
                        // From the third use on, transposes are kept.
                        [1, 2, 3, 4].map(|_| matmul(&x, ta, &y, tb, OutputFormat::Natural, &ctx).unwrap())
                    })
                };
                let (one, three) = (product(1), product(3));
                let first = bits(&one[0]);
                assert!(one.iter().chain(&three).all(|c| bits(c) == first), "{m} x {k} x {n} {fa:?} {fb:?} {ta} {tb}");
                if ta != tb {
                    let x = if ta { a.matrix(k, m) } else { a.matrix(m, k) };
                    let y = if tb { b.matrix(n, k) } else { b.matrix(k, n) };
                    check_product(&x, ta, &y, tb, (m, k, n), &three[2]);
                }
            }
        }
    }
}

#[test]
fn bits_of_squares_do_not_depend_on_threads() {
    for (m, n, density) in [(20_000, 30, 1.0), (3000, 130, 1.0), (100, 700, 1.0), (5000, 300, 0.02)] {
        for format in [Format::Dense, Format::Csr] {
            let x = Make { format, density, special: 0.0, seed: 5 }.matrix(m, n);
            let square = |threads| {
                on_threads(threads, || bits(&tsmm(&x, true, OutputFormat::Dense, &Context::unlimited()).unwrap()))
            };
            assert_eq!(square(1), square(3), "{m} x {n} {format:?}");
        }
    }
}

#[test]
fn a_square_is_the_product_with_the_transpose() {
    let ctx = Context::unlimited();
    for (m, n, density) in [(9000, 130, 1.0), (1000, 300, 0.02), (300, 600, 0.01)] {
        for format in FORMATS {
            let x = Make { format, density, special: 0.0, seed: 8 }.matrix(m, n);
            let t = transpose(&x, &ctx).unwrap();
            let square = tsmm(&x, true, OutputFormat::Natural, &ctx).unwrap();
            let product = matmul(&t, false, &x, false, OutputFormat::Natural, &ctx).unwrap();
            assert_eq!(square.nnz(), product.nnz());
            for (a, b) in cells(&square).iter().zip(cells(&product)) {
                assert!((a - b).abs() <= 1e-10, "{a} {b}");
            }
        }
    }
}

/// Of which most of the left side's columns meet nothing: the same bits however often they have been asked for.
#[test]
fn few_rows_on_the_right() {
    let ctx = Context::unlimited();
    let (m, k, n) = (600, 400, 5);
    let make = |density, seed| Make { format: Format::Csr, density, special: 0.0, seed };
    let picked = lac_runtime::Csr::new(3, k, vec![0, 1, 2, 3], vec![7, 7, 399], vec![1.0, 2.0, -1.0]);
    let b = matmul(&Matrix::new(picked), true, &make(0.7, 3).matrix(3, n), false, OutputFormat::Csr, &ctx).unwrap();
    for ta in [false, true] {
        let a = if ta { make(0.2, 4).matrix(k, m) } else { make(0.2, 4).matrix(m, k) };
        for out in OUTPUTS {
            let products: Vec<Matrix> = (0..5).map(|_| matmul(&a, ta, &b, false, out, &ctx).unwrap()).collect();
            check_product(&a, ta, &b, false, (m, k, n), &products[4]);
            assert!(products.iter().all(|c| bits(c) == bits(&products[0])), "{ta} {out:?}");
        }
    }
}

/// Few values in very many columns: the rows of the product are hashed.
#[test]
fn very_wide_sparse_products() {
    let ctx = Context::unlimited();
    let wide = 40_000_000;
    let b = lac_runtime::Csr::new(
        4,
        wide,
        vec![0, 3, 5, 5, 7],
        vec![0, 7, 39_999_999, 7, 20_000_000, 0, 39_999_999],
        vec![1.0, 2.0, 3.0, -2.0, 4.0, 5.0, 6.0],
    );
    let a = lac_runtime::Csr::new(3, 4, vec![0, 3, 3, 4], vec![0, 1, 3, 2], vec![1.0, 1.0, 2.0, 9.0]);
    let c = matmul(&Matrix::new(a), false, &Matrix::new(b), false, OutputFormat::Natural, &ctx).unwrap();
    let Storage::Csr(s) = c.storage() else { panic!("sparse") };
    assert_eq!(s.row(0), (&[0, 7, 20_000_000, 39_999_999][..], &[11.0, 0.0, 4.0, 15.0][..]));
    assert_eq!((s.stored(), c.nnz(), c.shape()), (4, 3, (3, wide)));
}

#[test]
fn errors_name_both_shapes() {
    let ctx = Context::new(10_000);
    let (a, b) = (Matrix::zeros(3, 4), Matrix::zeros(3, 5));
    let error = matmul(&a, false, &b, false, OutputFormat::Natural, &ctx).unwrap_err();
    assert_eq!(error.code, "E0302");
    assert!(error.message.contains("3 x 4") && error.message.contains("3 x 5"), "{error}");
    assert!(matmul(&a, true, &b, false, OutputFormat::Natural, &ctx).is_ok());
    // A result that fits only as CSR.
    let few = Matrix::new(lac_runtime::Csr::new(1000, 1, [vec![0; 1000], vec![1]].concat(), vec![0], vec![2.0]));
    let row = Make { format: Format::Dense, density: 1.0, special: 0.0, seed: 1 }.matrix(1, 40);
    let ctx = Context::new(40_000);
    assert_eq!(matmul(&few, false, &row, false, OutputFormat::Csr, &ctx).unwrap().nnz(), 40);
    let x = Make { format: Format::Csr, density: 0.5, special: 0.0, seed: 1 }.matrix(200, 2);
    let error = matmul(&x, false, &x, true, OutputFormat::Dense, &ctx).unwrap_err();
    assert_eq!(error.code, "E0601");
}
