//! Results as pictures.

use std::fs;
use std::path::Path;

use lac::Diagnostic;
use lac::compiler::plan::seconds;
use lac::compiler::sketch::Refusal;
use lac::runtime::io::write_whole;

use super::Report;
use super::chains::Study;
use super::measure::{Answer, Estimate, Measured};
use super::svg::{Anchor, LogAxis, Picture, color, legend_height};
use super::sweep::Sweep;
use super::table::{geomean, short};

/// Groups of cases that share a picture: the beginning of its numbers, and what the picture tells.
const GROUPS: [(&str, &str, &str); 4] = [
    ("errors-b1", "B1", "B1: structured matrices"),
    ("errors-b2", "B2", "B2: real matrices"),
    ("errors-b3", "B3", "B3: real expressions"),
    ("errors-b3.2", "B3.2", "B3.2: deferred standardization, S' X' diag(w) X S B and all parts of it"),
];

const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 50.0;
const PLOT: f64 = 300.0;

/// Draws what was measured into a folder, which is made if need be.
///
/// # Errors
/// E0414 if a file can not be written.
pub fn write_all(report: &Report, folder: &Path) -> Result<(), Box<Diagnostic>> {
    let failed =
        |e: std::io::Error| Box::new(Diagnostic::error("E0414", format!("{}: cannot be made: {e}", folder.display())));
    fs::create_dir_all(folder).map_err(failed)?;
    let write =
        |name: &str, picture: Picture| write_whole(&folder.join(format!("{name}.svg")), picture.finish().as_bytes());
    for (file, begin, title) in GROUPS {
        let longest = |m: &Measured| {
            GROUPS.iter().map(|group| group.1).filter(|begin| m.case.id.starts_with(begin)).max_by_key(|b| b.len())
        };
        let cases: Vec<&Measured> = report.cases.iter().filter(|m| longest(m) == Some(begin)).collect();
        if !cases.is_empty() {
            write(file, errors(title, &cases))?;
        }
    }
    if let Some(sweep) = report.time.as_ref().filter(|sweep| !sweep.points.is_empty()) {
        let n = sweep.n;
        let matrices = format!("two uniform {n} x {n} matrices");
        write("time-construction", times(&format!("Synopses of {matrices}"), sweep, |e| e.construction))?;
        write("time-estimation", times(&format!("Estimate of the product of {matrices}"), sweep, |e| e.estimation))?;
    }
    if let Some(study) = &report.chains {
        write("chains", chains(study))?;
    }
    Ok(())
}

fn names(answers: &[Answer]) -> Vec<String> {
    answers.iter().map(|answer| answer.estimator.clone()).collect()
}

/// A frame with a logarithmic axis of y, and room for a legend.
fn frame(width: f64, title: &str, label: &str, axis: LogAxis, legend: &[String]) -> Picture {
    let height = TOP + PLOT + 60.0 + legend_height(width, legend.len());
    let mut picture = Picture::new(LEFT + width + RIGHT, height, title);
    for value in axis.marks() {
        let y = axis.place(value);
        picture.line((LEFT, y), (LEFT + width, y), "grid");
        picture.text(LEFT - 8.0, y + 4.0, Anchor::End, "", &mark(value));
    }
    picture.line((LEFT, TOP), (LEFT, TOP + PLOT), "axis");
    picture.line((LEFT, TOP + PLOT), (LEFT + width, TOP + PLOT), "axis");
    picture.upright(18.0, TOP + PLOT / 2.0, label);
    picture.legend(LEFT, TOP + PLOT + 52.0, width, legend);
    picture
}

/// 0.01 to 5000 as they are, else with an exponent.
fn mark(value: f64) -> String {
    if (0.009..=5001.0).contains(&value) {
        format!("{}", (value * 100.0).round() / 100.0)
    } else {
        format!("{value:e}")
    }
}

const Y: (f64, f64) = (TOP + PLOT, TOP);

/// Grouped bars: a group is a case, a bar an estimator. A bar of error 1 is a line.
fn errors(title: &str, cases: &[&Measured]) -> Picture {
    let names = names(&cases[0].answers);
    let bar = if cases.len() > 8 { 4.0 } else { 7.0 };
    let group = bar * names.len() as f64 + 18.0;
    let width = (group * cases.len() as f64).max(320.0);
    let found = cases.iter().flat_map(|m| m.answers.iter().filter_map(|answer| m.error(answer)));
    let mut axis = LogAxis::about(found.chain([1.0]), Y);
    axis.exponents.0 = 0;
    let mut picture = frame(width, title, "relative error, max / min (×: no answer)", axis, &names);
    for (i, measured) in cases.iter().enumerate() {
        let start = LEFT + group * i as f64 + 9.0;
        let middle = start + bar * names.len() as f64 / 2.0;
        let (number, name) = measured.case.id.split_once(' ').unwrap_or((&measured.case.id, ""));
        picture.text(middle, TOP + PLOT + 16.0, Anchor::Middle, "", name);
        picture.text(middle, TOP + PLOT + 30.0, Anchor::Middle, "small", number);
        for (e, answer) in measured.answers.iter().enumerate() {
            error_bar(&mut picture, axis, (start + bar * e as f64, bar), e, measured, answer);
        }
    }
    picture
}

