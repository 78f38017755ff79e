//! What humans decided, who and why, and what it did: enough to take it back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::article::{ArticleId, ClaimId, Id, StoryId, Time};
use crate::decision::Action;
use crate::table::{Row, RowError, Table};

/// What a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// A story.
    Story(StoryId),
    /// A claim.
    Claim(ClaimId),
}

impl Target {
    /// The id, of whichever it is.
    #[must_use]
    pub const fn id(self) -> Id {
        match self {
            Self::Story(story) => story.0,
            Self::Claim(claim) => claim.0,
        }
    }
}

/// A decision that took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Tells it from another one under the same id.
    pub digest: Id,
    /// Number of its arrival at the desk.
    pub arrival: u64,
    /// What was done.
    pub action: Action,
    /// To what; for a revoke, to what the revoked decision was done.
    pub target: Target,
    /// Who.
    pub by: String,
    /// Log time.
    pub at: Time,
    /// Why.
    pub reason: Option<String>,
    /// The pinned headline.
    pub words: Option<String>,
    /// Its story.
    pub story: StoryId,
    /// The other story: with which it was merged, or which was split off.
    pub other: Option<StoryId>,
    /// The articles that changed their story.
    pub moved: Vec<ArticleId>,
    /// What took it back: the id of a decision, or `withdrawal`.
    pub revoked_by: Option<String>,
}

/// All decisions of one desk, by id.
#[derive(Clone, Debug)]
pub struct Decisions {
    rows: Table<String, DecisionRow>,
    by_story: BTreeSet<(StoryId, String)>,
    table_id: u8,
}

impl Decisions {
    /// No decisions; the table has this number.
    #[must_use]
    pub const fn new(table_id: u8) -> Self {
        Self { rows: Table::new(table_id), by_story: BTreeSet::new(), table_id }
    }

    /// A decision.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&DecisionRow> {
        self.rows.get(&id.to_owned())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All of them, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &DecisionRow)> {
        self.rows.iter().map(|(id, row)| (id.as_str(), row))
    }

    /// Keeps a decision.
    pub fn put(&mut self, id: String, row: DecisionRow) {
        if let Some(before) = self.rows.get(&id) {
            self.by_story.remove(&(before.story, id.clone()));
        }
        self.by_story.insert((row.story, id.clone()));
        self.rows.insert(id, row);
    }

    /// Notes what took a decision back.
    pub fn revoke(&mut self, id: &str, by: &str) {
        if let Some(row) = self.rows.get_mut(&id.to_owned()) {
            row.revoked_by = Some(by.to_owned());
        }
    }

    /// The newest decision of one of these kinds on a target that still holds.
    pub fn holding(
        &self,
        actions: &[Action],
        is_target: impl Fn(Target) -> bool,
    ) -> Option<(&str, &DecisionRow)> {
        self.iter()
            .filter(|(_, row)| row.revoked_by.is_none() && actions.contains(&row.action))
            .filter(|(_, row)| is_target(row.target))
            .max_by_key(|(_, row)| row.arrival)
    }

    /// What was decided about a story goes where the story goes.
    pub fn follow(&mut self, from: StoryId, into: StoryId) {
        for id in self.of_story(from) {
            let Some(row) = self.rows.get(&id).cloned() else { continue };
            self.put(id, DecisionRow { story: into, ..row });
        }
    }

    /// Forgets what was decided about a story that leaves the state.
    pub fn evict(&mut self, story: StoryId) {
        for id in self.of_story(story) {
            self.rows.remove(&id);
            self.by_story.remove(&(story, id));
        }
    }

    /// The ids of what was decided about a story.
    #[must_use]
    pub fn of_story(&self, story: StoryId) -> Vec<String> {
        let from = (story, String::new());
        let of_story = self.by_story.range(from..).take_while(|(of, _)| *of == story);
        of_story.map(|(_, id)| id.clone()).collect()
    }

    /// Hands out every row that changed since the last drain.
    pub fn drain(&mut self, sink: &mut dyn FnMut(Row)) {
        self.rows.drain(sink);
    }

    /// Takes up one stored row; `false` where it belongs to another room.
    ///
    /// # Errors
    /// [`RowError::Unreadable`] where the bytes are not such a row.
    pub fn load(&mut self, row: &Row) -> Result<bool, RowError> {
        if row.table != self.table_id {
            return Ok(false);
        }
        self.rows.load(row)?;
        Ok(true)
    }

    /// Derives what is looked up by story anew from the rows.
    pub fn reindex(&mut self) {
        self.by_story = self.rows.iter().map(|(id, row)| (row.story, id.clone())).collect();
    }

    /// The sum over all rows, as of the last drain.
    #[must_use]
    pub const fn digest(&self) -> u128 {
        self.rows.digest()
    }
}
