//! Vectors of counts as bytes: repeated values are written once.

use super::bytes::{Reader, Writer};
use super::{Result, SketchFileError};
use crate::sketch::Counts;
use crate::sketch::counts::Written;

const UNIFORM: u8 = 0;
const INTEGERS: u8 = 1;
const DIFFERENCES: u8 = 2;
const FLOATS: u8 = 3;

/// Larger integers are written as f64.
const LARGEST: f64 = (1u64 << 52) as f64;
/// The longest repetition that one token says.
const LONGEST: u64 = 257;

pub(super) fn write(w: &mut Writer, counts: &Counts) {
    let values = match counts {
        Counts::Uniform(value) => {
            w.byte(UNIFORM);
            return w.f64(*value);
        }
        Counts::Explicit(values) => counts.written_out(values.len() as u64),
    };
    if !values.iter().all(|&c| (0.0..=LARGEST).contains(&c) && c.fract() == 0.0) {
        w.byte(FLOATS);
        return values.iter().for_each(|&c| w.f64(c));
    }
    let (mut plain, mut differences) = (Writer::default(), Writer::default());
    tokens(&mut plain, values.iter().map(|&c| c as u64));
    let mut before = 0i64;
    tokens(
        &mut differences,
        values.iter().map(|&c| {
            let difference = c as i64 - before;
            before = c as i64;
            zigzag(difference)
        }),
    );
    let (plain, differences) = (plain.into_bytes(), differences.into_bytes());
    if plain.len() <= differences.len() {
        w.byte(INTEGERS);
        w.raw(&plain);
    } else {
        w.byte(DIFFERENCES);
        w.raw(&differences);
    }
}

/// Runs of equal numbers.
fn tokens(w: &mut Writer, numbers: impl Iterator<Item = u64>) {
    let mut run: Option<(u64, u64)> = None;
    let mut token = |(number, times): (u64, u64)| match times {
        1 => w.varint(2 * number),
        _ => {
            w.varint(2 * number + 1);
            w.byte((times - 2) as u8);
        }
    };
    for number in numbers {
        run = match run {
            Some((same, times)) if same == number && times < LONGEST => Some((same, times + 1)),
            Some(done) => {
                token(done);
                Some((number, 1))
            }
            None => Some((number, 1)),
        };
    }
    run.map(token);
}

fn zigzag(n: i64) -> u64 {
    ((n << 1) ^ (n >> 63)) as u64
}

fn from_zigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

/// The counts of `len` slices.
pub(super) fn read(r: &mut Reader, len: u64) -> Result<Counts> {
    let how = r.byte()?;
    if how == UNIFORM {
        return r.f64().map(Counts::Uniform);
    }
    let most = if how == FLOATS { r.left() / 8 } else { r.left() / 2 * LONGEST + 1 };
    if len > most {
        return Err(SketchFileError::Inconsistent("fewer counts than slices"));
    }
    let mut values = Vec::with_capacity(len as usize);
    match how {
        FLOATS => {
            for _ in 0..len {
                values.push(r.f64()?);
            }
        }
        INTEGERS => repeated(r, len, |n, times| {
            values.extend(std::iter::repeat_n(n as f64, times));
            Ok(())
        })?,
        DIFFERENCES => {
            let mut value = 0i64;
            repeated(r, len, |n, times| {
                for _ in 0..times {
                    let next = value.checked_add(from_zigzag(n));
                    value = next.ok_or(SketchFileError::Inconsistent("a count of more than 63 bits"))?;
                    values.push(value as f64);
                }
                Ok(())
            })?;
        }
        _ => return Err(SketchFileError::Inconsistent("counts written in an unknown way")),
    }
    Ok(Counts::Explicit(Written::Floats(values).into()))
}

/// Hands every token on, `len` numbers in all.
fn repeated(r: &mut Reader, len: u64, mut token: impl FnMut(u64, usize) -> Result<()>) -> Result<()> {
    let mut done = 0;
    while done < len {
        let n = r.varint()?;
        let times = if n & 1 == 0 { 1 } else { u64::from(r.byte()?) + 2 };
        done += times;
        if done > len {
            return Err(SketchFileError::Inconsistent("more counts than slices"));
        }
        token(n >> 1, times as usize)?;
    }
    Ok(())
}

/// Whether all counts are as they should be.
pub(super) fn all(counts: &Counts, holds: impl Fn(f64) -> bool) -> bool {
    match counts {
        Counts::Uniform(c) => holds(*c),
        Counts::Explicit(values) => (0..values.len()).all(|i| holds(counts.get(i))),
    }
}

/// Whether all pairs of counts of a slice are as they should be. Both are of one length.
pub(super) fn all_pairs(a: &Counts, b: &Counts, holds: impl Fn(f64, f64) -> bool) -> bool {
    match (a, b) {
        (Counts::Explicit(values), _) => (0..values.len()).all(|i| holds(a.get(i), b.get(i))),
        (Counts::Uniform(x), _) => all(b, |y| holds(*x, y)),
    }
}
