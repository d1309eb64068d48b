//! The inference rule of each row: type, shape, nonzeros and finiteness of the result from those of the arguments.
//!
//! A rule never fails for what is not known, only for what is known to be wrong.

pub mod aggregate;
pub mod cellwise;
pub mod count;
pub mod effect;
pub mod factor;
pub mod frame;
pub mod generate;
pub mod index;
pub mod law;
pub mod layers;
pub mod list;
mod outcome;
pub mod product;
pub mod reorganize;
pub mod scalar;
pub mod select;
pub mod statistics;
pub mod table;
mod values;
pub mod window;

use super::{Op, ScalarType};
use crate::facts::{Dim, Facts, MatrixFacts, Values};
use crate::sketch::Sketch;

/// An inference rule. The arguments stand in the order of the row's parameters, `None` for an absent one.
pub type Infer = fn(Op, &[Option<&Facts>]) -> Result<Facts, Mismatch>;

/// Why an operator can not be applied to its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    pub code: &'static str,
    pub message: String,
    /// Remarks on arguments, by their position.
    pub labels: Vec<(usize, String)>,
    pub help: Option<String>,
}

impl Mismatch {
    pub fn new(code: &'static str, message: impl Into<String>) -> Mismatch {
        Mismatch { code, message: message.into(), labels: vec![], help: None }
    }

    pub fn label(mut self, argument: usize, text: impl Into<String>) -> Mismatch {
        self.labels.push((argument, text.into()));
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Mismatch {
        self.help = Some(help.into());
        self
    }
}

/// The facts of a matrix with or without a sketch.
fn described(rows: Dim, cols: Dim, sketch: Option<Sketch>, (values, finite): (Values, bool)) -> Facts {
    match sketch {
        Some(s) => Facts::valued(s, finite, values),
        None => Facts::matrix(rows, cols).with_values(finite, values),
    }
}

/// The facts of an argument that is always there.
fn required<'a>(args: &[Option<&'a Facts>], i: usize) -> &'a Facts {
    args[i].unwrap_or(&Facts::Unknown)
}

/// An argument that must be a matrix: its facts, or `None` if its type is not known.
fn matrix<'a>(op: Op, args: &[Option<&'a Facts>], i: usize) -> Result<Option<&'a MatrixFacts>, Mismatch> {
    match required(args, i) {
        Facts::Matrix(m) => Ok(Some(m)),
        Facts::Unknown => Ok(None),
        scalar @ Facts::Scalar { .. } => Err(Mismatch::new("E0210", format!("`{}` needs a matrix", op.row().name))
            .label(i, format!("this is {}", article(&scalar.describe())))
            .help(match scalar.scalar_type() {
                Some(ScalarType::Str) => "a text has no parts; numbers in a text: `matrix(text, rows = n, cols = m)`",
                _ if op == Op::RightIndex && args[1..].iter().all(Option::is_none) => {
                    "a loop over numbers is written `for (i in 1:n)`"
                }
                _ => "`as.matrix(x)` makes a 1 x 1 matrix of a scalar",
            })),
        other => Err(collection(op, i, other)),
    }
}

/// A frame or a list where a matrix or a scalar is needed.
fn collection(op: Op, i: usize, facts: &Facts) -> Mismatch {
    let help = match facts {
        Facts::List { .. } if op == Op::RemoveEmpty => "`[L2, x] = remove(L, i)` takes a value out of a list",
        Facts::List { .. } => "take a value of the list: `as.matrix(L[1])`, `as.scalar(L[\"name\"])`",
        _ => "`as.matrix(F)` makes numbers of its cells, `transformencode` codes of its texts",
    };
    Mismatch::new("E0210", format!("`{}` needs a matrix or a scalar", op.row().name))
        .label(i, format!("this is {}", article(&facts.describe())))
        .help(help)
}

/// An argument that must be a number (or a truth value): nothing is known of it if it is absent.
fn number(op: Op, args: &[Option<&Facts>], i: usize) -> Result<Option<f64>, Mismatch> {
    match args[i] {
        None | Some(Facts::Unknown) => Ok(None),
        Some(Facts::Scalar { ty: Some(ScalarType::Str), .. }) => {
            Err(Mismatch::new("E0211", format!("`{}` needs a number here", op.row().name)).label(i, "this is a string"))
        }
        Some(Facts::Scalar { value, .. }) => Ok(value.as_ref().and_then(|v| v.as_f64())),
        Some(other @ Facts::Matrix(_)) => {
            Err(Mismatch::new("E0211", format!("`{}` needs a scalar here", op.row().name))
                .label(i, format!("this is {}", article(&other.describe())))
                .help("`as.scalar(X)` takes the value of a 1 x 1 matrix"))
        }
        Some(other) => Err(collection(op, i, other)),
    }
}

/// An argument that must be a string.
fn string<'a>(op: Op, args: &[Option<&'a Facts>], i: usize) -> Result<Option<&'a str>, Mismatch> {
    match args[i] {
        None | Some(Facts::Unknown) | Some(Facts::Scalar { ty: None, .. }) => Ok(None),
        Some(Facts::Scalar { ty: Some(ScalarType::Str), value }) => Ok(match value {
            Some(super::Scalar::Str(s)) => Some(s),
            _ => None,
        }),
        Some(other) => Err(Mismatch::new("E0212", format!("`{}` needs a string here", op.row().name))
            .label(i, format!("this is {}", article(&other.describe())))),
    }
}

/// An argument that must be a number of rows or columns.
fn dimension(op: Op, args: &[Option<&Facts>], i: usize) -> Result<Dim, Mismatch> {
    match number(op, args, i)? {
        None => Ok(None),
        Some(n) if (0.0..9.0e18).contains(&n) => Ok(Some(n as u64)),
        Some(n) => Err(Mismatch::new(
            "E0307",
            format!(
                "`{}` can not make a matrix with {} {}",
                op.row().name,
                super::format_double(n),
                op.row().parameter(i).name
            ),
        )
        .label(i, "this must be 0 or more")),
    }
}

fn article(noun: &str) -> String {
    let an = noun.starts_with(['a', 'e', 'i', 'o', 'u']) && !noun.starts_with("a ");
    if noun.starts_with("a ") { noun.into() } else { format!("{} {noun}", if an { "an" } else { "a" }) }
}
