//! Intersections of general patterns: rows in classes of both operands, and columns, so that slices of similar counts in both
//! meet.

use super::super::counts::Counts;
use super::super::mnc::Sketch;
use super::INNER_CLASSES;
use super::classes::Classes;
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
        let rows = Classes::new(sketch.by_row().counts().written_out(sketch.rows()).iter().copied(), INNER_CLASSES);
        let cols = Classes::new(sketch.by_col().counts().written_out(sketch.cols()).iter().copied(), INNER_CLASSES);
        let model = Model::fit(&rows, &cols);
        (rows, cols, model)
    };
    let ((rows_a, cols_a, p), (rows_b, cols_b, q)) = (classes(a), classes(b));
    let (joint_rows, joint_cols) = (rows_a.joint(&rows_b), cols_a.joint(&cols_b));
    let mut row_counts = vec![0.0; rows_a.len() * rows_b.len()];
    let mut col_counts = vec![0.0; cols_a.len() * cols_b.len()];
    for &(ra, rb, height) in &joint_rows {
        for &(ca, cb, breadth) in &joint_cols {
            let hit = p.at(ra, ca) * q.at(rb, cb);
            row_counts[ra * rows_b.len() + rb] += breadth * hit;
            col_counts[ca * cols_b.len() + cb] += height * hit;
        }
    }
    let spread = |a: &Classes, b: &Classes, counts: &[f64]| -> Vec<f64> {
        let class = |(&i, &j): (&u8, &u8)| counts[i as usize * b.len() + j as usize];
        a.of.iter().zip(&b.of).map(class).collect()
    };
    let nnz = joint_rows.iter().map(|&(ra, rb, height)| height * row_counts[ra * rows_b.len() + rb]).sum();
    let (rows, cols) = (spread(&rows_a, &rows_b, &row_counts), spread(&cols_a, &cols_b, &col_counts));
    Intersection { rows: rows.into(), cols: cols.into(), nnz }
}
