//! What a transform specification says of the columns of a frame.

use std::sync::Arc;

use super::json::Json;
use crate::ops::Mismatch;
use lac_grammar::diagnostic::did_you_mean;

/// What is done with each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    pub columns: Vec<Rule>,
}

/// What is done with a column, from its missing cells to its columns in the result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    pub impute: Option<Impute>,
    /// Rows without a cell in it are left out.
    pub omit: bool,
    pub code: Code,
    /// A column for each code, 1 in that of a row's.
    pub dummy: bool,
    /// The row of an embedding for each code.
    pub embed: bool,
    /// A column for each word of its texts: how often it occurs.
    pub words: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Code {
    /// The numbers as they are.
    #[default]
    Plain,
    /// Distinct cells are counted from 1, in the order of their first appearance.
    Recode,
    Bin {
        count: usize,
        by: Binning,
    },
    /// One of so many by its hash.
    Hash(u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binning {
    /// Bins as wide as each other.
    Width,
    /// Bins with as many cells as each other.
    Height,
}

/// What stands for missing cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Impute {
    Mean,
    Mode,
    Constant(String),
}

const KEYS: &[&str] = &[
    "ids",
    "recode",
    "dummycode",
    "bin",
    "impute",
    "omit",
    "hash",
    "K",
    "word_embedding",
    "bag_of_words",
    "udf",
    "scale",
];

fn wrong(message: impl Into<String>) -> Mismatch {
    Mismatch::new("E0514", message)
}

impl Spec {
    /// Of a frame whose columns have these names.
    ///
    /// # Errors
    /// E0520 for a column that there is not, E0514 for what is wrong with the specification itself.
    pub fn parse(text: &str, names: &[Arc<str>]) -> Result<Spec, Mismatch> {
        let json = Json::parse(text)?;
        let Json::Object(fields) = &json else {
            let message = format!("a specification is an object {{...}}, not {}", json.kind());
            return Err(wrong(message).help("write `{\"ids\": true, \"recode\": [1, 2]}`"));
        };
        for (key, _) in fields {
            if !KEYS.contains(&key.as_str()) {
                let error = wrong(format!("a specification has no key \"{key}\""));
                return Err(match did_you_mean(key, KEYS.iter().copied()) {
                    Some(near) => error.help(format!("did you mean \"{near}\"?")),
                    None => error.help(format!("the keys are {}", KEYS.join(", "))),
                });
            }
        }
        for key in ["udf", "scale"] {
            if json.get(key).is_some() {
                return Err(wrong(format!("\"{key}\" is not supported")).help("apply functions to the encoded matrix"));
            }
        }
        let mut reader = Fields { json: &json, names, columns: vec![Rule::default(); names.len()] };
        reader.read()?;
        Ok(Spec { columns: reader.columns })
    }
}

struct Fields<'a> {
    json: &'a Json,
    names: &'a [Arc<str>],
    columns: Vec<Rule>,
}

