//! Explanations: the HOP DAG and the plan of every block, as text and as JSON.

use std::fmt::Write;

use lac_compiler::hop::{self, Built};
use lac_compiler::plan::{self, Plan, PlanOptions, Step};
use lac_compiler::program::ir::Scope;
use lac_compiler::program::{Basic, Observer, analyze::Place};
use lac_grammar::Span;
use serde_json::{Value as Json, json};

use crate::render::Diagnostics;

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
    /// With warnings about what the plan could not use.
    found: Diagnostics,
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

    pub fn finish(self, found: Diagnostics, limit: u64) -> Explanation {
        Explanation { blocks: self.blocks, found, limit }
    }
}

impl Observer for Explainer {
    fn block(&mut self, place: &Place, basic: &Basic, built: &Built) {
        let again =
            Built { dag: built.dag.clone(), diagnostics: vec![], shaping: built.shaping.clone(), momentary: false };
        let plan = plan::plan(basic, place.scope, again, &(), PlanOptions { optimize: self.optimize });
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
    /// Warnings: sketches of files that could not be used.
    pub fn warnings(&self) -> &Diagnostics {
        &self.found
    }

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
                text += &plan::explain(&block.plan, &block.names, self.limit);
            }
            text.push('\n');
        }
        text
    }

    fn heading(&self, i: usize, block: &BlockPlan) -> String {
        let file = block.span.file;
        let (from, to) =
            (self.found.sources.line(file, block.span.start), self.found.sources.line(file, block.span.end));
        let lines = if from == to { format!("line {from}") } else { format!("lines {from}-{to}") };
        let function = block.function.as_ref().map_or(String::new(), |f| format!(" of {f}"));
        let loops = match block.loops {
            0 => "",
            1 => ", in a loop",
            _ => ", in nested loops",
        };
        format!("block {}{function}, {lines}{loops}", i + 1)
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
                    "file": self.found.sources.name(file),
                    "lines": [self.found.sources.line(file, b.span.start), self.found.sources.line(file, b.span.end)],
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
            "operation": plan::operation(&block.plan, &block.names, step),
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
            "line": self.found.sources.line(step.span.file, step.span.start),
        })
    }
}
