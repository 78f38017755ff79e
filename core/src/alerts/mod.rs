//! What a desk is told at once: a fold of the changes of one turn, under the rules of the policy.
//!
//! A rule that holds for a change raises an alert, one for each claim or story. From then on the
//! alert follows the claims that it [rests on](rows::Basis), whether the rule still holds or not:
//! what moved is an update, and when the last of them has fallen it is cancelled. Nothing is held
//! back or thinned out here. The room owns its rows; what it looks up by is derived from them.

mod facts;
mod fold;
pub mod rows;
mod told;
mod turn;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::article::{AlertId, ChangeId, ClaimId, Id, StoryId};
use crate::change::{ClaimDoc, Life, StoryRef};
use crate::table::{Row, RowError, Table};

pub use rows::{AlertRow, Basis};
pub use told::{Alert, AlertClaim, Message, Move, Telling};

/// All open alerts of one desk.
#[derive(Clone, Debug)]
pub struct Alerts {
    open: Table<AlertId, AlertRow>,
    /// The events of each open alert, in order.
    events: Table<(AlertId, u32), ChangeId>,
    /// Stories and claims of which the desk wants to hear no more, save for cancels.
    muted: Table<Id, ()>,
    first_table_id: u8,
    by_claim: BTreeSet<(ClaimId, AlertId)>,
    by_story: BTreeSet<(StoryId, AlertId)>,
}

/// What an alert has to know of its desk.
pub trait Desk {
    /// A claim as it stands, also under an id that redirects.
    fn claim(&self, claim: ClaimId) -> Option<ClaimDoc>;
    /// A story as it stands; `whole` asks for what takes a look at all its articles.
    fn story(&self, story: StoryId, whole: bool) -> StoryFacts;
}

/// A story as rules and alerts see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryFacts {
    /// Id, slug and headline.
    pub story: StoryRef,
    /// Emerging, active, …
    pub state: Life,
    /// The language of its newest article that declares one.
    pub language: Option<Arc<str>>,
    /// The most urgent of its articles.
    pub urgency: Option<u8>,
    /// How many articles it has.
    pub articles: usize,
    /// All codes of its articles, sorted.
    pub subjects: Vec<String>,
    /// Its places.
    pub places: Vec<String>,
    /// People that its newest articles name.
    pub people: Vec<String>,
    /// Organisations that they name.
    pub organisations: Vec<String>,
}

impl Alerts {
    /// No alerts; the tables take three numbers from `first_table_id` on.
    #[must_use]
    pub const fn new(first_table_id: u8) -> Self {
        Self {
            open: Table::new(first_table_id),
            events: Table::new(first_table_id + 1),
            muted: Table::new(first_table_id + 2),
            first_table_id,
            by_claim: BTreeSet::new(),
            by_story: BTreeSet::new(),
        }
    }

    /// All open alerts, in order of id.
    pub fn open(&self) -> impl Iterator<Item = (AlertId, &AlertRow)> {
        self.open.iter().map(|(id, row)| (*id, row))
    }

    /// An open alert.
    #[must_use]
    pub fn get(&self, alert: AlertId) -> Option<&AlertRow> {
        self.open.get(&alert)
    }

    /// The events of an open alert, in order.
    pub fn events_of(&self, alert: AlertId) -> impl Iterator<Item = ChangeId> + '_ {
        self.events.range((alert, 0)..=(alert, u32::MAX)).map(|(_, event)| *event)
    }

    /// Forgets the alerts of a story that leaves the state; nothing is published.
    pub fn evict(&mut self, story: StoryId) {
        let alerts: Vec<AlertId> = self.of_story(story).collect();
        alerts.into_iter().for_each(|alert| self.close(alert));
        self.muted.remove(&story.0);
    }

    /// Mutes a story or a claim, or lets it speak again.
    pub fn mute(&mut self, id: Id, is_muted: bool) {
        if is_muted {
            self.muted.insert(id, ());
        } else {
            self.muted.remove(&id);
        }
    }

    fn is_muted(&self, story: StoryId, claim: Option<ClaimId>) -> bool {
        let claim = claim.is_some_and(|claim| self.muted.contains(&claim.0));
        claim || self.muted.contains(&story.0)
    }

    /// Hands out every row that changed since the last drain.
    pub fn drain(&mut self, sink: &mut dyn FnMut(Row)) {
        self.open.drain(sink);
        self.events.drain(sink);
        self.muted.drain(sink);
    }

    /// Takes up one stored row; `false` where it belongs to another room. [`Self::reindex`] follows.
    ///
    /// # Errors
    /// [`RowError::Unreadable`] where the bytes are not such a row.
    pub fn load(&mut self, row: &Row) -> Result<bool, RowError> {
        match row.table.checked_sub(self.first_table_id) {
            Some(0) => self.open.load(row)?,
            Some(1) => self.events.load(row)?,
            Some(2) => self.muted.load(row)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Derives what alerts are looked up by anew from the rows.
    pub fn reindex(&mut self) {
        let rows: Vec<(AlertId, AlertRow)> =
            self.open.iter().map(|(id, row)| (*id, row.clone())).collect();
        for (id, row) in rows {
            self.link(id, &row);
        }
    }

    /// The sum over all rows, as of the last drain.
    #[must_use]
    pub const fn digest(&self) -> u128 {
        self.open.digest().wrapping_add(self.events.digest()).wrapping_add(self.muted.digest())
    }

    /// The open alerts that rest on a claim, in order of id.
    pub fn on_claim(&self, claim: ClaimId) -> impl Iterator<Item = AlertId> + '_ {
        let (from, to) = (AlertId::MIN, AlertId::MAX);
        self.by_claim.range((claim, from)..=(claim, to)).map(|(_, alert)| *alert)
    }

    fn of_story(&self, story: StoryId) -> impl Iterator<Item = AlertId> + '_ {
        let (from, to) = (AlertId::MIN, AlertId::MAX);
        self.by_story.range((story, from)..=(story, to)).map(|(_, alert)| *alert)
    }

    fn put(&mut self, alert: AlertId, row: AlertRow) {
        self.unlink(alert);
        self.link(alert, &row);
        self.open.insert(alert, row);
    }

    fn close(&mut self, alert: AlertId) {
        self.unlink(alert);
        self.open.remove(&alert);
        let numbers: Vec<u32> =
            self.events.range((alert, 0)..=(alert, u32::MAX)).map(|((_, n), _)| *n).collect();
        numbers.into_iter().for_each(|n| {
            self.events.remove(&(alert, n));
        });
    }

    fn link(&mut self, alert: AlertId, row: &AlertRow) {
        self.by_story.insert((row.story, alert));
        self.by_claim.extend(row.basis.iter().map(|basis| (basis.claim, alert)));
    }

    fn unlink(&mut self, alert: AlertId) {
        let Some(row) = self.open.get(&alert) else { return };
        self.by_story.remove(&(row.story, alert));
        for basis in &row.basis {
            self.by_claim.remove(&(basis.claim, alert));
        }
    }
}
