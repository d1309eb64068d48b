//! `lac fmt`, `lac explain CODE`, `lac help` and the levels of lints, from the outside.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[allow(dead_code)]
mod support;

use support::markdown::SpecFile;

const UGLY: &str = "x=1;print( x )# one\n";
const PRETTY: &str = "x = 1\nprint(x)  # one\n";

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("the temporary folder is writable");
    for (file, content) in files {
        fs::write(path.join(file), content).expect("the temporary folder is writable");
    }
    path
}

fn lac(folder: &Path, words: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lac"));
    command.current_dir(folder).env("NO_COLOR", "1").args(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("lac starts");
    // A process that ends without reading its input closes the pipe.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    child.wait_with_output().expect("lac ends")
}

/// Words, exit code, a part of standard output, a part of standard error; an empty part: nothing is written there.
type Row<'a> = (&'a [&'a str], i32, &'a str, &'a str);

fn check(folder: &Path, rows: &[Row]) {
    for (words, code, stdout, stderr) in rows {
        let output = lac(folder, words, UGLY);
        let [out, err] = [output.stdout, output.stderr].map(|b| String::from_utf8_lossy(&b).into_owned());
        assert_eq!(output.status.code(), Some(*code), "{words:?}: {out}{err}");
        for (found, part) in [(out, stdout), (err, stderr)] {
            assert!(found.contains(part) && found.is_empty() == part.is_empty(), "{words:?}: {found}");
        }
    }
}

#[test]
fn fmt_writes_checks_and_pipes() {
    let broken = "x = (1 +\n";
    let folder = folder("fmt", &[("a.dml", UGLY), ("b.dml", PRETTY), ("broken.dml", broken)]);
    let rows: &[Row] = &[
        (&["fmt", "--check", "a.dml", "b.dml"], 1, "a.dml\n", ""),
        (&["fmt", "--check", "b.dml"], 0, "", ""),
        (&["fmt", "-"], 0, PRETTY, ""),
        (&["fmt", "--stdin"], 0, PRETTY, ""),
        (&["fmt", "--stdin", "--check"], 1, "stdin\n", ""),
        (&["fmt", "-e", "x=1"], 0, "x = 1\n", ""),
        (&["fmt", "broken.dml", "a.dml"], 2, "", "broken.dml is left as it is"),
        (&["fmt", "--check", "a.dml"], 0, "", ""),
        (&["fmt", "none.dml"], 3, "", "E0401"),
        (&["fmt"], 64, "", "FILES"),
    ];
    check(&folder, rows);
    let text = |name: &str| fs::read_to_string(folder.join(name)).expect("it is there");
    assert_eq!(text("a.dml"), PRETTY);
    assert_eq!(text("broken.dml"), broken);
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 3, "a temporary file is left");
}

#[test]
fn codes_have_pages() {
    let folder = folder("explain", &[("E0203", "print(1)\n")]);
    let rows: &[Row] = &[
        (&["explain", "E0302"], 0, "E0302: a product does not fit\n", ""),
        (&["explain", "w0601"], 0, "--deny densify", ""),
        (&["explain", "E0999"], 2, "", "`lac explain --codes` lists them"),
        (&["explain", "--codes"], 0, "E0302  a product does not fit\n", ""),
        // A file of that name is a script.
        (&["explain", "E0203"], 0, "block 1", ""),
        (&["explain", "E0203.dml"], 3, "", "E0401"),
    ];
    check(&folder, rows);
}

#[test]
fn operators_have_pages() {
    let folder = folder("help", &[]);
    let rows: &[Row] = &[
        (&["help"], 0, "selection: tables, orders", ""),
        (&["help", "order"], 0, "order(X, by = 1, decreasing = FALSE, index.return = FALSE)", ""),
        (&["help", "order"], 0, "index.return  FALSE if not given; decides the shape of the result", ""),
        (&["help", "append"], 0, "Also called append.", ""),
        (&["help", "min"], 0, "min(X)", ""),
        (&["help", "%*%"], 0, "x %*% y", ""),
        (&["help", "statistics"], 0, "quantile(", ""),
        (&["help", "check"], 0, "Say what is wrong with a script", ""),
        (&["help", "ordr"], 2, "", "did you mean `order`?"),
    ];
    check(&folder, rows);
    let output = lac(&folder, &["-i"], ":help order\n:help ordr\n");
    assert!(String::from_utf8_lossy(&output.stdout).contains("order(X, by = 1"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `order`?"));
}

#[test]
fn lints_have_levels() {
    let folder = folder("lints", &[]);
    let large = "X = rand(rows=100000, cols=100000, sparsity=0.00001, seed=1)\nif (sum(X) < 0) print(sum((X + 1)^2))";
    let quiet = "X = rand(rows=100000, cols=100000, sparsity=0.00001, seed=1)\nif (sum(X) < 0) print(sum((X * 2)^2))";
    // A part that is assigned, a sum that grows, a loop's variable, one of several results, a parameter and a name in a
    // string count as read.
    let read = "f = function(int n, int unused) return (int m, int k) { m = n\nk = n }\nX = matrix(0, 1, 1)\nX[1, 1] = 1\n\
        n = 0\nn += 1\nfor (i in 1:2) print('again')\n[a, b] = f(1, 2)\ny = 3\nprint('y')\nif (X[1, 1] == n) print('x')";
    let rows: &[Row] = &[
        (&["check", "-e", read], 0, "", ""),
        (&["check", "-e", "x = 1"], 0, "", "W0204"),
        (&["check", "-e", "x = 1", "--allow", "unused"], 0, "", ""),
        (&["check", "-e", "x = 1", "--deny", "unused"], 2, "", "`unused` is denied"),
        (&["check", "-e", "x = 1", "--deny", "unused", "--allow", "unused"], 2, "", "[W0204] Error"),
        (&["check", "-e", "x = 1", "--allow", "unused", "--warn", "unused"], 0, "", "[W0204] Warning"),
        (&["-e", "1 + 1", "--deny", "unused"], 2, "", "W0201"),
        (&["check", "-e", "x = 1", "--allow", "unsed"], 64, "", "unused"),
        (&["-e", "x = 1; x = 2", "--quiet"], 0, "", ""),
        (&["check", "-e", large], 0, "", "W0601"),
        (&["check", "-e", large], 0, "", "74.5 GiB dense"),
        (&["explain", "--plan", "-e", large], 0, "block 1", "W0601"),
        (&["-e", large, "--deny", "densify"], 2, "", "`densify` is denied"),
        (&["check", "-e", quiet], 0, "", ""),
    ];
    check(&folder, rows);
    // Who types asks for variables later.
    let output = lac(&folder, &["-i"], "x = 1\n");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The scripts of the specifications, and the examples.
#[test]
fn formatting_changes_no_script() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str, extension: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(root.join(folder)).expect("it is there").flatten().map(|e| e.path());
        entries.filter(|p| p.extension().is_some_and(|e| e == extension)).collect()
    };
    let mut count = 0;
    for path in files("tests/spec", "md").into_iter().filter(|p| !p.ends_with("README.md")) {
        for case in SpecFile::read(&path).expect("a specification").cases {
            let text = &case.script().body;
            if lac_grammar::parse(lac_grammar::FileId(0), text).has_errors() {
                continue;
            }
            // The formatter itself compares trees, tokens and comments.
            let format = |text: &str| lac_grammar::format(lac_grammar::FileId(0), text);
            let once = format(text).unwrap_or_else(|e| panic!("{}: {text}{e:?}", case.heading));
            assert_eq!(format(&once).as_ref(), Ok(&once), "{}", case.heading);
            count += 1;
        }
    }
    assert!(count > 500, "only {count} scripts");
    for path in files("examples", "dml") {
        let text = fs::read_to_string(&path).expect("it is text");
        assert_eq!(lac_grammar::format(lac_grammar::FileId(0), &text).as_ref(), Ok(&text), "{}", path.display());
    }
}
