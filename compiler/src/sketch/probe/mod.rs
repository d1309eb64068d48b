//! Row probes: the nonzeros of a few rows of an expression, counted exactly, tell those of all (section 7.2).
//!
//! No count of rows and columns says that neighbours share neighbours: on roads, meshes, communities and citations whatever
//! is derived from counts alone is off by factors. A probe looks: it evaluates one row of the expression over the leaves'
//! patterns. Here 256 probes go together, each a bit of a word (`push`): one pass over the nonzeros of a leaf moves them all,
//! so that a chain costs as many passes as it has leaves, however dense its intermediate results are. Rows are drawn in
//! proportion to an optimistic size (`weights`), hubs are taken for certain (`sample`); where there are few rows, or little
//! work, all are probed and the answer is exact.
//!
//! The library reads no data itself: it asks [`LeafRows`], which the host implements.
//!
//! ```
//! use lac_compiler::sketch::{Expression, Pattern, probe};
//! let (indptr, indices) = ([0, 1, 2, 3, 4], [1, 0, 0, 0]);
//! let graph = Pattern::new(4, 4, &indptr, &indices)?;
//! let (two_hops, _) = Expression::parse("(mm G G)")?;
//! let probed = probe::probe(&two_hops, &[&graph], probe::Effort::default())?;
//! assert_eq!((probed.estimate, probed.error), (4.0, 0.0));        // so small that every row was counted
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bounds;
mod graph;
mod push;
mod sample;
mod tiers;
mod weights;

use super::estimator::Refusal;
use super::operation::{Expression, Operation};
use super::pattern::{Pattern, Shape};
use graph::{Edge, Graph, Kind};
use push::{Pusher, Tally, WIDTH};
use sample::{Sample, Total};
pub use tiers::{Probing, Tiered, combine, doubt};

/// A leaf whose pattern can be asked for, row by row.
pub trait LeafRows {
    /// Rows and columns.
    fn shape(&self) -> Shape;

    /// Number of nonzeros.
    fn nnz(&self) -> u64;

    /// The columns of the nonzeros of row `i`, ascending, without explicit zeros. `buffer` is scratch space: a leaf that does
    /// not store its rows so writes them there.
    fn row<'a>(&'a self, i: usize, buffer: &'a mut Vec<u32>) -> &'a [u32];
}

impl LeafRows for Pattern<'_> {
    fn shape(&self) -> Shape {
        Pattern::shape(*self)
    }

    fn nnz(&self) -> u64 {
        Pattern::nnz(*self) as u64
    }

    fn row<'a>(&'a self, i: usize, _: &'a mut Vec<u32>) -> &'a [u32] {
        Pattern::row(*self, i)
    }
}

/// How much work an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// All rows are probed if that visits no more nonzeros than this.
    pub exhaustive: u64,
    /// The relative standard error to come under, with up to [`MOST_PASSES`] times 256 probes.
    pub error: f64,
    /// More than this are visited in no case.
    pub limit: u64,
    /// Where in its interval a draw falls, in [0, 1): another sample for another number.
    pub offset: f64,
}

/// A sample has at most so many times 256 probes.
pub const MOST_PASSES: usize = 8;

impl Default for Effort {
    /// Some ten milliseconds for an exact answer, some seconds at most; 3 % else.
    fn default() -> Effort {
        Effort { exhaustive: 1 << 24, error: 0.03, limit: 1 << 32, offset: 0.5 }
    }
}

/// What probes tell of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probed {
    /// Expected number of nonzeros, without bias.
    pub estimate: f64,
    /// Its standard error; 0 if every row was counted.
    pub error: f64,
    /// No fewer nonzeros than this, by the leaves' rows.
    pub lower: u64,
    /// No more than this.
    pub upper: u64,
    /// Rows probed.
    pub rows: usize,
    /// Nonzeros visited.
    pub work: u64,
}

/// Counts the nonzeros visited.
struct Work {
    done: u64,
    limit: u64,
}

impl Work {
    fn up_to(limit: u64) -> Work {
        Work { done: 0, limit }
    }

    fn spend(&mut self, work: u64) -> Result<(), Refusal> {
        self.done = self.done.saturating_add(work.max(1));
        if self.done > self.limit {
            return Err(Refusal::TooLarge { needed: self.done, limit: self.limit });
        }
        Ok(())
    }
}

