//! Sketches as bytes: they come back as they were, and nothing else is taken for one.

use proptest::prelude::*;

use super::soundness::{Choices, apply};
use crate::sketch::file::Checksum;
use crate::sketch::{Sketch, SketchFile, SketchFileError, Stamp};

/// A sketch after a few random operations: with counts of every kind.
fn random(seed: u64) -> Sketch {
    let choices = &mut Choices(seed);
    let (m, n) = (choices.dim(), choices.dim());
    let (mut p, mut s) = choices.operand(m, n);
    for _ in 0..choices.below(4) {
        let (op, seed) = (choices.below(26) as u8, choices.next());
        if p.rows.max(p.cols) < 150 {
            (_, p, s) = apply(&mut Choices(seed), op, &p, &s);
        }
    }
    s
}

/// With the checksum that belongs to the content: what a malicious or mistaken writer would do.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let content = bytes.len().saturating_sub(8);
    let mut sum = Checksum::default();
    sum.update(&bytes[..content]);
    bytes.truncate(content);
    bytes.extend(sum.value().to_le_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sketches_come_back(seed in any::<u64>(), size in any::<u64>(), hash in any::<u64>(), finite in any::<bool>()) {
        let sketch = random(seed);
        let bytes = sketch.to_bytes();
        prop_assert_eq!(Sketch::from_bytes(&bytes), Ok(sketch.clone()));
        let file = SketchFile { sketch, finite, stamp: Some(Stamp { size, hash }) };
        let bytes = file.to_bytes();
        prop_assert_eq!(SketchFile::from_bytes(&bytes), Ok(file));
        prop_assert_eq!(SketchFile::from_bytes(&bytes).map(|file| file.to_bytes()), Ok(bytes));
    }

    #[test]
    fn damage_is_noticed(seed in any::<u64>(), at in any::<prop::sample::Index>(), with in 1u8..) {
        let mut bytes = random(seed).to_bytes();
        prop_assert!(Sketch::from_bytes(&bytes[..at.index(bytes.len())]).is_err());
        let i = at.index(bytes.len());
        bytes[i] ^= with;
        prop_assert!(Sketch::from_bytes(&bytes).is_err());
    }

    /// The checksum is right, the content is not: whatever is accepted is a sketch that can be worked with.
    #[test]
    fn nonsense_does_no_harm(
        seed in any::<u64>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = random(seed).to_bytes();
        for (at, with) in changes {
            let i = at.index(bytes.len());
            bytes[i] = with;
        }
        if let Ok(sketch) = Sketch::from_bytes(&sealed(bytes)) {
            let small = sketch.rows().max(sketch.cols()) < 1000;
            if small {
                let t = sketch.transpose();
                let results = [sketch.matmul(&t), sketch.add(&sketch), sketch.mul(&sketch.not_zero()), sketch.is_zero(),
                    sketch.rbind(&sketch), sketch.cumsum(), sketch.row_agg(), sketch.diag_of_matrix(), sketch.join(&sketch)];
                for nnz in results.iter().map(Sketch::nnz) {
                    prop_assert!(nnz.lower as f64 <= nnz.estimate && nnz.estimate <= nnz.upper as f64);
                }
            }
            prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Ok(sketch));
        }
    }

    #[test]
    fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Sketch::from_bytes(&noise).is_err());
        let mut bytes = b"\x89MNC\r\n\x1a\n\x01\0\0\0".to_vec();
        bytes.extend(noise);
        bytes.extend([0; 8]);
        prop_assert!(Sketch::from_bytes(&sealed(bytes)).is_err());
    }
}

/// Sections of later versions are skipped, later major versions refused with a sentence.
#[test]
fn versions() {
    let sketch = Sketch::from_csr(3, 3, &[0, 1, 2, 4], &[1, 2, 0, 1], &[1.0; 4]);
    let bytes = sketch.to_bytes();
    let mut extended = bytes[..bytes.len() - 8].to_vec();
    extended[10] = 7; // the minor version
    extended.extend(b"MORE\x03\0\0\0\0\0\0\0abc");
    extended.extend([0; 8]);
    assert_eq!(Sketch::from_bytes(&sealed(extended)), Ok(sketch));

    let mut later = bytes;
    later[8] = 2;
    let error = Sketch::from_bytes(&sealed(later)).expect_err("another version");
    assert_eq!(error, SketchFileError::Version { found: 2 });
    assert_eq!(error.to_string(), "a sketch file of version 2; versions up to 1 can be read");
    assert_eq!(Sketch::from_bytes(b"%%MatrixMarket"), Err(SketchFileError::NoSketch));
    assert_eq!(Sketch::from_bytes(b"\x89MNC\r"), Err(SketchFileError::Damaged));
}

/// A few bytes that promise a vector of 2^40 counts are refused before memory is asked for.
#[test]
fn promises_are_not_believed() {
    let rows = 1u64 << 40;
    let sketch = Sketch::uniform(rows, 3, crate::sketch::Nnz::exact(5));
    let mut bytes = sketch.to_bytes();
    let at = bytes.windows(4).position(|tag| tag == b"ROWS").expect("the section") + 12;
    // flags: exact; counts: integers
    bytes[at] = 1;
    bytes[at + 1] = 1;
    assert!(matches!(Sketch::from_bytes(&sealed(bytes)), Err(SketchFileError::Inconsistent(_))));
}

/// Constant stretches and small counts take little: a byte a row, two bytes for 257 equal ones.
#[test]
fn small_files() {
    let n = 100_000u32;
    // a ring with one hub: all counts are 1 but a few
    let coo = |edges: Vec<(u32, u32)>| {
        let (rows, cols): (Vec<u32>, Vec<u32>) = edges.into_iter().unzip();
        let values = vec![1.0; rows.len()];
        Sketch::from_coo(u64::from(n), u64::from(n), &rows, &cols, &values)
    };
    let ring = coo((0..n).map(|i| (i, (i + 1) % n)).collect());
    assert!(ring.to_bytes().len() < 200, "{}", ring.to_bytes().len());
    let hub = coo((0..n).flat_map(|i| [(i, (i + 1) % n), (i, 0)]).collect());
    assert!(hub.to_bytes().len() < 4000, "{}", hub.to_bytes().len());
    let mixed = coo((0..n).flat_map(|i| (0..1 + i % 3).map(move |k| (i, (7 * i + 31 * k * k) % n))).collect());
    assert!(mixed.to_bytes().len() < 4 * n as usize, "{}", mixed.to_bytes().len());
}
