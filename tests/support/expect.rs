//! What a case expects against what a run left behind.

use std::fmt::Write;

use super::markdown::{Block, Case};
use super::run::Outcome;

/// An expectation that is not met.
pub struct Mismatch {
    /// The block, by its index in the case; none if the run ended as no block can say.
    pub block: Option<usize>,
    pub title: String,
    pub expected: String,
    /// What would have met it.
    pub actual: String,
}

/// A case that fails.
pub struct Failure {
    pub case: usize,
    pub mismatches: Vec<Mismatch>,
    diagnostics: String,
}

impl Failure {
    /// The mismatches as differences, line by line, and what was told on standard error.
    pub fn report(&self, file: &str, case: &Case) -> String {
        let mut text = format!("\n-- {file}:{}: {}\n", case.line, case.heading);
        for m in &self.mismatches {
            writeln!(text, "   {}", m.title).expect("writing to a string");
            text.push_str(&difference(&m.expected, &m.actual));
        }
        for line in self.diagnostics.lines().take(20) {
            writeln!(text, "   | {line}").expect("writing to a string");
        }
        text
    }
}

/// What an engine left behind against what is expected.
pub fn check(index: usize, case: &Case, engine: &str, outcome: &Outcome) -> Result<(), Failure> {
    let mut mismatches = vec![];
    let mut outputs = outcome.outputs.iter();
    for (position, block) in case.blocks.iter().enumerate() {
        let found = match block.kind.as_str() {
            "value" => compare("standard output", block, &outcome.stdout),
            "error" | "warning" => contains_all(block, &outcome.diagnostics),
            "explain" => contains_in_order(block, outcome.explain.as_deref().unwrap_or_default()),
            "nnz" => {
                let actual: String = outcome.nnz.iter().map(|(name, n)| format!("{name} = {n}\n")).collect();
                compare("numbers of nonzeros", block, &actual)
            }
            "output" => {
                let content = outputs.next().and_then(Option::as_deref);
                output(block, content)
            }
            _ => None,
        };
        // Only what users get is blessed.
        let block = engine.is_empty().then_some(position);
        mismatches.extend(found.map(|m| Mismatch { block, title: format!("{} {engine}", m.title), ..m }));
    }
    let wrong_end = match (outcome.ended_well(), outcome.success, case.block("error").is_some()) {
        (false, _, _) => Some("it crashed"),
        (_, true, true) => Some("it should have failed"),
        (_, false, false) => Some("it failed"),
        _ => None,
    };
    if let Some(title) = wrong_end {
        mismatches.push(Mismatch {
            block: None,
            title: format!("{title} {engine}, exit status {:?}", outcome.code),
            expected: String::new(),
            actual: String::new(),
        });
    }
    if mismatches.is_empty() {
        return Ok(());
    }
    Err(Failure { case: index, mismatches, diagnostics: outcome.diagnostics.clone() })
}

fn mismatch(title: &str, block: &Block, actual: &str) -> Option<Mismatch> {
    Some(Mismatch { block: None, title: title.into(), expected: block.body.clone(), actual: actual.into() })
}

fn compare(title: &str, block: &Block, actual: &str) -> Option<Mismatch> {
    (block.body != actual).then(|| mismatch(title, block, actual)).flatten()
}

/// A file's last newline is not compared: a block cannot do without one.
fn output(block: &Block, content: Option<&str>) -> Option<Mismatch> {
    let title = format!("file {}", block.words[0]);
    match content {
        None => mismatch(&format!("{title} is missing"), block, ""),
        Some(text) if text == block.body || format!("{text}\n") == block.body => None,
        Some(text) => mismatch(&title, block, text),
    }
}

/// Diagnostics are wrapped and underlined, so their fragments may come in any order.
fn contains_all(block: &Block, text: &str) -> Option<Mismatch> {
    let missing = block.body.lines().find(|fragment| !text.contains(fragment))?;
    let first = text.lines().next().unwrap_or_default();
    mismatch(&format!("no {missing:?} in the diagnostics"), block, first)
}

fn contains_in_order(block: &Block, text: &str) -> Option<Mismatch> {
    let mut rest = text;
    for fragment in block.body.lines() {
        match rest.find(fragment) {
            Some(at) => rest = &rest[at + fragment.len()..],
            None => return mismatch(&format!("no {fragment:?} where expected in the explanation"), block, text),
        }
    }
    None
}

/// Lines common to both at the beginning and the end are left out.
fn difference(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let lines =
        |sign: char, lines: &[&str]| -> String { lines.iter().map(|line| format!("   {sign} {line}\n")).collect() };
    lines('-', &old[start..old.len() - end]) + &lines('+', &new[start..new.len() - end])
}
