//! Files of functions on disk: those that scripts source, and those of libraries.

use std::path::{Path, PathBuf};

use lac_compiler::program::{Loader, Shelves, join};
use lac_grammar::FileId;

use crate::render::Sources;

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
