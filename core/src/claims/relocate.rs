//! Claims whose story changes: joined with another one, split off, or gone.

use std::collections::BTreeSet;

use crate::article::{ArticleId, ClaimId, Id, SlotId, StoryId, Time};
use crate::policy::Policy;

use super::Claims;
use super::event::{ClaimEvent, What};
use super::matching::Found;
use super::rows::{ClaimRow, EvidenceKey};
use super::weigh::interval;

/// What joining two stories did to the claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Claims that only moved.
    pub moved: Vec<ClaimId>,
    /// Claims that turned out to be one: from, into.
    pub merged: Vec<(ClaimId, ClaimId)>,
    /// A `merged` for each of those that had been published, told of the claim that goes on.
    pub events: Vec<ClaimEvent>,
    /// To be settled, sorted.
    pub slots: Vec<SlotId>,
}

impl Claims {
    /// Moves all claims of a story into another one. Ids never change; a claim that the other
    /// story has already gives it its evidence and redirects there.
    pub fn join(&mut self, policy: &Policy, from: StoryId, into: StoryId, now: Time) -> Joined {
        let mut joined = Joined::default();
        let leaving: Vec<ClaimId> = self.index.of_story(from).collect();
        // First every claim looks for its like among those that were there before.
        let plans: Vec<(ClaimId, Home)> = leaving
            .iter()
            .filter_map(|claim| Some((*claim, self.home(policy, into, self.claims.get(claim)?))))
            .collect();
        let mut slot_moves: Vec<(SlotId, SlotId)> = Vec::new();
        for (claim, home) in &plans {
            let Some(row) = self.claims.get(claim) else { continue };
            match home {
                Home::Claim(target) => {
                    let slot = self.claims.get(target).map_or(row.slot, |row| row.slot);
                    slot_moves.push((row.slot, slot));
                }
                Home::Slot(slot) => slot_moves.push((row.slot, *slot)),
                Home::Own => {}
            }
        }
        for (claim, home) in plans {
            let Some(row) = self.claims.get(&claim).cloned() else { continue };
            self.kept.forget(&[row.slot]);
            if let Home::Claim(target) = home {
                self.merge(claim, &row, target, now, &mut joined);
                continue;
            }
            let slot = slot_moves.iter().find(|(old, _)| *old == row.slot);
            let slot = slot.map_or(row.slot, |(_, new)| *new);
            self.move_to(claim, &row, into, slot);
            joined.moved.push(claim);
            joined.slots.push(slot);
        }
        self.index.refresh_story(from, &self.claims);
        self.index.refresh_story(into, &self.claims);
        joined.slots.sort_unstable();
        joined.slots.dedup();
        self.kept.forget(&joined.slots);
        joined
    }

    /// Gives the evidence of some articles to a story of their own. A claim that rests on others
    /// too stays, and a new one takes its evidence from them along.
    pub fn split(
        &mut self,
        from: StoryId,
        into: StoryId,
        articles: &BTreeSet<ArticleId>,
        now: Time,
    ) -> Joined {
        let mut parted = Joined::default();
        let staying: Vec<ClaimId> = self.index.of_story(from).collect();
        for claim in staying {
            let Some(row) = self.claims.get(&claim).cloned() else { continue };
            let keys: Vec<EvidenceKey> = self.evidence_of(claim).map(|(key, _)| *key).collect();
            let (leaving, left): (Vec<EvidenceKey>, Vec<EvidenceKey>) =
                keys.into_iter().partition(|key| articles.contains(&key.article));
            if leaving.is_empty() {
                continue;
            }
            let slot = SlotId(Id::of(&[b"split", &into.0.0, &row.slot.0.0]));
            parted.slots.extend([row.slot, slot]);
            if left.is_empty() {
                self.move_to(claim, &row, into, slot);
                parted.moved.push(claim);
                continue;
            }
            let id = ClaimId(Id::of(&[b"split", &into.0.0, &claim.0.0]));
            let new = ClaimRow {
                story: into,
                slot,
                first_seen: now,
                last_changed: now,
                published: false,
                asserting: Vec::new(),
                denying: Vec::new(),
                disputed: false,
                ..row
            };
            self.index.add_claim(id, &new);
            self.claims.insert(id, new);
            self.move_evidence(&leaving, id);
        }
        self.index.refresh_story(from, &self.claims);
        self.index.refresh_story(into, &self.claims);
        parted.slots.sort_unstable();
        parted.slots.dedup();
        self.kept.forget(&parted.slots);
        parted
    }

