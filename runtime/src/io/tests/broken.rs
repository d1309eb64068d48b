//! Bad files end in one clear error, with the place.

use super::super::{Format, ReadOptions};
use super::{Folder, gzip, read};
use crate::Context;

const MM: &str = "%%MatrixMarket matrix coordinate real general\n";

/// The code and parts of the message.
fn check(name: &str, content: impl AsRef<[u8]>, options: &ReadOptions, expected: &[&str]) {
    let folder = Folder::new();
    let path = folder.file(name, content);
    let context = Context::new(64 << 20);
    let error = super::super::read(&path, options, &context).expect_err(expected[1]);
    assert_eq!(error.code, expected[0], "{error}");
    for part in &expected[1..] {
        assert!(error.to_string().contains(part), "{error} should say {part}");
    }
}

fn broken(name: &str, content: impl AsRef<[u8]>, expected: &[&str]) {
    check(name, content, &ReadOptions::default(), expected);
}

#[test]
fn matrix_market() {
    let rows: [(&str, &[&str]); 22] = [
        ("2 2 3\n1 1 1\n2 2 2\n", &["E0408", "promises 3 entries", "ends after 2 (line 4)"]),
        ("2 2 1\n1 1 1\n2 2 2\n", &["E0408", "promises 1 entry,", "has 2"]),
        ("2 2 1\n3 1 1\n", &["E0407", "x.mtx:3:1:", "row 3", "has 2 rows"]),
        ("2 2 1\n1 3 1\n", &["E0407", "x.mtx:3:3:", "column 3"]),
        ("2 2 1\n0 1 1\n", &["E0407", ":3:1:", "count from 1"]),
        ("2 2 1\n% c\n\n1 1 abc\n", &["E0406", ":5:5:", "\"abc\""]),
        ("2 2 1\n1 1 1.5x\n", &["E0406", ":3:5:", "\"1.5x\""]),
        ("2 2 1\n1 1\n", &["E0406", ":3:4:", "a row, a column and a value"]),
        ("2 2 1\n1 1 1 1\n", &["E0406", ":3:7:", "follows"]),
        ("2 2 1\n1.0 1 1\n", &["E0406", ":3:1:", "\"1.0\""]),
        ("2 2 1\n-1 1 1\n", &["E0406", ":3:1:", "\"-1\""]),
        ("2 2 1\n1 1 \u{1}\u{2}\n", &["E0406", ":3:5:", "\\u{1}"]),
        ("2 2\n1 1 1\n", &["E0405", ":2:1:", "rows, columns, entries"]),
        ("2 x 1\n1 1 1\n", &["E0405", ":2:3:", "\"x\""]),
        ("% only\n", &["E0405", "before the line of sizes"]),
        ("99999999999999999999 2 1\n1 1 1\n", &["E0405", ":2:1:"]),
        ("99999999999 2 1\n1 1 1\n", &["E0602", "99999999999 rows"]),
        ("2 99999999999 1\n1 1 1\n", &["E0602", "99999999999 columns"]),
        ("4000000000 2 1\n1 1 1\n", &["E0601", "row offsets", "GiB"]),
        ("2 2 4000000000000\n1 1 1\n", &["E0408", "ends after 1"]),
        ("2 4000000000 4\n1 1 1\n2 1 1\n1 2 1\n2 2 1\n", &["E0601", "column offsets"]),
        ("3 3 1\n123456789012 1 1\n", &["E0407", ":3:1:", "row 123456789012"]),
    ];
    for (text, expected) in rows {
        broken("x.mtx", format!("{MM}{text}"), expected);
    }
    let banners: [(&str, &[&str]); 7] = [
        ("1 2 3\n", &["E0405", ":1:1:", "banner", "\"1 2 3\""]),
        ("%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 1\n", &["E0404", "complex", "real, integer"]),
        ("%%MatrixMarket matrix coordinate real hermitian\n1 1 1\n1 1 1\n", &["E0404", "hermitian"]),
        ("%%MatrixMarket matrix array pattern general\n1 1\n", &["E0404", "pattern"]),
        ("%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n", &["E0405", ":2:1:", "2 x 3"]),
        ("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n%\n2 2 1\n", &["E0406", ":4:1:", "diagonal"]),
        ("%%MatrixMarket matrix array real general\n2 2\n1\n2\nx\n4\n", &["E0406", ":5:1:", "\"x\""]),
    ];
    for (text, expected) in banners {
        broken("x.mtx", text, expected);
    }
    broken("x.mtx", "%%MatrixMarket matrix array real general\n90000 90000\n1\n2\n", &["E0408", "ends after 2"]);
    let invalid = [MM.as_bytes(), b"1 1 1\n1 1 \xff\xfe\n"].concat();
    broken("x.mtx", invalid, &["E0406", ":3:5:"]);
}

#[test]
fn csv() {
    let rows: [(&str, &[&str]); 6] = [
        ("1,2\n3\n", &["E0409", "x.csv:2:2:", "has 1 field,", "has 2"]),
        ("1,2\n3,4\n5,6,7\n", &["E0409", ":3:5:", "has 3 fields"]),
        ("a,b\n1,2\n3,x y\n", &["E0406", ":3:3:", "\"x y\"", "data_type=\"frame\""]),
        ("1,2\n3,\"4\n", &["E0406", ":2:3:"]),
        ("1,2\n3,\u{e9}\n", &["E0406", ":2:3:", "\u{e9}"]),
        ("0,tcp,1,2\n", &["E0406", ":1:3:", "\"tcp\""]),
    ];
    for (text, expected) in rows {
        broken("x.csv", text, expected);
    }
    let with = |fill, sep: Option<&str>, cols| ReadOptions {
        fill,
        sep: sep.map(str::to_owned),
        cols,
        ..ReadOptions::default()
    };
    check("x.csv", "1,\n", &with(Some(false), None, None), &["E0406", ":1:3:", "empty"]);
    check("x.csv", "1,2\n", &with(None, Some("1"), None), &["E0404", "separator"]);
    check("x.csv", "1,2\n", &with(None, Some("::"), None), &["E0404", "separator"]);
    check("x.csv", "1,2\n", &with(None, None, Some(3)), &["E0412", "has 2 columns, not the 3"]);
}

