//! A story's life: opened, active, quiet, closed, merged, forgotten; and how it is told.

use super::turn::Turn;
use super::{Output, document, take};
use crate::article::{ArticleId, ClaimId, StoryId, Time};
use crate::change::{Body, Life, StoryRef};
use crate::claims::Occasion;
use crate::decision::Action;
use crate::policy::{Letter, Policy};
use crate::state::{ArticleRow, Lede, State, Target, Timer};
use crate::stories::summary::{self, Gist, Teller, Worded};
use crate::text;

/// What has become due.
pub(super) fn expire(
    state: &mut State,
    policy: &Policy,
    desk: &str,
    (due, timer): (Time, Timer),
    out: &mut Output,
) {
    match timer {
        Timer::Release(key) => {
            if let Some(mut reading) = state.parked.remove(&key) {
                reading.article.embargoed_until = None;
                take(state, policy, desk, reading, out);
            }
        }
        Timer::Fade(claim) => fade(state, policy, desk, claim, due, out),
        Timer::Story(story) => grow_quiet(state, policy, desk, story, due, out),
        Timer::Tombstone(article) => {
            state.tombstones.remove(&article);
        }
    }
}

/// A state's evidence has lost half of its weight; a timer that newer evidence overtook waits on.
fn fade(
    state: &mut State,
    policy: &Policy,
    desk: &str,
    claim: ClaimId,
    due: Time,
    out: &mut Output,
) {
    let claim = state.claims.resolve(claim);
    let Some(row) = state.claims.get(claim) else { return };
    let Some(article) = state.newest_live(row.story) else { return };
    match state.claims.next_fade(policy, claim) {
        Some(next) if next <= due => {}
        Some(next) => return state.set_timer(next, Timer::Fade(claim)),
        None => return,
    }
    let Some(mut turn) = Turn::at_timer(state, policy, desk, article, due, out) else { return };
    let slots = turn.state.claims.fade(claim, due);
    turn.touch(slots, Occasion::Decay);
    turn.end();
}

/// The next step of a quiet story's life; a story that stirred meanwhile waits on.
fn grow_quiet(
    state: &mut State,
    policy: &Policy,
    desk: &str,
    story: StoryId,
    due: Time,
    out: &mut Output,
) {
    let Some(row) = state.story(story) else { return };
    let rules = &policy.stories;
    let (step, body) = match row.state {
        Life::Emerging | Life::Active => {
            (rules.dormant_after_ms, Some((Life::Dormant, Body::StoryDormant)))
        }
        Life::Dormant => (rules.closed_after_ms, Some((Life::Closed, Body::StoryClosed))),
        Life::Closed | Life::Withdrawn => (rules.closed_after_ms + rules.lineage_ms, None),
    };
    let ripe = row.stirred.plus_ms(step);
    if ripe > due {
        state.set_timer(ripe, Timer::Story(story));
        return;
    }
    match body {
        Some((life, body)) => {
            let Some(newest) = state.newest_live(story) else { return };
            if let Some(mut turn) = Turn::at_timer(state, policy, desk, newest, due, out) {
                set_life(&mut turn, story, life);
                turn.publish(story, body);
                turn.end();
            }
            let next = match life {
                Life::Dormant => rules.closed_after_ms,
                _ => rules.closed_after_ms + rules.lineage_ms,
            };
            let stirred = state.story(story).map_or(due, |row| row.stirred);
            state.set_timer(stirred.plus_ms(next).max(due), Timer::Story(story));
        }
        None => evict(state, policy, desk, story, out),
    }
}

/// Forgets a story with all that belongs to it.
pub(super) fn evict(
    state: &mut State,
    policy: &Policy,
    desk: &str,
    story: StoryId,
    out: &mut Output,
) {
    out.evicted.extend(document::story(state, policy, desk, story));
    state.evict(story);
}

fn set_life(turn: &mut Turn<'_>, story: StoryId, life: Life) {
    if let Some(row) = turn.state.story_mut(story) {
        row.state = life;
    }
}

