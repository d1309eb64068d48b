//! Random programs of a few operations on small patterns: whatever a sketch claims to be certain of is true.

use proptest::prelude::*;

use super::pattern::Pattern;
use crate::sketch::{Axis, Counts, Nnz, Outcome, Outcomes, Sketch, Structure};

/// SplitMix64: the choices within one operation.
pub(super) struct Choices(pub(super) u64);

impl Choices {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(super) fn dim(&mut self) -> usize {
        [0, 1, 1, 2, 3, 4, 5, 6, 8, 12][self.below(10)]
    }

    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let (a, b) = (self.below(len + 1), self.below(len + 1));
        a.min(b)..a.max(b)
    }

    fn outcome(&mut self) -> Outcome {
        [Outcome::Zero, Outcome::Nonzero, Outcome::Maybe(self.unit())][self.below(3)]
    }

    fn decide(&mut self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Maybe(_) => self.below(2) == 0,
            certain => certain == Outcome::Nonzero,
        }
    }

    /// One of the families of patterns that the rules treat differently.
    pub(super) fn pattern(&mut self, rows: usize, cols: usize) -> Pattern {
        let density = self.unit();
        let (r, c) = (self.below(rows.max(1)), self.below(cols.max(1)));
        match self.below(11) {
            0 => Pattern::new(rows, cols, |_, _| false),
            1 => Pattern::new(rows, cols, |_, _| true),
            2 => Pattern::new(rows, cols, |i, j| i == j),
            3 => Pattern::new(rows, cols, |i, j| i == j && self.unit() < density),
            4 => {
                let at: Vec<_> = (0..rows).map(|_| self.below(cols.max(1))).collect();
                Pattern::new(rows, cols, |i, j| at[i] == j)
            }
            5 => Pattern::new(rows, cols, |i, _| i == r),
            6 => Pattern::new(rows, cols, |_, j| j == c),
            7 => {
                let (u, v): (Vec<_>, Vec<_>) =
                    ((0..rows).map(|_| self.unit() < 0.5).collect(), (0..cols).map(|_| self.unit() < 0.5).collect());
                Pattern::new(rows, cols, |i, j| u[i] && v[j])
            }
            8 => Pattern::new(rows, cols, |i, j| self.unit() < 2.0 / ((i + 1) * (j + 1)) as f64),
            9 => Pattern::new(rows, cols, |i, j| (i == r) ^ (j == c)),
            _ => Pattern::new(rows, cols, |_, _| self.unit() < density),
        }
    }

    /// A true sketch of the pattern with more or less knowledge.
    fn knowledge(&mut self, p: &Pattern) -> Sketch {
        let (m, n) = (p.rows as u64, p.cols as u64);
        match self.below(9) {
            0 => Sketch::uniform(m, n, Nnz::exact(p.nnz())),
            1 => Sketch::uniform(m, n, Nnz::unknown(m * n)),
            2 => {
                let (below, above) = (self.below(3) as u64, self.below(3) as u64);
                Sketch::uniform(m, n, Nnz::new(p.nnz().saturating_sub(below), self.unit() * 40.0, p.nnz() + above))
            }
            3 => Sketch::from_counts(m, n, p.row_counts(), p.col_counts()),
            4 => p.dense_sketch(),
            5 => p.sketch(true),
            6 => {
                let other = self.pattern(p.rows, p.cols);
                p.sketch(false).join(&other.sketch(false))
            }
            _ => p.sketch(false),
        }
    }

    pub(super) fn operand(&mut self, rows: usize, cols: usize) -> (Pattern, Sketch) {
        let pattern = self.pattern(rows, cols);
        let sketch = self.knowledge(&pattern);
        (pattern, sketch)
    }
}

