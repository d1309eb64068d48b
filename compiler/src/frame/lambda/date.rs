//! Dates of texts.

/// The milliseconds from 1970-01-01 to a date, by a pattern of Java: y, M, d, H, m, s, S stand for years to milliseconds in
/// UTC, what is not letters for itself. What the pattern does not tell is as in 1970-01-01 00:00.
///
/// # Errors
/// What does not fit.
pub(super) fn milliseconds(text: &str, pattern: &str) -> Result<i64, String> {
    let no_date = || format!("\"{text}\" is no date of the form {pattern}");
    let mut parts: [i64; 7] = [1970, 1, 1, 0, 0, 0, 0];
    let mut rest = text;
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if !letter.is_ascii_alphabetic() {
            rest = rest.strip_prefix(letter).ok_or_else(no_date)?;
            continue;
        }
        let mut width = 1;
        while letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        let part = "yMdHmsS".find(letter).ok_or_else(|| format!("dates have no part \"{letter}\""))?;
        // Digits are taken by their number only where digits follow.
        let most = if letters.peek().is_some_and(char::is_ascii_alphabetic) { width } else { usize::MAX };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        parts[part] = rest[..digits].parse().map_err(|_| no_date())?;
        rest = &rest[digits..];
    }
    let [year, month, day, hour, minute, second, milli] = parts;
    // More than twelve months are years.
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    if year.abs() > 1_000_000 || parts.iter().any(|p| p.abs() > 1_000_000_000_000) {
        return Err(no_date());
    }
    let seconds = ((days(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second;
    Ok(seconds * 1000 + milli)
}

/// From 1970-01-01 to the first day of a month. Years begin in March here, so that the day of a leap year is the last.
fn days(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn dates() {
        for (text, pattern, expected) in [
            ("1970-01-01", "yyyy-MM-dd", 0),
            ("2020-01-02", "yyyy-MM-dd", 1_577_923_200_000),
            ("29/02/2000 12:30", "dd/MM/yyyy HH:mm", 951_827_400_000),
            ("20210304", "yyyyMMdd", 1_614_816_000_000),
        ] {
            assert_eq!(milliseconds(text, pattern), Ok(expected), "{text}");
        }
        assert!(milliseconds("soon", "yyyy").is_err());
        assert!(milliseconds("1", "Q").is_err());
    }
}
