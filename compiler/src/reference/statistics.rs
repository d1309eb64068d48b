//! Statistics of samples. Sums run in the order of the cells.

use super::arguments::Arguments;
use super::{Dense, Evaluate, Value};
use crate::ops::infer::count::direction;
use crate::ops::infer::statistics::unweighted;
use crate::ops::random::Draw;
use crate::ops::{Binary, Direction, Mismatch, Op, Scalar};

/// The cells of a vector; absent weights are 1.
fn weights(args: Arguments<'_>, i: usize, n: usize) -> Result<Vec<f64>, Mismatch> {
    if args.values.get(i).copied().flatten().is_none() { Ok(vec![1.0; n]) } else { Ok(args.matrix(i)?.values.clone()) }
}

fn double(x: f64) -> Result<Value, Mismatch> {
    Ok(Value::Scalar(Scalar::Double(x)))
}

/// A vector, weights for its cells, and the position of the argument behind them.
fn weighted(op: Op, values: &[Option<&Value>]) -> Result<(Vec<f64>, Vec<f64>, usize), Mismatch> {
    let args = Arguments { op, values };
    let x = args.matrix(0)?.values.clone();
    let n = x.len();
    if unweighted(values.len(), |i| values[i].is_some()) {
        Ok((x, vec![1.0; n], 1))
    } else {
        Ok((x, weights(args, 1, n)?, 2))
    }
}

/// The cells with a weight, ascending, each with the weights of all up to it, and all weights; none if there is a NaN.
fn sorted(x: &[f64], w: &[f64]) -> (Vec<(f64, f64)>, f64) {
    if x.iter().any(|x| x.is_nan()) {
        return (vec![], 0.0);
    }
    let mut sorted: Vec<(f64, f64)> = x.iter().copied().zip(w.iter().copied()).filter(|(_, w)| *w > 0.0).collect();
    sorted.sort_by(|a, b| a.0.partial_cmp(&b.0).expect("no NaN"));
    let mut total = 0.0;
    for (_, w) in &mut sorted {
        total += *w;
        *w = total;
    }
    (sorted, total)
}

/// The smallest x at which the weights of what is not larger reach the share p of all. If a weight counts equal cells, that is
/// cell ceil(p n) of n; with `halves`, and n even, the mean of it and the next one. NaN if there is none, or a NaN.
fn quantile((sorted, total): &(Vec<(f64, f64)>, f64), p: f64, halves: bool) -> f64 {
    let target = p * total;
    for (k, (x, reached)) in sorted.iter().enumerate() {
        if *reached >= target {
            return match sorted.get(k + 1) {
                Some((next, _)) if halves && meets(*reached, target, *total) => (x + next) / 2.0,
                _ => *x,
            };
        }
    }
    sorted.last().map_or(f64::NAN, |(x, _)| *x)
}

/// Whether the cell that is sought is the last of equal ones, of an even number of all.
pub fn meets(reached: f64, target: f64, total: f64) -> bool {
    target > 0.0 && total % 2.0 == 0.0 && (reached == target || reached == target.ceil())
}

pub const QUANTILE: Evaluate = |op, values, _| {
    let (x, w, at) = weighted(op, values)?;
    let check = |p: f64| {
        let outside =
            || Mismatch::new("E0215", format!("a quantile is asked for between 0 and 1, not {p}")).label(at, "");
        if (0.0..=1.0).contains(&p) { Ok(p) } else { Err(outside()) }
    };
    let sorted = sorted(&x, &w);
    match values[at] {
        Some(Value::Matrix(p)) => {
            let of: Result<Vec<f64>, _> = p.values.iter().map(|&p| Ok(quantile(&sorted, check(p)?, false))).collect();
            Ok(Value::Matrix(Dense::new(p.values.len(), 1, of?)))
        }
        _ => double(quantile(&sorted, check(Arguments { op, values }.number(at)?)?, true)),
    }
};

