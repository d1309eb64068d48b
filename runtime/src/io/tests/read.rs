//! What legal files mean.

use super::super::{Format, Metadata, Progress, ReadOptions, metadata, read_libsvm};
use super::{Folder, cells, gzip, read};
use crate::{Context, Storage};

const NAN: f64 = f64::NAN;

fn check(name: &str, text: &str, options: &ReadOptions, expected: &[&[f64]]) {
    let folder = Folder::new();
    for compressed in [false, true] {
        let path = match compressed {
            false => folder.file(name, text),
            true => folder.file(&format!("{name}.gz"), gzip(text.as_bytes())),
        };
        let found = super::super::read(&path, options, &Context::unlimited()).map_err(|e| e.to_string()).unwrap();
        let found = cells(&found);
        // NaN equals nothing, but its text does.
        assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{text}");
    }
}

#[test]
fn matrix_market() {
    let rows: [(&str, &[&[f64]]); 14] = [
        ("coordinate real general\n2 3 2\n1 2 1.5\n2 3 -2e1\n", &[&[0., 1.5, 0.], &[0., 0., -20.]]),
        (
            "coordinate integer general\n% a comment\n\n2 2 2\n\n1\t1  +7\r\n% another\n 2 2 -8",
            &[&[7., 0.], &[0., -8.]],
        ),
        ("coordinate pattern general\n2 2 2\n2 1\n1 2\n", &[&[0., 1.], &[1., 0.]]),
        ("coordinate real symmetric\n3 3 3\n1 1 1\n2 1 2\n3 2 3\n", &[&[1., 2., 0.], &[2., 0., 3.], &[0., 3., 0.]]),
        ("coordinate pattern symmetric\n2 2 1\n2 1\n", &[&[0., 1.], &[1., 0.]]),
        ("coordinate real skew-symmetric\n2 2 1\n2 1 4\n", &[&[0., -4.], &[4., 0.]]),
        // Given twice: the sum, in each order of the entries.
        ("coordinate real general\n1 2 3\n1 1 1\n1 1 2\n1 2 4\n", &[&[3., 4.]]),
        ("coordinate pattern general\n2 2 4\n2 2\n1 1\n2 2\n1 1\n", &[&[2., 0.], &[0., 2.]]),
        ("coordinate real general\n2 2 4\n1 1 1\n2 1 2\n2 1 3\n1 2 5\n", &[&[1., 5.], &[5., 0.]]),
        // A symmetric matrix given on both sides: the sum too.
        ("coordinate real symmetric\n2 2 2\n1 2 1\n2 1 2\n", &[&[0., 3.], &[3., 0.]]),
        ("coordinate real general\n2 2 2\n1 1 NaN\n2 2 -Infinity\n", &[&[NAN, 0.], &[0., f64::NEG_INFINITY]]),
        ("array real general\n2 3\n1\n2\n3\n4\n5\n6\n", &[&[1., 3., 5.], &[2., 4., 6.]]),
        ("array integer symmetric\n2 2\n1\n% comment\n2\n3\n", &[&[1., 2.], &[2., 3.]]),
        ("array real skew-symmetric\n3 3\n1\n2\n3\n", &[&[0., -1., -2.], &[1., 0., -3.], &[2., 3., 0.]]),
    ];
    for (text, expected) in rows {
        check("x.mtx", &format!("%%MatrixMarket matrix {text}"), &ReadOptions::default(), expected);
    }
}

#[test]
fn csv() {
    let plain = ReadOptions::default();
    let with = |change: fn(&mut ReadOptions)| {
        let mut options = ReadOptions::default();
        change(&mut options);
        options
    };
    let rows: [(&str, ReadOptions, &[&[f64]]); 15] = [
        ("1,2\n3,4\n", plain.clone(), &[&[1., 2.], &[3., 4.]]),
        ("a,b\n3,4", plain.clone(), &[&[3., 4.]]),
        ("\"a,x\",b\r\n3,4\r\n\r\n", plain.clone(), &[&[3., 4.]]),
        ("\"two\nlines\",b\n3,4\n", plain.clone(), &[&[3., 4.]]),
        ("1;2\n3;4\n", plain.clone(), &[&[1., 2.], &[3., 4.]]),
        ("1\t2\n3\t4\n", plain.clone(), &[&[1., 2.], &[3., 4.]]),
        ("1|2\n", plain.clone(), &[&[1., 2.]]),
        ("  1   2\n 3 4 \n", plain.clone(), &[&[1., 2.], &[3., 4.]]),
        ("\"1\", 2\n3 ,\" 4\"\n", plain.clone(), &[&[1., 2.], &[3., 4.]]),
        ("1,,NA\nNaN,-1e3,\n", plain.clone(), &[&[1., NAN, NAN], &[NAN, -1000., NAN]]),
        ("1,,NA\n", with(|o| o.fill = Some(true)), &[&[1., 0., NAN]]),
        ("1,,-9\n", with(|o| (o.default, o.na_strings) = (Some(5.0), vec!["-9".into()])), &[&[1., 5., NAN]]),
        ("1,2\n3,4\n", with(|o| o.header = Some(true)), &[&[3., 4.]]),
        ("1:2\n", with(|o| o.sep = Some(":".into())), &[&[1., 2.]]),
        ("1\n2\n", plain.clone(), &[&[1.], &[2.]]),
    ];
    for (text, options, expected) in rows {
        check("x.csv", text, &options, expected);
    }
}

