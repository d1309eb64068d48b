//! Whether two engines did the same: codes of errors, text, values up to rounding.

use lac::{Matrix, Scalar, Value};

use crate::oracle::Outcome;

/// Of the largest number beside it.
const TOLERANCE: f64 = 1e-6;
/// Cells that are looked at.
const CELLS: usize = 20_000;

/// What differs in a word, and how.
pub fn difference(a: &Outcome, b: &Outcome) -> Option<(&'static str, String)> {
    let mut codes = a.codes.iter().zip(&b.codes);
    if a.codes.len() != b.codes.len() || !codes.all(|(a, b)| are_alike(a, b)) {
        return Some(("code", format!("{:?} or {:?}", a.codes, b.codes)));
    }
    if let Some((x, y)) = a.printed.iter().zip(&b.printed).find(|(x, y)| !same_text(x, y)) {
        return Some(("output", format!("{x}or\n{y}")));
    }
    // What a run that failed had assigned depends on the order of the statements of a block.
    if a.codes.iter().any(Option::is_some) {
        return None;
    }
    let names = |o: &Outcome| o.variables.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if names(a) != names(b) {
        return Some(("variables", format!("{:?} or {:?}", names(a), names(b))));
    }
    let mut pairs = a.variables.iter().zip(&b.variables);
    let ((name, x), (_, y)) = pairs.find(|((_, x), (_, y))| !same(x, y))?;
    Some(("value", format!("{name} is {} or {}", shown(x), shown(y))))
}

/// A statement may be wrong in two ways, in the place and the shape of a part that is assigned or in the types of two operands;
/// engines come to these in different orders.
fn are_alike(a: &Option<&'static str>, b: &Option<&'static str>) -> bool {
    const ALIKE: [&[&str]; 2] = [&["E0306", "E0501", "E0512"], &["E0210", "E0211"]];
    a == b || ALIKE.iter().any(|codes| [a, b].iter().all(|code| code.is_some_and(|c| codes.contains(&c))))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Matrix(m) => format!("{} {:?}", value.describe(), cells(m).take(30).collect::<Vec<_>>()),
        other => format!("{other:?}").chars().take(600).collect(),
    }
}

fn same(x: &Value, y: &Value) -> bool {
    match (x, y) {
        (Value::Scalar(Scalar::Str(x)), Value::Scalar(Scalar::Str(y))) => same_text(x, y),
        (Value::Scalar(x), Value::Scalar(y)) => x.ty() == y.ty() && close(x.as_f64(), y.as_f64(), 1.0),
        (Value::Matrix(x), Value::Matrix(y)) => {
            let largest = cells(x).filter(|v| v.is_finite()).fold(1.0, |m: f64, v| m.max(v.abs()));
            x.shape() == y.shape() && cells(x).zip(cells(y)).all(|(x, y)| close(Some(x), Some(y), largest))
        }
        (Value::List(x), Value::List(y)) => {
            let items = x.items().iter().zip(y.items());
            x.len() == y.len() && items.into_iter().all(|(x, y)| x.name == y.name && same(&x.value, &y.value))
        }
        (Value::Frame(x), Value::Frame(y)) => {
            let text = |f: &lac::Frame, i, j| f.get(i, j).map(|s| s.to_string()).unwrap_or_default();
            let places = (0..x.rows()).flat_map(|i| (0..x.cols()).map(move |j| (i, j))).take(CELLS);
            (x.rows(), x.names()) == (y.rows(), y.names())
                && places.into_iter().all(|(i, j)| same_text(&text(x, i, j), &text(y, i, j)))
        }
        _ => false,
    }
}

fn cells(m: &Matrix) -> impl Iterator<Item = f64> + '_ {
    let cols = m.cols();
    (0..m.rows().saturating_mul(cols).min(CELLS)).map(move |k| m.get(k / cols, k % cols))
}

/// A chain of products in another order meets Inf - Inf and 0 * Inf elsewhere: one value that is not finite is as good as
/// another.
fn close(x: Option<f64>, y: Option<f64>, scale: f64) -> bool {
    let (Some(x), Some(y)) = (x, y) else { return x.is_none() && y.is_none() };
    let scale = if x.is_finite() { scale.max(x.abs()) } else { scale };
    x == y || !x.is_finite() && !y.is_finite() || (x - y).abs() <= TOLERANCE * scale
}

/// Numbers in texts may differ by rounding, too.
fn same_text(x: &str, y: &str) -> bool {
    let alike = |(x, y): (&&str, &&str)| {
        let (a, b) = (x.parse().ok(), y.parse().ok());
        x == y || a.is_some() && close(a, b, 1.0)
    };
    x == y || {
        let [x, y] = [x, y].map(|text| text.replace("-Infinity", "NaN").replace("Infinity", "NaN"));
        let (x, y) = (words(&x), words(&y));
        x.len() == y.len() && x.iter().zip(&y).all(alike)
    }
}

/// The numbers of a text and what lies between them.
fn words(text: &str) -> Vec<&str> {
    let mut words = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_digit = |c: char| c.is_ascii_digit();
        // numbers may stand side by side: the second point begins another
        let mut points = 0;
        let mut ends = |c: char| {
            points += usize::from(c == '.');
            points > 1 || !is_digit(c) && !".eE-".contains(c)
        };
        let length = match is_digit(first) {
            true => rest.find(&mut ends),
            false => rest.find(is_digit),
        };
        let (word, others) = rest.split_at(length.unwrap_or(rest.len()));
        words.push(word);
        rest = others;
    }
    words
}
