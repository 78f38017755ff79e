//! Articles coming to a story, changing, and being taken back.

use super::judge::text_digest;
use super::turn::Turn;
use super::{Outcome, life};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::article::{ArticleId, Id, SlotId, Span, StoryId, Time};
use crate::change::{Body, FactChange};
use crate::claims::{Occasion, RevisionEffect, Told};
use crate::copies::{self, Judgement, Novelty, Seen, Sketch};
use crate::policy::Policy;
use crate::reading::{Part, Reading};
use crate::revisions::{FactMove, RevisionKind};
use crate::state::{ArticleRow, Lede, ParkedKey, RevisionMark, State, StoryRow, Timer, Tombstone};
use crate::stories::summary::Terms;
use crate::stories::{self, Placement};
use crate::text;

/// Sentences of an article that may serve in a summary.
const LEDES_MAX: usize = stories::summary::OPENING_SENTENCES;
/// Names that an article's row keeps.
const NAMES_MAX: usize = 16;

/// Holds a revision back until its embargo ends; it touches nothing else.
pub(super) fn park(turn: &mut Turn<'_>, id: ArticleId, until: Time, reading: Reading) -> Outcome {
    let desk = turn.state.desk_mut();
    desk.arrivals += 1;
    let key = ParkedKey { article: id, until, arrival: desk.arrivals };
    turn.state.parked.insert(key, reading);
    turn.state.set_timer(until, Timer::Release(key));
    Outcome::Parked
}

/// Takes in an article that is not known yet: whose words, which story, what does it say?
pub(super) fn welcome(turn: &mut Turn<'_>, id: ArticleId, reading: Reading) -> Outcome {
    let mut sketch = Sketch::of(&reading);
    let judgement = whose_words(turn.state, turn.policy, id, &reading, &sketch, turn.time);
    sketch.quoted.clone_from(&judgement.quoted);
    let copy_of = root(&judgement);
    let mut row = article_row(turn, &reading, sketch, copy_of);
    let (story, merge) = place(turn, &row, &reading, copy_of);
    row.story = story;
    turn.state.tombstones.remove(&id);
    turn.state.put_article(id, row);

    life::welcome(turn, story);
    publish_joined(turn, story, id);
    for other in merge {
        if !turn.state.are_apart(other, story) && has_room(turn, other, story) {
            life::merge(turn, other, story, Occasion::OriginsMerged);
        }
    }
    reclassify(turn, id, &judgement.originals);
    record(turn, id, &reading, &judgement, RevisionEffect::New, Occasion::Revision);
    life::after_arrival(turn, story);
    if copy_of.is_some() { Outcome::Copy } else { Outcome::Original }
}

/// Takes in a later version of a known article; it stays in its story.
pub(super) fn revise(
    turn: &mut Turn<'_>,
    id: ArticleId,
    reading: Reading,
    kind: RevisionKind,
    facts: Vec<FactMove>,
) -> Outcome {
    let outcome = Outcome::Revision(kind);
    let Some(known) = turn.state.article(id) else { return outcome };
    let story = known.story;
    let previous_version = known.newest().version;
    let was_copy_of = known.copy_of;
    let mut sketch = Sketch::of(&reading);
    let judgement = whose_words(turn.state, turn.policy, id, &reading, &sketch, turn.time);
    sketch.quoted.clone_from(&judgement.quoted);
    let copy_of = root(&judgement);
    let row = revised_row(turn, id, &reading, sketch, copy_of);
    turn.state.put_article(id, row);
    let says_more = kind != RevisionKind::Refile;
    if says_more {
        turn.stir(story);
        life::reopen(turn, story);
    }

    let article = turn.state.article(id).map(|row| row.reference(row.revision)).unwrap_or_default();
    let facts = facts.into_iter().map(FactChange::from).collect();
    let body = Body::ArticleRevised { article, kind, previous_version, facts };
    turn.publish(story, body);
    if !says_more {
        return outcome;
    }
    if was_copy_of != copy_of {
        publish_reclassified(turn, id);
    }
    reclassify(turn, id, &judgement.originals);
    let (effect, occasion) = match kind {
        RevisionKind::Correction | RevisionKind::SilentCorrection => {
            (RevisionEffect::Correction, Occasion::Correction)
        }
        RevisionKind::Reinstatement => (RevisionEffect::New, Occasion::Reinstatement),
        _ => (RevisionEffect::Update, Occasion::Revision),
    };
    record(turn, id, &reading, &judgement, effect, occasion);
    outcome
}

