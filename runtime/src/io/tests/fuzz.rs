//! Bytes of any kind: an error or a matrix, never a panic, and no more memory than the budget.

use proptest::prelude::*;

use super::super::{Format, ReadOptions, metadata, read, read_libsvm};
use super::{Folder, gzip};
use crate::Context;

const FORMATS: [Option<Format>; 5] =
    [None, Some(Format::MatrixMarket), Some(Format::Csv), Some(Format::Libsvm), Some(Format::Text)];

const VALID: [&str; 8] = [
    "%%MatrixMarket matrix coordinate real general\n3 3 4\n1 1 1.5\n2 2 -2e3\n3 1 4\n3 3 0.125\n",
    "%%MatrixMarket matrix coordinate pattern symmetric\n% c\n3 3 2\n2 1\n3 3\n",
    "%%MatrixMarket matrix array integer skew-symmetric\n3 3\n1\n2\n3\n",
    "a,\"b\",c\n1,2,3\n\"4\",,NA\n",
    "1 2 3\n4 5 6\n",
    "+1 1:2 3:4.5\n-1 2:7 # note\n",
    "1 1 5\n2 3 7\n",
    "1;2\r\n3;4\r\n",
];

fn feed(content: &[u8]) {
    let folder = Folder::new();
    let context = Context::new(1 << 20);
    for path in [folder.file("plain", content), folder.file("packed", gzip(content))] {
        for format in FORMATS {
            let options = ReadOptions { format, ..ReadOptions::default() };
            if let Ok(read) = read(&path, &options, &context) {
                assert!(read.matrix.bytes() <= 1 << 20);
            }
            let _ = metadata(&path, &options, &context);
        }
        let _ = read_libsvm(&path, &ReadOptions::default(), &context);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn random_bytes(content: Vec<u8>, gzip_magic: bool, tail in "[0-9 .,:;eE+\\-\n\"#%a]{0,60}") {
        let head: &[u8] = if gzip_magic { &[0x1f, 0x8b, 8, 0] } else { &[] };
        feed(&[head, &content].concat());
        feed(tail.as_bytes());
    }

    #[test]
    fn mutated_files(
        which in 0..VALID.len(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(b'9'), Just(b' '), Just(b'\n')], 0..3), 1..6),
        packed: bool,
    ) {
        let mut content = if packed { gzip(VALID[which].as_bytes()) } else { VALID[which].as_bytes().to_vec() };
        for (place, byte, kind) in edits {
            let at = place.index(content.len());
            match kind {
                0 => content[at] = byte,
                1 => content.insert(at, byte),
                _ if content.len() > 1 => drop(content.remove(at)),
                _ => {}
            }
        }
        feed(&content);
    }
}

#[test]
fn a_line_without_end_meets_the_budget() {
    let folder = Folder::new();
    let path = folder.file("x.csv.gz", gzip(&vec![b'1'; 8 << 20]));
    let error = read(&path, &ReadOptions::default(), &Context::new(1 << 20)).unwrap_err();
    assert_eq!(error.code, "E0601", "{error}");
}
