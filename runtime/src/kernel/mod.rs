//! The kernels: one file per family of operators.

mod simd;
pub(crate) mod split;

mod bind;
mod index;
mod product;
mod reorg;

pub use bind::{cbind, rbind};
pub use index::{left_index, left_index_scalar, right_index};
pub use product::{OutputFormat, matmul, tsmm};
pub use reorg::{diag, identity, reshape, rev, transpose};
