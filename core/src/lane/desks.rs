//! All desks of one partition, and what they share: nothing but tombstones.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, Intake, Outcome, Output, document, step};
use crate::article::{ArticleId, ClaimId, StoryId, Time};
use crate::change::{RevisionKind, StoryDoc};
use crate::decision::Refusal;
use crate::policy::Policy;
use crate::reading::{Label, Reading};
use crate::state::{State, Tombstone};
use crate::table::{Row, RowError, Table};

/// Number of the lane's own table.
const TOMBSTONES: u8 = 1;

/// A row of one desk; the lane's own rows have an empty desk.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LaneRow {
    /// Whose.
    pub desk: String,
    /// What.
    pub row: Row,
}

/// All desks of one partition.
#[derive(Debug)]
pub struct Lane {
    desks: BTreeMap<String, State>,
    /// Withdrawals, for any desk to which what they withdraw comes later.
    tombstones: Table<ArticleId, Tombstone>,
    /// The same by age; derived from them.
    by_age: BTreeSet<(Time, ArticleId)>,
}

impl Default for Lane {
    fn default() -> Self {
        Self { desks: BTreeMap::new(), tombstones: Table::new(TOMBSTONES), by_age: BTreeSet::new() }
    }
}

impl Lane {
    /// Takes one record. A withdrawal goes to every desk, anything else to its own.
    pub fn step(&mut self, policy: &Policy, intake: Intake, out: &mut Output) {
        let is_new = !self.desks.contains_key(&intake.desk);
        if is_new && matches!(intake.input, Input::Decision(_)) {
            let detail = format!("there is no desk \"{}\"", intake.desk);
            out.refused = Some(Refusal::new("unknown_desk", detail));
            out.outcome = Some(Outcome::Decision);
            return;
        }
        self.forget(policy, intake.at);
        self.desks.entry(intake.desk.clone()).or_default();
        match intake.input {
            Input::Article(reading) if reading.label == Label::Withdrawal => {
                self.withdraw(policy, &intake.desk, intake.at, &reading, out);
            }
            input => {
                if let Input::Article(reading) = &input {
                    self.recall(policy, &intake.desk, reading);
                }
                let state = self.desks.get_mut(&intake.desk).expect("opened above");
                step(state, policy, &intake.desk, intake.at, input, out);
            }
        }
    }

    /// Lets go of what was withdrawn too long ago.
    fn forget(&mut self, policy: &Policy, now: Time) {
        while let Some((at, id)) = self.by_age.first().copied()
            && at.plus_ms(policy.stories.lineage_ms) <= now
        {
            self.by_age.remove(&(at, id));
            self.tombstones.remove(&id);
        }
    }

    /// A desk hears of a withdrawal when what was withdrawn comes to it.
    fn recall(&mut self, policy: &Policy, desk: &str, reading: &Reading) {
        let id = ArticleId::of(&reading.article.uri);
        let (Some(tombstone), Some(state)) = (self.tombstones.get(&id), self.desks.get_mut(desk))
        else {
            return;
        };
        if state.article(id).is_none() && !state.tombstones.contains(&id) {
            state.bury(id, tombstone.clone(), policy.stories.lineage_ms);
        }
    }

    fn withdraw(
        &mut self,
        policy: &Policy,
        home: &str,
        at: Time,
        reading: &Reading,
        out: &mut Output,
    ) {
        let id = ArticleId::of(&reading.article.uri);
        let mut known = None;
        for (desk, state) in &mut self.desks {
            let input = if desk == home || state.knows(id) {
                Input::Article(Box::new(reading.clone()))
            } else {
                Input::Tick
            };
            step(state, policy, desk, at, input, out);
            let outcome = out.outcome.take();
            if desk == home || matches!(outcome, Some(Outcome::Revision(RevisionKind::Withdrawal)))
            {
                known = match known {
                    Some(Outcome::Revision(kind)) => Some(Outcome::Revision(kind)),
                    _ => outcome,
                };
            }
        }
        out.outcome = known;
        let mut tombstone = Tombstone::of(reading, at);
        if let Some(before) = self.tombstones.get(&id) {
            let withdrawn = &before.withdrawn;
            self.by_age.remove(&(withdrawn.at, id));
            tombstone.withdrawn.version = tombstone.withdrawn.version.max(withdrawn.version);
        }
        self.by_age.insert((at, id));
        self.tombstones.insert(id, tombstone);
    }

    /// Hands out every row that changed since the last drain.
    pub fn drain(&mut self, sink: &mut dyn FnMut(LaneRow)) {
        self.tombstones.drain(&mut |row| sink(LaneRow { desk: String::new(), row }));
        for (desk, state) in &mut self.desks {
            state.drain(&mut |row| sink(LaneRow { desk: desk.clone(), row }));
        }
    }

    /// Takes up one stored row.
    ///
    /// # Errors
    /// A row that no table knows or can read.
    pub fn load(&mut self, row: &LaneRow) -> Result<(), RowError> {
        if row.desk.is_empty() {
            return self.tombstones.load(&row.row);
        }
        self.desks.entry(row.desk.clone()).or_default().load(&row.row)
    }

    /// Derives the indexes once all rows are loaded.
    pub fn reindex(&mut self) {
        let aged = self.tombstones.iter().map(|(id, row)| (row.withdrawn.at, *id));
        self.by_age = aged.collect();
        self.desks.values_mut().for_each(State::reindex);
    }

    /// The digest of all rows, as of the last drain.
    #[must_use]
    pub fn digest(&self) -> u128 {
        self.desks
            .values()
            .fold(self.tombstones.digest(), |sum, state| sum.wrapping_add(state.digest()))
    }

    /// How many stories all desks have.
    #[must_use]
    pub fn story_count(&self) -> usize {
        self.desks.values().map(State::story_count).sum()
    }

    /// Bytes of all rows as they are stored, as of the last drain.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.desks.values().map(State::bytes).sum::<u64>() + self.tombstones.bytes()
    }

    /// The earliest timer, with its desk.
    #[must_use]
    pub fn next_due(&self) -> Option<(String, Time)> {
        self.desks
            .iter()
            .filter_map(|(desk, state)| state.next_due().map(|due| (due, desk)))
            .min()
            .map(|(due, desk)| (desk.clone(), due))
    }

    /// The document of a story as it stands; `None` for what was merged or is not known.
    #[must_use]
    pub fn story(&self, policy: &Policy, desk: &str, id: StoryId) -> Option<StoryDoc> {
        self.desks.get(desk).and_then(|state| document::story(state, policy, desk, id))
    }

    /// The same with those claims only that are not kept elsewhere, and the order of all of them.
    #[must_use]
    pub fn story_beside(
        &self,
        policy: &Policy,
        desk: &str,
        id: StoryId,
        is_kept: &dyn Fn(ClaimId) -> bool,
    ) -> Option<(StoryDoc, Vec<ClaimId>)> {
        let state = self.desks.get(desk)?;
        document::story_beside(state, policy, desk, id, is_kept)
    }

    /// All stories of all desks, in order of desk and id.
    pub fn stories(&self) -> impl Iterator<Item = (&str, StoryId)> {
        self.desks
            .iter()
            .flat_map(|(desk, state)| state.stories().map(move |(id, _)| (desk.as_str(), id)))
    }

    /// One desk's state.
    #[must_use]
    pub fn desk(&self, desk: &str) -> Option<&State> {
        self.desks.get(desk)
    }

    /// All desks by name.
    pub fn desks(&self) -> impl Iterator<Item = (&str, &State)> {
        self.desks.iter().map(|(desk, state)| (desk.as_str(), state))
    }
}
