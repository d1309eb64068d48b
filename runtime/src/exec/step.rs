//! One step of a plan: from its action to the kernel.

mod data;
mod frames;
mod images;
mod index;
mod law;
mod layers;
mod list;
mod statistics;
mod transform;

use lac_compiler::ops::infer::effect::cast_type;
use lac_compiler::ops::infer::scalar::{apply_binary, apply_unary, chosen};
use lac_compiler::ops::random::{Pdf, RandSpec};
use lac_compiler::ops::text::{ToString, format_printf, matrix_to_string, nonzeros_to_string};
use lac_compiler::ops::{Binary, Default, Mismatch, Op, Row, Scalar, Unary, matrix_literal};
use lac_compiler::plan::{Action, Format};
use lac_grammar::Diagnostic;

use super::files;
use super::interpret::Interpreter;
use super::value::Value;
use crate::context::{Context, Result};
use crate::kernel::{self, Operand, OutputFormat};
use crate::matrix::{Matrix, Storage};

/// The arguments of an operator by their position, with the defaults of its row.
pub struct Arguments {
    row: &'static Row,
    values: Vec<Option<Value>>,
}

impl Arguments {
    pub fn new(op: Op, values: Vec<Option<Value>>) -> Arguments {
        Arguments { row: op.row(), values }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Takes an argument out.
    pub fn value(&mut self, i: usize) -> Option<Value> {
        self.values.get_mut(i)?.take()
    }

    pub fn matrix(&mut self, i: usize) -> Result<Matrix> {
        match self.value(i) {
            Some(Value::Matrix(m)) => Ok(m),
            Some(Value::Scalar(_)) => Err(fault("E0210", format!("`{}` needs a matrix, not a scalar", self.row.name))
                .map_help("`as.matrix(x)` makes a 1 x 1 matrix of a scalar")),
            Some(other) => Err(collection(self.row.name, &other)),
            None => Err(self.lacks(i)),
        }
    }

    /// An argument that has no default.
    fn required(&mut self, i: usize) -> Result<Value> {
        self.value(i).ok_or_else(|| self.lacks(i))
    }

    fn lacks(&self, i: usize) -> Box<Diagnostic> {
        fault("E0205", format!("`{}` lacks its argument `{}`", self.row.name, self.row.parameter(i).name))
    }

    /// A scalar, or else its default; `None` if the operator does without.
    pub fn scalar(&mut self, i: usize) -> Result<Option<Scalar>> {
        match self.value(i) {
            None => Ok(match self.row.parameter(i).default {
                Default::Required | Default::Absent => None,
                Default::Bool(b) => Some(Scalar::Bool(b)),
                Default::Int(n) => Some(Scalar::Int(n)),
                Default::Double(d) => Some(Scalar::Double(d)),
                Default::Str(s) => Some(Scalar::from(s)),
            }),
            Some(Value::Scalar(s)) => Ok(Some(s)),
            Some(other @ (Value::List(_) | Value::Frame(_))) => Err(collection(self.row.name, &other)),
            Some(other) => {
                Err(fault("E0211", format!("`{}` needs a scalar here, not a {}", self.row.name, other.describe()))
                    .map_help("`as.scalar(X)` takes the value of a 1 x 1 matrix"))
            }
        }
    }

    pub fn number(&mut self, i: usize) -> Result<Option<f64>> {
        let op = self.row.name;
        self.scalar(i)?
            .map(|s| s.as_f64().ok_or_else(|| fault("E0211", format!("`{op}` needs a number, not \"{s}\""))))
            .transpose()
    }

    pub fn bool(&mut self, i: usize) -> Result<Option<bool>> {
        let op = self.row.name;
        let truth =
            |s: Scalar| s.as_bool().ok_or_else(|| fault("E0211", format!("`{op}` needs a truth value, not \"{s}\"")));
        self.scalar(i)?.map(truth).transpose()
    }

    /// As a condition of the language: a number that is not 0.
    fn truth(&mut self, i: usize) -> Result<Option<bool>> {
        Ok(self.number(i)?.map(|x| x != 0.0))
    }

    pub fn text(&mut self, i: usize) -> Result<Option<String>> {
        let found = match self.value(i) {
            None => return self.scalar(i).map(|default| default.map(|s| s.to_string())),
            Some(Value::Scalar(Scalar::Str(s))) => return Ok(Some(s.to_string())),
            Some(other) => other.describe(),
        };
        Err(fault("E0212", format!("`{}` needs a string here, not a {found}", self.row.name)))
    }

    /// A number of rows or columns.
    fn size(&mut self, i: usize) -> Result<usize> {
        let n = self.number(i)?.unwrap_or(0.0);
        if (0.0..9.0e15).contains(&n) {
            return Ok(n as usize);
        }
        Err(fault(
            "E0307",
            format!("`{}` can not make a matrix with {} rows or columns", self.row.name, Scalar::Double(n)),
        ))
    }
}

/// An error of the program's data or values, still without a place.
pub fn fault(code: &'static str, message: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message))
}

/// A frame or a list where a matrix or a scalar is needed.
pub(super) fn collection(name: &str, value: &Value) -> Box<Diagnostic> {
    fault("E0210", format!("`{name}` needs a matrix or a scalar, not a {}", value.describe()))
}

trait Help {
    fn map_help(self, help: &str) -> Self;
}

impl Help for Box<Diagnostic> {
    fn map_help(mut self, help: &str) -> Self {
        *self = self.help(help);
        self
    }
}

pub(super) fn mismatch(m: Mismatch) -> Box<Diagnostic> {
    let mut d = Diagnostic::error(m.code, m.message);
    d.help = m.help;
    Box::new(d)
}

impl Interpreter<'_> {
    /// Does what a step of a plan does to values: one result, more for an operator with several, none for one that is
    /// there for its effect. The arguments of an operator stand in the order of its row's parameters.
    ///
    /// # Errors
    /// The codes of the operator's inference rule where it speaks of types and shapes; E05xx where only values tell;
    /// E04xx for files; E06xx for limits. The place is for the caller to add.
    pub fn apply(&mut self, action: Action, arguments: Vec<Option<Value>>) -> Result<Vec<Value>> {
        let context = self.settings.context.clone();
        match action {
            Action::Convert(format) => {
                let m = Arguments::new(Op::AsMatrix, arguments).matrix(0)?;
                Ok(vec![Value::Matrix(convert(m, format, &context)?)])
            }
            Action::Product { left_transposed, right_transposed, format } => {
                let mut args = Arguments::new(Op::MatMul, arguments);
                let (a, b) = (args.matrix(0)?, args.matrix(1)?);
                let out = match format {
                    Some(Format::Dense) => OutputFormat::Dense,
                    Some(Format::Csr) => OutputFormat::Csr,
                    None => OutputFormat::Natural,
                };
                let product = kernel::matmul(&a, left_transposed, &b, right_transposed, out, &context)?;
                Ok(vec![Value::Matrix(product)])
            }
            Action::Apply(op) => apply(self, op, &mut Arguments::new(op, arguments), &context),
        }
    }
}

