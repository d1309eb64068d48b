//! Binary files as SystemDS has them: Hadoop sequence files, version 6 and not compressed, of blocks of up to 1000 x 1000
//! cells. A large one may be a folder of such files.

mod frame;
mod matrix;

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

pub(super) use frame::{read_frame, write_frame};
pub(super) use matrix::{read, write};

use lac_grammar::Diagnostic;

use super::error::{about, cannot_open};
use super::output::Output;
use super::{Format, ReadOptions, mtd};
use crate::{Context, Result};

const MAGIC: &[u8; 4] = b"SEQ\x06";

/// Rows and columns of a block.
pub(super) const BLOCK: usize = 1000;

/// What stands between records now and then, for readers that begin within a file.
const MARK: [u8; 16] = [0x9c, 0x41, 0xe7, 0x1b, 0x52, 0xd8, 0x0f, 0xa6, 0xb3, 0x7d, 0x2e, 0xc5, 0x68, 0xf1, 0x94, 0x3a];
const MARK_EVERY: u64 = 100_000;

/// Whether a file is to be read as binary: it is told, or the file begins as one.
pub(super) fn is_binary(path: &Path, options: &ReadOptions) -> Result<bool> {
    if let Some(format) = options.format.or(mtd::load(path)?.and_then(|told| told.format)) {
        return Ok(format == Format::Binary);
    }
    let mut head = [0; MAGIC.len()];
    Ok(path.is_file() && File::open(path).and_then(|mut f| f.read_exact(&mut head)).is_ok() && head == *MAGIC)
}

struct Writer {
    output: Output,
    since_mark: u64,
}

impl Writer {
    fn create(path: &Path, key_class: &str, value_class: &str) -> Result<Writer> {
        let mut head = MAGIC.to_vec();
        for class in [key_class, value_class] {
            // Lengths below 128 are one byte.
            head.push(class.len() as u8);
            head.extend_from_slice(class.as_bytes());
        }
        // Neither records nor blocks of them are compressed; no metadata.
        head.extend_from_slice(&[0; 6]);
        head.extend_from_slice(&MARK);
        let mut output = Output::create(path)?;
        output.write(&head)?;
        Ok(Writer { output, since_mark: 0 })
    }

    fn record(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        if self.since_mark > MARK_EVERY {
            self.output.write(&u32::MAX.to_be_bytes())?;
            self.output.write(&MARK)?;
            self.since_mark = 0;
        }
        let length = (key.len() + value.len()) as u32;
        self.output.write(&length.to_be_bytes())?;
        self.output.write(&(key.len() as u32).to_be_bytes())?;
        self.output.write(key)?;
        self.output.write(value)?;
        self.since_mark += u64::from(length);
        Ok(())
    }
}

/// The contents of a file, or of each file of a folder.
struct Content(Vec<(PathBuf, Vec<u8>)>);

impl Content {
    fn read(path: &Path, context: &Context) -> Result<Content> {
        let mut paths = vec![path.to_owned()];
        if path.is_dir() {
            let entries = fs::read_dir(path).map_err(|e| cannot_open(path, &e))?;
            let hidden = |p: &Path| p.file_name().is_none_or(|n| n.to_string_lossy().starts_with(['.', '_']));
            paths = entries.flatten().map(|e| e.path()).filter(|p| p.is_file() && !hidden(p)).collect();
            paths.sort();
        }
        let mut files = vec![];
        for path in paths {
            let size = fs::metadata(&path).map_err(|e| cannot_open(&path, &e))?.len();
            context.reserve(size, || format!("the bytes of {}", path.display()))?;
            let bytes = fs::read(&path).map_err(|e| cannot_open(&path, &e))?;
            files.push((path, bytes));
        }
        Ok(Content(files))
    }

    /// Key and value of each record.
    fn records(&self, value_class: &str) -> Result<Vec<[Bytes<'_>; 2]>> {
        let mut records = vec![];
        for (path, bytes) in &self.0 {
            let mut at = Bytes { path, rest: bytes };
            at.head(value_class)?;
            while !at.rest.is_empty() {
                let length = at.u32()?;
                if length == u32::MAX {
                    at.take(MARK.len())?;
                    continue;
                }
                let key_length = at.u32()?;
                let key = at.part(key_length as usize)?;
                let value = at.part((length as usize).checked_sub(key_length as usize).ok_or_else(|| at.damaged())?)?;
                records.push([key, value]);
            }
        }
        Ok(records)
    }
}

/// Bytes of a file that are read from their beginning on; numbers are big-endian.
#[derive(Clone, Copy)]
struct Bytes<'a> {
    path: &'a Path,
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    fn head(&mut self, value_class: &str) -> Result<()> {
        if self.take(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(Box::new(about(
                "E0405",
                self.path,
                "no binary file: it does not begin with SEQ and version 6",
            )));
        }
        let mut name = || {
            let length = self.take(1)?[0];
            self.take(length as usize)
        };
        let (_, found) = (name()?, name()?);
        let name = |class: &str| class.rsplit('.').next().unwrap_or_default().to_owned();
        let found = name(&String::from_utf8_lossy(found));
        if found != name(value_class) {
            let message = format!("the file holds values of the kind {found}, not {}", name(value_class));
            return Err(Box::new(about("E0404", self.path, message)));
        }
        if self.take(2)? != [0, 0] {
            let error = about("E0404", self.path, "compressed binary files are not supported");
            return Err(Box::new(error.help("write the file without compression")));
        }
        for _ in 0..2 * u64::from(self.u32()?) {
            let length = self.take(1)?[0];
            self.take(length as usize)?;
        }
        self.take(MARK.len()).map(|_| ())
    }

    fn damaged(&self) -> Box<Diagnostic> {
        let error = about("E0408", self.path, "the file ends within a block, or is damaged");
        Box::new(error.help("see whether the file is whole"))
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(taken)
    }

    fn part(&mut self, n: usize) -> Result<Bytes<'a>> {
        Ok(Bytes { path: self.path, rest: self.take(n)? })
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| self.damaged())
    }

    fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_be_bytes)
    }

    fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }

    fn f64(&mut self) -> Result<f64> {
        self.array().map(f64::from_be_bytes)
    }
}
