//! All that one desk remembers: its tables, its timers, and what is derived from them.
//!
//! Indexes are derived from rows and never stored; every row that an index knows goes through a
//! method here, so a state restored from its rows equals the state that lived.

mod decisions;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

pub use decisions::{DecisionRow, Decisions, Target};
pub use rows::{
    ArticleRow, DeskRow, Lede, ParkedKey, RevisionMark, StoryRow, TimelineRow, Timer, Tombstone,
    Withdrawn,
};

use crate::alerts::Alerts;
use crate::article::{ArticleId, StoryId, Time};
use crate::change::ArticleRef;
use crate::claims::Claims;
use crate::copies::CopyIndex;
use crate::reading::Reading;
use crate::stories::StoryIndex;
use crate::table::{Row, RowError, Table};

/// Numbers of the tables, as stored; never reuse one.
mod table_id {
    pub const DESK: u8 = 1;
    pub const ARTICLES: u8 = 2;
    pub const PARKED: u8 = 3;
    pub const TOMBSTONES: u8 = 4;
    pub const STORIES: u8 = 5;
    pub const REDIRECTS: u8 = 6;
    pub const TIMELINE: u8 = 7;
    pub const TIMERS: u8 = 8;
    pub const CLAIMS: u8 = 16;
    pub const ALERTS: u8 = 24;
    pub const DECISIONS: u8 = 32;
}

/// Articles by story, in order of arrival.
#[derive(Debug, Default)]
struct Members(BTreeMap<StoryId, BTreeSet<(u64, ArticleId)>>);

impl Members {
    fn add(&mut self, story: StoryId, arrival: u64, id: ArticleId) {
        self.0.entry(story).or_default().insert((arrival, id));
    }

    fn remove(&mut self, story: StoryId, arrival: u64, id: ArticleId) {
        if let Some(members) = self.0.get_mut(&story) {
            members.remove(&(arrival, id));
            if members.is_empty() {
                self.0.remove(&story);
            }
        }
    }

    fn of(&self, story: StoryId) -> impl DoubleEndedIterator<Item = ArticleId> {
        self.0.get(&story).into_iter().flatten().map(|(_, id)| *id)
    }
}

/// The state of one desk.
#[derive(Debug)]
pub struct State {
    desk: Table<(), DeskRow>,
    articles: Table<ArticleId, ArticleRow>,
    /// Revisions under embargo.
    pub parked: Table<ParkedKey, Reading>,
    /// Withdrawals of what is not known here.
    pub tombstones: Table<ArticleId, Tombstone>,
    stories: Table<StoryId, StoryRow>,
    /// Stories that were merged into another.
    pub redirects: Table<StoryId, StoryId>,
    /// What happened to a story, by its sequence numbers.
    pub timeline: Table<(StoryId, u64), TimelineRow>,
    timers: Table<(Time, Timer), ()>,
    /// What is said, with its evidence.
    pub claims: Claims,
    /// What the desk was told at once and has not been taken back.
    pub alerts: Alerts,
    /// What humans decided.
    pub decisions: Decisions,
    /// Which article has which passages.
    pub copies: CopyIndex,
    /// Which story has which words.
    pub placing: StoryIndex,
    /// The articles of each story, in order of arrival.
    members: Members,
    /// Those of them that are no copies: a report that thousands print has few.
    originals: Members,
    /// All articles in order of arrival, the oldest first to leave.
    arrivals: BTreeSet<(u64, ArticleId)>,
    /// Copies by the root of their group.
    copied: BTreeSet<(ArticleId, ArticleId)>,
}

impl Default for State {
    fn default() -> Self {
        let mut desk = Table::new(table_id::DESK);
        desk.insert((), DeskRow::default());
        Self {
            desk,
            articles: Table::new(table_id::ARTICLES),
            parked: Table::new(table_id::PARKED),
            tombstones: Table::new(table_id::TOMBSTONES),
            stories: Table::new(table_id::STORIES),
            redirects: Table::new(table_id::REDIRECTS),
            timeline: Table::new(table_id::TIMELINE),
            timers: Table::new(table_id::TIMERS),
            claims: Claims::new(table_id::CLAIMS),
            alerts: Alerts::new(table_id::ALERTS),
            decisions: Decisions::new(table_id::DECISIONS),
            copies: CopyIndex::default(),
            placing: StoryIndex::default(),
            members: Members::default(),
            originals: Members::default(),
            arrivals: BTreeSet::new(),
            copied: BTreeSet::new(),
        }
    }
}

