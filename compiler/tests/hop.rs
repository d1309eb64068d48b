//! The textual form and the verifier of HOP DAGs.

use lac_compiler::facts::{Facts, MatrixFacts};
use lac_compiler::hop::{Dag, HopId, Kind, Output, parse, print, verify};
use lac_compiler::ops::{Op, Scalar, ScalarType};
use lac_compiler::program::{Scope, Var};
use lac_compiler::sketch::{Expression, Sketch};
use lac_grammar::Span;

#[test]
fn text_that_is_a_dag() {
    for text in [
        "%0 = input X : matrix 1000 x 20, nnz 300 400 500\n%1 = input n : int\n%2 = literal 2.0\n\
         %3 = * %0 %2 : matrix 1000 x 20, nnz 300 400 500, finite\nZ = %0\nn = %1\nY = %3\n",
        "%0 = input X : matrix ? x 4\n%1 = literal 1\n%2 = index %0 %1 %1 _ _ : matrix 1 x 4, nnz 0 2.5 4\nX = %2\n",
        "%0 = literal \"a \\\"quoted\\\" text\\n\"\n%1 = print %0 : unknown\neffect %1\n",
        "%0 = literal \"f.svm\"\n%1 = readLibsvm %0 : unknown\n[X, y] = %1\n",
        "%0 = literal TRUE\n%1 = literal 1.0E10\n%2 = literal NaN\n%3 = literal -Infinity\na = %0\nb = %1\nc = %2\nd = %3\n",
    ] {
        let mut scope = Scope::default();
        let dag = parse(text, &mut scope).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(verify(&dag), Ok(()), "{text}");
        assert_eq!(print(&dag, &scope), text);
    }
}

#[test]
fn text_that_is_none() {
    for (text, why) in [
        ("%0 = input X", "an input says its type"),
        ("%0 = literal what", "a literal"),
        ("%0 = t %1 : unknown", "no %1"),
        ("%0 = frobnicate : unknown", "no operator"),
        ("%0 = literal 1\n%1 = t : unknown", "no operator `t` of 0 operands"),
        ("%0 = literal 1\n%1 = - %0", "says its type"),
        ("%0 = input X : matrix 3", "a shape"),
        ("%0 = input X : matrix 3 x 3, nnz 1 2", "three numbers"),
        ("%1 = literal 1", "a node is written"),
        ("hello", "a line is"),
    ] {
        let error = parse(text, &mut Scope::default()).expect_err(text);
        assert!(error.contains(why), "{text}: {error}");
    }
}

fn matrix(rows: u64, cols: u64) -> Facts {
    Facts::matrix(Some(rows), Some(cols))
}

fn input(dag: &mut Dag, facts: Facts) -> HopId {
    dag.add(Kind::Input(Var(0)), &[], facts, Span::default(), vec![])
}

fn apply(dag: &mut Dag, op: Op, operands: &[Option<HopId>], facts: Facts) -> HopId {
    let id = dag.add(Kind::Apply(op), operands, facts, Span::default(), vec![]);
    dag.outputs.push(Output::Assign(Var(1), id));
    id
}

#[test]
fn the_verifier_rejects_broken_dags() {
    type Break = fn(&mut Dag, HopId);
    let broken: [(&str, Break); 9] = [
        ("lacks `y`", |dag, x| {
            apply(dag, Op::MatMul, &[Some(x), None], matrix(2, 3));
        }),
        ("has 1 operands", |dag, x| {
            apply(dag, Op::MatMul, &[Some(x)], matrix(2, 3));
        }),
        ("has 2 operands", |dag, x| {
            apply(dag, Op::Transpose, &[Some(x), Some(x)], matrix(3, 2));
        }),
        ("leaf with operands", |dag, x| {
            let leaf = dag.add(Kind::Input(Var(2)), &[Some(x)], Facts::Unknown, Span::default(), vec![]);
            dag.outputs.push(Output::Effect(leaf));
        }),
        ("literal of another type", |dag, _| {
            let facts = Facts::scalar(ScalarType::Int);
            let id = dag.add(Kind::Literal(Scalar::Double(1.0)), &[], facts, Span::default(), vec![]);
            dag.outputs.push(Output::Assign(Var(1), id));
        }),
        ("sketch has another shape", |dag, x| {
            let sketch = Some(Sketch::empty(2, 3));
            let Facts::Matrix(shape) = matrix(3, 2) else { unreachable!("a matrix") };
            let facts = Facts::Matrix(MatrixFacts { sketch, ..shape });
            apply(dag, Op::Transpose, &[Some(x)], facts);
        }),
        ("gives a 3 x 2 matrix, not 2 x 3", |dag, x| {
            apply(dag, Op::Transpose, &[Some(x)], matrix(2, 3));
        }),
        ("can not be applied", |dag, x| {
            apply(dag, Op::MatMul, &[Some(x), Some(x)], matrix(2, 3));
        }),
        ("comes later", |dag, x| {
            let a = apply(dag, Op::Reverse, &[Some(x)], matrix(2, 3));
            let b = apply(dag, Op::Reverse, &[Some(a)], matrix(2, 3));
            dag.replace(x, b);
        }),
    ];
    for (why, make) in broken {
        let mut dag = Dag::default();
        let x = input(&mut dag, matrix(2, 3));
        make(&mut dag, x);
        let error = verify(&dag).expect_err(why);
        assert!(error.contains(why), "{error} instead of {why}");
    }
    let mut dag = Dag::default();
    let x = input(&mut dag, matrix(2, 3));
    dag.outputs.push(Output::Several(vec![], x));
    assert!(verify(&dag).is_err());
}

/// As a tree a value that is used twice is written twice: forty squarings would take 2^40 operations.
#[test]
fn patterns_of_large_dags_are_refused() {
    let square = |n: usize| {
        let mut dag = Dag::default();
        let mut x = input(&mut dag, matrix(5, 5));
        for _ in 0..n {
            x = apply(&mut dag, Op::MatMul, &[Some(x), Some(x)], matrix(5, 5));
        }
        Expression::from_dag(&dag, x).map(|(_, leaves)| leaves.len())
    };
    assert_eq!(square(10), Ok(1));
    let refused = square(40).expect_err("too large");
    assert_eq!(refused.operator, "%*%");
    assert!(refused.to_string().contains("too large"), "{refused}");
}
