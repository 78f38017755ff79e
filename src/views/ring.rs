//! The newest records of a stream, changes or alert events, in the order in which they were
//! published, bounded in number and bytes.
//!
//! A record is held as the bytes that a reader is sent; what a kill takes back is written anew in
//! place.

use std::collections::VecDeque;

use bytes::Bytes;

use super::cursor::{Cursor, Track};
use super::facts::Facts;

/// One change or alert event, ready to be sent.
#[derive(Clone, Debug)]
pub struct Held {
    /// Which partition it came from; 0 where there is one log.
    pub partition: u32,
    /// Its position there.
    pub position: u64,
    /// What it says, in short.
    pub facts: Facts,
    /// The line of JSON, without its end.
    pub json: Bytes,
}

/// Why a reader cannot go on where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The changes behind the cursor are not held any more.
    #[error("the changes after this cursor are older than what is held here")]
    Gone,
    /// The cursor counts in another log.
    #[error("this cursor belongs to another log")]
    OtherLog,
}

/// The newest records of a stream.
#[derive(Debug)]
pub struct Ring {
    track: Track,
    held: VecDeque<Held>,
    /// Number of the oldest that is held, counted since the start.
    first: u64,
    bytes: usize,
    records_max: usize,
    bytes_max: usize,
    log: u32,
    partitions: Vec<Partition>,
}

/// What is held of one partition.
#[derive(Debug, Default)]
struct Partition {
    /// The first position that is held, or would be.
    start: u64,
    /// The position that comes next.
    end: u64,
    /// Position and number of each record that is held.
    held: VecDeque<(u64, u64)>,
}

impl Partition {
    /// The number of the first record from a position on.
    fn find(&self, position: u64) -> Option<u64> {
        let at = self.held.partition_point(|(held, _)| *held < position);
        self.held.get(at).map(|(_, number)| *number)
    }
}

impl Ring {
    /// With nothing in it.
    #[must_use]
    pub fn new(track: Track, records_max: usize, bytes_max: usize) -> Self {
        Self {
            track,
            held: VecDeque::new(),
            first: 0,
            bytes: 0,
            records_max: records_max.max(1),
            bytes_max,
            log: 0,
            partitions: Vec::new(),
        }
    }

    /// Which log it is; told once.
    pub fn name(&mut self, log: u32) {
        self.log = log;
    }

    /// Whether the log has a name.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        self.log != 0
    }

    /// Its name; 0 where it has none yet.
    #[must_use]
    pub const fn log(&self) -> u32 {
        self.log
    }

    /// A partition begins to be held at this position.
    pub fn begin(&mut self, partition: u32, position: u64) {
        let partition = self.partition(partition);
        partition.start = position;
        partition.end = position;
    }

    /// So many records came before all that are held.
    pub fn skip(&mut self, records: u64) {
        self.first += records;
    }

    /// Takes up a record; `false` where it is held already.
    pub fn push(&mut self, partition: u32, position: u64, facts: Facts, json: Bytes) -> bool {
        let number = self.next();
        let own = self.partition(partition);
        if position < own.end {
            return false;
        }
        own.end = position + 1;
        own.held.push_back((position, number));
        self.bytes += json.len();
        self.held.push_back(Held { partition, position, facts, json });
        while self.held.len() > self.records_max || self.bytes > self.bytes_max {
            let Some(oldest) = self.held.pop_front() else { break };
            self.bytes -= oldest.json.len();
            self.first += 1;
            let own = self.partition(oldest.partition);
            own.held.pop_front();
            own.start = oldest.position + 1;
        }
        true
    }

    fn partition(&mut self, partition: u32) -> &mut Partition {
        let at = usize::try_from(partition).expect("a partition fits into an index");
        if self.partitions.len() <= at {
            self.partitions.resize_with(at + 1, Partition::default);
        }
        &mut self.partitions[at]
    }

    /// The number of the next record.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.first + self.held.len() as u64
    }

    /// The number of the oldest record that is held.
    #[must_use]
    pub const fn oldest(&self) -> u64 {
        self.first
    }

    /// By partition, the positions behind everything.
    #[must_use]
    pub fn ends(&self) -> Vec<u64> {
        self.partitions.iter().map(|partition| partition.end).collect()
    }

    /// By partition, the positions before everything that is held.
    #[must_use]
    pub fn starts(&self) -> Vec<u64> {
        self.partitions.iter().map(|partition| partition.start).collect()
    }

    /// The number of the first record that a cursor has not seen.
    ///
    /// # Errors
    /// See [`Lost`].
    pub fn find(&self, cursor: &Cursor) -> Result<u64, Lost> {
        let stands = cursor.track(self.track);
        let is_first = stands.iter().all(|position| *position == 0);
        if is_first && self.partitions.iter().all(|partition| partition.start == 0) {
            return Ok(self.first);
        }
        let end = |at: usize| self.partitions.get(at).map_or(0, |partition| partition.end);
        let beyond = (0..).zip(stands).any(|(at, position)| end(at) < *position);
        if (cursor.log != self.log && !cursor.is_at_the_beginning()) || beyond {
            return Err(Lost::OtherLog);
        }
        let position = |at| cursor.position_in(self.track, at);
        if (0..).zip(&self.partitions).any(|(at, own)| position(at) < own.start) {
            return Err(Lost::Gone);
        }
        let unseen = (0..).zip(&self.partitions).filter_map(|(at, own)| own.find(position(at)));
        Ok(unseen.min().unwrap_or_else(|| self.next()))
    }

    /// Records from a number on.
    pub fn from(&self, number: u64) -> impl Iterator<Item = (u64, &Held)> {
        let at = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let at = at.min(self.held.len());
        (self.first + at as u64..).zip(self.held.range(at..))
    }

    /// One record by its number.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Held> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.held.get(at)
    }

    /// Writes a record anew.
    pub fn rewrite(&mut self, number: u64, facts: Facts, json: Bytes) {
        let Some(at) = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok())
        else {
            return;
        };
        if let Some(held) = self.held.get_mut(at) {
            self.bytes = self.bytes - held.json.len() + json.len();
            held.facts = facts;
            held.json = json;
        }
    }
}