impl State {
    /// Log time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.desk().now
    }

    /// The desk's own counters.
    #[must_use]
    pub fn desk(&self) -> &DeskRow {
        self.desk.get(&()).expect("the desk's row is there from the start")
    }

    /// The desk's own counters, to be moved.
    pub fn desk_mut(&mut self) -> &mut DeskRow {
        self.desk.get_mut(&()).expect("the desk's row is there from the start")
    }

    /// An article.
    #[must_use]
    pub fn article(&self, id: ArticleId) -> Option<&ArticleRow> {
        self.articles.get(&id)
    }

    /// An article, to be changed in what no index knows (not story, sketch, vector, withdrawal).
    pub fn article_mut(&mut self, id: ArticleId) -> Option<&mut ArticleRow> {
        self.articles.get_mut(&id)
    }

    /// How many articles are remembered.
    #[must_use]
    pub fn article_count(&self) -> usize {
        self.articles.len()
    }

    /// Puts an article in place of what was known of it.
    pub fn put_article(&mut self, id: ArticleId, row: ArticleRow) {
        self.unlink(id);
        self.articles.insert(id, row);
        self.link(id);
    }

    /// Forgets an article.
    pub fn drop_article(&mut self, id: ArticleId) {
        self.unlink(id);
        self.articles.remove(&id);
    }

    fn link(&mut self, id: ArticleId) {
        let Some(row) = self.articles.get(&id) else { return };
        self.copies.add(id, &row.sketch);
        if row.withdrawn.is_none() {
            self.placing.add(row.story, id, &row.vector, row.published);
        }
        self.members.add(row.story, row.arrival, id);
        if row.copy_of.is_none() {
            self.originals.add(row.story, row.arrival, id);
        }
        self.arrivals.insert((row.arrival, id));
        self.copied.extend(row.copy_of.map(|root| (root, id)));
    }

    fn unlink(&mut self, id: ArticleId) {
        let Some(row) = self.articles.get(&id) else { return };
        self.copies.remove(id, &row.sketch);
        if row.withdrawn.is_none() {
            self.placing.remove(row.story, id, &row.vector, row.published);
        }
        self.members.remove(row.story, row.arrival, id);
        self.originals.remove(row.story, row.arrival, id);
        self.arrivals.remove(&(row.arrival, id));
        if let Some(root) = row.copy_of {
            self.copied.remove(&(root, id));
        }
    }

    /// The article that has been here longest.
    #[must_use]
    pub fn oldest_article(&self) -> Option<ArticleId> {
        self.arrivals.first().map(|(_, id)| *id)
    }

    /// The articles of a story, in order of arrival.
    pub fn members(
        &self,
        story: StoryId,
    ) -> impl DoubleEndedIterator<Item = (ArticleId, &ArticleRow)> {
        self.rows_of(self.members.of(story))
    }

    /// The articles of a story that are no copies, in order of arrival.
    pub fn originals(
        &self,
        story: StoryId,
    ) -> impl DoubleEndedIterator<Item = (ArticleId, &ArticleRow)> {
        self.rows_of(self.originals.of(story))
    }

    fn rows_of<'a>(
        &'a self,
        ids: impl DoubleEndedIterator<Item = ArticleId> + 'a,
    ) -> impl DoubleEndedIterator<Item = (ArticleId, &'a ArticleRow)> {
        ids.filter_map(|id| self.articles.get(&id).map(|row| (id, row)))
    }

    /// A story by its own id, not resolved.
    #[must_use]
    pub fn story(&self, id: StoryId) -> Option<&StoryRow> {
        self.stories.get(&id)
    }

    /// A story, to be changed.
    pub fn story_mut(&mut self, id: StoryId) -> Option<&mut StoryRow> {
        self.stories.get_mut(&id)
    }

    /// Opens a story.
    pub fn put_story(&mut self, id: StoryId, row: StoryRow) {
        self.stories.insert(id, row);
    }

    /// Forgets a story's own row.
    pub fn drop_story(&mut self, id: StoryId) -> Option<StoryRow> {
        self.stories.remove(&id)
    }

    /// All stories in order of id.
    pub fn stories(&self) -> impl Iterator<Item = (StoryId, &StoryRow)> {
        self.stories.iter().map(|(id, row)| (*id, row))
    }

    /// Follows merges to the story that lives.
    #[must_use]
    pub fn resolve(&self, mut id: StoryId) -> StoryId {
        while let Some(into) = self.redirects.get(&id) {
            id = *into;
        }
        id
    }

    /// Moves log time on; it never goes back.
    pub fn advance(&mut self, to: Time) {
        if to > self.now() {
            self.desk_mut().now = to;
        }
    }

    /// Whether an article's words may be used: neither it nor what it copies was taken back.
    #[must_use]
    pub fn is_live(&self, row: &ArticleRow) -> bool {
        let root = row.copy_of.and_then(|root| self.article(root));
        row.withdrawn.is_none() && root.is_none_or(|root| root.withdrawn.is_none())
    }

    /// How a reader is pointed to an article; the headline of one that was taken back is blank.
    #[must_use]
    pub fn reference(&self, id: ArticleId) -> ArticleRef {
        let Some(row) = self.article(id) else { return ArticleRef::default() };
        let mut reference = row.reference(row.revision);
        if !self.is_live(row) {
            reference.headline = "".into();
        }
        reference
    }

    /// The newest article of a story that is live, else the newest at all.
    #[must_use]
    pub fn newest_live(&self, story: StoryId) -> Option<ArticleId> {
        let live = self.members(story).rev().find(|(_, row)| self.is_live(row));
        live.or_else(|| self.members(story).next_back()).map(|(id, _)| id)
    }

    /// The copies of an article, in order of id.
    #[must_use]
    pub fn copies_of(&self, root: ArticleId) -> Vec<ArticleId> {
        self.copied
            .range((root, ArticleId::MIN)..=(root, ArticleId::MAX))
            .map(|(_, id)| *id)
            .collect()
    }

    /// Whether anything is a copy of this article.
    #[must_use]
    pub fn has_copies(&self, root: ArticleId) -> bool {
        self.copied.range((root, ArticleId::MIN)..=(root, ArticleId::MAX)).next().is_some()
    }

    /// An article's revisions under embargo.
    #[must_use]
    pub fn parked_of(&self, article: ArticleId) -> Vec<ParkedKey> {
        let from = ParkedKey { article, until: Time::EPOCH, arrival: 0 };
        let to = ParkedKey { article, until: Time(i64::MAX), arrival: u64::MAX };
        self.parked.range(from..=to).map(|(key, _)| *key).collect()
    }

    /// Whether anything of an article is here, be it under embargo or its withdrawal alone.
    #[must_use]
    pub fn knows(&self, id: ArticleId) -> bool {
        self.articles.contains(&id)
            || self.tombstones.contains(&id)
            || !self.parked_of(id).is_empty()
    }

    /// Remembers a withdrawal of what is not known here; says whether one was remembered before.
    pub fn bury(&mut self, id: ArticleId, mut tombstone: Tombstone, keep_ms: i64) -> bool {
        if let Some(before) = self.tombstones.get(&id) {
            let version = before.withdrawn.version;
            tombstone.withdrawn.version = tombstone.withdrawn.version.max(version);
            self.tombstones.insert(id, tombstone);
            return true;
        }
        self.set_timer(tombstone.withdrawn.at.plus_ms(keep_ms), Timer::Tombstone(id));
        self.tombstones.insert(id, tombstone);
        false
    }

    /// Adds a line to a story's timeline; the oldest leave.
    pub fn note(&mut self, story: StoryId, sequence: u64, row: TimelineRow, lines_max: usize) {
        self.timeline.insert((story, sequence), row);
        let lines = self.timeline.range((story, 0)..=(story, u64::MAX));
        let keys: Vec<_> = lines.map(|(key, _)| *key).collect();
        for key in keys.iter().take(keys.len().saturating_sub(lines_max)) {
            self.timeline.remove(key);
        }
    }

    /// Moves everything of one story, but its claims, to another, and lets the id redirect.
    pub fn merge(&mut self, from: StoryId, into: StoryId) {
        let moved: Vec<ArticleId> = self.members(from).map(|(id, _)| id).collect();
        for id in moved {
            if let Some(row) = self.article(id).cloned() {
                self.put_article(id, ArticleRow { story: into, ..row });
            }
        }
        let lines: Vec<_> =
            self.timeline.range((from, 0)..=(from, u64::MAX)).map(|(key, _)| *key).collect();
        for key in lines {
            self.timeline.remove(&key);
        }
        self.redirects.insert(from, into);
        self.decisions.follow(from, into);
        let gone = self.drop_story(from);
        if let (Some(gone), Some(row)) = (gone, self.story_mut(into)) {
            row.merged_from.push(from);
            row.merged_from.extend(gone.merged_from);
            row.apart.extend(gone.apart);
            row.apart.retain(|other| *other != from && *other != into);
        }
    }

    /// Whether a human keeps two stories apart.
    #[must_use]
    pub fn are_apart(&self, one: StoryId, other: StoryId) -> bool {
        let (one, other) = (self.resolve(one), self.resolve(other));
        let keeps = |story, from| {
            let row: Option<&StoryRow> = self.story(story);
            row.is_some_and(|row| row.apart.iter().any(|it| self.resolve(*it) == from))
        };
        keeps(one, other) || keeps(other, one)
    }

    /// Forgets a story with all that belongs to it.
    pub fn evict(&mut self, story: StoryId) {
        let members: Vec<ArticleId> = self.members(story).map(|(id, _)| id).collect();
        members.into_iter().for_each(|id| self.drop_article(id));
        let lines: Vec<_> =
            self.timeline.range((story, 0)..=(story, u64::MAX)).map(|(key, _)| *key).collect();
        lines.iter().for_each(|key| {
            self.timeline.remove(key);
        });
        self.claims.evict(story);
        self.alerts.evict(story);
        self.decisions.evict(story);
        if let Some(row) = self.drop_story(story) {
            row.merged_from.iter().for_each(|id| {
                self.redirects.remove(id);
            });
        }
    }

    /// Sets a timer.
    pub fn set_timer(&mut self, due: Time, timer: Timer) {
        self.timers.insert((due, timer), ());
    }

    /// Takes a timer back.
    pub fn clear_timer(&mut self, due: Time, timer: Timer) {
        self.timers.remove(&(due, timer));
    }

    /// The earliest timer.
    #[must_use]
    pub fn next_due(&self) -> Option<Time> {
        self.timers.first().map(|((due, _), ())| *due)
    }

    /// Takes the earliest timer, if it is due.
    pub fn pop_due(&mut self, now: Time) -> Option<(Time, Timer)> {
        let key = self.timers.first().map(|(key, ())| *key).filter(|(due, _)| *due <= now)?;
        self.timers.remove(&key);
        Some(key)
    }

    /// Hands out every row that changed since the last drain.
    pub fn drain(&mut self, sink: &mut dyn FnMut(Row)) {
        self.desk.drain(sink);
        self.articles.drain(sink);
        self.parked.drain(sink);
        self.tombstones.drain(sink);
        self.stories.drain(sink);
        self.redirects.drain(sink);
        self.timeline.drain(sink);
        self.timers.drain(sink);
        self.claims.drain(sink);
        self.alerts.drain(sink);
        self.decisions.drain(sink);
    }

    /// Takes up one stored row.
    ///
    /// # Errors
    /// A row that no table knows or can read.
    pub fn load(&mut self, row: &Row) -> Result<(), RowError> {
        match row.table {
            table_id::DESK => self.desk.load(row),
            table_id::ARTICLES => self.articles.load(row),
            table_id::PARKED => self.parked.load(row),
            table_id::TOMBSTONES => self.tombstones.load(row),
            table_id::STORIES => self.stories.load(row),
            table_id::REDIRECTS => self.redirects.load(row),
            table_id::TIMELINE => self.timeline.load(row),
            table_id::TIMERS => self.timers.load(row),
            other => match self.claims.load(row)?
                || self.alerts.load(row)?
                || self.decisions.load(row)?
            {
                true => Ok(()),
                false => Err(RowError::UnknownTable(other)),
            },
        }
    }

    /// Derives the indexes once all rows are loaded.
    pub fn reindex(&mut self) {
        let mut by_arrival: Vec<(u64, ArticleId)> =
            self.articles.iter().map(|(id, row)| (row.arrival, *id)).collect();
        by_arrival.sort_unstable();
        for (_, id) in by_arrival {
            self.link(id);
        }
        self.claims.reindex();
        self.alerts.reindex();
        self.decisions.reindex();
    }

    /// The sum over all rows, as of the last drain.
    #[must_use]
    pub fn digest(&self) -> u128 {
        [
            self.desk.digest(),
            self.articles.digest(),
            self.parked.digest(),
            self.tombstones.digest(),
            self.stories.digest(),
            self.redirects.digest(),
            self.timeline.digest(),
            self.timers.digest(),
            self.claims.digest(),
            self.alerts.digest(),
            self.decisions.digest(),
        ]
        .into_iter()
        .fold(0, u128::wrapping_add)
    }

    /// How many stories it has.
    #[must_use]
    pub fn story_count(&self) -> usize {
        self.stories.len()
    }

    /// Bytes of all rows as they are stored, as of the last drain.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.desk.bytes()
            + self.articles.bytes()
            + self.parked.bytes()
            + self.tombstones.bytes()
            + self.stories.bytes()
            + self.redirects.bytes()
            + self.timeline.bytes()
            + self.timers.bytes()
            + self.claims.bytes()
    }
}
