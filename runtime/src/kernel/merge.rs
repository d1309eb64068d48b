//! Copies of one matrix, each changed elsewhere, become one.

use super::build::{build_rows, zeroed};
use super::cellwise::dense;
use super::split::fill;
use crate::{Context, Csr, Matrix, Result, Storage};

/// `before` with the cells that differ from it in one of its changed copies; of several the last counts.
pub fn merge(before: &Matrix, copies: &[&Matrix], ctx: &Context) -> Result<Matrix> {
    let changed: Vec<&Matrix> = copies.iter().copied().filter(|m| !m.is_same(before)).collect();
    match &changed[..] {
        [] => return Ok(before.clone()),
        [one] => return Ok((*one).clone()),
        _ => {}
    }
    if let (Storage::Csr(base), Some(changed)) = (before.storage(), all_sparse(&changed)) {
        return Ok(rows(base, &changed));
    }
    let (rows, cols) = before.shape();
    let mut values = zeroed(rows, cols, ctx)?;
    let (base, changed) = (before.to_dense(), changed.iter().map(|m| m.to_dense()).collect::<Vec<_>>());
    let facts = fill(&mut values, |start, out| {
        let base = &cells(&base)[start..start + out.len()];
        out.copy_from_slice(base);
        for m in &changed {
            for ((out, &b), &x) in out.iter_mut().zip(base).zip(&cells(m)[start..]) {
                if x.to_bits() != b.to_bits() {
                    *out = x;
                }
            }
        }
    });
    Ok(dense(rows, cols, values, facts))
}

fn all_sparse<'a>(matrices: &[&'a Matrix]) -> Option<Vec<&'a Csr>> {
    let sparse = matrices.iter().map(|m| match m.storage() {
        Storage::Csr(s) => Some(s),
        Storage::Dense(_) => None,
    });
    sparse.collect()
}

fn cells(m: &Matrix) -> &[f64] {
    match m.storage() {
        Storage::Dense(d) => d.values(),
        Storage::Csr(_) => unreachable!("made dense"),
    }
}

fn rows(base: &Csr, changed: &[&Csr]) -> Matrix {
    let work = |i: usize| base.indptr()[i] + changed.iter().map(|s| s.indptr()[i]).sum::<usize>();
    build_rows(base.rows(), base.cols(), work, |range, out| {
        // A row of the base, and of the result, cell by cell.
        let (mut old, mut new) = (vec![0.0; base.cols()], vec![0.0; base.cols()]);
        for i in range {
            let begin = out.indices.len();
            let others: Vec<(&[u32], &[f64])> =
                changed.iter().map(|s| s.row(i)).filter(|r| *r != base.row(i)).collect();
            match &others[..] {
                [] => append(base.row(i), out),
                [one] => append(*one, out),
                _ => {
                    let touched = touched(base.row(i), &others);
                    spread(base.row(i), &mut old);
                    spread(base.row(i), &mut new);
                    for other in &others {
                        merge_row(*other, &touched, &old, &mut new);
                    }
                    for &j in &touched {
                        let (x, j) = (std::mem::take(&mut new[j as usize]), j as usize);
                        old[j] = 0.0;
                        if x != 0.0 {
                            out.indices.push(j as u32);
                            out.values.push(x);
                        }
                    }
                }
            }
            out.end_row(begin);
        }
    })
}

fn append((columns, values): (&[u32], &[f64]), out: &mut super::build::Rows) {
    out.indices.extend_from_slice(columns);
    out.values.extend_from_slice(values);
}

fn spread((columns, values): (&[u32], &[f64]), cells: &mut [f64]) {
    for (&j, &x) in columns.iter().zip(values) {
        cells[j as usize] = x;
    }
}

/// The columns that any of the rows stores, ascending.
fn touched(base: (&[u32], &[f64]), others: &[(&[u32], &[f64])]) -> Vec<u32> {
    let mut all: Vec<u32> = base.0.iter().chain(others.iter().flat_map(|(columns, _)| *columns)).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Of the touched columns: what a row stores, or 0, where it differs from the old value.
fn merge_row((columns, values): (&[u32], &[f64]), touched: &[u32], old: &[f64], new: &mut [f64]) {
    let mut stored = columns.iter().zip(values).peekable();
    for &j in touched {
        let x = stored.next_if(|(column, _)| **column == j).map_or(0.0, |(_, x)| *x);
        if x.to_bits() != old[j as usize].to_bits() {
            new[j as usize] = x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::merge;
    use crate::{Context, Dense, Matrix};

    fn matrix(values: &[f64]) -> Matrix {
        Matrix::new(Dense::new(2, values.len() / 2, values.to_vec()))
    }

    #[test]
    fn changes_meet_in_every_format() {
        let nan = f64::NAN;
        let before = matrix(&[1.0, 0.0, nan, 4.0, 0.0, 6.0]);
        let a = matrix(&[7.0, 0.0, nan, 4.0, 0.0, 0.0]);
        let b = matrix(&[1.0, 8.0, 5.0, 4.0, nan, 6.0]);
        let expected = [7.0, 8.0, 5.0, 4.0, nan, 0.0];
        let csr = |m: &Matrix| m.to_csr();
        for (before, a, b) in [
            (before.clone(), a.clone(), b.clone()),
            (csr(&before), csr(&a), csr(&b)),
            (csr(&before), a.clone(), csr(&b)),
        ] {
            let all = merge(&before, &[&a, &before, &b], &Context::unlimited()).unwrap();
            for (k, x) in expected.iter().enumerate() {
                let found = all.get(k / 3, k % 3);
                assert!(found == *x || found.is_nan() && x.is_nan(), "{k}: {found}");
            }
            assert!(merge(&before, &[&before], &Context::unlimited()).unwrap().is_same(&before));
        }
    }
}
