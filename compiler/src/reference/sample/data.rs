//! Arguments of operators whose results their arguments' values decide: tables, selections, orders, linear systems.

use super::{ANY, FINITE, Source, int, matrix_of, string};
use crate::ops::{Default, Direction, Op, Parameter, Row, Scalar};
use crate::reference::{Dense, Value};

pub(super) fn arguments(op: Op, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    match op {
        Op::Table => table(source, m, n),
        Op::RemoveEmpty => remove_empty(source, m, n),
        Op::Unique => {
            let dir = source.pick(&[None, Some("rc"), Some("r"), Some("c"), Some("c"), Some("x")]);
            vec![Some(matrix_of(source, m, n)), dir.map(string)]
        }
        Op::Replace => {
            let x = matrix_of(source, m, n);
            let number = |source: &mut Source| Some(Value::Scalar(Scalar::Double(source.pick(&ANY))));
            vec![Some(x), number(source), number(source)]
        }
        Op::Order => order(source, m, n),
        Op::LowerTri | Op::UpperTri => vec![Some(matrix_of(source, m, n)), truth(source), truth(source)],
        Op::CumSumProd => {
            let cols = if source.one_in(10) { n } else { 2 };
            vec![Some(matrix_of(source, m, cols))]
        }
        Op::Solve | Op::Inverse | Op::Cholesky | Op::Determinant | Op::Eigen | Op::Lu => system(op, source),
        _ => vec![Some(matrix_of(source, m, n))],
    }
}

fn truth(source: &mut Source) -> Option<Value> {
    source.pick(&[None, Some(true), Some(false)]).map(|b| Value::Scalar(Scalar::Bool(b)))
}

fn of(rows: usize, cols: usize, cell: impl FnMut(usize) -> f64) -> Dense {
    Dense::new(rows, cols, (0..rows * cols).map(cell).collect())
}

/// Numbers of rows or columns, now and then some that are none.
fn places(source: &mut Source, m: usize, n: usize) -> Value {
    if source.one_in(4) {
        return Value::Matrix(of(m, n, |k| (k + 1) as f64));
    }
    let odd: &[f64] = match source.below(12) {
        0 => &[0.0],
        1 => &[-1.0, 1.0, 1.0],
        2 | 3 => &[f64::NAN],
        4 => &[2.9, 1.5],
        5 => &[f64::INFINITY, 1.0],
        _ => &[1.0],
    };
    let largest = if source.large { 50 } else { 4 };
    Value::Matrix(of(m, n, |_| if source.one_in(9) { source.pick(odd) } else { (1 + source.below(largest)) as f64 }))
}

fn table(source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let (rows, cols) = if source.one_in(10) { (n, m) } else { (m, n) };
    let i = places(source, m, n);
    let j = match source.below(8) {
        0 => Value::Scalar(Scalar::Double(source.pick(&[1.0, 2.5, 3.0, 0.0]))),
        1 => i.clone(),
        _ => places(source, rows, cols),
    };
    let weights = match source.below(5) {
        0 => Some(Value::Scalar(Scalar::Double(source.pick(&ANY)))),
        1 | 2 => Some(matrix_of(source, m, n)),
        _ => None,
    };
    let mut size = |most| if source.one_in(3) { None } else { Some(int(source.below(most) as i64)) };
    let (rows, cols) = (size(7), size(7));
    vec![Some(i), Some(j), weights, rows, cols, truth(source)]
}

fn remove_empty(source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let x = matrix_of(source, m, n);
    let margin = source.pick(&["rows", "cols", "rows", "cols", "rows", "cols", "both"]);
    let extent = if margin == "rows" { m } else { n };
    let select = match source.below(7) {
        0 => Some(matrix_of(source, 1, extent)),
        1 | 2 => Some(matrix_of(source, extent, 1)),
        3 => Some(matrix_of(source, m, n)),
        _ => None,
    };
    vec![Some(x), Some(string(margin)), select, truth(source)]
}

