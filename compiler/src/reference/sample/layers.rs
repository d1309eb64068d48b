//! Arguments of layers and Fourier transforms: sizes that mostly fit.

use super::{FINITE, Source, int, matrix_of, string};
use crate::ops::{Fourier, Op, Scalar};
use crate::reference::{Dense, Value};

fn truth(b: bool) -> Option<Value> {
    Some(Value::Scalar(Scalar::Bool(b)))
}

fn number(x: f64) -> Option<Value> {
    Some(Value::Scalar(Scalar::Double(x)))
}

pub(super) fn recurrent(op: Op, source: &mut Source) -> Vec<Option<Value>> {
    let most = if source.large { 9 } else { 3 };
    let [n, t, d, m] = [0, 0, 1, 1].map(|least| least + source.below(most));
    let odd = usize::from(source.one_in(12));
    let more = if source.one_in(4) { 2 } else { 0 };
    let all = source.one_in(2);
    let shapes = [(n, t * d), (d + m, 4 * m + odd), (1, 4 * m), (n + more, m), (n, m)];
    let mut args: Vec<Option<Value>> = shapes.iter().map(|&(r, c)| Some(matrix_of(source, r, c))).collect();
    args.push(truth(all));
    if op == Op::LstmBackward {
        args.push(Some(matrix_of(source, n, if all { t * m } else { m + odd })));
        args.push(Some(matrix_of(source, n, m)));
        let cached = source.one_in(2);
        args.extend([m, m, 4 * m].map(|width| cached.then(|| matrix_of(source, t, n * width))));
    }
    args
}

pub(super) fn batch(op: Op, source: &mut Source) -> Vec<Option<Value>> {
    let (n, c, area) = (source.below(5), 1 + source.below(3), 1 + source.below(if source.large { 90 } else { 4 }));
    let odd = usize::from(source.one_in(12));
    let column = |source: &mut Source| {
        let rows = c + usize::from(source.one_in(30));
        Some(matrix_of(source, rows, 1))
    };
    let x = Some(matrix_of(source, n, c * area + odd));
    match op {
        Op::BatchNorm => {
            let mode = source.pick(&["train", "test", "train", "test", "both"]);
            let columns = [0; 4].map(|_| column(source));
            [vec![x], columns.into(), vec![Some(string(mode)), number(1e-3), number(0.9)]].concat()
        }
        _ => {
            let errors = Some(matrix_of(source, n, c * area));
            vec![x, errors, column(source), number(1e-3), column(source), column(source)]
        }
    }
}

pub(super) fn fourier(op: Op, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let (m, n) = if source.large { (m.min(30), n.min(300)) } else { (m, n) };
    let im = source.one_in(2).then(|| matrix_of(source, m, n));
    let mut args = vec![Some(matrix_of(source, m, n)), im];
    if op == Op::Fourier(Fourier::Frames) {
        let size = 1 + source.below(5);
        let overlap = if source.one_in(8) { size } else { source.below(size) };
        args.extend([Some(int(size as i64)), Some(int(overlap as i64))]);
    }
    args
}

/// The square of a matrix, or any other.
pub(super) fn square(source: &mut Source) -> Vec<Option<Value>> {
    let n = if source.large { 20 } else { source.below(5) };
    let rows = if source.one_in(12) { n + 1 } else { n };
    let values = (0..rows * n).map(|_| source.pick(&FINITE)).collect();
    let root = Dense::new(rows, n, values);
    if rows != n || source.one_in(6) {
        return vec![Some(Value::Matrix(root))];
    }
    let symmetric = source.one_in(2);
    let cell = |i: usize, j: usize| {
        (0..n).map(|k| root.at(i, k) * if symmetric { root.at(j, k) } else { root.at(k, j) }).sum()
    };
    vec![Some(Value::Matrix(Dense::new(n, n, (0..n * n).map(|at| cell(at / n, at % n)).collect())))]
}
