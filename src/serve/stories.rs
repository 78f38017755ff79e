//! `/v1/stories`: all stories by their last change that a reader could see; one as it stands, or as
//! it was known at a time.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use writethru_core::article::StoryId;

use super::problem::Problem;
use super::query::{self, Asked, Named, Narrow};
use super::{Serving, answer};
use crate::formats::numbers::{Hex, Stamp};
use crate::views::{Shelved, View};

/// Stories of a page, unless asked otherwise.
const PAGE_STORIES: usize = 50;
/// Stories of a page at most.
pub const PAGE_STORIES_MAX: usize = 200;
/// Stories that are looked at for a page, wanted or not.
const LOOKED_AT_MAX: usize = 20_000;
/// Names of a kind in a list.
const NAMES_MAX: usize = 5;

/// Stories, the last that moved first.
#[derive(Serialize, JsonSchema)]
pub struct Stories {
    stories: Vec<Listed>,
    /// `after` of the next page.
    next: Option<String>,
    /// Where the changes stand that these stories have seen: go on with `/v1/changes` or
    /// `/v1/stream` from here.
    cursor: String,
    /// Log time of the newest change.
    newest: Stamp,
}

/// A story in a list.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: Hex<StoryId>,
    slug: String,
    headline: String,
    desk: String,
    language: Option<String>,
    state: String,
    version: u64,
    opened: Stamp,
    /// Log time of the last change of any kind.
    updated: Stamp,
    /// Log time of the last change that a reader could see.
    moved: Stamp,
    article_count: u64,
    claim_count: u64,
    /// Claims by status.
    levels: std::collections::BTreeMap<String, u32>,
    places: Vec<String>,
    people: Vec<String>,
    last_change: Option<Last>,
}

/// The last change that a reader could see.
#[derive(Serialize, JsonSchema)]
struct Last {
    r#type: String,
    status: Option<String>,
    text: String,
    time: String,
}

/// `GET /v1/stories`
pub async fn list(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Asked(asked): Asked<Narrow>,
) -> Result<Response, Problem> {
    let filter = asked.filter_of_stories()?;
    let max = asked.limit(PAGE_STORIES, PAGE_STORIES_MAX)?;
    let after = query::said(&asked.after).map(query::page_key).transpose()?;
    let after = after.map(|(time, id)| (time, StoryId(id)));
    let view = serving.published.view();
    let wanted = view
        .stories()
        .newest(after)
        .take(LOOKED_AT_MAX)
        .filter(|story| filter.wants_story(&story.brief, story.moved));
    let mut stories: Vec<&Shelved> = wanted.take(max + 1).collect();
    let more = stories.len() > max;
    stories.truncate(max);
    let last = stories.last().filter(|_| more);
    let answer = Stories {
        next: last.map(|story| query::page_key_text(story.moved, story.brief.id.0)),
        stories: stories.into_iter().map(listed).collect(),
        cursor: view.end().text(),
        newest: Stamp(view.newest()),
    };
    drop(view);
    Ok(answer::json(&headers, &answer))
}

fn listed(story: &Shelved) -> Listed {
    let brief = &story.brief;
    let first = |names: &[String]| names.iter().take(NAMES_MAX).cloned().collect();
    Listed {
        id: Hex(brief.id),
        slug: brief.slug.clone(),
        headline: brief.headline.clone(),
        desk: brief.desk.clone(),
        language: brief.language.clone(),
        state: brief.state.clone(),
        version: brief.version,
        opened: Stamp(brief.opened),
        updated: Stamp(brief.updated),
        moved: Stamp(story.moved),
        article_count: brief.articles,
        claim_count: brief.claims,
        levels: brief.levels.clone(),
        places: first(&brief.places),
        people: first(&brief.people),
        last_change: story.last.as_ref().map(|last| Last {
            r#type: last.kind.clone(),
            status: last.status.clone(),
            text: last.text.clone(),
            time: last.time.clone(),
        }),
    }
}

/// What may be asked of one story.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtTime {
    /// As it was known at this log time.
    pub at: Option<String>,
}

/// `GET /v1/stories/{id}`
pub async fn one(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Named(id): Named<String>,
    Asked(asked): Asked<AtTime>,
) -> Result<Response, Problem> {
    let id = query::story(&id)?;
    let view = serving.published.view();
    let Some(text) = asked.at else {
        return match view.stories().get(id) {
            Some(story) => Ok(answer::bytes(&headers, answer::JSON, story.json.clone())),
            None => elsewhere(&view, id, ""),
        };
    };
    let at = query::time(&text)?;
    if let Some(then) = view.then(id, at) {
        return Ok(answer::json(&headers, &then.document(at)));
    }
    if view.stories().get(id).is_some() {
        let detail = "nothing was known of this story at that time, or it is not held any more";
        return Err(Problem::not_found(detail));
    }
    elsewhere(&view, id, &format!("?at={at}"))
}

/// A merged story goes on under another id.
fn elsewhere(view: &View, id: StoryId, rest: &str) -> Result<Response, Problem> {
    let Some(into) = view.stories().merged_into(id) else {
        return Err(Problem::not_found("no story has this id, or it is not held any more"));
    };
    let location = format!("/v1/stories/{into}{rest}");
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
}

/// When a story moved: the steps of a slider.
#[derive(Serialize, JsonSchema)]
pub struct Times {
    /// Log times, the oldest first.
    times: Vec<Stamp>,
}

/// `GET /v1/stories/{id}/times`
pub async fn times(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Named(id): Named<String>,
) -> Result<Response, Problem> {
    let id = query::story(&id)?;
    let view = serving.published.view();
    if view.stories().get(id).is_none() {
        return elsewhere(&view, id, "/times");
    }
    let times = view.steps(id).into_iter().map(Stamp).collect();
    drop(view);
    Ok(answer::json(&headers, &Times { times }))
}
