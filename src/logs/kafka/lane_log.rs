//! One partition of `routed` as a log: everything of a batch in one transaction.
//!
//! A batch's rows, changes, documents, dead letters, seen offsets, marker and input offset become
//! visible together or not at all. Taking the partition over goes in this order: paused already,
//! the id taken over (which aborts and fences whoever had it), the committed offset read, the state
//! restored, sought, resumed.

mod restore;

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use super::client::MESSAGE_BYTES_MAX;
use super::error::LaneError;
use super::feed::{Feed, Hold};
use super::pace::Pace;
use super::port::{Outgoing, Own, Port};
use super::snapshots::Archive;
use super::topics::Topics;
use super::transactions::{self, Committed, Done, Uncommitted};
use super::wire::{self, LaneMarker};
use crate::log::{Commit, Entry, Log, LogError, Marker, Published, Rows, Stream};
use crate::telemetry::Telemetry;
use crate::telemetry::metrics::{OfLane, WithOutcome};

/// Of changes and alerts: CloudEvents, structured.
const CONTENT_TYPE: &str = "application/cloudevents+json";
/// Bytes of records that are taken together.
const BATCH_BYTES_MAX: usize = 4 << 20;

/// What holds for every lane of one process.
#[derive(Clone)]
pub struct Terms {
    /// By name.
    pub topics: Topics,
    /// Of `routed`.
    pub partitions: NonZeroU32,
    /// Records that are folded and committed together.
    pub batch_records_max: usize,
    /// Where it is told.
    pub telemetry: Telemetry,
    /// Local copies of the state, where there are any.
    pub snapshots: Option<Archive>,
}

/// The log of one lane; dropped and opened anew after anything of which the outcome is not known.
pub struct LaneLog<P> {
    port: P,
    terms: Terms,
    partition: i32,
    feed: Arc<Feed>,
    /// The highest offset taken, by desk and partition of an article topic.
    seen: BTreeMap<wire::Path, i64>,
    /// The offset that is taken next, and when the one before it was appended.
    next: i64,
    last_ms: Option<i64>,
    /// Where the log ended when the lane was restored: from there on it has caught up.
    goal: Option<i64>,
    /// Polled and not committed.
    in_flight: VecDeque<Batch>,
}

/// What committing a batch moves on.
struct Batch {
    next: i64,
    last_ms: Option<i64>,
    seen: BTreeMap<wire::Path, i64>,
    pace: Pace,
}

impl<P: Port> LaneLog<P> {
    /// Through a port that has just taken the lane over.
    #[must_use]
    pub fn new(port: P, terms: Terms, partition: i32, feed: Arc<Feed>) -> Self {
        Self {
            port,
            terms,
            partition,
            feed,
            seen: BTreeMap::new(),
            next: 0,
            last_ms: None,
            goal: None,
            in_flight: VecDeque::new(),
        }
    }

    /// The offset that is taken next.
    #[must_use]
    pub const fn next(&self) -> i64 {
        self.next
    }

    fn part(&self) -> String {
        format!("lane {}", self.partition)
    }

    /// Drops what was taken before: route works at least once.
    fn is_new(&self, batch: &mut Batch, routed: &wire::Routed) -> bool {
        let Some((path, offset)) = &routed.from else { return true };
        let waiting = self.in_flight.iter().rev().find_map(|earlier| earlier.seen.get(path));
        let seen = batch.seen.get(path).or(waiting).or_else(|| self.seen.get(path));
        let is_new = seen.is_none_or(|seen| offset > seen);
        if is_new {
            batch.seen.insert(path.clone(), *offset);
        }
        is_new
    }

