//! What is known of every variable at a point of a program.

use std::sync::Arc;

use super::ir::Var;
use crate::facts::Facts;

/// A variable's value, and whether every way to here gives it one.
#[derive(Clone, Debug)]
pub struct Binding {
    pub facts: Arc<Facts>,
    pub certain: bool,
}

impl Binding {
    pub fn certain(facts: Facts) -> Binding {
        Binding { facts: Arc::new(facts), certain: true }
    }

    fn same(&self, other: &Binding) -> bool {
        self.certain == other.certain && self.agrees(other)
    }

    fn agrees(&self, other: &Binding) -> bool {
        Arc::ptr_eq(&self.facts, &other.facts) || self.facts.agrees(&other.facts)
    }

    /// Sketches may differ where facts agree.
    fn is_equal(&self, other: &Binding) -> bool {
        Arc::ptr_eq(&self.facts, &other.facts) || !self.facts.is_matrix() && self.facts.agrees(&other.facts)
    }

    fn join(&self, other: &Binding) -> Binding {
        let same = self.is_equal(other);
        let facts = if same { self.facts.clone() } else { Arc::new(self.facts.join(&other.facts)) };
        Binding { facts, certain: self.certain && other.certain }
    }

    fn uncertain(&self) -> Binding {
        Binding { facts: self.facts.clone(), certain: false }
    }
}

/// Variables of consecutive numbers. Environments of branches share those that both leave as they are, and a script has many
/// branches that change little.
type Group = [Option<Binding>; GROUP];
const GROUP: usize = 16;

fn is_equal(a: &Group, b: &Group) -> bool {
    a.iter().zip(b).all(|pair| match pair {
        (Some(x), Some(y)) => x.certain == y.certain && x.is_equal(y),
        (None, None) => true,
        _ => false,
    })
}

/// The variables at a point of a program, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Environment(Vec<Arc<Group>>);

impl Environment {
    pub fn new() -> Environment {
        Environment::default()
    }

    pub fn get(&self, var: &Var) -> Option<&Binding> {
        let place = var.0 as usize;
        self.0.get(place / GROUP)?[place % GROUP].as_ref()
    }

    pub fn insert(&mut self, var: Var, binding: Binding) {
        if self.get(&var).is_some_and(|b| b.certain == binding.certain && b.is_equal(&binding)) {
            return;
        }
        let place = var.0 as usize;
        if self.0.len() <= place / GROUP {
            self.0.resize(place / GROUP + 1, Arc::default());
        }
        Arc::make_mut(&mut self.0[place / GROUP])[place % GROUP] = Some(binding);
    }

    /// Of a variable that has been asked for in vain: that is said once.
    pub(super) fn make_certain(&mut self, var: Var) {
        if let Some(b) = self.get(&var) {
            let certain = Binding { certain: true, ..b.clone() };
            self.insert(var, certain);
        }
    }

    /// What holds where two ways meet.
    pub(super) fn join(&self, other: &Environment) -> Environment {
        let none = Arc::new(Group::default());
        let group = |i: usize| {
            let (a, b) = (self.0.get(i).unwrap_or(&none), other.0.get(i).unwrap_or(&none));
            if Arc::ptr_eq(a, b) {
                return a.clone();
            }
            let joined = std::array::from_fn(|k| match (&a[k], &b[k]) {
                (Some(x), Some(y)) => Some(x.join(y)),
                (Some(x), None) | (None, Some(x)) => Some(x.uncertain()),
                (None, None) => None,
            });
            if is_equal(&joined, a) { a.clone() } else { Arc::new(joined) }
        };
        Environment((0..self.0.len().max(other.0.len())).map(group).collect())
    }

    /// A further round of a loop brings nothing new.
    pub(super) fn same(&self, other: &Environment) -> bool {
        let none = Arc::new(Group::default());
        (0..self.0.len().max(other.0.len())).all(|i| {
            let (a, b) = (self.0.get(i).unwrap_or(&none), other.0.get(i).unwrap_or(&none));
            Arc::ptr_eq(a, b)
                || a.iter().zip(b.iter()).all(|pair| match pair {
                    (Some(x), Some(y)) => x.same(y),
                    (None, None) => true,
                    _ => false,
                })
        })
    }

    /// Gives up what differs from before.
    pub(super) fn widen(&mut self, before: &Environment, wide: impl Fn(&Facts) -> Facts) {
        for (i, group) in self.0.iter_mut().enumerate() {
            if before.0.get(i).is_some_and(|b| Arc::ptr_eq(b, group)) {
                continue;
            }
            for (k, b) in Arc::make_mut(group).iter_mut().enumerate() {
                let Some(b) = b else { continue };
                let var = Var((i * GROUP + k) as u32);
                if !before.get(&var).is_some_and(|e| e.agrees(b)) {
                    b.facts = Arc::new(wide(&b.facts));
                }
            }
        }
    }

    /// A loop that surely runs once leaves what its body assigns.
    pub(super) fn certain_after(mut self, inside: &Environment) -> Environment {
        for (group, inside) in self.0.iter_mut().zip(&inside.0) {
            let gains = |(b, i): (&Option<Binding>, &Option<Binding>)| match (b, i) {
                (Some(b), Some(i)) => !b.certain && i.certain,
                _ => false,
            };
            if Arc::ptr_eq(group, inside) || !group.iter().zip(inside.iter()).any(gains) {
                continue;
            }
            for (b, i) in Arc::make_mut(group).iter_mut().zip(inside.iter()) {
                if let (Some(b), Some(i)) = (b, i) {
                    b.certain |= i.certain;
                }
            }
        }
        self
    }
}
