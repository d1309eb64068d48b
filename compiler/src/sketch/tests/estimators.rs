//! Laws that every estimator obeys, on random expressions over random patterns.

use proptest::prelude::*;

use super::pattern::Pattern as Cells;
use crate::sketch::rivals::{self, Bitset, DensityMap, Exact, Hash, Mnc, RowWise};
use crate::sketch::{AnyEstimator, Expression, InvalidPattern, Nnz, Operation, Pattern, Refusal, Sketch};

/// CSR arrays of a pattern.
struct Arrays {
    rows: usize,
    cols: usize,
    indptr: Vec<usize>,
    indices: Vec<u32>,
}

impl Arrays {
    fn new(cells: &Cells) -> Arrays {
        let (mut indptr, mut indices) = (vec![0], Vec::new());
        for i in 0..cells.rows {
            indices.extend((0..cells.cols).filter(|&j| cells.at(i, j)).map(|j| j as u32));
            indptr.push(indices.len());
        }
        Arrays { rows: cells.rows, cols: cells.cols, indptr, indices }
    }

    fn pattern(&self) -> Pattern<'_> {
        Pattern::new(self.rows, self.cols, &self.indptr, &self.indices).unwrap()
    }
}

/// The definition of an operation, cell by cell.
fn define(op: Operation, a: &Cells, b: &Cells) -> Cells {
    match op {
        Operation::MatMul => a.matmul(b),
        Operation::Add => a.zip(b, |x, y| x | y),
        Operation::Mul => a.zip(b, |x, y| x & y),
        Operation::NotZero => a.clone(),
        Operation::IsZero => a.map(|x| !x),
        Operation::Transpose => a.transpose(),
        Operation::RowBind => a.rbind(b),
        Operation::ColBind => a.transpose().rbind(&b.transpose()).transpose(),
        Operation::Diag if a.cols == 1 => a.diag_to_matrix(),
        Operation::Diag => {
            let diagonal = a.diag_of_matrix();
            diagonal.rbind(&Cells::new(a.rows - diagonal.rows, 1, |_, _| false))
        }
        Operation::Reshape { rows, cols } => a.reshape(rows, cols, true),
    }
}

/// Leaves, and an expression over them with its value.
#[derive(Debug)]
struct Program {
    leaves: Vec<Cells>,
    expression: Expression,
    value: Cells,
}

const DIMS: [usize; 6] = [0, 1, 2, 3, 6, 9];
const DENSITIES: [f64; 5] = [0.0, 0.1, 0.3, 0.7, 1.0];

fn leaf() -> impl Strategy<Value = Cells> {
    let dim = || prop::sample::select(&DIMS[..]);
    let cells = |(rows, cols, density): (usize, usize, f64)| {
        let bits = prop::collection::vec(prop::bool::weighted(density), rows * cols);
        bits.prop_map(move |bits| Cells::new(rows, cols, |i, j| bits[i * cols + j]))
    };
    (dim(), dim(), prop::sample::select(&DENSITIES[..])).prop_flat_map(cells)
}

/// Each step applies an operation to the last value, and to the value or leaf of the right shape that `choice` finds first.
fn program() -> impl Strategy<Value = Program> {
    let steps = prop::collection::vec((0usize..10, any::<prop::sample::Index>()), 1..6);
    (prop::collection::vec(leaf(), 2..5), steps).prop_map(|(leaves, steps)| {
        let mut known: Vec<(Expression, Cells)> =
            leaves.iter().enumerate().map(|(i, cells)| (Expression::Leaf(i), cells.clone())).collect();
        for (op, choice) in steps {
            let (expression, a) = known.last().unwrap().clone();
            let op = match op {
                0 => Operation::MatMul,
                1 => Operation::Add,
                2 => Operation::Mul,
                3 => Operation::NotZero,
                4 => Operation::IsZero,
                5 => Operation::Transpose,
                6 => Operation::RowBind,
                7 => Operation::ColBind,
                8 => Operation::Diag,
                _ => {
                    let cells = a.rows * a.cols;
                    let divisors: Vec<usize> = (1..=cells.max(1)).filter(|d| cells.is_multiple_of(*d)).collect();
                    let rows = divisors[choice.index(divisors.len())];
                    Operation::Reshape { rows, cols: cells / rows }
                }
            };
            let start = choice.index(known.len());
            let others = (0..known.len()).map(|i| (start + i) % known.len());
            let conforms = |&i: &usize| {
                let (a, b) = ((a.rows, a.cols), (known[i].1.rows, known[i].1.cols));
                op.shape(&[a, b][..op.arity()]).is_some_and(|(rows, cols)| rows * cols <= 5000)
            };
            let Some(other) = others.into_iter().find(conforms) else { continue };
            let (second, b) = known[other].clone();
            let operands = [expression, second].into_iter().take(op.arity()).collect();
            known.push((Expression::Apply(op, operands), define(op, &a, &b)));
        }
        let (expression, value) = known.pop().unwrap();
        Program { leaves, expression, value }
    })
}