/// Probes an expression over leaves that are at hand; leaf `i` of the expression is `leaves[i]`.
///
/// # Errors
/// [`Refusal::Shapes`], [`Refusal::NoLeaf`]; [`Refusal::TooLarge`] beyond the limit of work.
pub fn probe(expression: &Expression, leaves: &[&dyn LeafRows], effort: Effort) -> Result<Probed, Refusal> {
    let shapes: Vec<Shape> = leaves.iter().map(|leaf| leaf.shape()).collect();
    let graph = Graph::new(expression, &shapes)?;
    let mut prober = Prober { pusher: Pusher::new(&graph, leaves, effort.limit), effort, rows: 0 };
    let total = prober.total(graph.root)?;
    let (lower, upper) = match total.error {
        // counted
        0.0 => (total.value as u64, total.value as u64),
        // what is left of the work; without it the sample stands, and its bounds are those of the shape
        _ => {
            let left = effort.limit.saturating_sub(prober.pusher.work.done);
            bounds::bounds(&graph, leaves, graph.root, left).unwrap_or((0, u64::MAX))
        }
    };
    let (rows, work) = (prober.rows, prober.pusher.work.done);
    Ok(Probed { estimate: total.value, error: total.error, lower, upper, rows, work })
}

struct Prober<'a> {
    pusher: Pusher<'a>,
    effort: Effort,
    rows: usize,
}

impl Prober<'_> {
    /// The nonzeros of an expression. Those of operators that only move or complement cells are known from their operands'.
    fn total(&mut self, edge: Edge) -> Result<Total, Refusal> {
        let graph = self.pusher.graph;
        let (rows, cols) = graph.shape(edge);
        match graph.kind(edge) {
            Kind::Leaf(i) => Ok(Total { value: self.pusher.leaves[*i].nnz() as f64, error: 0.0 }),
            Kind::Apply(Operation::Reshape { .. }, operands) => self.total(operands[0]),
            Kind::Apply(Operation::Diag, operands) if graph.shape(operands[0]).1 == 1 => self.total(operands[0]),
            Kind::Apply(Operation::IsZero, operands) => {
                let zeros = self.total(operands[0])?;
                Ok(Total { value: rows as f64 * cols as f64 - zeros.value, ..zeros })
            }
            Kind::Apply(Operation::RowBind | Operation::ColBind, operands) => {
                let (a, b) = (self.total(operands[0])?, self.total(operands[1])?);
                Ok(Total { value: a.value + b.value, error: a.error.hypot(b.error) })
            }
            Kind::Apply(..) => self.probe(edge),
        }
    }

    /// The side with fewer rows is probed; then all rows if that is cheap, else a sample.
    fn probe(&mut self, edge: Edge) -> Result<Total, Refusal> {
        let (rows, cols) = self.pusher.graph.shape(edge);
        let edge = if cols < rows { Edge { transposed: !edge.transposed, ..edge } } else { edge };
        let weights = weights::row_weights(self.pusher.graph, self.pusher.leaves, edge, self.effort.limit)?;
        let active: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0.0).collect();
        let sample = Sample::new(&weights, WIDTH, self.effort.offset);
        let before = self.pusher.work.done;
        let total = sample.total(&self.sizes(edge, &sample.rows)?);
        if sample.certain == active.len() {
            return Ok(total);
        }
        let once = self.pusher.work.done - before;
        if once.saturating_mul(active.len().div_ceil(WIDTH) as u64) <= self.effort.exhaustive {
            let value = self.sizes(edge, &active)?.iter().sum();
            return Ok(Total { value, error: 0.0 });
        }
        // the error falls with the square root of the number of probes
        let passes = (total.error / (self.effort.error * total.value)).powi(2).ceil().min(MOST_PASSES as f64) as usize;
        if passes < 2 {
            return Ok(total);
        }
        let sample = Sample::new(&weights, WIDTH * passes, self.effort.offset);
        let sizes = self.sizes(edge, &sample.rows)?;
        Ok(sample.total(&sizes))
    }

    /// The true number of nonzeros of some rows.
    fn sizes(&mut self, edge: Edge, rows: &[usize]) -> Result<Vec<f64>, Refusal> {
        self.rows += rows.len();
        let mut sizes = Vec::with_capacity(rows.len());
        for rows in rows.chunks(WIDTH) {
            let mut tally = Tally::default();
            let hits = self.pusher.rows(edge, rows)?;
            hits.iter().for_each(|&hit| tally.add(hit));
            self.pusher.recycle(hits);
            sizes.extend((0..rows.len()).map(|t| tally.count(t) as f64));
        }
        Ok(sizes)
    }
}