/// The plan knew an estimate, the matrix knows the truth: a conversion that would more than double the bytes is left out.
fn convert(m: Matrix, format: Format, context: &Context) -> Result<Matrix> {
    let dense = (m.rows() as u64).saturating_mul(m.cols() as u64).saturating_mul(8);
    let csr = 12 * m.nnz() + 8 * (m.rows() as u64 + 1);
    match format {
        Format::Dense if dense <= 2 * csr => {
            context.reserve_dense(m.rows(), m.cols())?;
            Ok(m.to_dense())
        }
        Format::Csr if csr <= 2 * dense => Ok(m.to_csr()),
        _ => Ok(m),
    }
}

fn apply(interpreter: &mut Interpreter, op: Op, args: &mut Arguments, context: &Context) -> Result<Vec<Value>> {
    let value = match op {
        Op::Print => {
            let line = print_line(args, context)?;
            interpreter.host.print(&line);
            return Ok(vec![]);
        }
        Op::Stop => {
            return Err(match args.required(0)? {
                Value::Scalar(message) => fault("E0510", message.to_string()),
                other => fault("E0212", format!("`stop` needs a text, not a {}", other.describe())),
            });
        }
        Op::Assert => {
            return match args.truth(0)? {
                Some(true) => Ok(vec![]),
                _ => Err(fault("E0511", "an assertion does not hold")),
            };
        }
        Op::Write => {
            files::write(args, context)?;
            return Ok(vec![]);
        }
        Op::Read => files::read(interpreter, args, context)?,
        Op::Remove => return list::remove(args),
        Op::Eigen | Op::Svd | Op::Qr | Op::Lu => return data::factors(op, args, context),
        Op::Lstm
        | Op::LstmBackward
        | Op::BatchNorm
        | Op::BatchNormBackward
        | Op::Fourier(_)
        | Op::RowClassMeet
        | Op::SqrtMatrix
        | Op::InterQuantile => return layers::by_meaning(interpreter, args, context),
        Op::TransformEncode => return transform::encode(args, context),
        Op::TransformMeta => files::transform_meta(args, context)?,
        Op::ReadLibsvm => return files::read_libsvm(interpreter, args, context),
        Op::Time => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            Value::Scalar(Scalar::Int(now.map_or(0, |d| d.as_nanos() as i64)))
        }
        Op::Rand => Value::Matrix(rand(interpreter, args, context)?),
        Op::Sample => Value::Matrix(statistics::sample(interpreter, args, context)?),
        _ => pure(op, args, context)?,
    };
    Ok(vec![value])
}

