//! One turn as alerts see it: its changes, what its desk says of claims and stories, each asked
//! once, and the event that an alert tells of it.

use std::collections::BTreeMap;

use super::told::{Alert, AlertClaim, Message, Move, Telling};
use super::{AlertRow, Basis, Desk, StoryFacts};
use crate::article::{AlertId, ChangeId, ClaimId, Id, StoryId};
use crate::change::{ArticleRef, Body, Change, ClaimDoc};
use crate::claims::Status;
use crate::policy::Policy;
use crate::reading::Stance;

/// Articles that an event lists.
const SOURCES_MAX: usize = 12;

/// What one turn does to one alert.
#[derive(Default)]
pub(super) struct Stir {
    /// The change that did it first, by number.
    pub first: usize,
    pub is_new: bool,
    pub moves: Vec<Move>,
    /// The alert as it stands now, where something of it moved.
    pub row: Option<AlertRow>,
    /// The claim that moved last.
    pub lead: Option<ClaimId>,
}

/// One turn.
pub(super) struct Turn<'a> {
    pub policy: &'a Policy,
    pub changes: &'a [Change],
    pub desk: &'a dyn Desk,
    pub stories: BTreeMap<StoryId, StoryFacts>,
    pub claims: BTreeMap<ClaimId, Option<ClaimDoc>>,
    pub stirred: BTreeMap<AlertId, Stir>,
}

impl<'a> Turn<'a> {
    pub fn new(policy: &'a Policy, changes: &'a [Change], desk: &'a dyn Desk) -> Self {
        let (stories, claims, stirred) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { policy, changes, desk, stories, claims, stirred }
    }

    pub fn stir(&mut self, alert: AlertId, at: usize, lead: Option<ClaimId>) -> &mut Stir {
        let stir = self.stirred.entry(alert).or_insert(Stir { first: at, ..Stir::default() });
        stir.first = stir.first.min(at);
        stir.lead = lead.or(stir.lead);
        stir
    }

    pub fn story(&mut self, id: StoryId, whole: bool) -> &StoryFacts {
        let desk = self.desk;
        self.stories.entry(id).or_insert_with(|| desk.story(id, whole))
    }

    /// A claim as it stands: as the turn's last change of it says, else as the desk does.
    pub fn claim(&mut self, id: ClaimId) -> Option<&ClaimDoc> {
        let (desk, changes) = (self.desk, self.changes);
        let told = |change: &Change| match &change.body {
            Body::ClaimMerged { .. } => None,
            body => body.claim().filter(|claim| claim.id == id).cloned(),
        };
        let look = || changes.iter().rev().find_map(told).or_else(|| desk.claim(id));
        self.claims.entry(id).or_insert_with(look).as_ref()
    }

    pub fn basis(&mut self, claim: ClaimId, before: Option<&Basis>) -> Option<Basis> {
        self.claim(claim).map(|doc| Basis::of(claim, doc, before))
    }

    /// The story of a change, over the merges of this turn.
    pub fn story_of(&self, change: &Change) -> StoryId {
        let mut story = change.story.id;
        for change in self.changes {
            if let Body::StoryMerged { into } = &change.body
                && change.story.id == story
            {
                story = into.id;
            }
        }
        story
    }

    pub fn told(
        &mut self,
        id: AlertId,
        row: &AlertRow,
        stir: Stir,
        message: Message,
        references: Vec<ChangeId>,
    ) -> Alert {
        let change = &self.changes[stir.first];
        let number = row.events.to_le_bytes();
        let event = Id::of(&[b"alert event", &id.0.0, &number, &change.id.0.0]);
        let story = self.story(row.story, false);
        let (reference, language) = (story.story.clone(), story.language.clone());
        let claims: Vec<AlertClaim> =
            row.basis.iter().filter_map(|basis| self.shown(basis.claim, message)).collect();
        let lead = lead(&claims, stir.lead);
        Alert {
            id: ChangeId(event),
            alert: id,
            message,
            references,
            sequence: row.events,
            desk: change.desk.clone(),
            rule: row.rule.clone(),
            priority: row.priority,
            story: reference,
            language,
            time: change.time,
            recorded: change.recorded,
            cause: change.cause.clone(),
            change: change.id,
            sources: self.sources(row, change),
            telling: self.telling(row, change, &claims, lead),
            claims,
            moves: stir.moves,
        }
    }

