//! What is derived from the rows so that a statement finds its claim, and an article its evidence.
//!
//! Never stored: whatever is done here to live rows, [`Index::derive`] gives the same from them.

use std::collections::{BTreeMap, BTreeSet};

use crate::article::{ArticleId, ClaimId, SlotId, StoryId, Time};
use crate::table::Table;

use super::matching::Profiles;
use super::rows::{ClaimRow, EvidenceKey, EvidenceRow, Standing};
use super::weigh::interval;

/// The ends of a number in thousandths.
pub type Interval = (Option<i64>, Option<i64>);

/// One value of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Value {
    claim: ClaimId,
    number: Option<Interval>,
}

#[derive(Clone, Debug, Default)]
struct StoryIndex {
    order: BTreeSet<(Time, ClaimId)>,
    profiles: Profiles,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Index {
    stories: BTreeMap<StoryId, StoryIndex>,
    slots: BTreeMap<SlotId, Vec<Value>>,
    articles: BTreeMap<ArticleId, Vec<ClaimId>>,
    groups: BTreeMap<ArticleId, Vec<ClaimId>>,
    withdrawn: BTreeMap<ArticleId, Time>,
    merged_into: BTreeMap<ClaimId, Vec<ClaimId>>,
}

impl Index {
    /// The index of these rows.
    #[must_use]
    pub fn derive(
        claims: &Table<ClaimId, ClaimRow>,
        evidence: &Table<EvidenceKey, EvidenceRow>,
        redirects: &Table<ClaimId, ClaimId>,
    ) -> Self {
        let mut index = Self::default();
        let mut by_age: Vec<(StoryId, Time, ClaimId, &ClaimRow)> =
            claims.iter().map(|(id, row)| (row.story, row.first_seen, *id, row)).collect();
        by_age.sort_unstable_by_key(|(story, seen, id, _)| (*story, *seen, *id));
        for (_, _, id, row) in by_age {
            index.add_claim(id, row);
        }
        for (key, row) in evidence.iter() {
            index.add_evidence(*key, row);
        }
        let articles: Vec<ArticleId> = index.articles.keys().copied().collect();
        for article in articles {
            index.judge_withdrawn(evidence, article);
        }
        for (from, into) in redirects.iter() {
            index.add_redirect(*from, *into);
        }
        index
    }

    /// A claim with its slot.
    pub fn add_claim(&mut self, id: ClaimId, row: &ClaimRow) {
        let story = self.stories.entry(row.story).or_default();
        story.order.insert((row.first_seen, id));
        story.profiles.add(id, row);
        let values = self.slots.entry(row.slot).or_default();
        if let Err(at) = values.binary_search_by_key(&id, |value| value.claim) {
            values.insert(at, Value { claim: id, number: row.quantity.as_ref().map(interval) });
        }
    }

    /// Takes a claim out; the story's profiles are made anew by [`Self::refresh_story`].
    pub fn remove_claim(&mut self, id: ClaimId, row: &ClaimRow) {
        if let Some(story) = self.stories.get_mut(&row.story) {
            story.order.remove(&(row.first_seen, id));
        }
        if let Some(values) = self.slots.get_mut(&row.slot) {
            values.retain(|value| value.claim != id);
            if values.is_empty() {
                self.slots.remove(&row.slot);
            }
        }
    }

    /// Makes a story's profiles anew after claims left it.
    pub fn refresh_story(&mut self, story: StoryId, claims: &Table<ClaimId, ClaimRow>) {
        let Some(index) = self.stories.get_mut(&story) else { return };
        index.profiles = Profiles::default();
        for (_, id) in &index.order {
            if let Some(row) = claims.get(id) {
                index.profiles.add(*id, row);
            }
        }
        if index.order.is_empty() {
            self.stories.remove(&story);
        }
    }

    /// A piece of evidence.
    pub fn add_evidence(&mut self, key: EvidenceKey, row: &EvidenceRow) {
        add(self.articles.entry(key.article).or_default(), key.claim);
        if let Some(group) = row.copy_group {
            add(self.groups.entry(group).or_default(), key.claim);
        }
    }

    /// Forgets that an article or a group gives evidence for a claim, where it no longer does.
    pub fn forget_evidence(
        &mut self,
        evidence: &Table<EvidenceKey, EvidenceRow>,
        key: EvidenceKey,
        group: Option<ArticleId>,
    ) {
        if evidence.range(EvidenceKey::all_by(key.claim, key.article)).next().is_none() {
            drop_from(&mut self.articles, key.article, key.claim);
        }
        let Some(group) = group else { return };
        let of_group = |row: &EvidenceRow| row.copy_group == Some(group);
        if !evidence.range(EvidenceKey::all_of(key.claim)).any(|(_, row)| of_group(row)) {
            drop_from(&mut self.groups, group, key.claim);
        }
    }