/// A story that has just got an article: announced if it is new, woken if it slept.
pub(super) fn welcome(turn: &mut Turn<'_>, story: StoryId) {
    let is_new = turn.state.story(story).is_some_and(|row| row.sequence == 0);
    if is_new {
        choose_words(turn, story);
        turn.publish(story, Body::StoryCreated);
        let due = turn.state.now().plus_ms(turn.policy.stories.dormant_after_ms);
        turn.state.set_timer(due, Timer::Story(story));
    } else {
        reopen(turn, story);
        turn.stir(story);
    }
}

/// Wakes a quiet story and counts its silence from now.
pub(super) fn reopen(turn: &mut Turn<'_>, story: StoryId) {
    let now = turn.state.now();
    let Some(row) = turn.state.story_mut(story) else { return };
    row.stirred = now;
    if !matches!(row.state, Life::Dormant | Life::Closed | Life::Withdrawn) {
        return;
    }
    row.state = Life::Active;
    row.reopened += 1;
    turn.publish(story, Body::StoryReopened);
    let due = now.plus_ms(turn.policy.stories.dormant_after_ms);
    turn.state.set_timer(due, Timer::Story(story));
}

/// Counts the story's own voices, and keeps the desk within its limit.
pub(super) fn after_arrival(turn: &mut Turn<'_>, story: StoryId) {
    let story = turn.state.resolve(story);
    let emerging = turn.state.story(story).is_some_and(|row| row.state == Life::Emerging);
    let needed = usize::try_from(turn.policy.stories.active_articles).unwrap_or(usize::MAX);
    if emerging && turn.state.originals(story).take(needed).count() >= needed {
        set_life(turn, story, Life::Active);
        turn.publish(story, Body::StoryActivated);
    }
    turn.keep_within_limits(story);
}

/// Two stories turned out to be one: the older one lives on, and is answered.
pub(super) fn merge(
    turn: &mut Turn<'_>,
    one: StoryId,
    other: StoryId,
    occasion: Occasion,
) -> Option<StoryId> {
    let (one, other) = (turn.state.resolve(one), turn.state.resolve(other));
    if one == other {
        return None;
    }
    let opened = |id| (turn.state.story(id).map_or(Time::EPOCH, |row| row.opened), id);
    let (into, from) = if opened(one) <= opened(other) { (one, other) } else { (other, one) };
    let survivor = turn.state.story(into)?;
    let reference =
        StoryRef { id: into, slug: survivor.slug.clone(), headline: survivor.headline.clone() };
    turn.publish(from, Body::StoryMerged { into: reference });
    let now = turn.state.now();
    turn.state.merge(from, into);
    let joined = turn.state.claims.join(turn.policy, from, into, now);
    joined.events.into_iter().for_each(|event| turn.tell(event, None));
    turn.touch(joined.slots, occasion);
    reopen(turn, into);
    turn.stir(into);
    Some(into)
}

/// Tells what moved of a story's headline, slug, summary and places.
pub(super) fn refresh(turn: &mut Turn<'_>, story: StoryId) {
    let story = turn.state.resolve(story);
    let silent = turn.state.members(story).all(|(_, row)| !turn.state.is_live(row));
    if silent {
        set_life(turn, story, Life::Withdrawn);
    }
    if let Some(body) = choose_words(turn, story) {
        turn.publish(story, body);
    }
}

/// Chooses headline, slug, summary and places from the live articles; says what changed.
pub(super) fn choose_words(turn: &mut Turn<'_>, story: StoryId) -> Option<Body> {
    let chosen = choose(turn.state, turn.policy, story);
    let row = turn.state.story_mut(story)?;
    let mut changed = Vec::new();
    let mut set = |what, differs: bool| {
        if differs {
            changed.push(what);
        }
    };
    set("headline", row.headline != chosen.headline);
    set("summary", row.summary != chosen.summary);
    set("slug", row.slug != chosen.slug);
    set("places", row.places != chosen.places);
    let is_new = row.sequence == 0;
    row.headline = chosen.headline;
    row.headline_source = chosen.source;
    row.slug = chosen.slug;
    row.summary = chosen.summary;
    row.places = chosen.places;
    (!changed.is_empty() && !is_new).then(|| document::updated(turn.state, story, changed))
}