    /// A withheld claim has its words in the cancel that tells of its retraction, and nowhere else.
    fn shown(&mut self, id: ClaimId, message: Message) -> Option<AlertClaim> {
        let taken_back = self.changes.iter().find_map(|change| match &change.body {
            Body::ClaimRetracted { claim, text, .. } if claim.id == id => Some(text.clone()),
            _ => None,
        });
        let doc = self.claim(id)?;
        let last = taken_back.filter(|_| message == Message::Cancelled);
        Some(AlertClaim {
            id,
            text: doc.text.clone().or(last),
            level: doc.level,
            denied_by: doc.denied_by.clone(),
            withheld: doc.withheld.clone(),
        })
    }

    fn sources(&mut self, row: &AlertRow, change: &Change) -> Vec<ArticleRef> {
        let mut sources: Vec<ArticleRef> = change.body.article().cloned().into_iter().collect();
        for stance in [Stance::Assert, Stance::Deny] {
            for basis in &row.basis {
                let Some(doc) = self.claim(basis.claim) else { continue };
                let evidence = doc.evidence.iter().filter(|it| it.stance == stance);
                for article in evidence.map(|it| &it.article) {
                    if !sources.iter().any(|known| known.uri == article.uri) {
                        sources.push(article.clone());
                    }
                }
            }
        }
        sources.truncate(SOURCES_MAX);
        sources
    }

    fn telling(
        &mut self,
        row: &AlertRow,
        change: &Change,
        claims: &[AlertClaim],
        lead: usize,
    ) -> Telling {
        let rule = self.policy.alerts.rule(&row.rule);
        let claim = claims.get(lead);
        let basis = claim.and_then(|claim| row.basis.iter().find(|it| it.claim == claim.id));
        let notice = match &change.body {
            Body::ArticleWithdrawn { notice, .. } => notice.clone(),
            _ => claim.and_then(|claim| claim.withheld.clone()),
        };
        let place = claim.and_then(|claim| self.claim(claim.id)).and_then(|doc| doc.place.clone());
        Telling {
            headline: rule.map(|rule| rule.headline.clone()).unwrap_or_default(),
            text: rule.map(|rule| rule.text.clone()).unwrap_or_default(),
            lead,
            names: basis.map(|basis| basis.names.clone()).unwrap_or_default(),
            publisher: change
                .body
                .article()
                .map_or_else(String::new, |it| it.publisher.as_ref().to_owned()),
            notice: notice.unwrap_or_default(),
            place: place.unwrap_or_default(),
            value: basis.and_then(|basis| basis.value).map(|value| value.0),
        }
    }
}

/// Which claim an event tells of first: the one that moved last, unless another value took its
/// place, it was taken back or its words are withheld; then the last that stands.
fn lead(claims: &[AlertClaim], moved: Option<ClaimId>) -> usize {
    let ended = |claim: &AlertClaim| {
        matches!(claim.level.status, Status::Superseded | Status::Corrected | Status::Retracted)
    };
    let stands = |claim: &&AlertClaim| !ended(claim) && claim.text.is_some();
    let moved = moved.and_then(|lead| claims.iter().find(|claim| claim.id == lead));
    let lead = moved.filter(stands).or_else(|| claims.iter().rev().find(stands)).or(moved);
    lead.and_then(|lead| claims.iter().position(|claim| claim.id == lead.id)).unwrap_or_default()
}
