//! One record's turn at the desk: everything that one cause publishes, in its order.
//!
//! A level's change comes last among the changes of its cause; numbers are given here only.

use std::collections::BTreeSet;

use super::{Output, document};
use crate::article::{ArticleId, ChangeId, ClaimId, Id, SlotId, StoryId, Time};
use crate::change::{Because, Body, Cause, Change, StoryRef, identity};
use crate::claims::{ClaimEvent, Level, Occasion, Weighed, What};
use crate::decision::Decision;
use crate::policy::Policy;
use crate::reading::Reading;
use crate::state::{State, TimelineRow, Timer};

/// What is said of a change beside its story and its numbers.
struct Telling {
    body: Body,
    because: Vec<Because>,
    previous: Option<Level>,
}

/// The desk while one cause is dealt with.
pub(super) struct Turn<'a> {
    pub state: &'a mut State,
    pub policy: &'a Policy,
    pub desk: &'a str,
    /// The cause's own time.
    pub time: Time,
    cause: Cause,
    touched: Vec<(SlotId, Occasion)>,
    levels: Vec<(StoryId, Telling)>,
    /// Stories whose headline, summary or places may have moved.
    stirred: BTreeSet<StoryId>,
    /// Changes of earlier turns in the output.
    published_before: usize,
    out: &'a mut Output,
}

impl<'a> Turn<'a> {
    /// A revision's turn.
    pub fn begin(
        state: &'a mut State,
        policy: &'a Policy,
        desk: &'a str,
        id: ArticleId,
        reading: &Reading,
        out: &'a mut Output,
    ) -> Self {
        let now = state.now();
        let revision = state.article(id).map_or(0, |row| row.revision).saturating_add(1);
        let cause = Cause::Article {
            uri: reading.article.uri.as_str().into(),
            version: reading.article.version,
            revision,
            digest: super::judge::text_digest(reading),
        };
        let time = reading.article.published.map_or(now, |at| at.min(now));
        Self::of(state, policy, desk, cause, time, out)
    }

    /// What time alone brings about; the article is the one it concerns.
    pub fn at_timer(
        state: &'a mut State,
        policy: &'a Policy,
        desk: &'a str,
        article: ArticleId,
        due: Time,
        out: &'a mut Output,
    ) -> Option<Self> {
        let row = state.article(article)?;
        let mark = row.newest();
        let cause = Cause::Article {
            uri: row.uri.clone(),
            version: mark.version,
            revision: row.revision,
            digest: mark.digest,
        };
        Some(Self::of(state, policy, desk, cause, due, out))
    }

    /// A decision's turn; its time is the sender's, unless that lies ahead.
    pub fn by_decision(
        state: &'a mut State,
        policy: &'a Policy,
        desk: &'a str,
        decision: &Decision,
        out: &'a mut Output,
    ) -> Self {
        let now = state.now();
        let time = decision.at.map_or(now, |at| at.min(now));
        Self::of(state, policy, desk, Cause::Decision(decision.id.clone()), time, out)
    }

    fn of(
        state: &'a mut State,
        policy: &'a Policy,
        desk: &'a str,
        cause: Cause,
        time: Time,
        out: &'a mut Output,
    ) -> Self {
        Self {
            state,
            policy,
            desk,
            time,
            cause,
            touched: Vec::new(),
            levels: Vec::new(),
            stirred: BTreeSet::new(),
            published_before: out.changes.len(),
            out,
        }
    }

    /// Notes that a story's headline, summary or places may have moved.
    pub fn stir(&mut self, story: StoryId) {
        self.stirred.insert(story);
    }

    /// Notes slots whose evidence moved; they are weighed once, when the turn ends.
    pub fn touch(&mut self, slots: Vec<SlotId>, occasion: Occasion) {
        for slot in slots {
            match self.touched.iter_mut().find(|(known, _)| *known == slot) {
                Some((_, known)) => *known = occasion,
                None => self.touched.push((slot, occasion)),
            }
        }
    }

    /// Weighs the touched slots anew and publishes what moved, in the order of the text.
    fn settle(&mut self) {
        let now = self.state.now();
        for (slot, occasion) in std::mem::take(&mut self.touched) {
            let settled = self.state.claims.settle(self.policy, slot, occasion, now);
            self.out.moved.extend(settled.weighed.iter().map(|one| one.claim));
            for event in settled.events {
                let weighed = settled.weighed.iter().find(|one| one.claim == event.claim);
                self.tell(event, weighed);
            }
            self.set_fading(slot);
        }
    }

