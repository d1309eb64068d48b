//! Values as text: `toString`, and `print` with a format.

use std::fmt::Write;

use super::{Mismatch, Scalar, format_double};

/// The options of `toString`.
#[derive(Clone, Debug, PartialEq)]
pub struct ToString<'a> {
    /// At most so many rows are shown.
    pub rows: usize,
    /// At most so many columns are shown.
    pub cols: usize,
    /// So many digits follow the point.
    pub decimal: usize,
    /// Show lines `i j v` of the nonzeros (1-based) in place of the whole matrix.
    pub sparse: bool,
    /// Stands between the values of a row.
    pub sep: &'a str,
    /// Ends each row.
    pub linesep: &'a str,
}

impl ToString<'_> {
    /// Bytes that the text of a rows x cols matrix has at most, whose finite cells are at most `largest` in magnitude.
    pub fn most_bytes(&self, rows: usize, cols: usize, nonzeros: u64, largest: f64) -> u64 {
        let (rows, cols) = (rows.min(self.rows) as u64, cols.min(self.cols) as u64);
        let (sep, end) = (self.sep.len() as u64, self.linesep.len() as u64);
        let digits = largest.max(1.0).log10() as u64 + 2;
        // A sign and a point, or `-Infinity`.
        let cell = (2 + digits + self.decimal.min(MOST_DECIMALS) as u64).max(9);
        let shown = rows.saturating_mul(cols);
        if self.sparse {
            let index = u64::from(rows.max(cols).max(1).ilog10()) + 1;
            return shown.min(nonzeros).saturating_mul(2 * (index + sep) + cell + end);
        }
        shown.saturating_mul(cell + sep).saturating_add(rows.saturating_mul(end))
    }
}

impl std::default::Default for ToString<'_> {
    fn default() -> Self {
        ToString { rows: 100, cols: 100, decimal: 3, sparse: false, sep: " ", linesep: "\n" }
    }
}

/// No double has use for more digits after the point (5e-324 has its first one here).
const MOST_DECIMALS: usize = 340;
/// Widths beyond this are taken for mistakes.
const MOST_WIDTH: usize = 10_000;

/// A rows x cols matrix of the cells `get(i, j)` (0-based) as text: whole, or its nonzeros if `options.sparse`.
pub fn matrix_to_string(rows: usize, cols: usize, get: impl Fn(usize, usize) -> f64, options: &ToString<'_>) -> String {
    let (rows, cols) = (rows.min(options.rows), cols.min(options.cols));
    if options.sparse {
        let cells = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j)));
        return nonzeros_to_string(cells.map(|(i, j)| (i, j, get(i, j))), options);
    }
    let mut text = String::new();
    for i in 0..rows {
        for j in 0..cols {
            if j > 0 {
                text.push_str(options.sep);
            }
            text.push_str(&cell(get(i, j), options.decimal));
        }
        text.push_str(options.linesep);
    }
    text
}

/// Cells (0-based row, column, value) as lines `i j v`; those that are 0 or beyond the shown rows and columns are left out.
pub fn nonzeros_to_string(cells: impl IntoIterator<Item = (usize, usize, f64)>, options: &ToString<'_>) -> String {
    let (mut text, sep) = (String::new(), options.sep);
    for (i, j, v) in cells {
        if i < options.rows && j < options.cols && v != 0.0 {
            let value = cell(v, options.decimal);
            write!(text, "{}{sep}{}{sep}{value}{}", i + 1, j + 1, options.linesep).expect("a string takes all text");
        }
    }
    text
}

/// So many digits after the point, halves of the exact value to even; behind the shortest digits that tell the number from
/// others stand zeros.
fn cell(x: f64, decimal: usize) -> String {
    if !x.is_finite() {
        return format_double(x);
    }
    // A zero shows no sign.
    let (x, decimal) = (x + 0.0, decimal.min(MOST_DECIMALS));
    // 15 digits are always shortest.
    if x.abs() >= 10f64.powi(15 - decimal as i32) {
        let shortest = x.to_string();
        let places = shortest.split_once('.').map_or(0, |(_, places)| places.len());
        if places <= decimal {
            let point = if places == 0 && decimal > 0 { "." } else { "" };
            return format!("{shortest}{point}{}", "0".repeat(decimal - places));
        }
    }
    format!("{x:.decimal$}")
}

