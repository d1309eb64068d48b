//! Types of columns: their names in a schema, and which a column of text could have.

use super::{Column, Frame};
use crate::ops::{Mismatch, ScalarType};
use lac_grammar::diagnostic::did_you_mean;

/// How a type is called in a schema.
pub fn type_name(ty: ScalarType) -> &'static str {
    match ty {
        ScalarType::Str => "STRING",
        ScalarType::Double => "FP64",
        ScalarType::Int => "INT64",
        ScalarType::Bool => "BOOLEAN",
    }
}

const NAMES: &[(&str, ScalarType)] = &[
    ("STRING", ScalarType::Str),
    ("FP64", ScalarType::Double),
    ("FP32", ScalarType::Double),
    ("DOUBLE", ScalarType::Double),
    ("INT64", ScalarType::Int),
    ("INT32", ScalarType::Int),
    ("UINT8", ScalarType::Int),
    ("UINT4", ScalarType::Int),
    ("INT", ScalarType::Int),
    ("INTEGER", ScalarType::Int),
    ("BOOLEAN", ScalarType::Bool),
    ("CHARACTER", ScalarType::Str),
    ("HASH64", ScalarType::Str),
    ("HASH32", ScalarType::Str),
    ("UNKNOWN", ScalarType::Str),
];

/// The type of a name in a schema, in upper or lower case.
///
/// # Errors
/// E0213 if there is none.
pub fn type_of(name: &str) -> Result<ScalarType, Mismatch> {
    let name = name.trim();
    let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, ty)| *ty).ok_or_else(|| {
        let error = Mismatch::new("E0213", format!("a column has no type \"{name}\""));
        match did_you_mean(&name.to_uppercase(), NAMES.iter().map(|(known, _)| *known)) {
            Some(near) => error.help(format!("did you mean \"{near}\"?")),
            None => error.help("the types are STRING, FP64, INT64 and BOOLEAN"),
        }
    })
}

/// The types of a schema written with commas, as metadata have it: `STRING,FP64`.
///
/// # Errors
/// As [`type_of`].
pub fn types_of(schema: &str) -> Result<Vec<ScalarType>, Mismatch> {
    schema.split(',').map(str::trim).filter(|s| !s.is_empty()).map(type_of).collect()
}

/// The narrowest type that all cells have; text if there are none.
pub fn detect(column: &Column) -> ScalarType {
    let Column::Text(cells) = column else { return column.ty() };
    let mut found: Option<ScalarType> = None;
    for text in cells.iter().flatten() {
        let ty = narrowest(text);
        found = Some(match found {
            None => ty,
            Some(before) if before == ty => ty,
            Some(ScalarType::Int | ScalarType::Double) if matches!(ty, ScalarType::Int | ScalarType::Double) => {
                ScalarType::Double
            }
            Some(_) => return ScalarType::Str,
        });
    }
    found.unwrap_or(ScalarType::Str)
}

fn narrowest(text: &str) -> ScalarType {
    let text = text.trim();
    match text {
        "" => ScalarType::Str,
        "true" | "false" | "TRUE" | "FALSE" | "True" | "False" => ScalarType::Bool,
        _ if text.parse::<i64>().is_ok() => ScalarType::Int,
        _ if crate::ops::Scalar::from(text).cast(ScalarType::Double).is_some() => ScalarType::Double,
        _ => ScalarType::Str,
    }
}

impl Frame {
    /// The columns in other types: one type for all, or one for each.
    ///
    /// # Errors
    /// E0519 if there is not a type for each, E0503 for a cell without a value of it.
    pub fn with_types(&self, types: &[ScalarType]) -> Result<Frame, Mismatch> {
        if types.len() != self.cols() && types.len() != 1 {
            let message = format!("a schema of {} types for {} columns", types.len(), self.cols());
            return Err(Mismatch::new("E0519", message).help("a schema has a type for each column, or one for all"));
        }
        let columns = self.columns().iter().enumerate().map(|(j, column)| {
            let ty = types[j.min(types.len() - 1)];
            if ty == column.ty() {
                return Ok(column.clone());
            }
            column.cast(ty).map(Into::into).map_err(|(i, text)| {
                let place = format!("row {}, column {} ({})", i + 1, j + 1, self.names()[j]);
                Mismatch::new("E0503", format!("\"{text}\" in {place} is no {}", type_name(ty)))
                    .help("`dropInvalidType` makes such cells missing")
            })
        });
        Ok(Frame::sharing(self.rows(), self.names().to_vec(), columns.collect::<Result<_, _>>()?))
    }
}