/// Takes an article back: whatever rests on it falls, and its words are chosen no more.
pub(super) fn withdraw(turn: &mut Turn<'_>, id: ArticleId, reading: &Reading) -> Outcome {
    let parked = discard_parked(turn.state, id);
    let now = turn.state.now();
    let Some(row) = turn.state.article(id) else {
        let buried = bury(turn, id, reading);
        return if parked || buried {
            Outcome::Revision(RevisionKind::Withdrawal)
        } else {
            Outcome::UnknownWithdrawal
        };
    };
    let mut row = row.clone();
    let mut withdrawn = Tombstone::of(reading, now).withdrawn;
    withdrawn.version = withdrawn.version.max(row.seen.version);
    if let Some(already) = &mut row.withdrawn {
        already.version = already.version.max(withdrawn.version);
        turn.state.put_article(id, row);
        return Outcome::Revision(RevisionKind::Withdrawal);
    }
    withdrawn.notice = withdrawn.notice.filter(|notice| !repeats(turn.state, id, &row, notice));
    let notice = withdrawn.notice.clone();
    row.withdrawn = Some(withdrawn);
    let story = row.story;
    turn.state.put_article(id, row);
    life::unpin(turn, story, id);
    // First the story gets words that are not the withdrawn ones, so that no change repeats them.
    let updated = life::choose_words(turn, story);
    let words = notice.clone().unwrap_or_default();
    let slots = turn.state.claims.withdraw(turn.policy, id, now, &words);
    let article = turn.state.reference(id);
    turn.publish(story, Body::ArticleWithdrawn { article, notice });
    if let Some(body) = updated {
        turn.publish(story, body);
    }
    turn.touch(slots, Occasion::Withdrawal);
    turn.stir(story);
    Outcome::Revision(RevisionKind::Withdrawal)
}

/// Whether two stories as one stay within the limit of claims: what snowballs grows no further.
fn has_room(turn: &Turn<'_>, one: StoryId, other: StoryId) -> bool {
    let claims = |story| turn.state.claims.count_of(story);
    claims(one) + claims(other) <= turn.policy.limits.story_claims_max
}

/// Whether a notice has the very words that it takes back: a kill often comes with its headline.
fn repeats(state: &State, id: ArticleId, row: &ArticleRow, notice: &str) -> bool {
    let headlines = row.revisions.iter().map(|mark| &*mark.headline);
    let claims = state.claims.claims_of_article(id).iter();
    let claims = claims.filter_map(|claim| state.claims.get(*claim)).map(|row| row.text.as_str());
    let mut told = headlines.chain(row.ledes.iter().map(|lede| lede.text.as_str())).chain(claims);
    told.any(|text| text::shares_run(notice, text))
}

fn discard_parked(state: &mut State, id: ArticleId) -> bool {
    let keys = state.parked_of(id);
    for key in &keys {
        state.parked.remove(key);
        state.clear_timer(key.until, Timer::Release(*key));
    }
    !keys.is_empty()
}

/// Remembers a withdrawal of what is not known; says whether it was remembered before.
fn bury(turn: &mut Turn<'_>, id: ArticleId, reading: &Reading) -> bool {
    let tombstone = Tombstone::of(reading, turn.state.now());
    turn.state.bury(id, tombstone, turn.policy.stories.lineage_ms)
}

/// Notes that a version came again, so that an older one that comes late is known as such.
pub(super) fn repeat(turn: &mut Turn<'_>, id: ArticleId, reading: &Reading) -> Outcome {
    let time = turn.time;
    if let Some(row) = turn.state.article_mut(id) {
        row.seen.note(reading.article.version, time);
    }
    Outcome::Revision(RevisionKind::Repeat)
}

