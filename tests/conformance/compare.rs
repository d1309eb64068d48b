//! What a call prints against what was recorded: words as they are, numbers within a tolerance.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use lac::{Capture, Session};

use crate::cases::Case;

/// Runs a case; what is wrong, if anything is.
pub fn problem(case: &Case, library: &Path) -> Option<String> {
    let Some(value) = &case.value else { return Some("   no value is recorded".into()) };
    let host = Capture::default();
    let mut session = Session::builder().library(library).seed(5).host(host.clone()).forget().build();
    match catch_unwind(AssertUnwindSafe(|| session.run(&case.script))) {
        Err(_) => return Some("   it panics".into()),
        Ok(Err(mut found)) => {
            found.list.retain(|d| d.is_error());
            return Some(found.render(false));
        }
        Ok(Ok(_)) => {}
    }
    let printed = host.take();
    let (expected, found) = (lines(&value.text), lines(&printed));
    let place = (0..expected.len().max(found.len())).find(|&i| match (expected.get(i), found.get(i)) {
        (Some(e), Some(f)) => !agree(e, f, value.tolerance),
        _ => true,
    })?;
    let show = |lines: &[&str]| lines.get(place).map_or("nothing more".to_string(), |line| line.to_string());
    Some(format!("   line {}: {}\n   recorded: {}", place + 1, show(&found), show(&expected)))
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn agree(expected: &str, found: &str, tolerance: f64) -> bool {
    let (expected, found): (Vec<&str>, Vec<&str>) =
        (expected.split_whitespace().collect(), found.split_whitespace().collect());
    expected.len() == found.len() && expected.iter().zip(found).all(|(e, f)| *e == f || near(e, f, tolerance))
}

fn near(expected: &str, found: &str, tolerance: f64) -> bool {
    match (expected.parse::<f64>(), found.parse::<f64>()) {
        (Ok(e), Ok(f)) if e.is_finite() && f.is_finite() => (e - f).abs() <= tolerance * (1.0 + e.abs().max(f.abs())),
        (Ok(e), Ok(f)) => e == f || e.is_nan() && f.is_nan(),
        _ => false,
    }
}
