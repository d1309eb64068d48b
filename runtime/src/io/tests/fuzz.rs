//! Bytes of any kind: an error or a matrix, never a panic, and no more memory than the budget.

use proptest::prelude::*;

use lac_compiler::frame::{Column, Frame};

use super::super::{Format, ReadOptions, WriteOptions, metadata, read, read_frame, read_libsvm, write, write_frame};
use super::{Folder, gzip};
use crate::{Context, Csr, Dense, Matrix};

const FORMATS: [Option<Format>; 6] = [
    None,
    Some(Format::MatrixMarket),
    Some(Format::Csv),
    Some(Format::Libsvm),
    Some(Format::Text),
    Some(Format::Binary),
];

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

/// Binary files: of a dense matrix, of sparse ones by cells and by rows, and of a frame.
fn binary(which: usize) -> Vec<u8> {
    let folder = Folder::new();
    let (path, context) = (folder.path("b"), Context::new(1 << 20));
    let options = WriteOptions { format: Some(Format::Binary), ..WriteOptions::default() };
    let matrix = match which {
        0 => Matrix::new(Dense::new(2, 2, vec![1.5, 0.0, -2.0, f64::NAN])),
        1 => Matrix::new(Csr::new(3, 900, vec![0, 1, 1, 2], vec![7, 899], vec![3.0, 4.0])),
        _ => Matrix::new(Csr::new(2, 900, vec![0, 3, 6], vec![7, 8, 9, 1, 2, 3], vec![1.0; 6])),
    };
    let columns = vec![Column::texts(["a", "\u{fc}"]), Column::Int(vec![1, 2]), Column::Bool(vec![true, false])];
    match which {
        3 => write_frame(&Frame::unnamed(2, columns), &path, &options, &context).unwrap(),
        _ => write(&matrix, &path, &options, &context).unwrap(),
    }
    std::fs::read(path).unwrap()
}

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
            let _ = read_frame(&path, &options, &context);
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
        which in 0..VALID.len() + 4,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(b'9'), Just(b' '), Just(b'\n')], 0..3), 1..6),
        packed: bool,
    ) {
        let content = VALID.get(which).map_or_else(|| binary(which - VALID.len()), |text| text.as_bytes().to_vec());
        let mut content = if packed && which < VALID.len() { gzip(&content) } else { content };
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