fn whose_words(
    state: &State,
    policy: &Policy,
    id: ArticleId,
    reading: &Reading,
    sketch: &Sketch,
    published: Time,
) -> Judgement {
    let lookup = |other: &ArticleId| {
        let row = state.article(*other)?;
        Some(Seen {
            root: row.copy_of.unwrap_or(*other),
            published: row.published,
            publisher: &row.publisher,
        })
    };
    let mut judgement =
        copies::judge(policy, &state.copies, lookup, reading, sketch, id, published);
    // What others copied stays the root of its group, whatever its later versions say: a root that
    // is a copy itself would put its copies into two groups.
    if state.has_copies(id) {
        judgement.novelty = Novelty::Original;
    }
    judgement
}

fn root(judgement: &Judgement) -> Option<ArticleId> {
    match judgement.novelty {
        Novelty::CopyOf { root } => Some(root),
        Novelty::Original => None,
    }
}

/// Which story: a copy's is that of its original; else the nearest, else a new one.
fn place(
    turn: &mut Turn<'_>,
    row: &ArticleRow,
    reading: &Reading,
    copy_of: Option<ArticleId>,
) -> (StoryId, Vec<StoryId>) {
    let original = copy_of.and_then(|root| turn.state.article(root)).map(|root| root.story);
    if let Some(story) = original {
        return (story, Vec::new());
    }
    let now = turn.state.now();
    let index = &turn.state.placing;
    match stories::place(turn.policy, index, &row.vector, reading, now, turn.time) {
        Placement::Join { story, merge } => (story, merge),
        Placement::New => (open(turn, row), Vec::new()),
    }
}

fn open(turn: &mut Turn<'_>, row: &ArticleRow) -> StoryId {
    let version = row.newest().version.map(u64::to_le_bytes);
    let mut id = StoryId(Id::of(&[
        b"story",
        turn.desk.as_bytes(),
        row.uri.as_bytes(),
        version.as_ref().map_or(&[][..], |bytes| &bytes[..]),
        &row.newest().digest.0,
    ]));
    // A story may live on after the article that founded it was forgotten, and comes again.
    while turn.state.story(id).is_some() || turn.state.redirects.contains(&id) {
        id = StoryId(Id::of(&[b"story again", &id.0.0]));
    }
    let now = turn.state.now();
    let opened = StoryRow { opened: now, updated: now, stirred: now, ..StoryRow::default() };
    turn.state.put_story(id, opened);
    id
}

fn article_row(
    turn: &mut Turn<'_>,
    reading: &Reading,
    sketch: Sketch,
    copy_of: Option<ArticleId>,
) -> ArticleRow {
    let desk = turn.state.desk_mut();
    desk.arrivals += 1;
    let arrival = desk.arrivals;
    let vector = turn.state.placing.vector(turn.policy, reading);
    let row = ArticleRow {
        arrival,
        uri: reading.article.uri.as_str().into(),
        revision: 0,
        published: turn.time,
        received: turn.state.now(),
        ..ArticleRow::default()
    };
    fill(turn, row, reading, sketch, vector, copy_of)
}

fn revised_row(
    turn: &mut Turn<'_>,
    id: ArticleId,
    reading: &Reading,
    sketch: Sketch,
    copy_of: Option<ArticleId>,
) -> ArticleRow {
    let vector = turn.state.placing.vector(turn.policy, reading);
    let row = turn.state.article(id).cloned().unwrap_or_default();
    fill(turn, ArticleRow { withdrawn: None, ..row }, reading, sketch, vector, copy_of)
}

