//! What may stand behind the question mark. A word that is not known is refused.

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use writethru_core::article::{AlertId, ClaimId, Id, StoryId, Time};

use super::problem::Problem;
use crate::formats::times;
use crate::views::{Cursor, Filter};

/// Letters of one word.
const WORD_CHARS_MAX: usize = 200;

/// A query, or a problem that says what is wrong with it.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(asked)| Self(asked))
            .map_err(|rejection: QueryRejection| Problem::bad_request(rejection.body_text()))
    }
}

/// Parts of the address, or a problem where they are no text.
pub struct Named<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(names)| Self(names))
            .map_err(|_| Problem::bad_request("this address holds bytes that are no UTF-8"))
    }
}

/// Narrows what is answered.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Narrow {
    /// The story space.
    pub desk: Option<String>,
    /// A place that the claim or its story names.
    pub place: Option<String>,
    /// A person that the story names.
    pub person: Option<String>,
    /// What a number counts: `killed`.
    pub indicator: Option<String>,
    /// What stands: `disputed`.
    pub status: Option<String>,
    /// The beginning of a type: `claim.` or `claim.denied`.
    pub r#type: Option<String>,
    /// The rule of an alert; no change has one.
    pub rule: Option<String>,
    /// Alerts of this priority and graver ones: 1 is the gravest.
    pub priority: Option<String>,
    /// One story.
    pub story: Option<String>,
    /// Log time from here on.
    pub since: Option<String>,
    /// Log time up to here.
    pub until: Option<String>,
    /// Where to go on: what the last answer gave.
    pub after: Option<String>,
    /// How many at most.
    pub limit: Option<String>,
}

impl Narrow {
    /// As a filter.
    pub fn filter(&self) -> Result<Filter, Problem> {
        let word = |text: &Option<String>| match text {
            Some(text) if text.chars().count() > WORD_CHARS_MAX => {
                Err(Problem::bad_request(format!("no word has more than {WORD_CHARS_MAX} letters")))
            }
            text => Ok(text.clone().filter(|text| !text.is_empty())),
        };
        Ok(Filter {
            desk: word(&self.desk)?,
            place: word(&self.place)?,
            person: word(&self.person)?,
            indicator: word(&self.indicator)?,
            status: word(&self.status)?,
            kind: word(&self.r#type)?.map(|kind| kind.trim_start_matches("writethru.").to_owned()),
            rule: word(&self.rule)?,
            priority: self.priority.as_deref().map(priority).transpose()?,
            story: self.story.as_deref().map(story).transpose()?,
            since: self.since.as_deref().map(time).transpose()?,
            until: self.until.as_deref().map(time).transpose()?,
        })
    }

    /// As a filter of stories, which have none of what only changes and alerts have.
    pub fn filter_of_stories(&self) -> Result<Filter, Problem> {
        let others = [
            ("type", &self.r#type),
            ("rule", &self.rule),
            ("priority", &self.priority),
            ("story", &self.story),
        ];
        match others.into_iter().find(|(_, asked)| asked.is_some()) {
            None => self.filter(),
            Some((name, _)) => Err(Problem::bad_request(format!(
                "stories are not narrowed by `{name}`: ask /v1/changes or /v1/alerts"
            ))),
        }
    }

    /// Where to go on among the changes.
    pub fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        said(&self.after).map(cursor).transpose()
    }

    /// How many, within bounds.
    pub fn limit(&self, default: usize, most: usize) -> Result<usize, Problem> {
        let Some(text) = &self.limit else { return Ok(default) };
        let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
        limit.ok_or_else(|| Problem::bad_request(format!("limit must be from 1 to {most}")))
    }
}

/// A cursor as it was given.
pub fn cursor(text: &str) -> Result<Cursor, Problem> {
    Cursor::parse(text).ok_or_else(|| Problem::not_found("no log of ours has this cursor"))
}

/// Where the next page of a list by time begins.
pub fn page_key_text(time: Time, id: Id) -> String {
    let bytes = postcard::to_stdvec(&(time, id)).expect("plain data");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads what [`page_key_text`] wrote.
pub fn page_key(text: &str) -> Result<(Time, Id), Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok();
    let key = bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok());
    key.ok_or_else(|| Problem::not_found("`after` must be what the last page gave as `next`"))
}

/// A time as a person writes it. What lies before or after all news is the first or last moment.
pub fn time(text: &str) -> Result<Time, Problem> {
    let clamped = |stamp: jiff::Timestamp| Time::EPOCH.plus_ms(stamp.as_millisecond());
    times::time(text)
        .or_else(|| text.parse::<jiff::Timestamp>().ok().map(clamped))
        .ok_or_else(|| Problem::bad_request("a time is written as 2024-12-08T06:00:00Z"))
}

/// What was asked, if it says anything.
pub fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// A priority as alert rules have it.
fn priority(text: &str) -> Result<u8, Problem> {
    let priority = text.parse().ok().filter(|it| (1..=9).contains(it));
    priority.ok_or_else(|| Problem::bad_request("priority must be from 1, the gravest, to 9"))
}

/// An alert's id.
pub fn alert(text: &str) -> Result<AlertId, Problem> {
    Id::parse(text).map(AlertId).ok_or_else(|| Problem::not_found("no alert has this id"))
}

/// A story's id. What is no id is the id of nothing.
pub fn story(text: &str) -> Result<StoryId, Problem> {
    Id::parse(text).map(StoryId).ok_or_else(|| Problem::not_found("no story has this id"))
}

/// A claim's id.
pub fn claim(text: &str) -> Result<ClaimId, Problem> {
    Id::parse(text).map(ClaimId).ok_or_else(|| Problem::not_found("no claim has this id"))
}
