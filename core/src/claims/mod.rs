//! What is said, by whom, and how sure one may be.
//!
//! The room owns its rows ([`rows`]); a slot's level is computed anew from its whole, capped
//! evidence and never carried forward, so it is a function of the set of evidence.

pub mod rows;

pub use rows::{
    ClaimRow, Confidence, Dispute, EvidenceKey, EvidenceRow, Level, Likelihood, Standing, Status,
};

use std::collections::BTreeMap;

use crate::article::{ArticleId, ClaimId, OriginId, SlotId, StoryId, Time};
use crate::policy::Policy;
use crate::reading::{Reading, Stance};
use crate::table::{Row, RowError, Table};

/// STUB until the room is merged.
#[derive(Debug)]
pub struct Claims {
    claims: Table<ClaimId, ClaimRow>,
    _w: BTreeMap<ArticleId, Time>,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "stub")]
pub enum Occasion {
    Revision,
    Withdrawal,
    Reinstatement,
    Correction,
    OriginsMerged,
    Decay,
    Decision,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "stub")]
pub enum RevisionEffect {
    New,
    Update,
    Correction,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs, reason = "stub")]
pub enum Why {
    NewOrigin,
    BetterPath,
    Denial,
    RivalValue,
    Revision,
    Withdrawal,
    Reinstatement,
    Correction,
    Outweighed,
    OriginsMerged,
    Decay,
    Decision,
}
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug)]
pub enum What {
    Added,
    Corroborated,
    Denied,
    Disputed,
    Resolved,
    Superseded { by: ClaimId },
    Corrected { by: Option<ClaimId> },
    Retracted { withhold: bool },
    Merged { into: ClaimId },
    LevelChanged { from: Level, to: Level, why: Why },
}
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug)]
pub struct ClaimEvent {
    pub claim: ClaimId,
    pub what: What,
    pub because: Vec<EvidenceKey>,
}
#[allow(missing_docs, reason = "stub")]
pub struct Told<'a> {
    pub story: StoryId,
    pub article: ArticleId,
    pub revision: u32,
    pub reading: &'a Reading,
    pub published: Time,
    pub now: Time,
    pub shared: &'a [(u16, ArticleId, Time)],
    pub effect: RevisionEffect,
}
#[allow(missing_docs, reason = "stub")]
pub struct Joined {
    pub events: Vec<ClaimEvent>,
    pub slots: Vec<SlotId>,
}
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Copy, Debug, Default)]
pub enum Rule {
    #[default]
    Alone,
}
impl Rule {
    #[allow(missing_docs, reason = "stub")]
    pub const fn name(self) -> &'static str {
        "alone"
    }
}
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub id: OriginId,
    pub name: String,
    pub stance: Stance,
    pub weight: i64,
    pub rule: Rule,
}
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug, Default)]
pub struct Range {
    pub origin: OriginId,
    pub low: Option<i64>,
    pub high: Option<i64>,
    pub as_of: Time,
}
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug, Default)]
pub struct Weighed {
    pub origins: Vec<Origin>,
    pub speaking: Vec<EvidenceKey>,
    pub range: Vec<Range>,
}
#[allow(missing_docs, clippy::unused_self, reason = "stub")]
impl Claims {
    pub fn new(id: u8) -> Self {
        Self { claims: Table::new(id), _w: BTreeMap::new() }
    }
    pub fn drain(&mut self, sink: &mut dyn FnMut(Row)) {
        self.claims.drain(sink);
    }
    pub fn load(&mut self, row: &Row) -> Result<bool, RowError> {
        self.claims.load(row).map(|()| true)
    }
    pub fn reindex(&mut self) {}
    pub fn digest(&self) -> u128 {
        self.claims.digest()
    }
    pub fn resolve(&self, id: ClaimId) -> ClaimId {
        id
    }
    pub fn get(&self, id: ClaimId) -> Option<&ClaimRow> {
        self.claims.get(&id)
    }
    pub fn evidence(&self, _k: &EvidenceKey) -> Option<&EvidenceRow> {
        None
    }
    pub fn record(&mut self, _p: &Policy, _t: &Told<'_>) -> Vec<SlotId> {
        Vec::new()
    }
    pub fn withdraw(&mut self, _p: &Policy, _a: ArticleId, _at: Time, _n: &str) -> Vec<SlotId> {
        Vec::new()
    }
    pub fn regroup(&mut self, _f: ArticleId, _t: ArticleId) -> Vec<SlotId> {
        Vec::new()
    }
    pub fn join(&mut self, _p: &Policy, _f: StoryId, _i: StoryId, _n: Time) -> Joined {
        Joined { events: Vec::new(), slots: Vec::new() }
    }
    pub fn settle(&mut self, _p: &Policy, _s: SlotId, _o: Occasion, _n: Time) -> Vec<ClaimEvent> {
        Vec::new()
    }
    pub fn fade(&mut self, _p: &Policy, _c: ClaimId, _n: Time) -> Vec<SlotId> {
        Vec::new()
    }
    pub fn next_fade(&self, _p: &Policy, _c: ClaimId) -> Option<Time> {
        None
    }
    pub fn evict(&mut self, _s: StoryId) {}
    pub fn claims_of(&self, _s: StoryId) -> impl Iterator<Item = ClaimId> + '_ {
        std::iter::empty()
    }
    pub fn said_by(
        &self,
        _a: ArticleId,
    ) -> impl Iterator<Item = (ClaimId, &ClaimRow, &EvidenceRow)> {
        std::iter::empty()
    }
    pub fn weighed(&self, _p: &Policy, _c: ClaimId) -> Option<Weighed> {
        None
    }
}
