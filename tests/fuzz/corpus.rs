//! Texts and files that mutations start from: the scripts of the specs and examples, kept cases, a file of each format.

use std::fs;
use std::path::{Path, PathBuf};

use lac::{Session, Value};

use crate::case::{Case, clear};
use crate::seeds;

pub struct Corpus {
    /// With the files that they read.
    pub scripts: Vec<Case>,
    /// A file of each format, by its name.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Corpus {
    /// # Panics
    /// If the project's own files cannot be read.
    pub fn load() -> Corpus {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut scripts: Vec<Case> =
            listed(&root.join("tests/spec"), "md").iter().flat_map(|p| spec(&text(p))).collect();
        scripts.extend(listed(&root.join("examples"), "dml").iter().map(|p| Case::of_script(text(p))));
        scripts.extend(kept().into_iter().map(|(_, case)| case));
        Corpus { scripts, files: files() }
    }
}

fn listed(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    paths
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a readable file")
}

/// The cases of findings.
pub fn kept() -> Vec<(String, Case)> {
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    listed(&seeds(), "case").iter().map(|path| (name(path), Case::from_text(&text(path)))).collect()
}

/// The script of each case of a file of specs, and the files that lie beside it.
fn spec(text: &str) -> Vec<Case> {
    let mut cases = vec![];
    for section in text.split("\n## ").skip(1) {
        let mut case = Case::default();
        let mut blocks = section.split("\n```");
        blocks.next();
        while let (Some(block), Some(_)) = (blocks.next(), blocks.next()) {
            let (info, body) = block.split_once('\n').unwrap_or((block, ""));
            match info.split_once(' ').unwrap_or((info, "")) {
                ("dml", _) => case.entries.push(body.to_string()),
                ("input", name) if !name.contains('/') => {
                    case.files.push((name.to_string(), format!("{body}\n").into()))
                }
                _ => {}
            }
        }
        if case.entries.len() == 1 {
            cases.push(case);
        }
    }
    cases
}

/// Files as `lac` writes them, and some that others write.
const WRITTEN: &str = r#"
X = rand(rows=6, cols=5, sparsity=0.4, min=-2, max=3, seed=1)
write(X, "a.mtx"); write(X, "b.mtx.gz"); write(X, "c.csv"); write(X, "d.csv.gz"); write(X, "e.ijv"); write(X, "f.libsvm")
write(X, "g.csv", format="csv", header=TRUE, sep=";")
F = cbind(as.frame(X[, 1]), frame(list("a", "", "é, \"x\"", "TRUE", "1e9", "-"), rows=6, cols=1))
write(F, "h.csv", format="csv", header=TRUE)
write(3.5, "i.txt")
write(X, "r.bin", format="binary"); write(X + 3, "s.bin", format="binary")
write(F, "t.bin", format="binary")
"#;

const GIVEN: &[(&str, &str)] = &[
    ("j.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n% c\n4 4 3\n2 1\n3 3\n4 1\n"),
    ("k.mtx", "%%MatrixMarket matrix array real general\n2 3\n1\n2\n3\n4\n5\n6\n"),
    ("l.mtx", "%%MatrixMarket matrix array integer skew-symmetric\n3 3\n1\n2\n3\n"),
    ("m.mtx", "%%MatrixMarket matrix coordinate complex hermitian\n3 3 1\n1 1 1 0\n"),
    ("n.csv", "a,\"b\",c\n1,2,3\n\"4\",,NA\n7,8,9e300\n"),
    ("o.tsv", "1\t2\r\n3\t4\r\n"),
    ("p.svm", "+1 1:2 3:4.5\n-1 2:7 # note\n1 4:1\n"),
    ("q.cells", "1 1 5\n2 3 7\n3 1 1e3\n"),
];

fn files() -> Vec<(String, Vec<u8>)> {
    clear(Path::new("."));
    let mut session = Session::new();
    session.run(WRITTEN).unwrap_or_else(|e| panic!("files of each format are written: {e}"));
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(".")
        .expect("the folder of the fuzzer")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some((name.clone(), fs::read(name).ok()?)))
        .collect();
    files.extend(GIVEN.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())));
    if let Some(Value::Matrix(m)) = session.get("X") {
        files.push(("a.mtx.mnc".into(), m.full_sketch().to_bytes()));
    }
    files.sort();
    files
}
