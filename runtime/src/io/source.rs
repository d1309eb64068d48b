//! Text of a file, decompressed, cut into chunks at line ends, and parsed in parallel while the next is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flate2::bufread::MultiGzDecoder;
use lac_grammar::Diagnostic;
use rayon::prelude::*;

use super::Progress;
use super::error::{self, LineError, about};
use crate::{Context, Result};

/// Zero bytes behind the text of a chunk, so that scanners may look beyond its end.
pub(super) const PADDING: usize = 64;
/// With all that is found in it no more than a second-level cache holds, so that what one pass over a chunk leaves is
/// there for the next.
const CHUNK: usize = 128 << 10;
/// The first chunk is small: parsing begins while the rest is decompressed.
const FIRST_CHUNK: usize = 64 << 10;

/// Whole lines, each with its newline, and [`PADDING`] behind them.
#[derive(Debug)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Chunk {
    /// The text is `bytes[..end]`; what is behind it is of no use.
    fn new(mut bytes: Vec<u8>, end: usize) -> Chunk {
        if bytes.len() < end + PADDING {
            bytes.resize(end + PADDING, 0);
        }
        bytes[end..end + PADDING].fill(0);
        Chunk { bytes, start: 0, end }
    }

    /// With the padding.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end + PADDING]
    }

    /// Without the padding.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    pub fn text(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }
}

/// What chunks are parsed to. Used again for later chunks: fresh memory costs as much as parsing.
pub(super) trait Recycle: Default + Send {
    /// Makes it ready for another chunk, and keeps its memory.
    fn clear(&mut self);
}

impl Recycle for Vec<f64> {
    fn clear(&mut self) {
        Vec::clear(self);
    }
}

/// Things to be used again.
struct Pool<T>(Mutex<Vec<T>>);

impl<T: Default> Pool<T> {
    fn take(&self) -> T {
        self.lock().pop().unwrap_or_default()
    }

    fn give(&self, thing: T) {
        self.lock().push(thing);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Mutex::new(vec![]))
    }
}

/// A file being read.
pub(super) struct Source {
    path: PathBuf,
    gzip: bool,
    cutter: Cutter,
    /// The next chunk, where it has been looked at.
    pending: Option<Chunk>,
    /// Lines before the next chunk.
    line: u64,
    watch: Watch,
}

/// Tells how far reading got, and whether it shall go on.
struct Watch {
    context: Context,
    progress: Option<Progress>,
    done: Arc<AtomicU64>,
    total: u64,
}

impl Watch {
    fn look(&self) -> Result<()> {
        if let Some(progress) = &self.progress {
            progress.report(self.done.load(Ordering::Relaxed).min(self.total), self.total);
        }
        if self.context.take_interrupt() {
            return Err(Box::new(Diagnostic::error("E0500", "interrupted while a file was read")));
        }
        Ok(())
    }
}