fn order(source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let column = |source: &mut Source| 1.0 + source.below(n.max(1)) as f64;
    let by = match source.below(6) {
        0 => None,
        1 | 2 => {
            let k = source.below(4);
            let columns: Vec<f64> = (0..k).map(|_| column(source)).collect();
            let (rows, cols) = if source.one_in(2) { (1, k) } else { (k, 1) };
            Some(Value::Matrix(Dense::new(rows, cols, columns)))
        }
        3 => Some(Value::Scalar(Scalar::Double(source.pick(&[0.0, f64::NAN, 1.9, 1e9])))),
        _ => Some(int(column(source) as i64)),
    };
    vec![Some(matrix_of(source, m, n)), by, truth(source), truth(source)]
}

/// Vectors with and without weights, groups, patterns that are there and that are not.
pub(super) fn statistics(op: Op, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let number = |x: f64| Some(Value::Scalar(Scalar::Double(x)));
    let x = if source.one_in(12) { matrix_of(source, m, n) } else { matrix_of(source, m, 1) };
    let length = if source.one_in(12) { n } else { m };
    let other = matrix_of(source, length, 1);
    let odd: &[f64] = if source.one_in(6) { &ANY } else { &[1.0, 1.0, 2.0, 0.0, 3.0] };
    let weights = Some(Value::Matrix(of(length, 1, |_| source.pick(odd))));
    let weighted = source.one_in(3);
    match op {
        Op::Median | Op::InterQuartileMean => vec![Some(x), weights.filter(|_| weighted)],
        Op::CountDistinct(Direction::Row | Direction::Col) => vec![Some(matrix_of(source, m, n)), None],
        Op::CountDistinct(_) | Op::CountDistinctApprox => {
            let dir = source.pick(&[None, Some("rc"), Some("r"), Some("c"), Some("x")]).map(string);
            let kind = if op == Op::CountDistinctApprox { vec![None] } else { vec![] };
            [vec![Some(matrix_of(source, m, n))], kind, vec![dir]].concat()
        }
        Op::Covariance => vec![Some(x), Some(other), weights.filter(|_| weighted)],
        Op::Quantile => {
            let share = |source: &mut Source| source.pick(&[0.0, 0.25, 0.5, 0.3, 0.75, 1.0, 0.9]);
            let p = match source.below(8) {
                0 => number(1.5),
                1 | 2 => Some(Value::Matrix(of(1, n, |_| share(source)))),
                _ => number(share(source)),
            };
            if weighted { vec![Some(x), weights, p] } else { vec![Some(x), p, None] }
        }
        Op::InterQuantile => {
            let p = number(source.pick(&[0.0, 0.25, 0.1, 0.5, 0.7]));
            if weighted { vec![Some(x), weights, p] } else { vec![Some(x), p, None] }
        }
        Op::Moment => {
            let k = Some(int(source.pick(&[2, 3, 4, 3, 5])));
            if weighted { vec![Some(x), weights, k] } else { vec![Some(x), k, None] }
        }
        Op::Grouped => {
            let names =
                ["sum", "sum", "count", "mean", "variance", "min", "max", "centralmoment", "centralmoment", "x"];
            let name = source.pick(&names);
            let groups = places(source, m, 1);
            let order = if name == "centralmoment" { Some(int(source.pick(&[2, 3, 4]))) } else { None };
            let number = source.pick(&[None, Some(3), Some(0), Some(60)]).map(int);
            let x = matrix_of(source, m, n);
            vec![Some(x), Some(groups), Some(string(name)), weights.filter(|_| weighted), order, number]
        }
        Op::Contains => {
            let x = matrix_of(source, m, n);
            let pattern = if source.one_in(3) { Some(matrix_of(source, 1, n)) } else { number(source.pick(&ANY)) };
            vec![Some(x), pattern]
        }
        Op::Roll => vec![Some(matrix_of(source, m, n)), Some(int(source.below(9) as i64 - 4))],
        _ => {
            let range = source.below(if source.large { 100_000 } else { 8 }) as i64;
            let size = source.below(range as usize + 2) as i64;
            vec![Some(int(range)), Some(int(size)), truth(source), Some(int(7))]
        }
    }
}

