//! Random loops whose rounds are apart: `parfor` computes what `for` does, to the bit.

use crate::generate::Generator;

const FUNCTIONS: &str = "f = function(matrix[double] X, double k) return (matrix[double] Y, double s) {\n  \
    Y = X * k - 1\n  s = sum(Y) + as.scalar(rand(rows=1, cols=1))\n}\n";

/// A script in which `LOOP` stands for the word that begins a loop.
pub fn script(key: u32) -> String {
    let mut g = Generator::new(3_000_000 + key);
    let n = [1, 2, 3, 7, 40][g.below(5)];
    let sparse = if g.one_in(3) { ", sparsity=0.1" } else { "" };
    let mut text = format!(
        "{FUNCTIONS}n = {n}\nX = rand(rows=n, cols=5, seed={key}{sparse})\nA = X\nB = t(X)\nC = matrix(0, 3 * n, 2)\n\
         V = matrix(0, 1, 2 * n)\ns = 0.5\ncount = 0\nM = matrix(0, 2, 2)\nlast = -1\n"
    );
    let repeats = 1 + g.below(3);
    let body: String = (0..1 + g.below(6)).map(|_| statement(&mut g, 2)).collect();
    let range = ["1:n", "n:1", "seq(1, n)", "seq(1, n, 2)", "1:(n - 1)"][g.below(4)];
    text += &format!("for (again in 1:{repeats}) {{\nLOOP (i in {range}) {{\n{body}}}\n}}\n");
    if g.one_in(2) {
        text += &format!(
            "LOOP (i in 1:n) {{\nLOOP (j in 1:2) {{\nC[3 * i - j, j] = i + j\n{}}}\n}}\n",
            statement(&mut g, 1)
        );
    }
    text
}

/// What leaves different rounds apart. Each sum gets one term in a round, so that their order does not matter.
fn statement(g: &mut Generator, depth: usize) -> String {
    let value = ["i", "i * 0.1", "sum(X[i, ])", "as.scalar(rand(rows=1, cols=1))", "nrow(A) / i"][g.below(5)];
    match g.below(if depth > 1 { 12 } else { 4 }) {
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
        10 => format!("{{s}} += {value}\n").replace("{s}", ["s", "count"][g.below(2)]),
        _ => format!("M += matrix({value}, 2, 2)\n"),
    }
}
