//! Special functions: the incomplete gamma and beta functions, each with its complement.
//!
//! The power in front of a series or fraction comes from the saddle-point expansion of C. Loader, "Fast and Accurate
//! Computation of Binomial Probabilities" (2000), in which no large logarithms cancel. Results are right to about 14 digits,
//! tails included.

use std::f64::consts::PI;

/// Beyond so many terms nothing more is gained; a series takes about 10 sqrt(a) of them.
const MOST_TERMS: u32 = 4_000_000;

/// From here on the incomplete gamma function is told by the first terms of its uniform expansion: the next one is below
/// 1 / (100 a).
const LARGE: f64 = 1e9;

/// The error of Stirling's formula: ln Γ(a + 1) - ln(sqrt(2 π a) a^a e^-a), for a > 0.
fn stirling_error(a: f64) -> f64 {
    // δ(a) - δ(a + 1) = (a + 1/2) ln(1 + 1/a) - 1
    let (mut at, mut sum) = (a, 0.0);
    while at < 16.0 {
        sum += (at + 0.5) * (1.0 / at).ln_1p() - 1.0;
        at += 1.0;
    }
    let square = at * at;
    let terms = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    sum + terms.iter().rev().fold(0.0, |rest, term| term + rest / square) / at
}

/// The deviance a ln(a / x) + x - a, without cancellation where x is near a.
fn deviance(a: f64, x: f64) -> f64 {
    if (a - x).abs() >= 0.1 * (a + x) {
        let ratio = a / x;
        let log = if ratio.is_finite() && ratio > 0.0 { ratio.ln() } else { a.ln() - x.ln() };
        return a * log + x - a;
    }
    // ln(a / x) = 2 artanh(v)
    let v = (a - x) / (a + x);
    let mut sum = (a - x) * v;
    let mut power = 2.0 * a * v;
    let mut odd = 3.0;
    loop {
        power *= v * v;
        let next = sum + power / odd;
        if next == sum {
            return sum;
        }
        (sum, odd) = (next, odd + 2.0);
    }
}

/// x^a e^-x / Γ(a + 1)
fn gamma_power(a: f64, x: f64) -> f64 {
    (-stirling_error(a) - deviance(a, x)).exp() / (2.0 * PI * a).sqrt()
}

/// x^a e^-x / Γ(a): x times the density of the gamma distribution.
pub fn gamma_density(a: f64, x: f64) -> f64 {
    a * gamma_power(a, x)
}

/// The regularized incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x), for a > 0 and x >= 0.
pub fn incomplete_gamma(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    if a > LARGE {
        return uniform_gamma(a, x);
    }
    if x < a + 1.0 {
        let p = gamma_power(a, x) * gamma_series(a, x);
        (p, 1.0 - p)
    } else {
        let q = gamma_density(a, x) * gamma_fraction(a, x);
        (1.0 - q, q)
    }
}

/// 1 + x / (a + 1) + x^2 / ((a + 1) (a + 2)) + ...
fn gamma_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut at) = (1.0, 1.0, a);
    for _ in 0..MOST_TERMS {
        at += 1.0;
        term *= x / at;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// 1 / (x + 1 - a - (1 (1 - a)) / (x + 3 - a - (2 (2 - a)) / (x + 5 - a - ...)))
fn gamma_fraction(a: f64, x: f64) -> f64 {
    fraction(x + 1.0 - a, |k| (-k * (k - a), x + 1.0 + 2.0 * k - a))
}

/// Temme's uniform expansion (DLMF 8.12.3): Q = erfc(η sqrt(a / 2)) / 2 + e^(-a η² / 2) c / sqrt(2 π a), where
/// η² / 2 = x / a - 1 - ln(x / a) and c = 1 / (x / a - 1) - 1 / η.
fn uniform_gamma(a: f64, x: f64) -> (f64, f64) {
    let d = deviance(a, x);
    let eta = (2.0 * d / a).sqrt().copysign(x - a);
    let c = if eta.abs() < 1e-3 { -1.0 / 3.0 + eta / 12.0 } else { a / (x - a) - 1.0 / eta };
    let more = (-d).exp() * c / (2.0 * PI * a).sqrt();
    let (inner, outer) = incomplete_gamma(0.5, d);
    if x < a { (0.5 * outer - more, 0.5 + 0.5 * inner + more) } else { (0.5 + 0.5 * inner - more, 0.5 * outer + more) }
}

/// x^a y^b / B(a, b): x y times the density of the beta distribution at x, for x + y = 1.
pub fn beta_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    (errors - deviance(a, n * x) - deviance(b, n * y)).exp() * (a / (2.0 * PI) * (b / n)).sqrt()
}

