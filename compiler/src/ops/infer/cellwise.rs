//! Cell-wise operators: shapes by broadcasting, nonzeros by what the function does to zeros.

use super::{Infer, Mismatch, required, scalar};
use crate::facts::{Dim, Facts, MatrixFacts};
use crate::ops::{Binary, Op, Pattern, Scalar, Unary};
use crate::sketch::{Nnz, Sketch};

pub const UNARY: Infer = |op, args| {
    let Op::Unary(f) = op else { unreachable!("a row of another operator") };
    match required(args, 0) {
        Facts::Unknown => Ok(Facts::Unknown),
        Facts::Scalar { ty, value } => scalar::unary(f, *ty, value.as_ref()),
        Facts::Matrix(m) => Ok(Facts::Matrix(MatrixFacts {
            sketch: m.sketch.as_ref().map(|s| unary_sketch(f, s)),
            finite: unary_finite(f, m.finite),
            ..m.clone()
        })),
    }
};

fn unary_sketch(f: Unary, s: &Sketch) -> Sketch {
    match f.pattern() {
        Pattern::Same => s.clone(),
        Pattern::Within => s.zero_preserving(),
        Pattern::Complement => s.is_zero(),
        Pattern::Dense => s.full(),
    }
}

/// Whether a function of finite cells stays finite.
fn unary_finite(f: Unary, finite: bool) -> bool {
    match f {
        Unary::Not | Unary::IsNa | Unary::IsNan | Unary::IsInfinite => true,
        Unary::Negate | Unary::Abs | Unary::Round | Unary::Floor | Unary::Ceil | Unary::Sign => finite,
        Unary::Sin | Unary::Cos | Unary::Atan | Unary::Tanh => finite,
        _ => false,
    }
}

pub const BINARY: Infer = |op, args| {
    let Op::Binary(f) = op else { unreachable!("a row of another operator") };
    let mut result = binary(op, f, required(args, 0), required(args, 1))?;
    for i in 2..args.len() {
        result = binary(op, f, &result, required(args, i))?;
    }
    Ok(result)
};

/// The rule of `outer(u, v, "op")`: a column and a row broadcast against each other.
pub const OUTER: Infer = |op, args| {
    let (u, v) = (super::matrix(op, args, 0)?, super::matrix(op, args, 1)?);
    let name = super::string(op, args, 2)?;
    if u.is_some_and(|u| u.cols.is_some_and(|c| c != 1)) || v.is_some_and(|v| v.rows.is_some_and(|r| r != 1)) {
        let shape = |m: Option<&MatrixFacts>| m.map_or("?".into(), MatrixFacts::shape);
        return Err(Mismatch::new("E0301", "`outer` needs a column vector and a row vector")
            .label(0, format!("this is {}", shape(u)))
            .label(1, format!("this is {}", shape(v)))
            .help("write `outer(u, t(v), ...)` for two column vectors"));
    }
    match name {
        Some(name) => match Binary::by_name(name) {
            Some(f) => binary(op, f, required(args, 0), required(args, 1)),
            None => {
                Err(Mismatch::new("E0213", format!("`outer` knows no function \"{name}\"")).label(2, "not an operator"))
            }
        },
        None => Ok(Facts::matrix(u.and_then(|u| u.rows), v.and_then(|v| v.cols))),
    }
};

fn binary(op: Op, f: Binary, a: &Facts, b: &Facts) -> Result<Facts, Mismatch> {
    match (a, b) {
        (Facts::Unknown, _) | (_, Facts::Unknown) => Ok(Facts::Unknown),
        (Facts::Scalar { ty: t, value: v }, Facts::Scalar { ty: u, value: w }) => {
            scalar::binary(f, (*t, v.as_ref()), (*u, w.as_ref()))
        }
        (Facts::Matrix(m), Facts::Scalar { value, .. }) => with_scalar(op, f, m, value.as_ref(), b, 1),
        (Facts::Scalar { value, .. }, Facts::Matrix(m)) => with_scalar(op, f, m, value.as_ref(), a, 0),
        (Facts::Matrix(a), Facts::Matrix(b)) => matrices(op, f, a, b),
    }
}

