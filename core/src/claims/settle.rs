//! What changed since something was last published about a slot.

mod tell;

use std::sync::Arc;

use crate::article::{ClaimId, SlotId, Time};
use crate::policy::Policy;
use crate::reading::{ClaimKind, Stance};

use super::Claims;
use super::event::{ClaimEvent, Occasion, What};
use super::relocate::united;
use super::rows::{ClaimRow, Dispute, EvidenceKey, Standing, Status};
use super::weigh::{Weighed, weigh};
use tell::{Case, denies, happenings, moved, new_evidence, one_sided, roots, why};

/// Roots that are remembered of one claim.
const ROOTS_MAX: usize = 256;

/// A slot as it stands after its weighing.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// What is to be published: first what happened to each claim, last whose level moved.
    pub events: Vec<ClaimEvent>,
    /// The claims of the slot, weighed.
    pub weighed: Arc<[Weighed]>,
}

impl Claims {
    /// Weighs a slot anew, brings its rows up to date and tells what is to be published.
    pub fn settle(
        &mut self,
        policy: &Policy,
        slot: SlotId,
        occasion: Occasion,
        now: Time,
    ) -> Settled {
        let mut weighed = weigh(policy, &self.view(slot));
        weighed.sort_by_cached_key(|one| {
            (self.claims.get(&one.claim).map(|row| row.first_seen), one.claim)
        });
        let weighed: Arc<[Weighed]> = weighed.into();
        self.kept.keep(policy.limits.weighed_slots_max, slot, &weighed);
        let contested = self.contested(&weighed);
        let mut events = Vec::new();
        let mut levels = Vec::new();
        for one in weighed.iter() {
            let case = Case { weighed: one, all: &weighed, occasion, now };
            let in_dispute = contested.contains(&one.claim);
            self.settle_one(policy, &case, in_dispute, &mut events, &mut levels);
        }
        events.append(&mut levels);
        Settled { events, weighed }
    }

    /// Lets a state's evidence fade up to now; its slot is to be settled.
    pub fn fade(&mut self, claim: ClaimId, now: Time) -> Vec<SlotId> {
        let Some(row) = self.claims.get_mut(&claim) else { return Vec::new() };
        row.faded_at = row.faded_at.max(now);
        let slots = vec![row.slot];
        self.kept.forget(&slots);
        slots
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
            let previous = before.published.then_some(before.level);
            let event = |what, because| ClaimEvent { claim, what, because, previous };
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
        // Who asserted it once is no new origin when he says so again.
        let asserting = roots(one, |origin| origin.stance == Stance::Assert);
        row.asserting = united(&before.asserting, &asserting);
        row.asserting.truncate(ROOTS_MAX);
        row.denying = roots(one, denies);
        row.published |= !one.speaking.is_empty();
        row.superseded_by =
            if one.level.status == Status::Superseded { one.superseded_by } else { None };
        row.disputed = (before.disputed || in_dispute) && !one_sided(case);
        if one.told() {
            row.withheld = None;
        } else if row.withheld.is_none() && self.tells_fallen(one, &row.text) {
            row.withheld = Some(String::new());
        }
        if let Some(best) = one.best.and_then(|key| self.evidence.get(&key)) {
            if row.withheld.is_none() || one.told() {
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
