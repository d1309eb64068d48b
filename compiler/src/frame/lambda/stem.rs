//! Stems of English words: M. F. Porter, "An algorithm for suffix stripping", Program 14 (3), 1980.

/// A word without its suffixes. What is not made of letters a to z (or A to Z, which count as consonants) stays as it is.
pub(super) fn stem(word: &str) -> String {
    if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return word.to_string();
    }
    let mut w = Word(word.as_bytes().to_vec());
    w.plurals();
    w.pasts();
    if w.ends("y") && w.has_vowel(w.0.len() - 1) {
        w.swap("y", "i");
    }
    w.first_of(STEP_2, 0);
    w.first_of(STEP_3, 0);
    w.step_4();
    w.step_5();
    String::from_utf8(w.0).unwrap_or_default()
}

struct Word(Vec<u8>);

const STEP_2: &[(&str, &str)] = &[
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("logi", "log"),
];

const STEP_3: &[(&str, &str)] =
    &[("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

const STEP_4: &[&str] = &[
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
];

impl Word {
    fn ends(&self, suffix: &str) -> bool {
        self.0.ends_with(suffix.as_bytes())
    }

    fn swap(&mut self, suffix: &str, by: &str) {
        self.0.truncate(self.0.len() - suffix.len());
        self.0.extend(by.as_bytes());
    }

    fn is_consonant(&self, i: usize) -> bool {
        match self.0[i] {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => i == 0 || !self.is_consonant(i - 1),
            _ => true,
        }
    }

    /// The number of sequences of a vowel and a consonant in the first n letters.
    fn measure(&self, n: usize) -> usize {
        (1..n).filter(|&i| self.is_consonant(i) && !self.is_consonant(i - 1)).count()
    }

    fn has_vowel(&self, n: usize) -> bool {
        (0..n).any(|i| !self.is_consonant(i))
    }

    fn doubled(&self) -> bool {
        let n = self.0.len();
        n >= 2 && self.0[n - 1] == self.0[n - 2] && self.is_consonant(n - 1)
    }

    /// The first n letters end in consonant, vowel, consonant, and the last is none of w, x, y.
    fn is_short(&self, n: usize) -> bool {
        n >= 3
            && self.is_consonant(n - 1)
            && !self.is_consonant(n - 2)
            && self.is_consonant(n - 3)
            && !b"wxy".contains(&self.0[n - 1])
    }

    fn plurals(&mut self) {
        for (suffix, by) in [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")] {
            if self.ends(suffix) {
                return self.swap(suffix, by);
            }
        }
    }

    fn pasts(&mut self) {
        if self.ends("eed") {
            if self.measure(self.0.len() - 3) > 0 {
                self.swap("eed", "ee");
            }
            return;
        }
        let Some(suffix) = ["ed", "ing"].into_iter().find(|s| self.ends(s)) else { return };
        if !self.has_vowel(self.0.len() - suffix.len()) {
            return;
        }
        self.swap(suffix, "");
        let n = self.0.len();
        if ["at", "bl", "iz"].iter().any(|s| self.ends(s)) || self.measure(n) == 1 && self.is_short(n) {
            self.0.push(b'e');
        } else if self.doubled() && !b"lsz".contains(&self.0[n - 1]) {
            self.0.pop();
        }
    }

    /// The longest suffix of a table, if more than `least` sequences stand before it.
    fn first_of(&mut self, table: &[(&str, &str)], least: usize) {
        let longest = table.iter().filter(|(s, _)| self.ends(s)).max_by_key(|(s, _)| s.len());
        if let Some((suffix, by)) = longest
            && self.measure(self.0.len() - suffix.len()) > least
        {
            self.swap(suffix, by);
        }
    }

    fn step_4(&mut self) {
        let Some(suffix) = STEP_4.iter().filter(|s| self.ends(s)).max_by_key(|s| s.len()) else { return };
        let n = self.0.len() - suffix.len();
        let fits = *suffix != "ion" || n > 0 && b"st".contains(&self.0[n - 1]);
        if fits && self.measure(n) > 1 {
            self.0.truncate(n);
        }
    }

    fn step_5(&mut self) {
        let n = self.0.len() - 1;
        if self.ends("e") && (self.measure(n) > 1 || self.measure(n) == 1 && !self.is_short(n)) {
            self.0.pop();
        }
        if self.ends("ll") && self.measure(self.0.len()) > 1 {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn stems_of_the_paper() {
        for (word, stem) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("ties", "ti"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("hopping", "hop"),
            ("relational", "relat"),
            ("generalizations", "gener"),
            ("oscillators", "oscil"),
            ("adoption", "adopt"),
            ("rate", "rate"),
            ("cease", "ceas"),
            ("roll", "roll"),
            ("happy", "happi"),
            ("sky", "sky"),
        ] {
            assert_eq!(super::stem(word), stem, "{word}");
        }
    }
}
