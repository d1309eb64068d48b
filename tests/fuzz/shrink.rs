//! A case that fails made small: parts are left out as long as it fails in the same way.

use std::time::{Duration, Instant};

use crate::case::Case;

const TIME: Duration = Duration::from_secs(30);

/// The smallest case found for which `fails` holds.
pub fn shrink(case: &Case, fails: impl Fn(&Case) -> bool) -> Case {
    let start = Instant::now();
    let fails = |case: &Case| start.elapsed() < TIME && fails(case);
    let mut best = case.clone();
    loop {
        let before = best.clone();
        best.entries = fewer(&best.entries, |entries| fails(&Case { entries: entries.to_vec(), ..best.clone() }));
        best.files = fewer(&best.files, |files| fails(&Case { files: files.to_vec(), ..best.clone() }));
        for i in 0..best.entries.len() {
            let with = |text: String| {
                let mut case = best.clone();
                case.entries[i] = text;
                case
            };
            let lines: Vec<&str> = best.entries[i].split_inclusive('\n').collect();
            let text = fewer(&lines, |lines| fails(&with(lines.concat()))).concat();
            let text: Vec<char> = text.chars().collect();
            let chars = if text.len() < 400 { fewer(&text, |text| fails(&with(text.iter().collect()))) } else { text };
            best.entries[i] = chars.into_iter().collect();
        }
        for i in 0..best.files.len() {
            let with = |bytes: &[u8]| {
                let mut case = best.clone();
                case.files[i].1 = bytes.to_vec();
                case
            };
            best.files[i].1 = fewer(&best.files[i].1, |bytes| fails(&with(bytes)));
        }
        if best == before || start.elapsed() > TIME {
            return best;
        }
    }
}

/// Leaves out runs of items, long ones first.
fn fewer<T: Clone>(items: &[T], fails: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut left = items.to_vec();
    let mut length = left.len();
    while length > 0 {
        let mut at = 0;
        while at < left.len() {
            let rest: Vec<T> = [&left[..at], &left[(at + length).min(left.len())..]].concat();
            if fails(&rest) { left = rest } else { at += length }
        }
        length /= 2;
    }
    left
}

#[test]
fn what_matters_is_left() {
    let case = Case::of_script("a = 1\nb = 2\nstop(b)\n");
    let small = shrink(&case, |case| case.entries.concat().contains("stop"));
    assert_eq!(small, Case::of_script("stop"));
}