/// The text of `print(format, arguments)`: `%[argument$][flags][width][.precision]conversion` with the flags `-`, `+`, ` `,
/// `0`, `,` and the conversions `d`, `x`, `o` (whole numbers), `f`, `e`, `g` (numbers), `s`, `b`, and `n` and `%` without
/// an argument.
/// Upper case letters give upper case text. Arguments too many are ignored. Halves of the shortest decimal digits of a
/// number round away from 0, as users of the language know it.
///
/// # Errors
/// E0506, with the position in `print`: 0 is the format.
pub fn format_printf(format: &str, args: &[Scalar]) -> Result<String, Mismatch> {
    let mut text = String::new();
    let mut rest = format;
    let mut next = 0;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let (spec, after) = Spec::parse(&rest[at..])?;
        rest = after;
        match spec.conversion {
            '%' => text.push_str(&spec.pad("%".into())),
            'n' => text.push('\n'),
            _ => {
                let position = spec.argument.unwrap_or_else(|| {
                    next += 1;
                    next
                });
                let Some(value) = position.checked_sub(1).and_then(|i| args.get(i)) else {
                    return Err(bad(format!("the format needs {position} arguments and has {}", args.len()))
                        .label(0, format!("`{}` has no argument", spec.text)));
                };
                text.push_str(&spec.pad(spec.show(value, position)?));
            }
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn bad(message: impl Into<String>) -> Mismatch {
    Mismatch::new("E0506", message)
}

/// A conversion of a format.
struct Spec<'a> {
    text: &'a str,
    /// Which argument (from 1), if the format says so.
    argument: Option<usize>,
    left: bool,
    plus: bool,
    space: bool,
    zero: bool,
    /// Commas between groups of three digits.
    grouped: bool,
    width: usize,
    precision: Option<usize>,
    upper: bool,
    /// In lower case.
    conversion: char,
}

impl<'a> Spec<'a> {
    /// The conversion that the text begins with, and the text after it.
    fn parse(text: &'a str) -> Result<(Spec<'a>, &'a str), Mismatch> {
        let mut s = &text[1..];
        let mut spec = Spec {
            text,
            argument: None,
            left: false,
            plus: false,
            space: false,
            zero: false,
            grouped: false,
            width: 0,
            precision: None,
            upper: false,
            conversion: '%',
        };
        if let (Some(n), after) = leading_number(s)?
            && let Some(after) = after.strip_prefix('$')
        {
            (spec.argument, s) = (Some(n), after);
        }
        while let Some(flag) = s.chars().next().filter(|c| "-+ 0,".contains(*c)) {
            match flag {
                '-' => spec.left = true,
                '+' => spec.plus = true,
                ' ' => spec.space = true,
                ',' => spec.grouped = true,
                _ => spec.zero = true,
            }
            s = &s[1..];
        }
        let (width, mut s) = leading_number(s)?;
        spec.width = width.unwrap_or(0);
        if let Some(after) = s.strip_prefix('.') {
            (spec.precision, s) = leading_number(after)?;
            if spec.precision.is_none_or(|p| p > MOST_DECIMALS) {
                return Err(bad(format!("the precision of a format is a number up to {MOST_DECIMALS}"))
                    .label(0, format!("in `{}`", head(text))));
            }
        }
        let Some(letter) = s.chars().next() else {
            return Err(bad("the format ends within a conversion").label(0, format!("`{text}` has no letter")));
        };
        spec.upper = letter.is_ascii_uppercase();
        spec.conversion = letter.to_ascii_lowercase();
        let after = &s[letter.len_utf8()..];
        spec.text = &text[..text.len() - after.len()];
        if !"dxofegsbn%".contains(spec.conversion) || spec.upper && "dofn".contains(spec.conversion) {
            return Err(bad(format!("a format knows no conversion `{}`", spec.text))
                .label(0, "%d, %x, %o, %f, %e, %g, %s, %b, %n or %%")
                .help("write `%%` for a percent sign"));
        }
        Ok((spec, after))
    }

    /// The text of an argument, before it is padded; `position` is that in `print`.
    fn show(&self, value: &Scalar, position: usize) -> Result<String, Mismatch> {
        let misfit = |needs: &str| {
            bad(format!("`{}` needs {needs}", self.text)).label(position, format!("this is {} ({value})", value.ty()))
        };
        let text = match self.conversion {
            'd' | 'x' | 'o' => {
                let n = value.as_i64().ok_or_else(|| {
                    misfit("a whole number").help("write `%f` for a number with a fraction, or `as.integer(x)`")
                })?;
                match self.conversion {
                    'd' => self.signed(n < 0, n.unsigned_abs().to_string(), true),
                    // Of a negative number its 64 bits.
                    'x' => self.signed(false, format!("{n:x}"), true),
                    _ => self.signed(false, format!("{n:o}"), true),
                }
            }
            'f' | 'e' | 'g' => {
                let x = value.as_f64().ok_or_else(|| misfit("a number").help("write `%s` for a text"))?;
                self.number(x)
            }
            'b' => value.as_bool().ok_or_else(|| misfit("a truth value"))?.to_string(),
            _ => {
                let whole = match value {
                    Scalar::Bool(b) => b.to_string(),
                    other => other.to_string(),
                };
                whole.chars().take(self.precision.unwrap_or(usize::MAX)).collect()
            }
        };
        Ok(if self.upper { text.to_uppercase() } else { text })
    }

    fn number(&self, x: f64) -> String {
        let negative = x < 0.0;
        if !x.is_finite() {
            return self.signed(negative, format_double(x.abs()), false);
        }
        let precision = self.precision.unwrap_or(6);
        let digits = Digits::of(x);
        let text = match self.conversion {
            'f' => digits.fixed(precision),
            'e' => digits.scientific(precision),
            _ => digits.general(precision.max(1)),
        };
        self.signed(negative, text, true)
    }

    /// With its sign, and zeros up to the width if asked for.
    fn signed(&self, negative: bool, magnitude: String, may_pad: bool) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        let magnitude = if self.grouped && may_pad { grouped(&magnitude) } else { magnitude };
        let zeros = if self.zero && may_pad { self.width.saturating_sub(sign.len() + magnitude.len()) } else { 0 };
        format!("{sign}{}{magnitude}", "0".repeat(zeros))
    }

    fn pad(&self, text: String) -> String {
        let blanks = " ".repeat(self.width.saturating_sub(text.chars().count()));
        if self.left { text + &blanks } else { blanks + &text }
    }
}

