//! What changed since something was last published about a slot.

use serde::{Deserialize, Serialize};

use crate::article::{ClaimId, OriginId, SlotId, Time};
use crate::policy::Policy;
use crate::reading::{ClaimKind, Stance};

use super::Claims;
use super::rows::{ClaimRow, Dispute, EvidenceKey, Level, Standing, Status};
use super::weigh::{Origin, Weighed, weigh};

/// What happened to a claim. In the order in which events of one cause are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was said for the first time.
    Added,
    /// A new origin asserts it.
    Corroborated,
    /// A source says that it is not so.
    Denied,
    /// Conflict reached the bound.
    Disputed,
    /// A side of a dispute has nothing live any more.
    Resolved,
    /// A later value of its series.
    Superseded {
        /// That value.
        by: ClaimId,
    },
    /// A correction replaced it.
    Corrected {
        /// What the correction says instead, where that is a claim of the slot.
        by: Option<ClaimId>,
    },
    /// Nothing live asserts it any more.
    Retracted {
        /// Its texts are withheld.
        withhold: bool,
    },
    /// It turned out to be another claim.
    Merged {
        /// That claim.
        into: ClaimId,
    },
    /// What is published of it moved.
    LevelChanged {
        /// Before.
        from: Level,
        /// Now.
        to: Level,
        /// The cause.
        why: Why,
    },
}

/// Why a level moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the terms are those of the design")]
pub enum Why {
    NewOrigin,
    BetterPath,
    Denial,
    RivalValue,
    Revision,
    Withdrawal,
    Reinstatement,
    Correction,
    Outweighed,
    OriginsMerged,
    Decay,
    Decision,
}

/// What brings a slot to be weighed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A new article or a later revision.
    Revision,
    /// A revision that says it corrects, or that changed a fact without saying so.
    Correction,
    /// An article was withdrawn.
    Withdrawal,
    /// A withdrawn article returned.
    Reinstatement,
    /// Origins or stories turned out to be one, or a copy's true original was found.
    OriginsMerged,
    /// Time passed.
    Decay,
    /// A desk decided.
    Decision,
}

/// One event of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimEvent {
    /// Which claim.
    pub claim: ClaimId,
    /// What happened.
    pub what: What,
    /// The evidence for it, best first.
    pub because: Vec<EvidenceKey>,
    /// The claim as it was before, where it had been published.
    pub previous: Option<Box<ClaimRow>>,
}

impl Claims {
    /// Weighs a slot anew, brings its rows up to date and tells what is to be published: first
    /// what happened to each claim, last whose level moved.
    pub fn settle(
        &mut self,
        policy: &Policy,
        slot: SlotId,
        occasion: Occasion,
        now: Time,
    ) -> Vec<ClaimEvent> {
        let mut weighed = weigh(policy, &self.view(slot));
        weighed.sort_by_cached_key(|one| {
            (self.claims.get(&one.claim).map(|row| row.first_seen), one.claim)
        });
        let contested = self.contested(&weighed);
        let mut events = Vec::new();
        let mut levels = Vec::new();
        for one in &weighed {
            let case = Case { weighed: one, all: &weighed, occasion, now };
            let in_dispute = contested.contains(&one.claim);
            self.settle_one(policy, &case, in_dispute, &mut events, &mut levels);
        }
        events.append(&mut levels);
        events
    }

    /// Lets a state's evidence fade up to now; its slot is to be settled.
    pub fn fade(&mut self, claim: ClaimId, now: Time) -> Vec<SlotId> {
        let Some(row) = self.claims.get_mut(&claim) else { return Vec::new() };
        row.faded_at = row.faded_at.max(now);
        vec![row.slot]
    }

    /// Claims whose conflict reached the bound, and the values that exclude them.
    fn contested(&self, weighed: &[Weighed]) -> Vec<ClaimId> {
        let mut contested = Vec::new();
        for one in weighed.iter().filter(|one| one.level.dispute == Dispute::Open) {
            contested.push(one.claim);
            let new = self.claims.get(&one.claim).is_some_and(|row| !row.disputed);
            if new {
                contested.extend(&one.rivals);
            }
        }
        contested.sort_unstable();
        contested.dedup();
        contested
    }

    fn settle_one(
        &mut self,
        policy: &Policy,
        case: &Case<'_>,
        in_dispute: bool,
        events: &mut Vec<ClaimEvent>,
        levels: &mut Vec<ClaimEvent>,
    ) {
        let claim = case.weighed.claim;
        let Some(before) = self.claims.get(&claim) else { return };
        let after = self.updated(case, before, in_dispute);
        if after == *before {
            return;
        }
        let list = happenings(case, before, &after);
        let moved = before.published
            && (moved(&before.level, &after.level) || before.denied_by != after.denied_by);
        if !list.is_empty() || moved {
            let previous = before.published.then(|| Box::new(before.clone()));
            let event =
                |what, because| ClaimEvent { claim, what, because, previous: previous.clone() };
            for what in list {
                let because = self.because(policy, case, before, &what);
                events.push(event(what, because));
            }
            if moved {
                let (from, to) = (before.level, after.level);
                let what = What::LevelChanged { from, to, why: why(case, before, &after) };
                let because = self.because(policy, case, before, &what);
                levels.push(event(what, because));
            }
        }
        let changed = after.published
            && (moved
                || !before.published
                || !events.is_empty() && events.iter().any(|event| event.claim == claim));
        if let Some(row) = self.claims.get_mut(&claim) {
            *row = after;
            if changed {
                row.last_changed = case.now;
            }
        }
    }

