//! Numbers in text, read from bytes.
//!
//! All functions look at padded text (see [`super::source::PADDING`]): eight bytes may be looked at from any place of
//! a line without asking whether it ends there.

use crate::kernel::simd::digit_mask;

const ZEROS: u64 = 0x3030_3030_3030_3030;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The high bits of the bytes that are no digits, from the exclusive or of eight bytes with `'0'`: x + 0x76 has the
/// high bit if x >= 10.
#[inline(always)]
fn stops_of(word: u64) -> u64 {
    ((word & !HIGH_BITS).wrapping_add(0x7676_7676_7676_7676) | word) & HIGH_BITS
}

/// The places of the bytes that are no digits.
///
/// They are found before a line is parsed: finding the end of each number from that of the one before is a chain of
/// instructions that wait for each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Stops {
    /// The first `len` count; the rest is memory to be used again.
    places: Vec<u32>,
    len: usize,
}

impl Stops {
    /// Finds those of a text whose padding fills its last 64 bytes, and a few in the padding.
    #[inline(always)]
    pub fn find(&mut self, padded: &[u8]) -> &[u32] {
        self.len = 0;
        let (blocks, _) = padded.as_chunks::<64>();
        for (k, block) in blocks.iter().enumerate() {
            if self.places.len() < self.len + 64 {
                self.places.resize(2 * self.len + 1024, 0);
            }
            let mut mask = !digit_mask(block);
            let found = mask.count_ones() as usize;
            let Some(places) = self.places[self.len..].first_chunk_mut::<64>() else { continue };
            // Wraps in a line of 4 GiB only: no line is spelled as usual there.
            let base = (64 * k) as u32;
            // Four at a time, some of them in vain: fewer branches that cannot be foretold.
            for four in places.chunks_exact_mut(4).take(found.div_ceil(4)) {
                for place in four {
                    *place = base.wrapping_add(mask.trailing_zeros());
                    mask &= mask.wrapping_sub(1);
                }
            }
            self.len += found;
        }
        &self.places[..self.len]
    }
}

/// The eight bytes from `at`; zeros, which are no digits, where the text is over.
#[inline(always)]
fn eight(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => 0,
    }
}

/// The value of `n` digits, 1 to 8, from eight bytes.
///
/// Moved to the high end of the word, behind zeros, they are summed in pairs, fours and eights.
#[inline(always)]
fn sum_of(word: u64, n: usize) -> u64 {
    let x = (word ^ ZEROS) << ((64 - 8 * n) & 63);
    let pairs = x.wrapping_mul(10 * 256 + 1) >> 8;
    let fours = (pairs & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 * 65536 + 1) >> 16;
    (fours & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 * (1 << 32) + 1) >> 32
}

/// The value of the `n` digits, 1 to 8, that are known to stand at `at`.
#[inline(always)]
pub(super) fn value_of(bytes: &[u8], at: usize, n: usize) -> u64 {
    sum_of(eight(bytes, at), n)
}

/// The number of digits that stand at `at`, at most 8, and their value.
#[inline(always)]
pub(super) fn digits(bytes: &[u8], at: usize) -> (usize, u64) {
    let word = eight(bytes, at);
    match (stops_of(word ^ ZEROS).trailing_zeros() / 8) as usize {
        0 => (0, 0),
        n => (n, sum_of(word, n)),
    }
}

/// 10^0 .. 10^22, each exact.
const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
const POWERS_OF_TEN_U64: [u64; 17] = {
    let mut powers = [1; 17];
    let mut k = 1;
    while k < powers.len() {
        powers[k] = 10 * powers[k - 1];
        k += 1;
    }
    powers
};

/// The digits at `at`, at most 16: how many, and their value.
#[inline(always)]
fn digits16(bytes: &[u8], at: usize) -> (usize, u64) {
    let (n, high) = digits(bytes, at);
    if n < 8 {
        return (n, high);
    }
    let (m, low) = digits(bytes, at + 8);
    (8 + m, high * POWERS_OF_TEN_U64[m] + low)
}

