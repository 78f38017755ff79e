//! Rows turned into what readers get: the document of a story, a claim, the body of a change.
//!
//! Whatever a kill left with nothing live has no words here; every reader gets them from here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::article::{ArticleId, ClaimId, SlotId, StoryId, Time};
use crate::change::{
    ArticleDoc, ArticleRef, Because, Body, ClaimDoc, DecisionDoc, NameDoc, OriginDoc, RangeDoc,
    StoryDoc, StoryRef, SummaryLine, TimelineDoc, happened,
};
use crate::claims::{ClaimEvent, EvidenceKey, Origin, Range, Weighed, What};
use crate::policy::Policy;
use crate::reading::{Name, NameKind};
use crate::state::{ArticleRow, State};
use crate::text;

/// Names of one kind that a document lists.
const NAMES_MAX: usize = 20;

/// Decisions that a document lists.
const DECISIONS_MAX: usize = 50;
/// Articles that are asked for a story's places, the newest first.
const PLACED_MAX: usize = 40;
/// Places of a story, as `story.updated` counts them.
const PLACES_MAX: usize = 3;

/// The document of a story as it stands; `None` for what was merged or is not known.
pub(super) fn story(state: &State, policy: &Policy, desk: &str, id: StoryId) -> Option<StoryDoc> {
    story_beside(state, policy, desk, id, &|_| false).map(|(story, _)| story)
}

/// The same with those claims only that are not kept elsewhere, and the order of all of them.
pub(super) fn story_beside(
    state: &State,
    policy: &Policy,
    desk: &str,
    id: StoryId,
    is_kept: &dyn Fn(ClaimId) -> bool,
) -> Option<(StoryDoc, Vec<ClaimId>)> {
    let row = state.story(id)?;
    let limits = &policy.limits;
    let articles: Vec<_> = state.members(id).collect();
    let all: Vec<ClaimId> = state.claims.claims_of(id).collect();
    let claim_count = count(all.len());
    let claims = listed(state, all, limits.story_claims_listed_max);
    let asked: Vec<ClaimId> = claims.iter().copied().filter(|claim| !is_kept(*claim)).collect();
    let mut subjects: Vec<String> =
        articles.iter().flat_map(|(_, row)| row.subjects.iter().cloned()).collect();
    subjects.sort();
    subjects.dedup();
    let story = StoryDoc {
        story: StoryRef { id, slug: row.slug.clone(), headline: row.headline.clone() },
        state: row.state,
        desk: desk.to_owned(),
        language: articles.iter().find_map(|(_, row)| row.language.clone()),
        headline_source: row.headline_source.map(|source| state.reference(source)),
        urgency: articles.iter().filter_map(|(_, row)| row.urgency).min(),
        subjects,
        version: row.sequence,
        opened: row.opened,
        updated: row.updated,
        merged_from: row.merged_from.clone(),
        names: names(state, &articles),
        summary: summary(state, id),
        articles: articles
            .iter()
            .rev()
            .take(limits.story_articles_listed_max)
            .map(|(id, row)| article(state, *id, row))
            .collect(),
        article_count: count(articles.len()),
        claims: weighed_claims(state, policy, &asked),
        claim_count,
        timeline: timeline(state, id),
        decisions: decisions(state, id),
    };
    Some((story, claims))
}

/// The claims that moved last, in the order in which they came.
fn listed(state: &State, claims: Vec<ClaimId>, listed_max: usize) -> Vec<ClaimId> {
    if claims.len() <= listed_max {
        return claims;
    }
    let moved = |claim: &ClaimId| state.claims.get(*claim).map(|row| row.last_changed);
    let mut newest: Vec<(Option<Time>, usize)> =
        claims.iter().enumerate().map(|(at, claim)| (moved(claim), at)).collect();
    newest.sort_unstable_by(|one, two| two.cmp(one));
    newest.truncate(listed_max);
    let mut places: Vec<usize> = newest.into_iter().map(|(_, at)| at).collect();
    places.sort_unstable();
    places.into_iter().filter_map(|at| claims.get(at).copied()).collect()
}

