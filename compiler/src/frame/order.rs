//! Rows in order, and distinct rows.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::{Column, Frame};
use crate::ops::Scalar;

impl Column {
    /// Numbers by size, texts by their characters; missing cells come last whether these ascend or descend.
    fn compare(&self, a: usize, b: usize, decreasing: bool) -> Ordering {
        match (self.is_missing(a), self.is_missing(b)) {
            (false, false) => {}
            (first, second) => return first.cmp(&second),
        }
        let (a, b) = if decreasing { (b, a) } else { (a, b) };
        match self {
            Column::Text(v) => v[a].cmp(&v[b]),
            Column::Double(v) => v[a].partial_cmp(&v[b]).unwrap_or(Ordering::Equal),
            Column::Int(v) => v[a].cmp(&v[b]),
            Column::Bool(v) => v[a].cmp(&v[b]),
        }
    }

    /// Equal for equal cells.
    fn key(&self, i: usize) -> Option<Scalar> {
        if self.is_missing(i) {
            return None;
        }
        self.get(i).map(|cell| match cell {
            Scalar::Double(0.0) => Scalar::Double(0.0),
            other => other,
        })
    }
}

impl Frame {
    /// The rows sorted by the first of some columns, equal ones by the next, and so on; rows equal in all keep their order.
    pub fn sorted(&self, by: &[usize], decreasing: bool) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.rows()).collect();
        rows.sort_by(|&a, &b| {
            let orders = by.iter().map(|&j| self.column(j).compare(a, b, decreasing));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        rows
    }

    /// The rows that are none of those before.
    pub fn distinct(&self) -> Vec<usize> {
        let mut seen = HashSet::new();
        let key = |i: usize| self.columns().iter().map(|c| c.key(i)).collect::<Vec<_>>();
        (0..self.rows()).filter(|&i| seen.insert(key(i))).collect()
    }
}