/// A matrix and a scalar; `position` is the scalar's.
fn with_scalar(
    op: Op,
    f: Binary,
    m: &MatrixFacts,
    value: Option<&Scalar>,
    scalar: &Facts,
    position: usize,
) -> Result<Facts, Mismatch> {
    if scalar.scalar_type() == Some(crate::ops::ScalarType::Str) {
        return Err(Mismatch::new("E0211", format!("`{}` can not combine a matrix and a string", op.row().name))
            .label(position, "this is a string")
            .help("`toString(X)` makes text of a matrix"));
    }
    let value = value.and_then(Scalar::as_f64);
    let sketch = m.sketch.as_ref().map(|s| match value {
        Some(v) => scalar_sketch(f, s, v, position),
        None => unknown_scalar_sketch(f, s, position),
    });
    let finite = m.finite && value.is_some_and(f64::is_finite) && keeps_finite(f);
    Ok(Facts::Matrix(MatrixFacts { sketch, finite: finite || is_logical(f), ..m.clone() }))
}

/// The cells of a pattern under x -> f(x, v) (or f(v, x)): where zeros go decides most of it.
fn scalar_sketch(f: Binary, s: &Sketch, v: f64, position: usize) -> Sketch {
    let at = |x: f64| if position == 1 { f.apply(x, v) } else { f.apply(v, x) };
    let zero_stays = at(0.0) == 0.0;
    // Functions that are 0 nowhere but at 0, for this v.
    let injective = matches!(f, Binary::Multiply if v != 0.0)
        || matches!((f, position), (Binary::Divide, 1) if v.is_finite() && v != 0.0)
        || matches!((f, position), (Binary::Power, 1) if v > 0.0)
        || matches!(f, Binary::NotEqual | Binary::Or | Binary::Add | Binary::Subtract if v == 0.0)
        || matches!(f, Binary::And if v != 0.0);
    match (zero_stays, injective) {
        // A product may underflow to 0: the upper bound holds, equality need not.
        (true, true) if matches!(f, Binary::Multiply | Binary::Divide | Binary::Power) && v.abs() != 1.0 => {
            s.zero_preserving()
        }
        (true, true) => s.clone(),
        (true, false) => s.zero_preserving(),
        (false, _) if matches!(f, Binary::Equal) && v == 0.0 => equal_to_zero(s),
        (false, _) => s.fill_zeros(),
    }
}

/// The share of cells that an equality is expected to select where nothing is known of the values: that of System R.
const EQUALITY: f64 = 0.1;

/// The complement of a pattern; where nothing is known of it, some cells are expected to be 0.
fn equal_to_zero(s: &Sketch) -> Sketch {
    let nnz = s.nnz();
    if nnz.lower == 0 && nnz.estimate >= s.cells() as f64 {
        return Sketch::uniform(s.rows(), s.cols(), Nnz::estimated(EQUALITY * nnz.estimate, s.cells()));
    }
    s.is_zero()
}

/// Without the scalar's value: a product keeps zeros (for a finite scalar), a comparison or sum may fill them. A quotient
/// most likely keeps them, but 0 / 0 is NaN, and so does a power, but 0^0 is 1.
fn unknown_scalar_sketch(f: Binary, s: &Sketch, position: usize) -> Sketch {
    match f {
        Binary::Multiply | Binary::And => s.zero_preserving(),
        Binary::Divide | Binary::Modulus | Binary::IntDivide | Binary::Power if position == 1 => {
            Sketch::uniform(s.rows(), s.cols(), Nnz::estimated(s.nnz().estimate, s.cells()))
        }
        _ => s.full(),
    }
}

fn is_logical(f: Binary) -> bool {
    use Binary::*;
    matches!(f, Less | LessEqual | Greater | GreaterEqual | Equal | NotEqual | And | Or | Xor)
}

