//! Arguments of convolutions and pooling: images, filters and sizes that mostly fit.

use super::{Source, int, matrix_of};
use crate::ops::{Op, Row};
use crate::reference::Value;

pub(super) fn arguments(row: &Row, source: &mut Source, m: usize, n: usize) -> Vec<Option<Value>> {
    if matches!(row.op, Op::BiasAdd | Op::BiasMultiply) {
        let channels = if source.one_in(12) { n } else { 1 + source.below(3) };
        return vec![Some(matrix_of(source, m, channels * n)), Some(matrix_of(source, channels, 1))];
    }
    let most = if source.large { 9 } else { 4 };
    let mut up_to = |most: usize| 1 + source.below(most);
    let (images, channels, height, width, filters) = (up_to(most) - 1, up_to(2), up_to(most), up_to(most), up_to(3));
    let (size, stride) = ([up_to(height.min(3)), up_to(width.min(3))], [up_to(2), up_to(2)]);
    let padding = [up_to(2) - 1, up_to(2) - 1];
    let along = |extent: usize, k: usize| (extent + 2 * padding[k] - size[k]) / stride[k] + 1;
    let places = along(height, 0) * along(width, 1);
    let area = channels * height * width;
    let pool = !matches!(row.op, Op::Conv2d | Op::Conv2dBackwardFilter | Op::Conv2dBackwardData);
    let results = (images, if pool { channels } else { filters } * places);
    let (x, w) = ((images, area), (filters, channels * size[0] * size[1]));
    let shapes = match row.op {
        Op::Conv2d => vec![x, w],
        Op::Conv2dBackwardData => vec![w, results],
        Op::MaxPool | Op::AvgPool => vec![x],
        _ => vec![x, results],
    };
    let mut args: Vec<Option<Value>> = shapes.iter().map(|&(r, c)| Some(matrix_of(source, r, c))).collect();
    let of = if source.one_in(20) { channels + 1 } else { channels };
    let window = if pool { vec![] } else { vec![filters, of] };
    let sizes = [vec![images, channels, height, width], window, size.into(), stride.into(), padding.into()].concat();
    let odd = source.one_in(20).then(|| source.below(sizes.len()));
    args.extend(sizes.iter().enumerate().map(|(i, &x)| Some(int(if odd == Some(i) { -1 } else { x as i64 }))));
    args
}
