//! What one cause brought to one story, sorted out: the article, its claims with how they moved,
//! and what else happened.
//!
//! A claim appears once, with its newest document; that its level moved is part of its entry.

use std::collections::BTreeMap;

use writethru_core::article::{ClaimId, StoryId, Time};
use writethru_core::change::{Because, Body, Change, ClaimDoc, StoryRef, Why};
use writethru_core::claims::{Level, Status};
use writethru_core::reading::ClaimKind;

/// One cause's changes to one story.
#[derive(Debug)]
pub struct Moment<'a> {
    /// Which.
    pub story: &'a StoryRef,
    /// Log time.
    pub at: Time,
    /// What is not about a claim, in order.
    pub events: Vec<&'a Body>,
    /// Claims, most worth telling first.
    pub claims: Vec<Moved<'a>>,
}

/// A claim and how it moved.
#[derive(Debug)]
pub struct Moved<'a> {
    /// As it stands after this cause.
    pub claim: &'a ClaimDoc,
    /// Its text, also where the document withholds it.
    pub text: &'a str,
    /// The quotes of the first change.
    pub because: &'a [Because],
    /// The level before, where it moved.
    pub from: Option<&'a Level>,
    /// What moved it.
    pub why: Option<Why>,
    /// It was not known before.
    pub new: bool,
    /// Taken back under a kill.
    pub withhold: bool,
    /// The claim that goes on in its place.
    pub by: Option<ClaimId>,
}

/// Splits the changes of one step by story and cause, in order.
pub fn moments(changes: &[Change]) -> Vec<Moment<'_>> {
    let mut grouped: Vec<(StoryId, Vec<&Change>)> = Vec::new();
    for change in changes {
        let same = |(story, group): &&mut (StoryId, Vec<&Change>)| {
            *story == change.story.id && group.first().is_some_and(|it| it.cause == change.cause)
        };
        match grouped.iter_mut().find(same) {
            Some((_, group)) => group.push(change),
            None => grouped.push((change.story.id, vec![change])),
        }
    }
    grouped.into_iter().filter_map(|(_, group)| moment(&group)).collect()
}

fn moment<'a>(changes: &[&'a Change]) -> Option<Moment<'a>> {
    let last = changes.last()?;
    let mut events = Vec::new();
    let mut claims: BTreeMap<ClaimId, (usize, Moved<'a>)> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        match claim_of(&change.body) {
            Some(claim) => {
                let entry = claims.entry(claim.id);
                let (_, moved) = entry.or_insert_with(|| (at, Moved::begin(change, claim)));
                moved.add(&change.body, claim);
            }
            None => events.push(&change.body),
        }
    }
    let mut claims: Vec<(usize, Moved<'a>)> = claims.into_values().collect();
    claims.sort_by_key(|(at, moved)| (moved.rank(), -moved.claim.level.p, *at));
    let claims = claims.into_iter().map(|(_, moved)| moved).collect();
    Some(Moment { story: &last.story, at: last.recorded, events, claims })
}

impl<'a> Moved<'a> {
    fn begin(change: &'a Change, claim: &'a ClaimDoc) -> Self {
        Self {
            claim,
            text: claim.text.as_deref().unwrap_or_default(),
            because: &change.because,
            from: None,
            why: None,
            new: matches!(change.body, Body::ClaimAdded { .. }),
            withhold: false,
            by: None,
        }
    }

    fn add(&mut self, body: &'a Body, claim: &'a ClaimDoc) {
        self.claim = claim;
        match body {
            Body::ClaimLevelChanged { from, why, .. } => {
                self.from = self.from.or(Some(from));
                self.why = Some(*why);
            }
            Body::ClaimRetracted { text, withhold, .. } => {
                self.text = text;
                self.withhold = *withhold;
            }
            Body::ClaimSuperseded { by, .. } | Body::ClaimMerged { into: by, .. } => {
                self.by = Some(*by);
            }
            Body::ClaimCorrected { by, .. } => self.by = *by,
            _ => {}
        }
    }

    /// The status before, where it was another.
    pub fn status_before(&self) -> Option<Status> {
        let before = self.from?.status;
        (before != self.claim.level.status).then_some(before)
    }

    /// Whether a reader should hear of it at all: a level's finer moves are for machines.
    pub fn worth_telling(&self) -> bool {
        let level = &self.claim.level;
        let moved = self.from.is_none_or(|from| {
            from.status != level.status
                || from.likelihood != level.likelihood
                || from.origins != level.origins
        });
        moved && level.status != Status::Superseded && !self.text.is_empty()
    }

    /// Smaller is told first.
    fn rank(&self) -> u8 {
        match self.claim.level.status {
            Status::Retracted => 0,
            Status::Corrected => 1,
            Status::Disputed | Status::Denied => 2,
            _ if self.status_before().is_some() => 3,
            _ if self.claim.kind == ClaimKind::Quantity => 4,
            Status::Official => 5,
            _ => 6,
        }
    }
}

const fn claim_of(body: &Body) -> Option<&ClaimDoc> {
    match body {
        Body::ClaimAdded { claim }
        | Body::ClaimCorroborated { claim }
        | Body::ClaimDenied { claim }
        | Body::ClaimDisputed { claim }
        | Body::ClaimResolved { claim }
        | Body::ClaimSuperseded { claim, .. }
        | Body::ClaimCorrected { claim, .. }
        | Body::ClaimRetracted { claim, .. }
        | Body::ClaimMerged { claim, .. }
        | Body::ClaimLevelChanged { claim, .. } => Some(claim),
        _ => None,
    }
}
