//! The plans of a program, kept under their guards.

use std::collections::HashMap;
use std::sync::Arc;

use lac_compiler::plan::Plan;
use lac_compiler::plan::guard::Actual;
use lac_compiler::program::{BlockId, Var};

use super::value::Value;

/// Plans by block. A block has several if it is visited with values of several kinds.
#[derive(Default)]
pub struct Plans {
    blocks: HashMap<BlockId, Known>,
}

#[derive(Default)]
struct Known {
    plans: Vec<Arc<Plan>>,
    made: u32,
}

/// Plans kept of one block; the oldest goes.
const KEPT: usize = 4;
/// So many plans were made of one block that a further one shall not depend on values of scalars.
const GENERAL: u32 = 3;

impl Plans {
    /// A plan of the block whose guard holds.
    pub fn find<'a>(&self, block: BlockId, value: impl Fn(Var) -> Option<&'a Value>) -> Option<Arc<Plan>> {
        let known = self.blocks.get(&block)?;
        known.plans.iter().rev().find(|p| holds(p, &value)).cloned()
    }

    /// Whether the next plan of a block is to be made without the values of scalars: they change too often.
    pub fn general(&self, block: BlockId) -> bool {
        self.blocks.get(&block).is_some_and(|k| k.made >= GENERAL)
    }

    pub fn keep(&mut self, block: BlockId, plan: Arc<Plan>) {
        let known = self.blocks.entry(block).or_default();
        known.made += 1;
        if known.plans.len() == KEPT {
            known.plans.remove(0);
        }
        known.plans.push(plan);
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
