//! `/v1/changes`: the one way to sync. Pages in published order, with a cursor that holds over
//! restarts; as JSON, or as Parquet for whoever asks for it.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::problem::Problem;
use super::query::{Asked, Narrow};
use super::{Serving, answer};
use crate::columns;
use crate::views::{Lost, Page, Track};

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
    if track == Track::Changes && wants_parquet(headers) {
        return parquet(headers, &page);
    }
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

/// Parquet's media type.
pub const PARQUET: &str = "application/vnd.apache.parquet";
/// Where a page of columns says where to go on.
const NEXT: HeaderName = HeaderName::from_static("writethru-next");
/// Whether there is more behind it.
const MORE: HeaderName = HeaderName::from_static("writethru-more");

fn wants_parquet(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
    accepted
        .flat_map(|it| it.split(','))
        .any(|it| it.split(';').next().is_some_and(|it| it.trim() == PARQUET))
}

/// The page as the table `changes`; where to go on stands in its headers.
fn parquet(headers: &HeaderMap, page: &Page) -> Result<Response, Problem> {
    let lines = page.held.iter().map(|held| held.json.as_ref());
    let table = columns::changes(lines)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    let mut response = answer::bytes(headers, PARQUET, Bytes::from(table));
    let told = [(NEXT, page.next.text()), (MORE, page.more.to_string())];
    for (name, value) in told {
        let value = HeaderValue::from_str(&value).expect("a cursor is of letters and digits");
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// 410: the reader must begin anew, with `/v1/stories`.
fn gone(lost: Lost) -> Problem {
    Problem::new(StatusCode::GONE, format!("{lost}; read /v1/stories anew and go on from `first`"))
}
