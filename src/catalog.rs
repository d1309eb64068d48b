//! What is known of files before a program runs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use lac_compiler::facts::Facts;
use lac_compiler::ops::{Scalar, ScalarType};
use lac_compiler::program::Catalog;
use lac_compiler::sketch::{Nnz, Sketch, SketchFile};
use lac_grammar::Diagnostic;
use lac_runtime::Context;
use lac_runtime::exec::Value;
use lac_runtime::io::{self, Format, ReadOptions};

/// Files on disk.
pub struct Files {
    context: Context,
    /// Use kept sketches, and read small files whole for theirs; else only metadata.
    sketches: bool,
    /// The sketches beside files that were looked for, by file and options.
    kept: RefCell<BTreeMap<String, Option<SketchFile>>>,
    /// Of sketches that do not fit their files.
    warnings: RefCell<Vec<Diagnostic>>,
}

impl Files {
    /// `sketches`: with whole sketches where they are kept or quickly made, not only with metadata.
    pub fn new(context: Context, sketches: bool) -> Files {
        Files { context, sketches, kept: RefCell::default(), warnings: RefCell::default() }
    }

    /// What was found wrong with the sketches beside the files, W0404.
    pub fn into_warnings(self) -> Vec<Diagnostic> {
        self.warnings.into_inner()
    }

    /// What the sketch beside a file says.
    fn kept(&self, path: &Path, options: &ReadOptions) -> Option<Facts> {
        let mut kept = self.kept.borrow_mut();
        let file =
            kept.entry(format!("{path:?} {options:?}")).or_insert_with(|| match io::sketch_beside(path, options)? {
                Ok(file) => Some(file),
                Err(warning) => {
                    self.warnings.borrow_mut().push(*warning);
                    None
                }
            });
        let SketchFile { sketch, finite, .. } = file.as_ref()?;
        let sketch = match self.sketches {
            true => sketch.clone(),
            false => Sketch::uniform(sketch.rows(), sketch.cols(), sketch.nnz()),
        };
        Some(Facts::sketched(sketch, *finite))
    }
}

/// Files up to this size are read for their sketch: about a second.
const SMALL: u64 = 64 << 20;

impl Catalog for Files {
    fn file(&self, arguments: &[Option<&Facts>]) -> Option<Facts> {
        let text = |i: usize| match arguments.get(i).copied().flatten()?.value()? {
            Scalar::Str(s) => Some(s.to_string()),
            _ => None,
        };
        let number = |i: usize| arguments.get(i).copied().flatten()?.value()?.as_f64();
        let flag = |i: usize| arguments.get(i).copied().flatten()?.value()?.as_bool();
        let name = text(0)?;
        let path = Path::new(&name);
        let says_type = arguments.get(4).copied().flatten().is_some();
        if text(4).as_deref() == Some("scalar") || !says_type && io::is_scalar(path).unwrap_or(false) {
            let ty = match text(5).as_deref() {
                Some("int") => Some(ScalarType::Int),
                Some("boolean") => Some(ScalarType::Bool),
                Some("string") => Some(ScalarType::Str),
                _ => None,
            };
            return Some(Facts::Scalar { ty, value: None });
        }
        let options = ReadOptions {
            format: text(1).and_then(|f| Format::from_name(&f).ok()),
            rows: number(2).map(|n| n as u64),
            cols: number(3).map(|n| n as u64),
            header: flag(6),
            sep: text(7),
            fill: flag(8),
            default: number(9),
            na_strings: text(10).map(|s| vec![s]).unwrap_or_default(),
            schema: text(13),
            ..Default::default()
        };
        let of_frame = match text(4) {
            Some(ty) => ty == "frame",
            None => !says_type && io::is_frame(path).unwrap_or(false),
        };
        if of_frame {
            let (rows, cols) = io::frame_shape(path, &options).unwrap_or_default();
            return Some(Facts::Frame { rows, cols });
        }
        // Arguments that are given, but whose values are not known here, may make another matrix of the file.
        let known = arguments.iter().skip(1).flatten().all(|facts| facts.value().is_some());
        if known && let Some(facts) = self.kept(path, &options) {
            return Some(facts);
        }
        if self.sketches && std::fs::metadata(path).is_ok_and(|m| m.len() <= SMALL) {
            let read = io::read(path, &options, &self.context).ok()?;
            return Some(Value::Matrix(read.matrix).facts());
        }
        let Ok(known) = io::metadata(path, &options, &self.context) else {
            // Without a file what the script says of it is all there is.
            let said = options.rows.is_some() || options.cols.is_some();
            return said.then(|| Facts::matrix(options.rows, options.cols));
        };
        let (rows, cols) = (known.rows?, known.cols?);
        Some(match known.nnz {
            // A header counts stored entries, of which some may be zeros or, in a symmetric file, stand for two.
            Some(nnz) => Facts::sketched(
                Sketch::uniform(rows, cols, Nnz::estimated(nnz as f64, rows.saturating_mul(cols))),
                false,
            ),
            None => Facts::matrix(Some(rows), Some(cols)),
        })
    }
}
