//! Functions of the rows of each group.

use lac_compiler::ops::Binary;
use lac_compiler::reference::table::MOST;
use lac_grammar::Diagnostic;

use super::build::zeroed;
use super::cellwise_source::{Operand, Source};
use super::statistics::{degrees, power};
use super::table::Pairs;
use crate::{Context, Dense, Matrix, Result, Storage};

/// What `aggregate` computes of each group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupFunction {
    Sum,
    Count,
    Mean,
    Variance,
    Min,
    Max,
    /// The mean of this power of the differences from the mean.
    CentralMoment(u32),
}

/// A row for each group: the function of each column's cells in the rows whose group it is, 0 where there is none.
///
/// # Errors
/// E0501 for a group below 1, or one that no matrix has a row for; E0601 without memory.
pub fn aggregate(
    m: &Matrix,
    groups: &[f64],
    weights: Option<&[f64]>,
    f: GroupFunction,
    number: Option<usize>,
    ctx: &Context,
) -> Result<Matrix> {
    let (groups, number) = places(groups, number)?;
    let job = Job { m, groups: &groups, number, weights, ctx };
    match f {
        GroupFunction::Count => job.count(),
        GroupFunction::Sum if job.is_sparse() => job.sparse_sum(),
        GroupFunction::Sum => job.sum(),
        GroupFunction::Mean => job.mean(),
        GroupFunction::Variance => {
            let totals = job.totals();
            let moments = job.moment(2)?;
            job.scaled(moments, |g| totals[g], |g| degrees(totals[g]))
        }
        GroupFunction::CentralMoment(order) => {
            let moments = job.moment(order)?;
            Ok(job.finish(moments))
        }
        GroupFunction::Min => job.best(Binary::Min, f64::INFINITY),
        GroupFunction::Max => job.best(Binary::Max, f64::NEG_INFINITY),
    }
}

/// The 0-based group of each row, if it has one, and how many groups there are.
fn places(groups: &[f64], number: Option<usize>) -> Result<(Vec<Option<usize>>, usize)> {
    if let Some(g) = groups.iter().find(|g| g.trunc() < 1.0 || number.is_none() && g.trunc() >= MOST) {
        let error = format!("`aggregate` counts groups from 1: there is no group {g}");
        return Err(Box::new(Diagnostic::error("E0501", error)));
    }
    let largest = groups.iter().fold(0.0_f64, |most, g| most.max(g.trunc()));
    let number = number.unwrap_or(largest as usize);
    let place = |g: &f64| (g.trunc() <= number as f64).then(|| g.trunc() as usize - 1);
    Ok((groups.iter().map(place).collect(), number))
}

struct Job<'a> {
    m: &'a Matrix,
    groups: &'a [Option<usize>],
    number: usize,
    weights: Option<&'a [f64]>,
    ctx: &'a Context,
}