    /// States fade by timers.
    fn set_fading(&mut self, slot: SlotId) {
        let claims: Vec<ClaimId> = self.state.claims.slot(slot).collect();
        for claim in claims {
            if let Some(next) = self.state.claims.next_fade(self.policy, claim) {
                self.state.set_timer(next, Timer::Fade(claim));
            }
        }
    }

    /// Publishes what happened to a claim; it is weighed anew unless that was just done.
    pub fn tell(&mut self, event: ClaimEvent, weighed: Option<&Weighed>) {
        let claim = self.state.claims.resolve(event.claim);
        let Some(row) = self.state.claims.get(claim) else { return };
        let story = row.story;
        let is_level = matches!(event.what, What::LevelChanged { .. });
        let previous = event.previous;
        let (body, because) = document::claim_body(self.state, self.policy, event, weighed);
        let telling = Telling { body, because, previous };
        if is_level {
            self.levels.push((story, telling));
        } else {
            self.put_out(story, telling);
        }
    }

    /// Publishes what happened to a story or an article.
    pub fn publish(&mut self, story: StoryId, body: Body) {
        self.put_out(story, Telling { body, because: Vec::new(), previous: None });
    }

    /// Notes that a claim looks different.
    pub fn show_anew(&mut self, claim: ClaimId) {
        self.out.moved.insert(claim);
    }

    /// Notes that the claims for which an article speaks look different: they point to it.
    fn show_all_of_anew(&mut self, article: ArticleId) {
        self.out.moved.extend(self.state.claims.claims_of_article(article));
    }

    /// Gives a change its numbers and its id and puts it out.
    fn put_out(&mut self, story: StoryId, telling: Telling) {
        let Telling { body, because, previous } = telling;
        let recorded = self.state.now();
        let desk_row = self.state.desk_mut();
        desk_row.sequence += 1;
        let desk_sequence = desk_row.sequence;
        let Some(row) = self.state.story_mut(story) else { return };
        row.sequence += 1;
        row.updated = recorded;
        let sequence = row.sequence;
        let life = if body.is_of_life() { row.reopened } else { 0 };
        let reference =
            StoryRef { id: story, slug: row.slug.clone(), headline: row.headline.clone() };
        let id = ChangeId(Id::of(&[&identity(story, &self.cause, life, &body)]));
        self.note(story, sequence, id, &body);
        self.out.touched.insert((self.desk.to_owned(), story));
        self.out.moved.extend(body.claim().map(|claim| claim.id));
        if let Some(article) = body.article() {
            self.show_all_of_anew(ArticleId::of(&article.uri));
        }
        self.out.changes.push(Change {
            id,
            desk: self.desk.to_owned(),
            story: reference,
            time: self.time,
            recorded,
            sequence,
            desk_sequence,
            cause: self.cause.clone(),
            body,
            because,
            previous,
        });
    }

    /// Keeps the story's timeline: what happened to its claims, within the limit.
    fn note(&mut self, story: StoryId, sequence: u64, change: ChangeId, body: &Body) {
        let Some(claim) = body.on_timeline() else { return };
        let row = TimelineRow {
            time: self.time,
            change,
            kind: body.name().to_owned(),
            claim: Some(claim),
        };
        self.state.note(story, sequence, row, self.policy.limits.timeline_max);
    }

    /// Forgets what has been here longest until the desk is within its limit.
    pub fn keep_within_limits(&mut self, present: StoryId) {
        while self.state.article_count() > self.policy.limits.desk_articles_max {
            let Some(oldest) = self.state.oldest_article() else { return };
            match self.state.article(oldest).map(|row| row.story) {
                Some(story) if story != present => {
                    super::life::evict(self.state, self.policy, self.desk, story, self.out);
                }
                _ => {
                    self.show_all_of_anew(oldest);
                    self.state.drop_article(oldest);
                }
            }
        }
    }

    /// Publishes what moved about claims, then about the stories themselves, then the levels, and
    /// what the desk is told of it at once.
    pub fn end(mut self) {
        self.finish();
    }

    /// As [`Self::end`], of a turn that somebody else holds.
    pub fn finish(&mut self) {
        self.settle();
        for story in std::mem::take(&mut self.stirred) {
            super::life::refresh(self, story);
        }
        for (story, telling) in std::mem::take(&mut self.levels) {
            let story = self.state.resolve(story);
            self.put_out(story, telling);
        }
        let own = self.out.changes.get(self.published_before..).unwrap_or_default();
        let alerts = super::alerting::fold(self.state, self.policy, own);
        self.out.alerts.extend(alerts);
    }
}
