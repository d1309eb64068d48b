//! Probabilities and quantiles of distributions, by `dist` and by the names of R.

use super::Line;
use crate::ops::infer::law;
use crate::ops::row::Default::{Absent, Bool, Double, Required, Str};
use crate::ops::row::{Effect::Pure, Parameter, Syntax::Call};
use crate::ops::{Family, Op};
use crate::reference::law as eval;

const CDF: &[Parameter] = parameters!(
    ["X"]["dist" = Str("normal")]["mean" = Double(0.0)]["sd" = Double(1.0)]["df" = Absent]["df1" = Absent]
        ["df2" = Absent]["rate" = Double(1.0)]["lower.tail" = Bool(true)]["trials" = Absent]["p" = Absent]
);
const ICDF: &[Parameter] = parameters!(
    ["X"]["dist" = Str("normal")]["mean" = Double(0.0)]["sd" = Double(1.0)]["df" = Absent]["df1" = Absent]
        ["df2" = Absent]["rate" = Double(1.0)]["trials" = Absent]["p" = Absent]
);

const fn probability(
    family: Option<Family>,
    name: &'static str,
    parameters: &'static [Parameter],
    doc: &'static str,
) -> Line {
    (Op::Probability(family), name, &[], Call, parameters, law::PROBABILITY, eval::PROBABILITY, Pure, doc)
}

const fn quantiles(
    family: Option<Family>,
    name: &'static str,
    parameters: &'static [Parameter],
    doc: &'static str,
) -> Line {
    (Op::Quantiles(family), name, &[], Call, parameters, law::QUANTILES, eval::QUANTILES, Pure, doc)
}

pub(super) const LINES: &[Line] = {
    use Family::*;
    &[
        probability(
            None,
            "cdf",
            CDF,
            "The probability of values up to each cell, or above it (lower.tail = FALSE), of the distribution dist: \"normal\" (mean, sd), \"t\" (df), \"f\" (df1, df2), \"chisq\" (df), \"exp\" (rate) or \"binomial\" (trials, p).",
        ),
        probability(
            Some(Normal),
            "pnorm",
            parameters!(["X"]["mean" = Double(0.0)]["sd" = Double(1.0)]["lower.tail" = Bool(true)]),
            "Probabilities of the normal distribution.",
        ),
        probability(
            Some(Student),
            "pt",
            parameters!(["X"]["df"]["lower.tail" = Bool(true)]),
            "Probabilities of Student's t distribution.",
        ),
        probability(
            Some(F),
            "pf",
            parameters!(["X"]["df1"]["df2"]["lower.tail" = Bool(true)]),
            "Probabilities of the F distribution.",
        ),
        probability(
            Some(ChiSquared),
            "pchisq",
            parameters!(["X"]["df"]["lower.tail" = Bool(true)]),
            "Probabilities of the chi-squared distribution.",
        ),
        probability(
            Some(Exponential),
            "pexp",
            parameters!(["X"]["rate" = Double(1.0)]["lower.tail" = Bool(true)]),
            "Probabilities of the exponential distribution.",
        ),
        probability(
            Some(Binomial),
            "pbinomial",
            parameters!(["X"]["trials"]["p"]["lower.tail" = Bool(true)]),
            "Probabilities of the binomial distribution.",
        ),
        quantiles(
            None,
            "icdf",
            ICDF,
            "The value up to which each cell is the probability, of a distribution as for cdf.",
        ),
        quantiles(
            Some(Normal),
            "qnorm",
            parameters!(["X"]["mean" = Double(0.0)]["sd" = Double(1.0)]),
            "Quantiles of the normal distribution.",
        ),
        quantiles(Some(Student), "qt", parameters!(["X"]["df"]), "Quantiles of Student's t distribution."),
        quantiles(Some(F), "qf", parameters!(["X"]["df1"]["df2"]), "Quantiles of the F distribution."),
        quantiles(Some(ChiSquared), "qchisq", parameters!(["X"]["df"]), "Quantiles of the chi-squared distribution."),
        quantiles(
            Some(Exponential),
            "qexp",
            parameters!(["X"]["rate" = Double(1.0)]),
            "Quantiles of the exponential distribution.",
        ),
        quantiles(
            Some(Binomial),
            "qbinomial",
            parameters!(["X"]["trials"]["p"]),
            "Quantiles of the binomial distribution.",
        ),
    ]
};
