//! One partition of `routed` as a log: everything of a batch in one transaction.
//!
//! A batch's rows, changes, documents, dead letters, seen offsets, marker and input offset become
//! visible together or not at all. Taking the partition over goes in this order: paused already,
//! the id taken over (which aborts and fences whoever had it), the committed offset read, the state
//! restored, sought, resumed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use rdkafka::{Message, Offset, TopicPartitionList};

use super::client::MESSAGE_BYTES_MAX;
use super::error::LaneError;
use super::feed::{Feed, Hold};
use super::lanes::Lanes;
use super::reader::{ReadError, read_to_end};
use super::transactions::{Outgoing, Transactions};
use super::wire::{self, LaneMarker, StateRecord};
use crate::log::{Commit, Entry, Log, LogError, Marker, Published, Rows, Stream};

/// Of changes and alerts: CloudEvents, structured.
const CONTENT_TYPE: &str = "application/cloudevents+json";
/// Bytes of records that are taken together.
const BATCH_BYTES_MAX: usize = 4 << 20;

/// The log of one lane; dropped and opened anew after anything of which the outcome is not known.
pub struct LaneLog {
    lanes: Arc<Lanes>,
    partition: i32,
    feed: Arc<Feed>,
    transactions: Transactions,
    /// The highest offset taken, by desk and partition of an article topic.
    seen: BTreeMap<wire::Path, i64>,
    /// The offset that is taken next.
    next: i64,
    /// Polled and not committed.
    in_flight: VecDeque<Batch>,
}

/// What committing a batch moves on.
struct Batch {
    next: i64,
    seen: BTreeMap<wire::Path, i64>,
}

/// What the state topic has of a lane.
#[derive(Default)]
struct Stored {
    marker: Option<LaneMarker>,
    seen: BTreeMap<wire::Path, i64>,
    records: u64,
}

impl LaneLog {
    /// Takes the partition's id over.
    ///
    /// # Errors
    /// A broker that does not answer or does not allow it.
    pub fn open(lanes: Arc<Lanes>, partition: i32, feed: Arc<Feed>) -> Result<Self, LogError> {
        let watch = lanes.watchdog.watch();
        let transactions = Transactions::open(&lanes.cluster, partition, watch)
            .map_err(|error| LaneError::kafka("taking the lane over", error))?;
        Ok(Self {
            lanes,
            partition,
            feed,
            transactions,
            seen: BTreeMap::new(),
            next: 0,
            in_flight: VecDeque::new(),
        })
    }

    /// Where records wait.
    #[must_use]
    pub fn feed(&self) -> &Feed {
        &self.feed
    }

    fn read_state(&self, rows: &mut dyn Rows) -> Result<Stored, LogError> {
        rows.clear();
        let mut stored = Stored::default();
        let mut broken = None;
        let state = &self.lanes.topics.state;
        let read = read_to_end(
            &self.lanes.cluster,
            state,
            self.partition,
            Offset::Beginning,
            &mut |message| {
                stored.records += 1;
                let key = message.key().unwrap_or_default();
                match take_up(&mut stored, rows, key, message.payload()) {
                    Ok(()) => self.feed.hold() == Hold::Held,
                    Err(error) => {
                        broken = Some(error.at(state, self.partition, message.offset()));
                        false
                    }
                }
            },
        );
        match (broken, read) {
            (Some(error), _) => Err(error.into()),
            (None, Err(ReadError::Stopped)) => Err(LogError::Lost),
            (None, Err(ReadError::Kafka(error))) => {
                Err(LaneError::kafka("reading the lane's state", error).into())
            }
            (None, Ok(())) => Ok(stored),
        }
    }

    /// Where to read on: where the state and the group's offset both say, and the log still has it.
    fn place(&self, stored: &Stored) -> Result<i64, LaneError> {
        let topic = &self.lanes.topics.routed;
        let asked = |error| LaneError::kafka("asking for the lane's offsets", error);
        let committed = self.lanes.membership.committed(topic, self.partition).map_err(asked)?;
        let (first, end) = self.lanes.membership.ends(topic, self.partition).map_err(asked)?;
        let next = match (&stored.marker, committed) {
            (None, None) => 0,
            (Some(marker), Some(committed)) if marker.next == committed => committed,
            (Some(marker), None) => {
                tracing::warn!(
                    partition = self.partition,
                    "the group's offset has expired; going on from the state"
                );
                marker.next
            }
            (marker, Some(committed)) => {
                let state = marker.as_ref().map(|marker| marker.next);
                return Err(LaneError::StateAndOffsetDiffer { state, committed });
            }
        };
        if next < first {
            return Err(LaneError::LeftRetention { topic: topic.clone(), next, first });
        }
        if next > end {
            return Err(LaneError::Recreated { topic: topic.clone(), next, end });
        }
        Ok(next)
    }