/// The number that stands at `at`, correctly rounded, and the place behind it.
///
/// At most 15 digits are an integer below 2^53; times or divided by an exact power of ten, that is one rounding
/// (Clinger, "How to read floating point numbers accurately", 1990). All else (more digits, larger exponents, nan,
/// inf) is left to a full parser.
#[inline(always)]
pub(super) fn number(bytes: &[u8], at: usize) -> Option<(f64, usize)> {
    let sign = bytes.get(at).copied().unwrap_or(0);
    let start = at + usize::from(sign == b'-' || sign == b'+');
    let (n, mut mantissa) = digits16(bytes, start);
    let (mut end, mut fraction) = (start + n, 0);
    if bytes.get(end) == Some(&b'.') {
        let (m, low) = digits16(bytes, end + 1);
        end += 1 + m;
        fraction = m;
        mantissa = mantissa.wrapping_mul(POWERS_OF_TEN_U64[m]).wrapping_add(low);
    }
    let simple = n > 0 && n + fraction <= 15;
    let value = match bytes.get(end) {
        Some(b'0'..=b'9') => None,
        Some(b'e' | b'E') if simple => scaled(bytes, end, mantissa, fraction),
        _ if simple => Some((mantissa as f64 / POWERS_OF_TEN[fraction], end)),
        _ => None,
    };
    let (value, end) = match value {
        Some(simple) => simple,
        None => number_in_full(bytes, start)?,
    };
    Some((if sign == b'-' { -value } else { value }, end))
}

/// The value of `n` digits, 1 to 15, that are known to stand at `at`.
#[inline(always)]
fn long_value_of(bytes: &[u8], at: usize, n: usize) -> u64 {
    match n {
        0..=8 => value_of(bytes, at, n),
        _ => value_of(bytes, at, n - 8) * POWERS_OF_TEN_U64[8] + value_of(bytes, at + n - 8, 8),
    }
}

/// As [`number`], of a number `12`, `-12` or `-12.34` that ends its line, whose `stops` are known; and how many of them
/// are its own, the last being the newline.
#[inline(always)]
pub(super) fn decimal_line(bytes: &[u8], at: usize, stops: &[u32]) -> Option<(f64, usize)> {
    let negative = bytes.get(at) == Some(&b'-');
    let start = at + usize::from(negative);
    let &[point, end] = stops.get(usize::from(negative)..)?.first_chunk()?;
    let (point, end) = (point as usize, end as usize);
    let n = point.wrapping_sub(start);
    if n.wrapping_sub(1) >= 15 {
        return None;
    }
    let whole = long_value_of(bytes, start, n);
    let (value, used) = match bytes.get(point)? {
        b'\n' => (whole as f64, 1),
        b'.' => {
            let m = end - point - 1;
            if m == 0 || n + m > 15 || bytes.get(end) != Some(&b'\n') {
                return None;
            }
            let mantissa = whole * POWERS_OF_TEN_U64[m] + long_value_of(bytes, point + 1, m);
            (mantissa as f64 / POWERS_OF_TEN[m], 2)
        }
        _ => return None,
    };
    Some((if negative { -value } else { value }, used + usize::from(negative)))
}

/// The value of a mantissa with `fraction` digits behind its point and the exponent that stands at `at`, and the place
/// behind that; `None` where more than one rounding or a full parser is needed.
#[inline(always)]
fn scaled(bytes: &[u8], at: usize, mantissa: u64, fraction: usize) -> Option<(f64, usize)> {
    let sign = bytes.get(at + 1).copied().unwrap_or(0);
    let start = at + 1 + usize::from(sign == b'-' || sign == b'+');
    let (n, exponent) = digits(bytes, start);
    if n == 0 || n == 8 {
        return None;
    }
    let exponent = if sign == b'-' { -(exponent as i64) } else { exponent as i64 } - fraction as i64;
    let power = POWERS_OF_TEN.get(exponent.unsigned_abs() as usize)?;
    let value = if exponent < 0 { mantissa as f64 / power } else { mantissa as f64 * power };
    Some((value, start + n))
}

