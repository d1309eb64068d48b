//! Explanations: the HOP DAG and the plan of every block, as text and as JSON.

use std::fmt::Write;

use lac_compiler::facts::Facts;
use lac_compiler::hop::{self, Built};
use lac_compiler::plan::{self, Plan, PlanOptions, Source, Step};
use lac_compiler::program::ir::Scope;
use lac_compiler::program::{Basic, Observer, analyze::Place};
use lac_grammar::Span;
use lac_runtime::context::human_bytes;
use serde_json::{Value as Json, json};

use crate::render::Sources;

/// Collects the plans of the blocks that an analysis walks through.
pub struct Explainer {
    optimize: bool,
    blocks: Vec<BlockPlan>,
}

struct BlockPlan {
    function: Option<String>,
    loops: usize,
    span: Span,
    names: Scope,
    hops: String,
    plan: Plan,
}

/// The plan of a script.
pub struct Explanation {
    blocks: Vec<BlockPlan>,
    sources: Sources,
    limit: u64,
}

/// What an explanation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    Hops,
    Plan,
    Both,
}

impl Explainer {
    pub fn new(optimize: bool) -> Explainer {
        Explainer { optimize, blocks: vec![] }
    }

    pub fn finish(self, sources: Sources, limit: u64) -> Explanation {
        Explanation { blocks: self.blocks, sources, limit }
    }
}

impl Observer for Explainer {
    fn block(&mut self, place: &Place, basic: &Basic, built: &Built) {
        let again = Built { dag: built.dag.clone(), diagnostics: vec![], shaping: built.shaping.clone() };
        let plan = plan::plan(basic, again, &|_| None, PlanOptions { optimize: self.optimize });
        if plan.steps.is_empty() {
            return;
        }
        self.blocks.push(BlockPlan {
            function: place.function.map(str::to_string),
            loops: place.loops,
            span: basic.span,
            names: Scope { names: place.scope.names.clone(), body: vec![] },
            hops: hop::print(&built.dag, place.scope),
            plan,
        });
    }
}

impl Explanation {
    /// As text.
    pub fn text(&self, depth: Depth) -> String {
        let mut text = String::new();
        for (i, block) in self.blocks.iter().enumerate() {
            let _ = writeln!(text, "{}", self.heading(i, block));
            if depth != Depth::Plan {
                for line in block.hops.lines() {
                    let _ = writeln!(text, "  {line}");
                }
            }
            if depth == Depth::Both {
                text.push('\n');
            }
            if depth != Depth::Hops {
                self.plan(block, &mut text);
            }
            text.push('\n');
        }
        text
    }

    fn heading(&self, i: usize, block: &BlockPlan) -> String {
        let file = block.span.file;
        let (from, to) = (self.sources.line(file, block.span.start), self.sources.line(file, block.span.end));
        let lines = if from == to { format!("line {from}") } else { format!("lines {from}-{to}") };
        let function = block.function.as_ref().map_or(String::new(), |f| format!(" of {f}"));
        let loops = match block.loops {
            0 => "",
            1 => ", in a loop",
            _ => ", in nested loops",
        };
        format!("block {}{function}, {lines}{loops}", i + 1)
    }

    fn plan(&self, block: &BlockPlan, text: &mut String) {
        let rows: Vec<[String; 7]> = block.plan.steps.iter().map(|s| self.row(block, s)).collect();
        let head =
            ["step", "result", "shape", "nnz (lower, estimate, upper)", "format", "cost", "bytes"].map(String::from);
        let mut widths = head.clone().map(|h| h.len());
        for row in &rows {
            for (w, cell) in widths.iter_mut().zip(row) {
                *w = (*w).max(cell.chars().count());
            }
        }
        let line = |cells: &[String; 7], text: &mut String| {
            let mut out = String::from(" ");
            for (cell, w) in cells.iter().zip(widths) {
                let _ = write!(out, " {cell}{}", " ".repeat(w - cell.chars().count() + 1));
            }
            let _ = writeln!(text, "{}", out.trim_end());
        };
        line(&head, text);
        for (row, step) in rows.iter().zip(&block.plan.steps) {
            line(row, text);
            if let Some(reason) = &step.reason {
                let _ = writeln!(text, "      because: {reason}");
            }
        }
        if let Some(step) = block.plan.steps.iter().find(|s| s.cost.bytes_upper.is_some_and(|b| b > self.limit)) {
            let upper = human_bytes(step.cost.bytes_upper.unwrap_or(0));
            let _ = writeln!(text, "  may exceed the memory budget: `{}` can need {upper}", step.name());
        }
    }

