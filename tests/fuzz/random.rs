//! A stream of random choices, equal for equal seeds.

use lac::compiler::ops::random::philox;

pub struct Random {
    seed: u64,
    drawn: u32,
}

impl Random {
    pub fn new(seed: u64) -> Random {
        Random { seed, drawn: 0 }
    }

    pub fn bits(&mut self) -> u32 {
        self.drawn += 1;
        philox([self.drawn, 0, 0, 3], [self.seed as u32, (self.seed >> 32) as u32])[0]
    }

    /// Below `n`; 0 if there is nothing below it.
    pub fn below(&mut self, n: usize) -> usize {
        self.bits() as usize % n.max(1)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// # Panics
    /// If there are no options.
    pub fn pick<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())].clone()
    }

    /// One of the options, if there are any.
    pub fn any<'a, T>(&mut self, options: &'a [T]) -> Option<&'a T> {
        options.get(self.below(options.len()))
    }
}
