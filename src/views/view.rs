//! What readers are shown: the newest changes, the alerts and the document of each story, bounded by
//! named limits, with what a kill took back blanked.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::Value;
use writethru_core::article::{AlertId, ClaimId, StoryId, Time};

use super::asof::{Known, Then};
use super::board::{Alerted, Board};
use super::cursor::{Cursor, Track};
use super::facts::Facts;
use super::filter::Filter;
use super::ring::{Held, Lost, Ring};
use super::shelf::{Shelf, Shelved};
use super::withheld::{Withheld, Words};

/// Changes after which what is not spoken of any more is forgotten.
const SWEEP_CHANGES: u64 = 10_000;
/// Changes that are looked at for one page, wanted or not.
const LOOKED_AT_MAX: usize = 20_000;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Changes, the newest ones.
    pub changes_max: usize,
    /// Their bytes.
    pub changes_bytes_max: usize,
    /// Stories, those that moved last.
    pub stories_max: usize,
    /// Their bytes.
    pub stories_bytes_max: usize,
    /// Alerts, open ones longest, and as many of their newest events.
    pub alerts_max: usize,
    /// Bytes of either.
    pub alerts_bytes_max: usize,
}

#[cfg(test)]
impl Limits {
    /// One of each, for tests that publish nothing.
    pub const LEAST: Self = Self {
        changes_max: 1,
        changes_bytes_max: 1,
        stories_max: 1,
        stories_bytes_max: 1,
        alerts_max: 1,
        alerts_bytes_max: 1,
    };
}

/// What readers are shown.
#[derive(Debug)]
pub struct View {
    changes: Ring,
    alerts: Ring,
    board: Board,
    stories: Shelf,
    withheld: Withheld,
    /// Stories of which something fell since the last [`View::settle`].
    fell: BTreeSet<StoryId>,
    newest: Time,
}

/// Some records of a stream, and where to go on.
#[derive(Clone, Debug)]
pub struct Page {
    /// In published order.
    pub held: Vec<Held>,
    /// Behind the last that was looked at.
    pub next: Cursor,
    /// Whether there may be more.
    pub more: bool,
}

