//! Convolution, pooling and biases of images: rows of N x (C H W) matrices. A list of sizes, `stride = [1, 2]`, stands for
//! the parameters `stride[1]` and `stride[2]`.

use super::Line;
use crate::ops::Op;
use crate::ops::infer::window;
use crate::ops::row::Default::{Int, Required};
use crate::ops::row::{Effect::Pure, Parameter, Syntax::Call};
use crate::reference::window as eval;

macro_rules! sizes {
    ([$($matrix:literal)*] [$($size:literal)*]) => {
        parameters!($([$matrix])*
            [shape "input_shape[1]"] [shape "input_shape[2]"] [shape "input_shape[3]"] [shape "input_shape[4]"]
            $([shape $size])*
            [shape "stride[1]" = Int(1)] [shape "stride[2]" = Int(1)]
            [shape "padding[1]" = Int(0)] [shape "padding[2]" = Int(0)])
    };
}

const fn line(op: Op, name: &'static str, parameters: &'static [Parameter], doc: &'static str) -> Line {
    (op, name, &[], Call, parameters, window::WINDOW, eval::WINDOW, Pure, doc)
}

const fn bias(op: Op, name: &'static str, doc: &'static str) -> Line {
    (op, name, &[], Call, parameters!(["X"]["b"]), window::BIAS, eval::BIAS, Pure, doc)
}

pub(super) const LINES: &[Line] = &[
    line(
        Op::Conv2d,
        "conv2d",
        sizes!(["X" "W"]["filter_shape[1]" "filter_shape[2]" "filter_shape[3]" "filter_shape[4]"]),
        "The convolution of each image, a row of X of the input_shape [N, C, H, W], with each filter, a row of W of the filter_shape [K, C, R, S].",
    ),
    line(
        Op::Conv2dBackwardFilter,
        "conv2d_backward_filter",
        sizes!(["X" "dout"]["filter_shape[1]" "filter_shape[2]" "filter_shape[3]" "filter_shape[4]"]),
        "The derivative of conv2d by its filters.",
    ),
    line(
        Op::Conv2dBackwardData,
        "conv2d_backward_data",
        sizes!(["W" "dout"]["filter_shape[1]" "filter_shape[2]" "filter_shape[3]" "filter_shape[4]"]),
        "The derivative of conv2d by its images.",
    ),
    line(
        Op::MaxPool,
        "max_pool",
        sizes!(["X"]["pool_size[1]" "pool_size[2]"]),
        "The largest cell under a window of the pool_size [R, S] as it moves over each channel of each image.",
    ),
    line(
        Op::MaxPoolBackward,
        "max_pool_backward",
        sizes!(["X" "dout"]["pool_size[1]" "pool_size[2]"]),
        "The derivative of max_pool by its images.",
    ),
    line(
        Op::AvgPool,
        "avg_pool",
        sizes!(["X"]["pool_size[1]" "pool_size[2]"]),
        "The mean under a window of the pool_size [R, S]; cells beyond the edges count as 0.",
    ),
    line(
        Op::AvgPoolBackward,
        "avg_pool_backward",
        sizes!(["X" "dout"]["pool_size[1]" "pool_size[2]"]),
        "The derivative of avg_pool by its images.",
    ),
    bias(Op::BiasAdd, "bias_add", "Each of b's cells added to a channel of each image, a row of X."),
    bias(Op::BiasMultiply, "bias_multiply", "Each channel of each image, a row of X, times a cell of b."),
];
