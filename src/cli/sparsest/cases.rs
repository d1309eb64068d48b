//! The cases of SparsEst: one row each. Their matrices stand in [`super::leaves`].

use lac::compiler::sketch::Expression;
use lac::compiler::sketch::pattern::Shape;

use super::leaves::{SENTENCE, leaf};

/// Stands for sizes that only the data tells.
const SENTENCES: &str = "SENTENCES";

/// An expression whose number of nonzeros is to be estimated.
#[derive(Clone, Debug)]
pub struct Case {
    /// Number and name, as in the paper.
    pub id: String,
    /// Over the matrices of [`super::leaves::LEAVES`].
    pub expression: String,
}

const FIXED: &[(&str, &str)] = &[
    ("B1.1 NLP", "(mm Tokens Embedding)"),
    ("B1.2 Scale", "(mm Lambda Data)"),
    ("B1.3 Perm", "(mm Shuffle Data)"),
    ("B1.4 Outer", "(mm Column Row)"),
    ("B1.5 Inner", "(mm Row Column)"),
    ("B2.1 NLP", "(mm Words Vectors)"),
    ("B2.2 Project", "(mm Covtype Measured)"),
    ("B2.3 CoRef", "(mm Citations (t Citations))"),
    ("B2.4 Email", "(mm Emails Emails)"),
    ("B2.5 Mask", "(mul Middle Mnist)"),
    ("B3.1 NLP", "(reshape (mm Words Vectors) SENTENCES)"),
    ("B3.3 PG", "(mm Top Citations)"),
    ("B3.3 PGG", "(mm (mm Top Citations) Citations)"),
    ("B3.3 PGGG", "(mm (mm (mm Top Citations) Citations) Citations)"),
    ("B3.3 PGGGG", "(mm (mm (mm (mm Top Citations) Citations) Citations) Citations)"),
    ("B3.4 Recomm", "(mul (neq0 (mm Users Ratings)) (mm (mm Users L) (t R)))"),
    ("B3.5 Predicate", "(neq0 (mul Mnist (add (mul Middle Half) Tenth)))"),
];

/// Deferred standardization: the factors of B3.2, and how they are written in the names of their products.
const STANDARDIZED: [(&str, &str); 6] =
    [("S'", "(t S)"), ("X'", "(t X)"), ("w", "(diag w)"), ("X", "X"), ("S", "S"), ("B", "B")];

/// All cases in order.
pub fn all() -> Vec<Case> {
    let fixed = FIXED.iter().map(|&(id, expression)| Case { id: id.to_string(), expression: expression.to_string() });
    let mut cases: Vec<Case> = fixed.chain(standardized()).collect();
    // stable: products of B3.2 stay by their first factor
    cases.sort_by(|a, b| a.number().cmp(b.number()));
    cases
}

/// The products of all neighbours among the six, from left to right.
fn standardized() -> impl Iterator<Item = Case> {
    let factors = STANDARDIZED;
    let ends = (0..factors.len()).flat_map(move |i| (i + 1..factors.len()).map(move |j| (i, j)));
    ends.map(move |(i, j)| {
        let name: String = factors[i..=j].iter().map(|factor| factor.0).collect();
        let first = factors[i].1.to_string();
        let expression = factors[i + 1..=j].iter().fold(first, |left, right| format!("(mm {left} {})", right.1));
        Case { id: format!("B3.2 {name}"), expression }
    })
}

impl Case {
    /// `B3.2` of `B3.2 XS`.
    pub fn number(&self) -> &str {
        self.id.split(' ').next().unwrap_or_default()
    }

    /// With sizes that depend on those of its matrices, which `shape` tells.
    pub fn sized(self, shape: impl Fn(&str) -> Shape) -> Case {
        if !self.expression.contains(SENTENCES) {
            return self;
        }
        // a row of the result is a sentence: its vectors, one after the other
        let (rows, cols) = (shape("Words").0 / SENTENCE, shape("Vectors").1 * SENTENCE);
        Case { expression: self.expression.replace(SENTENCES, &format!("{rows} {cols}")), ..self }
    }

    /// The expression, over the names of its matrices.
    pub fn parse(&self) -> (Expression, Vec<String>) {
        Expression::parse(&self.expression.replace(SENTENCES, "1 1"))
            .expect("the expressions of the table are well-formed")
    }

    /// The files that its matrices are made of.
    pub fn files(&self) -> Vec<&'static str> {
        self.parse().1.iter().filter_map(|name| leaf(name)?.file).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_sound() {
        let cases = all();
        assert_eq!(cases.len(), 5 + 5 + 1 + 15 + 4 + 2);
        for case in &cases {
            for name in case.parse().1 {
                let leaf = leaf(&name).unwrap_or_else(|| panic!("{}: no matrix {name}", case.id));
                assert_eq!(leaf.file.is_none(), case.id.starts_with("B1"), "{}: {name}", case.id);
            }
        }
        let whole = cases.iter().find(|case| case.id == "B3.2 S'X'wXSB").unwrap();
        assert_eq!(whole.expression, "(mm (mm (mm (mm (mm (t S) (t X)) (diag w)) X) S) B)");
    }
}
