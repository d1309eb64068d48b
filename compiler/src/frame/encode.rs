//! Frames to matrices: what a specification and the data make of each column, and what it makes of cells.

use std::collections::HashMap;
use std::sync::Arc;

use super::spec::{Binning, Code, Impute, Rule, Spec};
use super::{Column, Frame, Place, cell_number};
use crate::ops::{Mismatch, Scalar, ScalarType, format_double};

/// How the columns of frames become columns of a matrix.
#[derive(Clone, Debug)]
pub struct Encoder {
    pub columns: Vec<ColumnEncoder>,
    pub names: Vec<Arc<str>>,
}

/// How one does.
#[derive(Clone, Debug)]
pub struct ColumnEncoder {
    pub rule: Rule,
    /// What stands for missing cells.
    pub fill: Option<Arc<str>>,
    pub codes: Codes,
}

#[derive(Clone, Debug)]
pub enum Codes {
    Plain,
    Recode {
        /// By code, from 1.
        keys: Vec<Arc<str>>,
        codes: HashMap<Arc<str>, u32>,
    },
    /// Lower and upper ends, in order.
    Bins(Vec<(f64, f64)>),
    Hash(u32),
}

/// What a column becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Encoded {
    /// A column of numbers.
    Numbers(Vec<f64>),
    /// A column for each of `width` codes: 1 in that of a row's; none if it is 0.
    OneHot { codes: Vec<u32>, width: usize },
    /// The row of an embedding; none if it is 0.
    Rows(Vec<u32>),
    /// A column for each of some words: of each row the codes of its words, in order, and how often they occur.
    Words(Vec<Vec<(u32, f64)>>),
}

/// Stands between a value and its code, and between the ends of a bin, in the frame of an encoder; at the end, behind what
/// stands for missing cells.
const MARK: char = '\u{b7}';

impl Encoder {
    /// Learns from all rows of a frame, also those that are left out.
    ///
    /// # Errors
    /// E0503 for texts where numbers are needed.
    pub fn fit(f: &Frame, spec: Spec) -> Result<Encoder, Mismatch> {
        let columns = spec.columns.into_iter().enumerate().map(|(j, rule)| ColumnEncoder::fit(f, j, rule));
        Ok(Encoder { columns: columns.collect::<Result<_, _>>()?, names: f.names().to_vec() })
    }

    /// As [`Encoder::meta`] tells of it.
    ///
    /// # Errors
    /// E0515 if it does not.
    pub fn from_meta(meta: &Frame, spec: Spec) -> Result<Encoder, Mismatch> {
        let columns = spec.columns.into_iter().enumerate().map(|(j, rule)| ColumnEncoder::from_meta(meta, j, rule));
        Ok(Encoder { columns: columns.collect::<Result<_, _>>()?, names: meta.names().to_vec() })
    }

    /// The encoder as a frame: below each name the entries `value·code`, or `low·high` of bins, or the number of hash buckets.
    pub fn meta(&self) -> Frame {
        let entries: Vec<Vec<Arc<str>>> = self.columns.iter().map(ColumnEncoder::entries).collect();
        let rows = entries.iter().map(Vec::len).max().unwrap_or(0);
        let column = |e: &Vec<Arc<str>>| Column::Text((0..rows).map(|i| e.get(i).cloned()).collect());
        Frame::new(rows, self.names.clone(), entries.iter().map(column).collect())
    }

    /// The rows of a frame that are not left out.
    pub fn kept(&self, f: &Frame) -> Place {
        let asked: Vec<usize> = (0..self.columns.len()).filter(|&j| self.columns[j].rule.omit).collect();
        if asked.is_empty() {
            return Place::Range(0..f.rows());
        }
        Place::Each((0..f.rows()).filter(|&i| !asked.iter().any(|&j| f.column(j).is_missing(i))).collect())
    }

    /// The number of columns that each column becomes; of an embedding with so many columns.
    pub fn widths(&self, embedding: usize) -> Vec<usize> {
        self.columns.iter().map(|c| c.width(embedding)).collect()
    }
}

impl ColumnEncoder {
    /// Learns from column j.
    ///
    /// # Errors
    /// E0503 for texts where numbers are needed.
    pub fn fit(f: &Frame, j: usize, rule: Rule) -> Result<ColumnEncoder, Mismatch> {
        let fill = match &rule.impute {
            None => None,
            Some(Impute::Constant(value)) => Some(value.as_str().into()),
            Some(Impute::Mean) => Some(mean(f, j)?),
            Some(Impute::Mode) => mode(f.column(j)),
        };
        let column = f.column(j);
        // What stands for missing cells comes behind the cells that there are.
        let rows = 0..column.len();
        let codes = match &rule.code {
            Code::Plain => Codes::Plain,
            Code::Recode if rule.words => recode(rows.flat_map(|i| words(column, i))),
            Code::Recode => recode(rows.filter_map(|i| key(column, i)).chain(fill.clone())),
            Code::Bin { count, by } => Codes::Bins(bins(present(f, j, column)?, *count, *by)),
            Code::Hash(k) => Codes::Hash(*k),
        };
        Ok(ColumnEncoder { rule, fill, codes })
    }