/// Mostly a system that has a solution.
fn system(op: Op, source: &mut Source) -> Vec<Option<Value>> {
    let n = if source.large { 60 + source.below(60) } else { source.below(6) };
    let more = if op == Op::Solve && source.one_in(4) { 1 + source.below(3) } else { 0 };
    let rows = if source.one_in(12) { n + 1 } else { n + more };
    let mut a = of(rows, n, |_| source.pick(&FINITE));
    let kind = source.below(7);
    let keep = |i: usize, j: usize| match kind {
        0 => i <= j,
        1 => i >= j,
        2 => i == j,
        _ => true,
    };
    for i in 0..rows {
        for j in 0..n {
            if i == j && kind != 3 {
                a.values[i * n + j] += 9.0;
            }
            if !keep(i, j) {
                a.values[i * n + j] = 0.0;
            }
        }
    }
    if op == Op::Cholesky && rows == n && kind != 3 {
        let entry = |i: usize, j: usize| (0..n).map(|k| a.at(i, k) * a.at(j, k)).sum::<f64>();
        a = of(n, n, |k| entry(k / n, k % n));
    }
    if op == Op::Eigen && rows == n && kind != 3 {
        a = of(n, n, |k| a.at((k / n).min(k % n), (k / n).max(k % n)));
    }
    if op != Op::Solve {
        return vec![Some(Value::Matrix(a))];
    }
    let (right, cols) = (if source.one_in(12) { n } else { rows }, source.below(4));
    vec![Some(Value::Matrix(a)), Some(matrix_of(source, right, cols))]
}

/// Arguments of a distribution: mostly such that it has.
pub(super) fn law(row: &Row, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let double = |x: f64| Value::Scalar(Scalar::Double(x));
    let probabilities = [0.0, 0.0, 0.5, 0.25, 1e-9, 0.999, 1.0, f64::NAN];
    let x = match (row.op, source.below(6)) {
        (Op::Quantiles(_), 0) => matrix_of(source, m, n),
        (Op::Quantiles(_), 1) => double(source.pick(&probabilities)),
        (Op::Quantiles(_), _) => Value::Matrix(of(m, n, |_| source.pick(&probabilities))),
        (_, 0) => double(source.pick(&ANY)),
        _ => matrix_of(source, m, n),
    };
    let argument = |p: &Parameter| match p.name {
        "X" => Some(x.clone()),
        "dist" => {
            let known = ["normal", "t", "f", "chisq", "exp", "binomial"].map(Some);
            source.pick(&[&known[..], &[None]].concat()).map(string)
        }
        "lower.tail" => truth(source),
        "mean" => source.pick(&[None, Some(-1.0), Some(0.5)]).map(double),
        _ if source.one_in(20) => source.pick(&[None, Some(-1.0), Some(f64::NAN)]).map(double),
        "trials" => Some(double(source.pick(&[0.0, 1.0, 7.0, 40.0]))),
        "p" => Some(double(source.pick(&[0.0, 0.25, 0.5, 1.0]))),
        _ => Some(double(source.pick(&[1.0, 0.5, 3.0, 40.0]))),
    };
    let mut args: Vec<Option<Value>> = row.parameters.iter().map(argument).collect();
    for (p, argument) in row.parameters.iter().zip(&mut args) {
        if p.default == Default::Required && argument.is_none() {
            *argument = Some(double(2.0));
        }
    }
    args
}

/// A matrix of a few numbers, now and then one that is not finite.
pub(super) fn factored(source: &mut Source, m: usize, n: usize) -> Value {
    let (m, n) = if source.large { (40 + source.below(9), 30 + source.below(20)) } else { (m, n) };
    if source.one_in(8) { matrix_of(source, m, n) } else { Value::Matrix(of(m, n, |_| source.pick(&FINITE))) }
}