pub const INTER_QUANTILE: Evaluate = |op, values, _| {
    let (x, w, at) = weighted(op, values)?;
    let p = Arguments { op, values }.number(at)?;
    if !(0.0..=0.5).contains(&p) {
        let message = format!("`interQuantile` cuts off a share between 0 and 0.5, not {p}");
        return Err(Mismatch::new("E0215", message).label(at, "this share"));
    }
    let (sorted, total) = sorted(&x, &w);
    let between = |reached: &f64| *reached > p * total && *reached <= (1.0 - p) * total;
    let cells: Vec<f64> = sorted.into_iter().filter(|(_, reached)| between(reached)).map(|(x, _)| x).collect();
    Ok(Value::Matrix(Dense::new(cells.len(), 1, cells)))
};

pub const MEDIAN: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let x = &args.matrix(0)?.values;
    double(quantile(&sorted(x, &weights(args, 1, x.len())?), 0.5, true))
};

fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.fold(0.0, |s, x| s + x)
}

fn mean(x: &[f64], w: &[f64]) -> f64 {
    sum(x.iter().zip(w).map(|(x, w)| w * x)) / sum(w.iter().copied())
}

/// The weighted mean of (x - mean)^k.
fn moment(x: &[f64], w: &[f64], k: usize) -> f64 {
    let mean = mean(x, w);
    let power = |d: f64| (1..k).fold(d, |p, _| p * d);
    sum(x.iter().zip(w).map(|(x, w)| w * power(x - mean))) / sum(w.iter().copied())
}

pub const MOMENT: Evaluate = |op, values, _| {
    let (x, w, at) = weighted(op, values)?;
    double(moment(&x, &w, order(Arguments { op, values }, at)?))
};

fn order(args: Arguments<'_>, i: usize) -> Result<usize, Mismatch> {
    let k = args.number(i)?;
    let wrong = || Mismatch::new("E0215", "a moment has the order 2, 3 or 4").label(i, "this is none");
    if [2.0, 3.0, 4.0].contains(&k) { Ok(k as usize) } else { Err(wrong()) }
}

/// One less than all weights; of one cell the divisor is 1.
fn degrees(total: f64) -> f64 {
    if total > 1.0 { total - 1.0 } else { 1.0 }
}

pub const COVARIANCE: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (x, y) = (&args.matrix(0)?.values, &args.matrix(1)?.values);
    let w = weights(args, 2, x.len())?;
    let (mx, my) = (mean(x, &w), mean(y, &w));
    let products = x.iter().zip(y).zip(&w).map(|((x, y), w)| w * (x - mx) * (y - my));
    double(if x.is_empty() { f64::NAN } else { sum(products) / degrees(sum(w.iter().copied())) })
};

pub const CONTAINS: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let same = |x: f64, y: f64| x == y || x.is_nan() && y.is_nan();
    let found = match values[1] {
        Some(Value::Matrix(p)) => (0..m.rows).any(|i| m.row(i).zip(&p.values).all(|(x, y)| same(x, *y))),
        _ => {
            let p = args.number(1)?;
            m.values.iter().any(|&x| same(x, p))
        }
    };
    Ok(Value::Scalar(Scalar::Bool(found)))
};

pub const ROLL: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (m, shift) = (args.matrix(0)?, args.number(1)?.trunc());
    if !shift.is_finite() {
        return Err(Mismatch::new("E0501", "`roll` by a number that is not finite").label(1, "of this"));
    }
    let from = |i: usize| (i as f64 - shift).rem_euclid(m.rows as f64) as usize % m.rows;
    Ok(Value::Matrix(Dense::from_fn(m.rows, m.cols, |i, j| m.at(from(i), j))?))
};

