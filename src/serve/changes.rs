//! `/v1/changes`: the one way to sync. Pages in published order, with a cursor that holds over
//! restarts.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bytes::Bytes;

use super::problem::Problem;
use super::query::{Asked, Narrow};
use super::{Serving, answer};
use crate::views::{Lost, Track};

/// Changes of a page, unless asked otherwise.
const PAGE_CHANGES: usize = 200;
/// Changes of a page at most.
pub const PAGE_CHANGES_MAX: usize = 1000;

/// `GET /v1/changes`: some changes, and where to go on.
pub async fn page(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Asked(asked): Asked<Narrow>,
) -> Result<Response, Problem> {
    of(&serving, &headers, &asked, Track::Changes)
}

/// A page of one stream: `changes`, or `events` of alerts.
pub fn of(
    serving: &Serving,
    headers: &HeaderMap,
    asked: &Narrow,
    track: Track,
) -> Result<Response, Problem> {
    let (filter, after) = (asked.filter()?, asked.cursor()?);
    let max = asked.limit(PAGE_CHANGES, PAGE_CHANGES_MAX)?;
    let view = serving.published.view();
    let page = view.page(track, after.as_ref(), &filter, max).map_err(|lost| {
        let first = view.start().text();
        gone(lost).and("first", first)
    })?;
    drop(view);
    let name = if track == Track::Changes { "changes" } else { "events" };
    let mut body = format!("{{\"{name}\":[").into_bytes();
    for (number, held) in page.held.iter().enumerate() {
        if number > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&held.json);
    }
    let rest = format!("],\"next\":\"{}\",\"more\":{}}}", page.next.text(), page.more);
    body.extend_from_slice(rest.as_bytes());
    Ok(answer::bytes(headers, answer::JSON, Bytes::from(body)))
}

/// 410: the reader must begin anew, with `/v1/stories`.
fn gone(lost: Lost) -> Problem {
    Problem::new(StatusCode::GONE, format!("{lost}; read /v1/stories anew and go on from `first`"))
}