    /// The row as it is to be now.
    fn updated(&self, case: &Case<'_>, before: &ClaimRow, in_dispute: bool) -> ClaimRow {
        let one = case.weighed;
        let mut row = before.clone();
        row.level = one.level;
        row.denied_by.clone_from(&one.denied_by);
        row.asserting = roots(one, |origin| origin.stance == Stance::Assert);
        row.denying = roots(one, denies);
        row.published |= !one.speaking.is_empty();
        row.superseded_by =
            if one.level.status == Status::Superseded { one.superseded_by } else { None };
        row.disputed = (before.disputed || in_dispute) && !one_sided(case);
        if one.asserted() {
            row.withheld = None;
        } else if row.withheld.is_none() && self.tells_fallen(one, &row.text) {
            row.withheld = Some(String::new());
        }
        if let Some(best) = one.best.and_then(|key| self.evidence.get(&key)) {
            if row.withheld.is_none() || one.asserted() {
                row.text.clone_from(&best.text);
            }
            row.when = row.when.or(best.when);
        }
        let denial = one.best_denial.and_then(|key| self.evidence.get(&key));
        row.denial_text = denial.and_then(|denial| denial.denial_text.clone());
        row
    }

    /// Whether the claim's words are those of an article that was withdrawn meanwhile.
    fn tells_fallen(&self, one: &Weighed, text: &str) -> bool {
        one.fallen.iter().filter_map(|key| self.evidence.get(key)).any(|row| row.text == text)
    }

    /// The evidence that shows why, best first.
    fn because(
        &self,
        policy: &Policy,
        case: &Case<'_>,
        before: &ClaimRow,
        what: &What,
    ) -> Vec<EvidenceKey> {
        let one = case.weighed;
        let mut keys: Vec<EvidenceKey> = match what {
            What::Corroborated => {
                new_evidence(one, &before.asserting, |o| o.stance == Stance::Assert)
            }
            What::Denied => new_evidence(one, &before.denying, denies),
            What::Superseded { by } => {
                case.other(*by).map_or_else(Vec::new, |by| by.speaking.clone())
            }
            What::Corrected { by } => {
                let by = by.and_then(|by| case.other(by));
                by.map_or_else(|| one.silent.clone(), |by| by.speaking.clone())
            }
            What::Retracted { .. } => one.silent.clone(),
            What::Disputed => one
                .origins
                .iter()
                .flat_map(|origin| origin.evidence.iter().map(|(key, _)| *key))
                .collect(),
            What::LevelChanged { .. } => {
                let mut keys = new_evidence(one, &before.asserting, |o| o.stance == Stance::Assert);
                keys.extend(new_evidence(one, &before.denying, denies));
                if keys.is_empty() {
                    keys.clone_from(if one.speaking.is_empty() {
                        &one.silent
                    } else {
                        &one.speaking
                    });
                }
                keys
            }
            What::Added | What::Resolved | What::Merged { .. } => one.speaking.clone(),
        };
        keys.truncate(policy.limits.claim_evidence_listed_max);
        keys
    }
}

/// When a state fades next: the first half-life of live evidence that ends after the last timer.
pub(super) fn next_fade(claims: &Claims, policy: &Policy, claim: ClaimId) -> Option<Time> {
    let row = claims.claims.get(&claim)?;
    if row.kind != ClaimKind::State {
        return None;
    }
    let half_life = policy.calculus.state_half_life_ms.max(1);
    let next = |received: Time| {
        let passed = row.faded_at.since_ms(received).max(0) / half_life;
        let more = passed < i64::from(policy.calculus.state_half_lives_max);
        more.then(|| received.plus_ms((passed + 1).saturating_mul(half_life)))
    };
    claims
        .evidence_of(claim)
        .filter(|(_, row)| row.standing == Standing::Live)
        .filter_map(|(_, row)| next(row.received))
        .min()
}

struct Case<'a> {
    weighed: &'a Weighed,
    all: &'a [Weighed],
    occasion: Occasion,
    now: Time,
}

impl<'a> Case<'a> {
    fn other(&self, claim: ClaimId) -> Option<&'a Weighed> {
        self.all.iter().find(|one| one.claim == claim)
    }
}

/// A denying origin, as opposed to one that asserts a rival value.
fn denies(origin: &Origin) -> bool {
    origin.stance == Stance::Deny && !origin.rival
}