/// Each function of the cells of a group in a column; 0 of a group without cells. Fractions of groups are dropped; a row
/// whose group is NaN or beyond `ngroups` belongs to none.
pub const GROUPED: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let (m, groups) = (args.matrix(0)?, &args.matrix(1)?.values);
    let w = weights(args, 3, m.rows)?;
    let largest = groups.iter().fold(0.0_f64, |most, g| most.max(g.trunc()));
    let rows = if values[5].is_some() { args.size(5)? } else { largest as usize };
    if let Some(g) = groups.iter().find(|g| g.trunc() < 1.0 || values[5].is_none() && g.trunc() >= super::table::MOST) {
        return Err(
            Mismatch::new("E0501", format!("`aggregate` counts groups from 1: there is no group {g}")).label(1, "")
        );
    }
    let name = args.string(2)?;
    let k = if &*name == "centralmoment" { order(args, 4)? } else { 2 };
    Dense::from_fn(rows, m.cols, |g, j| {
        let members: Vec<usize> = (0..m.rows).filter(|&i| groups[i].trunc() == (g + 1) as f64).collect();
        if members.is_empty() {
            return 0.0;
        }
        let w: Vec<f64> = members.iter().map(|&i| w[i]).collect();
        let x: Vec<f64> = members.iter().map(|&i| if &*name == "count" { 1.0 } else { m.at(i, j) }).collect();
        match &*name {
            "count" => sum(w.iter().copied()),
            "sum" => sum(x.iter().zip(&w).map(|(x, w)| w * x)),
            "mean" => mean(&x, &w),
            "variance" => {
                let total = sum(w.iter().copied());
                moment(&x, &w, 2) * total / degrees(total)
            }
            "min" => x.iter().fold(f64::INFINITY, |m, &x| Binary::Min.apply(m, x)),
            "max" => x.iter().fold(f64::NEG_INFINITY, |m, &x| Binary::Max.apply(m, x)),
            _ => moment(&x, &w, k),
        }
    })
    .map(Value::Matrix)
};

pub const SAMPLE: Evaluate = |op, values, world| {
    let args = Arguments { op, values };
    let draw = Draw::new(args.number(0)?, args.size(1)?, args.scalar(2)?, args.scalar(3)?, || world.seed());
    let numbers = draw.map_err(|d| Mismatch::new("E0215", d.message))?.numbers();
    Ok(Value::Matrix(Dense::new(numbers.len(), 1, numbers)))
};

/// The mean of the middle half: of the sorted cells, each as long as its weight, what lies between a quarter and three
/// quarters of the length. NaN if there is none, or a NaN.
pub const INTER_QUARTILE_MEAN: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let x = &args.matrix(0)?.values;
    let w = weights(args, 1, x.len())?;
    if x.iter().any(|x| x.is_nan()) {
        return double(f64::NAN);
    }
    let mut sorted: Vec<(f64, f64)> = x.iter().copied().zip(w).filter(|(_, w)| *w > 0.0).collect();
    sorted.sort_by(|a, b| a.0.partial_cmp(&b.0).expect("no NaN"));
    let total = sum(sorted.iter().map(|(_, w)| *w));
    let (from, to) = (0.25 * total, 0.75 * total);
    let (mut reached, mut middle) = (0.0_f64, 0.0);
    for (x, w) in sorted {
        let length = (reached + w).min(to) - reached.max(from);
        if length > 0.0 {
            middle += length * x;
        }
        reached += w;
    }
    double(middle / (to - from))
};

/// How many values there are; one NaN is as good as another.
fn distinct(mut x: Vec<f64>) -> usize {
    // 0 and -0 are one value
    x.iter_mut().for_each(|x| *x = if x.is_nan() { f64::NAN } else { *x + 0.0 });
    x.sort_by(f64::total_cmp);
    x.dedup_by(|a, b| a == b || a.is_nan() && b.is_nan());
    x.len()
}

pub const COUNT_DISTINCT: Evaluate = |op, values, _| {
    let args = Arguments { op, values };
    let m = args.matrix(0)?;
    let dir = if values.len() > 1 { Some(args.string(values.len() - 1)?) } else { None };
    Ok(match direction(op, dir.as_deref())?.expect("its name is known") {
        Direction::All => Value::Scalar(Scalar::Int(distinct(m.values.clone()) as i64)),
        Direction::Row => Value::Matrix(Dense::from_fn(m.rows, 1, |i, _| distinct(m.row(i).collect()) as f64)?),
        Direction::Col => Value::Matrix(Dense::from_fn(1, m.cols, |_, j| distinct(m.col(j).collect()) as f64)?),
    })
};
