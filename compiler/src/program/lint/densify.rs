//! Steps that make a large dense matrix of sparse ones.

use lac_grammar::Diagnostic;

use crate::facts::Facts;
use crate::hop::{Built, Dag, HopId, Kind};
use crate::ops::{Binary, Op};
use crate::plan::{self, Format, PlanOptions};
use crate::program::analyze::{Observer, Place};
use crate::program::ir::Basic;
use crate::sketch::Sketch;

/// Finds them in the blocks that an analysis walks through. A block is planned only where its operators, as written, give
/// such a matrix: the plan may find another way.
pub struct Densify {
    /// Smaller ones, in bytes, are none of its business.
    limit: u64,
    optimize: bool,
    found: Vec<Diagnostic>,
}

/// An operator that makes one.
struct Suspect<'a> {
    hop: HopId,
    op: Op,
    result: &'a Sketch,
    /// Expected, of the sparse operands.
    nonzeros: f64,
    bytes: u64,
}

impl Densify {
    pub fn new(limit: u64, optimize: bool) -> Densify {
        Densify { limit, optimize, found: vec![] }
    }

    /// What was found, once for each place.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(Diagnostic::place);
        self.found.dedup_by_key(|d| d.place());
        self.found
    }

    fn suspect<'a>(&self, dag: &'a Dag, hop: HopId) -> Option<Suspect<'a>> {
        let Kind::Apply(op) = dag.hop(hop).kind else { return None };
        let result = sketch(&dag.hop(hop).facts)?;
        if result.bytes_dense() <= self.limit || Format::by_size(result) == Format::Csr {
            return None;
        }
        let (mut nonzeros, mut bytes) = (0.0, 0u64);
        for operand in dag.operands(hop).into_iter().flatten() {
            let Some(operand) = sketch(&dag.hop(operand).facts) else { continue };
            if Format::by_size(operand) == Format::Csr {
                nonzeros += operand.nnz().estimate;
                bytes += operand.bytes_csr();
            } else if operand.bytes_dense() > self.limit / 2 {
                // It was dense before.
                return None;
            }
        }
        (bytes > 0).then_some(Suspect { hop, op, result, nonzeros, bytes })
    }
}

impl Observer for Densify {
    fn block(&mut self, place: &Place, basic: &Basic, built: &Built) {
        let suspects: Vec<Suspect> = built.dag.ids().filter_map(|hop| self.suspect(&built.dag, hop)).collect();
        if suspects.is_empty() {
            return;
        }
        let again =
            Built { dag: built.dag.clone(), diagnostics: vec![], shaping: built.shaping.clone(), momentary: false };
        let plan = plan::plan(basic, place.scope, again, &(), PlanOptions { optimize: self.optimize });
        for suspect in suspects {
            let span = built.dag.hop(suspect.hop).span;
            let step = plan.steps.iter().find(|s| {
                let large = sketch(&s.facts).is_some_and(|r| r.bytes_dense() > self.limit);
                s.span == span && s.format == Some(Format::Dense) && large
            });
            if let Some(step) = step {
                let found =
                    suspect.diagnostic().at(span, format!("{} dense", plan::human_bytes(suspect.result.bytes_dense())));
                self.found.push(match &step.reason {
                    Some(reason) => found.note(format!("planned so: {reason}")),
                    None => found,
                });
            }
        }
    }
}

impl Suspect<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let (rows, cols) = (self.result.rows(), self.result.cols());
        let name = self.op.row().name;
        Diagnostic::warning("W0601", format!("`{name}` makes a dense {rows} x {cols} matrix of sparse ones"))
            .note(format!(
                "its sparse operands are expected to have {:.0} nonzeros, {}",
                self.nonzeros,
                plan::human_bytes(self.bytes)
            ))
            .note(format!("of the result {:.0} of {} cells are", self.result.nnz().estimate, self.result.cells()))
            .help(self.remedy())
    }

    fn remedy(&self) -> &'static str {
        match self.op {
            Op::Binary(Binary::Add | Binary::Subtract) => {
                "add to the nonzeros only, `X + c * (X != 0)`, or after reducing: `sum(X) + c * length(X)`"
            }
            Op::Binary(Binary::Equal) => "count the others: `length(X) - sum(X != 0)` is `sum(X == 0)`",
            Op::MatMul => "reduce first, or multiply what follows in the same expression: the order is chosen",
            _ => "compute it a part at a time, `X[a:b, ]`, or reduce first; `--allow densify` accepts it",
        }
    }
}

fn sketch(facts: &Facts) -> Option<&Sketch> {
    facts.as_matrix()?.sketch.as_ref()
}
