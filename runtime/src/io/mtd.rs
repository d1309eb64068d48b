//! What is known of a file beside its content: the `.mtd` JSON file that SystemDS keeps beside each data file.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::error::{self, about};
use super::{Format, ReadOptions};
use crate::Result;

/// What a `.mtd` file, a header or the caller tells of a file. What is not told is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    pub format: Option<Format>,
    pub rows: Option<u64>,
    /// Of a LIBSVM file: with the label.
    pub cols: Option<u64>,
    /// Of a Matrix Market file without `.mtd`: an upper bound, as the header has it.
    pub nnz: Option<u64>,
    pub header: Option<bool>,
    pub sep: Option<String>,
    pub fill: Option<bool>,
    pub default: Option<f64>,
    pub na_strings: Vec<String>,
    /// Binary files: rows and columns of a block.
    pub block: Option<u64>,
    /// Frames: the types of the columns, with commas.
    pub schema: Option<String>,
    /// Frames: the names of the columns.
    pub names: Vec<String>,
    /// LIBSVM, when read: whether indices count from 0 or 1.
    pub index_base: Option<u32>,
    /// `matrix`, `frame`, `scalar` or `list`.
    pub data_type: Option<String>,
    pub value_type: Option<String>,
    pub description: Option<String>,
    pub author: Option<String>,
    pub created: Option<String>,
}

/// The `.mtd` file beside a data file.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".mtd");
    name.into()
}

/// What the `.mtd` file beside a data file says, if there is one.
pub(super) fn load(path: &Path) -> Result<Option<Metadata>> {
    let path = beside(path);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(error::cannot_open(&path, &e)),
    };
    let json: Value =
        serde_json::from_slice(&text).map_err(|e| about("E0411", &path, format!("not valid JSON: {e}")))?;
    let Value::Object(fields) = json else {
        return Err(Box::new(about("E0411", &path, "a JSON object {...} is expected")));
    };
    Fields { path: &path, fields }.metadata().map(Some)
}

/// Types of data.
const KINDS: [&str; 4] = ["matrix", "frame", "scalar", "list"];

/// The fields of a `.mtd` file. Numbers and truth values may also be given as strings.
struct Fields<'a> {
    path: &'a Path,
    fields: Map<String, Value>,
}

