//! Matrices from nothing: constants, sequences, random numbers.

use lac_compiler::ops::random::RandSpec;
use lac_compiler::ops::{format_double, sequence_length, sequence_value};
use lac_grammar::Diagnostic;

use super::build::{build_rows, reserve_csr, zeroed};
use super::split;
use crate::{Context, Dense, Facts, Matrix, Result};

/// Every cell the same; zeros are stored sparse.
pub fn fill(value: f64, rows: usize, cols: usize, ctx: &Context) -> Result<Matrix> {
    if value == 0.0 && rows.saturating_mul(cols) > 1 {
        reserve_csr(rows, cols, 0, ctx)?;
        return Ok(Matrix::zeros(rows, cols));
    }
    let mut values = zeroed(rows, cols, ctx)?;
    let facts = split::fill(&mut values, |_, out| out.fill(value));
    Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
}

/// A column vector `from`, `from + incr`, ... as far as `to` (see [`sequence_length`]); `incr` is 1 or -1 if not given.
///
/// E0502 if the increment does not lead to `to`.
pub fn sequence(from: f64, to: f64, incr: Option<f64>, ctx: &Context) -> Result<Matrix> {
    let Some(count) = sequence_length(from, to, incr) else {
        let [from, to, incr] = [from, to, incr.unwrap_or(f64::NAN)].map(format_double);
        return Err(Box::new(
            Diagnostic::error("E0502", format!("`seq` never gets from {from} to {to} in steps of {incr}"))
                .help("the increment must be a finite number, negative if the sequence falls and positive if it rises"),
        ));
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut values = zeroed(count, 1, ctx)?;
    let facts = split::fill(&mut values, |start, out| {
        for (k, x) in out.iter_mut().enumerate() {
            *x = sequence_value(from, to, incr, (start + k) as u64);
        }
    });
    Ok(Matrix::with_facts(Dense::new(count, 1, values), facts))
}

/// Below this sparsity a random matrix is CSR: there 12 bytes a nonzero are less than 8 a cell, with room for the
/// row offsets and the slower kernels.
const SPARSE: f64 = 0.5;

/// A random matrix: each cell is what `spec` says it is, however the work is split.
pub fn rand(spec: &RandSpec, ctx: &Context) -> Result<Matrix> {
    spec.check()?;
    let (rows, cols) = (spec.rows, spec.cols);
    if spec.sparsity == 0.0 || spec.is_zero() {
        return fill(0.0, rows, cols, ctx);
    }
    if spec.sparsity < SPARSE && cols as u64 <= 1 << 32 {
        return rand_sparse(spec, ctx);
    }
    let mut values = zeroed(rows, cols, ctx)?;
    let facts = if spec.sparsity >= 1.0 {
        split::fill(&mut values, |start, out| {
            let (mut i, mut j, mut rest) = (start / cols, start % cols, out);
            while !rest.is_empty() {
                let (segment, tail) = rest.split_at_mut((cols - j).min(rest.len()));
                spec.fill_row(i as u64, j as u64, segment);
                (i, j, rest) = (i + 1, 0, tail);
            }
        })
    } else {
        let mut facts = Facts::EMPTY;
        for (i, row) in values.chunks_mut(cols.max(1)).enumerate() {
            for (j, x) in spec.row_nonzeros(i as u64) {
                row[j as usize] = x;
            }
            facts = facts.and(Facts::of(row));
        }
        facts
    };
    Ok(Matrix::with_facts(Dense::new(rows, cols, values), facts))
}

fn rand_sparse(spec: &RandSpec, ctx: &Context) -> Result<Matrix> {
    let (rows, cols) = (spec.rows, spec.cols);
    // The number of nonzeros is binomial: six standard deviations above the mean is a bound in practice.
    let mean = rows as f64 * cols as f64 * spec.sparsity;
    reserve_csr(rows, cols, (mean + 6.0 * mean.sqrt()) as usize, ctx)?;
    let row_work = 4 + (cols as f64 * spec.sparsity) as usize;
    Ok(build_rows(
        rows,
        cols,
        |i| i.saturating_mul(row_work),
        |range, part| {
            for i in range {
                let begin = part.indices.len();
                for (j, x) in spec.row_nonzeros(i as u64) {
                    part.indices.push(j as u32);
                    part.values.push(x);
                }
                part.end_row(begin);
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use lac_compiler::ops::random::{Pdf, RandSpec};

    use super::{fill, rand, sequence};
    use crate::kernel::cases::agree;
    use crate::{Context, Storage};

    #[test]
    fn sequences_include_both_ends() {
        let ctx = Context::unlimited();
        for (from, to, incr, count, last) in [
            (0.0, 1.0, 0.1, 11, 1.0),
            (0.0, 0.3, 0.1, 4, 0.3),
            (1.0, 10.0, 1.0, 10, 10.0),
            (1.0, 10.0, 4.0, 3, 9.0),
            (5.0, 1.0, -2.0, 3, 1.0),
            (2.0, 2.0, 1.0, 1, 2.0),
            (1.0, 100_000.0, 1.0, 100_000, 100_000.0),
        ] {
            let s = sequence(from, to, Some(incr), &ctx).unwrap();
            assert_eq!(s.shape(), (count, 1), "seq({from}, {to}, {incr})");
            assert!((s.get(count - 1, 0) - last).abs() < 1e-12 && s.get(0, 0) == from);
            assert!(s.get(count - 1, 0) <= to.max(from));
        }
    }

    #[test]
    fn sequences_that_lead_nowhere() {
        let ctx = Context::new(1 << 20);
        for (from, to, incr, code) in [
            (1.0, 5.0, -1.0, "E0502"),
            (1.0, 5.0, 0.0, "E0502"),
            (2.0, 2.0, 0.0, "E0502"),
            (1.0, f64::INFINITY, 1.0, "E0502"),
            (f64::NAN, 1.0, 1.0, "E0502"),
            (0.0, 1.0, 1e-300, "E0601"),
            (0.0, 1e9, 1.0, "E0601"),
        ] {
            assert_eq!(sequence(from, to, Some(incr), &ctx).unwrap_err().code, code, "seq({from}, {to}, {incr})");
        }
    }

    #[test]
    fn constants() {
        let ctx = Context::unlimited();
        assert!(matches!(fill(0.0, 1000, 1_000_000, &ctx).unwrap().storage(), Storage::Csr(_)));
        agree(&fill(f64::NAN, 3, 2, &ctx).unwrap(), |_, _| f64::NAN, "fill");
        assert_eq!(fill(1.0, 0, 5, &ctx).unwrap().shape(), (0, 5));
    }

    /// Every cell is what the specification says, in each format that `rand` chooses.
    #[test]
    fn random_cells_are_those_of_the_specification() {
        let ctx = Context::unlimited();
        for pdf in [Pdf::Uniform, Pdf::Normal, Pdf::Poisson { lambda: 2.0 }] {
            for (rows, cols) in [(0, 3), (3, 0), (1, 1), (700, 101)] {
                for sparsity in [0.0, 0.01, 0.7, 1.0] {
                    let spec = RandSpec { rows, cols, min: -1.0, max: 1.0, sparsity, pdf, seed: 42 };
                    let m = rand(&spec, &ctx).unwrap();
                    let mut expected = vec![vec![0.0; cols]; rows];
                    for (i, row) in expected.iter_mut().enumerate() {
                        spec.row_nonzeros(i as u64).for_each(|(j, x)| row[j as usize] = x);
                    }
                    assert_eq!(m.shape(), (rows, cols));
                    agree(&m, |i, j| expected[i][j], &format!("{spec:?}"));
                }
            }
        }
    }

    #[test]
    fn huge_sparse_matrices_are_cheap() {
        let (rows, cols) = (1_000_000, 1_000_000);
        let spec = RandSpec { rows, cols, min: 0.0, max: 1.0, sparsity: 1e-6, pdf: Pdf::Uniform, seed: 1 };
        let m = rand(&spec, &Context::new(1 << 26)).unwrap();
        assert!((m.nnz() as f64 - 1e6).abs() < 5e3, "{}", m.nnz());
    }
}