#[test]
fn libsvm_and_text_cells() {
    let rows: [(&str, &str, &[&str]); 8] = [
        ("x.svm", "1 1:2\nx 1:2\n", &["E0406", ":2:1:", "a label", "\"x\""]),
        ("x.svm", "1 1:2 3\n", &["E0406", ":1:7:", "index:value"]),
        ("x.svm", "1 1:2 a:3\n", &["E0406", ":1:7:", "an index"]),
        ("x.svm", "1 1:2 12:b\n", &["E0406", ":1:10:", "\"b\""]),
        ("x.svm", "1 1:2\n\n1 3:2 1:1 3:4\n", &["E0413", ":3:1:", "index 3"]),
        ("x.svm", "1 4294967295:1\n", &["E0602", ":1:3:"]),
        ("x.ijv", "1 1 1\n1 0 1\n", &["E0407", ":2:3:"]),
        ("x.ijv", "1 1 1\n4294967297 1 1\n", &["E0602", ":2:1:"]),
    ];
    for (name, text, expected) in rows {
        broken(name, text, expected);
    }
    broken("x.ijv", "4000000000 1 1\n", &["E0601", "row offsets"]);
    let two = ReadOptions { cols: Some(2), ..ReadOptions::default() };
    check("x.ijv", "1 3 1\n", &two, &["E0407", "column 3"]);
    check("x.svm", "1 5:1\n", &two, &["E0412", "5 columns"]);
}

#[test]
fn compressed() {
    let text: String = (1..=5000).map(|i| format!("{i} 1 {}\n", i * i)).collect();
    let whole = gzip(format!("{MM}5000 1 5000\n{text}").as_bytes());
    broken("x.mtx.gz", &whole[..whole.len() / 2], &["E0410", "truncated"]);
    broken("x.mtx.gz", &whole[..whole.len() - 3], &["E0410", "truncated"]);
    broken("x.mtx.gz", &whole[..5], &["E0410", "truncated"]);
    let mut corrupt = whole.clone();
    let end = corrupt.len() - 6;
    corrupt[end] ^= 0xff;
    broken("x.mtx.gz", &corrupt, &["E0410", "corrupt"]);
    broken("x.mtx.gz", MM, &["E0410", "not gzip"]);
}

#[test]
fn files() {
    let folder = Folder::new();
    let code = |name: &str| read(&folder.path(name)).unwrap_err();
    folder.file("matrix.mtx", MM);
    folder.file("other.csv.gz", "");
    assert_eq!((code("matrx.mtx").code, code("matrx.mtx").help.unwrap().ends_with("matrix.mtx?")), ("E0401", true));
    assert!(code("other.csv").help.unwrap().ends_with("other.csv.gz?"));
    assert!(code("none/x.mtx").help.unwrap().contains("no folder"));
    assert_eq!((code("").code, code("other.csv.gz").code), ("E0402", "E0403"));
    assert_eq!(read(&folder.file("blank.csv", "\n \n")).unwrap_err().code, "E0403");
}

#[test]
fn metadata() {
    let rows: [(&str, &[&str]); 9] = [
        ("{", &["E0411", "x.csv.mtd", "JSON"]),
        ("[]", &["E0411", "object"]),
        (r#"{"rows": "many"}"#, &["E0411", "\"rows\"", "a count"]),
        (r#"{"rows": -2}"#, &["E0411", "\"rows\""]),
        (r#"{"header": 1}"#, &["E0411", "true or false"]),
        (r#"{"format": "binary"}"#, &["E0405", "x.csv", "it does not begin with SEQ"]),
        (r#"{"format": "parquet"}"#, &["E0404", "x.csv.mtd", "\"parquet\" is not supported"]),
        (r#"{"format": "cvs"}"#, &["E0404", "did you mean \"csv\""]),
        (r#"{"rows": 2, "cols": 2, "nnz": 5}"#, &["E0412", "has 4 nonzeros, not the 5"]),
    ];
    for (text, expected) in rows {
        let folder = Folder::new();
        folder.file("x.csv.mtd", text);
        let error = read(&folder.file("x.csv", "1,2\n3,4\n")).unwrap_err();
        assert_eq!(error.code, expected[0], "{error}");
        expected[1..].iter().for_each(|part| assert!(error.to_string().contains(part), "{error} should say {part}"));
    }
    let folder = Folder::new();
    folder.file("x.csv.mtd", r#"{"rows": 2, "format": "csv"}"#);
    let path = folder.file("x.csv", "1,2\n3,4\n");
    for options in [
        ReadOptions { rows: Some(3), ..ReadOptions::default() },
        ReadOptions { format: Some(Format::Text), ..ReadOptions::default() },
    ] {
        let error = super::super::read(&path, &options, &Context::unlimited()).unwrap_err();
        assert_eq!(error.code, "E0412", "{error}");
    }
}
