//! Cases in Markdown: a heading that names the builtin, a `dml` block with a call, a `value` block with what it prints.

use std::path::Path;

/// Unless the case says another, as in "```value 1e-3".
const TOLERANCE: f64 = 1e-6;

pub struct Case {
    pub heading: String,
    /// The line of the heading, from 1.
    pub line: usize,
    pub script: String,
    pub value: Option<Value>,
}

/// What is printed, and how near numbers have to be.
pub struct Value {
    pub text: String,
    pub tolerance: f64,
}

impl Case {
    /// The builtin that it is of: `kmeans` of `kmeans: well apart`.
    pub fn subject(&self) -> &str {
        self.heading.split(':').next().unwrap_or_default().trim()
    }
}

/// The cases of a file.
pub fn read(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut cases: Vec<Case> = vec![];
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let place = || format!("{}:{}", path.display(), number + 1);
        if let Some(heading) = line.strip_prefix("## ") {
            cases.push(Case { heading: heading.into(), line: number + 1, script: String::new(), value: None });
        } else if let Some(info) = line.strip_prefix("```") {
            let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
            let body: String = body.map(|line| format!("{line}\n")).collect();
            let case = cases.last_mut().unwrap_or_else(|| panic!("{}: a block before the first heading", place()));
            match info.split_once(' ').unwrap_or((info, "")) {
                ("dml", "") => case.script = body,
                ("value", "") => case.value = Some(Value { text: body, tolerance: TOLERANCE }),
                ("value", word) => {
                    let tolerance = word.parse().unwrap_or_else(|_| panic!("{}: no tolerance: {word}", place()));
                    case.value = Some(Value { text: body, tolerance });
                }
                _ => panic!("{}: no such block: {info}", place()),
            }
        }
    }
    cases
}
