//! Texts and files made of others by chance: pieces left out, doubled, swapped and replaced.

use crate::case::Case;
use crate::corpus::Corpus;
use crate::grammar::literals::{MATRICES, NUMBERS, TEXTS};
use crate::grammar::scraps;
use crate::random::Random;

/// The longest text of a case.
const LONGEST: usize = 100_000;

pub fn case(random: &mut Random, corpus: &Corpus) -> Case {
    let mut case = match random.below(12) {
        0..=3 => {
            let case = random.pick(&corpus.scripts);
            Case { entries: case.entries.iter().map(|e| mutated(random, corpus, e)).collect(), ..case }
        }
        4 => {
            let case = random.pick(&corpus.scripts);
            Case { entries: case.entries.iter().map(|e| lossy(random, e)).collect(), ..case }
        }
        5 => Case::of_script(soup(random, corpus)),
        6 => Case::of_script(extreme(random)),
        7 | 8 => session(random, corpus),
        _ => file(random, corpus),
    };
    for entry in &mut case.entries {
        let end = (0..=entry.len().min(LONGEST)).rev().find(|&i| entry.is_char_boundary(i)).unwrap_or(0);
        entry.truncate(end);
    }
    case
}

/// Words, numbers, strings, signs, white space and comments, so that together they are the text.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let length = match first {
            c if c.is_alphabetic() => run(|c| c.is_alphanumeric() || c == '_' || c == '.'),
            c if c.is_ascii_digit() => run(|c| c.is_ascii_digit() || c == '.'),
            c if c.is_whitespace() => run(char::is_whitespace),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => rest[1..].find([first, '\n']).map_or(rest.len(), |at| at + 2),
            '%' | '<' | '>' | '=' | '!' | '+' | '&' | '|' => {
                let signs = ["%*%", "%/%", "%%", "<=", ">=", "==", "!=", "+=", "<-", "&&", "||"];
                signs.iter().find(|sign| rest.starts_with(**sign)).map_or(1, |sign| sign.len())
            }
            c => c.len_utf8(),
        };
        tokens.push(&rest[..length]);
        rest = &rest[length..];
    }
    tokens
}

/// A few changes of tokens and lines.
fn mutated(random: &mut Random, corpus: &Corpus, text: &str) -> String {
    let mut tokens: Vec<String> = tokens(text).into_iter().map(String::from).collect();
    for _ in 0..1 + random.below(4) {
        let alike = |is: &dyn Fn(&str) -> bool| (0..tokens.len()).filter(|&i| is(&tokens[i])).collect::<Vec<_>>();
        let is_value = |t: &str| t.starts_with(|c: char| c.is_ascii_digit() || c == '"') || t == "TRUE" || t == "FALSE";
        let (values, words) = (alike(&is_value), alike(&|t| t.starts_with(char::is_alphabetic)));
        let (at, other) = (random.below(tokens.len()), random.below(tokens.len()));
        match random.below(12) {
            _ if tokens.is_empty() => break,
            0 => drop(tokens.remove(at)),
            1 => tokens.insert(other, tokens[at].clone()),
            2 => tokens.swap(at, other),
            3 => tokens.insert(at, token(random, corpus)),
            4..=7 => {
                if let Some(&i) = random.any(&values) {
                    tokens[i] = value(random);
                }
            }
            8 | 9 => {
                if let (Some(&i), Some(&j)) = (random.any(&words), random.any(&words)) {
                    tokens[i] = tokens[j].clone();
                }
            }
            _ => {
                let text = tokens.concat();
                let mut lines: Vec<&str> = text.split('\n').collect();
                let (i, j) = (random.below(lines.len()), random.below(lines.len()));
                match random.below(3) {
                    0 => drop(lines.remove(i)),
                    1 => lines.swap(i, j),
                    _ => lines.insert(i, lines[j]),
                }
                tokens = lines.join("\n").split_inclusive(' ').map(String::from).collect();
            }
        }
    }
    tokens.concat()
}

fn value(random: &mut Random) -> String {
    let pools = [NUMBERS, NUMBERS, TEXTS, MATRICES];
    let pool = random.pick(&pools);
    random.pick(pool).to_string()
}

fn token(random: &mut Random, corpus: &Corpus) -> String {
    let case = random.any(&corpus.scripts);
    let tokens = case.map_or(vec![], |case| tokens(&case.entries[0]));
    random.any(&tokens).map_or(String::new(), |t| t.to_string())
}

fn soup(random: &mut Random, corpus: &Corpus) -> String {
    let space = |random: &mut Random| random.pick(&["", " ", " ", "\n"]);
    (0..random.below(60)).map(|_| token(random, corpus) + space(random)).collect()
}

