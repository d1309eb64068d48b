//! Random loops whose rounds are apart: `parfor` computes what `for` does, to the bit.

use crate::generate::Generator;

const FUNCTIONS: &str = "f = function(matrix[double] X, double k) return (matrix[double] Y, double s) {\n  \
    Y = X * k - 1\n  s = sum(Y) + as.scalar(rand(rows=1, cols=1))\n}\n";
const STATEMENTS: usize = 6;

/// A script in which `LOOP` stands for the word that begins a loop.
pub fn script(key: u32) -> String {
    let mut g = Generator::new(3_000_000 + key);
    let n = [1, 2, 3, 7, 40][g.below(5)];
    let sparse = if g.one_in(3) { ", sparsity=0.1" } else { "" };
    let mut text = format!(
        "{FUNCTIONS}n = {n}\nX = rand(rows=n, cols=5, seed={key}{sparse})\nA = X\nB = t(X)\nC = matrix(0, 3 * n, 2)\n\
         V = matrix(0, 1, 2 * n)\nlast = -1\n"
    );
    for k in 0..STATEMENTS {
        text += &format!("s{k} = 0.{k}\nM{k} = matrix({k}, 2, 2)\n");
    }
    let repeats = 1 + g.below(3);
    let body: String = (0..1 + g.below(STATEMENTS)).map(|k| statement(&mut g, k)).collect();
    let range = ["1:n", "n:1", "seq(1, n)", "seq(1, n, 2)", "1:(n - 1)"][g.below(5)];
    text += &format!("for (again in 1:{repeats}) {{\nLOOP (i in {range}) {{\n{body}}}\n}}\n");
    if g.one_in(2) {
        let inner = within(&mut g);
        text += &format!("LOOP (i in 1:n) {{\nLOOP (j in 1:2) {{\nC[3 * i - j, j] = i + j\n{inner}\n}}\n}}\n");
    }
    text
}

/// What leaves rounds apart. A sum gets one term in a round, so that its terms have one order.
fn statement(g: &mut Generator, k: usize) -> String {
    let value = ["i", "i * 0.1", "sum(X[i, ])", "as.scalar(rand(rows=1, cols=1))", "nrow(A) / i"][g.below(5)];
    match g.below(12) {
        0 => format!("V[1, 2 * i - 1] = {value}\n"),
        1 => "V[, 2 * i] = V[1, 2 * i - 1] + 1\n".to_string(),
        2 => format!("local = {value}\nif (local > 1) print(\"round \" + i + \" \" + local)\n"),
        3 => format!("if (i %% 3 != 1) {{\nlast = {value}\n}}\n"),
        4 => format!("A[i, ] = X[i, ] * {value}\n"),
        5 => format!("B[, i] = B[, i] + t(X[i, ]) * {value}\n"),
        6 => format!("begin = (i - 1) * 3 + 1\nC[begin:(i * 3), ] = matrix({value}, 3, 2)\n"),
        7 => format!("[Y, total] = f(X[i, ], {value})\nA[i, 1] = total\nA[i, 2:3] = Y[1, 4:5]\n"),
        8 => format!("for (k in 1:3) {{\nC[(i - 1) * 3 + k, 1] = k * {value}\n}}\n"),
        9 => "if (i %% 2 == 0) next\n".to_string(),
        10 => format!("s{k} += {value}\n"),
        _ => format!("M{k} = M{k} + matrix({value}, 2, 2)\n"),
    }
}

/// The same in a loop within a loop, whose inner rounds may stand in any order.
fn within(g: &mut Generator) -> &'static str {
    ["V[1, 2 * i - j + 1] = i / j", "print(i + \" \" + j)", "s0 += i * j", "last = i - j"][g.below(4)]
}