    fn records(&self, commit: Commit<'_>, batch: &Batch) -> Vec<Outgoing> {
        let topics = &self.terms.topics;
        let mut records = Vec::with_capacity(commit.rows.len() + commit.lines.len() + 8);
        published(topics, commit.outputs, commit.lines, &mut records);
        for (story, document) in commit.stories {
            records.push(Outgoing {
                topic: topics.stories.clone(),
                key: story.to_string().into_bytes(),
                value: document.map(trimmed),
                headers: Vec::new(),
            });
        }
        let mut state = |key: Vec<u8>, value: Option<Vec<u8>>| {
            records.push(Outgoing { topic: topics.state.clone(), key, value, headers: Vec::new() });
        };
        for row in commit.rows {
            let (key, value) = wire::row_record(row);
            state(key, value);
        }
        for (path, offset) in &batch.seen {
            let (key, value) = wire::seen_record(path, *offset);
            state(key, Some(value));
        }
        let (key, value) = wire::marker_record(&LaneMarker {
            next: batch.next,
            last_ms: batch.last_ms,
            partitions: self.terms.partitions.get(),
            digest: hex(commit.digest),
            marker: commit.marker.clone(),
        });
        state(key, Some(value));
        records
    }

    /// Ready once the lane has come to where its log ended when it was restored.
    fn tell_caught_up(&mut self, next: i64) {
        let Some(goal) = self.goal.filter(|_| self.feed.hold() != Hold::Gone) else { return };
        let health = &self.terms.telemetry.health;
        if next >= goal {
            tracing::info!(partition = self.partition, offset = next, "lane caught up");
            health.ready_is(&self.part());
            self.goal = None;
        } else {
            health.waits(&self.part(), format!("is {} records behind", goal - next));
        }
    }

    fn count(&self, outcome: &'static str, times: u32) {
        let outcome = WithOutcome { outcome };
        let counter = self.terms.telemetry.metrics.transactions.get_or_create(&outcome);
        counter.inc_by(times.into());
    }

    fn tell_committed(&mut self, batch: Batch, records: usize, began: Instant, done: Committed) {
        self.count("committed", 1);
        self.count("aborted", done.aborted);
        let told = batch.pace.committed(&self.terms.telemetry.metrics, began, &done.spent);
        tracing::debug!(
            partition = self.partition,
            records,
            offset = batch.next,
            articles = told.articles,
            routed_ms = told.routed_ms,
            waited_ms = told.waited_ms,
            folded_us = told.folded_us,
            us = told.us,
            send_us = told.send_us,
            drain_us = told.drain_us,
            offset_us = told.offset_us,
            commit_us = told.commit_us,
            "committed"
        );
        self.seen.extend(batch.seen);
        self.tell_caught_up(batch.next);
    }
}

