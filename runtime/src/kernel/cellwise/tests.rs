use lac_compiler::ops::{Binary, Unary};

use super::{Operand, binary, binary_owned, binary_owned_right, binary_scalar, scalar_binary, unary, unary_owned};
use crate::kernel::cases::{FINITE, NONZERO, POOL, SHAPES, agree, broadcast_cell, formats, matrix};
use crate::{Context, Csr, Dense, Matrix, Storage};

/// Larger than a piece, and than the parallel threshold.
const LARGE: [(usize, usize); 3] = [(3, 1500), (900, 5), (301, 250)];

#[test]
fn unary_agrees_with_its_function() {
    let ctx = Context::unlimited();
    for (rows, cols) in SHAPES.into_iter().chain(LARGE) {
        for a in formats(&matrix(rows, cols, &POOL, 1)) {
            for &op in Unary::ALL {
                let what = format!("{op:?} of {rows} x {cols}");
                let cell = |i, j| op.apply(a.get(i, j));
                agree(&unary(op, &a, &ctx).unwrap(), cell, &what);
                let alone = a.clone();
                agree(&unary_owned(op, Matrix::new(alone.into_storage()), &ctx).unwrap(), cell, &what);
                agree(&unary_owned(op, a.clone(), &ctx).unwrap(), cell, &what);
            }
        }
    }
}

/// All ways to call one operator on two operands.
fn check(op: Binary, a: &Matrix, b: &Matrix, shape: (usize, usize)) {
    let ctx = Context::unlimited();
    let format = |m: &Matrix| if matches!(m.storage(), Storage::Csr(_)) { "csr" } else { "dense" };
    let what = format!("{op:?} of {} {:?} and {} {:?}", format(a), a.shape(), format(b), b.shape());
    let cell = |i, j| op.apply(broadcast_cell(a, i, j), broadcast_cell(b, i, j));
    let alone = |m: &Matrix| Matrix::new(m.storage().clone());
    for result in [
        binary(op, a, b, &ctx),
        binary_owned(op, alone(a), Operand::Matrix(b), &ctx),
        binary_owned_right(op, Operand::Matrix(a), alone(b), &ctx),
    ] {
        let result = result.unwrap();
        assert_eq!(result.shape(), shape, "{what}");
        agree(&result, cell, &what);
    }
}

#[test]
fn binary_agrees_with_its_function() {
    let pools: [&[f64]; 3] = [&POOL, &FINITE, &NONZERO];
    for shape in SHAPES {
        for (k, pool_a) in pools.iter().enumerate() {
            for (l, pool_b) in pools.iter().enumerate() {
                for a in formats(&matrix(shape.0, shape.1, pool_a, k)) {
                    for b in formats(&matrix(shape.0, shape.1, pool_b, l + 5)) {
                        for &op in Binary::ALL {
                            check(op, &a, &b, shape);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn vectors_are_repeated() {
    let (m, n) = (4, 6);
    let shapes = [
        ((m, n), (m, 1)),
        ((m, n), (1, n)),
        ((m, n), (1, 1)),
        ((m, 1), (1, n)),
        ((m, 1), (1, 1)),
        ((0, n), (1, n)),
        ((m, 0), (m, 1)),
        ((0, 1), (1, n)),
    ];
    for (first, second) in shapes {
        let shape = (if first.0 == 1 { second.0 } else { first.0 }, if first.1 == 1 { second.1 } else { first.1 });
        for (pool_a, pool_b) in [(&POOL[..], &POOL[..]), (&POOL, &FINITE), (&FINITE, &FINITE), (&FINITE, &NONZERO)] {
            for a in formats(&matrix(first.0, first.1, pool_a, 2)) {
                for b in formats(&matrix(second.0, second.1, pool_b, 3)) {
                    for &op in Binary::ALL {
                        check(op, &a, &b, shape);
                        check(op, &b, &a, shape);
                    }
                }
            }
        }
    }
}

#[test]
fn scalars_are_repeated() {
    let ctx = Context::unlimited();
    for shape in SHAPES {
        for a in formats(&matrix(shape.0, shape.1, &POOL, 4)) {
            for s in POOL {
                for &op in Binary::ALL {
                    let what = format!("{op:?} of {shape:?} and {s}");
                    let (right, left) = (|i, j| op.apply(a.get(i, j), s), |i, j| op.apply(s, a.get(i, j)));
                    agree(&binary_scalar(op, &a, s, &ctx).unwrap(), right, &what);
                    agree(&scalar_binary(op, s, &a, &ctx).unwrap(), left, &what);
                    let alone = Matrix::new(a.storage().clone());
                    agree(&binary_owned(op, alone, Operand::Scalar(s), &ctx).unwrap(), right, &what);
                }
            }
        }
    }
}

#[test]
fn large_matrices_agree() {
    for shape in LARGE {
        for a in formats(&matrix(shape.0, shape.1, &POOL, 1)) {
            for (pool, second) in
                [(&POOL[..], shape), (&FINITE, shape), (&FINITE, (shape.0, 1)), (&FINITE, (1, shape.1))]
            {
                for b in formats(&matrix(second.0, second.1, pool, 2)) {
                    for op in [Binary::Add, Binary::Multiply, Binary::Divide, Binary::And] {
                        check(op, &a, &b, shape);
                    }
                }
            }
        }
    }
}

/// The result is sparse wherever unstored zeros stay 0.
#[test]
fn results_stay_sparse() {
    let ctx = Context::new(1 << 26);
    let n = 100_000;
    let s = Matrix::new(Csr::new(n, n, [vec![0], vec![2; n]].concat(), vec![3, 70_000], vec![1.0, 2.0]));
    let column = Matrix::new(Dense::new(n, 1, vec![3.0; n]));
    let row = Matrix::new(Dense::new(1, n, vec![-3.0; n]));
    let sparse_row = Matrix::zeros(1, n);
    for (op, a, b) in [
        (Binary::Add, &s, &s),
        (Binary::Multiply, &s, &s),
        (Binary::Max, &s, &s),
        (Binary::NotEqual, &s, &s),
        (Binary::Multiply, &s, &column),
        (Binary::Multiply, &row, &s),
        (Binary::Divide, &s, &row),
        (Binary::Less, &s, &row),
        (Binary::Greater, &column, &sparse_row.to_csr()),
        (Binary::Multiply, &column, &sparse_row),
        (Binary::And, &sparse_row, &column),
    ] {
        let result = binary(op, a, b, &ctx);
        // `column > 0` is true everywhere: the one case here that must be dense, and does not fit the budget.
        if op == Binary::Greater {
            assert_eq!(result.unwrap_err().code, "E0601");
            continue;
        }
        let result = result.unwrap();
        assert!(matches!(result.storage(), Storage::Csr(_)), "{op:?}");
    }
    let filtered = binary_scalar(Binary::Greater, &s, 1.5, &ctx).unwrap();
    assert_eq!(filtered.nnz(), 1);
}

#[test]
fn unfit_shapes_are_named() {
    let (a, b) = (Matrix::zeros(3, 4), Matrix::zeros(4, 3));
    let error = binary(Binary::Add, &a, &b, &Context::unlimited()).unwrap_err();
    assert_eq!(error.code, "E0301");
    assert!(error.message.contains("3 x 4") && error.message.contains("4 x 3"), "{error}");
    assert!(binary(Binary::Add, &Matrix::zeros(0, 3), &Matrix::zeros(2, 3), &Context::unlimited()).is_err());
}
