//! Every way to give a matrix makes the same sketch, and parts merge to the sketch of the whole.

use proptest::prelude::*;

use super::pattern::Pattern;
use super::soundness::{Choices, check};
use crate::sketch::{ColumnsMet, Sketch};

/// Triplets in random order, some of them twice, with zeros among them.
fn triplets(choices: &mut Choices, p: &Pattern) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
    let mut all = Vec::new();
    for (i, j) in (0..p.rows).flat_map(|i| (0..p.cols).map(move |j| (i, j))) {
        let times = if p.at(i, j) { 1 + choices.below(3) } else { 0 };
        all.extend(std::iter::repeat_n((i as u32, j as u32, 1.5), times));
        all.extend((choices.below(4) == 0).then_some((i as u32, j as u32, 0.0)));
    }
    for k in (1..all.len()).rev() {
        all.swap(k, choices.below(k + 1));
    }
    (all.iter().map(|t| t.0).collect(), all.iter().map(|t| t.1).collect(), all.iter().map(|t| t.2).collect())
}

fn csr(p: &Pattern) -> (Vec<usize>, Vec<u32>) {
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    for i in 0..p.rows {
        indices.extend((0..p.cols).filter(|&j| p.at(i, j)).map(|j| j as u32));
        indptr.push(indices.len());
    }
    (indptr, indices)
}

fn csc(p: &Pattern) -> Sketch {
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    for j in 0..p.cols {
        indices.extend((0..p.rows).filter(|&i| p.at(i, j)).map(|i| i as u32));
        indptr.push(indices.len());
    }
    Sketch::from_csc(p.rows as u64, p.cols as u64, &indptr, &indices, &vec![-1.0; indices.len()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn builders_agree(seed in any::<u64>()) {
        let choices = &mut Choices(seed);
        let (m, n) = (choices.dim(), choices.dim());
        let p = choices.pattern(m, n);
        let whole = p.sketch(false);
        let (rows, cols, values) = triplets(choices, &p);
        assert_eq!(Sketch::from_coo(m as u64, n as u64, &rows, &cols, &values), whole, "COO of {p:?}");
        assert_eq!(csc(&p), whole, "CSC of {p:?}");
        assert_eq!(p.dense_sketch(), whole, "dense {p:?}");
        let (indptr, indices) = csr(&p);
        let mut met = ColumnsMet::new(n as u64);
        let rows = (0..m).flat_map(|i| std::iter::repeat_n(i as u32, indptr[i + 1] - indptr[i]));
        let nonzeros: Vec<(u32, u32)> = rows.zip(indices.iter().copied()).collect();
        nonzeros.chunks(1 + choices.below(5)).for_each(|chunk| met.extend(chunk.iter().copied()));
        assert_eq!(met.sketch(m as u64, &indptr, &indices), whole, "nonzeros as they come, of {p:?}");
    }

    #[test]
    fn symmetric_patterns_need_no_columns(seed in any::<u64>()) {
        let choices = &mut Choices(seed);
        let n = choices.dim();
        let p = choices.pattern(n, n);
        let p = Pattern::new(n, n, |i, j| p.at(i, j) || p.at(j, i));
        let (indptr, indices) = csr(&p);
        assert_eq!(Sketch::from_symmetric_pattern(n as u64, &indptr, &indices), p.sketch(false), "{p:?}");
    }

    #[test]
    fn parts_merge(seed in any::<u64>(), by_rows in any::<bool>()) {
        let choices = &mut Choices(seed);
        let (m, n) = (choices.dim(), choices.dim());
        let p = choices.pattern(m, n);
        let len = if by_rows { m } else { n };
        let mut cuts: Vec<usize> = (0..choices.below(4)).map(|_| choices.below(len + 1)).chain([0, len]).collect();
        cuts.sort_unstable();
        let part = |cut: &[usize]| {
            let part = if by_rows { p.slice(cut[0]..cut[1], 0..n) } else { p.slice(0..m, cut[0]..cut[1]) };
            // as if read from files
            Sketch::from_bytes(&part.sketch(false).to_bytes()).expect("what was written")
        };
        let parts: Vec<Sketch> = cuts.windows(2).map(part).collect();
        let merged = if by_rows { Sketch::merge_rows(&parts) } else { Sketch::merge_cols(&parts) };
        check(&p, &merged);
        let whole = p.sketch(false);
        assert_eq!(merged.nnz(), whole.nnz());
        for (merged, whole) in [(merged.by_row(), whole.by_row()), (merged.by_col(), whole.by_col())] {
            assert!(merged.is_exact());
            (0..whole.len() as usize).for_each(|i| assert_eq!(merged.counts().get(i), whole.counts().get(i)));
        }
    }
}
