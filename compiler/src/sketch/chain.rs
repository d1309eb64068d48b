//! The cheapest order of a product of many matrices, by dynamic programming over what an estimator says.
//!
//! What is known of a matrix may be anything: a shape, a synopsis, the pattern itself.

use std::fmt;

use super::estimator::Refusal;

/// In which order a chain is multiplied: the product that is taken last, and the orders of its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The factor of this number, from 0.
    Factor(usize),
    /// A product of neighbours.
    Product(Box<Order>, Box<Order>),
}

/// With the factors counted from 1: `(1 (2 3))`.
impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Factor(i) => write!(f, "{}", i + 1),
            Order::Product(left, right) => write!(f, "({left} {right})"),
        }
    }
}

/// The cheapest orders of all products of neighbours of a chain, with what is known of each product.
#[derive(Clone, Debug)]
pub struct Chain<T> {
    factors: usize,
    /// Of the factors from i to j, at `place(i, j)`.
    cells: Vec<Cell<T>>,
}

#[derive(Clone, Debug)]
struct Cell<T> {
    value: T,
    /// Scalar multiplications of the cheapest order.
    cost: f64,
    /// The last factor of the left operand.
    split: usize,
}

/// Cells come by the length of the product: all factors, all pairs, ...
fn place(factors: usize, i: usize, j: usize) -> usize {
    let shorter = j - i;
    shorter * factors - shorter * shorter.saturating_sub(1) / 2 + i
}

impl<T> Chain<T> {
    /// cost(i, j) = min over k of cost(i, k) + cost(k + 1, j) + flops(value(i, k), value(k + 1, j)), where the value of a
    /// product is that of its cheapest order.
    ///
    /// # Errors
    /// [`Refusal::NoLeaf`] for a chain without factors, and any of `multiply`.
    pub fn new(
        factors: Vec<T>,
        mut flops: impl FnMut(&T, &T) -> f64,
        mut multiply: impl FnMut(&T, &T) -> Result<T, Refusal>,
    ) -> Result<Chain<T>, Refusal> {
        let n = factors.len();
        if n == 0 {
            return Err(Refusal::NoLeaf(0));
        }
        let cells = factors.into_iter().enumerate().map(|(i, value)| Cell { value, cost: 0.0, split: i }).collect();
        let mut chain = Chain { factors: n, cells };
        for length in 1..n {
            for i in 0..n - length {
                let j = i + length;
                let (mut cost, mut split) = (f64::INFINITY, i);
                for k in i..j {
                    let (left, right) = (chain.cell(i, k), chain.cell(k + 1, j));
                    let operands = left.cost + right.cost;
                    // a split whose operands alone cost as much is not priced
                    if operands < cost {
                        let whole = operands + flops(&left.value, &right.value);
                        (cost, split) = if whole < cost { (whole, k) } else { (cost, split) };
                    }
                }
                let value = multiply(chain.value(i, split), chain.value(split + 1, j))?;
                chain.cells.push(Cell { value, cost, split });
            }
        }
        Ok(chain)
    }

    fn cell(&self, i: usize, j: usize) -> &Cell<T> {
        &self.cells[place(self.factors, i, j)]
    }

    /// What is known of the product of the factors from `i` to `j`.
    ///
    /// # Panics
    /// If there are no such factors.
    pub fn value(&self, i: usize, j: usize) -> &T {
        &self.cell(i, j).value
    }

    /// Scalar multiplications of the cheapest order.
    pub fn cost(&self) -> f64 {
        self.cell(0, self.factors - 1).cost
    }

    /// The cheapest order.
    pub fn order(&self) -> Order {
        self.order_of(0, self.factors - 1)
    }

    fn order_of(&self, i: usize, j: usize) -> Order {
        if i == j {
            return Order::Factor(i);
        }
        let split = self.cell(i, j).split;
        Order::Product(self.order_of(i, split).into(), self.order_of(split + 1, j).into())
    }

    /// What another order would cost, by what is known here of the products.
    ///
    /// # Panics
    /// If it is not an order of this chain.
    pub fn cost_of(&self, order: &Order, mut flops: impl FnMut(&T, &T) -> f64) -> f64 {
        let mut cost = 0.0;
        self.walk(order, 0, &mut |left, right| cost += flops(left, right));
        cost
    }

    /// Visits the operands of every product; `first` is the first factor, the result is the one after the last.
    fn walk(&self, order: &Order, first: usize, visit: &mut impl FnMut(&T, &T)) -> usize {
        match order {
            Order::Factor(_) => first + 1,
            Order::Product(left, right) => {
                let middle = self.walk(left, first, visit);
                let end = self.walk(right, middle, visit);
                visit(self.value(first, middle - 1), self.value(middle, end - 1));
                end
            }
        }
    }
}

/// The number of orders of a product of `factors` matrices: the Catalan number of `factors - 1`, as near as a double comes.
pub fn orders(factors: usize) -> f64 {
    // C(0) = 1, C(k) = C(k - 1) (4 k - 2) / (k + 1)
    (1..factors).fold(1.0, |c, k| c * (4 * k - 2) as f64 / (k + 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dense matrices of these dimensions, by the textbook (Cormen et al., section 15.2).
    #[test]
    fn the_textbook_chain() {
        let dims = [30.0, 35.0, 15.0, 5.0, 10.0, 20.0, 25.0];
        let shapes: Vec<(f64, f64)> = dims.windows(2).map(|d| (d[0], d[1])).collect();
        let flops = |a: &(f64, f64), b: &(f64, f64)| a.0 * a.1 * b.1;
        let chain = Chain::new(shapes, flops, |a, b| Ok((a.0, b.1))).unwrap();
        assert_eq!(chain.cost(), 15125.0);
        assert_eq!(chain.order().to_string(), "((1 (2 3)) ((4 5) 6))");
        assert_eq!(chain.cost_of(&chain.order(), flops), 15125.0);
        assert_eq!(*chain.value(1, 4), (35.0, 20.0));
        let left = (1..6).fold(Order::Factor(0), |left, i| Order::Product(left.into(), Order::Factor(i).into()));
        assert_eq!(chain.cost_of(&left, flops), 40500.0);
    }

    #[test]
    fn small_chains() {
        let product = |_: &(), _: &()| Ok(());
        assert_eq!(Chain::new(vec![], |_, _| 1.0, product).err(), Some(Refusal::NoLeaf(0)));
        let one = Chain::new(vec![()], |_, _| 1.0, product).unwrap();
        assert_eq!((one.cost(), one.order()), (0.0, Order::Factor(0)));
    }

    #[test]
    fn orders_are_counted() {
        let counted: Vec<f64> = [1, 2, 3, 4, 5, 20].map(orders).into();
        assert_eq!(counted, [1.0, 1.0, 2.0, 5.0, 14.0, 1_767_263_190.0]);
    }
}
