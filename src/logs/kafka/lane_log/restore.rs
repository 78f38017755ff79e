//! What a lane begins with: its state from a snapshot and its topic, and the place to read on.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{LaneLog, hex};
use crate::log::{LogError, Rows};
use crate::logs::kafka::error::{LaneError, is_newer};
use crate::logs::kafka::feed::Hold;
use crate::logs::kafka::port::Port;
use crate::logs::kafka::reader::ReadError;
use crate::logs::kafka::snapshots::{Head, Shelf};
use crate::logs::kafka::standing::check_routed;
use crate::logs::kafka::wire::{self, LaneMarker, StateRecord};
use crate::telemetry::metrics::OfLane;

/// Times that a state that is behind its offset is read again, and how long at most: a large one
/// is not read for minutes before it is refused.
const REREADS_MAX: u32 = 30;
const REREAD_MAX: Duration = Duration::from_secs(5);
/// State records between two lines on how far restoring has come.
const TOLD_EVERY_RECORDS: u64 = 100_000;

/// What the state topic has of a lane.
#[derive(Default)]
pub(super) struct Stored {
    pub marker: Option<LaneMarker>,
    pub seen: BTreeMap<wire::Path, i64>,
    /// Rows that a snapshot had.
    pub of_snapshot: u64,
    /// Records that were read of the topic.
    pub records: u64,
}

/// Where to read on, and where the log ends now.
pub(super) struct Place {
    pub next: i64,
    pub end: i64,
}

impl<P: Port> LaneLog<P> {
    /// The rows of the newest snapshot that proves right and what the topic has since; without
    /// one, all that the topic has.
    pub(super) fn read_state(&self, rows: &mut dyn Rows) -> Result<Stored, LogError> {
        let ends = self.port.state_ends()?;
        let archive = self.terms.snapshots.as_ref();
        let mut shelf = archive.map(|archive| archive.shelf(self.partition, ends));
        while let Some(shelf) = &mut shelf {
            shelf.tell();
            let Some(head) = shelf.newest().cloned() else { break };
            match self.read_from(shelf, head, ends.1, rows) {
                Err(LogError::Broken(error)) if !is_newer(&*error) => {
                    shelf.leave_out(error.to_string());
                }
                done => return done,
            }
        }
        rows.clear();
        self.read_topic(Stored::default(), 0, ends.1, rows)
    }

    fn read_from(
        &self,
        shelf: &Shelf,
        head: Head,
        end: i64,
        rows: &mut dyn Rows,
    ) -> Result<Stored, LogError> {
        rows.clear();
        let mut of_snapshot = 0;
        shelf.rows(&mut |row| {
            of_snapshot += 1;
            rows.load(&row).map_err(|_| "a row cannot be read".to_owned())
        })?;
        let seen = head.seen.into_iter().collect();
        let stored = Stored { marker: Some(head.marker), seen, of_snapshot, records: 0 };
        self.read_topic(stored, head.marker_at, end, rows)
    }

    /// Reads on from an offset, where the topic has the marker that is stored, or a later one.
    fn read_topic(
        &self,
        mut stored: Stored,
        from: i64,
        end: i64,
        rows: &mut dyn Rows,
    ) -> Result<Stored, LogError> {
        let mut broken: Option<LaneError> = None;
        let state = &self.terms.topics.state;
        let lane = OfLane { partition: self.partition };
        let metrics = &self.terms.telemetry.metrics;
        let remaining = metrics.restore_remaining_records.get_or_create(&lane);
        let expected = stored.marker.clone();
        let read = self.port.read_state(from, &mut |offset, key, value| {
            stored.records += 1;
            remaining.set((end - offset - 1).max(0));
            if stored.records.is_multiple_of(TOLD_EVERY_RECORDS) {
                self.tell_restoring(offset, end);
            }
            if let Err(error) = take_up(&mut stored, rows, key, value) {
                let error = error.at(state, self.partition, offset);
                let is_newer = error.is_newer();
                // What a newer version wrote may be unreadable before its marker says so.
                if is_newer || broken.is_none() {
                    broken = Some(error);
                }
                return !is_newer;
            }
            if expected.is_some() && offset == from && stored.marker != expected {
                broken = Some(LaneError::OtherState { topic: state.clone(), offset });
                return false;
            }
            self.feed.hold() == Hold::Held
        });
        remaining.set(0);
        match (broken, read) {
            (Some(error), _) => Err(error.into()),
            (None, Err(ReadError::Stopped)) => Err(LogError::Lost),
            (None, Err(ReadError::Kafka(error))) => {
                Err(LaneError::kafka("reading the lane's state", error).into())
            }
            (None, Ok(())) => {
                self.check(&stored, rows.settle())?;
                Ok(stored)
            }
        }
    }

    fn tell_restoring(&self, offset: i64, end: i64) {
        tracing::info!(partition = self.partition, offset, end, "restoring the lane's state");
        let why = format!("restores its state: at {offset} of {end} records");
        self.terms.telemetry.health.waits(&self.part(), why);
    }

    /// The state with its place. A broker that has just begun anew may not show all that it has:
    /// a state that is behind its offset is read again before it is refused.
    pub(super) fn read_whole(&self, rows: &mut dyn Rows) -> Result<(Stored, Place), LogError> {
        let began = Instant::now();
        let mut attempt = 0;
        loop {
            let stored = self.read_state(rows)?;
            match self.place(&stored) {
                Err(LaneError::StateAndOffsetDiffer { state, committed })
                    if attempt < REREADS_MAX
                        && began.elapsed() < REREAD_MAX
                        && state.is_none_or(|state| state < committed) =>
                {
                    attempt += 1;
                    tracing::debug!(partition = self.partition, ?state, committed, "read again");
                    self.port.pause(attempt);
                }
                place => return Ok((stored, place?)),
            }
        }
    }

    /// Where to read on: where the state and the group's offset both say, and the log still has it.
    fn place(&self, stored: &Stored) -> Result<Place, LaneError> {
        let topic = &self.terms.topics.routed;
        let committed = self.port.committed()?;
        let (first, end) = self.port.ends()?;
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
        check_routed(topic, next, (first, end))?;
        let last_ms = stored.marker.as_ref().and_then(|marker| marker.last_ms);
        if let Some(last_ms) = last_ms
            && next > first
            && self.port.appended_at(next - 1)?.is_some_and(|found| found != last_ms)
        {
            return Err(LaneError::OtherTopic { topic: topic.clone(), offset: next - 1 });
        }
        Ok(Place { next, end })
    }

    fn check(&self, stored: &Stored, digest: u128) -> Result<(), LaneError> {
        let Some(marker) = &stored.marker else { return Ok(()) };
        if marker.partitions != self.terms.partitions.get() {
            let (stored, wanted) = (marker.partitions, self.terms.partitions.get());
            return Err(LaneError::OtherPartitions { stored, wanted });
        }
        if marker.digest != hex(digest) {
            return Err(LaneError::DigestDiffers);
        }
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
