//! Files that are whole or not there: written under a temporary name in the same folder, then renamed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::about;
use crate::Result;

/// The temporary files of this process. Global because whoever stops the process (a Ctrl-C handler) has no other way
/// to know of them; nothing else is kept here.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes the files that are being written, before the process is stopped. The writers fail afterwards.
pub fn remove_unfinished() {
    for path in unfinished().drain(..) {
        let _ = fs::remove_file(path);
    }
}

/// Writes a file that is not a matrix. The old file stays if it can not be written whole.
///
/// # Errors
/// E0414.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let mut output = Output::create(path)?;
    output.write(content)?;
    output.finish()
}

/// Makes the folder of a file that a script writes, and those around it.
pub(super) fn make_folder(target: &Path) -> Result<()> {
    let Some(folder) = target.parent().filter(|p| !p.as_os_str().is_empty()) else { return Ok(()) };
    fs::create_dir_all(folder)
        .map_err(|e| Box::new(about("E0414", target, format!("its folder {} cannot be made: {e}", folder.display()))))
}

/// A file being written. Dropped before [`Output::finish`], it leaves nothing.
#[derive(Debug)]
pub(super) struct Output {
    target: PathBuf,
    temporary: PathBuf,
    file: File,
}

impl Output {
    pub fn create(target: &Path) -> Result<Output> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let Some(name) = target.file_name().filter(|_| !target.is_dir()) else {
            return Err(Box::new(about("E0414", target, "this is a folder, not a file")));
        };
        // A link is written through: what it points to is replaced, not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if fs::metadata(&target).is_ok_and(|meta| !meta.is_file()) {
            return Err(Box::new(about("E0414", &target, "this is no ordinary file; it would be replaced by one")));
        }
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!(".{}.{}.{number}.unfinished", name.to_string_lossy(), std::process::id());
        let temporary = target.with_file_name(name);
        let mut registered = unfinished();
        let file = File::create_new(&temporary).map_err(|e| failed(&target, &e))?;
        registered.push(temporary.clone());
        Ok(Output { target, temporary, file })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|e| failed(&self.target, &e))
    }

    /// Makes sure that the content is on the disk, then gives it its name.
    pub fn finish(self) -> Result<()> {
        // A replaced file keeps its permissions.
        if let Ok(old) = fs::metadata(&self.target) {
            let _ = self.file.set_permissions(old.permissions());
        }
        self.file
            .sync_all()
            .and_then(|()| fs::rename(&self.temporary, &self.target))
            .map_err(|e| failed(&self.target, &e))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let mut registered = unfinished();
        let before = registered.len();
        registered.retain(|path| *path != self.temporary);
        // After a rename there is no such file any more.
        if registered.len() < before {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn failed(target: &Path, error: &io::Error) -> Box<lac_grammar::Diagnostic> {
    let diagnostic = about("E0414", target, format!("cannot be written: {error}"));
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists());
    Box::new(match folder {
        Some(folder) => diagnostic.help(format!("there is no folder {}", folder.display())),
        None => diagnostic,
    })
}
