//! Logarithms in fixed point: sixteenths for what is stored, millionths for what is decided.

use crate::policy::ONE;

/// The binary logarithm in sixteenths, linear between powers of two; 0 for 0.
#[must_use]
pub(super) fn log2_sixteenths(value: u64) -> u64 {
    let Some(whole) = value.checked_ilog2() else { return 0 };
    let fraction = ((u128::from(value) << 4) >> whole) & 15;
    u64::from(whole) * 16 + u64::try_from(fraction).unwrap_or(0)
}

/// `ln(part / whole)` in millionths, for a part up to the whole; very low for no part.
#[must_use]
pub(super) fn ln_share(part: i64, whole: i64) -> i64 {
    if part <= 0 {
        return -100 * ONE;
    }
    let log = |value: i64| i64::try_from(log2_sixteenths(value.unsigned_abs() << 8)).unwrap_or(0);
    (log(part) - log(whole)) * LN_OF_A_SIXTEENTH
}

/// `ln(1 + ms / (days · 24 h))` in millionths.
#[must_use]
pub(super) fn ln_1p_days(ms: i64, days: i64) -> i64 {
    let whole = days * 86_400_000;
    -ln_share(whole / 1_000, (whole + ms.max(0)) / 1_000)
}

/// ln 2 / 16, in millionths.
const LN_OF_A_SIXTEENTH: i64 = 43_322;

/// `ln(½ + ½·share·e^rarity)` in 1024ths: how much better a story that has a term in this share of
/// its articles explains it than the news at large. `rarity` in sixteenths, the logarithm of the
/// share in millionths.
#[must_use]
pub(super) fn surprise(rarity: i64, ln_share: i64) -> i64 {
    let x = rarity * 64 + ln_share * 16 / 15_625;
    let at = x - SURPRISE_FROM;
    if at < 0 {
        return -LN_2;
    }
    let step = usize::try_from(at / SURPRISE_STEP).unwrap_or(usize::MAX);
    match (SURPRISE.get(step), SURPRISE.get(step.saturating_add(1))) {
        (Some(low), Some(high)) => low + (high - low) * (at % SURPRISE_STEP) / SURPRISE_STEP,
        _ => x - LN_2,
    }
}

/// ln 2 in 1024ths.
const LN_2: i64 = 710;
/// Where the table begins, and its steps, in 1024ths.
const SURPRISE_FROM: i64 = -6 * 1_024;
const SURPRISE_STEP: i64 = 256;
/// `1024 · ln(½ + ½·e^x)` for x from -6 to 8 in quarters.
const SURPRISE: [i64; 57] = [
    -707, -707, -706, -704, -703, -701, -698, -695, -691, -686, -679, -671, -660, -646, -629, -607,
    -580, -546, -504, -452, -389, -314, -224, -120, 0, 136, 288, 454, 635, 828, 1032, 1246, 1468,
    1697, 1931, 2170, 2412, 2657, 2905, 3154, 3405, 3657, 3910, 4163, 4417, 4672, 4926, 5181, 5437,
    5692, 5948, 6203, 6459, 6715, 6971, 7227, 7483,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_near() {
        assert_eq!(log2_sixteenths(1), 0);
        assert_eq!(log2_sixteenths(8), 48);
        assert!((ln_share(1, 10) + 2_302_585).abs() < 50_000);
        assert!((ln_1p_days(7 * 86_400_000, 7) - 693_147).abs() < 50_000);
        assert_eq!(ln_1p_days(-5, 7), 0);
    }

    #[test]
    fn a_term_that_the_story_lacks_speaks_against_it() {
        assert_eq!(surprise(100, ln_share(0, 3)), -LN_2);
        assert_eq!(surprise(0, 0), 0);
        // e^8 · 1 over the news at large, halved.
        assert!((surprise(128, 0) - (8 * 1_024 - LN_2)).abs() < 10);
        assert!(surprise(200, 0) > surprise(128, 0));
    }
}
