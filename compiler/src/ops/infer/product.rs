//! Matrix products.

use super::values::{self, Cells};
use super::{Infer, Mismatch, described, matrix};
use crate::facts::Facts;
use crate::sketch::Sketch;

pub const MATMUL: Infer = |op, args| {
    let (Some(a), Some(b)) = (matrix(op, args, 0)?, matrix(op, args, 1)?) else { return Ok(Facts::matrix(None, None)) };
    if let (Some(k), Some(l)) = (a.cols, b.rows)
        && k != l
    {
        let mut mismatch = Mismatch::new("E0302", format!("`%*%` can not multiply {} by {}", a.shape(), b.shape()))
            .label(0, format!("this has {k} column{}", if k == 1 { "" } else { "s" }))
            .label(1, format!("this has {l} row{}", if l == 1 { "" } else { "s" }));
        if a.cols == b.cols {
            mismatch = mismatch.help("transpose the right one: `A %*% t(B)`");
        } else if a.rows == b.rows {
            mismatch = mismatch.help("transpose the left one: `t(A) %*% B`");
        }
        return Err(mismatch);
    }
    let sketch = a.sketch.as_ref().zip(b.sketch.as_ref()).map(|(s, t)| Sketch::matmul(s, t));
    Ok(described(a.rows, b.cols, sketch, values::product(Cells::of(a), Cells::of(b), a.cols.or(b.rows))))
};
