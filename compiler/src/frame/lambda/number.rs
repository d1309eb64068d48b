//! Numbers as texts.

/// A double as texts have it.
pub(super) fn show(x: f64) -> String {
    crate::ops::format_double(x)
}

pub(super) fn int(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("\"{text}\" is no whole number"))
}

pub(super) fn double(text: &str) -> Result<f64, String> {
    let x = crate::ops::Scalar::from(text.trim()).cast(crate::ops::ScalarType::Double).and_then(|s| s.as_f64());
    x.ok_or_else(|| format!("\"{text}\" is no number"))
}