impl Program {
    fn estimate(&self, estimator: &dyn AnyEstimator) -> Result<Nnz, Refusal> {
        let arrays: Vec<Arrays> = self.leaves.iter().map(Arrays::new).collect();
        let leaves: Vec<Pattern<'_>> = arrays.iter().map(Arrays::pattern).collect();
        estimator.sketch(&leaves)?.estimate(&self.expression)
    }

    fn count(&self) -> Result<u64, Refusal> {
        let arrays: Vec<Arrays> = self.leaves.iter().map(Arrays::new).collect();
        let leaves: Vec<Pattern<'_>> = arrays.iter().map(Arrays::pattern).collect();
        Exact::default().count(&self.expression, &leaves)
    }

    fn mentions(&self, is: fn(Operation) -> bool) -> bool {
        fn any(expression: &Expression, is: fn(Operation) -> bool) -> bool {
            match expression {
                Expression::Leaf(_) => false,
                Expression::Apply(op, operands) => is(*op) || operands.iter().any(|operand| any(operand, is)),
            }
        }
        any(&self.expression, is)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn exact_estimators_are_exact(program in program()) {
        let truth = Nnz::exact(program.value.nnz());
        prop_assert_eq!(program.estimate(&Exact::default()), Ok(truth));
        prop_assert_eq!(program.estimate(&Bitset::default()), Ok(truth));
        prop_assert_eq!(program.count(), Ok(truth.lower));
    }

    #[test]
    fn every_estimate_is_possible(program in program()) {
        let truth = program.value.nnz();
        let java = [true, false].map(|extended| Box::new(Mnc { extended, java: true }) as Box<dyn AnyEstimator>);
        for estimator in rivals::all().into_iter().chain(java) {
            match program.estimate(estimator.as_ref()) {
                Ok(nnz) => {
                    prop_assert!(nnz.lower <= truth && truth <= nnz.upper, "{} {nnz:?}, truth {truth}", estimator.name());
                    prop_assert!(nnz.estimate.is_finite(), "{} {nnz:?}", estimator.name());
                }
                Err(refusal) => prop_assert!(matches!(refusal, Refusal::Unsupported(_)), "{refusal}"),
            }
        }
    }

    /// What needs no data estimates from a sketch file what it estimates from the matrix.
    #[test]
    fn sketches_stand_for_matrices(program in program()) {
        let arrays: Vec<Arrays> = program.leaves.iter().map(Arrays::new).collect();
        let sketches: Vec<Sketch> = arrays
            .iter()
            .map(|a| Sketch::from_csr_pattern(a.rows as u64, a.cols as u64, &a.indptr, &a.indices))
            .map(|sketch| Sketch::from_bytes(&sketch.to_bytes()).unwrap())
            .collect();
        for name in ["dc", "mnc", "mnc-basic", "meta-ac", "meta-wc"] {
            let estimator = rivals::by_name(name).unwrap();
            let adopted = estimator.adopt(&sketches).and_then(|sketched| sketched.estimate(&program.expression));
            prop_assert_eq!(adopted, program.estimate(estimator.as_ref()), "{}", name);
        }
        prop_assert_eq!(Bitset::default().adopt(&sketches).err(), Some(Refusal::NeedsData));
    }

    /// A density map of single cells knows everything until cells are reshaped.
    #[test]
    fn finest_density_map_is_exact(program in program()) {
        prop_assume!(!program.mentions(|op| matches!(op, Operation::Reshape { .. })));
        let nnz = program.estimate(&DensityMap { block: 1 }).unwrap();
        prop_assert!((nnz.estimate - program.value.nnz() as f64).abs() < 1e-6, "{nnz:?}");
    }

    /// Binding blocks that do not fit the grid moves no nonzero.
    #[test]
    fn density_maps_bind_anywhere(a in leaf(), rows in 0usize..9, block in 1usize..5) {
        let b = Cells::new(rows, a.cols, |i, j| (i + j).is_multiple_of(3));
        let leaves = vec![a.clone(), b.clone()];
        let operands = vec![Expression::Leaf(0), Expression::Leaf(1)];
        let program = Program { leaves, expression: Expression::Apply(Operation::RowBind, operands), value: a.rbind(&b) };
        let nnz = program.estimate(&DensityMap { block }).unwrap();
        prop_assert!((nnz.estimate - program.value.nnz() as f64).abs() < 1e-6, "{nnz:?}");
    }

    /// Theorem of section 3.1: rows with at most one nonzero select rows.
    #[test]
    fn products_of_selections_are_exact(picks in prop::collection::vec(0usize..9, 1..12), b in leaf()) {
        prop_assume!(b.rows > 0);
        let select = Cells::new(picks.len(), b.rows, |i, j| picks[i] % b.rows == j);
        let value = select.matmul(&b);
        let operands = vec![Expression::Leaf(0), Expression::Leaf(1)];
        let expression = Expression::Apply(Operation::MatMul, operands);
        let program = Program { leaves: vec![select, b], expression, value };
        let hash = Hash { fraction: 1.0, ..Hash::default() };
        let estimators: [&dyn AnyEstimator; 4] =
            [&Mnc { extended: true, java: false }, &Mnc { extended: false, java: false }, &RowWise, &hash];
        for estimator in estimators {
            let nnz = program.estimate(estimator).unwrap();
            let truth = program.value.nnz() as f64;
            prop_assert!((nnz.estimate - truth).abs() < 1e-6, "{} {nnz:?}, truth {truth}", estimator.name());
        }
    }

    #[test]
    fn seeds_decide(program in program()) {
        for (one, other) in rivals::all().into_iter().zip(rivals::all()) {
            prop_assert_eq!(program.estimate(one.as_ref()), program.estimate(other.as_ref()));
        }
    }
}

#[test]
fn names_are_known() {
    for name in rivals::names() {
        let estimator = rivals::by_name(name).unwrap();
        let full = estimator.name();
        assert_eq!(full.split('(').next(), Some(name));
    }
    assert!(rivals::by_name("oracle").is_none());
}

#[test]
fn expressions_are_checked() {
    let (expression, names) = Expression::parse("(add (mm A B) (reshape A 6 1))").unwrap();
    assert_eq!(names, ["A", "B"]);
    assert_eq!(expression.shape(&[(2, 3), (3, 1)]), Err(Refusal::Shapes(Operation::Add, vec![(2, 1), (6, 1)])));
    assert_eq!(expression.shape(&[(2, 3)]), Err(Refusal::NoLeaf(1)));
    for (text, message) in [
        ("", "the expression ends too early"),
        ("(mm A)", "`)` where an operand should be"),
        ("(mm A B", "`)` is missing after the operands of `mm`"),
        ("(t A B)", "`)` is missing after the operands of `t`"),
        ("(inv A)", "unknown operation `inv`"),
        ("A B", "`B` after the end of the expression"),
        ("(reshape A 2 x)", "`x` is no number of rows or columns"),
    ] {
        assert_eq!(Expression::parse(text).unwrap_err().to_string(), message, "{text}");
    }
    assert!(Expression::parse(&"(t ".repeat(5000)).unwrap_err().to_string().contains("nested"));
}

#[test]
fn patterns_are_checked() {
    let check = |indptr: &[usize], indices: &[u32]| Pattern::new(2, 3, indptr, indices).err();
    assert_eq!(check(&[0, 1, 3], &[2, 0, 1]), None);
    assert_eq!(check(&[0, 1], &[2]), Some(InvalidPattern::RowPointers));
    assert_eq!(check(&[0, 2, 1], &[0, 1]), Some(InvalidPattern::RowPointers));
    assert_eq!(check(&[0, 1, 4], &[0, 1]), Some(InvalidPattern::RowPointers));
    assert_eq!(check(&[0, 0, 2], &[1, 1]), Some(InvalidPattern::Row(1)));
    assert_eq!(check(&[0, 1, 1], &[3]), Some(InvalidPattern::Row(0)));
}

#[test]
fn large_results_are_refused() {
    let ones: Vec<u32> = vec![0; 1000];
    let indptr: Vec<usize> = (0..=1000).collect();
    let tall = Pattern::new(1000, 1, &indptr, &ones).unwrap();
    let (outer, _) = Expression::parse("(mm A (t A))").unwrap();
    let estimators: [&dyn AnyEstimator; 2] = [&Exact { max_bytes: 1 << 16 }, &Bitset { max_bytes: 1 << 16 }];
    for estimator in estimators {
        let refusal = estimator.sketch(&[tall]).unwrap().estimate(&outer);
        assert!(matches!(refusal, Err(Refusal::TooLarge { .. })), "{refusal:?}");
    }
    // counting keeps no result
    assert_eq!(Exact { max_bytes: 1 << 16 }.count(&outer, &[tall]), Ok(1_000_000));
}

/// A column, a row and a column: dense shapes tell everything, and so does every estimator that has products of products.
#[test]
fn chains_are_ordered() {
    let (column, row): (Vec<usize>, Vec<usize>) = ((0..=40).collect(), vec![0, 40]);
    let (zeros, all): (Vec<u32>, Vec<u32>) = (vec![0; 40], (0..40).collect());
    let tall = Pattern::new(40, 1, &column, &zeros).unwrap();
    let wide = Pattern::new(1, 40, &row, &all).unwrap();
    for estimator in rivals::all() {
        let order = estimator.sketch(&[tall, wide, tall]).unwrap().order();
        match order {
            Ok(order) => assert_eq!(order.to_string(), "(1 (2 3))", "{}", estimator.name()),
            Err(refusal) => assert_eq!(refusal, Refusal::Unsupported(Operation::MatMul), "{}", estimator.name()),
        }
        let wrong = estimator.sketch(&[tall, tall]).unwrap().order();
        assert_eq!(wrong, Err(Refusal::Shapes(Operation::MatMul, vec![(40, 1), (40, 1)])), "{}", estimator.name());
    }
}
