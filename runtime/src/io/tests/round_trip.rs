//! What is written is read back the same.

use proptest::prelude::*;

use super::super::{Format, ReadOptions, WriteOptions, write};
use super::{Folder, cells, read};
use crate::{Context, Csr, Dense, Matrix};

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => Just(0.0),
        2 => (-1000..1000i32).prop_map(f64::from),
        2 => any::<u64>().prop_map(f64::from_bits),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(f64::MIN_POSITIVE / 3.0)],
    ]
}

fn matrix() -> impl Strategy<Value = Matrix> {
    (0usize..12, 0usize..9, any::<bool>()).prop_flat_map(|(rows, cols, dense)| {
        proptest::collection::vec(value(), rows * cols).prop_map(move |values| {
            let d = Dense::new(rows, cols, values);
            if dense { Matrix::new(d) } else { Matrix::new(Csr::from_dense(&d)) }
        })
    })
}

fn same(a: &Matrix, b: &Matrix) -> bool {
    let equal = |x: f64, y: f64| x == y || x.is_nan() && y.is_nan();
    let cells = |i| (0..a.cols()).all(|j| equal(a.get(i, j), b.get(i, j)));
    a.shape() == b.shape() && (0..a.rows()).all(cells)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_format(m in matrix(), header: bool, sparse: bool, sep in prop_oneof![Just(None), Just(Some(";".to_owned())), Just(Some("\t".to_owned()))]) {
        let folder = Folder::new();
        let context = Context::unlimited();
        for (name, format) in [("a.mtx", None), ("b.csv", None), ("c.libsvm", None), ("d", Some(Format::Text)), ("e.txt", Some(Format::MatrixMarket))] {
            for end in ["", ".gz"] {
                let path = folder.path(&format!("{name}{end}"));
                let options = WriteOptions { format, header, sparse, sep: sep.clone(), ..WriteOptions::default() };
                let written = write(&m, &path, &options, &context);
                if m.cols() == 0 && name == "c.libsvm" {
                    prop_assert_eq!(written.unwrap_err().code, "E0404");
                    continue;
                }
                written.unwrap();
                let back = read(&path).map_err(|e| TestCaseError::fail(format!("{name}: {e}")))?;
                prop_assert!(same(&back.matrix, &m), "{}: {:?} is not {:?}", name, cells(&back), m);
                prop_assert_eq!(back.matrix.facts(), m.facts());
                prop_assert_eq!(end == ".gz", std::fs::read(&path).unwrap().starts_with(&[0x1f, 0x8b]));
            }
        }
        prop_assert!(folder.names().iter().all(|name| !name.starts_with('.')));
    }
}

#[test]
fn blocks_are_written_in_order() {
    let folder = Folder::new();
    let m = Matrix::new(Dense::new(30_000, 7, (0..210_000).map(f64::from).collect()));
    for name in ["x.csv.gz", "x.mtx"] {
        write(&m, &folder.path(name), &WriteOptions::default(), &Context::unlimited()).unwrap();
        assert!(same(&read(&folder.path(name)).unwrap().matrix, &m));
    }
}

#[test]
fn a_failed_write_leaves_the_old_file() {
    let folder = Folder::new();
    let path = folder.file("x.csv", "1,2\n");
    let context = Context::unlimited();
    context.interrupt();
    let error = write(&Matrix::scalar(7.0), &path, &WriteOptions::default(), &context).unwrap_err();
    assert_eq!(error.code, "E0500");
    assert_eq!(std::fs::read(&path).unwrap(), b"1,2\n");
    assert_eq!(folder.names(), ["x.csv"]);

    let within_a_file = folder.path("x.csv/y.csv");
    let error = write(&Matrix::scalar(7.0), &within_a_file, &WriteOptions::default(), &context).unwrap_err();
    assert_eq!(error.code, "E0414");
    assert!(error.message.contains("cannot be made"));
    assert_eq!(write(&Matrix::scalar(7.0), &folder.0, &WriteOptions::default(), &context).unwrap_err().code, "E0414");
}

#[test]
fn missing_folders_are_made() {
    let folder = Folder::new();
    let path = folder.path("a/b/x.csv");
    write(&Matrix::scalar(7.0), &path, &WriteOptions::default(), &Context::unlimited()).unwrap();
    assert!(same(&read(&path).unwrap().matrix, &Matrix::scalar(7.0)));
}

#[test]
fn binary_blocks() {
    let folder = Folder::new();
    let options = WriteOptions { format: Some(Format::Binary), ..WriteOptions::default() };
    let dense = Matrix::new(Dense::new(1001, 3, (0..3003).map(f64::from).collect()));
    let mut corners = Dense::zeros(2000, 1001);
    for (cell, value) in [(0, 1.0), (1000, f64::NAN), (1999 * 1001, -0.5), (2000 * 1001 - 1, f64::INFINITY)] {
        corners.values_mut()[cell] = value;
    }
    let sparse = Matrix::new(Csr::from_dense(&corners));
    for m in [dense, sparse, Matrix::zeros(4, 1), Matrix::zeros(0, 5)] {
        write(&m, &folder.path("m"), &options, &Context::unlimited()).unwrap();
        let back = read(&folder.path("m")).unwrap();
        assert_eq!(back.format, Format::Binary);
        assert!(same(&back.matrix, &m));
        assert_eq!(back.matrix.facts(), m.facts());
    }
}

/// Whatever is cut off or changed: an error, or a matrix.
#[test]
fn damaged_binary_blocks() {
    let folder = Folder::new();
    let options = WriteOptions { format: Some(Format::Binary), ..WriteOptions::default() };
    let path = folder.path("m");
    write(&Matrix::new(Dense::new(3, 2, vec![1.0, 0.0, 0.0, 0.0, 0.0, 2.0])), &path, &options, &Context::unlimited())
        .unwrap();
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        std::fs::write(&path, &whole[..at]).unwrap();
        assert!(read(&path).is_err(), "{at} bytes");
        let mut changed = whole.clone();
        changed[at] ^= 0x81;
        std::fs::write(&path, &changed).unwrap();
        let _ = read(&path);
    }
}

#[test]
fn metadata_are_written_beside() {
    let folder = Folder::new();
    let path = folder.path("x.csv");
    let options =
        WriteOptions { description: Some("a \"b\"".into()), author: Some("me".into()), ..WriteOptions::default() };
    write(&Matrix::scalar(7.0), &path, &options, &Context::unlimited()).unwrap();
    let told = super::super::metadata(&path, &ReadOptions::default(), &Context::unlimited()).unwrap();
    assert_eq!((told.rows, told.cols, told.nnz, told.header), (Some(1), Some(1), Some(1), Some(false)));
    assert_eq!((told.description.as_deref(), told.author.as_deref()), (Some("a \"b\""), Some("me")));
    assert!(told.created.unwrap().ends_with("UTC"));
    assert_eq!(folder.names(), ["x.csv", "x.csv.mtd"]);
}
