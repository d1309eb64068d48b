//! Scripts from a program: bind matrices, run, fetch the results.

use lac::{Capture, Diagnostics, Session};

/// The five nodes of a small web in CSR form, and the PageRank that a script computes of it.
pub fn run() -> Result<String, Diagnostics> {
    let output = Capture::default();
    let mut session = Session::builder().seed(1).host(output.clone()).build();
    let (indptr, indices) = ([0, 2, 3, 5, 6, 7], [1, 2, 2, 0, 3, 0, 3]);
    session.bind_csr("G", 5, 5, &indptr, &indices, &[1.0; 7])?;
    session.bind("rounds", lac::Value::Scalar(lac::Scalar::Int(30)));

    // Variables live from script to script; a plan is made once for the loop and used again.
    session.run(
        "n = nrow(G)
         out = rowSums(G)
         p = matrix(1 / n, n, 1)
         for (i in 1:rounds) {
           p = 0.85 * (t(G) %*% (p / out)) + 0.15 / n
         }
         print(\"total \" + round(1000 * sum(p)) / 1000)",
    )?;
    let mut text = output.take();
    for (i, rank) in session.dense("p")?.values().iter().enumerate() {
        text += &format!("node {} {rank:.3}\n", i + 1);
    }
    session.run("best = as.scalar(rowIndexMax(t(p)))")?;
    text += &format!("best: node {}\n", session.number("best")?);

    // A mistake is a value too: with a code, a place, and what to write instead.
    if let Err(mistake) = session.run("q = G %*% t(p)") {
        text += &mistake.render(false);
    }
    Ok(text)
}

#[allow(dead_code, reason = "its test calls `run`")]
fn main() {
    match run() {
        Ok(text) => print!("{text}"),
        Err(mistake) => eprint!("{}", mistake.render(false)),
    }
}