fn roots(one: &Weighed, side: impl Fn(&Origin) -> bool) -> Vec<OriginId> {
    let mut roots: Vec<OriginId> = one
        .origins
        .iter()
        .filter(|origin| side(origin) && origin.counted)
        .flat_map(|origin| origin.roots.iter().copied())
        .collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

/// Evidence of the claim's new origins on one side.
fn new_evidence(
    one: &Weighed,
    known: &[OriginId],
    side: impl Fn(&Origin) -> bool,
) -> Vec<EvidenceKey> {
    new_origins(one, known, side)
        .flat_map(|origin| origin.evidence.iter().map(|(key, _)| *key))
        .collect()
}

fn new_origins<'a>(
    one: &'a Weighed,
    known: &'a [OriginId],
    side: impl Fn(&Origin) -> bool + 'a,
) -> impl Iterator<Item = &'a Origin> {
    one.origins
        .iter()
        .filter(move |origin| side(origin) && origin.counted)
        .filter(|origin| !origin.roots.iter().any(|root| known.binary_search(root).is_ok()))
}

/// Whether a conflict of this claim has only one side left.
fn one_sided(case: &Case<'_>) -> bool {
    let one = case.weighed;
    let against = one.origins.iter().any(|origin| origin.stance == Stance::Deny);
    let rivals = case.all.iter().any(|other| other.rivals.contains(&one.claim) && other.asserted());
    !one.asserted() || !(against || rivals)
}

/// Whether what readers act on moved.
fn moved(from: &Level, to: &Level) -> bool {
    let key = |level: &Level| {
        (
            level.status,
            level.likelihood,
            level.confidence,
            level.basis,
            level.dispute,
            level.origins,
        )
    };
    key(from) != key(to)
}

/// What happened, in the order of publication; without the move of the level.
fn happenings(case: &Case<'_>, before: &ClaimRow, after: &ClaimRow) -> Vec<What> {
    let one = case.weighed;
    let mut list = Vec::new();
    if !after.published {
        return list;
    }
    let added = !before.published;
    if added {
        list.push(What::Added);
    }
    let superseded = after.superseded_by.filter(|_| before.superseded_by.is_none());
    let returned = matches!(case.occasion, Occasion::Reinstatement);
    let asserting = |origin: &Origin| origin.stance == Stance::Assert;
    let new = new_origins(one, &before.asserting, asserting).next().is_some();
    if new && !added && !returned && after.superseded_by.is_none() {
        list.push(What::Corroborated);
    }
    if new_origins(one, &before.denying, denies).next().is_some() && (added || !returned) {
        list.push(What::Denied);
    }
    if after.disputed && !before.disputed {
        list.push(What::Disputed);
    }
    if before.disputed && !after.disputed {
        list.push(What::Resolved);
    }
    if let Some(by) = superseded {
        list.push(What::Superseded { by });
    }
    if before.level.status != after.level.status || added {
        match after.level.status {
            Status::Corrected => list.push(What::Corrected { by: corrected_by(case) }),
            Status::Retracted => {
                list.push(What::Retracted { withhold: after.withheld.is_some() });
            }
            _ => {}
        }
    }
    list
}

/// What the correcting article now asserts in the slot.
fn corrected_by(case: &Case<'_>) -> Option<ClaimId> {
    let gone = |key: &EvidenceKey| case.weighed.silent.iter().any(|own| own.article == key.article);
    let asserted =
        case.all.iter().filter(|other| other.claim != case.weighed.claim && other.asserted());
    asserted.filter(|other| other.speaking.iter().any(gone)).map(|other| other.claim).next_back()
}

fn why(case: &Case<'_>, before: &ClaimRow, after: &ClaimRow) -> Why {
    match case.occasion {
        Occasion::Withdrawal => return Why::Withdrawal,
        Occasion::Reinstatement => return Why::Reinstatement,
        Occasion::Correction => return Why::Correction,
        Occasion::OriginsMerged => return Why::OriginsMerged,
        Occasion::Decay => return Why::Decay,
        Occasion::Decision => return Why::Decision,
        Occasion::Revision => {}
    }
    let one = case.weighed;
    let (from, to) = (&before.level, &after.level);
    let asserting = |origin: &Origin| origin.stance == Stance::Assert;
    if from.dispute == Dispute::Open && to.dispute == Dispute::Outweighed {
        Why::Outweighed
    } else if new_origins(one, &before.asserting, asserting).next().is_some() {
        Why::NewOrigin
    } else if new_origins(one, &before.denying, denies).next().is_some() {
        Why::Denial
    } else if after.superseded_by != before.superseded_by
        || (!one.rivals.is_empty() && to.conflict >= from.conflict && to.p <= from.p)
    {
        Why::RivalValue
    } else if to.p > from.p {
        Why::BetterPath
    } else if to.origins < from.origins && one.silent.len() == one.fallen.len() {
        Why::OriginsMerged
    } else {
        Why::Revision
    }
}
