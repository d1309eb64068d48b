//! Values as a user at the prompt wants to see them.

use lac::compiler::frame::{Frame, type_name};
use lac::compiler::ops::text::{ToString, matrix_to_string};
use lac::compiler::ops::{Scalar, ScalarType};
use lac::runtime::context::human_bytes;
use lac::{Matrix, Session, Value};

/// A matrix with more rows or columns is shown by its corner.
const ROWS: usize = 20;
const COLS: usize = 12;
const CORNER_ROWS: usize = 6;
const CORNER_COLS: usize = 8;

/// With its line end.
pub fn value(value: &Value) -> String {
    match value {
        Value::Scalar(Scalar::Str(s)) => format!("{s:?}\n"),
        Value::Scalar(s) => format!("{s}\n"),
        Value::Matrix(m) if m.rows() <= ROWS && m.cols() <= COLS && m.rows() * m.cols() > 0 => {
            grid(m, m.rows(), m.cols())
        }
        Value::Matrix(m) => {
            let head = format!("{}\n", describe(value));
            head + &grid(m, m.rows().min(CORNER_ROWS), m.cols().min(CORNER_COLS))
        }
        Value::Frame(f) => format!("{}\n{}", describe(value), table(f)),
        Value::List(_) => format!("{}\n", describe(value)),
    }
}

/// `matrix 3 x 4, 5 nonzeros, csr, 92 B`
fn describe(value: &Value) -> String {
    match value {
        Value::Scalar(_) | Value::List(_) => value.describe(),
        Value::Frame(_) => format!("{}, {}", value.describe(), human_bytes(value.bytes())),
        Value::Matrix(m) => {
            let format = value.format().map_or("", |f| f.name());
            let s = if m.nnz() == 1 { "" } else { "s" };
            format!("{}, {} nonzero{s}, {format}, {}", value.describe(), m.nnz(), human_bytes(m.bytes()))
        }
    }
}

/// The first rows and columns, aligned; dots stand for the others.
fn grid(m: &Matrix, rows: usize, cols: usize) -> String {
    let cell = |i, j| matrix_to_string(1, 1, |_, _| m.get(i, j), &ToString::default());
    let cells: Vec<Vec<String>> =
        (0..rows).map(|i| (0..cols).map(|j| cell(i, j).trim_end().to_string()).collect()).collect();
    let width = |j: usize| cells.iter().map(|row| row[j].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..cols).map(width).collect();
    let mut text = String::new();
    for row in &cells {
        let aligned: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!("{c:>w$}")).collect();
        text.push_str(&aligned.join("  "));
        text.push_str(if cols < m.cols() { "  ...\n" } else { "\n" });
    }
    if rows < m.rows() && cols > 0 {
        text.push_str("...\n");
    }
    text
}

/// Names, types and the first rows, aligned: numbers to the right.
fn table(f: &Frame) -> String {
    let whole = f.rows() <= ROWS && f.cols() <= COLS;
    let (rows, cols) =
        if whole { (f.rows(), f.cols()) } else { (f.rows().min(CORNER_ROWS), f.cols().min(CORNER_COLS)) };
    let column = |j: usize| -> Vec<String> {
        let head = [f.names()[j].to_string(), type_name(f.column(j).ty()).to_lowercase()];
        head.into_iter().chain((0..rows).map(|i| cut(f.shown(i, j, 3)))).collect()
    };
    let columns: Vec<Vec<String>> = (0..cols).map(column).collect();
    let width = |c: &Vec<String>| c.iter().map(|t| t.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = columns.iter().map(width).collect();
    let mut text = String::new();
    for i in 0..rows + 2 {
        let cell = |(j, column): (usize, &Vec<String>)| match f.column(j).ty() {
            ScalarType::Double | ScalarType::Int => format!("{:>w$}", column[i], w = widths[j]),
            _ => format!("{:w$}", column[i], w = widths[j]),
        };
        let line: Vec<String> = columns.iter().enumerate().map(cell).collect();
        text += line.join("  ").trim_end();
        text += if cols < f.cols() { "  ...\n" } else { "\n" };
    }
    if rows < f.rows() {
        text += "...\n";
    }
    text
}

/// Long texts by their begin, on one line.
fn cut(text: String) -> String {
    const LONGEST: usize = 30;
    let text = text.replace(['\n', '\r', '\t'], " ");
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

/// One a line.
pub fn variables(session: &Session) -> String {
    let width = session.variables().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    session
        .variables()
        .map(|(name, v)| match v {
            Value::Scalar(_) => format!("{name:width$}  {} {}", describe(v), value(v)),
            _ => format!("{name:width$}  {}\n", describe(v)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lac::Dense;

    fn matrix(rows: usize, cols: usize) -> Value {
        let values = (0..rows * cols).map(|k| k as f64).collect();
        Matrix::new(Dense::new(rows, cols, values)).into()
    }

    #[test]
    fn small_matrices_whole_large_ones_by_their_corner() {
        assert_eq!(
            value(&matrix(2, 6)),
            "0.000  1.000  2.000  3.000   4.000   5.000\n6.000  7.000  8.000  9.000  10.000  11.000\n"
        );
        let text = value(&matrix(30, 30));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "matrix 30 x 30, 899 nonzeros, dense, 7.0 KiB");
        assert_eq!(lines.len(), 2 + CORNER_ROWS);
        assert!(lines[1].starts_with("  0.000    1.000") && lines[1].ends_with("7.000  ..."), "{text}");
        assert_eq!(value(&matrix(0, 3)), "matrix 0 x 3, 0 nonzeros, dense, 0 B\n");
    }

    #[test]
    fn frames_show_names_and_types() {
        use lac::compiler::frame::Column;
        let names = vec!["name".into(), "n".into()];
        let f = Frame::new(2, names, vec![Column::texts(["bob", "ann"]), Column::Int(vec![3, 10])]);
        let text = value(&f.into());
        assert!(text.starts_with("frame 2 x 2, "), "{text}");
        assert!(text.ends_with("name        n\nstring  int64\nbob         3\nann        10\n"), "{text}");
    }

    #[test]
    fn scalars_are_written_as_in_a_script() {
        assert_eq!(value(&Scalar::from("a\"b").into()), "\"a\\\"b\"\n");
        assert_eq!(value(&Scalar::Bool(true).into()), "TRUE\n");
        assert_eq!(value(&Scalar::Double(1e10).into()), "1.0E10\n");
    }
}