/// Operators whose value depends on their arguments alone.
fn pure(op: Op, args: &mut Arguments, context: &Context) -> Result<Value> {
    if let Some(value) = frames::overloaded(op, args, context)? {
        return Ok(value);
    }
    Ok(match op {
        Op::Unary(f) => unary(f, args, context)?,
        Op::Binary(f) => binary(f, args, context)?,
        Op::IfElse => if_else(args, context)?,
        Op::Outer => outer(args, context)?,
        Op::Aggregate(f, direction) => {
            let m = args.matrix(0)?;
            match direction {
                lac_compiler::ops::Direction::All => Value::Scalar(Scalar::Double(kernel::aggregate_all(f, &m)?)),
                _ => Value::Matrix(kernel::aggregate(f, direction, &m, context)?),
            }
        }
        Op::Cumulative(f) => Value::Matrix(kernel::cumulative(f, &args.matrix(0)?, context)?),
        Op::MatMul => {
            let (a, b) = (args.matrix(0)?, args.matrix(1)?);
            Value::Matrix(kernel::matmul(&a, false, &b, false, OutputFormat::Natural, context)?)
        }
        Op::Transpose => Value::Matrix(kernel::transpose(&args.matrix(0)?, context)?),
        Op::Reverse => Value::Matrix(kernel::rev(&args.matrix(0)?, context)?),
        Op::Diag => Value::Matrix(kernel::diag(&args.matrix(0)?, context)?),
        Op::Matrix => matrix(args, context)?,
        Op::CBind | Op::RBind => {
            if let Some(bound) = list::bind(op, args, context)? {
                return Ok(bound);
            }
            let parts: Vec<Matrix> = (0..args.len()).map(|i| args.matrix(i)).collect::<Result<_>>()?;
            Value::Matrix(if op == Op::CBind {
                kernel::cbind(&parts, context)?
            } else {
                kernel::rbind(&parts, context)?
            })
        }
        Op::RightIndex => match list::right(args)? {
            Some(part) => part,
            None => Value::Matrix(index::right(args, context)?),
        },
        Op::LeftIndex => match list::left(args)? {
            Some(whole) => whole,
            None => Value::Matrix(index::left(args, context)?),
        },
        Op::List | Op::Item | Op::Element | Op::AsList => list::apply(op, args)?,
        Op::Seq => {
            let (from, to) = (args.number(0)?.unwrap_or(f64::NAN), args.number(1)?.unwrap_or(f64::NAN));
            Value::Matrix(kernel::sequence(from, to, args.number(2)?, context)?)
        }
        Op::NRow | Op::NCol | Op::Length if matches!(args.values[0], Some(Value::List(_))) => list::dimension(op, args),
        Op::NRow => Value::Scalar(Scalar::Int(args.matrix(0)?.rows() as i64)),
        Op::NCol => Value::Scalar(Scalar::Int(args.matrix(0)?.cols() as i64)),
        Op::Length => {
            let m = args.matrix(0)?;
            Value::Scalar(Scalar::Int((m.rows() as i64).saturating_mul(m.cols() as i64)))
        }
        // of a value that is computed after all
        Op::NnzEstimate => Value::Matrix(Matrix::new(crate::Dense::new(1, 3, vec![args.matrix(0)?.nnz() as f64; 3]))),
        Op::AsScalar => Value::Scalar(one_cell(args, "as.scalar")?),
        Op::AsMatrix => match args.required(0)? {
            Value::Scalar(s) => match s.as_f64() {
                Some(x) => Value::Matrix(Matrix::scalar(x)),
                None => return Err(fault("E0211", "`as.matrix` can not make a matrix of a string")),
            },
            Value::Matrix(m) => Value::Matrix(m),
            Value::List(l) => Value::Matrix(list::as_matrix(&l, context)?),
            other => return Err(collection("as.matrix", &other)),
        },
        Op::AsInteger | Op::AsDouble | Op::AsLogical => {
            let x = one_cell(args, op.row().name)?;
            let cast = x.cast(cast_type(op));
            Value::Scalar(
                cast.ok_or_else(|| fault("E0503", format!("`{}` can not make a value of \"{x}\"", op.row().name)))?,
            )
        }
        Op::ToString => Value::Scalar(Scalar::from(to_string(args, context)?.as_str())),
        Op::Format => Value::Scalar(Scalar::from(formatted(args)?.as_str())),
        Op::Table | Op::RemoveEmpty | Op::Replace | Op::Unique | Op::Order | Op::LowerTri | Op::UpperTri => {
            data::apply(op, args, context)?
        }
        Op::Quantile | Op::Median | Op::Moment | Op::Covariance | Op::Contains | Op::Roll | Op::Grouped => {
            statistics::apply(op, args, context)?
        }
        Op::Conv2d
        | Op::Conv2dBackwardFilter
        | Op::Conv2dBackwardData
        | Op::MaxPool
        | Op::MaxPoolBackward
        | Op::AvgPool
        | Op::AvgPoolBackward => images::window(op, args, context)?,
        Op::BiasAdd | Op::BiasMultiply => images::bias(op, args, context)?,
        Op::InterQuartileMean => statistics::apply(op, args, context)?,
        Op::Frame | Op::AsFrame | Op::ColNames | Op::TypeOf | Op::DetectSchema | Op::ApplySchema => {
            frames::apply(op, args, context)?
        }
        Op::TransformApply => transform::apply(args, context)?,
        Op::TransformDecode
        | Op::TransformColmap
        | Op::CategoricalMask
        | Op::Tokenize
        | Op::Map
        | Op::FrameReplicate
        | Op::DropInvalidType
        | Op::DropInvalidLength
        | Op::ValueSwap => frames::apply(op, args, context)?,
        Op::CountDistinct(_) | Op::CountDistinctApprox => statistics::count_distinct(op, args, context)?,
        Op::Probability(_) | Op::Quantiles(_) => law::apply(op, args, context)?,
        Op::CumSumProd | Op::RowCumSum | Op::Solve | Op::Inverse | Op::Cholesky | Op::Determinant => {
            data::apply(op, args, context)?
        }
        Op::Rand
        | Op::Sample
        | Op::Time
        | Op::Print
        | Op::Stop
        | Op::Assert
        | Op::Read
        | Op::ReadLibsvm
        | Op::Eigen
        | Op::Svd
        | Op::Qr
        | Op::Lu
        | Op::Remove
        | Op::Lstm
        | Op::LstmBackward
        | Op::BatchNorm
        | Op::BatchNormBackward
        | Op::Fourier(_)
        | Op::RowClassMeet
        | Op::SqrtMatrix
        | Op::InterQuantile
        | Op::TransformEncode
        | Op::TransformMeta
        | Op::Write => {
            unreachable!("not a pure operator")
        }
    })
}