impl<P: Port> Log for LaneLog<P> {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        let began = Instant::now();
        self.terms.telemetry.health.waits(&self.part(), "restores its state");
        let (stored, place) = self.read_whole(rows)?;
        self.next = place.next;
        self.last_ms = stored.marker.as_ref().and_then(|marker| marker.last_ms);
        if !self.port.seek(self.next) {
            return Err(LogError::Lost);
        }
        tracing::info!(
            partition = self.partition,
            of_snapshot = stored.of_snapshot,
            records = stored.records,
            offset = self.next,
            behind = place.end - self.next,
            ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "lane restored"
        );
        self.goal = Some(place.end);
        self.tell_caught_up(self.next);
        self.seen = stored.seen;
        Ok(stored.marker.map(|marker| marker.marker).unwrap_or_default())
    }

    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError> {
        self.read_state(rows).map(|_| ())
    }

    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError> {
        if self.feed.is_disturbed() {
            return Err(LogError::Lost);
        }
        if self.feed.hold() != Hold::Held {
            return Ok(None);
        }
        let records = self.feed.take(self.terms.batch_records_max, BATCH_BYTES_MAX);
        if records.is_empty() {
            return Ok(None);
        }
        let mut batch = Batch {
            next: self.next,
            last_ms: self.last_ms,
            seen: BTreeMap::new(),
            pace: Pace::begin(),
        };
        let (mut bytes, mut read, mut dropped) = (0, 0, 0);
        let mut entries = Vec::with_capacity(records.len());
        for record in records {
            if record.offset < batch.next {
                continue;
            }
            batch.next = record.offset + 1;
            let appended_ms = record.appended_ms;
            batch.last_ms = Some(appended_ms);
            bytes += record.value.len() as u64;
            read += 1;
            let routed = wire::routed(&self.terms.topics.routed, self.partition, record);
            if self.is_new(&mut batch, &routed) {
                batch.pace.note(routed.came_ms, appended_ms);
                entries.push(routed.entry);
            } else {
                dropped += 1;
            }
        }
        let metrics = &self.terms.telemetry.metrics;
        metrics.read(&self.terms.topics.routed, self.partition, read, bytes);
        let lane = OfLane { partition: self.partition };
        metrics.repeats_dropped.get_or_create(&lane).inc_by(dropped);
        (self.next, self.last_ms) = (batch.next, batch.last_ms);
        self.in_flight.push_back(batch);
        Ok(Some(entries))
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<(), LogError> {
        let own: Vec<Own> = entries.iter().filter_map(wire::own_entry).collect();
        if own.is_empty() { Ok(()) } else { Ok(self.port.append(&own)?) }
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError> {
        let batch = self.in_flight.pop_front().expect("a batch is committed once, after its poll");
        let records = self.records(commit, &batch);
        if let Some(record) = records.iter().find(|record| record.bytes() > MESSAGE_BYTES_MAX) {
            let topic = record.topic.clone();
            return Err(LaneError::TooLarge { topic, bytes: record.bytes() }.into());
        }
        let began = Instant::now();
        match transactions::commit(&self.port, &records, batch.next) {
            Ok(Done::Committed(done)) => {
                self.tell_committed(batch, records.len(), began, done);
                Ok(())
            }
            Ok(Done::LetGo) => {
                self.count("let_go", 1);
                Err(LogError::Lost)
            }
            Err(Uncommitted::Refused(why)) => {
                self.count("refused", 1);
                Err(LaneError::NotTaken { doing: "committing a batch", why }.into())
            }
            Err(abandoned) => {
                self.count("abandoned", 1);
                tracing::warn!(partition = self.partition, error = %abandoned, "lane begins anew");
                Err(LogError::Lost)
            }
        }
    }

    fn caught_up(&mut self) -> Result<(), LogError> {
        Ok(())
    }

    fn checkpoint(&mut self, _marker: &Marker, _digest: u128) -> Result<(), LogError> {
        Ok(())
    }

    fn close_with(&mut self, _stream: Stream, _bytes: &[u8]) -> Result<(), LogError> {
        Ok(())
    }
}

/// Each line as a record of its own.
fn published(
    topics: &Topics,
    outputs: &[(Stream, Vec<u8>)],
    lines: &[Published],
    into: &mut Vec<Outgoing>,
) {
    let mut at: BTreeMap<Stream, usize> = BTreeMap::new();
    for line in lines {
        let begins = at.entry(line.stream).or_default();
        let output = outputs.iter().find(|(stream, _)| *stream == line.stream);
        let bytes = output.and_then(|(_, all)| all.get(*begins..*begins + line.bytes));
        *begins += line.bytes;
        let bytes = bytes.expect("a line lies within its stream").to_vec();
        let event = |topic: &str| Outgoing {
            topic: topic.to_owned(),
            key: line.story.map(|story| story.to_string().into_bytes()).unwrap_or_default(),
            value: Some(trimmed(bytes.clone())),
            headers: vec![("content-type", CONTENT_TYPE.to_owned())],
        };
        match line.stream {
            Stream::Changes => into.push(event(&topics.changes)),
            Stream::Alerts => into.push(event(&topics.alerts)),
            Stream::DeadLetters => into.push(super::dead::letter(&topics.dlq, &bytes)),
            Stream::Stories | Stream::Ninjs | Stream::Assignments => {}
        }
    }
}

/// A record needs no end of line.
fn trimmed(mut line: Vec<u8>) -> Vec<u8> {
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    line
}

fn hex(digest: u128) -> String {
    format!("{digest:032x}")
}
