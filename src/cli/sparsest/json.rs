//! Results for programs. The schema stands in the help of the command.

use serde_json::{Map, Value, json};

use super::Report;
use super::chains::{Planner, Study};
use super::measure::{Answer, Measured, Truth, relative_error};
use super::sweep::Sweep;

/// Everything that was measured.
pub fn document(report: &Report) -> Value {
    let mut document = Map::new();
    document.insert("scale".into(), report.scale.into());
    document.insert("seed".into(), report.seed.into());
    let cases: Vec<Value> = report.cases.iter().flat_map(case).collect();
    let parts = [
        ("cases", (!cases.is_empty()).then_some(Value::Array(cases))),
        ("time", report.time.as_ref().map(time)),
        ("chains", report.chains.as_ref().map(chains)),
    ];
    document.extend(parts.into_iter().filter_map(|(name, part)| Some((name.to_string(), part?))));
    Value::Object(document)
}

fn joined(parts: impl IntoIterator<Item = Value>) -> Value {
    let objects = parts.into_iter().filter_map(|part| match part {
        Value::Object(object) => Some(object),
        _ => None,
    });
    Value::Object(objects.flatten().collect())
}

fn case(measured: &Measured) -> impl Iterator<Item = Value> {
    let leaves: Vec<Value> = measured
        .leaves
        .iter()
        .map(|(name, (rows, cols), nnz)| json!({"name": name, "rows": rows, "cols": cols, "nnz": nnz}))
        .collect();
    let common = json!({
        "case": measured.case.id, "expression": measured.case.expression, "leaves": leaves,
        "rows": measured.shape.0, "cols": measured.shape.1,
    });
    measured
        .answers
        .iter()
        .map(move |found| joined([common.clone(), truth(&measured.truth), answer(&measured.truth, found)]))
}

fn truth(truth: &Truth) -> Value {
    match truth.nnz {
        Ok(nnz) => json!({"nnz_true": nnz, "seconds_true": truth.seconds}),
        Err(_) => json!({}),
    }
}

fn answer(truth: &Truth, answer: &Answer) -> Value {
    let name = json!({"estimator": answer.estimator});
    let rest = match &answer.estimate {
        Err(refusal) => json!({"refused": refusal.to_string()}),
        Ok(found) => {
            let error = truth.nnz.as_ref().map(|&nnz| relative_error(nnz as f64, found.nnz.estimate));
            let error = error.map_or(json!({}), |error| json!({"error": error}));
            let estimate = json!({
                "nnz": {"lower": found.nnz.lower, "estimate": found.nnz.estimate, "upper": found.nnz.upper},
                "seconds": {"construction": found.construction, "estimation": found.estimation},
                "bytes": found.bytes,
            });
            joined([error, estimate])
        }
    };
    joined([name, rest])
}

fn time(sweep: &Sweep) -> Value {
    let points = sweep.points.iter().flat_map(|point| {
        let sparsity = json!({"sparsity": point.sparsity});
        point
            .answers
            .iter()
            .map(move |found| joined([sparsity.clone(), truth(&point.truth), answer(&point.truth, found)]))
    });
    json!({"n": sweep.n, "points": points.collect::<Vec<Value>>()})
}

fn chains(study: &Study) -> Value {
    let planner = |planner: &Planner| {
        let plans = match &planner.plans {
            Ok(ratios) => json!({"ratios": ratios}),
            Err(refusal) => json!({"refused": refusal.to_string()}),
        };
        joined([json!({"estimator": planner.name, "seconds": planner.seconds}), plans])
    };
    json!({
        "chains": study.size.chains, "factors": study.size.factors, "orders": study.orders,
        "planners": study.planners.iter().map(planner).collect::<Vec<Value>>(),
    })
}
