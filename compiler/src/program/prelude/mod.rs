//! Functions of the language that are written in it.

/// Name, text: the text defines the function, and what it needs.
const TEXTS: &[(&str, &str)] =
    &[("paramserv", include_str!("paramserv.dml")), ("rexpand", include_str!("rexpand.dml"))];

/// Where messages say these functions lie.
const FOLDER: &str = "<lac>";

/// The path of the text that defines a function.
pub fn path(name: &str) -> Option<String> {
    TEXTS.iter().any(|(n, _)| *n == name).then(|| format!("{FOLDER}/{name}.dml"))
}

/// The text at such a path.
pub fn text(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".dml")?;
    TEXTS.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}