/// The regularized incomplete beta function I_x(a, b) and its complement I_y(b, a), for a, b > 0 and x + y = 1. Both x and y
/// are asked for, since the smaller one may be lost in the larger.
pub fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        (0.0, 1.0)
    } else if y <= 0.0 {
        (1.0, 0.0)
    } else if b > 1e6 * a.max(1.0) {
        beta_as_gamma(a, b, x, y)
    } else if a > 1e6 * b.max(1.0) {
        let (upper, lower) = beta_as_gamma(b, a, y, x);
        (lower, upper)
    } else if a + b > 1e12 {
        uniform_beta(a, b, x, y)
    } else if x < (a + 1.0) / (a + b + 2.0) {
        let lower = beta_density(a, b, x, y) / a * beta_fraction(a, b, x);
        (lower, 1.0 - lower)
    } else {
        let upper = beta_density(b, a, y, x) / b * beta_fraction(b, a, y);
        (1.0 - upper, upper)
    }
}

/// For b far above a: -(b + (a - 1) / 2) ln y is distributed as gamma, up to a relative error of the order of (a / b)^2.
fn beta_as_gamma(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    let log = if x < 0.5 { (-x).ln_1p() } else { y.ln() };
    incomplete_gamma(a, -log * (b + 0.5 * (a - 1.0)))
}

/// Temme's uniform expansion for large a and b (DLMF 8.18.9): I = erfc(-η sqrt(n / 2)) / 2 + e^(-n η² / 2) c / sqrt(2 π n), where
/// n = a + b, η² / 2 = -a / n ln(n x / a) - b / n ln(n y / b), s = sqrt(a b) / n and c = 1 / η - s / (x - a / n).
fn uniform_beta(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    let n = a + b;
    let away = if x < y { x - a / n } else { b / n - y };
    let d = deviance(a, n * x) + deviance(b, n * y);
    let eta = (2.0 * d / n).sqrt().copysign(away);
    let s = (a / n * (b / n)).sqrt();
    let c = if eta.abs() < 1e-5 { (b / n - a / n) / (3.0 * s) } else { 1.0 / eta - s / away };
    let more = (-d).exp() * c / (2.0 * PI * n).sqrt();
    let (inner, outer) = incomplete_gamma(0.5, d);
    if away < 0.0 {
        (0.5 * outer + more, 0.5 + 0.5 * inner - more)
    } else {
        (0.5 + 0.5 * inner + more, 0.5 * outer - more)
    }
}

/// The continued fraction of DLMF 8.17.22: 1 / (1 + d1 / (1 + d2 / (1 + ...))).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    fraction(1.0, |k| {
        let m = (k / 2.0).floor();
        let at = a + 2.0 * m;
        let d = if k % 2.0 == 0.0 {
            m * (b - m) / ((at - 1.0) * at) * x
        } else {
            -(a + m) * (a + b + m) / (at * (at + 1.0)) * x
        };
        (d, 1.0)
    })
}

/// 1 / (first + n1 / (d1 + n2 / (d2 + ...))) by Lentz's method.
fn fraction(first: f64, terms: impl Fn(f64) -> (f64, f64)) -> f64 {
    let away = |x: f64| if x.abs() < 1e-300 { 1e-300 } else { x };
    let mut d = 1.0 / away(first);
    let (mut c, mut value) = (f64::INFINITY, d);
    for k in 1..MOST_TERMS {
        let (numerator, denominator) = terms(f64::from(k));
        d = 1.0 / away(denominator + numerator * d);
        c = away(denominator + numerator / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}
