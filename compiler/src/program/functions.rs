//! The functions of a program and of the files it sources: who is called by a name in which file.

use std::collections::HashMap;

use lac_grammar::{Diagnostic, FileId, Span, ast, diagnostic::did_you_mean};

use super::ir::{Callees, FunctionId};

/// Gives the texts of sourced files. The compiler itself reads nothing.
pub trait Loader {
    /// The text at a path, as written in `source` (after the folder of a `setwd`), with the id its spans carry; or
    /// why there is none.
    fn load(&mut self, path: &str) -> Result<(FileId, String), String>;

    /// The path of the file that `source(path)` in the file `by` means, `folder` being that of the last `setwd`.
    fn find(&self, path: &str, folder: &str, _by: FileId) -> String {
        join(folder, path)
    }
}

/// A loader for programs that may not source anything.
pub struct NoLoader;

impl Loader for NoLoader {
    fn load(&mut self, _: &str) -> Result<(FileId, String), String> {
        Err("this program may not source files".into())
    }
}

/// A text with functions: the script (number 0) or a sourced file.
pub(super) struct Unit {
    /// The namespace under which the functions are reported; empty for the script.
    pub prefix: String,
    pub functions: Vec<ast::Function>,
    /// Namespaces that this unit may write before `::`.
    pub namespaces: HashMap<String, usize>,
}

/// All units and the functions in them.
#[derive(Default)]
pub(super) struct Units {
    pub units: Vec<Unit>,
    ids: HashMap<(usize, String), FunctionId>,
    /// Unit and position within it, by id.
    pub places: Vec<(usize, usize)>,
}

impl Units {
    /// Collects the script's functions and, following `source`, those of other files.
    pub fn collect(script: &mut ast::Script, loader: &mut dyn Loader, diagnostics: &mut Vec<Diagnostic>) -> Units {
        let mut units = Units::default();
        let mut loaded = HashMap::new();
        units.add(script, String::new(), String::new(), loader, &mut loaded, diagnostics);
        for (u, unit) in units.units.iter().enumerate() {
            for (i, f) in unit.functions.iter().enumerate() {
                let id = FunctionId(units.places.len() as u32);
                if units.ids.insert((u, f.name.name.clone()), id).is_some() {
                    diagnostics.push(
                        Diagnostic::error("E0207", format!("the function `{}` is defined twice", f.name.name))
                            .at(f.name.span, "here again")
                            .help("rename one of the two"),
                    );
                }
                units.places.push((u, i));
            }
        }
        units
    }

    /// Adds a text and what it sources; returns its number.
    fn add(
        &mut self,
        script: &mut ast::Script,
        prefix: String,
        folder: String,
        loader: &mut dyn Loader,
        loaded: &mut HashMap<String, usize>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> usize {
        let number = self.units.len();
        let functions = std::mem::take(&mut script.functions);
        self.units.push(Unit { prefix, functions, namespaces: HashMap::new() });
        let mut folder = folder;
        for s in &script.statements {
            match &s.kind {
                ast::StmtKind::SetWd { path } => folder = join(&folder, path),
                ast::StmtKind::Source { path, namespace } => {
                    let full = loader.find(path, &folder, s.span.file);
                    let found = match loaded.get(&full) {
                        Some(&unit) => Some(unit),
                        None => self.load(&full, &namespace.name, &folder, s.span, loader, loaded, diagnostics),
                    };
                    let Some(unit) = found else { continue };
                    let before = self.units[number].namespaces.insert(namespace.name.clone(), unit);
                    if before.is_some_and(|b| b != unit) {
                        diagnostics.push(
                            Diagnostic::error("E0208", format!("the namespace `{}` is bound twice", namespace.name))
                                .at(namespace.span, "already the name of another file"),
                        );
                    }
                }
                _ => {}
            }
        }
        number
    }

    #[allow(clippy::too_many_arguments)]
    fn load(
        &mut self,
        path: &str,
        namespace: &str,
        folder: &str,
        span: Span,
        loader: &mut dyn Loader,
        loaded: &mut HashMap<String, usize>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<usize> {
        let (file, text) = match loader.load(path) {
            Ok(found) => found,
            Err(why) => {
                let message = format!("the file \"{path}\" can not be sourced: {why}");
                diagnostics.push(Diagnostic::error("E0401", message).at(span, "sourced here"));
                return None;
            }
        };
        let mut parsed = lac_grammar::parse(file, &text);
        diagnostics.append(&mut parsed.diagnostics);
        // Known before its own sources are followed, so that files may source each other.
        loaded.insert(path.to_string(), self.units.len());
        Some(self.add(&mut parsed.script, namespace.to_string(), folder.to_string(), loader, loaded, diagnostics))
    }

    pub fn function(&self, id: FunctionId) -> (usize, &ast::Function) {
        let (unit, i) = self.places[id.0 as usize];
        (unit, &self.units[unit].functions[i])
    }

    /// The function that a call in a unit means, if it is one of the program's.
    pub fn find(&self, unit: usize, call: &ast::Call) -> Result<Option<FunctionId>, Box<Diagnostic>> {
        let Some(namespace) = &call.namespace else {
            return Ok(self.ids.get(&(unit, call.name.name.clone())).copied());
        };
        let known = &self.units[unit].namespaces;
        let Some(&target) = known.get(&namespace.name) else {
            let error = Diagnostic::error("E0209", format!("the namespace `{}` is not known", namespace.name))
                .at(namespace.span, "not the name of a sourced file");
            return Err(Box::new(match did_you_mean(&namespace.name, known.keys().map(String::as_str)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("`source(\"file.dml\") as {}` binds it", namespace.name)),
            }));
        };
        match self.ids.get(&(target, call.name.name.clone())) {
            Some(&id) => Ok(Some(id)),
            None => {
                let error = Diagnostic::error(
                    "E0203",
                    format!("there is no function `{}` in `{}`", call.name.name, namespace.name),
                )
                .at(call.name.span, "not defined in that file");
                let names = self.units[target].functions.iter().map(|f| f.name.name.as_str());
                Err(Box::new(match did_you_mean(&call.name.name, names) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                }))
            }
        }
    }

    /// All functions by the names under which each text knows them.
    pub fn callees(&self) -> Callees {
        let mut names = HashMap::new();
        for ((unit, name), id) in &self.ids {
            names.insert((*unit as u32, name.clone()), *id);
            for (u, other) in self.units.iter().enumerate() {
                for prefix in other.namespaces.iter().filter(|(_, n)| *n == unit).map(|(prefix, _)| prefix) {
                    names.insert((u as u32, format!("{prefix}::{name}")), *id);
                }
            }
        }
        Callees { names }
    }

    /// The names a call without a namespace may use in a unit.
    pub fn names(&self, unit: usize) -> impl Iterator<Item = &str> {
        self.units[unit].functions.iter().map(|f| f.name.name.as_str())
    }
}

/// A path within a folder.
pub fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() || path.starts_with('/') {
        path.into()
    } else {
        format!("{}/{path}", folder.trim_end_matches('/'))
    }
}
