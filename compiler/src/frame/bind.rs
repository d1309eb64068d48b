//! Frames side by side and one below the other.

use std::sync::Arc;

use super::parts::{distinct, join};
use super::{Column, Frame};
use crate::ops::ScalarType;

/// Side by side. All have the same number of rows. Names that come twice make all names new.
pub fn cbind(frames: &[&Frame]) -> Frame {
    let rows = frames.first().map_or(0, |f| f.rows());
    let names = frames.iter().flat_map(|f| f.names().iter().cloned()).collect();
    let columns = frames.iter().flat_map(|f| f.columns().iter().cloned()).collect();
    Frame::sharing(rows, distinct(names), columns)
}

/// One below the other, with the names of the first. All have the same number of columns.
pub fn rbind(frames: &[&Frame]) -> Frame {
    let Some(first) = frames.first() else { return Frame::unnamed(0, vec![]) };
    let rows = frames.iter().map(|f| f.rows()).sum();
    let column = |j: usize| {
        let parts: Vec<&Column> = frames.iter().filter(|f| f.rows() > 0).map(|f| f.column(j)).collect();
        Arc::new(if parts.is_empty() { first.column(j).clone() } else { stacked(&parts) })
    };
    Frame::sharing(rows, first.names().to_vec(), (0..first.cols()).map(column).collect())
}

fn stacked(parts: &[&Column]) -> Column {
    let ty = parts.iter().map(|c| c.ty()).reduce(join).unwrap_or(ScalarType::Str);
    let cells = || parts.iter().flat_map(|c| (0..c.len()).map(move |i| (c, i)));
    match ty {
        ScalarType::Str => Column::Text(cells().map(|(c, i)| c.text(i)).collect()),
        ScalarType::Double => Column::Double(cells().map(|(c, i)| c.number(i).unwrap_or(f64::NAN)).collect()),
        ScalarType::Int => Column::Int(cells().filter_map(|(c, i)| c.get(i)?.as_i64()).collect()),
        ScalarType::Bool => Column::Bool(cells().filter_map(|(c, i)| c.get(i)?.as_bool()).collect()),
    }
}
