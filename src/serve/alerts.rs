//! `/v1/alerts`: what a desk was told at once, as it stands; one alert with the chain of its
//! events; and all events in published order.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use writethru_core::article::AlertId;

use super::problem::Problem;
use super::query::{self, Asked, Named, Narrow};
use super::{Serving, answer, changes};
use crate::formats::alerts::ClaimUnder;
use crate::formats::numbers::{Hex, Stamp};
use crate::formats::parts::{Ref, Story};
use crate::views::{Alerted, Track};

/// Alerts of a page, unless asked otherwise.
const PAGE_ALERTS: usize = 50;
/// Alerts of a page at most.
pub const PAGE_ALERTS_MAX: usize = 200;

/// Alerts, the last that was told first.
#[derive(Serialize, JsonSchema)]
pub struct Alerts {
    alerts: Vec<Listed>,
    /// `after` of the next page.
    next: Option<String>,
    /// Where the events stand that these alerts have seen: go on with `/v1/alerts/events` or
    /// `/v1/stream` from here.
    cursor: String,
    /// Log time of the newest change or event.
    newest: Stamp,
}

/// An alert as it stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListedAlert")]
pub struct Listed {
    id: Hex<AlertId>,
    /// Taken back or not.
    state: Standing,
    /// The rule's name.
    rule: String,
    /// From 1, the gravest.
    priority: u8,
    /// The story space.
    desk: String,
    /// One line.
    headline: String,
    /// Names the source and the status.
    text: String,
    /// What moved last, in words.
    reason: String,
    /// `true` where a claim of it must not be published any more.
    withhold: bool,
    #[schemars(with = "Story<'static>")]
    story: Value,
    /// What it rests on.
    #[schemars(with = "Vec<ClaimUnder<'static>>")]
    claims: Value,
    /// Where it stands, best first.
    #[schemars(with = "Vec<Ref<'static>>")]
    sources: Value,
    /// Log time of its first event that is held.
    raised: Stamp,
    /// Log time of its last event.
    updated: Stamp,
    /// How many events it has had.
    events: u64,
}

/// Taken back or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "AlertState")]
enum Standing {
    /// It stands.
    Open,
    /// It was taken back.
    Cancelled,
}

impl Standing {
    const fn of(alert: &Alerted) -> Self {
        if alert.is_cancelled { Self::Cancelled } else { Self::Open }
    }
}

/// What may be asked of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    state: Option<Standing>,
    desk: Option<String>,
    place: Option<String>,
    person: Option<String>,
    status: Option<String>,
    rule: Option<String>,
    priority: Option<String>,
    story: Option<String>,
    since: Option<String>,
    until: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

impl From<Wanted> for Narrow {
    fn from(wanted: Wanted) -> Self {
        let Wanted { desk, place, person, status, rule, priority, story, .. } = wanted;
        let Wanted { since, until, after, limit, .. } = wanted;
        Self {
            desk,
            place,
            person,
            status,
            rule,
            priority,
            story,
            since,
            until,
            after,
            limit,
            ..Self::default()
        }
    }
}

/// `GET /v1/alerts`
pub async fn list(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    let state = wanted.state;
    let asked = Narrow::from(wanted);
    let filter = asked.filter()?;
    let max = asked.limit(PAGE_ALERTS, PAGE_ALERTS_MAX)?;
    let after = query::said(&asked.after).map(query::page_key).transpose()?;
    let after = after.map(|(time, id)| (time, AlertId(id)));
    let view = serving.published.view();
    let in_state = |alert: &&Alerted| state.is_none_or(|it| Standing::of(alert) == it);
    let mut alerts: Vec<&Alerted> =
        view.alerts(&filter, after).filter(in_state).take(max + 1).collect();
    let more = alerts.len() > max;
    alerts.truncate(max);
    let last = alerts.last().filter(|_| more);
    let answer = Alerts {
        next: last.map(|alert| query::page_key_text(alert.last.recorded, alert.id.0)),
        alerts: alerts.into_iter().map(listed).collect(),
        cursor: view.end().text(),
        newest: Stamp(view.newest()),
    };
    drop(view);
    Ok(answer::json(&headers, &answer))
}

fn listed(alert: &Alerted) -> Listed {
    let mut data = alert.stands();
    let word = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
    let (rule, priority) = alert.last.rule.clone().unwrap_or_default();
    Listed {
        id: Hex(alert.id),
        state: Standing::of(alert),
        rule,
        priority,
        desk: alert.last.desk.clone(),
        headline: word("headline"),
        text: word("text"),
        reason: word("reason"),
        withhold: data["withhold"] == true,
        story: data["story"].take(),
        claims: data["claims"].take(),
        sources: data["sources"].take(),
        raised: Stamp(alert.raised),
        updated: Stamp(alert.last.recorded),
        events: alert.last.sequence,
    }
}

/// `GET /v1/alerts/{id}`: one alert as it stands, and its events, the oldest first.
pub async fn one(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Named(id): Named<String>,
) -> Result<Response, Problem> {
    let id = query::alert(&id)?;
    let view = serving.published.view();
    let Some(alert) = view.alerted(id) else {
        return Err(Problem::not_found("no alert has this id, or it is not held any more"));
    };
    let event = |json: &bytes::Bytes| serde_json::from_slice::<Value>(json).ok();
    let events: Vec<Value> = alert.events.iter().filter_map(event).collect();
    let told = json!({ "alert": listed(alert), "events": events });
    drop(view);
    Ok(answer::json(&headers, &told))
}

/// `GET /v1/alerts/events`: some events in published order, and where to go on.
pub async fn events(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Asked(asked): Asked<Narrow>,
) -> Result<Response, Problem> {
    changes::of(&serving, &headers, &asked, Track::Alerts)
}