/// With commas between groups of three digits before the point.
fn grouped(number: &str) -> String {
    let whole = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let mut text = String::new();
    for (i, c) in number.chars().enumerate() {
        if i > 0 && i < whole && (whole - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// The conversion at the beginning of a text, or what can be one.
fn head(text: &str) -> &str {
    &text[..text.char_indices().nth(12).map_or(text.len(), |(i, _)| i)]
}

fn leading_number(text: &str) -> Result<(Option<usize>, &str), Mismatch> {
    // A leading 0 is a flag.
    if text.starts_with('0') && text.as_bytes().get(1).is_some_and(|b| !b.is_ascii_alphabetic()) {
        return Ok((None, text));
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 {
        return Ok((None, text));
    }
    match text[..end].parse() {
        Ok(n) if n <= MOST_WIDTH => Ok((Some(n), &text[end..])),
        _ => {
            Err(bad(format!("a number in a format is at most {MOST_WIDTH}")).label(0, format!("not {}", &text[..end])))
        }
    }
}

/// The shortest decimal digits d1 d2 ... of |x| = 0.d1 d2 ... * 10^point.
struct Digits {
    digits: Vec<u8>,
    point: i32,
}

impl Digits {
    fn of(x: f64) -> Digits {
        let text = format!("{:e}", x.abs());
        let (mantissa, exponent) = text.split_once('e').expect("the exponent form has an exponent");
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        Digits { digits, point: exponent.parse::<i32>().expect("an exponent is a small number") + 1 }
    }

    /// Exactly `kept` digits, halves away from 0; a carry makes one more and moves the point.
    fn rounded(&self, kept: i32) -> Digits {
        let Ok(kept) = usize::try_from(kept) else { return Digits { digits: vec![], point: self.point } };
        let mut digits: Vec<u8> = self.digits.iter().copied().chain(std::iter::repeat(0)).take(kept).collect();
        if self.digits.get(kept).is_some_and(|&d| d >= 5) {
            for d in digits.iter_mut().rev() {
                *d = (*d + 1) % 10;
                if *d != 0 {
                    return Digits { digits, point: self.point };
                }
            }
            digits.insert(0, 1);
            return Digits { digits, point: self.point + 1 };
        }
        Digits { digits, point: self.point }
    }

    /// The digit of weight 10^(point - 1 - i) of all digits there could be.
    fn write(&self, from: i32, to: i32) -> String {
        let digit =
            |i: i32| usize::try_from(i).ok().and_then(|i| self.digits.get(i)).map_or('0', |d| (b'0' + d) as char);
        (from..to).map(digit).collect()
    }

    fn fixed(&self, precision: usize) -> String {
        let precision = precision as i32;
        let r = self.rounded(self.point + precision);
        let whole = if r.point <= 0 { "0".into() } else { r.write(0, r.point) };
        if precision == 0 { whole } else { format!("{whole}.{}", r.write(r.point, r.point + precision)) }
    }

    fn scientific(&self, precision: usize) -> String {
        let r = self.rounded(precision as i32 + 1);
        let is_zero = self.digits.iter().all(|&d| d == 0);
        let exponent = if is_zero { 0 } else { r.point - 1 };
        let point = if precision == 0 { "" } else { "." };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}{point}{}e{sign}{:02}", r.write(0, 1), r.write(1, precision as i32 + 1), exponent.abs())
    }

    /// Fixed from 1e-4 to 10^precision, else scientific; `precision` significant digits.
    fn general(&self, precision: usize) -> String {
        let r = self.rounded(precision as i32);
        let is_zero = self.digits.iter().all(|&d| d == 0);
        if is_zero {
            return self.fixed(precision - 1);
        }
        if (-3..=precision as i32).contains(&r.point) {
            self.fixed((precision as i32 - r.point) as usize)
        } else {
            self.scientific(precision - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_show_decimals_halves_to_even() {
        for (x, decimal, text) in [
            (1.0, 3, "1.000"),
            (0.0625, 3, "0.062"),
            (0.1875, 3, "0.188"),
            (2.0005, 3, "2.001"),
            (-0.0001, 3, "-0.000"),
            (-0.0, 3, "0.000"),
            (1e21, 3, "1000000000000000000000.000"),
            (0.0025, 3, "0.003"),
            (0.1235, 3, "0.123"),
            (1000.0625, 3, "1000.062"),
            (0.5, 0, "0"),
            (1.5, 0, "2"),
            (-0.5, 0, "-0"),
            (100.0, 0, "100"),
            (1.23456, 5, "1.23456"),
            (123456789.123456, 10, "123456789.1234560000"),
            (0.1, 20, "0.10000000000000000000"),
            (-1e22, 2, "-10000000000000000000000.00"),
            (1.5e17, 0, "150000000000000000"),
            (1.0 / 3.0, 18, "0.333333333333333300"),
            (f64::NAN, 3, "NaN"),
            (f64::NEG_INFINITY, 3, "-Infinity"),
        ] {
            assert_eq!(cell(x, decimal), text, "{x} with {decimal}");
        }
        assert_eq!(cell(1.5, 1 << 40).len(), 342);
    }

    #[test]
    fn matrices_as_text() {
        let get = |i: usize, j: usize| if i == j { (i + 1) as f64 } else { 0.0 };
        let options = ToString::default();
        assert_eq!(matrix_to_string(2, 3, get, &options), "1.000 0.000 0.000\n0.000 2.000 0.000\n");
        assert_eq!(matrix_to_string(2, 0, get, &options), "\n\n");
        let narrow = ToString { rows: 1, cols: 2, sep: ", ", linesep: ";", ..options.clone() };
        assert_eq!(matrix_to_string(2, 3, get, &narrow), "1.000, 0.000;");
        assert_eq!(matrix_to_string(2, 3, get, &ToString { sparse: true, ..options }), "1 1 1.000\n2 2 2.000\n");
        assert_eq!(matrix_to_string(200, 150, get, &ToString::default()).lines().count(), 100);
    }

    #[test]
    fn formats() {
        let s = |t: &str| Scalar::from(t);
        for (format, args, text) in [
            ("a%%b", vec![], "a%b"),
            ("%d|%5d|%-5d|%05d|%+d", [7i64; 5].map(Scalar::Int).to_vec(), "7|    7|7    |00007|+7"),
            ("%d", vec![Scalar::Double(-3.0)], "-3"),
            ("%05d", vec![Scalar::Int(-42)], "-0042"),
            ("%f %.0f %.2f", vec![1.0.into(), 2.5.into(), 1.005.into()], "1.000000 3 1.01"),
            ("%.2f %.2f %.1f", vec![0.125.into(), 0.005.into(), 0.04.into()], "0.13 0.01 0.0"),
            ("%.1f %.0f %.3f", vec![9.95.into(), 99.5.into(), 1e21.into()], "10.0 100 1000000000000000000000.000"),
            ("%8.3f|%-8.3f|%08.3f", [-3.2468; 3].map(Scalar::Double).to_vec(), "  -3.247|-3.247  |-003.247"),
            ("%f %5f %f", vec![f64::NAN.into(), f64::INFINITY.into(), (-0.0).into()], "NaN Infinity 0.000000"),
            ("%e %.2E %e", vec![12345.678.into(), 1e-10.into(), 0.0.into()], "1.234568e+04 1.00E-10 0.000000e+00"),
            ("%g %g %g", vec![12345.678.into(), 0.00001.into(), 1e7.into()], "12345.7 1.00000e-05 1.00000e+07"),
            ("%s %s %s", vec![1e10.into(), Scalar::Int(3), true.into()], "1.0E10 3 true"),
            (
                "%b %B %5s|%-5s|%.2s",
                vec![true.into(), 0i64.into(), s("ab"), s("ab"), s("äöü")],
                "true FALSE    ab|ab   |äö",
            ),
            ("%2$s %1$s%n", vec![s("a"), s("b")], "b a\n"),
            ("%s", vec![s("x"), s("ignored")], "x"),
            ("%,d %,.1f %,d", vec![Scalar::Int(-1234567), 1234.56.into(), Scalar::Int(123)], "-1,234,567 1,234.6 123"),
            ("%x %X %o %x", [255, 255, 8, -1].map(Scalar::Int).to_vec(), "ff FF 10 ffffffffffffffff"),
            ("%.3f %.2f %g", vec![(-0.0001).into(), 2.345.into(), 0.0001.into()], "-0.000 2.35 0.000100000"),
        ] {
            assert_eq!(format_printf(format, &args).unwrap(), text, "{format}");
        }
    }

    #[test]
    fn mistakes_in_formats() {
        for (format, args) in [
            ("%d %d", vec![Scalar::Int(1)]),
            ("%d", vec![Scalar::Double(1.5)]),
            ("%d", vec![Scalar::Double(f64::NAN)]),
            ("%f", vec![Scalar::from("text")]),
            ("%b", vec![Scalar::from("text")]),
            ("%q", vec![Scalar::Int(1)]),
            ("100%", vec![]),
            ("%ü", vec![Scalar::Int(1)]),
            ("%99999999999999999999999d", vec![Scalar::Int(1)]),
            ("%.999f", vec![Scalar::Int(1)]),
            ("%0$d", vec![Scalar::Int(1)]),
        ] {
            assert_eq!(format_printf(format, &args).unwrap_err().code, "E0506", "{format}");
        }
    }
}