    /// Forgets all claims of a story.
    pub fn evict(&mut self, story: StoryId) {
        let claims: Vec<ClaimId> = self.index.of_story(story).collect();
        for claim in claims {
            let keys: Vec<EvidenceKey> = self.evidence_of(claim).map(|(key, _)| *key).collect();
            for key in keys {
                self.drop_evidence(key);
            }
            if let Some(row) = self.claims.remove(&claim) {
                self.kept.forget(&[row.slot]);
                self.index.remove_claim(claim, &row);
            }
            self.forget_redirects(claim);
        }
        self.index.refresh_story(story, &self.claims);
    }

    fn drop_evidence(&mut self, key: EvidenceKey) {
        if let Some(row) = self.evidence.remove(&key) {
            self.index.forget_evidence(&self.evidence, key, row.copy_group);
            if self.index.withdrawn().contains_key(&key.article) {
                // What copied it may speak again, in other stories too.
                self.index.judge_withdrawn(&self.evidence, key.article);
                self.kept.forget(&self.slots_of(self.index.of_group(key.article)));
            }
        }
    }

    fn forget_redirects(&mut self, into: ClaimId) {
        let mut gone = vec![into];
        while let Some(target) = gone.pop() {
            for from in self.index.take_redirects(target) {
                self.redirects.remove(&from);
                gone.push(from);
            }
        }
    }

    fn home(&self, policy: &Policy, into: StoryId, row: &ClaimRow) -> Home {
        let Some(profiles) = self.index.profiles(into) else { return Home::Own };
        let Some(quantity) = &row.quantity else {
            return match row.like(policy, profiles) {
                Found::Claim(claim) => Home::Claim(claim),
                Found::Rival(slot) => Home::Slot(slot),
                Found::Nothing => Home::Own,
            };
        };
        let ends = interval(quantity);
        let of = (&row.proposition, row.when);
        let found = profiles.find_number(row.modality, of, quantity, self.index.values(ends));
        match found {
            Some(slot) => match self.index.value_of_slot(slot, ends) {
                Some(claim) => Home::Claim(claim),
                None => Home::Slot(slot),
            },
            None => Home::Own,
        }
    }

    fn move_to(&mut self, claim: ClaimId, row: &ClaimRow, story: StoryId, slot: SlotId) {
        self.index.remove_claim(claim, row);
        if let Some(row) = self.claims.get_mut(&claim) {
            row.story = story;
            row.slot = slot;
            let row = row.clone();
            self.index.add_claim(claim, &row);
        }
    }

    fn merge(
        &mut self,
        claim: ClaimId,
        row: &ClaimRow,
        target: ClaimId,
        now: Time,
        joined: &mut Joined,
    ) {
        let keys: Vec<EvidenceKey> = self.evidence_of(claim).map(|(key, _)| *key).collect();
        self.move_evidence(&keys, target);
        self.index.remove_claim(claim, row);
        self.claims.remove(&claim);
        self.redirects.insert(claim, target);
        self.index.add_redirect(claim, target);
        joined.merged.push((claim, target));
        let Some(into) = self.claims.get_mut(&target) else { return };
        // Known to readers of the merged claim: not a new origin of the one that goes on.
        into.asserting = united(&into.asserting, &row.asserting);
        into.denying = united(&into.denying, &row.denying);
        if row.published && into.published {
            into.last_changed = now;
        }
        joined.slots.push(into.slot);
        if row.published {
            joined.events.push(ClaimEvent {
                claim,
                what: What::Merged { into: target },
                because: Vec::new(),
                previous: row.published.then_some(row.level),
            });
        }
    }

    fn move_evidence(&mut self, keys: &[EvidenceKey], target: ClaimId) {
        for key in keys {
            let Some(row) = self.evidence.remove(key) else { continue };
            self.index.forget_evidence(&self.evidence, *key, row.copy_group);
            let taken = self.evidence.range(EvidenceKey::all_by(target, key.article));
            let n = taken.map(|(other, _)| other.n.saturating_add(1)).max().unwrap_or_default();
            let key = EvidenceKey { claim: target, article: key.article, n };
            self.index.add_evidence(key, &row);
            self.evidence.insert(key, row);
        }
    }
}

/// Where a claim of a joining story belongs.
enum Home {
    /// It is this claim.
    Claim(ClaimId),
    /// It is another value of this slot.
    Slot(SlotId),
    /// It is new there.
    Own,
}

/// Both lists as one, sorted.
pub(super) fn united<T: Ord + Copy>(one: &[T], two: &[T]) -> Vec<T> {
    let mut all: Vec<T> = one.iter().chain(two).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
