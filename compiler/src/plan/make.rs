//! Making a plan: simplify, order products, choose formats, fold transposes, schedule, assign slots.

use std::collections::{BTreeSet, HashMap};

use super::chain;
use super::cost::{self, Cost};
use super::format::{self, Format};
use super::guard::Guard;
use super::nonzeros::{Values, nonzeros};
use super::simplify::simplify;
use super::{Action, Input, Plan, Slot, Source, Step};
use crate::facts::Facts;
use crate::hop::{Built, Dag, HopId, Kind, Output};
use crate::ops::{Effect, Op};
use crate::program::ir::{Basic, Scope, Var};
use crate::sketch::probe::Effort;
use crate::sketch::{Rule, Sketch};

/// How a plan is made.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions {
    /// Without it every operator runs as written, in the format it gives by itself.
    pub optimize: bool,
}

impl Default for PlanOptions {
    fn default() -> Self {
        PlanOptions { optimize: true }
    }
}

/// Makes the plan of a block of a scope.
pub fn plan(basic: &Basic, names: &Scope, built: Built, values: &dyn Values, options: PlanOptions) -> Plan {
    let Built { mut dag, shaping, momentary, .. } = built;
    let mut reasons = HashMap::new();
    if options.optimize {
        simplify(&mut dag);
        debug_assert_eq!(crate::hop::verify(&dag), Ok(()));
        let finals = dag.finals(basic);
        for r in chain::reorder(&mut dag, names, &|dag, o| dag.is_needed(&finals, o)) {
            reasons.insert(r.root, r.reason);
        }
    }
    debug_assert_eq!(crate::hop::verify(&dag), Ok(()));
    let finals = dag.finals(basic);
    let mut order = dag.schedule(|o| dag.is_needed(&finals, o));
    let folded = fold_transposes(&dag, &order, &finals);
    order.retain(|id| !folded.contains(id));
    let mut maker = Maker {
        dag: &dag,
        values,
        options,
        reasons,
        folded,
        named: named(&dag),
        steps: vec![],
        inputs: vec![],
        slots: 0,
        place: HashMap::new(),
        format: HashMap::new(),
    };
    for id in order {
        maker.hop(id, basic);
    }
    let mut plan = maker.finish(basic, &finals, &shaping);
    if momentary {
        plan.guard = Guard::never();
    }
    plan
}

/// The variables that a statement gives the value of a node, and how many values the node has if they are several.
#[derive(Default)]
struct Named {
    vars: Vec<Var>,
    several: Option<usize>,
}

fn named(dag: &Dag) -> HashMap<HopId, Named> {
    let mut named: HashMap<HopId, Named> = HashMap::new();
    for output in &dag.outputs {
        match output {
            Output::Assign(v, h) => {
                let vars = &mut named.entry(*h).or_default().vars;
                if !vars.contains(v) {
                    vars.push(*v);
                }
            }
            Output::Several(vs, h) => {
                let named = named.entry(*h).or_default();
                named.vars.extend(vs);
                named.several = Some(vs.len());
            }
            Output::Effect(_) => {}
        }
    }
    named
}

/// Transposes that only products use: they become a flag of the product.
fn fold_transposes(dag: &Dag, order: &[HopId], finals: &HashMap<Var, HopId>) -> BTreeSet<HopId> {
    let scheduled: BTreeSet<HopId> = order.iter().copied().collect();
    order
        .iter()
        .copied()
        .filter(|id| dag.hop(*id).kind == Kind::Apply(Op::Transpose))
        .filter(|id| !finals.values().any(|f| f == id))
        .filter(|id| {
            let mut users = dag.consumers(*id).filter(|u| scheduled.contains(u));
            users.all(|u| dag.hop(u).kind == Kind::Apply(Op::MatMul))
        })
        .collect()
}

/// A probe may visit this share of the nonzeros that the product itself multiplies.
const PROBE_SHARE: f64 = 0.1;

struct Maker<'a> {
    dag: &'a Dag,
    values: &'a dyn Values,
    options: PlanOptions,
    reasons: HashMap<HopId, String>,
    folded: BTreeSet<HopId>,
    named: HashMap<HopId, Named>,
    steps: Vec<Step>,
    inputs: Vec<Input>,
    slots: u32,
    /// Where the value of a node is.
    place: HashMap<HopId, Source>,
    format: HashMap<HopId, Format>,
}

