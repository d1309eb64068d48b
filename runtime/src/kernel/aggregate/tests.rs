use lac_compiler::ops::{Aggregate, Direction};

use super::{aggregate, aggregate_all};
use crate::kernel::cases::{FINITE, NONZERO, POOL, SHAPES, close, formats, matrix};
use crate::{Context, Dense, Matrix, Storage};

const FOLDS: [Aggregate; 10] = [
    Aggregate::Sum,
    Aggregate::SumSq,
    Aggregate::Mean,
    Aggregate::Min,
    Aggregate::Max,
    Aggregate::Prod,
    Aggregate::Var,
    Aggregate::Sd,
    Aggregate::IndexMax,
    Aggregate::IndexMin,
];

/// The aggregate as one would write it down.
fn naive(op: Aggregate, cells: &[f64]) -> f64 {
    let n = cells.len() as f64;
    let mean = cells.iter().sum::<f64>() / n;
    let nan = cells.iter().any(|x| x.is_nan());
    match op {
        Aggregate::Sum => cells.iter().sum(),
        Aggregate::SumSq => cells.iter().map(|x| x * x).sum(),
        Aggregate::Mean => mean,
        Aggregate::Min | Aggregate::Max if nan => f64::NAN,
        Aggregate::Min => cells.iter().copied().fold(f64::INFINITY, f64::min),
        Aggregate::Max => cells.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Aggregate::Prod => cells.iter().product(),
        Aggregate::Var if n == 0.0 => f64::NAN,
        Aggregate::Var => cells.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0),
        Aggregate::Sd => naive(Aggregate::Var, cells).sqrt(),
        Aggregate::IndexMax | Aggregate::IndexMin if cells.is_empty() => 0.0,
        Aggregate::IndexMax | Aggregate::IndexMin => {
            let mut best = None;
            for (k, &x) in cells.iter().enumerate().filter(|(_, x)| !x.is_nan()) {
                let better = |y| if op == Aggregate::IndexMax { x >= y } else { x <= y };
                if best.is_none_or(|(_, y)| better(y)) {
                    best = Some((k, x));
                }
            }
            best.map_or(1.0, |(k, _)| (k + 1) as f64)
        }
        Aggregate::Trace => unreachable!(),
    }
}

fn check(m: &Matrix, tolerance: f64) {
    let ctx = Context::unlimited();
    let (rows, cols) = m.shape();
    let row = |i: usize| (0..cols).map(|j| m.get(i, j)).collect::<Vec<_>>();
    let column = |j: usize| (0..rows).map(|i| m.get(i, j)).collect::<Vec<_>>();
    let all = (0..rows).flat_map(row).collect::<Vec<_>>();
    let dense = m.to_dense();
    for (k, a) in formats(&dense).iter().enumerate() {
        for op in FOLDS {
            let what = format!("{op:?} of {rows} x {cols} in format {k}");
            let positions = matches!(op, Aggregate::IndexMax | Aggregate::IndexMin);
            let directions = [Direction::All, Direction::Row, Direction::Col];
            for direction in directions.into_iter().filter(|d| *d == Direction::Row || !positions) {
                let result = aggregate(op, direction, a, &ctx).unwrap();
                let shape = match direction {
                    Direction::All => (1, 1),
                    Direction::Row => (rows, 1),
                    Direction::Col => (1, cols),
                };
                assert_eq!(result.shape(), shape, "{what}");
                let expect = |i: usize, j: usize| match direction {
                    Direction::All => naive(op, &all),
                    Direction::Row => naive(op, &row(i)),
                    Direction::Col => naive(op, &column(j)),
                };
                close(&result, expect, tolerance, &format!("{what}, {direction:?}"));
            }
        }
    }
}

#[test]
fn every_format_agrees() {
    for (rows, cols) in SHAPES.into_iter().chain([(40, 3), (130, 2), (3, 70)]) {
        for pool in [&POOL[..], &FINITE, &NONZERO] {
            for salt in 0..3 {
                check(&matrix(rows, cols, pool, salt), 1e-12);
            }
        }
    }
}

/// Shapes beyond a block, a stripe and the parallel threshold.
#[test]
fn large_matrices_agree() {
    let mut pool: Vec<f64> = (0..97).map(|k| (k as f64 * 0.37).sin()).collect();
    pool.extend([0.0; 100]);
    for (rows, cols) in [(70_001, 1), (1, 70_001), (9_001, 11), (37, 2_500), (1_200, 70)] {
        check(&matrix(rows, cols, &pool, 5), 1e-11);
    }
}

#[test]
fn sums_are_accurate() {
    let n = 3_000_000;
    let values: Vec<f64> = (0..n).map(|k| 0.1 + (k % 7) as f64 * 1e-3).collect();
    let exact: f64 = (0..7u64).map(|r| (0.1 + r as f64 * 1e-3) * ((n as u64 - r).div_ceil(7)) as f64).sum();
    let m = Matrix::new(Dense::new(n, 1, values));
    let sum = aggregate_all(Aggregate::Sum, &m).unwrap();
    assert!((sum / exact - 1.0).abs() < 1e-14, "{sum} {exact}");
}

#[test]
fn products_do_not_depend_on_where_zeros_stand() {
    for values in [vec![1e200, 1e200, 0.0], vec![0.0, 1e200, 1e200], vec![1e200, 0.0, 1e200]] {
        for a in formats(&Matrix::new(Dense::new(1, 3, values))) {
            assert_eq!(aggregate_all(Aggregate::Prod, &a).unwrap(), 0.0);
        }
    }
}

#[test]
fn traces() {
    for a in formats(&matrix(5, 5, &FINITE, 3)) {
        let expected: f64 = (0..5).map(|i| a.get(i, i)).sum();
        assert_eq!(aggregate_all(Aggregate::Trace, &a).unwrap(), expected);
    }
    assert_eq!(aggregate_all(Aggregate::Trace, &Matrix::zeros(2, 3)).unwrap_err().code, "E0303");
}

/// The variance of values far from 0.
#[test]
fn variances_are_stable() {
    let m = Matrix::new(Dense::new(4, 1, vec![1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]));
    for direction in [Direction::All, Direction::Col] {
        let variance = aggregate(Aggregate::Var, direction, &m, &Context::unlimited()).unwrap();
        assert_eq!(variance.get(0, 0), 30.0);
    }
}

#[test]
fn mostly_empty_sparse_matrices_have_sparse_sums() {
    let a = crate::kernel::binary_scalar(
        lac_compiler::ops::Binary::Multiply,
        &Matrix::zeros(1000, 1000),
        2.0,
        &Context::unlimited(),
    );
    let sums = aggregate(Aggregate::Sum, Direction::Row, &a.unwrap(), &Context::unlimited()).unwrap();
    assert!(matches!(sums.storage(), Storage::Csr(_)));
}