/// Bytes that may be no UTF-8 text, read as people's editors would.
fn lossy(random: &mut Random, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    damage(random, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Much of one thing.
fn extreme(random: &mut Random) -> String {
    let n = random.pick(&[50, 900, 1100, 20_000]);
    let all: [(&str, &str, &str); 16] = [
        ("x = ", "(", "1"),
        ("x = 1", "+1", ""),
        ("x = 1", "^2", ""),
        ("x = ", "-", "1"),
        ("x = ", "!", "TRUE"),
        ("x = ", "[1,", "2]"),
        ("x = ", "[", ""),
        ("", "if (TRUE) {", "}"),
        ("", "for (i in 1:2) ", "x = 1"),
        ("x = ", "9", ""),
        ("x = 0.", "1", "e-5"),
        ("print(\"", "é", "\")"),
        ("x = 1 #", " \u{1f600}", "\n"),
        ("f = function() return (int x) {", "{", ""),
        ("", "\n", "x = 1"),
        ("x = abs(", "abs(", "1"),
    ];
    let (head, unit, tail) = random.pick(&all);
    let close = if random.one_in(2) { ")" } else { "" };
    format!("{head}{}{tail}{}\n", unit.repeat(n), close.repeat(n))
}

/// Entries of an interactive session, which keeps what earlier ones defined.
fn session(random: &mut Random, corpus: &Corpus) -> Case {
    const TYPED: &[&str] = &[
        "f = function(double q) return (double w) { w = q + 1 }",
        "f = function(double q) return (double w) { w = g(q) }",
        "g = function(double q) return (double w, double e) { w = q; e = stop(\"a\") }",
        "g = 3",
        "X = matrix(1, 2, 2)",
        "X = 1",
        "f(2)",
        "g(3)",
        "source(\"lib.dml\") as lib",
        "lib::h(2)",
        "X; Y; 1+1",
        "[a, b] = g(1)",
    ];
    let mut case = Case { files: vec![("lib.dml".into(), scraps::LIBRARY.into())], ..Case::default() };
    for _ in 0..2 + random.below(7) {
        let script = random.pick(&corpus.scripts);
        case.entries.push(match random.below(4) {
            0 => mutated(random, corpus, &script.entries[0]),
            1 => script.entries[0].clone(),
            _ => random.pick(TYPED).to_string(),
        });
    }
    case
}

/// A damaged file, read and written again.
fn file(random: &mut Random, corpus: &Corpus) -> Case {
    const OPTIONS: &[&str] = &[
        "",
        "",
        "",
        "",
        ", format=\"csv\"",
        ", format=\"text\"",
        ", format=\"libsvm\"",
        ", format=\"mm\"",
        ", format=\"binary\"",
        ", rows=3, cols=3",
        ", header=TRUE",
        ", sep=\"\"",
        ", sep=\"\\t\"",
        ", rows=-1, cols=9223372036854775807",
        ", data_type=\"scalar\"",
        ", data_type=\"frame\"",
        ", data_type=\"frame\", schema=\"INT64,STRING\"",
        ", fill=TRUE, default=1e9",
        ", naStrings=\"NA\"",
        ", nnz=3",
        ", value_type=\"int\"",
        ", format=\"csv\", rows=0, cols=0",
    ];
    let (name, _) = random.pick(&corpus.files);
    let mut files: Vec<(String, Vec<u8>)> =
        corpus.files.iter().filter(|(n, _)| *n == name || n.starts_with(&format!("{name}."))).cloned().collect();
    for (_, bytes) in &mut files {
        if !random.one_in(3) {
            damage(random, bytes);
        }
    }
    let data = name.trim_end_matches(".mtd").trim_end_matches(".mnc");
    if data != name {
        files.extend(corpus.files.iter().find(|(n, _)| n == data).cloned());
    }
    let option = random.pick(OPTIONS);
    let out = random.pick(&["out.mtx", "out.csv", "out.ijv", "out.mtx.gz", "out.libsvm", "out.bin\", format=\"binary"]);
    let script = match random.below(5) {
        0 => format!("[X, y] = readLibsvm(\"{data}\")\nprint(sum(X) + sum(y))\n"),
        1 => format!("X = read(\"{data}\"{option})\nprint(X)\n"),
        _ => format!(
            "X = read(\"{data}\"{option})\nprint(nrow(X) + \" \" + ncol(X))\nprint(sum(X))\nY = X + 1\nwrite(X, \"{out}\")\n\
             Z = read(\"{out}\")\nprint(sum(Z))\n"
        ),
    };
    Case { entries: vec![script], files }
}

/// A few changes of bytes.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    const SIGNS: &[u8] = b"0123456789 .,:;-+eEnN\n\"'#%\t\r{}[]()\\\0\xc3\xff";
    const WORDS: &[&str] = &[
        "9223372036854775807",
        "18446744073709551616",
        "1000000000",
        "-1",
        "0",
        "1e400",
        "nan",
        "inf",
        "4294967296",
        "0x10",
        "\u{feff}",
        "2147483648",
        "é",
        "\r\n",
    ];
    for _ in 0..1 + random.below(5) {
        let (at, other) = (random.below(bytes.len()), random.below(bytes.len()));
        match random.below(9) {
            _ if bytes.is_empty() => return,
            0 => bytes[at] = random.bits() as u8,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, random.pick(SIGNS)),
            3 => bytes[at] = random.pick(SIGNS),
            4 => bytes.truncate(at),
            5 => {
                let end = bytes[at..].iter().position(|b| !b.is_ascii_alphanumeric()).map_or(bytes.len(), |n| at + n);
                bytes.splice(at..end, random.pick(WORDS).bytes());
            }
            6 => bytes.swap(at, other),
            7 => bytes.extend_from_within(at..),
            _ => drop(bytes.splice(at..at, vec![b'9'; random.below(300)])),
        }
    }
}
