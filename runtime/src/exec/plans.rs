//! The plans of a program, kept under their guards.

use std::sync::Arc;

use lac_compiler::plan::Plan;
use lac_compiler::plan::guard::Actual;
use lac_compiler::program::{BlockId, Var};

use super::numbers::Numbers;
use super::value::Value;

/// Plans by block. A block has several if it is visited with values of several kinds.
#[derive(Clone, Default)]
pub struct Plans {
    /// By [`BlockId`].
    blocks: Vec<Known>,
}

#[derive(Clone, Default)]
struct Known {
    plans: Vec<Kept>,
    made: u32,
}

/// A plan, and what it is if all its values are numbers.
#[derive(Clone)]
pub struct Kept {
    pub plan: Arc<Plan>,
    pub numbers: Option<Arc<Numbers>>,
}

/// Plans kept of one block; the oldest goes.
const KEPT: usize = 4;
/// So many plans were made of one block that a further one shall not depend on values of scalars.
const GENERAL: u32 = 3;

impl Plans {
    /// A plan of the block whose guard holds.
    pub fn find<'a>(&self, block: BlockId, value: impl Fn(Var) -> Option<&'a Value>) -> Option<&Kept> {
        let known = self.blocks.get(block.0 as usize)?;
        known.plans.iter().rev().find(|kept| holds(&kept.plan, &value))
    }

    /// Whether the next plan of a block is to be made without the values of scalars: they change too often.
    pub fn general(&self, block: BlockId) -> bool {
        self.blocks.get(block.0 as usize).is_some_and(|k| k.made >= GENERAL)
    }

    pub fn keep(&mut self, block: BlockId, plan: Arc<Plan>) {
        let at = block.0 as usize;
        if self.blocks.len() <= at {
            self.blocks.resize_with(at + 1, Known::default);
        }
        let known = &mut self.blocks[at];
        known.made += 1;
        if known.plans.len() == KEPT {
            known.plans.remove(0);
        }
        let numbers = Numbers::of(&plan).map(Arc::new);
        known.plans.push(Kept { plan, numbers });
    }
}

fn holds<'a>(plan: &Plan, value: &impl Fn(Var) -> Option<&'a Value>) -> bool {
    plan.guard.holds(|var| match value(var)? {
        Value::Scalar(s) => Some(Actual::Scalar(s)),
        Value::Matrix(m) => Some(Actual::Matrix { rows: m.rows() as u64, cols: m.cols() as u64, nnz: m.nnz() }),
        Value::Frame(f) => Some(Actual::Frame { rows: f.rows() as u64, cols: f.cols() as u64 }),
        Value::List(_) => Some(Actual::List),
    })
}
