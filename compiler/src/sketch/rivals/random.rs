//! Numbers that look random and depend on a seed and a position only.

/// A 64-bit mix of `seed` and `position`: the output function of a counter-based generator (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014, section 3).
pub(super) fn mix(seed: u64, position: u64) -> u64 {
    let mut x =
        finish(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)).wrapping_add(position.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    finish(x)
}

fn finish(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Uniform in (0, 1].
pub(super) fn unit(seed: u64, position: u64) -> f64 {
    ((mix(seed, position) >> 11) + 1) as f64 / (1u64 << 53) as f64
}

/// Exponential with mean 1.
pub(super) fn exponential(seed: u64, position: u64) -> f64 {
    -unit(seed, position).ln()
}

/// max(⌊fraction len⌋, 1) of `0..len`, ascending, each subset as likely as any other; all of an empty range.
pub(super) fn sample(seed: u64, len: usize, fraction: f64) -> Vec<usize> {
    let wanted = ((fraction * len as f64) as usize).clamp(len.min(1), len);
    if wanted == len {
        return (0..len).collect();
    }
    let mut keyed: Vec<(u64, usize)> = (0..len).map(|i| (mix(seed, i as u64), i)).collect();
    if wanted > 0 {
        keyed.select_nth_unstable(wanted - 1);
    }
    let mut chosen: Vec<usize> = keyed[..wanted].iter().map(|key| key.1).collect();
    chosen.sort_unstable();
    chosen
}
