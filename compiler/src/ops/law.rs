//! The distributions of `cdf` and `icdf`: probabilities of tails, and quantiles.

use super::special::{beta_density, gamma_density, incomplete_beta, incomplete_gamma};

/// A family of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    Normal,
    Student,
    F,
    ChiSquared,
    Exponential,
    Binomial,
}

impl Family {
    pub const ALL: [Family; 6] =
        [Family::Normal, Family::Student, Family::F, Family::ChiSquared, Family::Exponential, Family::Binomial];

    /// As `dist` names it.
    pub fn name(self) -> &'static str {
        match self {
            Family::Normal => "normal",
            Family::Student => "t",
            Family::F => "f",
            Family::ChiSquared => "chisq",
            Family::Exponential => "exp",
            Family::Binomial => "binomial",
        }
    }

    pub fn by_name(name: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|family| family.name() == name)
    }

    /// The names of its parameters.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Family::Normal => &["mean", "sd"],
            Family::Student | Family::ChiSquared => &["df"],
            Family::F => &["df1", "df2"],
            Family::Exponential => &["rate"],
            Family::Binomial => &["trials", "p"],
        }
    }

    /// Whether a parameter may have this value.
    pub fn allows(name: &str, value: f64) -> bool {
        value.is_finite()
            && match name {
                "mean" => true,
                "trials" => value >= 0.0 && value.fract() == 0.0,
                "p" => (0.0..=1.0).contains(&value),
                _ => value > 0.0,
            }
    }

    /// What values a parameter may have.
    pub fn allowed(name: &str) -> &'static str {
        match name {
            "mean" => "a finite number",
            "trials" => "a whole number from 0 on",
            "p" => "a number between 0 and 1",
            _ => "a finite number above 0",
        }
    }

    /// No value is negative.
    pub fn is_positive(self) -> bool {
        !matches!(self, Family::Normal | Family::Student)
    }

    /// No single value has a probability.
    pub fn is_continuous(self) -> bool {
        self != Family::Binomial
    }
}

/// A distribution: a family and the values of its parameters, which it allows, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    pub family: Family,
    pub parameters: [f64; 2],
}

impl Law {
    /// The probability of values up to x, or of those above it. NaN for a NaN.
    pub fn probability(self, x: f64, lower: bool) -> f64 {
        let [first, second] = self.parameters;
        if x.is_nan() {
            return f64::NAN;
        }
        let (below, above) = match self.family {
            Family::Normal => {
                let z = (x - first) / second;
                symmetric(z, incomplete_gamma(0.5, 0.5 * z * z))
            }
            Family::Student => symmetric(x, student(x, first)),
            Family::Binomial => binomial(x, first, second),
            _ if x <= 0.0 => (0.0, 1.0),
            Family::F => f_law(x, first, second),
            Family::ChiSquared => incomplete_gamma(0.5 * first, 0.5 * x),
            Family::Exponential => (-(-first * x).exp_m1(), (-first * x).exp()),
        };
        if lower { below } else { above }
    }

    /// The least whole number, up to `most`, with at least probability p of values up to it; p may be short of a probability
    /// that was rounded.
    fn least_whole(self, p: f64, most: f64) -> f64 {
        let p = p * (1.0 - 64.0 * f64::EPSILON);
        let (mut below, mut enough) = (-1.0, most);
        while enough - below > 1.0 {
            let middle = below + ((enough - below) / 2.0).floor();
            if self.probability(middle, true) >= p { enough = middle } else { below = middle }
        }
        enough
    }

    /// The x with probability p of values up to it. NaN if p is no probability.
    pub fn quantile(self, p: f64) -> f64 {
        let [first, second] = self.parameters;
        if !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        if p == 0.0 {
            return if self.family.is_positive() { 0.0 } else { f64::NEG_INFINITY };
        }
        if self.family == Family::Binomial {
            return if p == 1.0 && second > 0.0 { first } else { self.least_whole(p, first) };
        }
        if p == 1.0 {
            return f64::INFINITY;
        }
        match self.family {
            Family::Binomial => unreachable!("its quantiles are whole"),
            Family::Normal => first + second * normal_quantile(p),
            Family::Exponential => -(-p).ln_1p() / first,
            Family::Student => student_quantile(p, first),
            Family::ChiSquared => {
                let a = 0.5 * first;
                2.0 * tail_root(p, a, |x| (incomplete_gamma(a, x), gamma_density(a, x)))
            }
            Family::F => {
                let [first, second] = [first, second].map(|df| df.min(MANY_DEGREES[1]));
                let density = |x: f64| {
                    let ratio = first / second * x;
                    beta_density(0.5 * first, 0.5 * second, 1.0 / (1.0 + 1.0 / ratio), 1.0 / (1.0 + ratio))
                };
                tail_root(p, 1.0, |x| (f_law(x, first, second), density(x)))
            }
        }
    }
}

