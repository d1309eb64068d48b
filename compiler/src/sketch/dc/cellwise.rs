//! Intersections and unions of general patterns.

use super::super::elementwise::{intersection, union};
use super::super::mnc::{Sketch, Structure};
use super::super::nnz::Nnz;
use super::model::{Classes, Model};
use super::{INNER_CLASSES, is_small};

/// The sketch of `a * b`: rows in classes of both operands, and columns, so that slices of similar counts in both meet.
pub(super) fn mul(a: &Sketch, b: &Sketch) -> Sketch {
    let plain = a.mul(b);
    let general = |sketch: &Sketch| sketch.structure() == Structure::General && is_small(sketch);
    if plain.is_exact() || !general(a) || !general(b) {
        return plain;
    }
    let classes = |sketch: &Sketch| {
        let rows = Classes::new(&sketch.by_row().counts().written_out(sketch.rows()), INNER_CLASSES);
        let cols = Classes::new(&sketch.by_col().counts().written_out(sketch.cols()), INNER_CLASSES);
        let model = Model::fit(&rows, &cols);
        (rows, cols, model)
    };
    let ((rows_a, cols_a, p), (rows_b, cols_b, q)) = (classes(a), classes(b));
    let (joint_rows, joint_cols) = (rows_a.joint(&rows_b), cols_a.joint(&cols_b));
    let both = |&(ra, rb, _): &(usize, usize, f64), &(ca, cb, _): &(usize, usize, f64)| p.at(ra, ca) * q.at(rb, cb);
    let mut row_counts = vec![0.0; rows_a.len() * rows_b.len()];
    let mut col_counts = vec![0.0; cols_a.len() * cols_b.len()];
    for row in &joint_rows {
        for col in &joint_cols {
            let hit = both(row, col);
            row_counts[row.0 * rows_b.len() + row.1] += col.2 * hit;
            col_counts[col.0 * cols_b.len() + col.1] += row.2 * hit;
        }
    }
    let spread = |a: &Classes, b: &Classes, counts: &[f64]| -> Vec<f64> {
        let class = |(&i, &j): (&u16, &u16)| counts[i as usize * b.len() + j as usize];
        a.of.iter().zip(&b.of).map(class).collect()
    };
    let row_counts = spread(&rows_a, &rows_b, &row_counts);
    let estimate = row_counts.iter().sum();
    let mut rows = intersection(a.by_row(), b.by_row(), 0.0);
    let mut cols = intersection(a.by_col(), b.by_col(), 0.0);
    (rows.counts, cols.counts) = (row_counts.into(), spread(&cols_a, &cols_b, &col_counts).into());
    Sketch::fit(Nnz::new(plain.nnz().lower, estimate, plain.nnz().upper), rows, cols, false)
}

/// The sketch of `a + b`, by inclusion and exclusion.
pub(super) fn add(a: &Sketch, b: &Sketch) -> Sketch {
    let plain = a.add(b);
    let general = |sketch: &Sketch| sketch.structure() == Structure::General;
    if plain.is_exact() || !general(a) || !general(b) { plain } else { union(a, b, &mul(a, b)) }
}
