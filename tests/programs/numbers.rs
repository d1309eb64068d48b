//! Random programs of numbers: ints near overflow, truth values, doubles of every kind, in blocks, loops and branches that
//! run often enough for their plans to be used again with values of other types.

use lac::compiler::ops::{Binary, Unary};

use crate::generate::{Generator, Program};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
const LITERALS: [&str; 16] = [
    "0",
    "1",
    "-1",
    "2",
    "7",
    "-3",
    "9223372036854775807",
    "4611686018427387904",
    "0.0",
    "-0.0",
    "0.5",
    "-2.5",
    "1e300",
    "(1/0)",
    "(0/0)",
    "TRUE",
];

pub fn program(key: u32) -> Program {
    let mut g = Generator::new(2_000_000 + key);
    let mut statements: Vec<String> = NAMES.iter().map(|n| format!("{n} = {}", literal(&mut g))).collect();
    for k in 0..2 + g.below(5) {
        let first = g.below(NAMES.len());
        let body: String = (0..1 + g.below(4)).map(|n| assignment(&mut g, first + n) + "\n").collect();
        statements.push(match g.below(3) {
            0 => format!("if ({}) {{\n{body}}} else {{\n{}\n}}", value(&mut g, 2), assignment(&mut g, 0)),
            1 => format!("k{k} = 0\nwhile (k{k} < {}) {{\n{body}k{k} = k{k} + 1\n}}", 1 + g.below(6)),
            _ => format!("for (i in {}) {{\ni = i + a\n{body}}}", ["1:6", "seq(0.5, 3, 0.5)", "3:1"][g.below(3)]),
        });
    }
    Program { functions: String::new(), statements, variables: NAMES.map(String::from).to_vec() }
}

/// A body assigns no variable twice: plans do not compute what is overwritten, so they miss its errors.
fn assignment(g: &mut Generator, n: usize) -> String {
    format!("{} = {}", NAMES[n % NAMES.len()], value(g, 3))
}

fn literal(g: &mut Generator) -> &'static str {
    LITERALS[g.below(LITERALS.len())]
}

fn value(g: &mut Generator, depth: usize) -> String {
    if depth == 0 || g.one_in(4) {
        return if g.one_in(4) { literal(g).into() } else { NAMES[g.below(NAMES.len())].into() };
    }
    let x = value(g, depth - 1);
    match g.below(8) {
        0 | 1 => match Unary::ALL[g.below(Unary::ALL.len())] {
            f @ (Unary::Negate | Unary::Not) => format!("({}({x}))", f.name()),
            f => format!("{}({x})", f.name()),
        },
        2 => format!("ifelse({x}, {}, {})", value(g, depth - 1), value(g, depth - 1)),
        _ => {
            let (f, y) = (Binary::ALL[g.below(Binary::ALL.len())], value(g, depth - 1));
            // Overflow ends a program: most of them should go on.
            let (x, y) = if g.one_in(3) { (x, y) } else { (format!("({x} %% 1000)"), y) };
            if f.name().starts_with(char::is_alphabetic) {
                format!("{}({x}, {y})", f.name())
            } else {
                format!("({x} {} {y})", f.name())
            }
        }
    }
}
