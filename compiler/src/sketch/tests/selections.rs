//! Tables, triangles and sorted rows: what their sketches claim to be certain of is true.

use proptest::prelude::*;

use super::pattern::Pattern;
use super::soundness::{Choices, check};
use crate::sketch::{Sketch, Spread};

/// A table of random pairs, and what may be known of them.
fn table(choices: &mut Choices) -> (Pattern, Sketch) {
    let (m, n, pairs) = (choices.dim(), choices.dim(), choices.dim());
    let spread = [Spread::Any, Spread::Any, Spread::Each, Spread::One];
    let (by_row, by_col) = (spread[choices.below(4)], spread[choices.below(4)]);
    let mut place = |spread, k: usize| match spread {
        Spread::Any => choices.below(8),
        Spread::Each => k,
        Spread::One => 1,
    };
    let at: Vec<(usize, usize)> = (0..pairs).map(|k| (place(by_row, k), place(by_col, k))).collect();
    let pattern = Pattern::new(m, n, |i, j| at.contains(&(i, j)));
    (pattern, Sketch::table(m as u64, n as u64, pairs as u64, by_row, by_col))
}

/// A table of the pairs (1, j), (2, j'), .. whose columns lie within it.
fn selection(choices: &mut Choices) -> (Pattern, Sketch) {
    let (m, n, pairs) = (choices.dim(), choices.dim().max(1), choices.dim());
    let by_col = if choices.below(3) == 0 { Spread::One } else { Spread::Any };
    let one = choices.below(n);
    let cols: Vec<usize> = (0..pairs).map(|_| if by_col == Spread::One { one } else { choices.below(n) }).collect();
    let pattern = Pattern::new(m, n, |i, j| cols.get(i) == Some(&j));
    (pattern, Sketch::selection(m as u64, n as u64, pairs as u64, by_col))
}

fn of_pattern(choices: &mut Choices) -> (Pattern, Sketch) {
    let (m, n) = (choices.dim(), choices.dim());
    let (p, s) = choices.operand(m, n);
    let with = choices.below(2) == 0;
    let inside = |i: usize, j: usize| j < i || with && i == j;
    match choices.below(4) {
        0 => (Pattern::new(m, n, |i, j| p.at(i, j) && inside(i, j)), s.lower_triangle(with)),
        1 => (Pattern::new(m, n, |i, j| p.at(i, j) && inside(j, i)), s.upper_triangle(with)),
        2 => (Pattern::new(m, n, inside), Sketch::triangle(m as u64, n as u64, with)),
        _ => {
            let by = choices.below(m.max(1));
            (Pattern::new(m, n, |i, j| p.at((i + by) % m, j)), s.reordered_rows())
        }
    }
}

fn diagonal_table(choices: &mut Choices) -> (Pattern, Sketch) {
    let (n, pairs) = (choices.dim(), choices.dim());
    let at: Vec<usize> = (0..pairs).map(|_| choices.below(8)).collect();
    (Pattern::new(n, n, |i, j| i == j && at.contains(&i)), Sketch::diagonal_table(n as u64, pairs as u64))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_certain_of_selections_is_true(seed in any::<u64>()) {
        let mut choices = Choices(seed);
        let (p, s) = match choices.below(5) {
            0 => table(&mut choices),
            1 => selection(&mut choices),
            2 => diagonal_table(&mut choices),
            _ => of_pattern(&mut choices),
        };
        check(&p, &s);
    }
}

/// The triangle of a uniform pattern has the density of the pattern.
#[test]
fn triangles_keep_their_share() {
    let n = 1000;
    let s = Sketch::uniform(n, n, crate::sketch::Nnz::exact(50_000));
    let estimate = s.lower_triangle(true).nnz().estimate;
    assert!((estimate - 25_025.0).abs() < 30.0, "{estimate}");
    assert_eq!(Sketch::triangle(n, n, false).nnz(), crate::sketch::Nnz::exact(n * (n - 1) / 2));
}

/// 2000 pairs in 50 x 40 cells: each cell is missed with probability about 1/e.
#[test]
fn tables_expect_collisions() {
    let s = Sketch::table(50, 40, 2000, Spread::Any, Spread::Any);
    assert!((s.nnz().estimate - 2000.0 * (1.0 - (-1.0_f64).exp())).abs() < 1.0, "{:?}", s.nnz());
    let selection = Sketch::table(10, 40, 10, Spread::Each, Spread::Any);
    assert_eq!((selection.nnz().estimate, selection.nnz().upper), (10.0, 10));
    // A selection of rows costs as many multiplications as it has nonzeros, and an exact bound of the product.
    assert_eq!(selection.by_row().max(), 1.0);
}
