//! What `--stats` shows: time, nonzeros and bytes per operator and place.

use std::collections::HashMap;
use std::time::Duration;

use lac_grammar::Span;

/// The steps of one operator at one place of the source.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: String,
    pub span: Span,
    pub count: u64,
    pub time: Duration,
    /// Of the last result: expected and actual nonzeros, and bytes.
    pub nnz_estimate: Option<f64>,
    pub nnz: Option<u64>,
    pub bytes: u64,
}

/// Collected while a program runs.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    rows: HashMap<(Span, String), Row>,
    pub planned: u64,
    pub planning: Duration,
}

impl Stats {
    /// Adds the run of a step.
    pub fn add(&mut self, row: Row) {
        let key = (row.span, row.name.clone());
        match self.rows.get_mut(&key) {
            Some(known) => {
                let (count, time) = (known.count + row.count, known.time + row.time);
                *known = Row { count, time, ..row };
            }
            None => {
                self.rows.insert(key, row);
            }
        }
    }

    /// Adds what another thread has collected.
    pub fn merge(&mut self, other: Stats) {
        other.rows.into_values().for_each(|row| self.add(row));
        self.planned += other.planned;
        self.planning += other.planning;
    }

    /// Heaviest first.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.rows.values().cloned().collect();
        rows.sort_by(|a, b| b.time.cmp(&a.time).then(a.span.cmp(&b.span)).then(a.name.cmp(&b.name)));
        rows
    }
}