impl View {
    /// With nothing in it.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            changes: Ring::new(Track::Changes, limits.changes_max, limits.changes_bytes_max),
            alerts: Ring::new(Track::Alerts, limits.alerts_max, limits.alerts_bytes_max),
            board: Board::new(limits.alerts_max, limits.alerts_bytes_max),
            stories: Shelf::new(limits.stories_max, limits.stories_bytes_max),
            withheld: Withheld::default(),
            fell: BTreeSet::new(),
            newest: Time::EPOCH,
        }
    }

    /// A partition of a stream begins to be read at this position.
    pub fn begin(&mut self, track: Track, partition: u32, position: u64) {
        match track {
            Track::Changes => self.changes.begin(partition, position),
            Track::Alerts => self.alerts.begin(partition, position),
        }
    }

    /// Names the log by its first change; later calls change nothing.
    pub fn name_log(&mut self, change: &[u8]) {
        if !self.changes.is_named() {
            let hash = blake3::hash(change.trim_ascii_end());
            let [a, b, c, d, ..] = *hash.as_bytes();
            let name = u32::from_le_bytes([a, b, c, d]).max(1);
            self.changes.name(name);
            self.alerts.name(name);
        }
    }

    /// Takes up the newest document of a story, or takes it away.
    pub fn document(&mut self, id: StoryId, json: Option<&[u8]>) {
        self.stories.put(id, json);
    }

    /// As [`View::document`], where changes are read from the middle on: what was copied from what
    /// before is learnt from it. Call [`View::settle`] before anybody reads.
    pub fn document_before(&mut self, id: StoryId, json: Option<&[u8]>) {
        if let Some(document) = json.and_then(|json| serde_json::from_slice::<Value>(json).ok()) {
            self.fell.extend(self.withheld.learn_copies(&document, self.changes.next()));
        }
        self.document(id, json);
    }

    /// Takes up one published change. Call [`View::settle`] before anybody reads.
    pub fn change(&mut self, partition: u32, position: u64, line: &[u8]) {
        let Ok(change) = serde_json::from_slice::<Value>(line) else {
            tracing::warn!(partition, position, "a change cannot be read; it is left out");
            return;
        };
        let Some(facts) = Facts::of(&change) else {
            tracing::warn!(partition, position, "this is no change of ours; it is left out");
            return;
        };
        let number = self.changes.next();
        let json = Bytes::copy_from_slice(line.trim_ascii_end());
        if !self.changes.push(partition, position, facts.clone(), json) {
            return;
        }
        self.newest = self.newest.max(facts.recorded);
        if facts.is_material {
            self.stories.moved(&facts);
        }
        self.fell.extend(self.withheld.follow(&change, number));
        if number.is_multiple_of(SWEEP_CHANGES) {
            self.withheld.sweep(self.changes.oldest());
        }
    }

    /// Learns from a change that is too old to be held what fell and what was copied from what.
    /// Called with all of them in order, before the first one that is held.
    pub fn change_before(&mut self, line: &[u8], changes_max: usize) {
        let Ok(change) = serde_json::from_slice::<Value>(line) else { return };
        let number = self.changes.next();
        self.changes.skip(1);
        self.withheld.follow(&change, number);
        if number.is_multiple_of(SWEEP_CHANGES) {
            self.withheld.sweep(number.saturating_sub(changes_max as u64));
        }
    }

    /// Takes up one published event of an alert. Call [`View::settle`] before anybody reads.
    pub fn alert(&mut self, partition: u32, position: u64, line: &[u8]) {
        let event = serde_json::from_slice::<Value>(line).unwrap_or_default();
        let Some((id, facts)) = Facts::of_alert(&event) else {
            tracing::warn!(partition, position, "this is no alert event of ours; it is left out");
            return;
        };
        let json = Bytes::copy_from_slice(line.trim_ascii_end());
        if !self.alerts.push(partition, position, facts.clone(), json.clone()) {
            return;
        }
        self.newest = self.newest.max(facts.recorded);
        self.board.put(id, facts, json);
        self.fell.extend(self.withheld.follow_alert(&event, self.changes.next()));
    }

    /// Blanks what fell, in every change and alert event that is held.
    pub fn settle(&mut self) {
        for story in std::mem::take(&mut self.fell) {
            self.blank(story);
        }
    }

    fn blank(&mut self, story: StoryId) {
        let mut told: Vec<(u64, Value)> = self
            .changes
            .from(0)
            .filter(|(_, held)| held.facts.story == story)
            .filter_map(|(number, held)| Some((number, serde_json::from_slice(&held.json).ok()?)))
            .collect();
        let mut words = Words::default();
        told.iter().for_each(|(_, change)| self.withheld.learn(change, &mut words));
        for (number, change) in &mut told {
            if !self.withheld.blank(change, &words) {
                continue;
            }
            let json = serde_json::to_vec(change).expect("a value is JSON");
            let Some(facts) = Facts::of(change) else { continue };
            self.changes.rewrite(*number, facts, Bytes::from(json));
        }
        self.blank_alerts(story, &words);
        let last = told.iter().rev().filter_map(|(_, change)| Facts::of(change));
        if let Some(facts) = last.into_iter().find(|facts| facts.is_material) {
            self.stories.moved(&facts);
        }
    }

    fn blank_alerts(&mut self, story: StoryId, words: &Words) {
        let withheld = &self.withheld;
        let anew = |json: &[u8]| {
            let mut event = serde_json::from_slice::<Value>(json).ok()?;
            if !withheld.blank_alert(&mut event, words) {
                return None;
            }
            let (_, facts) = Facts::of_alert(&event)?;
            Some((facts, Bytes::from(serde_json::to_vec(&event).expect("a value is JSON"))))
        };
        for id in self.board.of_story(story) {
            self.board.rewrite(id, &mut |json| anew(json));
        }
        let ours = self.alerts.from(0).filter(|(_, held)| held.facts.story == story);
        let told: Vec<_> = ours.filter_map(|(n, held)| Some((n, anew(&held.json)?))).collect();
        for (number, (facts, json)) in told {
            self.alerts.rewrite(number, facts, json);
        }
    }

    /// The cursor behind everything.
    #[must_use]
    pub fn end(&self) -> Cursor {
        let changes = Cursor::new(self.changes.log(), self.changes.ends());
        changes.at(Track::Alerts, self.alerts.ends())
    }

    /// The cursor before everything that is held.
    #[must_use]
    pub fn start(&self) -> Cursor {
        let changes = Cursor::new(self.changes.log(), self.changes.starts());
        changes.at(Track::Alerts, self.alerts.starts())
    }

    /// What is held of a stream.
    #[must_use]
    pub const fn ring(&self, track: Track) -> &Ring {
        match track {
            Track::Changes => &self.changes,
            Track::Alerts => &self.alerts,
        }
    }

    /// Records of a stream after a cursor, which stays where it is in the other one; from the
    /// oldest that is held without a cursor.
    ///
    /// # Errors
    /// See [`Lost`].
    pub fn page(
        &self,
        track: Track,
        after: Option<&Cursor>,
        filter: &Filter,
        max: usize,
    ) -> Result<Page, Lost> {
        let after = after.cloned().unwrap_or_else(|| self.start());
        let ring = self.ring(track);
        let from = ring.find(&after)?;
        let mut next = after.clone();
        next.log = ring.log();
        let mut page = Page { held: Vec::new(), next, more: false };
        for (looked, (_, held)) in ring.from(from).enumerate() {
            if looked == LOOKED_AT_MAX || page.held.len() == max {
                page.more = true;
                break;
            }
            page.next.pass(track, held.partition, held.position);
            let unseen = held.position >= after.position_in(track, held.partition);
            if unseen && self.wants(filter, held) {
                page.held.push(held.clone());
            }
        }
        Ok(page)
    }

    /// Alerts by their last event, the newest first; after one of them.
    pub fn alerts(
        &self,
        filter: &Filter,
        after: Option<(Time, AlertId)>,
    ) -> impl Iterator<Item = &Alerted> {
        self.board.newest(after).filter(|alert| {
            let story = alert.last.story;
            let story = self.stories.merged_into(story).unwrap_or(story);
            let facts = Facts { story, ..alert.last.clone() };
            filter.wants(&facts, self.stories.get(story).map(|story| &story.brief))
        })
    }

    /// One alert.
    #[must_use]
    pub fn alerted(&self, id: AlertId) -> Option<&Alerted> {
        self.board.get(id)
    }

    /// How many alerts are kept.
    #[must_use]
    pub fn alert_count(&self) -> usize {
        self.board.len()
    }

    /// Whether a change or an alert event passes a filter.
    #[must_use]
    pub fn wants(&self, filter: &Filter, held: &Held) -> bool {
        let story = self.stories.get(held.facts.story).map(|story| &story.brief);
        filter.wants(&held.facts, story)
    }

    /// The changes that are held.
    #[must_use]
    pub const fn changes(&self) -> &Ring {
        &self.changes
    }

    /// The stories that are kept.
    #[must_use]
    pub const fn stories(&self) -> &Shelf {
        &self.stories
    }

    /// Log time of the newest change.
    #[must_use]
    pub const fn newest(&self) -> Time {
        self.newest
    }

    /// A story by its id, or by the id of a claim of it.
    #[must_use]
    pub fn story_of(&self, claim: ClaimId) -> Option<&Shelved> {
        self.stories.story_of(claim)
    }

    /// What was known of a story at a time.
    #[must_use]
    pub fn then(&self, id: StoryId, at: Time) -> Option<Then> {
        let mut known = Known::default();
        let mut ids = self.stories.merged_from(id);
        ids.push(id);
        let ours = |held: &&Held| held.facts.recorded <= at && ids.contains(&held.facts.story);
        for held in self.changes.from(0).map(|(_, held)| held).filter(ours) {
            if let Ok(change) = serde_json::from_slice::<Value>(&held.json) {
                known.follow(&change);
            }
        }
        known.take(id)
    }

    /// Log times at which a story changed, the oldest first: the steps of a slider.
    #[must_use]
    pub fn steps(&self, id: StoryId) -> Vec<Time> {
        let mut ids = self.stories.merged_from(id);
        ids.push(id);
        let held = self.changes.from(0).map(|(_, held)| &held.facts);
        let ours = held.filter(|facts| facts.is_material && ids.contains(&facts.story));
        let mut steps: Vec<Time> = ours.map(|facts| facts.recorded).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}