impl Maker<'_> {
    fn slot(&mut self) -> Slot {
        self.slots += 1;
        Slot(self.slots - 1)
    }

    fn hop(&mut self, id: HopId, basic: &Basic) {
        let hop = self.dag.hop(id);
        match &hop.kind {
            Kind::Literal(value) => {
                self.place.insert(id, Source::Literal(value.clone()));
            }
            Kind::Input(var) => {
                let slot = self.slot();
                let kept = !basic.ends.contains(var) && !basic.live_out.contains(var);
                self.inputs.push(Input { var: *var, slot, take: !kept });
                self.place.insert(id, Source::Slot { slot, last: false });
                if let Facts::Matrix(m) = &hop.facts {
                    let guess = || m.sketch.as_ref().map_or(Format::Dense, Format::by_size);
                    self.format.insert(id, self.values.format(*var).unwrap_or_else(guess));
                }
            }
            Kind::Apply(op) => self.apply(id, *op),
        }
    }

    fn apply(&mut self, id: HopId, op: Op) {
        let operands = self.dag.operands(id);
        let hop = self.dag.hop(id);
        let (action, operands, natural, cost) = if op == Op::MatMul {
            self.product(id)
        } else {
            let known: Vec<(&Facts, Option<Format>)> =
                operands.iter().flatten().map(|o| (&self.dag.hop(*o).facts, self.format.get(o).copied())).collect();
            let natural = format::natural(op, &known, &hop.facts);
            let cost = cost::operator(op, &known, &hop.facts, natural);
            (Action::Apply(op), operands, natural, cost)
        };
        let sources = operands.iter().map(|o| o.map_or(Source::Absent, |o| self.place[&o].clone())).collect();
        let (results, names) = self.results(id, op);
        if let Some(&slot) = results.first() {
            self.place.insert(id, Source::Slot { slot, last: false });
        }
        if let Some(format) = natural {
            self.format.insert(id, format);
        }
        let reason = self.reasons.remove(&id);
        self.steps.push(Step {
            action,
            operands: sources,
            results,
            names,
            span: hop.span,
            facts: hop.facts.clone(),
            format: natural,
            cost,
            reason,
        });
        if let Some(natural) = natural {
            self.convert_if_cheaper(id, natural);
        }
    }

    /// Slots for the results of a node, and the variables that hold them.
    fn results(&mut self, id: HopId, op: Op) -> (Vec<Slot>, Vec<Var>) {
        let Named { vars, several } = self.named.remove(&id).unwrap_or_default();
        let single = usize::from(op.row().effect != Effect::World || op.reads());
        ((0..several.unwrap_or(single)).map(|_| self.slot()).collect(), vars)
    }

    /// A product, with transposed operands taken from before their transposition.
    fn product(&mut self, id: HopId) -> (Action, Vec<Option<HopId>>, Option<Format>, Cost) {
        let dag = self.dag;
        let side = |i: usize| {
            let o = dag.operand(id, i);
            if self.folded.contains(&o) { (dag.operand(o, 0), true) } else { (o, false) }
        };
        let ((a, left_transposed), (b, right_transposed)) = (side(0), side(1));
        let sketch = |h: HopId| dag.hop(h).facts.as_matrix().and_then(|m| m.sketch.clone());
        let (fa, fb) = (self.format.get(&a).copied(), self.format.get(&b).copied());
        let both_csr = fa == Some(Format::Csr) && fb == Some(Format::Csr);
        let mut result = sketch(id);
        if both_csr && self.options.optimize {
            self.settle_doubt(id, &mut result);
        }
        let format = match &result {
            Some(c) if both_csr && self.options.optimize => format::of_product(c.rows(), c.cols(), c.nnz()),
            _ if both_csr => Format::Csr,
            _ => Format::Dense,
        };
        let mut price = Cost::default();
        if let (Some(s), Some(t), Some(c), Some(fa), Some(fb)) =
            (sketch(dag.operand(id, 0)), sketch(dag.operand(id, 1)), &result, fa, fb)
            && s.cols() == t.rows()
        {
            price.flops = s.matmul_flops(&t);
            price.seconds = cost::product(&s, fa, &t, fb, c.nnz(), format);
        }
        let cost = cost::with_bytes(price, &dag.hop(id).facts, Some(format));
        // Dense rows are promised only where a bound proves them; else the kernel's own count decides.
        let proven = self.options.optimize && both_csr && result.is_some_and(|c| format::surely_dense(&c));
        let action = Action::Product { left_transposed, right_transposed, format: proven.then_some(Format::Dense) };
        (action, vec![Some(a), Some(b)], Some(format), cost)
    }

    /// Probes a product of which neither its bounds nor its estimate decide whether it is worth dense rows.
    fn settle_doubt(&mut self, id: HopId, result: &mut Option<Sketch>) {
        let Some(c) = result.as_mut().filter(|c| format::in_doubt(c)) else { return };
        let sketch = |i: usize| self.dag.hop(self.dag.operand(id, i)).facts.as_matrix().and_then(|m| m.sketch.as_ref());
        let flops = sketch(0).zip(sketch(1)).map_or(0.0, |(a, b)| a.matmul_flops(b));
        let effort = Effort { exhaustive: 0, error: 0.1, limit: (flops * PROBE_SHARE) as u64, offset: 0.5 };
        let probed = nonzeros(self.dag, id, self.values, effort);
        if let Some(nnz) = probed.filter(|nnz| nnz.why.estimate == Rule::Probes || nnz.why.estimate == Rule::AllRows) {
            let cells = c.cells() as f64;
            let (expected, found) = (100.0 * c.density(), 100.0 * nnz.estimate / cells);
            self.reasons.entry(id).or_insert_with(|| {
                format!(
                    "rows of it were probed: {found:.1} % of the cells are nonzero, its sketch expects {expected:.1} %"
                )
            });
            *c = c.refined(nnz);
        }
    }

    /// Adds a conversion where those who use the value save more than it costs.
    fn convert_if_cheaper(&mut self, id: HopId, natural: Format) {
        let Facts::Matrix(m) = &self.dag.hop(id).facts else { return };
        let Some(s) = &m.sketch else { return };
        let other = Format::by_size(s);
        if !self.options.optimize || other == natural || s.cells() < 4096 {
            return;
        }
        let users = self.dag.consumers(id).count() as f64;
        let saved = (users + 1.0) * (cost::pass(m, natural) - cost::pass(m, other));
        let price = cost::convert(m);
        if saved <= price {
            return;
        }
        let slot = self.slot();
        let source =
            std::mem::replace(self.place.get_mut(&id).expect("just placed"), Source::Slot { slot, last: false });
        self.format.insert(id, other);
        let hop = self.dag.hop(id);
        let reason = format!(
            "{:.2} % of the cells are expected to be nonzero: {} uses save {}",
            100.0 * s.density(),
            users,
            chain::seconds(saved)
        );
        let names = std::mem::take(&mut self.steps.last_mut().expect("the step it converts").names);
        self.steps.push(Step {
            action: Action::Convert(other),
            operands: vec![source],
            results: vec![slot],
            names,
            span: hop.span,
            facts: hop.facts.clone(),
            format: Some(other),
            cost: cost::with_bytes(Cost { seconds: price, ..Cost::default() }, &hop.facts, Some(other)),
            reason: Some(reason),
        });
    }

    fn finish(mut self, basic: &Basic, finals: &HashMap<Var, HopId>, shaping: &BTreeSet<Var>) -> Plan {
        let mut outputs: Vec<(Var, Source)> = Vec::new();
        for (var, h) in finals {
            outputs.push((*var, self.place[h].clone()));
        }
        for step in &self.steps {
            if step.results.len() > 1 {
                let kept = step.names.iter().zip(&step.results).filter(|(v, _)| basic.live_out.contains(v));
                outputs.extend(kept.map(|(v, slot)| (*v, Source::Slot { slot: *slot, last: false })));
            }
        }
        outputs.sort_by_key(|(v, _)| *v);
        mark_last_uses(&mut self.steps, &outputs, self.slots);
        let given: Vec<(Var, Facts)> = self
            .dag
            .ids()
            .filter_map(|id| match self.dag.hop(id).kind {
                Kind::Input(v) => Some((v, self.dag.hop(id).facts.clone())),
                _ => None,
            })
            .collect();
        let guard = Guard::new(given.iter().map(|(v, f)| (*v, f)), shaping);
        Plan { inputs: self.inputs, steps: self.steps, outputs, slots: self.slots as usize, guard }
    }
}

/// The last step that uses a slot may have its value, unless it is left to a variable.
fn mark_last_uses(steps: &mut [Step], outputs: &[(Var, Source)], slots: u32) {
    let mut used = vec![false; slots as usize];
    for (_, source) in outputs {
        if let Source::Slot { slot, .. } = source {
            used[slot.0 as usize] = true;
        }
    }
    for step in steps.iter_mut().rev() {
        let mut here: Vec<u32> = Vec::new();
        for source in step.operands.iter_mut().rev() {
            if let Source::Slot { slot, last } = source {
                *last = !used[slot.0 as usize] && !here.contains(&slot.0);
                here.push(slot.0);
            }
        }
        for slot in here {
            used[slot as usize] = true;
        }
    }
}
