//! Scalars in files: the text of the value, and its type in the `.mtd` file.

use std::path::Path;

use lac_compiler::ops::{Scalar, ScalarType};

use super::error::{self, about};
use super::output::{Output, make_folder};
use super::write::now;
use super::{Format, Metadata, WriteOptions, mtd};
use crate::Result;

/// Whether the `.mtd` file beside a file says that it holds a scalar.
pub fn is_scalar(path: &Path) -> Result<bool> {
    Ok(mtd::load(path)?.is_some_and(|m| m.data_type.as_deref() == Some("scalar")))
}

/// Reads a scalar; its type is the argument's, the `.mtd` file's, or a double.
pub fn read_scalar(path: &Path, value_type: Option<&str>) -> Result<Scalar> {
    let told = mtd::load(path)?.and_then(|m| m.value_type);
    let text = std::fs::read_to_string(path).map_err(|e| error::cannot_open(path, &e))?;
    let ty = match value_type.or(told.as_deref()).unwrap_or("double") {
        "int" => ScalarType::Int,
        "boolean" => ScalarType::Bool,
        "string" => return Ok(Scalar::from(text.as_str())),
        _ => ScalarType::Double,
    };
    let text = text.trim();
    Scalar::from(text)
        .cast(ty)
        .ok_or_else(|| Box::new(about("E0404", path, format!("\"{text}\" is not a scalar of the type {ty}"))))
}

/// Writes a scalar and its `.mtd` file.
pub fn write_scalar(value: &Scalar, path: &Path, options: &WriteOptions) -> Result<()> {
    let text = match value {
        Scalar::Bool(b) => b.to_string(),
        other => other.to_string(),
    };
    let metadata = Metadata {
        format: Some(Format::Text),
        data_type: Some("scalar".into()),
        value_type: Some(value.ty().to_string()),
        description: options.description.clone(),
        created: Some(now()),
        ..Metadata::default()
    };
    make_folder(path)?;
    let (mut data, mut description) = (Output::create(path)?, Output::create(&mtd::beside(path))?);
    data.write(text.as_bytes())?;
    description.write(metadata.to_json().as_bytes())?;
    data.finish()?;
    description.finish()
}
