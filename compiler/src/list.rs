//! Lists: values in a row, each of any type, some with names. Positions are 1-based, as in the language.

use std::sync::Arc;

/// The values of a list, by position and by name. A name may occur once.
#[derive(Clone, Debug, PartialEq)]
pub struct List<V> {
    items: Vec<Item<V>>,
}

/// A value of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<V> {
    pub name: Option<Arc<str>>,
    pub value: V,
}

impl<V> List<V> {
    pub fn new(items: Vec<Item<V>>) -> List<V> {
        List { items }
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
        List { items: items.collect() }
    }
}

impl<V> FromIterator<V> for List<V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        List { items: values.into_iter().map(|value| Item { name: None, value }).collect() }
    }
}