    fn check(&self, stored: &Stored, digest: u128) -> Result<(), LaneError> {
        let Some(marker) = &stored.marker else { return Ok(()) };
        if marker.partitions != self.lanes.partitions.get() {
            let (stored, wanted) = (marker.partitions, self.lanes.partitions.get());
            return Err(LaneError::OtherPartitions { stored, wanted });
        }
        if marker.digest != hex(digest) {
            return Err(LaneError::DigestDiffers);
        }
        Ok(())
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
        let topics = &self.lanes.topics;
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
            partitions: self.lanes.partitions.get(),
            digest: hex(commit.digest),
            marker: commit.marker.clone(),
        });
        state(key, Some(value));
        records
    }
}

impl Log for LaneLog {
    fn restore(&mut self, rows: &mut dyn Rows) -> Result<Marker, LogError> {
        let began = Instant::now();
        let stored = self.read_state(rows)?;
        self.check(&stored, rows.settle())?;
        self.next = self.place(&stored)?;
        if !self.feed.seek(self.next) {
            return Err(LogError::Lost);
        }
        tracing::info!(
            partition = self.partition,
            records = stored.records,
            offset = self.next,
            ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "lane restored"
        );
        self.seen = stored.seen;
        Ok(stored.marker.map(|marker| marker.marker).unwrap_or_default())
    }

    fn reload(&mut self, rows: &mut dyn Rows) -> Result<(), LogError> {
        let stored = self.read_state(rows)?;
        Ok(self.check(&stored, rows.settle())?)
    }

    fn poll(&mut self) -> Result<Option<Vec<Entry>>, LogError> {
        if self.feed.hold() != Hold::Held {
            return Ok(None);
        }
        let records = self.feed.take(self.lanes.batch_records_max, BATCH_BYTES_MAX);
        if records.is_empty() {
            return Ok(None);
        }
        let mut batch = Batch { next: self.next, seen: BTreeMap::new() };
        let mut entries = Vec::with_capacity(records.len());
        for record in records {
            if record.offset < batch.next {
                continue;
            }
            batch.next = record.offset + 1;
            let routed = wire::routed(&self.lanes.topics.routed, self.partition, record);
            if self.is_new(&mut batch, &routed) {
                entries.push(routed.entry);
            }
        }
        self.next = batch.next;
        self.in_flight.push_back(batch);
        Ok(Some(entries))
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<(), LogError> {
        let own: Vec<_> = entries.iter().filter_map(wire::own_entry).collect();
        self.lanes
            .append(self.partition, &own)
            .map_err(|error| LaneError::kafka("appending to the lane's own log", error).into())
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<(), LogError> {
        let batch = self.in_flight.pop_front().expect("a batch is committed once, after its poll");
        let records = self.records(commit, &batch);
        if let Some(record) = records.iter().find(|record| record.bytes() > MESSAGE_BYTES_MAX) {
            let topic = record.topic.clone();
            return Err(LaneError::TooLarge { topic, bytes: record.bytes() }.into());
        }
        let mut offsets = TopicPartitionList::with_capacity(1);
        offsets
            .add_partition_offset(
                &self.lanes.topics.routed,
                self.partition,
                Offset::Offset(batch.next),
            )
            .map_err(|error| LaneError::kafka("naming the offset to commit", error))?;
        let (feed, membership) = (&self.feed, &self.lanes.membership);
        let ours = || feed.while_ours(|| membership.metadata());
        let began = Instant::now();
        match self.transactions.commit(&records, &offsets, &ours) {
            Ok(true) => {
                tracing::debug!(
                    partition = self.partition,
                    records = records.len(),
                    offset = batch.next,
                    us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
                    "committed"
                );
                self.seen.extend(batch.seen);
                Ok(())
            }
            Ok(false) => Err(LogError::Lost),
            Err(abandoned) => {
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

fn take_up(
    stored: &mut Stored,
    rows: &mut dyn Rows,
    key: &[u8],
    value: Option<&[u8]>,
) -> Result<(), LaneError> {
    match wire::state(key, value)? {
        StateRecord::Row(row) => rows.load(&row).map_err(|_| LaneError::UnreadableRow),
        StateRecord::Seen(path, offset) => {
            stored.seen.insert(path, offset);
            Ok(())
        }
        StateRecord::Marker(marker) => {
            stored.marker = Some(*marker);
            Ok(())
        }
    }
}

/// Each line as a record of its own.
fn published(
    topics: &super::topics::Topics,
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
