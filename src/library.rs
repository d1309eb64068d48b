//! Files of functions on disk: those that scripts source, and those of libraries.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lac_compiler::program::{self, Loader, Options, Program, Shelves, join};
use lac_grammar::{Diagnostic, FileId};
use lac_runtime::exec::Library;

use crate::render::Sources;
use crate::session::on_large_stack;

/// Reads what a script asks for.
pub(crate) struct Disk<'a> {
    sources: &'a mut Sources,
    folder: &'a Path,
    /// Of the script and its folder.
    script: String,
    beside: String,
    libraries: &'a [PathBuf],
}

impl<'a> Disk<'a> {
    /// For a script that runs in a folder.
    pub fn new(sources: &'a mut Sources, folder: &'a Path, script: FileId, libraries: &'a [PathBuf]) -> Disk<'a> {
        let script = sources.name(script).to_string();
        let beside = parent(&script);
        Disk { sources, folder, script, beside, libraries }
    }

    /// Those that are files.
    fn files(&self, candidates: impl IntoIterator<Item = String>) -> impl Iterator<Item = String> {
        candidates.into_iter().filter(|path| self.folder.join(path).is_file())
    }

    fn libraries(&self) -> impl Iterator<Item = String> {
        self.libraries.iter().map(|folder| folder.to_string_lossy().into_owned())
    }
}

fn parent(path: &str) -> String {
    Path::new(path).parent().unwrap_or(Path::new("")).to_string_lossy().into_owned()
}

impl Loader for Disk<'_> {
    fn load(&mut self, path: &str) -> Result<(FileId, String), String> {
        let text = std::fs::read_to_string(self.folder.join(path)).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_string(),
            std::io::ErrorKind::InvalidData => "it is not UTF-8 text".to_string(),
            _ => e.to_string(),
        })?;
        Ok((self.sources.add(path, text.as_str()), text))
    }

    fn embed(&mut self, path: &str, text: &str) -> FileId {
        self.sources.add(path, text)
    }

    /// Next to the file that sources it, or else in the working folder, or else in a folder around the file.
    fn find(&self, path: &str, folder: &str, by: FileId) -> String {
        let name = self.sources.name(by);
        let beside = parent(name);
        let within = join(folder, path);
        let near = [join(&beside, &within), join(&beside, path), within.clone()];
        let around = Path::new(name).ancestors().skip(2).map(|above| join(&above.to_string_lossy(), path));
        self.files(near.into_iter().chain(around)).next().unwrap_or(within)
    }

    fn library(&self, name: &str) -> Vec<String> {
        let file = format!("{name}.dml");
        let folders = std::iter::once(self.beside.clone()).chain(self.libraries());
        // A script is no library for itself.
        self.files(folders.map(|folder| join(&folder, &file))).filter(|path| *path != self.script).collect()
    }

    fn shelves(&self) -> Shelves {
        let folders: Vec<String> = self.libraries().collect();
        let entries = folders.iter().filter_map(|f| std::fs::read_dir(self.folder.join(f)).ok()).flatten().flatten();
        let functions = entries.filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".dml")?.to_string()));
        let functions = functions.collect();
        Shelves { folders, functions }
    }
}

/// The functions of libraries, for a script that runs.
#[derive(Debug)]
pub(crate) struct Shelf {
    folder: PathBuf,
    script: FileId,
    libraries: Vec<PathBuf>,
    found: Mutex<Found>,
}

/// The program of a function, if there is one, or what is wrong in its text.
type Shelved = Result<Option<Arc<Program>>, Box<Diagnostic>>;

#[derive(Debug)]
struct Found {
    sources: Sources,
    /// By the name of a function.
    programs: HashMap<String, Shelved>,
    /// Of all programs.
    blocks: u32,
}

impl Shelf {
    /// For a script with so many blocks that runs in a folder.
    pub fn new(sources: Sources, folder: &Path, script: FileId, libraries: &[PathBuf], blocks: u32) -> Shelf {
        let found = Mutex::new(Found { sources, programs: HashMap::new(), blocks });
        Shelf { folder: folder.to_owned(), script, libraries: libraries.to_vec(), found }
    }

    /// With those of the functions that were found.
    pub fn sources(&self) -> Sources {
        self.found().sources.clone()
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Library for Shelf {
    fn program(&self, name: &str) -> Shelved {
        let mut found = self.found();
        let found = &mut *found;
        if let Some(known) = found.programs.get(name) {
            return known.clone();
        }
        let program = on_large_stack(|| self.lower(name, found)).map(|program| program.map(Arc::new));
        found.programs.insert(name.to_string(), program.clone());
        program
    }
}

impl Shelf {
    fn lower(&self, name: &str, found: &mut Found) -> Result<Option<Program>, Box<Diagnostic>> {
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Ok(None);
        }
        let mut loader = Disk::new(&mut found.sources, &self.folder, self.script, &self.libraries);
        let options = Options { first_block: found.blocks, ..Options::default() };
        let program = program::lower_shelved(name, &options, &mut loader)?;
        if let Some(program) = &program {
            found.blocks = program.blocks;
        }
        Ok(program)
    }
}
