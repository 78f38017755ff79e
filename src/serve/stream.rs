//! `/v1/stream`: changes and alert events as they are published, as server-sent events.
//!
//! An event without a name is a change; an alert's event has the name of what it does. An event's
//! id is the cursor behind it, so `Last-Event-ID` goes on exactly there. Who asks for
//! what is not held any more is told of the gap. A reader takes no memory but its place: what it
//! has not read yet is what is held for all.

use std::convert::Infallible;
use std::sync::Arc;
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
use crate::views::{Cursor, Filter, Lost, Track, View};

/// How soon a reader that lost the stream should come back.
const RETRY_MS: u64 = 1000;
/// Events that are sent in one piece.
const PIECE_EVENTS_MAX: usize = 64;
/// Records that are looked at for one piece, wanted or not.
const LOOKED_AT_MAX: usize = 5_000;
/// Bytes from which a piece is sent.
const PIECE_BYTES: usize = 64 << 10;

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
    let reader = Reader { serving, filter, cursor, stands: None, news, heartbeat, _place: place };
    let body = Body::from_stream(stream::unfold(reader, Reader::next));
    Ok(([(header::CONTENT_TYPE, "text/event-stream")], body).into_response())
}

/// One reader and its place.
struct Reader {
    serving: Serving,
    filter: Filter,
    /// Where it wants to begin; none for now.
    cursor: Option<Cursor>,
    /// Where it stands; nowhere before its first look.
    stands: Option<Stands>,
    news: watch::Receiver<u64>,
    heartbeat: Duration,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    /// The next piece: events, or a sign of life.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        loop {
            self.news.mark_unchanged();
            let piece = self.piece().await;
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

    /// Made when its turn has come: readers that are far behind could take all threads and the
    /// lock for seconds.
    async fn piece(&mut self) -> Vec<u8> {
        let published = Arc::clone(&self.serving.published);
        let _turn = published.turn().await;
        let mut piece = Vec::new();
        let view = published.view();
        let mut stands = match self.stands.take() {
            Some(stands) => stands,
            None => Stands::begin(&view, self.cursor.take(), &mut piece, self.heartbeat),
        };
        stands.catch_up(&view, &mut piece);
        stands.send(&view, &self.filter, &mut piece);
        self.stands = Some(stands);
        piece
    }
}

/// Where a reader stands in both streams.
struct Stands {
    cursor: Cursor,
    /// The number of the next change to be looked at, and of the next alert event.
    next: [u64; 2],
}

/// Both streams, as they are counted here.
const TRACKS: [Track; 2] = [Track::Changes, Track::Alerts];

impl Stands {
    /// The first look: after a cursor, else now.
    fn begin(
        view: &View,
        cursor: Option<Cursor>,
        piece: &mut Vec<u8>,
        heartbeat: Duration,
    ) -> Self {
        let Some(cursor) = cursor else {
            let stands = Self { cursor: view.end(), next: TRACKS.map(|it| view.ring(it).next()) };
            opened(piece, &stands.cursor, heartbeat);
            return stands;
        };
        let found = TRACKS.map(|track| view.ring(track).find(&cursor));
        let lost = found.iter().find_map(|found| found.err());
        let mut stands = Self { cursor, next: [0; 2] };
        for (at, track) in TRACKS.into_iter().enumerate() {
            match found[at] {
                Ok(number) if lost != Some(Lost::OtherLog) => stands.next[at] = number,
                _ => stands.begin_at_the_oldest(view, at, track),
            }
        }
        opened(piece, &stands.cursor, heartbeat);
        if let Some(lost) = lost {
            gap(piece, lost, &stands.cursor);
        }
        stands
    }

    fn begin_at_the_oldest(&mut self, view: &View, at: usize, track: Track) {
        let ring = view.ring(track);
        self.next[at] = ring.oldest();
        self.cursor = std::mem::take(&mut self.cursor).at(track, ring.starts());
    }

    /// What left while the reader was slow.
    fn catch_up(&mut self, view: &View, piece: &mut Vec<u8>) {
        let mut was_slow = false;
        for (at, track) in TRACKS.into_iter().enumerate() {
            if self.next[at] < view.ring(track).oldest() {
                self.begin_at_the_oldest(view, at, track);
                was_slow = true;
            }
        }
        self.cursor.log = view.ring(Track::Changes).log();
        if was_slow {
            gap(piece, Lost::Gone, &self.cursor);
        }
    }

    /// What comes next, each stream in its order, the two by log time.
    fn send(&mut self, view: &View, filter: &Filter, piece: &mut Vec<u8>) {
        let [mut changes, mut alerts] = [0, 1].map(|at: usize| {
            let ring = view.ring(TRACKS[at]);
            ring.from(self.next[at]).peekable()
        });
        let (mut sent, mut looked) = (0, 0);
        while sent < PIECE_EVENTS_MAX && looked < LOOKED_AT_MAX && piece.len() <= PIECE_BYTES {
            let is_alert = match (changes.peek(), alerts.peek()) {
                (Some((_, change)), Some((_, alert))) => {
                    alert.facts.recorded < change.facts.recorded
                }
                (None, Some(_)) => true,
                _ => false,
            };
            let (records, at) = if is_alert { (&mut alerts, 1) } else { (&mut changes, 0) };
            let Some((number, held)) = records.next() else { break };
            looked += 1;
            self.next[at] = number + 1;
            let unseen = held.position >= self.cursor.position_in(TRACKS[at], held.partition);
            self.cursor.pass(TRACKS[at], held.partition, held.position);
            if unseen && view.wants(filter, held) {
                sent += 1;
                let name = is_alert.then_some(held.facts.kind.as_str());
                event(piece, name, &self.cursor, &held.json);
            }
        }
        if looked == LOOKED_AT_MAX && piece.is_empty() {
            // Nothing of it was wanted: a sign of life, and on.
            piece.extend_from_slice(b": alive\n\n");
        }
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

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::serve::{Access, Front, Published};
    use crate::telemetry::Telemetry;
    use crate::views::Limits;

    /// With nothing published.
    fn serving() -> Serving {
        let (settings, policy) = crate::config::load_with(None, std::iter::empty()).unwrap();
        let address = "127.0.0.1:1".parse().unwrap();
        Serving {
            published: Arc::new(Published::new(Limits::LEAST, 1)),
            access: Arc::new(Access::new(address, &settings.serve)),
            heartbeat: Duration::from_secs(15),
            policy: Arc::new(policy),
            front: Arc::new(Front::default()),
            telemetry: Telemetry::default(),
            decisions: crate::serve::Decisions::default(),
        }
    }

    #[test]
    fn a_reader_waits_for_its_turn_before_it_looks() {
        let serving = serving();
        let published: Arc<Published> = Arc::clone(&serving.published);
        let reader = Reader {
            filter: Filter::default(),
            cursor: None,
            stands: None,
            news: published.news(),
            heartbeat: serving.heartbeat,
            _place: published.place().expect("nobody else is there"),
            serving,
        };
        let mut look = Context::from_waker(Waker::noop());
        let turns: Vec<_> = std::iter::from_fn(|| match pin!(published.turn()).poll(&mut look) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        })
        .collect();
        assert!(!turns.is_empty());
        let mut next = Box::pin(reader.next());
        assert!(next.as_mut().poll(&mut look).is_pending(), "all turns are taken");
        drop(turns);
        let Poll::Ready(Some((Ok(piece), _))) = next.as_mut().poll(&mut look) else {
            panic!("its turn has come");
        };
        assert!(piece.starts_with(b"retry: 1000\nevent: open\n"), "{piece:?}");
    }
}
