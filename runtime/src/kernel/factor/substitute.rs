//! Forward and back substitution.

use rayon::prelude::*;

use super::super::split::PARALLEL;
use super::lu::subtract;
use crate::{Csr, Matrix, Storage};

/// Which cells of a square matrix are its triangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Lower,
    /// With ones on the diagonal, where something else is stored.
    UnitLower,
    Upper,
}

impl Shape {
    /// Of a matrix that is triangular as it stands; upper if it is both.
    pub fn of(a: &Matrix) -> Option<Shape> {
        let n = a.rows();
        let only = |inside: &dyn Fn(usize, usize) -> bool| match a.storage() {
            Storage::Dense(d) => (0..n).all(|i| d.row(i).iter().enumerate().all(|(j, x)| *x == 0.0 || inside(i, j))),
            Storage::Csr(s) => (0..n).all(|i| {
                let (columns, values) = s.row(i);
                columns.iter().zip(values).all(|(&j, x)| *x == 0.0 || inside(i, j as usize))
            }),
        };
        if only(&|i, j| i <= j) {
            Some(Shape::Upper)
        } else if only(&|i, j| i >= j) {
            Some(Shape::Lower)
        } else {
            None
        }
    }
}

/// Right sides that are solved together: their rows are as long as a few cache lines.
const BLOCK: usize = 64;

/// x, n x cols row-major, becomes the solution for the triangle of the row-major n x n `a`; the products of a cell are
/// subtracted by ascending index going forward, by descending index going back.
pub(super) fn substitute_dense(a: &[f64], n: usize, shape: Shape, x: &mut [f64], cols: usize) {
    if cols <= BLOCK {
        return one_block(a, n, shape, x, cols);
    }
    let starts: Vec<usize> = (0..cols).step_by(BLOCK).collect();
    let solve = |&start: &usize| {
        let end = (start + BLOCK).min(cols);
        let mut block: Vec<f64> = (0..n).flat_map(|i| &x[i * cols + start..i * cols + end]).copied().collect();
        one_block(a, n, shape, &mut block, end - start);
        block
    };
    let blocks: Vec<Vec<f64>> = if n * n / 2 * cols < PARALLEL {
        starts.iter().map(solve).collect()
    } else {
        starts.par_iter().map(solve).collect()
    };
    for (start, block) in starts.iter().zip(blocks) {
        let width = BLOCK.min(cols - start);
        for (i, row) in block.chunks_exact(width).enumerate() {
            x[i * cols + start..][..width].copy_from_slice(row);
        }
    }
}

fn one_block(a: &[f64], n: usize, shape: Shape, x: &mut [f64], cols: usize) {
    let divide = |row: &mut [f64], i: usize| row.iter_mut().for_each(|x| *x /= a[i * n + i]);
    if shape == Shape::Upper {
        for i in (0..n).rev() {
            let (head, below) = x.split_at_mut((i + 1) * cols);
            let row = &mut head[i * cols..];
            let known = |k: usize| &below[(k - i - 1) * cols..][..cols];
            subtract(row, (i + 1..n).rev().map(|k| (a[i * n + k], known(k))));
            divide(row, i);
        }
        return;
    }
    for i in 0..n {
        let (above, row) = x.split_at_mut(i * cols);
        let row = &mut row[..cols];
        subtract(row, (0..i).map(|k| (a[i * n + k], &above[k * cols..][..cols])));
        if shape == Shape::Lower {
            divide(row, i);
        }
    }
}

/// The same for a sparse triangular matrix without zeros on its diagonal: only what is stored is multiplied.
pub(super) fn substitute_sparse(a: &Csr, shape: Shape, x: &mut [f64], cols: usize) {
    let n = a.rows();
    let mut solve = |i: usize| {
        let (columns, values) = a.row(i);
        let mut row = x[i * cols..(i + 1) * cols].to_vec();
        let mut one = |k: u32, factor: f64| {
            if k as usize != i && factor != 0.0 {
                row.iter_mut().zip(&x[k as usize * cols..][..cols]).for_each(|(x, y)| *x -= factor * y);
            }
        };
        let cells = columns.iter().copied().zip(values.iter().copied());
        if shape == Shape::Upper {
            cells.rev().for_each(|(k, f)| one(k, f))
        } else {
            cells.for_each(|(k, f)| one(k, f))
        }
        let divisor = a.get(i, i);
        row.iter_mut().for_each(|x| *x /= divisor);
        x[i * cols..(i + 1) * cols].copy_from_slice(&row);
    };
    if shape == Shape::Upper { (0..n).rev().for_each(&mut solve) } else { (0..n).for_each(&mut solve) }
}
