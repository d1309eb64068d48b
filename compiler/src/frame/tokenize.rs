//! `tokenize(F, spec, max_tokens)`: the tokens of documents, one document a row.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::encode::hash;
use super::json::Json;
use super::lambda::Pattern;
use super::spec::column_of;
use super::{Column, Frame, Place};
use crate::ops::Mismatch;
use lac_grammar::diagnostic::did_you_mean;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    pattern: Pattern,
    /// Tokens of so many words; of one only, without n-grams.
    grams: std::ops::RangeInclusive<usize>,
    out: Out,
    ids: Vec<usize>,
    text: usize,
    wide: bool,
    padding: bool,
}

#[derive(Clone, Debug)]
enum Out {
    Count { sorted: bool },
    Position,
    Hash { features: u32 },
}

#[derive(Clone, Debug)]
struct Token {
    text: Arc<str>,
    /// Of its first character, from 1.
    at: i64,
}

const KEYS: &[&str] =
    &["algo", "algo_params", "out", "out_params", "id_cols", "tokenize_col", "format_wide", "apply_padding"];

fn wrong(message: impl Into<String>) -> Mismatch {
    Mismatch::new("E0514", message)
}

impl Tokenizer {
    /// # Errors
    /// E0520 for a column that there is not, E0514 for what is wrong with the specification itself.
    pub fn parse(text: &str, names: &[Arc<str>]) -> Result<Tokenizer, Mismatch> {
        let json = Json::parse(text)?;
        let Json::Object(fields) = &json else {
            return Err(wrong(format!("a specification is an object {{...}}, not {}", json.kind())));
        };
        if let Some((key, _)) = fields.iter().find(|(key, _)| !KEYS.contains(&key.as_str())) {
            let error = wrong(format!("a specification of tokens has no key \"{key}\""));
            return Err(match did_you_mean(key, KEYS.iter().copied()) {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error.help(format!("the keys are {}", KEYS.join(", "))),
            });
        }
        let ids = match json.get("id_cols") {
            None => vec![],
            Some(Json::Array(items)) => {
                items.iter().map(|i| column_of("id_cols", i, names)).collect::<Result<_, _>>()?
            }
            Some(one) => vec![column_of("id_cols", one, names)?],
        };
        let column = json.get("tokenize_col").ok_or_else(|| wrong("\"tokenize_col\" names the column of texts"))?;
        let parameter = |group: &str, key: &str| json.get(group).and_then(|g| g.get(key)).cloned();
        let flag = |key: &str| json.get(key).and_then(Json::truth).unwrap_or(false);
        let regex = parameter("algo_params", "regex").and_then(|r| r.text()).unwrap_or_else(|| r"\W+".into());
        let size = |key: &str, usual: usize| match parameter("algo_params", key) {
            None => Ok(usual),
            Some(n) => n
                .number()
                .filter(|n| *n >= 1.0)
                .map(|n| n as usize)
                .ok_or_else(|| wrong(format!("\"{key}\" is 1 or more"))),
        };
        let grams = match json.get("algo").and_then(Json::text).as_deref() {
            None | Some("split") => 1..=1,
            Some("ngram") => size("min_gram", 1)?..=size("max_gram", 2)?,
            Some(other) => {
                return Err(
                    wrong(format!("there is no algorithm \"{other}\"")).help("the algorithms are split and ngram")
                );
            }
        };
        let out = match json.get("out").and_then(Json::text).as_deref() {
            None | Some("count") => {
                Out::Count { sorted: parameter("out_params", "sort_alpha").and_then(|s| s.truth()).unwrap_or(false) }
            }
            Some("position") => Out::Position,
            Some("hash") => {
                let n = parameter("out_params", "num_features").map_or(Some(1_048_573.0), |n| n.number());
                let n = n.filter(|n| (1.0..=f64::from(u32::MAX)).contains(n));
                Out::Hash { features: n.ok_or_else(|| wrong("\"num_features\" is a number, 1 or more"))? as u32 }
            }
            Some(other) => {
                let error = wrong(format!("tokens are not put out as \"{other}\""));
                return Err(error.help("write count, position or hash"));
            }
        };
        let wide = flag("format_wide");
        if wide && matches!(out, Out::Count { .. }) {
            return Err(wrong("counts have no wide format").help("write \"out\": \"hash\" or \"position\""));
        }
        Ok(Tokenizer {
            pattern: Pattern::new(&regex).map_err(wrong)?,
            grams,
            out,
            ids,
            text: column_of("tokenize_col", column, names)?,
            wide,
            padding: flag("apply_padding"),
        })
    }

