//! What is published of the sums: status, likelihood, analytic confidence, dispute.
//!
//! The terms and bounds are those of the design, section 5 (8); each is compared before rounding.

use crate::claims::rows::{Confidence, Dispute, Level, Likelihood, Status};
use crate::policy::Policy;
use crate::reading::Basis;

use super::ending::Gone;
use super::fuse::Opinion;
use super::sides::Word;

/// C from which a claim is disputed.
const CONFLICT_OPEN: i64 = 400_000;
/// C below which a claim can be strongly corroborated.
const CONFLICT_SMALL: i64 = 200_000;
/// d from which disbelief that outweighs belief is a dispute.
const DISBELIEF_OPEN: i64 = 200_000;
/// u up to which a level is judged at all.
const JUDGED: i64 = 500_000;
/// u up to which an own act is official, and confidence moderate.
const UNCERTAINTY_MODERATE: i64 = 250_000;
/// u up to which confidence is high.
const UNCERTAINTY_HIGH: i64 = 100_000;
/// P of a corroborated claim.
pub(in super::super) const P_CORROBORATED: i64 = 800_000;
/// P of a strongly corroborated claim.
pub(in super::super) const P_STRONG: i64 = 950_000;

/// What was found out about a claim beside the sums.
pub(super) struct Facts {
    pub n: u32,
    pub denying: u32,
    pub denied: bool,
    pub subject_denies: bool,
    pub basis: Basis,
    pub gone: Option<Gone>,
    pub superseded: bool,
    pub strong_root: bool,
    pub in_all: u32,
}

/// The sums of both sides, and of how many origins, for who has nothing but them.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Sums {
    pub support: i128,
    pub against: i128,
    pub n: u32,
    pub denying: u32,
}

/// The status of a claim that is attributed and stands, by its sums.
pub(in super::super) fn judged(
    policy: &Policy,
    opinion: &Opinion,
    sums: Sums,
    denied: bool,
    strong_root: bool,
) -> Status {
    let facts = Facts {
        n: sums.n,
        denying: sums.denying,
        denied,
        subject_denies: false,
        basis: Basis::Attributed,
        gone: None,
        superseded: false,
        strong_root,
        in_all: sums.n.max(sums.denying),
    };
    level(policy, opinion, &facts, &[]).status
}

/// The level of one claim.
pub(super) fn level(policy: &Policy, opinion: &Opinion, facts: &Facts, words: &[Word]) -> Level {
    let open = disputed(opinion, facts.n, facts.subject_denies);
    let official = facts.basis == Basis::OwnAct
        && facts.n > 0
        && !facts.denied
        && opinion.uncertainty_within(UNCERTAINTY_MODERATE);
    let status = status(opinion, facts, open, official);
    let outweighed = || {
        facts.denying > 0
            && words.iter().filter_map(|word| word.support).any(|(mass, _)| {
                disputed(&Opinion::new(policy, mass, opinion.against), 1, facts.subject_denies)
            })
    };
    Level {
        status,
        likelihood: likelihood(opinion, facts, status == Status::Official),
        confidence: confidence(opinion, facts.n, status == Status::Official),
        basis: facts.basis,
        dispute: if open {
            Dispute::Open
        } else if outweighed() {
            Dispute::Outweighed
        } else {
            Dispute::None
        },
        origins: facts.n,
        p: opinion.p(),
        uncertainty: opinion.uncertainty(),
        conflict: opinion.conflict(),
    }
}

/// The condition of `disputed`.
fn disputed(opinion: &Opinion, n: u32, subject_denies: bool) -> bool {
    opinion.conflict_reaches(CONFLICT_OPEN)
        || (n >= 1
            && opinion.disbelief_reaches(DISBELIEF_OPEN)
            && opinion.against > opinion.support)
        || (n == 1 && subject_denies)
}

/// The first that holds.
fn status(opinion: &Opinion, facts: &Facts, open: bool, official: bool) -> Status {
    match facts.gone {
        _ if facts.n > 0 => {}
        Some(_) if facts.superseded => return Status::Superseded,
        Some(Gone::Retracted) => return Status::Retracted,
        Some(Gone::Corrected) => return Status::Corrected,
        None => {}
    }
    let clear = !opinion.conflict_reaches(CONFLICT_SMALL);
    if facts.superseded {
        Status::Superseded
    } else if open {
        Status::Disputed
    } else if facts.n == 0 && facts.denied {
        Status::Denied
    } else if official {
        Status::Official
    } else if !opinion.uncertainty_within(JUDGED) {
        Status::NotJudged
    } else if facts.n >= 3 && opinion.p_reaches(P_STRONG) && clear && facts.strong_root {
        Status::StronglyCorroborated
    } else if facts.n >= 2 && opinion.p_reaches(P_CORROBORATED) {
        Status::Corroborated
    } else if facts.n >= 2 {
        Status::SeveralOrigins
    } else {
        Status::SingleOrigin
    }
}

/// The seven ICD-203 terms by their lower bounds in millionths, the highest first.
const TERMS: [(i64, Likelihood); 6] = [
    (950_000, Likelihood::AlmostCertain),
    (800_000, Likelihood::VeryLikely),
    (550_000, Likelihood::Likely),
    (450_000, Likelihood::RoughlyEvenChance),
    (200_000, Likelihood::Unlikely),
    (50_000, Likelihood::VeryUnlikely),
];

fn likelihood(opinion: &Opinion, facts: &Facts, official: bool) -> Likelihood {
    if !opinion.uncertainty_within(JUDGED) || (facts.n == 1 && facts.subject_denies) {
        return Likelihood::NotJudged;
    }
    let term = TERMS
        .iter()
        .find(|(bound, _)| opinion.p_reaches(*bound))
        .map_or(Likelihood::AlmostNoChance, |(_, term)| *term);
    if facts.in_all <= 1 && !official {
        term.clamp(Likelihood::Unlikely, Likelihood::Likely)
    } else {
        term
    }
}

fn confidence(opinion: &Opinion, n: u32, official: bool) -> Confidence {
    let high = n >= 3
        && opinion.uncertainty_within(UNCERTAINTY_HIGH)
        && !opinion.conflict_reaches(CONFLICT_SMALL);
    let moderate = n >= 2
        && opinion.uncertainty_within(UNCERTAINTY_MODERATE)
        && !opinion.conflict_reaches(CONFLICT_OPEN);
    match (high, moderate || official) {
        (true, _) => Confidence::High,
        (false, true) => Confidence::Moderate,
        (false, false) => Confidence::Low,
    }
}