    fn row(&self, block: &BlockPlan, step: &Step) -> [String; 7] {
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
        let names: Vec<&str> =
            step.names.iter().map(|v| block.names.name(*v)).filter(|n| !n.starts_with('%')).collect();
        let result = match (step.results.first(), names.is_empty()) {
            (Some(slot), true) => format!("s{}", slot.0),
            (Some(slot), false) => format!("s{} = {}", slot.0, names.join(", ")),
            (None, _) => String::new(),
        };
        [
            self.operation(block, step),
            result,
            shape,
            nnz,
            step.format.map_or(String::new(), |f| f.name().to_string()),
            duration(step.cost.seconds),
            bytes,
        ]
    }

    /// `t(X) %*% s3`
    fn operation(&self, block: &BlockPlan, step: &Step) -> String {
        let operand = |i: usize| match &step.operands[i] {
            Source::Absent => "_".to_string(),
            Source::Literal(lac_compiler::ops::Scalar::Str(s)) => {
                let s: String = s.chars().take(24).collect();
                format!("{s:?}")
            }
            Source::Literal(s) => s.to_string(),
            Source::Slot { slot, .. } => match block.plan.inputs.iter().find(|i| i.slot == *slot) {
                Some(input) => block.names.name(input.var).to_string(),
                None => format!("s{}", slot.0),
            },
        };
        match step.action {
            plan::Action::Product { left_transposed, right_transposed, .. } => {
                let side = |t: bool, text: String| if t { format!("t({text})") } else { text };
                format!("{} %*% {}", side(left_transposed, operand(0)), side(right_transposed, operand(1)))
            }
            plan::Action::Apply(lac_compiler::ops::Op::Binary(f))
                if f.name().len() <= 3 && !f.name().is_empty() && !f.name().starts_with(char::is_alphabetic) =>
            {
                format!("{} {} {}", operand(0), f.name(), operand(1))
            }
            _ => {
                let all: Vec<String> = (0..step.operands.len()).map(operand).collect();
                let used = all.iter().rposition(|a| a != "_").map_or(0, |i| i + 1);
                format!("{}({})", step.name(), all[..used].join(", "))
            }
        }
    }

    /// As JSON: `{"schema": "lac-plan/1", "blocks": [...]}`.
    pub fn json(&self) -> Json {
        let blocks: Vec<Json> = self
            .blocks
            .iter()
            .map(|b| {
                let file = b.span.file;
                json!({
                    "function": b.function,
                    "loops": b.loops,
                    "file": self.sources.name(file),
                    "lines": [self.sources.line(file, b.span.start), self.sources.line(file, b.span.end)],
                    "hops": b.hops.lines().collect::<Vec<_>>(),
                    "steps": b.plan.steps.iter().map(|s| self.step_json(b, s)).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({ "schema": "lac-plan/1", "blocks": blocks })
    }

    fn step_json(&self, block: &BlockPlan, step: &Step) -> Json {
        let matrix = step.facts.as_matrix();
        let nnz = step.facts.nnz();
        json!({
            "operation": self.operation(block, step),
            "operator": step.name(),
            "results": step.results.iter().map(|s| s.0).collect::<Vec<_>>(),
            "names": step.names.iter().map(|v| block.names.name(*v)).collect::<Vec<_>>(),
            "rows": matrix.and_then(|m| m.rows),
            "cols": matrix.and_then(|m| m.cols),
            "nnz": nnz.map(|n| json!({ "lower": n.lower, "estimate": n.estimate, "upper": n.upper })),
            "format": step.format.map(|f| f.name()),
            "seconds": step.cost.seconds,
            "flops": step.cost.flops,
            "bytes": step.cost.bytes,
            "bytes_upper": step.cost.bytes_upper,
            "reason": step.reason,
            "line": self.sources.line(step.span.file, step.span.start),
        })
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

fn duration(seconds: f64) -> String {
    plan::seconds(seconds)
}
