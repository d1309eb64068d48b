//! `einsum`: sums of products over named indexes, two operands at a time.
//!
//! What stands between operators has at most two indexes: none is a scalar, one a column vector, two a matrix.

use lac_grammar::Span;

use super::expand::{apply, total};
use crate::ops::{Aggregate, Binary, Direction, Op};
use crate::program::ir::Expr;

/// The indexes of the operands and of the result.
pub(super) struct Sum {
    pub operands: Vec<Vec<char>>,
    result: Vec<char>,
}

/// An operand, or a product of some, with its indexes.
pub(super) struct Factor {
    pub indexes: Vec<char>,
    pub value: Expr,
}

impl Sum {
    /// Of a text such as `ij,jk->ik`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, operands: usize) -> Result<Sum, String> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (left, right) = text.split_once("->").ok_or("it has no arrow")?;
        let indexes = |part: &str| -> Result<Vec<char>, String> {
            match part.chars().find(|c| !c.is_ascii_alphabetic()) {
                Some(c) => Err(format!("`{c}` is no letter")),
                None if part.len() > 2 => Err(format!("`{part}` has more than two indexes")),
                None => Ok(part.chars().collect()),
            }
        };
        let sum = Sum { operands: left.split(',').map(indexes).collect::<Result<_, _>>()?, result: indexes(right)? };
        if sum.operands.len() != operands {
            return Err(format!("it names {} operands, not {operands}", sum.operands.len()));
        }
        if let Some(c) = sum.result.iter().find(|c| !sum.operands.iter().flatten().any(|x| x == *c)) {
            return Err(format!("no operand has the index `{c}` of the result"));
        }
        if let [a, b] = sum.result[..]
            && a == b
        {
            return Err(format!("the index `{a}` of the result stands there twice"));
        }
        Ok(sum)
    }

    /// The expression of the result: pairs of factors that share an index go first.
    ///
    /// # Errors
    /// That three indexes would have to stand between two operators.
    pub fn written_out(&self, mut factors: Vec<Factor>, span: Span) -> Result<Expr, String> {
        factors.iter_mut().for_each(|f| f.take_diagonal(span));
        loop {
            for k in 0..factors.len() {
                let kept = self.kept(&factors, &[k]);
                factors[k].sum_out(&kept, span);
            }
            if factors.len() == 1 {
                break;
            }
            let (i, j) = self.pair(&factors).ok_or("more than two indexes would be left at once")?;
            let kept = self.kept(&factors, &[i, j]);
            let right = factors.remove(j);
            let left = factors.remove(i);
            factors.insert(i, left.times(right, &kept, span));
        }
        let last = factors.pop().expect("one is left");
        Ok(if last.indexes.len() == 2 && last.indexes != self.result {
            transpose(last.value, span)
        } else {
            last.value
        })
    }

    /// The indexes that the result or other factors have.
    fn kept(&self, factors: &[Factor], without: &[usize]) -> Vec<char> {
        let others = factors.iter().enumerate().filter(|(k, _)| !without.contains(k));
        others.flat_map(|(_, f)| f.indexes.iter().copied()).chain(self.result.iter().copied()).collect()
    }

    /// Two factors whose product has at most two indexes.
    fn pair(&self, factors: &[Factor]) -> Option<(usize, usize)> {
        let pairs = || (0..factors.len()).flat_map(|i| (i + 1..factors.len()).map(move |j| (i, j)));
        let shares = |(i, j): &(usize, usize)| factors[*i].indexes.iter().any(|c| factors[*j].indexes.contains(c));
        let fits = |(i, j): &(usize, usize)| {
            let kept = self.kept(factors, &[*i, *j]);
            let mut all: Vec<char> = [&factors[*i].indexes[..], &factors[*j].indexes[..]].concat();
            all.sort_unstable();
            all.dedup();
            // What is summed is summed by a product, of which both operands have two indexes at most.
            all.len() <= 2 || all.iter().filter(|c| kept.contains(c)).count() <= 2 && all.len() == 3
        };
        let fitting = || pairs().filter(fits);
        fitting().find(shares).or_else(|| fitting().next())
    }
}

impl Factor {
    /// The diagonal where an index stands twice.
    fn take_diagonal(&mut self, span: Span) {
        if let [a, b] = self.indexes[..]
            && a == b
        {
            self.indexes.pop();
            self.replace(|x| apply(Op::Diag, [x], span));
        }
    }

    fn replace(&mut self, f: impl FnOnce(Expr) -> Expr) {
        let value = std::mem::replace(&mut self.value, Expr::literal(0i64, Span::default()));
        self.value = f(value);
    }

    /// The sum over the indexes that are not kept.
    fn sum_out(&mut self, kept: &[char], span: Span) {
        let sums = |direction| Op::Aggregate(Aggregate::Sum, direction);
        let keeps: Vec<bool> = self.indexes.iter().map(|c| kept.contains(c)).collect();
        match keeps[..] {
            [false] | [false, false] => self.replace(|x| total(x, span)),
            [true, false] => self.replace(|x| apply(sums(Direction::Row), [x], span)),
            [false, true] => self.replace(|x| transpose(apply(sums(Direction::Col), [x], span), span)),
            _ => {}
        }
        let mut keep = keeps.iter();
        self.indexes.retain(|_| *keep.next().expect("one for each"));
    }

    /// The product, summed over a shared index that is not kept.
    fn times(self, other: Factor, kept: &[char], span: Span) -> Factor {
        let shared: Vec<char> = self.indexes.iter().copied().filter(|c| other.indexes.contains(c)).collect();
        let product = |x: Expr, y: Expr| apply(Op::MatMul, [x, y], span);
        let cellwise = |x: Expr, y: Expr| apply(Op::Binary(Binary::Multiply), [x, y], span);
        match (self.indexes.len(), other.indexes.len(), &shared[..]) {
            (0, _, _) => Factor { indexes: other.indexes, value: cellwise(self.value, other.value) },
            (_, 0, _) => Factor { indexes: self.indexes, value: cellwise(self.value, other.value) },
            (1, 1, []) => Factor {
                indexes: [self.indexes, other.indexes].concat(),
                value: product(self.value, transpose(other.value, span)),
            },
            (1, 1, _) => Factor { indexes: self.indexes, value: cellwise(self.value, other.value) },
            (1, 2, _) => other.times(self, kept, span),
            (2, 2, [_, _]) => {
                let turned = self.indexes != other.indexes;
                let value = if turned { transpose(other.value, span) } else { other.value };
                Factor { indexes: self.indexes, value: cellwise(self.value, value) }
            }
            // A vector along an index that is kept is repeated along the other one.
            (2, 1, [c]) if kept.contains(c) => {
                let row = self.indexes[1] == *c;
                let value = if row { transpose(other.value, span) } else { other.value };
                Factor { indexes: self.indexes, value: cellwise(self.value, value) }
            }
            (_, _, _) => {
                let c = shared[0];
                let free = |f: &Factor| f.indexes.iter().copied().filter(|x| *x != c).collect::<Vec<char>>();
                let indexes = [free(&self), free(&other)].concat();
                let left = if self.indexes[0] == c { transpose(self.value, span) } else { self.value };
                let turned = other.indexes.len() == 2 && other.indexes[1] == c;
                let right = if turned { transpose(other.value, span) } else { other.value };
                Factor { indexes, value: product(left, right) }
            }
        }
    }
}

fn transpose(x: Expr, span: Span) -> Expr {
    apply(Op::Transpose, [x], span)
}
