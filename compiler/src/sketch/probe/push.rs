//! Rows of an expression, 256 at a time: every probe is a bit, and a pass over a leaf's nonzeros moves all of them.
//!
//! With M a matrix of bits, one word of probes for each row of an expression E, the product M E over the Boolean semiring
//! says which columns each probe reaches. It distributes over products, sums and bindings, so that a chain of k leaves costs
//! k passes, whatever the sizes of its intermediate results, and a transposed leaf is read as it lies:
//!
//! M A  scatters: column j gets the bits of each row i with A_ij != 0,   M t(A)  gathers: i gets the bits of each such j.
//!
//! Intersections and complements do not distribute over unions of rows; they are exact where every probe stands in one row
//! (there M E are the rows themselves), and elsewhere the rows that are needed are evaluated so first.

use super::super::estimator::Refusal;
use super::super::operation::Operation;
use super::graph::{Edge, Graph, Kind};
use super::{LeafRows, Work};

/// Words of probes: 256 of them move 32 bytes, half a cache line.
const WORDS: usize = 4;

/// Probes of one pass.
pub(super) const WIDTH: usize = 64 * WORDS;

/// A set of probes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Probes([u64; WORDS]);

impl Probes {
    pub fn one(t: usize) -> Probes {
        let mut probes = Probes::default();
        probes.0[t / 64] = 1 << (t % 64);
        probes
    }

    fn all() -> Probes {
        Probes([u64::MAX; WORDS])
    }

    fn is_empty(self) -> bool {
        self.0.iter().fold(0, |any, word| any | word) == 0
    }

    fn or(&mut self, other: Probes) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
    }

    fn and(self, other: Probes) -> Probes {
        Probes(std::array::from_fn(|w| self.0[w] & other.0[w]))
    }

    fn without(self, other: Probes) -> Probes {
        Probes(std::array::from_fn(|w| self.0[w] & !other.0[w]))
    }

    /// Calls `f` with the number of each probe in the set.
    pub fn each(self, mut f: impl FnMut(usize)) {
        for (w, mut word) in self.0.into_iter().enumerate() {
            while word != 0 {
                f(64 * w + word.trailing_zeros() as usize);
                word &= word - 1;
            }
        }
    }
}

/// How many sets each probe is in: binary counters side by side, one plane of bits for each digit.
#[derive(Default)]
pub(super) struct Tally {
    planes: Vec<Probes>,
}

impl Tally {
    /// Counts the probes of a set. Half of all additions end at the first digit, as a binary counter's do.
    pub fn add(&mut self, set: Probes) {
        let mut carry = set;
        for plane in &mut self.planes {
            if carry.is_empty() {
                return;
            }
            let next = plane.and(carry);
            *plane = Probes(std::array::from_fn(|w| plane.0[w] ^ carry.0[w]));
            carry = next;
        }
        if !carry.is_empty() {
            self.planes.push(carry);
        }
    }

    /// The count of probe `t`.
    pub fn count(&self, t: usize) -> u64 {
        let digit = |(k, plane): (usize, &Probes)| (plane.0[t / 64] >> (t % 64) & 1) << k;
        self.planes.iter().enumerate().map(digit).sum()
    }
}

/// Evaluates rows and counts the work.
pub(super) struct Pusher<'a> {
    pub graph: &'a Graph,
    pub leaves: &'a [&'a dyn LeafRows],
    pub work: Work,
    buffer: Vec<u32>,
    /// Vectors that are not needed any more: memory that is in use already is cheaper than new memory.
    spare: Vec<Vec<Probes>>,
}