    /// An article is withdrawn while it has withdrawn evidence and none that is live.
    pub fn judge_withdrawn(
        &mut self,
        evidence: &Table<EvidenceKey, EvidenceRow>,
        article: ArticleId,
    ) {
        let mut since = None;
        for claim in self.articles.get(&article).into_iter().flatten() {
            for (_, row) in evidence.range(EvidenceKey::all_by(*claim, article)) {
                match row.standing {
                    Standing::Live => {
                        self.withdrawn.remove(&article);
                        return;
                    }
                    Standing::Withdrawn(at) => since = since.max(Some(at)),
                    Standing::Corrected(_) => {}
                }
            }
        }
        match since {
            Some(at) => self.withdrawn.insert(article, at),
            None => self.withdrawn.remove(&article),
        };
    }

    /// A claim that turned out to be another one.
    pub fn add_redirect(&mut self, from: ClaimId, into: ClaimId) {
        add(self.merged_into.entry(into).or_default(), from);
    }

    /// Those that turned out to be this one.
    pub fn take_redirects(&mut self, into: ClaimId) -> Vec<ClaimId> {
        self.merged_into.remove(&into).unwrap_or_default()
    }

    /// Claims of a story in the order in which they were first seen.
    pub fn of_story(&self, story: StoryId) -> impl Iterator<Item = ClaimId> + '_ {
        self.stories.get(&story).into_iter().flat_map(|index| index.order.iter().map(|(_, id)| *id))
    }

    /// How many claims a story has.
    #[must_use]
    pub fn story_len(&self, story: StoryId) -> usize {
        self.stories.get(&story).map_or(0, |index| index.order.len())
    }

    /// What a story's claims are about.
    #[must_use]
    pub fn profiles(&self, story: StoryId) -> Option<&Profiles> {
        self.stories.get(&story).map(|index| &index.profiles)
    }

    /// Claims of a slot in the order of their ids.
    pub fn of_slot(&self, slot: SlotId) -> impl Iterator<Item = ClaimId> + '_ {
        self.slots.get(&slot).into_iter().flatten().map(|value| value.claim)
    }

    /// How many values a slot has.
    #[must_use]
    pub fn slot_len(&self, slot: SlotId) -> usize {
        self.slots.get(&slot).map_or(0, Vec::len)
    }

    /// The claim of a slot with just these ends.
    #[must_use]
    pub fn value_of_slot(&self, slot: SlotId, number: Interval) -> Option<ClaimId> {
        let mut values = self.slots.get(&slot).into_iter().flatten();
        values.find(|value| value.number == Some(number)).map(|value| value.claim)
    }

    /// Which slots have a value that has something in common with this number, and which have
    /// this number.
    pub fn values(&self, number: Interval) -> (impl Fn(SlotId) -> bool, impl Fn(SlotId) -> bool) {
        let overlapping = move |slot: SlotId| {
            let mut values = self.slots.get(&slot).into_iter().flatten();
            values.any(|value| value.number.is_some_and(|other| overlaps(other, number)))
        };
        (overlapping, move |slot| self.value_of_slot(slot, number).is_some())
    }

    /// Claims for which an article gave evidence.
    #[must_use]
    pub fn of_article(&self, article: ArticleId) -> &[ClaimId] {
        self.articles.get(&article).map_or(&[], Vec::as_slice)
    }

    /// Claims with evidence that is copied from this article.
    #[must_use]
    pub fn of_group(&self, article: ArticleId) -> &[ClaimId] {
        self.groups.get(&article).map_or(&[], Vec::as_slice)
    }

    /// Articles that are withdrawn, and since when.
    #[must_use]
    pub const fn withdrawn(&self) -> &BTreeMap<ArticleId, Time> {
        &self.withdrawn
    }
}

/// Whether two intervals have something in common.
#[must_use]
pub fn overlaps(one: Interval, two: Interval) -> bool {
    let apart = |high: Option<i64>, low: Option<i64>| matches!((high, low), (Some(high), Some(low)) if high < low);
    !apart(one.1, two.0) && !apart(two.1, one.0)
}

fn add(list: &mut Vec<ClaimId>, claim: ClaimId) {
    if let Err(at) = list.binary_search(&claim) {
        list.insert(at, claim);
    }
}

fn drop_from(map: &mut BTreeMap<ArticleId, Vec<ClaimId>>, key: ArticleId, claim: ClaimId) {
    if let Some(list) = map.get_mut(&key) {
        list.retain(|other| *other != claim);
        if list.is_empty() {
            map.remove(&key);
        }
    }
}