    /// At most so many tokens of each document: a row for each, or a row for each document.
    pub fn apply(&self, f: &Frame, most: usize) -> Frame {
        let documents: Vec<Vec<Token>> = (0..f.rows()).map(|i| self.tokens(f, i)).collect();
        if self.wide { self.apply_wide(f, &documents, most) } else { self.apply_long(f, &documents, most) }
    }

    fn tokens(&self, f: &Frame, i: usize) -> Vec<Token> {
        let Some(text) = f.text(i, self.text) else { return vec![] };
        let parts = self.pattern.split(&text, 0).into_iter().filter(|(_, part)| !part.is_empty());
        let words: Vec<Token> = parts
            .map(|(byte, part)| Token { text: part.into(), at: text[..byte].chars().count() as i64 + 1 })
            .collect();
        let gram = |n: usize, words: &[Token]| match n {
            1 => words[0].clone(),
            _ => {
                let quoted: Vec<String> = words.iter().map(|w| format!("'{}'", w.text)).collect();
                Token { text: format!("({})", quoted.join(", ")).into(), at: words[0].at }
            }
        };
        self.grams.clone().flat_map(|n| words.windows(n).map(move |w| gram(n, w)).collect::<Vec<_>>()).collect()
    }

    /// The columns of a document's tokens: two cells each.
    fn cells(&self, tokens: &[Token]) -> Vec<(i64, Arc<str>)> {
        match &self.out {
            Out::Position => tokens.iter().map(|t| (t.at, t.text.clone())).collect(),
            Out::Count { sorted } => {
                let mut counts: HashMap<&str, i64> = HashMap::new();
                let mut order: Vec<Arc<str>> = vec![];
                for t in tokens {
                    let n = counts.entry(&t.text).or_insert(0);
                    if *n == 0 {
                        order.push(t.text.clone());
                    }
                    *n += 1;
                }
                if *sorted {
                    order.sort();
                }
                order.into_iter().map(|t| (counts[&*t], t)).collect()
            }
            Out::Hash { features } => {
                let buckets = buckets(tokens, *features);
                buckets.into_iter().map(|(bucket, n)| (n, (bucket + 1).to_string().into())).collect()
            }
        }
    }

    fn apply_long(&self, f: &Frame, documents: &[Vec<Token>], most: usize) -> Frame {
        let (mut rows, mut numbers, mut texts) = (vec![], vec![], vec![]);
        for (i, tokens) in documents.iter().enumerate() {
            let mut cells = self.cells(tokens);
            cells.truncate(most);
            if self.padding {
                let nothing = if matches!(self.out, Out::Position) { -1 } else { 0 };
                cells.resize(most, (nothing, "".into()));
            }
            for (number, text) in cells {
                rows.push(i);
                numbers.push(number);
                texts.push(Some(text));
            }
        }
        let n = rows.len();
        let ids = f.part(&Place::Each(rows), &Place::Each(self.ids.clone()));
        let mut columns: Vec<Column> = ids.columns().iter().map(|c| as_text(c)).collect();
        let (numbers, texts) = (Column::Int(numbers), Column::Text(texts));
        match self.out {
            Out::Position => columns.extend([numbers, texts]),
            Out::Count { .. } => columns.extend([texts, numbers]),
            Out::Hash { .. } => {
                let buckets = texts.cast(crate::ops::ScalarType::Int).unwrap_or(texts);
                columns.extend([buckets, numbers]);
            }
        }
        Frame::unnamed(n, columns)
    }

    fn apply_wide(&self, f: &Frame, documents: &[Vec<Token>], most: usize) -> Frame {
        let n = f.rows();
        let ids = f.part(&Place::Range(0..n), &Place::Each(self.ids.clone()));
        let mut columns: Vec<Column> = ids.columns().iter().map(|c| as_text(c)).collect();
        match &self.out {
            Out::Hash { features } => {
                let counts: Vec<BTreeMap<u32, i64>> = documents.iter().map(|t| buckets(t, *features)).collect();
                // As wide as told: buckets that there are not are empty.
                let width = if most > u32::MAX as usize { *features } else { most as u32 };
                let of = |k: u32| Column::Int(counts.iter().map(|c| c.get(&k).copied().unwrap_or(0)).collect());
                columns.extend((0..width).map(of));
            }
            _ => {
                let of = |k: usize| Column::Text(documents.iter().map(|t| t.get(k).map(|t| t.text.clone())).collect());
                columns.extend((0..most).map(of));
            }
        }
        Frame::unnamed(n, columns)
    }
}

fn as_text(column: &Column) -> Column {
    Column::Text((0..column.len()).map(|i| column.text(i)).collect())
}

fn buckets(tokens: &[Token], features: u32) -> BTreeMap<u32, i64> {
    let mut counts = BTreeMap::new();
    for t in tokens {
        *counts.entry(hash(&t.text).rem_euclid(i64::from(features)) as u32).or_insert(0) += 1;
    }
    counts
}
