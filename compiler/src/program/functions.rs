//! The functions of a program, of the files it sources and of its libraries: who is called by a name in which file.

use std::collections::HashMap;
use std::rc::Rc;

use lac_grammar::code::CHARACTER;
use lac_grammar::{Diagnostic, FileId, Span, ast, diagnostic::did_you_mean};

use super::ir::{Callees, FunctionId};
use super::prelude;

/// Gives the texts of sourced files. The compiler itself reads nothing.
pub trait Loader {
    /// The text at a path, as written in `source` (after the folder of a `setwd`), with the id its spans carry; or
    /// why there is none.
    fn load(&mut self, path: &str) -> Result<(FileId, String), String>;

    /// The path of the file that `source(path)` in the file `by` means, `folder` being that of the last `setwd`.
    fn find(&self, path: &str, folder: &str, _by: FileId) -> String {
        join(folder, path)
    }

    /// The paths of files that may define a function that is nobody else's, the first to be asked first.
    fn library(&self, _name: &str) -> Vec<String> {
        vec![]
    }

    /// The id for the spans of a text that comes with the compiler.
    fn embed(&mut self, _path: &str, _text: &str) -> FileId {
        FileId(u32::MAX)
    }

    /// Where those files lie, as a user named it, and the functions they may define: for messages.
    fn shelves(&self) -> Shelves {
        Shelves::default()
    }
}

/// The folders of a library.
#[derive(Default)]
pub struct Shelves {
    pub folders: Vec<String>,
    pub functions: Vec<String>,
}

/// A loader for programs that may not source anything.
pub struct NoLoader;

impl Loader for NoLoader {
    fn load(&mut self, _: &str) -> Result<(FileId, String), String> {
        Err("this program may not source files".into())
    }
}

/// A text with functions: the script (number 0), a sourced file or one of a library.
struct Unit {
    /// The namespace under which the functions are reported; empty for the script.
    prefix: String,
    functions: Vec<Rc<ast::Function>>,
    /// Namespaces that this unit may write before `::`.
    namespaces: HashMap<String, usize>,
    /// Namespaces of a library's file that sources what is not there: an error where one is used.
    missing: HashMap<String, Diagnostic>,
    library: bool,
    /// Of a library's file the first error of its text: told when one of its functions is called.
    broken: Option<Box<Diagnostic>>,
}

/// All units and the functions in them.
pub(super) struct Units<'a> {
    loader: &'a mut dyn Loader,
    units: Vec<Unit>,
    /// The units of files, by path.
    loaded: HashMap<String, usize>,
    /// The functions of a library are known from their first call on, all others from the beginning.
    ids: HashMap<(usize, String), FunctionId>,
    /// Unit and position within it, by id.
    places: Vec<(usize, usize)>,
    /// What calls of names that are nobody else's mean.
    shelved: HashMap<String, Option<FunctionId>>,
    /// Of functions with a second form for a scalar first argument, that form.
    scalar_forms: HashMap<FunctionId, FunctionId>,
}

/// How a file of the library names the function for the rest of the language: by what its first parameter is, a matrix,
/// a frame or a scalar, or as it is called.
const FORMS: [&str; 4] = ["m_", "f_", "s_", ""];

/// A text that is to be added.
#[derive(Default)]
struct Text {
    prefix: String,
    folder: String,
    library: bool,
    broken: Option<Box<Diagnostic>>,
}

