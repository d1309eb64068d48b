//! The command line from the outside: arguments in; exit code, standard output and standard error out.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn lac(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lac"));
    command.current_dir(folder).stdin(Stdio::null()).env("NO_COLOR", "1");
    command
}

/// A folder with files, of its own for each test.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("the temporary folder is writable");
    for (file, content) in files {
        fs::write(path.join(file), content).expect("the temporary folder is writable");
    }
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn with_input(mut command: Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("lac starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A process that ends without reading its input closes the pipe.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("lac ends")
}

/// Words, exit code, all of standard output, a part of standard error (nothing: it is empty).
type Row<'a> = (&'a [&'a str], i32, &'a str, &'a str);

fn check(folder: &Path, rows: &[Row]) {
    for (words, code, stdout, stderr) in rows {
        let output = lac(folder).args(*words).output().expect("lac starts");
        let found = text(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{words:?}: {found}");
        assert_eq!(text(&output.stdout), *stdout, "{words:?}: {found}");
        assert!(found.contains(stderr) && found.is_empty() == stderr.is_empty(), "{words:?}: {found}");
    }
}

#[test]
fn libraries_are_folders_of_functions() {
    let files: &[(&str, &[u8])] = &[
        ("a/one.dml", b"m_one = function(matrix[double] X) return (double y) { y = 1 }"),
        ("b/one.dml", b"m_one = function(matrix[double] X) return (double y) { y = 2 }"),
        ("b/two.dml", b"two = function(double x) return (double y) { y = one(matrix(x, 1, 1)) + x }"),
        ("c/one.dml", b"print(1)"),
        ("c/run.dml", b"print(two(3))"),
    ];
    let folder = folder("libraries", &[]);
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it is within")).expect("the temporary folder is writable");
        fs::write(path, text).expect("the temporary folder is writable");
    }
    let rows: &[Row] = &[
        (&["--lib", "a", "--lib", "b", "-e", "print(two(3))"], 0, "4.0\n", ""),
        (&["--lib", "b", "--lib", "a", "-e", "print(two(3))"], 0, "5.0\n", ""),
        (&["c/run.dml", "--lib", "c", "--lib", "b"], 0, "5.0\n", ""),
        (&["check", "c/run.dml", "--lib", "b"], 0, "", ""),
        (&["--lib", "a", "--lib", "b", "-e", "x = twos(3)"], 2, "", "did you mean `two`?"),
        (&["--lib", "a", "--lib", "b", "-e", "x = zzzzzz(3)"], 2, "", "no `zzzzzz.dml` that defines it lies in a, b"),
    ];
    check(&folder, rows);
    let path = std::env::join_paths(["a", "b"]).expect("plain names");
    let output = lac(&folder).args(["-e", "print(two(3))"]).env("LAC_PATH", path).output().expect("lac starts");
    assert_eq!(text(&output.stdout), "4.0\n", "{}", text(&output.stderr));
}

#[test]
fn scripts_and_arguments() {
    let folder = folder("scripts", &[("a.dml", b"print($x + ifdef($1, 0))"), ("b.dml", b"\xef\xbb\xbfprint(1)\r\n")]);
    let rows: &[Row] = &[
        (&["a.dml", "-nvargs", "x=2"], 0, "2\n", ""),
        (&["run", "a.dml", "-nvargs", "x=2", "-args", "3"], 0, "5\n", ""),
        (&["--seed", "1", "a.dml", "--mem", "1G", "-args", "3", "-nvargs", "x=2"], 0, "5\n", ""),
        (&["-f", "a.dml", "-nvargs", "x=2"], 0, "2\n", ""),
        (&["--reference", "a.dml", "-nvargs", "x=2"], 0, "2\n", ""),
        (&["--no-optimize", "a.dml", "-nvargs", "x=2"], 0, "2\n", ""),
        (&["--threads", "1", "a.dml", "-nvargs", "x=2"], 0, "2\n", ""),
        (&["b.dml"], 0, "1\n", ""),
        (&["-e", "x = 1", "-e", "print(x)"], 0, "1\n", ""),
        (&["a.dml"], 2, "", "the argument $x is not given"),
        (&["a.dml", "-nvargs", "x"], 64, "", "`x` after -nvargs is not of the form name=value"),
        (&["a.dml", "b.dml"], 64, "", "b.dml"),
        (&["--nonsense"], 64, "", "--nonsense"),
        (&["check", "a.dml", "-nvargs", "x=2"], 0, "", ""),
        (&["check", "-e", "print(y)"], 2, "", "E0201"),
        (&["-e", "1 + 1"], 0, "", "W0201"),
        (&["--quiet", "-e", "1 + 1"], 0, "", ""),
    ];
    check(&folder, rows);
}

#[test]
fn every_bad_input_is_one_diagnostic() {
    let deep = format!("x = {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    // The beginning of a gzip'd Matrix Market file.
    let gzip: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0x53, 0x56, 0xf4, 0x4d, 0x2c, 0x29];
    let files: &[(&str, &[u8])] = &[
        ("truncated.mtx.gz", gzip),
        ("huge.mtx", b"%%MatrixMarket matrix array real general\n1000000000000 1000000000000\n1\n"),
        ("few.mtx", b"%%MatrixMarket matrix coordinate real general\n3 3 2\n1 1 5\n"),
        ("latin.dml", b"x = 1\nprint(\"\xe4\")\n"),
        ("packed.dml", &[0x1f, 0x8b, 8, 0]),
        ("deep.dml", deep.as_bytes()),
        ("good.dml", b"print(1)"),
    ];
    let folder = folder("bad", files);
    let rows: &[Row] = &[
        (&["-e", "print(sum(read('truncated.mtx.gz')))"], 3, "", "E0410"),
        (&["-e", "print(sum(read('few.mtx')))"], 3, "", "E0408"),
        (&["-e", "print(sum(read('none.mtx')))"], 3, "", "E0401"),
        (&["-e", "write(matrix(1, 2, 2), '/proc/none/x.mtx')"], 3, "", "its folder /proc/none cannot be made"),
        (&["latin.dml"], 3, "", "latin.dml:2:8: this is not UTF-8 text"),
        (&["packed.dml"], 3, "", "it is compressed"),
        (&["good"], 3, "", "did you mean good.dml?"),
        (&["godo.dml"], 3, "", "did you mean good.dml?"),
        (&["chekc"], 3, "", "did you mean `lac check`?"),
        (&["."], 3, "", "this is a folder"),
        (&["deep.dml"], 2, "", "nested more than 1000 levels deep"),
        (&["-e", "x = matrix(1, 2, 3) %*% matrix(1, 2, 3)"], 2, "", "E03"),
        (&["-e", "x = rowSum(matrix(1, 2, 3))"], 2, "", "rowSums"),
        (&["--mem", "1M", "-e", "X = matrix(1, 1000, 1000)\nprint(sum(X))"], 4, "", "needs 7.6 MiB"),
        (&["-e", "print(1)\nstop('enough')"], 1, "1\n", "enough"),
    ];
    check(&folder, rows);
    let huge = lac(&folder).args(["-e", "print(sum(read('huge.mtx')))"]).output().expect("lac starts");
    assert!(matches!(huge.status.code(), Some(3 | 4)), "{}", text(&huge.stderr));
}

#[test]
fn a_script_may_come_through_a_pipe() {
    let folder = folder("pipe", &[]);
    for words in [&[][..], &["-"], &["run"], &["run", "-"]] {
        let mut command = lac(&folder);
        command.args(words);
        let output = with_input(command, "print(1 + 1)\nprint(3)");
        assert_eq!(text(&output.stdout), "2\n3\n", "{words:?}: {}", text(&output.stderr));
    }
    let mut command = lac(&folder);
    command.arg("check");
    let output = with_input(command, "print(1 + )");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("stdin:1:11"), "{}", text(&output.stderr));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = folder("closed", &[]);
    let mut child = lac(&folder)
        .args(["-e", "for (i in 1:1000000) { print('line ' + i) }"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("lac starts");
    let mut first = [0; 7];
    child.stdout.take().expect("it is piped").read_exact(&mut first).expect("lac prints");
    assert_eq!(&first, b"line 1\n");
    let output = child.wait_with_output().expect("lac ends");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(141), ""));
}

#[test]
fn output_comes_before_the_error_that_follows_it() {
    let folder = folder("order", &[]);
    let both = fs::File::create(folder.join("both.txt")).expect("the folder is writable");
    lac(&folder)
        .args(["-e", "print('first')\nx = as.scalar(matrix(1, 1, 1))\nif (x > 0) { stop('second') }"])
        .stdout(both.try_clone().expect("a file"))
        .stderr(both)
        .status()
        .expect("lac starts");
    let found = fs::read_to_string(folder.join("both.txt")).expect("it was written");
    let place = |word: &str| found.find(word).unwrap_or_else(|| panic!("no {word} in {found}"));
    assert!(place("first") < place("Error"), "{found}");
}

#[test]
fn plans_are_explained() {
    let folder = folder("explain", &[]);
    let script = "X = rand(rows=10, cols=5)\nprint(sum(t(X) %*% X))";
    let explain = |words: &[&str]| {
        let output = lac(&folder).arg("explain").args(words).args(["-e", script]).output().expect("lac starts");
        assert!(output.status.success(), "{words:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let (both, hops, plan) = (explain(&[]), explain(&["--hops"]), explain(&["--plan"]));
    assert!(both.contains("t(X)") || both.contains("t(s"), "{both}");
    assert!(plan.contains("nnz (lower, estimate, upper)") && !hops.contains("nnz (lower"), "{hops}{plan}");
    let json: serde_json::Value = serde_json::from_str(&explain(&["--json"])).expect("valid JSON");
    assert_eq!(json["schema"], "lac-plan/1");
    assert!(!json["blocks"][0]["steps"].as_array().expect("steps").is_empty());
    let output = lac(&folder).args(["explain", "-e", "print(y)"]).output().expect("lac starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn statistics_follow_the_run() {
    let folder = folder("stats", &[]);
    let script = "X = rand(rows=100, cols=50, sparsity=0.1, seed=1)\nprint(sum(X %*% t(X)) > 0)";
    let output = lac(&folder).args(["--stats", "-e", script]).output().expect("lac starts");
    assert_eq!(text(&output.stdout), "TRUE\n");
    let stats = text(&output.stderr);
    for part in ["operator", "nnz estimated", "rand", "%*%", "total ", "planning ", "plan"] {
        assert!(stats.contains(part), "no {part} in {stats}");
    }
}

#[test]
fn what_describes_lac_itself() {
    let folder = folder("itself", &[]);
    for (words, parts) in [
        (&["--help"][..], &["Examples:", "-nvargs", "Exit codes:", "130  interrupted", "--mem <SIZE>"][..]),
        (&["--version"], &["lac 0."]),
        (&["ops"], &["rowSums(X)", "%*%\n    The matrix product."]),
        (&["completions", "bash"], &["complete ", "explain"]),
        (&["completions", "zsh"], &["#compdef lac"]),
        (&["completions", "fish"], &["complete -c lac"]),
    ] {
        let output = lac(&folder).args(words).output().expect("lac starts");
        assert!(output.status.success() && output.stderr.is_empty(), "{words:?}: {}", text(&output.stderr));
        for part in parts {
            assert!(text(&output.stdout).contains(part), "{words:?}: no {part} in {}", text(&output.stdout));
        }
    }
}

#[test]
fn entries_are_answered_and_errors_do_not_end_the_session() {
    let folder = folder("entries", &[("lib.dml", b"twice = function(double x) return (double y) { y = 2 * x }")]);
    let entries = "\
X = matrix(1, 10, 2)
X[11, 1] = 5
sum(X)
y = (1 +
  2)
y; y * 2
'text'
f = function(double a) return (double b) { b = a + 1 }
f(y)
f(1
)
source('lib.dml') as lib
print(lib::twice(4))
stop('no')
nothing
print(7)
if (y > 1) {
  z = 5
}
:vars
:plan sum(X %*% t(X))
:nonsense
:quit
print('not reached')
";
    let mut command = lac(&folder);
    command.arg("-i");
    let output = with_input(command, entries);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let shown: Vec<&str> = stdout.lines().take(8).collect();
    assert_eq!(shown, ["20.0", "3", "6", "\"text\"", "4.0", "2.0", "8.0", "7"], "{stdout}{stderr}");
    for part in ["X  matrix 10 x 2, 20 nonzeros, dense", "z  int 5", "%*%"] {
        assert!(stdout.contains(part), "no {part} in {stdout}{stderr}");
    }
    assert!(!stdout.contains("not reached"), "{stdout}");
    for part in ["entry 2:1:", "Error: no", "`nothing` has no value", "no command `:nonsense`"] {
        assert!(stderr.contains(part), "no {part} in {stderr}");
    }
}

#[test]
fn a_session_may_begin_with_a_script() {
    let folder = folder("begin", &[("a.dml", b"x = $n * 2")]);
    let mut command = lac(&folder);
    command.args(["-i", "a.dml", "-nvargs", "n=21"]);
    let output = with_input(command, "x\n");
    assert_eq!(text(&output.stdout), "42\n", "{}", text(&output.stderr));
}

/// Ctrl-C leaves neither the file that is being written nor a part of it.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_run_at_once() {
    use std::time::{Duration, Instant};
    let folder = folder("interrupt", &[]);
    let mut child = lac(&folder)
        .args(["-e", "print('begun')\nwhile (TRUE) { x = matrix(1, 300, 300)\n write(x, 'out.mtx') }"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("lac starts");
    let begin = Instant::now();
    while !folder.join("out.mtx").exists() && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("a Unix system has kill").success());
    let status = child.wait().expect("lac ends");
    assert_eq!(status.code(), Some(130));
    let left: Vec<String> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("unfinished"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
