//! Parts of a matrix that its values choose. A NaN is no zero, and one NaN is as good as another.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::{Mismatch, Op};

/// Some rows, 0-based.
fn rows_of(m: &Dense, rows: &[usize]) -> Result<Dense, Mismatch> {
    Dense::from_fn(rows.len(), m.cols, |i, j| m.at(rows[i], j))
}

fn transposed(m: &Dense) -> Result<Dense, Mismatch> {
    Dense::from_fn(m.cols, m.rows, |i, j| m.at(j, i))
}

/// Without `select` the rows (columns) that are not empty stay, else those that it selects. If none stays the result is
/// one row (column) of zeros, or has none if `empty.return` is FALSE.
pub const REMOVE_EMPTY: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let by_row = match &*args.string(1)? {
        "rows" => true,
        "cols" => false,
        other => return Err(unknown(op, 1, other)),
    };
    let m = if by_row { args.matrix(0)?.clone() } else { transposed(args.matrix(0)?)? };
    let select = if values[2].is_some() { Some(args.matrix(2)?) } else { None };
    let stays = |i: &usize| match select {
        Some(s) => s.values[*i] != 0.0,
        None => m.row(*i).any(|x| x != 0.0),
    };
    let kept: Vec<usize> = (0..m.rows).filter(stays).collect();
    let result = if kept.is_empty() && args.number(3)? != 0.0 {
        Dense::from_fn(1, m.cols, |_, _| 0.0)?
    } else {
        rows_of(&m, &kept)?
    };
    Ok(Value::Matrix(if by_row { result } else { transposed(&result)? }))
};

fn unknown(op: Op, i: usize, word: &str) -> Mismatch {
    let row = op.row();
    Mismatch::new("E0213", format!("`{}` knows no {} {word:?}", row.name, row.parameter(i).name)).label(i, "this")
}

fn same(x: f64, y: f64) -> bool {
    x == y || x.is_nan() && y.is_nan()
}

/// The distinct cells as a column, or the distinct rows or columns, in the order of their first appearance.
pub const UNIQUE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let (m, by_col) = match &*args.string(1)? {
        "rc" => (Dense::new(m.values.len(), 1, m.values.clone()), false),
        "r" => (m.clone(), false),
        "c" => (transposed(m)?, true),
        other => return Err(unknown(op, 1, other)),
    };
    let mut kept: Vec<usize> = Vec::new();
    for i in 0..m.rows {
        if !kept.iter().any(|&k| m.row(k).zip(m.row(i)).all(|(x, y)| same(x, y))) {
            kept.push(i);
        }
    }
    let result = rows_of(&m, &kept)?;
    Ok(Value::Matrix(if by_col { transposed(&result)? } else { result }))
};

pub const REPLACE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (m, pattern, replacement) = (args.matrix(0)?, args.number(1)?, args.number(2)?);
    let cell = |x: f64| if same(x, pattern) { replacement } else { x };
    Ok(Value::Matrix(Dense::from_fn(m.rows, m.cols, |i, j| cell(m.at(i, j)))?))
};

pub const TRIANGLE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let (diagonal, own_values) = (args.number(1)? != 0.0, args.number(2)? != 0.0);
    let inside = |i: usize, j: usize| match i.cmp(&j) {
        std::cmp::Ordering::Equal => diagonal,
        order => order.is_gt() == (op == Op::LowerTri),
    };
    let cell = |i, j| {
        if !inside(i, j) {
            0.0
        } else if own_values {
            m.at(i, j)
        } else {
            1.0
        }
    };
    Ok(Value::Matrix(Dense::from_fn(m.rows, m.cols, cell)?))
};

/// Rows sorted by the first of the given columns, equal ones by the next, and so on; rows equal in all keep their order. A
/// NaN comes after all numbers, whether these ascend or descend.
pub const ORDER: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let by = match values[1] {
        Some(Value::Matrix(by)) => by.values.clone(),
        _ => vec![args.number(1)?],
    };
    if let Some(wrong) = by.iter().find(|&&j| !(1.0..m.cols as f64 + 1.0).contains(&j)) {
        let message = format!("`order` by column {wrong} of a {} x {} matrix", m.rows, m.cols);
        return Err(Mismatch::new("E0501", message).label(1, "of this"));
    }
    let (decreasing, index) = (args.number(2)? != 0.0, args.number(3)? != 0.0);
    let compare = |a: &usize, b: &usize| {
        let keys = by.iter().map(|&j| (m.at(*a, j as usize - 1), m.at(*b, j as usize - 1)));
        let mut orders = keys.map(|(x, y)| match x.is_nan().cmp(&y.is_nan()) {
            std::cmp::Ordering::Equal if x.is_nan() => std::cmp::Ordering::Equal,
            std::cmp::Ordering::Equal if decreasing => y.partial_cmp(&x).expect("no NaN"),
            std::cmp::Ordering::Equal => x.partial_cmp(&y).expect("no NaN"),
            nan_last => nan_last,
        });
        orders.find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    };
    let mut rows: Vec<usize> = (0..m.rows).collect();
    rows.sort_by(compare);
    Ok(Value::Matrix(if index { Dense::from_fn(m.rows, 1, |i, _| (rows[i] + 1) as f64)? } else { rows_of(m, &rows)? }))
};

/// From y = 0 on: the next y is the term plus the factor times the last y.
pub const CUM_SUM_PROD: Evaluate = |op, values, _| {
    let m = Arguments { op, values }.matrix(0)?;
    let mut y = 0.0;
    Ok(Value::Matrix(Dense::from_fn(m.rows, 1, |i, _| {
        y = m.at(i, 0) + m.at(i, 1) * y;
        y
    })?))
};

pub const ROW_CUM_SUM: Evaluate = |op, values, _| {
    let m = Arguments { op, values }.matrix(0)?;
    let mut sum = 0.0;
    Ok(Value::Matrix(Dense::from_fn(m.rows, m.cols, |i, j| {
        sum = if j == 0 { m.at(i, j) } else { sum + m.at(i, j) };
        sum
    })?))
};
