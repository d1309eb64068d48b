//! Operators with several results beside the factorizations: layers of networks, Fourier transforms, classes.

use super::Line;
use crate::ops::infer::layers;
use crate::ops::op::Fourier;
use crate::ops::row::Default::{Absent, Bool, Double, Required};
use crate::ops::row::{Effect::Pure, Parameter, Syntax::Call};
use crate::ops::{Op, infer::Infer};
use crate::reference::{self as eval, Evaluate};

const fn line(
    op: Op,
    name: &'static str,
    parameters: &'static [Parameter],
    infer: Infer,
    meaning: Evaluate,
    doc: &'static str,
) -> Line {
    (op, name, &[], Call, parameters, infer, meaning, Pure, doc)
}

const fn fourier(f: Fourier, name: &'static str, doc: &'static str) -> Line {
    let parameters = parameters!(["X"]["im" = Absent]);
    line(Op::Fourier(f), name, parameters, layers::FOURIER, eval::layers::FOURIER, doc)
}

pub(super) const LINES: &[Line] = &[
    line(
        Op::Lstm,
        "lstm",
        parameters!(["X"]["W"]["b"]["out0"]["c0"]["return_sequences" = Bool(true)]),
        layers::LSTM,
        eval::layers::LSTM,
        "[out, c] = lstm(...), or [out, c, cache_out, cache_c, cache_ifog] = lstm(...): a recurrent layer over sequences, rows of X, from the outputs out0 and the states c0. With M neurons and D features of each step W is (D + M) x 4M, for the input, forget, output and g gates. out holds the outputs of all steps, or of the last; c the last states. The caches have a row for each step.",
    ),
    line(
        Op::LstmBackward,
        "lstm_backward",
        parameters!(
            ["X"]["W"]["b"]["out0"]["c0"]["given_sequences"]["dout"]["dc"]["cache_out" = Absent]["cache_c" = Absent]
                ["cache_ifog" = Absent]
        ),
        layers::LSTM,
        eval::layers::LSTM_BACKWARD,
        "[dX, dW, db, dout0, dc0] = lstm_backward(...): the derivatives of lstm, of those by its outputs (of all steps, or of the last) and by its last states. Without the caches the steps are made anew.",
    ),
    line(
        Op::BatchNorm,
        "batch_norm2d",
        parameters!(
            ["X"]["gamma"]["beta"]["ema_mean"]["ema_var"]["mode"]["epsilon" = Double(1e-5)]["mu" = Double(0.9)]
        ),
        layers::BATCH_NORM,
        eval::layers::BATCH_NORM,
        "[out, ema_mean, ema_var, cache_mean, cache_inv_var] = batch_norm2d(...): images with each channel normalized, times gamma, plus beta. In the mode \"train\" by mean and variance of the batch, which go into the moving averages with the share 1 - mu, in the mode \"test\" by the averages.",
    ),
    line(
        Op::BatchNormBackward,
        "batch_norm2d_backward",
        parameters!(["X"]["dout"]["gamma"]["epsilon"]["cache_mean"]["cache_inv_var"]),
        layers::BATCH_NORM,
        eval::layers::BATCH_NORM_BACKWARD,
        "[dX, dgamma, dbeta] = batch_norm2d_backward(...): the derivatives of batch_norm2d in the mode \"train\".",
    ),
    fourier(
        Fourier::Matrix,
        "fft",
        "[re, im] = fft(X), or of X + i im: the discrete Fourier transform, of a matrix in both directions; of any size.",
    ),
    fourier(Fourier::MatrixInverse, "ifft", "[re, im] = ifft(re, im): the inverse of fft."),
    fourier(
        Fourier::Rows,
        "fft_linearized",
        "[re, im] = fft_linearized(X): the discrete Fourier transform of each row.",
    ),
    fourier(
        Fourier::RowsInverse,
        "ifft_linearized",
        "[re, im] = ifft_linearized(re, im): the inverse of fft_linearized.",
    ),
    line(
        Op::Fourier(Fourier::Frames),
        "stft",
        parameters!(["X"]["im" = Absent]["windowSize" = Absent]["overlap" = Absent]),
        layers::FOURIER,
        eval::layers::FOURIER,
        "[re, im] = stft(X, windowSize, overlap), or stft(X, im, windowSize, overlap): the Fourier transforms of windows of each row, side by side; a window begins overlap cells before the end of the one before, and beyond the row are zeros.",
    ),
    line(
        Op::SqrtMatrix,
        "sqrtMatrixJava",
        parameters!(["X"]),
        layers::SQRT_MATRIX,
        eval::spectral::SQRT_MATRIX,
        "The B with B %*% B = X, if X has one with eigenvalues that are not negative.",
    ),
    (
        Op::RowClassMeet,
        "rowClassMeet",
        &["rcm"],
        Call,
        parameters!(["A"]["B"]),
        layers::ROW_CLASS_MEET,
        eval::layers::ROW_CLASS_MEET,
        Pure,
        "[N, R] = rowClassMeet(A, B): cells of a row belong to one class if they agree in A and in B. N numbers the classes of each row by their first cells, R holds their sizes; where A or B is 0 both are 0.",
    ),
];