fn unary(f: Unary, args: &mut Arguments, context: &Context) -> Result<Value> {
    match args.required(0)? {
        Value::Matrix(m) => Ok(Value::Matrix(kernel::unary_owned(f, m, context)?)),
        Value::Scalar(s) => apply_unary(f, &s).map(Value::Scalar).map_err(mismatch),
        other => Err(collection(f.name(), &other)),
    }
}

/// Of more than two arguments (`min(a, b, c)`) from left to right.
fn binary(f: Binary, args: &mut Arguments, context: &Context) -> Result<Value> {
    let mut result = args.required(0)?;
    for i in 1..args.len() {
        result = binary_of_two(f, result, args.required(i)?, context)?;
    }
    Ok(result)
}

fn binary_of_two(f: Binary, a: Value, b: Value, context: &Context) -> Result<Value> {
    let number = |s: Scalar| {
        let text = || fault("E0211", format!("`{}` can not combine a matrix and the string \"{s}\"", f.name()));
        s.as_f64().ok_or_else(text)
    };
    let result = match (a, b) {
        (Value::Scalar(a), Value::Scalar(b)) => {
            if f == Binary::Add {
                reserve_text((a.text_bytes() + b.text_bytes()) as u64, context)?;
            }
            return apply_binary(f, &a, &b).map(Value::Scalar).map_err(mismatch);
        }
        (Value::Matrix(a), Value::Scalar(s)) => kernel::binary_owned(f, a, Operand::Scalar(number(s)?), context),
        (Value::Scalar(s), Value::Matrix(b)) => kernel::binary_owned_right(f, Operand::Scalar(number(s)?), b, context),
        (Value::Matrix(a), Value::Matrix(b)) => {
            if a.shape() == b.shape() || b.rows() == 1 || b.cols() == 1 {
                kernel::binary_owned(f, a, Operand::Matrix(&b), context)
            } else {
                kernel::binary_owned_right(f, Operand::Matrix(&a), b, context)
            }
        }
        (other @ (Value::Frame(_) | Value::List(_)), _) | (_, other) => return Err(collection(f.name(), &other)),
    };
    result.map(Value::Matrix)
}

