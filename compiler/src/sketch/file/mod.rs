//! Sketches as bytes, to be kept beside the data. Nothing here touches a file: bytes in, bytes out.
//!
//! All numbers are little-endian; a *varint* has 7 bits a byte, the lowest first, the eighth bit says that more follow.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic: `\x89MNC\r\n\x1a\n` (a transfer as text breaks it) |
//! | 2, 2 | major and minor version; readers refuse a higher major and ignore the minor |
//! | | sections: tag (4 bytes), length of the content (8), content; unknown tags are skipped |
//! | 8 | checksum of all before: FNV-1a, 64 bits, which a single changed byte never survives |
//!
//! | section | content |
//! |---|---|
//! | `HEAD` | rows, columns: varints; nnz: lower (varint), estimate (f64), upper (varint); flags: bit 0 diagonal, bit 1 finite |
//! | `ROWS`, `COLS` | flags: bit 0 exact, bit 1 with the counts of nonzeros that are alone across (`her`, `hec`); of expected counts the limits (min, max, fewest and most slices with nonzeros: varints), sum, largest and expected number of slices with nonzeros (f64); counts; alone counts |
//! | `DATA` | optional: the [`Stamp`] of the data, size (varint) and hash (8 bytes) |
//! | `WALK` | optional: [`Walks`], the nonzeros of G G, G G G, G G G G, G t(G), t(G) G (f64 each, NaN if not counted) |
//!
//! Counts are one byte that says how they are written, then: 0, the one value of all (f64); 1, integers; 2, differences of
//! neighbouring integers, zigzag; 3, f64 each. Integers are varints of twice the value, plus 1 if one more byte follows that
//! says how often it is repeated, less 2: constant stretches take 2 bytes for 257 slices. So a file of n bytes never asks for
//! more than about 2000 n bytes of memory.

mod bytes;
mod counts;

use std::fmt;

use super::axis::{Axis, Limits};
use super::mnc::Sketch;
use super::nnz::{Nnz, cells};
use super::rule::{Rule, Why};
use super::walk::Walks;
pub use bytes::Checksum;
use bytes::{Reader, Writer};

const MAGIC: [u8; 8] = *b"\x89MNC\r\n\x1a\n";
const MAJOR: u16 = 1;
const MINOR: u16 = 0;
const HEAD: [u8; 4] = *b"HEAD";
const ROWS: [u8; 4] = *b"ROWS";
const COLS: [u8; 4] = *b"COLS";
const DATA: [u8; 4] = *b"DATA";
const WALK: [u8; 4] = *b"WALK";

/// Which content a sketch was made from, so that one of other data is noticed. The host says what is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes of the data file.
    pub size: u64,
    /// Of its content, or of parts of it.
    pub hash: u64,
}

/// A sketch with what is kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct SketchFile {
    /// The sketch.
    pub sketch: Sketch,
    /// No value of the matrix is NaN or Inf; `false` if that is not known.
    pub finite: bool,
    /// Of the data that it was made from; `None` if there were none, or several.
    pub stamp: Option<Stamp>,
}

/// Why bytes are no sketch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SketchFileError {
    /// They do not begin as a sketch file does.
    NoSketch,
    /// Written by a later version, which may mean something else by the same bytes.
    Version {
        /// The major version of the file.
        found: u16,
    },
    /// They end too early, or the checksum is not that of the content.
    Damaged,
    /// The checksum is right, but what is said cannot be.
    Inconsistent(&'static str),
}

impl fmt::Display for SketchFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SketchFileError::NoSketch => write!(f, "this is no sketch file"),
            SketchFileError::Version { found } => {
                write!(f, "a sketch file of version {found}; versions up to {MAJOR} can be read")
            }
            SketchFileError::Damaged => write!(f, "the sketch file is truncated or damaged"),
            SketchFileError::Inconsistent(what) => write!(f, "the sketch file contradicts itself: {what}"),
        }
    }
}

impl std::error::Error for SketchFileError {}

type Result<T> = std::result::Result<T, SketchFileError>;

impl Sketch {
    /// As bytes, in the format of [`file`](super::file). Equal sketches give equal bytes.
    ///
    /// ```
    /// use lac_compiler::sketch::Sketch;
    /// let graph = Sketch::from_csr(3, 3, &[0, 1, 2, 4], &[1, 2, 0, 1], &[1.0; 4]);
    /// let bytes = graph.to_bytes();
    /// assert_eq!(Sketch::from_bytes(&bytes), Ok(graph));
    /// assert!(Sketch::from_bytes(&bytes[..20]).is_err());
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        SketchFile::encode(self, false, None)
    }

    /// The sketch that [`Sketch::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`SketchFileError`]; never a panic, and no more memory than about 2000 times the length of the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Sketch> {
        SketchFile::from_bytes(bytes).map(|file| file.sketch)
    }
}

