//! Cell-wise operators on pieces of cells, one compiled loop per operator.

use lac_compiler::ops::{Binary, BinaryVisitor, Unary, UnaryVisitor};

/// cells[k] = f(cells[k]).
pub(super) fn map(op: Unary, cells: &mut [f64]) {
    struct Map<'a>(&'a mut [f64]);
    impl UnaryVisitor for Map<'_> {
        type Output = ();
        fn visit<F: Fn(f64) -> f64 + Copy + Send + Sync>(self, f: F) {
            for x in self.0 {
                *x = f(*x);
            }
        }
    }
    op.visit(Map(cells));
}

/// A binary operator, or the same with its operands exchanged: f(x, y) = op(y, x).
#[derive(Clone, Copy)]
pub(super) struct Function {
    pub op: Binary,
    pub swapped: bool,
}

impl Function {
    pub fn new(op: Binary) -> Function {
        Function { op, swapped: false }
    }

    pub fn swap(self) -> Function {
        Function { swapped: !self.swapped, ..self }
    }

    pub fn at(self, x: f64, y: f64) -> f64 {
        if self.swapped { self.op.apply(y, x) } else { self.op.apply(x, y) }
    }

    /// x[k] = f(x[k], y[k]).
    pub fn cells(self, x: &mut [f64], y: &[f64]) {
        struct Cells<'a>(&'a mut [f64], &'a [f64], bool);
        impl BinaryVisitor for Cells<'_> {
            type Output = ();
            fn visit<F: Fn(f64, f64) -> f64 + Copy + Send + Sync>(self, f: F) {
                let Cells(x, y, swapped) = self;
                if swapped { zip(x, y, |x, y| f(y, x)) } else { zip(x, y, f) }
            }
        }
        self.op.visit(Cells(x, y, self.swapped));
    }

    /// x[k] = f(x[k], y).
    pub fn constant(self, x: &mut [f64], y: f64) {
        struct Constant<'a>(&'a mut [f64], f64, bool);
        impl BinaryVisitor for Constant<'_> {
            type Output = ();
            fn visit<F: Fn(f64, f64) -> f64 + Copy + Send + Sync>(self, f: F) {
                let Constant(x, y, swapped) = self;
                if swapped { each(x, |x| f(y, x)) } else { each(x, |x| f(x, y)) }
            }
        }
        self.op.visit(Constant(x, y, self.swapped));
    }
}

fn zip(x: &mut [f64], y: &[f64], f: impl Fn(f64, f64) -> f64) {
    for (x, &y) in x.iter_mut().zip(y) {
        *x = f(*x, y);
    }
}

fn each(x: &mut [f64], f: impl Fn(f64) -> f64) {
    for x in x {
        *x = f(*x);
    }
}
