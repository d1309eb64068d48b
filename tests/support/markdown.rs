//! Cases in Markdown: a heading, prose, and fenced blocks. The text is kept line by line, so that a blessed file
//! differs only in the blocks that changed.

use std::path::Path;

use super::expect::Failure;

/// A fenced block: the words of its info line, and where its body lies in the file.
#[derive(Clone, Debug)]
pub struct Block {
    pub kind: String,
    pub words: Vec<String>,
    pub body: String,
    /// Index of the first line of the body, and of the closing fence.
    lines: (usize, usize),
}

/// A case: one script and what to expect of it.
#[derive(Clone, Debug)]
pub struct Case {
    pub heading: String,
    /// The line of the heading, from 1.
    pub line: usize,
    pub blocks: Vec<Block>,
}

/// A file of cases.
pub struct SpecFile {
    pub cases: Vec<Case>,
    lines: Vec<String>,
}

const KINDS: [&str; 9] = ["dml", "args", "input", "output", "value", "error", "warning", "explain", "nnz"];

impl Case {
    /// A case without expectations.
    pub fn of_source(source: &str) -> Case {
        let script = Block { kind: "dml".into(), words: vec![], body: source.into(), lines: (0, 0) };
        Case { heading: String::new(), line: 0, blocks: vec![script] }
    }

    pub fn block(&self, kind: &str) -> Option<&Block> {
        self.blocks.iter().find(|b| b.kind == kind)
    }

    pub fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |b| b.kind == kind)
    }

    pub fn script(&self) -> &Block {
        self.block("dml").expect("checked when read")
    }

    fn validate(&self) -> Result<(), String> {
        if self.all("dml").count() != 1 {
            return Err("a case has one dml block".into());
        }
        if let Some(block) = self.blocks.iter().find(|b| !KINDS.contains(&b.kind.as_str())) {
            return Err(format!("no such block: {}", block.kind));
        }
        let named = |b: &&Block| matches!(b.kind.as_str(), "input" | "output") && b.words.len() != 1;
        if self.blocks.iter().any(|b| named(&b)) {
            return Err("input and output blocks name one file".into());
        }
        let given = ["dml", "args", "input"];
        if self.blocks.iter().all(|b| given.contains(&b.kind.as_str())) {
            return Err("nothing is expected".into());
        }
        Ok(())
    }
}

impl SpecFile {
    pub fn read(path: &Path) -> Result<SpecFile, String> {
        let place = |line: usize, problem: &str| format!("{}:{line}: {problem}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| place(0, &e.to_string()))?;
        let file = SpecFile::parse(&text).map_err(|(line, problem)| place(line, &problem))?;
        for case in &file.cases {
            case.validate().map_err(|problem| place(case.line, &problem))?;
        }
        Ok(file)
    }

    fn parse(text: &str) -> Result<SpecFile, (usize, String)> {
        let lines: Vec<String> = text.lines().map(String::from).collect();
        let mut cases: Vec<Case> = vec![];
        let mut at = 0;
        while at < lines.len() {
            if let Some(heading) = lines[at].strip_prefix("## ") {
                cases.push(Case { heading: heading.into(), line: at + 1, blocks: vec![] });
            } else if let Some(info) = lines[at].strip_prefix("```") {
                let end = (at + 1..lines.len())
                    .find(|&i| lines[i] == "```")
                    .ok_or((at + 1, "the block is not closed".to_string()))?;
                let case = cases.last_mut().ok_or((at + 1, "a block before the first heading".to_string()))?;
                case.blocks.push(block(info, &lines, (at + 1, end)));
                at = end;
            }
            at += 1;
        }
        Ok(SpecFile { cases, lines })
    }

    /// Replaces the body of each block that failed by what was seen. A case whose run ended in the wrong way is left
    /// as it is.
    pub fn bless(&mut self, failures: &[Failure]) {
        let mut changes: Vec<((usize, usize), &str)> = failures
            .iter()
            .filter(|f| f.mismatches.iter().all(|m| m.block.is_some()))
            .flat_map(|f| {
                let blocks = &self.cases[f.case].blocks;
                f.mismatches.iter().filter_map(|m| Some((blocks[m.block?].lines, m.actual.as_str())))
            })
            .collect();
        // From the end, so that the places of earlier blocks stay valid.
        changes.sort();
        for ((start, end), actual) in changes.into_iter().rev() {
            self.lines.splice(start..end, actual.lines().map(String::from));
        }
    }

    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

fn block(info: &str, lines: &[String], (start, end): (usize, usize)) -> Block {
    let mut words = info.split_whitespace().map(String::from);
    Block {
        kind: words.next().unwrap_or_default(),
        words: words.collect(),
        body: lines[start..end].iter().map(|line| format!("{line}\n")).collect(),
        lines: (start, end),
    }
}
