//! Evaluation keeps what inference promises, whatever inference knew.

use super::TestWorld;
use crate::facts::Facts;
use crate::ops::{Mismatch, Op, Row, table};
use crate::reference::sample::{Source, arguments};
use crate::reference::{Value, agreement, evaluate, facts_of};

const CALLS_PER_ROW: u32 = 500;

#[test]
fn evaluation_keeps_the_promises_of_inference() {
    for (r, row) in table().iter().enumerate() {
        let mut succeeded = 0;
        for call in 0..CALLS_PER_ROW {
            let mut source = Source::new(r as u32 * CALLS_PER_ROW + call);
            let values = arguments(row, &mut source);
            let args: Vec<Option<&Value>> = values.iter().map(Option::as_ref).collect();
            match evaluate(row.op, &args, &mut TestWorld::default()) {
                Ok(value) => {
                    succeeded += 1;
                    check_with_less_known(row, &args, &value, &mut source);
                }
                Err(mismatch) => check_error(row, &args, &mismatch),
            }
        }
        let needed = if row.op == Op::Stop { 0 } else { CALLS_PER_ROW / 5 };
        assert!(succeeded >= needed, "{}: only {succeeded} calls of {CALLS_PER_ROW} succeed", row.name);
    }
}

/// What inference accepts fails, if at all, for its values.
fn check_error(row: &Row, args: &[Option<&Value>], mismatch: &Mismatch) {
    let facts: Vec<Option<Facts>> = args.iter().map(|a| a.map(facts_of)).collect();
    let facts: Vec<Option<&Facts>> = facts.iter().map(Option::as_ref).collect();
    let by_value = ["E0211", "E0215"].contains(&mismatch.code) || mismatch.code.starts_with("E05");
    let inferred = (row.infer)(row.op, &facts);
    assert!(by_value || inferred.is_err(), "{} of {args:?}: {mismatch:?} after inference", row.name);
    for (position, _) in &mismatch.labels {
        assert!(*position < args.len().max(1), "{}: a label on argument {position} of {}", row.name, args.len());
    }
}

/// The less is known the less is promised, and nothing fails for what is not known.
fn check_with_less_known(row: &Row, args: &[Option<&Value>], value: &Value, source: &mut Source) {
    for _ in 0..4 {
        let facts: Vec<Option<Facts>> = args.iter().map(|a| a.map(|v| forget(&facts_of(v), source))).collect();
        let facts: Vec<Option<&Facts>> = facts.iter().map(Option::as_ref).collect();
        let promised = (row.infer)(row.op, &facts)
            .unwrap_or_else(|e| panic!("{} of {args:?} fails for what is not known: {e:?}\n{facts:?}", row.name));
        agreement(row.op, args, &promised, value)
            .unwrap_or_else(|e| panic!("{} of {args:?} = {value:?}: {e}\n{facts:?}", row.name));
    }
}

fn forget(facts: &Facts, source: &mut Source) -> Facts {
    match facts {
        _ if source.one_in(10) => Facts::Unknown,
        Facts::Scalar { ty, .. } if source.one_in(2) => {
            Facts::Scalar { ty: ty.filter(|_| !source.one_in(4)), value: None }
        }
        Facts::Matrix(m) if source.one_in(2) => {
            Facts::matrix(m.rows.filter(|_| !source.one_in(3)), m.cols.filter(|_| !source.one_in(3)))
        }
        other => other.clone(),
    }
}
