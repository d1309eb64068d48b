//! Lists, and arguments of operators that take them.

use super::{Source, binding, bound, int, matrix_of, positions, scalar, string};
use crate::list::{Item, List};
use crate::ops::Op;
use crate::reference::Value;

const NAMES: [&str; 4] = ["a", "b", "W1", "bias"];

/// A list of up to four values, some with names, now and then of lists.
fn list(source: &mut Source) -> Value {
    let count = source.below(5);
    let items = (0..count).map(|i| {
        let name = source.one_in(2).then(|| NAMES[i].into());
        let (m, n) = (source.below(3), source.below(3));
        let value = match source.below(5) {
            0 => list_of(source, &[1, 1]),
            1 | 2 => matrix_of(source, m, n),
            _ => scalar(source),
        };
        Item { name, value }
    });
    Value::List(List::new(items.collect()))
}

/// A list of so many scalars in a list of one, or such lists.
fn list_of(source: &mut Source, counts: &[usize]) -> Value {
    let count = source.pick(counts);
    Value::List((0..count).map(|_| scalar(source)).collect())
}

fn length(value: &Value) -> usize {
    match value {
        Value::List(l) => l.len(),
        _ => 0,
    }
}

/// A position or a name, now and then one that there is not.
fn place(source: &mut Source, list: &Value) -> Value {
    match source.below(6) {
        0 => string(NAMES[source.below(4)]),
        _ => int(1 + source.below(length(list).max(1)) as i64),
    }
}

fn places(source: &mut Source, list: &Value) -> [Option<Value>; 2] {
    let n = length(list).max(1);
    let (a, b) = (1 + source.below(n), 1 + source.below(n));
    let number = |k: usize| Some(bound(k as f64));
    match source.below(5) {
        0 => [Some(positions(source, n)), None],
        1 => [number(a.min(b)), number(a.max(b))],
        2 => [None, number(b)],
        _ => {
            let one = place(source, list);
            [Some(one.clone()), Some(one)]
        }
    }
}

pub(super) fn arguments(op: Op, source: &mut Source) -> Vec<Option<Value>> {
    let l = list(source);
    match op {
        Op::List => {
            let items = (0..source.below(4)).flat_map(|i| {
                let name = source.one_in(2).then(|| string(NAMES[i]));
                [name, Some(if source.one_in(3) { list(source) } else { scalar(source) })]
            });
            items.collect()
        }
        Op::Remove => {
            let at = place(source, &l);
            vec![Some(l), Some(at)]
        }
        Op::Format => vec![Some(string("%s and %s")), Some(scalar(source)), Some(scalar(source))],
        _ => vec![Some(l)],
    }
}

/// Now and then a list for an operator that takes matrices as well.
pub(super) fn instead(op: Op, source: &mut Source, m: usize, n: usize) -> Option<Vec<Option<Value>>> {
    let takes = matches!(
        op,
        Op::RightIndex
            | Op::LeftIndex
            | Op::CBind
            | Op::RBind
            | Op::NRow
            | Op::NCol
            | Op::Length
            | Op::AsMatrix
            | Op::ToString
            | Op::Print
    );
    if source.large || !takes || !source.one_in(4) {
        return None;
    }
    let l = list(source);
    Some(match op {
        Op::RightIndex => {
            let rows = places(source, &l);
            [Some(l)].into_iter().chain(rows).chain([None, None]).collect()
        }
        Op::LeftIndex => {
            let at = place(source, &l);
            let value = if source.one_in(2) { list(source) } else { scalar(source) };
            vec![Some(l), Some(value), Some(at.clone()), Some(at), None, None]
        }
        Op::CBind | Op::RBind if source.one_in(2) => {
            let parts = binding(source, |source, _| matrix_of(source, m, n));
            vec![Some(Value::List(parts.into_iter().flatten().collect()))]
        }
        Op::CBind | Op::RBind => vec![Some(l), Some(scalar(source))],
        Op::AsMatrix => vec![Some(list_of(source, &[1, 2, 5]))],
        Op::ToString => {
            let mut args = vec![None; op.row().parameters.len()];
            args[0] = Some(l);
            args
        }
        _ => vec![Some(l)],
    })
}