/// Sums and products of finite cells may overflow: only these can not.
fn keeps_finite(f: Binary) -> bool {
    is_logical(f) || matches!(f, Binary::Min | Binary::Max)
}

fn matrices(op: Op, f: Binary, a: &MatrixFacts, b: &MatrixFacts) -> Result<Facts, Mismatch> {
    let rows = broadcast(a.rows, b.rows, a, b);
    let cols = broadcast(a.cols, b.cols, a, b);
    let (Ok(rows), Ok(cols)) = (rows, cols) else {
        return Err(Mismatch::new(
            "E0301",
            format!("`{}` can not combine a {} matrix with a {} matrix", op.row().name, a.shape(), b.shape()),
        )
        .label(0, format!("this is {}", a.shape()))
        .label(1, format!("this is {}", b.shape()))
        .help("shapes must be equal, or one operand a row or column vector of fitting length"));
    };
    let finite = is_logical(f) || (a.finite && b.finite && keeps_finite(f));
    let sketch = match (&a.sketch, &b.sketch) {
        (Some(s), Some(t)) => binary_sketch(f, s, t),
        _ => return Ok(with_finite(Facts::matrix(rows, cols), finite)),
    };
    Ok(Facts::sketched(sketch, finite))
}

fn with_finite(facts: Facts, finite: bool) -> Facts {
    match facts {
        Facts::Matrix(m) => Facts::Matrix(MatrixFacts { finite, ..m }),
        other => other,
    }
}

/// Equal, or one of them is 1. Unknown against 1 or unknown stays unknown; unknown against n > 1 is n or an error.
fn broadcast(a: Dim, b: Dim, left: &MatrixFacts, right: &MatrixFacts) -> Result<Dim, ()> {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Ok(Some(a)),
        (Some(1), Some(b)) if left.is_vector() => Ok(Some(b)),
        (Some(a), Some(1)) if right.is_vector() => Ok(Some(a)),
        (Some(_), Some(_)) => Err(()),
        (Some(n), None) | (None, Some(n)) if n != 1 => Ok(Some(n)),
        _ => Ok(None),
    }
}

fn binary_sketch(f: Binary, a: &Sketch, b: &Sketch) -> Sketch {
    match f {
        // Sketches speak of finite values: there a zero annihilates.
        Binary::Multiply | Binary::And => Sketch::mul(a, b),
        Binary::Or => Sketch::add(a, b),
        // The cells where both are 0 stay 0; others may cancel.
        _ if f.apply(0.0, 0.0) == 0.0 => Sketch::add(a, b).zero_preserving(),
        _ => Sketch::mul(a, b).full(),
    }
}

pub const IF_ELSE: Infer = |op, args| {
    let (c, a, b) = (required(args, 0), required(args, 1), required(args, 2));
    if let Facts::Scalar { value, .. } = c
        && a.is_scalar()
        && b.is_scalar()
    {
        return Ok(match value.as_ref().and_then(Scalar::as_bool) {
            Some(true) => a.clone(),
            Some(false) => b.clone(),
            None => a.join(b),
        });
    }
    if [c, a, b].iter().any(|facts| matches!(facts, Facts::Unknown)) {
        return Ok(Facts::Unknown);
    }
    for i in (0..3).filter(|&i| required(args, i).is_scalar()) {
        super::number(op, args, i)?;
    }
    let mut shape: Option<MatrixFacts> = None;
    for m in [c, a, b].into_iter().filter_map(Facts::as_matrix) {
        shape = Some(match shape {
            None => m.clone(),
            Some(s) => match matrices(op, Binary::Max, &s, m)? {
                Facts::Matrix(joined) => joined,
                _ => unreachable!("two matrices make a matrix"),
            },
        });
    }
    let shape = shape.expect("one of the three is a matrix");
    Ok(Facts::matrix(shape.rows, shape.cols))
};

impl MatrixFacts {
    /// A dimension is known to be 1.
    pub fn is_vector(&self) -> bool {
        self.rows == Some(1) || self.cols == Some(1)
    }
}