/// An operation applied to a pattern and to its sketch.
pub(super) fn apply(choices: &mut Choices, op: u8, p: &Pattern, s: &Sketch) -> (String, Pattern, Sketch) {
    let (m, n) = (p.rows, p.cols);
    let wide = |r: &std::ops::Range<usize>| r.start as u64..r.end as u64;
    let result = |name: &str, p: Pattern, s: Sketch| (name.to_string(), p, s);
    match op {
        0 => {
            let l = choices.dim();
            let (b, t) = choices.operand(n, l);
            (format!("matmul {b:?} {t:?}"), p.matmul(&b), s.matmul(&t))
        }
        1 => {
            let l = choices.dim();
            let (b, t) = choices.operand(l, m);
            (format!("matmul left {b:?} {t:?}"), b.matmul(p), t.matmul(s))
        }
        2 => result("self product", p.matmul(&p.transpose()), s.matmul(&s.transpose())),
        3 | 4 => {
            let (rows, cols) = [(m, n), (m, 1), (1, n), (1, 1)][choices.below(4)];
            let (b, t) = choices.operand(rows, cols);
            if op == 3 {
                (format!("mul {b:?} {t:?}"), p.zip(&b, |x, y| x && y), s.mul(&t))
            } else {
                (format!("add {b:?} {t:?}"), b.zip(p, |x, y| x || y), t.add(s))
            }
        }
        5 => result("mul itself", p.zip(p, |x, y| x && y), s.mul(s)),
        6 => result("is_zero", p.map(|x| !x), s.is_zero()),
        7 => {
            let keep = choices.pattern(m, n);
            result("zero_preserving", p.zip(&keep, |x, y| x && y), s.zero_preserving())
        }
        8 => result("transpose", p.transpose(), s.transpose()),
        9 => result("rev", p.rev(), s.rev()),
        10 => {
            let rows = choices.dim();
            let (b, t) = choices.operand(rows, n);
            (format!("rbind {b:?} {t:?}"), p.rbind(&b), s.rbind(&t))
        }
        11 => {
            let cols = choices.dim();
            let (b, t) = choices.operand(m, cols);
            (format!("cbind {b:?} {t:?}"), p.transpose().rbind(&b.transpose()).transpose(), s.cbind(&t))
        }
        12 if m * n > 0 => {
            let rows: Vec<_> = (1..=m * n).filter(|r| (m * n).is_multiple_of(*r)).collect();
            let rows = rows[choices.below(rows.len())];
            let (cols, byrow) = (m * n / rows, choices.below(2) == 0);
            (
                format!("reshape {rows} {byrow}"),
                p.reshape(rows, cols, byrow),
                s.reshape(rows as u64, cols as u64, byrow),
            )
        }
        13 if m == 1 || n == 1 => result("diag_to_matrix", p.diag_to_matrix(), s.diag_to_matrix()),
        14 => result("diag_of_matrix", p.diag_of_matrix(), s.diag_of_matrix()),
        15 => {
            let (r, c) = (choices.range(m), choices.range(n));
            (format!("slice {r:?} {c:?}"), p.slice(r.clone(), c.clone()), s.slice(wide(&r), wide(&c)))
        }
        16 => {
            let (r, c) = (choices.range(m), choices.range(n));
            let (y, t) = choices.operand(r.len(), c.len());
            (
                format!("left_index {r:?} {c:?} {y:?}"),
                p.left_index(r.clone(), c.clone(), &y),
                s.left_index(wide(&r), wide(&c), &t),
            )
        }
        17 => result("row_agg", p.row_agg(), s.row_agg()),
        18 => result("col_agg", p.transpose().row_agg().transpose(), s.col_agg()),
        19 => result("cumsum", p.cumsum(), s.cumsum()),
        20 => {
            let ((yes, t), (no, f)) = (choices.operand(m, n), choices.operand(m, n));
            let both = p.zip(&yes, |c, y| c && y).zip(&p.zip(&no, |c, y| !c && y), |x, y| x || y);
            (format!("if_else {yes:?} {no:?}"), both, s.if_else(&t, &f))
        }
        21 => {
            let (_, t) = choices.operand(m, n);
            (format!("join {t:?}"), p.clone(), s.join(&t))
        }
        22 => result("full_agg", p.full_agg(), s.full_agg()),
        23 => {
            // two diagonals meet
            let keep = choices.pattern(m, n);
            let diagonal = Pattern::new(m, n, |i, j| i == j && keep.at(i, j));
            let t = diagonal.sketch(false);
            result("mul diagonal", p.zip(&diagonal, |x, y| x && y), s.mul(&t))
        }
        24 if n > 0 => {
            // a permutation, as such
            let by = choices.below(n);
            let shift = Pattern::new(n, n, |i, j| (i + by) % n == j);
            let t = if choices.below(2) == 0 { shift.sketch(false) } else { Sketch::permutation(n as u64) };
            result("permuted columns", p.matmul(&shift), s.matmul(&t))
        }
        25 => {
            let (rows, cols) = [(m, n), (m, n), (m, 1), (1, n)][choices.below(4)];
            let (b, t) = choices.operand(rows, cols);
            combined(choices, (p, s), (&b, &t))
        }
        26 => {
            // operands that are known to lie one within the other, or both within a third
            let mut part = |(p, s): (&Pattern, &Sketch)| {
                let keep = choices.pattern(m, n);
                (p.zip(&keep, |x, y| x && y), s.thinned(choices.unit()))
            };
            let (q, t) = part((p, s));
            let (r, u) = part((&q, &t));
            let (v, w) = part((p, s));
            let of = [(p, s), (&q, &t), (&r, &u), (&v, &w)];
            let (first, second) = (choices.below(4), choices.below(4));
            combined(choices, of[first], of[second])
        }
        27 => {
            let (zero, nonzero) = (choices.outcome(), choices.outcome());
            let q = Pattern::new(m, n, |i, j| choices.decide(if p.at(i, j) { nonzero } else { zero }));
            (format!("mapped {zero:?} {nonzero:?}"), q, s.mapped(zero, nonzero))
        }
        28 => {
            let (b, t) = choices.operand(m, n);
            (format!("without {b:?}"), p.zip(&b, |x, y| x && !y), s.without(&t))
        }
        _ => result("not_zero", p.clone(), s.not_zero()),
    }
}