fn error_bar(
    picture: &mut Picture,
    axis: LogAxis,
    (x, width): (f64, f64),
    series: usize,
    measured: &Measured,
    answer: &Answer,
) {
    let middle = x + width / 2.0;
    let Some(error) = measured.error(answer) else {
        picture.text(middle, Y.0 - 2.0, Anchor::Middle, "small faint", "×");
        return;
    };
    let top = axis.place(error).min(Y.0 - 2.0);
    let hint = format!("{}, {}: {error:.3}", measured.case.id, answer.estimator);
    picture.bar(x, top, width - 1.0, Y.0 - top, color(series), &hint);
    if error.is_infinite() {
        picture.text(middle, top - 2.0, Anchor::Middle, "small", "∞");
    }
}

/// A line for each estimator, both axes logarithmic.
fn times(title: &str, sweep: &Sweep, of: fn(&Estimate) -> f64) -> Picture {
    let names = names(&sweep.points[0].answers);
    let seconds_of = |answer: &Answer| answer.estimate.as_ref().ok().map(of);
    let width = 640.0;
    // what takes less than 100 ns takes no time
    let least = 1e-7;
    let all = sweep.points.iter().flat_map(|point| point.answers.iter().filter_map(seconds_of));
    let axis = LogAxis::about(all.map(|s| s.max(least)), Y);
    let across = LogAxis::about(sweep.points.iter().map(|point| point.sparsity), (LEFT + 10.0, LEFT + width - 10.0));
    let mut picture = frame(width, title, "seconds", axis, &names);
    for value in across.marks() {
        let x = across.place(value);
        picture.line((x, Y.0), (x, Y.0 + 4.0), "axis");
        picture.text(x, Y.0 + 18.0, Anchor::Middle, "", &mark(value));
    }
    picture.text(LEFT + width / 2.0, Y.0 + 36.0, Anchor::Middle, "", "sparsity of both matrices");
    for (e, name) in names.iter().enumerate() {
        let place = |point: &super::sweep::Point| {
            let y = axis.place(seconds_of(&point.answers[e])?.max(least));
            Some((across.place(point.sparsity), y))
        };
        let points: Vec<(f64, f64)> = sweep.points.iter().filter_map(place).collect();
        if !points.is_empty() {
            picture.curve(&points, e, name);
        }
    }
    picture
}

/// A bar for each way of planning: the geometric mean; above it, to a line, the worst chain.
fn chains(study: &Study) -> Picture {
    let (chains, factors) = (study.size.chains, study.size.factors);
    let title = format!("Plans of {chains} random chains of {factors} matrices: geometric mean (bar) and worst (line)");
    let step = 78.0;
    let width = step * study.planners.len() as f64;
    let ratios = study.planners.iter().flat_map(|planner| planner.plans.iter().flatten().copied());
    let mut axis = LogAxis::about(ratios.chain([1.0]), Y);
    axis.exponents.0 = 0;
    let label = "true cost / cost of the cheapest plan";
    let mut picture = frame(width, &title, label, axis, &[]);
    for (i, planner) in study.planners.iter().enumerate() {
        let x = LEFT + step * i as f64;
        let middle = x + step / 2.0;
        // the parameters in parentheses would not fit
        let name = planner.name.split('(').next().unwrap_or_default();
        let (first, rest) = name.split_once('-').map_or((name, ""), |(first, rest)| (first, rest));
        picture.text(middle, Y.0 + 16.0, Anchor::Middle, "", first);
        picture.text(middle, Y.0 + 30.0, Anchor::Middle, "", rest);
        match &planner.plans {
            Ok(ratios) => {
                let mean = geomean(ratios);
                let worst = ratios.iter().copied().fold(1.0, f64::max);
                let (top, end) = (axis.place(mean).min(Y.0 - 2.0), axis.place(worst));
                let hint =
                    format!("{}: {mean:.3}, worst {worst:.3}, {} a chain", planner.name, seconds(planner.seconds));
                // dimensions come before the estimators, whose colors are as in the other pictures
                let fill = if i == 0 { "#888888" } else { color(i - 1) };
                picture.bar(x + 14.0, top, step - 28.0, Y.0 - top, fill, &hint);
                picture.line((middle, top), (middle, end), "axis");
                picture.line((middle - 6.0, end), (middle + 6.0, end), "axis");
                picture.text(middle, end - 5.0, Anchor::Middle, "small", &format!("{mean:.3} / {worst:.3}"));
            }
            Err(refusal) => picture.text(middle, Y.0 - 6.0, Anchor::Middle, "small faint", refused(refusal)),
        }
    }
    picture
}

fn refused(refusal: &Refusal) -> &'static str {
    if short(refusal) == "-" { "no rule" } else { "too large" }
}
