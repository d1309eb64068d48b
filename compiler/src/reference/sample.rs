//! Random arguments for every row of the table: for tests of whoever implements operators. A row that is added later
//! joins by itself; one whose arguments are not like those of others says here what they are.

mod data;
mod frames;
mod images;
mod layers;
mod lists;

use super::{Dense, Value};
use crate::ops::random::philox;
use crate::ops::{Binary, Op, Row, Scalar};

/// A stream of random numbers, equal for equal keys.
pub struct Source {
    key: u32,
    drawn: u32,
    /// Shapes are far larger than a unit of parallel work, rather than odd.
    large: bool,
}

/// Rows and columns of large matrices.
const LARGE: [(usize, usize); 5] = [(1, 70_001), (70_001, 1), (3001, 40), (40, 3001), (301, 401)];

impl Source {
    /// For small matrices, where every odd shape is likely.
    pub fn new(key: u32) -> Source {
        Source { key, drawn: 0, large: false }
    }

    /// For a few matrices that are split between threads.
    pub fn large(key: u32) -> Source {
        Source { large: true, ..Source::new(key) }
    }

    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        philox([self.drawn, 0, 0, 0], [self.key, 1])[0] as usize % n
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }

    fn shape(&mut self) -> (usize, usize) {
        if self.large { self.pick(&LARGE) } else { (self.below(5), self.below(5)) }
    }
}

const FINITE: [f64; 10] = [0.0, 0.0, 0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 7.25, -0.0];
const ANY: [f64; 8] = [0.0, 0.0, 1.0, -2.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 3.0];

/// A matrix of a shape; half of them are finite, some are empty.
fn matrix_of(source: &mut Source, rows: usize, cols: usize) -> Value {
    let cells: &[f64] = source.pick(&[&FINITE, &FINITE, &ANY, &FINITE[..1], &FINITE[3..4]]);
    Value::Matrix(Dense::new(rows, cols, (0..rows * cols).map(|_| source.pick(cells)).collect()))
}

fn scalar(source: &mut Source) -> Value {
    let wild: &[f64] = if source.one_in(4) { &ANY } else { &FINITE };
    Value::Scalar(match source.below(10) {
        0 | 1 => Scalar::Bool(source.one_in(2)),
        2..=4 => Scalar::Int(source.below(9) as i64 - 4),
        5 => source.pick(&[Scalar::from("12"), Scalar::from("TRUE"), Scalar::from("a text")]),
        _ => Scalar::Double(source.pick(wild)),
    })
}

