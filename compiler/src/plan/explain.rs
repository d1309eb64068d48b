//! A plan as text: one line a step, with what is expected of its result, where it is not plain the reason, and a warning
//! where a step may not fit the memory.

use std::fmt::Write;

use super::{Action, Plan, Source, Step, seconds};
use crate::facts::Facts;
use crate::ops::{Op, Scalar};
use crate::program::ir::Scope;

const HEAD: [&str; 7] = ["step", "result", "shape", "nnz (lower, estimate, upper)", "format", "cost", "bytes"];

/// The steps of a plan whose variables are named in `names`; `limit` is the memory budget in bytes.
pub fn explain(plan: &Plan, names: &Scope, limit: u64) -> String {
    let rows: Vec<[String; 7]> = plan.steps.iter().map(|s| row(plan, names, s)).collect();
    let mut widths = HEAD.map(str::len);
    for row in &rows {
        for (w, cell) in widths.iter_mut().zip(row) {
            *w = (*w).max(cell.chars().count());
        }
    }
    let line = |cells: &[String; 7]| {
        let mut out = String::from(" ");
        for (cell, w) in cells.iter().zip(widths) {
            let _ = write!(out, " {cell}{}", " ".repeat(w - cell.chars().count() + 1));
        }
        format!("{}\n", out.trim_end())
    };
    let mut text = line(&HEAD.map(String::from));
    for (row, step) in rows.iter().zip(&plan.steps) {
        text += &line(row);
        if let Some(reason) = &step.reason {
            let _ = writeln!(text, "      because: {reason}");
        }
    }
    if let Some(step) = plan.steps.iter().find(|s| s.cost.bytes_upper.is_some_and(|b| b > limit)) {
        let upper = human_bytes(step.cost.bytes_upper.unwrap_or(0));
        let _ = writeln!(text, "  may exceed the memory budget: `{}` can need {upper}", step.name());
    }
    text
}

fn row(plan: &Plan, names: &Scope, step: &Step) -> [String; 7] {
    let (shape, nnz) = match &step.facts {
        Facts::Matrix(m) => {
            let nnz = m.sketch.as_ref().map_or("?".to_string(), |s| {
                let n = s.nnz();
                if n.is_exact() {
                    format!("{} exact", n.lower)
                } else {
                    format!("{} {} {}", n.lower, short(n.estimate), n.upper)
                }
            });
            (m.shape(), nnz)
        }
        Facts::Unknown => (String::new(), String::new()),
        other => (other.describe(), String::new()),
    };
    let bytes = if step.cost.bytes > 0.0 { human_bytes(step.cost.bytes as u64) } else { String::new() };
    let named: Vec<&str> = step.names.iter().map(|v| names.name(*v)).filter(|n| !n.starts_with('%')).collect();
    let result = match (step.results.first(), named.is_empty()) {
        (Some(slot), true) => format!("s{}", slot.0),
        (Some(slot), false) => format!("s{} = {}", slot.0, named.join(", ")),
        (None, _) => String::new(),
    };
    [
        operation(plan, names, step),
        result,
        shape,
        nnz,
        step.format.map_or(String::new(), |f| f.name().to_string()),
        seconds(step.cost.seconds),
        bytes,
    ]
}

/// What a step computes, of variables and slots: `t(X) %*% s3`.
pub fn operation(plan: &Plan, names: &Scope, step: &Step) -> String {
    let operand = |i: usize| match &step.operands[i] {
        Source::Absent => "_".to_string(),
        Source::Literal(Scalar::Str(s)) => {
            let s: String = s.chars().take(24).collect();
            format!("{s:?}")
        }
        Source::Literal(s) => s.to_string(),
        Source::Slot { slot, .. } => match plan.inputs.iter().find(|i| i.slot == *slot) {
            Some(input) => names.name(input.var).to_string(),
            None => format!("s{}", slot.0),
        },
    };
    match step.action {
        Action::Product { left_transposed, right_transposed, .. } => {
            let side = |t: bool, text: String| if t { format!("t({text})") } else { text };
            format!("{} %*% {}", side(left_transposed, operand(0)), side(right_transposed, operand(1)))
        }
        Action::Apply(Op::Binary(f)) if !f.name().starts_with(char::is_alphabetic) => {
            format!("{} {} {}", operand(0), f.name(), operand(1))
        }
        _ => {
            let all: Vec<String> = (0..step.operands.len()).map(operand).collect();
            let used = all.iter().rposition(|a| a != "_").map_or(0, |i| i + 1);
            format!("{}({})", step.name(), all[..used].join(", "))
        }
    }
}

/// `1234.5` as it is, `1.2e7` when long.
fn short(x: f64) -> String {
    if x < 1e7 && x.fract() == 0.0 {
        format!("{x:.0}")
    } else if x < 1e7 {
        format!("{x:.1}")
    } else {
        format!("{x:.2e}")
    }
}

/// `1536` as `1.5 KiB`.
pub fn human_bytes(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}
