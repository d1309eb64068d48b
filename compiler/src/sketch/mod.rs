//! Sparsity sketches: how many nonzeros a result will have, known before it is computed.
//!
//! A [`Sketch`] summarises the *pattern* of a matrix (which cells are nonzero) by its row and column counts and propagates
//! them through linear algebra: the MNC sketch of Sommer, Boehm, Evfimievski, Reinwald and Haas, "MNC: Structure-Exploiting
//! Sparsity Estimation for Matrix Expressions", SIGMOD 2019, with expected counts in place of random rounding (the same
//! answer every time) and with true bounds beside every estimate.
//!
//! **What a number means.** [`Nnz`] holds `lower <= estimate <= upper`. The two bounds are theorems about the Boolean pattern
//! of the result: products and sums of nonzeros are taken to be nonzero (no cancellation, no underflow). `upper` therefore
//! also bounds the numeric result; `lower` does if nothing cancels. `lower == upper` means the count is exact. Products take
//! 0 * NaN for 0: their bounds suppose finite operands.
//! The estimate is for costs, the upper bound for memory; an estimate is never a bound.
//!
//! **One pattern or two.** A sketch knows its pattern from others of the same counts: clones, and whatever keeps or thins a
//! pattern, are recognised when they meet it again, so that `X * (X > 0)` is no intersection of independent patterns.
//!
//! **Cost.** A sketch takes O(rows + columns) if it was made from data and O(1) if only its shape and number of nonzeros are
//! known ([`Counts::Uniform`]), whatever its shape. Clones share their vectors.
//!
//! **Must not know**: operators, DAGs, files, values (beyond zero or not), formats, threads. No global state, no randomness.
//!
//! **Kept.** A sketch goes to bytes and back ([`mod@file`]), so that it can be used where the data are not. Sketches of
//! parts of a matrix merge ([`Sketch::merge_rows`], [`Sketch::merge_cols`]): construction in parallel is the host's.
//!
//! **Others.** What else can estimate stands behind one interface ([`estimator`]): the exact answer ([`exact`]), row
//! probes of data at hand ([`probe`]), and the [`rivals`] from the literature. Those that sample take a seed.
//!
//! Which side of a chain of three should be multiplied first?
//! ```
//! use lac_compiler::sketch::{Nnz, Sketch};
//! // A graph's adjacency matrix in CSR form: edges 0->1, 1->2, 2->0, 2->1.
//! let graph = Sketch::from_csr(3, 3, &[0, 1, 2, 4], &[1, 2, 0, 1], &[1.0; 4]);
//! let select = Sketch::from_csr(1, 3, &[0, 1], &[2], &[1.0]);          // one row of it
//! let features = Sketch::dense(3, 100);
//!
//! let left = select.matmul(&graph);
//! assert_eq!(left.nnz(), Nnz::exact(2));                              // a selection is exact
//! let left_first = select.matmul_flops(&graph) + left.matmul_flops(&features);
//! let right_first = graph.matmul_flops(&features) + select.matmul_flops(&graph.matmul(&features));
//! assert_eq!((left_first, right_first), (202.0, 500.0));              // scalar multiplications
//!
//! // Nothing but metadata is needed, at any scale.
//! let web = Sketch::uniform(1 << 33, 1 << 33, Nnz::exact(1 << 36));
//! assert!(web.matmul(&web).density() < 1e-8);
//! ```
//!
//! To a database a sparse matrix is a relation of two keys, and the nonzeros of a product are the rows of a join that keeps
//! distinct pairs: `SELECT DISTINCT o.customer, s.supplier FROM orders o JOIN supplies s USING (part)`. Its size, from the
//! columns of the two tables as they lie:
//! ```
//! use lac_compiler::sketch::{Sketch, probe, probe::Effort, Expression, Pattern};
//! // orders (customer, part), supplies (part, supplier): keys are numbered from 0, duplicates do no harm
//! let orders = Sketch::from_coo(4, 3, &[0, 0, 1, 2, 3, 3], &[0, 1, 1, 2, 0, 2], &[1.0; 6]);
//! let supplies = Sketch::from_coo(3, 2, &[0, 1, 1, 2], &[0, 0, 1, 1], &[1.0; 4]);
//! let pairs = orders.matmul(&supplies).nnz();
//! assert!(pairs.lower <= 7 && 7 <= pairs.upper);                      // 7 pairs, whatever the estimate
//! assert_eq!(orders.matmul_flops(&supplies), 8.0);                    // rows of the join before DISTINCT
//!
//! // Sketches are kept as bytes, and merge when partitions of a table are sketched where they lie.
//! let kept = Sketch::from_bytes(&orders.to_bytes())?;
//! assert_eq!(Sketch::merge_rows(&[kept, orders]).rows(), 8);
//!
//! // With the tables at hand a few hundred groups are counted; here all are, and the answer is exact.
//! let orders = Pattern::new(4, 3, &[0, 2, 3, 4, 6], &[0, 1, 1, 2, 0, 2])?;
//! let supplies = Pattern::new(3, 2, &[0, 1, 3, 4], &[0, 0, 1, 1])?;
//! let (join, _) = Expression::parse("(mm orders supplies)")?;
//! assert_eq!(probe::probe(&join, &[&orders, &supplies], Effort::default())?.estimate, 7.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aggregate;
mod axis;
pub mod chain;
mod counts;
mod dc;
mod elementwise;
pub mod estimator;
pub mod exact;
pub mod file;
mod identity;
mod index;
mod join;
mod leaf;
mod loose;
mod mnc;
mod nnz;
pub mod operation;
mod order;
mod outcome;
pub mod pattern;
pub mod probe;
mod product;
mod reorg;
mod reshape;
pub mod rivals;
mod rule;
mod table;
mod triangle;
mod walk;

pub use axis::Axis;
pub use chain::{Chain, Order};
pub use counts::{Counts, MAX_EXPLICIT, Written};
pub use estimator::{AnyEstimator, Estimator, Refusal, Sketched};
pub use file::{SketchFile, SketchFileError, Stamp};
pub use leaf::ColumnsMet;
pub use mnc::{Sketch, Structure};
pub use nnz::{Nnz, bytes_csr, bytes_dense, cells};
pub use operation::{Expression, Operation};
pub use outcome::{Outcome, Outcomes};
pub use pattern::{InvalidPattern, Pattern};
pub use rule::{Rule, Why};
pub use table::Spread;
pub use walk::Walks;

#[cfg(test)]
pub(crate) mod tests;
