//! Mass, count and opinion: how much each voice weighs and what the sum says.
//!
//! Counts (`r`) are in [`GRAIN`]s; every threshold is compared before anything is rounded.

use crate::policy::{ONE, Policy};
use crate::reading::ClaimKind;

use super::SlotView;
use super::origins::Classes;
use super::voice::{Root, Voice};

/// So many grains are a count of one: fine enough for a threshold to fall where it should.
pub const GRAIN: i128 = 1_000_000_000_000;

/// A count that is shown in millionths has so many grains for each.
pub(in super::super) const GRAINS_A_MILLIONTH: i128 = GRAIN / ONE as i128;

/// The product of three shares.
const CUBE: i128 = 1_000_000_000_000_000_000;

/// The sums for and against, and what follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// R, in grains.
    pub support: i128,
    /// S, in grains.
    pub against: i128,
    /// W, in grains.
    pub prior: i128,
    /// a, in millionths.
    pub base: i128,
}

impl Opinion {
    /// An opinion with the prior of the policy.
    #[must_use]
    pub fn new(policy: &Policy, support: i128, against: i128) -> Self {
        Self {
            support,
            against,
            prior: i128::from(policy.calculus.prior_weight) * GRAIN,
            base: i128::from(policy.calculus.base_rate),
        }
    }

    /// R + S + W.
    const fn total(&self) -> i128 {
        let total = self.support + self.against + self.prior;
        if total > 0 { total } else { 1 }
    }

    /// Numerator of P over the total, in millionths.
    const fn expected(&self) -> i128 {
        self.support * ONE as i128 + self.base * self.prior
    }

    /// P in millionths.
    #[must_use]
    pub fn p(&self) -> i64 {
        share(rounded(self.expected(), self.total()))
    }

    /// u in millionths.
    #[must_use]
    pub fn uncertainty(&self) -> i64 {
        share(rounded(self.prior * i128::from(ONE), self.total()))
    }

    /// C in millionths.
    #[must_use]
    pub fn conflict(&self) -> i64 {
        share(rounded(2 * self.support.min(self.against) * i128::from(ONE), self.total()))
    }

    /// Whether P reaches a share in millionths.
    #[must_use]
    pub fn p_reaches(&self, share: i64) -> bool {
        self.expected() >= i128::from(share) * self.total()
    }

    /// Whether u is at most a share in millionths.
    #[must_use]
    pub fn uncertainty_within(&self, share: i64) -> bool {
        self.prior * i128::from(ONE) <= i128::from(share) * self.total()
    }

    /// Whether C reaches a share in millionths.
    #[must_use]
    pub fn conflict_reaches(&self, share: i64) -> bool {
        2 * self.support.min(self.against) * i128::from(ONE) >= i128::from(share) * self.total()
    }

    /// Whether disbelief reaches a share in millionths.
    #[must_use]
    pub fn disbelief_reaches(&self, share: i64) -> bool {
        self.against * i128::from(ONE) >= i128::from(share) * self.total()
    }

    /// r*: what must be added in support for P to reach a share, in grains.
    #[must_use]
    pub fn missing(&self, share: i64) -> i128 {
        let (one, share) = (i128::from(ONE), i128::from(share));
        let gap =
            (share - self.base) * self.prior + share * self.against - (one - share) * self.support;
        let rest = (one - share).max(1);
        if gap <= 0 { 0 } else { (gap + rest - 1) / rest }
    }
}

/// The quotient of two numbers that are not negative, half up.
const fn rounded(number: i128, by: i128) -> i128 {
    (2 * number + by) / (2 * by)
}

/// A share in millionths; it lies between nought and one by construction.
fn share(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(ONE)
}

/// A count in millionths, for showing.
pub(super) fn shown(count: i128) -> i64 {
    i64::try_from(rounded(count, GRAIN / i128::from(ONE))).unwrap_or(i64::MAX)
}

/// r of each voice that speaks: m = f·ρ·τ, capped; r = W·m/(1−m); a state's fades by halves.
pub(super) fn masses(
    policy: &Policy,
    view: &SlotView<'_>,
    voices: &[Voice<'_>],
    classes: &Classes,
) -> Vec<i128> {
    let one = |(at, voice): (usize, &Voice<'_>)| {
        if classes.of(at).is_none() {
            return 0;
        }
        // A medium that others credit with a deeper root is as good as that root, by its own path.
        let basis = &voices[classes.basis(at)];
        let letter = match voice.root {
            Root::Medium => voice.letter_weight.min(basis.letter_weight),
            _ => voice.letter_weight,
        };
        let mass = voice.route() * i128::from(letter);
        count(policy, mass) >> halvings(policy, view, voice)
    };
    voices.iter().enumerate().map(one).collect()
}

/// r of a mass, which is a product of three shares.
pub(in super::super) fn count(policy: &Policy, mass: i128) -> i128 {
    let cap = i128::from(policy.calculus.mass_max.clamp(0, ONE - 1)) * (CUBE / i128::from(ONE));
    let mass = mass.clamp(0, cap);
    rounded(i128::from(policy.calculus.prior_weight) * GRAIN * mass, CUBE - mass)
}

/// How often a state's evidence has halved, up to the last timer of its claim.
fn halvings(policy: &Policy, view: &SlotView<'_>, voice: &Voice<'_>) -> u32 {
    let Some((_, claim)) = view.claims.get(voice.claim) else { return 0 };
    if claim.kind != ClaimKind::State {
        return 0;
    }
    let age = claim.faded_at.since_ms(voice.row.received).max(0);
    let halves = age / policy.calculus.state_half_life_ms.max(1);
    u32::try_from(halves).unwrap_or(u32::MAX).min(u32::from(policy.calculus.state_half_lives_max))
}
