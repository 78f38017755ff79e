//! `/v1/stream`: changes as they are published, as server-sent events.
//!
//! An event's id is the cursor behind it, so `Last-Event-ID` goes on exactly there. Who asks for
//! what is not held any more is told of the gap. A reader takes no memory but its place: what it
//! has not read yet is what is held for all.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::Serving;
use super::problem::Problem;
use super::query::{self, Asked, Narrow};
use crate::views::{Cursor, Filter, Lost};

/// How soon a reader that lost the stream should come back.
const RETRY_MS: u64 = 1000;
/// Changes that are sent in one piece.
const PIECE_CHANGES_MAX: usize = 64;
/// Changes that are looked at for one piece, wanted or not.
const LOOKED_AT_MAX: usize = 5_000;
/// Bytes from which a piece is sent.
const PIECE_BYTES: usize = 256 << 10;

/// Begins after `Last-Event-ID`, else after `after`, else now.
pub async fn stream(
    State(serving): State<Serving>,
    headers: HeaderMap,
    Asked(asked): Asked<Narrow>,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let cursor = match last.filter(|id| !id.is_empty()) {
        Some(id) => Some(query::cursor(id)?),
        None => asked.cursor()?,
    };
    let filter = asked.filter()?;
    let Some(place) = serving.published.place() else {
        let detail = "too many readers of the stream; ask again later, or poll /v1/changes";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    };
    let news = serving.published.news();
    let heartbeat = serving.heartbeat;
    let reader = Reader { serving, filter, cursor, number: None, news, heartbeat, _place: place };
    let body = Body::from_stream(stream::unfold(reader, Reader::next));
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], body).into_response())
}

/// One reader and its place.
struct Reader {
    serving: Serving,
    filter: Filter,
    /// Where it stands; nowhere before its first look.
    cursor: Option<Cursor>,
    /// The number of the next change to be looked at; none before its first look.
    number: Option<u64>,
    news: watch::Receiver<u64>,
    heartbeat: Duration,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    /// The next piece: events, or a sign of life.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        loop {
            self.news.mark_unchanged();
            let piece = self.piece();
            if !piece.is_empty() {
                return Some((Ok(Bytes::from(piece)), self));
            }
            match tokio::time::timeout(self.heartbeat, self.news.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some((Ok(Bytes::from_static(b": alive\n\n")), self)),
            }
        }
    }

    fn piece(&mut self) -> Vec<u8> {
        let mut piece = Vec::new();
        let view = self.serving.published.view();
        let ring = view.changes();
        let (mut number, mut cursor) = match (self.number, self.cursor.take()) {
            (Some(number), cursor) => (number, cursor.unwrap_or_else(|| ring.end())),
            (None, None) => {
                opened(&mut piece, &ring.end(), self.heartbeat);
                (ring.next(), ring.end())
            }
            (None, Some(cursor)) => match ring.find(&cursor) {
                Ok(number) => {
                    opened(&mut piece, &cursor, self.heartbeat);
                    (number, cursor)
                }
                Err(lost) => {
                    opened(&mut piece, &ring.start(), self.heartbeat);
                    gap(&mut piece, lost, &ring.start());
                    (ring.oldest(), ring.start())
                }
            },
        };
        if number < ring.oldest() {
            cursor = ring.start();
            gap(&mut piece, Lost::Gone, &cursor);
            number = ring.oldest();
        }
        cursor.log = ring.end().log;
        let (mut sent, mut looked) = (0, 0);
        for (at, held) in ring.from(number) {
            if sent == PIECE_CHANGES_MAX || looked == LOOKED_AT_MAX || piece.len() > PIECE_BYTES {
                break;
            }
            looked += 1;
            number = at + 1;
            let unseen = held.position >= cursor.position(held.partition);
            cursor.pass(held.partition, held.position);
            if unseen && view.wants(&self.filter, held) {
                sent += 1;
                event(&mut piece, None, &cursor, &held.json);
            }
        }
        if looked == LOOKED_AT_MAX && piece.is_empty() {
            // Nothing of it was wanted: a sign of life, and on.
            piece.extend_from_slice(b": alive\n\n");
        }
        drop(view);
        self.number = Some(number);
        self.cursor = Some(cursor);
        piece
    }
}

/// The first event: how to come back, and from where.
fn opened(piece: &mut Vec<u8>, cursor: &Cursor, heartbeat: Duration) {
    piece.extend_from_slice(format!("retry: {RETRY_MS}\n").as_bytes());
    let data = format!("{{\"heartbeat\":{}}}", heartbeat.as_secs());
    event(piece, Some("open"), cursor, data.as_bytes());
}

/// What lies between could not be given.
fn gap(piece: &mut Vec<u8>, lost: Lost, cursor: &Cursor) {
    let reason = match lost {
        Lost::Gone => "gone",
        Lost::OtherLog => "other_log",
    };
    let data = format!("{{\"reason\":\"{reason}\",\"detail\":\"{lost}\"}}");
    event(piece, Some("gap"), cursor, data.as_bytes());
}

fn event(piece: &mut Vec<u8>, name: Option<&str>, cursor: &Cursor, data: &[u8]) {
    if let Some(name) = name {
        piece.extend_from_slice(format!("event: {name}\n").as_bytes());
    }
    piece.extend_from_slice(b"id: ");
    piece.extend_from_slice(cursor.text().as_bytes());
    piece.extend_from_slice(b"\ndata: ");
    piece.extend_from_slice(data);
    piece.extend_from_slice(b"\n\n");
}