/// The sign is read already.
#[cold]
fn number_in_full(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let rest = bytes.get(start..)?;
    if matches!(rest.first(), Some(b'-' | b'+')) {
        return None;
    }
    // The longest number is looked for in a line only: the parser need not see more.
    let (value, length) = fast_float2::parse_partial::<f64, _>(rest).ok()?;
    Some((value, start + length))
}

/// A whole field as a number.
pub(super) fn whole_number(field: &[u8]) -> Option<f64> {
    let (value, end) = number(field, 0)?;
    (end == field.len()).then_some(value)
}

/// A whole field as an integer without sign; `None` if it is none or does not fit.
pub(super) fn whole_integer(field: &[u8]) -> Option<u64> {
    let plain = !field.is_empty() && field.iter().all(u8::is_ascii_digit);
    if plain { std::str::from_utf8(field).ok()?.parse().ok() } else { None }
}

pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t' || byte == b'\r'
}

/// The fields of a line between blanks, each with its column, from 1.
pub(super) fn fields(line: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += line[at..].iter().position(|&b| !is_blank(b))?;
        let start = at;
        at = line[start..].iter().position(|&b| is_blank(b)).map_or(line.len(), |n| start + n);
        Some((start + 1, &line[start..at]))
    })
}

/// The end of the line that holds `at`: the place of its newline.
pub(super) fn line_end(bytes: &[u8], at: usize, end: usize) -> usize {
    bytes[at..end].iter().position(|&b| b == b'\n').map_or(end, |n| at + n)
}

#[cfg(test)]
mod tests {
    use super::{Stops, decimal_line, digits, number, whole_integer};
    use proptest::prelude::*;

    fn padded(text: &str) -> Vec<u8> {
        [text.as_bytes(), &[0; 16]].concat()
    }

    #[test]
    fn digits_end_where_the_first_other_byte_is() {
        for (text, n, value) in [
            ("", 0, 0),
            ("7", 1, 7),
            ("12 34", 2, 12),
            ("0042\n", 4, 42),
            ("1234567:", 7, 1_234_567),
            ("123456789", 8, 12_345_678),
            ("9\u{ff}9", 1, 9),
            ("/1", 0, 0),
            (":1", 0, 0),
            ("99\u{8a}99", 2, 99),
        ] {
            assert_eq!(digits(&padded(text), 0), (n, value), "{text:?}");
        }
    }

    #[test]
    fn stops_are_the_bytes_that_are_no_digits() {
        let text = b"1 23\n456:7890123456;/9 12~1\x8a9\xff99".repeat(9);
        let expected: Vec<u32> = (0..text.len() as u32).filter(|&k| !text[k as usize].is_ascii_digit()).collect();
        let mut stops = Stops::default();
        for _ in 0..2 {
            let found = stops.find(&[&text[..], &[0; 64]].concat());
            assert_eq!(found[..expected.len()], expected);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", "+", "--1", "+-1", "e5", ".", "x", " 1", "-e"] {
            assert_eq!(number(&padded(text), 0), None, "{text:?}");
        }
        assert_eq!(whole_integer(b"18446744073709551616"), None);
        assert_eq!(whole_integer(b"+1"), None);
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_the_standard_library_does(bits: u64, digits in 0usize..20, style in 0..5) {
            let x = f64::from_bits(bits);
            let text = match style {
                0 => format!("{x}"),
                1 => format!("{x:e}"),
                2 => format!("{:.digits$}", x % 1e9),
                3 => format!("{:.digits$e}", (bits as f64 / 1e18) * 10f64.powi(bits as i32 % 30)),
                _ => format!("{}", bits >> (3 * digits)),
            };
            let expected: f64 = text.parse().unwrap();
            let (value, end) = number(&padded(&text), 0).unwrap();
            prop_assert_eq!(end, text.len());
            let line = padded(&format!("{text}\n"));
            let mut stops = Stops::default();
            if let Some((same, used)) = decimal_line(&line, 0, stops.find(&[&line[..], &[0; 64]].concat())) {
                prop_assert_eq!(same.to_bits(), value.to_bits());
                prop_assert_eq!(used, text.bytes().filter(|b| !b.is_ascii_digit()).count() + 1);
            }
            prop_assert!(value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan(), "{}", text);
        }
    }
}
