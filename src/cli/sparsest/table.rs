//! Results as text.

use std::collections::BTreeSet;

use lac::compiler::plan::seconds;
use lac::compiler::sketch::Refusal;
use lac::runtime::context::human_bytes;

use super::super::columns::aligned;
use super::Report;
use super::cases::Case;
use super::chains::Study;
use super::leaves::leaf;
use super::measure::{Answer, Estimate, Measured};
use super::sweep::Sweep;

/// What was run.
pub fn head(report: &Report, n: usize) -> String {
    format!(
        "SparsEst at scale {}: matrices that are made up have n = {} rows; seed {}.\n\
         error: the larger of true and estimated sparsity over the smaller; -: the estimator has no rule for the expression;\n\
         bytes: of the synopses of all leaves.\n",
        report.scale,
        grouped(n as u64),
        report.seed
    )
}

/// A case: what it is, and a line for each estimator.
pub fn case(measured: &Measured) -> String {
    let Measured { case, shape, truth, .. } = measured;
    let mut text = format!("\n{}  {}  {} x {}\n", case.id, case.expression, grouped(shape.0), grouped(shape.1));
    let leaves = measured.leaves.iter().map(|(name, (rows, cols), nnz)| {
        let size = format!("{} x {}, {}", grouped(*rows), grouped(*cols), nonzeros(*nnz as u64));
        let what = leaf(name).map_or("", |leaf| leaf.what);
        format!("  {name}: {what}; {size}\n")
    });
    text.extend(leaves);
    text.push_str(&match &truth.nnz {
        Ok(nnz) => {
            let sparsity = measured.sparsity(*nnz as f64);
            format!("  true sparsity {sparsity:.4e}, {}, counted in {}\n", nonzeros(*nnz), seconds(truth.seconds))
        }
        Err(refusal) => format!("  true sparsity unknown: {refusal}\n"),
    });
    let mut rows = vec![["  estimator", "sparsity", "error", "construction", "estimation", "bytes"].map(String::from)];
    rows.extend(measured.answers.iter().map(|answer| line(measured, answer)));
    text + &aligned(&rows)
}

fn line(measured: &Measured, answer: &Answer) -> [String; 6] {
    let name = format!("  {}", answer.estimator);
    match &answer.estimate {
        Err(refusal) => [name, String::new(), short(refusal), String::new(), String::new(), String::new()],
        Ok(Estimate { nnz, construction, estimation, bytes }) => [
            name,
            format!("{:.4e}", measured.sparsity(nnz.estimate)),
            measured.error(answer).map_or("?".into(), error),
            seconds(*construction),
            seconds(*estimation),
            human_bytes(*bytes),
        ],
    }
}

/// Why there is no estimate, in a word or two.
pub fn short(refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooLarge { needed, .. } => format!("too large: {}", human_bytes(*needed)),
        _ => "-".to_string(),
    }
}

fn error(error: f64) -> String {
    match error {
        e if e < 1000.0 => format!("{e:.3}"),
        e if e.is_infinite() => "inf".to_string(),
        e => format!("{e:.3e}"),
    }
}

fn nonzeros(n: u64) -> String {
    format!("{} nonzero{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// `12,345`.
fn grouped(n: impl TryInto<u64>) -> String {
    let digits = n.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// All cases at a glance, time over sparsity, and the study of chains.
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    if report.cases.len() > 1 {
        text.push_str(&errors(&report.cases));
    }
    if let Some(sweep) = &report.time {
        text.push_str(&times(sweep));
    }
    if let Some(study) = &report.chains {
        text.push_str(&plans(study));
    }
    text
}

/// The geometric mean; infinite if one is.
pub fn geomean(values: &[f64]) -> f64 {
    (values.iter().map(|x| x.ln()).sum::<f64>() / values.len() as f64).exp()
}

/// For each estimator and group of cases: how many it answers, the geometric mean of the errors, the largest one.
fn errors(cases: &[Measured]) -> String {
    let groups: BTreeSet<&str> = cases.iter().map(|measured| &measured.case.id[..2]).collect();
    let mut rows = vec![vec!["\nerrors".to_string()]];
    for group in &groups {
        rows[0].extend([format!("{group} cases"), "geomean".into(), "largest".into()]);
    }
    for (e, answer) in cases[0].answers.iter().enumerate() {
        let mut row = vec![format!("  {}", answer.estimator)];
        for group in &groups {
            let of_group = || cases.iter().filter(|measured| measured.case.id.starts_with(group));
            let found: Vec<f64> = of_group().filter_map(|m| m.error(&m.answers[e])).collect();
            row.push(format!("{} of {}", found.len(), of_group().count()));
            let largest = found.iter().copied().reduce(f64::max);
            row.extend([largest.map(|_| geomean(&found)), largest].map(|x| x.map_or("-".into(), error)));
        }
        rows.push(row);
    }
    aligned(&rows)
}

fn times(sweep: &Sweep) -> String {
    let Some(first) = sweep.points.first() else { return String::new() };
    let title = format!("{0} x {0} times {0} x {0}, uniform, of sparsity", grouped(sweep.n));
    let table = |part: &str, of: fn(&Estimate) -> f64| {
        let mut rows = vec![vec![format!("\n{part}")]];
        rows[0].extend(sweep.points.iter().map(|point| format!("{}", point.sparsity)));
        for (e, answer) in first.answers.iter().enumerate() {
            let cell = |answer: &Answer| answer.estimate.as_ref().map_or_else(short, |estimate| seconds(of(estimate)));
            let mut row = vec![format!("  {}", answer.estimator)];
            row.extend(sweep.points.iter().map(|point| cell(&point.answers[e])));
            rows.push(row);
        }
        rows
    };
    let construction = table("construction", |estimate| estimate.construction);
    let mut estimation = table("estimation", |estimate| estimate.estimation);
    let mut counted = vec!["  counting the truth".to_string()];
    counted.extend(sweep.points.iter().map(|point| seconds(point.truth.seconds)));
    estimation.push(counted);
    format!("\n{title}\n{}{}", aligned(&construction), aligned(&estimation))
}

fn plans(study: &Study) -> String {
    let size = study.size;
    let mut rows = vec![["  estimator", "geomean", "largest", "time a chain"].map(String::from)];
    for planner in &study.planners {
        let name = format!("  {}", planner.name);
        rows.push(match &planner.plans {
            Ok(ratios) => {
                let largest = ratios.iter().copied().fold(1.0, f64::max);
                [name, error(geomean(ratios)), error(largest), seconds(planner.seconds)]
            }
            Err(refusal) => [name, short(refusal), String::new(), String::new()],
        });
    }
    format!(
        "\nplans of {} random chains of {} factors, each with {} orders: true cost over that of the cheapest, which the true \
         patterns of all products tell ({} in all)\n{}",
        size.chains,
        size.factors,
        grouped(study.orders as u64),
        seconds(study.seconds),
        aligned(&rows)
    )
}

/// Cases that need data, and the files.
pub fn missing(cases: &[&Case]) -> String {
    let numbers: BTreeSet<&str> = cases.iter().map(|case| case.number()).collect();
    let files: BTreeSet<&str> = cases.iter().flat_map(|case| case.files()).collect();
    let list = |names: BTreeSet<&str>, between: &str| names.into_iter().collect::<Vec<&str>>().join(between);
    format!("lac: not run: {}. They need --data DIR, a folder with\n  {}\n", list(numbers, ", "), list(files, "\n  "))
}
