//! Passage hash → the articles that hold it; derived from the article rows.
//!
//! Slots are handed out as articles come and go, so they differ from index to index: they never
//! leave this file and order nothing.

use std::collections::BTreeSet;

use crate::article::ArticleId;
use crate::copies::Sketch;
use crate::map::Map;
use crate::policy::CopyRules;

/// Who holds which passage.
#[derive(Clone, Debug, Default)]
pub struct CopyIndex {
    slots: Vec<Option<Held>>,
    free: Vec<u32>,
    slot_of: Map<ArticleId, u32>,
    /// Most passages stand in one article only.
    first: Map<u32, u32>,
    /// All further articles of a passage.
    more: Map<u32, BTreeSet<u32>>,
}

/// What the index keeps of one article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub id: ArticleId,
    pub publisher: u32,
    pub hashes: usize,
    pub headline: u32,
    pub brief: u32,
    pub body: bool,
}

impl CopyIndex {
    /// Takes up an article; one that is there already is replaced only after its removal.
    pub fn add(&mut self, id: ArticleId, sketch: &Sketch) {
        if self.slot_of.contains(&id) {
            return;
        }
        let held = Held {
            id,
            publisher: sketch.publisher,
            hashes: sketch.hashes.len(),
            headline: sketch.headline,
            brief: sketch.brief,
            body: sketch.body,
        };
        let slot = self.take_slot(held);
        self.slot_of.insert(id, slot);
        for key in sketch.listed() {
            if self.first.contains(&key) {
                self.more.entry(key).insert(slot);
            } else {
                self.first.insert(key, slot);
            }
        }
    }

    /// Takes an article out, with the sketch it came with.
    pub fn remove(&mut self, id: ArticleId, sketch: &Sketch) {
        let Some(slot) = self.slot_of.remove(&id) else { return };
        for key in sketch.listed() {
            self.unlist(key, slot);
        }
        if let Some(held) = self.slots.get_mut(slot as usize) {
            *held = None;
        }
        self.free.push(slot);
    }

    /// How many articles it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slot_of.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slot_of.is_empty()
    }

    /// The slots of the other articles with this key, `None` where the key says nothing: too many
    /// hold it, or so many of one publisher that it is furniture.
    pub(super) fn holders(
        &self,
        rules: &CopyRules,
        key: u32,
        publisher: u32,
        own: ArticleId,
    ) -> Option<Vec<u32>> {
        let more = self.more.get(&key);
        if more.map_or(0, BTreeSet::len) >= rules.postings_max {
            return None;
        }
        let all = self.first.get(&key).into_iter().chain(more.into_iter().flatten());
        let others: Vec<u32> = all
            .copied()
            .filter(|slot| self.held(*slot).is_some_and(|held| held.id != own))
            .collect();
        let same = others
            .iter()
            .filter(|slot| self.held(**slot).is_some_and(|held| held.publisher == publisher));
        (same.count() < rules.furniture_articles).then_some(others)
    }

    pub(super) fn held(&self, slot: u32) -> Option<&Held> {
        self.slots.get(slot as usize)?.as_ref()
    }

    fn take_slot(&mut self, held: Held) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = Some(held);
            return slot;
        }
        self.slots.push(Some(held));
        u32::try_from(self.slots.len() - 1).expect("a desk holds far fewer articles than 2^32")
    }

    fn unlist(&mut self, key: u32, slot: u32) {
        let Some(more) = self.more.get_mut(&key) else {
            if self.first.get(&key) == Some(&slot) {
                self.first.remove(&key);
            }
            return;
        };
        if !more.remove(&slot)
            && let Some(next) = more.pop_first()
        {
            self.first.insert(key, next);
        }
        if more.is_empty() {
            self.more.remove(&key);
        }
    }
}