/// Any function of two operands.
fn combined(choices: &mut Choices, a: (&Pattern, &Sketch), b: (&Pattern, &Sketch)) -> (String, Pattern, Sketch) {
    let [both, first, second, neither] = std::array::from_fn(|_| choices.outcome());
    let outcomes = Outcomes { both, first, second, neither };
    let state = |x: bool, y: bool| match (x, y) {
        (true, true) => both,
        (true, false) => first,
        (false, true) => second,
        (false, false) => neither,
    };
    let (m, n) = (a.0.rows, a.0.cols);
    let y = b.0.broadcast(m, n);
    let value = Pattern::new(m, n, |i, j| choices.decide(state(a.0.at(i, j), y.at(i, j))));
    (format!("combined {outcomes:?} {b:?}"), value, a.1.combined(b.1, outcomes))
}

fn check_axis(what: &str, axis: &Axis, counts: &[f64], alone: Option<(&Counts, Vec<f64>)>) {
    assert_eq!(axis.len(), counts.len() as u64, "{what}: length");
    let (limits, nonempty) = (axis.limits, counts.iter().filter(|&&c| c > 0.0).count() as u64);
    for (i, &c) in counts.iter().enumerate() {
        assert!(limits.min as f64 <= c && c <= limits.max as f64, "{what} {i} has {c}, not within {limits:?}");
        let claimed = axis.counts().get(i);
        assert!(limits.min as f64 <= claimed && claimed <= limits.max as f64, "{what} {i}: {claimed}, {limits:?}");
        assert!(!axis.is_exact() || claimed == c, "{what} {i} has {c}, claimed {claimed}");
    }
    assert!(limits.nonempty_lower <= nonempty && nonempty <= limits.nonempty_upper, "{what}: {nonempty}, {limits:?}");
    assert!(axis.nonempty().is_finite() && axis.max().is_finite());
    if let Some((claimed, alone)) = alone {
        let claimed: Vec<f64> = (0..counts.len()).map(|i| claimed.get(i)).collect();
        assert_eq!(claimed, alone, "{what}: nonzeros alone across");
    }
}

/// Every claim of a sketch about a pattern.
///
/// # Panics
/// If one is false.
pub(crate) fn check(p: &Pattern, s: &Sketch) {
    let (truth, nnz) = (p.nnz(), s.nnz());
    assert_eq!((s.rows(), s.cols()), (p.rows as u64, p.cols as u64));
    assert!(nnz.lower <= truth && truth <= nnz.upper, "{truth} nonzeros, not within {nnz:?}");
    assert!(nnz.lower as f64 <= nnz.estimate && nnz.estimate <= nnz.upper as f64, "{nnz:?}");
    check_axis("row", s.by_row(), &p.row_counts(), s.alone_by_row().map(|c| (c, p.alone_by_row())));
    check_axis("column", s.by_col(), &p.col_counts(), s.alone_by_col().map(|c| (c, p.transpose().alone_by_row())));
    let diagonal = |i: usize, j: usize| i == j || !p.at(i, j);
    let holds = match s.structure() {
        Structure::Empty => truth == 0,
        Structure::Dense => truth == (p.rows * p.cols) as u64,
        Structure::Diagonal => p.rows == p.cols && (0..p.rows).all(|i| (0..p.cols).all(|j| diagonal(i, j))),
        Structure::Rectangle => {
            let (u, v) = (p.row_agg(), p.transpose().row_agg());
            *p == Pattern::new(p.rows, p.cols, |i, j| u.at(i, 0) && v.at(j, 0))
        }
        Structure::General => true,
    };
    assert!(holds, "{:?} of {p:?}", s.structure());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_certain_is_true(seed in any::<u64>(), ops in prop::collection::vec((0u8..30, any::<u64>()), 0..5)) {
        let mut choices = Choices(seed);
        let (m, n) = (choices.dim(), choices.dim());
        let (mut p, mut s) = choices.operand(m, n);
        let mut trace = vec![format!("{p:?}\n{s:?}")];
        for (op, seed) in ops {
            check_with(&trace, &p, &s);
            if p.rows.max(p.cols) > 150 {
                break;
            }
            let (name, next, sketch) = apply(&mut Choices(seed), op, &p, &s);
            trace.push(format!("{name}\n{next:?}\n{sketch:?}"));
            (p, s) = (next, sketch);
        }
        check_with(&trace, &p, &s);
    }
}

/// The whole program is shown where a claim fails.
fn check_with(trace: &[String], p: &Pattern, s: &Sketch) {
    if std::panic::catch_unwind(|| check(p, s)).is_err() {
        panic!("{}", trace.join("\n"));
    }
}
