//! Random programs of smooth, bounded functions: a rounding error stays a rounding error.

use crate::generate::{Generator, Program};

const SIZES: [usize; 4] = [1, 4, 30, 70];

/// Matrices over all pairs of sizes, then statements that change them.
pub fn program(key: u32) -> Program {
    let mut g = Generator::new(1_000_000 + key);
    let sizes = if key.is_multiple_of(4) { &SIZES[1..] } else { &SIZES[..3] };
    let mut statements = Vec::new();
    for (i, r) in sizes.iter().enumerate() {
        for (j, c) in sizes.iter().enumerate() {
            let sparsity = ["0.03", "0.3", "1"][g.below(3)];
            let seed = 10 * i + j + 1;
            statements.push(format!("m{r}x{c} = rand(rows={r}, cols={c}, min=-1, sparsity={sparsity}, seed={seed})"));
        }
    }
    for _ in 0..3 + g.below(6) {
        let (r, c) = (size(&mut g, sizes), size(&mut g, sizes));
        let value = matrix(&mut g, sizes, r, c, 3);
        statements.push(match g.below(4) {
            0 => format!("for (i in 1:3) {{\n  m{r}x{c} = 0.5 * m{r}x{c} + tanh({value})\n}}"),
            1 => format!("s = mean({value})\nm{r}x{c} = m{r}x{c} / (1 + abs(s))"),
            2 => format!("if (nrow(m{r}x{c}) > 3) {{\n  m{r}x{c} = tanh({value})\n}} else {{\n  m{r}x{c}[1, ] = sin(m{r}x{c}[1, ])\n}}"),
            _ => format!("m{r}x{c} = tanh({value})"),
        });
    }
    Program { functions: String::new(), statements, variables: vec![] }
}

fn size(g: &mut Generator, sizes: &[usize]) -> usize {
    sizes[g.below(sizes.len())]
}

fn matrix(g: &mut Generator, sizes: &[usize], r: usize, c: usize, depth: usize) -> String {
    if depth == 0 || g.one_in(5) {
        return if g.one_in(3) { format!("t(m{c}x{r})") } else { format!("m{r}x{c}") };
    }
    let depth = depth - 1;
    let k = size(g, sizes);
    match g.below(12) {
        0..=3 => chain(g, sizes, r, c),
        4 => format!("({} + {})", matrix(g, sizes, r, c, depth), matrix(g, sizes, r, 1, depth)),
        5 => format!("({} * {})", matrix(g, sizes, r, c, depth), matrix(g, sizes, r, c, depth)),
        6 => format!("({} - {})", matrix(g, sizes, 1, c, depth), matrix(g, sizes, r, c, depth)),
        7 => format!("(1 / (1 + exp(-({}))))", matrix(g, sizes, r, c, depth)),
        8 => {
            let f = ["tanh", "sin", "cos", "atan"][g.below(4)];
            format!("{f}({})", matrix(g, sizes, r, c, depth))
        }
        9 if c == 1 => {
            let f = ["rowSums", "rowMeans", "rowVars", "rowSumSqs", "rowMaxs"][g.below(5)];
            format!("{f}({})", matrix(g, sizes, r, k, depth))
        }
        9 if r == 1 => {
            let f = ["colSums", "colMeans", "colVars", "colSumSqs", "colMins"][g.below(5)];
            format!("{f}({})", matrix(g, sizes, k, c, depth))
        }
        10 => format!("(cumsum({}) / {r})", matrix(g, sizes, r, c, depth)),
        11 => format!("(mean({}) * {})", matrix(g, sizes, k, c, depth), matrix(g, sizes, r, c, depth)),
        _ => format!("t({})", matrix(g, sizes, c, r, depth)),
    }
}

/// A product of two to five matrices, scaled to stay small.
fn chain(g: &mut Generator, sizes: &[usize], r: usize, c: usize) -> String {
    let mut dims = vec![r];
    dims.extend((0..1 + g.below(4)).map(|_| size(g, sizes)));
    dims.push(c);
    let factor = |g: &mut Generator, m: usize, n: usize| {
        if g.one_in(3) { format!("t(m{n}x{m})") } else { format!("m{m}x{n}") }
    };
    let texts: Vec<String> = dims.windows(2).map(|d| factor(g, d[0], d[1])).collect();
    let terms: usize = dims[1..dims.len() - 1].iter().product();
    format!("(({}) / {terms})", texts.join(" %*% "))
}
