//! The one style: what it does to a text, and that it never changes what the text says.

use lac_grammar::{FileId, Parsed, format, parse};

/// Formats a text without errors; panics if that changes the tree or a comment, or is not done at once.
pub fn formatted(text: &str) -> String {
    let once = format(FileId(0), text).unwrap_or_else(|errors| panic!("{text:?}: {errors:#?}"));
    let twice = format(FileId(0), &once).unwrap_or_else(|errors| panic!("{once:?}: {errors:#?}"));
    assert_eq!(once, twice, "{text:?}");
    let tree = |text: &str| {
        let Parsed { script, diagnostics } = parse(FileId(0), text);
        (script.to_string(), diagnostics.len())
    };
    assert_eq!(tree(text), tree(&once), "{once}");
    assert_eq!(comments(text), comments(&once), "{once}");
    assert!(once.lines().all(|line| line == line.trim_end() || text.contains(line)), "{once}");
    once
}

/// The words of all comments.
fn comments(text: &str) -> Vec<String> {
    let mut found = vec![];
    let mut rest = text;
    while let Some(at) = rest.find(['#', '/', '"', '\'']) {
        rest = &rest[at..];
        let end = match rest.as_bytes() {
            [b'#', ..] => rest.find('\n').unwrap_or(rest.len()),
            [b'/', b'*', ..] => rest[2..].find("*/").map_or(rest.len(), |i| i + 4),
            [b'/', ..] => 1,
            [quote, ..] => string(rest, *quote as char),
            [] => break,
        };
        if rest.starts_with('#') || rest.starts_with("/*") {
            found.extend(rest[..end].split_whitespace().map(String::from));
        }
        rest = &rest[end..];
    }
    found
}

/// The length of a string literal at the beginning of a text.
fn string(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return at + 1;
        }
    }
    text.len()
}

#[test]
fn one_style() {
    let rows: &[(&str, &str)] = &[
        ("", ""),
        ("x=1", "x = 1\n"),
        ("x=1;y=2;", "x = 1\ny = 2\n"),
        ("x = a;\n-b", "x = a;\n-b\n"),
        ("f(x);[a,b]=g(x)", "f(x);\n[a, b] = g(x)\n"),
        ("x=-a+!b*c^-2%*%t( d )", "x = -a + !b * c ^ -2 %*% t(d)\n"),
        ("X[1:n,]=Y[,2]+Z[i+1,1:3]", "X[1:n, ] = Y[, 2] + Z[i + 1, 1:3]\n"),
        ("X = rand( rows = 3,cols=4 )", "X = rand(rows=3, cols=4)\n"),
        ("x <- ns::f(a,b)", "x <- ns::f(a, b)\n"),
        ("x += $y", "x += $y\n"),
        ("if(a){b=1}else{b=2}", "if (a) {\n  b = 1\n} else {\n  b = 2\n}\n"),
        ("if(a)\n{\n\n b=1\n\n}\nelse if(c) {}\nd=1", "if (a) {\n  b = 1\n} else if (c) {}\nd = 1\n"),
        ("if (a) b = 1 else c = 2", "if (a) b = 1 else c = 2\n"),
        ("if (a)\nb = 1\nelse\nc = 2", "if (a)\n  b = 1\nelse\n  c = 2\n"),
        (
            "for(i in 1:3)\nif(a)\nb=1\nelse\nif(c)d=1\ne=1",
            "for (i in 1:3)\n  if (a)\n    b = 1\n  else if (c) d = 1\ne = 1\n",
        ),
        ("if (a) if (b)\nc = 1\nelse d = 1\nelse e = 1", "if (a) if (b)\n  c = 1\nelse d = 1\nelse e = 1\n"),
        ("parfor(i in seq(1,n) , check = 0){x=i}", "parfor (i in seq(1, n), check=0) {\n  x = i\n}\n"),
        ("while(x<3)x=x+1", "while (x < 3) x = x + 1\n"),
        (
            "f=function(matrix[double]X,int k=3)return(double s){s=sum(X)*k}",
            "f = function(matrix[double] X, int k = 3) return (double s) {\n  s = sum(X) * k\n}\n",
        ),
        ("source( 'a.dml' )as a\nsetwd ('b')", "source('a.dml') as a\nsetwd('b')\n"),
        ("\n\n# a\n\n\n# b\nx=1 #c\n\n\n\ny=2\n\n# d\n\n", "# a\n\n# b\nx = 1  #c\n\ny = 2\n\n# d\n"),
        ("f(a, # one\n  b)", "f(a,  # one\n  b)\n"),
        ("f(a,\n  # two\n  b)", "f(a,\n  # two\n  b)\n"),
        ("x = /* why */ 1 + f(/* z */2)", "x = /* why */ 1 + f(/* z */ 2)\n"),
        (
            "if (a) { # yes\n b=1 # one\n # last\n} # end\nelse b=2",
            "if (a) {  # yes\n  b = 1  # one\n  # last\n}  # end\nelse b = 2\n",
        ),
        ("x = 1 # a\r\n\r\n\r\ny = 2\r\n", "x = 1  # a\n\ny = 2\n"),
        ("/* a\n   b */ x = 1", "/* a\n   b */ x = 1\n"),
        ("s = 'a\n  b' ;t=\"#\"", "s = 'a\n  b'\nt = \"#\"\n"),
    ];
    for (text, expected) in rows {
        assert_eq!(formatted(text), *expected, "{text:?}");
    }
}

#[test]
fn long_lines_are_broken_where_it_hurts_least() {
    let text =
        "loss = sum(weights * log(probabilities + tiny)) + regularization * sum(coefficients ^ 2) - constant * 1000";
    let broken = "loss = sum(weights * log(probabilities + tiny)) + regularization * sum(coefficients ^ 2) -\n  constant * 1000\n";
    assert_eq!(formatted(text), broken);
    let text = "print('%d users, %d items, %d purchases', first_number_of_users, second_number_of_items, third_number)";
    let broken =
        "print('%d users, %d items, %d purchases', first_number_of_users, second_number_of_items,\n  third_number)\n";
    assert_eq!(formatted(text), broken);
    let head = format!("if ({} > 1) {{ x = 1 }}", ["condition_one"; 8].join(" & "));
    let broken = formatted(&head);
    assert!(broken.contains("&\n    condition_one"), "{broken}");
    // What cannot be broken stays.
    let text = format!("x = \"{}\"\n", "a".repeat(200));
    assert_eq!(formatted(&text), format!("x =\n  {}", &text[4..]));
    let sum = format!("x = {}", vec!["a"; 900].join("+"));
    assert!(formatted(&sum).lines().all(|l| l.len() <= 100));
}

#[test]
fn whole_scripts_keep_their_meaning() {
    for text in crate::scripts::ALL {
        formatted(text);
        formatted(&text.replace('\n', "\r\n"));
    }
}

#[test]
fn a_script_with_errors_is_not_formatted() {
    let errors = format(FileId(0), "x = (1 +").expect_err("it has an error");
    assert_eq!(errors[0].code, "E0102");
}
