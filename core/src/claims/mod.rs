//! What is said, by whom, and how sure one may be.
//!
//! The path of a revision through this room: [`record`] takes up its statements, finding with
//! [`matching`] which claim each one restates; [`settle`] weighs the touched slots anew with
//! [`mod@weigh`], the calculus, and tells what changed since it last published. The room owns its
//! rows ([`rows`]); its [`index`] is derived from them and never stored. A level is computed from
//! the slot's whole, capped evidence and never carried forward.

pub mod event;
pub mod explain;
pub mod index;
mod kept;
pub mod matching;
pub mod outline;
pub mod record;
pub mod relocate;
pub mod rows;
pub mod settle;
pub mod weigh;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod newsroom;
#[cfg(test)]
mod tests;

use crate::article::{ArticleId, ClaimId, SlotId, StoryId, Time};
use crate::policy::Policy;
use crate::table::{Row, RowError, Table};

pub use event::{ClaimEvent, Occasion, What, Why};
pub use explain::{Explanation, explain};
pub use record::{RevisionEffect, Told};
pub use relocate::Joined;
pub use rows::{
    ClaimRow, Confidence, Dispute, EvidenceKey, EvidenceRow, Level, Likelihood, Standing, Status,
};
pub use settle::Settled;
pub use weigh::{Origin, Range, Rule, SlotView, Weighed, weigh};

use index::Index;
use kept::Kept;

/// All claims of one desk.
#[derive(Clone, Debug)]
pub struct Claims {
    claims: Table<ClaimId, ClaimRow>,
    evidence: Table<EvidenceKey, EvidenceRow>,
    /// Claims that turned out to be another one.
    redirects: Table<ClaimId, ClaimId>,
    /// Derived from the rows.
    index: Index,
    /// Derived from them, too.
    kept: Kept,
    first_table_id: u8,
}

impl Claims {
    /// No claims; the tables take three numbers from `first_table_id` on.
    #[must_use]
    pub fn new(first_table_id: u8) -> Self {
        Self {
            claims: Table::new(first_table_id),
            evidence: Table::new(first_table_id + 1),
            redirects: Table::new(first_table_id + 2),
            index: Index::default(),
            kept: Kept::default(),
            first_table_id,
        }
    }

    /// Hands out every row that changed since the last drain.
    pub fn drain(&mut self, sink: &mut dyn FnMut(Row)) {
        self.claims.drain(sink);
        self.evidence.drain(sink);
        self.redirects.drain(sink);
    }

    /// Takes up one stored row; `false` where it belongs to another room. [`Self::reindex`] follows.
    ///
    /// # Errors
    /// [`RowError::Unreadable`] where the bytes are not such a row.
    pub fn load(&mut self, row: &Row) -> Result<bool, RowError> {
        match row.table.checked_sub(self.first_table_id) {
            Some(0) => self.claims.load(row)?,
            Some(1) => self.evidence.load(row)?,
            Some(2) => self.redirects.load(row)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Derives the index anew from the rows.
    pub fn reindex(&mut self) {
        self.index = Index::derive(&self.claims, &self.evidence, &self.redirects);
        self.kept = Kept::default();
    }

    /// The sum over all rows, as of the last drain.
    #[must_use]
    pub const fn digest(&self) -> u128 {
        self.claims
            .digest()
            .wrapping_add(self.evidence.digest())
            .wrapping_add(self.redirects.digest())
    }

    /// Bytes of all rows as they are stored, as of the last drain.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.claims.bytes() + self.evidence.bytes() + self.redirects.bytes()
    }

    /// A claim.
    #[must_use]
    pub fn get(&self, claim: ClaimId) -> Option<&ClaimRow> {
        self.claims.get(&claim)
    }

    /// A piece of evidence.
    #[must_use]
    pub fn evidence(&self, key: &EvidenceKey) -> Option<&EvidenceRow> {
        self.evidence.get(key)
    }

    /// What an article's newest revision with evidence says, by claim.
    pub fn said_by(
        &self,
        article: ArticleId,
    ) -> impl Iterator<Item = (ClaimId, &ClaimRow, &EvidenceRow)> {
        let newest = self.newest_revision(article);
        self.index.of_article(article).iter().flat_map(move |claim| {
            let rows = self.evidence.range(EvidenceKey::all_by(*claim, article));
            rows.filter(move |(_, row)| {
                row.standing == Standing::Live && Some(row.revision) == newest
            })
            .filter_map(|(_, row)| Some((*claim, self.claims.get(claim)?, row)))
        })
    }

    /// The claim for which this id stands today.
    #[must_use]
    pub fn resolve(&self, claim: ClaimId) -> ClaimId {
        let mut at = claim;
        while let Some(next) = self.redirects.get(&at) {
            at = *next;
        }
        at
    }

    /// Published claims of a story in the order in which they were first seen.
    pub fn claims_of(&self, story: StoryId) -> impl Iterator<Item = ClaimId> + '_ {
        self.index
            .of_story(story)
            .filter(|claim| self.claims.get(claim).is_some_and(|row| row.published))
    }

    /// How many claims a story has, published or not.
    #[must_use]
    pub fn count_of(&self, story: StoryId) -> usize {
        self.index.story_len(story)
    }

    /// Puts the desk's own word beside a claim; its evidence stays as it is.
    pub fn mark(
        &mut self,
        claim: ClaimId,
        confirmed: Option<(String, Time)>,
        rejected: Option<(String, Time)>,
    ) {
        if let Some(row) = self.claims.get_mut(&claim) {
            row.confirmed = confirmed;
            row.rejected = rejected;
        }
    }

    /// The claims of a slot in the order of their ids, published or not.
    pub fn slot(&self, slot: SlotId) -> impl Iterator<Item = ClaimId> + '_ {
        self.index.of_slot(slot)
    }

    /// Evidence of a claim, in the order of the articles.
    pub fn evidence_of(
        &self,
        claim: ClaimId,
    ) -> impl Iterator<Item = (&EvidenceKey, &EvidenceRow)> {
        self.evidence.range(EvidenceKey::all_of(claim))
    }

    /// The claims for which an article gave evidence, live or not.
    #[must_use]
    pub fn claims_of_article(&self, article: ArticleId) -> &[ClaimId] {
        self.index.of_article(article)
    }

    /// A slot ready to be weighed.
    #[must_use]
    pub fn view(&self, slot: SlotId) -> SlotView<'_> {
        let claims: Vec<(ClaimId, &ClaimRow)> = self
            .index
            .of_slot(slot)
            .filter_map(|claim| self.claims.get(&claim).map(|row| (claim, row)))
            .collect();
        let evidence = claims
            .iter()
            .flat_map(|(claim, _)| self.evidence_of(*claim))
            .map(|(key, row)| (*key, row))
            .collect();
        SlotView { claims, evidence, withdrawn: self.index.withdrawn() }
    }

    /// A claim as it stands, for documents.
    #[must_use]
    pub fn weighed(&self, policy: &Policy, claim: ClaimId) -> Option<Weighed> {
        let slot = self.claims.get(&claim)?.slot;
        self.weighed_slot(policy, slot).iter().find(|one| one.claim == claim).cloned()
    }

    /// When a state fades next, if it does.
    #[must_use]
    pub fn next_fade(&self, policy: &Policy, claim: ClaimId) -> Option<Time> {
        settle::next_fade(self, policy, claim)
    }
}