impl<'a> Pusher<'a> {
    pub fn new(graph: &'a Graph, leaves: &'a [&'a dyn LeafRows], limit: u64) -> Pusher<'a> {
        Pusher { graph, leaves, work: Work::up_to(limit), buffer: Vec::new(), spare: Vec::new() }
    }

    /// The rows of an expression, at most [`WIDTH`] of them, as the probes that hit each column.
    pub fn rows(&mut self, edge: Edge, rows: &[usize]) -> Result<Vec<Probes>, Refusal> {
        let mut probes = self.none(self.graph.shape(edge).0);
        rows.iter().enumerate().for_each(|(t, &row)| probes[row].or(Probes::one(t)));
        let reached = self.push(edge, &probes, true)?;
        self.recycle(probes);
        Ok(reached)
    }

    /// A vector of empty sets.
    fn none(&mut self, len: usize) -> Vec<Probes> {
        let mut none = self.spare.pop().unwrap_or_default();
        none.clear();
        none.resize(len, Probes::default());
        none
    }

    /// Takes a vector back.
    pub fn recycle(&mut self, probes: Vec<Probes>) {
        self.spare.push(probes);
    }

    /// `probes` times the expression. `alone`: every probe stands in one row.
    fn push(&mut self, edge: Edge, probes: &[Probes], alone: bool) -> Result<Vec<Probes>, Refusal> {
        let graph = self.graph;
        match graph.kind(edge) {
            Kind::Leaf(i) => self.leaf(*i, edge.transposed, probes),
            Kind::Apply(op, operands) => self.apply(edge, *op, operands, probes, alone),
        }
    }

    fn leaf(&mut self, i: usize, transposed: bool, probes: &[Probes]) -> Result<Vec<Probes>, Refusal> {
        let leaf = self.leaves[i];
        let (rows, cols) = leaf.shape();
        let mut work = 0;
        let mut reached = self.none(if transposed { rows } else { cols });
        for i in 0..rows {
            if transposed {
                let row = leaf.row(i, &mut self.buffer);
                work += row.len() as u64;
                let mut hit = Probes::default();
                row.iter().for_each(|&j| hit.or(probes[j as usize]));
                reached[i] = hit;
            } else if !probes[i].is_empty() {
                let row = leaf.row(i, &mut self.buffer);
                work += row.len() as u64;
                row.iter().for_each(|&j| reached[j as usize].or(probes[i]));
            }
        }
        self.work.spend(work + (rows + cols) as u64)?;
        Ok(reached)
    }

    fn apply(
        &mut self,
        edge: Edge,
        op: Operation,
        operands: &[Edge],
        probes: &[Probes],
        alone: bool,
    ) -> Result<Vec<Probes>, Refusal> {
        // t(f(A, B)) is f(t(A), t(B)), but for products, which turn round, and bindings, which exchange
        let seen = |operand: Edge| Edge { transposed: operand.transposed ^ edge.transposed, ..operand };
        let a = seen(operands[0]);
        let b = operands.get(1).map(|&operand| seen(operand)).unwrap_or(a);
        match op {
            Operation::MatMul => {
                let (first, second) = if edge.transposed { (b, a) } else { (a, b) };
                let between = self.push(first, probes, alone)?;
                let reached = self.push(second, &between, false)?;
                self.recycle(between);
                Ok(reached)
            }
            Operation::Add => {
                let (x, y) = (self.push(a, probes, alone)?, self.push(b, probes, alone)?);
                Ok(zip(x, &y, |x, y| Probes(std::array::from_fn(|w| x.0[w] | y.0[w]))))
            }
            Operation::RowBind | Operation::ColBind => {
                if (op == Operation::RowBind) ^ edge.transposed {
                    let (above, below) = probes.split_at(self.graph.shape(a).0);
                    let (x, y) = (self.push(a, above, alone)?, self.push(b, below, alone)?);
                    return Ok(zip(x, &y, |x, y| Probes(std::array::from_fn(|w| x.0[w] | y.0[w]))));
                }
                let mut x = self.push(a, probes, alone)?;
                x.extend(self.push(b, probes, alone)?);
                Ok(x)
            }
            Operation::Diag if self.graph.shape(operands[0]).1 == 1 => {
                let column = Edge { transposed: !operands[0].transposed, ..operands[0] };
                let entries = self.push(column, &[Probes::all()], false)?;
                Ok(zip(probes.to_vec(), &entries, Probes::and))
            }
            Operation::Reshape { .. } if edge.transposed => self.gather(Edge { transposed: false, ..edge }, probes),
            _ if !alone => self.row_by_row(edge, probes),
            Operation::Mul => {
                let (x, y) = (self.push(a, probes, true)?, self.push(b, probes, true)?);
                Ok(zip(x, &y, Probes::and))
            }
            Operation::IsZero => {
                let mut asked = Probes::default();
                probes.iter().for_each(|&here| asked.or(here));
                Ok(self.push(a, probes, true)?.into_iter().map(|hit| asked.without(hit)).collect())
            }
            Operation::Diag => self.diagonal(edge, a, probes),
            Operation::Reshape { cols, .. } => self.reshape(a, cols, probes),
            Operation::Transpose | Operation::NotZero => Err(Refusal::Unsupported(op)),
        }
    }

    /// `probes` times the transpose of an expression whose columns can not be asked for: all its rows, one after the other.
    fn gather(&mut self, edge: Edge, probes: &[Probes]) -> Result<Vec<Probes>, Refusal> {
        let all: Vec<usize> = (0..self.graph.shape(edge).0).collect();
        let mut reached = vec![Probes::default(); all.len()];
        for rows in all.chunks(WIDTH) {
            let found = self.rows(edge, rows)?;
            let mut work = found.len() as u64;
            for (here, &probes) in found.into_iter().zip(probes) {
                here.each(|t| {
                    work += 1;
                    reached[rows[t]].or(probes);
                });
            }
            self.work.spend(work)?;
        }
        Ok(reached)
    }

    /// An operation that needs its operands' rows one by one: first the rows that any probe asks for, then their union.
    fn row_by_row(&mut self, edge: Edge, probes: &[Probes]) -> Result<Vec<Probes>, Refusal> {
        let asked: Vec<usize> = (0..probes.len()).filter(|&i| !probes[i].is_empty()).collect();
        let mut reached = vec![Probes::default(); self.graph.shape(edge).1];
        for rows in asked.chunks(WIDTH) {
            let found = self.rows(edge, rows)?;
            let mut work = found.len() as u64;
            for (all, here) in reached.iter_mut().zip(found) {
                here.each(|t| {
                    work += 1;
                    all.or(probes[rows[t]]);
                });
            }
            self.work.spend(work)?;
        }
        Ok(reached)
    }

    /// The main diagonal of a matrix as a column (or a row, if transposed); every probe stands in one row.
    fn diagonal(&mut self, edge: Edge, a: Edge, probes: &[Probes]) -> Result<Vec<Probes>, Refusal> {
        let (height, breadth) = self.graph.shape(a);
        if edge.transposed {
            // one row: all entries, each probe alone in it
            let mut entries = vec![Probes::default(); height.max(breadth)];
            let all: Vec<usize> = (0..height.min(breadth)).collect();
            for rows in all.chunks(WIDTH) {
                let found = self.rows(a, rows)?;
                rows.iter().enumerate().filter(|&(t, &i)| !found[i].and(Probes::one(t)).is_empty()).for_each(
                    |(_, &i)| {
                        entries[i] = probes[0];
                    },
                );
            }
            entries.truncate(self.graph.shape(edge).1);
            return Ok(entries);
        }
        let found = self.push(a, probes, true)?;
        let mut hit = Probes::default();
        probes.iter().zip(&found).for_each(|(&here, &found)| hit.or(here.and(found)));
        Ok(vec![hit])
    }

    /// Row i of the result are the cells from i `cols` on, of a few rows of the operand: one push for the first row of
    /// each probe, one for the second, and so on.
    fn reshape(&mut self, a: Edge, cols: usize, probes: &[Probes]) -> Result<Vec<Probes>, Refusal> {
        let (height, breadth) = self.graph.shape(a);
        let mut reached = vec![Probes::default(); cols];
        if breadth == 0 || height == 0 {
            return Ok(reached);
        }
        let mut start = [0; WIDTH];
        for (i, here) in probes.iter().enumerate() {
            here.each(|t| start[t] = i * cols);
        }
        for step in 0..cols.div_ceil(breadth) + 1 {
            let mut sources = vec![Probes::default(); height];
            for (i, here) in probes.iter().enumerate().filter(|(_, here)| !here.is_empty()) {
                let source = i * cols / breadth + step;
                if source < height && source * breadth < (i + 1) * cols {
                    sources[source].or(*here);
                }
            }
            let found = self.push(a, &sources, true)?;
            self.work.spend(found.len() as u64)?;
            for (j, here) in found.into_iter().enumerate() {
                here.each(|t| {
                    let cell = (start[t] / breadth + step) * breadth + j;
                    if (start[t]..start[t] + cols).contains(&cell) {
                        reached[cell - start[t]].or(Probes::one(t));
                    }
                });
            }
        }
        Ok(reached)
    }
}

fn zip(x: Vec<Probes>, y: &[Probes], f: impl Fn(Probes, Probes) -> Probes) -> Vec<Probes> {
    x.into_iter().zip(y).map(|(x, &y)| f(x, y)).collect()
}
