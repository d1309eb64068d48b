//! The order of products: dynamic programming over all parenthesizations of a chain, priced by MNC sketches
//! (Sommer et al., section 5 and appendix C: cost of a split = dot(hc(left), hr(right)) scalar multiplications).

use std::collections::HashMap;

use crate::facts::Facts;
use crate::hop::{Dag, HopId, Kind, Output};
use crate::ops::Op;
use crate::plan::{Format, cost, format};
use crate::program::ir::Scope;
use crate::sketch::{Chain, Nnz, Order, Sketch};
use lac_grammar::Span;

/// A chain that was put in order, for the explanation.
#[derive(Clone, Debug)]
pub struct Reordered {
    /// The root of the product in the new order.
    pub root: HopId,
    pub reason: String,
}

/// A factor of a chain: a node, taken as it is or transposed.
#[derive(Clone, Copy)]
struct Factor {
    hop: HopId,
    transposed: bool,
}

/// Puts every maximal chain of three or more factors that `needed` outputs reach into the cheapest order.
pub fn reorder(dag: &mut Dag, names: &Scope, needed: &dyn Fn(&Dag, &Output) -> bool) -> Vec<Reordered> {
    let mut done = Vec::new();
    let scheduled = dag.schedule(|o| needed(dag, o));
    let mut uses = Uses::new(dag, &scheduled, needed);
    for root in scheduled {
        if !is_product(dag, root) || inside_chain(dag, &uses, root) {
            continue;
        }
        let mut factors = Vec::new();
        flatten(dag, &uses, root, false, true, &mut factors);
        if factors.len() >= 3
            && let Some(reordered) = order(dag, names, &uses, root, &factors)
        {
            uses.renamed(root, reordered.root);
            done.push(reordered);
        }
    }
    done
}

/// Who uses a value, as far as anybody needs it: a variable that is assigned and never read does not count.
struct Uses {
    users: HashMap<HopId, Vec<HopId>>,
    outputs: HashMap<HopId, usize>,
}

impl Uses {
    fn new(dag: &Dag, scheduled: &[HopId], needed: &dyn Fn(&Dag, &Output) -> bool) -> Uses {
        let mut uses = Uses { users: HashMap::new(), outputs: HashMap::new() };
        for &user in scheduled {
            for o in dag.operands(user).into_iter().flatten() {
                uses.users.entry(o).or_default().push(user);
            }
        }
        for output in dag.outputs.iter().filter(|o| needed(dag, o)) {
            *uses.outputs.entry(output.hop()).or_default() += 1;
        }
        uses
    }

    /// The only user of a value, if it has just one and is no output.
    fn only(&self, id: HopId) -> Option<HopId> {
        match (self.users.get(&id).map(Vec::as_slice), self.outputs.get(&id)) {
            (Some([user]), None) => Some(*user),
            _ => None,
        }
    }

    fn is_single(&self, id: HopId) -> bool {
        self.users.get(&id).map_or(0, Vec::len) + self.outputs.get(&id).copied().unwrap_or(0) == 1
    }

    /// The users of one are now those of the other.
    fn renamed(&mut self, old: HopId, new: HopId) {
        if let Some(users) = self.users.remove(&old) {
            self.users.insert(new, users);
        }
        if let Some(outputs) = self.outputs.remove(&old) {
            self.outputs.insert(new, outputs);
        }
    }
}

fn is_product(dag: &Dag, id: HopId) -> bool {
    dag.hop(id).kind == Kind::Apply(Op::MatMul)
}

fn is_transpose(dag: &Dag, id: HopId) -> bool {
    dag.hop(id).kind == Kind::Apply(Op::Transpose)
}

/// Its only use is as a factor of another product (perhaps through a transpose): it is ordered with that one.
fn inside_chain(dag: &Dag, uses: &Uses, id: HopId) -> bool {
    match uses.only(id) {
        Some(user) if is_product(dag, user) => true,
        Some(user) if is_transpose(dag, user) => inside_chain(dag, uses, user),
        _ => false,
    }
}

/// The factors of a product from left to right; t(A B) = t(B) t(A). A product that others use too is a factor.
fn flatten(dag: &Dag, uses: &Uses, id: HopId, transposed: bool, root: bool, factors: &mut Vec<Factor>) {
    let free = root || uses.is_single(id);
    if is_product(dag, id) && free {
        let (a, b) = (dag.operand(id, 0), dag.operand(id, 1));
        let (first, second) = if transposed { (b, a) } else { (a, b) };
        flatten(dag, uses, first, transposed, false, factors);
        flatten(dag, uses, second, transposed, false, factors);
    } else if is_transpose(dag, id) {
        let inner = dag.operand(id, 0);
        if free && is_product(dag, inner) && uses.is_single(inner) {
            flatten(dag, uses, inner, !transposed, false, factors);
        } else {
            factors.push(Factor { hop: inner, transposed: !transposed });
        }
    } else {
        factors.push(Factor { hop: id, transposed });
    }
}

/// What is known of a factor or a product in a chain.
struct Known {
    sketch: Sketch,
    format: Format,
}

