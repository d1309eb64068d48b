//! Operators of three operands.

use super::build::{compact, reserve_csr, zeroed};
use super::cellwise::{Operand, dense};
use super::cellwise_source::{Pattern, Source, broadcast, buffer};
use super::cellwise_sparse::union_pattern;
use super::split::fill;
use crate::{Context, Csr, Matrix, Result, Storage};

/// `a` where the condition is not 0 (NaN counts as true), else `b`, cell by cell. Shapes meet as in
/// [`binary`](super::binary); scalars alone make a 1 x 1 matrix.
///
/// The result is sparse where the cells that can be nonzero are covered by stored positions: those of `a`, or of the
/// condition, for the one branch, and those of `b` for the other.
pub fn ifelse(condition: Operand, a: Operand, b: Operand, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = broadcast("ifelse", &[condition, a, b])?;
    let source = |operand| Source::new(operand, (rows, cols), ctx);
    let select = Select { sources: [source(condition)?, source(a)?, source(b)?] };
    match select.cover(a, b) {
        Some(Cover::Nothing) => Ok(Matrix::zeros(rows, cols)),
        Some(Cover::One(s)) => select.sparse(s, ctx),
        Some(Cover::Two(s, t)) => {
            reserve_csr(rows, cols, s.stored() + t.stored(), ctx)?;
            match union_pattern(s, t).into_storage() {
                Storage::Csr(union) => select.sparse(&union, ctx),
                Storage::Dense(_) => unreachable!("a pattern is sparse"),
            }
        }
        None => {
            let mut values = zeroed(rows, cols, ctx)?;
            let facts = fill(&mut values, |start, out| select.cells(cols, start, out));
            Ok(dense(rows, cols, values, facts))
        }
    }
}

/// Stored positions outside of which a result is 0.
enum Cover<'a> {
    Nothing,
    One(&'a Csr),
    Two(&'a Csr, &'a Csr),
}

struct Select<'a> {
    /// The condition, and what is taken where it holds and where it does not.
    sources: [Source<'a>; 3],
}

impl<'a> Select<'a> {
    fn cover(&self, a: Operand, b: Operand) -> Option<Cover<'a>> {
        let sparse = |source: &Source<'a>| match source {
            Source::Sparse(s) => Some(*s),
            _ => None,
        };
        let [condition, yes, no] = self.sources.each_ref().map(sparse);
        let yes = match (condition, yes) {
            (Some(c), Some(y)) => Some(if c.stored() < y.stored() { c } else { y }),
            (c, y) => c.or(y),
        };
        match (a.is_zero(), b.is_zero()) {
            (true, true) => Some(Cover::Nothing),
            (true, false) => no.map(Cover::One),
            (false, true) => yes.map(Cover::One),
            (false, false) => Some(Cover::Two(yes?, no?)),
        }
    }

    fn cells(&self, cols: usize, start: usize, out: &mut [f64]) {
        let [condition, yes, no] = &self.sources;
        let (mut c, mut n) = (buffer(), buffer());
        let len = out.len();
        yes.load(cols, start, out);
        choose(condition.read(cols, start, &mut c[..len]), out, no.read(cols, start, &mut n[..len]));
    }

    fn sparse(&self, cover: &Csr, ctx: &Context) -> Result<Matrix> {
        let (rows, cols) = (cover.rows(), cover.cols());
        reserve_csr(rows, cols, cover.stored(), ctx)?;
        let pattern = Pattern::of(cover);
        let [condition, yes, no] = &self.sources;
        let mut values = vec![0.0; cover.stored()];
        let facts = fill(&mut values, |start, out| {
            let (mut c, mut n) = (buffer(), buffer());
            let len = out.len();
            condition.gather(pattern, start, &mut c[..len]);
            no.gather(pattern, start, &mut n[..len]);
            yes.gather(pattern, start, out);
            choose(&c[..len], out, &n[..len]);
        });
        Ok(compact(rows, cols, cover.indptr().to_vec(), cover.indices().to_vec(), values, facts))
    }
}

/// yes[k] becomes no[k] where the condition is 0.
fn choose(condition: &[f64], yes: &mut [f64], no: &[f64]) {
    for ((yes, &c), &no) in yes.iter_mut().zip(condition).zip(no) {
        *yes = if c != 0.0 { *yes } else { no };
    }
}

#[cfg(test)]
mod tests {
    use super::ifelse;
    use crate::kernel::Operand;
    use crate::kernel::cases::{POOL, agree, broadcast_cell, formats, matrix};
    use crate::{Context, Dense, Matrix, Storage};

    /// Every mix of formats, scalars and broadcast shapes against a look at each cell.
    #[test]
    fn every_format_agrees() {
        let ctx = Context::unlimited();
        let shapes = [[(3, 4); 3], [(3, 1), (3, 4), (1, 4)], [(1, 4), (3, 4), (1, 1)], [(0, 3); 3], [(3, 0); 3]];
        for shapes in shapes {
            let matrices = [0, 1, 2].map(|k| formats(&matrix(shapes[k].0, shapes[k].1, &POOL, k)));
            let operands = matrices.each_ref().map(|formats| {
                let scalars = [0.0, 2.0].map(Operand::Scalar);
                formats.iter().map(Operand::Matrix).chain(scalars).collect::<Vec<_>>()
            });
            for &c in &operands[0] {
                for &a in &operands[1] {
                    for &b in &operands[2] {
                        let result = ifelse(c, a, b, &ctx).unwrap();
                        let cell = |i, j| if at(c, i, j) != 0.0 { at(a, i, j) } else { at(b, i, j) };
                        agree(&result, cell, &format!("ifelse({c:?}, {a:?}, {b:?})"));
                    }
                }
            }
        }
    }

    fn at(operand: Operand, i: usize, j: usize) -> f64 {
        match operand {
            Operand::Matrix(m) => broadcast_cell(m, i, j),
            Operand::Scalar(s) => s,
        }
    }

    #[test]
    fn unstored_conditions_stay_sparse() {
        let (c, a) = (Matrix::zeros(100, 100), Matrix::new(Dense::new(100, 100, vec![1.0; 10_000])));
        let ctx = Context::unlimited();
        let result = ifelse(Operand::Matrix(&c), Operand::Matrix(&a), Operand::Scalar(0.0), &ctx).unwrap();
        assert!(matches!(result.storage(), Storage::Csr(_)));
    }
}