/// The claims in their order; each slot is weighed once.
fn weighed_claims(state: &State, policy: &Policy, ids: &[ClaimId]) -> Vec<ClaimDoc> {
    let slots: BTreeSet<SlotId> =
        ids.iter().filter_map(|id| state.claims.get(*id)).map(|row| row.slot).collect();
    let slots: Vec<Arc<[Weighed]>> =
        slots.into_iter().map(|slot| state.claims.weighed_slot(policy, slot)).collect();
    let weighed: BTreeMap<ClaimId, &Weighed> =
        slots.iter().flat_map(|slot| slot.iter()).map(|one| (one.claim, one)).collect();
    ids.iter().filter_map(|id| weighed.get(id)).map(|one| claim(state, policy, one)).collect()
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn article(state: &State, id: ArticleId, row: &ArticleRow) -> ArticleDoc {
    ArticleDoc {
        article: state.reference(id),
        copy_of: row.copy_of.map(|root| state.reference(root)),
        withdrawn: row.withdrawn.is_some(),
    }
}

/// Names of the live articles by the number of articles that use them, then by mentions.
pub(super) fn names(state: &State, articles: &[(ArticleId, &ArticleRow)]) -> Vec<NameDoc> {
    let mut tally: Vec<(u32, usize, usize, &Name)> = Vec::new();
    for (_, row) in articles.iter().filter(|(_, row)| state.is_live(row)) {
        for name in &row.names {
            match tally.iter_mut().find(|(key, ..)| *key == name.key) {
                Some((_, articles, mentions, best)) => {
                    *articles += 1;
                    *mentions += usize::from(name.count);
                    if name.text.len() > best.text.len() {
                        *best = name;
                    }
                }
                None => tally.push((name.key, 1, usize::from(name.count), name)),
            }
        }
    }
    tally.sort_by_key(|(key, articles, mentions, _)| {
        (std::cmp::Reverse(*articles), std::cmp::Reverse(*mentions), *key)
    });
    [NameKind::Place, NameKind::Person, NameKind::Organisation]
        .into_iter()
        .flat_map(|kind| {
            tally
                .iter()
                .filter(move |(.., name)| name.kind == kind)
                .take(NAMES_MAX)
                .map(move |(.., name)| NameDoc { name: name.text.clone(), kind })
        })
        .collect()
}

/// Places of the live articles, by prominence.
pub(super) fn places(state: &State, story: StoryId) -> Vec<String> {
    let articles: Vec<_> = state.members(story).rev().take(PLACED_MAX).collect();
    let names = names(state, &articles).into_iter();
    names.filter(|it| it.kind == NameKind::Place).map(|it| it.name).take(PLACES_MAX).collect()
}

fn summary(state: &State, id: StoryId) -> Vec<SummaryLine> {
    let Some(row) = state.story(id) else { return Vec::new() };
    row.summary
        .iter()
        .map(|(article, lede)| SummaryLine {
            text: lede.text.clone(),
            article: state.reference(*article),
            span: lede.span,
        })
        .collect()
}

/// What happened, in the claims' own words; a withheld claim's lines are left out.
fn timeline(state: &State, id: StoryId) -> Vec<TimelineDoc> {
    state
        .timeline
        .range((id, 0)..=(id, u64::MAX))
        .filter_map(|(_, row)| {
            let claim = state.claims.resolve(row.claim?);
            let claim = state.claims.get(claim).filter(|claim| claim.withheld.is_none())?;
            Some(TimelineDoc {
                time: row.time,
                change: row.change,
                text: format!("{}: {}", happened(&row.kind)?, claim.text),
            })
        })
        .collect()
}

/// What humans decided, without words of what was taken back.
fn decisions(state: &State, id: StoryId) -> Vec<DecisionDoc> {
    let ids = state.decisions.of_story(id);
    let mut rows: Vec<_> =
        ids.iter().filter_map(|id| Some((id, state.decisions.get(id)?))).collect();
    rows.sort_by_key(|(_, row)| row.arrival);
    let fewer = rows.len().saturating_sub(DECISIONS_MAX);
    let fallen = if rows.is_empty() { Vec::new() } else { fallen_texts(state, id) };
    let may_be_shown = |text: &String| !fallen.iter().any(|it| text::shares_run(text, it));
    let shown = |text: &Option<String>| text.clone().filter(may_be_shown);
    rows.drain(..fewer);
    rows.into_iter()
        .map(|(id, row)| DecisionDoc {
            id: id.clone(),
            action: row.action,
            target: row.target.id(),
            by: row.by.clone(),
            at: row.at,
            reason: shown(&row.reason),
            words: shown(&row.words),
            other: row.other,
            revoked_by: row.revoked_by.clone(),
        })
        .collect()
}

/// Headlines, ledes and claims of a story that may not be shown any more.
fn fallen_texts(state: &State, id: StoryId) -> Vec<&str> {
    let dead = state.members(id).filter(|(_, row)| !state.is_live(row));
    let told = dead.flat_map(|(_, row)| {
        let headlines = row.revisions.iter().map(|mark| &*mark.headline);
        headlines.chain(row.ledes.iter().map(|lede| lede.text.as_str()))
    });
    let claims = state.claims.claims_of(id).filter_map(|claim| state.claims.get(claim));
    let withheld = claims.filter(|row| row.withheld.is_some()).map(|row| row.text.as_str());
    told.chain(withheld).filter(|text| !text.is_empty()).collect()
}

/// The body of `story.updated`.
pub(super) fn updated(state: &State, id: StoryId, changed: Vec<&'static str>) -> Body {
    let row = state.story(id).cloned().unwrap_or_default();
    let place = |name: String| NameDoc { name, kind: NameKind::Place };
    Body::StoryUpdated {
        changed,
        headline: row.headline,
        slug: row.slug,
        summary: summary(state, id),
        places: row.places.into_iter().map(place).collect(),
    }
}

/// A claim as a document or a change shows it.
pub(super) fn claim(state: &State, policy: &Policy, weighed: &Weighed) -> ClaimDoc {
    let id = weighed.claim;
    let Some(row) = state.claims.get(id) else { return ClaimDoc::default() };
    let withheld = row.withheld.is_some();
    let shown = weighed.speaking.iter().take(policy.limits.claim_evidence_listed_max);
    let evidence: Vec<Because> = shown.filter_map(|key| because(state, key)).collect();
    ClaimDoc {
        id,
        slot: row.slot,
        kind: row.kind,
        modality: row.modality,
        text: (!withheld).then(|| row.text.clone()),
        denial_text: row.denial_text.clone(),
        place: row.place.clone(),
        when: row.when,
        quantity: row.quantity.clone(),
        as_of: row.quantity.is_some().then(|| evidence.iter().map(|it| it.as_of).max()).flatten(),
        part_of: row.part_of,
        range: weighed.range.iter().map(range).collect(),
        level: row.level,
        denied_by: row.denied_by.clone(),
        origins: weighed.origins.iter().map(origin).collect(),
        evidence: if withheld { Vec::new() } else { evidence },
        confirmed: row.confirmed.clone(),
        rejected: row.rejected.clone(),
        first_seen: row.first_seen,
        last_changed: row.last_changed,
        superseded_by: row.superseded_by,
        withheld: row.withheld.clone(),
    }
}

fn range(range: &Range) -> RangeDoc {
    RangeDoc { origin: range.origin, low: range.low, high: range.high, as_of: range.as_of }
}

fn origin(origin: &Origin) -> OriginDoc {
    OriginDoc {
        id: origin.id,
        name: origin.name.clone(),
        stance: origin.stance,
        weight: origin.weight,
        rule: origin.rule.name(),
    }
}

/// A piece of evidence with its quote; `None` where its article has left the state.
fn because(state: &State, key: &EvidenceKey) -> Option<Because> {
    let evidence = state.claims.evidence(key)?;
    let article: ArticleRef = state.article(key.article)?.reference(evidence.revision);
    Some(Because {
        article,
        stance: evidence.stance,
        quote: evidence.quote.clone(),
        part: evidence.part,
        span: evidence.span,
        chain: evidence.chain.clone(),
        as_of: evidence.as_of,
    })
}

/// What happened to a claim, as it is published.
pub(super) fn claim_body(
    state: &State,
    policy: &Policy,
    event: ClaimEvent,
    weighed: Option<&Weighed>,
) -> (Body, Vec<Because>) {
    let withheld = state.claims.get(event.claim).is_some_and(|row| row.withheld.is_some());
    let because: Vec<Because> = event
        .because
        .iter()
        .filter(|_| !withheld)
        .take(policy.limits.claim_evidence_listed_max)
        .filter_map(|key| because(state, key))
        .collect();
    let stands = state.claims.resolve(event.claim);
    let doc = match weighed.filter(|one| one.claim == stands) {
        Some(weighed) => claim(state, policy, weighed),
        None => claim(state, policy, &state.claims.weighed(policy, stands).unwrap_or_default()),
    };
    let doc = ClaimDoc { id: event.claim, ..doc };
    let doc = Box::new(doc);
    let body = match event.what {
        What::Added => Body::ClaimAdded { claim: doc },
        What::Corroborated => Body::ClaimCorroborated { claim: doc },
        What::Denied => Body::ClaimDenied { claim: doc },
        What::Disputed => Body::ClaimDisputed { claim: doc },
        What::Resolved => Body::ClaimResolved { claim: doc },
        What::Superseded { by } => Body::ClaimSuperseded { claim: doc, by },
        What::Corrected { by } => Body::ClaimCorrected { claim: doc, by },
        What::Retracted { withhold } => {
            let text =
                state.claims.get(event.claim).map_or_else(String::new, |row| row.text.clone());
            Body::ClaimRetracted { claim: doc, text, withhold }
        }
        What::Merged { into } => Body::ClaimMerged { claim: doc, into },
        What::LevelChanged { from, to, why } => {
            Body::ClaimLevelChanged { claim: doc, from, to, why }
        }
    };
    (body, because)
}
