//! Values as they are written in a script.

use lac::compiler::frame::{Column, Frame};
use lac::compiler::reference::{Dense, Value};
use lac::{Scalar, compiler::list::List};

pub const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "0.5",
    "1.5",
    "-2.25",
    "-0.0",
    "1e-320",
    "1e308",
    "-1e308",
    "1e18",
    "65536",
    "100000",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775807",
    "NaN",
    "Inf",
    "-Inf",
    "3000000000",
];
pub const TEXTS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "'x y'",
    "\"1 2 3 x\"",
    "\"NaN\"",
    "\"%d %s %5.2f %b %%\"",
    "\"%\"",
    "\"%999999999d\"",
    "\"%.400f\"",
    "\"%-5e\"",
    "\"é\u{1F600}\"",
    "\"\\n\\t\\\"\"",
    "\"rows\"",
    "\"cols\"",
    "\"r\"",
    "\"uniform\"",
    "\"normal\"",
    "\"csv\"",
    "\"12\"",
    "\"TRUE\"",
    "\"*\"",
    "\"sum\"",
    "\"FP64,STRING\"",
    "\"x -> x\"",
];
/// Those that are large are held by their metadata or their few nonzeros.
pub const MATRICES: &[&str] = &[
    "matrix(0, rows=0, cols=3)",
    "matrix(1, rows=3, cols=0)",
    "matrix(0, 0, 0)",
    "matrix(2, rows=3, cols=3)",
    "seq(1, 5)",
    "t(seq(1, 4))",
    "rand(rows=5, cols=4, seed=1)",
    "rand(rows=20, cols=30, sparsity=0.1, seed=2)",
    "matrix(NaN, 2, 2)",
    "matrix(\"1 2 3 4\", rows=2, cols=2)",
    "[1, 2; 3, 4]",
    "as.matrix(3)",
    "matrix(1/0, rows=3, cols=1)",
    "diag(matrix(1, 2000, 1))",
    "matrix(0, rows=1000000, cols=1000000)",
    "matrix(1, rows=1000000, cols=1000000)",
    "seq(1, 100000)",
    "rand(rows=1000000, cols=1000000, sparsity=0.000000001, seed=3)",
    "matrix(0, 9223372036854775807, 1)",
    "matrix(0, 4294967296, 4294967296)",
    "matrix(0, 1, 5000000000)",
    "rand(rows=300, cols=1, sparsity=0.01, seed=4)",
];

/// A number so that it can stand anywhere.
pub fn number(x: f64) -> String {
    let text = match x {
        x if x.is_nan() => "NaN".to_string(),
        x if x.is_infinite() => if x > 0.0 { "Inf" } else { "-Inf" }.to_string(),
        x => format!("{x:?}"),
    };
    if x.is_sign_negative() { format!("({text})") } else { text }
}

fn scalar(s: &Scalar) -> String {
    match s {
        Scalar::Int(i) if *i < 0 => format!("({i})"),
        Scalar::Int(_) | Scalar::Bool(_) => s.to_string(),
        Scalar::Double(x) => number(*x),
        Scalar::Str(text) => quoted(text),
    }
}

pub fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{}\"", escaped.replace('\r', "\\r"))
}

pub fn matrix(m: &Dense) -> String {
    let (rows, cols) = (m.rows, m.cols);
    match m.values.first() {
        None => format!("matrix(0, rows={rows}, cols={cols})"),
        Some(x) if m.values.iter().all(|y| y.to_bits() == x.to_bits()) => {
            format!("matrix({}, rows={rows}, cols={cols})", number(*x))
        }
        Some(_) if m.values.len().is_multiple_of(2) => {
            let row = |i| m.row(i).map(number).collect::<Vec<_>>().join(", ");
            format!("[{}]", (0..rows).map(row).collect::<Vec<_>>().join("; "))
        }
        Some(_) => {
            let cells: Vec<String> = m.values.iter().map(|x| number(*x).replace(['(', ')'], "")).collect();
            format!("matrix(\"{}\", rows={rows}, cols={cols})", cells.join(" "))
        }
    }
}

fn frame(f: &Frame) -> String {
    let types = f.columns().iter().map(|column| match **column {
        Column::Text(_) => "STRING",
        Column::Double(_) => "FP64",
        Column::Int(_) => "INT64",
        Column::Bool(_) => "BOOLEAN",
    });
    let schema: Vec<&str> = types.collect();
    let (rows, cols) = (f.rows(), f.cols());
    let cells = (0..rows).flat_map(|i| (0..cols).map(move |j| f.get(i, j).map_or("\"\"".into(), |s| scalar(&s))));
    let cells: Vec<String> = cells.collect();
    let data = if cells.is_empty() { "\"\"".into() } else { format!("list({})", cells.join(", ")) };
    let schema = if cols == 0 { String::new() } else { format!(", schema=\"{}\"", schema.join(",")) };
    format!("frame({data}, rows={rows}, cols={cols}{schema})")
}

fn list(l: &List<Value>) -> String {
    let item = |i: &lac::compiler::list::Item<Value>| match &i.name {
        Some(name) => format!("{name} = {}", value(&i.value)),
        None => value(&i.value),
    };
    format!("list({})", l.items().iter().map(item).collect::<Vec<_>>().join(", "))
}

pub fn value(v: &Value) -> String {
    match v {
        Value::Scalar(s) => scalar(s),
        Value::Matrix(m) => matrix(m),
        Value::Frame(f) => frame(f),
        Value::List(l) => list(l),
        Value::Nothing | Value::Several(_) => "list()".into(),
    }
}