/// What the newest version says of the article itself.
fn fill(
    turn: &Turn<'_>,
    mut row: ArticleRow,
    reading: &Reading,
    mut sketch: Sketch,
    vector: stories::Vector,
    copy_of: Option<ArticleId>,
) -> ArticleRow {
    let article = &reading.article;
    row.revision += 1;
    row.seen.note(article.version, turn.time);
    row.revisions.push(RevisionMark {
        version: article.version,
        digest: text_digest(reading),
        headline: reading.headline.as_str().into(),
        headline_terms: Terms::default(),
        published: turn.time,
        received: turn.state.now(),
    });
    let surplus = row.revisions.len().saturating_sub(turn.policy.limits.revisions_max);
    row.revisions.drain(..surplus);
    row.url = article.url.as_deref().map(Arc::from);
    if !article.publisher.is_empty() {
        row.publisher = article.publisher.as_str().into();
    }
    row.language = article.language.as_deref().map(Arc::from);
    row.urgency = article.urgency;
    row.subjects.clone_from(&article.subjects);
    row.names = reading.names.iter().take(NAMES_MAX).cloned().collect();
    row.ledes = ledes(reading);
    row.copy_of = copy_of;
    sketch.outgrow(&row.sketch, turn.policy.limits.hashes_max);
    row.sketch = sketch;
    row.vector = vector;
    row
}

fn ledes(reading: &Reading) -> Vec<Lede> {
    let points = text::Points::new(&reading.text);
    reading
        .sentences
        .iter()
        .take(LEDES_MAX)
        .map(|span| Lede { text: points.slice(*span).to_owned(), span: *span, ..Lede::default() })
        .collect()
}

pub(super) fn publish_joined(turn: &mut Turn<'_>, story: StoryId, id: ArticleId) {
    let copy_of = turn.state.article(id).and_then(|row| row.copy_of);
    let body = Body::ArticleJoined {
        article: turn.state.reference(id),
        copy_of: copy_of.map(|root| turn.state.reference(root)),
    };
    turn.publish(story, body);
}

fn publish_reclassified(turn: &mut Turn<'_>, id: ArticleId) {
    let Some(row) = turn.state.article(id) else { return };
    let story = row.story;
    let copy_of = row.copy_of;
    let body = Body::ArticleReclassified {
        article: turn.state.reference(id),
        copy_of: copy_of.map(|root| turn.state.reference(root)),
    };
    turn.publish(story, body);
}

/// The true original turned up: earlier articles become its copies, and so do theirs.
fn reclassify(turn: &mut Turn<'_>, original: ArticleId, roots: &[ArticleId]) {
    for root in roots {
        let mut group = turn.state.copies_of(*root);
        group.insert(0, *root);
        for id in group {
            let Some(row) = turn.state.article(id) else { continue };
            let row = ArticleRow { copy_of: Some(original), ..row.clone() };
            turn.state.put_article(id, row);
            publish_reclassified(turn, id);
        }
        let slots = turn.state.claims.regroup(*root, original, turn.time);
        turn.touch(slots, Occasion::OriginsMerged);
    }
}

/// Takes up what the revision says and publishes what that moved.
fn record(
    turn: &mut Turn<'_>,
    id: ArticleId,
    reading: &Reading,
    judgement: &Judgement,
    effect: RevisionEffect,
    occasion: Occasion,
) {
    let Some(row) = turn.state.article(id) else { return };
    let (story, revision) = (row.story, row.revision);
    let shared: Vec<_> = judgement
        .shared
        .iter()
        .filter_map(|shared| {
            let first = turn.state.article(shared.first)?;
            Some((shared.sentence, shared.root, first.newest().published))
        })
        .collect();
    let headline = judgement.headline.and_then(|root| {
        let first = turn.state.article(root)?;
        Some((root, first.newest().published))
    });
    let told = Told {
        story,
        article: id,
        revision,
        reading,
        published: turn.time,
        now: turn.state.now(),
        shared: &shared,
        headline,
        effect,
    };
    let mut slots = turn.state.claims.record(turn.policy, &told);
    let places = places(turn.state, id);
    slots.sort_by_key(|slot| (places.get(slot).copied(), *slot));
    turn.touch(slots, occasion);
}

/// Where in its article each slot is spoken of first.
fn places(state: &State, id: ArticleId) -> BTreeMap<SlotId, (Part, Span)> {
    let mut places = BTreeMap::new();
    for (_, claim, evidence) in state.claims.said_by(id) {
        let place = (evidence.part, evidence.span);
        let first = places.entry(claim.slot).or_insert(place);
        *first = (*first).min(place);
    }
    places
}