impl SketchFile {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        SketchFile::encode(&self.sketch, self.finite, self.stamp)
    }

    fn encode(sketch: &Sketch, finite: bool, stamp: Option<Stamp>) -> Vec<u8> {
        let mut w = Writer::default();
        w.raw(&MAGIC);
        w.u16(MAJOR);
        w.u16(MINOR);
        w.section(HEAD, |w| {
            w.varint(sketch.rows());
            w.varint(sketch.cols());
            w.varint(sketch.nnz.lower);
            w.f64(sketch.nnz.estimate);
            w.varint(sketch.nnz.upper);
            w.byte(u8::from(sketch.diagonal) | u8::from(finite) << 1);
        });
        w.section(ROWS, |w| write_axis(w, &sketch.by_row));
        w.section(COLS, |w| write_axis(w, &sketch.by_col));
        if let Some(stamp) = stamp {
            w.section(DATA, |w| {
                w.varint(stamp.size);
                w.u64(stamp.hash);
            });
        }
        if let Some(walks) = sketch.walks() {
            w.section(WALK, |w| {
                for counted in walks.counts() {
                    w.f64(counted.unwrap_or(f64::NAN));
                }
            });
        }
        w.finish()
    }

    /// Reads what [`SketchFile::to_bytes`] wrote.
    ///
    /// # Errors
    /// As [`Sketch::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<SketchFile> {
        let Some(rest) = bytes.strip_prefix(&MAGIC) else {
            let cut = MAGIC.starts_with(bytes) && !bytes.is_empty();
            return Err(if cut { SketchFileError::Damaged } else { SketchFileError::NoSketch });
        };
        let found = Reader::new(rest).u16()?;
        if found > MAJOR {
            return Err(SketchFileError::Version { found });
        }
        let mut reader = Reader::new(bytes::checked(bytes)?);
        reader.skip(MAGIC.len() + 4)?;
        let mut sections = Sections::default();
        while !reader.is_empty() {
            let (tag, content) = reader.section()?;
            sections.keep(tag, content)?;
        }
        sections.decode()
    }
}

/// The contents of the known sections.
#[derive(Default)]
struct Sections<'a> {
    found: [Option<&'a [u8]>; 5],
}

const KNOWN: [[u8; 4]; 5] = [HEAD, ROWS, COLS, DATA, WALK];

impl<'a> Sections<'a> {
    fn keep(&mut self, tag: [u8; 4], content: &'a [u8]) -> Result<()> {
        if let Some(i) = KNOWN.iter().position(|known| *known == tag)
            && self.found[i].replace(content).is_some()
        {
            return Err(SketchFileError::Inconsistent("a section appears twice"));
        }
        Ok(())
    }

    fn reader(&self, tag: [u8; 4]) -> Option<Reader<'a>> {
        let i = KNOWN.iter().position(|known| *known == tag)?;
        self.found[i].map(Reader::new)
    }

    fn required(&self, tag: [u8; 4]) -> Result<Reader<'a>> {
        self.reader(tag).ok_or(SketchFileError::Inconsistent("a section is missing"))
    }

    fn decode(&self) -> Result<SketchFile> {
        let mut r = self.required(HEAD)?;
        let (rows, cols) = (r.varint()?, r.varint()?);
        let (lower, estimate, upper) = (r.varint()?, r.f64()?, r.varint()?);
        let why = Why::all(Rule::Counted);
        let nnz = Nnz { lower, estimate, upper, why };
        let flags = r.byte()?;
        let by_row = read_axis(&mut self.required(ROWS)?, rows, cols)?;
        let by_col = read_axis(&mut self.required(COLS)?, cols, rows)?;
        let stamp = match self.reader(DATA) {
            Some(mut r) => Some(Stamp { size: r.varint()?, hash: r.u64()? }),
            None => None,
        };
        let diagonal = flags & 1 != 0;
        let mut sketch = Sketch {
            nnz,
            by_row,
            by_col,
            diagonal,
            factors: Default::default(),
            lineage: Default::default(),
            identity: Default::default(),
        };
        check(&sketch)?;
        if let Some(mut r) = self.reader(WALK) {
            sketch = sketch.with_walks(read_walks(&mut r, &sketch)?);
        }
        Ok(SketchFile { sketch, finite: flags & 2 != 0, stamp })
    }
}

