//! Lists: values in a row, each of any type, some with names. Positions are 1-based, as in the language.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use lac_grammar::diagnostic::did_you_mean;

use crate::ops::{Mismatch, Scalar};

/// The values of a list, by position and by name. A name may occur once.
#[derive(Clone, Debug)]
pub struct List<V> {
    items: Vec<Item<V>>,
    /// What the values hold, once somebody has asked.
    bytes: OnceLock<u64>,
}

impl<V: PartialEq> PartialEq for List<V> {
    fn eq(&self, other: &List<V>) -> bool {
        self.items == other.items
    }
}

/// A value of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<V> {
    pub name: Option<Arc<str>>,
    pub value: V,
}

impl<V> List<V> {
    pub fn new(items: Vec<Item<V>>) -> List<V> {
        List { items, bytes: OnceLock::new() }
    }

    pub fn items(&self) -> &[Item<V>] {
        &self.items
    }

    pub fn into_items(self) -> Vec<Item<V>> {
        self.items
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The place of a name, from 1.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.items.iter().position(|i| i.name.as_deref() == Some(name)).map(|p| p + 1)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.items.iter().map(|i| &i.value)
    }

    /// The same list of other values.
    pub fn map<W>(&self, mut f: impl FnMut(&V) -> W) -> List<W> {
        let items = self.items.iter().map(|i| Item { name: i.name.clone(), value: f(&i.value) });
        List::new(items.collect())
    }
}

impl<V> FromIterator<V> for List<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        List::new(values.into_iter().map(|value| Item { name: None, value }).collect())
    }
}

/// A kind of value that lists hold and are.
pub trait Listed: Clone {
    fn as_list(&self) -> Option<&List<Self>>;

    /// The bytes it holds.
    fn bytes(&self) -> u64;

    /// What stands for a list of one value where lists have no meaning: the value.
    fn single(self) -> Self {
        match self.as_list().map(List::items) {
            Some([item]) => item.value.clone(),
            _ => self,
        }
    }
}

impl<V: Listed> List<V> {
    /// What the values hold together: counted once, then kept up to date.
    pub fn bytes(&self) -> u64 {
        *self.bytes.get_or_init(|| self.values().map(V::bytes).sum())
    }

    /// Values that hold so many bytes were put in the place of others.
    fn exchanged(&mut self, before: u64, after: u64) {
        if let Some(bytes) = self.bytes.get_mut() {
            *bytes = bytes.saturating_sub(before) + after;
        }
    }

    fn push(&mut self, item: Item<V>) {
        self.exchanged(0, item.value.bytes());
        self.items.push(item);
    }

    fn replace(&mut self, place: usize, value: V) {
        self.exchanged(self.items[place].value.bytes(), value.bytes());
        self.items[place].value = value;
    }

    /// The place of a position or a name, from 0.
    ///
    /// # Errors
    /// E0501 for a position that there is not, E0513 for a name that there is not.
    pub fn place(&self, at: &Scalar) -> Result<usize, Mismatch> {
        match at {
            Scalar::Str(name) => self.position(name).map(|p| p - 1).ok_or_else(|| self.unknown(name)),
            _ => {
                let i = at.as_f64().unwrap_or(f64::NAN).trunc();
                let found = (1.0..=self.len() as f64).contains(&i).then(|| i as usize - 1);
                found.ok_or_else(|| outside(i, self.len() as u64, 1))
            }
        }
    }

    fn unknown(&self, name: &str) -> Mismatch {
        let names = || self.items.iter().filter_map(|i| i.name.as_deref());
        let error = Mismatch::new("E0513", format!("the list has no value of the name \"{name}\""));
        match did_you_mean(name, names()) {
            Some(near) => error.help(format!("did you mean \"{near}\"?")),
            None if names().next().is_none() => error.help("its values have no names: `L[1]` is the first one"),
            None => error.help(format!("its names are {}", names().take(10).collect::<Vec<_>>().join(", "))),
        }
    }

    /// The values from one place to another, both of them included; an absent one is the first or the last.
    pub fn part(&self, from: Option<&Scalar>, to: Option<&Scalar>) -> Result<List<V>, Mismatch> {
        let range = self.range(from, to)?;
        Ok(List::new(self.items[range].to_vec()))
    }

