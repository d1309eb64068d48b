//! The study of product chains: what the orders cost that estimators find.

use std::time::Instant;

use lac::compiler::sketch::chain::{Chain, orders};
use lac::compiler::sketch::exact::Rows;
use lac::compiler::sketch::pattern::Shape;
use lac::compiler::sketch::rivals::Exact;
use lac::compiler::sketch::{AnyEstimator, Operation, Order, Pattern, Refusal};

use super::generate::{Cells, Draw, shuffled};

/// How large the study is.
#[derive(Clone, Copy)]
pub struct Size {
    pub chains: usize,
    pub factors: usize,
    /// Dimensions are from `dims.0` to `dims.1`, evenly on a logarithmic scale.
    pub dims: (usize, usize),
}

/// The size of the study of record.
pub const SIZE: Size = Size { chains: 12, factors: 20, dims: (10, 1000) };

/// The plans of all estimators, with true costs.
pub struct Study {
    pub size: Size,
    /// The number of orders of a chain.
    pub orders: f64,
    /// Scalar multiplications of the cheapest order of each chain, found with the true patterns of all products.
    pub optimum: Vec<f64>,
    /// Seconds to find them.
    pub seconds: f64,
    pub planners: Vec<Planner>,
}

/// What one way of planning found.
pub struct Planner {
    pub name: String,
    /// True cost of the plan over that of the cheapest one, for each chain; at least 1.
    pub plans: Result<Vec<f64>, Refusal>,
    /// Seconds a chain takes, synopses included.
    pub seconds: f64,
}

/// A product that is known.
struct Known {
    rows: Rows<'static>,
    by_row: Vec<u32>,
    by_col: Vec<u32>,
}

impl Known {
    fn new(rows: Rows<'static>) -> Known {
        let (by_row, by_col) = (rows.pattern().row_counts(), rows.pattern().col_counts());
        Known { rows, by_row, by_col }
    }

    /// True scalar multiplications.
    fn flops(a: &Known, b: &Known) -> f64 {
        a.by_col.iter().zip(&b.by_row).map(|(&x, &y)| f64::from(x) * f64::from(y)).sum()
    }

    fn product(a: &Known, b: &Known) -> Result<Known, Refusal> {
        let operands = [a.rows.pattern(), b.rows.pattern()];
        Exact::default().evaluate(Operation::MatMul, &operands).map(Known::new)
    }