impl Fields<'_> {
    fn read(&mut self) -> Result<(), Mismatch> {
        for j in self.listed("recode")? {
            self.columns[j].code = Code::Recode;
        }
        for j in self.listed("word_embedding")? {
            self.code(j, Code::Recode)?;
            self.columns[j].embed = true;
        }
        for j in self.listed("bag_of_words")? {
            if self.columns[j].code != Code::Plain {
                return Err(self.twice(
                    j,
                    "bag_of_words",
                    if self.columns[j].embed { "word_embedding" } else { "recode" },
                ));
            }
            self.columns[j].code = Code::Recode;
            self.columns[j].words = true;
        }
        let hashed = self.listed("hash")?;
        if !hashed.is_empty() {
            let k = self.json.get("K").and_then(Json::number).filter(|k| *k >= 1.0 && *k <= f64::from(u32::MAX));
            let k = k.ok_or_else(|| wrong("\"hash\" needs a number \"K\" of buckets, 1 or more"))?;
            for j in hashed {
                self.code(j, Code::Hash(k as u32))?;
            }
        }
        self.bins()?;
        for j in self.listed("dummycode")? {
            let rule = &mut self.columns[j];
            rule.dummy = true;
            if rule.code == Code::Plain {
                rule.code = Code::Recode;
            }
            let other = if rule.embed { "word_embedding" } else { "bag_of_words" };
            if rule.embed || rule.words {
                return Err(self.twice(j, "dummycode", other));
            }
        }
        self.imputes()?;
        for j in self.listed("omit")? {
            self.columns[j].omit = true;
            if self.columns[j].impute.is_some() {
                return Err(self.twice(j, "omit", "impute"));
            }
        }
        Ok(())
    }

    fn twice(&self, j: usize, a: &str, b: &str) -> Mismatch {
        wrong(format!("column {} ({}) is listed by both \"{a}\" and \"{b}\"", j + 1, self.names[j]))
    }

    fn code(&mut self, j: usize, code: Code) -> Result<(), Mismatch> {
        let name = |code: &Code| match code {
            Code::Bin { .. } => "bin",
            Code::Hash(_) => "hash",
            _ => "recode",
        };
        let before = &self.columns[j].code;
        if *before != Code::Plain && *before != code {
            return Err(self.twice(j, name(before), name(&code)));
        }
        self.columns[j].code = code;
        Ok(())
    }

    /// The columns that a key lists.
    fn listed(&self, key: &str) -> Result<Vec<usize>, Mismatch> {
        let items = match self.json.get(key) {
            None => return Ok(vec![]),
            // As it was written once.
            Some(object @ Json::Object(_)) => object.get("attributes").or_else(|| object.get("ids")),
            Some(list) => Some(list),
        };
        match items {
            Some(Json::Array(items)) => items.iter().map(|item| self.column(key, item)).collect(),
            Some(single @ (Json::Number(_) | Json::Text(_))) => Ok(vec![self.column(key, single)?]),
            other => {
                let found = other.map_or("something else", Json::kind);
                Err(wrong(format!("\"{key}\" is a list of columns, not {found}"))
                    .help(format!("write `{key}: [1, 2]`")))
            }
        }
    }

    /// A column by its position or name.
    fn column(&self, key: &str, item: &Json) -> Result<usize, Mismatch> {
        let ids = self.json.get("ids").and_then(Json::truth).unwrap_or(false);
        let named = item.text().and_then(|name| self.names.iter().position(|n| **n == name));
        let number = item.number();
        let place = number.filter(|x| x.fract() == 0.0 && *x >= 1.0 && *x <= self.names.len() as f64);
        match (named, place) {
            (Some(j), _) if !ids => Ok(j),
            (_, Some(place)) => Ok(place as usize - 1),
            (Some(j), _) => Ok(j),
            _ => Err(missing(key, item, self.names)),
        }
    }

    /// The objects of a key, each with its column.
    fn objects(&self, key: &str) -> Result<Vec<(usize, &Json)>, Mismatch> {
        let items = match self.json.get(key) {
            None => return Ok(vec![]),
            Some(Json::Array(items)) => items,
            Some(other) => return Err(wrong(format!("\"{key}\" is a list of objects, not {}", other.kind()))),
        };
        let mut found = vec![];
        for item in items {
            let Json::Object(fields) = item else {
                return Err(wrong(format!("\"{key}\" is a list of objects, and has {}", Json::kind(item))));
            };
            let known = ["id", "name", "method", "numbins", "value", "quantile"];
            if let Some((unknown, _)) = fields.iter().find(|(k, _)| !known.contains(&k.as_str())) {
                return Err(wrong(format!("\"{key}\" has no field \"{unknown}\"")));
            }
            let column = item.get("id").or_else(|| item.get("name"));
            let column = column.ok_or_else(|| wrong(format!("\"{key}\": an object lacks its column \"id\"")))?;
            found.push((self.column(key, column)?, item));
        }
        Ok(found)
    }

    fn bins(&mut self) -> Result<(), Mismatch> {
        let mut found = vec![];
        for (j, object) in self.objects("bin")? {
            let by = match object.get("method").and_then(Json::text).as_deref() {
                None | Some("equi-width") => Binning::Width,
                Some("equi-height" | "equi-height-approx") => Binning::Height,
                Some(other) => {
                    return Err(wrong(format!("\"bin\" knows no method \"{other}\""))
                        .help("the methods are equi-width and equi-height"));
                }
            };
            let count = match object.get("numbins") {
                None => 1.0,
                Some(n) => n.number().unwrap_or(f64::NAN),
            };
            if !(1.0..=1e9).contains(&count) || count.fract() != 0.0 {
                return Err(wrong("\"numbins\" of \"bin\" is a whole number, 1 or more"));
            }
            found.push((j, Code::Bin { count: count as usize, by }));
        }
        found.into_iter().try_for_each(|(j, code)| self.code(j, code))
    }

    fn imputes(&mut self) -> Result<(), Mismatch> {
        let mut found = vec![];
        for (j, object) in self.objects("impute")? {
            let by = match object.get("method").and_then(Json::text).as_deref() {
                Some("global_mean") => Impute::Mean,
                Some("global_mode") => Impute::Mode,
                Some("constant") => {
                    let value = object.get("value").and_then(Json::text);
                    Impute::Constant(value.ok_or_else(|| wrong("\"impute\" by a constant needs a \"value\""))?)
                }
                other => {
                    let error = wrong(format!("\"impute\" knows no method \"{}\"", other.unwrap_or("")));
                    return Err(error.help("the methods are global_mean, global_mode and constant"));
                }
            };
            found.push((j, by));
        }
        for (j, by) in found {
            self.columns[j].impute = Some(by);
        }
        Ok(())
    }
}

/// A column by its position, or else by its name, 0-based.
///
/// # Errors
/// E0520 if there is none.
pub(super) fn column_of(key: &str, item: &Json, names: &[Arc<str>]) -> Result<usize, Mismatch> {
    let place = item.number().filter(|x| x.fract() == 0.0 && *x >= 1.0 && *x <= names.len() as f64);
    let named = item.text().and_then(|name| names.iter().position(|n| **n == name));
    place.map(|x| x as usize - 1).or(named).ok_or_else(|| missing(key, item, names))
}

/// E0520
fn missing(key: &str, item: &Json, names: &[Arc<str>]) -> Mismatch {
    let text = item.text().unwrap_or_else(|| item.kind().into());
    let error = Mismatch::new("E0520", format!("\"{key}\": the frame has no column {text}"));
    match did_you_mean(&text, names.iter().map(|n| &**n)) {
        _ if item.number().is_some() => error.help(format!("its columns are 1 to {}", names.len())),
        Some(near) => error.help(format!("did you mean \"{near}\"?")),
        None => {
            let shown: Vec<&str> = names.iter().take(12).map(|n| &**n).collect();
            let more = if names.len() > shown.len() { ", ..." } else { "" };
            error.help(format!("its columns are {}{more}", shown.join(", ")))
        }
    }
}