fn order(dag: &mut Dag, names: &Scope, uses: &Uses, root: HopId, factors: &[Factor]) -> Option<Reordered> {
    let known = |f: &Factor| {
        let sketch = dag.hop(f.hop).facts.as_matrix()?.sketch.as_ref()?;
        let sketch = if f.transposed { sketch.transpose() } else { sketch.clone() };
        let format = Format::by_size(&sketch);
        Some(Known { sketch, format })
    };
    let known: Vec<Known> = factors.iter().map(known).collect::<Option<_>>()?;
    // A mismatch of shapes is reported by the product itself.
    if known.windows(2).any(|pair| pair[0].sketch.cols() != pair[1].sketch.rows()) {
        return None;
    }
    let chain = Chain::new(known, price, |a, b| {
        let sketch = a.sketch.matmul(&b.sketch);
        let format = result_format(a, b, sketch.nnz());
        Ok(Known { sketch, format })
    });
    let chain = chain.ok()?;
    let (written, count) = as_written(dag, uses, root, false, 0, true);
    debug_assert_eq!(count, factors.len());
    let (written, chosen) = (chain.cost_of(&written, price), chain.cost());
    // An order that gains less than the error of the estimates is left as it was written.
    if chosen > 0.9 * written {
        return None;
    }
    let labels: Vec<String> = factors.iter().map(|f| label(dag, names, f)).collect();
    let text = parenthesized(&chain.order(), &labels);
    let new = rebuild(dag, factors, &chain, &chain.order(), 0, dag.hop(root).span).0;
    dag.replace(root, new);
    let reason = format!("order {text}: {} against {} as written", seconds(chosen), seconds(written));
    Some(Reordered { root: new, reason })
}

/// The seconds of a product.
fn price(a: &Known, b: &Known) -> f64 {
    let nnz = a.sketch.matmul_nnz(&b.sketch);
    cost::product(&a.sketch, a.format, &b.sketch, b.format, nnz, result_format(a, b, nnz))
}

fn result_format(a: &Known, b: &Known, nnz: Nnz) -> Format {
    let sparse = a.format == Format::Csr && b.format == Format::Csr;
    if sparse { format::of_product(a.sketch.rows(), b.sketch.cols(), nnz) } else { Format::Dense }
}

/// The order of the source, and the number after its last factor; factors are counted from `first`.
fn as_written(dag: &Dag, uses: &Uses, id: HopId, transposed: bool, first: usize, root: bool) -> (Order, usize) {
    let free = root || uses.is_single(id);
    if is_product(dag, id) && free {
        let (a, b) = (dag.operand(id, 0), dag.operand(id, 1));
        let (x, y) = if transposed { (b, a) } else { (a, b) };
        let (left, middle) = as_written(dag, uses, x, transposed, first, false);
        let (right, end) = as_written(dag, uses, y, transposed, middle, false);
        return (Order::Product(left.into(), right.into()), end);
    }
    if is_transpose(dag, id) {
        let inner = dag.operand(id, 0);
        if free && is_product(dag, inner) && uses.is_single(inner) {
            return as_written(dag, uses, inner, !transposed, first, false);
        }
    }
    (Order::Factor(first), first + 1)
}

/// A factor by the name of the variable that holds it, else by its operator.
fn label(dag: &Dag, names: &Scope, factor: &Factor) -> String {
    let assigned = dag.outputs.iter().find_map(|o| match o {
        Output::Assign(v, h) if *h == factor.hop => Some(names.name(*v)),
        _ => None,
    });
    let name = match &dag.hop(factor.hop).kind {
        Kind::Input(v) => names.name(*v).to_string(),
        Kind::Literal(value) => value.to_string(),
        Kind::Apply(op) => assigned.map_or_else(|| format!("{}(...)", op.row().name), str::to_string),
    };
    if factor.transposed { format!("t({name})") } else { name }
}

fn parenthesized(order: &Order, labels: &[String]) -> String {
    match order {
        Order::Factor(i) => labels[*i].clone(),
        Order::Product(left, right) => format!("({} {})", parenthesized(left, labels), parenthesized(right, labels)),
    }
}

/// The nodes of an order, its root, and the number after its last factor.
fn rebuild(
    dag: &mut Dag,
    factors: &[Factor],
    chain: &Chain<Known>,
    order: &Order,
    first: usize,
    span: Span,
) -> (HopId, usize) {
    match order {
        Order::Factor(i) => {
            let f = factors[*i];
            if !f.transposed {
                return (f.hop, first + 1);
            }
            let facts = dag.hop(f.hop).facts.as_matrix().map(|m| (m.finite, m.values));
            let (finite, values) = facts.expect("a factor is a matrix");
            let facts = Facts::valued(chain.value(*i, *i).sketch.clone(), finite, values);
            (dag.add(Kind::Apply(Op::Transpose), &[Some(f.hop)], facts, span, vec![]), first + 1)
        }
        Order::Product(left, right) => {
            let (left, middle) = rebuild(dag, factors, chain, left, first, span);
            let (right, end) = rebuild(dag, factors, chain, right, middle, span);
            let facts = Facts::sketched(chain.value(first, end - 1).sketch.clone(), false);
            (dag.add(Kind::Apply(Op::MatMul), &[Some(left), Some(right)], facts, span, vec![]), end)
        }
    }
}

/// `1.2 ms`
pub fn seconds(s: f64) -> String {
    let (value, unit) = match s {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s if s >= 1e-6 => (s * 1e6, "us"),
        s => (s * 1e9, "ns"),
    };
    format!("{value:.3} {unit}")
}