/// Pinned headlines that repeat words of an article that was taken back fall with them.
pub(super) fn unpin(turn: &mut Turn<'_>, story: StoryId, article: ArticleId) {
    let state = &*turn.state;
    let Some(row) = state.article(article) else { return };
    let headlines = row.revisions.iter().map(|mark| &*mark.headline);
    let texts: Vec<&str> = headlines.chain(row.ledes.iter().map(|lede| &*lede.text)).collect();
    let gives_away = |words: &String| texts.iter().any(|text| text::shares_run(words, text));
    let fallen: Vec<String> = state
        .decisions
        .iter()
        .filter(|(_, it)| it.revoked_by.is_none() && state.resolve(it.story) == story)
        .filter(|(_, it)| it.words.as_ref().is_some_and(gives_away))
        .map(|(id, _)| id.to_owned())
        .collect();
    if fallen.is_empty() {
        return;
    }
    fallen.iter().for_each(|id| turn.state.decisions.revoke(id, "withdrawal"));
    let words = pinned(turn.state, story);
    if let Some(row) = turn.state.story_mut(story) {
        row.pinned = words;
    }
}

/// The headline that was pinned last and still holds.
pub(super) fn pinned(state: &State, story: StoryId) -> Option<String> {
    let is_this = |it| matches!(it, Target::Story(id) if state.resolve(id) == story);
    let newest = state.decisions.holding(&[Action::PinHeadline], is_this);
    newest.and_then(|(_, row)| row.words.clone())
}

/// The words of a story; all empty when nothing of it is live.
#[derive(Default)]
struct Words {
    headline: String,
    source: Option<ArticleId>,
    slug: String,
    summary: Vec<(ArticleId, Lede)>,
    places: Vec<String>,
}

fn choose(state: &State, policy: &Policy, story: StoryId) -> Words {
    let Some(row) = state.story(story) else { return Words::default() };
    let live = newest_live(state, story);
    let tellers: Vec<Teller<'_>> = live.iter().map(|(id, row)| teller(policy, *id, row)).collect();
    let gist = Gist::of(&tellers);
    let Some(source) = summary::headline(&tellers, &gist) else { return Words::default() };
    let headline = tellers.iter().find(|it| it.article == source);
    let (language, chosen) = headline.map_or(("und", ""), |it| (it.language, it.headline.text));
    // A slug is a handle: it stays while the article that gave it stands.
    let stays =
        row.headline_source.is_some_and(|id| state.article(id).is_some_and(|it| state.is_live(it)));
    let slug = if stays { row.slug.clone() } else { summary::slug(language, chosen) };
    Words {
        headline: row.pinned.clone().unwrap_or_else(|| chosen.to_owned()),
        source: Some(source),
        slug,
        summary: summary::summary(&tellers, &gist, policy.stories.summary_sentences_max)
            .into_iter()
            .filter_map(|told| {
                let row = state.article(told.article)?;
                let lede = row.ledes.iter().find(|lede| lede.span == told.span)?;
                Some((told.article, lede.clone()))
            })
            .collect(),
        places: document::places(state, story),
    }
}

/// The articles whose words may tell the story: live originals, the newest of them.
fn newest_live(state: &State, story: StoryId) -> Vec<(ArticleId, &ArticleRow)> {
    let is_live = |(_, row): &(ArticleId, &ArticleRow)| state.is_live(row);
    let mut tellers: Vec<_> =
        state.originals(story).rev().filter(is_live).take(summary::TELLERS_MAX).collect();
    if tellers.is_empty() {
        tellers = state.members(story).rev().filter(is_live).take(summary::TELLERS_MAX).collect();
    }
    tellers.reverse();
    tellers
}

fn teller<'a>(policy: &Policy, id: ArticleId, row: &'a ArticleRow) -> Teller<'a> {
    let newest = row.newest();
    let opening = |lede: &'a Lede| (lede.span, Worded { text: &lede.text, terms: &lede.terms });
    Teller {
        article: id,
        published: newest.published,
        letter: policy.sources.publisher(&row.publisher).map_or(Letter::F, |source| source.letter),
        language: row.language.as_deref().and_then(|tag| tag.split('-').next()).unwrap_or("en"),
        headline: Worded { text: &newest.headline, terms: &newest.headline_terms },
        opening: row.ledes.iter().map(opening).collect(),
        vector: &row.vector,
    }
}