fn reserve_text(bytes: u64, context: &Context) -> Result<()> {
    context.reserve(bytes, || format!("a string of up to {bytes} bytes"))
}

/// The scalar or matrix operand of a kernel.
fn operand<'a>(value: &'a Value, what: &str) -> Result<Operand<'a>> {
    match value {
        Value::Matrix(m) => Ok(Operand::Matrix(m)),
        Value::Scalar(s) => match s.as_f64() {
            Some(x) => Ok(Operand::Scalar(x)),
            None => Err(fault("E0211", format!("`{what}` needs numbers, not the string \"{s}\""))),
        },
        other => Err(collection(what, other)),
    }
}

fn if_else(args: &mut Arguments, context: &Context) -> Result<Value> {
    let (c, a, b) = (args.required(0)?, args.required(1)?, args.required(2)?);
    if let (Value::Scalar(c), Value::Scalar(a), Value::Scalar(b)) = (&c, &a, &b) {
        let test = c.as_bool().ok_or_else(|| fault("E0211", format!("`ifelse` needs a truth value, not \"{c}\"")))?;
        return Ok(Value::Scalar(if test { chosen(a, b) } else { chosen(b, a) }));
    }
    let (c, a, b) = (operand(&c, "ifelse")?, operand(&a, "ifelse")?, operand(&b, "ifelse")?);
    Ok(Value::Matrix(kernel::ifelse(c, a, b, context)?))
}