    fn chain(factors: &[Pattern<'_>]) -> Result<Chain<Known>, Refusal> {
        let copy = |factor: &Pattern<'_>| Exact::default().evaluate(Operation::NotZero, &[*factor]).map(Known::new);
        let factors: Result<Vec<Known>, Refusal> = factors.iter().map(copy).collect();
        Chain::new(factors?, Known::flops, Known::product)
    }
}

/// Plans by the dimensions alone: the textbook.
fn by_dimensions(factors: &[Pattern<'_>]) -> Result<Order, Refusal> {
    let shapes: Vec<Shape> = factors.iter().map(|factor| factor.shape()).collect();
    let flops = |a: &Shape, b: &Shape| a.0 as f64 * a.1 as f64 * b.1 as f64;
    Ok(Chain::new(shapes, flops, |a, b| Ok((a.0, b.1)))?.order())
}

/// Compares the plans of all estimators on random chains.
///
/// # Errors
/// If the true products of a chain do not fit into memory.
pub fn study(size: Size, seed: u64, estimators: &[Box<dyn AnyEstimator>]) -> Result<Study, Refusal> {
    let names = std::iter::once("dimensions".to_string()).chain(estimators.iter().map(|e| e.name()));
    let planner = |name: String| Planner { name, plans: Ok(vec![]), seconds: 0.0 };
    let mut study = Study {
        size,
        orders: orders(size.factors),
        optimum: vec![],
        seconds: 0.0,
        planners: names.map(planner).collect(),
    };
    for attempt in 0.. {
        if study.optimum.len() == size.chains {
            break;
        }
        let cells = factors(size, seed.wrapping_add(attempt));
        let chain: Vec<Pattern<'_>> = cells.iter().map(Cells::pattern).collect();
        let begin = Instant::now();
        let known = Known::chain(&chain)?;
        study.seconds += begin.elapsed().as_secs_f64();
        // of a product that vanishes any order that meets the zeros early is as good as free
        if known.value(0, size.factors - 1).rows.pattern().nnz() == 0 {
            continue;
        }
        study.optimum.push(known.cost());
        study.planners[0].plan(&known, || by_dimensions(&chain));
        for (planner, estimator) in study.planners[1..].iter_mut().zip(estimators) {
            planner.plan(&known, || estimator.sketch(&chain)?.order());
        }
    }
    study.planners.iter_mut().for_each(|planner| planner.seconds /= size.chains.max(1) as f64);
    Ok(study)
}

impl Planner {
    fn plan(&mut self, known: &Chain<Known>, order: impl FnOnce() -> Result<Order, Refusal>) {
        let Ok(plans) = &mut self.plans else { return };
        let begin = Instant::now();
        let order = order();
        self.seconds += begin.elapsed().as_secs_f64();
        match order {
            Ok(order) => plans.push(known.cost_of(&order, Known::flops) / known.cost()),
            Err(refusal) => self.plans = Err(refusal),
        }
    }
}

/// A random chain: every factor is one of five kinds, every dimension log-uniform; a permutation repeats its dimension.
fn factors(size: Size, seed: u64) -> Vec<Cells> {
    let draw = Draw::new(4, seed);
    let (least, most) = (size.dims.0 as f64, size.dims.1 as f64);
    let dimension = |u: f64| (least * (most / least).powf(u)).round() as usize;
    let mut rows = dimension(draw.row(0)[0]);
    let mut made = Vec::with_capacity(size.factors);
    for i in 1..=size.factors {
        let draws = draw.row(i);
        let (kind, cols, density) = (draws[0], dimension(draws[1]), 10f64.powf(-2.0 + 1.7 * draws[2]));
        let own = seed.wrapping_mul(0x1_0001).wrapping_add(i as u64) << 8;
        made.push(match kind {
            k if k < 0.30 => Cells::uniform(rows, cols, density, own),
            k if k < 0.55 => Cells::power_law(rows, cols, density, own),
            k if k < 0.75 => {
                let places = Draw::new(rows, own).row(0);
                Cells::select(cols, &places.iter().map(|u| (u * cols as f64) as usize).collect::<Vec<usize>>())
            }
            k if k < 0.85 => Cells::select(rows, &shuffled(rows, own)),
            _ => Cells::dense(rows, cols),
        });
        rows = made[i - 1].cols;
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use lac::compiler::sketch::rivals;

    #[test]
    fn nobody_beats_the_optimum() {
        let size = Size { chains: 4, factors: 7, dims: (5, 60) };
        let study = study(size, 1, &rivals::all()).unwrap();
        assert_eq!((study.optimum.len(), study.orders), (4, 132.0));
        let mut worse = 0;
        for planner in &study.planners {
            match &planner.plans {
                Ok(plans) => {
                    assert_eq!(plans.len(), 4, "{}", planner.name);
                    assert!(
                        plans.iter().all(|&ratio| ratio >= 1.0 && ratio.is_finite()),
                        "{}: {plans:?}",
                        planner.name
                    );
                    worse += usize::from(plans.iter().any(|&ratio| ratio > 1.0));
                }
                Err(refusal) => assert!(matches!(refusal, Refusal::Unsupported(_)), "{}: {refusal}", planner.name),
            }
        }
        assert!(worse > 0, "the chains tell no planner from another");
        // the true patterns, as an estimator
        let exact = study.planners.iter().find(|planner| planner.name == "exact").unwrap();
        assert_eq!(exact.plans, Ok(vec![1.0; 4]));
    }
}
