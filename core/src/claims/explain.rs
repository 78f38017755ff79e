//! Why this level: what each origin is worth, which one carries it, and what would raise it.

use crate::article::ClaimId;
use crate::policy::{Letter, ONE, Policy};
use crate::reading::{Factuality, Stance};

use super::Claims;
use super::rows::{Level, Status};
use super::weigh::{Opinion, Origin, P_CORROBORATED, P_STRONG, SlotView, Weighed, count, weigh};

/// C below which the Admiralty scale calls a report confirmed.
const CONFLICT_SMALL: i64 = 200_000;

/// The Admiralty grade: how reliable the best source is, and how credible the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The best live root's letter; `None` where nothing is live.
    pub letter: Option<Letter>,
    /// 1 (confirmed) to 6 (not judged).
    pub digit: u8,
}

/// What one origin is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// The origin, with its evidence and the rule that joined each piece.
    pub origin: Origin,
    /// P with it less P without it, in millionths.
    pub delta: i64,
    /// The status that would stand without it.
    pub status_without: Status,
    /// The level stands or falls with it.
    pub pivotal: bool,
}

/// What would raise the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raise {
    /// The next status.
    pub to: Status,
    /// P* that it asks for, in millionths.
    pub p: i64,
    /// r*: what is missing in support, in grains.
    pub missing: i128,
    /// So many more independent origins, each named and fairly reliable.
    pub origins: u32,
}

/// Why a claim stands where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Which claim.
    pub claim: ClaimId,
    /// As it stands.
    pub level: Level,
    /// The sums behind it.
    pub opinion: Opinion,
    /// The field's own scale.
    pub grade: Grade,
    /// Its origins, those that assert it first, by weight.
    pub origins: Vec<Worth>,
    /// What would raise it, where something can.
    pub raise: Option<Raise>,
    /// The same in one sentence.
    pub sentence: String,
}

/// Explains the level of a claim; `None` where there is no such claim.
#[must_use]
pub fn explain(policy: &Policy, claims: &Claims, claim: ClaimId) -> Option<Explanation> {
    let claim = claims.resolve(claim);
    let view = claims.view(claims.get(claim)?.slot);
    let one = weigh(policy, &view).into_iter().find(|one| one.claim == claim)?;
    let raise = raise_of(policy, &one.level, &one.opinion);
    Some(Explanation {
        claim,
        level: one.level,
        opinion: one.opinion,
        grade: grade(&one),
        origins: worths(policy, &view, &one),
        raise,
        sentence: sentence(&one.level, raise),
    })
}

fn grade(one: &Weighed) -> Grade {
    let asserting = one.origins.iter().filter(|origin| origin.stance == Stance::Assert);
    let opinion = &one.opinion;
    let digit = if one.level.origins == 0 && one.level.status != Status::Denied
        || !opinion.uncertainty_within(ONE / 2)
    {
        6
    } else if one.level.origins >= 2
        && opinion.p_reaches(P_STRONG)
        && !opinion.conflict_reaches(CONFLICT_SMALL)
    {
        1
    } else if opinion.p_reaches(P_CORROBORATED) {
        2
    } else if opinion.p_reaches(450_000) {
        3
    } else if opinion.p_reaches(200_000) {
        4
    } else {
        5
    };
    Grade { letter: asserting.filter_map(|origin| origin.letter).min(), digit }
}

/// Each origin's worth: the slot is weighed again without its evidence.
fn worths(policy: &Policy, view: &SlotView<'_>, one: &Weighed) -> Vec<Worth> {
    let mut worths: Vec<Worth> = one
        .origins
        .iter()
        .map(|origin| {
            let without = without(policy, view, one.claim, origin);
            Worth {
                origin: origin.clone(),
                delta: one.level.p - without.p,
                status_without: without.status,
                pivotal: false,
            }
        })
        .collect();
    let carries = |worth: &&mut Worth| worth.status_without != one.level.status;
    if let Some(worth) = worths.iter_mut().filter(carries).max_by_key(|worth| worth.delta.abs()) {
        worth.pivotal = true;
    }
    worths
}

fn without(policy: &Policy, view: &SlotView<'_>, claim: ClaimId, origin: &Origin) -> Level {
    let gone = |key| origin.evidence.iter().any(|(own, _)| *own == key);
    let rest = SlotView {
        claims: view.claims.clone(),
        evidence: view.evidence.iter().filter(|(key, _)| !gone(*key)).copied().collect(),
        withdrawn: view.withdrawn,
    };
    let levels = weigh(policy, &rest);
    levels.into_iter().find(|one| one.claim == claim).map(|one| one.level).unwrap_or_default()
}

/// The next status up, and what it asks for.
pub(super) fn raise_of(policy: &Policy, level: &Level, opinion: &Opinion) -> Option<Raise> {
    let n = level.origins;
    let (to, p, origins) = match level.status {
        Status::Superseded | Status::StronglyCorroborated | Status::Official => return None,
        Status::Corroborated => (Status::StronglyCorroborated, P_STRONG, 3),
        _ => (Status::Corroborated, P_CORROBORATED, 2),
    };
    let missing = opinion.missing(p);
    let calculus = &policy.calculus;
    let said = calculus.factuality.get(Factuality::Said as usize).copied().unwrap_or_default();
    let fair = calculus.reliability.get(Letter::C as usize).copied().unwrap_or_default();
    let each =
        count(policy, [said, fair, calculus.carrier_listed].map(i128::from).iter().product());
    let needed = (missing + each - 1) / each.max(1);
    let needed = u32::try_from(needed).unwrap_or(u32::MAX);
    Some(Raise { to, p, missing, origins: needed.max(origins.max(n) - n).max(1) })
}

pub(super) fn sentence(level: &Level, raise: Option<Raise>) -> String {
    let Some(raise) = raise else {
        return match level.status {
            Status::Superseded => "A later value has taken its place.".to_owned(),
            Status::Official => "It is the body's own act; nothing else is needed.".to_owned(),
            _ => "Nothing would raise it further.".to_owned(),
        };
    };
    let to = match raise.to {
        Status::StronglyCorroborated => "strongly corroborated",
        _ => "corroborated",
    };
    let number = match raise.origins {
        1 => "One".to_owned(),
        2 => "Two".to_owned(),
        3 => "Three".to_owned(),
        4 => "Four".to_owned(),
        more => more.to_string(),
    };
    let sources = if raise.origins == 1 { "source" } else { "sources" };
    let more = if level.origins == 0 { "" } else { " more" };
    format!("{number}{more} named independent {sources} would make it {to}.")
}