fn outer(args: &mut Arguments, context: &Context) -> Result<Value> {
    let (u, v) = (args.matrix(0)?, args.matrix(1)?);
    let name = args.text(2)?.unwrap_or_default();
    let f = Binary::by_name(&name).ok_or_else(|| fault("E0213", format!("`outer` knows no function \"{name}\"")))?;
    if u.cols() != 1 || v.rows() != 1 {
        return Err(fault(
            "E0301",
            format!(
                "`outer` needs a column vector and a row vector, not {} x {} and {} x {}",
                u.rows(),
                u.cols(),
                v.rows(),
                v.cols()
            ),
        ));
    }
    Ok(Value::Matrix(kernel::binary(f, &u, &v, context)?))
}

fn one_cell(args: &mut Arguments, name: &str) -> Result<Scalar> {
    match args.required(0)? {
        Value::Scalar(s) => Ok(s),
        Value::Matrix(m) if m.shape() == (1, 1) => Ok(Scalar::Double(m.get(0, 0))),
        Value::Matrix(m) => {
            Err(fault("E0308", format!("`{name}` needs a 1 x 1 matrix, not {} x {}", m.rows(), m.cols()))
                .map_help("index a cell first: `as.scalar(X[1, 1])`"))
        }
        other => Err(collection(name, &other)),
    }
}

/// `matrix(v, rows, cols, byrow)`
fn matrix(args: &mut Arguments, context: &Context) -> Result<Value> {
    let (rows, cols) = (args.size(1)?, args.size(2)?);
    let byrow = args.truth(3)?.unwrap_or(true);
    let m = match args.required(0)? {
        Value::Matrix(m) => kernel::reshape(&m, rows, cols, byrow, context)?,
        Value::Scalar(Scalar::Str(text)) => {
            let values = matrix_literal(&text, rows.checked_mul(cols).map(|n| n as u64));
            let values = values.ok_or_else(|| fault("E0214", "this text is not a list of numbers"))?;
            if Some(values.len()) != rows.checked_mul(cols) {
                return Err(fault(
                    "E0304",
                    format!(
                        "a {rows} x {cols} matrix needs {} values, not {}",
                        rows.saturating_mul(cols),
                        values.len()
                    ),
                ));
            }
            let m = Matrix::new(crate::matrix::Dense::new(rows, cols, values));
            if byrow { m } else { kernel::reshape(&m, rows, cols, false, context)? }
        }
        Value::Scalar(s) => kernel::fill(s.as_f64().unwrap_or(f64::NAN), rows, cols, context)?,
        other => return Err(collection("matrix", &other)),
    };
    Ok(Value::Matrix(m))
}

