//! What is known of files before a program runs.

use std::path::Path;

use lac_compiler::facts::Facts;
use lac_compiler::ops::{Scalar, ScalarType};
use lac_compiler::program::Catalog;
use lac_compiler::sketch::{Nnz, Sketch};
use lac_runtime::Context;
use lac_runtime::exec::Value;
use lac_runtime::io::{self, Format, ReadOptions};

/// Files on disk.
pub struct Files {
    pub context: Context,
    /// Read small files whole for their sketches; else only their metadata.
    pub sketches: bool,
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
        if text(4).as_deref() == Some("scalar") || io::is_scalar(path).unwrap_or(false) {
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
            ..Default::default()
        };
        if self.sketches && std::fs::metadata(path).is_ok_and(|m| m.len() <= SMALL) {
            let read = io::read(path, &options, &self.context).ok()?;
            return Some(Value::Matrix(read.matrix).facts());
        }
        let known = io::metadata(path, &options, &self.context).ok()?;
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