impl Source {
    /// Opens a file; gzip is known by its magic number, whatever the name.
    pub fn open(path: &Path, progress: Option<Progress>, context: &Context) -> Result<Source> {
        let failed = |e: io::Error| error::cannot_open(path, &e);
        let file = File::open(path).map_err(failed)?;
        let meta = file.metadata().map_err(failed)?;
        if meta.is_dir() {
            return Err(Box::new(
                about("E0402", path, "this is a folder, not a file").help("name a file within the folder"),
            ));
        }
        let done = Arc::new(AtomicU64::new(0));
        let mut input = BufReader::with_capacity(FIRST_CHUNK, Counted { file, done: done.clone() });
        let gzip = input.fill_buf().map_err(|e| error::reading(path, false, &e))?.starts_with(&[0x1f, 0x8b]);
        if !gzip && path.extension().is_some_and(|e| e == "gz") && meta.len() > 0 {
            return Err(Box::new(
                about("E0410", path, "named .gz, but its content is not gzip data")
                    .help("take .gz from the name if the file is not compressed"),
            ));
        }
        let input: Box<dyn Read + Send> = if gzip { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) };
        Ok(Source {
            path: path.to_owned(),
            gzip,
            cutter: Cutter {
                input,
                rest: vec![],
                size: FIRST_CHUNK,
                longest: context.limit(),
                over: false,
                texts: Arc::default(),
            },
            pending: None,
            line: 0,
            watch: Watch { context: context.clone(), progress, done, total: meta.len() },
        })
    }

    /// There is nothing but blank lines.
    pub fn is_blank(&mut self) -> Result<bool> {
        let blank = self.peek()?.is_none_or(|chunk| chunk.text().iter().all(|b| b" \r\n".contains(b)));
        Ok(blank && self.cutter.over)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn context(&self) -> &Context {
        &self.watch.context
    }

    /// Lines read so far.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The text that comes next, if any: at least a line.
    pub fn peek(&mut self) -> Result<Option<&Chunk>> {
        if self.pending.as_ref().is_none_or(|chunk| chunk.len() == 0) {
            self.pending = self.cutter.next().map_err(|e| error::reading(&self.path, self.gzip, &e))?;
        }
        Ok(self.pending.as_ref())
    }

    /// Takes the next line, without its newline, of a header.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>> {
        self.peek()?;
        let Some(chunk) = &mut self.pending else { return Ok(None) };
        let text = chunk.text();
        let length = text.iter().position(|&b| b == b'\n').unwrap_or(text.len());
        let line = text[..length].to_vec();
        chunk.start = (chunk.start + length + 1).min(chunk.end);
        self.line += 1;
        Ok(Some(line))
    }

    /// Parses all that is left. Chunks are parsed in any order and absorbed in that of the file; the first error of
    /// the file is the one reported. Returns the number of lines of the file.
    ///
    /// `parse` gives the number of lines of its chunk.
    pub fn parse<T: Recycle>(
        self,
        parse: impl Fn(&Chunk, &mut T) -> std::result::Result<u64, Box<LineError>> + Sync,
        mut absorb: impl FnMut(&T) -> Result<()>,
    ) -> Result<u64> {
        let Source { path, gzip, mut cutter, pending, mut line, watch } = self;
        let (pool, texts) = (Pool::<T>::default(), cutter.texts.clone());
        let parse = |chunk: io::Result<Chunk>| {
            let chunk = chunk?;
            let mut value = pool.take();
            value.clear();
            let lines = parse(&chunk, &mut value);
            texts.give(chunk.bytes);
            Ok(lines.map(|lines| (value, lines)))
        };
        let mut step = |batch: Vec<io::Result<Chunk>>| -> Result<()> {
            watch.look()?;
            for parsed in in_parallel(batch, parse) {
                let parsed = parsed.map_err(|e: io::Error| error::reading(&path, gzip, &e))?;
                let (value, lines) = parsed.map_err(|e| e.in_file(&path, line))?;
                line += lines;
                absorb(&value)?;
                pool.give(value);
            }
            Ok(())
        };
        let threads = rayon::current_num_threads();
        if threads == 1 || cutter.over {
            let mut next = pending;
            while let Some(chunk) = next {
                step(vec![Ok(chunk)])?;
                next = cutter.next().map_err(|e| error::reading(&path, gzip, &e))?;
            }
        } else {
            std::thread::scope(|scope| -> Result<()> {
                let (send, receive) = sync_channel(threads + 2);
                scope.spawn(move || {
                    let rest = std::iter::from_fn(|| cutter.next().transpose());
                    // Sending fails when parsing has failed and nobody receives any more.
                    let _ = pending.into_iter().map(Ok).chain(rest).try_for_each(|chunk| send.send(chunk));
                });
                while let Ok(first) = receive.recv() {
                    let mut batch = vec![first];
                    batch.extend(receive.try_iter().take(threads - 1));
                    step(batch)?;
                }
                Ok(())
            })?;
        }
        watch.look()?;
        Ok(line)
    }
}

fn in_parallel<T: Send, U: Send>(mut batch: Vec<T>, f: impl Fn(T) -> U + Sync + Send) -> Vec<U> {
    match batch.len() {
        1 => batch.pop().map(f).into_iter().collect(),
        _ => batch.into_par_iter().map(f).collect(),
    }
}

/// Cuts what it reads into chunks at line ends.
struct Cutter {
    input: Box<dyn Read + Send>,
    /// The beginning of a line whose end is not read yet.
    rest: Vec<u8>,
    size: usize,
    /// No line may be longer.
    longest: u64,
    over: bool,
    /// Memory of chunks that are parsed.
    texts: Arc<Pool<Vec<u8>>>,
}

impl Cutter {
    fn next(&mut self) -> io::Result<Option<Chunk>> {
        // What an old text left in its memory is written over, never cleared.
        let mut bytes = self.texts.take();
        let mut end = self.rest.len();
        bytes.resize(bytes.len().max(end + 1), 0);
        bytes[..end].copy_from_slice(&self.rest);
        self.rest.clear();
        let mut size = self.size;
        self.size = CHUNK;
        while !self.over {
            let searched = end;
            end = self.fill(&mut bytes, end, size)?;
            if let Some(last) = bytes[searched..end].iter().rposition(|&b| b == b'\n') {
                let cut = searched + last + 1;
                self.rest.extend_from_slice(&bytes[cut..end]);
                return Ok(Some(Chunk::new(bytes, cut)));
            }
            if end as u64 >= self.longest {
                let message = "a line is longer than the memory budget (see --mem)";
                return Err(io::Error::new(io::ErrorKind::OutOfMemory, message));
            }
            size = end.max(CHUNK);
        }
        if end == 0 {
            return Ok(None);
        }
        // The last line of the file lacks its newline.
        bytes[end] = b'\n';
        Ok(Some(Chunk::new(bytes, end + 1)))
    }

    /// Reads `size` bytes, fewer only if the input is over, behind the first `end`. Returns the new end.
    fn fill(&mut self, bytes: &mut Vec<u8>, mut end: usize, size: usize) -> io::Result<usize> {
        let wanted = end + size;
        bytes.resize(bytes.len().max(wanted + PADDING), 0);
        while end < wanted {
            match self.input.read(&mut bytes[end..wanted]) {
                Ok(0) => {
                    self.over = true;
                    break;
                }
                Ok(n) => end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(end)
    }
}

/// Counts the bytes of a file that were read.
struct Counted {
    file: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.done.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
