//! The table of codes: every code has a page, and the example of a page triggers its code and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use lac::codes::{self, Page};

/// The codes in a text, each after one of the given openings: `"E0203"`, `[E0203]`.
fn codes_in(text: &str, opening: char, closing: char) -> BTreeSet<String> {
    let words = text.split(opening).skip(1).filter_map(|rest| rest.split(closing).next());
    words.filter(|word| codes::is_code(word)).map(String::from).collect()
}

/// Adds the codes of all sources below a folder that are no tests.
fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the sources are there").flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|n| n != "tests") {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).expect("sources are text");
            found.extend(codes_in(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default(), '"', '"'));
        }
    }
}

#[test]
fn every_code_has_one_page_and_every_page_a_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    for folder in ["src", "grammar/src", "compiler/src", "runtime/src"] {
        collect(&root.join(folder), &mut used);
    }
    let listed: Vec<String> = codes::pages().map(|p| p.code.to_string()).collect();
    let unique: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), unique.len(), "a code has two pages");
    assert_eq!(used.difference(&unique).collect::<Vec<_>>(), Vec::<&String>::new(), "codes without a page");
    assert_eq!(unique.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "pages that no source mentions");
}

/// The fenced blocks of a page: their info lines and bodies.
fn blocks(page: &Page) -> Vec<(&'static str, String)> {
    let fences: Vec<&str> = page.body.split("```").collect();
    let fenced = fences.iter().skip(1).step_by(2);
    fenced.filter_map(|block| block.split_once('\n').map(|(info, body)| (info, body.to_string()))).collect()
}

#[test]
fn every_example_shows_its_code_alone() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("codes");
    let mut wrong = String::new();
    for page in codes::pages() {
        let blocks = blocks(&page);
        let Some((_, script)) = blocks.iter().find(|(info, _)| *info == "dml") else { continue };
        let folder = root.join(page.code);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the temporary folder is writable");
        for (info, body) in &blocks {
            if let Some(name) = info.strip_prefix("input ") {
                fs::write(folder.join(name), body).expect("the temporary folder is writable");
            }
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_lac"));
        command.current_dir(&folder).env("NO_COLOR", "1").stdin(Stdio::null()).args(["-e", script]);
        let output = command.output().expect("lac starts");
        let told = String::from_utf8_lossy(&output.stderr);
        if !codes_in(&told, '[', ']').into_iter().eq([page.code.to_string()]) {
            wrong += &format!("---- {}\n{script}{told}", page.code);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
