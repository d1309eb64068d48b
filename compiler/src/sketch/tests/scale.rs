//! Metadata-only sketches cost nothing, whatever their shape, and sums do not overflow.

use crate::sketch::{Counts, Nnz, Outcome, Outcomes, Sketch, bytes_csr, bytes_dense};

const HUGE: u64 = 1 << 33;

/// All operations on sketches of 2^33 rows; a vector of that length would need 64 GiB.
#[test]
fn metadata_of_any_shape() {
    let a = Sketch::uniform(HUGE, HUGE, Nnz::exact(1 << 36));
    let v = Sketch::uniform(HUGE, 1, Nnz::exact(1 << 20));
    let c = a.matmul(&a);
    assert!((c.nnz().estimate / 2f64.powi(39) - 1.0).abs() < 1e-6, "{:?}", c.nnz());
    let half = Outcome::Maybe(0.5);
    let any = Outcomes { both: half, first: half, second: Outcome::Nonzero, neither: Outcome::Zero };
    let two_columns = v.cbind(&Sketch::dense(HUGE, 1));
    let results = [
        two_columns.reshape(4, HUGE / 2, true),
        two_columns.reshape(HUGE / 2, 4, false),
        two_columns.cumsum(),
        two_columns.diag_of_matrix(),
        two_columns.transpose().matmul(&two_columns),
        two_columns.slice(7..HUGE, 1..2),
        two_columns.add(&two_columns.rev()),
        two_columns.row_agg(),
        a.mul(&a),
        a.add(&a),
        a.mul(&v),
        a.add(&v.transpose()),
        a.is_zero(),
        a.zero_preserving(),
        a.rbind(&a),
        a.cbind(&v),
        a.rev().transpose(),
        a.slice(0..HUGE / 2, 5..HUGE),
        a.left_index(0..10, 0..HUGE, &Sketch::dense(1, 1)),
        a.row_agg(),
        a.col_agg(),
        a.full_agg(),
        a.cumsum(),
        a.diag_of_matrix(),
        v.diag_to_matrix().matmul(&a),
        a.if_else(&a, &Sketch::dense(1, 1)),
        v.reshape(1 << 20, 1 << 13, true),
        a.join(&Sketch::empty(HUGE, HUGE)),
        a.without(&a.zero_preserving()),
        a.without(&v),
        a.combined(&Sketch::uniform(HUGE, HUGE, Nnz::estimated(1e12, 1 << 50)), any),
        a.mapped(Outcome::Nonzero, Outcome::Maybe(0.3)),
        a.mapped(Outcome::Maybe(0.1), Outcome::Maybe(0.3)),
        two_columns.mapped(Outcome::Nonzero, Outcome::Maybe(0.3)),
        two_columns.combined(&v, any),
        two_columns.full_rows(),
        two_columns.leading(),
        Sketch::between(&v, &Sketch::dense(HUGE, 1), 0.5),
        a.some_rows(7).some_cols(1 << 20),
        a.overwritten(&v),
        Sketch::identity(HUGE).matmul(&a),
        Sketch::permutation(HUGE).matmul(&a),
        Sketch::one_per_row(HUGE, 100).transpose().matmul(&v),
        Sketch::dense(HUGE, HUGE).matmul(&Sketch::dense(HUGE, 2)),
    ];
    for (i, sketch) in results.iter().enumerate() {
        let nnz = sketch.nnz();
        assert!(nnz.estimate.is_finite() && nnz.lower as f64 <= nnz.estimate, "{i}: {nnz:?}");
        assert!(matches!(sketch.by_row().counts(), Counts::Uniform(_)) || sketch.rows() < 1 << 26, "{i}");
    }
}

#[test]
fn sizes_saturate() {
    assert_eq!(bytes_dense(HUGE, HUGE), u64::MAX);
    assert_eq!(bytes_csr(10, 10, 30), 88 + 360);
    assert_eq!(Sketch::dense(HUGE, HUGE).nnz().upper, u64::MAX);
    let unknown = Nnz::unknown(12);
    assert_eq!((unknown.lower, unknown.estimate, unknown.upper), (0, 12.0, 12));
    assert_eq!(Nnz::new(3, f64::NAN, 5).estimate, 5.0);
    assert_eq!(Nnz::exact(0).density(0, 7), 0.0);
}