/// Arguments of a call: mostly such that fit, in every odd shape.
pub fn arguments(row: &Row, source: &mut Source) -> Vec<Option<Value>> {
    let ((m, n), k) = (source.shape(), source.below(if source.large { 20 } else { 5 }));
    if (super::frame::takes(row.op) || row.op == Op::ToString) && !source.large && source.one_in(6) {
        return frames::overloaded(row.op, source, m, n);
    }
    if let Some(args) = lists::instead(row.op, source, m, n) {
        return args;
    }
    match row.op {
        Op::List | Op::AsList | Op::Remove | Op::Item | Op::Element | Op::Format => lists::arguments(row.op, source),
        Op::MatMul => vec![Some(matrix_of(source, m, k)), Some(matrix_of(source, k, n))],
        Op::CBind => binding(source, |source, j| matrix_of(source, m, (n + j) % 4)),
        Op::RBind => binding(source, |source, j| matrix_of(source, (m + j) % 4, n)),
        Op::Matrix => matrix_arguments(source, m, n),
        Op::Rand => rand_arguments(source, m, n),
        Op::Seq => {
            let number = |source: &mut Source| int(source.below(21) as i64 - 10);
            let step = source.pick(&[1.0, -1.0, 0.1, -2.0, 0.0, 3.0, f64::NAN]);
            let step = (!source.one_in(3)).then_some(Value::Scalar(Scalar::Double(step)));
            vec![Some(number(source)), Some(number(source)), step]
        }
        Op::Outer => {
            let name = source.pick(Binary::ALL).name();
            vec![Some(matrix_of(source, m, 1)), Some(matrix_of(source, 1, n)), Some(string(name))]
        }
        Op::RightIndex => {
            let mut args = vec![Some(matrix_of(source, m, n))];
            for extent in [m, n] {
                match source.below(4) {
                    0 => args.extend([Some(positions(source, extent)), None]),
                    _ => args.extend(range(source, extent).into_iter().map(|b| b.map(bound))),
                }
            }
            args
        }
        Op::LeftIndex => left_index(source, m, n),
        Op::Read | Op::ReadLibsvm | Op::Write | Op::ToString => with_file(row, source, m, n),
        Op::Print if source.one_in(2) => vec![Some(string("%s and %s")), Some(scalar(source)), Some(scalar(source))],
        Op::AsScalar | Op::AsMatrix | Op::AsInteger | Op::AsDouble | Op::AsLogical => {
            vec![Some(if source.one_in(2) { matrix_of(source, 1, 1) } else { scalar(source) })]
        }
        Op::Table | Op::RemoveEmpty | Op::Unique | Op::Replace | Op::Order | Op::LowerTri | Op::UpperTri => {
            data::arguments(row.op, source, m, n)
        }
        Op::Quantile
        | Op::Median
        | Op::Moment
        | Op::Covariance
        | Op::Grouped
        | Op::Contains
        | Op::Roll
        | Op::InterQuartileMean
        | Op::InterQuantile
        | Op::CountDistinct(_)
        | Op::CountDistinctApprox
        | Op::Sample => data::statistics(row.op, source, m, n),
        Op::Probability(_) | Op::Quantiles(_) => data::law(row, source, m, n),
        Op::Conv2d
        | Op::Conv2dBackwardFilter
        | Op::Conv2dBackwardData
        | Op::MaxPool
        | Op::MaxPoolBackward
        | Op::AvgPool
        | Op::AvgPoolBackward
        | Op::BiasAdd
        | Op::BiasMultiply => images::arguments(row, source, m, n),
        Op::Frame
        | Op::AsFrame
        | Op::ColNames
        | Op::TypeOf
        | Op::DetectSchema
        | Op::ApplySchema
        | Op::TransformEncode
        | Op::TransformApply
        | Op::TransformDecode
        | Op::TransformColmap
        | Op::TransformMeta
        | Op::CategoricalMask
        | Op::Tokenize
        | Op::Map
        | Op::FrameReplicate
        | Op::DropInvalidType
        | Op::DropInvalidLength
        | Op::ValueSwap => frames::arguments(row, source, m, n),
        Op::Lstm | Op::LstmBackward => layers::recurrent(row.op, source),
        Op::BatchNorm | Op::BatchNormBackward => layers::batch(row.op, source),
        Op::Fourier(_) => layers::fourier(row.op, source, m, n),
        Op::RowClassMeet => {
            let (rows, cols) = source.pick(&[(m, n), (m, n), (1, n), (m, 1), (n, m)]);
            vec![Some(matrix_of(source, m, n)), Some(matrix_of(source, rows, cols))]
        }
        Op::SqrtMatrix => layers::square(source),
        Op::Svd | Op::Qr => vec![Some(data::factored(source, m, n))],
        Op::CumSumProd
        | Op::RowCumSum
        | Op::Solve
        | Op::Inverse
        | Op::Cholesky
        | Op::Determinant
        | Op::Eigen
        | Op::Lu => data::arguments(row.op, source, m, n),
        _ => {
            let more = if row.variadic { source.below(3) } else { 0 };
            (0..row.parameters.len() + more).map(|_| Some(operand(row.op, source, m, n))).collect()
        }
    }
}

/// A scalar, or a matrix that can stand beside an m x n matrix, or one that rather can not.
fn operand(op: Op, source: &mut Source, m: usize, n: usize) -> Value {
    let scalars = !matches!(op, Op::Aggregate(..) | Op::Cumulative(_) | Op::Transpose | Op::Reverse | Op::Diag);
    if scalars && source.one_in(3) {
        return scalar(source);
    }
    let square = if source.large { (n.min(301), n.min(301)) } else { (n, n) };
    let (rows, cols) = source.pick(&[(m, n), (m, n), (m, n), (1, n), (m, 1), (1, 1), square]);
    matrix_of(source, rows, cols)
}

fn binding(source: &mut Source, part: impl Fn(&mut Source, usize) -> Value) -> Vec<Option<Value>> {
    (0..1 + source.below(3)).map(|j| Some(part(source, j))).collect()
}