    fn from_meta(meta: &Frame, j: usize, rule: Rule) -> Result<ColumnEncoder, Mismatch> {
        let column = meta.column(j);
        let (mut fill, mut pairs) = (None, vec![]);
        for i in 0..meta.rows() {
            let Some(entry) = column.text(i) else { continue };
            match (entry.strip_suffix(MARK), entry.rsplit_once(MARK)) {
                (Some(value), _) => fill = Some(value.into()),
                (None, Some((a, b))) => pairs.push((a.to_string(), b.to_string())),
                (None, None) if matches!(rule.code, Code::Hash(_) | Code::Plain) => {}
                (None, None) => return Err(no_entry(meta, i, j, &entry)),
            }
        }
        let codes = match &rule.code {
            Code::Plain => Codes::Plain,
            Code::Hash(k) => Codes::Hash(*k),
            Code::Recode => {
                let mut found = Codes::none();
                let Codes::Recode { keys, codes } = &mut found else { unreachable!("just made") };
                for (i, (key, code)) in pairs.iter().enumerate() {
                    let code: u32 = code.parse().map_err(|_| no_entry(meta, i, j, code))?;
                    let known = 1..=pairs.len() as u32;
                    if !known.contains(&code) {
                        return Err(no_entry(meta, i, j, &format!("{key}{MARK}{code}")));
                    }
                    keys.resize(keys.len().max(code as usize), "".into());
                    keys[code as usize - 1] = key.as_str().into();
                    codes.insert(key.as_str().into(), code);
                }
                found
            }
            Code::Bin { .. } => {
                let end = |i: usize, t: &str| cell_number(t).ok_or_else(|| no_entry(meta, i, j, t));
                let bin = |(i, (a, b)): (usize, &(String, String))| Ok((end(i, a)?, end(i, b)?));
                Codes::Bins(pairs.iter().enumerate().map(bin).collect::<Result<_, Mismatch>>()?)
            }
        };
        Ok(ColumnEncoder { rule, fill, codes })
    }

    fn entries(&self) -> Vec<Arc<str>> {
        let mut entries: Vec<Arc<str>> = match &self.codes {
            Codes::Plain => vec![],
            Codes::Recode { keys, .. } => {
                keys.iter().enumerate().map(|(c, key)| format!("{key}{MARK}{}", c + 1).into()).collect()
            }
            Codes::Bins(bins) => {
                bins.iter().map(|(a, b)| format!("{}{MARK}{}", format_double(*a), format_double(*b)).into()).collect()
            }
            Codes::Hash(k) => vec![k.to_string().into()],
        };
        entries.extend(self.fill.iter().map(|value| format!("{value}{MARK}").into()));
        entries
    }

    /// The number of columns that it becomes.
    pub fn width(&self, embedding: usize) -> usize {
        match &self.codes {
            _ if self.rule.embed => embedding,
            _ if !self.rule.dummy && !self.rule.words => 1,
            codes => codes.count(),
        }
    }

    /// What column j of a frame becomes.
    ///
    /// # Errors
    /// E0503 for texts where numbers are needed.
    pub fn encode(&self, f: &Frame, j: usize) -> Result<Encoded, Mismatch> {
        let column = filled(f.column(j), self.fill.as_ref());
        let n = column.len();
        let codes: Vec<u32> = match &self.codes {
            Codes::Recode { codes, .. } if self.rule.words => {
                return Ok(Encoded::Words((0..n).map(|i| counts(codes, &column, i)).collect()));
            }
            Codes::Plain => return numbers(f, j, &column).map(Encoded::Numbers),
            Codes::Recode { codes, .. } => (0..n).map(|i| look_up(codes, &column, i)).collect(),
            Codes::Hash(k) => {
                (0..n).map(|i| column.text(i).map_or(0, |t| hash(&t).rem_euclid(i64::from(*k)) as u32 + 1)).collect()
            }
            Codes::Bins(bins) => {
                let numbers = numbers(f, j, &column)?;
                numbers.into_iter().map(|x| bin_of(bins, x)).collect()
            }
        };
        Ok(match () {
            _ if self.rule.embed => Encoded::Rows(codes),
            _ if self.rule.dummy => Encoded::OneHot { codes, width: self.codes.count() },
            _ => Encoded::Numbers(codes.into_iter().map(|c| if c == 0 { f64::NAN } else { f64::from(c) }).collect()),
        })
    }
}

fn no_entry(meta: &Frame, i: usize, j: usize, entry: &str) -> Mismatch {
    let place = format!("row {}, column {} ({})", i + 1, j + 1, meta.names()[j]);
    Mismatch::new("E0515", format!("{place} of the metadata is \"{entry}\", no entry of an encoded column"))
        .help("`[X, M] = transformencode(...)` gives the metadata M")
}

