//! All that one desk remembers: its tables, its timers, and what is derived from them.
//!
//! Indexes are derived from rows and never stored; every row that an index knows goes through a
//! method here, so a state restored from its rows equals the state that lived.

mod rows;

use std::collections::{BTreeMap, BTreeSet};

pub use rows::{
    ArticleRow, DeskRow, Lede, ParkedKey, RevisionMark, StoryRow, TimelineRow, Timer, Tombstone,
    Withdrawn,
};

use crate::article::{ArticleId, StoryId, Time};
use crate::claims::Claims;
use crate::copies::CopyIndex;
use crate::policy::Policy;
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
    /// Which article has which passages.
    pub copies: CopyIndex,
    /// Which story has which words.
    pub placing: StoryIndex,
    /// The articles of each story, in order of arrival.
    members: BTreeMap<StoryId, BTreeSet<(u64, ArticleId)>>,
    /// All articles in order of arrival, the oldest first to leave.
    arrivals: BTreeSet<(u64, ArticleId)>,
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
            copies: CopyIndex::default(),
            placing: StoryIndex::default(),
            members: BTreeMap::new(),
            arrivals: BTreeSet::new(),
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
    pub fn put_article(&mut self, policy: &Policy, id: ArticleId, row: ArticleRow) {
        self.unlink(policy, id);
        self.articles.insert(id, row);
        self.link(policy, id);
    }

    /// Forgets an article.
    pub fn drop_article(&mut self, policy: &Policy, id: ArticleId) {
        self.unlink(policy, id);
        self.articles.remove(&id);
    }

    fn link(&mut self, policy: &Policy, id: ArticleId) {
        let Some(row) = self.articles.get(&id) else { return };
        self.copies.add(policy, id, &row.sketch);
        if row.withdrawn.is_none() {
            self.placing.add(policy, row.story, id, &row.vector, row.published);
        }
        self.members.entry(row.story).or_default().insert((row.arrival, id));
        self.arrivals.insert((row.arrival, id));
    }

    fn unlink(&mut self, policy: &Policy, id: ArticleId) {
        let Some(row) = self.articles.get(&id) else { return };
        self.copies.remove(policy, id, &row.sketch);
        if row.withdrawn.is_none() {
            self.placing.remove(policy, row.story, id, &row.vector, row.published);
        }
        if let Some(members) = self.members.get_mut(&row.story) {
            members.remove(&(row.arrival, id));
            if members.is_empty() {
                self.members.remove(&row.story);
            }
        }
        self.arrivals.remove(&(row.arrival, id));
    }

    /// The article that has been here longest.
    #[must_use]
    pub fn oldest_article(&self) -> Option<ArticleId> {
        self.arrivals.first().map(|(_, id)| *id)
    }

    /// The articles of a story, in order of arrival.
    pub fn members(&self, story: StoryId) -> impl DoubleEndedIterator<Item = (ArticleId, &ArticleRow)> {
        self.members.get(&story).into_iter().flatten().filter_map(|(_, id)| {
            self.articles.get(id).map(|row| (*id, row))
        })
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
            other => match self.claims.load(row)? {
                true => Ok(()),
                false => Err(RowError::UnknownTable(other)),
            },
        }
    }

    /// Derives the indexes once all rows are loaded.
    pub fn reindex(&mut self, policy: &Policy) {
        let mut by_arrival: Vec<(u64, ArticleId)> =
            self.articles.iter().map(|(id, row)| (row.arrival, *id)).collect();
        by_arrival.sort_unstable();
        for (_, id) in by_arrival {
            self.link(policy, id);
        }
        self.claims.reindex();
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
        ]
        .into_iter()
        .fold(0, u128::wrapping_add)
    }
}
