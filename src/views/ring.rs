//! The newest changes in the order in which they were published, bounded in number and bytes.
//!
//! A change is held as the bytes that a reader is sent; what a kill takes back is written anew in
//! place.

use std::collections::VecDeque;

use bytes::Bytes;

use super::cursor::Cursor;
use super::facts::Facts;

/// One change, ready to be sent.
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

/// The newest changes.
#[derive(Debug)]
pub struct Ring {
    held: VecDeque<Held>,
    /// Number of the oldest that is held, counted since the start.
    first: u64,
    bytes: usize,
    changes_max: usize,
    bytes_max: usize,
    log: u32,
    /// By partition: the first position that is held, or would be.
    starts: Vec<u64>,
    /// By partition: the position that comes next.
    ends: Vec<u64>,
}

impl Ring {
    /// With nothing in it.
    #[must_use]
    pub fn new(changes_max: usize, bytes_max: usize) -> Self {
        Self {
            held: VecDeque::new(),
            first: 0,
            bytes: 0,
            changes_max: changes_max.max(1),
            bytes_max,
            log: 0,
            starts: Vec::new(),
            ends: Vec::new(),
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

    /// A partition begins to be held at this position.
    pub fn begin(&mut self, partition: u32, position: u64) {
        let at = self.partition(partition);
        self.starts[at] = position;
        self.ends[at] = position;
    }

    /// Takes up a change; `false` where it is held already.
    pub fn push(&mut self, partition: u32, position: u64, facts: Facts, json: Bytes) -> bool {
        let at = self.partition(partition);
        if position < self.ends[at] {
            return false;
        }
        self.ends[at] = position + 1;
        self.bytes += json.len();
        self.held.push_back(Held { partition, position, facts, json });
        while self.held.len() > self.changes_max || self.bytes > self.bytes_max {
            let Some(oldest) = self.held.pop_front() else { break };
            self.bytes -= oldest.json.len();
            self.first += 1;
            let at = self.partition(oldest.partition);
            self.starts[at] = oldest.position + 1;
        }
        true
    }

    fn partition(&mut self, partition: u32) -> usize {
        let at = usize::try_from(partition).expect("a partition fits into an index");
        if self.ends.len() <= at {
            self.ends.resize(at + 1, 0);
            self.starts.resize(at + 1, 0);
        }
        at
    }

    /// The number of the next change.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.first + self.held.len() as u64
    }

    /// The number of the oldest change that is held.
    #[must_use]
    pub const fn oldest(&self) -> u64 {
        self.first
    }

    /// The cursor behind everything.
    #[must_use]
    pub fn end(&self) -> Cursor {
        Cursor::new(self.log, self.ends.clone())
    }

    /// The cursor before everything that is held.
    #[must_use]
    pub fn start(&self) -> Cursor {
        Cursor::new(self.log, self.starts.clone())
    }

    /// The number of the first change that a cursor has not seen.
    ///
    /// # Errors
    /// See [`Lost`].
    pub fn find(&self, cursor: &Cursor) -> Result<u64, Lost> {
        if cursor.is_at_the_beginning() && self.starts.iter().all(|start| *start == 0) {
            return Ok(self.first);
        }
        let beyond = (0..).zip(&cursor.positions).any(|(partition, position)| {
            self.ends.get(partition).copied().unwrap_or_default() < *position
        });
        if (cursor.log != self.log && !cursor.is_at_the_beginning()) || beyond {
            return Err(Lost::OtherLog);
        }
        let gone = (0..).zip(&self.starts).any(|(at, start)| cursor.position(at) < *start);
        if gone {
            return Err(Lost::Gone);
        }
        let unseen = |held: &Held| held.position >= cursor.position(held.partition);
        let at = match self.ends.len() {
            1 => self.held.partition_point(|held| !unseen(held)),
            _ => self.held.iter().position(unseen).unwrap_or(self.held.len()),
        };
        Ok(self.first + at as u64)
    }

    /// Changes from a number on.
    pub fn from(&self, number: u64) -> impl Iterator<Item = (u64, &Held)> {
        let at = usize::try_from(number.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let at = at.min(self.held.len());
        (self.first + at as u64..).zip(self.held.range(at..))
    }

    /// One change by its number.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Held> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.held.get(at)
    }

    /// Writes a change anew.
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