impl Codes {
    fn none() -> Codes {
        Codes::Recode { keys: vec![], codes: HashMap::new() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        match self {
            Codes::Plain => 0,
            Codes::Recode { keys, .. } => keys.len(),
            Codes::Bins(bins) => bins.len(),
            Codes::Hash(k) => *k as usize,
        }
    }
}

fn recode(texts: impl Iterator<Item = Arc<str>>) -> Codes {
    let mut found = Codes::none();
    let Codes::Recode { keys, codes } = &mut found else { unreachable!("just made") };
    for key in texts {
        codes.entry(key).or_insert_with_key(|key| {
            keys.push(key.clone());
            keys.len() as u32
        });
    }
    found
}

/// The words of a cell: letters that stand together, in small letters.
fn words(column: &Column, i: usize) -> Vec<Arc<str>> {
    let text = key(column, i).unwrap_or_default().to_lowercase();
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(Arc::from).collect()
}

/// The codes of the words of a cell that have one, and how often they occur.
fn counts(codes: &HashMap<Arc<str>, u32>, column: &Column, i: usize) -> Vec<(u32, f64)> {
    let mut found: Vec<u32> = words(column, i).iter().filter_map(|word| codes.get(word).copied()).collect();
    found.sort_unstable();
    found.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).collect()
}

/// A cell as it is known by its code.
fn key(column: &Column, i: usize) -> Option<Arc<str>> {
    if column.is_missing(i) { None } else { column.text(i) }
}

/// The code of a cell, 0 if it has none. A number may have been known by another spelling: `1` and `1.0`.
fn look_up(codes: &HashMap<Arc<str>, u32>, column: &Column, i: usize) -> u32 {
    let Some(key) = key(column, i) else { return 0 };
    if let Some(code) = codes.get(&key) {
        return *code;
    }
    let other = match column {
        Column::Int(v) => format!("{}.0", v[i]),
        Column::Double(v) if v[i].fract() == 0.0 => format!("{:.0}", v[i]),
        Column::Bool(v) => v[i].to_string(),
        _ => return 0,
    };
    codes.get(other.as_str()).copied().unwrap_or(0)
}

/// The sum of 31^(n - 1 - k) * unit k of its UTF-16 text, in 32 bits: so that equal texts fall into equal buckets everywhere.
pub(super) fn hash(text: &str) -> i64 {
    i64::from(text.encode_utf16().fold(0i32, |h, unit| h.wrapping_mul(31).wrapping_add(i32::from(unit))))
}

/// The bin of a number, from 1: the first whose upper end is not below it; beyond the ends the first and last.
fn bin_of(bins: &[(f64, f64)], x: f64) -> u32 {
    if x.is_nan() || bins.is_empty() {
        return 0;
    }
    bins.partition_point(|(_, high)| *high < x).min(bins.len() - 1) as u32 + 1
}

fn bins(mut values: Vec<f64>, count: usize, by: Binning) -> Vec<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let (Some(&low), Some(&high)) = (values.first(), values.last()) else { return vec![] };
    let n = values.len();
    let upper = |k: usize| match by {
        _ if k == count => high,
        Binning::Width => low + k as f64 * ((high - low) / count as f64),
        // The k-th of `count` quantiles.
        Binning::Height => values[(k * n).div_ceil(count).max(1) - 1],
    };
    let uppers: Vec<f64> = (1..=count).map(upper).collect();
    (0..count).map(|k| (if k == 0 { low } else { uppers[k - 1] }, uppers[k])).collect()
}

/// The cells of a column as numbers.
fn numbers(f: &Frame, j: usize, column: &Column) -> Result<Vec<f64>, Mismatch> {
    let number = |i: usize| column.number(i).ok_or_else(|| f.no_number("transformencode", i, j));
    (0..column.len()).map(number).collect()
}

/// The numbers that are not missing.
fn present(f: &Frame, j: usize, column: &Column) -> Result<Vec<f64>, Mismatch> {
    Ok(numbers(f, j, column)?.into_iter().filter(|x| !x.is_nan()).collect())
}

fn mean(f: &Frame, j: usize) -> Result<Arc<str>, Mismatch> {
    let values = present(f, j, f.column(j))?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    Ok(format_double(mean).into())
}

/// The most frequent cell; of several the first.
fn mode(column: &Column) -> Option<Arc<str>> {
    let mut counts: HashMap<Arc<str>, (u64, usize)> = HashMap::new();
    for i in 0..column.len() {
        if let Some(key) = key(column, i) {
            counts.entry(key).or_insert((0, i)).0 += 1;
        }
    }
    let best = counts.into_iter().max_by_key(|(_, (n, first))| (*n, std::cmp::Reverse(*first)));
    best.map(|(key, _)| key)
}

/// A column whose missing cells have a value.
fn filled(column: &Column, fill: Option<&Arc<str>>) -> Column {
    let Some(fill) = fill.filter(|_| (0..column.len()).any(|i| column.is_missing(i))) else { return column.clone() };
    let cell = |i: usize| column.get(i);
    match (column.ty(), cell_number(fill)) {
        (ScalarType::Double, Some(x)) => {
            Column::collect(ScalarType::Double, column.len(), |i| Some(cell(i).unwrap_or(Scalar::Double(x))))
        }
        _ => Column::Text(
            (0..column.len())
                .map(|i| column.text(i).filter(|_| !column.is_missing(i)).or(Some(fill.clone())))
                .collect(),
        ),
    }
}
