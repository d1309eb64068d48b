//! The optimizer as a library: an expression and what is known of its inputs in, a plan and its explanation out. Nothing
//! is computed, and no runtime is linked: `lac_compiler` alone.

use lac_compiler::build::{Builder, Optimized};
use lac_compiler::sketch::{Nnz, Sketch};

/// The gradient of a least squares problem over 2^33 examples, of which only metadata is at hand.
pub fn gradient() -> Optimized {
    let b = Builder::new();
    let x = b.sketched("X", Sketch::uniform(1 << 33, 1000, Nnz::exact(1 << 37)));
    let (w, y) = (b.input("w", 1000, 1), b.input("y", 1 << 33, 1));
    let gradient = b.sub(b.matmul(b.matmul(b.t(x), x), w), b.matmul(b.t(x), y));
    b.optimize(&[("gradient", gradient)]).expect("the shapes fit")
}

/// A product of three whose shapes say nothing: all are equal. That the last one has few nonzeros says which two are
/// multiplied first.
pub fn chain() -> Optimized {
    let n = 20_000;
    let b = Builder::new();
    let graph = b.sketched("graph", Sketch::uniform(n, n, Nnz::exact(2_000_000)));
    let weights = b.sketched("weights", Sketch::uniform(n, n, Nnz::exact(2_000_000)));
    let selection = b.sketched("selection", Sketch::uniform(n, n, Nnz::exact(50)));
    let product = b.matmul(b.matmul(graph, weights), selection);
    b.optimize(&[("product", product)]).expect("the shapes fit")
}

pub fn run() -> String {
    let (gradient, chain) = (gradient(), chain());
    let mut text = format!("the expression as built:\n{}\nits plan:\n{}", gradient.hops, gradient.explain(64 << 30));
    text += &format!("\na chain of three:\n{}", chain.explain(64 << 30));
    // A mistake is a value that says what does not fit.
    let b = Builder::new();
    let (a, c) = (b.input("A", 3, 4), b.input("C", 3, 4));
    let mistakes = b.optimize(&[("P", b.matmul(a, c))]).expect_err("3 x 4 by 3 x 4");
    for mistake in mistakes {
        text += &format!("\na mistake: {} {}\n", mistake.code, mistake.message);
    }
    text
}

#[allow(dead_code, reason = "its test calls `run`")]
fn main() {
    print!("{}", run());
}