impl Fields<'_> {
    fn metadata(&self) -> Result<Metadata> {
        if let Some(other) = self.text("data_type")?.filter(|t| !KINDS.contains(&t.as_str())) {
            let message = format!("the data are of type \"{other}\"; what is read is of type {}", KINDS.join(", "));
            return Err(Box::new(about("E0404", self.path, message)));
        }
        Ok(Metadata {
            format: self.text("format")?.map(|name| Format::from_name(&name)).transpose().map_err(|mut e| {
                e.message = format!("{}: {}", self.path.display(), e.message);
                e
            })?,
            rows: self.count("rows")?,
            cols: self.count("cols")?,
            nnz: self.count("nnz")?,
            header: self.flag("header")?,
            sep: self.text("sep")?,
            fill: self.flag("fill")?,
            default: self.get("default", "a number", |v| v.as_f64().or_else(|| v.as_str()?.trim().parse().ok()))?,
            na_strings: self.get("naStrings", "a string or a list of strings", strings)?.unwrap_or_default(),
            block: self.count("rows_in_block")?.filter(|&n| n > 0),
            schema: self.text("schema")?,
            names: self.get("names", "a list of strings", strings)?.unwrap_or_default(),
            index_base: None,
            data_type: self.text("data_type")?,
            value_type: self.text("value_type")?,
            description: self.text("description")?,
            author: self.text("author")?,
            created: self.text("created")?,
        })
    }

    fn get<T>(&self, name: &str, expected: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| {
                let found = error::quoted(value.to_string().as_bytes());
                Box::new(about("E0411", self.path, format!("\"{name}\" must be {expected}, not {found}")))
            }),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>> {
        self.get(name, "a string", |v| v.as_str().map(str::to_owned))
    }

    fn flag(&self, name: &str) -> Result<Option<bool>> {
        self.get(name, "true or false", |v| v.as_bool().or_else(|| v.as_str()?.to_lowercase().parse().ok()))
    }

    /// A size; -1 says that it is not known.
    fn count(&self, name: &str) -> Result<Option<u64>> {
        let count = self.get(name, "a count", |v| {
            let n = v.as_i64().or_else(|| v.as_str()?.trim().parse().ok())?;
            (n >= -1).then_some(n)
        })?;
        Ok(count.and_then(|n| u64::try_from(n).ok()))
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(s) => Some(vec![s.clone()]),
        Value::Array(items) => items.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// What the caller and the `.mtd` file say together.
pub(super) fn merge(path: &Path, told: Option<Metadata>, options: &ReadOptions) -> Result<Metadata> {
    let mut all = told.unwrap_or_default();
    agree(path, "format", &mut all.format, options.format, |f| f.name().to_owned())?;
    agree(path, "rows", &mut all.rows, options.rows, u64::to_string)?;
    agree(path, "cols", &mut all.cols, options.cols, u64::to_string)?;
    agree(path, "header", &mut all.header, options.header, bool::to_string)?;
    agree(path, "sep", &mut all.sep, options.sep.clone(), |s| format!("\"{}\"", s.escape_debug()))?;
    agree(path, "fill", &mut all.fill, options.fill, bool::to_string)?;
    agree(path, "default", &mut all.default, options.default, f64::to_string)?;
    if options.schema.is_some() {
        all.schema = options.schema.clone();
    }
    if !options.na_strings.is_empty() {
        all.na_strings = options.na_strings.clone();
    }
    Ok(all)
}

fn agree<T: PartialEq>(
    path: &Path,
    name: &str,
    told: &mut Option<T>,
    asked: Option<T>,
    show: impl Fn(&T) -> String,
) -> Result<()> {
    match (&told, asked) {
        (_, None) => {}
        (Some(told), Some(asked)) if *told != asked => {
            let message =
                format!("read with {name}={}, but {} says {}", show(&asked), beside(path).display(), show(told));
            return Err(Box::new(
                about("E0412", path, message).help("take the argument away, or correct the .mtd file"),
            ));
        }
        (_, asked) => *told = asked,
    }
    Ok(())
}

impl Metadata {
    /// Compares a size found in the file with what was told of it.
    pub(super) fn check(&self, path: &Path, rows: u64, cols: u64) -> Result<()> {
        for (what, told, found) in [("row", self.rows, rows), ("column", self.cols, cols)] {
            if let Some(told) = told.filter(|&told| told != found) {
                let message = format!("the file has {}, not the {told} told", error::count(found, what));
                let help = "correct the argument of read or the .mtd file, or see whether the file is whole";
                return Err(Box::new(about("E0412", path, message).help(help)));
            }
        }
        Ok(())
    }

    /// The text of a `.mtd` file.
    pub(super) fn to_json(&self) -> String {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        put("data_type", self.data_type.as_ref().map(|v| json!(v)));
        put("value_type", self.value_type.as_ref().map(|v| json!(v)));
        put("rows", self.rows.map(|v| json!(v)));
        put("cols", self.cols.map(|v| json!(v)));
        put("rows_in_block", self.block.map(|v| json!(v)));
        put("cols_in_block", self.block.map(|v| json!(v)));
        put("nnz", self.nnz.map(|v| json!(v)));
        put("format", self.format.map(|v| json!(v.name())));
        put("header", self.header.map(|v| json!(v)));
        put("sep", self.sep.as_ref().map(|v| json!(v)));
        put("fill", self.fill.map(|v| json!(v)));
        put("default", self.default.map(|v| json!(v)));
        put("schema", self.schema.as_ref().map(|v| json!(v)));
        put("names", (!self.names.is_empty()).then(|| json!(self.names)));
        put("description", self.description.as_ref().map(|v| json!(v)));
        put("author", self.author.as_ref().map(|v| json!(v)));
        put("created", self.created.as_ref().map(|v| json!(v)));
        format!("{:#}\n", Value::Object(fields))
    }
}