    /// Where a bound is absent the range may be empty: `L[(length(L) + 1):]` and `L[:0]` are lists of no values.
    fn range(&self, from: Option<&Scalar>, to: Option<&Scalar>) -> Result<Range<usize>, Mismatch> {
        let is = |at: &Scalar, i: usize| !matches!(at, Scalar::Str(_)) && at.as_f64().map(f64::trunc) == Some(i as f64);
        let first = match from {
            None => 0,
            Some(at) if to.is_none() && is(at, self.len() + 1) => self.len(),
            Some(at) => self.place(at)?,
        };
        let end = match to {
            None => self.len(),
            Some(at) if from.is_none() && is(at, 0) => 0,
            Some(at) => self.place(at)? + 1,
        };
        if first <= end {
            return Ok(first..end);
        }
        Err(Mismatch::new("E0501", format!("positions {}:{end} of a list", first + 1))
            .label(1, "the range runs backwards"))
    }

    /// The values at positions.
    pub fn picked(&self, positions: impl Iterator<Item = f64>) -> Result<List<V>, Mismatch> {
        let items = positions.map(|i| Ok(self.items[self.place(&Scalar::Double(i))?].clone()));
        Ok(List::new(items.collect::<Result<_, _>>()?))
    }

    /// `L[at] = value`. A new name is a new value at the end; a list of one value is put as its value.
    pub fn put(&mut self, at: &Scalar, value: V) -> Result<(), Mismatch> {
        let value = value.single();
        match at {
            Scalar::Str(name) if self.position(name).is_none() => {
                self.push(Item { name: Some(name.clone()), value });
            }
            _ => self.replace(self.place(at)?, value),
        }
        Ok(())
    }

    /// `L[from:to] = values`: as many as there are places.
    pub fn put_range(&mut self, from: Option<&Scalar>, to: Option<&Scalar>, values: V) -> Result<(), Mismatch> {
        let range = self.range(from, to)?;
        let values: Vec<V> = match values.as_list() {
            Some(list) => list.values().cloned().collect(),
            None => vec![values],
        };
        if values.len() != range.len() {
            let message = format!("{} value(s) can not fill {} place(s) of a list", values.len(), range.len());
            return Err(Mismatch::new("E0306", message));
        }
        for (place, value) in range.zip(values) {
            self.replace(place, value);
        }
        Ok(())
    }

    /// A further value at the end. A list of one value is that value, with its name unless there is one like it.
    pub fn append(&mut self, value: V) {
        let item = match value.as_list().map(List::items) {
            Some([item]) => {
                let name = item.name.clone().filter(|n| self.position(n).is_none());
                Item { name, value: item.value.clone() }
            }
            _ => Item { name: None, value },
        };
        self.push(item);
    }

    /// Takes a value out, as a list of one.
    pub fn remove(&mut self, at: &Scalar) -> Result<List<V>, Mismatch> {
        let place = self.place(at)?;
        let item = self.items.remove(place);
        self.exchanged(item.value.bytes(), 0);
        Ok(List::new(vec![item]))
    }

    /// As `print` shows it, with the texts of the values.
    pub fn text<E>(&self, show: impl FnMut(&V) -> Result<String, E>) -> Result<String, E> {
        let texts = self.values().map(show).collect::<Result<Vec<String>, E>>()?;
        Ok(format!("List containing:\n[{}]", texts.join(", ")))
    }
}

/// What stands before the text of a value within that of a list.
pub const BEFORE_MATRIX: &str = "\nMatrix:\n";
pub const BEFORE_FRAME: &str = "\n";

/// E0501: an argument is no position in a list of so many values.
pub fn outside(position: f64, length: u64, argument: usize) -> Mismatch {
    let values = if length == 1 { "value" } else { "values" };
    Mismatch::new("E0501", format!("position {position} of a list of {length} {values}")).label(
        argument,
        if length == 0 { "the list is empty".into() } else { format!("its positions are 1 to {length}") },
    )
}
