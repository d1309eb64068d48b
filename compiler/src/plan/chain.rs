//! The order of products: dynamic programming over all parenthesizations of a chain, priced by MNC sketches
//! (Sommer et al., section 5 and appendix C: cost of a split = dot(hc(left), hr(right)) scalar multiplications).

use std::collections::HashMap;

use crate::facts::Facts;
use crate::hop::{Dag, HopId, Kind, Output};
use crate::ops::Op;
use crate::plan::{Format, cost, format};
use crate::program::ir::Scope;
use crate::sketch::Sketch;

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

/// The best way to compute the factors i..=j.
struct Best {
    seconds: f64,
    split: usize,
    sketch: Sketch,
    format: Format,
}

fn order(dag: &mut Dag, names: &Scope, uses: &Uses, root: HopId, factors: &[Factor]) -> Option<Reordered> {
    let n = factors.len();
    let mut table: Vec<Vec<Option<Best>>> = (0..n).map(|_| (0..n).map(|_| None).collect()).collect();
    for (i, f) in factors.iter().enumerate() {
        let sketch = dag.hop(f.hop).facts.as_matrix()?.sketch.clone()?;
        let sketch = if f.transposed { sketch.transpose() } else { sketch };
        let format = Format::by_size(&sketch);
        table[i][i] = Some(Best { seconds: 0.0, split: i, sketch, format });
    }
    for i in 1..n {
        // A mismatch of shapes is reported by the product itself.
        let (left, right) = (table[i - 1][i - 1].as_ref()?, table[i][i].as_ref()?);
        if left.sketch.cols() != right.sketch.rows() {
            return None;
        }
    }
    for length in 1..n {
        for i in 0..n - length {
            table[i][i + length] = Some(best(&table, i, i + length));
        }
    }
    let written = as_written(dag, uses, root, factors, &table)?;
    let chosen = table[0][n - 1].as_ref()?.seconds;
    // An order that gains less than the error of the estimates is left as it was written.
    if chosen > 0.9 * written {
        return None;
    }
    let labels: Vec<String> = factors.iter().map(|f| label(dag, names, f)).collect();
    let text = parenthesized(&table, &labels, 0, n - 1);
    let new = rebuild(dag, factors, &table, 0, n - 1, root);
    dag.replace(root, new);
    let reason = format!("order {text}: {} against {} as written", seconds(chosen), seconds(written));
    Some(Reordered { root: new, reason })
}

fn best(table: &[Vec<Option<Best>>], i: usize, j: usize) -> Best {
    let cell = |i: usize, j: usize| table[i][j].as_ref().expect("shorter chains are done");
    let mut found: Option<(f64, usize)> = None;
    let mut sketches: Option<(usize, Sketch, Format)> = None;
    for split in i..j {
        let (left, right) = (cell(i, split), cell(split + 1, j));
        let sofar = left.seconds + right.seconds;
        if found.is_some_and(|(s, _)| s <= sofar) {
            continue;
        }
        let sketch = left.sketch.matmul(&right.sketch);
        let format = result_format(left.format, right.format, &sketch);
        let seconds = sofar + cost::product(&left.sketch, left.format, &right.sketch, right.format, &sketch, format);
        if found.is_none_or(|(s, _)| seconds < s) {
            found = Some((seconds, split));
            sketches = Some((split, sketch, format));
        }
    }
    let (seconds, split) = found.expect("a chain has a split");
    let (_, sketch, format) = sketches.expect("found with it");
    Best { seconds, split, sketch, format }
}

fn result_format(a: Format, b: Format, c: &Sketch) -> Format {
    if a == Format::Csr && b == Format::Csr { format::of_product(c) } else { Format::Dense }
}

/// The price of the chain in the order of the source.
fn as_written(dag: &Dag, uses: &Uses, root: HopId, factors: &[Factor], table: &[Vec<Option<Best>>]) -> Option<f64> {
    /// Number of factors consumed, price, sketch and format of a subtree, factors counted from `first`.
    fn walk(
        dag: &Dag,
        uses: &Uses,
        id: HopId,
        transposed: bool,
        first: usize,
        root: bool,
        table: &[Vec<Option<Best>>],
    ) -> Option<(usize, f64, Sketch, Format)> {
        let free = root || uses.is_single(id);
        if is_product(dag, id) && free {
            let (a, b) = (dag.operand(id, 0), dag.operand(id, 1));
            let (x, y) = if transposed { (b, a) } else { (a, b) };
            let (n, s, left, fl) = walk(dag, uses, x, transposed, first, false, table)?;
            let (m, t, right, fr) = walk(dag, uses, y, transposed, first + n, false, table)?;
            let sketch = left.matmul(&right);
            let format = result_format(fl, fr, &sketch);
            let price = cost::product(&left, fl, &right, fr, &sketch, format);
            return Some((n + m, s + t + price, sketch, format));
        }
        if is_transpose(dag, id) {
            let inner = dag.operand(id, 0);
            if free && is_product(dag, inner) && uses.is_single(inner) {
                return walk(dag, uses, inner, !transposed, first, false, table);
            }
        }
        let leaf = table[first][first].as_ref()?;
        Some((1, 0.0, leaf.sketch.clone(), leaf.format))
    }
    let (count, price, ..) = walk(dag, uses, root, false, 0, true, table)?;
    debug_assert_eq!(count, factors.len());
    Some(price)
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

fn parenthesized(table: &[Vec<Option<Best>>], labels: &[String], i: usize, j: usize) -> String {
    if i == j {
        return labels[i].clone();
    }
    let split = table[i][j].as_ref().expect("computed").split;
    let (left, right) = (parenthesized(table, labels, i, split), parenthesized(table, labels, split + 1, j));
    format!("({left} {right})")
}

fn rebuild(dag: &mut Dag, factors: &[Factor], table: &[Vec<Option<Best>>], i: usize, j: usize, root: HopId) -> HopId {
    let span = dag.hop(root).span;
    let cell = table[i][j].as_ref().expect("computed");
    if i == j {
        let f = factors[i];
        if !f.transposed {
            return f.hop;
        }
        let facts = dag.hop(f.hop).facts.clone();
        let transposed = transposed_facts(&facts, &cell.sketch);
        return dag.add(Kind::Apply(Op::Transpose), &[Some(f.hop)], transposed, span, vec![]);
    }
    let left = rebuild(dag, factors, table, i, cell.split, root);
    let right = rebuild(dag, factors, table, cell.split + 1, j, root);
    dag.add(
        Kind::Apply(Op::MatMul),
        &[Some(left), Some(right)],
        Facts::sketched(cell.sketch.clone(), false),
        span,
        vec![],
    )
}

fn transposed_facts(facts: &Facts, sketch: &Sketch) -> Facts {
    Facts::sketched(sketch.clone(), facts.as_matrix().is_some_and(|m| m.finite))
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