fn rand(interpreter: &mut Interpreter, args: &mut Arguments, context: &Context) -> Result<Matrix> {
    let (rows, cols) = (args.size(0)?, args.size(1)?);
    let (min, max) = (args.number(2)?.unwrap_or(0.0), args.number(3)?.unwrap_or(1.0));
    let sparsity = args.number(4)?.unwrap_or(1.0);
    let pdf = args.text(5)?.unwrap_or_default();
    let lambda = args.number(6)?.unwrap_or(1.0);
    let pdf =
        Pdf::named(&pdf, lambda).ok_or_else(|| fault("E0213", format!("`rand` knows no distribution \"{pdf}\"")))?;
    if !(0.0..=1.0).contains(&sparsity) {
        let s = Scalar::Double(sparsity);
        return Err(fault("E0215", format!("the sparsity of `rand` lies between 0 and 1, not {s}")));
    }
    let seed = args.scalar(7)?.and_then(|s| s.as_i64());
    let seed = match seed.ok_or_else(|| fault("E0215", "a seed is a whole number"))? {
        -1 => interpreter.fresh_seed(),
        seed => seed as u64,
    };
    kernel::rand(&RandSpec { rows, cols, min, max, sparsity, pdf, seed }, context)
}

/// What a matrix looks like as text.
fn matrix_text(m: &Matrix, options: &ToString) -> String {
    if !options.sparse {
        return matrix_to_string(m.rows(), m.cols(), |i, j| m.get(i, j), options);
    }
    let cells: Box<dyn Iterator<Item = (usize, usize, f64)>> = match m.storage() {
        Storage::Dense(d) => {
            Box::new((0..d.rows()).flat_map(|i| d.row(i).iter().enumerate().map(move |(j, &x)| (i, j, x))))
        }
        Storage::Csr(s) => Box::new((0..s.rows()).flat_map(|i| {
            let (columns, values) = s.row(i);
            columns.iter().zip(values).map(move |(&j, &x)| (i, j as usize, x))
        })),
    };
    nonzeros_to_string(cells.filter(|(_, _, x)| *x != 0.0), options)
}

fn to_string(args: &mut Arguments, context: &Context) -> Result<String> {
    let value = args.value(0);
    let number = |n: Option<f64>, default: usize| n.filter(|n| *n >= 0.0).map_or(default, |n| n as usize);
    let defaults = ToString::default();
    let (rows, cols, decimal) = (args.number(1)?, args.number(2)?, args.number(3)?);
    let sparse = args.truth(4)?.unwrap_or(false);
    let (sep, linesep) = (args.text(5)?, args.text(6)?);
    let options = ToString {
        rows: number(rows, defaults.rows),
        cols: number(cols, defaults.cols),
        decimal: number(decimal, defaults.decimal),
        sparse,
        sep: sep.as_deref().unwrap_or(defaults.sep),
        linesep: linesep.as_deref().unwrap_or(defaults.linesep),
    };
    value.map_or(Ok(String::new()), |v| shown(&v, &options, context))
}

/// A value as text.
fn shown(value: &Value, options: &ToString, context: &Context) -> Result<String> {
    Ok(match value {
        Value::Matrix(m) => {
            let values = match m.storage() {
                Storage::Dense(d) => d.values(),
                Storage::Csr(s) => s.values(),
            };
            let largest = values.iter().filter(|x| x.is_finite()).fold(0.0, |most: f64, x| most.max(x.abs()));
            reserve_text(options.most_bytes(m.rows(), m.cols(), m.nnz(), largest), context)?;
            matrix_text(m, options)
        }
        Value::Scalar(s) => s.to_string(),
        Value::List(l) => list::text(l, &|v| shown(v, options, context))?,
        Value::Frame(f) => f.to_text(options),
    })
}

fn print_line(args: &mut Arguments, context: &Context) -> Result<String> {
    if args.len() == 1 {
        return args.value(0).map_or(Ok(String::new()), |v| shown(&v, &ToString::default(), context));
    }
    formatted(args)
}

/// A format with its arguments.
fn formatted(args: &mut Arguments) -> Result<String> {
    let format = args.text(0)?.unwrap_or_default();
    let values: Vec<Scalar> = (1..args.len()).filter_map(|i| args.scalar(i).transpose()).collect::<Result<_>>()?;
    format_printf(&format, &values).map_err(mismatch)
}