/// What every sketch keeps true of its total and of its two axes together.
fn check(sketch: &Sketch) -> Result<()> {
    let nnz = sketch.nnz;
    let ordered = nnz.lower as f64 <= nnz.estimate && nnz.estimate <= nnz.upper as f64 && nnz.lower <= nnz.upper;
    if !ordered || nnz.upper > cells(sketch.rows(), sketch.cols()) {
        return Err(SketchFileError::Inconsistent("the number of nonzeros and its bounds"));
    }
    for axis in [&sketch.by_row, &sketch.by_col] {
        let known = axis.nnz();
        if nnz.lower > known.upper || nnz.upper < known.lower {
            return Err(SketchFileError::Inconsistent("the number of nonzeros and the counts"));
        }
    }
    if sketch.diagonal && (sketch.rows() != sketch.cols() || sketch.by_row.limits.max > 1) {
        return Err(SketchFileError::Inconsistent("a diagonal matrix with counts above 1"));
    }
    Ok(())
}

/// The five numbers of [`Walks`]; NaN for what was not counted.
fn read_walks(r: &mut Reader, sketch: &Sketch) -> Result<Walks> {
    let (m, n) = (sketch.rows() as f64, sketch.cols() as f64);
    let mut counts = [None; 5];
    for (i, count) in counts.iter_mut().enumerate() {
        let counted = r.f64()?;
        // estimates by probes may exceed the cells a little
        let cells = if i == 4 { n * n } else { m * m };
        if !counted.is_nan() {
            if !(0.0..=2.0 * cells).contains(&counted) {
                return Err(SketchFileError::Inconsistent("the nonzeros of products with itself"));
            }
            *count = Some(counted);
        }
    }
    Ok(Walks::from_counts(counts))
}

fn write_axis(w: &mut Writer, axis: &Axis) {
    w.byte(u8::from(axis.is_exact()) | u8::from(axis.alone.is_some()) << 1);
    if !axis.is_exact() {
        let Limits { min, max, nonempty_lower, nonempty_upper } = axis.limits;
        for bound in [min, max, nonempty_lower, nonempty_upper] {
            w.varint(bound);
        }
        for summary in [axis.sum(), axis.max(), axis.nonempty()] {
            w.f64(summary);
        }
    }
    counts::write(w, axis.counts());
    if let Some(alone) = &axis.alone {
        counts::write(w, alone);
    }
}

fn read_axis(r: &mut Reader, len: u64, width: u64) -> Result<Axis> {
    let flags = r.byte()?;
    let (exact, with_alone) = (flags & 1 != 0, flags & 2 != 0);
    let mut axis = if exact {
        let counts = counts::read(r, len)?;
        let whole = |c: f64| c >= 0.0 && c <= width as f64 && c.fract() == 0.0;
        if !counts::all(&counts, whole) {
            return Err(SketchFileError::Inconsistent("a count that is no number of cells"));
        }
        Axis::exact(len, width, counts)
    } else {
        let limits =
            Limits { min: r.varint()?, max: r.varint()?, nonempty_lower: r.varint()?, nonempty_upper: r.varint()? };
        let ordered = limits.min <= limits.max && limits.nonempty_lower <= limits.nonempty_upper;
        if !ordered || limits.max > width || limits.nonempty_upper > len {
            return Err(SketchFileError::Inconsistent("the limits of counts"));
        }
        let (sum, max, nonempty) = (r.f64()?, r.f64()?, r.f64()?);
        let (cells, width) = (len as f64 * width as f64, width as f64);
        let within = |x: f64, most: f64| x >= 0.0 && x <= most * (1.0 + 1e-9);
        if !within(sum, cells) || !within(max, width) || !within(nonempty, len as f64) {
            return Err(SketchFileError::Inconsistent("the summaries of counts"));
        }
        let counts = counts::read(r, len)?;
        if !counts::all(&counts, |c| within(c, width)) {
            return Err(SketchFileError::Inconsistent("a count beyond its limits"));
        }
        Axis::restored(len, width as u64, counts, limits, [sum, max, nonempty])
    };
    if with_alone {
        let alone = counts::read(r, len)?;
        if !exact || !counts::all_pairs(&alone, axis.counts(), |alone, count| alone >= 0.0 && alone <= count) {
            return Err(SketchFileError::Inconsistent("more nonzeros alone in a slice than nonzeros"));
        }
        axis.alone = Some(alone);
    }
    Ok(axis)
}