#[test]
fn libsvm_and_text_cells() {
    let plain = ReadOptions::default();
    let five = ReadOptions { cols: Some(5), ..plain.clone() };
    let shape = ReadOptions { rows: Some(3), cols: Some(2), ..plain.clone() };
    check(
        "x.svm",
        "+1 1:2 3:4\n-1\n0 2:.5 # note\n",
        &plain,
        &[&[2., 0., 4., 1.], &[0., 0., 0., -1.], &[0., 0.5, 0., 0.]],
    );
    check("x.libsvm", "1 0:2 1:4\n", &plain, &[&[2., 4., 1.]]);
    check("x.libsvm", "7 qid:3  2:2\t1:4\r\n", &five, &[&[4., 2., 0., 0., 7.]]);
    check("x.ijv", "2 1 5\n1 2 6\n2 1 1\n", &plain, &[&[0., 6.], &[6., 0.]]);
    check("x.ijv", "1 1 5\n\n", &shape, &[&[5., 0.], &[0., 0.], &[0., 0.]]);
}

#[test]
fn features_and_labels() {
    let folder = Folder::new();
    let path = folder.file("x", "2 0:1\n3 2:1\n");
    let options = ReadOptions { cols: Some(4), ..ReadOptions::default() };
    let examples = read_libsvm(&path, &options, &Context::unlimited()).unwrap();
    assert_eq!((examples.x.shape(), examples.y.shape()), ((2, 4), (2, 1)));
    assert_eq!((examples.x.get(1, 2), examples.y.get(1, 0)), (1.0, 3.0));
    assert_eq!(examples.notes[0].code, "W0402");
    assert_eq!(read(&folder.file("y", "2 1:1\n3 2:1\n")).unwrap().metadata.index_base, Some(1));
}

#[test]
fn formats_are_known_from_the_content() {
    let folder = Folder::new();
    for (text, format) in [
        ("%%MatrixMarket matrix array real general\n1 1\n1\n", Format::MatrixMarket),
        ("1 1:2\n", Format::Libsvm),
        ("1 1 2.5\n", Format::Text),
        ("1,1,2.5\n", Format::Csv),
        ("0 1 2.5\n", Format::Csv),
        ("5\n", Format::Csv),
    ] {
        assert_eq!(read(&folder.file("x", text)).unwrap().format, format, "{text}");
        assert_eq!(read(&folder.file("y", gzip(text.as_bytes()))).unwrap().format, format, "{text}");
    }
}

#[test]
fn metadata_come_from_beside_and_from_headers() {
    let folder = Folder::new();
    let context = Context::unlimited();
    let path = folder.file("x", "1;2\n;4\n");
    folder.file(
        "x.mtd",
        r#"{"data_type": "matrix", "format": "csv", "rows": "2", "cols": 2, "nnz": -1, "sep": ";",
        "header": true, "default": 3, "author": "somebody"}"#,
    );
    let told = metadata(&path, &ReadOptions::default(), &context).unwrap();
    let Metadata { rows, cols, nnz, header, .. } = told;
    assert_eq!((rows, cols, nnz, header), (Some(2), Some(2), None, Some(true)));
    assert_eq!(read(&path).unwrap_err().code, "E0412", "the first line is said to hold names");

    let path = folder.file("x.mtx", "%%MatrixMarket matrix coordinate real symmetric\n9 9 2\n");
    let told = metadata(&path, &ReadOptions::default(), &context).unwrap();
    assert_eq!((told.rows, told.cols, told.nnz), (Some(9), Some(9), Some(4)));
}

#[test]
fn density_decides_the_storage() {
    let folder = Folder::new();
    let is_dense = |text: &str| {
        let read =
            read(&folder.file("x", format!("%%MatrixMarket matrix coordinate pattern general\n{text}"))).unwrap();
        matches!(read.matrix.storage(), Storage::Dense(_))
    };
    assert!(!is_dense("2 5 2\n1 1\n2 2\n"));
    assert!(is_dense("2 5 3\n1 1\n2 2\n2 3\n"));
    assert!(is_dense("5 1 1\n1 1\n"), "a column");
}

/// Many chunks, in each order of entries, in parallel and not.
#[test]
fn chunks_join() {
    let folder = Folder::new();
    let n = 40_000u64;
    let cell = |k: u64| (k * 7919 % 1000 + 1, k * 104_729 % 700 + 1, k % 97);
    let mut entries: Vec<_> = (0..n).map(cell).collect();
    let mut text = |name: &str, by: fn(&(u64, u64, u64)) -> (u64, u64)| {
        if name != "any" {
            entries.sort_by_key(by);
        }
        let lines: String = entries.iter().map(|(i, j, x)| format!("{i} {j} {x}\n")).collect();
        folder.file(name, format!("%%MatrixMarket matrix coordinate integer general\n1000 700 {n}\n{lines}"))
    };
    let any = read(&text("any", |_| (0, 0))).unwrap();
    let reports = std::sync::Arc::new(std::sync::Mutex::new(vec![]));
    let seen = reports.clone();
    let progress = Some(Progress::new(move |done, total| seen.lock().unwrap().push((done, total))));
    for path in [text("rows", |e| (e.0, e.1)), text("columns", |e| (e.1, e.0)), text("rows only", |e| (e.0, 0))] {
        let options = ReadOptions { progress: progress.clone(), ..ReadOptions::default() };
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let alone = one.install(|| super::super::read(&path, &options, &Context::unlimited()).unwrap());
        let three = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let joint = three.install(|| super::super::read(&path, &options, &Context::unlimited()).unwrap());
        assert_eq!(cells(&alone), cells(&any));
        assert_eq!(cells(&joint), cells(&any));
    }
    let reports = reports.lock().unwrap();
    assert!(reports.len() > 6 && reports.iter().all(|(done, total)| done <= total && *total > 0));
    assert_eq!(reports.last().map(|r| r.0), reports.last().map(|r| r.1));
}
