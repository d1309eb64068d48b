//! Lists in files: a folder with a file for each value, `0_name`, `1_null`, ..., each with its `.mtd` file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{about, cannot_open};
use super::output::write_whole;
use super::write::now;
use super::{Format, Metadata, mtd};
use crate::Result;

/// In the place of a name where a value has none.
const UNNAMED: &str = "null";

/// Whether the `.mtd` file beside a folder says that it holds a list.
pub fn is_list(path: &Path) -> Result<bool> {
    Ok(mtd::load(path)?.is_some_and(|m| m.data_type.as_deref() == Some("list")))
}

/// Makes the folder of a list, and gives the file for each of its values. A list that was there before is replaced.
///
/// # Errors
/// E0414.
pub fn create_list(path: &Path, names: &[Option<Arc<str>>], format: Option<Format>) -> Result<Vec<PathBuf>> {
    let failed = |e: std::io::Error| Box::new(about("E0414", path, e));
    if path.is_dir() && is_list(path)? {
        for (_, old) in entries(path)? {
            for file in [mtd::beside(&old), old] {
                if file.is_file() { fs::remove_file(file) } else { Ok(()) }.map_err(failed)?;
            }
        }
    } else if path.is_file() {
        fs::remove_file(path).map_err(failed)?;
    }
    fs::create_dir_all(path).map_err(failed)?;
    let metadata = Metadata {
        data_type: Some("list".into()),
        value_type: Some("unknown".into()),
        rows: Some(names.len() as u64),
        cols: Some(1),
        format,
        created: Some(now()),
        ..Metadata::default()
    };
    write_whole(&mtd::beside(path), metadata.to_json().as_bytes())?;
    let file = |(i, name): (usize, &Option<Arc<str>>)| {
        let name = name.as_deref().unwrap_or(UNNAMED).replace(std::path::is_separator, "_");
        path.join(format!("{i}_{name}"))
    };
    Ok(names.iter().enumerate().map(file).collect())
}

/// The values of a list in their order: the name of each, and its file.
///
/// # Errors
/// E0401, E0402, E0412 if there are not as many as told.
pub fn list_files(path: &Path) -> Result<Vec<(Option<Arc<str>>, PathBuf)>> {
    let found = entries(path)?;
    if let Some(told) = mtd::load(path)?.and_then(|m| m.rows).filter(|&n| n != found.len() as u64) {
        let message = format!("the folder has {} files of values, not the {told} told", found.len());
        return Err(Box::new(about("E0412", path, message)));
    }
    let named = |(_, file): (u64, PathBuf)| {
        let name = file.file_name().and_then(|n| n.to_str()).and_then(|n| n.split_once('_')).map(|(_, name)| name);
        (name.filter(|n| *n != UNNAMED).map(Arc::from), file)
    };
    Ok(found.into_iter().map(named).collect())
}

fn entries(path: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let mut found = vec![];
    for entry in fs::read_dir(path).map_err(|e| cannot_open(path, &e))?.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let number = name.split_once('_').and_then(|(number, _)| number.parse().ok());
        if let Some(number) = number.filter(|_| !name.ends_with(".mtd")) {
            found.push((number, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}
