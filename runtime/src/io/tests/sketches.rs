//! Sketches beside data: found by name, believed by stamp.

use super::super::{ReadOptions, is_sketch, read_sketch, sketch_beside, sketch_of, stamp, write_sketch};
use super::{Folder, gzip, read};
use crate::{Context, Dense, Matrix};
use lac_compiler::sketch::{Nnz, Sketch};

const DATA: &str = "%%MatrixMarket matrix coordinate real general\n3 4 4\n1 1 2\n1 3 1\n3 3 -1\n2 3 5\n";

fn kept(folder: &Folder, data: &str, sketch: &str) {
    let data = folder.path(data);
    let file = sketch_of(&read(&data).unwrap().matrix, stamp(&data).unwrap());
    write_sketch(&file, &folder.path(sketch)).unwrap();
}

#[test]
fn names_that_are_looked_for() {
    for (data, sketch, found) in [
        ("a.mtx", "a.mtx.mnc", true),
        ("a.mtx", "a.mnc", true),
        ("a.mtx.gz", "a.mtx.gz.mnc", true),
        ("a.mtx.gz", "a.mtx.mnc", true),
        ("a.mtx.gz", "a.mnc", true),
        ("a.b.mtx", "a.mnc", false),
        ("a", "a.mnc", true),
        ("a.mtx", "b.mnc", false),
    ] {
        let folder = Folder::new();
        folder.file(data, if data.ends_with("gz") { gzip(DATA.as_bytes()) } else { DATA.into() });
        kept(&folder, data, sketch);
        let found_one = sketch_beside(&folder.path(data), &ReadOptions::default());
        assert_eq!(found_one.is_some_and(|file| file.is_ok()), found, "{sketch} of {data}");
    }
}

#[test]
fn other_data_are_noticed() {
    let folder = Folder::new();
    let data = folder.file("a.mtx", DATA);
    kept(&folder, "a.mtx", "a.mnc");
    let beside = || sketch_beside(&data, &ReadOptions::default());
    let file = beside().unwrap().unwrap();
    assert_eq!(file.sketch, *read(&data).unwrap().matrix.sketch());
    assert!(file.finite);

    folder.file("a.mtx", DATA.replace("1 3 1", "1 2 1"));
    let warning = beside().unwrap().unwrap_err();
    assert_eq!((warning.code, warning.is_error()), ("W0404", false));
    assert!(warning.message.contains("a.mnc is ignored: it is not the sketch of "), "{}", warning.message);
    assert!(warning.help.as_ref().unwrap().contains("lac sketch "), "{warning:?}");

    // the same data again, but with something else said of them
    folder.file("a.mtx", DATA);
    assert!(beside().unwrap().is_ok());
    folder.file("a.mtx.mtd", "{\"format\": \"mm\"}");
    assert!(beside().unwrap().is_err());

    folder.file("a.mnc", "not a sketch");
    assert!(beside().unwrap().unwrap_err().message.contains("no sketch file"));
}

/// Arguments that may make another matrix of the file: the sketch does not say what is read.
#[test]
fn options_may_read_something_else() {
    let folder = Folder::new();
    let data = folder.file("a.csv", "1,0\n0,2\n");
    kept(&folder, "a.csv", "a.csv.mnc");
    let usual = ReadOptions::default();
    let found = |options: ReadOptions| sketch_beside(&data, &options).is_some();
    assert!(found(usual.clone()));
    assert!(found(ReadOptions { rows: Some(2), cols: Some(2), ..usual.clone() }));
    assert!(!found(ReadOptions { cols: Some(3), ..usual.clone() }));
    assert!(!found(ReadOptions { sep: Some(";".into()), ..usual.clone() }));
    assert!(!found(ReadOptions { header: Some(true), ..usual }));
}

/// Of a file of 3 MiB its ends and blocks between them are looked at.
#[test]
fn stamps_of_large_files() {
    let folder = Folder::new();
    let mut bytes = vec![b' '; 3 << 20];
    let before = stamp(&folder.file("a", &bytes)).unwrap();
    assert_eq!(before.size, 3 << 20);
    for at in [0, bytes.len() - 1, bytes.len() - 65_537 + 1] {
        bytes[at] = b'1';
        assert_ne!(stamp(&folder.file("a", &bytes)).unwrap(), before, "byte {at}");
        bytes[at] = b' ';
    }
    bytes.push(b' ');
    assert_ne!(stamp(&folder.file("a", &bytes)).unwrap(), before);
    assert_eq!(stamp(&folder.path("none")).unwrap_err().code, "E0401");
}

#[test]
fn files_are_whole_and_checked() {
    let folder = Folder::new();
    folder.file("a.mtx", DATA);
    kept(&folder, "a.mtx", "a.mnc");
    assert_eq!(folder.names(), ["a.mnc", "a.mtx"]);
    assert!(is_sketch(&folder.path("a.mnc")) && !is_sketch(&folder.path("a.mtx")));
    let bytes = std::fs::read(folder.path("a.mnc")).unwrap();
    folder.file("cut.mnc", &bytes[..bytes.len() - 1]);
    assert_eq!(read_sketch(&folder.path("cut.mnc")).unwrap_err().code, "E0415");
    assert_eq!(read_sketch(&folder.path("none.mnc")).unwrap_err().code, "E0401");
    let nowhere = folder.path("none").join("a.mnc");
    assert_eq!(write_sketch(&read_sketch(&folder.path("a.mnc")).unwrap(), &nowhere).unwrap_err().code, "E0414");
}

/// A sketch is kept with a matrix only if it can be its.
#[test]
fn sketches_are_compared_with_the_matrix() {
    let folder = Folder::new();
    let matrix = || {
        super::super::read(&folder.file("a.mtx", DATA), &ReadOptions::default(), &Context::unlimited()).unwrap().matrix
    };
    let own = matrix().full_sketch();
    assert!(matrix().attach_sketch(&own));
    let counts = |rows: [f64; 3]| Sketch::from_counts(3, 4, rows.to_vec(), vec![1.0, 0.0, 3.0, 0.0]);
    assert!(matrix().attach_sketch(&counts([2.0, 1.0, 1.0])));
    assert!(!matrix().attach_sketch(&counts([1.0, 2.0, 1.0])), "other rows");
    assert!(!matrix().attach_sketch(&Sketch::uniform(3, 4, Nnz::exact(4))), "no counts");
    assert!(!matrix().attach_sketch(&own.transpose()), "another shape");
    assert!(
        !matrix().attach_sketch(&Sketch::from_counts(3, 4, vec![1.0; 3], vec![1.0, 1.0, 1.0, 0.0])),
        "another number"
    );

    let kept = matrix();
    let marked = counts([2.0, 1.0, 1.0]);
    kept.attach_sketch(&marked);
    assert_eq!(*kept.sketch(), marked, "it is not made again");
    assert!(!Matrix::new(Dense::new(3, 1, vec![1.0, 0.0, 2.0])).attach_sketch(&Sketch::dense(3, 1)));
}
