//! Taking back what a withdrawal or correction ends, and telling a copy's true original.

use crate::article::{ArticleId, SlotId, Time};
use crate::policy::Policy;
use crate::reading::{Proposition, Quantity, Stance};

use super::super::Claims;
use super::super::rows::{ClaimRow, EvidenceKey, Standing};
use super::super::weigh::{Weighed, weigh};
use super::{Item, Told};

impl Claims {
    /// Ends all evidence of an article; its copies and earlier credits fall with it when weighed.
    /// What that leaves with nothing live is withheld, with this notice.
    pub fn withdraw(
        &mut self,
        policy: &Policy,
        article: ArticleId,
        at: Time,
        notice: &str,
    ) -> Vec<SlotId> {
        let claims = self.index.of_article(article).to_vec();
        for claim in &claims {
            for key in self.keys_by(*claim, article) {
                if let Some(row) = self.evidence.get_mut(&key)
                    && row.standing == Standing::Live
                {
                    row.standing = Standing::Withdrawn(at);
                }
            }
        }
        self.index.judge_withdrawn(&self.evidence, article);
        let mut slots = self.slots_of(&claims);
        slots.extend(self.slots_of(self.index.of_group(article)));
        slots.sort_unstable();
        slots.dedup();
        self.kept.forget(&slots);
        for slot in &slots {
            for one in weigh(policy, &self.view(*slot)) {
                let silent = self.fell_silent(&one) || self.repeats(&one, article);
                if !one.asserted()
                    && silent
                    && let Some(row) = self.claims.get_mut(&one.claim)
                {
                    row.withheld = Some(notice.to_owned());
                }
            }
        }
        slots
    }

    /// Whether a withdrawal ended what asserted a claim, or all that was said of it.
    fn fell_silent(&self, one: &Weighed) -> bool {
        let asserts = |key| self.evidence.get(key).is_some_and(|row| row.stance == Stance::Assert);
        !one.fallen.is_empty() && (one.speaking.is_empty() || one.fallen.iter().any(asserts))
    }

    /// Whether a claim on which all are silent has the words of this article, corrected before.
    fn repeats(&self, one: &Weighed, article: ArticleId) -> bool {
        let Some(claim) = self.claims.get(&one.claim) else { return false };
        let mut told = self.evidence.range(EvidenceKey::all_by(one.claim, article));
        one.speaking.is_empty() && told.any(|(_, row)| row.text == claim.text)
    }

    /// The true root of a copy group turned up: its copies are copies of that one.
    pub fn regroup(&mut self, from: ArticleId, into: ArticleId, first: Time) -> Vec<SlotId> {
        let mut claims = self.index.of_article(from).to_vec();
        claims.extend_from_slice(self.index.of_group(from));
        claims.sort_unstable();
        claims.dedup();
        for claim in &claims {
            let keys: Vec<EvidenceKey> = self
                .evidence_of(*claim)
                .filter(|(key, row)| row.copy_group.unwrap_or(key.article) == from)
                .map(|(key, _)| *key)
                .collect();
            for key in keys {
                if let Some(row) = self.evidence.get_mut(&key) {
                    let before = row.copy_group.replace(into);
                    row.as_of = row.as_of.min(first);
                    let row = row.clone();
                    self.index.forget_evidence(&self.evidence, key, before);
                    self.index.add_evidence(key, &row);
                }
            }
        }
        let mut slots = self.slots_of(&claims);
        slots.sort_unstable();
        slots.dedup();
        self.kept.forget(&slots);
        slots
    }

    /// What the article asserted before and this correction replaces: in the slots that it
    /// mentions, and where it now says something else of the same kind.
    pub(super) fn correct(
        &mut self,
        policy: &Policy,
        told: &Told<'_>,
        items: &[Item<'_>],
        slots: &mut Vec<SlotId>,
    ) {
        let mut replaced = self.recalled(policy, told, items, slots);
        for claim in self.index.of_article(told.article) {
            let Some(row) = self.claims.get(claim) else { continue };
            let mentioned = items.iter().any(|item| item.slot == row.slot);
            let elsewhere = || {
                let restated = items.iter().any(|item| item.claim == *claim);
                !restated && items.iter().any(|item| self.replaces(told, item, row))
            };
            if mentioned || elsewhere() {
                replaced.extend(self.keys_by(*claim, told.article));
                slots.push(row.slot);
            }
        }
        for key in replaced {
            if let Some(row) = self.evidence.get_mut(&key)
                && row.revision < told.revision
                && row.standing == Standing::Live
            {
                row.standing = Standing::Corrected(told.published);
            }
        }
    }

    /// What the notice says that an earlier version said, and this one does not say any more.
    fn recalled(
        &self,
        policy: &Policy,
        told: &Told<'_>,
        items: &[Item<'_>],
        slots: &mut Vec<SlotId>,
    ) -> Vec<EvidenceKey> {
        let mut keys = Vec::new();
        let recalled = told.reading.statements.iter().filter(|it| it.stance == Stance::Question);
        for statement in recalled {
            let numbers = statement.quantities.iter().map(Some);
            let whole = statement.quantities.is_empty().then_some(None);
            for number in whole.into_iter().chain(numbers) {
                let spot = match number {
                    Some(number) => Some(self.spot_of_number(told, statement, number)),
                    None => self.spot(policy, told, statement),
                };
                let claim = spot.and_then(|spot| spot.claim);
                let Some(claim) = claim.filter(|it| items.iter().all(|item| item.claim != *it))
                else {
                    continue;
                };
                keys.extend(self.keys_by(claim, told.article));
                slots.extend(self.slots_of(&[claim]));
            }
        }
        keys
    }

    /// Whether a statement that the article did not make before takes the place of a dropped one:
    /// the same predicate, another name or place.
    fn replaces(&self, told: &Told<'_>, item: &Item<'_>, dropped: &ClaimRow) -> bool {
        let new = &item.statement.proposition;
        let made_before = self
            .evidence
            .range(EvidenceKey::all_by(item.claim, told.article))
            .any(|(_, row)| row.revision < told.revision);
        let same_kind = match (item.quantity, &dropped.quantity) {
            (None, None) => {
                new.predicate.is_some()
                    && (new.predicate == dropped.proposition.predicate || contrary(new, dropped))
            }
            (Some(new), Some(old)) => same_count(new, old),
            _ => false,
        };
        !made_before && same_kind && item.statement.modality == dropped.modality
    }
}

/// "was cleared" in the place of "was convicted", of the same subject.
fn contrary(new: &Proposition, dropped: &ClaimRow) -> bool {
    let old = &dropped.proposition;
    let excludes = new.excludes == old.predicate || old.excludes == new.predicate;
    excludes && new.subject.is_some() && new.subject == old.subject
}

/// The same counted in the same place, though of another day or by another hand.
fn same_count(new: &Quantity, old: &Quantity) -> bool {
    (&new.indicator, &new.unit, &new.population, &new.place, new.part)
        == (&old.indicator, &old.unit, &old.population, &old.place, old.part)
}