fn matrix_arguments(source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let data = match source.below(5) {
        0 => scalar(source),
        1 => string(&vec!["0 -1.5"; m * n].join(" ")),
        2 => string(&vec!["2"; m * n].join(" ")),
        3 => matrix_of(source, n, m),
        _ => matrix_of(source, 1, m * n),
    };
    let byrow = source.pick(&[None, Some(true), Some(false)]);
    vec![Some(data), Some(int(m as i64)), Some(int(n as i64)), byrow.map(|b| Value::Scalar(Scalar::Bool(b)))]
}

fn rand_arguments(source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let mut optional = |values: &[f64]| {
        let value = source.pick(values);
        (!source.one_in(3)).then_some(Value::Scalar(Scalar::Double(value)))
    };
    let (min, max) = (optional(&[0.0, -1.0]), optional(&[0.0, 1.0, 2.0, f64::INFINITY]));
    let (sparsity, lambda) = (optional(&[0.0, 0.3, 1.0, 1.5]), optional(&[0.5, 20.0, -1.0]));
    let pdf = source.pick(&[None, Some("uniform"), Some("normal"), Some("poisson")]).map(string);
    let seed = source.pick(&[None, Some(int(-1)), Some(int(7))]);
    vec![Some(int(m as i64)), Some(int(n as i64)), min, max, sparsity, pdf, lambda, seed]
}

/// Bounds, 1-based and inclusive: absent, a single one, a range, now and then one that is none.
fn range(source: &mut Source, extent: usize) -> Vec<Option<f64>> {
    let (a, b) = (1 + source.below(extent.max(1)), 1 + source.below(extent.max(1)));
    let (a, b) = (a as f64, b as f64);
    match source.below(9) {
        0 | 1 => vec![None, None],
        2 | 3 => vec![Some(a), Some(a)],
        4 => vec![Some(a), Some(b + 0.5)],
        5 => vec![source.pick(&[Some(0.0), Some(f64::NAN), Some(1e300)]), Some(b)],
        _ => vec![Some(a.min(b)), Some(a.max(b))],
    }
}

/// Positions of a dimension in any order, now and then one that there is not.
fn positions(source: &mut Source, extent: usize) -> Value {
    let count = source.below(6);
    let beyond = usize::from(source.one_in(8));
    let values: Vec<f64> = (0..count).map(|_| 1.0 + source.below(extent.max(1) + beyond) as f64).collect();
    let (rows, cols) = if source.one_in(2) { (count, 1) } else { (1, count) };
    Value::Matrix(Dense { rows, cols, values })
}

fn bound(b: f64) -> Value {
    if b.fract() == 0.0 && b < 1e9 { int(b as i64) } else { Value::Scalar(Scalar::Double(b)) }
}

fn left_index(source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let (rows, cols) = (range(source, m), range(source, n));
    let size = |bounds: &[Option<f64>], extent: usize| match (bounds[0], bounds[1]) {
        (Some(a), Some(b)) if a <= b => ((b - a) as usize + 1).min(extent + 1),
        _ => extent,
    };
    if source.one_in(4) {
        let rows = positions(source, m);
        let part = match &rows {
            Value::Matrix(p) if !source.one_in(3) => matrix_of(source, p.values.len(), size(&cols, n)),
            _ => scalar(source),
        };
        let cols = cols.into_iter().map(|b| b.map(bound));
        return [Some(matrix_of(source, m, n)), Some(part), Some(rows), None].into_iter().chain(cols).collect();
    }
    let part = if source.one_in(3) { scalar(source) } else { matrix_of(source, size(&rows, m), size(&cols, n)) };
    let mut args = vec![Some(matrix_of(source, m, n)), Some(part)];
    args.extend([rows, cols].concat().into_iter().map(|b| b.map(bound)));
    args
}

/// A call with all optional arguments absent, but for some dimensions.
fn with_file(row: &Row, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let mut args = vec![None; row.parameters.len()];
    args[0] = Some(match row.op {
        Op::Write | Op::ToString => operand(row.op, source, m, n),
        _ => string("a.mtx"),
    });
    match row.op {
        Op::Write => args[1] = Some(string("b.mtx")),
        Op::ReadLibsvm => {}
        Op::Read => (args[2], args[3]) = (Some(int(m as i64)), source.one_in(2).then_some(int(n as i64))),
        _ => (args[1], args[3]) = (Some(int(m as i64 - 1)), Some(int(n as i64))),
    }
    args
}

fn int(x: i64) -> Value {
    Value::Scalar(Scalar::Int(x))
}

fn string(text: &str) -> Value {
    Value::Scalar(Scalar::from(text))
}
