//! THE PATH of one article: judge → place → record → settle.
//!
//! A lane is the state machine of all desks of one partition. Single-threaded and deterministic:
//! what it publishes is a function of the records it took and of the policy.

use std::collections::{BTreeMap, BTreeSet};

use crate::article::{StoryId, Time};
use crate::change::{Change, RevisionKind, StoryDoc};
use crate::policy::Policy;
use crate::reading::Reading;
use crate::table::{Row, RowError};

/// One record of a desk's log, read.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The story space.
    pub desk: String,
    /// When it was received; log time is the running maximum of these.
    pub at: Time,
    /// What came.
    pub input: Input,
}

/// What came.
#[derive(Clone, Debug)]
pub enum Input {
    /// One revision.
    Article(Box<Reading>),
    /// Time has passed and nothing came.
    Tick,
}

/// What became of a record: each is counted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The first of its article, with words of its own.
    Original,
    /// The first of its article, taken from another.
    Copy,
    /// A later revision of a known article.
    Revision(RevisionKind),
    /// Under embargo.
    Parked,
    /// A withdrawal of something that is not known here.
    UnknownWithdrawal,
    /// Not an article (a tick).
    Nothing,
}

/// What one step brought about.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// In published order.
    pub changes: Vec<Change>,
    /// Stories whose document changed, by desk.
    pub touched: BTreeSet<(String, StoryId)>,
    /// What became of the record itself.
    pub outcome: Option<Outcome>,
    /// Last documents of stories that left the state.
    pub evicted: Vec<StoryDoc>,
}

/// A row of one desk; the lane's own rows have an empty desk.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LaneRow {
    /// Whose.
    pub desk: String,
    /// What.
    pub row: Row,
}

/// All desks of one partition.
#[derive(Debug, Default)]
pub struct Lane {
    desks: BTreeMap<String, ()>,
}

impl Lane {
    /// Takes one record: first the timers that are due before it, then the record.
    pub fn step(&mut self, _policy: &Policy, _intake: Intake, _out: &mut Output) {}

    /// Hands out every row that changed since the last drain.
    pub fn drain(&mut self, _sink: &mut dyn FnMut(LaneRow)) {}

    /// Takes up one stored row.
    ///
    /// # Errors
    /// A row that no table knows or can read.
    pub fn load(&mut self, _row: &LaneRow) -> Result<(), RowError> {
        Ok(())
    }

    /// Derives the indexes once all rows are loaded.
    pub fn reindex(&mut self, _policy: &Policy) {}

    /// The digest of all rows, as of the last drain.
    #[must_use]
    pub fn digest(&self) -> u128 {
        0
    }

    /// The earliest timer, with its desk.
    #[must_use]
    pub fn next_due(&self) -> Option<(String, Time)> {
        None
    }

    /// The document of a story as it stands.
    #[must_use]
    pub fn story(&self, _policy: &Policy, _desk: &str, _id: StoryId) -> Option<StoryDoc> {
        None
    }

    /// All stories of all desks, in order of desk and id.
    pub fn stories(&self) -> impl Iterator<Item = (&str, StoryId)> {
        self.desks.keys().map(|desk| (desk.as_str(), StoryId::default()))
    }
}
