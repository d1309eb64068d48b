//! Inference from metadata alone costs nothing, whatever the shape: a vector of one number per row would need 64 GiB here.

use crate::facts::{Facts, Values};
use crate::ops::infer::Infer;
use crate::ops::{Default, Op, Row, Scalar, table};
use crate::sketch::{Axis, Counts, Nnz, Sketch};

const HUGE: u64 = 1 << 33;

/// Every required argument of every row is a huge matrix, a huge vector or a scalar, in all combinations; of more than four
/// (sizes of images) the others are 2, and others that shape the result are absent or a large number.
#[test]
fn every_rule_is_uniform_for_uniform_operands() {
    let square = Sketch::uniform(HUGE, HUGE, Nnz::exact(1 << 36));
    let column = Sketch::uniform(HUGE, 1, Nnz::exact(1 << 20));
    let known = |sketch: &Sketch| Facts::valued(sketch.clone(), true, Values::new(-2.0, 9.0, true));
    let operands = [
        known(&square),
        Facts::sketched(square.zero_preserving(), false),
        known(&column),
        known(&column.transpose()),
        Facts::literal(Scalar::Double(2.0)),
        Facts::literal(Scalar::Int(1 << 30)),
        Facts::literal(Scalar::from("+")),
        Facts::literal(Scalar::from("sum")),
        Facts::scalar(crate::ops::ScalarType::Double),
    ];
    let large = Facts::literal(Scalar::Int(1 << 30));
    let mut matrices = 0;
    for row in table() {
        let required = row.parameters.iter().filter(|p| p.default == Default::Required).count().max(arity(row));
        for choice in 0..operands.len().pow(required.min(4) as u32) {
            let pick = |i: usize| match i {
                0..4 => &operands[choice / operands.len().pow(i as u32) % operands.len()],
                _ => &operands[4],
            };
            let mut args: Vec<Option<&Facts>> = (0..required).map(|i| Some(pick(i))).collect();
            args.resize(row.parameters.len().max(required), None);
            matrices += u32::from(uniform(row.infer, row.op, &args));
            for i in (required..args.len()).filter(|&i| row.parameter(i).shapes) {
                args[i] = Some(&large);
            }
            matrices += u32::from(uniform(row.infer, row.op, &args));
        }
    }
    assert!(matrices > 1000, "{matrices} results");
}

/// Optional arguments that matter: bounds of an index.
fn arity(row: &Row) -> usize {
    match row.op {
        Op::RightIndex => 3,
        Op::LeftIndex => 4,
        // of values, not ones
        Op::LowerTri | Op::UpperTri => 3,
        _ => 0,
    }
}

/// Whether there is a sketch, which must not have been written out.
fn uniform(infer: Infer, op: Op, args: &[Option<&Facts>]) -> bool {
    let Ok(Facts::Matrix(m)) = infer(op, args) else { return false };
    let Some(sketch) = m.sketch else { return false };
    let small = |axis: &Axis| matches!(axis.counts(), Counts::Uniform(_)) || axis.len() < 1 << 26;
    let nnz = sketch.nnz();
    assert!(small(sketch.by_row()) && small(sketch.by_col()), "{} of {args:?} is written out", op.row().name);
    assert!(nnz.estimate.is_finite() && nnz.lower as f64 <= nnz.estimate, "{} of {args:?}: {nnz:?}", op.row().name);
    true
}
