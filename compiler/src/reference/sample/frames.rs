//! Arguments of the operators of frames.

use super::{Source, bound, int, matrix_of, range, scalar, string};
use crate::frame::{Column, Encoder, Frame, Spec};
use crate::ops::{Op, Row, Scalar};
use crate::reference::{Dense, Value};

const TEXTS: [Option<&str>; 8] =
    [Some("a"), Some("b"), Some("1"), Some("2.5"), Some("TRUE"), Some(""), None, Some("x y")];
const NUMBERS: [f64; 5] = [1.0, 2.0, 2.5, -3.0, f64::NAN];

fn column(source: &mut Source, rows: usize, numbers: bool) -> Column {
    match source.below(if numbers { 2 } else { 5 }) {
        0 => Column::Double((0..rows).map(|_| source.pick(&NUMBERS)).collect()),
        1 => Column::Int((0..rows).map(|_| source.below(4) as i64).collect()),
        2 => Column::Bool((0..rows).map(|_| source.one_in(2)).collect()),
        _ => Column::Text((0..rows).map(|_| source.pick(&TEXTS).map(Into::into)).collect()),
    }
}

fn frame(source: &mut Source, rows: usize, cols: usize, numbers: bool) -> Frame {
    Frame::unnamed(rows, (0..cols).map(|_| column(source, rows, numbers)).collect())
}

fn value(source: &mut Source, rows: usize, cols: usize) -> Value {
    Value::Frame(frame(source, rows, cols, false))
}

/// Of an operator that takes matrices, too.
pub(super) fn overloaded(op: Op, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let f = value(source, m, n);
    match op {
        Op::AsMatrix => vec![Some(Value::Frame(frame(source, m, n, true)))],
        Op::AsScalar => vec![Some(value(source, 1, 1))],
        Op::AsInteger | Op::AsDouble | Op::AsLogical => {
            vec![Some(Value::Frame(Frame::unnamed(1, vec![Column::Int(vec![1])])))]
        }
        Op::RightIndex => {
            let mut args = vec![Some(f)];
            for extent in [m, n] {
                args.extend(range(source, extent).into_iter().map(|b| b.map(bound)));
            }
            args
        }
        Op::LeftIndex => {
            let part = if source.one_in(2) { scalar(source) } else { value(source, m, n) };
            vec![Some(f), Some(part), None, None, None, None]
        }
        Op::CBind => vec![Some(f), Some(value(source, m, 2)), Some(matrix_of(source, m, 1))],
        Op::RBind => vec![Some(f), Some(value(source, 2, n))],
        Op::RemoveEmpty => {
            let select = source.one_in(2).then(|| matrix_of(source, m, 1));
            vec![Some(f), Some(string("rows")), select, Some(Value::Scalar(Scalar::Bool(source.one_in(2))))]
        }
        Op::Replace => vec![Some(f), Some(scalar(source)), Some(scalar(source))],
        Op::Order => {
            let by = if source.one_in(2) { string("C1") } else { int(1 + source.below(n + 1) as i64) };
            let mut flag = || Some(Value::Scalar(Scalar::Bool(source.one_in(2))));
            vec![Some(f), Some(by), flag(), flag()]
        }
        Op::Unique => vec![Some(f), Some(string(source.pick(&["rc", "r", "c"])))],
        Op::Binary(_) => {
            let other = if source.one_in(3) { scalar(source) } else { value(source, m, n) };
            vec![Some(f), Some(other)]
        }
        Op::ToString => {
            let mut args = vec![None; op.row().parameters.len()];
            args[0] = Some(f);
            args
        }
        _ => vec![Some(f)],
    }
}

/// Of an operator of frames.
pub(super) fn arguments(row: &Row, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    let (m, n) = if source.large { (m.min(2000), n.min(7)) } else { (m, n) };
    let f = value(source, m, n);
    match row.op {
        Op::Frame => {
            let (data, schema) = (scalar(source), source.one_in(3).then(|| string("STRING")));
            vec![Some(data), Some(int(m as i64)), Some(int(n as i64)), schema]
        }
        Op::AsFrame => {
            let data = if source.one_in(3) { scalar(source) } else { matrix_of(source, m, n) };
            vec![Some(data), None]
        }
        Op::ApplySchema => {
            vec![Some(Value::Frame(frame(source, m, n, true))), Some(string(source.pick(&["FP64", "STRING", "FP65"])))]
        }
        Op::DropInvalidType | Op::ValueSwap => {
            vec![Some(f), Some(string(source.pick(&["FP64", "STRING", "INT64", "BOOLEAN"])))]
        }
        Op::DropInvalidLength => vec![Some(f), Some(int(source.below(3) as i64 - 1))],
        Op::FrameReplicate => {
            let rows = if source.one_in(6) { 2 } else { 1 };
            vec![Some(f), Some(value(source, rows, 2))]
        }
        Op::Map => {
            let functions = [
                "x -> x.length()",
                "x -> x + 1",
                "x -> x.substring(1)",
                "x -> x.isEmpty() ? null : x",
                "x -> x.nothing()",
            ];
            vec![Some(f), Some(string(source.pick(&functions))), None]
        }
        Op::Tokenize => {
            let out = source.pick(&["count", "position", "hash", "other"]);
            let spec =
                format!("{{algo: ngram, out: {out}, out_params: {{num_features: 3}}, id_cols: [1], tokenize_col: 2}}");
            vec![Some(value(source, m, 2)), Some(string(&spec)), Some(int(source.below(4) as i64))]
        }
        Op::TransformMeta => vec![Some(string("{}")), Some(string("meta.csv"))],
        Op::TransformEncode | Op::TransformApply | Op::TransformDecode | Op::TransformColmap | Op::CategoricalMask => {
            transform(row.op, source, m)
        }
        _ => vec![Some(f)],
    }
}

/// Of a frame of a column of any cells, and two of numbers.
fn transform(op: Op, source: &mut Source, m: usize) -> Vec<Option<Value>> {
    let columns =
        |source: &mut Source| vec![column(source, m, false), column(source, m, true), column(source, m, true)];
    let (f, g) = (Frame::unnamed(m, columns(source)), Frame::unnamed(m, columns(source)));
    let text = source.pick(&[
        "{ids:true, recode:[1]}",
        "{ids:true, dummycode:[1, 2]}",
        "{ids:true, recode:[1], bin:[{id:2, method:equi-height, numbins:2}], dummycode:[2]}",
        "{ids:true, hash:[1], K:3, omit:[2], impute:[{id:3, method:global_mean}]}",
        "{ids:true, recode:[1], impute:[{id:1, method:global_mode}, {id:2, method:constant, value:7}]}",
        "{ids:true, recode:[4]}",
    ]);
    let spec = Some(string(text));
    let fitted = Spec::parse(text, f.names()).and_then(|s| Encoder::fit(&f, s));
    let Ok(encoder) = fitted else {
        return vec![Some(Value::Frame(f)), spec, Some(Value::Frame(g)), None][..op.row().parameters.len()].to_vec();
    };
    let meta = Some(Value::Frame(encoder.meta()));
    match op {
        Op::TransformEncode => vec![Some(Value::Frame(f)), spec],
        Op::TransformApply => vec![Some(Value::Frame(g)), spec, meta, None],
        Op::TransformDecode => {
            let width = encoder.widths(0).iter().sum::<usize>() + usize::from(source.one_in(9));
            let cells = (0..m * width).map(|_| source.pick(&[0.0, 1.0, 2.0, f64::NAN])).collect();
            vec![Some(Value::Matrix(Dense::new(m, width, cells))), spec, meta]
        }
        _ => vec![meta, spec],
    }
}