impl<'a> Units<'a> {
    /// Collects the script's functions and, following `source`, those of other files.
    pub fn collect(
        script: &mut ast::Script,
        loader: &'a mut dyn Loader,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Units<'a> {
        let mut units = Units {
            loader,
            units: vec![],
            loaded: HashMap::new(),
            ids: HashMap::new(),
            places: vec![],
            shelved: HashMap::new(),
            scalar_forms: HashMap::new(),
        };
        units.add(script, Text::default(), diagnostics);
        units
    }

    /// Adds a text and what it sources; returns its number.
    fn add(&mut self, script: &mut ast::Script, text: Text, diagnostics: &mut Vec<Diagnostic>) -> usize {
        let number = self.units.len();
        let functions = std::mem::take(&mut script.functions).into_iter().map(Rc::new).collect();
        let Text { prefix, mut folder, library, broken } = text;
        let (namespaces, missing) = (HashMap::new(), HashMap::new());
        self.units.push(Unit { prefix, functions, namespaces, missing, library, broken });
        if !library {
            self.name_all(number, diagnostics);
        }
        for s in &script.statements {
            match &s.kind {
                ast::StmtKind::SetWd { path } => folder = join(&folder, path),
                ast::StmtKind::Source { path, namespace } => {
                    let full = self.loader.find(path, &folder, s.span.file);
                    let text = Text { prefix: namespace.name.clone(), folder: folder.clone(), library, broken: None };
                    let unit = match self.source(&full, text, s.span, diagnostics) {
                        Ok(unit) => unit,
                        Err(error) if library => {
                            self.units[number].missing.insert(namespace.name.clone(), error);
                            continue;
                        }
                        Err(error) => {
                            diagnostics.push(error);
                            continue;
                        }
                    };
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

    fn name_all(&mut self, unit: usize, diagnostics: &mut Vec<Diagnostic>) {
        for i in 0..self.units[unit].functions.len() {
            let f = self.units[unit].functions[i].clone();
            if self.ids.contains_key(&(unit, f.name.name.clone())) {
                diagnostics.push(
                    Diagnostic::error("E0207", format!("the function `{}` is defined twice", f.name.name))
                        .at(f.name.span, "here again")
                        .help("rename one of the two"),
                );
            }
            self.place(unit, i);
        }
    }

    /// Gives a function its id.
    fn place(&mut self, unit: usize, i: usize) -> FunctionId {
        let id = FunctionId(self.places.len() as u32);
        self.places.push((unit, i));
        self.ids.insert((unit, self.units[unit].functions[i].name.name.clone()), id);
        id
    }

    fn source(
        &mut self,
        path: &str,
        text: Text,
        span: Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<usize, Diagnostic> {
        if let Some(&unit) = self.loaded.get(path) {
            return Ok(unit);
        }
        self.load(path, text, diagnostics).map_err(|why| {
            let message = format!("the file \"{path}\" can not be sourced: {why}");
            Diagnostic::error("E0401", message).at(span, "sourced here")
        })
    }

    fn load(&mut self, path: &str, mut text: Text, diagnostics: &mut Vec<Diagnostic>) -> Result<usize, String> {
        let (file, content) = match prelude::text(path) {
            Some(text) => (self.loader.embed(path, text), text.to_string()),
            None => self.loader.load(path)?,
        };
        let mut parsed = lac_grammar::parse(file, &content);
        // Of characters that mean nothing the language of the library only warns.
        let told = parsed.diagnostics.into_iter().filter(|d| !text.library || d.is_error() && d.code != CHARACTER);
        let told: Vec<Diagnostic> = told.collect();
        text.broken = told.iter().find(|d| text.library && d.is_error()).cloned().map(Box::new);
        diagnostics.extend(told);
        // Known before its own sources are followed, so that files may source each other.
        self.loaded.insert(path.to_string(), self.units.len());
        Ok(self.add(&mut parsed.script, text, diagnostics))
    }

    /// The function that a file of the library defines for a name, if one does.
    pub fn shelved(&mut self, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<FunctionId> {
        if let Some(known) = self.shelved.get(name) {
            return *known;
        }
        let mut paths = self.loader.library(name);
        paths.extend(prelude::path(name));
        let found = paths.iter().find_map(|path| {
            let unit = match self.loaded.get(path) {
                Some(&unit) => unit,
                None => self.load(path, Text { library: true, ..Text::default() }, diagnostics).ok()?,
            };
            let found = FORMS.iter().find_map(|form| self.id(unit, &format!("{form}{name}")))?;
            if let Some(other) = self.id(unit, &format!("s_{name}")).filter(|other| *other != found) {
                self.scalar_forms.insert(found, other);
            }
            Some(found)
        });
        self.shelved.insert(name.to_string(), found);
        found
    }

    /// The form of a function for a first argument that is a scalar, if it has its own.
    pub fn scalar_form(&self, id: FunctionId) -> Option<FunctionId> {
        self.scalar_forms.get(&id).copied()
    }

    pub fn shelves(&self) -> Shelves {
        self.loader.shelves()
    }

    fn id(&mut self, unit: usize, name: &str) -> Option<FunctionId> {
        if let Some(&id) = self.ids.get(&(unit, name.to_string())) {
            return Some(id);
        }
        let i = self.units[unit].functions.iter().position(|f| f.name.name == name)?;
        Some(self.place(unit, i))
    }

    /// How many functions have an id.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    pub fn function(&self, id: FunctionId) -> Rc<ast::Function> {
        let (unit, i) = self.places[id.0 as usize];
        self.units[unit].functions[i].clone()
    }

    pub fn unit(&self, id: FunctionId) -> usize {
        self.places[id.0 as usize].0
    }

    pub fn is_library(&self, unit: usize) -> bool {
        self.units[unit].library
    }

    /// What is wrong in the text of a function, if that is of a library.
    pub fn broken(&self, id: FunctionId) -> Option<Box<Diagnostic>> {
        self.units[self.unit(id)].broken.clone()
    }

    /// The name under which a function is reported.
    pub fn name(&self, id: FunctionId) -> String {
        let (unit, i) = self.places[id.0 as usize];
        let Unit { prefix, functions, library, .. } = &self.units[unit];
        let name = functions[i].name.name.as_str();
        match prefix.as_str() {
            "" if *library => FORMS.iter().find_map(|form| name.strip_prefix(form)).unwrap_or(name).to_string(),
            "" => name.to_string(),
            prefix => format!("{prefix}::{name}"),
        }
    }

    /// The function that a call in a unit means, if it is one of the program's.
    pub fn find(&mut self, unit: usize, call: &ast::Call) -> Result<Option<FunctionId>, Box<Diagnostic>> {
        let Some(namespace) = &call.namespace else {
            return Ok(self.id(unit, &call.name.name));
        };
        if let Some(error) = self.units[unit].missing.get(&namespace.name) {
            return Err(Box::new(error.clone().at(call.name.span, "needed here")));
        }
        let known = &self.units[unit].namespaces;
        let Some(&target) = known.get(&namespace.name) else {
            let error = Diagnostic::error("E0209", format!("the namespace `{}` is not known", namespace.name))
                .at(namespace.span, "not the name of a sourced file");
            return Err(Box::new(match did_you_mean(&namespace.name, known.keys().map(String::as_str)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("`source(\"file.dml\") as {}` binds it", namespace.name)),
            }));
        };
        match self.id(target, &call.name.name) {
            Some(id) => Ok(Some(id)),
            None => {
                let error = Diagnostic::error(
                    "E0203",
                    format!("there is no function `{}` in `{}`", call.name.name, namespace.name),
                )
                .at(call.name.span, "not defined in that file");
                Err(Box::new(match did_you_mean(&call.name.name, self.names(target)) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                }))
            }
        }
    }

    /// Makes the functions of a text known that calls some by names which it computes.
    pub fn place_all(&mut self, unit: usize) {
        for name in self.names(unit).map(str::to_string).collect::<Vec<_>>() {
            self.id(unit, &name);
        }
    }

    /// The function that `eval(name)` in a text means: its own, one of the script, of a sourced file (`ns::f` or
    /// `file.dml::f`) or of the library.
    pub fn named(&mut self, unit: usize, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<FunctionId> {
        let Some((space, function)) = name.rsplit_once("::") else {
            let own = self.id(unit, name).or_else(|| self.id(0, name));
            return own.or_else(|| self.shelved(name, diagnostics));
        };
        let of = |unit: usize| self.units[unit].namespaces.get(space).copied();
        let path = space.trim_start_matches("./");
        let file = || self.loaded.iter().find(|(p, _)| p.ends_with(path)).map(|(_, unit)| *unit);
        let target = of(unit).or_else(|| of(0)).or_else(file)?;
        self.id(target, function)
    }

    /// All functions by the names under which each text knows them; `named` holds further names that texts ask for.
    pub fn callees(&self, named: HashMap<(usize, String), FunctionId>) -> Callees {
        let mut names: HashMap<_, _> = named.into_iter().map(|((unit, name), id)| ((unit as u32, name), id)).collect();
        for ((unit, name), id) in &self.ids {
            names.insert((*unit as u32, name.clone()), *id);
            for (u, other) in self.units.iter().enumerate() {
                for prefix in other.namespaces.iter().filter(|(_, n)| *n == unit).map(|(prefix, _)| prefix) {
                    names.insert((u as u32, format!("{prefix}::{name}")), *id);
                }
            }
        }
        for (path, unit) in &self.loaded {
            for name in self.names(*unit) {
                let id = self.ids.get(&(*unit, name.to_string()));
                id.map(|id| names.insert((Callees::FILES, format!("{path}::{name}")), *id));
            }
        }
        for (name, id) in &self.shelved {
            id.map(|id| names.insert((Callees::LIBRARY, name.clone()), id));
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