impl Job<'_> {
    fn weight(&self, i: usize) -> f64 {
        self.weights.map_or(1.0, |w| w[i])
    }

    fn is_sparse(&self) -> bool {
        let finite = self.weights.is_none_or(|w| w.iter().all(|w| w.is_finite()));
        matches!(self.m.storage(), Storage::Csr(_)) && finite
    }

    /// The sum of the weights of each group.
    fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.number];
        for (i, g) in self.groups.iter().enumerate() {
            if let Some(g) = g {
                totals[*g] += self.weight(i);
            }
        }
        totals
    }

    fn members(&self) -> Vec<bool> {
        let mut members = vec![false; self.number];
        self.groups.iter().flatten().for_each(|&g| members[g] = true);
        members
    }

    fn count(&self) -> Result<Matrix> {
        let (totals, cols) = (self.totals(), self.m.cols());
        let mut counts = zeroed(self.number, cols, self.ctx)?;
        if cols > 0 {
            counts.chunks_mut(cols).zip(totals).for_each(|(row, total)| row.fill(total));
        }
        Ok(self.finish(counts))
    }

    /// `f` of each row of a group: its number, the cells of the row, the result's row so far.
    fn fold(&self, start: f64, mut f: impl FnMut(usize, usize, &[f64], &mut [f64])) -> Result<Vec<f64>> {
        let (rows, cols) = self.m.shape();
        let mut result = zeroed(self.number, cols, self.ctx)?;
        if cols == 0 {
            return Ok(result);
        }
        if start != 0.0 {
            result.fill(start);
        }
        let source = Source::new(Operand::Matrix(self.m), (rows, cols), self.ctx)?;
        let mut buffer = vec![0.0; cols];
        for (i, g) in self.groups.iter().enumerate() {
            if let Some(g) = *g {
                let row = source.read(cols, i * cols, &mut buffer);
                f(i, g, row, &mut result[g * cols..(g + 1) * cols]);
            }
        }
        Ok(result)
    }

    fn finish(&self, values: Vec<f64>) -> Matrix {
        Matrix::new(Dense::new(self.number, self.m.cols(), values))
    }

    fn sums(&self) -> Result<Vec<f64>> {
        self.fold(0.0, |i, _, row, sums| {
            let w = self.weight(i);
            sums.iter_mut().zip(row).for_each(|(s, x)| *s += w * x);
        })
    }

    fn sum(&self) -> Result<Matrix> {
        let sums = self.sums()?;
        Ok(self.finish(sums))
    }

    /// Of a sparse matrix and finite weights only what is stored counts.
    fn sparse_sum(&self) -> Result<Matrix> {
        let Storage::Csr(s) = self.m.storage() else { return self.sum() };
        self.ctx.reserve(16 * s.stored() as u64, || format!("the groups of {} values", s.stored()))?;
        let mut pairs = Pairs::with_capacity(s.stored());
        for (i, g) in self.groups.iter().enumerate() {
            let Some(g) = g.map(|g| g as u32) else { continue };
            let (columns, values) = s.row(i);
            columns.iter().zip(values).for_each(|(&j, x)| pairs.push((g, j), self.weight(i) * x));
        }
        pairs.finish(self.number, self.m.cols(), self.ctx)
    }

    /// values[g, j] * times(g) / over(g); a group without rows stays 0.
    fn scaled(
        &self,
        mut values: Vec<f64>,
        times: impl Fn(usize) -> f64,
        over: impl Fn(usize) -> f64,
    ) -> Result<Matrix> {
        let members = self.members();
        for (g, row) in values.chunks_exact_mut(self.m.cols().max(1)).enumerate().filter(|(g, _)| members[*g]) {
            row.iter_mut().for_each(|x| *x = *x * times(g) / over(g));
        }
        Ok(self.finish(values))
    }

    fn means(&self) -> Result<Vec<f64>> {
        let (totals, members) = (self.totals(), self.members());
        let mut means = self.sums()?;
        for (g, row) in means.chunks_exact_mut(self.m.cols().max(1)).enumerate().filter(|(g, _)| members[*g]) {
            row.iter_mut().for_each(|x| *x /= totals[g]);
        }
        Ok(means)
    }

    fn mean(&self) -> Result<Matrix> {
        let means = self.means()?;
        Ok(self.finish(means))
    }

    fn moment(&self, order: u32) -> Result<Vec<f64>> {
        let (totals, members, means) = (self.totals(), self.members(), self.means()?);
        let cols = self.m.cols();
        let mut sums = self.fold(0.0, |i, g, row, sums| {
            let w = self.weight(i);
            let means = &means[g * cols..];
            for ((s, x), mean) in sums.iter_mut().zip(row).zip(means) {
                *s += w * power(x - mean, order);
            }
        })?;
        for (g, row) in sums.chunks_exact_mut(cols.max(1)).enumerate().filter(|(g, _)| members[*g]) {
            row.iter_mut().for_each(|x| *x /= totals[g]);
        }
        Ok(sums)
    }

    fn best(&self, f: Binary, start: f64) -> Result<Matrix> {
        let members = self.members();
        let mut best = self.fold(start, |_, _, row, best| {
            best.iter_mut().zip(row).for_each(|(b, &x)| *b = f.apply(*b, x));
        })?;
        for (_, row) in best.chunks_exact_mut(self.m.cols().max(1)).enumerate().filter(|(g, _)| !members[*g]) {
            row.fill(0.0);
        }
        Ok(self.finish(best))
    }
}