/// The probabilities of at most x successes in n trials of probability p, and of more.
fn binomial(x: f64, n: f64, p: f64) -> (f64, f64) {
    let k = x.floor();
    match () {
        () if k < 0.0 => (0.0, 1.0),
        () if k >= n || p == 0.0 => (1.0, 0.0),
        () if p == 1.0 => (0.0, 1.0),
        () => incomplete_beta(n - k, k + 1.0, 1.0 - p, p),
    }
}

/// The tails of a distribution symmetric about 0, from the probabilities of less than |x| and of more.
fn symmetric(x: f64, (inner, outer): (f64, f64)) -> (f64, f64) {
    let (near, far) = (0.5 + 0.5 * inner, 0.5 * outer);
    if x < 0.0 { (far, near) } else { (near, far) }
}

/// Degrees of freedom from here on change no digit of a probability of Student's t, or only of F beside 1.
const MANY_DEGREES: [f64; 2] = [1e17, 1e30];

/// The probabilities of less than |t| and of more.
fn student(t: f64, df: f64) -> (f64, f64) {
    let df = df.min(MANY_DEGREES[0]);
    let ratio = t / df * t;
    incomplete_beta(0.5, 0.5 * df, 1.0 / (1.0 + 1.0 / ratio), 1.0 / (1.0 + ratio))
}

fn f_law(x: f64, df1: f64, df2: f64) -> (f64, f64) {
    let [df1, df2] = [df1, df2].map(|df| df.min(MANY_DEGREES[1]));
    let ratio = df1 / df2 * x;
    incomplete_beta(0.5 * df1, 0.5 * df2, 1.0 / (1.0 + 1.0 / ratio), 1.0 / (1.0 + ratio))
}

fn student_quantile(p: f64, df: f64) -> f64 {
    if p == 0.5 {
        return 0.0;
    }
    let df = df.min(MANY_DEGREES[0]);
    // t times twice the density at t
    let density = |t: f64| {
        let ratio = t / df * t;
        2.0 * beta_density(0.5, 0.5 * df, 1.0 / (1.0 + 1.0 / ratio), 1.0 / (1.0 + ratio))
    };
    let outer = 2.0 * p.min(1.0 - p);
    let t = if outer < 0.5 {
        root(outer, 1.0, false, |t| (student(t, df).1, density(t)))
    } else {
        root(2.0 * (p - 0.5).abs(), 1.0, true, |t| (student(t, df).0, density(t)))
    };
    t.copysign(p - 0.5)
}

/// The x at which the smaller of both tails of a positive distribution has its share; `law` gives them, and x times the
/// density.
fn tail_root(p: f64, start: f64, law: impl Fn(f64) -> ((f64, f64), f64)) -> f64 {
    let lower = p <= 0.5;
    root(if lower { p } else { 1.0 - p }, start, lower, |x| {
        let ((below, above), density) = law(x);
        (if lower { below } else { above }, density)
    })
}

/// The x > 0 at which a monotone function of it is `goal`: `f` gives the value, and x times the absolute derivative.
/// Newton's method on ln f over ln x, in which tails are nearly straight; where it leaves what is known to hold the root,
/// or takes long, the numbers between are halved.
fn root(goal: f64, start: f64, increasing: bool, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (0.0_f64, f64::MAX);
    let mut x = start;
    for step in 1..500 {
        let (value, slope) = f(x);
        if value == goal {
            return x;
        }
        if (value < goal) == increasing {
            low = x
        } else {
            high = x
        }
        let shift = (goal.ln() - value.ln()) * value / slope;
        let next = x * if increasing { shift.exp() } else { (-shift).exp() };
        let inside = next > low && next < high;
        if inside && (next - x).abs() <= 4e-16 * x {
            return next;
        }
        x = if inside && step % 8 != 0 { next } else { f64::from_bits(low.to_bits().midpoint(high.to_bits())) };
        if x == low || x == high {
            return x;
        }
    }
    x
}

/// Of the standard normal distribution: algorithm AS 241 (Wichura 1988), with a relative error of about 1e-16.
fn normal_quantile(p: f64) -> f64 {
    let ratio = |upper: &[f64; 8], lower: &[f64; 8], r: f64| {
        let polynomial = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
        polynomial(upper) / polynomial(lower)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTER.0, &CENTER.1, 0.180_625 - q * q);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let x = if r <= 5.0 { ratio(&MIDDLE.0, &MIDDLE.1, r - 1.6) } else { ratio(&FAR.0, &FAR.1, r - 5.0) };
    x.copysign(q)
}

type Ratio = ([f64; 8], [f64; 8]);

const CENTER: Ratio = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const MIDDLE: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const FAR: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

#[cfg(test)]
mod tests;
