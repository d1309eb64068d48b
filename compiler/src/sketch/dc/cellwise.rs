//! Intersections of general patterns: rows in classes of both operands, and columns, so that slices of similar counts in both
//! meet.

use super::super::axis::Axis;
use super::super::counts::Counts;
use super::super::mnc::Sketch;
use super::INNER_CLASSES;
use super::classes::{Classes, Slices, Without, joint};
use super::model::Model;

/// Expected counts of an intersection: per row, per column, and in total.
pub(in super::super) struct Intersection {
    pub rows: Counts,
    pub cols: Counts,
    pub nnz: f64,
}

/// What to expect of `a * b`.
pub(in super::super) fn intersection(a: &Sketch, b: &Sketch) -> Intersection {
    let classes = |sketch: &Sketch| {
        let of = |axis: &Axis| {
            let slices =
                Slices { len: axis.len(), counts: axis.counts().clone(), most: axis.max(), without: Without::Nothing };
            Classes::new(slices, INNER_CLASSES)
        };
        let (rows, cols) = (of(sketch.by_row()), of(sketch.by_col()));
        let model = Model::fit(&rows, &cols);
        (rows, cols, model)
    };
    let ((rows_a, cols_a, p), (rows_b, cols_b, q)) = (classes(a), classes(b));
    let (row_classes, col_classes) = ([rows_a.of(), rows_b.of()], [cols_a.of(), cols_b.of()]);
    let joint_rows = joint((&row_classes[0], rows_a.len()), (&row_classes[1], rows_b.len()));
    let joint_cols = joint((&col_classes[0], cols_a.len()), (&col_classes[1], cols_b.len()));
    let mut row_counts = vec![0.0; rows_a.len() * rows_b.len()];
    let mut col_counts = vec![0.0; cols_a.len() * cols_b.len()];
    for &(ra, rb, height) in &joint_rows {
        for &(ca, cb, breadth) in &joint_cols {
            let hit = p.at(ra, ca) * q.at(rb, cb);
            row_counts[ra * rows_b.len() + rb] += breadth * hit;
            col_counts[ca * cols_b.len() + cb] += height * hit;
        }
    }
    let spread = |[a, b]: &[Vec<u8>; 2], breadth: usize, counts: &[f64]| -> Vec<f64> {
        a.iter().zip(b).map(|(&i, &j)| counts[i as usize * breadth + j as usize]).collect()
    };
    let nnz = joint_rows.iter().map(|&(ra, rb, height)| height * row_counts[ra * rows_b.len() + rb]).sum();
    let rows = spread(&row_classes, rows_b.len(), &row_counts);
    let cols = spread(&col_classes, cols_b.len(), &col_counts);
    Intersection { rows: rows.into(), cols: cols.into(), nnz }
}
