//! Polynomials with whole coefficients over values that do not change while a loop runs.

use std::collections::BTreeMap;

use crate::ops::Op;
use crate::program::ir::Var;

/// A value that is not known but stays the same within a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Symbol {
    Var(Var),
    Rows(Var),
    Cols(Var),
}

impl Symbol {
    pub fn size(op: Op, var: Var) -> Symbol {
        if op == Op::NRow { Symbol::Rows(var) } else { Symbol::Cols(var) }
    }
}

/// Coefficients by products of symbols, none of them 0.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Poly(BTreeMap<Vec<Symbol>, i64>);

impl Poly {
    pub fn constant(value: i64) -> Poly {
        Poly::of(vec![], value)
    }

    pub fn symbol(symbol: Symbol) -> Poly {
        Poly::of(vec![symbol], 1)
    }

    fn of(product: Vec<Symbol>, coefficient: i64) -> Poly {
        Poly(if coefficient == 0 { BTreeMap::new() } else { BTreeMap::from([(product, coefficient)]) })
    }

    /// If it has no symbols.
    pub fn value(&self) -> Option<i64> {
        match self.0.len() {
            0 => Some(0),
            1 => self.0.get(&vec![]).copied(),
            _ => None,
        }
    }

    pub fn plus(&self, other: &Poly) -> Option<Poly> {
        let mut sum = self.0.clone();
        for (product, n) in &other.0 {
            let total = sum.get(product).unwrap_or(&0).checked_add(*n)?;
            match total {
                0 => sum.remove(product),
                _ => sum.insert(product.clone(), total),
            };
        }
        Some(Poly(sum))
    }

    pub fn minus(&self, other: &Poly) -> Option<Poly> {
        self.plus(&other.times(&Poly::constant(-1))?)
    }

    pub fn times(&self, other: &Poly) -> Option<Poly> {
        let mut all = Poly::default();
        for (a, m) in &self.0 {
            for (b, n) in &other.0 {
                let mut product = [&a[..], &b[..]].concat();
                product.sort_unstable();
                all = all.plus(&Poly::of(product, m.checked_mul(*n)?))?;
            }
        }
        Some(all)
    }

    /// As a * x + b where neither a nor b has the symbol.
    pub fn linear_in(&self, x: Symbol) -> Option<(Poly, Poly)> {
        let (mut a, mut b) = (Poly::default(), Poly::default());
        for (product, n) in &self.0 {
            match product.iter().filter(|s| **s == x).count() {
                0 => b.0.insert(product.clone(), *n),
                1 => a.0.insert(product.iter().filter(|s| **s != x).copied().collect(), *n),
                _ => return None,
            };
        }
        Some((a, b))
    }

    pub fn symbols(&self) -> impl Iterator<Item = Symbol> {
        self.0.keys().flatten().copied()
    }
}
