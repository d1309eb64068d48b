//! The kernels: one file per family of operators.

mod build;
pub(crate) mod simd;
pub(crate) mod split;

mod aggregate;
mod aggregate_columns;
mod aggregate_fold;
mod aggregate_index;
mod bind;
mod cellwise;
mod cellwise_function;
mod cellwise_source;
mod cellwise_sparse;
mod cumulative;
mod distinct;
mod factor;
mod gather;
mod generate;
mod group;
mod index;
mod merge;
mod order;
mod product;
mod reorg;
mod replace;
mod select;
mod statistics;
mod table;
mod ternary;
mod window;

#[cfg(test)]
mod cases;

pub use aggregate::{aggregate, aggregate_all};
pub use bind::{cbind, rbind};
pub use cellwise::{
    Operand, binary, binary_owned, binary_owned_right, binary_scalar, each, scalar_binary, unary, unary_owned,
};
pub use cumulative::{cum_sum_prod, cumulative, row_cum_sum};
pub use distinct::{count_distinct, count_distinct_by};
pub use factor::{cholesky, determinant, eigen, inverse, lu, qr, solve, svd};
pub use gather::{cols as pick_cols, rows as pick_rows};
pub use generate::{fill, rand, sequence};
pub use group::{GroupFunction, aggregate as aggregate_groups};
pub use index::{left_index, left_index_scalar, right_index};
pub use merge::merge;
pub use order::{order, roll};
pub use product::{OutputFormat, matmul, tsmm};
pub use reorg::{diag, identity, reshape, rev, transpose};
pub use replace::{Triangle, replace, triangle};
pub use select::{Distinct, Margin, remove_empty, unique};
pub use statistics::{Sorted, Weights, cells, contains, contains_row, covariance, moment};
pub use table::table;
pub use ternary::ifelse;
pub use window::{bias, window};
